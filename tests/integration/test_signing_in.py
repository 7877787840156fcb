"""Sign-ins and sessions; in both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.assistant import Assistant
from bot.assistant.signing_in import local
from bot.tables import WebSessionRow
from core import people
from core.db import Base, Database
from kb.articles import ARTICLE, RUNBOOK
from kb.listing import Show, Wanted
from kb.writing import Draft, article_draft
from tests.fakes import FakeClock
from tests.killing import assistant_over
from tests.studio import NOOR


@pytest.fixture
def assistant(database: Database, clock: FakeClock) -> Assistant:
    """The use cases, and an editor."""
    with database.transaction() as session: people.save(session, NOOR, clock())
    return assistant_over(database, clock)


def count(database: Database, table: type[Base]) -> int:
    """How many rows there are."""
    with database.reading() as session: return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_sign_in_is_its_browsers(assistant: Assistant, clock: FakeClock):
    """Another secret ends none, nor what is no sign-in, nor one that took too long; it leads nowhere else."""
    end, login = assistant.signing_in.end, assistant.signing_in.begin("/help")
    assert end(login.state, login.held) == login
    assert end("", login.held) is None
    assert end(assistant.signing_in.begin("/help").state, login.held) is None
    for odd in ("", "e30", "bnVsbA", "W10", "x" * 900, "ü", replace(login, state="").held):
        assert end(login.state, odd) is None
        assert end("", odd) is None
    away = end(login.state, replace(login, leads_to="https://evil.example/").held)
    assert away is not None
    assert away.leads_to == "/studio"
    clock.advance(timedelta(minutes=10))
    assert end(login.state, login.held) is None


def test_no_token_can_be_read_in_the_database(assistant: Assistant, database: Database):
    """The table holds the hash of what opens a door."""
    token = assistant.signing_in.open(NOOR.id)
    with database.reading() as session: [kept] = session.scalars(select(WebSessionRow.token))
    assert kept != token


def test_what_has_ended_is_swept(assistant: Assistant, database: Database, clock: FakeClock):
    """The next session takes away what nobody can use any more."""
    assistant.signing_in.open(NOOR.id)
    clock.advance(timedelta(hours=9))
    assistant.signing_in.open(NOOR.id)
    assert count(database, WebSessionRow) == 1


@pytest.mark.parametrize(
    ("path", "kept"), [
        ("/studio/articles?q=a&page=2", True), ("/help/vpn#p-1", True), ("//evil.example", False), ("/\\evil", False),
        ("https://evil.example", False), ("/a\r\nSet-Cookie: x", False), ("/\t/evil.example", False), ("", False),
    ]
)
def test_only_our_own_addresses(path: str, kept: bool):  # noqa: FBT001 - a row of a table
    """Nobody is led away from here after signing in."""
    assert local(path) == (path if kept else "/studio")


def test_the_list_in_both_databases(assistant: Assistant):
    """Filters, order and pages are the same wherever the rows are kept."""
    for slug, title, more in (("b", "beta", "owner: x"), ("a", "Alpha", ""), ("g", "gamma", "audience: staff")):
        made = article_draft(f"{slug}.md", f"---\ntitle: {title}\n{more}\n---\nText of {title}.\n")
        assert isinstance(made, Draft)
        assistant.parts.kb.save(made, by=NOOR.id)
    assistant.parts.kb.retire(ARTICLE, "g", by=NOOR.id)
    find = assistant.listing.find
    assert [one.title for one in find("", Wanted(), NOOR).lines] == ["Alpha", "beta", "gamma"]
    assert [one.title for one in find("", Wanted(), NOOR, first=1, limit=1).lines] == ["beta"]
    assert [one.title for one in find("", Wanted(owner="x"), NOOR).lines] == ["beta"]
    assert [one.title for one in find("", Wanted(show=Show.RETIRED), NOOR).lines] == ["gamma"]
    assert find("", Wanted(kind=RUNBOOK), NOOR).total == 0
    assert find("100%", Wanted(), NOOR).total == 0
    assert [one.title for one in find("GAMMA", Wanted(), NOOR).lines] == ["gamma"]
    assert assistant.listing.choices(NOOR).owners == ("x",)
