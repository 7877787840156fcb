"""A person's rights over what is kept of them: shown (data subject access), erased, and not kept longer than needed."""
