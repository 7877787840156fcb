"""What stands beside tickets and events after years: the knowledge, what came of it, gaps, recipes' runs, tasks."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import numpy as np
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from bot.tables import (
    GapQuestionRow,
    GapRow,
    ItemDayRow,
    ItemFiguresRow,
    ItemPersonRow,
    ItemTicketRow,
    WebSessionRow,
)
from core.db import Database
from core.encoder import HashingEncoder
from handoff.tables import TaskRow
from kb.tables import ReadRow, RunRow

GAPS, ASKED = 400, 12  # gaps, and questions of each
DAYS = 365  # of which there are figures
SHOWN_TO = 250  # people whom each item was shown to
WHOLE = 100_000  # tickets beside which there is all of this; beside fewer as large a part of it
RUNS, TASKS, SESSIONS = 20_000, 600, 800


def fill_beside(database: Database, random: Random, now: datetime) -> None:
    """What the views of editors read; the knowledge base is there already."""
    with database.transaction() as session:
        items = [f"{kind}:{slug}" for kind, slug in session.execute(text("SELECT kind, slug FROM kb_items"))]
        ids = list(session.scalars(text("SELECT id FROM kb_items")))
        tickets = session.scalar(text("SELECT count(*) FROM tickets")) or 0
        share = min(1.0, tickets / WHOLE)
        _outcomes(session, items, share, random, now)
        _reads(session, ids, share, random, now)
        _gaps(session, random, now)
        _rest(session, random, now)


def _outcomes(session: Session, items: list[str], share: float, random: Random, now: datetime) -> None:
    shown_to, over = int(SHOWN_TO * share) + 1, int(DAYS * share) + 1
    nothing = {"said_at": None, "ticket_at": None, "failed_at": None, "helped": None}
    people: list[dict[str, Any]] = [
        nothing | {"item": item, "person": f"UE{n * 11:05d}", "shown_at": now - random.random() * timedelta(days=DAYS)}
        for item in items for n in range(shown_to)
    ]  # fmt: skip
    for row in people[::3]: row |= {"helped": random.random() < 0.8, "said_at": row["shown_at"]}
    days = [{"item": item, "day": (now - timedelta(days=n)).date(), "shown": 3} for item in items for n in range(over)]
    tickets = [
        {"item": item, "what": "opened", "ticket_id": n + 1, "at": now - timedelta(days=n % DAYS)}
        for item in items for n in range(over // 6)
    ]
    figures = [{"item": item, "stale": n % 40 == 0, "counted_at": now, "figures": {}} for n, item in enumerate(items)]
    for row, values in ((ItemPersonRow, people), (ItemDayRow, days), (ItemTicketRow, tickets),
                        (ItemFiguresRow, figures)):  # fmt: skip
        if values: session.execute(insert(row), values)


def _reads(session: Session, ids: list[int], share: float, random: Random, now: datetime) -> None:
    rows = [
        {"item_id": one, "day": (now - timedelta(days=n)).date(), "place": place, "count": random.randint(1, 9)}
        for one in ids for n in range(int(DAYS * share) + 1) for place in ("slack", "web")
    ]
    if rows: session.execute(insert(ReadRow), rows)


def _gaps(session: Session, random: Random, now: datetime) -> None:
    query = text("SELECT id FROM turns WHERE decision = 'handoff' ORDER BY id DESC LIMIT :n")
    turns = list(session.scalars(query, {"n": GAPS * ASKED}))
    encoder = HashingEncoder()
    vectors = encoder.encode([f"question {n}" for n in range(len(turns) // ASKED + 1)])
    data = [row.astype("<f4").tobytes() for row in np.asarray(vectors)]
    gaps = [
        {"id": n + 1, "title": f"Question {n}", "state": "open" if n % 2 else "closed", "encoder": encoder.name,
         "vector": data[n], "size": ASKED, "opened_at": now - timedelta(days=n), "last_at": now - timedelta(hours=n),
         "snoozed_until": None, "closed_at": None if n % 2 else now} for n in range(len(turns) // ASKED)
    ]  # fmt: skip
    asked = [
        {"gap_id": n // ASKED + 1, "turn_id": turn, "person": f"UE{random.randrange(3000):05d}", "why": "unanswered",
         "vector": data[n // ASKED], "minutes": random.randrange(480), "at": now - timedelta(hours=n)}
        for n, turn in enumerate(turns[: len(gaps) * ASKED])
    ]  # fmt: skip
    if gaps:
        session.execute(insert(GapRow), gaps)
        session.execute(insert(GapQuestionRow), asked)


def _rest(session: Session, random: Random, now: datetime) -> None:
    tickets = session.scalar(text("SELECT count(*) FROM tickets")) or 0
    runs = [
        {"recipe": "vpn-stuck", "revision": 1, "owner": f"UE{n % 3000:05d}", "conversation_id": n + 1, "seen": 3,
         "shown": 3, "progress": {}, "end": "" if n > RUNS - 100 else "solved",
         "started_at": now - timedelta(hours=RUNS - n), "moved_at": now - timedelta(hours=RUNS - n),
         "wakes_at": now + timedelta(days=2) if n > RUNS - 100 else None} for n in range(min(RUNS, tickets))
    ]  # fmt: skip
    tasks = [
        {"kind": "no-article", "ticket_id": random.randrange(tickets) + 1, "opened_at": now - timedelta(days=n % 300),
         "done_at": None if n % 20 == 0 else now, "done_by": "U0NOOR"} for n in range(min(TASKS, tickets))
    ]  # fmt: skip
    sessions = [
        {"token": f"{n:064d}", "person": f"UE{n:05d}", "form_token": f"{n:064d}", "opened_at": now, "seen_at": now,
         "expires_at": now + timedelta(days=1)} for n in range(SESSIONS)
    ]  # fmt: skip
    for row, values in ((RunRow, runs), (TaskRow, tasks), (WebSessionRow, sessions)):
        if values: session.execute(insert(row), values)


