"""Recipes in Slack: every kind of step, answers in words, waits, silence, actions, and what happens afterwards."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Event
from typing import Any, cast

import pytest

from bot.assistant.following import LATELY
from bot.slack import ids, texts
from kb.runs import ABANDON_AFTER, CAME_BACK_FOR, REMIND_AFTER
from tests.fakes import Ahead
from tests.functional.conftest import Prepared
from tests.functional.office import (
    EMMA,
    LIAM,
    PATIENCE,
    ROOM,
    Colleague,
    Json,
    Office,
    actions_of,
    at_once,
    number_of,
    open_office,
    plain_part,
    press_as_it_was,
    said,
)
from tests.functional.recipes import button, press, run_of, save, write

pytestmark = pytest.mark.usefixtures("no_errors")

PRESS = """
title: The label press sings
category: printing
triggers: [the label press sings opera, our label press is singing, opera comes out of the label press]
notes: |
  The label press sings when its drum turns without paper.
handoff: L2 tunes the label press.
reasons: {drum: The drum of the label press is worn.}
start: paper
steps:
  paper:
    say: Open the flap on the left. Is there any paper in the tray?
    help: The flap is the grey one with the feather on it.
    choices:
      "Yes, there is": which
      "No, it is empty": {to: fill, words: [no paper at all]}
  fill:
    say: Put paper into the tray. Is it quiet now?
    check: true
    choices: {"Yes, it is quiet": solved, "Still singing": which}
  which:
    say: Which press is it?
    input: {name: press, type: device, label: Press, options: [Press north, Press south], other: false}
    next: who
  who:
    say: Who heard it first?
    input: {name: witness, type: person, label: Witness, optional: true}
    next: rest
  rest:
    say: Let the press rest. I ask again in ten minutes.
    wait: 10m
    next: again
  again:
    say: Does it still sing?
    check: true
    choices: {"It is quiet": solved, "It sings": "handoff:drum"}
"""


@pytest.fixture(scope="module")
def office(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory, time: Ahead) -> Iterator[Office]:
    """A running Firstline whose clock can be pushed, with one recipe more."""
    with open_office(prepared, tmp_path_factory.mktemp("office"), clock=time) as made:
        save(made, "label-press-sings", PRESS)
        yield made


def sings(office: Office, who: Colleague) -> Json:
    """Begin the first recipe, when those before are no longer waited for at the top of the messages."""
    cast("Ahead", office.core.clock).by += LATELY
    return who.ask(office.asked_as("recipe", "the label press sings opera", "our label press is singing"))


class TestOneMessage:
    def test_it_tells_what_is_done_now_and_left(self, office: Office, emma: Colleague):
        """The way on names each answer with its step, how many steps are left, help, back and a person."""
        shown = sings(office, emma)
        assert texts.STEP_LEFT[2] in said(shown)
        assert ids.STEP_BACK not in actions_of(shown)
        shown = press(emma, shown, "No, it is empty")
        assert "Open the flap on the left" in said(shown)
        assert "*No, it is empty*" in said(shown)
        assert texts.STEP_LEFT[1] in said(shown)
        assert {ids.STEP_BACK, ids.STEP_STUCK} <= set(actions_of(shown))

    def test_help_is_for_her_eyes(self, office: Office, emma: Colleague):
        """The step's help is whispered, and the step stays."""
        shown = sings(office, emma)
        emma.press(shown, ids.STEP_HELP)
        assert "the grey one with the feather" in emma.whispered()["text"]

    def test_phone_and_laptop_at_once(self, office: Office, emma: Colleague):
        """Two answers at the same moment: one counts, the other is told where the run stands."""
        shown = sings(office, emma)
        both = [button(shown, label) for label in ("Yes, there is", "No, it is empty")]
        at_once(*[lambda one=one: press_as_it_was(office, emma, shown, one) for one in both])
        assert emma.whispered()["text"] == texts.STALE_STEP
        assert run_of(office, shown, "seen") == 1

    def test_a_recipe_that_changes_is_finished_as_it_was(self, office: Office, emma: Colleague):
        """Whoever is in the middle keeps the steps that they began with; so after it was retired."""
        shown = press(emma, sings(office, emma), "No, it is empty")
        save(office, "label-press-sings", PRESS.replace("Still singing", "It sings on"))
        office.core.kb.retire("recipe", "label-press-sings", by="a test")
        shown = press(emma, shown, "Still singing")
        assert "Which press is it?" in said(shown)
        save(office, "label-press-sings", PRESS)

    def test_a_lost_drawing_comes_by_itself(self, office: Office, emma: Colleague, time: Ahead):
        """A message that shows an old state, as after a fall in mid-click, is drawn anew without a click."""
        shown = sings(office, emma)
        run = run_of(office, shown, "id")
        parts = office.up.assistant.parts
        office.up.assistant.fixing.choose(run, 0, 1, parts.person(EMMA))  # kept, and then it fell
        time.by += timedelta(minutes=1)
        assert "Put paper into the tray" in said(emma.changed(shown))


