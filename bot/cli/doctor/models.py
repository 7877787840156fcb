"""The models: the encoder and what was trained with it. None is made here, and none is loaded that takes seconds."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from bot.bootstrap import replies_file
from bot.check import Check, missing, well
from bot.pairs import About, Pairs
from bot.question_set import digest as questions_digest
from bot.question_set import read_questions
from bot.replies.model import Model
from classifier.examples import digest, read_examples
from core.encoder import WEIGHTS_SHA256, Encoder, SentenceEncoder, weights_hash
from core.encoders import export_folder, reference_encoder, serving_name
from core.errors import BadInput, ConfigProblem
from core.onnx_encoder import NotExported, OnnxEncoder
from core.settings import Settings

TRAIN = "run `firstline classifier train`; the first start does it, too."


def look(settings: Settings) -> Iterator[Check]:
    """The encoder, then what serves with it."""
    try:
        reference = reference_encoder(settings.encoder)
        yield _encoder(reference, settings)
    except ConfigProblem as error:
        mend = "name a folder that holds one, or leave it empty for the bundled one."
        for problem in error.problems: yield missing("encoder", problem, mend)
        return
    state, training = settings.state_dir, settings.data_dir / "training"
    name = serving_name(reference, state)
    yield _trained("classifier", lambda: _classifier_is_fresh(state, training, name))
    yield _trained("confidence", lambda: _confidence_is_fresh(state, training, name))
    yield _trained("replies", lambda: bool(Model.load(replies_file(state), name)))


def _encoder(reference: SentenceEncoder, settings: Settings) -> Check:
    weights = weights_hash(reference.folder)
    if not settings.encoder and weights != WEIGHTS_SHA256:
        return missing("encoder", "its weights are not the ones that were published;", "run `make setup` anew.")
    folder = export_folder(settings.state_dir, reference)
    if not folder.exists(): return well("encoder", f"{reference.name}; the first start prepares it.")
    try:
        return _values(OnnxEncoder(folder, weights))
    except NotExported as why:
        return missing("encoder", f"{why};", "start Firstline: it makes another one, which takes seconds.")


def _values(encoder: Encoder) -> Check:
    if np.isfinite(encoder.encode(["the printer is on fire"])).all():
        return well("encoder", f"{encoder.name}, {encoder.dims} numbers a text.")
    return missing("encoder", f"{encoder.name} gives values that are no numbers;", "use another model.")


def _trained(what: str, is_fresh: Callable[[], bool]) -> Check:
    try:
        if is_fresh(): return well(what, "trained on the present data.")
        return missing(what, "trained on other data than the present;", TRAIN)
    except BadInput as error:
        return missing(what, f"{str(error).rstrip('.')};", "the next start does it, too.")


def _classifier_is_fresh(state: Path, training: Path, encoder: str) -> bool:
    return _live(state, encoder).messages == digest(read_examples(training / "messages.jsonl"))


def _confidence_is_fresh(state: Path, training: Path, encoder: str) -> bool:
    return _live(state, encoder).questions == questions_digest(read_questions(training / "questions.jsonl"))


def _live(state: Path, encoder: str) -> About:
    """What the live models were made of; `BadInput` if they cannot serve, whatever steps in for them."""
    pair, problem = Pairs(state).serving(encoder)
    if problem: raise BadInput(problem)
    return pair.about
