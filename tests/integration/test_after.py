"""After the work, on a real database: who may say what, and how often; and where a fix is written down."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.assistant import Assistant
from bot.assistant.desk.laddering import AtVendor
from bot.assistant.documenting import KIND
from bot.assistant.editorial.made import read
from bot.question import At
from bot.slack.desk.standing import status
from bot.slack.home import home
from core import people
from core.db import Database
from core.errors import BadInput, NotAllowed, Stale
from core.events import Event
from core.outbox import OutboxItem
from core.people import Person, Role
from handoff import changing, relating, tickets, working
from handoff.brief import Brief
from handoff.tickets import MAX_NOTE, Kind, NewTicket, State, Ticket
from kb.writing import Draft, recipe_draft
from tests.fakes import FakeClock
from tests.killing import EMMA, assistant_over

LIAM = Person(id="U2", name="Liam Okafor", roles=frozenset({Role.AGENT}), level=2)
PRIYA = Person(id="U3", name="Priya Nair", roles=frozenset({Role.AGENT}), level=3)
NOOR = Person(id="U5", name="Noor Haddad", roles=frozenset({Role.EMPLOYEE, Role.EDITOR}))
DAY = timedelta(days=1)
RECIPE = """
title: The pump
triggers: [the pump]
start: look
steps:
  look: {say: "Is it wet?", choices: {"Yes": handoff, "No": solved}}