class TestInWords:
    def test_a_choice_in_other_words(self, office: Office, emma: Colleague):
        """What the recipe gives as other words for a choice is that choice."""
        assert "Put paper into the tray" in said(write(emma, sings(office, emma), "no paper at all"))

    def test_still_is_the_choice_that_says_still(self, office: Office, emma: Colleague):
        """"Nope, still singing" takes the choice that says so."""
        shown = press(emma, sings(office, emma), "No, it is empty")
        assert "Which press is it?" in said(write(emma, shown, "nope, still singing"))

    def test_a_side_question_is_answered_and_the_step_stays(self, office: Office, emma: Colleague):
        """The step's help answers "where is that?"; the message of the run does not move."""
        shown = sings(office, emma)
        reply = emma.ask("where do I find that flap?", thread_ts=shown["thread_ts"])
        assert "the grey one with the feather" in said(reply)
        assert plain_part(texts.ASIDE_BACK) in said(reply)
        assert run_of(office, shown, "seen") == 0

    @pytest.mark.parametrize("text", ["go back", "start over"])
    def test_back_and_over(self, office: Office, emma: Colleague, text: str):
        """Both lead to the first step again."""
        shown = press(emma, sings(office, emma), "No, it is empty")
        assert "Is there any paper" in said(write(emma, shown, text))

    def test_stop_ends_it(self, office: Office, emma: Colleague):
        """Nothing is open after that, and no ticket was made."""
        old = sings(office, emma)
        shown = write(emma, old, "stop")
        assert texts.STOPPED in said(shown)
        emma.push("message_deleted", lambda push: push["ts"] == old["ts"])
        assert len(emma.replies(emma.dm, shown["thread_ts"])) == 1
        assert run_of(office, shown, "end") == "stopped"

    def test_a_person_comes(self, office: Office, emma: Colleague):
        """"I want a person" hands over with what was tried."""
        shown = press(emma, sings(office, emma), "No, it is empty")
        assert number_of(write(emma, shown, "I want to talk to a person"))

    def test_what_is_not_understood_is_asked_back(self, office: Office, emma: Colleague):
        """Nonsense moves nothing: the choices are offered again."""
        shown = sings(office, emma)
        reply = emma.ask("the colour of it is rather blue", thread_ts=shown["thread_ts"])
        assert "Is there any paper in the tray" in said(reply)
        assert run_of(office, shown, "seen") == 0


