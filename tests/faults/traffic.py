"""What people do in a run: each function is one of them, from the first word to the last."""

from collections.abc import Callable, Generator
from typing import Any

from sqlalchemy import select

from bot.slack import ids
from bot.slack.blocks import pack
from handoff.relating import SPLIT
from handoff.states import State
from handoff.tables import LinkRow, TicketRow
from kb.articles import ARTICLE
from kb.tables import DraftRow, RevisionRow
from tests.faults.scene import Life, Scene, Wait, buttons
from tests.functional.office import (
    BOT,
    EMMA,
    HELP,
    LIAM,
    MARCUS,
    NOOR,
    PRIYA,
    Json,
    filled_in,
    inputs_of,
    offered,
    said,
)

QUESTIONS = (
    "how do I book a meeting room with a screen?", "how do I set up email on my iphone?", "thanks!",
    "what's a good place for lunch?", "how do I change my password?", "how do I lock my screen?",
    "how do I share a file with somebody outside?",
    "the projector makes a funny noise and the blinds too",
)  # fmt: skip
HANDOFFS = (
    "there is smoke coming out of my laptop", "please let me talk to a human about this", "my computer is on fire",
    "I want to talk to a person", "I need to speak to someone from IT please",
)  # fmt: skip
FIXES = ("vpn is stuck on connecting", "printer says offline", "I am locked out of my account")
WISHES = ("I need a new headset", "can I have a second monitor")
REQUESTERS = (EMMA, MARCUS, NOOR, PRIYA)
MACHINES = ("zeppelin simulator", "purple gong", "attic telescope", "pancake robot", "tide clock", "moss terrarium")


Reach = Generator[Wait, Any, Any]  # a part of a life, and what it comes to


def asks(scene: Scene) -> Life:
    """A question in direct messages, or in the channel for help."""
    channel = scene.random.choice(("", "", HELP))
    text = scene.random.choice(QUESTIONS)
    here = scene.ask(scene.requester(), text, channel=channel)
    yield _answered(scene, *here)


def mentions(scene: Scene) -> Life:
    """A mention, of which Slack tells twice."""
    here = scene.ask(scene.requester(), f"<@{BOT}> {scene.random.choice(QUESTIONS)}", channel=HELP)
    yield _answered(scene, *here)


def commands(scene: Scene) -> Life:
    """A question by `/it`, put into direct messages and answered there."""
    user, text = scene.requester(), scene.random.choice(QUESTIONS)
    dm = scene.who(user).dm

    def send() -> bool:
        scene.act()
        return bool(scene.who(user).act("command", channel=HELP, command="/it", text=text)["ok"])

    def shown() -> list[Json]:
        return [one for one in scene.told if one["channel"] == dm and not one.get("thread_ts") and text in said(one)
                and one.get("bot_id")]  # fmt: skip

    if not send(): yield Wait(what=f"/it {text}", done=shown, again=send)
    asked = yield Wait(what=f"/it {text} in direct messages", done=shown)
    scene.asked.append((dm, asked[0]["ts"]))
    yield _answered(scene, dm, asked[0]["ts"])


def fixes(scene: Scene) -> Life:
    """A recipe clicked through until its person is stuck."""
    user, text = scene.requester(), scene.random.choice(FIXES)
    channel, ts = scene.ask(user, text)
    yield _answered(scene, channel, ts)
    for _ in range(scene.random.randint(1, 3)):
        yield Wait(what=f"{text} is drawn", done=lambda: _drawn(scene, channel, ts))
        run = scene.runs(channel, ts)[0]
        if run.end or not scene.holding(f"{ids.STEP_CHOICE}_", channel, ts): break
        yield from _pressed(
            scene, user, f"{ids.STEP_CHOICE}_", (channel, ts), f"step {run.seen} of {text}",
            lambda seen=run.seen: scene.runs(channel, ts)[0].seen > seen,
        )
    if scene.runs(channel, ts)[0].end: return
    yield from _pressed(scene, user, ids.STEP_STUCK, (channel, ts), "stuck", lambda: scene.ticket(ts))
    yield from _card(scene, ts)


def hands_off(scene: Scene) -> Life:
    """What people have to take over: the requester adds to it and edits it, staff claim, reply and resolve."""
    user = scene.requester()
    channel, ts = scene.ask(user, scene.random.choice(HANDOFFS))
    yield _answered(scene, channel, ts)
    ticket, card = yield from _card(scene, ts)
    parts: list[Callable[[], Life]] = [
        lambda: _adds(scene, user, (channel, ts), ticket, card), lambda: _claims(scene, ticket, card),
        lambda: _writes(scene, (channel, ts)), lambda: _splits(scene, ticket, card),
        lambda: _orders(scene, (channel, ts), ticket, card),
    ]  # fmt: skip
    for part in scene.random.sample(parts, scene.random.randint(1, 3)): yield from part()
    if scene.random.random() < 0.7: yield from _resolves(scene, ticket)
    if scene.fresh(ticket).state == State.RESOLVED and scene.random.random() < 0.7:
        yield from _pressed(
            scene, user, ids.CONFIRM, (channel, ts), "it works", lambda: scene.fresh(ticket).state == State.CLOSED
        )