"""


class House:
    """Firstline without a model, over a database, with a ticket or two."""

    def __init__(self, assistant: Assistant, clock: FakeClock) -> None:
        self.assistant, self.clock, self.parts = assistant, clock, assistant.parts

    def opens(self, by: Person = EMMA, tier: int = 2) -> Ticket:
        """A new ticket."""
        brief = Brief(asked=("Emma Larsen's pump is wet",), reason="asked")
        new = NewTicket(
            kind=Kind.INCIDENT, requester=by.id, category="other", impact="low", urgency="medium", brief=brief,
            tier=tier,
        )  # fmt: skip
        with self.parts.database.transaction() as session:
            return tickets.open_ticket(session, self.parts.desk, new, by=by.id, now=self.clock())

    def resolves(self, ticket: Ticket, documented: str = "") -> Ticket:
        """Priya resolves it."""
        return self.assistant.ending.resolve(
            ticket.id, PRIYA, seen_tier=ticket.tier, code="fixed", note="Dried it for Emma Larsen.",
            documented=documented,
        )

    def merges(self, ticket: Ticket, into: Ticket) -> None:
        """Liam merges two."""
        with self.parts.database.transaction() as session:
            relating.merge(session, self.parts.desk, ticket.id, into.id, by=LIAM, now=self.clock())

    def now(self, ticket: Ticket) -> Ticket:
        """The ticket as it stands."""
        return self.assistant.tickets.get(ticket.id)

    def facts(self, ticket: Ticket, kind: str) -> list[dict[str, Any]]:
        """The events of one kind."""
        query = select(Event.data).where(Event.subject == f"ticket:{ticket.id}", Event.kind == kind)
        with self.parts.database.reading() as session: return list(session.scalars(query))


@pytest.fixture
def house(database: Database, clock: FakeClock) -> House:
    """A house in each database."""
    with database.transaction() as session:
        for one in (EMMA, NOOR, LIAM, PRIYA): people.save(session, one, clock())
    return House(assistant_over(database, clock), clock)


class TestRating:
    def test_it_is_asked_at_the_first_end_alone(self, house: House):
        """After it was opened again nobody asks any more."""
        ticket = house.resolves(house.opens())
        use = house.assistant.after
        assert use.confirm(ticket.id, EMMA).asks
        use.reopen(ticket.id, EMMA)
        house.resolves(house.now(ticket), "no:A one-off.")
        assert not use.confirm(ticket.id, EMMA).asks

    def test_once_and_by_the_requester_alone(self, house: House):
        """Before the end, twice, or by somebody else: nothing is kept."""
        ticket, use = house.resolves(house.opens()), house.assistant.after
        with pytest.raises(Stale, match="not closed yet"): use.rate(ticket.id, 5, EMMA)
        use.confirm(ticket.id, EMMA)
        with pytest.raises(NotAllowed): use.rate(ticket.id, 1, NOOR)
        with pytest.raises(BadInput): use.rate(ticket.id, 6, EMMA)
        assert not use.rate(ticket.id, 4, EMMA).asks
        with pytest.raises(Stale, match="told us already"): use.rate(ticket.id, 1, EMMA)
        assert house.now(ticket).rating == 4

    def test_a_comment_comes_once_after_a_rating(self, house: House):
        """Without secrets, and not too long."""
        ticket, use = house.resolves(house.opens()), house.assistant.after
        use.confirm(ticket.id, EMMA)
        with pytest.raises(Stale, match="rate"): use.comment(ticket.id, "Nice", EMMA)
        use.rate(ticket.id, 2, EMMA)
        for text in ("", "x" * (MAX_NOTE + 1)):
            with pytest.raises(BadInput): use.comment(ticket.id, text, EMMA)
        use.comment(ticket.id, "My password: hunter2hunter2 did not work", EMMA)
        with pytest.raises(Stale): use.comment(ticket.id, "And more", EMMA)
        assert "hunter2" not in house.now(ticket).rating_note


class TestAtAVendor:
    def test_what_is_confirmed_and_opened_again_waits_where_people_are(self, house: House):
        """No queue to watch gets a ticket that somebody has to take."""
        ticket = house.opens(tier=3)
        house.assistant.laddering.escalate(
            ticket.id, PRIYA, seen_tier=3, reason="vendor", note="", reviewed=True, case=AtVendor(vendor="Severnline")
        )
        assert house.now(ticket).state is State.VENDOR
        house.assistant.after.confirm(ticket.id, EMMA)
        house.assistant.after.reopen(ticket.id, EMMA)
        now = house.now(ticket)
        assert (now.state, now.queue, now.tier) == (State.REOPENED, ticket.queue, 3)


class TestMerged:
    def test_one_whose_ticket_was_merged_can_say_that_it_is_not_fixed(self, house: House):
        """The other one is opened again, for both; confirm it for them they cannot."""
        main, theirs = house.opens(), house.opens(NOOR)
        house.merges(theirs, main)
        house.resolves(main)
        use = house.assistant.after
        ended, _ = use.heard_by(main.id, NOOR)
        assert (ended.heard_as, ended.asks) == (theirs.number, False)
        with pytest.raises(NotAllowed): use.confirm(main.id, NOOR)
        use.reopen(main.id, NOOR)
        assert house.now(main).state is State.REOPENED

    def test_it_is_told_apart(self, house: House):
        """Merged is neither confirmed nor assumed, and asks nothing."""
        main, theirs = house.opens(), house.opens(NOOR)
        house.merges(theirs, main)
        [fact] = house.facts(theirs, "ticket.closed")
        assert (fact["how"], fact["asks"]) == ("merged", False)

    def test_its_requester_hears_that_the_other_one_was_confirmed(self, house: House):
        """Whoever confirmed it is answered where they did that; the others are told."""
        main, theirs = house.opens(), house.opens(NOOR)
        house.merges(theirs, main)
        house.assistant.after.confirm(main.id, EMMA)
        query = select(OutboxItem.payload).where(OutboxItem.kind == "notice").order_by(OutboxItem.id)
        with house.parts.database.reading() as session: told = list(session.scalars(query))
        assert [one["to"] for one in told if (one["ticket"], one["what"]) == (main.id, "closed")] == [theirs.id]

    def test_its_requester_sees_where_the_other_one_stands(self, house: House):
        """But not what that one is about."""
        main, theirs = house.opens(), house.opens(NOOR)
        house.merges(theirs, main)
        reply = house.assistant.tickets.status(NOOR, theirs.number)
        told = status(reply.standings[0], reply.names, "UTC")
        assert f"goes on as *{main.number}*" in told
        assert "nobody has taken it yet" in told

    def test_its_requester_is_not_waited_for(self, house: House):
        """What the other one's requester was asked is not theirs to answer."""
        main, theirs = house.opens(), house.opens(NOOR)
        house.merges(theirs, main)
        with house.parts.database.transaction() as session:
            row = changing.locked(session, main.id)
            working.wait_for_requester(session, house.parts.desk, row, by=LIAM.id, now=house.clock())
        reply = house.assistant.tickets.status(NOOR, theirs.number)
        assert "waiting for its requester" in status(reply.standings[0], reply.names, "UTC")


class TestAdding:
    def test_it_goes_to_the_staffs_thread_once(self, house: House):
        """The same form twice adds it once; a ticket that waited goes on."""
        ticket, use = house.opens(), house.assistant.after
        with house.parts.database.transaction() as session:
            row = working.lock(session, house.parts.desk, ticket.id, LIAM)
            working.wait_for_requester(session, house.parts.desk, row, by=LIAM.id, now=house.clock())
        for _ in range(2): use.add(ticket.id, "It is a ThinkPad", EMMA, key="V1")
        query = select(OutboxItem.payload).where(OutboxItem.kind == "staff_note")
        with house.parts.database.reading() as session:
            assert [one["text"] for one in session.scalars(query)] == ["It is a ThinkPad"]
        assert house.now(ticket).state is not State.WAITING

    def test_what_is_refused(self, house: House):
        """Nothing, too much, somebody else's, and what is over."""
        ticket, use = house.opens(), house.assistant.after
        for text in (" ", "x" * (MAX_NOTE + 1)):
            with pytest.raises(BadInput): use.add(ticket.id, text, EMMA, key="V1")
        with pytest.raises(NotAllowed): use.add(ticket.id, "Hi", NOOR, key="V1")
        house.resolves(ticket)
        with pytest.raises(Stale): use.add(ticket.id, "Hi", EMMA, key="V1")


