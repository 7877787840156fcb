"""Staff at the same ticket at the same moment, and words that must stay among them; in both databases."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.assistant import Assistant
from bot.slack.desk.commands import Commands, Said
from bot.slack.desk.thread_commands import READERS, Unclear, parse
from bot.slack.directory import Directory
from classifier.model import Classifier
from core.db import Database
from core.errors import BadInput, FirstlineError, NotAllowed, Stale
from core.outbox import OutboxItem
from core.people import Person, Role
from handoff import tickets
from handoff.tickets import State, Ticket
from tests.budgets import tries
from tests.fakes import FakeClock
from tests.functional.office import at_once
from tests.integration.test_tickets_race import new
from tests.killing import assistant_over
from tests.making import prediction

LIAM = Person(id="U0LIAMOKAF", name="Liam", roles=frozenset({Role.EMPLOYEE, Role.AGENT}), level=2)
PRIYA = Person(id="U0PRIYANAI", name="Priya", roles=frozenset({Role.EMPLOYEE, Role.AGENT}), level=3)
EMMA = Person(id="U0EMMALARS", name="Emma")
STAFF = {one.id: one for one in (LIAM, PRIYA, EMMA)}
INTERNAL = "zq7internal"  # stands in every word that staff write to each other
OUT = {"reply", "ask", "hold", "resolve", "split"}  # commands whose words are for the requester


class Colleagues:
    """Who is who, without Slack."""

    def here(self, user: str) -> Person:
        """Somebody of the three."""
        if user not in STAFF: raise BadInput("They are not here.")
        return STAFF[user]


@dataclass
class Desk:
    """The use cases, and a ticket at a time."""

    assistant: Assistant
    clock: FakeClock

    def opened(self) -> Ticket:
        """A new ticket in tier 2."""
        with self.assistant.parts.database.transaction() as session:
            return tickets.open_ticket(session, self.assistant.parts.desk, new(), by="firstline", now=self.clock())

    def now(self, ticket: Ticket) -> Ticket:
        """A ticket as it is now."""
        return self.assistant.looking.ticket(ticket.id, LIAM)


@pytest.fixture
def desk(database: Database, clock: FakeClock) -> Desk:
    """A desk in each database."""
    labels = SimpleNamespace(
        heads={"category": SimpleNamespace(classes=("vpn", "wifi"))}, predict=lambda _vector, _text: prediction()
    )  # every text is the same to it
    parts = replace(assistant_over(database, clock).parts, classifier=cast("Classifier", labels))
    return Desk(assistant=Assistant(parts), clock=clock)


def outcome(work: Callable[[], object]) -> str:
    """What came of something: empty, or what the person is told."""
    try:
        work()
    except FirstlineError as error:
        return str(error)
    return ""


def test_a_resolution_and_an_escalation_at_once(desk: Desk):
    """Whoever comes first wins; the other is told what has happened, and nothing is half done."""
    use = desk.assistant
    for _ in range(5):
        one = desk.opened()
        done, up = at_once(
            lambda one=one: outcome(lambda: use.ending.resolve(one.id, LIAM, seen_tier=2, code="fixed", note="Done.")),
            lambda one=one: outcome(lambda: use.laddering.escalate(
                one.id, PRIYA, seen_tier=2, reason="needs-access", note="", reviewed=True
            )),
        )
        now = desk.now(one)
        if not done:
            assert (now.state, now.tier, up) == (State.RESOLVED, 2, f"{one.number} is already resolved.")
        else:
            assert (now.state, now.tier, up, now.resolution) == (State.ESCALATED, 3, "", "")
            assert "tier 3" in done


def test_two_take_it_over_at_once(desk: Desk):
    """Both saw who had it: one gets it, the other is told that it went elsewhere."""
    working, one = desk.assistant.working, desk.opened()
    third = Person(id="U3", name="Third", roles=frozenset({Role.AGENT}), level=2)
    working.claim(one.id, third)
    said = at_once(*[
        lambda by=by: outcome(lambda: working.take(one.id, by, seen=third.id)) for by in (LIAM, PRIYA)
    ])
    assert said.count("") == 1
    assert f"{one.number} went to <@{desk.now(one).assignee}> a moment ago." in said
    assert desk.now(one).reassigned == 1


def test_a_claim_and_an_assignment_at_once(desk: Desk):
    """Nobody who was told that it is theirs loses it."""
    working, one = desk.assistant.working, desk.opened()
    claimed, given_ = at_once(
        lambda: outcome(lambda: working.claim(one.id, LIAM)),
        lambda: outcome(lambda: working.assign(one.id, LIAM, to=PRIYA, seen="")),
    )
    assert (claimed, given_).count("") == 1
    assert desk.now(one).assignee == (LIAM.id if not claimed else PRIYA.id)


def test_two_merged_into_each_other_at_once(desk: Desk):
    """One of them goes on as the other; never do both end."""
    relating = desk.assistant.relating
    one, other = desk.opened(), desk.opened()
    said = at_once(
        lambda: outcome(lambda: relating.merge(one.id, LIAM, number=other.number)),
        lambda: outcome(lambda: relating.merge(other.id, PRIYA, number=one.number)),
    )
    assert said.count("") == 1
    assert sorted(desk.now(ticket).open for ticket in (one, other)) == [False, True]


def test_numbers_as_people_type_them(desk: Desk):
    """Any case, with or without zeros; what does not exist is a clear line."""
    one, other = desk.opened(), desk.opened()
    desk.assistant.relating.link(one.id, LIAM, number=f" inc-{int(other.number[4:])} ")
    for wrong in ("INC-99", "7", "", "INC-", "nonsense", "INC-9999999999999"):
        with pytest.raises(BadInput, match="no ticket of that number"):
            desk.assistant.relating.link(one.id, LIAM, number=wrong)


def test_a_form_that_is_sent_twice_splits_once(desk: Desk):
    """Whoever does not see that it was taken sends it again; another form makes another ticket."""
    use, one = desk.assistant.relating, desk.opened()
    assert use.split(one.id, LIAM, text="The mouse, too", key="V1")
    assert use.split(one.id, LIAM, text="The mouse, too", key="V1") is None
    assert use.split(one.id, LIAM, text="The bag, too", key="V2")
    with pytest.raises(BadInput, match="what the second ticket is about"): use.split(one.id, LIAM, text=" ", key="V3")


def test_tier_3_is_not_for_level_2(desk: Desk):
    """Each use case says so in one line."""
    use, one = desk.assistant, desk.opened()
    use.laddering.escalate(one.id, LIAM, seen_tier=2, reason="needs-access", note="", reviewed=True)
    for work in (
        lambda: use.working.claim(one.id, LIAM), lambda: use.working.resume(one.id, LIAM),
        lambda: use.working.assign(one.id, LIAM, to=PRIYA, seen=""), lambda: use.relating.split(one.id, LIAM, text="x"),
        lambda: use.ending.resolve(one.id, LIAM, seen_tier=3, code="fixed", note="x", documented="no:x"),
        lambda: use.laddering.review(one.id, LIAM, note="x"),
    ):  # fmt: skip
        with pytest.raises(NotAllowed, match=f"^{one.number} is with tier 3"): work()
    assert desk.now(one).version == 2


def test_an_employee_may_nothing(desk: Desk):
    """Not even look."""
    use, one = desk.assistant, desk.opened()
    for work in (
        lambda: use.working.claim(one.id, EMMA), lambda: use.working.resume(one.id, EMMA),
        lambda: use.looking.ticket(one.id, EMMA), lambda: use.looking.numbered(one.number, EMMA),
        lambda: use.laddering.review(one.id, EMMA, note="x"),
    ):  # fmt: skip
        with pytest.raises(NotAllowed): work()
    with pytest.raises(BadInput): use.working.assign(one.id, LIAM, to=EMMA, seen="")


def test_a_paused_ticket_is_paused_once(desk: Desk):
    """Of two who pause at once one does."""
    working, one = desk.assistant.working, desk.opened()
    said = at_once(*[
        lambda by=by: outcome(lambda: working.hold(one.id, by, until=date(2026, 12, 1), note="a part"))
        for by in (LIAM, PRIYA)
    ])
    assert sorted(said) == ["", f"{one.number} is paused already."]


def written(session: object, text: str) -> bool:
    """Whether a text is in anything that goes to a requester."""
    query = select(OutboxItem).where(OutboxItem.lane.like("requester:%"))
    return any(text in str(item.payload) for item in session.scalars(query))  # type: ignore[attr-defined]


def test_what_staff_write_never_goes_out(desk: Desk):
    """Whatever follows the sign: nothing but what is meant for the requester is ever put down for them."""
    commands = Commands(desk.assistant, cast("Directory", Colleagues()))
    verbs = st.sampled_from(sorted({*READERS, "p1", "p4"} - OUT))
    people = [f"<@{PRIYA.id}>", f"<@{EMMA.id}>"]
    before = st.sampled_from(["", "service-desk", "network", "vendor", *people, "high low", "INC-1", "INC-2", "vpn"])

    @settings(max_examples=tries(80), deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(verbs, before, st.text(max_size=20), st.sampled_from([LIAM, PRIYA]))
    def tried(verb: str, first: str, rest: str, by: Person) -> None:
        ticket = desk.now(with_it)
        command = parse(f"!{verb} {first} {INTERNAL} {rest}", desk.assistant.parts.desk)
        if isinstance(command, Unclear): return
        with suppress(FirstlineError):
            commands.run(Said(ticket=ticket, by=by, command=command, key=f"k{rest}"))

    with_it, _ = desk.opened(), desk.opened()
    tried()
    with desk.assistant.parts.database.reading() as session:
        assert not written(session, INTERNAL)
    for work in ("!back", "!review"):
        command = parse(f"{work} {INTERNAL}", desk.assistant.parts.desk)
        assert not isinstance(command, Unclear)
        with suppress(Stale, NotAllowed):
            commands.run(Said(ticket=desk.now(with_it), by=PRIYA, command=command, key="k"))
    with desk.assistant.parts.database.reading() as session:
        assert not written(session, INTERNAL)
