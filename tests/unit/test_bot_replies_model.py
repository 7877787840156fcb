"""The model that reads replies: fitted, kept, and right about what is clear."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from bot.bootstrap import load_replies, replies_path
from bot.learning import train_replies
from bot.replies import Aside, Asked, Chosen, Close, Command, Replies, Unclear
from bot.replies.examples import digest, read_examples
from bot.replies.fitting import Outcome, choose_limit, fit, fold_of, seen
from bot.replies.meanings import choices_of
from bot.replies.model import Model, softmax
from core.encoder import Vectors
from core.errors import BadInput

FILE = Path(__file__).parents[2] / "data" / "training" / "replies.jsonl"
LIGHT = Asked(say="Press the button for three seconds. Is the light red?", choices=choices_of(("Yes", "No")))
WORKS = Asked(say="Try to sign in again. Does it work?", choices=choices_of(("Yes, it works", "Still nothing")))


@pytest.fixture(scope="module")
def replies(onnx_encoder) -> Replies:
    """The reader as it ships, with the real encoder."""
    return Replies(onnx_encoder, fit(read_examples(FILE), onnx_encoder))


@pytest.fixture
def small(hashing_encoder) -> Model:
    """A model of a part of the replies, with an encoder that needs no model."""
    return fit(read_examples(FILE)[:200], hashing_encoder)


@pytest.mark.parametrize(
    ("text", "asked", "place"),
    [
        ("yep", LIGHT, 0), ("Yes, it's red.", LIGHT, 0), ("nope", LIGHT, 1), ("It is not red.", LIGHT, 1),
        ("no, it isn't", LIGHT, 1), ("I don't see any red light", LIGHT, 1), ("works now, thanks", WORKS, 0),
        ("that did it", WORKS, 0), ("nope, still the same", WORKS, 1), ("it still doesn't work", WORKS, 1),
    ],
)  # fmt: skip
def test_clear_replies_are_taken(replies, text, asked, place):
    """What anybody would understand is taken without asking back."""
    found = replies.read(text, asked)
    assert isinstance(found, Chosen)
    assert found.place == place


@pytest.mark.parametrize("text", ["where do I find that?", "what is BIOS?", "I don't know how to check that",
"how do I do that"])
@pytest.mark.parametrize("asked", [LIGHT, WORKS, Asked(say="Which number is on the label?")])
def test_a_question_in_between_moves_nothing(replies, text, asked):
    """At a choice and at an input."""
    assert replies.read(text, asked) == Aside()


def test_an_opposite_says_no(replies):
    """Who is asked for one thing and tells of its opposite has said no."""
    asked = Asked(say="Are any of the screws on the bracket loose?", choices=choices_of(("Yes", "No")))
    found = replies.read("They are all tight.", asked)
    assert isinstance(found, Chosen)
    assert found.place == 1


def test_a_question_with_a_not_turns_the_answer_round(replies):
    """"They do not" says yes to "do they fail to"."""
    asked = Asked(say="Do the lamps fail to light up?", choices=choices_of(("Yes", "No")))
    assert replies.read("The lamps do not light up.", asked) == Chosen(place=0, sure=pytest.approx(0.9, abs=0.1))


def test_commands_win_over_choices_but_not_over_labels(replies):
    """"back" goes back, unless it is what a choice is called."""
    assert replies.read("go back", LIGHT) is Command.BACK
    assert replies.read("Back", Asked(say="Which side?", choices=choices_of(("Front", "Back")))) == Chosen(place=1,
    sure=1.0)


@pytest.mark.parametrize("text", ["", "   ", "🙂", "?!", "…"])
def test_no_words_mean_nothing(replies, text):
    """Signs alone are no answer."""
    assert replies.read(text, LIGHT) in {Unclear(), Aside()}


def test_a_wall_of_text_is_read_in_its_beginning(replies):
    """Length alone breaks nothing."""
    assert isinstance(replies.read("no it is not red " * 5_000, LIGHT), Chosen | Close | Unclear)


def test_a_step_is_embedded_once(hashing_encoder, small):
    """The second reply at a step embeds only itself."""

    class Counting:
        name, dims = hashing_encoder.name, hashing_encoder.dims

        def __init__(self) -> None:
            self.texts: list[str] = []

        def encode(self, texts: list[str]) -> Vectors:
            self.texts += texts
            return hashing_encoder.encode(texts)

    encoder = Counting()
    reader = Replies(encoder, small)
    reader.read("the light is red", LIGHT)
    before = len(encoder.texts)
    reader.read("I see no light at all", LIGHT)
    assert encoder.texts[before:] == ["I see no light at all"]


def test_a_model_reads_the_same_from_its_file(small, hashing_encoder, tmp_path):
    """Saved and loaded, it says the same."""
    small.save(tmp_path / "models" / "replies.npz")
    loaded = Model.load(tmp_path / "models" / "replies.npz", hashing_encoder.name)
    said = seen(read_examples(FILE)[:5], hashing_encoder)[0]
    assert np.array_equal(loaded.probabilities(said), small.probabilities(said))
    assert (loaded.data, loaded.sure_at) == (digest(read_examples(FILE)[:200]), small.sure_at)


@pytest.mark.parametrize("damage", [b"", b"not a model", b"PK\x03\x04rest"])
def test_a_damaged_model_says_what_to_do(small, hashing_encoder, tmp_path, damage):
    """One line, no traceback; the same for none, and for another encoder's."""
    path = tmp_path / "replies.npz"
    with pytest.raises(BadInput, match=r"no model of replies yet; run `firstline classifier train`"):
        Model.load(path, hashing_encoder.name)
    path.write_bytes(damage)
    with pytest.raises(BadInput, match=r"is damaged .*run `firstline classifier train`"):
        Model.load(path, hashing_encoder.name)
    small.save(path)
    with pytest.raises(BadInput, match="not another"): Model.load(path, "another")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"text": "no"}', 'needs a "step"'), ('{"text": "no", "step": "Is it?", "choices": []}', 'needs "choices"'),
        ('{"text": "no", "step": "Is it?", "choices": [{"words": []}]}', "a choice is a label"),
        ('{"text": "no", "step": "Is it?", "choices": ["Yes"], "meaning": 2}', "the number of a choice"),
        ('{"text": "no", "step": "Is it?", "choices": ["Yes"], "meaning": "maybe"}', "aside, back, person"),
    ],
)
def test_a_wrong_line_is_named(tmp_path, line, problem):
    """File and line, and what is wrong."""
    path = tmp_path / "replies.jsonl"
    path.write_text(f"\n{line}\n")
    with pytest.raises(BadInput, match=rf"replies\.jsonl:2: .*{problem}"): read_examples(path)


