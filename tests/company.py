"""A small company without a model, in which one of everything is there, and what a use case may be asked with."""

import inspect
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import MetaData, select

from bot import conversations
from bot.assistant import Assistant
from bot.assistant.desk.laddering import AtVendor
from bot.assistant.desk.opening import Wanted as Opened
from bot.assistant.editorial.listing import Wanted as Listed
from bot.assistant.editorial.made import made
from bot.question import At, Question, Surface
from classifier.model import Classifier
from core import people
from core.db import Database
from core.people import Person, Role
from handoff import tickets
from handoff.brief import Brief
from handoff.corrections import Labels
from handoff.tables import TaskRow
from handoff.tickets import Kind, NewTicket
from kb.articles import ARTICLE, RUNBOOK
from kb.listing import Show
from kb.writing import RECIPE
from tests.fakes import FakeClock
from tests.killing import assistant_over
from tests.making import prediction
from tests.studio import missing

EMMA = Person(id="U0EMMALARS", name="Emma Larsen", email="emma.larsen@brightwater.example")  # whose ticket it is
BASE = frozenset({Role.EMPLOYEE})
PEOPLE = {  # none of them has asked for anything
    "employee": Person(id="U0OTTO", name="Otto Berg", email="otto.berg@brightwater.example"),
    "agent L2": Person(
        id="U0LIAMOKAF", name="Liam Okafor", email="liam.okafor@brightwater.example", roles=BASE | {Role.AGENT}, level=2
    ),
    "agent L3": Person(
        id="U0PRIYANAI", name="Priya Nair", email="priya.nair@brightwater.example", roles=BASE | {Role.AGENT}, level=3
    ),
    "editor": Person(
        id="U0NOORHADD", name="Noor Haddad", email="noor.haddad@brightwater.example", roles=BASE | {Role.EDITOR}
    ),
    "manager": Person(
        id="U0MARCUSWE", name="Marcus Webb", email="marcus.webb@brightwater.example", roles=BASE | {Role.MANAGER},
        level=3,
    ),
    "admin": Person(id="U0ADAADMIN", name="Ada Moss", email="ada.moss@brightwater.example", roles=BASE | {Role.ADMIN}),
}
OWNER = "requester"
TEXTS = {
    ARTICLE: "---\ntitle: The pump\ncategory: hardware\n---\nDry it with a cloth.\n",
    RUNBOOK: "---\ntitle: The pump\nkind: runbook\ncategory: hardware\naudience: staff\n---\nOrder it.\n",
    RECIPE: (
        "title: The pump\ntriggers: [it broke]\nstart: a\ncategory: hardware\n"
        "steps:\n  a: {say: Look., help: Closely., choices: {'Yes': solved, 'No': handoff}}\n"
    ),
    "unlock": (
        "title: The lock\ntriggers: [locked]\nstart: a\ncategory: accounts\nsteps:\n"
        "  a: {action: reset-mfa, say: I can., on: {done: solved, refused: handoff, failed: handoff}}\n"
    ),
}
LABELS = Labels(kind=Kind.INCIDENT, category="vpn", impact="low", urgency="low")


