"""Going through a recipe: what each answer leads to. Pure; time comes in as text and is only kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from core.errors import BadInput
from kb.cookbook.conditions import Facts, filled, holds, plain
from kb.cookbook.inputs import MENTION, SKIP, Lists, typed
from kb.cookbook.language import ANSWERED, GOAL, SEEN, End, Kind, Recipe, Step, is_end

MOST_UNSEEN = 500  # steps that nobody sees, in a row; with more a recipe is going round in circles
MOST_NESTED = 5  # recipes within recipes
READY, OVER = "ready", "over"  # how a wait ends: the person says so, or its time has come
LOOP = "The recipe went round in circles and was stopped."


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """The recipes that a run can come to, by slug, and the company's lists that inputs name."""

    recipes: Mapping[str, Recipe]
    lists: Lists = field(default_factory=dict)


class Outcome(StrEnum):
    """What came of a step."""

    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One step that a person came to: what it said, what was answered, when (ISO 8601), and what came of it.

    `note` is what else is known of it, such as who approved an action; `named` tells that the answer is a mention of
    somebody, given where one was asked for.
    """

    step: str
    said: str
    answer: str
    recipe: str = ""
    kind: Kind = Kind.CHOICE
    outcome: Outcome = Outcome.DONE
    at: str = ""
    note: str = ""
    results: Mapping[str, str] = field(default_factory=dict)
    named: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a run stands: at a step, or at an end.

    `seen` counts the moves; a click names the count that it was drawn for. `known` are the facts at the start,
    `answers` those of the run; `callers` are the (recipe, step) that recipes within recipes go back to; `visits`
    counts the arrivals at steps with a limit; `note` is what the recipe tells L2 at a handoff; `earlier` are the
    actions from before it was started over: what they did stays done.
    """

    root: str
    recipe: str
    step: str
    seen: int = 0
    trail: tuple[Done, ...] = ()
    known: Facts = field(default_factory=dict)
    answers: Facts = field(default_factory=dict)
    callers: tuple[tuple[str, str], ...] = ()
    visits: Mapping[str, int] = field(default_factory=dict)
    end: End | None = None
    article: str = ""
    note: str = ""
    earlier: tuple[Done, ...] = ()

    @property
    def facts(self) -> Facts:
        """Everything that is known; what was answered counts for more than what was guessed."""
        return {**self.known, **self.answers}


def begin(book: Book, slug: str, known: Facts | None = None) -> Progress:
    """A run at its first step: the goal, if the recipe asks for it and nobody has told it yet."""
    recipe, facts = book.recipes[slug], dict(known or {})
    first = GOAL if recipe.goal and not facts.get(GOAL) else recipe.start
    return _settled(book, _arrived(book, Progress(root=slug, recipe=slug, step="", known=facts), first))


def step_of(book: Book, progress: Progress) -> Step:
    """The step at which a run stands."""
    return book.recipes[progress.recipe].step(progress.step)


def said_at(book: Book, progress: Progress) -> str:
    """What the present step says, with the facts filled in; what people typed stays text in Markdown."""
    return filled(step_of(book, progress).say, progress.facts, plain)


def advance(
    book: Book, progress: Progress, answer: str, *, results: Facts | None = None, at: str = "", said: str = "",
    note: str = "",
) -> Progress:
    """What one answer leads to: a choice's label, the typed input, an action's outcome, or how a wait ended.

    `said` stands for what an action's step says where the recipe does not.

    Raises:
        BadInput: the answer is not one that the step takes; says what it takes.
    """
    if progress.end: return progress
    taken = _taken(step_of(book, progress), answer, book.lists)
    return _moved(book, progress, taken, results=results or {}, at=at, said=said, note=note)


def _moved(
    book: Book, progress: Progress, taken: str, *, results: Facts, at: str, said: str, note: str
) -> Progress:
    """A run after an answer that its step took."""
    step = step_of(book, progress)
    done = Done(
        recipe=progress.recipe, step=progress.step, said=said_at(book, progress) or said, answer=taken,
        kind=step.kind, outcome=_outcome(step, taken), at=at, note=note, results=dict(results),
        named=bool(step.input and step.input.type == "person" and MENTION.fullmatch(taken)),
    )
    answers = {**progress.answers, **_kept(step, taken), **done.results}
    moved = replace(progress, seen=progress.seen + 1, trail=(*progress.trail, done), answers=answers)
    return _settled(book, _arrived(book, moved, _target(step, taken)))


def _taken(step: Step, answer: str, lists: Lists) -> str:
    match step.kind:
        case Kind.INPUT if step.input: return typed(step.input, answer, lists)
        case Kind.CHOICE if answer not in step.choices:
            raise BadInput(f"Please choose one of: {', '.join(step.choices)}.")
        case Kind.ACTION if answer not in step.on: return answer if answer == "refused" else "failed"
        case Kind.WAIT if answer not in (READY, OVER): raise BadInput("Please wait a little, or say that it is ready.")
        case _: return answer


def _kept(step: Step, taken: str) -> Facts:
    """The facts that an answer gives."""
    if step.save: return {step.save: taken}
    return {step.input.name: taken} if step.input and _outcome(step, taken) is Outcome.DONE else {}


def _outcome(step: Step, taken: str) -> Outcome:
    if step.input: return Outcome.SKIPPED if taken == SKIP and step.input.optional else Outcome.DONE
    return Outcome.FAILED if step.action and taken in ("refused", "failed") else Outcome.DONE