def requests(scene: Scene) -> Life:
    """A form of the catalogue, opened from its offer and sent."""
    user, what = scene.requester(), f"Blue one, number {scene.random.randrange(10**6)}"
    channel, ts = scene.ask(user, scene.random.choice(WISHES))
    yield _answered(scene, channel, ts)
    view = yield from _opened(scene, user, ids.OPEN_FORM, (channel, ts))
    values = {
        name: "2027-03-01" if one["type"] == "datepicker" else what for name, one in inputs_of(view).items()
    }
    yield from _sent(scene, user, view, values, lambda: scene.ticket(ts))
    ticket, _ = yield from _card(scene, ts)
    yield Wait(what=f"word of {ticket.number}", done=lambda: scene.said_in(channel, ts, ticket.number))


def publishes(scene: Scene) -> Life:
    """A new article, from an editor's first word to the first question that it answers; then it is taken back."""
    if not scene.machines: return (yield from asks(scene))
    number = scene.random.randrange(10**6)
    machine, word = f"{scene.machines.pop()} {number}", f"lever {number}"
    title, slug = f"Start the {machine}", f"start-the-{machine.replace(' ', '-')}"
    yield _free(scene, NOOR)
    form = yield from _from_home(scene, f"{ids.EDITOR_NEW}_{ARTICLE}", ARTICLE)
    values = filled_in(form) | {"title": title, "part_0": f"Hold {word} until it hums."}
    drafts = select(DraftRow).where(DraftRow.title == title)
    yield from _sent(scene, NOOR, form, values, lambda: scene.rows(drafts), wanted="update")
    sheet = yield from _from_home(scene, ids.EDITOR_OPEN, pack(ARTICLE, slug, 0))
    published = select(RevisionRow).where(RevisionRow.title == title)

    def publish() -> None:
        """On the sheet that was opened last; on one that tells of an error there is no such button."""
        shown = scene.form(NOOR) or sheet
        if not scene.press_view(NOOR, shown, ids.EDITOR_PUBLISH):
            scene.press_view(NOOR, scene.home(NOOR), ids.EDITOR_OPEN, pack(ARTICLE, slug, 0))

    publish()
    yield Wait(what=f"{machine} is published", done=lambda: scene.rows(published), again=publish)
    scene.gives(NOOR)
    scene.once.append(published)
    channel, ts = scene.ask(scene.requester(), f"how do I start the {machine}?")
    yield Wait(what=f"an answer with {word}", done=lambda: scene.said_in(channel, ts, word))
    scene.retired.append(slug)


Live = Callable[[Scene], Life]
LIVES: tuple[Live, ...] = (asks, asks, mentions, commands, fixes, hands_off, hands_off, requests, publishes)


def _drawn(scene: Scene, channel: str, ts: str) -> bool:
    """Whether a run's message shows where the run stands."""
    [run] = scene.runs(channel, ts)
    return run.shown >= run.seen


# -- parts ---------------------------------------------------------------------------------------------------------


def _answered(scene: Scene, channel: str, ts: str) -> Wait:
    return Wait(what=f"an answer in {channel} to {ts}", done=lambda: scene.replies(channel, ts))


def _card(scene: Scene, thread: str) -> Reach:
    ticket = yield Wait(what=f"a ticket of {thread}", done=lambda: scene.ticket(thread))
    card = yield Wait(what=f"the card of {ticket.number}", done=lambda: scene.card(ticket))
    return ticket, card


def _pressed(
    scene: Scene, user: str, action: str, thread: tuple[str, str], what: str, done: Callable[[], Any]
) -> Reach:
    """Press the button of that name in a thread, as often as it takes."""
    def press() -> None:
        message = scene.holding(action, *thread)
        if message: scene.press(user, message, next(n for n in buttons(message) if n.startswith(action)))

    yield Wait(what=f"a button {action} in {thread}", done=lambda: scene.holding(action, *thread))
    press()
    yield Wait(what=what, done=done, again=press)


def _opened(scene: Scene, user: str, action: str, thread: tuple[str, str]) -> Reach:
    """The form that a button of a thread opens."""
    def press() -> None:
        message = scene.holding(action, *thread)
        if message: scene.press(user, message, action)

    yield Wait(what=f"a button {action} in {thread}", done=lambda: scene.holding(action, *thread))
    yield _free(scene, user)
    scene.who(user).forget()
    press()
    return (yield Wait(what=f"the form of {action}", done=lambda: scene.form(user), again=press))


def _free(scene: Scene, user: str) -> Wait:
    return Wait(what=f"{user} has another form open", done=lambda: scene.takes(user))


def _on_card(scene: Scene, ticket: TicketRow, action: str, **chosen: Any) -> Reach:
    """The form that a button of a card opens."""
    def press() -> None:
        card = scene.card(ticket)
        if card: scene.press(LIAM, card, action, **chosen)

    yield _free(scene, LIAM)
    scene.who(LIAM).forget()
    press()
    return (yield Wait(what=f"the form of {action}", done=lambda: scene.form(LIAM), again=press))


