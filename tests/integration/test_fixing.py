"""Runs, their actions and their tickets together, in both databases: what happens when things cross each other."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import conversations
from bot.assistant import Assistant
from bot.assistant.following import Following
from bot.conversations import Conversation
from bot.question import Question, StepReply, Surface
from bot.slack.steps import news
from core import outbox, people
from core.db import Database
from core.errors import BadInput
from core.events import Event
from core.outbox import OutboxItem
from handoff import tickets
from handoff.actions.answers import Answer
from handoff.actions.states import Instead, State
from handoff.actions.tables import ActionRow
from kb import runs
from kb.cookbook import End, Kind
from kb.runs import CAME_BACK_FOR, REMIND_AFTER
from kb.writing import Draft, recipe_draft
from tests.fakes import FakeClock
from tests.functional.office import at_once
from tests.killing import AGENT, EMMA, assistant_over, desk

RECIPE = """
title: The pump
triggers: [the pump]
start: look
handoff: L2 looks at the pump.
steps:
  look: {{say: "Is it wet?", choices: {{"Yes": act, "No": solved}}}}
  act:
    action: {action}
    say: I can act on it.
    on: {on}
  works: {{say: "Does it pump?", check: true, choices: {{"It does": solved, "It does not": handoff}}}}
"""
WAITING = """
title: The kettle
triggers: [the kettle]
start: boil
steps:
  boil: {say: "Let it boil.", wait: 10m, next: tea}
  tea: {say: "Is there tea?", check: true, choices: {"Yes": solved, "No": handoff}}
"""


@dataclass
class House:
    """Firstline without a model, over a database."""

    assistant: Assistant
    clock: FakeClock

    def publish(self, slug: str, source: str) -> None:
        """Publish a recipe."""
        draft = recipe_draft(f"{slug}.yaml", source)
        assert isinstance(draft, Draft), draft
        self.assistant.parts.kb.save(draft, by="a test")

    def acting(self, action: str, *outcomes: str) -> None:
        """Publish the pump with an action."""
        on = "{" + ", ".join(f"{outcome}: works" for outcome in ("done", "refused", "failed", *outcomes)) + "}"
        self.publish("pump", RECIPE.format(action=action, on=on))

    def talk(self, thread: str) -> Conversation:
        """A new conversation."""
        asked = Question(person=EMMA.id, text="help", channel="D1", ts=thread, thread_ts=thread, surface=Surface.DM)
        with self.assistant.parts.database.transaction() as session:
            made = conversations.begin(session, asked, self.clock())
            conversations.add_turn(session, made, asked, "recipe", trace={}, now=self.clock())
        return made

    def begin(self, slug: str, conversation: Conversation) -> StepReply:
        """Begin a recipe."""
        with self.assistant.parts.database.transaction() as session:
            return self.assistant.fixing.begin_once(session, slug, conversation, EMMA, self.clock())

    def at_act(self, thread: str = "1.0") -> StepReply:
        """At the pump's action."""
        begun = self.begin("pump", self.talk(thread))
        return self.assistant.fixing.choose(begun.run, 0, 0, EMMA)

    def requests(self) -> list[ActionRow]:
        """Every request for an action."""
        with self.assistant.parts.database.reading() as session: return list(session.scalars(select(ActionRow)))

    def posted(self, kind: str) -> list[OutboxItem]:
        """What waits to be delivered."""
        query = select(OutboxItem).where(OutboxItem.kind == kind).order_by(OutboxItem.id)
        with self.assistant.parts.database.reading() as session: return list(session.scalars(query))

    def end(self, state: State, outcome: str = "", why: str = "") -> None:
        """The automation answers."""
        self.assistant.acting.finish(self.requests()[-1].id, Answer(state=state, outcome=outcome, why=why))

    def told(self, run: int) -> list[str]:
        """The news of a run, as they are worded now."""
        reply, _, _ = self.assistant.fixing.now_at(run)
        items = [one.payload for one in self.posted("run") if one.payload["what"]]
        return [news(reply, one["what"], one["seen"], one["told"], "http://help") for one in items]


@pytest.fixture
def house(database: Database, clock: FakeClock) -> House:
    """A house in each database."""
    assistant = assistant_over(database, clock)
    with database.transaction() as session:
        for person in (EMMA, AGENT): people.save(session, person, clock())
    return House(assistant=assistant, clock=clock)