class TestDocumenting:
    def test_without_it_a_fix_of_tier_three_is_not_resolved(self, house: House):
        """Nor with a name that nothing has, or a reason that is none."""
        ticket = house.opens(tier=3)
        for said in ("", "known:nothing-like-it", "recipe:nothing-like-it", "draft:poem", "no:", f"no:{'x' * 300}"):
            with pytest.raises(BadInput): house.resolves(ticket, said)
        assert house.now(ticket).open

    def test_what_is_written_down_already(self, house: House):
        """Under its name, however it is written; drafts do not count."""
        draft = recipe_draft("pump.yaml", RECIPE)
        assert isinstance(draft, Draft)
        ticket = house.opens(tier=3)
        house.parts.kb.drafts.keep(draft, by="U5")
        with pytest.raises(BadInput): house.resolves(ticket, "known:pump")
        house.parts.kb.save(draft, by="U5")
        assert house.resolves(ticket, "known: Pump.yaml ").documented == "recipe:pump"

    @pytest.mark.parametrize("kind", ["recipe", "article"])
    def test_a_draft_is_made_once_without_the_people_in_it(self, house: House, kind: str):
        """Whoever asks for it twice gets the same one; the card tells of it."""
        ticket = house.resolves(house.opens(tier=3), f"draft:{kind}")
        with house.parts.database.reading() as session:
            assert len(list(session.scalars(select(OutboxItem).where(OutboxItem.kind == KIND)))) == 1
        first, second = (house.assistant.documenting.make(ticket.id) for _ in range(2))
        assert first
        assert second
        assert (first.kind, first.slug, first.title) == (second.kind, second.slug, second.title)
        slug = f"other-{ticket.number.lower()}"
        kept = house.parts.kb.drafts.get(slug, kind)
        assert (kept.version, ticket.documented) == (1, f"{kind}:{slug}")
        assert "Dried it" in kept.source
        assert "Larsen" not in kept.source
        assert [one["slug"] for one in house.facts(ticket, "ticket.drafted")] == [slug]

    def test_what_was_opened_again_needs_no_draft(self, house: House):
        """It is not fixed, after all."""
        ticket = house.resolves(house.opens(tier=3), "draft:recipe")
        house.assistant.after.reopen(ticket.id, EMMA)
        assert house.assistant.documenting.make(ticket.id) is None
        assert house.parts.kb.drafts.all() == []

    def test_an_article_is_published_by_editors_once_it_is_written(self, house: House):
        """What is still to be written stops it; the draft becomes the article's first revisions."""
        ticket = house.resolves(house.opens(tier=3), "draft:article")
        made = house.assistant.documenting.make(ticket.id)
        assert made
        kept = house.assistant.writing.draft("article", made.slug, LIAM)
        with pytest.raises(NotAllowed):
            house.assistant.reviewing.publish("article", made.slug, LIAM, seen_version=kept.version)
        article = read(made.slug, kept.source)
        values = {"title": "A wet pump", "category": "other", "body": article.body, "aliases": ""}
        edit = house.assistant.editing
        with pytest.raises(BadInput, match="still to be written"):
            edit.save(made.slug, values, NOOR, seen_revision=kept.version)
        saved = edit.save(made.slug, values | {"body": "Dry it."}, NOOR, seen_revision=kept.version)
        assert (saved.revision, house.parts.kb.drafts.all()) == (1, [])
        assert house.parts.kb.article(made.slug, frozenset({"employees"})).body == "Dry it."


def test_the_requester_never_sees_what_staff_write_for_each_other(house: House):
    """Neither in their Home nor in a status, whatever was done with the ticket."""
    ticket = house.opens()
    house.assistant.working.claim(ticket.id, LIAM)
    house.assistant.working.hand_back(ticket.id, LIAM, note="Between us: she dropped it.")
    view = house.assistant.homes.home(EMMA, At())
    reply = house.assistant.tickets.status(EMMA, ticket.number)
    told = str(home(view, "http://help")) + status(reply.standings[0], reply.names, "UTC")
    assert ticket.number in told
    assert "Between us" not in told
