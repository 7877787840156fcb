"""`firstline kb dry-run`: what a draft, a file or a retirement would change for the people who ask."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from bot.assistant import Assistant
from bot.assistant.editorial.made import NAMES, refuse
from bot.assistant.editorial.rehearsing import LAST, MOST
from bot.cli.asking import assistant_over
from bot.cli.progress import progress
from bot.question_set import Labelled, read_questions
from bot.rehearsal import Change, Rehearsal, Shown
from core.errors import BadInput
from core.people import Person, Role
from kb.writing import RECIPE, Draft, article_draft, recipe_draft

OPERATOR = Person(id="command line", name="command line", roles=frozenset({Role.ADMIN}))  # they have the database
RECIPE_FILES, ARTICLE_FILES = (".yaml", ".yml"), (".md", ".markdown")
HEADINGS = {
    "gains": "Gains: answered where it was not, or known to be better",
    "losses": "Losses: answered no more, or no longer by what is known to be right",
    "changes": "Changes: to be looked at",
}
DECISIONS = {
    "handoff": "a person takes over", "outside": "told that it is no matter of IT support", "clarify": "asked back",
    "catalogue": "form", "smalltalk": "small talk", "status": "told how a ticket is doing", "none": "no run-book",
    "suggested": "run-book",
}  # fmt: skip

Tried = tuple[str, str, str | None]  # kind, slug and text; None where it is retired


@click.command("dry-run")
@click.argument("draft", metavar="FILE_OR_SLUG")
@click.option("--retire", is_flag=True, help="Try what happens without what is published under this name.")
@click.option("--kind", type=click.Choice(list(NAMES)), help="Which one is meant, where a name has several.")
@click.option("--last", type=click.IntRange(0, MOST), default=LAST, show_default=True, help="Questions to ask again.")
@click.option("--questions", type=click.Path(path_type=Path), help="Ask those of a question set as well.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def dry_run(
    draft: str, kind: str | None, last: int, questions: Path | None, *, retire: bool, as_json: bool
) -> None:
    """Ask the last questions again, with a file or a draft as if it were published; nothing is published.

    Gains, losses and changes are told with the questions as they were written.
    """
    of_set = read_questions(questions) if questions else []
    file = None if retire else _file(draft)
    with assistant_over(None) as assistant:
        found = _run(assistant, file or _kept(assistant, draft, kind, retire=retire), last, of_set)
    click.echo(json.dumps(asdict(found), ensure_ascii=False) if as_json else table(found))


def _run(assistant: Assistant, tried: Tried, last: int, of_set: Sequence[Labelled]) -> Rehearsal:
    kind, slug, source = tried
    with progress() as note:
        return assistant.rehearsing.run(
            kind, slug, source, OPERATOR, last=last, questions=of_set,
            note=lambda done, all_: note("asking again", done, all_),
        )


def _file(name: str) -> Tried | None:
    """What is in a file; None where there is no such file."""
    from bot.cli.content import text_of  # that module holds this command

    path = Path(name)
    if path.suffix.lower() not in (*RECIPE_FILES, *ARTICLE_FILES): return None
    source = text_of(path)
    read = recipe_draft if path.suffix.lower() in RECIPE_FILES else article_draft
    found = read(path.name, source)
    if not isinstance(found, Draft):
        refuse(found)
        raise BadInput(f"{path}: there is nothing in it to try.")
    return found.kind, found.slug, source


def _kept(assistant: Assistant, slug: str, kind: str | None, *, retire: bool) -> Tried:
    """The draft that is kept under a name, or what is published under it, to be retired."""
    kb, kinds = assistant.parts.kb, [kind] if kind else list(NAMES)
    if retire: found: list[Tried] = [(one, slug, None) for one in kinds if kb.is_published(one, slug)]
    else: found = [(one, slug, kept.source) for one in kinds if (kept := kb.drafts.find(slug, one))]
    if len(found) == 1: return found[0]
    if found: raise BadInput(f'There are several called "{slug}"; choose one with --kind.')
    if retire: raise BadInput(f'There is nothing published as "{slug}".')
    raise BadInput(f"{slug}: is neither a file (.md or .yaml) nor the name of a draft.")


# -- as a table ------------------------------------------------------------------------------------------------------


def table(found: Rehearsal) -> str:
    """For a terminal."""
    told_ = [f"{len(getattr(found, name))} {name}" for name in HEADINGS]
    counts = ", ".join([*told_, f"{found.same} the same"])
    first = f"{found.questions:,} questions, asked {found.asked:,} times, in {found.seconds:.1f} s: {counts}."
    parts = [_part(HEADINGS[name], getattr(found, name)) for name in HEADINGS if getattr(found, name)]
    return "\n\n".join([first, *parts])


def _part(heading: str, rows: Iterable[Change]) -> str:
    return "\n".join([heading, *(_row(row) for row in rows)])


def _row(row: Change) -> str:
    often = f"{row.times} times" if row.times > 1 else "once"
    mark = f"{often}, confirmed" if row.confirmed else often
    said = " ".join(row.question.split())
    return f"  {said}  ({mark})\n    before: {told(row.before)}\n    after:  {told(row.after)}"


def told(shown: Shown) -> str:
    """What a person gets to see, in words."""
    if shown.decision in ("answer", RECIPE): return f"{shown.kind} {shown.slug}: {shown.title}"
    name = DECISIONS.get(shown.decision, shown.decision)
    return f"{name}: {shown.title}" if shown.title else name
