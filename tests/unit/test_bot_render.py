"""Every kind of reply as a Slack message: within Slack's limits, whatever its length, and with nothing live in it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.question import (
    AnswerReply,
    AsideReply,
    ClarifyReply,
    CloseReply,
    Deed,
    Doing,
    FormReply,
    Link,
    Option,
    OutageReply,
    PlainReply,
    Quote,
    Reply,
    StatusReply,
    StepAskReply,
    StepReply,
    TicketReply,
    Told,
)
from bot.sandbox.blocks import check_blocks
from bot.slack import ids, steps, texts
from bot.slack.blocks import Message
from bot.slack.desk import after_texts
from bot.slack.render import percent, render, told
from bot.standing import Ended, Standing
from handoff.states import OVER
from handoff.tickets import State, Ticket
from kb.cookbook import Choice, Done, End, Input, Kind, Outcome, Step
from kb.cookbook.language import MAX_LABEL
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
TYPED = Step(say="Which code?", input=Input(name="code", label="Error code", optional=True), next="handoff")
LISTED = {"name": "room", "label": "Room", "type": "device", "list": "rooms"}
WAIT = Step.model_validate({"say": "Charge it.", "wait": "10m", "next": "solved"})
PICTURED = Step.model_validate(
    {"say": "See?", "choices": {"Yes": "solved"}, "help": "Look.", "picture": {"file": "p.png", "alt": "The mute key"}}
)  # fmt: skip
ACT = Step(say="I unlock it.", action="unlock", on={"done": "solved"})


def done(said: str = "Restart.", answer: str = "Done", **changes: Any) -> Done:
    """A step that is behind."""
    return Done(step="a", said=said, answer=answer, **changes)


def run(**changes: Any) -> StepReply:
    """A run at its first step."""
    values: dict[str, Any] = {"run": 5, "seen": 2, "title": "The VPN", "trail": (), "step": STEP, "left": 2}
    values |= changes
    return StepReply(**({"say": values["step"].say if values["step"] else ""} | values))


def deed(doing: Doing = Doing.ASKS_PERSON, **changes: Any) -> Deed:
    """An action at which a run stands."""
    return Deed(title="Unlock the account", doing=doing, **changes)


def handed(**changes: Any) -> TicketReply:
    """A handoff with everything that can be told of it."""
    values: dict[str, Any] = {
        "ticket": ticket(), "reason": "may not wait", "tz": "Europe/London", "goal_question": "What for?",
        "nearest": NEAR, "confidence": 0.4, "advice": quote(),
    }  # fmt: skip
    return TicketReply(**(values | changes))


def replies(text: str, count: int = 1) -> dict[str, Reply]:
    """A reply of every kind, in which everything that a person or an article wrote is `text`."""
    entries = tuple(f"{n} {text}"[:MAX_LABEL] for n in range(count * 3))
    full = ticket(summary=text[:120], queue=text[:40], resolution=text, assignee="U1", goal=text)
    link = Link(title=text, url="http://here/help/a")
    trail = tuple(done(text, text, kind=kind) for kind in Kind for _ in range(count))
    one = quote(text, title=text, heading=text)
    ended = run(title=text, trail=trail, step=None)
    asks = Step(say="?", choices={text[:75].strip() or "x": "solved"})
    listed = Step(say="?", input=Input.model_validate(LISTED), next="solved")
    at = {"title": text, "trail": trail, "say": text, "can_go_back": True, "tz": text[:20]}
    more = handed(ticket=full, advice=one, nearest=link)
    over = ticket(State.RESOLVED, summary=text[:120], resolution=text)
    return {
        "answer": AnswerReply(turn=1, quote=one, others=(link,) * min(count, 2), confidence=0.9),
        "step": run(**at, step=asks), "typed": run(**at, step=TYPED),
        "listed": run(**at, step=listed, options=entries), "waits": run(**at, step=WAIT, waits_until=NOW),
        "acts": run(**at, step=ACT, deed=deed(approver=text, dry=True)),
        "pictured": run(**at, step=PICTURED, picture="http://here/pictures/mute.png"),
        "which": StepAskReply(run=5, seen=2, say=text, options=((0, text), (1, text))),
        "which_none": StepAskReply(run=5, seen=2, say=text, options=()),
        "permit": StepAskReply(run=5, seen=2, say=text, options=(), deed=deed(approver=text)),
        "aside": AsideReply(run=5, seen=2, say=text, told=text),
        "aside_article": AsideReply(run=5, seen=2, say=text, quote=one),
        "aside_none": AsideReply(run=5, seen=2, say=text),
        "not_taken": PlainReply(text="not_taken", values={"why": text}),
        "stopped": replace(ended, end=End.STOPPED), "abandoned": replace(ended, end=End.ABANDONED),
        "came_back": replace(ended, end=End.SOLVED, came_back=True),
        "solved": replace(ended, end=End.SOLVED), "article": replace(ended, end=End.ARTICLE, article=one),
        "stuck": replace(ended, end=End.HANDOFF, handed=more), "handoff": more,
        "clarify": ClarifyReply(turn=1, options=(Option(kind="article", slug="a", title=text),) * 3, confidence=0.5),
        "form": FormReply(turn=1, slug="access", title=text),
        "outage": OutageReply(turn=1, text=text, since=NOW, place=3, tz="UTC"),
        "status": StatusReply(standings=(stands(full),) * min(count, 5), tz="UTC", names={"U1": text}, more=9),
        "resolved": StatusReply(standings=(stands(over),), tz="UTC"),
        "unknown": StatusReply(standings=(), tz="UTC", asked=text),
        "passed_on": PlainReply(text="passed_on", values={"number": text}),
    }  # fmt: skip


def stands(one: Ticket) -> Standing:
    """How a ticket stands, with nothing else known."""
    return Standing(ticket=one, since=NOW, now=NOW)


KINDS = sorted(replies("x"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("text", "count"), [
        ("vpn", 1), (" ", 1), ("x" * 40_000, 1), ("&" * 9_000, 30), ("<" * 9_000, 1), ("a\n" * 4_000, 30),
        (NASTY * 500, 1), ("🖨️" * 3_000, 1), ("vpn", 30), (" ", 30), ("x" * 40_000, 30)
    ]
)  # fmt: skip
def test_every_reply_fits(kind, text, count):
    """Every kind of reply is taken by Slack, however long and odd its texts and however many its parts."""
    shown(render(replies(text, count)[kind], BASE))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=30)
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
        assert f"{texts.STEP_LEFT[2]} · {texts.WORDS_HINT}" in words(message)
        assert buttons(message) == [("step_choice_0", "5|2|0"), ("step_choice_1", "5|2|1"), (ids.STEP_STUCK, "5|2")]

    def test_the_goal(self):
        """Where the goal is asked first, it says why."""
        asks = Step(say="What for?", input=Input(name="goal", label="Goal"), next="a")
        assert texts.RECIPE_GOAL in words(render(run(step=asks), BASE))
        assert texts.RECIPE_GOAL not in words(render(run(step=TYPED), BASE))

    def test_later(self):
        """A later step tells what was done, in order, and offers the ways back."""
        trail = (done("Restart.\nAll of it."), done("Try again.", "No"))
        message = render(run(trail=trail, can_go_back=True), BASE)
        assert ":white_check_mark: 1. Restart. → *Done*\n:white_check_mark: 2. Try again. → *No*" in words(message)
        assert texts.RECIPE_INTRO not in words(message)
        assert buttons(message)[2:] == [(ids.STEP_BACK, "5|2"), (ids.STEP_OVER, "5|2"), (ids.STEP_STUCK, "5|2")]
        assert (ids.STEP_BACK, "5|2") not in buttons(render(run(trail=trail), BASE))

    @pytest.mark.parametrize(
        ("step", "line"),
        [
            (done("Unlock it.", "not-locked", kind=Kind.ACTION), ":information_source: 1. Unlock it. → *not locked*"),
            (done("Unlock it.", "refused", kind=Kind.ACTION, outcome=Outcome.FAILED), ":x: 1. Unlock it. → *not appro"),
            (done("Tag?", "skip", kind=Kind.INPUT, outcome=Outcome.SKIPPED), ":fast_forward: 1. Tag? → *skipped*"),
            (done("Tag?", "a_b <!here>", kind=Kind.INPUT), "1. Tag? → *a_b &lt;!here&gt;*"),
            (done("Wait.", "over", kind=Kind.WAIT), ":white_check_mark: 1. Wait. → *time is up*"),
            (done("Better?", "", outcome=Outcome.LEFT), ":octagonal_sign: 1. Better?"),
        ],
    )
    def test_what_came_of_a_step(self, step, line):
        """What was done, failed, skipped or left has its own mark, and its answer in words."""
        assert line in words(render(run(trail=(step,)), BASE))

    def test_a_long_trail(self):
        """Of many steps the last ones are shown, with their numbers, and how many were before them."""
        shown_ = words(render(run(trail=tuple(done(f"Step {n}.") for n in range(50))), BASE))
        assert "30 earlier steps" in shown_
        assert "31. Step 30." in shown_
        assert "30. Step 29." not in shown_
        assert "*Step 51.*" in shown_

    @pytest.mark.parametrize("left", range(8))
    def test_left(self, left):
        """How much is ahead at least: never a number that is too small by the present step."""
        told = words(render(run(left=left), BASE))
        assert texts.STEP_LEFT.get(left, texts.STEP_LEFT_MORE.format(left=left - 1)) in told

    def test_typed(self):
        """A step that wants something typed has a button for it and says that it may be written, too."""
        message = render(run(step=TYPED), BASE)
        assert texts.TYPE_HINT in words(message)
        assert buttons(message)[:2] == [(ids.STEP_INPUT, "5|2"), (ids.STEP_SKIP, "5|2")]

    @pytest.mark.parametrize(
        ("count", "other", "typing"), [(3, False, False), (3, True, True), (100, False, False), (101, False, True)]
    )
    def test_listed(self, count, other, typing):
        """A list is a menu of up to a hundred; with more entries, or where anything goes, it may be typed as well."""
        step = Step(say="?", input=Input.model_validate(LISTED | {"other": other}), next="solved")
        message = render(run(step=step, options=tuple(f"Room {n}" for n in range(count))), BASE)
        [menu] = [one for block in shown(message) if block["type"] == "actions" for one in block["elements"]
                  if one["type"] == "static_select"]  # fmt: skip
        assert [row["value"] for row in menu["options"]] == [f"5|2|Room {n}" for n in range(min(count, 100))]
        assert ((ids.STEP_INPUT, "5|2") in buttons(message)) is typing

    def test_a_list_of_long_names(self):
        """Of a list whose names do not all fit into the message the first are shown, and the rest may be typed."""
        step = Step(say="?", input=Input.model_validate(LISTED), next="solved")
        names, trail = tuple(f"{n:075}" for n in range(90)), (done("y" * 140, "&" * 140),) * 30
        message = render(run(step=step, say="z" * 2_000, options=names, trail=trail), BASE)
        assert (ids.STEP_INPUT, "5|2") in buttons(message)

    def test_waits(self):
        """A wait tells when it is over, and can be ended before."""
        message = render(run(step=WAIT, waits_until=NOW), BASE)
        assert "I come back to you <!date^" in words(message)
        assert buttons(message)[0] == (ids.STEP_READY, "5|2")

    @pytest.mark.parametrize("doing", Doing)
    def test_acts(self, doing):
        """An action says how far it is; only what asks the person has buttons for it."""
        message = render(run(step=ACT, deed=deed(doing, approver="Mia <b>", dry=True)), BASE)
        assert texts.DEED[doing].format(approver="Mia &lt;b&gt;") in words(message)
        assert texts.DEED_DRY in words(message)
        asks = [(ids.STEP_DO, "5|2"), (ids.STEP_DO_NOT, "5|2")] if doing is Doing.ASKS_PERSON else []
        assert buttons(message) == [*asks, (ids.STEP_STUCK, "5|2")]

    def test_an_unknown_manager(self):
        """Who has to approve it is named, or is the person's manager."""
        message = render(run(step=ACT, deed=deed(Doing.ASKS_MANAGER)), BASE)
        assert f"I asked {texts.DEED_MANAGER} to approve it" in words(message)

    def test_help_and_pictures(self):
        """A step with help offers it; a picture has its words; without an address it is left out."""
        message = render(run(step=PICTURED, picture="http://here/p.png"), BASE)
        [picture] = [block for block in shown(message) if block["type"] == "image"]
        assert (picture["image_url"], picture["alt_text"]) == ("http://here/p.png", "The mute key")
        assert (ids.STEP_HELP, "5|2") in buttons(message)
        assert [block for block in shown(render(run(step=PICTURED), BASE)) if block["type"] == "image"] == []

    def test_ends(self):
        """Solved may come back; an article has the way to a person; a handoff has its ticket; the rest just ends."""
        assert buttons(render(run(step=None, end=End.SOLVED), BASE)) == [(ids.RUN_CAME_BACK, "5")]
        back = render(run(step=None, end=End.SOLVED, came_back=True), BASE)
        assert (buttons(back), texts.SOLVED in words(back)) == ([], False)
        assert buttons(render(run(step=None, end=End.ARTICLE, article=quote()), BASE)) == [(ids.RUN_PERSON, "5")]
        assert "INC-000007" in words(render(run(step=None, end=End.HANDOFF, handed=handed()), BASE))
        for end, said in ((End.STOPPED, texts.STOPPED), (End.ABANDONED, texts.ABANDONED)):
            message = render(run(step=None, end=end), BASE)
            assert (said in words(message), buttons(message)) == (True, [])

    def test_an_end_whose_article_is_gone(self):
        """An ending whose article was retired says so and offers a person; it does not claim that one was called."""
        message = render(run(step=None, end=End.ARTICLE), BASE)
        assert texts.GONE in words(message)
        assert buttons(message) == [(ids.RUN_PERSON, "5")]

    def test_an_end_whose_ticket_is_gone(self):
        """A handoff without its ticket still says what became of it."""
        assert texts.TICKET_WHY["the recipe did not fix it"] in words(render(run(step=None, end=End.HANDOFF), BASE))

    def test_a_colleague_is_called_only_where_one_was_asked_for(self):
        """The same signs at another input are words; a link in a step that is behind leads to its page."""
        said = done("Read [this](article:vpn-install).", "<@U0LIAMOKAF>", kind=Kind.INPUT)
        chosen, typed = (words(render(run(trail=(replace(said, named=named),)), BASE)) for named in (True, False))
        assert "*<@U0LIAMOKAF>*" in chosen
        assert "*&lt;@U0LIAMOKAF&gt;*" in typed
        assert f"<{BASE}/help/vpn-install|this>" in typed

    def test_blank_words(self):
        """A step that said only blanks, as an old recipe may, is no error."""
        blank = Step.model_construct(say="  \n ", choices={"Yes": Choice(to="solved")})
        message = render(run(trail=(done(" \n ", ""),), step=blank), BASE)
        shown(message)
        assert buttons(message)[0] == (f"{ids.STEP_CHOICE}_0", "5|2|0")


