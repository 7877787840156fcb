"""Figures and readiness: what a process counts, what it tells of the database, who may read it, when it is ready."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.orm import Session
from starlette.applications import Starlette

from bot import conversations
from bot.bootstrap import connected_desk
from bot.operations.delivering import CountedOutbound
from bot.operations.operations import Operations
from bot.question import Question, Surface
from bot.web.machine import Watched, machine_only, machine_routes
from core import events, outbox
from core.db import Database
from core.errors import BadInput, CannotDeliver, TryLater
from core.outbox import Attempt
from core.received import first_time
from core.settings import Settings, load_settings
from core.watching import trace, watched
from handoff import agreements, warnings
from handoff.brief import Brief
from handoff.ticket import NewTicket, Ticket
from handoff.tickets import Kind, open_ticket
from tests.fakes import FakeClock
from tests.operated import asking, operated, settings_in

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "operating.md"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - a setting under test; nothing listens
UNITS = ("_seconds", "_bytes", "_total", "_info")
COUNTS = {  # gauges of things that are counted, which have no unit
    "firstline_build", "firstline_database_up", "firstline_database_connections_in_use", "firstline_outbox_waiting",
    "firstline_incoming_waiting", "firstline_kb_generation", "firstline_kb_items",
}  # fmt: skip
LABELS = {"decision", "stage", "kind", "outcome", "method", "tier", "queue", "target", "action", "state", "route",
          "status", "version", "roles", "le"}


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """SQLite where it makes no difference."""
    return sqlite_database


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings over a folder of its own."""
    return settings_in(tmp_path)


@pytest.fixture
def ops(database: Database, settings: Settings, clock: FakeClock) -> Iterator[Operations]:
    """The operations of one process."""
    with operated(settings, database, clock) as made: yield made


def shown(ops: Operations) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every sample that /metrics tells, by name and labels, as Prometheus's own parser reads it."""
    families = text_string_to_metric_families(ops.figures().decode())
    return {(one.name, tuple(sorted(one.labels.items()))): one.value for family in families for one in family.samples}


def value(ops: Operations, name: str, **labels: str) -> float:
    """One of them; 0 where there is none yet."""
    return shown(ops).get((name, tuple(sorted(labels.items()))), 0.0)


def ticket(database: Database, settings: Settings, clock: FakeClock) -> Ticket:
    """Open a ticket."""
    new = NewTicket(
        kind=Kind.INCIDENT, requester="U1", category="safety", impact="low", urgency="high", tier=2,
        brief=Brief(asked=("Smoke",), reason="asked"), channel="D1", thread_ts="1.0",
    )
    desk = connected_desk(settings)
    with database.transaction() as session:
        agreements.keep(session, desk, clock())
        return open_ticket(session, desk, new, by="U1", now=clock())


def _undone(session: Session, clock: FakeClock) -> None:
    events.record(session, "run.began", "run:2", actor="U1", at=clock())
    raise BadInput("no")


class TestCounting:
    def test_what_was_committed_counts(self, ops: Operations, database: Database, clock: FakeClock):
        """A fact counts by its kind when its transaction is through; one that was undone does not."""
        with database.transaction() as session: events.record(session, "run.began", "run:1", actor="U1", at=clock())
        with pytest.raises(BadInput, match="no"), database.transaction() as session: _undone(session, clock)
        assert value(ops, "firstline_facts_total", kind="run.began") == 1

    def test_questions_count_by_decision(self, ops: Operations, database: Database, clock: FakeClock):
        """A turn counts as what was decided on it; the same event a second time as a duplicate."""
        asked = Question(person="U1", text="wifi", channel="D1", ts="1.1", thread_ts="", surface=Surface.DM)
        with database.transaction() as session:
            assert first_time(session, ["Ev1"], clock())
            talk = conversations.begin(session, asked, clock())
            conversations.add_turn(session, talk, asked, "answer", trace={}, now=clock())
        with database.transaction() as session: assert not first_time(session, ["Ev1"], clock())
        assert value(ops, "firstline_questions_total", decision="answer") == 1
        assert value(ops, "firstline_slack_events_duplicate_total") == 1

    def test_tickets_count_by_tier_and_queue(
        self, ops: Operations, database: Database, settings: Settings, clock: FakeClock
    ):
        """An opened ticket counts where it went; a broken promise counts once, with which one it was."""
        opened, desk = ticket(database, settings, clock), connected_desk(settings)
        where = {"tier": str(opened.tier), "queue": opened.queue}
        assert value(ops, "firstline_tickets_opened_total", **where) == 1
        for days in (30, 60):
            with database.transaction() as session:
                warnings.take(session, desk, opened.id, clock() + timedelta(days=days))
        assert value(ops, "firstline_sla_breaches_total", target="resolution", **where) == 1


