"""Links and pictures of a set of pages: to each other by `slug.md`, to pictures by their hash, elsewhere by address."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from posixpath import normpath
from urllib.parse import unquote, urljoin

from kb.files import Picture
from kb.taking.naming import INDEXES
from kb.taking.pages import Page
from kb.taking.prose import on_prose

LINK = re.compile(
    r"(?<!\\)(!?)\[((?:[^\[\]\\]|\\.|!?\[[^\[\]]{0,500}\]){0,1500})\]"
    r"\([ \t]*+(<[^<>\n]{0,2000}>|(?:[^\s()\\<]|\\.|\([^\s()]{0,500}\)){0,3000})"
    r"(?:[ \t]+(\"[^\"\n]{0,500}\"|'[^'\n]{0,500}'))?[ \t]*\)"
)
ELSEWHERE = re.compile(r"(?:https?:)?//|mailto:", re.IGNORECASE)
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An article that a link may lead to."""

    slug: str
    title: str


@dataclass(slots=True, kw_only=True)
class Lost:
    """What a page's links and pictures lead to that is not there."""

    links: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)


class Places:
    """Where the pages of a set are: by path, and by the addresses that a site would give them."""

    def __init__(self) -> None:
        """Know none yet."""
        self.slugs: set[str] = set()
        self._paths: dict[str, Target] = {}
        self._addresses: dict[str, Target | None] = {}

    def add(self, page: Page, target: Target) -> None:
        """A page, by its path, its permalink, and the addresses that lead to it now."""
        self._paths[page.path] = target
        self.slugs.add(target.slug)
        for address in (
            page.front.get("permalink"),
            *_texts(page.front.get("redirect_from")),
            *_texts(page.front.get("aliases")),
        ):
            if isinstance(address, str) and address.startswith("/"): self._addresses[_bare(address)] = target
        parts = _bare(page.path).split("/")
        for n in range(len(parts)):
            tail = "/".join(parts[n:])
            self._addresses[tail] = None if tail in self._addresses and self._addresses[tail] != target else target

    def find(self, path: str, link: str) -> Target | None:
        """The page that a link in the file of a path leads to."""
        bare = unquote(re.split(r"[?#]", link, maxsplit=1)[0])
        if not bare or SCHEME.match(bare) or bare.startswith("//"): return None
        if bare.startswith(("/", "~/")): return self._addresses.get(_bare(bare.removeprefix("~")))
        return next((found for place in _places(path, bare) if (found := self._at(place))), None)

    def _at(self, place: str) -> Target | None:
        if place in self._paths: return self._paths[place]
        ways = (
            f"{place}{ending}"
            for ending in (".md", ".html", ".page", ".htm", "/index.md", "/README.md", "/_index.md", "/index.html")
        )
        bare = PurePosixPath(place).with_suffix("").as_posix() if PurePosixPath(place).name else place
        return next((self._paths[way] for way in (*ways, f"{bare}.md") if way in self._paths), None)


def _texts(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _places(path: str, link: str) -> Iterable[str]:
    """Where a relative link may lead: beside its file, or beside the folder that a site makes of the file."""
    folder = PurePosixPath(path).parent
    for base in (folder, folder / PurePosixPath(path).stem):
        place = normpath((base / link).as_posix())
        if not place.startswith(".."): yield place


def _bare(path: str) -> str:
    """An address without slashes around, ending, and index."""
    pure = PurePosixPath(path.strip("/") or "index")
    bare = pure.with_suffix("") if pure.suffix.lower() in (".md", ".markdown", ".html", ".htm", ".page") else pure
    if bare.name.lower() in INDEXES and len(bare.parts) > 1: bare = bare.parent
    return bare.as_posix().lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Linking:
    """How the links of one page are written anew.

    `picture` gives the picture for a target, or None; `own` leaves alone what is not found, in Firstline's own files;
    in those of an export every link stays.
    """

    page: Page
    slug: str
    places: Places
    picture: Callable[[str], Picture | None]
    site: str = ""
    own: bool = False

    def linked(self, body: str, lost: Lost) -> str:
        """The body with its links; what leads nowhere is noted."""
        return on_prose(body, lambda prose: self._all(prose, lost))

    def _all(self, prose: str, lost: Lost) -> str:
        return LINK.sub(lambda found: self._picture(found, lost) if found[1] else self._link(found, lost), prose)

    def _link(self, found: re.Match[str], lost: Lost) -> str:
        words, target = self._all(found[2], lost), found[3].strip("<>")
        if self.page.exact: return found[0].replace(found[2], words, 1)
        if ELSEWHERE.match(target):
            return found[0] if words == found[2] and (words or self.own) else f"[{words or target}]({found[3]})"
        new = self._address(target)
        if new is not None:
            place = self.places.find(self.page.path, target)
            return found[0] if new == target and words else f"[{words or (place.title if place else new)}]({new})"
        if self.own: return found[0]
        if target: lost.links.append(target)
        return words

    def _address(self, target: str) -> str | None:
        _, mark, part = target.partition("#")
        if target.startswith("#"): return target if self.own else f"{self.slug}.md{target}"
        if self.own and target.partition("#")[0].removesuffix(".md") in self.places.slugs: return target
        place = self.places.find(self.page.path, target)
        if place: return f"{place.slug}.md{mark}{part}"
        if self.own or SCHEME.match(target) or not self.site or not target: return None
        return urljoin(self.site, target)

    def _picture(self, found: re.Match[str], lost: Lost) -> str:
        target = found[3].strip("<>")
        if ELSEWHERE.match(target): return found[0]
        picture = self.picture(target)
        if picture: return found[0] if picture.link == target else f"![{found[2]}]({picture.link})"
        if self.own: return found[0]
        if self.site and not SCHEME.match(target) and target not in self.page.pictures:
            return f"![{found[2]}]({urljoin(self.site, target)})"
        lost.pictures.append(target)
        return ""