def _sent(
    scene: Scene, user: str, view: Json, values: dict[str, str], done: Callable[[], Any], wanted: str = "close"
) -> Reach:
    """Send a form until it is taken; once it was acknowledged, what it asked for has to come by itself."""
    answers = list[str]()

    def send() -> None:
        answers.append(scene.submit(user, view, **values))

    send()
    if answers[-1] != wanted:
        yield Wait(what=f"a form is taken: {answers}", done=lambda: answers[-1] == wanted or done(), again=send)
    found = yield Wait(what=f"what a form asked for: {answers}", done=done)
    if wanted == "close": scene.gives(user)
    return found


def _adds(scene: Scene, user: str, here: tuple[str, str], ticket: TicketRow, card: Json) -> Life:
    """Something more, and then that is changed."""
    channel, thread = here
    if scene.fresh(ticket).state in (State.RESOLVED, State.CLOSED): return
    word = f"It is device {scene.random.randrange(10**6)}"
    _, ts = scene.say(user, word, channel=channel, thread=thread)
    yield Wait(what=f"“{word}” below the card", done=lambda: scene.said_in(card["channel"], card["ts"], word))
    if scene.random.random() < 0.6:
        new = f"{word}, no, {scene.random.randrange(10**6)}"
        scene.act()
        scene.who(user).act("edit", channel=channel, ts=ts, text=new)
        yield Wait(what=f"“{new}” below the card", done=lambda: scene.said_in(card["channel"], card["ts"], new))


def _claims(scene: Scene, ticket: TicketRow, card: Json) -> Life:
    def press() -> None:
        scene.press(LIAM, scene.card(ticket) or card, ids.CLAIM)

    if ids.CLAIM not in buttons(scene.card(ticket) or card): return
    press()
    yield Wait(what=f"{ticket.number} is claimed", done=lambda: scene.fresh(ticket).assignee, again=press)


def _writes(scene: Scene, here: tuple[str, str]) -> Life:
    """A reply by staff: written, looked at, sent, and ten seconds later said."""
    ticket = scene.ticket(here[1])
    assert ticket is not None
    word = f"Please bring it to room {scene.random.randrange(10**6)}"
    view = yield from _on_card(scene, ticket, ids.REPLY)
    scene.pending[LIAM] = view

    def send() -> str:
        """The form, what it shows before it is sent, or the form once more with what was wrong."""
        shown = scene.pending[LIAM]
        name = next((one for one in inputs_of(shown) if one.startswith("text_")), "")
        return scene.submit(LIAM, shown, **({name: word} if name else {}))

    def sent() -> bool:
        return send() == "close" or bool(scene.said_in(*here, word))

    send()
    if not sent(): yield Wait(what="a reply is taken", done=lambda: scene.calm and sent(), again=send)
    yield Wait(what=f"“{word}” for the requester", done=lambda: scene.said_in(*here, word))
    scene.gives(LIAM)


def _orders(scene: Scene, here: tuple[str, str], ticket: TicketRow, card: Json) -> Life:
    """A command, written below the card: nobody writes it twice, and it is carried out once."""
    word = f"the lamp number {scene.random.randrange(10**6)}"
    text, done = scene.random.choice((
        ("!priority low low", lambda: scene.fresh(ticket).impact == "low"),
        (f"!split {word}", lambda: scene.rows(split)), (f"!reply {word}", lambda: scene.said_in(*here, word)),
    ))  # fmt: skip
    split = select(TicketRow).where(TicketRow.summary.contains(word))
    scene.say(LIAM, text, channel=card["channel"], thread=card["ts"])
    yield Wait(what=f"{text} below the card of {ticket.number}", done=done)
    if word in text and "!split" in text: scene.once.append(split)


def _from_home(scene: Scene, action: str, value: str) -> Reach:
    """The form that a button of Noor's Home opens."""
    def press() -> None:
        scene.press_view(NOOR, scene.home(NOOR), action, value)

    scene.who(NOOR).forget()
    press()
    return (yield Wait(what=f"the form of {action}", done=lambda: scene.form(NOOR), again=press))


def _splits(scene: Scene, ticket: TicketRow, card: Json) -> Life:
    """A second ticket out of one."""
    option = _offer(scene.card(ticket) or card, "split")
    if option is None: return
    view = yield from _on_card(scene, ticket, ids.MORE, selected_option=option)
    linked = select(LinkRow).where(LinkRow.kind == SPLIT, LinkRow.ticket_id == ticket.id)
    yield from _sent(scene, LIAM, view, {"text": "And the mouse is broken"}, lambda: scene.rows(linked))


def _offer(card: Json, verb: str) -> Json | None:
    return offered(card).get(verb)


def _resolves(scene: Scene, ticket: TicketRow) -> Life:
    view = yield from _on_card(scene, ticket, ids.RESOLVE)
    note = f"Replaced part {scene.random.randrange(10**6)}"
    over = (State.RESOLVED, State.CLOSED)
    yield from _sent(
        scene, LIAM, view, {"code": "fixed", "note": note}, lambda: scene.fresh(ticket).state in over
    )
