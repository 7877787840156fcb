"""Handles for tests, under /ui/_test: look at what the app did, and make the trouble that Slack makes.

GET  calls?method=      the API calls received: {calls: [{method, arguments, error, at}]}
GET  deliveries         what was sent to the app: {deliveries: [{envelope_id, type, payload, attempts, acknowledged,
                        retry_attempt, retry_reason}], waiting: n, connections: n}
GET  acknowledgements   {seconds: [...]}: how long the app took to acknowledge, since somebody last looked
POST clear_calls        forget the API calls
POST redeliver          {event_id? (the last event), retry_attempt? (1), retry_reason? ("timeout")}
POST drop_socket        {warned?: true}: end every connection, without the usual warning unless `warned`
POST fault              {error, count? (1), method?, retry_after?}: the next calls fail; error "ratelimited" is a 429
POST settings           any of {rate_limits, lacks, scopes, ack_seconds, retry_seconds, kept_events}
POST deactivate         {user, back?: true}: somebody leaves the company, or comes back
POST member             {channel, user, out?: true}: somebody comes into a channel, or is taken out of it
POST archive            {channel, back?: true}: a channel is archived, or taken out of the archive
POST event              {subscription, event}: raise any event
POST reset              back to the seed
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from bot.sandbox.deliver import Settings
from bot.sandbox.errors import Refused
from bot.sandbox.workspace import Fault

if TYPE_CHECKING:
    from bot.sandbox.ids import Json
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
        retry_after=asked.number("retry_after", 1)))
    return {"ok": True}


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


READS = {"calls": calls, "deliveries": deliveries, "acknowledgements": acknowledgements}
ACTS = {"clear_calls": clear_calls, "redeliver": redeliver, "drop_socket": drop_socket, "fault": fault,
        "settings": settings, "event": event, "deactivate": deactivate,
        "member": member, "archive": archive, "reset": reset}
