"""Everything that was measured, as JSON and as a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.cli.bench.copies import Large
from bot.cli.bench.figures import Figure, Times
from bot.cli.bench.processes import Rate
from bot.cli.bench.vectors import Alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Everything that was measured. `load` is the machine's load before it began, `cores` what it has."""

    questions: int
    rounds: int
    cores: int
    load: float
    whole: Times
    parts: dict[str, Times]
    start_s: Figure
    peak_mb: Figure
    rates: list[Rate]
    large: Large
    search: list[Alone]


def table(found: Results) -> str:
    """For a terminal: medians of the rounds, in brackets the lowest and the highest."""
    busy = "  The machine was busy: do not trust these." if found.load > found.cores / 4 else ""
    large = found.large
    rows = [("answer", found.whole), *((f"  {name}", part) for name, part in found.parts.items())]
    first = f"{found.questions} questions, {found.rounds} rounds, {found.cores} cores, load before {found.load}."
    return "\n".join([
        first + busy, *(_row(name, part) for name, part in rows),
        f"fresh process to its first answer  {found.start_s.say('s')}",
        f"its memory at the highest          {found.peak_mb.say('MB', 0)}",
        *(_rate(one) for one in found.rates),
        f"{large.passages} passages, {large.texts} searched texts: copies of the articles, their vectors pushed aside",
        f"  loaded in {large.load_s:.1f} s, indexed in {large.index_s:.2f} s",
        _row("  search", large.search), _row("  answer", large.whole), alone_table(found.search),
    ])  # fmt: skip


def alone_table(found: Sequence[Alone]) -> str:
    """For a terminal: a line a size."""
    return "\n".join(["search alone, made-up vectors:", *(_alone(one) for one in found)])


def _alone(one: Alone) -> str:
    times = f"p50 {one.p50_ms:.2f} ms  p99 {one.p99_ms:.2f} ms  recall@10 {one.recall_at_10:.3f}"
    return f"  {one.rows:>9,}  {times}  memory {one.memory_mb:.0f} MB  built in {one.build_s:.1f} s  {one.index}"


def _rate(one: Rate) -> str:
    name = "one process, questions a second" if one.processes == 1 else f"{one.processes} processes at once"
    return f"{name:34} {one.per_second:.0f}"


def _row(name: str, spent: Times) -> str:
    return f"{name:12} p50 {spent.p50.say('ms', 2):30} p99 {spent.p99.say('ms', 2)}"
