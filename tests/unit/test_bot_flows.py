"""Flow charts as recipes, and dialogs along them as figures."""

import json
from pathlib import Path

import pytest
import yaml

from bot.flows.charts import chart_of, recipe_of
from bot.flows.dialogs import read_dialogs
from bot.flows.measure import Read, leave_one_out, own_figures, shipped, tally
from bot.replies import Aside, Asked, Chosen, Close, Command, Replies, Unclear
from bot.replies.examples import Example, read_examples
from bot.replies.fitting import fit
from bot.replies.meanings import choices_of
from core.errors import BadInput
from kb.cookbook import End, Recipe, advance, begin, parse_recipe
from kb.cookbook.testing import flat

FILE = Path(__file__).parents[2] / "data" / "training" / "replies.jsonl"
NODES = {
    "1": "Is the kettle plugged in?", "2": "Plug it in.", "3": "Does the lamp glow?", "4": "Replace the kettle.",
    "5": "Is there water in it?", "9": "Nobody comes here.",
}  # fmt: skip
EDGES = {"1": {"no": "2", "yes": "3"}, "2": {"yes": "1"}, "3": {"no": "4", "yes": "5"}, "5": {"no": "1"}}
PAGE = {
    "problem_description": "The kettle stays cold.", "edges": EDGES,
    "nodes": {node: {"utterance": text} for node, text in NODES.items()},
}  # fmt: skip


def turn(speaker, text, tied=None):
    """A turn of a dialog as it is stored."""
    return {"speaker": speaker, "utterance": text, "grounded_doc_id": tied}


DIALOG = [
    turn("user", "My kettle stays cold.", "chart-0"), turn("agent", "Have you plugged it in?", "chart-1"),
    turn("user", "Where is the plug?", "chart-1"), turn("agent", "At the back.", "faq-0"),
    turn("user", "Yes, it is plugged in.", "chart-1"), turn("agent", "Does the lamp glow?", "chart-3"),
    turn("user", "No, it doesn't.", "chart-3"), turn("agent", "Get a new one.", "chart-4"),
    turn("user", "Thanks!"), turn("agent", "Bye."),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    """A folder of one chart and two dialogs."""
    (tmp_path / "charts").mkdir()
    for name in ("kettle", "other"): (tmp_path / "charts" / f"{name}.json").write_text(json.dumps(PAGE))
    page = {name: {"flowchart": name, "utterences": DIALOG} for name in ("kettle", "other")}
    (tmp_path / "dialogs.json").write_text(json.dumps(page))
    return tmp_path


def test_any_directed_flow_chart_can_be_written_down():
    """With its cycles: it is a sound recipe, and goes where the chart goes; what nothing leads to is left out."""
    recipe = parse_recipe("kettle.yaml", yaml.safe_dump(recipe_of(chart_of("kettle", PAGE)), sort_keys=False))
    assert isinstance(recipe, Recipe)
    assert set(recipe.steps) == {"node-1", "node-2", "node-3", "node-4", "node-5"}
    book, seen = flat(recipe), []
    at = begin(book, recipe.slug)
    for label in ("No", "Yes", "Yes", "Yes", "No", "Yes", "No", "Not solved"):
        seen.append(at.step)
        at = advance(book, at, label)
    assert seen == [f"node-{n}" for n in (1, 2, 1, 3, 5, 1, 3, 4)]
    assert at.end is End.HANDOFF


def test_what_the_agent_says_next_tells_what_a_reply_meant(folder):
    """A node is a choice, an answer of the list a question in between; problem and goodbye are counted as left out."""
    dialogs = read_dialogs(folder)
    mine = [one.example for one in dialogs.decisions if one.chart == "kettle"]
    assert [(one.text, one.meaning) for one in mine] == [
        ("Where is the plug?", "aside"), ("Yes, it is plugged in.", 0), ("No, it doesn't.", 1),
    ]  # fmt: skip
    assert mine[1].asked == Asked(say="Have you plugged it in?", choices=choices_of(("Yes", "No")))
    assert dialogs.left_out == {"problem told": 2, "goodbye": 2, "no way leads there": 0}
    assert dialogs.charts == ("kettle", "other")


def test_a_dialog_reaches_its_end_only_if_every_turn_is_right(folder):
    """Asking back is not right; one wrong turn is enough."""
    mine = [one for one in read_dialogs(folder).decisions if one.chart == "kettle"]
    meanings = [Aside(), Chosen(place=0, sure=0.9), Close(places=(0, 1))]
    read = [(one, Read(one.example, said)) for one, said in zip(mine, meanings, strict=True)]
    found = tally("kettle", read)
    assert (found.right, found.wrong, found.asked_back) == (pytest.approx(2 / 3), 0, pytest.approx(1 / 3))
    assert (found.dialogs, found.reached) == (1, 0)
    assert tally("kettle", read[:2]).reached == 1


def test_dialogs_are_measured_by_readers_that_did_not_see_them(folder, hashing_encoder):
    """As it ships, and with the other charts beside: a row for each chart and one for all."""
    dialogs, own = read_dialogs(folder), read_examples(FILE)[:200]
    rows = shipped(dialogs, Replies(hashing_encoder, fit(own, hashing_encoder)))
    assert [(one.name, one.turns, one.dialogs) for one in rows] == [("kettle", 3, 1), ("other", 3, 1), ("all", 6, 2)]
    rows = leave_one_out(dialogs, own, hashing_encoder)
    assert rows[-1].right + rows[-1].wrong + rows[-1].asked_back == pytest.approx(1)


def test_figures_of_our_own_replies():
    """What was taken, what was asked back, and what was told as a question or a command."""
    asked = Asked(say="Is it on?", choices=choices_of(("Yes", "No")))
    read = [
        Read(Example(text="on", asked=asked, meaning=0), Chosen(place=0, sure=0.8)),
        Read(Example(text="off", asked=asked, meaning=1), Chosen(place=0, sure=0.8)),
        Read(Example(text="off-ish", asked=asked, meaning=1), Close(places=(1, 0))),
        Read(Example(text="where?", asked=asked, meaning="aside"), Aside()),
        Read(Example(text="why", asked=asked, meaning="aside"), Unclear()),
        Read(Example(text="stop", asked=asked, meaning="stop"), Command.STOP),
        Read(Example(text="lunch", asked=asked, meaning="unclear"), Close(places=(0, 1))),
    ]
    found = own_figures(read)
    assert (found.replies, found.commands, found.asides_found, found.asides_right) == (7, 1, 0.5, 1)
    assert found.choices_wrong == pytest.approx(1 / 3)
    assert (found.taken_right, found.close_has_it, found.unclear_kept) == (0.5, 1, 1)


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("dialogs.json", "{", "not JSON"), ("dialogs.json", "{}", "there is no reply"), ("dialogs.json", "[]",
        "no set of dialogs"),
        ("charts/kettle.json", "[]", "is no chart"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_named(folder, name, text, problem):
    """One line that says which file, and what is wrong with it."""
    (folder / name).write_text(text)
    with pytest.raises(BadInput, match=problem): read_dialogs(folder)


def test_a_folder_without_charts_is_refused(tmp_path):
    """So is one that is not there."""
    with pytest.raises(BadInput, match="there are no charts"): read_dialogs(tmp_path / "nowhere")
