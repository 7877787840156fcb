"""Paths by which an article or recipe reaches somebody, when it is not for them, or no more."""

from dataclasses import replace

import pytest

from bot import conversations
from bot.assistant import Assistant
from bot.assistant.walking import CLOSED
from bot.question import AnswerReply, PlainReply, Question, StepReply, Surface
from core import people
from core.db import Database
from core.errors import BadInput, NotFound
from core.people import Person
from handoff.desk import Straight
from handoff.tables import TaskRow
from kb.cookbook import End
from kb.writing import Draft, recipe_draft
from tests.fakes import FakeClock
from tests.readers import EMMA, INES, LIAM, NOOR, Thing, firstline

PAYROLL = Thing(slug="payroll-run", mark="cravenpo", words=("payroll", "run"), audience="finance")
RECIPE = """
title: The {mark} press
audience: {audience}
triggers: [the {mark} press]
start: look
steps:
  look: {{say: "Is the {mark} wet?", choices: {{"Yes": {then}, "No": solved}}}}
  dry: {{say: "Dry the {mark}. Better?", choices: {{"Yes": solved, "No": handoff}}}}
"""


@pytest.fixture
def house(database: Database, clock: FakeClock) -> Assistant:
    """A Firstline with two groups, in each database."""
    return firstline(database, clock)


def publish(house: Assistant, thing: Thing) -> None:
    """As an editor does."""
    house.parts.kb.save(thing.draft(), by=NOOR.id)


def press(house: Assistant, audience: str, slug: str = "press", mark: str = "bostigan", then: str = "dry") -> None:
    """Publish a recipe."""
    draft = recipe_draft(f"{slug}.yaml", RECIPE.format(mark=mark, audience=audience, then=then))
    assert isinstance(draft, Draft), draft
    house.parts.kb.save(draft, by=NOOR.id)


def asked(person: Person, text: str, ts: str, surface: Surface = Surface.DM, thread: str = "") -> Question:
    """One message."""
    place, thread = f"C{person.id}", thread or ts
    return Question(person=person.id, text=text, channel=place, ts=ts, thread_ts=thread, surface=surface)


def begin(house: Assistant, person: Person, ts: str, surface: Surface = Surface.DM) -> StepReply:
    """Begin the press in a new thread."""
    with house.parts.database.transaction() as session:
        made = conversations.begin(session, asked(person, "help", ts, surface), house.parts.clock())
        return house.fixing.begin_once(session, "press", made, person, house.parts.clock())


def leaves(house: Assistant, person: Person) -> Person:
    """Somebody who is in no group any more."""
    now = replace(person, groups=frozenset())
    with house.parts.database.transaction() as session: people.save(session, now, house.parts.clock())
    return now


def turn_of(house: Assistant, person: Person, thing: Thing, ts: str = "1.0") -> int:
    """A message whose trace offers an article."""
    row = {"kind": thing.kind, "slug": thing.slug, "title": thing.mark, "passage": 0, "audience": thing.audience}
    with house.parts.database.transaction() as session:
        made = conversations.begin(session, asked(person, "payroll", ts), house.parts.clock())
        trace = {"candidates": [row], "decision": "clarify", "why": "close"}
        question = asked(person, "payroll", ts)
        return conversations.add_turn(session, made, question, "clarify", trace=trace, now=house.parts.clock())


class TestPicks:
    def test_a_member_who_picks_it_reads_it(self, house: Assistant) -> None:
        """Without an address, since the help page shows it only to those who signed in."""
        publish(house, PAYROLL)
        reply = house.answering.pick(turn_of(house, INES, PAYROLL), "article", PAYROLL.slug, INES)
        assert isinstance(reply, AnswerReply)
        assert (reply.quote.slug, reply.quote.url) == (PAYROLL.slug, "")

    def test_it_is_gone_for_whoever_left_the_group(self, house: Assistant) -> None:
        """The click is judged by what the person may read now."""
        publish(house, PAYROLL)
        reply = house.answering.pick(turn_of(house, INES, PAYROLL), "article", PAYROLL.slug, leaves(house, INES))
        assert reply == PlainReply(text="gone", turn=1)

    def test_nobody_else_can_pick_it(self, house: Assistant) -> None:
        """Not even somebody who may read it."""
        publish(house, PAYROLL)
        with pytest.raises(BadInput, match="Only the person who asked"):
            house.answering.pick(turn_of(house, EMMA, PAYROLL), "article", PAYROLL.slug, INES)