@dataclass
class Company:
    """The use cases, and what stands in the database: ids by name."""

    assistant: Assistant
    database: Database
    clock: FakeClock
    ids: dict[str, int]

    def facts(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table but those of people, who are noted whenever they are met."""
        tables = MetaData()
        tables.reflect(self.database.engine)
        with self.database.reading() as session:
            return {
                name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
                for name, table in tables.tables.items() if name != "people"
            }


GIVEN: dict[str, Any] = {
    "number": "INC-000002", "note": "a note", "text": "The words.", "why": "a reason", "reason": "no-article",
    "code": "fixed", "seen_tier": 2, "reviewed": True, "case": AtVendor(vendor="Acme"), "queue": "network",
    "until": date(2027, 1, 8), "documented": "", "key": "a key", "asks": False, "files": (), "kind": ARTICLE,
    "slug": "pump", "source": TEXTS[ARTICLE], "seen_version": 1,
    "seen_revision": 1, "based_on": 1, "origin": "", "said": "",
    "words": "pump", "first": 0, "limit": 5, "show": "open", "wanted": Listed(), "days": 90, "channel": "D1",
    "thread_ts": "1.0", "ts": "1.0", "rating": 4, "goal": "Print.", "helpful": True, "values": {}, "at": "1.0",
    "private": True, "choice": 0, "seen": 0, "entry": "x", "yes": True, "asked": "A question?",
    "answered": "An answer.", "present": (), "last": 5, "questions": (), "heard_by": 0, "into": 2,
}  # fmt: skip


def use_cases(database: Database, clock: FakeClock) -> Assistant:
    """The use cases without the models."""
    labels = SimpleNamespace(
        heads={"category": SimpleNamespace(classes=("vpn", "wifi"))}, predict=lambda _vector, _text: prediction()
    )  # every text is the same to it
    return Assistant(replace(assistant_over(database, clock).parts, classifier=cast("Classifier", labels)))


def company(database: Database, clock: FakeClock) -> Company:
    """Emma has an open ticket, one that is over, a recipe that she is in and an action that waits; there are drafts."""
    assistant = use_cases(database, clock)
    with database.transaction() as session:
        for person in (EMMA, *PEOPLE.values()): people.save(session, person, clock())
    kb = assistant.parts.kb
    for kind in (ARTICLE, RUNBOOK, RECIPE): kb.save(made(kind, "pump", TEXTS[kind]), by="import")
    kb.save(made(RECIPE, "unlock", TEXTS["unlock"]), by="import")
    for kind in (ARTICLE, RUNBOOK, RECIPE):
        draft = made(kind, "pump", TEXTS[kind].replace("The pump", "A pump"))
        kb.drafts.keep(draft, by="U0MAYA", seen_version=0, based_on=1)
    return Company(assistant=assistant, database=database, clock=clock, ids=_ids(assistant, database, clock))


@contextmanager
def copied(house: Company, file: Path, into: Path) -> Iterator[Company]:
    """The same company once more, in a copy of its database's file: what is done there leaves it alone."""
    shutil.copy(file, into)
    for rest in ("-wal", "-shm"): Path(f"{into}{rest}").unlink(missing_ok=True)
    database = Database(f"sqlite:///{into}")
    assistant = use_cases(database, house.clock)
    yield Company(assistant=assistant, database=database, clock=house.clock, ids=house.ids)
    database.close()


def _ids(assistant: Assistant, database: Database, clock: FakeClock) -> dict[str, int]:
    desk, agent = assistant.parts.desk, PEOPLE["agent L2"]
    brief = Brief(asked=("vpn is down",), reason="may not wait")
    new = NewTicket(
        kind=Kind.INCIDENT, requester=EMMA.id, category="vpn", impact="low", urgency="low", brief=brief, channel="D1",
        thread_ts="1.0",
    )  # fmt: skip
    asked = Question(person=EMMA.id, text="help", channel="D1", ts="7.0", thread_ts="7.0", surface=Surface.DM)
    with database.transaction() as session:
        first, second = (tickets.open_ticket(session, desk, new, by=EMMA.id, now=clock()).id for _ in range(2))
        talk = conversations.begin(session, asked, clock())
        turn = conversations.add_turn(session, talk, asked, "answer", trace={}, now=clock())
        run = assistant.fixing.begin_once(session, "pump", talk, EMMA, clock()).run
        session.add(TaskRow(kind="no-article", ticket_id=first, slug="pump", note="", opened_at=clock()))
        action = assistant.acting.ask(session, 99, 1, "reset-mfa", {}, EMMA, clock())
    over = assistant.working.claim(second, agent)
    ended = assistant.ending.resolve(over.id, agent, seen_tier=2, code="fixed", note="Done.", documented="no:once")
    gap = missing(database, clock(), "is there a pump?")
    outage = assistant.homes.declare_outage("The VPN is down.", agent).id
    return {
        "ticket_id": first, "over_id": ended.id, "turn_id": turn, "run_id": run, "task_id": 1, "request_id": action.id,
        "gap_id": gap, "outage_id": outage, "question_id": 1, "reply_id": 1,
    }


# -- what a use case is asked with -------------------------------------------------------------------------------------


OTHER: dict[str, dict[str, Any]] = {  # where a name means something else
    "personal.show": {"told": EMMA.id}, "personal.erase": {"told": EMMA.id},
    "gaps.assign": {"to": ""}, "gaps.move": {"to": 1}, "gaps.snooze": {"until": datetime(2027, 1, 8, tzinfo=UTC)},
    "health.listed": {"by": "worst"}, "working.assign": {"seen": ""}, "working.take": {"seen": ""},
    "working.move": {"seen": "service-desk"}, "listing.count": {"show": Show.LAPSED},
    "keeping.at": {"number": 1}, "keeping.rollback": {"number": 1}, "homes.home": {"at": At()},
    "correcting.correct": {"seen": LABELS, "wanted": LABELS}, "tickets.submit_form": {"slug": "software-licence"},
    "tickets.status": {"number": "INC-000001"}, "documenting.checked": {"said": "draft:recipe"},
    "opening.open_for": {"wanted": Opened(requester=EMMA, text="It is broken.", labels=LABELS, tier=2)},
    "rehearsing.run": {"last": 0}, "drafting.begin": {"ticket_id": 2},
}  # fmt: skip


def arguments(house: Company, name: str, use_case: Callable[..., Any], person: Person) -> dict[str, Any]:
    """What a use case is called with by somebody: each argument by its name, or by the use case's own meaning of it."""
    known = GIVEN | house.ids | {"person": person, "by": person, "to": person} | OTHER.get(name, {})
    wanted = inspect.signature(use_case).parameters
    if "ticket" in wanted: known["ticket"] = house.assistant.tickets.get(house.ids["ticket_id"])
    if "kept" in wanted: known["kept"] = house.assistant.parts.kb.drafts.get("pump", ARTICLE)
    return {one: known[one] for one in wanted if one in known}
