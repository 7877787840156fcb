"""One message heard: the requests that it holds, each with what was said before it where it leans on that."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.assistant.understanding import Understanding
from bot.decide import (
    SURE_OF_INTENT,
    Answer,
    Clarify,
    Decision,
    HandOff,
    KnownOutage,
    OfferForm,
    OfferRecipe,
    Reason,
    SayOutside,
    TellStatus,
)
from bot.judged import Judged
from bot.lookup import READ
from bot.parting import Matter, Piece, at_most, grouped, pieces
from bot.reading import clean
from bot.remarks import leans
from classifier.labels import Intent
from kb.index import words

FEW_WORDS = 6  # a follow-up this short makes sense only with what was said before it
MORE_WORDS = 12  # the same of one that begins with "and", "what about" or the like
# That a request without an answer is a matter of its own. data/training: 2 of 415 messages are cut in two, and both do
# ask for two things; of two questions joined by "btw" or "also" every third is cut, of two in a list three in four.
SURE_OF_CATEGORY = 0.45


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One request of a message: its words, what was made of them, and what a follow-up to it would lean on."""

    said: str
    judged: Judged
    topic: str


class Hearing:
    """What a message asks for."""

    def __init__(self, understanding: Understanding) -> None:
        """Take what understands one text."""
        self._understanding = understanding

    def hear(self, text: str, audiences: frozenset[str], before: str = "") -> list[Heard]:
        """The requests of one message, what may not wait first; mostly it is one, which is the whole message.

        `before` is what its thread was about until now; a message that stands alone begins a new topic.
        """
        parts = self._requests(clean(text)[:READ], audiences)
        if len(parts) > 1: return sorted(parts, key=lambda part: not _urgent(part.judged.decision))
        alone = self._understanding.judge(text, audiences)
        judged = self._in_context(text, alone, before, audiences) if before else alone
        return [Heard(said=text, judged=judged, topic=alone.read if judged is alone else before)]

    def _in_context(self, text: str, alone: Judged, before: str, audiences: frozenset[str]) -> Judged:
        """A short follow-up with what it leans on, if that says more; or the message alone."""
        said, clear = len(words(alone.read)), _stands_alone(alone.decision)
        lean = said <= MORE_WORDS and leans(text)
        if not lean and (clear or said > FEW_WORDS): return alone
        together = self._understanding.judge(f"{before}\n{alone.read}", audiences, own=text)
        if not clear: return together
        surer = _answers(together.decision) and together.evidence.confidence > alone.evidence.confidence
        return together if surer else alone

    def _requests(self, read: str, audiences: frozenset[str]) -> list[Heard]:
        """The parts of a text that each stand on their own; none when it is one request, or that is not sure."""
        cut = pieces(read)
        if len(cut) == 1: return []
        known = self._each([piece.text for piece in cut], audiences)
        groups = grouped(cut, [matter(known[piece.text], piece) for piece in cut])
        if len(groups) == 1: return []
        known |= self._each([one.text for one in groups if one.text not in known], audiences)
        if not all(matter(known[one.text], one) for one in groups): return []
        wanted = at_most([one.text for one in groups])
        known |= self._each([text for text in wanted if text not in known], audiences)
        return [Heard(said=text, judged=known[text], topic=known[text].read) for text in wanted]

    def _each(self, texts: Sequence[str], audiences: frozenset[str]) -> dict[str, Judged]:
        return dict(zip(texts, self._understanding.judge_each(texts, audiences), strict=True))


def matter(judged: Judged, piece: Piece) -> Matter | None:
    """What a piece of a message is about, if that is clear without the rest of the message."""
    seen, outcome = judged.prediction, judged.decision.outcome
    about = _about(judged)
    if not about and piece.marked:  # its writer says that it is another matter: then it need not have an answer
        sure = seen.intent_p >= SURE_OF_INTENT and seen.category_p >= SURE_OF_CATEGORY
        asked = seen.intent in (Intent.QUESTION, Intent.INCIDENT, Intent.REQUEST)
        unanswered = isinstance(outcome, Clarify) or _nothing_found(judged.decision)
        if isinstance(outcome, SayOutside): about = "outside"
        elif sure and asked and unanswered: about = f"{seen.category}?"
    category = outcome.best.category if isinstance(outcome, Answer | OfferRecipe) else seen.category
    return Matter(about=about, category=category, broken=seen.intent is Intent.INCIDENT) if about else None


def _about(judged: Judged) -> str:
    match judged.decision.outcome:
        case Answer(best=best) | OfferRecipe(best=best): return best.slug
        case OfferForm(form=form): return form.slug
        case KnownOutage(outage=outage): return f"outage {outage.id}"
        case TellStatus(number=number): return f"status {number}"
        case HandOff(reason=Reason.STRAIGHT): return judged.prediction.category
        case _: return ""


def _nothing_found(decision: Decision) -> bool:
    return isinstance(decision.outcome, HandOff) and decision.outcome.reason is Reason.NOT_SURE


def _urgent(decision: Decision) -> bool:
    """Whether people must have it before anything else is said."""
    return isinstance(decision.outcome, HandOff) and decision.outcome.reason in (Reason.STRAIGHT, Reason.WIDESPREAD)


def _answers(decision: Decision) -> bool:
    return isinstance(decision.outcome, Answer | OfferRecipe)


def _stands_alone(decision: Decision) -> bool:
    """Whether a message was understood without what was said before it: thanks is thanks in any thread."""
    outcome = decision.outcome
    if isinstance(outcome, HandOff): return outcome.reason is not Reason.NOT_SURE
    return not isinstance(outcome, Clarify | SayOutside)
