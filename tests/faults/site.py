"""A workspace with a Firstline in it that things can be done to: in this process, or in one that is killed."""

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import event, func, select, text
from sqlalchemy.engine import ExceptionContext

from bot.assistant import Assistant
from bot.bootstrap import open_core
from bot.sandbox.seed import load_seed
from bot.sandbox.server import SandboxServer
from bot.starting import Running, running
from core.db import Database
from core.migrate import upgrade
from core.moving import move
from core.outbox import OutboxItem
from core.settings import Settings
from tests.faults import troubles
from tests.faults.lives import GAVE_UP, Nursery
from tests.faults.steps import Steps
from tests.faults.troubles import PATIENCE, SERVED, SEVERAL, SQLITE
from tests.functional.office import SEED, Colleague, Json, Prepared, automation, settings_over, tokens
from tests.killing import assistant_over
from tests.postgres import PostgresServer

START = 60.0  # seconds for a Firstline to connect, on a machine that is busy
SOON = timedelta(minutes=2)  # what is due by then is waited for; what is planned for later is not
FAST = {"ack_seconds": 3.0, "retry_seconds": [0.02, 0.1, 0.3, 0.5, 1, 1, 2, 2, 2]}
WHO = ("U0EMMALARS", "U0LIAMOKAF", "U0PRIYANAI", "U0NOORHADD", "U0MARCUSWE")
IN_HAND = 0.5  # seconds that a delivery takes here at most
LOOK = 0.01  # seconds between two looks at what is waited for
OURS = "faults"  # the name that the harness's own connections to PostgreSQL have


class Site:
    """One workspace, its people, and a Firstline. `up` is that of this process."""

    def __init__(self, place: str, server: SandboxServer, settings: Settings, clock: Steps) -> None:
        """Take a running sandbox and the settings that connect to it."""
        self.place, self.server, self.settings, self.clock = place, server, settings, clock
        url = settings.database_url
        self.database = Database(f"{url}&application_name={OURS}" if place in SERVED else url)
        self.assistant: Assistant = assistant_over(self.database, clock)
        self.people: dict[str, Colleague] = {}
        self.up: Running | None = None
        self.nursery: Nursery | None = None
        self.met: Counter[str] = Counter()
        self.full, self._kills = False, list[Mapping[str, Any]]()
        self._waited: tuple[list[tuple[int, int]], float] = ([], 0.0)
        self._pause = threading.Event()

    # -- things that go wrong --------------------------------------------------------------------------------------

    def strike(self, one: troubles.Trouble) -> None:
        """Let one thing go wrong now."""
        match one.how:
            case "fault" | "mishap": self.server.post(f"/ui/_test/{one.how}", **one.fields)
            case "socket":
                self.met[troubles.WARNED if one.fields["warned"] else troubles.DROPPED] += 1
                self.server.post("/ui/_test/drop_socket", **one.fields)
            case "clock":
                self.met[troubles.FORWARD if one.fields["minutes"] > 0 else troubles.BACK] += 1
                self.clock.by += timedelta(minutes=one.fields["minutes"])
            case "full": self.full = True
            case "gone": self.met[troubles.GONE] += self._cut()

    def calm(self) -> None:
        """End all trouble, and count what it was."""
        self.full = False
        self.met.update(troubles.named(self.server.post("/ui/_test/calm")))

    def _cut(self) -> int:
        """End every connection of Firstline's to PostgreSQL, as a restart of that does."""
        query = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() "
        with self.database.reading() as session:
            return int(session.scalar(text(query + "AND application_name <> :ours"), {"ours": OURS}) or 0)

    # -- living and dying ------------------------------------------------------------------------------------------

    def kill_at(self, kills: list[Mapping[str, Any]]) -> None:
        """Begin anew, to be killed at each of these commits in turn; without any, when this run is over."""
        self._kills = list(kills)
        if self.nursery: self._begin()

    def see_to_it(self) -> None:
        """Begin anew a Firstline that was killed."""
        if not self.nursery or not self.nursery.over(): return
        if self.nursery.how != GAVE_UP:
            died = self._kills.pop(0)
            self.met[troubles.BEFORE if died["before"] else troubles.AFTER] += 1
        self._begin()

    def _begin(self) -> None:
        assert self.nursery is not None
        self.nursery.kill()
        self.nursery.begin(self.settings, dict(self._kills[0]) if self._kills else None)

    # -- waiting ---------------------------------------------------------------------------------------------------

    def pause(self) -> None:
        """Give the others a moment."""
        self._pause.wait(LOOK)

    def await_connection(self) -> None:
        """Wait until Firstline is connected."""
        late = monotonic() + START
        while self.deliveries()["connections"] == 0:
            assert monotonic() < late, "Firstline did not connect."
            self.see_to_it()
            self.pause()

    def deliveries(self) -> Json:
        """How many events wait, over how many connections."""
        told: Json = self.server.get("/ui/_test/waiting")
        return told

    def open_items(self) -> list[OutboxItem]:
        """What the outbox has to deliver soon."""
        with self.database.reading() as session:
            query = select(OutboxItem).where(OutboxItem.done_at.is_(None), OutboxItem.due_at < self.clock() + SOON)
            tried = select(OutboxItem).where(OutboxItem.done_at.is_(None), OutboxItem.attempts > 0)
            found = {one.id: one for query_ in (query, tried) for one in session.scalars(query_)}
        return list(found.values())

    def busy(self) -> str:
        """What is still under way; nothing when all is quiet. What waits for its time has it come sooner."""
        told = self.deliveries()
        if told["waiting"]: return f"{told['waiting']} events are not acknowledged"
        if not told["connections"]: return "nobody is connected"
        items = self.open_items()
        self._hurry(items)
        return f"{len(items)} items wait: {items[0].kind} {items[0].error[:200]}" if items else ""

    def _hurry(self, items: list[OutboxItem]) -> None:
        """Have the time come for which all items wait, once it is sure that none is in hand."""
        seen, now = [(one.id, one.attempts) for one in items], self.clock()
        if seen != self._waited[0]: self._waited = (seen, monotonic())
        if not items or monotonic() - self._waited[1] < IN_HAND: return
        first = {one.lane: one for one in sorted(items, key=lambda one: -one.id)}  # the others wait for these
        soonest = min(one.due_at for one in first.values())
        if soonest > now: self.clock.by += soonest - now

    def work(self) -> None:
        """Deliver what is due now, beside the worker."""
        if self.up: self.up.worker.work_once()

    def newest(self) -> int:
        """The number of the newest item of the outbox."""
        with self.database.reading() as session: return session.scalar(select(func.max(OutboxItem.id))) or 0


