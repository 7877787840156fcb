"""Tickets in Slack: their cards, what staff and requesters are told of them, forms and commands."""
