"""Trying a draft, losing confirmed answers, and beginning from a ticket, on the pages of the studio."""

import threading
from collections.abc import Iterator
from html import unescape
from typing import Any

import httpx
import pytest

from bot.assistant.editorial.reviewing import Reviewing
from bot.rehearsal import Change, Rehearsal, Shown
from bot.web.studio.trials import MOST, Trial, Trials
from core import db
from core.errors import BadInput, NotFound
from kb.drafting import Solved, article_text
from tests.fakes import FakeClock
from tests.studio import LIAM, NOOR, Atelier, atelier

FORM = {"title": "Connect to the VPN", "body": "Open it.", "category": "vpn", "audience": "employees"}
EDIT, REVIEW, TRY = (f"/studio/{what}/article/connect-to-the-vpn" for what in ("edit", "review", "try"))
QUESTION = "how <b>do</b> I connect?"
PATIENCE = 60  # seconds until something that takes none counts as never


class Slow:
    """A dry run that goes on when the test says so."""

    def __init__(self) -> None:
        self.go, self.told, self.runs = threading.Event(), threading.Event(), 0

    def run(self, *_named: Any, note: Any) -> Rehearsal:
        """Tell how far it is, wait, and give a result."""
        self.runs += 1
        note(3, 10)
        self.told.set()
        assert self.go.wait(PATIENCE)
        nothing, got = Shown(decision="handoff"), Shown(decision="answer", kind="article", slug="a", title="The VPN")
        change = Change(question=QUESTION, times=2, confirmed=True, before=got, after=nothing)
        return Rehearsal(questions=10, asked=12, seconds=1.25, same=9, gains=(), losses=(change,), changes=())


@pytest.fixture
def studio(sqlite_database: db.Database, clock: FakeClock) -> Iterator[Atelier]:
    """A studio with a draft."""
    with atelier(sqlite_database, clock) as found:
        noor = found.as_(NOOR)
        assert found.post(noor, "/studio/new?kind=article", do="save", **FORM).status_code == 303
        yield found


def page(answer: httpx.Response) -> str:
    """The page, as a person reads it."""
    return unescape(answer.text)


def over(client: httpx.Client) -> httpx.Response:
    """The page of a dry run that is over; the process has one thread for it."""
    for thread in threading.enumerate():
        if thread.name == "dry-run": thread.join(PATIENCE)
    return client.get(TRY)


def test_a_dry_run_is_shown_while_it_goes_on(studio: Atelier) -> None:
    """A page at once that looks again by itself, then the result, word for word; the reviewer sees it in a line."""
    slow, noor = Slow(), studio.as_(NOOR)
    studio.assistant.rehearsing = slow  # type: ignore[assignment]  # a stand-in that waits
    studio.post(noor, TRY)
    assert slow.told.wait(PATIENCE)
    waiting = noor.get(TRY)
    assert "3 of 10 questions" in page(waiting)
    assert 'http-equiv="refresh"' in waiting.text
    slow.go.set()
    found = over(noor)
    assert "10 questions, asked 12 times, in 1.2 seconds." in page(found)
    assert "0 gains, 1 loss, 0 changes. 9 questions answered as before." in page(found)
    assert "how &lt;b&gt;do&lt;/b&gt; I connect?" in found.text
    assert "Asked 2 times. Now: answered by: The VPN. With your draft: goes to IT." in page(found)
    assert 'http-equiv="refresh"' not in found.text
    assert "0 gains, 1 loss, 0 changes." in page(noor.get(REVIEW))
    assert slow.runs == 1
    assert "It ran on 20 November 2026" in page(found)
    assert studio.post(noor, TRY).status_code == 303
    over(noor)
    assert slow.runs == 2


def test_a_dry_run_that_breaks_says_so(studio: Atelier) -> None:
    """In one line, and it can be run again."""
    class Broken:
        def run(self, *_named: Any, **_note: Any) -> None: raise BadInput("There are no questions yet.")

    studio.assistant.rehearsing = Broken()  # type: ignore[assignment]  # a stand-in that fails
    noor = studio.as_(NOOR)
    studio.post(noor, TRY)
    shown = page(over(noor))
    assert "It did not get to its end. There are no questions yet." in shown
    assert "Run it again" in shown


def test_trials_are_one_at_a_time_and_not_for_ever(clock: FakeClock) -> None:
    """One is begun once, the oldest is forgotten, and what nobody expected has a reference."""
    trials = Trials()
    runs = [trials.begin(n, lambda _note: 1 / 0, clock()) for n in range(MOST + 1)]
    for thread in threading.enumerate():
        if thread.name == "dry-run": thread.join(PATIENCE)
    assert all(one.over and "tell IT this reference" in one.problem for one in runs)
    assert trials.find(0) is None
    assert trials.find(MOST) is runs[-1]
    assert not Trial(at=clock()).over


def test_confirmed_answers_are_not_lost_without_a_reason(studio: Atelier) -> None:
    """The questions are shown, the words stay, and a reason publishes it; on the reviewer's page too."""
    parts, writing = studio.assistant.parts, studio.assistant.writing
    studio.assistant.reviewing = Reviewing(parts, writing, lambda *_named: [QUESTION])
    noor = studio.as_(NOOR)
    asked = studio.post(noor, EDIT, do="publish", version="1", **FORM)
    assert asked.status_code == 409
    assert "Some people would lose their answer" in page(asked)
    assert "how &lt;b&gt;do&lt;/b&gt; I connect?" in asked.text
    again = studio.post(noor, REVIEW, do="publish", version="1", reason=" ")
    assert (again.status_code, "Why that is right" in page(again)) == (409, True)
    done = studio.post(noor, EDIT, do="publish", version="1", reason="It moved.", **FORM)
    assert done.headers["location"].endswith("said=published")
    assert parts.kb.history.of("article", "connect-to-the-vpn")[0].note == "It moved."


def test_a_resolved_ticket_becomes_an_article(studio: Atelier) -> None:
    """Its form is filled in, what is still to be written is told, and the draft knows where it is from."""
    class Drafting:
        def begin(self, ticket: int, *_person: Any) -> tuple[str, str]:
            if ticket != 7: raise NotFound(f"There is no ticket {ticket}.")
            return "it-drips", article_text(Solved(number="INC-000007", category="other", asked=("the tap drips",),
                                                   tried=(), note="Gave it a new seal."))

    studio.assistant.drafting = Drafting()  # type: ignore[assignment]  # a stand-in that knows one ticket
    liam = studio.as_(LIAM)
    assert "There is no ticket 77." in page(liam.get("/studio/new?kind=article&ticket=77"))
    shown = liam.get("/studio/new?kind=article&ticket=7")
    assert "Gave it a new seal." in page(shown)
    assert "Still to be written" in page(shown)
    assert 'name="origin" value="ticket:7"' in shown.text
    assert f'value="{LIAM.email}"' in shown.text
    studio.post(liam, "/studio/new?kind=article", do="save", origin="ticket:7", name="it-drips", **FORM)
    assert studio.assistant.writing.draft("article", "it-drips", LIAM).origin == "ticket:7"
