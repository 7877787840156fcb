"""Known outages: declared by those who may, told once, ended once."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import Database
from core.encoder import HashingEncoder, Vectors
from core.errors import BadInput, NotAllowed, NotFound, Stale
from core.outbox import OutboxItem
from core.people import Person, Role
from handoff import outages
from handoff.outages import Outage

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LIAM = Person(id="U2", name="Liam", roles=frozenset({Role.AGENT}), level=2)


@pytest.fixture
def session(sqlite_database: Database) -> Iterator[Session]:
    """One transaction, as an edge would open it."""
    with sqlite_database.transaction() as session:
        yield session


def vector(text: str) -> Vectors:
    """A text's vector."""
    return HashingEncoder().encode([text])[0]


def declare(session: Session, text: str, by: Person = LIAM) -> Outage:
    """Make a fault known."""
    return outages.declare(session, text, vector(text), "hashing", by=by, now=NOW)


def affect(session: Session, outage: Outage, person: str) -> int:
    """Note that a person is hit."""
    return outages.affect(session, outage.id, person, channel=f"D{person}", thread_ts="1.0", now=NOW)


def told(session: Session) -> list[str]:
    """Who is to hear that it is over."""
    return list(session.scalars(select(OutboxItem.key).where(OutboxItem.kind == "outage_over").order_by(OutboxItem.id)))


def test_the_nearest_lasting_outage_is_matched(session: Session) -> None:
    """With how near it is; what is about something else matches none."""
    vpn, _ = declare(session, "The VPN in Lisbon is down"), declare(session, "Printing is down in Bristol")
    found = outages.matching(session, vector("the vpn in lisbon is down again"), "hashing")
    assert found is not None
    assert (found.id, found.text) == (vpn.id, "The VPN in Lisbon is down")
    assert 0.5 < found.likeness < 1
    assert outages.matching(session, vector("where is my badge"), "hashing") is None
    assert [outage.text for outage in outages.current(session)] == [
        "The VPN in Lisbon is down",
        "Printing is down in Bristol",
    ]


def test_vectors_of_another_encoder_are_never_compared(session: Session) -> None:
    """After the model was changed an old outage matches nothing, and is listed still."""
    declare(session, "The VPN is down")
    assert outages.matching(session, vector("The VPN is down")[:7], "another") is None
    assert len(outages.current(session)) == 1


def test_everybody_hit_is_told_once_when_it_is_over(session: Session) -> None:
    """However often they asked; and it is over only once."""
    outage = declare(session, "The VPN is down")
    assert [affect(session, outage, person) for person in ("U5", "U6", "U5")] == [1, 2, 1]
    assert outages.end(session, outage.id, by=LIAM, now=NOW) == 2
    assert told(session) == [f"over:{outage.id}:U5", f"over:{outage.id}:U6"]
    payload = session.scalars(select(OutboxItem.payload)).first()
    assert payload == {"channel": "DU5", "thread_ts": "1.0", "person": "U5", "text": "The VPN is down"}
    with pytest.raises(Stale, match="already over"):
        outages.end(session, outage.id, by=LIAM, now=NOW)
    assert len(told(session)) == 2
    assert outages.current(session) == []
    assert outages.matching(session, vector("The VPN is down"), "hashing") is None


def test_whoever_is_hit_at_the_very_end_still_hears_that_it_is_over(session: Session) -> None:
    """The answer was on its way when somebody ended it."""
    outage = declare(session, "The VPN is down")
    outages.end(session, outage.id, by=LIAM, now=NOW)
    assert affect(session, outage, "U5") == 1
    assert told(session) == [f"over:{outage.id}:U5"]


def test_only_staff_declares_and_ends(session: Session) -> None:
    """Checked here, whatever command was typed."""
    ana = Person(id="U1", name="Ana")
    outage = declare(session, "The VPN is down")
    with pytest.raises(NotAllowed):
        declare(session, "Free cake", by=ana)
    with pytest.raises(NotAllowed):
        outages.end(session, outage.id, by=ana, now=NOW)


def test_an_outage_says_something_and_not_too_much(session: Session) -> None:
    """An empty one and a novel are refused, and one that does not exist hits nobody."""
    with pytest.raises(BadInput, match="Say what is down"):
        declare(session, "  ")
    with pytest.raises(BadInput, match="at most 500 characters"):
        declare(session, "x" * 501)
    with pytest.raises(Stale):
        outages.end(session, 99, by=LIAM, now=NOW)
    with pytest.raises(NotFound):
        outages.affect(session, 99, "U1", channel="D", thread_ts="1", now=NOW)
