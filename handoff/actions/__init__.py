"""Actions: what the company's automation may do for a person, behind which approval, within which limits."""
