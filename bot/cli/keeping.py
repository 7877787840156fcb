"""`firstline backup` and `firstline restore`."""

from contextlib import ExitStack, closing
from pathlib import Path

import click

from bot.cli.progress import progress
from core import backup as backups
from core import restoring
from core.audit import BEGINNING
from core.clock import utc_now
from core.db import Database, existing
from core.settings import load_settings


def add_to(group: click.Group) -> None:
    """Add these commands."""
    for command in (backup, restore): group.add_command(command)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Put a copy of everything into a new FILE: database, models. Firstline may go on working meanwhile.

    The file holds what the database holds; keep it as safe. Settings and the data folder are not in it.
    """
    settings = load_settings()
    with ExitStack() as stack:
        database = stack.enter_context(closing(existing(settings.database_url)))
        note = stack.enter_context(progress())
        told = backups.make(database, settings.state_dir, file, utc_now(), note)
    rows, models = sum(told.rows.values()), len(told.files) - 1
    click.echo(f"{file}: {rows:,} rows and {models} files of models, as they were at {told.made_at}.")
    if told.head != BEGINNING: click.echo(f"The newest seal of the history is {told.head}.")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
def restore(file: Path) -> None:
    """Bring the backup in FILE back, into the database that FIRSTLINE_DATABASE_URL names, where nothing is yet.

    Everything is checked: each file, each page, the rows of each table, and the seals of the history.
    """
    settings = load_settings()
    key = settings.audit_key.get_secret_value().encode()
    with ExitStack() as stack:
        database = stack.enter_context(closing(Database(settings.database_url)))
        note = stack.enter_context(progress())
        back = restoring.restore(file, database, settings.state_dir, utc_now(), key, note)
    click.echo(f"{back.rows:,} rows and {back.models} files of models are back, as they were at {back.made_at}.")
    click.echo(f"{back.sealed:,} events of the history are sealed, and every seal holds.")
