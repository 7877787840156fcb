"""The form that an article is written on: it says exactly what its file says."""

import pytest

from bot.assistant.editorial.made import written
from bot.web.studio.comparing import compared
from bot.web.studio.sheet import Sheet, blank, from_fields, from_source, placed
from core.errors import BadInput
from kb.remarks import remarks

SHEET = Sheet(
    kind="article", slug="vpn", title="Connect to the VPN", category="vpn", owner="network-team", review_every="180",
    aliases="tunnel\nglobalprotect", verified="2026-10-05", body="Open it.\n\n## On a Mac\n\nClick the globe.",
)  # fmt: skip


def test_a_form_comes_back_from_its_file() -> None:
    """Every field, and the text."""
    assert from_source("article", "vpn", SHEET.source()) == SHEET


@pytest.mark.parametrize("kind", ["article", "runbook", "recipe"])
def test_an_empty_form_says_what_is_missing(kind: str) -> None:
    """Somebody who begins sees remarks, not an error."""
    sheet = blank(kind, "noor@x.example")
    found = remarks(kind, "", sheet.source())
    assert any(one.stops for one in found)


def test_a_name_is_made_of_the_title() -> None:
    """Of its first words, in letters that addresses have; a given one stays."""
    assert Sheet(kind="article", title="Set up your phone, step by step please").name == "set-up-your-phone-step-by"
    assert Sheet(kind="recipe", body="title: 'The VPN drops'\nstart: a").name == "the-vpn-drops"
    assert Sheet(kind="article", title="ネット").name == ""
    assert Sheet(kind="article", title="A title", slug=" mine ").name == "mine"


@pytest.mark.parametrize("days", ["soon", "0", "-3", "10000", "1.5", "٣"])
def test_a_review_period_is_a_number_of_days(days: str) -> None:
    """Anything else is told, and nothing is guessed."""
    with pytest.raises(BadInput, match="a number of days"):
        from_fields("article", "vpn", {"title": "A", "body": "Text.", "review_every": days}).source()


def test_a_file_without_front_matter_has_a_form() -> None:
    """Its first heading is the title, as everywhere."""
    found = from_source("article", "vpn", "# The VPN\n\nOpen it.\n")
    assert (found.title, found.body) == ("The VPN", "# The VPN\n\nOpen it.")


def test_remarks_stand_at_their_fields() -> None:
    """A line of the file is a line of the text or a field above it."""
    sheet = Sheet(kind="article", slug="vpn", title="A " * 90, audience="pilots", body="\nOpen it.\n\n[x]()\n")
    source = sheet.source()
    found = {(one.field, one.line) for one in placed(sheet, source, remarks("article", "vpn", source))}
    assert found == {("title", 1), ("body", 4)}
    sheet = Sheet(kind="article", slug="vpn", title="A", body="Open it.", aliases="A\nb")
    source = sheet.source()
    found = {(one.field, one.line) for one in placed(sheet, source, remarks("article", "vpn", source))}
    assert found == {("owner", 1), ("review_every", 1), ("aliases", 1)}


def test_a_run_book_is_for_staff_whatever_the_form_says() -> None:
    """There is nothing to choose."""
    sheet = from_fields("runbook", "gateway", {"title": "Gateway", "body": "Restart it.", "audience": "employees"})
    assert written(sheet.article()).fields["audience"] == "staff"


def test_how_a_file_is_laid_out_is_no_change() -> None:
    """A file by hand and the same from the form are equal to their readers; a word is not."""
    by_hand = '---\ntitle:  "A"\naliases:\n    - b\n---\nText.\n'
    form = from_source("article", "a", by_hand).source()
    assert by_hand != form
    assert compared("article", by_hand, form) == []
    assert [row.changed for row in compared("article", by_hand, form.replace("Text", "Words"))].count(True) == 1
    assert compared("recipe", "a: b", "a:  b") != []
    assert compared("article", "---\ncolour: red\n---\nA", "") != []
