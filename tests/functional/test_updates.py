"""Word at the agreed intervals in Slack, with a clock that can be pushed."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.slack import ids, texts
from bot.slack.desk import after_texts, card_texts
from handoff.sla import after_working
from tests.fakes import Ahead
from tests.functional.office import (
    CLOSED,
    GENERAL,
    HUMAN,
    LEVEL2,
    SMOKE,
    Colleague,
    Json,
    Office,
    actions_of,
    filled_in,
    number_of,
    plain_part,
    said,
)

pytestmark = pytest.mark.usefixtures("no_errors")
INTERVAL = timedelta(minutes=31)  # P1 promises an update every half hour, day and night


def told(emma: Colleague, thread_ts: str | None, *parts: str) -> Json:
    """The update that Emma gets next in a thread, or outside any: it holds these texts."""
    update = emma.hear(lambda one: one.get("thread_ts") == thread_ts and "is doing:" in said(one))
    for part in parts: assert plain_part(part) in said(update), said(update)
    return update


def updates_of(office: Office, number: str) -> int:
    """How many updates a ticket's requester has been sent."""
    [(ticket,)] = office.rows("select id from tickets where number = ?", number)
    query = "select count(*) from events where kind = 'ticket.updated' and subject = ?"
    [(count,)] = office.rows(query, f"ticket:{ticket}")
    return int(count)


def test_a_requester_hears_of_their_ticket_until_it_is_over(
    office: Office, emma: Colleague, liam: Colleague, time: Ahead
):
    """Nobody has taken it, somebody works on it, it is late, it is done; and after that nothing more."""
    reply = emma.ask(SMOKE)
    thread, number = reply["thread_ts"], number_of(reply)
    time.by += INTERVAL
    told(emma, thread, number, after_texts.STANDS["new"], texts.UPDATE_UNANSWERED, texts.UPDATE_WRITE)
    card = liam.card(number)
    liam.press(card, ids.CLAIM)
    assert plain_part(card_texts.NEWS["claimed"]) in said(emma.reply_in(thread))
    card = liam.changed(card, lambda one: ids.CLAIM not in actions_of(one)) | {"channel": LEVEL2}
    time.by += INTERVAL
    told(emma, thread, number, after_texts.STANDS["claimed"], texts.UPDATE_AIM, texts.UPDATE_WRITE)
    time.by += timedelta(hours=4)
    told(emma, thread, number, after_texts.STANDS["claimed"], texts.UPDATE_LATE, texts.UPDATE_WRITE)
    liam.press(card, ids.RESOLVE)
    liam.fill(liam.modal(), code="fixed", note="Taken away")
    assert "Taken away" in said(emma.reply_in(thread))
    sent = updates_of(office, number)
    time.by += timedelta(days=7)
    again = emma.ask(SMOKE)
    time.by += INTERVAL
    told(emma, again["thread_ts"], after_texts.STANDS["new"])  # whoever looks has looked at both by now
    assert updates_of(office, number) == sent == 3
    assert len([one for one in emma.replies(emma.dm, thread) if "is doing:" in said(one)]) == sent


def test_what_keeps_office_hours_is_told_in_office_hours(office: Office, emma: Colleague, time: Ahead):
    """The moment that was promised is a working one, and she hears of it then."""
    reply = emma.ask(HUMAN)
    [(due,)] = office.rows("select update_due from tickets where number = ?", number_of(reply))
    promised = datetime.fromisoformat(due).replace(tzinfo=UTC)
    hours = office.up.assistant.parts.desk.hours["office"]
    assert after_working(hours, promised, timedelta(0)) == promised
    time.by += promised - time() + timedelta(seconds=5)
    told(emma, reply["thread_ts"], number_of(reply), after_texts.STANDS["new"])


def test_without_a_thread_it_comes_as_a_direct_message(
    office: Office, emma: Colleague, liam: Colleague, time: Ahead
):
    """A ticket that Liam opened for her: what she can do is to call."""
    ts = emma.post(GENERAL, "smoke comes out of the big printer")
    liam.act("shortcut", callback_id=ids.SHORTCUT_TICKET, channel=GENERAL, ts=ts)
    view = liam.opening()
    assert liam.fill(view, **filled_in(view)) == CLOSED
    opened = emma.hear(lambda one: plain_part(card_texts.NEWS["opened"]) in said(one))
    [(due,)] = office.rows("select update_due from tickets where number = ?", number_of(opened))
    time.by += datetime.fromisoformat(due).replace(tzinfo=UTC) - time() + timedelta(seconds=5)
    told(emma, None, number_of(opened), after_texts.STANDS["new"], texts.UPDATE_CALL, "extension 4400")
