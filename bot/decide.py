"""The policy: from what was understood and found, the one next thing to say. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from classifier.labels import Intent, Level, Prediction
from handoff.outages import Outage
from kb.ranking import Candidate

SURE_OF_INTENT = 0.6  # data/training, 5-fold: 88 % right above it (small talk 97 %, person 90 %, outside 85 %)
SURE_OF_PERSON = 0.45  # the same, of a wish that no article may stand before
SURE_OF_WIDESPREAD = 0.7  # that an incident has high impact; data/training: 4 of 5 such messages need people
# Of a category that may not wait, if something else was found; else any hint will do. data/training, 5-fold: 62 of 74
# dangers and 11 of 1,847 other messages go straight; .5 to .9 give 62, and 12 to 8. Low, as a danger must not wait.
SURE_OF_STRAIGHT = 0.6
OPTIONS = 3  # choices of one clarifying question; more make people read instead of choose
OTHER_TITLES = 2  # further articles named under an answer
NOTHING, BELOW = "nothing was found", " is below "  # in the rules of `Reason.NOT_SURE`, as traces keep them


class Reason(StrEnum):
    """Why people take over."""

    ASKED = "asked for a person"
    STRAIGHT = "may not wait"
    WIDESPREAD = "many people are hit"
    NOT_SURE = "no article or recipe was sure enough"
    NOT_HELPED = "the answer did not help"
    STUCK = "the recipe did not fix it"
    CAME_BACK = "it came back after the recipe had fixed it"
    FORM = "asked for through a form"
    FOREIGN = "not in a language that can be read here"


class Chat(StrEnum):
    """Kinds of small talk, each with its own words."""

    HELLO = "hello"
    NO_WORDS = "no words"
    THANKS = "thanks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """At which confidence it answers, and from which it asks back; chosen on data/training for a share of errors."""

    answer: float
    clarify: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form of the service catalogue that a request may be about. `likeness` is a cosine."""

    slug: str
    title: str
    likeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything known about one message.

    `candidates` are best first; `confidence` is the probability that the first one is right.
    """

    prediction: Prediction
    candidates: tuple[Candidate, ...]
    confidence: float
    outage: Outage | None = None
    form: Form | None = None
    straight: bool = False
    ticket_number: str = ""
    has_words: bool = True
    thanks: bool = False
    foreign: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownOutage:
    """The message is about a known outage."""

    outage: Outage


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Quote this article; `others` may also be of use."""

    best: Candidate
    others: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRecipe:
    """Begin this recipe."""

    best: Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Clarify:
    """Ask which of these is meant."""

    options: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferForm:
    """Offer this form of the catalogue."""

    form: Form


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOff:
    """People take over; `nearest` is what came closest, which is told as such."""

    reason: Reason
    nearest: Candidate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SayOutside:
    """It is not a matter of IT support."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallTalk:
    """A greeting, thanks, or nothing to go on."""

    chat: Chat


@dataclass(frozen=True, slots=True, kw_only=True)
class TellStatus:
    """How a ticket is doing: the numbered one, or the person's own when the number is empty."""

    number: str


Outcome = KnownOutage | Answer | OfferRecipe | Clarify | OfferForm | HandOff | SayOutside | SmallTalk | TellStatus

NAMES: dict[type, str] = {
    KnownOutage: "outage", Answer: "answer", OfferRecipe: "recipe", Clarify: "clarify", OfferForm: "catalogue",
    HandOff: "handoff", SayOutside: "outside", SmallTalk: "smalltalk", TellStatus: "status",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The one outcome, and why: the rule that chose it."""

    outcome: Outcome
    why: str

    @property
    def name(self) -> str:
        """The decision's word in results and reports."""
        return NAMES[type(self.outcome)]


def decide(seen: Evidence, limits: Limits) -> Decision:
    """Choose the one next thing to say."""
    if not seen.has_words: return _so(SmallTalk(chat=Chat.NO_WORDS), "there are no words in the message")
    return _people_first(seen, limits) or _aside(seen, limits) or _from_knowledge(seen, limits)


def _people_first(seen: Evidence, limits: Limits) -> Decision | None:
    """What no article may stand before: danger, the wish for a person, a named ticket, a fault that many have."""
    said = seen.prediction
    if seen.straight and (said.category_p >= SURE_OF_STRAIGHT or seen.confidence < limits.answer):
        return _so(HandOff(reason=Reason.STRAIGHT), f"{said.category} goes straight to people")
    if said.intent is Intent.PERSON and said.intent_p >= SURE_OF_PERSON:
        return _so(HandOff(reason=Reason.ASKED), str(Reason.ASKED))
    if seen.ticket_number: return _so(TellStatus(number=seen.ticket_number), "a ticket number was named")
    if seen.outage and said.intent in (Intent.INCIDENT, Intent.STATUS):
        return _so(KnownOutage(outage=seen.outage), "matches a known outage")
    if _is_widespread(said): return _so(HandOff(reason=Reason.WIDESPREAD), "an incident of high impact")
    return None


def _aside(seen: Evidence, limits: Limits) -> Decision | None:
    """What needs no article: status, small talk, matters that are not IT's, forms."""
    if seen.foreign: return _so(HandOff(reason=Reason.FOREIGN), "it is not in English")
    intent, sure = seen.prediction.intent, seen.prediction.intent_p >= SURE_OF_INTENT
    found, hint = seen.confidence >= limits.answer, seen.confidence >= limits.clarify
    if intent is Intent.STATUS and sure: return _so(TellStatus(number=""), "asks for the status of a ticket")
    if intent is Intent.SMALLTALK and sure and not found:
        return _so(SmallTalk(chat=Chat.THANKS if seen.thanks else Chat.HELLO), "small talk")
    if intent is Intent.OUTSIDE and sure and not hint: return _so(SayOutside(), "not a matter of IT support")
    if seen.form and intent is Intent.REQUEST: return _so(OfferForm(form=seen.form), "a form fits the request")
    return None


def _is_widespread(prediction: Prediction) -> bool:
    """No fix for one person mends what many have."""
    broken = prediction.intent is Intent.INCIDENT and prediction.impact is Level.HIGH
    return broken and prediction.impact_p >= SURE_OF_WIDESPREAD


def _from_knowledge(seen: Evidence, limits: Limits) -> Decision:
    ranked = seen.candidates
    sure = f"confidence {seen.confidence:.2f}"
    if not ranked: return _so(HandOff(reason=Reason.NOT_SURE), NOTHING)
    if seen.confidence >= limits.answer:
        best, others = ranked[0], tuple(c for c in ranked[1:] if c.kind == "article")[:OTHER_TITLES]
        outcome = OfferRecipe(best=best) if best.kind == "recipe" else Answer(best=best, others=others)
        return _so(outcome, f"{sure} is at least {limits.answer:.2f}")
    if seen.confidence >= limits.clarify:
        return _so(
            Clarify(options=ranked[:OPTIONS]),
            f"{sure} is between {limits.clarify:.2f} and {limits.answer:.2f}"
        )
    return _so(HandOff(reason=Reason.NOT_SURE, nearest=ranked[0]), f"{sure}{BELOW}{limits.clarify:.2f}")


def nothing_fitted(why: str) -> bool:
    """Whether a handoff was decided on, by its rule, because nothing that was found was sure enough."""
    return why == NOTHING or BELOW in why


def _so(outcome: Outcome, why: str) -> Decision:
    return Decision(outcome=outcome, why=why)
