"""The employees' help pages, the health of the process, and the door for Slack's HTTP events."""
