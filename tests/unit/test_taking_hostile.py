"""Bad and hostile files: a clear line for each, the rest goes on, nothing is carried out."""

import io
import os
import zipfile
from pathlib import Path

import pytest
from docx import Document
from fpdf import FPDF

from core.errors import BadInput
from kb.taking.converting import Converter
from kb.taking.gathering import gather
from kb.taking.pages import LeftOut, Options
from kb.taking.pieces import Gathered
from tests.unit.test_taking_formats import gathered, word

GOOD = "# Good\n\nText."


def left(found: Gathered) -> dict[str, str]:
    """What was left out and why, beside one good file that was taken."""
    assert "good" in [piece.draft.slug for piece in found.pieces]
    return {problem.file: problem.message for problem in found.left}


def pdf(text: str = "", *, password: str = "") -> bytes:
    """A PDF of one page."""
    made = FPDF()
    made.add_page()
    made.set_font("Helvetica", size=12)
    if text: made.multi_cell(0, 6, text)
    if password: made.set_encryption(owner_password=password, user_password=password)
    return bytes(made.output())


def packed(**files: bytes) -> bytes:
    """A zip archive; `__` in a name is a dot, `_in_` a slash."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items(): archive.writestr(name.replace("__", ".").replace("_in_", "/"), data)
    return out.getvalue()


def test_files_that_are_no_text(tmp_path: Path) -> None:
    """Garbage named .md, and an empty file, are told."""
    found = gathered(tmp_path, good__md=GOOD, a__md=bytes(range(256)) * 40, b__md=b"", c__md=b" \n\n")
    assert left(found) == {"a.md": "is not a text file", "b.md": "is empty", "c.md": "is empty"}


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-16-le", "utf-8-sig"])
def test_other_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    """A German text of an old editor keeps its umlauts."""
    text = "# Größe\n\nDie Tür ist für Gäste geöffnet; bitte schließen Sie sie später wieder.\n"
    (piece,) = gathered(tmp_path, tuer__md=text.encode(encoding)).pieces
    assert piece.draft.title == "Größe"
    assert "Tür ist für Gäste geöffnet" in piece.draft.source


def test_broken_front_matter_is_told_with_its_line(tmp_path: Path) -> None:
    """Half of an article is never taken."""
    found = gathered(tmp_path, good__md=GOOD, a__md="---\ntitle: x: y\n---\nText", b__md="---\ntitle: open\n\nText")
    assert left(found)["a.md"].startswith("the front matter is broken")
    assert [problem.line for problem in found.left] == [2, 1]
    assert left(found)["b.md"] == "the front matter has no closing ---"


def test_a_huge_line_is_told_or_cut(tmp_path: Path) -> None:
    """A line of five million characters has nothing to be split at."""
    found = gathered(tmp_path, good__md=GOOD, huge__md="word " * 1_000_000)
    assert left(found) == {"huge.md": "is too long, and has no headings or paragraphs to be split at"}


@pytest.mark.parametrize(
    "text", ["[" * 20_000, "![](" * 10_000, "`" * 9_999 + " a", "<b" * 20_000, "{% " * 20_000, "> " * 5_000]
)
def test_text_of_marks_alone_is_taken(tmp_path: Path, text: str) -> None:
    """It means nothing, and is no reason to stop."""
    found = gathered(tmp_path, good__md=GOOD, a__md=f"# A\n\n{text}\n\nend")
    assert [piece.draft.slug for piece in found.pieces] == ["a", "good"]


def test_a_table_of_200_columns_is_taken(tmp_path: Path) -> None:
    """It is ugly, and whole."""
    row = "|" + "x|" * 200
    (piece,) = gathered(tmp_path, wide__md=f"# Wide\n\n{row}\n|{'-|' * 200}\n{row}\n").pieces
    assert piece.draft.source.count(row) == 2


def test_an_archive_that_leads_out_or_grows_is_not_opened(tmp_path: Path) -> None:
    """Paths, links, bombs and archives in archives are told; the good file is taken, and nothing is written."""
    place = tmp_path / "a.zip"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("good.md", GOOD)
        archive.writestr("../evil.md", "# Evil\n\nText")
        archive.writestr("/etc/evil.md", "# Evil\n\nText")
        archive.writestr("bomb.md", b"0" * 50_000_000)
        archive.writestr("inner.zip", packed(a__md=b"# A"))
        link = zipfile.ZipInfo("link.md")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    reasons = left(gather(place, Options()))
    assert reasons == {
        "../evil.md": "has a path that leads out of the archive",
        "/etc/evil.md": "has a path that leads out of the archive",
        "bomb.md": "grows more than 200 times when it is unpacked",
        "inner.zip": "is an archive in a folder or archive; unpack it first", "link.md": "is a link to another place",
    }
    assert os.listdir(tmp_path) == ["a.zip"]  # noqa: PTH208 - names alone


def test_an_archive_that_is_none_is_one_clear_line(tmp_path: Path) -> None:
    """And so is one that is not there."""
    (tmp_path / "a.zip").write_bytes(b"PK no")
    with pytest.raises(BadInput, match="cannot be read as a zip archive"): gather(tmp_path / "a.zip", Options())
    with pytest.raises(BadInput, match="there is no such file or folder"): gather(tmp_path / "b.zip", Options())


def test_links_out_of_a_folder_are_not_followed(tmp_path: Path) -> None:
    """A symbolic link could show any file of the machine."""
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.md").write_text("# Secret\n\nText")
    (tmp_path / "in" / "link.md").symlink_to(tmp_path / "secret.md")
    (tmp_path / "in" / "up").symlink_to(tmp_path)
    found = gathered(tmp_path / "in", good__md=GOOD)
    assert left(found) == {"up": "is a link to another place", "link.md": "is a link to another place"}


def test_pdf_files_without_text_with_a_password_or_damaged(tmp_path: Path) -> None:
    """Each says what to do."""
    secret = pdf("Hello", password="secret")
    found = gathered(tmp_path, good__md=GOOD, scan__pdf=pdf(), secret__pdf=secret, bad__pdf=b"%PDF-1.4 no")
    reasons = left(found)
    assert "run it through OCR first" in reasons["scan.pdf"]
    assert reasons["secret.pdf"] == "is protected by a password; save it without"
    assert reasons["bad.pdf"].startswith("cannot be read")


def test_a_large_file_is_told_before_it_is_read(tmp_path: Path) -> None:
    """The limit is above a manual of 50 MB."""
    with (tmp_path / "huge.pdf").open("wb") as file: file.truncate(70_000_000)
    found = gathered(tmp_path, good__md=GOOD)
    assert left(found) == {"huge.pdf": "has 70 MB, and up to 64 MB are taken; split it"}


def test_a_pdf_of_50_mb_is_taken(tmp_path: Path) -> None:
    """Most of such a file is not its text, and its text is what counts."""
    made = FPDF()
    made.add_page()
    made.set_font("Helvetica", size=12)
    made.multi_cell(0, 6, "Turn the printer off and on.")
    made.embed_file(basename="photo.raw", bytes=bytes(50_000_000), compress=False)
    found = gathered(tmp_path, manual__pdf=bytes(made.output()))
    assert [piece.draft.fields["body"] for piece in found.pieces] == ["Turn the printer off and on."]


def test_word_files_with_macros_entities_or_a_password(tmp_path: Path) -> None:
    """The text is taken and macros never; what was made to do harm is not opened."""
    document = Document()
    document.add_paragraph("Restart the phone.")
    plain = word(document)
    macro, entity = io.BytesIO(plain), io.BytesIO()
    with zipfile.ZipFile(macro, "a") as file: file.writestr("word/vbaProject.bin", b"macro")
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(entity, "w") as new:
        for one in old.infolist():
            data = old.read(one)
            if one.filename == "word/document.xml": data = data.replace(b"?>", b"?><!DOCTYPE x [<!ENTITY a 'b'>]>", 1)
            new.writestr(one.filename, data)
    found = gathered(
        tmp_path, good__md=GOOD, macro__docm=macro.getvalue(), entity__docx=entity.getvalue(),
        secret__docx=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, bad__docx=b"PK\3\4 no",
    )
    reasons = left(found)
    assert set(reasons) == {"entity.docx", "secret.docx", "bad.docx"}
    assert "XML entities" in reasons["entity.docx"]
    assert "password" in reasons["secret.docx"]
    assert any(note.message == "its macros were not taken" for note in found.notes)


def test_an_entity_bomb_is_not_opened(tmp_path: Path) -> None:
    """Ten lines that would become gigabytes."""
    rows = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE page [<!ENTITY l0 "lol">{rows}]><page><title>&l9;</title></page>'
    found = gathered(tmp_path, good__md=GOOD, bomb__page=bomb, bad__page="<page>")
    assert left(found)["bomb.page"] == "declares XML entities, which are not opened"
    assert left(found)["bad.page"].startswith("is not well-formed XML")


def test_a_page_nested_too_deeply_is_told(tmp_path: Path) -> None:
    """It would use up the reader's stack."""
    found = gathered(tmp_path, good__md=GOOD, deep__html="<div>" * 5_000 + "x")
    assert left(found) == {"deep.html": "is nested too deeply"}


def test_a_file_that_takes_for_ever_costs_only_itself() -> None:
    """The child is ended, and the next file is read by a new one."""
    with Converter(seconds=0.0) as converter, pytest.raises(LeftOut, match="takes longer than 0 seconds"):
        converter.page("slow.pdf", pdf("Hello"))
    with Converter() as converter:
        with pytest.raises(LeftOut): converter.page("bad.pdf", b"no")
        assert converter.page("good.html", b"<p>Hello</p>").body == "Hello"


def test_two_files_of_firstlines_own_with_one_name(tmp_path: Path) -> None:
    """The first is taken, the second told; nothing is overwritten."""
    own = "---\ntitle: VPN\nslug: vpn\naudience: employees\n---\n\nText {n}.\n"
    found = gathered(tmp_path, good__md=GOOD, a__md=own, b__md=own)
    assert left(found) == {"b.md": 'the article "vpn" is already in a.md'}
