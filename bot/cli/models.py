"""`firstline classifier`: train, evaluate, predict."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.bootstrap import load_classifier, train_models
from bot.cli.progress import opened, progress
from classifier.examples import read_examples
from core.settings import load_settings

if TYPE_CHECKING:
    from classifier.evaluation import Score


def add_to(group: click.Group) -> None:
    """Add these commands."""
    group.add_command(classifier)


@click.group()
def classifier() -> None:
    """The model that tells intent, category, impact and urgency."""


@classifier.command()
def train() -> None:
    """Train the classifier and the confidence on data/training; the old ones stay until the new ones are whole."""
    with opened(load_settings()) as core, progress() as note: done = train_models(core, note, force=True)
    click.echo(f"Trained: {', '.join(done)}.")


@classifier.command("eval")
@click.option("--test", type=click.Path(path_type=Path), help="Labelled messages (default: 5-fold on data/training).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def eval_(test: Path | None, *, as_json: bool) -> None:
    """Measure every head on messages that it was not trained on."""
    from classifier.evaluation import cross_validate, evaluate  # scikit-learn takes seconds to import

    examples = read_examples(test) if test else []
    with opened(load_settings()) as core:
        if examples: scores = evaluate(load_classifier(core), examples, core.encoder)
        else:
            scores = cross_validate(read_examples(core.settings.data_dir / "training" / "messages.jsonl"), core.encoder)
    click.echo(json.dumps([asdict(score) for score in scores]) if as_json else _table(scores))


@classifier.command()
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def predict(text: str, *, as_json: bool) -> None:
    """What one message is taken for."""
    with opened(load_settings()) as core: found = load_classifier(core).predict(core.encoder.encode([text])[0], text)
    if as_json: click.echo(json.dumps(asdict(found)))
    else:
        click.echo(f"intent {found.intent} ({found.intent_p:.2f})\ncategory {found.category} ({found.category_p:.2f})")
        click.echo(f"impact {found.impact}\nurgency {found.urgency}")


def _table(scores: "list[Score]") -> str:
    rows = [f"{'head':10}{'messages':>9}{'accuracy':>10}{'macro F1':>10}{'MCC':>7}{'ECE':>7}"]
    rows += [
        f"{s.head:10}{s.messages:>9}{s.accuracy:>10.3f}{s.macro_f1:>10.3f}{s.mcc:>7.3f}{s.ece:>7.3f}" for s in scores
    ]
    return "\n".join(rows)
