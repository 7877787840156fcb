"""What was written for a few never comes to more, and one bad file never stops the others."""

import io
import zipfile
from pathlib import Path

import pytest

from kb.taking.beside import Beside
from kb.taking.converting import Converter
from kb.taking.gathering import gather
from kb.taking.pages import LeftOut, Options
from kb.taking.walking import Found
from tests.unit.test_taking_formats import gathered
from tests.unit.test_taking_hostile import GOOD, left

OWN = "---\n{front}\n---\n\nText.\n"


@pytest.mark.parametrize(
    "front",
    ["title: A\naudience: finance", "audience: finance", "title: A\naudience: [finance]", "title: A\naudience: 5",
     "title: A\nkind: runbok\naudience: staff", "title: A\nkind: runbook\naudience: employees"],
)  # fmt: skip
def test_what_does_not_fit_in_our_own_form_is_left_out(tmp_path: Path, front: str) -> None:
    """A typo, or a group that the desk no longer has, never makes it everybody's."""
    assert set(left(gathered(tmp_path, good__md=GOOD, a__md=OWN.format(front=front)))) == {"a.md"}


@pytest.mark.parametrize(
    "front", ["title: A\nkind: runbook", "title: A\nkind: runbook\naudience: staff\ntags: [a]", "kind: Run-book\nx: y"]
)
def test_a_run_book_is_one_whatever_else_its_file_says(tmp_path: Path, front: str) -> None:
    """It is for staff."""
    (piece,) = gathered(tmp_path, a__md=OWN.format(front=front)).pieces
    assert (piece.draft.kind, piece.draft.fields["audience"]) == ("runbook", "staff")


def test_a_run_book_for_a_group_is_left_out(tmp_path: Path) -> None:
    """All staff are more than the group."""
    options = Options(audiences=frozenset({"employees", "staff", "finance"}), kind="runbook")
    text = OWN.format(front="title: A\naudience: finance\ntags: [a]")
    found = gathered(tmp_path, options, good__md=GOOD, a__md=text)
    assert left(found) == {"a.md": 'is a run-book for "finance"; a run-book is for staff'}


def test_a_foreign_audience_is_the_chosen_one_or_left_out(tmp_path: Path) -> None:
    """Other systems' words for readers are told; where nothing may be guessed, the file is left out."""
    text = OWN.format(front="title: A\naudience: ITPro\nms.date: 1/2/2020")
    (piece,) = gathered(tmp_path, Options(audience="staff"), a__md=text).pieces
    assert piece.draft.fields["audience"] == "staff"
    found = gathered(tmp_path, Options(guess=False), good__md=GOOD)
    assert left(found)["a.md"].startswith('its audience "ITPro" is none of this desk')


def test_values_of_any_shape_stop_nothing(tmp_path: Path) -> None:
    """A list where a word belongs, and a recipe with a mark and a byte that is no UTF-8."""
    found = gathered(
        tmp_path, good__md=GOOD, a__md=OWN.format(front="title: A\naudience: [staff]"),
        b__md=OWN.format(front="title: {a: b}\naudience: {c: d}\nkind: [x]\naliases: {e: f}\ncategory: [g]\nz: 1"),
        c__yaml=b"\xef\xbb\xbftriggers: [\xff]\nsteps: {}\n",
    )
    assert {"a", "good"} <= {piece.draft.slug for piece in found.pieces}
    assert "c.yaml" in left(found)


def test_what_nobody_thought_of_costs_one_file(tmp_path: Path) -> None:
    """It is told, and the others are taken."""
    (tmp_path / "a.md").write_text("# A\n\n![p](p.png)")
    (tmp_path / "good.md").write_text(GOOD)
    options = Options(site="http://[")  # no address can be made of it
    found = gather(tmp_path, options)
    assert left(found)["a.md"].startswith("cannot be read (ValueError: ")


def test_a_damaged_member_of_an_archive_is_told(tmp_path: Path) -> None:
    """Whatever it is packed with."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("good.md", GOOD)
        archive.writestr("bad.md", b"Some words. " * 200, zipfile.ZIP_LZMA)
    data = bytearray(out.getvalue())
    at = data.index(b"bad.md") + 30
    data[at : at + 20] = b"\xff" * 20
    (tmp_path / "a.zip").write_bytes(data)
    assert "cannot be unpacked" in left(gather(tmp_path / "a.zip", Options()))["bad.md"]


def test_a_reader_that_does_not_start_answers_for_no_other_file() -> None:
    """Its file is left out, and so is the next; no text comes under another file's name."""
    with Converter(start=0.0) as converter:
        for name in ("a.html", "b.html"):
            with pytest.raises(LeftOut, match="its reader did not start"): converter.page(name, b"<p>Hello</p>")


def test_answers_to_another_job_are_not_taken() -> None:
    """A reader that is one behind is ended."""
    with Converter() as converter:
        assert converter.page("a.html", b"<p>A</p>").body == "A"
        converter._number += 1  # noqa: SLF001 - what a lost answer does
        assert converter.page("b.html", b"<p>B</p>").body == "B"


class TestIncluded:
    """What a Mallard page includes."""

    def test_a_large_file_beside_costs_no_page(self, tmp_path: Path) -> None:
        """It is not read where no page names it, and left out where one does."""
        with (tmp_path / "huge.xml").open("wb") as file: file.truncate(70_000_000)
        page = "<page><title>P</title><p>Text</p>{}</page>"
        include = '<include href="huge.xml" xpointer="xpointer(//*[@xml:id=\'a\'])"/>'
        found = gathered(tmp_path, a__page=page.format(""), b__page=page.format(include))
        assert sorted(piece.draft.slug for piece in found.pieces) == ["a", "b"]

    def test_each_is_read_once_and_only_what_is_named(self) -> None:
        """However many pages there are in the folder."""
        reads: list[str] = []

        def read(name: str) -> bytes:
            reads.append(name)
            return name.encode()

        files = {f"f/{name}": Found(path=f"f/{name}", read=lambda name=name: read(name)) for name in ("a.xml", "b.xml")}  # type: ignore[misc]  # a default argument keeps the loop's value
        beside = Beside(files)
        for page in ("f/x.page", "f/y.page"): assert beside.included(page, b'<i href="a.xml"/>') == {"a.xml": b"a.xml"}
        assert reads == ["a.xml"]
