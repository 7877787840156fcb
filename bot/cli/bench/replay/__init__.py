"""The log of a service desk, gone through once more by this one: how fast, and whether it comes out the same."""
