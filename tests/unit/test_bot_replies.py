"""Replies at a recipe's step, read without a model: commands, choices named in full, what denies what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.replies.commands import command
from bot.replies.meanings import Aside, Asked, Choice, Chosen, Close, Command, Unclear, choices_of
from bot.replies.prepared import signs, ways
from bot.replies.reader import exact, meaning
from bot.replies.stance import question, question_of, stance
from bot.replies.tables import plain, stem
from bot.replies.traits import asks

BACK, OVER, STOP, PERSON = Command.BACK, Command.START_OVER, Command.STOP, Command.PERSON


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("go back", BACK), ("Back", BACK), ("can we go back one step please?", BACK), ("undo that", BACK),
        ("Oops, wrong answer. Go back!", BACK), ("previous question", BACK), ("I clicked the wrong one", BACK),
        ("start over", OVER), ("let's start again from the top", OVER), ("Can we start over please", OVER),
        ("from the beginning", OVER), ("restart from scratch", OVER), ("stop", STOP), ("Please stop.", STOP),
        ("never mind, I'll do it later", STOP), ("I give up", STOP), ("cancel this", STOP), ("person", PERSON),
        ("can I talk to a person", PERSON), ("I want to speak to a human now", PERSON), ("open a ticket", PERSON),
        ("get me someone from IT", PERSON), ("I'd rather talk to someone", PERSON), ("real person pls", PERSON),
        ("this isn't working, get me a human", PERSON), ("can somebody call me", PERSON), ("that's enough", STOP),
        ("I made a mistake. Go back", BACK), ("go to the previous step", BACK),
    ],
)  # fmt: skip
def test_commands(text, found):
    """A command is told in many ways of saying it."""
    assert command(text) is found


@pytest.mark.parametrize(
    "text",
    [
        "the printer won't start over", "my back hurts", "it went back to sleep", "it does not stop", "it stopped",
        "a person called me about this yesterday", "the noise stops when I go back", "", "🙂", "the stop light is red",
        "both are back", "it", "no", "no more", "back up", "fix it", "the person before me used it",
        "I pressed it, then it went back", "I'll try that later", "the last one", "it starts, stops",
    ],
)  # fmt: skip
def test_no_commands(text):
    """Words of a command in something else that is said are none."""
    assert command(text) is None


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        (("Yes", "No"), (1, -1)), (("Yes, it works", "Still nothing"), (1, -1)), (("No, not me", "Yes"), (-1, 1)),
        (("Yes, I'm in", "The reset does not work", "No"), (1, 0, -1)), (("It opens", "It does not open"), (1, -1)),
        (("Windows", "Mac"), (0, 0)), (("Green", "Red", "No light"), (0, 0, 0)), (("Solved", "Not solved"), (1, -1)),
    ],
)  # fmt: skip
def test_signs(labels, found):
    """Which choices stand for yes and which for no; none do where there is no such pair."""
    assert signs(choices_of(labels)) == found


def test_the_last_question_of_a_long_step_is_what_is_asked():
    """The steps before it are not read as asked."""
    say = "Is it plugged in? Plug it in.\n\n1. Wait a minute.\n2. Press **the button**. Does the light come on?"
    assert question_of(say) == "Does the light come on?"
    assert question_of("Let me know whether the label is torn. It is white.").startswith("Let me know")
    assert question_of("Restart it. Try again") == "Try again"


def test_what_is_denied_counts_against():
    """The same words say yes and no, by what is denied; a question with a not turns that round."""
    loose = question("Are any of the screws loose?")
    assert stance(loose, plain("none of them are loose")).disagrees
    assert not stance(loose, plain("two of them are loose")).disagrees
    assert stance(loose, plain("they are all tight")).opposite
    assert stance(loose, plain("they're not tight")).opposite_denied
    fails = question("Does the laptop fail to charge?")
    assert fails.negated
    assert stance(fails, plain("it does not charge")).denies_as_asked
    assert stance(fails, plain("it charges")).disagrees


def test_when_and_if_are_not_what_is_asked():
    """A not in a condition denies nothing, and its words are not what is asked for."""
    assert not question("Is it hard to move when it is not running?").negated
    assert set(question("When the fan is running, do you hear a noise?").words) == {stem("noise")}


def test_what_is_beside_the_question_denies_nothing():
    """A sentence that has nothing of the question is passed over where another one has."""
    moved = question("Have you moved the desk?")
    assert not stance(moved, plain("I moved it last week. But it wasn't anything serious.")).denies_once


@pytest.mark.parametrize("text", ["hmm no", "oh, nope", "Well, no, it doesn't", "no"])
def test_a_no_after_a_filler_is_a_no(text):
    """People clear their throats."""
    assert stance(question("Does it work?"), plain(text)).says_no


@pytest.mark.parametrize(
    ("one", "other"), [("loosened", "loose"), ("rotates", "rotating"), ("noises", "sound"), ("easier", "easily")]
)
def test_stems(one, other):
    """Forms of a word, and words that are used for one another, are one."""
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    ("text", "place"), [("windows!", 0), ("apple", 1), ("MacBook", 1), ("the second one", 1), ("2", 1), ("a mac", None)]
)
def test_a_choice_named_in_full_needs_no_model(text, place):
    """A label, other words for it, or its place."""
    choices = (Choice(label="Windows"), Choice(label="Mac", words=("apple", "MacBook")))
    assert exact(text, Asked(say="Which?", choices=choices)) == place


@pytest.mark.parametrize(("text", "place"), [("It works.", 0), ("no", 1), ("2", None), ("none", None)])
def test_yes_and_no_have_no_places(text, place):
    """What follows a label's yes names it, too; a number answers how many, not which."""
    choices = choices_of(("Yes, it works", "No"))
    assert exact(text, Asked(say="Does it work?", choices=choices)) == place
    assert ways(choices[0]) == ("Yes, it works", "it works")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("where do I find that?", True), ("I don't know how to find it", True), ("what is an asset tag", True),
        ("BW-12345", False), ("jo@example.org", False), ("how it broke: it fell", False),
        ("the one in the hall", False),
    ],
)  # fmt: skip
def test_questions_at_an_input(text, found):
    """Where something typed is waited for, only a question is told from it."""
    assert asks(text) is found


def test_what_probabilities_come_to():
    """A sure choice is taken; a likely one is asked back, beside another where there is one; the rest is unclear."""
    assert meaning([0.9, 0.05, 0.03, 0.02], 0.6) == Chosen(place=0, sure=0.9)
    assert meaning([0.5, 0.4, 0.05, 0.05], 0.6) == Close(places=(0, 1))
    assert meaning([0.1, 0.55, 0.2, 0.15], 0.6) == Close(places=(1, 0))
    assert meaning([0.2, 0.1, 0.6, 0.1], 0.6) == Aside()
    assert meaning([0.3, 0.1, 0.1, 0.5], 0.6) == Unclear()


@given(st.text(max_size=300))
def test_any_text_can_be_read(text):
    """Whatever is typed, at a step that says whatever, the rules come to something."""
    found = stance(question(text), plain(text))
    assert found.always == 1
    assert command(text) is None or not asks(text) or len(text) > 1
