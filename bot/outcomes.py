"""What became of the questions of a set, asked of the real assistant."""

from collections.abc import Callable, Sequence

from bot.assistant import Assistant
from bot.assistant.hearing import Heard
from bot.decide import Answer, Clarify, Decision, OfferRecipe
from bot.measure import Outcome
from bot.question_set import Labelled
from bot.timing import timed


def ask_all(
    assistant: Assistant, questions: Sequence[Labelled], note: Callable[[int, int], None]
) -> list[Outcome]:
    """Ask every question, telling how far it is."""
    found = []
    for number, one in enumerate(questions, 1):
        found.append(outcome(one, *timed(assistant, one.text)))
        note(number, len(questions))
    return found


def outcome(asked: Labelled, heard: Sequence[Heard], ms: float) -> Outcome:
    """What became of one question: of its first request, which is the whole of it unless it holds several."""
    judged = heard[0].judged
    candidates = judged.evidence.candidates
    return Outcome(
        id=asked.id, text=asked.text, right=asked.right, outside=asked.outside, decision=judged.decision.name,
        why=judged.decision.why, confidence=judged.evidence.confidence, shown=_shown(judged.decision),
        first=next(((c.kind, c.slug) for c in candidates), None), ranked=tuple((c.kind, c.slug) for c in candidates),
        ms=ms,
    )  # fmt: skip


def _shown(decision: Decision) -> tuple[tuple[str, str], ...]:
    match decision.outcome:
        case Answer(best=best) | OfferRecipe(best=best): return ((best.kind, best.slug),)
        case Clarify(options=options): return tuple((option.kind, option.slug) for option in options)
        case _: return ()
