"""Turns a sentence-transformers model into a graph for onnxruntime, once, in a process of its own.

    python -m core.onnx_export MODEL_FOLDER NEW_FOLDER

So the encoder never brings torch into the process that answers questions, not even at the first start. The result is
compared with its model before it counts: whatever else a model does to texts or vectors, an export that leaves it out
is refused.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.encoder import SentenceEncoder, Vectors, weights_hash
from core.errors import ConfigProblem
from core.onnx_encoder import FACTS, GRAPH, OUTPUT, TOKENIZER, Facts, NotExported, OnnxEncoder, hashes
from core.onnx_smaller import make_smaller

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PACKAGES = ("onnx", "onnxruntime", "tokenizers")
SMALLER = "onnx8"  # how the name of an encoder with 8-bit weights ends
PATIENCE = 600  # seconds; it takes about 15, most of them to import torch
REFUSED, BAD_MODEL, BROKEN = 1, 2, 3  # exit codes: the model cannot be exported; not even loaded; the packages fail
NEAREST = 0.9999  # the least cosine of an exported vector to its model's own; fp32 rounding stays above .999999
NEAR = 0.97  # the same for the smaller graph; 838 texts had .9866 and better
EXAMPLES = (200, 12)  # texts that show how large values grow, and words of each
SAMPLES = ("hello", "", "My VPN is stuck on Connecting ...", "Größe 42? שלום 😀", "the printer prints nothing " * 99)
POSITIONS, BATCH = {0: "texts", 1: "length"}, {0: "texts"}


class CannotExport(Exception):
    """The export was not made; `lasting` says that trying again is of no use, the message why."""

    def __init__(self, message: str, *, lasting: bool = False) -> None:
        """Keep both."""
        super().__init__(message)
        self.lasting = lasting


# -- asking for it -------------------------------------------------------------------------------------------------


def export(model: Path, target: Path) -> None:
    """Make an export of a model's folder, whole or not at all; one that is there already is replaced.

    Raises:
        CannotExport: this model, this machine or this installation cannot.
        ConfigProblem: the model itself cannot be loaded.
    """
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing: raise CannotExport(f"{', '.join(missing)} not installed")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f"{target.name}.", suffix=".partial") as place:
            _run(model, Path(place) / "new")
            _swap(Path(place) / "new", target, Path(place) / "old")
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotExport(f"the export did not work ({' '.join(str(error).split())[:200]})") from None


def _run(model: Path, new: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "core.onnx_export", str(model.resolve()), str(new.resolve())]
    done = subprocess.run(  # noqa: S603 - our own module
        command, cwd=Path(__file__).parents[1], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    lines = done.stdout.strip().splitlines() or [f"it ended with code {done.returncode}"]
    if done.returncode == BAD_MODEL: raise ConfigProblem([lines[-1]])
    if done.returncode: raise CannotExport(lines[-1], lasting=done.returncode == REFUSED)


def _swap(new: Path, target: Path, old: Path) -> None:
    """Put the new folder in place of what is there; of two processes that do it at once, either's will do."""
    with suppress(FileNotFoundError): target.rename(old)
    try:
        new.rename(target)
    except OSError:
        if not target.is_dir(): raise


# -- making it, in its own process ---------------------------------------------------------------------------------


def main() -> int:
    """Export one model; what went wrong is the last line printed."""
    model, new = map(Path, sys.argv[1:])
    try:
        make(model, new)
    except ConfigProblem as problem:
        print(problem)  # noqa: T201 - the process that asked reads it
        return BAD_MODEL
    except (ImportError, NotExported) as error:
        print(error)  # noqa: T201
        return BROKEN
    except Exception as error:  # noqa: BLE001 - each architecture fails in its own way inside torch, and it means the same
        print(f"the model cannot be exported ({type(error).__name__}: {' '.join(str(error).split())[:200]})")  # noqa: T201
        return REFUSED
    return 0


def make(model: Path, new: Path) -> None:
    """Write graph, tokenizer and facts into a new folder: the smaller graph if it is near enough.

    Either is compared with the model first; an exact graph whose vectors differ is an error.
    """
    reference = SentenceEncoder(model)
    wanted = reference.encode(SAMPLES)
    exact, smaller = new / "exact", new / "smaller"
    for folder in (new, exact, smaller): folder.mkdir()
    _write_graph(reference.load(), exact / GRAPH)
    encoder = _opened(exact, reference, "onnx")
    _compare(wanted, encoder, NEAREST)
    make_smaller(exact / GRAPH, smaller / GRAPH, encoder.examples(*EXAMPLES))
    try:
        _compare(wanted, _opened(smaller, reference, SMALLER), NEAR)
        chosen = smaller
    except ValueError:
        chosen = exact
    for name in (GRAPH, TOKENIZER, FACTS): (chosen / name).rename(new / name)
    for folder in (exact, smaller): shutil.rmtree(folder)


def _opened(folder: Path, reference: SentenceEncoder, kind: str) -> OnnxEncoder:
    """An encoder of a folder that has a graph: the other files are written beside it."""
    loaded = reference.load()
    loaded.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))
    weights = weights_hash(reference.folder)
    facts = Facts(
        name=f"{reference.name}-{kind}", weights=weights, dims=reference.dims,
        max_length=int(loaded.max_seq_length or loaded.tokenizer.model_max_length), files=hashes(folder),
    )
    facts.write(folder)
    return OnnxEncoder(folder, weights)


def _write_graph(model: "SentenceTransformer", path: Path) -> None:
    """From token ids to unit vectors: all of the model's layers, and the norm.

    torch's older exporter is used: it needs `onnx` only, and seconds; the newer one needs `onnxscript` as well and many
    times as long, for a graph of the same speed.
    """
    import torch

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *tokens: torch.Tensor) -> torch.Tensor:
            rows = self.model(dict(zip(names, tokens, strict=True)))["sentence_embedding"]
            return torch.nn.functional.normalize(rows, dim=1)

    example = model.tokenizer(["a long example", "short"], padding=True, return_tensors="pt")  # one row is padded
    names = list(example)
    axes = dict.fromkeys(names, POSITIONS) | {OUTPUT: BATCH}
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Graph().eval(), tuple(example.values()), str(path), input_names=names, output_names=[OUTPUT],
            dynamic_axes=axes, dynamo=False,
        )


def _compare(wanted: Vectors, exported: OnnxEncoder, near: float) -> None:
    together, alone = exported.encode(SAMPLES), np.vstack([exported.encode([text]) for text in SAMPLES])
    for found in (together, alone):
        cosine = float((wanted * found).sum(axis=1).min())
        if not cosine >= near: raise ValueError(f"its vectors differ from the model's, cosine {cosine:.4f}")


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # torch takes a second to tidy up what ends with the process anyway
