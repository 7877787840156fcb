"""What the use cases stand on, and the small things that all of them do."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy.orm import Session

from bot.confidence import Confidence
from bot.question import Link, Quote
from bot.replies import Replies
from classifier.model import Classifier
from core import people
from core.clock import Clock
from core.db import Database
from core.encoder import Encoder, Vectors
from core.errors import NotFound
from core.people import EMPLOYEES, PUBLIC, Action, Person, Role
from core.people import STAFF as STAFF_ONLY
from handoff.actions.calling import Automation, NoAutomation
from handoff.actions.registry import Actions
from handoff.brief import RunBook
from handoff.desk import Desk
from handoff.destinations.kinds import TicketSystem
from handoff.masking import Hidden, masked
from handoff.suggesting import FLOOR
from handoff.ticket import Ticket
from kb.articles import ARTICLE
from kb.books import Books
from kb.ranking import LISTED_AT, Candidate
from kb.service import ArticleView, KnowledgeBase
from kb.writing import RECIPE

MOST_QUOTED = 2_400  # characters; with quote marks and links it stays within one Slack section
RUNBOOKS_KEPT = 8  # of a message; a corrected category may bring any of them up
STAFF = frozenset({STAFF_ONLY})
EVERY_AGENT = frozenset({EMPLOYEES, STAFF_ONLY})  # what whoever reads a queue's channel may read
OTHERS = "other people"  # whom an article is for whose group is no longer in the desk file
Opened = Callable[[Session, Ticket], object]  # what is done with a ticket in the transaction that opens it


def keep_nothing(_session: Session, _ticket: Ticket) -> None:
    """Nothing."""


def seen_at(person: Person, *, private: bool) -> frozenset[str]:
    """What a person may be shown at a place: where others read along, only what everybody may read."""
    return person.audiences() if private else PUBLIC


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything that a use case needs; made once, in bootstrap. `forms` has a row for each catalogue trigger.

    `pictures` is the folder of the files that recipes and articles show, `seals` the file that keeps the newest seal.
    """

    database: Database
    encoder: Encoder
    kb: KnowledgeBase
    books: Books
    classifier: Classifier
    confidence: Confidence
    replies: Replies
    desk: Desk
    clock: Clock
    link_base: str
    forms: Vectors
    form_slugs: tuple[str, ...]
    actions: Actions = field(default_factory=Actions)
    automation: Automation = field(default_factory=NoAutomation)
    system: TicketSystem | None = None
    shows_pictures: bool = False
    pictures: Path | None = None
    audit_key: bytes = field(default=b"", repr=False)
    seals: Path | None = None

    @property
    def models(self) -> dict[str, str]:
        """What a decision is made with, by name: the encoder, and the data that the models were fitted on."""
        fitted = {"classifier": self.classifier.data[:12], "confidence": self.confidence.data[:12]}
        return {"encoder": self.encoder.name, **fitted}

    def encode(self, text: str) -> Vectors:
        """One text's vector [dims]."""
        row: Vectors = self.encoder.encode([text])[0]
        return row

    def meet(self, person: Person, *, left: bool = False) -> Person:
        """Remember a person as Slack describes them, with the roles that the desk file gives them.

        Somebody who `left` the workspace works here no more, whatever the file says.
        """
        known = self.with_roles(person, left=left)
        with self.database.transaction() as session: people.save(session, known, self.clock())
        return known

    def with_roles(self, person: Person, *, left: bool = False) -> Person:
        """A person with the roles, level and platforms of the desk file."""
        staff = self.desk.staff_of(person.email) if person.email and not left else None
        groups = frozenset[str]() if left else self.desk.groups_of(person.email)
        if staff is None: return replace(person, roles=frozenset({Role.EMPLOYEE}), level=0, platforms=(), groups=groups)
        roles = frozenset(staff.roles) | {Role.EMPLOYEE}
        return replace(person, roles=roles, level=staff.level, platforms=tuple(staff.platforms), groups=groups)

    def person(self, person_id: str) -> Person:
        """Somebody Firstline has met; a stranger is an employee."""
        with self.database.reading() as session: found = people.find(session, person_id)
        return found or people.stranger(person_id)

    def owner(self, session: Session, person_id: str) -> Person:
        """The same, in the caller's session."""
        return people.find(session, person_id) or people.stranger(person_id)

    def audiences(self) -> dict[str, str]:
        """Whom an article may be for, and how each is called."""
        return {"employees": "Everybody", "staff": "IT staff"} | {group.slug: group.name for group in self.desk.groups}

    def every_audience(self) -> frozenset[str]:
        """Everything there is to be seen: for editors, and for what looks after the whole knowledge base."""
        return frozenset(self.audiences())

    def readable(self, person: Person) -> frozenset[str]:
        """The audiences whose articles somebody may read where they look after the knowledge base: editors all."""
        return self.every_audience() if person.may(Action.EDIT_ARTICLES) else person.audiences()

    def readable_by_name(self, person: Person) -> dict[str, str]:
        """The same audiences, and how each is called."""
        seen = self.readable(person)
        return {slug: name for slug, name in self.audiences().items() if slug in seen}

    def reads(self, person: Person, audience: str) -> bool:
        """Whether somebody may read there what is for an audience; editors also what is for a group that is gone."""
        return person.may(Action.EDIT_ARTICLES) or audience in person.audiences()

    def hidden_from(self, readers: frozenset[str]) -> Hidden:
        """Tells of an article or recipe whom it is for, if these readers may not read it; else nothing.

        It counts whom it was for when it was found, and whom it is for now.
        """
        known, names = self.kb.index().by_slug, self.audiences()

        def hidden(kind: str, slug: str, audience: str) -> str:
            item = known.get((kind, slug))
            closed = [one for one in (item.audience if item else audience, audience) if one not in readers]
            return names.get(closed[0], OTHERS) if closed else ""

        return hidden

    def for_staff(self, ticket: Ticket) -> Ticket:
        """A ticket as all of the staff may see it, such as on its card."""
        hidden = self.hidden_from(EVERY_AGENT)
        kind, _, slug = ticket.documented.partition(":")
        told = kind in (ARTICLE, RECIPE) and hidden(kind, slug, STAFF_ONLY)
        return replace(ticket, brief=masked(ticket.brief, hidden), documented="" if told else ticket.documented)

    def picture(self, file: str) -> str:
        """The address of a recipe's picture; empty where Slack could not fetch it from this machine."""
        return f"{self.link_base}/help/pictures/{file}" if self.shows_pictures else ""

    def link(self, slug: str, title: str) -> Link:
        """An article's title and address; the help pages show employees' articles only, others have no address."""
        item = self.kb.index().by_slug.get(("article", slug))
        return Link(title=title, url=f"{self.link_base}/help/{slug}" if item and item.audience in PUBLIC else "")

    def quote(self, slug: str, audiences: frozenset[str], passage: int = 0) -> Quote | None:
        """An article's opening and one of its passages; None if the person may not see it, or it is gone."""
        try:
            article = self.kb.article(slug, audiences)
        except NotFound:
            return None
        return self.quoted(article, passage) if article.passages else None

    def quoted(self, article: ArticleView, passage: int) -> Quote:
        """The same of an article at hand, which has one passage at least."""
        last = len(article.passages) - 1
        section = min(passage or 1, last)  # when the opening itself fits best, the first section says how it is done
        parts = [(article.passages[n].heading, article.passages[n].text) for n in sorted({0, section})]
        if sum(len(text) for _, text in parts) > MOST_QUOTED: parts = [parts[-1] if passage else parts[0]]
        url = f"{self.link_base}/help/{article.slug}" + (f"#p-{passage}" if passage else "")
        if article.audience not in PUBLIC: url = ""
        return Quote(
            slug=article.slug, title=article.title, parts=tuple(parts), url=url, verified=article.verified,
            due=article.is_due(self.clock().date()),
        )

    def runbooks_near(self, vector: Vectors, text: str) -> tuple[RunBook, ...]:
        """The run-books near a ticket's words, as far as one can ever be suggested, the nearest first."""
        found = self.kb.runbooks().search(vector, text, STAFF)
        near = sorted((one for one in found if one.cosine >= FLOOR), key=lambda one: -one.cosine)[:RUNBOOKS_KEPT]
        return tuple(
            RunBook(slug=one.slug, title=one.title, category=one.category, likeness=round(one.cosine, 4))
            for one in near
        )

    def nearest(self, candidate: Candidate | None) -> Link | None:
        """What came closest, if it is an article that is worth a look at all."""
        near = candidate is not None and candidate.kind == "article" and candidate.cosine >= LISTED_AT
        return self.link(candidate.slug, candidate.title) if candidate and near else None
