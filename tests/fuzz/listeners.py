"""Every listener of the Bolt app, as it is connected: a new one is tried without anybody thinking of it."""

import copy
from collections.abc import Set as AbstractSet
from typing import Any

from hypothesis import strategies as st

from bot.slack.listeners import messages
from tests.fuzz.company import EMMA, LIAM, MARCUS, NOOR, Company, made_up, name_of
from tests.fuzz.engine import Target, Wrong
from tests.fuzz.mutating import payloads
from tests.fuzz.workspace import GONE, NOBODY, STRANGER
from tests.fuzz.world import World

CLICKS = 400  # things that people do before the first case
WEIGHT = 1.0
Json = dict[str, Any]
NOT_THEIRS = frozenset({"action", "view", "shortcut"})  # kinds in which a stranger touches what others were shown
MAY_ADD = frozenset({"received", "people"})
ASKING = frozenset({"view.ask_view", "shortcut.ask_firstline"})  # open to everybody: whoever asks is heard, in their own name


def targets(world: World, clicks: int = CLICKS) -> list[Target]:
    """One for each listener; `clicks` are what people do before the first case."""
    company = Company(world)
    samples = company.day(clicks)
    world.settle()
    connected = world.app.connected
    if len(connected) != len(world.app._listeners) + len(messages.TYPES): raise Wrong("a listener was connected in a way that `Listed` does not know")  # noqa: SLF001 - to be sure
    found = []
    for kind, constraint in connected:
        name = name_of(kind, constraint)
        real = samples.of.get(name) or [one for who in (LIAM, EMMA, MARCUS, NOOR) for one in made_up(kind, constraint, who)]
        found.append(_target(world, kind, name, real, sorted(samples.ids)))
    return found


def _target(world: World, kind: str, name: str, real: list[Json], ids: list[str]) -> Target:
    who = st.sampled_from([None, None, STRANGER, GONE, NOBODY]) if kind in NOT_THEIRS else st.none()
    cases = st.fixed_dictionaries({"body": payloads(real, ids), "as": who, "twice": st.booleans()})

    def run(case: Json) -> None: _run(world, case, asking=name in ASKING)

    return Target(name=name, cases=cases, run=run, weight=WEIGHT)


def _run(world: World, case: Json, *, asking: bool) -> None:
    """Send it, as somebody else if the case says so, and again if it says so; then deliver what came of it."""
    body = copy.deepcopy(case["body"])
    if not isinstance(body, dict): return
    if case["as"]: body["user"] = {"id": case["as"], "team_id": "TBRIGHT001"}
    with world.undone():
        for _ in range(1 + case["twice"]): world.dispatch(copy.deepcopy(body))
        if case["as"]: _must_not_change(world, {f"outbox of {case['as']}"} if asking else set())
        world.deliver()
        world.must_be_sound()


def _must_not_change(world: World, own: AbstractSet[str]) -> None:
    """A stranger's click on what others were shown changes nothing of theirs; `own` is what they may say."""
    changed = sorted(f"{verb} {table}" for verb, table in world.wrote if table not in MAY_ADD | own)
    if changed: raise Wrong(f"a stranger changed: {', '.join(changed)}")
