"""What whoever operates Firstline looks at: figures, readiness, traces. Recorded at the edges, never in a rule."""
