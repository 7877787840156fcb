"""A folder, an archive or a file to what is to be saved of it, and what is to be told of it. Nothing is saved here."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path, PurePosixPath
from posixpath import normpath

from core.errors import BadInput
from core.files import Problem
from kb.files import Picture
from kb.taking.beside import Beside
from kb.taking.converting import SECONDS, Converter
from kb.taking.layout import EXPORT
from kb.taking.linking import Linking, Lost, Places, Target
from kb.taking.making import Making
from kb.taking.markdown import markdown_page
from kb.taking.naming import names
from kb.taking.pages import CONVERTED, MARKDOWN, PICTURES, RECIPES, LeftOut, Options, Page, suffix
from kb.taking.pieces import Gathered, Piece
from kb.taking.recipes import recipe_of
from kb.taking.splitting import parts
from kb.taking.walking import Found, walk

TOLD_KEYS = 12  # of other systems' front matter, the most frequent ones
EVERY = MARKDOWN | CONVERTED | RECIPES
Note = Callable[[int, int], None]


def gather(
    source: Path, options: Options, note: Note = lambda _done, _all: None, *, seconds: float = SECONDS,
    formats: frozenset[str] = EVERY,
) -> Gathered:
    """Read every file of a source. A file that cannot be taken is told, and the others go on.

    `seconds` is the time that one file may take to read; `formats` are those that are read.

    Raises:
        BadInput: there is no such source, or an option is not sound.
    """
    if options.audience not in options.audiences:
        raise BadInput(f'"{options.audience}" is no audience here; there are {", ".join(sorted(options.audiences))}.')
    gathering = _Gathering(options, seconds, formats)
    return gathering.all(walk(source, gathering.leave), note, exported=_exported(source))


def _exported(source: Path) -> bool:
    if source.is_dir(): return (source / EXPORT).is_file()
    from zipfile import ZipFile

    if source.suffix.lower() != ".zip": return False
    with ZipFile(source) as archive: return EXPORT in archive.namelist()


class _Gathering:
    """One run."""

    def __init__(self, options: Options, seconds: float, formats: frozenset[str]) -> None:
        self._options, self._seconds, self._formats = options, seconds, formats
        self._hashes: dict[str, str] = {}
        self._gathered = Gathered()
        self._making = Making(options, self._tell)
        self._kinds: Counter[str] = Counter()

    def leave(self, path: str, reason: str, line: int = 1) -> None:
        """Tell that a file is not taken."""
        self._gathered.left.append(Problem(file=path, line=line, message=reason))

    def _tell(self, path: str, what: str) -> None:
        self._gathered.notes.append(Problem(file=path, line=1, message=what))

    def all(self, files: Sequence[Found], note: Note, *, exported: bool) -> Gathered:
        """Read, name, link and write all."""
        beside = Beside({found.path: found for found in files})
        pages = self._pages(files, beside, note, exported=exported)
        slugs = self._named(pages)
        shown = _listed(pages)
        chapters = [(slugs[page.path], list(self._parts(page))) for page in shown if page.path in slugs]
        places = Places()
        for slug, found in chapters:
            for name, part in found[:1]: places.add(part, Target(slug=_joined(slug, name), title=part.title))
        for slug, found in chapters:
            for name, part in found: self._piece(_joined(slug, name), name, part, places, beside)
        self._sum_up()
        return self._gathered

    def _pages(
        self, files: Sequence[Found], beside: Beside, note: Note, *, exported: bool
    ) -> list[Page]:
        wanted = [found for found in files if suffix(found.path) not in PICTURES]
        pages: list[Page] = []
        with ExitStack() as stack:
            converter = stack.enter_context(Converter(self._seconds))
            for n, found in enumerate(wanted):
                note(n, len(wanted))
                try:
                    page = self._page(found, beside, converter, exported=exported)
                except LeftOut as error:
                    self.leave(found.path, str(error), error.line)
                except Exception as error:  # noqa: BLE001 - what nobody thought of; the file is told, the rest goes on
                    self.leave(found.path, _unforeseen(error))
                else: pages += [page] if page else []
            note(len(wanted), max(len(wanted), 1))
        return pages

    def _page(
        self, found: Found, beside: Beside, converter: Converter, *, exported: bool
    ) -> Page | None:
        """The page of a file; None for a recipe, which is saved as it is, and for what is told all together."""
        kind = suffix(found.path) if suffix(found.path) in self._formats else "other"
        self._gathered.files += 1
        data = found.read() if kind in EVERY else b""
        self._hashes[found.path] = hashlib.sha256(data).hexdigest()
        if kind in MARKDOWN: return markdown_page(found.path, data, self._options.audiences, own=exported)
        if kind in CONVERTED: return converter.page(found.path, data, beside.included(found.path, data))
        if kind in RECIPES:
            draft = recipe_of(found.path, data)
            if draft:
                self._gathered.pieces.append(Piece(path=found.path, draft=draft, hash=self._hashes[found.path]))
                return None
        self._unread(found)
        return None

    def _unread(self, found: Found) -> None:
        kind = suffix(found.path)
        if kind == ".zip": raise LeftOut("is an archive in a folder or archive; unpack it first")
        if kind in (".doc", ".rtf", ".odt"): raise LeftOut(f"is a {kind} file; save it as .docx")
        if kind != ".xml": self._kinds[kind or PurePosixPath(found.path).name] += 1
        self._gathered.files -= 1

    def _named(self, pages: Sequence[Page]) -> dict[str, str]:
        """A slug for each page; Firstline's own keep theirs, and the second of the same is left out."""
        own: dict[str, str] = {}
        taken: dict[tuple[str, str], str] = {}
        for page in pages:
            if not page.source: continue
            key = (page.front["kind"], page.front["slug"])
            first = taken.setdefault(key, page.path)
            if first != page.path: self.leave(page.path, f'the {key[0]} "{key[1]}" is already in {first}')
            else: own[page.path] = page.front["slug"]
        others = [page.path for page in pages if not page.source]
        named = names(others, {*own.values(), *self._options.taken})
        for path in others:
            alone = names([path], ())[path]
            if named[path] != alone:
                self._tell(path, f'the name "{alone}" is that of others too; it is "{named[path]}"')
        return own | named

    def _parts(self, page: Page) -> Iterable[tuple[str, Page]]:
        if not page.body.strip():
            self.leave(page.path, "has no text")
            return ()
        try:
            found = parts(page)
        except LeftOut as error:
            self.leave(page.path, str(error), error.line)
            return ()
        if self._options.whole and len(found) > 1:
            self.leave(page.path, "is longer than one article; split it, for each file here is one article")
            return ()
        return found

    def _piece(self, slug: str, name: str, page: Page, places: Places, beside: Beside) -> None:
        shown: dict[str, Picture] = {}
        lost = Lost()

        def pictured(target: str) -> Picture | None:
            found = beside.picture(page, target, lost)
            if found: shown[found.hash] = found
            return found

        linking = Linking(
            page=page, slug=slug, places=places, picture=pictured, site=self._options.site, own=bool(page.source)
        )
        where = f"{page.path}#{name}" if name else page.path
        try:
            draft, loses = self._making.draft(slug, page, linking, lost)
        except LeftOut as error:
            self.leave(where, str(error))
        except Exception as error:  # noqa: BLE001 - as above
            self.leave(where, _unforeseen(error))
        else:
            own = tuple(shown.values())
            piece = Piece(path=where, draft=draft, hash=self._hashes[page.path], pictures=own, loses=loses)
            self._gathered.pieces.append(piece)
        for what in (*page.notes, *_lost(lost)): self._tell(page.path, what)

    def _sum_up(self) -> None:
        """What is told once for all files."""
        if self._making.keys:
            told = ", ".join(f"{key} ({count})" for key, count in self._making.keys.most_common(TOLD_KEYS))
            self._tell("all files", f"front matter that means nothing here was left out: {told}")
        for audience, count in self._making.audiences.most_common(TOLD_KEYS):
            told = f'the audience "{audience}" of {count} files is not known; they are for {self._options.audience}'
            self._tell("all files", told)
        for kind, count in self._kinds.most_common():
            self._tell("all files", f"{count} files of a kind that is not read: {kind}")


