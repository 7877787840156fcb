"""`firstline classifier`: train, evaluate, predict; which models are live, and back to earlier ones."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from bot.bootstrap import load_pair
from bot.cli.labelled import Sets, measure, with_sets
from bot.cli.progress import opened, progress
from bot.learning import Learnt, kept_aside, learn, train_replies
from bot.pairs import Pairs, as_row
from bot.pairs import table as history_table
from bot.report import page
from classifier.evaluation import Score, cross_validate, evaluate
from classifier.examples import read_examples
from core.errors import BadInput
from core.settings import load_settings

NEXT_START = "A running Firstline serves with these models from its next start."
NONE_YET = "There are no models yet; the first start trains them, and so does `firstline classifier train`."


def add_to(group: click.Group) -> None:
    """Add these commands."""
    group.add_command(classifier)


@click.group()
def classifier() -> None:
    """The model that tells intent, category, impact and urgency."""


@classifier.command()
@click.option("--force", is_flag=True, help="Put the new models live even if they are worse.")
def train(*, force: bool) -> None:
    """Train on data/training and on the staff's corrections; the new models go live if they are not worse."""
    with opened(load_settings()) as core, progress() as note:
        done = learn(core, note, force=force, always=True)
        train_replies(core, note, always=True)
    for line in told(done): click.echo(line)


def told(done: Learnt) -> list[str]:
    """What came of a training, a line each."""
    about, measured = done.about, done.measured
    learnt = f"Learnt from {about.examples:,} messages, {about.corrections:,} of them corrections by staff."
    left_out = [f"Left out: {line}." for line in done.left_out]
    by = [f"{measured.by}."] if measured.by else []
    changes = [f"  {one.told() if done.old else f'{one.name} {one.new:.1%}'}" for one in measured.changes]
    return [learnt, *left_out, *by, *changes, f"Live: {about.id}. {NEXT_START}" if done.live else kept_aside(done)]


@classifier.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def history(*, as_json: bool) -> None:
    """The last models: when they were trained, on what, what they were measured at, and which are live."""
    pairs = Pairs(load_settings().state_dir)
    found, live = pairs.history(), pairs.live()
    if as_json: click.echo(json.dumps([as_row(about, live) for about in found]))
    else: click.echo(history_table(found, live) if found else NONE_YET)


@classifier.command()
@click.argument("name", metavar="[ID]", required=False, default="")
def rollback(name: str) -> None:
    """Put earlier models live again: those of ID, or those that were live before."""
    with opened(load_settings()) as core:
        pair = Pairs(core.settings.state_dir).roll_back(name, core.encoder.name)
    click.echo(f"Live: {pair.about.id}. {NEXT_START}")


@classifier.command("eval")
@with_sets
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--html", type=click.Path(path_type=Path), help="With --train: write a report with plots, one file.")
def eval_(sets: Sets, html: Path | None, *, as_json: bool) -> None:
    """Measure every head on data/training in folds, or on --test; with --train, any labelled set, as `eval` does."""
    sets.check()
    if html: page.must_be_writable(html)
    if sets.train: measure(sets, html, as_json=as_json)
    elif html: raise BadInput("--html needs --train FILE.")
    else: _measure_heads(sets.test, as_json=as_json)


def _measure_heads(test: Path | None, *, as_json: bool) -> None:
    examples = read_examples(test) if test else []
    with opened(load_settings()) as core, progress() as note:
        if examples: scores = evaluate(load_pair(core).classifier, examples, core.encoder)
        else:
            shipped = core.settings.data_dir / "training" / "messages.jsonl"
            scores = cross_validate(read_examples(shipped), core.encoder, note)
    click.echo(json.dumps([asdict(score) for score in scores]) if as_json else _table(scores))


@classifier.command()
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def predict(text: str, *, as_json: bool) -> None:
    """What one message is taken for."""
    with opened(load_settings()) as core:
        found = load_pair(core).classifier.predict(core.encoder.encode([text])[0], text)
    if as_json: click.echo(json.dumps(asdict(found)))
    else:
        click.echo(f"intent {found.intent} ({found.intent_p:.2f})\ncategory {found.category} ({found.category_p:.2f})")
        click.echo(f"impact {found.impact}\nurgency {found.urgency}")


def _table(scores: list[Score]) -> str:
    rows = [f"{'head':10}{'messages':>9}{'accuracy':>10}{'macro F1':>10}{'MCC':>7}{'ECE':>7}"]
    rows += [
        f"{s.head:10}{s.messages:>9}{s.accuracy:>10.3f}{s.macro_f1:>10.3f}{s.mcc:>7.3f}{s.ece:>7.3f}" for s in scores
    ]
    return "\n".join(rows)
