"""Slack: listeners that parse, call and render; and what goes out to it."""
