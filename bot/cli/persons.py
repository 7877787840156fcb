"""`firstline person`: what is held about somebody is shown, or erased, at their request."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from bot.assistant.personal import Personal
from bot.erasing.person import Erasure
from core import migrate, people
from core.clock import utc_now
from core.db import Database, existing
from core.errors import NotAllowed
from core.people import Person
from core.settings import load_settings
from handoff.desk import Desk, load_desk

AS = click.option("--as", "email", required=True, help="Your e-mail address: a manager's or admin's in the desk file.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def add_to(group: click.Group) -> None:
    """Add these commands."""
    group.add_command(person)


@click.group()
def person() -> None:
    """A person's rights: see what is held about them, and have it erased (docs/security.md)."""


@person.command()
@click.argument("who")
@AS
@JSON
def show(who: str, email: str, *, as_json: bool) -> None:
    """Everything that is held about WHO, a Slack id or an e-mail address; that it was shown is in the history."""
    with _opened() as (database, desk): found = _use(database, desk).show(who, _by(database, desk, email))
    click.echo(json.dumps(found, ensure_ascii=False, indent=2) if as_json else "\n".join(_told(found)))


@person.command()
@click.argument("who")
@AS
@click.option("--also", multiple=True, help="An earlier name or e-mail address of theirs; may be given more than once.")
@click.option("--dry-run", is_flag=True, help="Change nothing; tell what would be.")
@JSON
def erase(who: str, email: str, also: tuple[str, ...], *, dry_run: bool, as_json: bool) -> None:
    """Erase WHO, a Slack id or an e-mail address, everywhere; what they have open ends first. It cannot be undone."""
    with _opened() as (database, desk):
        done = _use(database, desk).erase(who, _by(database, desk, email), dry_run=dry_run, also=also)
    click.echo(json.dumps(_plain(done, dry_run=dry_run)) if as_json else "\n".join(_ended(done, dry_run=dry_run)))


@contextmanager
def _opened() -> Iterator[tuple[Database, Desk]]:
    settings = load_settings()
    desk, database = load_desk(settings.data_dir / "desk.yaml"), existing(settings.database_url)
    try:
        migrate.must_be_current(database)
        connected = bool(settings.tickets_system)
        yield database, desk.model_copy(update={"connected": connected})
    finally:
        database.close()


def _use(database: Database, desk: Desk) -> Personal:
    return Personal(database, desk, utc_now)


def _by(database: Database, desk: Desk, email: str) -> Person:
    """Who asks, with the roles of the desk file."""
    filed = desk.staff_of(email)
    if filed is None: raise NotAllowed(f"{email} is not among the staff of the desk file.")
    with database.reading() as session: known = people.by_email(session, email)
    return Person(id=known.id if known else "command line", name=email, email=email, roles=frozenset(filed.roles))


def _told(found: dict[str, Any]) -> Iterator[str]:
    who = found["person"]
    yield f"{who['name'] or who['id']}, {who['email'] or 'no address'}, {who['id']}"
    for what, title in (("own", "Theirs"), ("named", "Named in rows of others")):
        for table, rows in found[what].items(): yield f"{title}: {len(rows):,} in {table}"
    yield f"Kept of messages in and out: {len(found['waiting']):,}"
    yield "With --json it is all printed, for them to have."


def _plain(done: Erasure, *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run, "rows": done.rows, "by_hand": list(done.by_hand), "want_an_owner": list(done.ownerless),
        "named_in_knowledge": done.named_in,
    }  # fmt: skip


def _ended(done: Erasure, *, dry_run: bool) -> Iterator[str]:
    yield "Nothing was changed. This would be:" if dry_run else "Erased, or emptied of them:"
    for table, count in done.rows.items(): yield f"  {count:,} in {table}"
    if not done.rows: yield "  nothing: nobody like that was found"
    if done.named_in: yield f"{done.named_in:,} texts of the knowledge base named them. Do they still read well?"
    if done.ownerless: yield f"With a vendor, and in want of another owner: {', '.join(done.ownerless)}"
    yield "To be erased by hand:"
    for line in done.by_hand: yield f"  {line}"
