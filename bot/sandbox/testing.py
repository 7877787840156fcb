"""Handles for tests, under /ui/_test: look at what the app did, and make the trouble that Slack makes.

GET  calls?method=      the API calls received: {calls: [{method, arguments, error, at}]}
GET  deliveries         what was sent to the app: {deliveries: [{envelope_id, type, payload, attempts, acknowledged,
                        retry_attempt, retry_reason}], waiting: n, connections: n}
GET  acknowledgements   {seconds: [...]}: how long the app took to acknowledge, since somebody last looked
POST clear_calls        forget the API calls
POST redeliver          {event_id? (the last event), retry_attempt? (1), retry_reason? ("timeout")}
POST drop_socket        {warned?: true}: end every connection, without the usual warning unless `warned`
GET  waiting            {waiting: n events not acknowledged, connections: n}
GET  now                {ts}: a moment of the workspace's, after everything that was said
GET  messages?since=    what was said after a ts, in all channels: {messages: [{channel, ...}]}, tombstones included
POST fault              {error, count? (1), method?, skip? (0), after?, retry_after?, seconds?}: calls fail; see `Fault`
POST mishap             {what, kind?, count? (1), skip? (0), seconds?}: envelopes go astray; see `Mishap`
POST calm               end all faults and mishaps; how often each happened: {calls: {error: n}, envelopes: {what: n}}
POST settings           any of {rate_limits, lacks, scopes, ack_seconds, retry_seconds, kept_events}
POST deactivate         {user, back?: true}: somebody leaves the company, or comes back
POST member             {channel, user, out?: true}: somebody comes into a channel, or is taken out of it
POST archive            {channel, back?: true}: a channel is archived, or taken out of the archive
POST event              {subscription, event}: raise any event
POST reset              back to the seed
"""

from __future__ import annotations

from dataclasses import asdict
from itertools import takewhile
from typing import TYPE_CHECKING, cast

from bot.sandbox.deliver import Settings
from bot.sandbox.errors import Refused
from bot.sandbox.trouble import ASTRAY, Fault, Mishap

if TYPE_CHECKING:
    from bot.sandbox.ids import Json
    from bot.sandbox.trouble import Astray
    from bot.sandbox.ui import Asked


async def calls(asked: Asked) -> Json:
    """The API calls received, of one method or of all."""
    method = asked.fields.get("method")
    return {"calls": [asdict(one) for one in asked.space.probes.calls if method in (None, one.method)]}


async def clear_calls(asked: Asked) -> Json:
    """Forget the API calls."""
    asked.space.probes.calls.clear()
    return {"ok": True}


async def deliveries(asked: Asked) -> Json:
    """What was sent to the app."""
    space = asked.space
    return {
        "deliveries": [
            {"envelope_id": one.envelope.id, "type": one.envelope.kind, "payload": one.envelope.payload,
             "attempts": one.attempts, "acknowledged": one.acknowledged,
             "retry_attempt": one.envelope.attempt, "retry_reason": one.envelope.reason}
            for one in space.delivery.log
        ],
        "waiting": space.delivery.waiting, "connections": space.hub.count,
    }


async def waiting(asked: Asked) -> Json:
    """How much of it waits."""
    return {"waiting": asked.space.delivery.waiting, "connections": asked.space.hub.count}


async def now(asked: Asked) -> Json:
    """A ts after everything that was said."""
    return {"ts": asked.space.ticker.tick()}


async def acknowledgements(asked: Asked) -> Json:
    """How long the app took to acknowledge, since somebody last looked."""
    took = asked.space.delivery.took
    seconds = [took.popleft() for _ in range(len(took))]
    return {"seconds": seconds}


async def redeliver(asked: Asked) -> Json:
    """Deliver an event once more."""
    fields = asked.fields
    attempt, reason = asked.number("retry_attempt", 1), str(fields.get("retry_reason", "timeout"))
    if not asked.space.delivery.again(fields.get("event_id"), attempt, reason):
        raise Refused("No such event was delivered.", status=404)
    return {"ok": True}


