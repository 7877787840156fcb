"""Gaps and health in the studio: over a real socket."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from core.db import Database
from kb.writing import Draft, article_draft
from tests.fakes import FakeClock
from tests.studio import EMMA, LIAM, MARCUS, NOOR, Atelier, atelier, missing

DRONE = "the survey drone will not <b>pair</b> with my tablet"
TEXT = "---\ntitle: {title}\n---\nHold the button of the printer until it blinks. See [this]({link}.md).\n"


@dataclass(frozen=True, slots=True)
class Missing:
    """A studio, and a gap in it."""

    studio: Atelier
    gap: int

    def act(self, client: httpx.Client, act: str, version: int = 1, **fields: str) -> httpx.Response:
        """Press a button of the gap's page."""
        path = f"/studio/gaps/{self.gap}"
        return self.studio.post(client, path, act=act, seen_version=str(version), **fields)


@pytest.fixture
def found(sqlite_database: Database, clock: FakeClock) -> Iterator[Missing]:
    """A gap of two questions, and two articles that say the same; one has a dead link."""
    with atelier(sqlite_database, clock) as studio:
        for slug, link in (("blink", "gone"), ("blinks", "blink")):
            made = article_draft(f"{slug}.md", TEXT.format(title="Make the printer blink", link=link))
            assert isinstance(made, Draft)
            studio.assistant.parts.kb.save(made, by="import")
        yield Missing(studio, missing(sqlite_database, clock(), DRONE, "drone and tablet"))


def test_what_is_missing(found: Missing):
    """The list tells what it costs; the gap's page has each question word for word, and who asked it."""
    client = found.studio.as_(NOOR)
    listed = client.get("/studio/gaps").text
    assert "the survey drone will not &lt;b&gt;pair&lt;/b&gt; with my tablet" in listed
    assert "30 min" in listed
    page = client.get(f"/studio/gaps/{found.gap}").text
    assert "Asked 2 times, by 1 person; 30 min lost." in page
    assert "Emma Larsen" in page
    assert "nothing fitted" in page
    assert "<strong>1</strong> open gaps" in client.get("/studio").text


def test_what_an_editor_does(found: Missing):
    """Take it, put it off, open it again, close it with a reason: the lists follow."""
    client = found.studio.as_(NOOR)
    assert found.act(client, "take").status_code == 303
    assert DRONE[:16] in client.get("/studio/gaps?show=mine").text
    assert found.act(client, "snooze", 2, until="2026-12-01").status_code == 303
    assert "Put off until 1 December 2026" in client.get("/studio/gaps?show=snoozed").text
    assert found.act(client, "reopen", 3).status_code == 303
    assert found.act(client, "close", 4, why="The drones were sold.").status_code == 303
    assert "The drones were sold." in client.get("/studio/gaps?show=closed").text


@pytest.mark.parametrize(
    ("act", "fields", "status"), [
        ("snooze", {"until": "soon"}, 400), ("snooze", {"until": "2020-01-01"}, 400), ("close", {"why": " "}, 400),
        ("give", {"to": "U0EMMALARS"}, 400), ("give", {"to": "U0NOORHADD"}, 303), ("paint", {}, 400),
    ]
)
def test_what_cannot_be_done_is_said(found: Missing, act: str, fields: dict[str, str], status: int):
    """One plain sentence, and nothing has changed."""
    client = found.studio.as_(NOOR)
    assert found.act(client, act, **fields).status_code == status
    assert DRONE[:16] in client.get("/studio/gaps").text


def test_two_editors_on_one_gap(found: Missing):
    """Whoever pressed on the older page is told; the first one's stands."""
    client = found.studio.as_(NOOR)
    found.act(client, "take")
    late = found.act(client, "close", why="Sold.")
    assert late.status_code == 409
    assert DRONE[:16] in client.get("/studio/gaps?show=mine").text


def test_a_draft_from_a_gap(found: Missing):
    """It begins with what was asked, and the gap leads to it from then on."""
    client = found.studio.as_(NOOR)
    begun = found.studio.post(client, f"/studio/gaps/{found.gap}/begin")
    assert begun.status_code == 303
    kept = found.studio.assistant.writing.drafts(NOOR).mine[0]
    assert begun.headers["location"] == f"/studio/edit/article/{kept.slug}"
    assert begun.headers["location"] in client.get(f"/studio/gaps/{found.gap}").text


def test_how_items_do(found: Missing):
    """Figures of each, what is alike, and where a link leads nowhere."""
    client = found.studio.as_(NOOR)
    assert client.get("/studio/health").text.count("Nobody was shown it.") == 2
    assert client.get("/studio/health?by=title&page=9").status_code == 200
    assert client.get("/studio/health/alike").text.count("Make the printer blink") == 2
    links = client.get("/studio/health/links").text
    assert "there is nothing of that name" in links
    assert "gone.md" in links
    assert client.get("/studio/health/unread").status_code == 200


PAGES = ("/studio/gaps", "/studio/gaps/1", "/studio/health", "/studio/health/alike", "/studio/health/collisions",
         "/studio/health/collisions.svg", "/studio/health/links", "/studio/health/unread")


@pytest.mark.parametrize("path", PAGES)
def test_editors_alone(found: Missing, path: str):
    """Nobody else sees what is missing, or how items do."""
    seen = [found.studio.as_(person).get(path).status_code for person in (None, EMMA, MARCUS, LIAM)]
    assert seen == [303, 403, 403, 403]


def test_forms_of_others_change_nothing(found: Missing):
    """Neither somebody who may not, nor a form without its token."""
    for person in (EMMA, MARCUS, LIAM):
        assert found.act(found.studio.as_(person), "close", why="x").status_code == 403
        answer = found.studio.post(found.studio.as_(person), f"/studio/gaps/{found.gap}/begin")
        assert answer.status_code == 403
    client = found.studio.as_(NOOR)
    assert client.post(f"/studio/gaps/{found.gap}", data={"act": "close", "why": "x"}).status_code == 403
    assert client.post(f"/studio/gaps/{found.gap}/begin").status_code == 403
    assert found.studio.assistant.gaps.get(found.gap, NOOR).gap.version == 1