class TestActions:
    def test_danger_takes_a_waiting_request_back(self, house: House):
        """When people take the conversation over for another reason, nobody can approve the action any more."""
        house.acting("reset-mfa", "nothing-registered")
        shown = house.at_act()
        following = Following(house.assistant.parts, house.assistant.fixing)
        with house.assistant.parts.database.transaction() as session:
            conversation = conversations.of_thread(session, "D1", "1.0")
            assert conversation
            following.person_now(session, conversation, EMMA, house.clock())
        assert [one.state for one in house.requests()] == [State.WITHDRAWN]
        assert house.assistant.fixing.where(shown.run, EMMA).end is End.HANDOFF

    def test_what_was_not_done_is_not_called_done(self, house: House):
        """An outcome of its own is told in its own words."""
        house.acting("unlock-account", "not-locked", "blocked")
        shown = house.at_act()
        house.assistant.fixing.permit(shown.run, shown.seen, EMMA, yes=True)
        house.end(State.DONE, "blocked")
        [told] = house.told(shown.run)
        assert told.startswith("*Unlock the account*: blocked.\n")
        assert "Does it pump?" in told

    def test_why_an_agent_refused_is_told(self, house: House):
        """The words of whoever refused reach the person who asked."""
        house.acting("reset-mfa", "nothing-registered")
        shown = house.at_act()
        house.assistant.acting.refuse(house.requests()[0].id, AGENT, "Please call me first: 4711")
        assert "“Please call me first: 4711”" in house.told(shown.run)[0]
        assert "Please call me first" in house.assistant.fixing.where(shown.run, EMMA).trail[-1].note

    def test_news_of_before_are_no_news(self, house: House):
        """Delivered late, the action's end is told, and no step that is answered already."""
        house.acting("unlock-account", "not-locked", "blocked")
        shown = house.at_act()
        house.assistant.fixing.permit(shown.run, shown.seen, EMMA, yes=True)
        house.end(State.FAILED)
        assert house.assistant.fixing.choose(shown.run, 2, 0, EMMA).end is End.SOLVED
        assert house.told(shown.run) == ["*Unlock the account*: that did not work."]

    def test_starting_over_keeps_what_was_done(self, house: House):
        """The ticket tells of the action though the recipe was started over after it."""
        house.acting("unlock-account", "not-locked", "blocked")
        shown = house.at_act()
        house.assistant.fixing.permit(shown.run, shown.seen, EMMA, yes=True)
        house.end(State.DONE, "done")
        again = house.assistant.fixing.start_over(shown.run, 2, EMMA)
        assert again.trail == ()
        handed = house.assistant.fixing.stuck(shown.run, 3, EMMA).handed
        assert handed
        assert [(one.step, one.answer) for one in handed.ticket.brief.tried] == [
            ("I can act on it.", "done"), ("Is it wet?", ""),
        ]  # fmt: skip

    def test_no_way_back_while_it_is_at_work(self, house: House):
        """Back and start over change nothing until the automation has answered."""
        house.acting("unlock-account", "not-locked", "blocked")
        shown = house.at_act()
        house.assistant.fixing.permit(shown.run, shown.seen, EMMA, yes=True)
        assert not house.assistant.fixing.back(shown.run, shown.seen, EMMA).can_go_back
        assert house.assistant.fixing.start_over(shown.run, shown.seen, EMMA).seen == shown.seen

    def test_what_ends_after_stop_is_told(self, house: House):
        """Nobody is left believing that nothing happened."""
        house.acting("unlock-account", "not-locked", "blocked")
        shown = house.at_act()
        house.assistant.fixing.permit(shown.run, shown.seen, EMMA, yes=True)
        with house.assistant.parts.database.transaction() as session:
            run = runs.get(session, shown.run)
            assert run
            run.end = End.STOPPED
        house.end(State.DONE, "done")
        assert house.told(shown.run)[0].startswith("*Unlock the account*: done.")

    def test_what_ends_after_a_handoff_is_on_the_ticket(self, house: House):
        """The people who have the ticket read what the automation did meanwhile."""
        house.acting("unlock-account", "not-locked", "blocked")
        shown = house.at_act()
        house.assistant.fixing.permit(shown.run, shown.seen, EMMA, yes=True)
        handed = house.assistant.fixing.stuck(shown.run, shown.seen, EMMA).handed
        assert handed
        with house.assistant.parts.database.transaction() as session:
            row = session.get(ActionRow, house.requests()[0].id)
            assert row
            row.attempts, row.state = 1, State.QUEUED  # it was under way when she left
        house.end(State.DONE, "done")
        with house.assistant.parts.database.reading() as session:
            told = session.scalars(select(Event).where(Event.kind == "ticket.action")).one()
        assert told.data == {"title": "Unlock the account", "outcome": "done"}

    def test_every_change_of_who_is_asked_is_drawn(self, house: House):
        """First the manager by name, then L2 in their place: each draws the message anew."""
        house.acting("assign-licence", "none-left", "unknown-product")
        house.at_act()
        request = house.requests()[0]
        house.assistant.acting.asked_of(request.id, "U0MARCUSWE")
        house.assistant.acting.to_agents(request.id, Instead.NO_ANSWER)
        assert len(house.posted("run")) == 2


