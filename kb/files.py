"""Pictures that articles show: each kept once, by the hash of its bytes, and named by it in Markdown."""

import hashlib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import Database, insert
from core.errors import NotFound
from kb.loading import generation, published
from kb.tables import FileRow, RevisionRow

MAX_PICTURE = 10_000_000  # bytes; Slack shows none that is larger, and a page with one is slow
LINK = re.compile(r"files/([0-9a-f]{64})\.(png|jpg|gif|webp)")
KINDS = {  # how its first bytes tell it, whatever its name says; SVG is none: it can hold scripts
    "png": ("image/png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    "jpg": ("image/jpeg", re.compile(rb"\xff\xd8\xff")),
    "gif": ("image/gif", re.compile(rb"GIF8[79]a")),
    "webp": ("image/webp", re.compile(rb"RIFF....WEBP", re.DOTALL)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture: its bytes, what kind it is, and the name that it came with."""

    hash: str
    ending: str
    name: str
    data: bytes

    @property
    def link(self) -> str:
        """What Markdown names it by."""
        return f"files/{self.hash}.{self.ending}"

    @property
    def media_type(self) -> str:
        """Such as `image/png`."""
        return KINDS[self.ending][0]


def picture(name: str, data: bytes) -> Picture | None:
    """Bytes as a picture; None if they are none that is kept."""
    ending = next((ending for ending, (_, sign) in KINDS.items() if sign.match(data)), "")
    if not ending or len(data) > MAX_PICTURE: return None
    return Picture(hash=hashlib.sha256(data).hexdigest(), ending=ending, name=name[-200:], data=data)


def shown(text: str) -> set[str]:
    """The hashes of the pictures that a Markdown text names."""
    return {found[1] for found in LINK.finditer(text)}


def keep(session: Session, pictures: Iterable[Picture], now: datetime) -> None:
    """Keep pictures that are not kept yet, in the caller's transaction."""
    for one in pictures:
        values = {"hash": one.hash, "name": one.name, "media_type": one.media_type, "data": one.data, "added_at": now}
        session.execute(insert(session, FileRow).values(values).on_conflict_do_nothing())


class Files:
    """Reads pictures."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database
        self._seen: tuple[int, dict[str, frozenset[str]]] = (-1, {})  # replaced as a whole, for several threads

    def get(self, name: str, audiences: Collection[str] | None = None) -> Picture:
        """A picture by the last part of its link, such as `<hash>.png`.

        With `audiences` it is one that something published shows which they may see.

        Raises:
            NotFound: there is none; says the same of a hidden one.
        """
        found = LINK.fullmatch(f"files/{name}")
        kept = self.of({found[1]}) if found else []
        if not kept or not (audiences is None or self.shown_to(kept[0], audiences)):
            raise NotFound("There is no such picture.")
        return kept[0]

    def shown_to(self, one: Picture, audiences: Collection[str]) -> bool:
        """Whether something published shows it that one of the audiences may see."""
        return not self._audiences().get(one.hash, frozenset()).isdisjoint(audiences)

    def _audiences(self) -> dict[str, frozenset[str]]:
        """Who may see each picture, by its hash; read anew when something was published."""
        with self._database.reading() as session:
            number = generation(session)
            if self._seen[0] != number: self._seen = (number, _audiences(session))
            return self._seen[1]

    def of(self, hashes: Iterable[str]) -> list[Picture]:
        """Those of some hashes that there are."""
        query = select(FileRow).where(FileRow.hash.in_(sorted(hashes))).order_by(FileRow.hash)
        with self._database.reading() as session: return [_picture(row) for row in session.scalars(query)]


def _audiences(session: Session) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for _, revision in session.execute(published().where(RevisionRow.source.contains("files/"))):
        for one in shown(revision.source): found.setdefault(one, set()).add(revision.fields["audience"])
    return {one: frozenset(audiences) for one, audiences in found.items()}


def _picture(row: FileRow) -> Picture:
    ending = next(ending for ending, (media_type, _) in KINDS.items() if media_type == row.media_type)
    return Picture(hash=row.hash, ending=ending, name=row.name, data=row.data)
