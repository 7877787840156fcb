"""The exported encoder: as the model itself, light, offline, made once and never half."""

import hashlib
import json
import logging
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from core.encoder import SentenceEncoder, bundled_folder
from core.encoders import load_encoder
from core.errors import ConfigProblem
from core.onnx_encoder import FACTS, GRAPH, TOKENIZER, NotExported, OnnxEncoder
from core.onnx_export import CannotExport, export

DATA = Path(__file__).parents[2] / "data"
LONG = "the printer on the third floor prints nothing since monday " * 60  # far beyond 256 tokens
HEAVY = ("torch", "transformers", "sentence_transformers", "huggingface_hub", "onnx")


def questions() -> list[str]:
    """A third of the questions of data/eval: 220."""
    lines = (DATA / "eval" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines[::3]]


def never() -> None:
    """To be called before an export, where there must be none."""
    raise AssertionError("an export was made")


def folder_in(state: Path) -> Path:
    """The export that a state folder holds."""
    return next(state.glob("encoder-*"))


@pytest.fixture
def state(exported_state: Path, tmp_path: Path) -> Path:
    """A copy of the exported state, to be damaged."""
    shutil.copytree(exported_state, tmp_path / "state")
    return tmp_path / "state"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A copy of the model's folder, its weights linked, to be changed."""
    folder = tmp_path / "custom" / "model"
    shutil.copytree(bundled_folder(), folder, ignore=shutil.ignore_patterns("model.safetensors"))
    (folder / "model.safetensors").symlink_to(bundled_folder() / "model.safetensors")
    return folder


# -- the vectors ---------------------------------------------------------------------------------------------------


def test_vectors_are_those_of_the_model(onnx_encoder: OnnxEncoder, sentence_encoder: SentenceEncoder) -> None:
    """Questions and some whole articles get nearly the vector that sentence-transformers gives, in 8 bits."""
    texts = [*questions(), *(path.read_text(encoding="utf-8") for path in sorted(DATA.glob("articles/**/*.md"))[:5])]
    cosines = (onnx_encoder.encode(texts) * sentence_encoder.encode(texts)).sum(axis=1)
    assert len(texts) >= 200
    assert cosines.min() >= 0.98
    assert cosines.mean() >= 0.995
    assert onnx_encoder.name.endswith("-onnx8")


def test_long_texts_are_cut_where_the_model_cuts_them(
    onnx_encoder: OnnxEncoder, sentence_encoder: SentenceEncoder
) -> None:
    """What stands behind the 256th token changes nothing, in either; what stands before it does."""
    for encoder in (onnx_encoder, sentence_encoder):
        whole, longer, other = encoder.encode([LONG, f"{LONG} and the scanner", f"scanner {LONG}"])
        assert np.allclose(whole, longer, atol=1e-6)
        assert not np.allclose(whole, other, atol=1e-3)
    assert float(onnx_encoder.encode([LONG])[0] @ sentence_encoder.encode([LONG])[0]) >= 0.98


def test_company_does_not_matter(onnx_encoder: OnnxEncoder) -> None:
    """A text has the same vector alone and among short and long ones, in any order."""
    texts = [*questions()[:60], LONG, "", "vpn"]
    alone = np.vstack([onnx_encoder.encode([text]) for text in texts])
    assert np.allclose(onnx_encoder.encode(texts), alone, atol=1e-5)
    assert np.allclose(onnx_encoder.encode(texts[::-1]), alone[::-1], atol=1e-5)


def test_threads_do_not_meet(onnx_encoder: OnnxEncoder) -> None:
    """Single texts and batches, asked for at once, get what they get one by one."""
    calls: list[Sequence[str]] = [[text] for text in questions()[:30]] + [questions()[30:60]] * 3
    expected = [onnx_encoder.encode(call) for call in calls]
    with ThreadPoolExecutor(8) as pool:
        for rows, wanted in zip(pool.map(onnx_encoder.encode, calls), expected, strict=True):
            assert np.allclose(rows, wanted, atol=1e-5)


# -- the process ---------------------------------------------------------------------------------------------------

SERVE = """
import sys
from pathlib import Path
reached = []
sys.addaudithook(lambda event, _: reached.append(event) if event in ("socket.connect", "socket.getaddrinfo") else None)
from core.encoders import load_encoder
print(type(load_encoder("", Path(sys.argv[1]))).__name__, load_encoder("", Path(sys.argv[1])).encode(["hello"]).shape)
print(reached, [name for name in sys.argv[2:] if name in sys.modules])
"""


def test_serving_is_light_quiet_and_offline(exported_state: Path) -> None:
    """A fresh process with an export loads neither torch nor its like, reaches for no address, and says nothing."""
    command = [sys.executable, "-c", SERVE, str(exported_state), *HEAVY]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - this Python
    assert done.stdout.splitlines() == ["OnnxEncoder (1, 384)", "[] []"]
    assert done.stderr == ""


ANSWER = """
import sys
import bot.cli.asking, bot.starting
print([name for name in sys.argv[1:] if name in sys.modules])
"""


