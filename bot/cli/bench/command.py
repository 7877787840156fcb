"""The command: how much is measured, and in which order."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from bot.bootstrap import Core, Note, import_content
from bot.cli.bench.copies import large
from bot.cli.bench.figures import figure, times
from bot.cli.bench.processes import fresh, rate
from bot.cli.bench.results import Results, alone_table, table
from bot.cli.bench.vectors import Alone, alone
from bot.cli.bench.watching import PARTS, rounds, watched
from bot.cli.progress import opened, progress
from bot.learning import train_models
from bot.question_set import read_questions
from core.errors import BadInput
from core.settings import load_settings

PROCESSES = (1, 2)  # asked at once, each on one thread
SHARED = (1, 2, 3, 4)  # that answer through one database
MOST = 10_000_000  # passages; more than a machine of the kind this runs on holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is measured.

    `passages` is the size of the knowledge base of copies, `sizes` are the numbers of made-up rows that are searched
    alone, `asking_s` is how many seconds the processes are asked at once; `edits` are made beside so many processes
    that are `serving`.
    """

    questions: int
    rounds: int
    starts: int
    passages: int
    sizes: tuple[int, ...]
    asking_s: float
    edits: int
    serving: tuple[int, ...]


FULL = Plan(
    questions=1_000_000, rounds=3, starts=3, passages=10_000, sizes=(1_000, 10_000, 100_000, 1_000_000), asking_s=20.0,
    edits=200, serving=(1, 4),
)
QUICK = Plan(questions=40, rounds=1, starts=1, passages=500, sizes=(1_000,), asking_s=0.2, edits=4, serving=(1,))


def add_to(group: click.Group) -> None:
    """Add this command."""
    group.add_command(bench)


@click.command()
@click.option("--quick", is_flag=True, help="A few questions and one round: shows that it works, not how fast it is.")
@click.option(
    "--passages", "sizes", type=click.IntRange(1_000, MOST), multiple=True,
    help="Measure search alone, among so many made-up passages (may be given several times).",
)
@click.option("--clicks", "clicking", is_flag=True, help="Measure clicks on the steps of recipes.")
@click.option(
    "--replay", "log", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Go through the log of a service desk (CSV, one line an event), and hold what comes of it against the log.",
)
@click.option("--first", type=click.IntRange(1), default=MOST, help="With --replay: only so many incidents.")
@click.option("--edits", "editing", is_flag=True, help="Measure from the save of an article to the answer with it.")
@click.option("--scaling", is_flag=True, help="Measure how many questions 1, 2, 3 and 4 processes answer together.")
@click.option("--seconds", type=click.IntRange(1, 3600), default=30, help="With --scaling: how long each number (30).")
@click.option(
    "--processes", type=click.IntRange(1, 16),
    help="With --replay: how many share them (1). With --edits: how many answer meanwhile (1, then 4).",
)
@click.option(
    "--database", "url", default="",
    help="With --replay, --edits or --scaling: an empty database instead of a new SQLite file, such as postgresql://...",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def bench(
    *, quick: bool, sizes: tuple[int, ...], clicking: bool, log: Path | None, first: int, editing: bool,
    scaling: bool, seconds: int, processes: int | None, url: str, as_json: bool
) -> None:
    """Measure time per question and of its parts, start, memory, several processes and large sizes."""
    plan = QUICK if quick else FULL
    if log: _replay(log, url, processes or 1, first, as_json=as_json)
    elif editing: _edits(plan, url, (processes,) if processes else plan.serving, as_json=as_json)
    elif scaling: _scaling(url, (processes,) if processes else SHARED, seconds, as_json=as_json)
    elif sizes: _search_alone(sizes, as_json=as_json)
    elif clicking: _clicks(plan, as_json=as_json)
    else: _everything(plan, as_json=as_json)


def _search_alone(sizes: Sequence[int], *, as_json: bool) -> None:
    with progress() as note: found = _alone(sizes, note)
    click.echo(json.dumps([asdict(one) for one in found]) if as_json else alone_table(found))


def _replay(log: Path, url: str, processes: int, first: int, *, as_json: bool) -> None:
    from bot.cli.bench.replay import measuring

    folder = load_settings().state_dir
    with progress() as note:
        found = measuring.measure(log, url=url, folder=folder, processes=processes, first=first, note=note)
    click.echo(json.dumps(asdict(found)) if as_json else found.table())
    if not found.found.whole: raise BadInput("The replay did not come out as the log.")


def _clicks(plan: Plan, *, as_json: bool) -> None:
    from bot.cli.bench import clicks  # it brings Slack's libraries: the other measurements do without

    with opened(load_settings()) as core, progress() as note: found = clicks.measure(core, plan.rounds, note)
    click.echo(json.dumps(asdict(found)) if as_json else found.table())


def _edits(plan: Plan, url: str, processes: Sequence[int], *, as_json: bool) -> None:
    from bot.cli.bench import edits

    with opened(load_settings()) as core, progress() as note:
        import_content(core, note)
        train_models(core, note)
        found = edits.measure(core, url, plan.passages, processes, plan.edits, note)
    click.echo(json.dumps([asdict(one) for one in found]) if as_json else "\n".join(one.told() for one in found))


def _scaling(url: str, processes: Sequence[int], seconds: float, *, as_json: bool) -> None:
    from bot.cli.bench import scaling

    with opened(load_settings()) as core, progress() as note:
        import_content(core, note)
        train_models(core, note)
        found = scaling.measure(core, url, processes, seconds, note)
    click.echo(json.dumps([asdict(one) for one in found]) if as_json else "\n".join(one.told() for one in found))


def _everything(plan: Plan, *, as_json: bool) -> None:
    settings, load = load_settings(), os.getloadavg()[0]
    texts = [q.text for q in read_questions(settings.data_dir / "eval" / "questions.jsonl")][: plan.questions]
    with opened(settings) as core, progress() as note:
        import_content(core, note)
        train_models(core, note)
        found = _measure(core, texts, plan, load, note)
    click.echo(json.dumps(asdict(found)) if as_json else table(found))


def _measure(core: Core, texts: Sequence[str], plan: Plan, load: float, note: Note) -> Results:
    starts = [fresh(n, plan.starts, note) for n in range(plan.starts)]
    found = rounds(watched(core, core.encoder), texts, plan.rounds, lambda n, of: note("asking", n, of))
    return Results(
        questions=len(texts), rounds=plan.rounds, cores=os.cpu_count() or 1, load=round(load, 2),
        whole=times([one["whole"] for one in found]), parts={p: times([one[p] for one in found]) for p in PARTS},
        start_s=figure([seconds for seconds, _ in starts]), peak_mb=figure([peak for _, peak in starts]),
        rates=[rate(processes, plan.asking_s, len(texts), note) for processes in PROCESSES],
        large=large(core, texts, plan.passages, plan.rounds, note), search=_alone(plan.sizes, note),
    )


def _alone(sizes: Sequence[int], note: Note) -> list[Alone]:
    found = []
    for number, size in enumerate(sizes):
        note("searching made-up passages", number, len(sizes))
        found.append(alone(size))
    note("searching made-up passages", len(sizes), len(sizes))
    return found
