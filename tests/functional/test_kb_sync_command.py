"""`firstline kb sync` and `export` as they are run."""

from pathlib import Path

import pytest

from tests.commandline import Run
from tests.unit.test_bot_cli import run  # noqa: F401 - a fixture

OWN = "---\ntitle: {title}\naudience: {audience}\n---\n\n{text}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A foreign file, one for an unknown group, and one of Firstline's own."""
    (tmp_path / "a.md").write_text("---\nlayout: page\n---\n# A\n\nText {% include x %}", encoding="utf-8")
    (tmp_path / "b.md").write_text(OWN.format(title="B", audience="finance", text="Text"), encoding="utf-8")
    (tmp_path / "c.md").write_text(OWN.format(title="C", audience="employees", text="Text"), encoding="utf-8")
    return tmp_path


def test_what_a_sync_leaves_out_and_notes_is_told(run: Run, folder: Path) -> None:  # noqa: F811 - the fixture
    """A file for a group that the desk does not have is published for nobody."""
    ran = run("kb", "sync", folder)
    assert (ran.code, ran.out) == (0, "a.md: published\nc.md: published\n2 published, 0 in step.\n")
    assert 'left out: b.md:1: its audience "finance" is none of this desk' in ran.err
    assert "note: all files:1: front matter that means nothing here was left out: layout (1)" in ran.err


def test_what_goes_is_told_as_it_went(run: Run, folder: Path) -> None:  # noqa: F811 - the fixture
    """First that it would need a word, then that it was done."""
    run("kb", "sync", folder)
    (folder / "c.md").unlink()
    assert "c.md: file is gone; article c is still published unless you say --retire" in run("kb", "sync", folder).out
    assert "c.md: file is gone; article c was retired" in run("kb", "sync", folder, "--retire").out
    wrong = run("kb", "sync", folder, "--file-wins", "x.md")
    assert (wrong.code, "x.md: is no file that is kept in step here" in wrong.err) == (2, True)


def test_an_export_says_what_it_took_away(run: Run, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:  # noqa: F811 - the fixture
    """What is retired is no longer in the folder."""
    target = tmp_path_factory.mktemp("out") / "out"
    run("kb", "sync", folder)
    run("kb", "export", target)
    (folder / "c.md").unlink()
    run("kb", "sync", folder, "--retire")
    assert "1 files taken away that are no longer published." in run("kb", "export", target).out
    assert [path.name for path in (target / "articles").iterdir()] == ["a.md"]
