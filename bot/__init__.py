"""The assistant and the surfaces it is met on: Slack, the web, the terminal, and a local Slack workspace."""