def test_the_shipped_replies_are_many_and_of_all_kinds():
    """Each meaning has examples, no reply stands twice at a step, and commands are read as such by the rules."""
    rows = read_examples(FILE)
    kinds = {str(one.meaning) if isinstance(one.meaning, str) else "choice" for one in rows}
    assert kinds == {"choice", "aside", "unclear", "back", "start over", "stop", "person"}
    assert len({(one.text, one.asked) for one in rows}) == len(rows)
    assert len({one.asked for one in rows}) > 100


def test_replies_at_one_step_are_held_out_together():
    """Otherwise the model would be asked about steps that it knows."""
    rows = read_examples(FILE)
    folds = {}
    for one, fold in zip(rows, fold_of(rows), strict=True): folds.setdefault(one.asked, set()).add(fold)
    assert all(len(found) == 1 for found in folds.values())


def test_the_limit_lets_through_no_more_than_is_allowed():
    """It is the lowest one that does."""
    rows = [one for one in read_examples(FILE) if one.meaning == 0][:100]
    shares = np.linspace(0.55, 0.95, 100)  # of the likeliest choice: a wrong one of every third reply
    rest = [len(one.asked.choices) + 1 for one in rows]
    found = [
        Outcome(one, np.log([*((p, (1 - p) / n) if place % 3 else ((1 - p) / n, p)), *[(1 - p) / n] * (n - 1)]))
        for place, (one, p, n) in enumerate(zip(rows, shares, rest, strict=True))
    ]
    limit = choose_limit(found, 1.0)
    wrong = sum(row.argmax() == 1 and row.max() >= limit for row in (softmax(one.odds) for one in found))
    assert wrong == 10


def test_too_few_replies_are_refused(hashing_encoder):
    """One clear line."""
    with pytest.raises(BadInput, match="at least 20 replies"): fit(read_examples(FILE)[:5], hashing_encoder)


def test_a_start_fits_what_is_missing_and_nothing_twice(hashing_encoder, tmp_path):
    """Other replies, or a damaged file, are reason enough; the same ones are not."""
    (tmp_path / "training").mkdir()
    own = tmp_path / "training" / "replies.jsonl"
    rows = FILE.read_text(encoding="utf-8").splitlines()
    own.write_text("\n".join(rows[:60]), encoding="utf-8")
    settings = SimpleNamespace(state_dir=tmp_path, data_dir=tmp_path)
    core = SimpleNamespace(settings=settings, encoder=hashing_encoder)
    assert [train_replies(core), train_replies(core)] == [True, False]
    own.write_text("\n".join(rows[:61]), encoding="utf-8")
    assert train_replies(core)
    replies_path(core).write_bytes(b"damaged")
    with pytest.raises(BadInput, match="is damaged"): load_replies(core, core.encoder)
    assert train_replies(core)
    assert isinstance(load_replies(core, core.encoder), Replies)
