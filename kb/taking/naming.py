"""The name (slug) of each page, from its path alone, so that it is the same at every import."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import PurePosixPath

from kb.taking.pages import suffix

LONGEST = 80  # characters; leaves room for a part's own name in the 100 that a slug may have
INDEXES = frozenset({"index", "readme", "_index", "default", "home", "overview"})  # they are named by their folder


def slugged(text: str, longest: int = LONGEST) -> str:
    """Text as a slug, cut between words; empty where it has no Latin letter or digit."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(slug) <= longest: return slug
    return slug[: longest + 1].rsplit("-", 1)[0].strip("-")[:longest]


def names(paths: Sequence[str], taken: Collection[str]) -> dict[str, str]:
    """A slug for each path. Of those that would have the same, all are told apart by their folders.

    `taken` are slugs that belong to something else, such as Firstline's own files, which keep theirs.
    """
    depth = dict.fromkeys(paths, 1)
    for _ in range(20):
        slugs = {path: _slug(path, depth[path]) for path in paths}
        counted = Counter(slugs.values())
        clashing = [path for path in paths if counted[slugs[path]] > 1 or slugs[path] in taken]
        if not clashing: return slugs
        for path in clashing: depth[path] += 1
    return {path: _hashed(path) for path in paths if path in clashing} | {
        path: slug for path, slug in slugs.items() if path not in clashing
    }


def _slug(path: str, depth: int) -> str:
    """The name with `depth - 1` folders before it; beyond its folders with its format too, then with a hash."""
    pure = PurePosixPath(path)
    parts = [slugged(part) for part in pure.with_suffix("").parts]
    if pure.stem.lower() in INDEXES and len(parts) > 1: parts = parts[:-1]
    parts = [part for part in parts if part]
    if not parts: return _hashed(path)
    if depth > len(parts) + 1: return _hashed(path)
    slug = "-".join(parts[-depth:]) + (f"-{suffix(path)[1:]}" if depth > len(parts) else "")
    return slug if len(slug) <= LONGEST else _hashed(path, slug)


def _hashed(path: str, slug: str = "page") -> str:
    mark = hashlib.sha256(path.encode()).hexdigest()[:8]
    return f"{slugged(slug, LONGEST - 9)}-{mark}"
