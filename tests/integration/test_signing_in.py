"""Sign-ins and sessions; in both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.assistant import Assistant
from bot.assistant.signing_in import local
from bot.tables import WebLoginRow, WebSessionRow
from core import people
from core.db import Base, Database
from kb.articles import ARTICLE, RUNBOOK
from kb.listing import Show, Wanted
from kb.writing import Draft, article_draft
from tests.fakes import FakeClock
from tests.functional.office import at_once
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


def test_a_sign_in_is_spent_once(assistant: Assistant):
    """Of two who come back with one secret at the same moment, one gets in."""
    login = assistant.signing_in.begin("/help")
    found = at_once(*[lambda: assistant.signing_in.end(login.state)] * 2)
    assert sorted(one is None for one in found) == [False, True]


def test_no_token_can_be_read_in_the_database(assistant: Assistant, database: Database):
    """The tables hold hashes of what opens a door."""
    login, token = assistant.signing_in.begin("/help"), assistant.signing_in.open(NOOR.id)
    with database.reading() as session:
        kept = [*session.scalars(select(WebLoginRow.state)), *session.scalars(select(WebSessionRow.token))]
    assert len(kept) == 2
    assert not {login.state, token} & set(kept)


def test_what_has_ended_is_swept(assistant: Assistant, database: Database, clock: FakeClock):
    """The next sign-in takes away what nobody can use any more."""
    assistant.signing_in.begin("/help")
    assistant.signing_in.open(NOOR.id)
    clock.advance(timedelta(hours=9))
    assistant.signing_in.begin("/help")
    assert (count(database, WebLoginRow), count(database, WebSessionRow)) == (1, 0)


def test_nobody_fills_the_table(assistant: Assistant, database: Database, monkeypatch: pytest.MonkeyPatch):
    """Where too many are under way, the oldest gives way."""
    monkeypatch.setattr("bot.assistant.signing_in.MOST_BEGUN", 3)
    logins = [assistant.signing_in.begin("/help") for _ in range(5)]
    assert count(database, WebLoginRow) == 3
    assert assistant.signing_in.end(logins[-1].state) is not None


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
