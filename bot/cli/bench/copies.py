"""A large knowledge base: copies of the shipped articles, each text marked, each vector pushed aside."""

import hashlib
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sqlalchemy import func, select

from bot.bootstrap import Core, Note, open_core
from bot.cli.bench.figures import Times, times
from bot.cli.bench.watching import rounds, watched
from core.encoder import Encoder, Vectors
from core.errors import BadInput
from kb.articles import Article, parse_article, passages
from kb.tables import EntryRow, VectorRow

NUDGE = 0.3  # length of what is added to a unit vector: cosine 0.96 to the original, about a rewording
MARK = re.compile(r" \(copy \d+\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Large:
    """A knowledge base of copies: how long it takes to load and index (seconds), and to ask."""

    passages: int
    texts: int
    load_s: float
    index_s: float
    search: Times
    whole: Times


class Nudged:
    """Vectors for copies: the original's own, each pushed a little aside, so that thousands need no embedding."""

    def __init__(self, encoder: Encoder, stored: Mapping[str, Vectors], name: str = "nudged-copies") -> None:
        """Take the encoder of the originals, and the vectors that are there already, by their texts' hashes.

        Under the encoder's own `name` the copies can be searched by whoever uses that.
        """
        self.name, self._encoder, self.dims, self._known = name, encoder, encoder.dims, dict(stored)

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


def large(core: Core, texts: Sequence[str], wanted: int, count: int, note: Note) -> Large:
    """Load copies with so many passages into a database of their own, and ask the texts in `count` rounds."""
    with TemporaryDirectory() as place:
        folder = Path(place) / "articles"
        made = copies(core.settings.data_dir / "articles", folder, wanted)
        with _open_large(core, Path(place) / "large.db") as copied:
            begin = time.perf_counter()
            copied.kb.import_folders(folder, None, lambda done, all_: note("loading copies", done, all_))
            loaded = time.perf_counter()
            copied.kb.index()
            built = time.perf_counter()
            asked = watched(replace(copied, encoder=core.encoder), copied.encoder)
            found = rounds(asked, texts, count, lambda n, of: note("asking the large one", n, of))
            with copied.database.reading() as session: searched = session.scalar(select(func.count(EntryRow.id))) or 0
    return Large(
        passages=made, texts=searched, load_s=loaded - begin, index_s=built - loaded,
        search=times([one["search"] for one in found]), whole=times([one["whole"] for one in found]),
    )  # fmt: skip


@contextmanager
def _open_large(core: Core, file: Path) -> Iterator[Core]:
    settings = core.settings.model_copy(update={"database_url": f"sqlite:///{file}", "vectors": "memory"})
    nudged = Nudged(core.encoder, stored_vectors(core))
    with open_core(settings, encoder=nudged, clock=core.clock) as large: yield large


def stored_vectors(core: Core) -> dict[str, Vectors]:
    """The vectors that a knowledge base has, by the hashes of their texts."""
    query = select(VectorRow.hash, VectorRow.data).where(VectorRow.encoder == core.encoder.name)
    with core.database.reading() as session:
        return {key: np.frombuffer(data, dtype="<f4") for key, data in session.execute(query)}


def copies(articles: Path, folder: Path, wanted: int) -> int:
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