def test_answering_imports_nothing_heavy() -> None:
    """All modules that answer questions and talk to Slack together bring neither torch nor scikit-learn."""
    command = [sys.executable, "-c", ANSWER, *HEAVY, "sklearn", "scipy", "matplotlib", "alembic"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=DATA.parent)  # noqa: S603 - this Python
    assert done.stdout.split("\n")[0] == "[]"


# -- the export ----------------------------------------------------------------------------------------------------


def test_an_export_is_used_again(exported_state: Path) -> None:
    """The second start makes nothing."""
    assert isinstance(load_encoder("", exported_state, never), OnnxEncoder)


def test_nothing_else_is_left(exported_state: Path) -> None:
    """The state folder holds the three files of the export: no half of one, no copy."""
    assert len(list(exported_state.iterdir())) == 1
    assert {path.name for path in folder_in(exported_state).iterdir()} == {GRAPH, TOKENIZER, FACTS}


def cut(folder: Path) -> None:
    """Half a graph."""
    data = (folder / GRAPH).read_bytes()
    (folder / GRAPH).write_bytes(data[: len(data) // 2])


def flip(folder: Path) -> None:
    """One byte of the weights is another."""
    with (folder / GRAPH).open("r+b") as file:
        file.seek(40_000_000)
        file.write(b"\xff")


def rewrite(change: dict[str, object]) -> Callable[[Path], None]:
    """Other facts."""

    def apply(folder: Path) -> None:
        path = folder / FACTS
        path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | change), encoding="utf-8")

    return apply


DAMAGES: dict[str, Callable[[Path], None]] = {
    "half a graph": cut,
    "a flipped byte": flip,
    "no graph": lambda folder: (folder / GRAPH).unlink(),
    "a foreign tokenizer": lambda folder: (folder / TOKENIZER).write_text("{}", encoding="utf-8"),
    "no facts": lambda folder: (folder / FACTS).unlink(),
    "facts that are no JSON": lambda folder: (folder / FACTS).write_text("{", encoding="utf-8"),
    "facts that are a list": lambda folder: (folder / FACTS).write_text("[]", encoding="utf-8"),
    "unknown facts": rewrite({"surprise": 1}),
    "another version's": rewrite({"format": 0}),
    "another model's": rewrite({"weights": "0" * 64}),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_export_is_not_used(state: Path, damage: str, onnx_encoder: OnnxEncoder) -> None:
    """Whatever is wrong with an export, it is seen before anything is encoded with it."""
    weights = json.loads((folder_in(state) / FACTS).read_text(encoding="utf-8"))["weights"]
    assert OnnxEncoder(folder_in(state), weights).name == onnx_encoder.name
    DAMAGES[damage](folder_in(state))
    with pytest.raises(NotExported): OnnxEncoder(folder_in(state), weights)


def test_a_graph_that_is_none(state: Path) -> None:
    """A file that fits its hash and is no graph is told as what it is."""
    folder = folder_in(state)
    (folder / GRAPH).write_bytes(b"no graph")
    facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    rewrite({"files": facts["files"] | {GRAPH: hashlib.sha256(b"no graph").hexdigest()}})(folder)
    with pytest.raises(NotExported): OnnxEncoder(folder, facts["weights"])


def test_a_damaged_export_is_made_anew(state: Path) -> None:
    """The next start replaces it, tells so first, and leaves nothing else behind."""
    flip(folder_in(state))
    told: list[str] = []
    assert isinstance(load_encoder("", state, lambda: told.append("export")), OnnxEncoder)
    assert told == ["export"]
    assert isinstance(load_encoder("", state, never), OnnxEncoder)
    assert len(list(state.iterdir())) == 1


def test_a_failed_export_leaves_nothing(model: Path, tmp_path: Path) -> None:
    """A model that cannot be loaded is one clear line, and there is no half of an export."""
    (model / "tokenizer.json").write_bytes(b"{ damaged")
    with pytest.raises(ConfigProblem, match=r"FIRSTLINE_ENCODER: the model in .* cannot be loaded"):
        export(model, tmp_path / "state" / "encoder-x")
    assert list((tmp_path / "state").iterdir()) == []


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    """Where no folder can be made the export says so, and the model serves by itself."""
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(CannotExport, match="the export did not work"): export(bundled_folder(), tmp_path / "file" / "x")
    assert isinstance(load_encoder("", tmp_path / "file"), SentenceEncoder)


def test_a_model_that_cannot_be_exported(
    model: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Its vectors would differ, so sentence-transformers serves it: one line at each start, one try in all."""
    config = {"prompts": {"query": "search for: "}, "default_prompt_name": "query"}
    (model / "config_sentence_transformers.json").write_text(json.dumps(config), encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        assert isinstance(load_encoder(str(model), tmp_path / "state"), SentenceEncoder)
        assert isinstance(load_encoder(str(model), tmp_path / "state", never), SentenceEncoder)
    assert len(caplog.records) == 2
    assert all("its vectors differ from the model's" in record.getMessage() for record in caplog.records)
