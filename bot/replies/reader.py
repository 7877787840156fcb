"""Reads a reply at a recipe's step: first what needs no model, then what the model takes it for."""

import threading
from collections import OrderedDict

from bot.picking import NONE, picked
from bot.replies.commands import command
from bot.replies.meanings import Aside, Asked, Chosen, Close, Meaning, Unclear
from bot.replies.model import Model
from bot.replies.prepared import Prepared, prepare, signs, ways
from bot.replies.tables import bare
from bot.replies.traits import asks, look
from core.encoder import Encoder

KEPT = 512  # steps that are kept ready
LIKELY = 0.15  # a choice below that is not worth asking about
MOST_ASKED = 3  # choices that are asked back between
LONGEST = 1_000  # characters that are looked at


class Replies:
    """The reader; safe to call from several threads."""

    def __init__(self, encoder: Encoder, model: Model) -> None:
        """Take the encoder and the model that was fitted with it."""
        self._encoder, self._model = encoder, model
        self._ready: OrderedDict[Asked, Prepared] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, text: str, asked: Asked) -> Meaning:
        """What a reply means at the step that waits.

        A text is embedded once; the step's own texts the first time that somebody replies there. `Unclear` is what
        cannot be told; at a step without choices it is everything but commands and questions, so the text is what was
        asked for.
        """
        text = text[:LONGEST]
        named = exact(text, asked)
        if named is not None: return Chosen(place=named, sure=1.0)
        told = command(text)
        if told: return told
        if not asked.choices: return Aside() if asks(text) else Unclear()
        return self._judged(text, asked)

    def _judged(self, text: str, asked: Asked) -> Meaning:
        if not any(letter.isalnum() for letter in text): return Unclear()
        step = self._step(asked)
        shares = self._model.probabilities(look(text, self._encoder.encode([text])[0], step))
        return meaning(shares.tolist(), self._model.sure_at)

    def _step(self, asked: Asked) -> Prepared:
        with self._lock: ready = self._ready.get(asked)
        if ready is None: ready = prepare(asked, self._encoder)
        with self._lock:
            self._ready[asked] = ready
            self._ready.move_to_end(asked)
            if len(self._ready) > KEPT: self._ready.popitem(last=False)
        return ready


def exact(text: str, asked: Asked) -> int | None:
    """The choice that a text names in full, or by its place: no model is asked then."""
    said = bare(text)
    named = [n for n, choice in enumerate(asked.choices) if said and said in map(bare, ways(choice))]
    if len(named) == 1: return named[0]
    if any(signs(asked.choices)): return None  # "two" answers how many, not which
    place = picked(text, [choice.label for choice in asked.choices])
    return None if place == NONE else place


def meaning(shares: list[float], sure_at: float) -> Meaning:
    """The meaning of probabilities [choices + 2]: each choice, a question in between, neither."""
    *choices, aside, _neither = shares
    order = sorted(range(len(choices)), key=lambda n: -choices[n])
    best = max(shares)
    if best == aside: return Aside()
    if best == choices[order[0]] and best >= sure_at: return Chosen(place=order[0], sure=best)
    close = tuple(n for n in order[:MOST_ASKED] if choices[n] >= LIKELY)
    if len(close) == 1 and len(choices) > 1: close = tuple(order[:2])
    return Close(places=close) if close and best != _neither else Unclear()
