"""Solved tickets that are like an open one: by meaning, and quick enough for every drawing of its card."""

import threading
from collections import OrderedDict
from collections.abc import Sequence

from core.encoder import Encoder, Vectors
from handoff.solved import Solved

# Cosine of two first messages. Of the pairs within a category of data/training/questions.jsonl that reach it,
# 43 % are answered by the same article; shared words alone, with no model, come to 30 % at best.
LIKE_AT = 0.45
MOST = 3  # shown on a card
NEW_AT_ONCE = 4  # texts that one drawing encodes, 4 ms each: the likeliest first, the others at the next drawings
KEPT = 4_000  # vectors, 1.5 kB each
MAX_TEXT = 1_000  # characters of a message that say what it is about


class Resembling:
    """Finds them. Vectors are made when they are first needed and kept in memory: nothing has to be stored or migrated,
    and a solved ticket is found from the next drawing on. Safe for several threads.
    """

    def __init__(self, encoder: Encoder) -> None:
        """Take the encoder."""
        self._encoder = encoder
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def like(self, text: str, solved: Sequence[Solved]) -> tuple[Solved, ...]:
        """Up to three of the solved tickets that are near a first message, the nearest first."""
        mine, texts = _short(text), [_short(one.asked) for one in solved]
        if not mine or not texts: return ()
        known = self._vectors(mine, texts)
        near = [(float(known[mine] @ known[its]), one) for its, one in zip(texts, solved, strict=True) if its in known]
        best = sorted((pair for pair in near if pair[0] >= LIKE_AT), key=lambda pair: (-pair[0], -pair[1].id))
        return tuple(one for _, one in best[:MOST])

    def _vectors(self, mine: str, texts: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of a text and of those that are known beside it, by text [dims]."""
        with self._lock: known = {one: self._kept[one] for one in (mine, *texts) if one in self._kept}
        new = [mine] if mine not in known else []
        new += _likeliest(mine, [one for one in texts if one and one not in known and one != mine])[:NEW_AT_ONCE]
        if new: known |= dict(zip(new, self._encoder.encode(new), strict=True))
        with self._lock:
            for one in (mine, *texts):
                if one not in known: continue
                self._kept[one] = known[one]
                self._kept.move_to_end(one)
            while len(self._kept) > KEPT: self._kept.popitem(last=False)
        return known


def _short(text: str) -> str:
    return " ".join(text[:MAX_TEXT].split())


def _likeliest(mine: str, texts: Sequence[str]) -> list[str]:
    """Each text once, those that share the most words first."""
    words = set(mine.lower().split())
    return sorted(dict.fromkeys(texts), key=lambda one: -len(words & set(one.lower().split())))
