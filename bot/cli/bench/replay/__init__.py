"""The log of a real service desk, gone through once more by this one: how fast it is, and whether it comes out the same."""
