"""An encoder that remembers its last few texts: what reads a message reads the same words, and the model runs once."""

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from core.encoder import Encoder, Vectors
from core.watching import staged

KEPT = 64  # texts; a message and what it is read against, for as many people as write in the same second


class Remembering:
    """Another encoder's vectors; those of the last `KEPT` texts without asking it again. Safe for several threads."""

    def __init__(self, encoder: Encoder) -> None:
        """Take the encoder."""
        self.name, self.dims, self._encoder = encoder.name, encoder.dims, encoder
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    @staged("encode")
    def encode(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder.encode`."""
        with self._lock: known = {text: self._kept[text] for text in texts if text in self._kept}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new: known |= dict(zip(new, self._encoder.encode(new), strict=True))
        with self._lock:
            self._kept |= {text: known[text] for text in new}
            while len(self._kept) > KEPT: self._kept.popitem(last=False)
        if not texts: return self._encoder.encode(texts)
        return np.stack([known[text] for text in texts])
