"""People and their roles. Who may do what is checked here, on the server side, for every surface."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, insert
from core.erasing import ERASED
from core.errors import NotAllowed


class Role(StrEnum):
    """What a person is to Firstline; one person may have several."""

    EMPLOYEE = "employee"
    AGENT = "agent"
    EDITOR = "editor"
    MANAGER = "manager"
    ADMIN = "admin"


class Action(StrEnum):
    """What roles are checked for."""

    ASK = "ask"
    WORK_TICKETS = "work tickets"
    DECLARE_OUTAGE = "declare an outage"
    EDIT_ARTICLES = "edit articles"
    READ_STAFF_ARTICLES = "read staff articles"
    READ_TRACES = "see why an answer was given"
    EDIT_RUNBOOKS = "edit run-books"
    DRAFT_RECIPES = "draft recipes"
    DRAFT_ARTICLES = "draft articles"
    MANAGE_DESK = "manage the desk"


_STAFF = frozenset(
    {Action.ASK, Action.WORK_TICKETS, Action.DECLARE_OUTAGE, Action.READ_STAFF_ARTICLES, Action.READ_TRACES}
)
_AUTHOR = frozenset({Action.EDIT_RUNBOOKS, Action.DRAFT_RECIPES, Action.DRAFT_ARTICLES})
ALLOWED: dict[Role, frozenset[Action]] = {
    Role.EMPLOYEE: frozenset({Action.ASK}),
    Role.AGENT: _STAFF | _AUTHOR,
    Role.EDITOR: frozenset({Action.ASK, Action.EDIT_ARTICLES, Action.READ_STAFF_ARTICLES}) | _AUTHOR,
    Role.MANAGER: _STAFF | {Action.MANAGE_DESK},
    Role.ADMIN: frozenset(Action),
}
EMPLOYEES, STAFF = "employees", "staff"  # audiences that there always are; a desk file adds its groups
PUBLIC = frozenset({EMPLOYEES})  # what everybody may read: in channels, on help pages without sign-in
LOWEST, HIGHEST = 2, 3  # levels of agents; above them are vendors and product teams, whom the highest look after
AUTHORS_FROM = 2  # the tier from which agents maintain what they work by


class PersonRow(Base):
    """One person, as Slack and the desk file describe them. The id is Slack's user id."""

    __tablename__ = "people"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320), default="", index=True)
    title: Mapped[str] = mapped_column(String(200), default="")
    tz: Mapped[str] = mapped_column(String(60), default="UTC")
    roles: Mapped[list[str]]
    level: Mapped[int] = mapped_column(default=0)
    platforms: Mapped[list[str]]
    groups: Mapped[list[str]] = mapped_column(default=list)
    seen_at: Mapped[datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person as the use cases see them. `level` is the support tier of an agent (2, 3), 0 for others.

    `groups` are those of the desk file for which there are articles of their own.
    """

    id: str
    name: str
    email: str = ""
    title: str = ""
    tz: str = "UTC"
    roles: frozenset[Role] = frozenset({Role.EMPLOYEE})
    level: int = 0
    platforms: tuple[str, ...] = ()
    groups: frozenset[str] = frozenset()

    def may(self, action: Action) -> bool:
        """Whether any of the person's roles permits the action."""
        return any(action in ALLOWED[role] and self._senior_enough(role, action) for role in self.roles)

    def _senior_enough(self, role: Role, action: Action) -> bool:
        return role is not Role.AGENT or action not in _AUTHOR or self.level >= AUTHORS_FROM

    def works_at(self, tier: int) -> bool:
        """Whether the person's level lets them work on tickets of a tier; agents without one work at the first."""
        if self.roles & {Role.MANAGER, Role.ADMIN}: return True
        return Role.AGENT in self.roles and max(self.level, LOWEST) >= min(tier, HIGHEST)

    def must(self, action: Action) -> None:
        """Raise `NotAllowed` unless the person may do this."""
        if not self.may(action):
            raise NotAllowed(f"Your roles do not let you {action.value}. Ask the IT operations manager if they should.")

    def audiences(self) -> frozenset[str]:
        """Which articles the person may see."""
        staff = {STAFF} if self.may(Action.READ_STAFF_ARTICLES) else set()
        return frozenset({EMPLOYEES} | staff | self.groups)


def save(session: Session, person: Person, now: datetime) -> None:
    """Insert or refresh a person in the caller's transaction; two at once for a new person do no harm."""
    fields: dict[str, object] = {"name": person.name, "email": person.email, "title": person.title, "tz": person.tz}
    fields |= {"roles": sorted(person.roles), "level": person.level, "platforms": list(person.platforms)}
    fields["groups"] = sorted(person.groups)
    fields["seen_at"] = now
    query = insert(session, PersonRow).values(id=person.id, **fields)
    session.execute(query.on_conflict_do_update(index_elements=[PersonRow.id], set_=fields))


NOBODY = Person(id=ERASED, name="Erased person")  # whom an erasure puts in somebody's place


def stranger(person_id: str) -> Person:
    """Somebody Firstline has not met, or who was erased."""
    return NOBODY if person_id.startswith(ERASED) else Person(id=person_id, name=person_id)


def find(session: Session, person_id: str) -> Person | None:
    """The person with this id, or None if Firstline never met them."""
    row = session.get(PersonRow, person_id, populate_existing=True)
    return _person(row) if row else None


def by_email(session: Session, email: str) -> Person | None:
    """The person with this address, whatever its case, or None if Firstline never met them."""
    query = select(PersonRow).where(func.lower(PersonRow.email) == email.lower()).order_by(PersonRow.seen_at.desc())
    row = session.scalars(query).first()
    return _person(row) if row else None


def with_emails(session: Session, emails: Collection[str]) -> list[Person]:
    """Everybody whom Firstline has met under one of these addresses, whatever its case."""
    wanted = {email.lower() for email in emails}
    query = select(PersonRow).where(func.lower(PersonRow.email).in_(wanted)).order_by(PersonRow.id)
    return [_person(row) for row in session.scalars(query)] if wanted else []


def everybody(session: Session) -> list[Person]:
    """Everybody whom Firstline has met."""
    return [_person(row) for row in session.scalars(select(PersonRow).order_by(PersonRow.id))]


def names_among(session: Session, names: Collection[str]) -> set[str]:
    """Which of these are whole names of people whom Firstline has met."""
    return set(session.scalars(select(PersonRow.name).where(PersonRow.name.in_(names)))) if names else set()


def _person(row: PersonRow) -> Person:
    return Person(
        id=row.id, name=row.name, email=row.email, title=row.title, tz=row.tz,
        roles=frozenset(Role(role) for role in row.roles), level=row.level, platforms=tuple(row.platforms),
        groups=frozenset(row.groups),
    )