def _unforeseen(error: Exception) -> str:
    return f"cannot be read ({type(error).__name__}: {' '.join(str(error).split())[:200]})"


def _lost(lost: Lost) -> Iterable[str]:
    """What a page leads to that is not there, a sentence each."""
    if lost.links:
        yield f"{len(lost.links)} links lead to what is not in the files; their words stay: {_few(lost.links)}"
    missing = [one for one in lost.pictures if one not in lost.kinds]
    if missing: yield f"{len(missing)} pictures are not in the files: {_few(missing)}"
    if lost.kinds: yield f"{len(lost.kinds)} pictures are of a kind that is not kept, or too large: {_few(lost.kinds)}"


def _few(what: Sequence[str]) -> str:
    kept = list(dict.fromkeys(one[:120] for one in what))
    return ", ".join(kept[:3]) + (f" and {len(kept) - 3} more" if len(kept) > 3 else "")  # noqa: PLR2004 - three are an example


def _joined(slug: str, name: str) -> str:
    return f"{slug}-{name}"[:100].strip("-") if name else slug


def _listed(pages: Sequence[Page]) -> list[Page]:
    """Pages with, at the end of each guide, links to the pages that belong to it and that it does not name itself."""
    below: dict[str, list[Page]] = {}
    for page in pages:
        for guide in page.guides:
            place = normpath((PurePosixPath(page.path).parent / guide.split("#")[0]).as_posix())
            if place != page.path: below.setdefault(place, []).append(page)
    return [_with_list(page, below[page.path]) if page.path in below else page for page in pages]


def _with_list(page: Page, members: Sequence[Page]) -> Page:
    rows = []
    for one in sorted(members, key=lambda one: one.title):
        target = PurePosixPath(one.path).name
        if f"({target})" not in page.body: rows.append(f"- [{one.title}]({target})")
    return replace(page, body="\n\n".join(part for part in (page.body, "\n".join(dict.fromkeys(rows))) if part))
