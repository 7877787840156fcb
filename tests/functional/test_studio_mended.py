"""The studio keeps what was typed whatever goes wrong, looking changes nothing, and its buttons follow the rules."""

import threading
from collections.abc import Iterator
from html import unescape
from typing import Any, Never

import pytest

from bot.assistant.editorial.gaps import Gaps
from bot.assistant.editorial.writing import Writing
from bot.tables import GapRow
from bot.web.studio import stale
from core.db import Database
from core.errors import Unavailable
from kb.articles import ARTICLE, RUNBOOK
from kb.writing import RECIPE, Draft, article_draft
from tests.fakes import FakeClock
from tests.functional.test_studio_writing import EDIT, FORM, NEW, REVIEW, TRY, drawn_for, page, press, typed
from tests.studio import LIAM, NOOR, Atelier, atelier, missing

WORDS = "A long and considered note about what is wrong here."
FILED = (  # as somebody wrote it by hand: another order, quotes, a comment, months
    "---\n# of the network team\naudience: employees\ntitle: 'Connect to the VPN'\nreview_every: 6m\n"
    "aliases: [tunnel]\ncategory: VPN\n---\nOpen it.\n"
)


@pytest.fixture
def studio(sqlite_database: Database, clock: FakeClock) -> Iterator[Atelier]:
    """A studio with an editor and an agent."""
    with atelier(sqlite_database, clock) as found: yield found


class Away(Writing):
    """Drafts in a database that does not answer."""

    def keep(self, *_given: Any, **_named: Any) -> Never:
        """Fail as it does."""
        raise Unavailable("The database did not answer.")


class FarAway(Away):
    """The same, where not even a look is answered."""

    def begin(self, *_given: Any, **_named: Any) -> Never:
        """Fail as well."""
        raise Unavailable("The database did not answer.")


def untouched(studio: Atelier, person: Any, do: str) -> int:
    """Press a button of the form as it was drawn; the status."""
    client = studio.as_(person)
    form = client.get(EDIT)
    shown = {name: typed(form, name) for name in ("title", "category", "owner", "review_every", "aliases", "body")}
    told = shown | drawn_for(form) | {"audience": "employees", "do": do}
    return studio.post(client, EDIT, **told).status_code


def test_a_save_without_a_change_keeps_the_file_as_it_is(studio: Atelier) -> None:
    """However it was laid out by hand; a changed word makes it the form's own."""
    writing = studio.assistant.writing
    writing.keep(ARTICLE, "connect-to-the-vpn", FILED.replace("VPN\n---", "vpn\n---"), LIAM, seen_version=0)
    kept = writing.draft(ARTICLE, "connect-to-the-vpn", LIAM)
    assert untouched(studio, NOOR, "save") == 303
    assert writing.draft(ARTICLE, "connect-to-the-vpn", LIAM) == kept
    press(studio, studio.as_(NOOR), EDIT, body="Open it twice.")
    assert "# of the network team" not in writing.draft(ARTICLE, "connect-to-the-vpn", LIAM).source


@pytest.mark.parametrize("absent", [Away, FarAway])
def test_a_database_that_is_away_takes_no_words_with_it(studio: Atelier, absent: type[Writing]) -> None:
    """They come back, with a reference; the form itself where it can be drawn."""
    noor = studio.as_(NOOR)
    press(studio, noor, NEW)
    state = drawn_for(noor.get(EDIT))
    studio.assistant.writing = absent(studio.assistant.parts)
    answer = studio.post(noor, EDIT, **(FORM | state | {"do": "save", "body": WORDS}))
    assert answer.status_code == 503
    for part in (WORDS, FORM["title"], FORM["aliases"], "tell IT this reference: E-"): assert part in page(answer)
    assert ('name="body"' in answer.text) == (absent is Away)


def test_a_note_on_a_draft_that_is_gone_comes_back(studio: Atelier) -> None:
    """Whoever reviewed it can copy what they wrote."""
    noor, writing = studio.as_(NOOR), studio.assistant.writing
    press(studio, studio.as_(LIAM), NEW, "submit")
    writing.drop(ARTICLE, "connect-to-the-vpn", LIAM, seen_version=2)
    answer = studio.post(noor, REVIEW, version="2", do="send-back", note=WORDS)
    assert (answer.status_code, WORDS in page(answer)) == (404, True)