class TestRuns:
    def test_two_at_once_begin_it_once(self, house: House):
        """A double click on an offer makes one run."""
        house.acting("unlock-account", "not-locked", "blocked")
        talk = house.talk("1.0")
        first, second = at_once(lambda: house.begin("pump", talk), lambda: house.begin("pump", talk))
        assert first.run == second.run

    def test_back_and_over_are_turns(self, house: House):
        """Events tell each answer once: going back is told as a turn."""
        house.publish("kettle", WAITING)
        begun = house.begin("kettle", house.talk("1.0"))
        house.assistant.fixing.ready(begun.run, 0, EMMA)
        house.assistant.fixing.start_over(begun.run, 1, EMMA)
        query = select(Event.kind).where(Event.subject == f"run:{begun.run}").order_by(Event.id)
        with house.assistant.parts.database.reading() as session: kinds = list(session.scalars(query))
        assert kinds == ["run.began", "run.moved", "run.turned"]

    def test_one_broken_run_stops_no_other(self, house: House):
        """What cannot be looked after is tried later; the wait of another one ends in time."""
        house.publish("kettle", WAITING)
        broken, well = house.begin("kettle", house.talk("1.0")), house.begin("kettle", house.talk("2.0"))
        with house.assistant.parts.database.transaction() as session:
            row = runs.get(session, broken.run)
            assert row
            row.progress = row.progress | {"revisions": {"kettle": 99}}
        house.clock.advance(timedelta(minutes=11))
        house.assistant.waking.look()
        step = house.assistant.fixing.where(well.run, EMMA).step
        assert step
        assert step.kind is Kind.CHOICE

    def test_what_cannot_be_drawn_is_tried_once(self, house: House, caplog: pytest.LogCaptureFixture):
        """A run that cannot be read is not looked at every few seconds for a day."""
        house.publish("kettle", WAITING)
        begun = house.begin("kettle", house.talk("1.0"))
        house.assistant.fixing.remember_message(begun.run, "D1", "1.1", 0)
        house.assistant.fixing.ready(begun.run, 0, EMMA)
        with house.assistant.parts.database.transaction() as session:
            row = runs.get(session, begun.run)
            assert row
            row.progress = row.progress | {"revisions": {"kettle": 99}}
        house.clock.advance(timedelta(minutes=1))
        for _ in range(3): house.assistant.waking.look()
        assert [one.getMessage() for one in caplog.records] == [f"run {begun.run} could not be looked after"]

    def test_a_resolved_ticket_hides_no_silence(self, house: House):
        """A new run beside an old, resolved ticket is reminded of like any other."""
        house.publish("kettle", WAITING.replace("10m", "1m"))
        talk = house.talk("1.0")
        first = house.begin("kettle", talk)
        handed = house.assistant.fixing.stuck(first.run, 0, EMMA).handed
        assert handed
        code = next(iter(desk().resolution_codes))
        house.assistant.ending.resolve(handed.ticket.id, AGENT, seen_tier=handed.ticket.tier, code=code, note="ok")
        second = house.begin("kettle", talk)
        house.assistant.fixing.ready(second.run, 0, EMMA)
        house.clock.advance(REMIND_AFTER + timedelta(hours=1))
        house.assistant.waking.look()
        assert house.assistant.fixing.where(second.run, EMMA).end is None
        assert [one.payload["what"] for one in house.posted("run")] == ["reminder"]

    def test_a_lost_drawing_is_asked_for_again(self, house: House):
        """As long as the message shows an old move: once while that waits to be delivered, and again after it was."""
        house.publish("kettle", WAITING)
        begun = house.begin("kettle", house.talk("1.0"))
        house.assistant.fixing.remember_message(begun.run, "D1", "1.1", 0)
        house.assistant.fixing.ready(begun.run, 0, EMMA)
        for _ in range(3):
            house.clock.advance(timedelta(minutes=1))
            house.assistant.waking.look()
        assert len(house.posted("run")) == 1
        with house.assistant.parts.database.transaction() as session:
            outbox.done(session, house.posted("run")[0], house.clock())
        house.assistant.waking.look()
        assert len(house.posted("run")) == 2
        house.assistant.fixing.drawn(begun.run, 1)
        house.clock.advance(timedelta(minutes=1))
        house.assistant.waking.look()
        assert len(house.posted("run")) == 2

    def test_it_came_back_is_not_for_ever(self, house: House):
        """Pressed again within the time the ticket is told again; long after it no new one is opened."""
        house.publish("kettle", WAITING)
        begun = house.begin("kettle", house.talk("1.0"))
        house.assistant.fixing.ready(begun.run, 0, EMMA)
        house.assistant.fixing.choose(begun.run, 1, 0, EMMA)
        first = house.assistant.fixing.came_back(begun.run, EMMA)
        code = next(iter(desk().resolution_codes))
        house.assistant.ending.resolve(first.ticket.id, AGENT, seen_tier=first.ticket.tier, code=code, note="ok")
        house.clock.advance(CAME_BACK_FOR * 3)
        assert house.assistant.fixing.came_back(begun.run, EMMA).ticket.number == first.ticket.number
        with house.assistant.parts.database.reading() as session:
            assert len(tickets.of_requester(session, EMMA.id)) == 1

    def test_somebody_else_cannot_click(self, house: House):
        """A run belongs to the person who asked."""
        house.publish("kettle", WAITING)
        begun = house.begin("kettle", house.talk("1.0"))
        with pytest.raises(BadInput): house.assistant.fixing.ready(begun.run, 0, AGENT)
