"""Versions of what was agreed, on a real database."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core import events
from core.db import Database
from core.errors import ConfigProblem
from core.people import Person, Role
from handoff import agreements, corrections, tickets
from handoff.agreed import Policies
from handoff.brief import Brief
from handoff.corrections import Labels
from handoff.desk import Desk, load_desk
from handoff.tables import AgreementRow, TicketRow
from handoff.tickets import Kind, NewTicket, Ticket
from tests.making import NOW

LATER = NOW + timedelta(hours=1)
PRIYA = Person(id="U3", name="Priya", roles=frozenset({Role.AGENT}), level=3)
LABELS = Labels(kind=Kind.INCIDENT, category="vpn", impact="low", urgency="low")


@pytest.fixture(scope="module")
def desk() -> Desk:
    """The shipped desk, whose policies are version 1."""
    return load_desk(Path(__file__).parents[2] / "data" / "desk.yaml")


def renewed(desk: Desk, version: int, **spans: str) -> Desk:
    """The desk with another version, in which every priority has these spans."""
    plain = desk.policies.model_dump(mode="json")
    for name in ("P1", "P2", "P3", "P4", "P5"): plain[name] |= spans
    return desk.model_copy(update={"policies": Policies.model_validate(plain | {"version": version})})


def opened(database: Database, desk: Desk, **changes: Any) -> Ticket:
    """A ticket that was opened under a desk file."""
    values: dict[str, Any] = {"kind": Kind.INCIDENT, "requester": "U1", "category": "vpn", "impact": "low"}
    new = NewTicket(**values | {"urgency": "low", "brief": Brief(asked=("It is slow.",), reason="asked")} | changes)
    with database.transaction() as session:
        return tickets.open_ticket(session, desk, new, by="U1", now=NOW)


def keep(database: Database, desk: Desk) -> None:
    """What each start does."""
    with database.transaction() as session: agreements.keep(session, desk, NOW)


def test_what_was_kept_is_read_back_equal(database: Database, desk: Desk) -> None:
    """Targets, ladder, stops, calendars with their holidays: through the database, also under a later file."""
    keep(database, desk)
    second = renewed(desk, 2, response="1m")
    keep(database, second)
    with database.reading() as session:
        first = agreements.of(session, second, 1)
        assert (first.policies, first.hours) == (desk.policies, desk.hours)
        assert agreements.of(session, second, 2).policies == second.policies
        assert agreements.of(session, second, 99).policies == second.policies


def test_what_an_older_firstline_kept_is_read(database: Database, desk: Desk) -> None:
    """Keys that are known no more are passed over, wherever they are."""
    keep(database, desk)
    with database.transaction() as session:
        row = session.get_one(AgreementRow, 1)
        policies = row.content["policies"]
        ladder = [rung | {"old": 1} for rung in policies["ladder"]]
        policies = policies | {"old": 1, "P1": policies["P1"] | {"old": 1}, "ladder": ladder}
        hours = {name: one | {"old": 1} for name, one in row.content["hours"].items()}
        row.content = {"policies": policies, "hours": hours}
    with database.reading() as session: first = agreements.of(session, renewed(desk, 2), 1)
    assert (first.policies, first.hours) == (desk.policies, desk.hours)


def test_a_ticket_keeps_what_it_was_promised_under(database: Database, desk: Desk) -> None:
    """Another version with shorter times is for new tickets; the old one's, also for another priority, stay."""
    keep(database, desk)
    ticket = opened(database, desk)
    second = renewed(desk, 2, response="1m", update="1m", resolution="2m")
    keep(database, second)
    with database.transaction() as session:
        wanted = Labels(kind=Kind.INCIDENT, category="vpn", impact="low", urgency="medium")
        now = corrections.correct(
            session, second, ticket.id, seen=LABELS, wanted=wanted, categories=("vpn",), by=PRIYA, now=LATER
        )
        row = session.get_one(TicketRow, ticket.id)
    assert row.policy_version == 1
    assert (ticket.priority, now.priority) == ("P5", "P4")
    assert now.resolution_due - NOW > timedelta(days=1)
    assert opened(database, second).resolution_due == NOW + timedelta(minutes=2)


def test_other_content_under_the_same_version_is_refused(database: Database, desk: Desk) -> None:
    """In one clear line, whether targets or hours differ; the same content is taken as often as it comes."""
    keep(database, desk)
    keep(database, desk)
    office = desk.hours["office"].model_copy(update={"time_zone": "Europe/Lisbon"})
    for other in (renewed(desk, 1, response="1m"), desk.model_copy(update={"hours": {"office": office}})):
        with pytest.raises(ConfigProblem) as caught: keep(database, other)
        (line,) = caught.value.problems
        assert line.startswith("desk.yaml: policies and hours differ from version 1, which is agreed since 2026-11-20")
        assert line.endswith("raise policies.version.")


def test_a_new_version_is_a_fact(database: Database, desk: Desk) -> None:
    """Once, when it is first kept: which, and since when."""
    for known in (desk, desk, renewed(desk, 2, response="1m")): keep(database, known)
    with database.reading() as session:
        (first,), (second,) = (events.history(session, f"agreement:{version}") for version in (1, 2))
    assert (first.kind, first.actor, first.at, second.data) == ("agreement.kept", "firstline", NOW, {"version": 2})
