"""`firstline eval`: how good the answers are on a question set, or a classifier on a labelled set."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from bot.assistant import Assistant
from bot.cli.asking import assistant_over
from bot.cli.dialogs import measure_dialogs, measure_replies
from bot.cli.labelled import Sets, measure, with_sets
from bot.cli.progress import progress
from bot.measure import Outcome, figures
from bot.outcomes import ask_all
from bot.question_set import Labelled, read_questions
from bot.report import page
from bot.report.questions import question_report
from core.errors import BadInput
from core.settings import load_settings


def add_to(group: click.Group) -> None:
    """Add this command."""
    group.add_command(evaluate)


@click.command("eval")
@click.option(
    "--questions", type=click.Path(path_type=Path), help="A question set (default: data/eval/questions.jsonl)."
)
@click.option(
    "--kb", "folder", type=click.Path(path_type=Path), help="A folder of articles instead of the knowledge base."
)
@with_sets
@click.option(
    "--dialogs", type=click.Path(path_type=Path), help="A folder of flow charts and dialogs (as FloDial's)."
)
@click.option("--replies", type=click.Path(path_type=Path), help="A file of replies at steps, judged in parts.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--html", type=click.Path(path_type=Path), help="Write a report with plots: one file.")
def evaluate(
    questions: Path | None, folder: Path | None, sets: Sets, dialogs: Path | None, replies: Path | None,
    html: Path | None, *, as_json: bool
) -> None:
    """Measure answers on a question set, a classifier on any labelled set, or how replies at a step are read."""
    sets.check()
    if (dialogs or replies) and any((html, questions, folder, sets.train, dialogs and replies)):
        raise BadInput("--dialogs and --replies go with --json only.")
    if html: page.must_be_writable(html)
    if sets.train and (questions or folder): raise BadInput("Give either --questions and --kb, or --train, not both.")
    if sets.test and not sets.train: raise BadInput("--test needs --train FILE to learn from.")
    if dialogs: measure_dialogs(dialogs, as_json=as_json)
    elif replies: measure_replies(replies, as_json=as_json)
    elif sets.train: measure(sets, html, as_json=as_json)
    else: _measure_answers(questions, folder, html, as_json=as_json)


def _measure_answers(questions: Path | None, folder: Path | None, html: Path | None, *, as_json: bool) -> None:
    path = questions or load_settings().data_dir / "eval" / "questions.jsonl"
    asked = read_questions(path)
    with assistant_over(folder) as assistant:
        _warn(asked, assistant)
        outcomes, limits = _asked(assistant, asked), assistant.parts.confidence.limits
    found = figures(outcomes, limits)
    if html: page.write(html, question_report(outcomes, found, path.name))
    click.echo(json.dumps(asdict(found)) if as_json else found.table())
    if html and not as_json: click.echo(f"Report: {html}")


def _warn(questions: Sequence[Labelled], assistant: Assistant) -> None:
    """Say how many questions cannot be answered as they expect."""
    there = set(assistant.parts.kb.index().by_slug)
    lost = [question for question in questions if question.right and not question.right & there]
    if not lost: return
    kind, slug = min(lost[0].right)
    click.echo(f"{len(lost):,} questions expect what is not there, such as {lost[0].id}: {kind} {slug}.", err=True)


def _asked(assistant: Assistant, questions: Sequence[Labelled]) -> list[Outcome]:
    with progress() as note: return ask_all(assistant, questions, lambda done, all_: note("asking", done, all_))
