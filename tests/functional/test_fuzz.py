"""What once broke a reader, a listener or a page breaks none any more; and a few spoilt cases for each of them.

`python -m tests.fuzz` tries many more.
"""

from collections.abc import Iterator

import pytest

from tests.functional.office import Prepared
from tests.fuzz import listeners, parsers, routes
from tests.fuzz.engine import CORPUS, Target, kept, tried, watched
from tests.fuzz.world import World, open_world

CLICKS = 20  # of the day before: enough that most listeners have something real to be spoilt


@pytest.fixture(scope="module")
def world(prepared: Prepared) -> Iterator[World]:
    """A company at work."""
    with open_world(prepared) as found: yield found


@pytest.fixture(scope="module")
def served(world: World) -> list[Target]:
    """Every listener and every route."""
    return [*listeners.targets(world, CLICKS), *routes.targets(world)]


def failures(targets: list[Target], cases: int) -> list[str]:
    """What goes wrong in some cases of each."""
    results = [tried(one, max(1, round(cases * min(1, one.weight))), 0) for one in targets]
    return [f"{one.target}: {failure.told}" for one in results for failure in one.failures.values()]


def test_parsers_refuse_what_they_cannot_read():
    """Whatever a reader of text or files is given, it reads it or says in a line why not."""
    assert not failures(parsers.targets(), 6)


@pytest.mark.filterwarnings("ignore:fully NULL primary key")
def test_listeners_and_routes_bear_anything(served):
    """Whatever Slack or a browser sends, nothing is logged as an error, and strangers change nothing."""
    assert not failures(served, 2)


def test_every_listener_is_tried(world, served):
    """A listener that is connected to the Bolt app has cases of its own."""
    names = {one.name for one in served}
    assert len(world.app.connected) >= 90
    assert {"action.claim", "view.resolve_view", "event.message", "command.it", "shortcut.make_article"} <= names


@pytest.mark.filterwarnings("ignore:fully NULL primary key")
def test_what_once_failed_does_not_fail_again(served):
    """Every case of the corpus."""
    known = {one.name: one for one in (*parsers.targets(), *served)}
    assert {folder.name for folder in CORPUS.iterdir()} <= known.keys()
    for name, target in known.items():
        for case in kept(name): watched(target, case)
