"""Trained models, in pairs: a classifier and the confidence that was fitted on what it says.

`models/` in the state folder has a folder for each of the last pairs, and `live`, a file with the name of the one that
serves. A pair's folder appears whole, and `live` is replaced whole, so a reader always finds two models of one
training; `about.json` holds the hashes of both files, so that a mixture is found out.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, Self

from bot.confidence import Confidence
from classifier.model import Classifier
from core.arrays import AGAIN
from core.errors import BadInput, NotFound, Unavailable

KEPT = 5  # pairs
CLASSIFIER, CONFIDENCE, ABOUT = "classifier.npz", "confidence.json", "about.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a pair was made of, and what it was measured at.

    `at` is in ISO 8601; `messages` and `questions` are the hashes of the training files; `examples` counts messages,
    corrections among them; `until` is the id of the newest correction that was known. `figures` are 0 to 1; `aside`
    says why it was not put live.
    """

    at: str
    encoder: str
    messages: str
    questions: str
    examples: int
    corrections: int = 0
    until: int = 0
    figures: Mapping[str, float] = field(default_factory=dict)
    aside: str = ""
    id: str = ""
    files: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Of the pair in a folder.

        Raises:
            BadInput: it is missing or damaged.
        """
        try:
            return cls(**json.loads((folder / ABOUT).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise BadInput(f"{folder / ABOUT}: is damaged ({type(error).__name__}); {AGAIN}.") from None

    def write(self, folder: Path) -> None:
        """Keep it with its pair."""
        (folder / ABOUT).write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two models of one training."""

    classifier: Classifier
    confidence: Confidence
    about: About


class Pairs:
    """The pairs that a state folder keeps."""

    def __init__(self, state_dir: Path) -> None:
        """Nothing is read yet."""
        self._folder = state_dir / "models"

    def history(self) -> list[About]:
        """Every pair that tells about itself, newest first."""
        found = {path.parent.name: _told(path.parent) for path in self._folder.glob(f"*/{ABOUT}")}
        named = [about for name, about in found.items() if about and about.id == name]  # no copy, no half one
        return sorted(named, key=lambda about: about.id, reverse=True)

    def live(self) -> str:
        """The name of the pair that is to serve; empty when there is none."""
        try:
            named = (self._folder / "live").read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            named = ""
        return named or next((about.id for about in self.history() if not about.aside), "")

    def load(self, name: str, encoder: str) -> Pair:
        """One pair, for this encoder.

        Raises:
            BadInput: it is damaged, mixed up, or was trained with another encoder; one line.
        """
        folder = self._folder / name
        about = About.read(folder)
        for file, known in about.files.items():
            if _hash(folder / file) == known: continue
            raise BadInput(f"{folder / file}: is damaged, or belongs to another training than the rest; {AGAIN}.")
        classifier = Classifier.load(folder / CLASSIFIER, encoder)
        return Pair(classifier=classifier, confidence=Confidence.load(folder / CONFIDENCE), about=about)

    def serving(self, encoder: str) -> tuple[Pair, str]:
        """The pair to serve with, and what is wrong with the live one if it is not that: the last good one steps in.

        Raises:
            BadInput: none can serve; says what is wrong with the first.
        """
        problem = ""
        for name in self._order():
            try:
                pair = self.load(name, encoder)
            except BadInput as error:
                problem = problem or str(error)
            else:
                return pair, f"{problem} Until then the models of {name} go on serving." if problem else ""
        raise BadInput(problem or f"{self._folder}: there is no classifier model yet; {AGAIN}.")

    def _order(self) -> list[str]:
        """The live pair, those that were live before it (the last one first), those after it; none that was refused."""
        live = self.live()
        others = [about.id for about in self.history() if not about.aside and about.id != live]
        before = [name for name in others if name < live]
        return [*([live] if live else []), *before, *(name for name in others if name > live)]

    def before(self) -> str:
        """The pair that was live before the present one.

        Raises:
            BadInput: there is none.
        """
        live = self.live()
        name = next((name for name in self._order() if name < live), "")
        if not name: raise BadInput("There are no earlier models that were live; see `firstline classifier history`.")
        return name

    # -- changes ---------------------------------------------------------------------------------------------------

    def keep(self, classifier: Classifier, confidence: Confidence, about: About) -> About:
        """Write a new pair, whole or not at all; it is not live by that. Its name is its time.

        Raises:
            Unavailable: it cannot be written.
        """
        partial = self._folder / f".{os.getpid()}.partial"
        try:
            shutil.rmtree(partial, ignore_errors=True)
            classifier.save(partial / CLASSIFIER)
            confidence.save(partial / CONFIDENCE)
            return self._named(partial, about)
        except OSError as error:
            raise Unavailable(f"{partial}: the new models could not be written ({error.strerror}).") from None
        finally:
            shutil.rmtree(partial, ignore_errors=True)

    def _named(self, partial: Path, about: About) -> About:
        first = datetime.fromisoformat(about.at).strftime("%Y%m%d-%H%M%S")
        names = (first if n == 1 else f"{first}-{n}" for n in count(1))
        name = next(name for name in names if not (self._folder / name).exists())
        known = replace(about, id=name, files={file: _hash(partial / file) for file in (CLASSIFIER, CONFIDENCE)})
        known.write(partial)
        partial.rename(self._folder / name)
        return known

    def put_live(self, name: str) -> None:
        """Let a pair serve from the next start on, and forget the oldest ones.

        Raises:
            Unavailable: it cannot be written.
        """
        partial = self._folder / f"live.{os.getpid()}.partial"
        try:
            partial.write_text(name, encoding="utf-8")
            partial.replace(self._folder / "live")
        except OSError as error:
            with suppress(OSError): partial.unlink()
            raise Unavailable(f"{partial}: could not be written ({error.strerror}).") from None

    def forget(self) -> None:
        """Delete all but the last pairs; the live one and the one that would step in for it are always kept."""
        names = [about.id for about in self.history()]
        wanted = [name for name in self._order()[:2] if name in names]
        wanted += [name for name in names if name not in wanted][: KEPT - len(wanted)]
        for name in names:
            if name not in wanted: shutil.rmtree(self._folder / name, ignore_errors=True)

    def roll_back(self, name: str, encoder: str) -> Pair:
        """Put an earlier pair live again (empty: the one that was live before), if it can serve.

        Raises:
            NotFound: there is no such pair.
            BadInput: it cannot serve, or there is none to go back to; the present one stays live.
        """
        wanted = name or self.before()
        if wanted not in {about.id for about in self.history()}:
            raise NotFound(f"There are no models {wanted}; see `firstline classifier history`.")
        pair = self.load(wanted, encoder)
        self.put_live(wanted)
        return pair


def _told(folder: Path) -> About | None:
    try:
        return About.read(folder)
    except BadInput:
        return None


def _hash(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def table(history: list[About], live: str) -> str:
    """The pairs for a terminal, newest first."""
    rows = [f"{'models':18}{'':6}{'messages':>9}{'corrections':>13}  measured at"]
    for about in history:
        mark = "live" if about.id == live else ""
        told = ", ".join(f"{name} {share:.1%}" for name, share in about.figures.items()) or "not measured"
        aside = f"; kept aside: {about.aside}" if about.aside else ""
        rows.append(f"{about.id:18}{mark:6}{about.examples:>9,}{about.corrections:>13,}  {told}{aside}")
    return "\n".join(rows)


def as_row(about: About, live: str) -> dict[str, Any]:
    """A pair as JSON."""
    return asdict(about) | {"live": about.id == live}
