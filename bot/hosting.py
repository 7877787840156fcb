"""The web application of one process, put together by its duties."""

from collections.abc import Collection
from typing import Any
from zoneinfo import ZoneInfo

from bot.assistant import Parts
from bot.assistant.syncing import Incoming
from bot.bootstrap import Core
from bot.duties import Duty
from bot.lookup import Lookup
from bot.operations.operations import Operations
from bot.web.app import create_web
from bot.web.faults import Fault, Faults
from bot.web.hooks import Take
from bot.web.machine import Watched, machine_routes
from bot.web.studio.visit import Studio
from handoff import outages
from handoff.desk import Desk


def make_web(core: Core, studio: Studio, duties: Collection[Duty], slack: Any, ops: Operations) -> Any:
    """The pages, where they are a duty; how the process is, in any case. `slack` takes what Slack posts."""
    desk = studio.assistant.parts.desk
    contact = f"{desk.contact.phone}, {desk.contact.hours}"
    made = create_web(
        core.kb, lambda text: core.encoder.encode([text])[0], ops.ready, contact, slack,
        pictures=core.settings.data_dir / "pictures", tickets=_incoming(core, desk), studio=studio, clock=core.clock,
        rank=_rank(studio.assistant.parts), faults=lambda: _faults(core, desk), pages_too=Duty.WEB in duties,
        machine=machine_routes(ops.ready, ops.figures, ops.refusal),
    )
    return Watched(made, ops.metrics, ops.watch, made.routes)


def _rank(parts: Parts) -> Lookup:
    return Lookup(kb=parts.kb, encode=parts.encode, classifier=parts.classifier, confidence=parts.confidence)


def _faults(core: Core, desk: Desk) -> Faults:
    """The outages that last, as everybody is told of them, in the zone of the first queue."""
    zone = ZoneInfo(desk.hours[desk.queues[0].hours].time_zone)
    with core.database.reading() as session: lasting = outages.current(session)
    told = tuple(Fault(text=one.text, since=one.declared_at.astimezone(zone)) for one in lasting)
    return Faults(lasting=told, at=core.clock().astimezone(zone))


def _incoming(core: Core, desk: Desk) -> Take | None:
    """What takes the ticket system's calls; nothing where they could not be verified."""
    system, secret = core.settings.tickets_system, core.settings.tickets_secret.get_secret_value()
    return Incoming(core.database, desk, core.clock, system, secret).take if system and secret else None