class TestWhereTheCursorIs:
    def test_an_answer_at_the_top_goes_on_above(self, office: Office, emma: Colleague):
        """A short answer that is written as a new message moves the recipe, and says so where it was written."""
        shown = sings(office, emma)
        run_of(office, shown, "id")
        ts = emma.post(emma.dm, "no, it is empty")
        assert "Put paper into the tray" in emma.reply_in(ts)["text"]
        assert "Put paper into the tray" in said(emma.reply_in(shown["thread_ts"]))

    def test_a_question_at_the_top_is_a_question(self, office: Office, emma: Colleague):
        """What has an answer of its own gets it, and the recipe stays where it is."""
        shown = sings(office, emma)
        assert ids.HELPED in actions_of(emma.ask(ROOM))
        assert run_of(office, shown, "seen") == 0


class TestInputs:
    def at_press(self, office: Office, emma: Colleague) -> Json:
        """At the step that asks for one of a list."""
        return press(emma, sings(office, emma), "Yes, there is")

    def test_a_list_is_chosen_from(self, office: Office, emma: Colleague):
        """The menu has the list's entries; one of them leads on."""
        shown = self.at_press(office, emma)
        menu = next(one for block in shown["blocks"] for one in block.get("elements", []) if "options" in one)
        assert [one["text"]["text"] for one in menu["options"]] == ["Press north", "Press south"]
        emma.press(shown, ids.STEP_LIST, selected_option=menu["options"][1])
        assert "*Press south*" in said(emma.changed(shown))

    def test_an_entry_that_is_listed_no_more(self, office: Office, emma: Colleague):
        """A menu that was drawn before the list changed: a whisper tells, and no other entry is taken in its place."""
        shown = self.at_press(office, emma)
        menu = next(one for block in shown["blocks"] for one in block.get("elements", []) if "options" in one)
        option = {**menu["options"][0], "value": menu["options"][0]["value"].replace("Press north", "Press west")}
        emma.press(shown, ids.STEP_LIST, selected_option=option)
        assert "“Press west” is no longer on the list" in said(emma.whispered())
        assert run_of(office, shown, "seen") == 1

    def test_a_list_is_written_from(self, office: Office, emma: Colleague):
        """A word that only one entry has names it."""
        assert "*Press north*" in said(write(emma, self.at_press(office, emma), "the north press"))

    @pytest.mark.parametrize("text", ["press west", "x" * 10_000])
    def test_what_is_not_on_the_list_is_told(self, office: Office, emma: Colleague, text: str):
        """One line says what is asked for; the step stays."""
        shown = self.at_press(office, emma)
        reply = emma.ask(text, thread_ts=shown["thread_ts"])
        assert said(reply).startswith("Press: ")
        assert run_of(office, shown, "seen") == 1

    def test_a_colleague_is_chosen(self, office: Office, emma: Colleague, liam: Colleague):
        """The menu of people names the colleague, in the trail and on the ticket's card."""
        shown = write(emma, self.at_press(office, emma), "Press north")
        emma.press(shown, ids.STEP_PERSON, selected_user=LIAM)
        shown = emma.changed(shown)
        assert f"<@{LIAM}>" in said(shown)
        shown = press(emma, shown, texts.PERSON_NOW)
        assert f"Witness: <@{LIAM}>" in said(liam.card(number_of(shown)))

    def test_a_click_comes_before_it_is_known_where_the_message_is(
        self, office: Office, emma: Colleague, monkeypatch: pytest.MonkeyPatch
    ):
        """Who clicks in a message that has only just moved down sees that message move on."""
        fixing, clicked = office.up.assistant.fixing, Event()
        shown, remember = self.at_press(office, emma), fixing.remember_message

        def late(*place: Any) -> None:
            assert clicked.wait(PATIENCE)
            remember(*place)

        monkeypatch.setattr(fixing, "remember_message", late)
        moved = write(emma, shown, "Press north")
        emma.press(moved, button(moved, texts.SKIP))
        assert texts.STEP_SKIPPED in said(emma.changed(moved))
        clicked.set()

    def test_what_is_optional_is_left_out_in_words(self, office: Office, emma: Colleague):
        """"No idea, leave it out" leaves out one answer, not the recipe."""
        shown = write(emma, self.at_press(office, emma), "Press north")
        assert "Let the press rest" in said(write(emma, shown, "no idea, leave it out"))

    def test_a_colleague_is_named_in_words(self, office: Office, emma: Colleague):
        """By a mention; one of nobody in the workspace is not taken."""
        shown = write(emma, self.at_press(office, emma), "Press north")
        assert "with @" in said(emma.ask("it was <@U0NOBODY99>", thread_ts=shown["thread_ts"]))
        assert f"<@{LIAM}>" in said(write(emma, shown, f"<@{LIAM}|liam.okafor>"))

    def test_what_is_optional_is_skipped(self, office: Office, emma: Colleague):
        """The trail tells that it was left out."""
        shown = write(emma, self.at_press(office, emma), "Press north")
        shown = press(emma, shown, texts.SKIP)
        assert texts.STEP_SKIPPED in said(shown)


