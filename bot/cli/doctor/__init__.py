"""What `firstline doctor` looks at, all of it at once; `bot.slack.doctor` looks at Slack. Nothing is changed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from pydantic import SecretStr
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot.check import Check, missing, skipped, well
from bot.cli.doctor import content, database, machine, models, outside, slack, stored
from bot.cli.doctor.patience import Group, told
from bot.slack.manifest import manifest
from core import migrate
from core.errors import ConfigProblem, FirstlineError
from core.settings import Settings, load_settings, need_slack

LONG = skipped("history", "is long: `firstline audit verify` goes through all of it.")
IN_SETTINGS = "docs/settings.md tells what it may be."


def examine() -> Iterator[Check]:
    """Every check, in the order in which they should be mended; without settings there is nothing else to look at."""
    try:
        settings = load_settings()
    except ConfigProblem as error:
        for problem in error.problems: yield missing("settings", f"{problem.rstrip('.')};", IN_SETTINGS)
        return
    secrets = _secrets(settings)
    for check in _all(settings): yield without(check, secrets)


def _all(settings: Settings) -> Iterator[Check]:
    problems = _slack_problems(settings)
    yield from problems or [well("settings", f"all are understood; {settings.slack_mode} mode.")]
    yield from told(_groups(settings, ready=not problems))


def _groups(settings: Settings, *, ready: bool) -> Sequence[Group]:
    def of(what: str, look: Callable[[Settings], Iterator[Check]], late: Check | None = None) -> Group:
        return Group(what=what, look=lambda: look(settings), late=late)

    return (
        of("machine", machine.look), of("content", content.look), of("automation", outside.automation),
        of("ticket system", outside.tickets), of("web", outside.web), of("database", database.look),
        of("history", _history, LONG), of("models", models.look), of("Slack", slack.look if ready else _not_asked),
    )


def _slack_problems(settings: Settings) -> list[Check]:
    found: list[str] = []
    for demand in (lambda: need_slack(settings), lambda: manifest(settings.slack_mode, settings.public_url)):
        try:
            demand()
        except ConfigProblem as error:
            found += error.problems
    return [missing("settings", f"{problem.rstrip('.')}.", "docs/slack-setup.md has each step.") for problem in found]


def _not_asked(_settings: Settings) -> Iterator[Check]:
    yield skipped("Slack", "not asked before the settings are right.")


def _history(settings: Settings) -> Iterator[Check]:
    """In a group of its own, for it may take long. What is wrong with the database itself is told by that one."""
    file = database.sqlite_file(settings.database_url)
    if file and not file.exists(): return
    try:
        with database.opened(settings.database_url) as found:
            if not migrate.pending(found): yield from stored.history(found, settings)
    except FirstlineError:
        return


# -- no secret is shown, whatever an error repeats -----------------------------------------------------------------


def without(check: Check, secrets: Sequence[str]) -> Check:
    """The check with `...` where a secret stood."""
    says, mend = check.says, check.mend
    for secret in secrets: says, mend = says.replace(secret, "..."), mend.replace(secret, "...")
    return replace(check, says=says, mend=mend)


def _secrets(settings: Settings) -> list[str]:
    """Every secret value there is, the longest first: one may hold another."""
    values = (getattr(settings, field) for field in Settings.model_fields)
    found = {value.get_secret_value() for value in values if isinstance(value, SecretStr)}
    try:
        found.add(str(make_url(settings.database_url).password or ""))
    except (ArgumentError, ValueError):  # a password with an @ that is not written as %40
        found.add(settings.database_url)
    return sorted(found - {""}, key=len, reverse=True)