def test_a_reason_for_a_gap_that_changed_comes_back(studio: Atelier, sqlite_database: Database) -> None:
    """However short it is."""
    gap = missing(sqlite_database, studio.assistant.parts.clock(), "the pump is wet")
    answer = studio.post(studio.as_(NOOR), f"/studio/gaps/{gap}", act="close", why="Sold, all.", seen_version="7")
    assert (answer.status_code, "Sold, all." in page(answer)) == (409, True)


def test_looking_keeps_nothing(studio: Atelier, sqlite_database: Database) -> None:
    """No address begins a draft of a gap: that takes a button."""
    gap = missing(sqlite_database, studio.assistant.parts.clock(), "the pump is wet")
    studio.as_(NOOR).get(f"/studio/new?gap={gap}")
    assert studio.assistant.parts.kb.drafts.all() == []
    with sqlite_database.reading() as session: assert session.get_one(GapRow, gap).draft == ""
    assert isinstance(studio.assistant.gaps, Gaps)


def test_an_agent_publishes_run_books(studio: Atelier) -> None:
    """In Slack and here: the button is on the form and on the reviewer's page."""
    liam, path = studio.as_(LIAM), "/studio/new?kind=runbook"
    assert 'value="publish"' in liam.get(path).text
    assert press(studio, liam, path, title="Restart the gateway").status_code == 303
    edit = "/studio/edit/runbook/restart-the-gateway"
    assert 'value="publish"' in liam.get(edit).text
    assert 'value="publish"' in liam.get(edit.replace("edit", "review")).text
    assert press(studio, liam, edit, "publish", title="Restart the gateway").status_code == 303
    assert studio.assistant.parts.kb.is_published(RUNBOOK, "restart-the-gateway")
    assert 'value="publish"' not in liam.get("/studio/new?kind=article").text
    assert 'value="publish"' not in liam.get("/studio/new?kind=recipe").text


def published(studio: Atelier, text: str = "Dry it with a cloth.") -> None:
    """Publish an article."""
    draft = article_draft("pump.md", f"---\ntitle: The pump\n---\n{text}\n")
    assert isinstance(draft, Draft)
    studio.assistant.parts.kb.save(draft, by="import")


def test_what_is_retired_leads_to_its_history(studio: Atelier) -> None:
    """There is nothing to edit, unless somebody is writing on it."""
    published(studio)
    noor = studio.as_(NOOR)
    assert "/studio/edit/article/pump" in noor.get("/studio/articles/pump").text
    studio.assistant.parts.kb.retire(ARTICLE, "pump", by=NOOR.id)
    shown = noor.get("/studio/articles/pump").text
    assert "/studio/edit/article/pump" not in shown
    assert "/studio/articles/pump/history" in shown


def test_an_agent_who_is_overtaken_reads_what_is_published(studio: Atelier) -> None:
    """Without the history, which is the editors'."""
    published(studio)
    published(studio, "Wring it out.")
    before, now = stale.both(_studio(studio), ARTICLE, "pump", 1, LIAM)
    assert (before, now and now.number) == (None, 2)
    before, now = stale.both(_studio(studio), ARTICLE, "pump", 1, NOOR)
    assert (before and before.number, now and now.number) == (1, 2)


def _studio(made: Atelier) -> Any:
    class Held:
        assistant = made.assistant

    return Held()


def test_looking_at_a_dry_run_begins_none(studio: Atelier) -> None:
    """A button does, and the page tells when it ran."""
    runs: list[str] = []

    class Counting:
        def run(self, kind: str, *_given: Any, **_named: Any) -> None: runs.append(kind)

    studio.assistant.rehearsing = Counting()  # type: ignore[assignment]  # a stand-in that counts
    noor = studio.as_(NOOR)
    press(studio, noor, NEW)
    shown = noor.get(TRY)
    assert (shown.status_code, runs) == (200, [])
    assert "Not tried yet" in unescape(shown.text)
    assert 'http-equiv="refresh"' not in shown.text
    assert press(studio, noor, EDIT, "try").headers["location"] == TRY
    for thread in threading.enumerate():
        if thread.name == "dry-run": thread.join(20)
    assert runs == [ARTICLE]
    assert RECIPE not in runs
