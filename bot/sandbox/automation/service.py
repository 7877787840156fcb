"""The sample automation: it checks the signature, does each call once, and fails where a switch says so."""

from __future__ import annotations

import json
from collections import deque
from copy import deepcopy
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from bot.sandbox.automation.accounts import company
from bot.sandbox.automation.doing import ACTIONS, Task, day_of, ended
from bot.sandbox.automation.signing import wrong
from bot.sandbox.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.sandbox.ids import Json
    from bot.sandbox.seed import Seed
    from bot.sandbox.store import Store

KIND, STATE, ANSWERED = "automation", "state", "answered"  # where it stands in the store
MOST_CALLS = 100  # calls that the page shows
MODES = {  # of a switch: what the page says
    "work": "works",
    "fail": "fails: answers 500 and does nothing",
    "refuse": "refuses: answers 422 and does nothing",
    "late": "does it, but never answers",
    "silent": "does nothing and never answers",
}
OK, UNSIGNED, UNUSABLE, BROKEN = 200, 401, 422, 500  # HTTP's own numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call that came, for the page and for tests."""

    at: float
    id: str
    action: str
    requester: str
    approved_by: str
    given: dict[str, str]
    dry_run: bool
    answer: str  # what was answered, in a few words
    again: bool  # whether the same call came before


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer: status and JSON; `never` if it must not be sent."""

    status: int
    body: Json
    never: bool = False


class Automation:
    """Its accounts, its switches, and what it was called for."""

    def __init__(self, seed: Seed, store: Store, clock: Callable[[], float]) -> None:
        self._seed, self._store, self._clock = seed, store, clock
        self.switches: dict[str, str] = dict.fromkeys(ACTIONS, "work")
        self.calls: deque[Call] = deque(maxlen=MOST_CALLS)
        self.company: Json = company(seed)
        self._answered: dict[str, Json] = {}
        self._load()

    @property
    def secret(self) -> str:
        """What calls are signed with; empty if this workspace has no automation."""
        return self._seed.automation.secret if self._seed.automation else ""

    def reset(self) -> None:
        """Back to the seed; the store was cleared before."""
        self.switches = dict.fromkeys(ACTIONS, "work")
        self.calls.clear()
        self.company = company(self._seed)
        self._answered = {}

    def switch(self, action: str, mode: str) -> None:
        """Let an action work, or fail in one of the ways."""
        if action not in ACTIONS or mode not in MODES:
            raise Refused("There is no such action, or no such way to fail.")
        self.switches[action] = mode

    def answer(self, headers: Mapping[str, str], body: bytes) -> Said:
        """Take one call."""
        problem = wrong(self.secret, headers, body, self._clock())
        data = {} if problem else _data(body)
        said = Said(status=UNSIGNED, body={"note": problem}) if problem else self._do(headers["webhook-id"], data)
        self.calls.append(self._call(headers.get("webhook-id", ""), data, said))
        return said

    def shown(self) -> Json:
        """Everything that the page shows, newest call first."""
        return {"company": self.company, "switches": self.switches, "modes": MODES,
                "calls": [asdict(one) for one in reversed(self.calls)]}

    def _do(self, call: str, data: Json) -> Said:
        if call in self._answered:
            return Said(status=OK, body=self._answered[call])
        action, email = str(data.get("action")), str(_part(data, "requester").get("email", "")).lower()
        if action not in ACTIONS:
            return Said(status=UNUSABLE, body={"note": "There is no such action here."})
        if email not in self.company["accounts"]:
            return Said(status=UNUSABLE, body={"note": "There is no account with that address."})
        mode = self.switches[action]
        if mode == "fail":
            return Said(status=BROKEN, body={"note": "Something broke."})
        if mode == "refuse":
            return Said(status=UNUSABLE, body={"note": "The switch on the automation's page says: refuse."})
        if mode == "silent":
            return Said(status=OK, body={}, never=True)
        return Said(status=OK, body=self._done(call, action, email, data), never=mode == "late")

    def _done(self, call: str, action: str, email: str, data: Json) -> Json:
        """Do it once; a dry run is done on a copy that is thrown away."""
        dry = bool(data.get("dry_run"))
        state = deepcopy(self.company) if dry else self.company
        task = Task(company=state, account=state["accounts"][email], given=_part(data, "with"),
                    today=day_of(self._clock()))
        answer = ACTIONS[action](task)
        if dry:
            answer = ended(answer["outcome"], "This was a dry run: nothing was changed.", **answer["results"])
        self._answered[call] = answer
        self._store.put(ANSWERED, call, answer)
        self._store.put(KIND, STATE, self.company)
        return answer

    def _call(self, call: str, data: Json, said: Said) -> Call:
        words = said.body.get("outcome") or said.body.get("note") or ""
        answer = f"no answer ({words or 'nothing done'})" if said.never else f"{said.status} {words}".strip()
        return Call(at=self._clock(), id=call, action=str(data.get("action", "")),
                    requester=str(_part(data, "requester").get("email", "")),
                    approved_by=str(_part(data, "approved_by").get("email", "")), given=_part(data, "with"),
                    dry_run=bool(data.get("dry_run")), answer=answer,
                    again=any(one.id == call for one in self.calls))

    def _load(self) -> None:
        for _, state, _ in self._store.all(KIND):
            self.company = state
        self._answered = {call: answer for call, answer, _ in self._store.all(ANSWERED)}


def _data(body: bytes) -> Json:
    try:
        sent: Any = json.loads(body)
    except ValueError:
        return {}
    return _part(sent, "data") if isinstance(sent, dict) else {}


def _part(data: Json, name: str) -> Json:
    found = data.get(name)
    return found if isinstance(found, dict) else {}
