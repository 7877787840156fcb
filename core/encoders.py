"""Which encoder serves: the exported model, made at the first start, or sentence-transformers where that cannot be."""

import logging
from collections.abc import Callable
from pathlib import Path

from core.encoder import Encoder, SentenceEncoder, bundled_folder, weights_hash
from core.onnx_encoder import NotExported, OnnxEncoder
from core.onnx_export import CannotExport, export

log = logging.getLogger("firstline.encoder")


def reference_encoder(setting: str = "") -> SentenceEncoder:
    """The model that a setting names by its folder, or the bundled one, as sentence-transformers runs it."""
    return SentenceEncoder(Path(setting) if setting else bundled_folder())


def load_encoder(setting: str, state_dir: Path, before_export: Callable[[], None] = lambda: None) -> Encoder:
    """The encoder to serve with. `before_export` is called when one has to be made first, which takes some seconds.

    Raises:
        ConfigProblem: the setting names no model, or a damaged one.
    """
    reference = reference_encoder(setting)
    folder, weights = state_dir / f"encoder-{reference.name}", weights_hash(reference.folder)
    refusal = folder.with_name(f"{folder.name}.refused")
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
