"""Delivery to the app: envelopes, acknowledgements, redelivery, and events kept for an app that is away."""

from __future__ import annotations

import asyncio
import contextlib
import copy
from collections import Counter, deque
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING, Literal, Protocol

from bot.sandbox import trouble
from bot.sandbox.errors import NotResponding

if TYPE_CHECKING:
    from bot.sandbox.ids import Ids, Json
    from bot.sandbox.seed import Seed
    from bot.sandbox.trouble import Mishap

EnvelopeKind = Literal["events_api", "slash_commands", "interactive"]
_LOGGED = 1000  # deliveries remembered for tests
_TIMED = 500_000  # acknowledgements whose time is remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One thing for the app; `attempt` is 0 the first time and counts redeliveries of an event."""

    id: str
    kind: EnvelopeKind
    payload: Json
    attempt: int = 0
    reason: str = ""

    @property
    def takes_answer(self) -> bool:
        """Whether the acknowledgement may carry an answer (an event's never does)."""
        return self.kind != "events_api"


@dataclass(slots=True, kw_only=True)
class Delivered:
    """What became of an envelope, for tests: `attempts` counts sendings."""

    envelope: Envelope
    attempts: int = 0
    acknowledged: bool = False


@dataclass(slots=True, kw_only=True)
class Settings:
    """The switches of a running sandbox, first set by the seed."""

    rate_limits: bool
    lacks: set[str]
    scopes: set[str]
    ack_seconds: float
    retry_seconds: tuple[float, ...]
    kept_events: int

    @classmethod
    def of(cls, seed: Seed) -> Settings:
        """The switches as the seed sets them."""
        return cls(rate_limits=seed.rate_limits, lacks=set(seed.lacks), scopes=set(seed.app.scopes),
                   ack_seconds=seed.ack_seconds, retry_seconds=seed.retry_seconds, kept_events=seed.kept_events)


class Transport(Protocol):
    """A way to the app."""

    @property
    def connected(self) -> bool:
        """Whether the app can be reached now."""

    async def until_connected(self) -> None:
        """Wait until the app can be reached."""

    async def send(self, envelope: Envelope, seconds: float) -> Json:
        """Send and wait for the acknowledgement's payload; NotResponding when there is none in time."""


@dataclass(slots=True)
class Delivery:
    """Sends envelopes over a transport and keeps Slack's promises about them."""

    transport: Transport
    settings: Settings
    ids: Ids
    log: deque[Delivered] = field(default_factory=lambda: deque(maxlen=_LOGGED))
    mishaps: list[Mishap] = field(default_factory=list)
    astray: Counter[str] = field(default_factory=Counter)  # how many envelopes went astray, and how
    took: deque[float] = field(default_factory=lambda: deque(maxlen=_TIMED))  # seconds until an acknowledgement
    _under_way: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _sent: asyncio.Event = field(default_factory=asyncio.Event)  # set when the next envelope was sent

    async def ask(self, kind: EnvelopeKind, payload: Json) -> Json:
        """Send an interaction once and answer with the acknowledgement's payload; NotResponding otherwise."""
        if not self.transport.connected:
            raise NotResponding("The app is not connected.", nobody=True)
        return await self._attempt(self._logged(self._sealed(kind, payload)))

    def event(self, payload: Json) -> None:
        """Deliver an event in the background, again and again until it is acknowledged."""
        self._start(self._logged(self._sealed("events_api", payload)))

    def again(self, event_id: str | None, attempt: int, reason: str) -> bool:
        """Deliver an event (the last one without an id) once more; False if there is no such event."""
        for done in reversed(self.log):
            if done.envelope.kind == "events_api" and event_id in (None, done.envelope.payload["event_id"]):
                self._start(self._logged(replace(done.envelope, id=self.ids.uuid(), attempt=attempt, reason=reason)))
                return True
        return False

    def stop(self) -> None:
        """Give up everything that is under way."""
        for task in self._under_way.values():
            task.cancel()
        self._under_way.clear()

    def clear(self) -> None:
        """Give up everything and forget what was delivered."""
        self.stop()
        for kept in (self.log, self.mishaps, self.astray):
            kept.clear()

    @property
    def waiting(self) -> int:
        """How many events are not acknowledged yet."""
        return len(self._under_way)

    def _sealed(self, kind: EnvelopeKind, payload: Json) -> Envelope:
        # A copy: the message or view in it may change while the envelope waits.
        return Envelope(id=self.ids.uuid(), kind=kind, payload=copy.deepcopy(payload))

    def _logged(self, envelope: Envelope) -> Delivered:
        self.log.append(Delivered(envelope=envelope))
        return self.log[-1]

    def _start(self, record: Delivered) -> None:
        while len(self._under_way) >= self.settings.kept_events:
            self._under_way.pop(next(iter(self._under_way))).cancel()
        name = record.envelope.id
        task = asyncio.create_task(self._insist(record))
        self._under_way[name] = task
        task.add_done_callback(lambda _: self._under_way.pop(name, None))

    async def _insist(self, record: Delivered) -> None:
        first = record.envelope
        for attempt, pause in enumerate((0.0, *self.settings.retry_seconds)):
            await asyncio.sleep(pause)
            await self.transport.until_connected()
            try:
                await self._attempt(record)
            except NotResponding as error:
                record.envelope = replace(first, attempt=first.attempt + attempt + 1, reason=str(error))
            else:
                return

    async def _attempt(self, record: Delivered) -> Json:
        record.attempts += 1
        mishap = trouble.first(self.mishaps, record.envelope.kind)
        if mishap:
            self.astray[f"{record.envelope.kind} {mishap.what}"] += 1
            await self._led_astray(record, mishap)
        began = monotonic()
        answer = await self.transport.send(record.envelope, self.settings.ack_seconds)
        self.took.append(monotonic() - began)
        self._sent.set()
        if mishap and mishap.what == "unheard":
            raise NotResponding("timeout")
        record.acknowledged = True
        return answer

    async def _led_astray(self, record: Delivered, mishap: Mishap) -> None:
        match mishap.what:
            case "lost":
                raise NotResponding("timeout")
            case "twice":
                self._start(self._logged(replace(record.envelope, id=self.ids.uuid())))
            case "late":
                await asyncio.sleep(mishap.seconds)
            case "behind":
                self._sent.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._sent.wait(), mishap.seconds)
            case "unheard":
                pass  # until it was sent
