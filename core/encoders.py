"""Which encoder serves: the exported model, made at the first start, or sentence-transformers where that cannot be."""

import json
import logging
from collections.abc import Callable
from pathlib import Path

from core.encoder import Encoder, SentenceEncoder, bundled_folder, weights_hash
from core.onnx_encoder import FACTS, NotExported, OnnxEncoder
from core.onnx_export import SMALLER, CannotExport, export

log = logging.getLogger("firstline.encoder")


def reference_encoder(setting: str = "") -> SentenceEncoder:
    """The model that a setting names by its folder, or the bundled one, as sentence-transformers runs it."""
    return SentenceEncoder(Path(setting) if setting else bundled_folder())


def export_folder(state_dir: Path, reference: SentenceEncoder) -> Path:
    """Where a model's export is kept."""
    return state_dir / f"encoder-{reference.name}"


def serving_name(reference: SentenceEncoder, state_dir: Path) -> str:
    """The name of the encoder that `load_encoder` gives for a model, without loading or making one."""
    folder = export_folder(state_dir, reference)
    if _refusal(folder).exists(): return reference.name
    try:
        return str(json.loads((folder / FACTS).read_text(encoding="utf-8"))["name"])
    except (OSError, ValueError, KeyError, TypeError):
        return f"{reference.name}-{SMALLER}"  # what nearly every model becomes


def _refusal(folder: Path) -> Path:
    """Where it is noted that a model cannot be exported."""
    return folder.with_name(f"{folder.name}.refused")


def load_encoder(setting: str, state_dir: Path, before_export: Callable[[], None] = lambda: None) -> Encoder:
    """The encoder to serve with. `before_export` is called when one has to be made first, which takes some seconds.

    Raises:
        ConfigProblem: the setting names no model, or a damaged one.
    """
    reference = reference_encoder(setting)
    folder, weights = export_folder(state_dir, reference), weights_hash(reference.folder)
    refusal = _refusal(folder)
    try:
        return _exported(reference, folder, weights, refusal, before_export)
    except (CannotExport, NotExported) as why:
        log.warning("Serving with sentence-transformers, slower to start: %s.", why)
        return reference


def _exported(
    reference: SentenceEncoder, folder: Path, weights: str, refusal: Path, before_export: Callable[[], None]
) -> Encoder:
    try:
        return OnnxEncoder(folder, weights)
    except NotExported:
        if refusal.exists(): raise CannotExport(f"{refusal.read_text(encoding='utf-8')}; see {refusal}") from None
    before_export()
    try:
        export(reference.folder, folder)
    except CannotExport as why:
        if why.lasting: refusal.write_text(str(why), encoding="utf-8")
        raise
    return OnnxEncoder(folder, weights)
