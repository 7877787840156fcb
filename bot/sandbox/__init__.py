"""A local Slack workspace: the Web API, Socket Mode and signed HTTP for one app, and a page where people use it."""
