"""A folder, an archive or a file to what is to be saved of it, and what is to be told of it. Nothing is saved here."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path, PurePosixPath
from posixpath import normpath
from urllib.parse import unquote

from core.errors import BadInput
from core.files import Problem
from kb.articles import RUNBOOK, Article
from kb.files import LINK as KEPT_LINK
from kb.files import Picture, picture
from kb.taking.converting import SECONDS, Converter
from kb.taking.linking import Linking, Lost, Places, Target
from kb.taking.markdown import OWN, markdown_page
from kb.taking.naming import names
from kb.taking.pages import CONVERTED, MARKDOWN, PICTURES, RECIPES, LeftOut, Options, Page, suffix
from kb.taking.pieces import Gathered, Piece
from kb.taking.prose import on_prose
from kb.taking.recipes import recipe_of
from kb.taking.splitting import parts
from kb.taking.walking import Found, walk
from kb.writing import Draft, article_draft, article_source

EXPORT = ".firstline.json"  # lies in a folder that `firstline kb export` wrote; its files are taken as they are
TOLD_KEYS = 12  # of other systems' front matter, the most frequent ones
MAX_TITLE, MAX_CATEGORY, MAX_OWNER = 150, 40, 100  # characters, as in the front matter
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
        self._keys: Counter[str] = Counter()
        self._audiences: Counter[str] = Counter()
        self._kinds: Counter[str] = Counter()

    def leave(self, path: str, reason: str, line: int = 1) -> None:
        """Tell that a file is not taken."""
        self._gathered.left.append(Problem(file=path, line=line, message=reason))

    def _tell(self, path: str, what: str) -> None:
        self._gathered.notes.append(Problem(file=path, line=1, message=what))

    def all(self, files: Sequence[Found], note: Note, *, exported: bool) -> Gathered:
        """Read, name, link and write all."""
        beside = {found.path: found for found in files}
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
        self, files: Sequence[Found], beside: Mapping[str, Found], note: Note, *, exported: bool
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
                else: pages += [page] if page else []
            note(len(wanted), max(len(wanted), 1))
        return pages

    def _page(
        self, found: Found, beside: Mapping[str, Found], converter: Converter, *, exported: bool
    ) -> Page | None:
        """The page of a file; None for a recipe, which is saved as it is, and for what is told all together."""
        kind = suffix(found.path) if suffix(found.path) in self._formats else "other"
        self._gathered.files += 1
        data = found.read() if kind in EVERY else b""
        self._hashes[found.path] = hashlib.sha256(data).hexdigest()
        if kind in MARKDOWN: return markdown_page(found.path, data, self._options.audiences, own=exported)
        if kind in CONVERTED: return converter.page(found.path, data, _included(found.path, beside))
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
            return parts(page)
        except LeftOut as error:
            self.leave(page.path, str(error), error.line)
            return ()

    def _piece(self, slug: str, name: str, page: Page, places: Places, beside: Mapping[str, Found]) -> None:
        shown: dict[str, Picture] = {}
        lost = Lost()

        def pictured(target: str) -> Picture | None:
            found = self._picture(page, target, beside, lost)
            if found: shown[found.hash] = found
            return found

        linking = Linking(
            page=page, slug=slug, places=places, picture=pictured, site=self._options.site, own=bool(page.source)
        )
        made = self._own_draft(page, linking, lost) if page.source else self._draft(slug, page, linking, lost)
        where = f"{page.path}#{name}" if name else page.path
        for what in (*page.notes, *_lost(lost)): self._tell(page.path, what)
        if isinstance(made, Draft):
            self._gathered.pieces.append(
                Piece(path=where, draft=made, hash=self._hashes[page.path], pictures=tuple(shown.values()))
            )
        else: self.leave(where, made)

    def _own_draft(self, page: Page, linking: Linking, lost: Lost) -> Draft | str:
        at = page.source.rfind(page.body)
        linked = linking.linked(page.body, lost)
        source = page.source[:at] + linked + page.source[at + len(page.body) :] if at >= 0 else page.source
        made = article_draft(page.path, source)
        if isinstance(made, list): return made[0].message
        if page.front["audience"] not in self._options.audiences:
            self._tell(page.path, f'its audience "{page.front["audience"]}" is none of this desk; nobody will see it')
        return made

    def _draft(self, slug: str, page: Page, linking: Linking, lost: Lost) -> Draft | str:
        body = on_prose(linking.linked(page.body, lost), _tidy).strip()
        try:
            made = article_draft(f"{slug}.md", article_source(self._article(slug, page, body)))
        except BadInput as error:
            return str(error)
        return made if isinstance(made, Draft) else made[0].message

    def _article(self, slug: str, page: Page, body: str) -> Article:
        front, options = page.front, self._options
        for key in front.keys() - OWN: self._keys[str(key)] += 1
        category, owner = front.get("category"), front.get("owner")
        runbook = options.kind == RUNBOOK
        return Article(
            slug=slug, title=_title(page.title), body=body, kind=options.kind,
            audience="staff" if runbook else self._audience(front.get("audience")),
            category=_short(category, MAX_CATEGORY).lower() or options.category,
            owner=_short(owner, MAX_OWNER) or options.owner,
            aliases=tuple(dict.fromkeys(_title(one) for one in front.get("aliases", []) if one))[:50],
        )  # fmt: skip

    def _audience(self, given: object) -> str:
        named = [str(one).strip() for one in (given if isinstance(given, list) else [given]) if one]
        known = next((one for one in named if one in self._options.audiences), "")
        if named and not known: self._audiences[named[0]] += 1
        return known or self._options.audience

    def _picture(self, page: Page, target: str, beside: Mapping[str, Found], lost: Lost) -> Picture | None:
        if target in page.pictures: return picture(f"{PurePosixPath(page.path).stem}-{target}", page.pictures[target])
        found = _beside(page.path, target, beside)
        if found is None: return None
        try:
            made = picture(PurePosixPath(found.path).name, found.read())
        except LeftOut:
            made = None
        if made is None: lost.kinds.append(target)
        return made

    def _sum_up(self) -> None:
        """What is told once for all files."""
        if self._keys:
            told = ", ".join(f"{key} ({count})" for key, count in self._keys.most_common(TOLD_KEYS))
            self._tell("all files", f"front matter that means nothing here was left out: {told}")
        for audience, count in self._audiences.most_common(TOLD_KEYS):
            told = f'the audience "{audience}" of {count} files is not known; they are for {self._options.audience}'
            self._tell("all files", told)
        for kind, count in self._kinds.most_common():
            self._tell("all files", f"{count} files of a kind that is not read: {kind}")


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


def _short(value: object, most: int) -> str:
    """A text of the front matter; empty where it is none, or longer than Firstline keeps."""
    text = value.strip() if isinstance(value, str) else ""
    return text if len(text) <= most else ""


def _tidy(prose: str) -> str:
    """Without the gaps that pictures left which are not there."""
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"^[ \t]+$", "", prose, flags=re.MULTILINE))


def _title(title: str) -> str:
    words = " ".join(title.split())
    return words if len(words) <= MAX_TITLE else words[: MAX_TITLE - 1].rsplit(" ", 1)[0] + "…"


def _joined(slug: str, name: str) -> str:
    return f"{slug}-{name}"[:100].strip("-") if name else slug


def _included(path: str, beside: Mapping[str, Found]) -> dict[str, bytes]:
    """The XML files in the folder of a Mallard page; others include nothing."""
    if suffix(path) != ".page": return {}
    folder = PurePosixPath(path).parent
    own = (
        found
        for found in beside.values()
        if suffix(found.path) == ".xml" and PurePosixPath(found.path).parent == folder
    )
    return {PurePosixPath(found.path).name: found.read() for found in own}


def _beside(path: str, target: str, beside: Mapping[str, Found]) -> Found | None:
    """The file of the set that a picture's target names, from the file's folder or from the top."""
    bare = unquote(target.split("#", maxsplit=1)[0].split("?", maxsplit=1)[0])
    if KEPT_LINK.fullmatch(bare) and bare in beside: return beside[bare]
    places = [normpath((PurePosixPath(path).parent / bare.lstrip("/")).as_posix()), normpath(bare.lstrip("/"))]
    return next((beside[place] for place in places if place in beside), None)


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
