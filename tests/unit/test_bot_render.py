"""Every kind of reply as a Slack message: within Slack's limits, whatever its length, and with nothing live in it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.question import (
    AnswerReply,
    ClarifyReply,
    CloseReply,
    FormReply,
    Link,
    Option,
    OutageReply,
    PlainReply,
    Quote,
    Reply,
    StatusReply,
    StepReply,
    TicketReply,
    Told,
)
from bot.sandbox.blocks import check_blocks
from bot.slack import ids, texts
from bot.slack.blocks import Message
from bot.slack.render import percent, render, told
from handoff.tickets import State
from kb.cookbook import End, Input, Step
from tests.making import NOW, ticket
from tests.mrkdwn_reading import live_parts, texts_of

BASE = "http://here"
TEXT_LIMIT = 4_000  # characters of a message's plain text that chat.update takes
NASTY = "<!channel> & <@U0LIAMOKAF> "


def shown(message: Message) -> list[dict[str, Any]]:
    """The blocks of a message, once Slack would take them."""
    payload = message.payload()
    assert 1 <= len(payload["text"]) <= TEXT_LIMIT
    return check_blocks(payload["blocks"], "message")


def words(message: Message) -> str:
    """Every word of a message."""
    return "\n".join(part["text"] for part in texts_of(shown(message)))


def buttons(message: Message) -> list[tuple[str, str]]:
    """Action and value of every button."""
    rows = [element for block in shown(message) if block["type"] == "actions" for element in block["elements"]]
    return [(row["action_id"], row.get("value", "")) for row in rows]


NEAR = Link(title="Install the VPN", url="http://here/help/vpn-install")


def quote(text: str = "Press **Connect**.", *, title: str = "Install the VPN", heading: str = "Steps") -> Quote:
    """A quoted article."""
    parts = (("", "In short: install it."), (heading, text))
    return Quote(slug="vpn-install", title=title, parts=parts, url=NEAR.url, verified=date(2026, 3, 1))


STEP = Step(say="Restart the client.\n\nIs it **connected**?", choices={"Yes": "solved", "No": "handoff"})
TYPED = Step(say="Which code?", input=Input(name="code", label="Error code"), next="handoff")


def run(**changes: Any) -> StepReply:
    """A run at its first step."""
    values: dict[str, Any] = {"run": 5, "seen": 2, "title": "The VPN", "trail": (), "step": STEP}
    return StepReply(**(values | changes))


def handed(**changes: Any) -> TicketReply:
    """A handoff with everything that can be told of it."""
    values: dict[str, Any] = {
        "ticket": ticket(), "reason": "may not wait", "tz": "Europe/London", "goal_question": "What for?",
        "nearest": NEAR, "confidence": 0.4, "advice": quote(),
    }  # fmt: skip
    return TicketReply(**(values | changes))


def replies(text: str, count: int = 1) -> dict[str, Reply]:
    """A reply of every kind, in which everything that a person or an article wrote is `text`."""
    full = ticket(summary=text[:120], queue=text[:40], resolution=text, assignee="U1", goal=text)
    link, trail = Link(title=text, url="http://here/help/a"), ((text, text),) * count
    one = quote(text, title=text, heading=text)
    ended = run(title=text, trail=trail, step=None)
    asks = Step(say=text[:2_000], choices={text[:75].strip() or "x": "solved"})
    more = handed(ticket=full, advice=one, nearest=link)
    return {
        "answer": AnswerReply(turn=1, quote=one, others=(link,) * min(count, 2), confidence=0.9),
        "step": run(title=text, trail=trail, step=asks), "typed": run(title=text, trail=trail, step=TYPED),
        "solved": replace(ended, end=End.SOLVED), "article": replace(ended, end=End.ARTICLE, article=one),
        "stuck": replace(ended, end=End.HANDOFF, handed=more), "handoff": more,
        "clarify": ClarifyReply(turn=1, options=(Option(kind="article", slug="a", title=text),) * 3, confidence=0.5),
        "form": FormReply(turn=1, slug="access", title=text),
        "outage": OutageReply(turn=1, text=text, since=NOW, place=3, tz="UTC"),
        "status": StatusReply(tickets=(full,) * min(count, 5), tz="UTC", names={"U1": text}),
        "resolved": StatusReply(tickets=(ticket(State.RESOLVED, summary=text[:120], resolution=text),), tz="UTC"),
        "unknown": StatusReply(tickets=(), tz="UTC", asked=text),
        "passed_on": PlainReply(text="passed_on", values={"number": text}),
    }  # fmt: skip


KINDS = sorted(replies("x"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "text", ["vpn", " ", "x" * 40_000, "&" * 9_000, "<" * 9_000, "a\n" * 4_000, NASTY * 500, "🖨️" * 3_000]
)
@pytest.mark.parametrize("count", [1, 60])
def test_every_reply_fits(kind, text, count):
    """Every kind of reply is taken by Slack, however long and odd its texts and however many its parts."""
    shown(render(replies(text, count)[kind], BASE))


@pytest.mark.parametrize("kind", KINDS)
@given(text=st.text(min_size=1, max_size=300), count=st.integers(1, 30))
def test_any_reply_fits(kind, text, count):
    """So it is with any text at all."""
    shown(render(replies(text, count)[kind], BASE))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_written_is_live(kind):
    """No mention, call or channel that somebody wrote is live; only our own links, dates and mentions are."""
    for part in texts_of(shown(render(replies(NASTY, 3)[kind], BASE))):
        assert part["type"] == "plain_text" or part["verbatim"]
        live = [] if part["type"] == "plain_text" else live_parts(part["text"])
        assert not [one for one in live if one.startswith(("!channel", "@U0LIAMOKAF", "#"))]


@pytest.mark.parametrize("text", ["outside", "hello", "no_words", "gone"])
def test_plain_replies(text):
    """Each of the few-word replies has its words."""
    assert words(render(PlainReply(text=text), BASE)) == getattr(texts, text.upper())


class TestAnswer:
    """An answer: the passage, its article, when it was checked, and the ways on."""

    def test_words(self):
        """It quotes word for word behind a bar, links the article, and says when it was checked and how sure it is."""
        more = Link(title="Wi-Fi & co", url="http://here/help/wifi")
        told = words(render(AnswerReply(turn=9, quote=quote(), others=(more,), confidence=0.87), BASE))
        assert "*<http://here/help/vpn-install|Install the VPN>*" in told
        assert "> In short: install it.\n>\n> *Steps*\n> Press *Connect*." in told
        assert "Checked on 1 March 2026 · 87 % sure · See also: <http://here/help/wifi|Wi-Fi &amp; co>" in told

    def test_buttons(self):
        """Helped, not helped and a person, each for this very turn."""
        found = buttons(render(AnswerReply(turn=9, quote=quote()), BASE))
        assert found == [(ids.HELPED, "9"), (ids.NOT_HELPED, "9"), (ids.PERSON_NOW, "9")]

    def test_unchecked(self):
        """An article that nobody checked says so."""
        unchecked = Quote(slug="a", title="A", parts=(("", "b"),), url="http://here/help/a", verified=None)
        assert texts.ANSWER_UNCHECKED in words(render(AnswerReply(turn=1, quote=unchecked), BASE))

    @pytest.mark.parametrize(("sure", "told"), [(0.0, 1), (0.004, 1), (0.5, 50), (0.996, 99), (1.0, 99)])
    def test_percent(self, sure, told):
        """Nothing is certain: from 1 to 99."""
        assert percent(sure) == told


class TestStep:
    """A recipe's one living message."""

    def test_first(self):
        """The first step has an introduction, its number, a button a choice, and a person; no way back."""
        message = render(run(), BASE)
        assert texts.RECIPE_INTRO in words(message)
        assert "*Step 1.* Restart the client.\n\nIs it *connected*?" in words(message)
        assert buttons(message) == [("step_choice_0", "5|2|0"), ("step_choice_1", "5|2|1"), (ids.STEP_STUCK, "5|2")]

    def test_later(self):
        """A later step tells what was done, in order, and offers the way back."""
        message = render(run(trail=(("Restart.\nAll of it.", "Done"), ("Try again.", "No"))), BASE)
        assert ":white_check_mark: 1. Restart. → *Done*\n:white_check_mark: 2. Try again. → *No*" in words(message)
        assert (ids.STEP_BACK, "5|2") in buttons(message)

    def test_typed(self):
        """A step that wants something typed has a button for it and says that it may be written, too."""
        message = render(run(step=TYPED), BASE)
        assert texts.TYPE_HINT in words(message)
        assert buttons(message)[0] == (ids.STEP_INPUT, "5|2")

    def test_ends(self):
        """Solved has no buttons; an article has the way to a person; a handoff has its ticket."""
        assert buttons(render(run(step=None, end=End.SOLVED), BASE)) == []
        assert buttons(render(run(step=None, end=End.ARTICLE, article=quote()), BASE)) == [(ids.RUN_PERSON, "5")]
        told = words(render(run(step=None, end=End.HANDOFF, handed=handed()), BASE))
        assert "INC-000007" in told

    def test_an_end_whose_article_is_gone(self):
        """An ending whose article was retired says so and offers a person; it does not claim that one was called."""
        message = render(run(step=None, end=End.ARTICLE), BASE)
        assert texts.GONE in words(message)
        assert buttons(message) == [(ids.RUN_PERSON, "5")]

    def test_an_end_whose_ticket_is_gone(self):
        """A handoff without its ticket still says what became of it."""
        assert texts.TICKET_WHY["the recipe did not fix it"] in words(render(run(step=None, end=End.HANDOFF), BASE))

    def test_blank_words(self):
        """A step that said only blanks, as an old recipe may, is no error."""
        shown(render(run(trail=((" \n ", ""),), step=Step(say="  \n", choices={"Yes": "solved"})), BASE))


