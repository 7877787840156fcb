"""One running workspace: its state and everything that a change in it sets off."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.sandbox import events
from bot.sandbox.automation.service import Automation
from bot.sandbox.deliver import Delivery, Settings
from bot.sandbox.files import Files
from bot.sandbox.hooks import Hooks
from bot.sandbox.http_delivery import HttpDelivery
from bot.sandbox.ids import Ticker
from bot.sandbox.live import Live
from bot.sandbox.openid import OpenId
from bot.sandbox.sockets import SocketHub
from bot.sandbox.trouble import Fault
from bot.sandbox.views import Views
from bot.sandbox.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.sandbox.ids import Ids, Json
    from bot.sandbox.seed import Person, Seed
    from bot.sandbox.store import Store
    from bot.sandbox.world import Channel

_CALLS = 5000  # API calls remembered for tests


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """One call of the Web API, for tests: its arguments without the token, and the error if there was one."""

    method: str
    arguments: Json
    error: str | None
    at: float


@dataclass(slots=True)
class Probes:
    """What tests look at and turn."""

    calls: deque[Called] = field(default_factory=lambda: deque(maxlen=_CALLS))
    faults: list[Fault] = field(default_factory=list)
    posts: dict[str, tuple[float, float]] = field(default_factory=dict)  # channel -> (tokens left, when)
    struck: Counter[str] = field(default_factory=Counter)  # how many calls met which fault

    def clear(self) -> None:
        """Forget everything."""
        self.calls.clear()
        self.faults.clear()
        self.posts.clear()
        self.struck.clear()


class Workspace:
    """State, delivery and pushes of one sandbox; every method runs on the server's event loop."""

    def __init__(self, seed: Seed, *, store: Store, clock: Callable[[], float], ids: Ids, base_url: str) -> None:
        self.seed = seed
        self.clock = clock
        self.ids = ids
        self.base_url = base_url
        self.store = store
        self.ticker = Ticker(clock)
        self.settings = Settings.of(seed)
        self.world = World(seed, store, self.ticker)
        self.views = Views(seed, store, ids, self.ticker)
        self.files = Files(store, ids, base_url)
        self.hooks = Hooks(clock, ids)
        self.automation = Automation(seed, store, clock)
        self.openid = OpenId(seed, clock=clock, ids=ids, base_url=base_url)
        self.live = Live()
        self.probes = Probes()
        self.prompts: dict[str, Json] = {}
        self.statuses: dict[tuple[str, str], Json] = {}
        self.titles: dict[tuple[str, str], str] = {}
        self.left: set[str] = set()  # people whose accounts are deactivated
        self.hub = SocketHub(clock=clock, ids=ids, app_id=seed.app.id, changed=self._connection_changed)
        self.http = HttpDelivery(seed.app, clock=clock, ids=ids, changed=self._connection_changed)
        self.delivery = Delivery(self.hub if seed.app.delivery == "socket" else self.http, self.settings, ids)

    def reset(self) -> None:
        """Back to the seed, as if just started; open connections and pages stay."""
        self.delivery.clear()
        self.world.reset()
        self.automation.reset()
        self.left.clear()
        for part in (self.views, self.files, self.hooks, self.probes):
            part.clear()
        for kept in (self.prompts, self.statuses, self.titles):
            kept.clear()
        fresh = Settings.of(self.seed)
        for name in Settings.__slots__:
            setattr(self.settings, name, getattr(fresh, name))
        self.live.push_all("reset")

    def _connection_changed(self, connected: bool) -> None:  # noqa: FBT001 - the one fact it tells
        self.live.push_all("app", connected=connected)

    def raise_event(self, subscription: str, event: Json) -> None:
        """Send an event to the app if it subscribes to it."""
        if subscription in self.seed.app.events:
            event_id = self.ids.named("Ev", 10)
            self.delivery.event(events.wrapped(self.seed, event, event_id, int(self.clock())))

    def viewers(self, channel: Channel) -> list[str]:
        """The people who can read a channel: its members, and everybody if it is public."""
        return [user for user in self.world.people if channel.kind == "channel" or user in channel.members]

    def page_message(self, channel: Channel, ts: str) -> Json:
        """A message as the page reads it: the generated fields are always there."""
        return {"reply_count": 0, "reply_users": [], "latest_reply": None, "reactions": []} | self.world.shown(
            channel, ts)

    def push_message(self, channel: Channel, ts: str, kind: str) -> None:
        """Tell open pages about a new or changed message."""
        self.live.push(self.viewers(channel), kind, channel=channel.id, message=self.page_message(channel, ts))

    def push_unread(self, channel: Channel, users: Iterable[str]) -> None:
        """Tell people how much they have not read in a channel."""
        for user in users:
            self.live.push([user], "unread", channel=channel.id, n=self.world.unread(user, channel))

    def person(self, user: str) -> Person | None:
        """A person by id; the app's bot user is none."""
        return self.world.people.get(user)