class TestTime:
    def resting(self, office: Office, emma: Colleague) -> Json:
        """At the step that waits."""
        shown = write(emma, press(emma, sings(office, emma), "Yes, there is"), "Press north")
        return press(emma, shown, texts.SKIP)

    def test_it_comes_back_by_itself(self, office: Office, emma: Colleague, time: Ahead):
        """When the time is up the message moves on, and she is told so."""
        shown = self.resting(office, emma)
        assert ids.STEP_READY in actions_of(shown)
        time.by += timedelta(minutes=11)
        assert "Does it still sing?" in said(emma.changed(shown))
        assert "Does it still sing?" in emma.reply_in(shown["thread_ts"])["text"]

    def test_she_need_not_wait(self, office: Office, emma: Colleague):
        """"It is ready now" leads on at once, by button or in words."""
        assert "Does it still sing?" in said(write(emma, self.resting(office, emma), "it's ready"))

    def test_silence_is_reminded_of_once_and_closed(self, office: Office, emma: Colleague, time: Ahead):
        """After a week one gentle reminder; days later it is abandoned, not solved."""
        shown = sings(office, emma)
        time.by += REMIND_AFTER + timedelta(hours=1)
        assert "The label press sings" in emma.reply_in(shown["thread_ts"])["text"]
        time.by += ABANDON_AFTER + timedelta(hours=1)
        assert texts.ABANDONED in said(emma.changed(shown, lambda one: texts.ABANDONED in said(one)))
        assert run_of(office, shown, "end") == "abandoned"
        reminded = [one for one in emma.replies(emma.dm, shown["thread_ts"]) if "in the middle of" in said(one)]
        assert len(reminded) == 1


class TestItCameBack:
    def solved(self, office: Office, emma: Colleague) -> Json:
        """A run that ended well."""
        return press(emma, press(emma, sings(office, emma), "No, it is empty"), "Yes, it is quiet")

    def test_by_button(self, office: Office, emma: Colleague, liam: Colleague):
        """People take over with every step, and the message of the fix says so; its success is gone."""
        shown = self.solved(office, emma)
        emma.press(shown, ids.RUN_CAME_BACK)
        reply = emma.reply_in(shown["thread_ts"])
        assert texts.CAME_BACK_NOTED in said(emma.changed(shown))
        assert "Put paper into the tray" in said(liam.card(number_of(reply)))
        assert run_of(office, shown, "end") == "solved"
        assert run_of(office, shown, "came_back_at")

    def test_in_words(self, office: Office, emma: Colleague):
        """"It came back" in the thread does the same."""
        shown = self.solved(office, emma)
        assert number_of(emma.ask("it came back", thread_ts=shown["thread_ts"]))

    def test_after_two_weeks_it_is_new(self, office: Office, emma: Colleague, time: Ahead):
        """The button says that it is too long ago, and nothing changes."""
        shown = self.solved(office, emma)
        time.by += CAME_BACK_FOR + timedelta(days=1)
        emma.press(shown, ids.RUN_CAME_BACK)
        assert "14 days" in emma.whispered()["text"]
        assert run_of(office, shown, "came_back_at") is None
