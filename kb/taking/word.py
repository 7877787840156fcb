"""Word files to Markdown. Macros and what stands outside of the file are never opened."""

import io
import zipfile
import zlib
from dataclasses import replace
from pathlib import PurePosixPath

import mammoth  # type: ignore[import-untyped]  # it has no types
from bs4 import BeautifulSoup

from kb.taking.html import page_of
from kb.taking.pages import LeftOut, Page
from kb.taking.walking import refusal

MAX_UNPACKED = 300_000_000  # bytes
STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Code'] => pre:separator('\\n')
p[style-name='HTML Preformatted'] => pre:separator('\\n')
p[style-name='macro'] => pre:separator('\\n')
r[style-name='Code'] => code
r[style-name='HTML Code'] => code
"""
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the old binary format, which also wraps what has a password


def word_page(path: str, data: bytes) -> Page:
    """A .docx or .docm file as a page.

    Raises:
        LeftOut: it has a password, is damaged, or was made to do harm.
    """
    if data.startswith(OLE): raise LeftOut("is protected by a password, or an old .doc file; save it as .docx without")
    macros = _checked(data)
    try:
        made = mammoth.convert_to_html(io.BytesIO(data), style_map=STYLES, include_default_style_map=True)
    except (zipfile.BadZipFile, KeyError, ValueError, AttributeError, IndexError, TypeError) as error:
        raise LeftOut(f"cannot be read as a Word file ({error})") from None
    page = page_of(path, BeautifulSoup(made.value, "html.parser"), manual=True)
    told = ("its macros were not taken",) if macros else ()
    return replace(page, notes=(*page.notes, *told))


def _checked(data: bytes) -> bool:
    """Whether it has macros."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            members = file.infolist()
            if sum(one.file_size for one in members) > MAX_UNPACKED or any(refusal(one) for one in members):
                raise LeftOut("is packed in a way that is not safe to open")
            for one in members:
                if PurePosixPath(one.filename).suffix in (".xml", ".rels") and _has_entities(file, one):
                    raise LeftOut("declares XML entities, which no Word file needs; it is not opened")
            return any(one.filename.lower().endswith("vbaproject.bin") for one in members)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise LeftOut(f"cannot be read as a Word file ({error})") from None


def _has_entities(file: zipfile.ZipFile, one: zipfile.ZipInfo) -> bool:
    with file.open(one) as part: head = part.read(4_000).replace(b"\0", b"")
    return b"<!DOCTYPE" in head or b"<!ENTITY" in head
