"""What `kb check` finds in a folder as a whole."""

from pathlib import Path

from kb.taking.inspecting import inspected

FRONT = "---\ntitle: {}\n---\n\n"
KNOWN = ("employees", "staff")


def found(folder: Path, **texts: str) -> list[tuple[str, int, str]]:
    """File, line and words of each problem of some files; `__` in a name is a dot."""
    files = {name.replace("__", "."): text for name, text in texts.items()}
    return [(one.file, one.line, one.message) for one in inspected(files, folder, KNOWN)]


def test_a_sound_folder_has_none(tmp_path: Path) -> None:
    """Links by name, to a part, to the web, to help pages, and what is code."""
    (tmp_path / "p.png").write_bytes(b"x")
    body = "[b](b.md) [c](b.md#part) [d](#x) [e](https://e.com) [f](/help/b) ![p](p.png) `[x](gone.md)`"
    assert found(tmp_path, a__md=FRONT.format("A") + body, b__md=FRONT.format("B") + "Text") == []


def test_dead_links_and_pictures_are_told_with_their_lines(tmp_path: Path) -> None:
    """Each where it stands, the second of the same too."""
    body = "[x](gone.md)\n\n![p](p.png)\n\n[y](page.html)\n\n[z](javascript:a)\n\n[x](gone.md)"
    assert found(tmp_path, a__md=FRONT.format("A") + body) == [
        ("a.md", 5, "there is no article gone.md"),
        ("a.md", 7, "there is no picture p.png"),
        ("a.md", 9, "the link page.html would not be shown: write `name.md` for an article"),
        ("a.md", 11, "the link javascript:a would not be shown: write http, https or mailto"),
        ("a.md", 13, "there is no article gone.md"),
    ]


def test_one_name_for_two_and_an_unknown_audience_are_told(tmp_path: Path) -> None:
    """The second file of a name, and the line that names nobody."""
    assert found(
        tmp_path, a__md="---\ntitle: A\nslug: x\n---\nText", b__md="---\ntitle: B\nslug: x\n---\nText",
        c__md="---\ntitle: C\naudience: finance\n---\nText", d__md="---\ntitle: D\ncolour: red\n---\nText",
    ) == [
        ("b.md", 1, 'the article "x" is already in a.md'),
        ("c.md", 3, 'nobody would see it: "finance" is no audience; there are employees, staff'),
        ("d.md", 3, "colour: is not a known key"),
    ]  # fmt: skip
