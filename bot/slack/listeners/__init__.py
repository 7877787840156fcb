"""The listeners: each parses what Slack sends, calls one use case, and renders what came of it."""

from slack_bolt import App

from bot.slack.listeners import answers, commands, editors, errors, forms, messages, staff, steps, why
from bot.slack.surface import SlackSurface


def register(app: App, surface: SlackSurface) -> None:
    """Connect every kind of listener."""
    for kind in (messages, answers, steps, staff, forms, commands, why, editors, errors): kind.register(app, surface)
