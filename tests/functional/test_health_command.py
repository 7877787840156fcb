"""`firstline kb health` and `firstline kb links`, with the real models over the shipped articles."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.commandline import Run, one_line, runner
from tests.functional.office import Prepared

BAD = "---\ntitle: The kettle\n---\nSee [this](cup.md), [that](cup.md#gone) and <http://127.0.0.1:1/tea>.\n"


@pytest.fixture(scope="module")
def settled(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """`firstline` where it is at work already: with articles loaded and models trained."""
    folder = tmp_path_factory.mktemp("settled")
    prepared.copy(folder)
    return runner(folder)


def test_health(settled: Run, tmp_path: Path) -> None:
    """Everything as tables, everything as JSON, and the picture as a file."""
    picture = tmp_path / "map.svg"
    told = settled("kb", "health", "--map", picture)
    assert told.code == 0, told.err
    for head in ("To be checked again: none", "Say the same: ", "Answer each other's questions: ", "Dead links: none"):
        assert head in told.out
    assert ET.parse(picture).getroot().get("role") == "img"  # noqa: S314 - it is our own
    found = settled("kb", "health", "--json").json
    assert {one["kind"] for one in found["items"]} == {"article", "recipe", "runbook"}
    assert sorted(found) == ["alike", "collisions", "dead_links", "items", "unread"]
    assert all(pair["questions"] for pair in found["collisions"])


def test_links(settled: Run, tmp_path: Path) -> None:
    """Links that lead nowhere with line and reason; the web only where it is wanted, and private networks not."""
    (tmp_path / "kettle.md").write_text(BAD, encoding="utf-8")
    (tmp_path / "cup.md").write_text("---\ntitle: The cup\n---\nIt is blue.\n", encoding="utf-8")
    assert settled("kb", "import", tmp_path).code == 0
    told = settled("kb", "links")
    assert "article kettle, line 1: cup.md#gone: the page has no such place" in told.out
    assert "cup.md:" not in told.out
    assert "127.0.0.1" not in told.out
    rows = {row["address"]: row for row in settled("kb", "links", "--web", "--private", "--json").json["web"]}
    tea = rows["http://127.0.0.1:1/tea"]
    assert tea["works"] is False
    assert tea["items"] == [["article", "kettle", "The kettle"]]


def test_bad_options(settled: Run, tmp_path: Path) -> None:
    """An order that there is not, and a folder for a picture, are refused in one line."""
    one_line(settled("kb", "health", "--by", "colour"), "colour")
    one_line(settled("kb", "health", "--map", tmp_path), "is a directory")
