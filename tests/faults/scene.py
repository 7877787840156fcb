"""One run's view of a workspace: what was said and written since it began, and what people do in it."""

from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

from sqlalchemy import select

from bot.sandbox.errors import Refused, SandboxError
from bot.tables import ConversationRow, TurnRow
from handoff.tables import PlaceRow, TicketRow
from kb.tables import RunRow
from tests.faults.site import Site
from tests.faults.troubles import Trouble
from tests.functional.office import Colleague, Json, said, said_by_bot

REPEATS = 7  # times that a person does something once more that nothing came of, each after twice as long a quiet


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """What somebody waits for; `again` is what they do once more when nothing comes of it and all is quiet.

    Without `again` it has to come by itself.
    """

    what: str
    done: Callable[[], Any]
    again: Callable[[], object] | None = None


Life = Generator[Wait, Any, None]  # what one person does, and what they wait for in between


@dataclass
class Scene:
    """A run on its way. `asked` are the messages that need an answer: (channel, ts)."""

    site: Site
    random: Random
    troubles: list[Trouble]
    since: str = ""
    acts: int = 0
    calm: bool = False
    free: list[str] = field(default_factory=list)  # who has asked nothing yet
    asked: list[tuple[str, str]] = field(default_factory=list)
    log: list[str] = field(default_factory=list)  # what was waited for in the end
    filling: set[str] = field(default_factory=set)  # who has a form open; a second one waits
    pending: dict[str, Json] = field(default_factory=dict)
    told: list[Json] = field(default_factory=list)  # what was said since the run began
    awaited: set[tuple[int, int]] = field(default_factory=set)  # runs whose time to be drawn has come, and their move
    machines: list[str] = field(default_factory=list)  # of which nobody has written yet
    once: list[Any] = field(default_factory=list)  # queries of what must be there once
    retired: list[str] = field(default_factory=list)  # articles to take back when the run is over

    # -- what people do --------------------------------------------------------------------------------------------

    def act(self) -> None:
        """Count something that a person is about to do; trouble begins and ends with it."""
        for one in self.troubles if not self.calm else ():
            if one.at == self.acts and one.how != "kill": self.site.strike(one)
            if one.until == self.acts and one.until: self.site.full = False
        self.acts += 1

    def who(self, user: str) -> Colleague:
        """Somebody."""
        return self.site.people[user]

    def say(self, user: str, text: str, *, channel: str = "", thread: str = "") -> tuple[str, str]:
        """Write a message; its channel and ts."""
        self.act()
        where = channel or self.who(user).dm
        return where, self.who(user).post(where, text, thread or None)

    def ask(self, user: str, text: str, *, channel: str = "") -> tuple[str, str]:
        """Write a message that needs an answer."""
        here = self.say(user, text, channel=channel)
        self.asked.append(here)
        return here

    def press(self, user: str, message: Json, action: str, **chosen: Any) -> bool:
        """Use a button; whether that was acknowledged."""
        self.act()
        try:
            return bool(self.who(user).click(message["channel"], message, action, **chosen)["ok"])
        except (Refused, SandboxError):  # the message has changed since, and the button is not there any more
            return False

    def home(self, user: str) -> Json | None:
        """Somebody's Home as it is; opening it has it drawn anew."""
        self.act()
        shown: Json | None = self.who(user).get("home")["view"]
        return shown

    def press_view(self, user: str, view: Json | None, action: str, value: str | None = None) -> bool:
        """Use a button of a form or a Home; whether it is still there."""
        self.act()
        with suppress(Refused, SandboxError, StopIteration, AssertionError):
            if view and value is None: return bool(self.who(user).click_view(view, action)["ok"])
            if view: self.who(user).press_view(view, action, str(value))
            return bool(view)
        return False

    def submit(self, user: str, view: Json, **values: str) -> str:
        """Send a form: "close", "update" or "errors" as it was answered, or nothing if it was not."""
        self.act()
        try:
            answer = self.who(user).fill(view, **values)
        except Refused:
            return ""
        if answer.get("view"): self.pending[user] = answer["view"]
        return str(answer["action"])

    def form(self, user: str) -> Json | None:
        """The form that has opened for somebody last, once."""
        opened = [push["view"] for push in self.who(user).heard("view_open")]
        self.who(user).forget()
        return opened[-1] if opened else None

    def takes(self, user: str) -> bool:
        """Whether somebody has their hands free; then they have not, until `gives`."""
        if user in self.filling: return False
        self.filling.add(user)
        return True

    def gives(self, user: str) -> None:
        """Their form is sent."""
        self.filling.discard(user)

    # -- what came of it -------------------------------------------------------------------------------------------

    def look(self) -> None:
        """See what is new."""
        self.told = self.site.server.get(f"/ui/_test/messages?since={self.since}")["messages"]

    def replies(self, channel: str, thread: str) -> list[Json]:
        """What Firstline has said in a thread, to all."""
        return [
            one for one in self.told if one["channel"] == channel and one.get("thread_ts") == thread
            and one["ts"] != thread and said_by_bot(one)
        ]  # fmt: skip

    def requester(self) -> str:
        """Somebody who asks nothing else in this run: what they say elsewhere may be an answer to their recipe."""
        return self.free.pop()

    def holding(self, action: str, channel: str, thread: str) -> Json | None:
        """The newest message of a thread with a button whose name begins so."""
        named = [one for one in self.replies(channel, thread) if any(n.startswith(action) for n in buttons(one))]
        return named[-1] if named else None

    def said_in(self, channel: str, thread: str, text: str) -> list[Json]:
        """What Firstline has said in a thread that holds some words."""
        return [one for one in self.replies(channel, thread) if text in said(one) + one["text"]]

    def rows(self, query: Any) -> list[Any]:
        """What the database holds."""
        with self.site.database.reading() as session: return list(session.scalars(query))

    def ticket(self, thread: str) -> TicketRow | None:
        """The newest ticket whose requester hears of it in a thread."""
        found = self.rows(select(TicketRow).where(TicketRow.thread_ts == thread).order_by(TicketRow.id.desc()).limit(1))
        return found[0] if found else None

    def fresh(self, ticket: TicketRow) -> TicketRow:
        """A ticket as it is now."""
        [found] = self.rows(select(TicketRow).where(TicketRow.id == ticket.id))
        return found

    def card(self, ticket: TicketRow) -> Json | None:
        """A ticket's card, once Firstline knows where it stands."""
        places = self.rows(select(PlaceRow).where(PlaceRow.ticket_id == ticket.id, PlaceRow.queue_channel != ""))
        here = {(place.channel, place.ts) for place in places}
        return next((one for one in self.told if (one["channel"], one["ts"]) in here), None)

    def turns(self, channel: str, ts: str) -> list[TurnRow]:
        """What was kept of a message."""
        query = select(TurnRow).join(ConversationRow).where(ConversationRow.channel == channel, TurnRow.ts == ts)
        return self.rows(query)

    def runs(self, channel: str, thread: str) -> list[RunRow]:
        """The recipes that were begun in a thread."""
        query = select(RunRow).join(ConversationRow, RunRow.conversation_id == ConversationRow.id)
        return self.rows(query.where(ConversationRow.channel == channel, ConversationRow.thread_ts == thread))


def buttons(message: Json) -> list[str]:
    """The names of what can be pressed."""
    found = []
    for block in message.get("blocks") or []:
        elements = [*block.get("elements", []), block.get("accessory") or {}]
        found += [element["action_id"] for element in elements if "action_id" in element]
    return found
