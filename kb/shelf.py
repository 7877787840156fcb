"""The search index of some kinds of items in one process, always of the newest generation."""

import logging
import threading

from core.db import Database
from core.errors import Unavailable
from kb.index import SearchIndex
from kb.loading import Loaded, generation, load
from kb.vectorstore import VectorStore
from kb.wording import Wording

MOST_DRIFT = 0.2  # of an index's rows may be late or left behind before it is built anew: both make it slower
FEW = 2_000  # rows that are built anew at once, in a tenth of a second; of more the old index goes on serving meanwhile
log = logging.getLogger(__name__)


class Shelf:
    """Items that are searched together, and never with those of another shelf."""

    def __init__(
        self, database: Database, vectors: VectorStore, kinds: tuple[str, ...], wording: Wording | None = None
    ) -> None:
        """Take where the items are, and of which kinds; `wording` learns their words."""
        self._database, self._vectors, self._kinds, self._wording = database, vectors, kinds, wording
        self._index: SearchIndex | None = None
        self._building = threading.Lock()
        self._renewing: threading.Thread | None = None

    @property
    def built(self) -> bool:
        """Whether anything was searched yet."""
        return self._index is not None

    def index(self) -> SearchIndex:
        """The index of the newest generation; one thread takes in what has changed, when the number has."""
        newest = self._generation()
        current = self._index
        if current and current.generation >= newest: return current
        with self._building:
            if not self._index or self._index.generation < newest:
                self._index = self._newer(self._index)
                self._renew_if_worn(self._index)
            return self._index

    def apart(self) -> SearchIndex:
        """An index of the newest generation that nobody else searches: whatever becomes of it changes nothing here."""
        return self.index().apart()

    def settle(self) -> None:
        """Wait until an index that is being built anew is in use."""
        if thread := self._renewing: thread.join()

    def _generation(self) -> int:
        with self._database.reading() as session: return generation(session)

    def _newer(self, held: SearchIndex | None) -> SearchIndex:
        """The index of what is published now, sharing with the present one what did not change."""
        if held and held.rows <= FEW and held.drift() >= MOST_DRIFT: held = None
        found = self._load(held)
        if self._wording: self._wording.learn(_said(found), anew=held is None or found.whole)
        return self._with(held, found)

    def _load(self, held: SearchIndex | None) -> Loaded:
        with self._database.reading() as session:
            found = load(session, self._vectors.encoder, self._kinds, held)
            if held and _moved(held, found): found = load(session, self._vectors.encoder, self._kinds, None)
        return found

    def _with(self, held: SearchIndex | None, found: Loaded) -> SearchIndex:
        rows = self._vectors.rows(found)
        if held is None or found.whole: return SearchIndex.build(found.generation, found.items, found.entries, rows)
        return held.changed(found.generation, found.gone, found.items, found.entries, rows)

    # -- building anew, while the old index serves -----------------------------------------------------------------

    def _renew_if_worn(self, held: SearchIndex) -> None:
        if held.rows <= FEW or held.drift() < MOST_DRIFT or self._renewing: return
        self._renewing = threading.Thread(target=self._renew, name="index", daemon=True)
        self._renewing.start()

    def _renew(self) -> None:
        """Build an index anew, take in what was published meanwhile, and put it in the place of the old one."""
        try:
            found = self._load(None)
            fresh, wording = self._with(None, found), self._wording.anew(_said(found)) if self._wording else None
            with self._building:
                since = self._load(fresh)
                fresh = self._with(fresh, since)
                if wording: wording.learn(_said(since), anew=since.whole)
                if wording and self._wording: self._wording.become(wording)
                self._index = fresh
        except Unavailable as error:  # the old one goes on serving; the next change tries again
            log.warning("the search index could not be built anew: %s", error)
        finally:
            self._renewing = None


class Still:
    """An index that stays as it is, whatever is published."""

    built = True

    def __init__(self, index: SearchIndex) -> None:
        """Take the index."""
        self._index = index

    def index(self) -> SearchIndex:
        """The index."""
        return self._index

    def apart(self) -> SearchIndex:
        """The index: nobody else searches it."""
        return self._index

    def settle(self) -> None:
        """Nothing is built here."""


def _moved(held: SearchIndex, found: Loaded) -> bool:
    """Whether something is for other people now: nothing of it may stay behind, not even how often it uses a word."""
    before = held.items
    return any(item.id in before and before[item.id].audience != item.audience for item in found.items)


def _said(found: Loaded) -> list[tuple[str, str]]:
    """Every text with the audience that it is for."""
    audience = {item.id: item.audience for item in found.items}
    return [(audience[e.item], f"{e.heading}\n{e.text}") for e in found.entries if e.item in audience]
