"""`firstline ask`: the real pipeline without Slack."""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from bot.assistant import Assistant
from bot.assistant.hearing import Heard
from bot.bootstrap import Core, import_content, make_assistant, other_kb
from bot.cli.progress import opened, progress
from bot.decide import Answer, Clarify, HandOff, KnownOutage, OfferForm, OfferRecipe, Outcome, SayOutside, SmallTalk
from bot.explain import explained
from bot.judged import Judged, trace_of
from bot.learning import train_models
from bot.question_set import Labelled, read_questions
from bot.timing import AUDIENCES, timed
from core.errors import BadInput
from core.settings import load_settings

TOLD = 5  # articles and recipes of a result line


def add_to(group: click.Group) -> None:
    """Add this command."""
    group.add_command(ask)


@click.command()
@click.argument("question", required=False)
@click.option("--batch", type=click.Path(path_type=Path), help="A question set: JSON lines of id and text.")
@click.option("--out", type=click.Path(path_type=Path), help="Where the results go (default: the terminal).")
@click.option(
    "--kb", "folder", type=click.Path(path_type=Path), help="A folder of articles instead of the knowledge base."
)
@click.option("--explain", is_flag=True, help="Tell why: scores, thresholds, the rule.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def ask(
    question: str | None, batch: Path | None, out: Path | None, folder: Path | None, *, explain: bool, as_json: bool
) -> None:
    """Ask a question in the terminal, or a whole set of them with --batch."""
    if (question is None) == (batch is None): raise BadInput("Give either a question or --batch FILE.")
    asked = read_questions(batch) if batch else []
    with assistant_over(folder) as assistant:
        if asked: _batch(assistant, asked, out)
        else: _one(assistant, question or "", explain=explain, as_json=as_json)


@contextmanager
def assistant_over(folder: Path | None) -> Iterator[Assistant]:
    """The assistant over the knowledge base, or over a folder of articles in a database of its own."""
    settings = load_settings()
    if folder: _must_have_articles(folder)  # before the minute that a first training takes
    with ExitStack() as stack:
        core = stack.enter_context(opened(settings))
        with progress() as note:
            import_content(core, note)
            train_models(core, note)
        if folder: core = stack.enter_context(_over_folder(core, folder))
        yield make_assistant(core)


def _must_have_articles(folder: Path) -> None:
    if not folder.is_dir(): raise BadInput(f"{folder}: there is no such folder.")
    if next(folder.rglob("*.md"), None) is None: raise BadInput(f"{folder}: there is no article in it.")


@contextmanager
def _over_folder(core: Core, folder: Path) -> Iterator[Core]:
    with progress() as note, other_kb(core, folder, None, note) as (kb, report):
        for problem in report.problems: click.echo(f"left out: {problem}", err=True)
        if not report.added: raise BadInput(f"{folder}: there is no sound article in it.")
        yield replace(core, kb=kb)


def _batch(assistant: Assistant, questions: Sequence[Labelled], out: Path | None) -> None:
    with click.open_file(str(out) if out else "-", "w", encoding="utf-8") as file, progress() as note:
        for number, question in enumerate(questions, 1):
            heard, ms = timed(assistant, question.text)
            file.write(json.dumps(_line(question.id, heard, ms), ensure_ascii=False) + "\n")
            file.flush()  # whoever reads along sees each line at once
            note("asking", number, len(questions))


def _line(name: str, heard: Sequence[Heard], ms: float) -> dict[str, Any]:
    """The first part's decision, which is the one of the whole message unless it holds several requests."""
    judged = heard[0].judged
    ranked = judged.evidence.candidates
    slugs = {kind: [c.slug for c in ranked if c.kind == kind][:TOLD] for kind in ("article", "recipe")}
    return {
        "id": name, "decision": judged.decision.name, "articles": slugs["article"], "recipes": slugs["recipe"],
        "confidence": round(judged.evidence.confidence, 4), "ms": round(ms, 2), "parts": len(heard),
    }


def _one(assistant: Assistant, text: str, *, explain: bool, as_json: bool) -> None:
    heard, ms = timed(assistant, text)
    traces = [trace_of(one.judged, assistant.parts.confidence, assistant.parts.models) for one in heard]
    line = _line("question", heard, ms)
    if as_json: click.echo(json.dumps(line | (_why(traces) if explain else {}), ensure_ascii=False))
    else:
        for number, (one, trace) in enumerate(zip(heard, traces, strict=True), 1):
            if len(heard) > 1: click.echo(f"\n{number} of {len(heard)}: {one.said}")
            _say(assistant, one.judged, ms)
            if explain: _explain(trace)


def _why(traces: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"why": traces[0]["why"], "traces": traces}


def _say(assistant: Assistant, judged: Judged, ms: float) -> None:
    click.echo(f"{judged.decision.name} ({round(judged.evidence.confidence * 100)} % sure, {ms:.0f} ms)")
    match judged.decision.outcome:
        case Answer(best=best):
            quote = assistant.parts.quote(best.slug, AUDIENCES, best.passage)
            if quote:
                click.echo(
                    "\n\n".join(("", quote.title, *(part for pair in quote.parts for part in pair if part), quote.url))
                )
        case OfferRecipe(best=best):
            recipe, _ = assistant.parts.kb.recipe(best.slug)
            click.echo(f"\n{recipe.title}\n\n{recipe.steps[recipe.start].say.strip()}")
        case Clarify(options=options):
            for option in options: click.echo(f"  {option.kind}: {option.title}")
        case other: click.echo(_otherwise(other))


def _otherwise(outcome: Outcome) -> str:
    """What happens when neither article nor recipe is shown."""
    match outcome:
        case HandOff(reason=reason): return f"  A person takes over ({reason})."
        case OfferForm(form=form): return f"  form: {form.title}"
        case SayOutside(): return "  That is no matter of IT support."
        case KnownOutage(outage=outage): return f"  known outage: {outage.text}"
        case SmallTalk(chat=chat): return f"  Small talk: {chat}."
        case _: return "  How the ticket is doing is told."


def _explain(trace: dict[str, Any]) -> None:
    for heading, lines in explained(trace): click.echo("\n  ".join((f"\n{heading}", *lines)))
