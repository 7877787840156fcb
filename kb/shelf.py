"""The search index of some kinds of items in one process, always of the newest generation."""

import threading
from collections.abc import Iterator

from core.db import Database
from kb.index import SearchIndex
from kb.loading import Loaded, generation, load
from kb.vectorstore import VectorStore
from kb.wording import Wording


class Shelf:
    """Items that are searched together, and never with those of another shelf."""

    def __init__(
        self, database: Database, vectors: VectorStore, kinds: tuple[str, ...], wording: Wording | None = None
    ) -> None:
        """Take where the items are, and of which kinds; `wording` learns their words."""
        self._database, self._vectors, self._kinds, self._wording = database, vectors, kinds, wording
        self._index: SearchIndex | None = None
        self._building = threading.Lock()

    @property
    def built(self) -> bool:
        """Whether anything was searched yet."""
        return self._index is not None

    def index(self) -> SearchIndex:
        """The index of the newest generation; built anew, by one thread, when the number has changed."""
        newest = self._generation()
        current = self._index
        if current and current.generation >= newest: return current
        with self._building:
            if not self._index or self._index.generation < newest: self._index = self._build()
            return self._index

    def _generation(self) -> int:
        with self._database.reading() as session: return generation(session)

    def _build(self) -> SearchIndex:
        """The index of what is published now, sharing with the present one what did not change."""
        held = self._index
        with self._database.reading() as session:
            found = load(session, self._vectors.encoder, self._kinds, held)
            if held and _moved(held, found): found = load(session, self._vectors.encoder, self._kinds, None)
        rows = self._vectors.rows(found)
        anew = held is None or found.whole
        if self._wording: self._wording.learn(_said(found), anew=anew)
        if held is None or anew: return SearchIndex.build(found.generation, found.items, found.entries, rows)
        return held.changed(found.generation, found.gone, found.items, found.entries, rows)


def _moved(held: SearchIndex, found: Loaded) -> bool:
    """Whether something is for other people now: nothing of it may stay behind, not even how often it uses a word."""
    before = held.items
    return any(item.id in before and before[item.id].audience != item.audience for item in found.items)


def _said(found: Loaded) -> Iterator[tuple[str, str]]:
    """Every text with the audience that it is for."""
    audience = {item.id: item.audience for item in found.items}
    return ((audience[e.item], f"{e.heading}\n{e.text}") for e in found.entries if e.item in audience)
