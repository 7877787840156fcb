"""The search index of some kinds of items in one process, always of the newest generation.

What becomes hidden from somebody is gone for them with the next search. In a large index, how rare its words are is
counted with it until the index is built anew, which begins at once, behind the answers.
"""

import logging
import threading

from core.db import Database
from core.errors import Unavailable
from core.watching import staged
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
        self._moved = False  # something is for other people now, and the index was not built anew since
        self._building = threading.Lock()
        self._renewing: threading.Thread | None = None

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

    def held(self) -> SearchIndex | None:
        """The index that this process has, of whatever generation; None before the first search."""
        return self._index

    def apart(self) -> SearchIndex:
        """An index of the newest generation that nobody else searches: whatever becomes of it changes nothing here."""
        return self.index().apart()

    def settle(self) -> None:
        """Wait until an index that is being built anew is in use."""
        if thread := self._renewing: thread.join()

    def _generation(self) -> int:
        with self._database.reading() as session: return generation(session)

    @staged("index")
    def _newer(self, held: SearchIndex | None) -> SearchIndex:
        """The index of what is published now, sharing with the present one what did not change."""
        if held and held.rows <= FEW and held.drift() >= MOST_DRIFT: held = None
        found = self._load(held)
        self._moved = _is_left(held, found) or (self._moved and not found.whole)
        index = self._with(held, found)
        if self._wording: _teach(self._wording, None if found.whole else held, index)
        return index

    def _load(self, held: SearchIndex | None) -> Loaded:
        with self._database.reading() as session:
            found = load(session, self._vectors.loaded, self._kinds, held)
            if not held or held.rows > FEW or not _is_left(held, found): return found
            return load(session, self._vectors.loaded, self._kinds, None)

    def _with(self, held: SearchIndex | None, found: Loaded) -> SearchIndex:
        rows = self._vectors.rows(found)
        if held is None or found.whole: return SearchIndex.build(found.generation, found.items, found.entries, rows)
        return held.changed(found.generation, found.gone, found.items, found.entries, rows)

    # -- building anew, while the old index serves -----------------------------------------------------------------

    def _renew_if_worn(self, held: SearchIndex) -> None:
        worn = held.rows > FEW and (self._moved or held.drift() >= MOST_DRIFT)
        if not worn or self._renewing: return
        self._renewing = threading.Thread(target=self._renew, name="index", daemon=True)
        self._renewing.start()

    def _renew(self) -> None:
        """Put an index that is built anew in the place of the old one; once more if something moved meanwhile."""
        try:
            while self._renewed(): pass
        except Unavailable as error:  # the old one goes on serving; the next change tries again
            log.warning("the search index could not be built anew: %s", error)
        finally:
            with self._building:
                if self._renewing is threading.current_thread(): self._renewing = None

    def _renewed(self) -> bool:
        """Build it, take in what was published meanwhile, and tell whether some of that is for other people now."""
        fresh = self._with(None, self._load(None))
        wording = self._wording.anew(fresh.since(None)[0]) if self._wording else None
        with self._building:
            since = self._load(fresh)
            index = self._with(fresh, since)
            if wording and self._wording:
                _teach(wording, None if since.whole else fresh, index)
                self._wording.become(wording)
            self._index, self._moved = index, _is_left(fresh, since)
            if not self._moved: self._renewing = None
            return self._moved


class Still:
    """An index that stays as it is, whatever is published."""

    def __init__(self, index: SearchIndex) -> None:
        """Take the index."""
        self._index = index

    def index(self) -> SearchIndex:
        """The index."""
        return self._index

    def held(self) -> SearchIndex | None:
        """The index."""
        return self._index

    def apart(self) -> SearchIndex:
        """The index: nobody else searches it."""
        return self._index

    def settle(self) -> None:
        """Nothing is built here."""


def _is_left(held: SearchIndex | None, found: Loaded) -> bool:
    """Whether something is for other people now, of whose words a part stays behind: how rare they are."""
    before = held.items if held and not found.whole else {}
    return any(item.id in before and before[item.id].audience != item.audience for item in found.items)


def _teach(wording: Wording, before: SearchIndex | None, after: SearchIndex) -> None:
    """Let a wording know the words of an index, from those of an earlier one or, without that, anew."""
    said, gone = after.since(before)
    wording.learn(said, gone, anew=before is None)
