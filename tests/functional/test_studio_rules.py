"""The studio asks the same rules as Slack does: who publishes what, and what was looked at."""

from collections.abc import Iterator

import httpx
import pytest

from bot.assistant.editorial.made import made
from core.db import Database
from kb.articles import ARTICLE, RUNBOOK
from kb.writing import RECIPE
from tests.fakes import FakeClock
from tests.studio import LIAM, NOOR, Atelier, atelier

TEXTS = {
    ARTICLE: "---\ntitle: The pump\n---\nDry it with a cloth.\n",
    RUNBOOK: "---\ntitle: The pump\nkind: runbook\naudience: staff\n---\nOrder it.\n",
    RECIPE: (
        "title: The pump\ntriggers: [it broke]\nstart: a\n"
        "steps:\n  a: {say: Look., choices: {'Yes': solved, 'No': handoff}}\n"
    ),
}
PUBLISH = 'name="do" value="publish"'


@pytest.fixture
def studio(sqlite_database: Database, clock: FakeClock) -> Iterator[Atelier]:
    """A studio in which one of each kind is published."""
    with atelier(sqlite_database, clock) as found:
        for kind, source in TEXTS.items(): found.assistant.parts.kb.save(made(kind, "pump", source), by="import")
        yield found
        found.assistant.parts.desk.approval.clear()  # the desk file is read once for all tests


def offered(client: httpx.Client, kind: str) -> bool:
    """Whether the editing page has a button to publish."""
    return PUBLISH in client.get(f"/studio/edit/{kind}/pump").text


def test_an_agent_publishes_a_run_book(studio: Atelier) -> None:
    """It is what they work by; of articles and recipes they write drafts."""
    liam = studio.as_(LIAM)
    assert [offered(liam, kind) for kind in (RUNBOOK, ARTICLE, RECIPE)] == [True, False, False]


@pytest.mark.parametrize("kind", TEXTS)
def test_of_what_two_have_to_see_nobody_publishes_their_own(studio: Atelier, kind: str) -> None:
    """Whatever the kind: the button is there for the other editor alone."""
    studio.assistant.parts.desk.approval.append(kind)  # type: ignore[arg-type] - one of the three
    noor = studio.as_(NOOR)
    assert not offered(noor, kind)
    writing = studio.assistant.writing
    changed = TEXTS[kind].replace("The pump", "A pump")
    kept = writing.keep(kind, "pump", changed, studio.assistant.parts.person(LIAM.id), seen_version=0, based_on=1)
    assert offered(noor, kind)
    assert PUBLISH in noor.get(f"/studio/review/{kind}/pump").text
    writing.keep(kind, "pump", changed.replace("A pump", "One pump"), NOOR, seen_version=kept.version)
    assert not offered(noor, kind)
    assert PUBLISH not in noor.get(f"/studio/review/{kind}/pump").text


def test_going_back_waits_for_the_other_editor(studio: Atelier) -> None:
    """The page says that it was submitted; nothing else is published meanwhile."""
    kb = studio.assistant.parts.kb
    kb.save(made(ARTICLE, "pump", TEXTS[ARTICLE].replace("cloth", "towel")), by="import")
    studio.assistant.parts.desk.approval.append(ARTICLE)
    done = studio.post(studio.as_(NOOR), "/studio/articles/pump/history/1", seen_revision="2")
    assert done.headers["location"].endswith("said=submitted")
    assert [one.source for one in kb.drafts.all()] == [TEXTS[ARTICLE]]
    assert len(kb.history.of(ARTICLE, "pump")) == 2


def test_what_is_retired_is_what_was_seen(studio: Atelier) -> None:
    """Something newer is shown first, with the reason that was typed."""
    kb, noor = studio.assistant.parts.kb, studio.as_(NOOR)
    kb.save(made(ARTICLE, "pump", TEXTS[ARTICLE].replace("cloth", "towel")), by="import")
    late = studio.post(noor, "/studio/articles/pump/retire", seen_revision="1", reason="We have no pump any more.")
    assert late.status_code == 409
    assert "We have no pump any more." in late.text
    assert kb.is_published(ARTICLE, "pump")
    assert studio.post(noor, "/studio/articles/pump/retire", seen_revision="2", reason="Sold.").status_code == 303
    assert not kb.is_published(ARTICLE, "pump")
