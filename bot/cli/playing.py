"""Going through a recipe in the terminal, as an employee would; what others do is asked for, too."""

import click

from core.errors import BadInput
from kb import cookbook as rules
from kb.cookbook import READY, SKIP, Book, End, Kind, Progress
from kb.cookbook.conditions import Facts

_ENDS = {
    End.SOLVED: "Solved.", End.STOPPED: "Stopped.", End.HANDOFF: "Handed off. {note}",
    End.ARTICLE: "Article: {article}",
}  # fmt: skip
_COMMANDS = {"back": "one step back", "over": "from the start", "person": "hand over", "stop": "leave"}


def play(book: Book, slug: str, known: Facts) -> Progress:
    """Ask at each step until the run ends; `back`, `over`, `person` and `stop` work everywhere."""
    ways = ", ".join(f"{key} ({what})" for key, what in _COMMANDS.items())
    click.echo(f"{book.recipes[slug].title}\nAt any step: {ways}")
    progress = rules.begin(book, slug, known)
    while not progress.end: progress = _step(book, progress)
    note = progress.note or book.recipes[progress.recipe].handoff
    click.echo(f"\n{_ENDS[progress.end].format(note=note, article=progress.article)}")
    return progress


def _step(book: Book, progress: Progress) -> Progress:
    left = rules.steps_left(book, progress)
    click.echo(f"\n{len(progress.trail) + 1}. {_said(book, progress)}   [{progress.step}, {left} to go]")
    answer = _asked(book, progress)
    try:
        return _moved(book, progress, answer)
    except BadInput as error:
        click.echo(str(error))
        return progress


def _said(book: Book, progress: Progress) -> str:
    step = rules.step_of(book, progress)
    return rules.said_at(book, progress).strip() or f"The action {step.action}"


def _asked(book: Book, progress: Progress) -> str:
    step = rules.step_of(book, progress)
    if step.kind is Kind.WAIT: return str(click.prompt(f"Waiting; {READY} goes on", default=READY))
    if step.input:
        skip = f" ({SKIP} leaves it out)" if step.input.optional else ""
        for entry in step.input.among(book.lists): click.echo(f"  {entry}")
        return str(click.prompt(f"{step.input.label}{skip}"))
    labels = list(step.choices) or [*step.on, *({"refused", "failed"} - step.on.keys())]
    for number, label in enumerate(labels, 1): click.echo(f"  {number}. {label}")
    said = str(click.prompt("Your choice" if step.choices else "How does it end"))
    named = {str(number): label for number, label in enumerate(labels, 1)}
    return (named | {label.casefold(): label for label in labels}).get(said.strip().casefold(), said)


def _moved(book: Book, progress: Progress, answer: str) -> Progress:
    match answer.strip().lower():
        case "back": return rules.back(book, progress)
        case "over": return rules.start_over(book, progress)
        case "person": return rules.leave(book, progress, End.HANDOFF)
        case "stop": return rules.leave(book, progress, End.STOPPED)
        case _: return rules.advance(book, progress, answer)
