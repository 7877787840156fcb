"""`firstline demo`, `serve`, `db upgrade | move`."""

import signal
import threading
from collections.abc import Collection
from contextlib import ExitStack

import click

from bot.bootstrap import Core, import_content
from bot.cli.progress import opened, progress
from bot.duties import ALL, Duty, check
from bot.learning import train_models
from bot.starting import running, sandbox
from core import logs, migrate, moving
from core.alone import in_turn, in_turn_at, stopped
from core.db import Database, existing
from core.settings import load_settings, need_slack


def add_to(group: click.Group) -> None:
    """Add these commands."""
    for command in (demo, serve, db): group.add_command(command)


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), help="The page's port (default: 8765).")
def demo(port: int | None) -> None:
    """Run everything on this machine: a local Slack workspace in the browser, with Firstline in it."""
    overrides = {} if port is None else {"sandbox_port": port}
    click.echo("Starting Firstline. The first time takes about a minute, later a few seconds.")
    with sandbox(load_settings(**overrides)) as (workspace, settings), opened(settings) as core:
        prepare(core)
        with running(core):
            click.echo(
                f"\nFirstline is ready. Open this address in a browser:\n\n    {workspace.url}\n\nCtrl+C ends it."
            )
            _until_asked_to_stop()


@click.command()
@click.option(
    "--role", "roles", multiple=True, type=click.Choice([duty.value for duty in Duty]),
    help="What this process does, where several share the work (docs/scaling.md); may be given more than once.",
)
def serve(roles: tuple[str, ...]) -> None:
    """Run Firstline on a real workspace (see docs/slack-setup.md for the tokens it needs)."""
    settings, duties = load_settings(), frozenset(map(Duty, roles)) or ALL
    need_slack(settings, connects=Duty.BOT in duties)  # before the minute that a first start takes
    check(settings, duties)
    logs.configure(settings.log_level, settings.log_format, () if duties >= ALL else sorted(duties))
    with opened(settings) as core:
        prepare(core)
        with running(core, duties) as up:
            click.echo(f"{_does(duties, up.help_url)} Ctrl+C ends it.")
            _until_asked_to_stop()


@click.group()
def db() -> None:
    """The database."""


@db.command()
def upgrade() -> None:
    """Bring the database to this version's tables; nothing happens when it is there already."""
    database = Database(load_settings().database_url)
    try:
        migrate.upgrade(database)
        click.echo(f"The database is at version {migrate.current(database)}.")
    finally:
        database.close()


@db.command()
@click.argument("target")
def move(target: str) -> None:
    """Take everything to another, empty database, such as postgresql://user:password@host/name, and compare each row.

    Stop Firstline first. The database that FIRSTLINE_DATABASE_URL names stays as it is.
    """
    with ExitStack() as stack:
        old, new = existing(load_settings().database_url), Database(target)
        for one in (old, new): stack.callback(one.close)
        stack.enter_context(stopped(old))
        note = stack.enter_context(progress())
        moved = moving.move(old, new, note)
    click.echo("\n".join(f"{count:>10,}  {name}" for name, count in moved.rows.items() if count))
    click.echo(f"{sum(moved.rows.values()):,} rows are there, each the same. Set FIRSTLINE_DATABASE_URL to it now.")


def _does(duties: Collection[Duty], help_url: str) -> str:
    """What a process that is up does, in a sentence."""
    if set(duties) >= ALL: return f"Firstline is connected to Slack; its help pages are at {help_url}."
    does = {
        Duty.BOT: "is connected to Slack", Duty.WEB: f"shows its help pages at {help_url}",
        Duty.WORKER: "delivers what is queued",
    }  # fmt: skip
    return f"Firstline {' and '.join(said for duty, said in does.items() if duty in duties)}."


def prepare(core: Core) -> None:
    """Import and train what a first start has to; what several processes share, one of them does."""
    with progress() as note:
        with in_turn(core.database): report = import_content(core, note)
        with in_turn_at(core.settings.state_dir): trained = train_models(core, note)
    if report:
        click.echo(f"Articles and recipes loaded: {len(report.added)}.")
        for problem in report.problems: click.echo(f"  left out: {problem}", err=True)
    if trained: click.echo(f"Trained: {', '.join(trained)}.")


def _until_asked_to_stop() -> None:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM): signal.signal(number, lambda *_: stop.set())
    stop.wait()
    click.echo("Stopping ...")