def _target(step: Step, taken: str) -> str:
    match step.kind:
        case Kind.CHOICE: return step.choices[taken].to
        case Kind.ACTION: return step.on.get(taken, End.HANDOFF)
        case _: return step.next


# -- steps that nobody sees ----------------------------------------------------------------------------------------


def _settled(book: Book, progress: Progress) -> Progress:
    """Go on until somebody has to answer, or the run ends."""
    for _ in range(MOST_UNSEEN):
        if progress.end and not progress.callers: return progress
        if progress.end: progress = _returned(book, progress)
        elif step_of(book, progress).kind in SEEN: return progress
        else: progress = _unseen(book, progress, step_of(book, progress))
    return replace(progress, end=End.HANDOFF, callers=(), note=LOOP)


def _unseen(book: Book, progress: Progress, step: Step) -> Progress:
    if step.kind is Kind.DECIDE:
        return _arrived(book, progress, decided(step, progress.facts))
    inner = book.recipes.get(step.recipe)
    callers = (*progress.callers, (progress.recipe, progress.step))
    if inner is None or len(callers) > MOST_NESTED:
        return _arrived(book, progress, step.on.get(End.HANDOFF, End.HANDOFF))
    return _arrived(book, replace(progress, recipe=inner.slug, step="", callers=callers), inner.start)


def decided(step: Step, facts: Facts) -> str:
    """The target of a decision."""
    return next((row.to for row in step.decide if holds(row.conditions, facts)), step.otherwise)


def _returned(book: Book, progress: Progress) -> Progress:
    """A recipe within a recipe has ended: the outer one goes on. What the inner one tells L2 is kept."""
    *outer, (recipe, name) = progress.callers
    back = replace(progress, recipe=recipe, step=name, callers=tuple(outer), end=None, article="")
    target = book.recipes[recipe].step(name).on.get(str(progress.end), End.HANDOFF)
    told = _arrived(book, back, target)
    return replace(told, note=progress.note or told.note) if target == End.HANDOFF else told


def _arrived(book: Book, progress: Progress, target: str) -> Progress:
    """At a target: an end, or a step whose limit may send the run on."""
    recipe = book.recipes[progress.recipe]
    for _ in range(MOST_UNSEEN):
        if is_end(target): return _ended(recipe, progress, target)
        progress, limit = replace(progress, step=target), recipe.step(target).limit
        if limit is None: return progress
        place = f"{progress.recipe}/{target}"
        times = progress.visits.get(place, 0) + 1
        progress = replace(progress, visits={**progress.visits, place: times})
        if times <= limit.times: return progress
        target = limit.then
    return replace(progress, end=End.HANDOFF, callers=(), note=LOOP)


def _ended(recipe: Recipe, progress: Progress, target: str) -> Progress:
    kind, _, name = target.partition(":")
    note = recipe.reasons.get(name, recipe.handoff) if kind == End.HANDOFF else ""
    return replace(progress, end=End(kind), article=name if kind == End.ARTICLE else "", note=note)


# -- back, over, away ----------------------------------------------------------------------------------------------


def can_go_back(progress: Progress) -> bool:
    """Whether there is a step to go back to; what an action did is not undone by going back."""
    answered = [done for done in progress.trail if done.kind is not Kind.WAIT]
    return not progress.end and bool(answered) and answered[-1].kind in ANSWERED


def back(book: Book, progress: Progress) -> Progress:
    """At the last step that the person answered; the count goes on, so that an old click stays old."""
    if not can_go_back(progress): return progress
    trail = list(progress.trail)
    while trail[-1].kind is Kind.WAIT: trail.pop()
    before = replayed(book, progress.root, progress.known, tuple(trail[:-1]))
    return replace(before, seen=progress.seen + 1, earlier=progress.earlier)


def start_over(book: Book, progress: Progress) -> Progress:
    """At the first step again, with nothing answered but the goal."""
    goal = progress.facts.get(GOAL, "")
    known = {**progress.known, **({GOAL: goal} if goal else {})}
    if progress.end: return progress
    earlier = (*progress.earlier, *(done for done in progress.trail if done.kind is Kind.ACTION))
    return replace(begin(book, progress.root, known), seen=progress.seen + 1, earlier=earlier)


def replayed(book: Book, slug: str, known: Facts, trail: tuple[Done, ...]) -> Progress:
    """A run that was answered in this way. What was taken once is not checked again: a list may have changed."""
    progress = begin(book, slug, known)
    for done in trail:
        progress = _moved(
            book, progress, done.answer, results=done.results, at=done.at, said=done.said, note=done.note
        )
    return progress


def leave(book: Book, progress: Progress, end: End, *, at: str = "", answer: str = "") -> Progress:
    """Out of the recipe: the person wants somebody, stops, says that it works, or never came back.

    `answer` is what they said, if they said something.
    """
    if progress.end: return progress
    step, outcome = step_of(book, progress), Outcome.DONE if end is End.SOLVED else Outcome.LEFT
    left = Done(
        recipe=progress.recipe, step=progress.step, said=said_at(book, progress), answer=answer, kind=step.kind,
        outcome=outcome, at=at,
    )
    recipe = book.recipes[progress.recipe]
    note = recipe.handoff if end is End.HANDOFF and progress.trail else ""
    return replace(progress, seen=progress.seen + 1, trail=(*progress.trail, left), end=end, note=note, callers=())
