"""Every file of a folder, of a zip archive, or one file alone, within limits; nothing is unpacked to a disk."""

import lzma
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from core.errors import BadInput
from kb.taking.pages import LeftOut

MAX_FILE = 64_000_000  # bytes; a manual of 50 MB is taken
MAX_ARCHIVE = 1_000_000_000  # bytes that all files of an archive have together
MAX_MEMBERS = 50_000
MAX_RATIO = 200  # text packs up to some 20 times; what grows more is made to fill a disk
SMALL = 1_000_000  # bytes; below, the ratio does not matter
SKIPPED = frozenset({"node_modules", "__pycache__", "__MACOSX"})
UNPACKING = (  # what a damaged archive may raise
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, NotImplementedError, RuntimeError, EOFError, OSError,
)  # fmt: skip

Left = Callable[[str, str], None]  # told the path of a file, and why it is not taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file: its path below what was given, with slashes; `read` gives its bytes or raises LeftOut."""

    path: str
    read: Callable[[], bytes]


def walk(source: Path, left: Left) -> list[Found]:
    """The files of a folder or archive in the order of their paths; a single file is a folder of one.

    Raises:
        BadInput: there is no such file or folder, or the archive cannot be read.
    """
    if source.is_dir(): return sorted(_folder(source, left), key=lambda found: found.path)
    if not source.is_file(): raise BadInput(f"{source}: there is no such file or folder.")
    if source.suffix.lower() != ".zip": return [Found(path=source.name, read=lambda: _bytes(source))]
    return sorted(_archive(source, left), key=lambda found: found.path)


def _folder(source: Path, left: Left) -> Iterator[Found]:
    def unread(error: OSError) -> None:
        left(_below(Path(error.filename), source), f"cannot be read ({error.strerror})")

    for place, folders, names in os.walk(source, onerror=unread):
        below = Path(place)
        for name in folders:
            if (below / name).is_symlink(): left(_below(below / name, source), "is a link to another place")
        folders[:] = [name for name in folders if not _hidden(name) and not (below / name).is_symlink()]
        for path in (below / name for name in names if not _hidden(name)):
            if path.is_symlink(): left(_below(path, source), "is a link to another place")
            elif path.is_file(): yield Found(path=_below(path, source), read=lambda path=path: _bytes(path))  # type: ignore[misc]  # a default argument keeps the loop's value


def _below(path: Path, source: Path) -> str:
    return path.relative_to(source).as_posix().encode("utf-8", "replace").decode()


def _hidden(name: str) -> bool:
    return name.startswith((".", "~$")) or name in SKIPPED


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE: raise LeftOut(_too_large(path.stat().st_size))
        return path.read_bytes()
    except OSError as error:
        raise LeftOut(f"cannot be read ({error.strerror})") from None


def _too_large(size: int) -> str:
    return f"has {size / 1e6:,.0f} MB, and up to {MAX_FILE / 1e6:.0f} MB are taken; split it"


def _archive(source: Path, left: Left) -> Iterator[Found]:
    try:
        archive = zipfile.ZipFile(source)
    except (*UNPACKING, ValueError) as error:
        raise BadInput(f"{source}: cannot be read as a zip archive ({error}).") from None
    members = [one for one in archive.infolist() if not one.is_dir()]
    if len(members) > MAX_MEMBERS: raise BadInput(f"{source}: has more than {MAX_MEMBERS:,} files; split it.")
    if sum(one.file_size for one in members) > MAX_ARCHIVE:
        raise BadInput(f"{source}: has more than {MAX_ARCHIVE / 1e9:.0f} GB when it is unpacked; split it.")
    seen: set[str] = set()
    for one in members:
        if any(_hidden(part) for part in PurePosixPath(one.filename).parts if part != ".."): continue
        reason = "is in the archive twice; the first is taken" if one.filename in seen else refusal(one)
        seen.add(one.filename)
        if reason: left(one.filename, reason)
        else: yield Found(path=one.filename, read=lambda one=one: member(archive, one))  # type: ignore[misc]  # as above


def refusal(one: zipfile.ZipInfo) -> str:
    """Why a file of an archive is not opened; empty if it may be."""
    parts = PurePosixPath(one.filename.replace("\\", "/")).parts
    if ".." in parts or one.filename.startswith(("/", "\\")) or ":" in one.filename[:2]:
        return "has a path that leads out of the archive"
    if stat.S_ISLNK(one.external_attr >> 16): return "is a link to another place"
    if one.flag_bits & 1: return "is protected by a password"
    if one.file_size > MAX_FILE: return _too_large(one.file_size)
    if one.file_size > SMALL and one.file_size > MAX_RATIO * max(one.compress_size, 1):
        return f"grows more than {MAX_RATIO} times when it is unpacked"
    return ""


def member(archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> bytes:
    """The bytes of a file in an archive, never more than it says that it has."""
    try:
        with archive.open(one) as file: return file.read(min(one.file_size, MAX_FILE))
    except UNPACKING as error:
        raise LeftOut(f"cannot be unpacked ({error})") from None
