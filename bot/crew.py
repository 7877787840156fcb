"""Who works in one process, by its duties: all of them threads, at work until the end of its stack."""

import logging
import os
import secrets
import socket
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from time import monotonic

from bot import carrying
from bot.bootstrap import Core
from bot.carrying import AutomationOutbound
from bot.listening import Listening
from bot.operations.operations import Operations
from bot.slack import busy, intake
from bot.slack.connecting import message_link
from bot.slack.lost import Lost
from bot.slack.outbound import SlackOutbound
from bot.slack.roll import Roll
from bot.slack.surface import SlackSurface
from bot.worker import Bell, Worker
from core import outbox
from core.errors import Unavailable
from core.leases import Lease
from handoff.destinations.syncing import Syncing

log = logging.getLogger(__name__)

CALLERS = 3  # threads that call the automation: while one waits ten seconds for an answer, the others go on
SYNCERS = 2  # threads that tell the ticket system
HEARERS = 10  # threads that answer messages; mostly they wait for Slack to take the reply
ENDS_WITHIN = 25.0  # seconds that all of them together have for what they are at; deploy/ allows for twice as many
URGENT = frozenset({busy.KIND})  # kinds with a thread of their own: behind a hundred cards they would come too late
LEFT_BEHIND = 2.0  # seconds between two looks of each of them for what others have left
SWEEP = "sweep"  # the lease of whoever looks for what becomes due


def poster(stack: ExitStack, core: Core, surface: SlackSurface, ops: Operations) -> Worker:
    """Posts to Slack what was queued: before it is started, the one item that somebody has it post.

    Once started it also finds what has become due, when it is this process's turn.
    """
    gave_up, look = ops.gave_up(Lost(surface).posted), ops.look(_in_turn(stack, core, surface))
    slack = SlackOutbound(surface)
    kinds = slack.kinds - URGENT
    return Worker(core.database, ops.outbound(slack), core.clock, only=kinds, look=look, gave_up=gave_up)


def hear(stack: ExitStack, core: Core, surface: SlackSurface, bell: Bell, ops: Operations) -> list[Worker]:
    """Deal with what people say: at once when this process has taken it in, soon when another one that died had."""
    heard = ops.outbound(intake.Heard(surface))
    hearers = [
        Worker(
            core.database, heard, core.clock, only=carrying.INCOMING, at_once=1, lease=intake.LEASE, forget=True,
            bell=bell, every=LEFT_BEHIND, gave_up=ops.gave_up(Lost(surface).heard),
        )
        for _ in range(HEARERS)
    ]  # fmt: skip
    _work(stack, hearers, ops)
    return hearers[:1]  # one bell wakes them all


def deliver(
    stack: ExitStack, core: Core, surface: SlackSurface, poster: Worker, ops: Operations
) -> list[Worker]:
    """Deliver what is queued, for Slack, the automation and the ticket system; find what becomes due; call the roll."""
    urgent = ops.outbound(SlackOutbound(surface))
    workers = [
        poster,
        Worker(core.database, urgent, core.clock, only=URGENT, gave_up=ops.gave_up(), every=LEFT_BEHIND),
        *callers(core, AutomationOutbound(surface.assistant.acting), ops),
        *_syncers(core, surface, ops),
    ]
    _work(stack, workers, ops)
    roll = Roll(surface.directory, surface.assistant)
    stack.callback(roll.stop)
    roll.start()
    return workers


def callers(core: Core, automation: AutomationOutbound, ops: Operations) -> list[Worker]:
    """Those who call the automation."""
    calls, gave_up = ops.outbound(automation), ops.gave_up()
    return [
        Worker(core.database, calls, core.clock, only=carrying.ACTIONS, at_once=1, gave_up=gave_up)
        for _ in range(CALLERS)
    ]  # fmt: skip


def listen(stack: ExitStack, core: Core, workers: Sequence[Worker]) -> None:
    """Hear what other processes tell: of items for these workers, and of what was published."""
    def refresh() -> None:
        core.kb.index()
        core.kb.runbooks()

    listening = Listening(core.database, workers, refresh)
    stack.callback(listening.stop)
    listening.start()


def _work(stack: ExitStack, workers: Sequence[Worker], ops: Operations) -> None:
    """Let workers work until the end."""
    ops.workers.extend(workers)
    stack.callback(stop, ops)
    for one in workers: one.start()


def stop(ops: Operations) -> None:
    """End all that work here, whatever their duty, within one and the same time; called again it finds nobody."""
    ending, until = [one for one in ops.workers if isinstance(one, Worker)], monotonic() + ENDS_WITHIN
    ops.workers.clear()
    for one in ending: one.finish()
    for one in ending: one.stop(until - monotonic())


def _syncers(core: Core, surface: SlackSurface, ops: Operations) -> list[Worker]:
    """Those who keep the ticket system told, if there is one."""
    system = surface.assistant.parts.system
    if system is None: return []
    syncing = Syncing(core.database, system, core.clock, message_link(surface.client))
    syncing.catch_up()
    kinds, gave_up, outbound = carrying.SYNCS, ops.gave_up(syncing.gave_up), ops.outbound(syncing)
    return [
        Worker(core.database, outbound, core.clock, only=kinds, at_once=1, gave_up=gave_up) for _ in range(SYNCERS)
    ]


def _in_turn(stack: ExitStack, core: Core, surface: SlackSurface) -> Callable[[], object]:
    """Finds what has become due, in one process at a time: several would only do the same work."""
    waits = busy.Busy(surface)

    def look() -> int:
        with core.database.transaction() as session: late = outbox.set_right(session, core.clock())
        if late: log.warning("the clock was stepped back: %d items that waited for it are due sooner", late)
        return surface.assistant.look() + waits.look()

    if core.database.is_sqlite: return look
    lease = Lease(core.database, SWEEP, f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}")

    def give_up() -> None:
        try:
            lease.give_up()
        except Unavailable as error:  # then it runs out by itself
            log.warning("the turn to sweep was not given up: %s", error)

    stack.callback(give_up)
    return lambda: look() if lease.held() else 0