class TestBesideAStep:
    """What is said about a step without moving it."""

    def test_which(self):
        """Which choice was meant: each is a button of its place at this very move, and a person."""
        ask = StepAskReply(run=5, seen=2, say="Is it **red**?", options=((1, "No"), (3, "Blinking")))
        message = render(ask, BASE)
        assert texts.STEP_WHICH.format(say="Is it *red*?") in words(message)
        assert buttons(message) == [("step_choice_1", "5|2|1"), ("step_choice_3", "5|2|3"), (ids.STEP_STUCK, "5|2")]

    def test_which_at_an_action_or_a_wait(self):
        """At an action the choices are yes and no, at a wait that it is ready."""
        act = StepAskReply(run=5, seen=2, say="?", options=((0, "Yes, do it"), (1, "No, don't")), deed=deed())
        assert buttons(render(act, BASE))[:2] == [(ids.STEP_DO, "5|2"), (ids.STEP_DO_NOT, "5|2")]
        wait = StepAskReply(run=5, seen=2, say="?", options=((0, "It is ready now"),), waits=True)
        assert buttons(render(wait, BASE))[0] == (ids.STEP_READY, "5|2")

    def test_aside(self):
        """A side question is answered, and led back to the step."""
        back = texts.ASIDE_BACK.format(say="Better?")
        for reply, said in (
            (AsideReply(run=5, seen=2, say="Better?", told="At the **back**."), "At the *back*."),
            (AsideReply(run=5, seen=2, say="Better?", quote=quote()), "> In short: install it."),
            (AsideReply(run=5, seen=2, say="Better?"), texts.ASIDE_NOTHING),
        ):
            message = render(reply, BASE)
            assert said in words(message)
            assert back in words(message)
            assert buttons(message) == [(ids.STEP_STUCK, "5|2")]

    def test_asked(self):
        """What a step asks is its last paragraph in one line; signs in words and addresses stay as they are."""
        assert steps.asked("Restart it.\n\nIs it\n**my_pc**?", BASE) == "Is it *my_pc*?"
        linked = steps.asked("See [how](article:vpn-install) and [this](https://a.example/b_c).", BASE)
        assert linked == f"See <{BASE}/help/vpn-install|how> and <https://a.example/b_c|this>."
        assert len(steps.asked("x" * 2_000, BASE)) == steps.SAID

    @pytest.mark.parametrize("what", ["wait_over", "action_over", "action_late", "reminder", "abandoned"])
    @pytest.mark.parametrize("outcome", ["done", "refused", "failed", "unknown", "odd"])
    @pytest.mark.parametrize("end", [None, End.SOLVED])
    def test_news(self, what, outcome, end):
        """Whatever happened while nobody looked is told in words, with nothing live in them."""
        told = {"deed": NASTY, "outcome": outcome, "why": NASTY} if what.startswith("action") else {}
        shown = run(title=NASTY, say=NASTY, end=end, step=None if end else ACT)
        said = steps.news(shown, what, shown.seen, told, BASE)
        assert said
        assert "{" not in said
        assert live_parts(said) == []


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
        """Every state of a ticket is told, and while it is open when it should be done and when the next word comes."""
        one = stands(ticket(state))
        told = words(render(StatusReply(standings=(one,), tz="UTC", names={"U0LIAMOKAF": "Liam Okafor"}), BASE))
        assert "*INC-000007* (P4) vpn is stuck" in told
        assert ("Liam Okafor" in told) == (state in {State.CLAIMED, State.HELD, State.VENDOR})
        assert ("We aim to have it done by" in told) == (state not in OVER)
        assert ("Next update by" in told) == (state not in OVER)

    @pytest.mark.parametrize("state", State)
    def test_of_somebody_elses_only_where_it_is(self, state):
        """An outline tells neither what it is about nor who wrote what."""
        one = replace(stands(ticket(state, resolution="Secret")), question="Secret", why="Secret", outline=True)
        told = words(render(StatusReply(standings=(one,), tz="UTC"), BASE))
        assert f"*INC-000007* {after_texts.OUTLINES[state]}." in told
        assert "Secret" not in told
        assert "vpn" not in told

    def test_staff_are_not_told_what_they_did_not_do(self):
        """What is said of the requester to the requester is said of them to staff."""
        for state, how in ((State.WAITING, ""), (State.CLOSED, "confirmed")):
            one = stands(ticket(state, closed_how=how))
            mine = words(render(StatusReply(standings=(one,), tz="UTC"), BASE))
            theirs = words(render(StatusReply(standings=(replace(one, own=False),), tz="UTC"), BASE))
            assert "you" in mine
            assert "you" not in theirs
            assert "its requester" in theirs

    def test_more(self):
        """What is left out is counted."""
        assert "and 3 more" in words(render(StatusReply(standings=(stands(ticket()),), tz="UTC", more=3), BASE))

    def test_none(self):
        """No tickets, and a number that is not known, are told as such."""
        assert words(render(StatusReply(standings=(), tz="UTC"), BASE)) == texts.STATUS_NONE
        assert "INC-000099" in words(render(StatusReply(standings=(), tz="UTC", asked="INC-000099"), BASE))


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
        """An open one can be closed; of a closed one it is asked how it went, and it can be opened again."""
        assert buttons(render(CloseReply(ticket=ticket()), BASE)) == [(ids.CLOSE_OWN, "7")]
        done = ticket(State.CLOSED, closed_how="confirmed")
        ended = Ended(ticket=done, by="U1", asks=True, now=NOW, reopens_until=NOW)
        rows = [(f"{ids.RATE}_{n}", "7") for n in range(1, 6)]
        assert buttons(render(CloseReply(ticket=done, ended=ended), BASE)) == [*rows, (ids.REOPEN, "7")]
