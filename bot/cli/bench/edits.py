"""From saving to answering: how long until every process answers with an edit of a large knowledge base."""

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from random import Random
from string import ascii_lowercase
from subprocess import Popen
from tempfile import TemporaryDirectory

from bot.bootstrap import Core, Note, open_core
from bot.cli.bench.copies import Nudged, copies, stored_vectors
from bot.cli.bench.figures import percentile
from bot.cli.bench.processes import go, hear, helper
from bot.cli.bench.serving import END
from bot.cli.bench.watching import AUDIENCES
from core.encoder import Encoder, Vectors
from core.errors import BadInput, Unavailable
from kb.service import KnowledgeBase
from kb.writing import Draft, article_draft

GOAL_S = 2.0  # from the save to the answer
DEEDS = ("Calibrate", "Polish", "Rewind", "Unpack", "Weigh", "Water", "Paint", "Sharpen", "Fold", "Balance")
THINGS = ("tray", "lever", "kettle", "anvil", "ladder", "lantern", "barrel", "compass", "saddle", "pendulum", "drum")
HOW = ("green", "slowly", "twice", "cold", "to the left", "upside down")
WORD = 9  # letters of the made-up word that an edit brings in: no other word is a typo of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """Edits of one article each, made one after another while `processes` answer questions all the time.

    Seconds are from before the save to the first answer that has the new text, of each process by itself (`p50_s`,
    `p99_s`, `max_s`); `save_s` is the middle one of the saves alone. `embedded` counts the texts that were embedded for
    all edits together. `load` is the machine's before and at the end; `per_second` and `question_ms` (p50, p99, the
    longest) are of the questions that were answered meanwhile.
    """

    database: str
    passages: int
    texts: int
    processes: int
    edits: int
    cores: int
    load: tuple[float, float]
    p50_s: float
    p99_s: float
    max_s: float
    save_s: float
    embedded: int
    per_second: float
    question_ms: tuple[float, float, float]

    def told(self) -> str:
        """For a terminal."""
        who = "one process" if self.processes == 1 else f"{self.processes} processes"
        p50, p99, longest = self.question_ms
        size = f"{self.passages:,} passages ({self.texts:,} searched texts) on {self.database}"
        load = f"load {self.load[0]:.1f} before and {self.load[1]:.1f} at the end"
        seconds = f"p50 {self.p50_s:.2f} s  p99 {self.p99_s:.2f} s  longest {self.max_s:.2f} s"
        ms = f"p50 {p50:.1f} ms  p99 {p99:.1f} ms  longest {longest:.0f} ms"
        return "\n".join([
            f"{size}, {who} on {self.cores} cores, {load}",
            f"  saved to answered  {seconds}  ({self.edits} edits; the save alone {self.save_s:.2f} s)",
            f"  embedded again     {self.embedded} texts for {self.edits} edits of one passage",
            f"  questions          {self.per_second:.0f} a second together; {ms}",
        ])  # fmt: skip


class Counting:
    """An encoder that counts its texts."""

    def __init__(self, encoder: Encoder) -> None:
        """Take the encoder."""
        self.name, self.dims, self.texts, self._encoder = encoder.name, encoder.dims, 0, encoder

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder.encode`."""
        self.texts += len(texts)
        return self._encoder.encode(texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One edit: the draft, and the question and word by which its new text is known."""

    draft: Draft
    question: str
    word: str


def measure(core: Core, url: str, passages: int, processes: Sequence[int], count: int, note: Note) -> list[Edits]:
    """Make so many edits for each number of processes, in a database that is empty; without a URL one is made.

    Raises:
        BadInput: the database has articles already.
    """
    with _filled(core, url, passages, note) as (large, made):
        return [_measure(large, core.encoder, made, number, count, note) for number in processes]


@contextmanager
def _filled(core: Core, url: str, passages: int, note: Note) -> Iterator[tuple[Core, int]]:
    """A database of copies, whose vectors have the encoder's own name, so that any process can search them."""
    with ExitStack() as stack:
        place = Path(stack.enter_context(TemporaryDirectory(dir=core.settings.state_dir)))
        changes = {"database_url": url or f"sqlite:///{place}/edits.db", "vectors": "memory"}
        settings = core.settings.model_copy(update=changes)
        nudged = Nudged(core.encoder, stored_vectors(core), core.encoder.name)
        large = stack.enter_context(open_core(settings, encoder=nudged, clock=core.clock))
        if large.kb.index().items: raise BadInput("The database holds articles already; give the edits an empty one.")
        made = copies(core.settings.data_dir / "articles", place / "articles", passages)
        large.kb.import_folders(place / "articles", None, lambda done, all_: note("loading copies", done, all_))
        yield large, made


def _measure(large: Core, encoder: Encoder, passages: int, processes: int, count: int, note: Note) -> Edits:
    before, counting = os.getloadavg()[0], Counting(encoder)
    writer = KnowledgeBase(large.database, counting, large.clock)
    seconds, saves = list[float](), list[float]()
    with ExitStack() as stack:
        where = {"FIRSTLINE_DATABASE_URL": large.settings.database_url}
        serving = [stack.enter_context(helper("serving", settings=where)) for _ in range(processes)]
        for one in serving: hear(one)  # it is ready
        begin, what = time.monotonic(), f"editing beside {processes}"
        for number, edit in enumerate(edits(writer, count, seed=processes)):
            note(what, number, count)
            saved, found = _timed(writer, edit, serving)
            saves.append(saved)
            seconds += found
        spent = time.monotonic() - begin
        for one in serving: go(one, END)
        asked = [ms for one in serving for ms in json.loads(hear(one))]
    note(what, count, count)
    return Edits(
        database="SQLite" if large.database.is_sqlite else "PostgreSQL", passages=passages, texts=large.kb.index().rows,
        processes=processes, edits=count, cores=os.cpu_count() or 1, load=(before, os.getloadavg()[0]),
        p50_s=percentile(seconds, 50), p99_s=percentile(seconds, 99), max_s=max(seconds),
        save_s=percentile(saves, 50), embedded=counting.texts, per_second=len(asked) / spent,
        question_ms=(percentile(asked, 50), percentile(asked, 99), max(asked)),
    )


def _timed(writer: KnowledgeBase, edit: Edit, serving: Sequence["Popen[str]"]) -> tuple[float, list[float]]:
    """The seconds of the save, and those until each process answers with it."""
    wanted = {"slug": edit.draft.slug, "question": edit.question, "word": edit.word}
    for one in serving: go(one, json.dumps(wanted))
    begin = time.monotonic()
    writer.save(edit.draft, by="bench")
    saved = time.monotonic() - begin
    found = [float(hear(one)) - begin for one in serving]
    if isfinite(max(found)): return saved, found
    raise Unavailable(f"The edit of {edit.draft.slug} was never answered.")


def edits(kb: KnowledgeBase, count: int, seed: int) -> Iterator[Edit]:
    """Small edits of random articles for everybody: each gets one more section, with a word that there was not.

    The question is that section, so that nothing else is nearer to it.
    """
    chance = Random(seed)
    slugs = sorted(item.slug for item in kb.titles(AUDIENCES))
    for slug in chance.sample(slugs, count):
        word = "".join(chance.choices(ascii_lowercase, k=WORD))
        source = kb.history.of("article", slug)[0].source
        heading = f"{chance.choice(DEEDS)} the {word} {chance.choice(THINGS)}"
        held, seen = chance.sample(THINGS, 2)
        said = f"{heading}: hold its {held} until the {seen} turns {chance.choice(HOW)}."
        draft = article_draft(f"{slug}.md", f"{source.rstrip()}\n\n## {heading}\n\n{said}\n")
        if not isinstance(draft, Draft): raise BadInput(f"{slug}: {draft[0]}")
        yield Edit(draft=draft, question=said, word=word)