async def drop_socket(asked: Asked) -> Json:
    """End every Socket Mode connection."""
    return {"dropped": await asked.space.hub.drop(warned=bool(asked.fields.get("warned")))}


async def fault(asked: Asked) -> Json:
    """Let the next calls fail."""
    fields = asked.fields
    asked.space.probes.faults.append(Fault(
        error=asked.word("error"), left=asked.number("count", 1), method=fields.get("method"),
        retry_after=asked.number("retry_after", 1), after=bool(fields.get("after")), skip=asked.number("skip", 0),
        seconds=float(fields.get("seconds", 0))))
    return {"ok": True}


async def mishap(asked: Asked) -> Json:
    """Let the next envelopes go astray."""
    fields, what = asked.fields, asked.word("what")
    if what not in ASTRAY:
        raise Refused(f"“{what}” is not a mishap; there are {', '.join(sorted(ASTRAY))}.")
    asked.space.delivery.mishaps.append(Mishap(
        what=cast("Astray", what), left=asked.number("count", 1), kind=fields.get("kind"),
        skip=asked.number("skip", 0), seconds=float(fields.get("seconds", 0))))
    return {"ok": True}


async def calm(asked: Asked) -> Json:
    """No more trouble; tell how much there was."""
    probes, delivery = asked.space.probes, asked.space.delivery
    told = {"calls": dict(probes.struck), "envelopes": dict(delivery.astray)}
    for kept in (probes.faults, probes.struck, delivery.mishaps, delivery.astray):
        kept.clear()
    return told


async def messages(asked: Asked) -> Json:
    """What was said after a moment, in every channel."""
    since = asked.fields.get("since", "")
    return {"messages": [
        message | {"channel": channel.id}
        for channel in asked.space.world.channels.values()
        for message in reversed(list(takewhile(lambda one: one["ts"] > since, reversed(channel.messages.values()))))
    ]}


async def settings(asked: Asked) -> Json:
    """Turn the switches of the running sandbox."""
    known: dict[str, type] = {"lacks": set, "scopes": set, "retry_seconds": tuple, "rate_limits": bool,
                              "ack_seconds": float, "kept_events": int}
    for name, value in asked.fields.items():
        if name not in known:
            raise Refused(f"“{name}” is not a setting; there are {', '.join(Settings.__slots__)}.")
        try:
            setattr(asked.space.settings, name, known[name](value))
        except (TypeError, ValueError) as error:
            raise Refused(f"“{name}” cannot be {value!r}.") from error
    return {"ok": True}


async def event(asked: Asked) -> Json:
    """Raise an event of any kind."""
    asked.space.raise_event(asked.word("subscription"), asked.mapping("event"))
    return {"ok": True}


async def deactivate(asked: Asked) -> Json:
    """Somebody leaves, or comes back."""
    left = asked.space.left
    (left.discard if asked.fields.get("back") else left.add)(asked.word("user"))
    return {"ok": True}


async def member(asked: Asked) -> Json:
    """Somebody comes into a channel, or is taken out of it; nobody is told."""
    world = asked.space.world
    change = world.leave if asked.fields.get("out") else world.join
    change(world.channel(asked.word("channel")), asked.word("user"))
    return {"ok": True}


async def archive(asked: Asked) -> Json:
    """A channel is archived, or taken out of the archive."""
    asked.space.world.channel(asked.word("channel")).archived = not asked.fields.get("back")
    return {"ok": True}


async def reset(asked: Asked) -> Json:
    """Back to the seed."""
    asked.space.reset()
    return {"ok": True}


READS = {"calls": calls, "deliveries": deliveries, "acknowledgements": acknowledgements, "messages": messages,
         "waiting": waiting, "now": now}
ACTS = {"clear_calls": clear_calls, "redeliver": redeliver, "drop_socket": drop_socket, "fault": fault,
        "mishap": mishap, "calm": calm,
        "settings": settings, "event": event, "deactivate": deactivate,
        "member": member, "archive": archive, "reset": reset}
