"""`firstline bench`: time per question and of its parts, time to a first answer, memory, a large knowledge base."""

import hashlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import click
import numpy as np
from sqlalchemy import func, select

from bot.assistant import Assistant
from bot.bootstrap import Core, Note, import_content, make_assistant, open_core, train_models
from bot.calibrate import read_questions
from bot.cli.progress import opened, progress
from classifier.labels import Prediction
from classifier.model import Classifier
from core.encoder import Encoder, Vectors
from core.errors import BadInput, Unavailable
from core.settings import load_settings
from kb.articles import Article, parse_article, passages
from kb.ranking import Candidate
from kb.service import KnowledgeBase
from kb.tables import EntryRow, VectorRow

AUDIENCES = frozenset({"employees"})
PARTS = ("encode", "classify", "search", "decide")
FIRST = "how do I book a meeting room with a screen?"  # what a fresh process is asked
WARM = 20  # questions before the clock runs: the first ones fill caches of torch and SQLite
NUDGE = 0.3  # length of what is added to a unit vector: cosine 0.96 to the original, about a rewording
MARK = re.compile(r" \(copy \d+\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is measured. `passages` is the size of the large knowledge base."""

    questions: int
    rounds: int
    starts: int
    passages: int


FULL = Plan(questions=1_000_000, rounds=3, starts=3, passages=10_000)
QUICK = Plan(questions=40, rounds=1, starts=1, passages=500)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The median of the rounds, and the lowest and highest of them."""

    median: float
    low: float
    high: float

    def say(self, unit: str, digits: int = 1) -> str:
        """For a terminal."""
        return f"{self.median:.{digits}f} {unit} ({self.low:.{digits}f} to {self.high:.{digits}f})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Milliseconds per question: the middle one, and the one that 99 of 100 stay below."""

    p50: Figure
    p99: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Large:
    """A knowledge base of copies: how long it takes to load and index (seconds), and to ask."""

    passages: int
    texts: int
    load_s: float
    index_s: float
    search: Times
    whole: Times


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
    large: Large


def add_to(group: click.Group) -> None:
    """Add this command."""
    group.add_command(bench)


@click.command()
@click.option("--quick", is_flag=True, help="A few questions and one round: shows that it works, not how fast it is.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def bench(*, quick: bool, as_json: bool) -> None:
    """Measure time per question, time to the first answer and memory, on the questions of data/eval."""
    plan, settings, load = QUICK if quick else FULL, load_settings(), os.getloadavg()[0]
    texts = [q.text for q in read_questions(settings.data_dir / "eval" / "questions.jsonl")][: plan.questions]
    with opened(settings) as core, progress() as note:
        import_content(core, note)
        train_models(core, note)
        found = _measure(core, texts, plan, load, note)
    click.echo(json.dumps(asdict(found)) if as_json else table(found))


def _measure(core: Core, texts: Sequence[str], plan: Plan, load: float, note: Note) -> Results:
    starts = [_fresh_process(n, plan.starts, note) for n in range(plan.starts)]
    rounds = _rounds(_watched(core, core.encoder), texts, plan.rounds, lambda n, of: note("asking", n, of))
    return Results(
        questions=len(texts), rounds=plan.rounds, cores=os.cpu_count() or 1, load=round(load, 2),
        whole=times([one["whole"] for one in rounds]), parts={p: times([one[p] for one in rounds]) for p in PARTS},
        start_s=figure([seconds for seconds, _ in starts]), peak_mb=figure([peak for _, peak in starts]),
        large=_large(core, texts, plan, note),
    )


# -- figures -------------------------------------------------------------------------------------------------------


def figure(values: Sequence[float]) -> Figure:
    """The median of some values, and their spread."""
    return Figure(median=median(values), low=min(values), high=max(values))


def times(rounds: Sequence[Sequence[float]]) -> Times:
    """The percentiles of each round, over the rounds."""
    return Times(p50=figure([_percentile(r, 50) for r in rounds]), p99=figure([_percentile(r, 99) for r in rounds]))


def _percentile(values: Sequence[float], percent: int) -> float:
    return float(np.percentile(np.array(values), percent))


# -- one question after another ------------------------------------------------------------------------------------


@dataclass(slots=True)
class Watch:
    """Adds up the milliseconds of each part of one question."""

    spent: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def on(self, part: str) -> Iterator[None]:
        """Time what happens within."""
        begin = time.perf_counter()
        yield
        self.spent[part] = self.spent.get(part, 0.0) + (time.perf_counter() - begin) * 1000


class _WatchedEncoder:
    def __init__(self, encoder: Encoder, watch: Watch) -> None:
        self.name, self.dims, self._encoder, self._watch = encoder.name, encoder.dims, encoder, watch

    def encode(self, texts: Sequence[str]) -> Vectors:
        with self._watch.on("encode"): return self._encoder.encode(texts)


class _WatchedKnowledge(KnowledgeBase):
    def __init__(self, core: Core, encoder: Encoder, watch: Watch) -> None:
        super().__init__(core.database, encoder, core.clock)
        self._watch = watch

    def search(
        self, vector: Vectors, text: str, audiences: frozenset[str], *, without: frozenset[str] = frozenset()
    ) -> list[Candidate]:
        with self._watch.on("search"): return super().search(vector, text, audiences, without=without)


@dataclass(frozen=True, slots=True, kw_only=True)
class _WatchedClassifier(Classifier):
    watch: Watch

    def predict(self, vector: Vectors) -> Prediction:
        with self.watch.on("classify"): return Classifier.predict(self, vector)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Watched:
    """The real assistant, whose parts tell how long each took."""

    assistant: Assistant
    watch: Watch

    def judge(self, text: str) -> dict[str, float]:
        """The milliseconds of one question, whole and in parts."""
        self.watch.spent.clear()
        begin = time.perf_counter()
        self.assistant.understanding.judge(text, AUDIENCES)
        whole = (time.perf_counter() - begin) * 1000
        rest = whole - sum(self.watch.spent.values())  # outages, forms, confidence and the decision itself
        return {"whole": whole, **self.watch.spent, "decide": rest}


def _watched(core: Core, stored: Encoder) -> _Watched:
    """`stored` is the encoder whose vectors the knowledge base holds."""
    watch, parts = Watch(), make_assistant(core).parts
    known = parts.classifier
    classifier = _WatchedClassifier(heads=known.heads, encoder=known.encoder, data=known.data, watch=watch)
    encoder, kb = _WatchedEncoder(parts.encoder, watch), _WatchedKnowledge(core, stored, watch)
    return _Watched(assistant=Assistant(replace(parts, encoder=encoder, kb=kb, classifier=classifier)), watch=watch)


def _rounds(
    watched: _Watched, texts: Sequence[str], rounds: int, note: Callable[[int, int], None]
) -> list[dict[str, list[float]]]:
    """Each round's milliseconds, of the whole and of its parts, question by question."""
    for text in texts[:WARM]: watched.judge(text)
    found = []
    for number in range(rounds):
        note(number * len(texts), rounds * len(texts))
        judged = [watched.judge(text) for text in texts]
        found.append({name: [one[name] for one in judged] for name in ("whole", *PARTS)})
    note(rounds * len(texts), rounds * len(texts))
    return found


# -- a fresh process -----------------------------------------------------------------------------------------------


def _fresh_process(number: int, all_: int, note: Note) -> tuple[float, float]:
    """Seconds from nothing to the first answer, and the megabytes that the process had at its highest."""
    note("starting fresh", number, all_)
    command = [sys.executable, "-m", "bot.cli", "ask", FIRST, "--json"]
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode: raise Unavailable("A fresh `firstline ask` failed; run it by hand to see why.")
    per_mb = 1024 if sys.platform == "linux" else 1024 * 1024  # Linux counts kilobytes here, macOS bytes
    note("starting fresh", number + 1, all_)
    return time.perf_counter() - begin, used.ru_maxrss / per_mb


# -- a large knowledge base ----------------------------------------------------------------------------------------


class Nudged:
    """Vectors for copies: the original's own, each pushed a little aside, so that thousands need no embedding."""

    name = "nudged-copies"

    def __init__(self, encoder: Encoder, stored: Mapping[str, Vectors]) -> None:
        """Take the encoder of the originals, and the vectors that are there already, by their texts' hashes."""
        self._encoder, self.dims, self._known = encoder, encoder.dims, dict(stored)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder.encode`; a text that is no copy keeps its vector."""
        plain = [MARK.sub("", text) for text in texts]
        new = {_hash(text): text for text in plain if _hash(text) not in self._known}
        self._known |= dict(zip(new, self._encoder.encode(list(new.values())), strict=True))
        pairs = [(self._known[_hash(p)], p, t) for p, t in zip(plain, texts, strict=True)]
        return np.stack([row if p == t else aside(row, t) for row, p, t in pairs])


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def aside(row: Vectors, text: str) -> Vectors:
    """A unit row pushed into a direction of the text's own, by `NUDGE`; unit again."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    push = np.random.default_rng(seed).standard_normal(len(row)).astype(np.float32)
    moved = row + NUDGE * push / np.linalg.norm(push)
    return np.asarray(moved / np.linalg.norm(moved), dtype=np.float32)


def _large(core: Core, texts: Sequence[str], plan: Plan, note: Note) -> Large:
    with TemporaryDirectory() as place:
        folder = Path(place) / "articles"
        count = _copies(core.settings.data_dir / "articles", folder, plan.passages)
        with _open_large(core, Path(place) / "large.db") as large:
            begin = time.perf_counter()
            large.kb.import_folders(folder, None, lambda done, all_: note("loading copies", done, all_))
            loaded = time.perf_counter()
            large.kb.index()
            built = time.perf_counter()
            watched = _watched(replace(large, encoder=core.encoder), large.encoder)
            rounds = _rounds(watched, texts, plan.rounds, lambda n, of: note("asking the large one", n, of))
            with large.database.reading() as session: searched = session.scalar(select(func.count(EntryRow.id))) or 0
    return Large(
        passages=count, texts=searched, load_s=loaded - begin, index_s=built - loaded,
        search=times([one["search"] for one in rounds]), whole=times([one["whole"] for one in rounds]),
    )  # fmt: skip


@contextmanager
def _open_large(core: Core, file: Path) -> Iterator[Core]:
    settings = core.settings.model_copy(update={"database_url": f"sqlite:///{file}"})
    query = select(VectorRow.hash, VectorRow.data).where(VectorRow.encoder == core.encoder.name)
    with core.database.reading() as session:
        stored = {key: np.frombuffer(data, dtype="<f4") for key, data in session.execute(query)}
    with open_core(settings, encoder=Nudged(core.encoder, stored), clock=core.clock) as large: yield large


def _copies(articles: Path, folder: Path, wanted: int) -> int:
    """Write copies of the articles, each text marked with its number, until they have enough passages; how many."""
    sources = {path.stem: path.read_text(encoding="utf-8") for path in sorted(articles.rglob("*.md"))}
    sizes = {slug: _passages(slug, source) for slug, source in sources.items()}
    if not sum(sizes.values()): raise BadInput(f"{articles}: there is no article in it.")
    folder.mkdir()
    count = number = 0
    while count < wanted:
        number += 1
        for slug, source in sources.items():
            (folder / f"{slug}-{number}.md").write_text(_marked(source, number), encoding="utf-8")
            count += sizes[slug]
            if count >= wanted: break
    return count


def _passages(slug: str, source: str) -> int:
    article = parse_article(f"{slug}.md", source)
    return len(passages(article)) if isinstance(article, Article) else 0


def _marked(source: str, number: int) -> str:
    head, line, body = source.partition("\n---\n")
    return head + line + re.sub(r"(?m)(?<=[.:!?])$", f" (copy {number})", body)


# -- telling -------------------------------------------------------------------------------------------------------


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
        f"{large.passages} passages, {large.texts} searched texts: copies of the articles, their vectors pushed aside",
        f"  loaded in {large.load_s:.1f} s, indexed in {large.index_s:.2f} s",
        _row("  search", large.search), _row("  answer", large.whole),
    ])  # fmt: skip


def _row(name: str, spent: Times) -> str:
    return f"{name:12} p50 {spent.p50.say('ms', 2):30} p99 {spent.p99.say('ms', 2)}"
