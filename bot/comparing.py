"""New models beside the live ones, on the same questions; where there are none, on messages held out in turn."""

from collections.abc import Sequence
from dataclasses import replace

from bot.bootstrap import Core, Note, make_assistant
from bot.gate import Change, Measured, change
from bot.lessons import Lessons, corrected
from bot.measure import GIVEN, Outcome
from bot.outcomes import ask_all
from bot.pairs import Pair
from bot.question_set import Labelled, read_questions
from classifier.evaluation import held_out_hits
from classifier.examples import Example
from classifier.folds import Remembering
from core.errors import BadInput

FEWEST = 50  # questions that can be answered here; with fewer, chance decides
HELD_OUT = "measured by the accuracy on training messages that were held out in turn"
CHANGED = "the training messages are other ones, too, so there is nothing to measure both on: the new models go live"
SAME = "no correction is new, so there is nothing to compare: the new models go live"


def compare(core: Core, old: Pair | None, new: Pair, lessons: Lessons, note: Note) -> Measured:
    """How the new pair does beside the old one; beside itself where there is none."""
    questions, why = evaluation_set(core)
    if questions: return _on_questions(core, old or new, new, questions, note)
    if old is None: return Measured(by=f"No evaluation set ({why}), so nothing was measured")
    return _on_messages(core, old, lessons, f"No evaluation set ({why})", note)


def evaluation_set(core: Core) -> tuple[list[Labelled], str]:
    """The questions of the data folder that can be asked here, or none and why not."""
    path = core.settings.data_dir / "eval" / "questions.jsonl"
    if not path.is_file(): return [], f"{path} is not there"
    try:
        found = read_questions(path)
    except BadInput as error:
        return [], str(error).rstrip(".")
    there = set(core.kb.index().by_slug)
    wanted = [question for question in found if question.right]
    able = [question for question in wanted if question.right & there]
    if len(able) < max(FEWEST, len(wanted) / 2):
        return [], f"{len(able)} of {len(wanted)} questions of {path} have their answer in the knowledge base"
    return [question for question in found if not question.right or question.right & there], ""


def _on_questions(core: Core, old: Pair, new: Pair, questions: Sequence[Labelled], note: Note) -> Measured:
    once = replace(core, encoder=Remembering(core.encoder))
    before = _asked(once, old, questions, "asking the present models", note)
    after = before if new is old else _asked(once, new, questions, "asking the new models", note)
    by = f"Measured by {len(questions):,} evaluation questions"
    return Measured(changes=tuple(question_changes(before, after)), by=by)


def _asked(core: Core, pair: Pair, questions: Sequence[Labelled], what: str, note: Note) -> list[Outcome]:
    return ask_all(make_assistant(core, pair=pair), questions, lambda done, all_: note(what, done, all_))


def question_changes(before: Sequence[Outcome], after: Sequence[Outcome]) -> list[Change]:
    """What share was settled, of the questions with an answer, and what share of all was answered wrongly."""
    settled = [[bool(o.right.intersection(o.shown)) for o in row if o.right] for row in (before, after)]
    wrong = [[o.decision in GIVEN and o.fate == "wrong" for o in row] for row in (before, after)]
    return [change("settled", *settled), change("wrong", *wrong, less_is_better=True)]


def _on_messages(core: Core, old: Pair, lessons: Lessons, none: str, note: Note) -> Measured:
    """Trained on parts of the messages, with the corrections that each knows, and judged on the part left out."""
    if old.about.messages != lessons.messages: return Measured(by=f"{none}; {CHANGED}")
    known = corrected(core, lessons.examples, old.about.until).examples
    if known == lessons.taken.examples: return Measured(by=f"{none}; {SAME}")
    once = Remembering(core.encoder)
    once.encode_all([example.text for example in lessons.examples], note)
    before, after = (
        _held_out(lessons.examples, extra, once, what, note)
        for what, extra in (("judging the present way", known), ("judging the new way", lessons.taken.examples))
    )
    found = [change(head, before[head], after[head]) for head in before]
    return Measured(changes=tuple(found), by=f"{none}; {HELD_OUT}")


def _held_out(
    examples: Sequence[Example], extra: Sequence[Example], encoder: Remembering, what: str, note: Note
) -> dict[str, list[bool]]:
    return held_out_hits(examples, extra, encoder, lambda done, all_: note(what, done, all_))