class TestTicket:
    """What a requester is told at once."""

    def test_words(self):
        """Number, priority, queue and both times; the nearest article as just that; that more can be written."""
        told = words(render(handed(advice=None), BASE))
        assert told.startswith(texts.TICKET_WHY["may not wait"])
        assert "*INC-000007* (P4), with *Service desk*" in told
        assert told.count("<!date^") == 2
        assert "<http://here/help/vpn-install|Install the VPN> (40 % sure)" in told
        assert texts.TICKET_WRITE in told

    def test_safety_first(self):
        """Advice comes before the ticket's number."""
        told = words(render(handed(), BASE))
        assert told.index(texts.TICKET_ADVICE) < told.index("INC-000007")

    def test_goal(self):
        """The goal is asked for only where it is not known."""
        assert buttons(render(handed(), BASE)) == [(ids.GOAL, "7"), (ids.STATUS, "7")]
        assert buttons(render(handed(goal_question=""), BASE)) == [(ids.STATUS, "7")]

    @pytest.mark.parametrize("reason", texts.TICKET_WHY)
    def test_reasons(self, reason):
        """Every reason has its words."""
        assert texts.TICKET_WHY[reason] in words(render(handed(reason=reason, advice=None), BASE))


class TestStatus:
    """How tickets are doing."""

    @pytest.mark.parametrize("state", State)
    def test_states(self, state):
        """Every state of a ticket is told, with who has it and, while it is open, when it should be done."""
        told = words(render(StatusReply(tickets=(ticket(state),), tz="UTC", names={"U0LIAMOKAF": "Liam Okafor"}), BASE))
        assert "*INC-000007* (P4, Service desk) vpn is stuck" in told
        assert ("Liam Okafor" in told) == (state is State.CLAIMED)
        assert ("aimed to be done by" in told) == (state is not State.RESOLVED)

    def test_none(self):
        """No tickets, and a number that is not known, are told as such."""
        assert words(render(StatusReply(tickets=(), tz="UTC"), BASE)) == texts.STATUS_NONE
        assert "INC-000099" in words(render(StatusReply(tickets=(), tz="UTC", asked="INC-000099"), BASE))


