"""Ticket systems: where a company keeps its tickets beside Slack, and how they stay the same there."""
