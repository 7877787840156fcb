"""`firstline kb sync` and `export` as they are run."""

from pathlib import Path

from tests.commandline import runner

OWN = "---\ntitle: {title}\naudience: {audience}\n---\n\n{text}\n"


def test_what_a_sync_and_an_export_tell(tmp_path: Path) -> None:
    """A file for a group that there is not is left out; what goes is told before and after; all in one place."""
    run, folder, target = runner(tmp_path), tmp_path / "git", tmp_path / "out"
    folder.mkdir()
    (folder / "a.md").write_text("---\nlayout: page\n---\n# A\n\nText {% include x %}", encoding="utf-8")
    (folder / "b.md").write_text(OWN.format(title="B", audience="finance", text="Text"), encoding="utf-8")
    (folder / "c.md").write_text(OWN.format(title="C", audience="employees", text="Text"), encoding="utf-8")
    ran = run("kb", "sync", folder)
    assert (ran.code, ran.out) == (0, "a.md: published\nc.md: published\n2 published, 0 in step.\n")
    assert 'left out: b.md:1: its audience "finance" is none of this desk' in ran.err
    assert "note: all files:1: front matter that means nothing here was left out: layout (1)" in ran.err
    wrong = run("kb", "sync", folder, "--file-wins", "x.md")
    assert (wrong.code, "x.md: is no file that is kept in step here" in wrong.err) == (2, True)
    assert run("kb", "export", target).code == 0
    (folder / "c.md").unlink()
    assert "c.md: file is gone; article c is still published unless you say --retire" in run("kb", "sync", folder).out
    assert "c.md: file is gone; article c was retired" in run("kb", "sync", folder, "--retire").out
    assert "Taken away, for it is no longer published: 1 files." in run("kb", "export", target).out
    assert [path.name for path in (target / "articles").iterdir()] == ["a.md"]
