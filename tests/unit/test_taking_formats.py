"""Files of every format become Markdown that people can read."""

import io
from pathlib import Path

import pytest
from docx import Document
from fpdf import FPDF

from kb.taking.child import convert
from kb.taking.gathering import gather
from kb.taking.markdown import markdown_page
from kb.taking.pages import Options
from kb.taking.pieces import Gathered

PNG = b"\x89PNG\r\n\x1a\n" + b"picture"
KNOWN = frozenset({"employees", "staff"})


def gathered(folder: Path, options: Options | None = None, **files: str | bytes) -> Gathered:
    """What comes of some files; `__` in a name is a dot, `_in_` a slash."""
    for name, text in files.items():
        path = folder / name.replace("__", ".").replace("_in_", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return gather(folder, options or Options())


def markdown(text: str) -> str:
    """The body of a foreign Markdown file."""
    return markdown_page("a.md", text.encode(), KNOWN).body


def word(document: Document) -> bytes:
    """A Word file's bytes."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_docfx_notes_become_quotes_and_its_zones_go() -> None:
    """A note says that it is one; a list in it begins on its own line."""
    body = markdown(":::zone pivot='x'\n> [!NOTE]\n> Save first.\n:::zone-end\n\n> [!TIP]\n> - one\n> - two\n")
    assert body == "> **Note:** Save first.\n\n> **Tip:**\n>\n> - one\n> - two"


def test_liquid_and_hugo_are_made_readable() -> None:
    """Includes and comments go, page links become links, a channel its name."""
    text = 'See [VPN]({% page "/tools/vpn/" %}) in {% slack_channel "it" %}.{% include "x.html" %}\n{% comment %}no{% endcomment %}\n{{< hint >}}Hi{{< /hint >}}'  # noqa: E501 - one text
    assert markdown(text) == "See [VPN](/tools/vpn/) in #it.\n\nHi"


def test_code_is_never_changed() -> None:
    """What looks like a marker or a tag in code is the code."""
    code = "```jinja\n{% include x %} <br> <!-- c -->\n```"
    assert markdown(f"Text `{{{{ x }}}} <b>`.\n\n{code}\n") == f"Text `{{{{ x }}}} <b>`.\n\n{code}"


def test_html_in_markdown_becomes_markdown_and_placeholders_stay() -> None:
    """Known tags are read; `<server>` is what the reader is to type."""
    text = (
        "Use <b>now</b> <server><br>\n<table><tr><th>A</th></tr><tr><td>1</td></tr></table>\n<script>alert(1)</script>"
    )
    body = markdown(text)
    assert "**now** <server>" in body
    assert "| A |\n| --- |\n| 1 |" in body
    assert "alert" not in body


def test_links_by_reference_are_written_out() -> None:
    """A passage that is quoted alone holds its own addresses."""
    assert markdown("See [the page][1].\n\n[1]: https://example.com/a") == "See [the page](https://example.com/a)."


def test_the_heading_that_repeats_the_title_goes_and_another_becomes_a_name() -> None:
    """Both are found; neither is read twice."""
    page = markdown_page("a.md", b"---\ntitle: Mail\nx: 1\n---\n# Mail does not arrive\n\nText.\n", KNOWN)
    assert (page.title, page.body, page.front["aliases"]) == ("Mail", "Text.", ["Mail does not arrive"])


def test_html_keeps_headings_tables_lists_code_and_loses_what_runs() -> None:
    """Scripts, frames, handlers and javascript: links are gone, and it is told."""
    html = (
        b"<html><head><title>T | Site</title></head><body><h1>Printer</h1><script>x()</script><iframe src='/'></iframe>"
        b"<p onclick='x()'>See <a href='java&#x0A;script:x()'>this</a> and <a href='b.html'>that</a>.</p><h2>Steps</h2>"
        b"<ol><li>One</li><li>Two</li></ol><pre><code class='language-sh'>ls -l\n</code></pre>"
        b"<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table></body></html>"
    )
    page = convert("a.html", html, {})
    assert page.title == "Printer"
    assert "## Steps\n\n1. One\n2. Two\n\n```sh\nls -l\n```" in page.body
    assert "| A | B |\n| --- | --- |\n| 1 | 2 |" in page.body
    assert "See this and [that](b.html)." in page.body
    assert not any(bad in page.body for bad in ("x()", "onclick", "iframe", "javascript"))
    assert page.notes == ("2 scripts and frames were not taken",)


def test_word_keeps_headings_lists_tables_and_pictures(tmp_path: Path) -> None:
    """A Word file reads like the Markdown that somebody would have written."""
    document = Document()
    document.add_heading("Set up the VPN", 0)
    document.add_heading("Before", 1)
    document.add_paragraph("Have your token.")
    document.add_paragraph("Open it", style="List Number")
    document.add_paragraph("Log in", style="List Number")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip((c for row in table.rows for c in row.cells), ("Key", "Value", "port", "443"), strict=True):
        cell.text = text
    (piece,) = gathered(tmp_path, vpn__docx=word(document)).pieces
    assert piece.draft.title == "Set up the VPN"
    assert "# Before\n\nHave your token.\n\n1. Open it\n2. Log in" in piece.draft.source
    assert "| Key | Value |\n| --- | --- |\n| port | 443 |" in piece.draft.source


def test_pdf_keeps_headings_paragraphs_lists_code_and_loses_page_numbers() -> None:
    """What is large is a heading, what stands on every page goes."""
    pdf = FPDF()
    for n in (1, 2, 3):
        pdf.add_page()
        pdf.set_font("Helvetica", size=8)
        pdf.text(10, 8, "Example Corp handbook")
        pdf.text(100, 290, f"Page {n} of 3")
        pdf.set_y(30)
        pdf.set_font("Helvetica", "B", 20)
        pdf.cell(text=f"Chapter {n}", new_x="LMARGIN", new_y="NEXT")
        pdf.set_font("Helvetica", size=11)
        pdf.multi_cell(
            0, 6, f"This is the text of chapter {n}, long enough to be broken into two lines by the page. " * 2
        )
        pdf.ln(8)
        pdf.multi_cell(0, 6, "- first\n- second")
        pdf.set_font("Courier", size=10)
        pdf.ln(4)
        pdf.multi_cell(0, 6, "ipconfig /all\nping host")
    page = convert("a.pdf", bytes(pdf.output()), {})
    assert "# Chapter 1\n\nThis is the text of chapter 1, long" in page.body
    assert "- first\n- second" in page.body
    assert "```\nipconfig /all\nping host\n```" in page.body
    assert "handbook" not in page.body
    assert "Page 2" not in page.body
    assert page.body.count("\n# ") == 2


MALLARD = """<page xmlns="http://projectmallard.org/1.0/" xmlns:if="http://projectmallard.org/if/1.0/" id="wifi">
<info><desc>Short.</desc><link type="guide" xref="net"/></info><title>Connect</title>
<p>Open <guiseq><gui>Settings</gui><gui>Wi-Fi</gui></guiseq>, press <keyseq><key>Ctrl</key><key>C</key></keyseq>,
see <link xref="net"/>.</p>
<steps><item><p>One <cmd>nmcli</cmd></p></item><item><p>Two</p><p>more</p></item></steps>
<note style="warning"><p>Careful.</p></note>
<section id="s"><title>Part</title><screen>a
b</screen><table><tr><td><p>1</p></td><td><p>2</p></td></tr></table></section>
<if:choose><if:when test="platform:x"><p>no</p></if:when><p>yes</p></if:choose></page>"""


def test_mallard_pages_keep_all_that_gnome_writes(tmp_path: Path) -> None:
    """Steps, keys, menus, notes, conditions; a guide lists the pages that belong to it."""
    guide = MALLARD.split("<info>", maxsplit=1)[0].replace("wifi", "net") + "<title>Network</title></page>"
    found = {p.draft.slug: p.draft.source for p in gathered(tmp_path, wifi__page=MALLARD, net__page=guide).pieces}
    assert "**Settings** ▸ **Wi-Fi**, press `Ctrl` + `C`, see [Network](net.md)." in found["wifi"]
    assert "1. One `nmcli`\n2. Two\n\n   more\n\n> **Warning:** Careful.\n\n## Part\n\n```\na\nb\n```" in found["wifi"]
    assert "| 1 | 2 |" in found["wifi"]
    assert "yes" in found["wifi"]
    assert "no\n" not in found["wifi"]
    assert "- [Connect](wifi.md)" in found["net"]


def test_links_between_files_lead_to_the_articles(tmp_path: Path) -> None:
    """By path, by a site's address, from folder to folder; what is not there keeps its words."""
    text = "# A\n\n[b](../two/B%20b.md#x), [b](/two/b-b), [gone](no.md), [out](https://e.com), [me](#part)"
    found = gathered(
        tmp_path, **{"one_in_a__md": text, "two_in_B b__md": "# B\n\nText.", "two_in_b-b__html": "<p>Other</p>"}
    )
    a = next(piece.draft for piece in found.pieces if piece.path == "one/a.md")
    assert a.fields["body"].startswith("[b](")
    assert "gone, [out](https://e.com), [me](a.md#part)" in a.fields["body"]
    assert any("1 links lead to what is not in the files" in note.message for note in found.notes)


def test_pictures_are_kept_by_their_hash_and_only_if_they_are_pictures(tmp_path: Path) -> None:
    """What is named .png and is none is told; one that is not there leaves no hole."""
    found = gathered(
        tmp_path, a__md="# A\n\n![x](p.png) ![y](q.png) ![z](none.png) text", p__png=PNG, q__png=b"MZ not a picture"
    )
    (piece,) = found.pieces
    (picture,) = piece.pictures
    assert f"![x]({picture.link})" in piece.draft.source
    assert "q.png" not in piece.draft.source
    assert len([note for note in found.notes if "pictures" in note.message]) == 2


def test_other_audiences_do_not_hide_an_article(tmp_path: Path) -> None:
    """`audience: ITPro` is for whom the editor said; `staff` stays staff."""
    found = gathered(
        tmp_path,
        a__md="---\ntitle: A\naudience: ITPro\nms.topic: x\n---\nText",
        b__md="---\ntitle: B\naudience: staff\nx: 1\n---\nText",
    )
    assert [piece.draft.fields["audience"] for piece in found.pieces] == ["employees", "staff"]
    assert any('"ITPro" of 1 files' in note.message for note in found.notes)


def test_runbooks_are_for_staff(tmp_path: Path) -> None:
    """Whatever their front matter says."""
    (piece,) = gathered(tmp_path, Options(kind="runbook"), CephOSDNearFull__md="# CephOSDNearFull\n\nText").pieces
    assert (piece.draft.kind, piece.draft.slug, piece.draft.fields["audience"]) == (
        "runbook",
        "cephosdnearfull",
        "staff",
    )


def test_names_come_from_paths_and_do_not_depend_on_the_order(tmp_path: Path) -> None:
    """Two of the same name are both told apart by their folders."""
    found = gathered(tmp_path, mac_in_vpn__md="# M\n\nM", win_in_vpn__md="# W\n\nW", win_in_index__md="# I\n\nI")
    assert sorted(piece.draft.slug for piece in found.pieces) == ["mac-vpn", "win", "win-vpn"]
    assert len([note for note in found.notes if 'the name "vpn"' in note.message]) == 2


@pytest.mark.parametrize("kind", ["html", "md"])
def test_a_long_document_becomes_an_article_a_chapter(tmp_path: Path, kind: str) -> None:
    """Nothing of it is lost, and each has a title of its own."""
    chapters = "".join(f"\n\n## Chapter {n}\n\n" + f"Words of {n}. " * 6_000 for n in range(1, 5))
    html = "".join(f"<h2>Chapter {n}</h2><p>" + f"Words of {n}. " * 6_000 for n in range(1, 5))
    found = gathered(
        tmp_path, **{f"manual__{kind}": f"# Manual{chapters}" if kind == "md" else f"<h1>Manual</h1>{html}"}
    )
    assert [piece.draft.slug for piece in found.pieces] == [f"manual-chapter-{n}" for n in range(1, 5)]
    assert found.pieces[0].draft.title == "Chapter 1 (Manual)"
