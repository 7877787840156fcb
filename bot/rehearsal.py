"""What a change of the knowledge base does to questions: gains, losses, changes. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from bot.decide import Answer, Clarify, Decision, HandOff, OfferForm, OfferRecipe, Reason
from bot.measure import GIVEN, Outcome, Slug
from bot.question_set import Labelled

NOTHING = frozenset[Slug]()


class Verdict(StrEnum):
    """What a change is to one question."""

    SAME = "same"
    GAIN = "gain"
    LOSS = "loss"
    CHANGE = "change"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question that is replayed: its words, and `text`, what is read, where that leans on what was said before.

    It was asked `times` times by people who see the `audiences`. `confirmed` is what answered it, as they said;
    `unhelpful` is what did not. A question of a set has its labels instead.
    """

    question: str
    text: str
    audiences: frozenset[str]
    times: int = 1
    confirmed: frozenset[Slug] = NOTHING
    unhelpful: frozenset[Slug] = NOTHING
    labelled: Labelled | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a person gets to see: the decision, and the article, recipe or run-book.

    Of several to choose from it is the first, and `title` has all.
    """

    decision: str
    kind: str = ""
    slug: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One question before or after: what is shown, all of that, and whether people take over for want of an answer."""

    shown: Shown
    all: tuple[Slug, ...] = ()
    open: bool = False

    @property
    def given(self) -> frozenset[Slug]:
        """What is given as the answer; nothing where it is only a choice."""
        return frozenset(self.all) if self.shown.decision in (*GIVEN, SUGGESTED) else NOTHING

    def same_as(self, other: "Side") -> bool:
        """Whether the person would see the same."""
        return self.shown.decision == other.shown.decision and set(self.all) == set(other.all)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A question, as it was written, that comes out differently: how often it was asked, and whether the answer that it
    had was confirmed.
    """

    question: str
    times: int
    confirmed: bool
    before: Shown
    after: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What came of a rehearsal: how many different questions, in how many seconds, how many come out the same, and
    those that do not, those that are asked most first. `asked` is how often the questions were asked together.
    """

    questions: int
    asked: int
    seconds: float
    same: int
    gains: tuple[Change, ...] = ()
    losses: tuple[Change, ...] = ()
    changes: tuple[Change, ...] = ()


SUGGESTED, NONE = "suggested", "none"  # the decisions of a ticket's card


@dataclass(slots=True)
class Tally:
    """Takes the questions one by one; those that come out the same way in the same words are one."""

    questions: int = 0
    asked: int = 0
    same: int = 0
    _found: dict[tuple[Verdict, str, Shown, Shown], tuple[int, bool]] = field(default_factory=dict)

    def add(self, one: Asked, before: Side, after: Side) -> None:
        """Take one question."""
        self.questions, self.asked = self.questions + 1, self.asked + one.times
        found = verdict(one, before, after)
        if found is Verdict.SAME:
            self.same += 1
            return
        key = (found, one.question, before.shown, after.shown)
        times, confirmed = self._found.get(key, (0, False))
        self._found[key] = (times + one.times, confirmed or bool(one.confirmed))

    def rehearsal(self, seconds: float) -> Rehearsal:
        """What came of it."""
        gains, losses, changes = (self._of(one) for one in (Verdict.GAIN, Verdict.LOSS, Verdict.CHANGE))
        return Rehearsal(
            questions=self.questions, asked=self.asked, seconds=seconds, same=self.same, gains=gains, losses=losses,
            changes=changes,
        )

    def _of(self, wanted: Verdict) -> tuple[Change, ...]:
        rows = [
            Change(question=question, times=times, confirmed=confirmed, before=before, after=after)
            for (found, question, before, after), (times, confirmed) in self._found.items() if found is wanted
        ]
        return tuple(sorted(rows, key=lambda row: (not row.confirmed, -row.times, row.question)))


def verdict(one: Asked, before: Side, after: Side) -> Verdict:
    """What the change is to a question: by its labels, by what its askers confirmed, or by whether it is answered.

    Where nobody knows what is right, an answer by something else is neither gain nor loss: it is to be looked at. So is
    an answer where people took over for another reason than that nothing was found.
    """
    if one.labelled: found = _by(_merit(one.labelled, before), _merit(one.labelled, after))
    elif one.confirmed: found = _by(_held(one.confirmed, before), _held(one.confirmed, after))
    else: found = _by_answer(one, before, after)
    if found is Verdict.SAME and not before.same_as(after): return Verdict.CHANGE
    return found


def _by(before: int, after: int) -> Verdict:
    if before == after: return Verdict.SAME
    return Verdict.GAIN if after > before else Verdict.LOSS


def _by_answer(one: Asked, before: Side, after: Side) -> Verdict:
    had, has = before.given - one.unhelpful, after.given - one.unhelpful
    if had and not after.given: return Verdict.LOSS
    if has and (before.open or (before.given and not had)): return Verdict.GAIN
    return Verdict.SAME


def _held(confirmed: frozenset[Slug], side: Side) -> int:
    """2 when what was confirmed is the answer, 1 when it is among the choices."""
    if confirmed & side.given: return 2
    return int(bool(confirmed.intersection(side.all)))


def _merit(labelled: Labelled, side: Side) -> int:
    """By the labels: 0 answered wrongly, 1 of no help, 2 asked back with the right one, 3 right."""
    fate = Outcome(
        right=labelled.right, outside=labelled.outside, decision=side.shown.decision, shown=side.all, ranked=(), ms=0.0
    ).fate
    if fate != "right": return ("wrong", "unhelpful").index(fate)
    return 2 if labelled.right and not side.given else 3


# -- what a person sees ----------------------------------------------------------------------------------------------


def side_of(decision: Decision) -> Side:
    """What a person sees of a decision."""
    name, outcome = decision.name, decision.outcome
    match outcome:
        case Answer(best=best) | OfferRecipe(best=best):
            shown = Shown(decision=name, kind=best.kind, slug=best.slug, title=best.title)
            return Side(shown=shown, all=((best.kind, best.slug),))
        case Clarify(options=options):
            titles = " / ".join(option.title for option in options)
            shown = Shown(decision=name, kind=options[0].kind, slug=options[0].slug, title=titles)
            return Side(shown=shown, all=tuple((option.kind, option.slug) for option in options), open=True)
        case OfferForm(form=form): return Side(shown=Shown(decision=name, slug=form.slug, title=form.title))
        case HandOff(reason=reason): return Side(shown=Shown(decision=name), open=reason is Reason.NOT_SURE)
        case _: return Side(shown=Shown(decision=name), open=name == "outside")


def side_of_books(kind: str, books: Iterable[tuple[str, str]]) -> Side:
    """What a ticket's card shows: run-books by slug and title, best first."""
    rows = list(books)
    if not rows: return Side(shown=Shown(decision=NONE), open=True)
    titles = " / ".join(title for _, title in rows)
    shown = Shown(decision=SUGGESTED, kind=kind, slug=rows[0][0], title=titles)
    return Side(shown=shown, all=tuple((kind, slug) for slug, _ in rows))
