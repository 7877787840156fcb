"""The editors' form that asks for a word: what it says is done before Slack hears that it came, and it counts once."""

import pytest

from bot.assistant.editorial.made import made
from bot.slack import ids
from bot.slack.editors import texts
from bot.slack.listeners import editors_reviewing
from core.db import Database
from kb.articles import ARTICLE
from tests.company import PEOPLE, TEXTS, Company, company
from tests.fakes import FakeClock
from tests.pressing import Desk, view

NOOR = PEOPLE["editor"]
WORDS = {  # what the form may ask a word for, and what is told when it is done
    "submit|0|article|pump|1": texts.SUBMITTED, "send_back|0|recipe|pump|1": texts.SENT_BACK,
    "publish|0|runbook|pump|1": "Published as revision 2.", "retire|0|article|old|1": "is retired",
    "rollback|1|article|other|2": "Published as revision 3.",
}  # fmt: skip


@pytest.fixture
def house(database: Database, clock: FakeClock) -> Company:
    """A company in which an article has a draft, and another one two revisions."""
    found = company(database, clock)
    for slug, more in (("old", ""), ("other", ""), ("other", "Look.\n")):
        found.assistant.parts.kb.save(made(ARTICLE, slug, TEXTS[ARTICLE] + more), by="import")
    return found


def test_it_is_done_before_it_is_acknowledged_and_once(house: Company) -> None:
    """The acknowledgement shows what was done; who did not get that and sends it again hears that it counts once."""
    desk = Desk(house)
    for private, told in WORDS.items():
        sent = view(ids.EDITOR_SAY_VIEW, private, word="Because.")
        sent["view"]["hash"] = private  # every view that is drawn has its own
        assert told in desk.press(NOOR, sent).acknowledged, private
        done = house.facts()
        assert texts.DONE_BEFORE in desk.press(NOOR, sent).acknowledged, private
        assert house.facts() == done


def test_what_cannot_be_done_is_told_in_the_form(house: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the word stands, which is then not lost. What takes long is drawn anew, as Slack waits three seconds."""
    monkeypatch.setattr(editors_reviewing, "LATE", -1.0)
    before, desk, sent = house.facts(), Desk(house), view(ids.EDITOR_SAY_VIEW, "submit|0|article|pump|1", word="")
    refused = desk.press(NOOR, view(ids.EDITOR_SAY_VIEW, "retire|0|article|other|1", word="Old.")).acknowledged
    assert '"errors": {"word": "Something newer was published meanwhile.' in refused
    assert house.facts() == before
    drawn = [given for method, given in desk.press(NOOR, sent).told if method == "views.update"]
    assert texts.SUBMITTED in str(drawn)
    sent["view"]["hash"] = "another"  # a form that was drawn anew is no second submission
    assert "was changed by somebody else meanwhile" in desk.press(NOOR, sent).acknowledged
