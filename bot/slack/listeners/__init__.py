"""The listeners: each parses what Slack sends, calls one use case, and renders what came of it."""

from slack_bolt import App

from bot.slack.listeners import (
    after,
    answers,
    approvals,
    commands,
    correcting,
    desk_forms,
    desk_menu,
    desk_opening,
    editors_beginning,
    editors_finding,
    editors_forms,
    editors_gaps,
    editors_history,
    editors_reviewing,
    errors,
    forms,
    homes,
    lanes,
    messages,
    runbooks,
    shapes,
    staff,
    steps,
    tasks,
    why,
)
from bot.slack.surface import SlackSurface


def register(app: App, surface: SlackSurface) -> None:
    """Connect every kind of listener."""
    kinds = (
        shapes, messages, after, answers, steps, approvals, staff, lanes, correcting, forms, commands, why,
        editors_finding, editors_forms, editors_reviewing, editors_history, editors_beginning, editors_gaps,
        runbooks, desk_menu, desk_forms, desk_opening, homes, tasks, errors,
    )  # fmt: skip
    for kind in kinds: kind.register(app, surface)