class TestRecipes:
    @pytest.mark.parametrize(
        ("audience", "person", "surface"),
        [("staff", EMMA, Surface.DM), ("finance", LIAM, Surface.DM), ("finance", INES, Surface.CHANNEL)],
    )
    def test_it_begins_only_for_whom_it_is(
        self, house: Assistant, audience: str, person: Person, surface: Surface
    ) -> None:
        """And never where others read along; the same is said as of one that is not there."""
        press(house, audience)
        with pytest.raises(NotFound) as hidden: begin(house, person, "1.0", surface)
        house.parts.kb.retire("recipe", "press", by=NOOR.id)
        with pytest.raises(NotFound) as missing: begin(house, person, "2.0", surface)
        assert str(hidden.value) == str(missing.value)

    def test_one_within_that_is_for_others_is_left_out(self, house: Assistant) -> None:
        """The book of a run holds nothing that its person may not see."""
        press(house, "staff", slug="inner", mark="dulmisko")
        draft = recipe_draft(
            "press.yaml", "title: Outer\ntriggers: [outer]\nstart: go\nsteps:\n"
            "  go: {recipe: inner, on: {solved: solved, handoff: handoff}}\n",
        )
        if isinstance(draft, list): pytest.skip(str(draft))
        house.parts.kb.save(draft, by=NOOR.id)
        book, _ = house.parts.books.newest("press", EMMA.audiences())
        assert set(book.recipes) == {"press"}
        assert set(house.parts.books.newest("press", LIAM.audiences())[0].recipes) == {"press", "inner"}

    def test_a_run_shows_no_more_once_it_is_for_others(self, house: Assistant) -> None:
        """Its message loses its words, and the next click brings people, who see whom it was for."""
        press(house, "employees")
        reply = begin(house, EMMA, "1.0")
        press(house, "finance")
        shown = house.fixing.where(reply.run, EMMA)
        assert (shown.title, shown.step, shown.trail, shown.say) == (CLOSED, None, (), "")
        moved = house.fixing.choose(reply.run, reply.seen, 0, EMMA)
        assert moved.handed is not None
        assert "bostigan" not in repr(replace(moved, handed=None))
        view = house.showing.view(moved.handed.ticket.id)
        assert "bostigan" not in repr(view.ticket.brief)

    def test_a_word_in_its_thread_brings_people_too(self, house: Assistant) -> None:
        """Whatever is written there."""
        press(house, "finance")
        reply = begin(house, INES, "1.0")
        leaves(house, INES)
        told = house.answering.ask(asked(INES, "Yes", "2.0", thread="1.0")).told[0].reply
        assert isinstance(told, StepReply)
        assert (told.run, told.end, told.title) == (reply.run, End.HANDOFF, CLOSED)
        assert told.handed is not None
        assert "bostigan" not in repr(replace(told, handed=None))

    def test_what_was_tried_of_a_groups_recipe_is_not_on_the_card(self, house: Assistant) -> None:
        """Staff see that a step was gone through, and for whom; their drafts have nothing of it either."""
        press(house, "finance")
        reply = begin(house, INES, "1.0")
        on = house.fixing.choose(reply.run, reply.seen, 0, INES)
        handed = house.fixing.choose(on.run, on.seen, 1, INES).handed
        assert handed is not None
        tried = house.showing.view(handed.ticket.id).ticket.brief.tried
        assert [one.step for one in tried] == ["a step of a walk-through for Finance"] * 2
        assert "bostigan" not in repr(tried)


class TestStaff:
    def test_advice_in_a_channel_is_what_everybody_may_read(self, house: Assistant) -> None:
        """An agent who reports smoke there is told no staff article; alone they are."""
        smoke = replace(PAYROLL, slug="smoke", audience="staff")
        publish(house, smoke)
        rules = [Straight(category="safety", priority="P1", article="smoke")]
        desk = house.parts.desk.model_copy(update={"straight_to_people": rules})
        there = Assistant(replace(house.parts, desk=desk))
        quoted = []
        for number, surface in enumerate((Surface.CHANNEL, Surface.DM), 1):
            reply = there.answering.ask(asked(LIAM, "there is smoke", f"{number}.0", surface)).told[0].reply
            quoted.append(getattr(reply, "advice", None) is not None)
        assert quoted == [False, True]

    def test_a_fix_is_not_said_to_be_where_the_agent_may_not_read(self, house: Assistant) -> None:
        """A hidden name and one that nobody gave are refused in the same words."""
        publish(house, PAYROLL)
        told = []
        for name in (PAYROLL.slug, "payroll-xyz"):
            with pytest.raises(BadInput) as refused: house.documenting.checked(1, f"known:{name}", LIAM)
            told.append(str(refused.value).replace(name, "it"))
        assert told[0] == told[1]
        reader = replace(LIAM, groups=INES.groups)
        assert house.documenting.checked(1, f"known:{PAYROLL.slug}", reader) == f"article:{PAYROLL.slug}"

    def test_the_editors_channel_reads_whom_an_article_is_for(self, house: Assistant) -> None:
        """In their Home editors see which one it is."""
        publish(house, PAYROLL)
        row = {"kind": "wrong-article", "ticket_id": _ticket(house), "slug": PAYROLL.slug, "note": ""}
        with house.parts.database.transaction() as session:
            session.add(TaskRow(**row, opened_at=house.parts.clock()))
        in_channel, at_home = house.tasks.get(1), house.tasks.waiting(NOOR)[0]
        assert (in_channel.about, in_channel.slug) == ("an article for Finance", "")
        assert at_home.slug == PAYROLL.slug


def _ticket(house: Assistant) -> int:
    """A ticket's id."""
    reply = house.answering.ask(asked(EMMA, "there is smoke", "9.0")).told[0].reply
    return int(reply.ticket.id)  # type: ignore[union-attr]  # smoke goes straight to people
