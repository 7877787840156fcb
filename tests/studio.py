"""The studio over a real socket, without Slack: who is signed in is said by the test."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import httpx
from slack_sdk import WebClient

from bot.assistant import Assistant
from bot.sandbox.seed import load_seed
from bot.sandbox.server import SandboxServer
from bot.slack.preview import previewer
from bot.slack.signing_in import SlackDoor
from bot.tables import ConversationRow, GapQuestionRow, GapRow, TurnRow
from bot.web.app import create_web
from bot.web.server import WebServer
from bot.web.studio.visit import Studio
from core import people
from core.clock import Clock
from core.db import Database
from core.people import Person, Role
from tests.functional.office import SEED
from tests.killing import assistant_over

EMPLOYEE = frozenset({Role.EMPLOYEE})
EMMA = Person(id="U0EMMALARS", name="Emma Larsen", email="emma.larsen@brightwater.example")
LIAM = Person(
    id="U0LIAMOKAF", name="Liam Okafor", email="liam.okafor@brightwater.example", roles=EMPLOYEE | {Role.AGENT}, level=2
)
NOOR = Person(
    id="U0NOORHADD", name="Noor Haddad", email="noor.haddad@brightwater.example", roles=EMPLOYEE | {Role.EDITOR}
)
MARCUS = Person(
    id="U0MARCUSWE", name="Marcus Webb", email="marcus.webb@brightwater.example", roles=EMPLOYEE | {Role.MANAGER},
    level=3,
)  # fmt: skip


@dataclass
class Atelier:
    """A running studio, and the use cases behind it."""

    assistant: Assistant
    url: str
    _open: list[httpx.Client] = field(default_factory=list)

    def as_(self, person: Person | None) -> httpx.Client:
        """A browser in which somebody is signed in, or nobody."""
        client = httpx.Client(base_url=self.url, trust_env=False)
        if person: client.cookies.set("firstline", self.assistant.signing_in.open(person.id))
        self._open.append(client)
        return client

    def post(self, client: httpx.Client, path: str, **fields: str) -> httpx.Response:
        """Send a form as a page of ours does: with the session's token."""
        signed = self.assistant.signing_in.whose(client.cookies["firstline"])
        assert signed is not None
        return client.post(path, data={"form_token": signed.form_token, **fields}, headers={"Origin": self.url})

    def close(self) -> None:
        """Close every browser."""
        for client in self._open: client.close()


def door_of(workspace: SandboxServer, assistant: Assistant, clock: Clock, secret: str) -> SlackDoor:
    """Where the people of a sandbox sign in."""
    app = load_seed(SEED).app
    client = WebClient(token=app.bot_token, base_url=workspace.api_url)
    return SlackDoor(client, assistant, clock, app.client_id, secret or app.client_secret)


def missing(database: Database, now: datetime, *texts: str) -> int:
    """A gap of some questions that Emma asked, each of which cost a quarter of an hour; its id."""
    with database.transaction() as session:
        talk = ConversationRow(channel="C1", thread_ts=texts[0][:40], person=EMMA.id, surface="channel", opened_at=now)
        gap = GapRow(
            title=texts[0], state="open", encoder="test", vector=b"", size=len(texts), opened_at=now, last_at=now
        )
        session.add_all([talk, gap])
        session.flush()
        for number, text in enumerate(texts):
            turn = TurnRow(
                conversation_id=talk.id, ts=f"1.{number}", text=text, files=[], decision="handoff", confidence=0.1,
                trace={}, at=now,
            )
            session.add(turn)
            session.flush()
            session.add(
                GapQuestionRow(
                    gap_id=gap.id, turn_id=turn.id, person=EMMA.id, why="unanswered", minutes=15, at=now, vector=b""
                )
            )
        return gap.id


@contextmanager
def atelier(
    database: Database, clock: Clock, workspace: SandboxServer | None = None, secret: str = ""
) -> Iterator[Atelier]:
    """A studio over a database, with an employee, an agent, an editor and a manager; in a workspace, if people sign in.

    `secret` is another than the app has there.
    """
    assistant = assistant_over(database, clock)
    with database.transaction() as session:
        for person in (EMMA, LIAM, NOOR, MARCUS): people.save(session, person, clock())
    with WebServer(None, "127.0.0.1", 0) as server:
        parts, door = assistant.parts, door_of(workspace, assistant, clock, secret) if workspace else None
        studio = Studio(
            assistant=assistant, address=server.url, door=door, preview=previewer(parts), clock=clock
        )
        server.serve(create_web(parts.kb, parts.encode, list, "extension 4400", studio=studio, clock=clock))
        found = Atelier(assistant=assistant, url=server.url)
        try:
            yield found
        finally:
            found.close()
