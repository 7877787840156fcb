"""What editors do: write, review, publish, look after; see what is missing and what is going wrong."""
