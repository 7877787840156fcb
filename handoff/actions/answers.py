"""What the automation is sent and what its answer means. Pure."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from core.http_calls import BAD, BROKEN, REDIRECT, TRY_AGAIN, retry_after
from core.people import Person
from handoff.actions.registry import FAILED, REFUSED, ActionRule, Type
from handoff.actions.states import State

MOST_TEXT = 200  # characters of a result
MOST_NOTE = 500  # characters of the automation's own word


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What the automation is asked to do; `id` is the webhook-id, the same for every attempt."""

    id: str
    action: str
    requester: Person
    approved_by: Person | None = None
    given: Mapping[str, str] = field(default_factory=dict)
    dry_run: bool = False
    at: datetime  # when it was asked for

    def body(self) -> bytes:
        """As JSON; equal for every attempt."""
        data = {
            "action": self.action, "requester": _who(self.requester),
            "approved_by": _who(self.approved_by) if self.approved_by else None,
            "with": dict(self.given), "dry_run": self.dry_run,
        }  # fmt: skip
        sent = {"type": f"action.{self.action}", "timestamp": _stamp(self.at), "data": data}
        return json.dumps(sent, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a call, for good. `results` are texts, under the names that the registry declares.

    `turned_away`: this call did nothing, which says nothing of the calls before it.
    """

    state: State
    outcome: str = ""
    results: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    why: str = ""
    turned_away: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAnswer:
    """A call to be made again; `harmless` if this one surely did nothing, `wait` if the automation named a time."""

    why: str
    harmless: bool
    wait: timedelta | None = None


def understood(
    rule: ActionRule, status: int, headers: Mapping[str, str], body: bytes, now: datetime
) -> Answer | NoAnswer:
    """What an HTTP answer means; `headers` have their names in lower case."""
    if status in TRY_AGAIN or status >= BROKEN:
        wait = retry_after(headers.get("retry-after", ""), now)
        return NoAnswer(why=f"The automation answered {status}.", harmless=status in TRY_AGAIN, wait=wait)
    said = _object(body)
    note = _text(said.get("note"), MOST_NOTE) if said else ""
    if status >= REDIRECT:
        moved = " It is called at its own address only: redirects are not followed." if status < BAD else ""
        why = f"The automation answered {status}.{moved}"
        return Answer(state=State.FAILED, note=note, why=why, turned_away=True)
    if said is None: return Answer(state=State.UNKNOWN, why="The automation's answer is no JSON object.")
    outcome = _text(said.get("outcome"), MOST_TEXT)
    if outcome in (FAILED, REFUSED): return Answer(state=State(outcome), note=note, why="The automation said so.")
    if outcome not in rule.good:
        why = f"The automation answered with an outcome that the registry does not have: {outcome[:60] or 'none'}."
        return Answer(state=State.FAILED, note=note, why=why)
    return Answer(state=State.DONE, outcome=outcome, results=_results(rule.results, said.get("results")), note=note)


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _results(declared: Mapping[str, Type], given: Any) -> dict[str, str]:
    """The declared ones that are of their type; the rest is left out."""
    values = given if isinstance(given, dict) else {}
    found = {name: _result(kind, values.get(name)) for name, kind in declared.items()}
    return {name: value for name, value in found.items() if value}


def _result(kind: Type, value: Any) -> str:
    match kind:
        case "number": return _number(value)
        case "yes-no": return ("yes" if value else "no") if isinstance(value, bool) else ""
        case "date": return value if isinstance(value, str) and _is_day(value) else ""
        case "text": return _text(value, MOST_TEXT)


def _number(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float): return ""
    if isinstance(value, int): return str(value) if abs(value) < 10**15 else ""  # more is no amount of anything
    return f"{value:.15g}" if math.isfinite(value) else ""


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _text(value: Any, most: int) -> str:
    """On one line, without what cannot be stored or shown."""
    if not isinstance(value, str): return ""
    plain = "".join(c if c.isprintable() else " " for c in value)
    return " ".join(plain.split())[:most]


def _who(person: Person) -> dict[str, str]:
    return {"id": person.id, "name": person.name, "email": person.email}


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
