"""Any system that takes signed calls, as Standard Webhooks 1.0.0 describes them.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from core import webhooks
from handoff.destinations.kinds import Reference, Snapshot, Who
from handoff.destinations.rest import Rest
from handoff.destinations.snapshots import stamp

CHANGED = "ticket.changed"


class WebhookSystem:
    """Tells an address of each change. The id of a call stays the same for every attempt: receivers do it once."""

    name = "webhook"
    settles = timedelta(0)  # a repeated call is known by its id

    def __init__(self, url: str, secret: str, clock: Callable[[], datetime]) -> None:
        """Take the address, and the secret that calls are signed with."""
        self._secret, self._clock = secret, clock
        self._rest = Rest("The ticket system", url, {}, clock)

    def open(self, snapshot: Snapshot) -> Reference:
        """Its first call makes the ticket, like any other; until an answer names it, it has our number."""
        return Reference(reference=snapshot.number)

    def update(self, snapshot: Snapshot, known: Reference) -> Reference:
        """See `TicketSystem.update`. The answer may name `reference` and `url` of the ticket over there."""
        body = written(snapshot, known)
        call = f"{snapshot.number}.{snapshot.point}"
        headers = webhooks.headers(self._secret, call, self._clock(), body) | {"content-type": "application/json"}
        said = self._rest.send("POST", "", headers, body)
        name, url = _text(said, "reference", 120), _text(said, "url", 500)
        return Reference(reference=name or known.reference, url=url or known.url)

    def check(self) -> str:
        """Nothing can be asked of it without telling it of a ticket."""
        return ""


def written(snapshot: Snapshot, known: Reference) -> bytes:
    """The body of a call."""
    s = snapshot
    data = {
        "number": s.number, "reference": known.reference, "version": s.version, "kind": s.kind, "state": s.state,
        "summary": s.summary, "description": s.description,
        "requester": _who(s.requester), "assignee": _who(s.assignee),
        "category": s.category, "impact": s.impact, "urgency": s.urgency, "priority": s.priority, "queue": s.queue,
        "tier": s.tier, "opened_at": stamp(s.opened_at), "response_due": stamp(s.response_due),
        "resolution_due": stamp(s.resolution_due), "resolved_at": stamp(s.resolved_at),
        "resolution_code": s.resolution_code, "resolution": s.resolution, "url": s.url,
        "news": [
            {"id": n.point, "at": stamp(n.at), "by": n.by, "text": n.text, "internal": n.internal} for n in s.news
        ],
    }  # fmt: skip
    at = s.news[-1].at if s.news else s.opened_at
    sent = {"type": CHANGED, "timestamp": stamp(at), "data": data}
    return json.dumps(sent, ensure_ascii=False, separators=(",", ":")).encode()


def _who(person: Who) -> dict[str, str] | None:
    return {"name": person.name, "email": person.email} if person.name else None


def _text(said: dict[str, Any], name: str, most: int) -> str:
    value = said.get(name)
    return value[:most] if isinstance(value, str) and value.isprintable() else ""
