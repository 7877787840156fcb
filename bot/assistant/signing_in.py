"""Who is signed in on the web: a sign-in that was begun, and the session that it leads to.

A sign-in that was begun is kept by its browser alone: however many begin, they take no room here, and push nobody out.
Of a session the browser holds a random token, and the table its hash, so that nobody who reads a backup can sign in.
"""

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.assistant.parts import Parts
from bot.tables import WebSessionRow
from core import people
from core.people import Person

IDLE = timedelta(hours=8)  # a working day; then a computer that was left open is nobody's any more
LONGEST = timedelta(days=7)
BEGUN = timedelta(minutes=10)  # what somebody needs to sign in at Slack
NOTED = timedelta(minutes=5)  # how exactly the last visit is known: not every page writes to the database
MOST_PATH = 300  # characters of a local address


class Door(Protocol):
    """Where people show who they are."""

    def address(self, *, state: str, nonce: str, back_to: str) -> str:
        """Where a browser is sent to sign in; from there it comes `back_to` us."""

    def whoever(self, *, code: str, nonce: str, back_to: str) -> Person:
        """Who came back with this code.

        Raises:
            NotAllowed: it does not prove that they are of this workspace.
            Unavailable: it cannot be checked now.
        """

    def here(self, person: str) -> bool:
        """Whether they are still of the workspace; True where that cannot be found out now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A sign-in under way: its secret, what the proof must name, where it leads to, and until when (Unix seconds)."""

    state: str
    nonce: str
    leads_to: str
    until: float

    @property
    def held(self) -> str:
        """As its browser holds it."""
        return urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode().rstrip("=")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Somebody who is signed in; `form_token` proves that a form is ours."""

    person: Person
    form_token: str


class SigningIn:
    """Sign-ins and sessions."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def begin(self, leads_to: str) -> Login:
        """Begin a sign-in."""
        until = (self._parts.clock() + BEGUN).timestamp()
        return Login(
            state=secrets.token_urlsafe(32), nonce=secrets.token_urlsafe(32), leads_to=local(leads_to), until=until
        )

    def end(self, state: str, held: str) -> Login | None:
        """The sign-in that a browser holds; None if it has another secret, or it took too long.

        What a browser holds is its own to change: that gains it nothing, as Slack's proof must name the same nonce.
        """
        login = _login(held)
        if login is None or not hmac.compare_digest(login.state.encode(), state.encode()): return None
        return login if login.until > self._parts.clock().timestamp() else None

    def open(self, person: str) -> str:
        """Sign somebody in: the token of a new session."""
        token, now = secrets.token_urlsafe(32), self._parts.clock()
        with self._parts.database.transaction() as session:
            _sweep(session, now)
            session.add(
                WebSessionRow(
                    token=_hash(token), person=person, form_token=secrets.token_urlsafe(32), opened_at=now, seen_at=now,
                    expires_at=now + LONGEST,
                )
            )
        return token

    def whose(self, token: str) -> Signed | None:
        """Whose session this is, with the roles that they have now; None if it has ended."""
        now = self._parts.clock()
        with self._parts.database.reading() as session:
            row = session.get(WebSessionRow, _hash(token))
            if row is None or now >= min(row.expires_at, row.seen_at + IDLE): return None
            person = people.find(session, row.person)
        if person is None: return None
        if now - row.seen_at >= NOTED: self._note(row.token, now)
        return Signed(person=self._as_now(person), form_token=row.form_token)

    def close(self, token: str) -> None:
        """Sign out."""
        with self._parts.database.transaction() as session:
            session.execute(delete(WebSessionRow).where(WebSessionRow.token == _hash(token)))

    def shut_out(self, person: str) -> None:
        """End every session of somebody: they have left, or want to be signed out everywhere."""
        with self._parts.database.transaction() as session:
            session.execute(delete(WebSessionRow).where(WebSessionRow.person == person))

    def _as_now(self, person: Person) -> Person:
        """What Slack and the desk file both say: whoever was taken out of either keeps nothing."""
        filed = self._parts.with_roles(person)
        return replace(filed, roles=filed.roles & person.roles, groups=filed.groups & person.groups)

    def _note(self, token: str, now: datetime) -> None:
        with self._parts.database.transaction() as session:
            row = session.get(WebSessionRow, token)
            if row: row.seen_at = max(row.seen_at, now)


def _login(held: str) -> Login | None:
    try:
        told = json.loads(urlsafe_b64decode(held + "=" * (-len(held) % 4)))
        found = Login(
            state=str(told["state"]), nonce=str(told["nonce"]), leads_to=local(str(told["leads_to"])),
            until=float(told["until"]),
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return found if found.state and found.nonce else None


def local(path: str) -> str:
    """An address of ours, or the studio's if it is anything else: nobody is led away from here."""
    plain = path.isascii() and path.isprintable() and not set(path) & set('\\" <>')
    return path if plain and path.startswith("/") and path[1:2] != "/" and len(path) <= MOST_PATH else "/studio"


def _sweep(session: Session, now: datetime) -> None:
    """Forget what has ended."""
    ended = (WebSessionRow.expires_at <= now) | (WebSessionRow.seen_at <= now - IDLE)
    session.execute(delete(WebSessionRow).where(ended))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