def test_clarify():
    """Each reading is a button that names turn, kind and slug; the last one is a person."""
    options = tuple(Option(kind=kind, slug=slug, title=slug) for kind, slug in (("article", "a"), ("recipe", "r")))
    found = buttons(render(ClarifyReply(turn=3, options=options, confidence=0.5), BASE))
    assert found == [("pick_0", "3|article|a"), ("pick_1", "3|recipe|r"), (ids.PERSON_NOW, "3")]


def test_form():
    """A form is offered with a person beside it."""
    assert buttons(render(FormReply(turn=3, slug="access", title="Access"), BASE)) == [
        (ids.OPEN_FORM, "access"), (ids.PERSON_NOW, "3"),
    ]  # fmt: skip


def test_outage():
    """An outage tells the fault, since when, and the how-manieth one is."""
    told = words(render(OutageReply(turn=1, text="The VPN is down.", since=NOW, place=12, tz="UTC"), BASE))
    assert "*The VPN is down.*" in told
    assert "number 12" in told


class TestParts:
    def test_a_reply_to_a_part_says_which(self):
        """The part's words come first, harmless; the notification's text is the reply's own."""
        one = Told(reply=PlainReply(text="hello"), about=f"{NASTY}my mouse", part=(2, 3))
        message = told(one, BASE)
        assert words(message).startswith("2 of 3: _&lt;!channel&gt;")
        assert message.text == texts.HELLO
        assert live_parts(words(message)) == []

    def test_a_reply_to_everything_does_not(self):
        """A message with one request gets the reply as it is."""
        reply = PlainReply(text="hello")
        assert told(Told(reply=reply), BASE) == render(reply, BASE)

    def test_a_ticket_that_works_again(self):
        """An open one can be closed, a closed one opened again."""
        assert buttons(render(CloseReply(ticket=ticket()), BASE)) == [(ids.CLOSE_OWN, "7")]
        assert buttons(render(CloseReply(ticket=ticket(State.RESOLVED)), BASE)) == [(ids.REOPEN, "7")]