def _watch_disk(site: Site, database: Database) -> None:
    """Let SQLite's file grow no more while the disk is full, and count how often that was met."""

    @event.listens_for(database.engine, "checkout")
    def given(connection: Any, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count={1 if site.full else 2**30}")

    @event.listens_for(database.engine, "handle_error")
    def wrong(context: ExceptionContext) -> None:
        if "full" in str(context.original_exception): site.met[troubles.FULL] += 1


@contextmanager
def open_site(
    place: str, prepared: Prepared, folder: Path, clock: Steps, nursery: Nursery | None = None
) -> Iterator[Site]:
    """A workspace with its own copy of the knowledge base, and a Firstline, or several, over SQLite or PostgreSQL."""
    seed = load_seed(SEED)
    with ExitStack() as stack:
        server = stack.enter_context(SandboxServer(seed))
        server.post("/ui/_test/settings", **FAST)
        prepared.copy(folder)
        more = tokens(server, seed.app) | automation(server, seed)
        settings = settings_over(folder, **more)
        if place in SERVED: settings = settings_over(folder, database_url=_moved(settings, stack), **more)
        site = Site(place, server, settings, clock)
        stack.callback(site.database.close)
        for one in WHO: site.people[one] = stack.enter_context(Colleague(server.url, one))
        if nursery:
            site.nursery = nursery
            stack.callback(nursery.kill)
            site.kill_at([])
        for _ in range(0 if nursery else 1 + (place == SEVERAL)):
            core = stack.enter_context(open_core(settings, encoder=prepared.encoder, clock=clock))
            if place == SQLITE: _watch_disk(site, core.database)
            site.up = stack.enter_context(running(core))
            site.up.app.client.timeout = PATIENCE  # type: ignore[assignment]  # a part of a second does as well
        site.await_connection()
        yield site


def _moved(settings: Settings, stack: ExitStack) -> str:
    """The address of a PostgreSQL that holds what SQLite held."""
    server = stack.enter_context(PostgresServer())
    url = server.url(server.create())
    old, new = Database(settings.database_url), Database(url)
    upgrade(old)
    move(old, new)
    for one in (old, new): one.close()
    return url
