"""What a page takes from the files beside it: pictures, and the XML that pages of Mallard include."""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from posixpath import normpath
from urllib.parse import unquote

from kb.files import LINK as KEPT_LINK
from kb.files import Picture, picture
from kb.taking.linking import Lost
from kb.taking.pages import LeftOut, Page, suffix
from kb.taking.walking import Found

MAX_INCLUDED = 5_000_000  # bytes of all XML files that one page names; they hold a few sentences each
_NAMED = re.compile(rb"""\bhref\s*=\s*["']([^"'<>]{1,200})["']""")


class Beside:
    """All files of a set, by path."""

    def __init__(self, files: Mapping[str, Found]) -> None:
        """Take the files; those that pages include are read once."""
        self._files = files
        self._read: dict[str, bytes] = {}

    def included(self, path: str, data: bytes) -> dict[str, bytes]:
        """The XML files that a Mallard page names, from its own folder. What cannot be read stays out of the page."""
        if suffix(path) != ".page": return {}
        folder, found, room = PurePosixPath(path).parent, dict[str, bytes](), MAX_INCLUDED
        for name in sorted({one.decode("utf-8", "replace") for one in _NAMED.findall(data)}):
            text = self._xml((folder / name).as_posix()) if suffix(name) == ".xml" and "/" not in name else b""
            if not text or len(text) > room: continue
            found[name] = text
            room -= len(text)
        return found

    def _xml(self, path: str) -> bytes:
        if path not in self._read: self._read[path] = self._bytes(path)
        return self._read[path]

    def _bytes(self, path: str) -> bytes:
        try:
            data = self._files[path].read() if path in self._files else b""
        except LeftOut:
            return b""
        return data if len(data) <= MAX_INCLUDED else b""

    def picture(self, page: Page, target: str, lost: Lost) -> Picture | None:
        """The picture that a page names, from inside of its file or from beside it."""
        if target in page.pictures: return picture(f"{PurePosixPath(page.path).stem}-{target}", page.pictures[target])
        found = self._found(page.path, target)
        if found is None: return None
        try:
            made = picture(PurePosixPath(found.path).name, found.read())
        except LeftOut:
            made = None
        if made is None: lost.kinds.append(target)
        return made

    def _found(self, path: str, target: str) -> Found | None:
        """The file that a picture's target names, from the page's folder or from the top."""
        bare = unquote(target.split("#", maxsplit=1)[0].split("?", maxsplit=1)[0])
        if KEPT_LINK.fullmatch(bare) and bare in self._files: return self._files[bare]
        places = [normpath((PurePosixPath(path).parent / bare.lstrip("/")).as_posix()), normpath(bare.lstrip("/"))]
        return next((self._files[place] for place in places if place in self._files), None)
