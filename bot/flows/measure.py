"""How well replies are read: on dialogs along charts, and on our own replies at steps held out.

A dialog's own texts are followed: each turn is read at the step where the annotation has it, so that one mistake does
not hide the next. A turn is right if the choice is taken that leads to the annotated next node, or if a question in
between is told as one. Asking back is not right, whatever is asked between. A dialog reaches its end if all of its
turns are right.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from bot.flows.dialogs import Decision, Dialogs
from bot.replies.examples import ASIDE, UNCLEAR, Example
from bot.replies.fitting import FOLDS, fit, fold_of
from bot.replies.meanings import Aside, Chosen, Close, Command, Meaning
from bot.replies.reader import Replies
from core.encoder import Encoder, Vectors

Note = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Shares, 0 to 1: `wrong` did something that was not meant, `asked_back` is the rest."""

    name: str
    turns: int
    right: float
    wrong: float
    asked_back: float
    dialogs: int = 0
    reached: float = 0.0


@dataclass(frozen=True, slots=True)
class Read:
    """A decision and what was made of it."""

    example: Example
    meaning: Meaning

    @property
    def right(self) -> bool:
        """Whether that is what was meant."""
        meant = self.example.meaning
        if isinstance(meant, int): return isinstance(self.meaning, Chosen) and self.meaning.place == meant
        if meant == ASIDE: return isinstance(self.meaning, Aside)
        if meant == UNCLEAR: return not isinstance(self.meaning, Chosen | Command)
        return self.meaning == meant

    @property
    def wrong(self) -> bool:
        """Whether something was done that was not meant; asking back, or answering a question, does nothing."""
        return not self.right and isinstance(self.meaning, Chosen | Command)


def shipped(dialogs: Dialogs, replies: Replies, note: Note = lambda _d, _a: None) -> list[Tally]:
    """Each chart, and all, by a reader that never saw any of it."""
    read = []
    for number, one in enumerate(dialogs.decisions, 1):
        read.append((one, Read(one.example, replies.read(one.example.text, one.example.asked))))
        note(number, len(dialogs.decisions))
    return tallies(dialogs, read)


def leave_one_out(
    dialogs: Dialogs, own: Sequence[Example], encoder: Encoder, note: Note = lambda _d, _a: None
) -> list[Tally]:
    """Each chart, and all, by a reader that learnt from our replies and from the dialogs on the other charts."""
    read: list[tuple[Decision, Read]] = []
    encoder = Once(encoder)
    for number, chart in enumerate(dialogs.charts, 1):
        others = [one.example for one in dialogs.decisions if one.chart != chart]
        replies = Replies(encoder, fit([*own, *others], encoder))
        left = [one for one in dialogs.decisions if one.chart == chart]
        read += [(one, Read(one.example, replies.read(one.example.text, one.example.asked))) for one in left]
        note(number, len(dialogs.charts))
    return tallies(dialogs, read)


class Once:
    """An encoder that embeds no text twice: the same texts are learnt from and read again and again."""

    def __init__(self, encoder: Encoder) -> None:
        """Take the encoder itself."""
        self._encoder, self.name, self.dims = encoder, encoder.name, encoder.dims
        self._known: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Texts to unit rows, as the encoder itself gives them."""
        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        self._known |= zip(new, self._encoder.encode(new), strict=True)
        return np.array([self._known[text] for text in texts], dtype=np.float32).reshape(len(texts), self.dims)


def tallies(dialogs: Dialogs, read: Sequence[tuple[Decision, Read]]) -> list[Tally]:
    """A row for each chart, one for all."""
    rows = [tally(chart, [pair for pair in read if pair[0].chart == chart]) for chart in dialogs.charts]
    return [*rows, tally("all", read)]


def tally(name: str, read: Sequence[tuple[Decision, Read]]) -> Tally:
    """The figures of some decisions."""
    ended: dict[str, bool] = defaultdict(lambda: True)
    for decision, found in read: ended[decision.dialog] &= found.right
    return Tally(
        name=name, turns=len(read), right=_share(found.right for _, found in read),
        wrong=_share(found.wrong for _, found in read),
        asked_back=_share(not found.right and not found.wrong for _, found in read),
        dialogs=len(ended), reached=_share(ended.values()),
    )  # fmt: skip


def held_out(own: Sequence[Example], encoder: Encoder, note: Note = lambda _d, _a: None) -> list[Read]:
    """Our own replies, each by a reader that did not see its step; the limit is fitted without it, too."""
    folds, read, encoder = fold_of(own), [], Once(encoder)
    for fold in range(FOLDS):
        replies = Replies(encoder, fit([one for one, part in zip(own, folds, strict=True) if part != fold], encoder))
        mine = [one for one, part in zip(own, folds, strict=True) if part == fold]
        read += [Read(one, replies.read(one.text, one.asked)) for one in mine]
        note(fold + 1, FOLDS)
    return read


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """Figures of our own replies, 0 to 1; `taken_right` is the share right of the choices taken."""

    replies: int
    choices_right: float
    choices_wrong: float
    choices_asked_back: float
    close_has_it: float
    taken_right: float
    asides_found: float
    asides_right: float
    commands: float
    unclear_kept: float


def own_figures(read: Sequence[Read]) -> Own:
    """What our own replies come to."""
    choices = [one for one in read if isinstance(one.example.meaning, int)]
    close = [one for one in choices if isinstance(one.meaning, Close)]
    asides = [one for one in read if one.example.meaning == ASIDE]
    return Own(
        replies=len(read), choices_right=_share(one.right for one in choices),
        choices_wrong=_share(one.wrong for one in choices),
        choices_asked_back=_share(not one.right and not one.wrong for one in choices),
        close_has_it=_share(isinstance(o.meaning, Close) and o.example.meaning in o.meaning.places for o in close),
        taken_right=_share(one.right for one in read if isinstance(one.meaning, Chosen)),
        asides_found=_share(one.right for one in asides),
        asides_right=_share(one.right for one in read if isinstance(one.meaning, Aside)),
        commands=_share(one.right for one in read if one.example.meaning in set(map(str, Command))),
        unclear_kept=_share(one.right for one in read if one.example.meaning == UNCLEAR),
    )  # fmt: skip


def times(own: Sequence[Example], replies: Replies) -> list[float]:
    """Milliseconds of each read, in order, sorted; each step has been seen once before."""
    for one in own: replies.read(one.text, one.asked)
    taken = []
    for one in own:
        begun = time.perf_counter()
        replies.read(one.text, one.asked)
        taken.append(1000 * (time.perf_counter() - begun))
    return sorted(taken)


def _share(found: Iterable[bool]) -> float:
    values = list(found)
    return sum(values) / len(values) if values else 0.0
