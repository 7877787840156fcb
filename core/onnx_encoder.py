"""The encoder that answers questions: an exported model, with onnxruntime and tokenizers and nothing heavier.

An export is a folder of three files: the graph (from token ids to unit vectors), the tokenizer, and `encoder.json`,
which says what they were made from and what they hash to.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from core.encoder import Vectors

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

FORMAT = 2  # raised when an older export will not do any more; it is then made anew
GRAPH, TOKENIZER, FACTS = "model.onnx", "tokenizer.json", "encoder.json"
OUTPUT = "vectors"
WORKERS = 2  # threads for the texts of one call; one text never needs a second
SILENT = 4  # onnxruntime's level for fatal errors only: what goes wrong comes as an exception and is told once


class NotExported(Exception):
    """There is no export here that can be used; the message says why. Never leaves `core`: one is made, then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What `encoder.json` holds. `weights` is the hash of the model that was exported, `files` those of the result."""

    name: str
    weights: str
    dims: int
    max_length: int
    files: dict[str, str]
    format: int = FORMAT

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The facts of an export whose files are all as they were written.

        Raises:
            NotExported: one is missing, damaged or not from this version.
        """
        try:
            facts = cls(**json.loads((folder / FACTS).read_text(encoding="utf-8")))
            whole = facts.format == FORMAT and facts.files == hashes(folder)
        except (OSError, ValueError, TypeError) as error:
            raise NotExported(f"{folder} holds no export ({type(error).__name__})") from None
        if not whole: raise NotExported(f"{folder} holds a damaged export, or another version's")
        return facts

    def write(self, folder: Path) -> None:
        """Put them beside the files that they describe."""
        (folder / FACTS).write_text(json.dumps(asdict(self), indent=2), encoding="utf-8")


def hashes(folder: Path) -> dict[str, str]:
    """The sha256 of the graph and of the tokenizer, by file name."""
    found = {}
    for name in (GRAPH, TOKENIZER):
        with (folder / name).open("rb") as file: found[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


class OnnxEncoder:
    """An exported model. Its vectors depend neither on the other texts of a call nor on what other threads ask."""

    def __init__(self, folder: Path, weights: str) -> None:
        """Take the folder of an export, and the hash of the weights that it must come from.

        Raises:
            NotExported: it is not there, damaged, made from other weights, or the packages that open it are missing.
        """
        facts = Facts.read(folder)
        if facts.weights != weights: raise NotExported(f"{folder} was made from another model")
        self.folder, self.name, self.dims = folder, facts.name, facts.dims
        try:
            self._tokenizer = _open_tokenizer(folder / TOKENIZER, facts.max_length)
            self._session = _open_session(folder / GRAPH)
        except Exception as error:
            raise NotExported(f"{folder} cannot be opened ({type(error).__name__})") from error
        self._inputs = [one.name for one in self._session.get_inputs()]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Texts to unit rows; safe to call from several threads.

        Each text is a pass of its own: in a shared one, 8-bit values are scaled by the largest of all its texts.
        """
        tokens: list[Encoding] = self._tokenizer.encode_batch(list(texts))
        rows = np.zeros((len(texts), self.dims), dtype=np.float32)
        for place, row in enumerate(self._passes(tokens)): rows[place] = row
        return rows

    def _passes(self, tokens: list["Encoding"]) -> Iterator[Vectors]:
        """A row for each text; several texts go through the same session, each on one thread."""
        if len(tokens) <= 1: return map(self._pass, tokens)
        with ThreadPoolExecutor(WORKERS, thread_name_prefix="encode") as pool:
            return iter(list(pool.map(self._pass, tokens)))

    def _pass(self, tokens: "Encoding") -> Vectors:
        return np.asarray(self._session.run([OUTPUT], self._filled(tokens))[0][0], dtype=np.float32)

    def _filled(self, tokens: "Encoding") -> dict[str, NDArray[np.int64]]:
        filled = {"input_ids": tokens.ids, "attention_mask": tokens.attention_mask, "token_type_ids": tokens.type_ids}
        return {name: np.array([filled[name]], dtype=np.int64) for name in self._inputs}

    def examples(self, count: int, words: int) -> list[dict[str, NDArray[np.int64]]]:
        """What the graph is given for `count` made-up texts of as many words of its vocabulary."""
        known = sorted(word for word in self._tokenizer.get_vocab() if word.isalpha() and len(word) > 1)
        picked = np.random.default_rng(0).choice(known, (count, words))
        return [self._filled(self._tokenizer.encode(" ".join(row))) for row in picked]


def _open_tokenizer(path: Path, max_length: int) -> "Tokenizer":
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # threads of its own would take the cores from the graph
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_truncation(max_length)
    tokenizer.no_padding()  # done here, batch by batch
    return tokenizer


def _open_session(path: Path) -> "InferenceSession":
    """One thread a pass: for one text a second thread costs more than it brings, and batches run beside each other."""
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = SILENT
    return InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