class TestBacklog:
    @pytest.fixture(params=["sqlite", "postgres"])
    def database(self, request: pytest.FixtureRequest) -> Database:
        """Both."""
        found: Database = request.getfixturevalue(f"{request.param}_database")
        return found

    def test_what_waits(self, ops: Operations, database: Database, clock: FakeClock):
        """How much waits and for how long, by kind; what was delivered does not count; messages heard count apart."""
        for n, kind in enumerate(["card", "card", "incoming", "reply"]):
            with database.transaction() as session:
                outbox.put(session, kind, key=str(n), lane=str(n), now=clock() - timedelta(seconds=10 * n))
        with database.transaction() as session:
            for item in outbox.waiting(session):
                if item.kind == "reply": outbox.done(session, item, clock())
        assert value(ops, "firstline_outbox_waiting", kind="card") == 2
        assert value(ops, "firstline_outbox_oldest_seconds", kind="card") == 10
        assert value(ops, "firstline_incoming_waiting") == 1
        assert value(ops, "firstline_incoming_oldest_seconds") == 20
        assert ("firstline_outbox_waiting", (("kind", "reply"),)) not in shown(ops)

    def test_the_database_is_asked_once(self, ops: Operations, database: Database, clock: FakeClock):
        """Who asks again within seconds is told the same; later it is looked up anew."""
        assert value(ops, "firstline_incoming_waiting") == 0
        with database.transaction() as session: outbox.put(session, "incoming", key="1", lane="1", now=clock())
        assert value(ops, "firstline_incoming_waiting") == 0
        clock.advance(timedelta(seconds=6))
        assert value(ops, "firstline_incoming_waiting") == 1

    def test_a_database_that_is_away(self, settings: Settings, clock: FakeClock):
        """The page still answers, and says so."""
        empty = Database("sqlite:///:memory:")
        with operated(settings, empty, clock) as ops:
            assert value(ops, "firstline_database_up") == 0
            assert value(ops, "firstline_build", roles="bot", version="0.1.0") == 1
        empty.close()


class Outside:
    """Delivers, or fails as it is told."""

    def __init__(self, fails: Exception | None = None) -> None:
        self.fails, self.traces = fails, list[str]()

    def deliver(self, kind: str, payload: dict[str, Any], attempt: Attempt) -> None:  # noqa: ARG002 - the protocol's
        """See `Outbound.deliver`."""
        self.traces.append(trace())
        if self.fails: raise self.fails


def attempt(key: str) -> Attempt:
    """The first try of an item."""
    return Attempt(key=key, number=1, since=datetime(2026, 11, 20, tzinfo=UTC))


