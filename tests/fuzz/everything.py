"""All targets: parsers, and what a Firstline at work listens to and serves."""

import atexit
import os
from contextlib import ExitStack
from functools import cache
from pathlib import Path

from core.encoders import load_encoder
from tests.functional.office import Prepared, prepare
from tests.fuzz import listeners, parsers, routes
from tests.fuzz.engine import Result, Target, tried
from tests.fuzz.world import World, open_world

DONE = "done"  # a file that says that everything is prepared


@cache
def targets() -> tuple[Target, ...]:
    """Every one."""
    return (*parsers.targets(), *of_world(world()))


def of_world(found: World) -> list[Target]:
    """Those that need a Firstline at work."""
    return [*listeners.targets(found), *routes.targets(found)]


def target(name: str) -> Target:
    """One by its name."""
    parsed = next((one for one in parsers.targets() if one.name == name), None)
    return parsed or next(one for one in targets() if one.name == name)


def work(name: str, cases: int, seed: int) -> Result:
    """Try cases of a target, in whichever process this is."""
    return tried(target(name), cases, seed)


@cache
def world() -> World:
    """This process's own Firstline, until it ends."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(open_world(prepared()))


def prepared() -> Prepared:
    """The shipped content and trained models, made once: over a minute."""
    place = Path(os.environ.get("FIRSTLINE_STATE_DIR") or ".firstline") / "fuzz"
    folder, exported = place / "prepared", place / "exported"
    for one in (folder, exported): one.mkdir(parents=True, exist_ok=True)
    encoder = load_encoder("", exported)
    if not (place / DONE).exists():
        prepare(folder, encoder)
        (place / DONE).touch()
    return Prepared(folder=folder, exported=exported, encoder=encoder)
