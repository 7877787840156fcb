"""Any labelled set of messages, measured: what `eval --train` and `classifier eval --train` do."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

from bot.cli.progress import progress
from bot.report import page
from bot.report.labelled import labelled_report
from classifier.figures import figures
from classifier.folds import judge_in_folds
from classifier.labelled import Labelled, Note, Report, judge
from classifier.labelled_files import enough, known_labels, read_labelled
from core.encoder import Encoder
from core.encoders import load_encoder
from core.errors import BadInput
from core.settings import load_settings

FOLDS = 5  # when there is neither --test nor --folds
FEWEST_IN_FOLDS = 3  # of a class: with three parts or more, two are left to learn from
TOLD = 5  # rows left out that are named; the others are counted

Read = tuple[list[Labelled], list[Labelled] | None]

OPTIONS = (
    click.option("--train", type=click.Path(path_type=Path), help="A labelled set to learn from: CSV or JSON lines."),
    click.option("--test", type=click.Path(path_type=Path), help="The set to be judged (default: in folds)."),
    click.option("--folds", type=click.IntRange(3, 20), help=f"Judge --train by itself, in parts (default: {FOLDS})."),
    click.option("--text-column", default="text", show_default=True, help="Where the messages are."),
    click.option("--label-column", default="label", show_default=True, help="Where the labels are."),
    click.option("--oos-label", help="The label of messages that are out of scope."),
    click.option("--skip-bad", is_flag=True, help="Leave out rows that cannot be used, and count them."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sets:
    """The labelled sets of a command, as they were asked for."""

    train: Path | None
    test: Path | None
    folds: int | None
    text_column: str
    label_column: str
    oos_label: str | None
    skip_bad: bool

    def check(self) -> None:
        """Refuse what makes no sense.

        Raises:
            BadInput: an option needs another one, or excludes it.
        """
        if self.train and self.test and self.folds: raise BadInput("Give either --test or --folds, not both.")
        alone = {"--folds": self.folds, "--oos-label": self.oos_label, "--skip-bad": self.skip_bad}
        for name, given in alone.items():
            if given and not self.train: raise BadInput(f"{name} needs --train FILE.")

    def read(self, left_out: "LeftOut") -> Read:
        """What to learn from, and what to judge, or None for parts of the same.

        Raises:
            BadInput: a file cannot be used; names file and line.
        """
        train = self._read(self.train or Path(), left_out)
        if not self.test:
            return enough(self.train or Path(), train, self.oos_label, left_out, FEWEST_IN_FOLDS), None
        train = enough(self.train or Path(), train, self.oos_label, left_out)
        classes = frozenset(row.label for row in train) - {self.oos_label}
        return train, known_labels(self.test, self._read(self.test, left_out), classes, self.oos_label, left_out)

    def _read(self, path: Path, left_out: "LeftOut") -> list[Labelled]:
        return read_labelled(path, self.text_column, self.label_column, left_out)


class LeftOut:
    """Rows that cannot be used: the first stops everything, or all are left out and counted."""

    def __init__(self, *, skip: bool) -> None:
        """Say whether they are to be left out."""
        self._skip, self.rows = skip, 0

    def __call__(self, problem: str) -> None:
        """Take a problem.

        Raises:
            BadInput: rows are not to be left out.
        """
        if not self._skip: raise BadInput(f"{problem} Mend it, or leave such rows out with --skip-bad.")
        self.rows += 1
        if self.rows <= TOLD: click.echo(f"left out: {problem}", err=True)

    def tell(self) -> None:
        """Say how many there were."""
        if self.rows: click.echo(f"{self.rows:,} rows left out.", err=True)


def with_sets(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options for labelled sets, as one argument `sets`."""

    @wraps(command)
    def taking(**options: Any) -> None:
        own = {name: options.pop(name) for name in Sets.__dataclass_fields__}
        command(sets=Sets(**own), **options)

    for option in reversed(OPTIONS): taking = option(taking)
    return taking


def measure(sets: Sets, html: Path | None, *, as_json: bool) -> None:
    """Learn, judge, and tell the figures.

    Raises:
        BadInput: a file cannot be used; names file and line.
    """
    left_out = LeftOut(skip=sets.skip_bad)
    train, test = sets.read(left_out)
    left_out.tell()
    _warn(sets, [*train, *(test or [])])
    with progress() as note: report = _judged(sets, train, test, note)
    found = figures(report, sets.oos_label)
    if html: page.write(html, labelled_report(report, found, sets.oos_label, _names(sets)))
    click.echo(json.dumps(asdict(found) | {"skipped": left_out.rows}) if as_json else found.table())
    if html and not as_json: click.echo(f"Report: {html}")


def _warn(sets: Sets, rows: Sequence[Labelled]) -> None:
    """Say what makes the figures mean less than they seem to."""
    if sets.oos_label is not None and all(row.label != sets.oos_label for row in rows):
        click.echo(f'No row has the label "{sets.oos_label}" of --oos-label.', err=True)
    if sets.test and sets.train and sets.test.samefile(sets.train):
        click.echo("--train and --test are one file: figures of what was learnt by heart; use --folds.", err=True)


def _judged(sets: Sets, train: Sequence[Labelled], test: Sequence[Labelled] | None, note: Note) -> Report:
    encoder = _encoder(note)
    if test is None: return judge_in_folds(train, sets.folds or FOLDS, encoder, sets.oos_label, note)
    return judge(train, test, encoder, sets.oos_label, note)


def _encoder(note: Note) -> Encoder:
    """The encoder alone: no database, no articles."""
    settings = load_settings()
    return load_encoder(settings.encoder, settings.state_dir, lambda: note("preparing the language model", 0, 1))


def _names(sets: Sets) -> str:
    train = sets.train.name if sets.train else ""
    return f"{train}, judged by {sets.test.name}" if sets.test else f"{train}, in {sets.folds or FOLDS} parts"
