"""`firstline audit`: is the history as it was written."""

import json
import sys
from dataclasses import asdict

import click

from core import audit as chain
from core import migrate, noted
from core.clock import utc_now
from core.db import existing
from core.settings import load_settings

BROKEN = 2  # the exit code, as of everything that a person has to look at


def add_to(group: click.Group) -> None:
    """Add these commands."""
    group.add_command(audit)


@click.group()
def audit() -> None:
    """The history of everything, sealed by a chain of hashes."""


@audit.command()
@click.option("--head", default="", help="A hash that was noted earlier: the chain must contain it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(head: str, *, as_json: bool) -> None:
    """Check that no sealed event was changed or taken out, nor one put between them; exit code 2 if so.

    It does not tell whether an event was true: one that somebody adds to the database is sealed like any other, in its
    place at the end. Note the head that it prints somewhere else: it proves later that nothing before it was touched.
    """
    settings = load_settings()
    database = existing(settings.database_url)
    try:
        migrate.must_be_current(database)
        with database.reading() as session:
            key, known = settings.audit_key.get_secret_value().encode(), noted.read(settings.state_dir / noted.FILE)
            found = chain.verify(session, utc_now(), key, head.strip(), known)
    finally:
        database.close()
    if as_json: click.echo(json.dumps(asdict(found)))
    else: click.echo(_told(found))
    if found.problems: sys.exit(BROKEN)


def _told(found: chain.Verdict) -> str:
    counts = f"{found.sealed:,} events sealed, {found.waiting:,} not yet, {found.erased:,} erased on request."
    if found.problems: return "\n".join([*found.problems, counts])
    return f"The history is as it was written. {counts}\nhead {found.head}"