class TestDeliveries:
    @pytest.mark.parametrize(("fails", "outcome"), [
        (None, "delivered"), (TryLater("busy"), "later"), (CannotDeliver("gone"), "refused"), (KeyError(), "failed"),
    ])
    def test_attempts_count_by_how_they_ended(self, ops: Operations, fails: Exception | None, outcome: str):
        """The error goes on to the worker as it was."""
        counted = ops.outbound(Outside(fails))
        if fails:
            with pytest.raises(type(fails)): counted.deliver("card", {}, attempt("card:1"))
        else:
            counted.deliver("card", {}, attempt("card:1"))
        assert value(ops, "firstline_outbox_attempts_total", kind="card", outcome=outcome) == 1
        assert value(ops, "firstline_outbox_attempt_seconds_count", kind="card") == 1

    def test_an_event_goes_by_its_id(self, ops: Operations):
        """What was written down goes by its event's id, and so does what is delivered on the way."""
        outside = Outside()
        ops.outbound(outside).deliver("incoming", {}, attempt("in:Ev0123"))
        with watched(ops.watch, "Ev0123"): ops.outbound(outside).deliver("reply", {}, attempt("reply:C1:1.1:1"))
        assert outside.traces == ["Ev0123", "Ev0123"]

    def test_how_long_somebody_waited(self, ops: Operations, clock: FakeClock):
        """From the message's own time at Slack, which its reply's key names; a key without one counts nothing."""
        counted: CountedOutbound = ops.outbound(Outside())
        asked = (clock.now - timedelta(seconds=4)).astimezone(UTC)
        for key in (f"reply:C1:{asked.timestamp():.6f}:1", "reply:C1", "reply:C1:x:1"):
            counted.deliver("reply", {}, attempt(key))
        assert value(ops, "firstline_reply_seconds_count") == 1
        assert value(ops, "firstline_reply_seconds_sum") == pytest.approx(4, abs=0.01)


class TestPage:
    def test_names(self, ops: Operations, database: Database, settings: Settings, clock: FakeClock):
        """Each name is documented and in base units, each label harmless; whatever is documented exists."""
        ticket(database, settings, clock)
        ops.ready()
        families = list(text_string_to_metric_families(ops.figures().decode()))
        told = {one.name for one in families}
        own = {name for name in told if name.startswith("firstline_")}
        counters = {one.name for one in families if one.type == "counter"}
        assert [name for name in own - counters if not name.endswith(UNITS) and name not in COUNTS] == []
        assert {label for family in families for one in family.samples for label in one.labels} - LABELS <= {
            "generation", "implementation", "major", "minor", "patchlevel",  # prometheus-client's own
        }  # fmt: skip
        documented = set(re.findall(r"^\| `(firstline_\w+)`", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE))
        assert documented == {f"{name}_total" if name in counters else name for name in own}
        assert not [one for family in families for one in family.samples if one.name.endswith("_created")]

    @pytest.mark.parametrize(("given", "authorization", "status"), [
        ({}, "", 200), ({"web_host": EVERYWHERE}, "", 401),
        ({"public_url": "https://it.example.com"}, "", 401), ({"metrics_token": "wörd"}, "", 401),
        ({"metrics_token": "word"}, "Bearer words", 403), ({"metrics_token": "word"}, "word", 403),
        ({"metrics_token": "word", "web_host": EVERYWHERE}, "Bearer word", 200),
    ])  # fmt: skip
    def test_who_may_read(
        self, database: Database, settings: Settings, clock: FakeClock, given: dict[str, str], authorization: str,
        status: int,
    ):
        """Without a token only where nobody else can come; with one, whoever shows it."""
        changed = load_settings(**(settings.model_dump() | given))
        with (
            operated(changed, database, clock) as ops,
            asking(machine_only(ops.ready, ops.figures, ops.refusal)) as ask,
        ):
            answer = ask.get("/metrics", headers={"Authorization": authorization} if authorization else {})
        assert answer.status_code == status
        assert ("firstline_build" in answer.text) == (status == 200)

    def test_routes_and_statuses_count(self, ops: Operations):
        """A request counts by the pattern of its route, never by its path; what fits no route counts as one."""
        routes = machine_routes(ops.ready, ops.figures, ops.refusal)
        with asking(Watched(Starlette(routes=routes), ops.metrics, ops.watch, routes)) as ask:
            assert ask.get("/health").json() == {"status": "ok"}
            assert [ask.get(f"/person/{n}").status_code for n in range(3)] == [404] * 3
            assert ask.get("/metrics").headers["content-type"].startswith("text/plain; version=0.0.4")
        assert value(ops, "firstline_http_requests_total", method="GET", route="/health", status="200") == 1
        assert value(ops, "firstline_http_requests_total", method="GET", route="other", status="404") == 3
        assert not [one for one in shown(ops) if "person" in str(one)]
