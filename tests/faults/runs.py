"""One seeded run: people write and click, things go wrong, the trouble ends, everything settles, and is checked."""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from time import monotonic

from sqlalchemy import func, select

from bot.assistant.waking import DRAW_AFTER
from core.errors import FirstlineError, Unavailable
from core.outbox import OutboxItem
from handoff.states import OVER, State
from handoff.tables import TicketRow
from kb.articles import ARTICLE
from tests.faults import checks, traffic, troubles
from tests.faults.scene import REPEATS, Life, Scene, Wait
from tests.faults.site import Site
from tests.faults.troubles import KILLED, KILLED_TOO, KILLS, POSTGRES, SEVERAL, SQLITE, Trouble
from tests.functional.office import LIAM

STORM = 1.0  # seconds that trouble lasts at most, when people wait for something that does not come
TO_RISE = 6  # times as long where Firstline has to rise again meanwhile
STILL = 0.2  # seconds in which nothing moves, after which trouble ends or people do it again
LAST = 20  # deliveries and items that are told of a run that went wrong
IN_VAIN = 20.0  # seconds of quiet after which what has to come by itself does not
PATIENT = 60.0  # seconds after which it is said what a run hangs on
PLACES = (SQLITE,) * 4 + (POSTGRES,) * 2 + (SEVERAL,) * 2 + (KILLED, KILLED_TOO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a run. `wrong` is empty when all held."""

    seed: int
    place: str
    troubles: list[Trouble]
    seconds: float
    acts: int = 0
    wrong: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)


def place_of(seed: int) -> str:
    """Where a seed's run takes place."""
    return Random(f"place {seed}").choice(PLACES)


def run(site: Site, seed: int) -> Outcome:
    """The run of a seed."""
    began, random = monotonic(), Random(seed)
    some = troubles.chosen(random, site.place)
    lives = [random.choice(traffic.LIVES) for _ in range(random.randint(2, 4))]
    scene = Scene(site=site, random=Random(f"traffic {seed}"), troubles=some)
    scene.free = scene.random.sample(traffic.REQUESTERS, len(traffic.REQUESTERS))
    scene.machines = scene.random.sample(traffic.MACHINES, len(traffic.MACHINES))
    first, first_ticket = site.newest(), _newest_ticket(site)
    scene.since = site.server.get("/ui/_test/now")["ts"]
    for one in site.people.values(): one.forget()
    if site.place in KILLS: site.kill_at([dict(one.fields) for one in some if one.how == "kill"])
    site.await_connection()
    wrong = _play(scene, lives, began)
    wrong += _closed(scene, first_ticket)
    wrong += _settled(scene) if not wrong else []
    if not wrong: wrong += [*checks.problems(scene, first, first_ticket), *checks.doubled(scene, first_ticket)]
    site.clock.by *= 0
    return Outcome(
        seed=seed, place=site.place, troubles=some, seconds=monotonic() - began, acts=scene.acts, wrong=wrong,
        log=[f"{count} looks: {what}" for what, count in Counter(scene.log).most_common(4)],
    )  # fmt: skip


def _newest_ticket(site: Site) -> int:
    with site.database.reading() as session: return session.scalar(select(func.max(TicketRow.id))) or 0


@dataclass
class _Moving:
    """Somebody in the middle of something."""

    life: Life
    wait: Wait
    left: int = REPEATS


def _play(scene: Scene, lives: list[traffic.Live], began: float) -> list[str]:
    """Let everybody do what they do to the end; what never came, if something did not."""
    moving = [_Moving(life, next(life)) for life in (live(scene) for live in lives)]
    moved = monotonic()
    while moving:
        scene.site.see_to_it()
        site_works(scene)
        scene.look()
        if _step(moving): moved = monotonic()
        elif not scene.calm and _is_over(scene, monotonic() - moved, monotonic() - began): _calm(scene)
        elif scene.calm and monotonic() - moved > _quiet(moving):
            busy = scene.site.busy()
            if busy and monotonic() - moved > PATIENT: return [f"hangs: {busy}"]
            if busy: scene.log.append(busy)
            elif _moved_on(scene, moving): moved = monotonic()
            elif monotonic() - moved > IN_VAIN: return _vain(scene, moving)
        scene.site.pause()
    if not scene.calm: _calm(scene)
    return []


def _quiet(moving: list[_Moving]) -> float:
    """Seconds in which nothing has to move before people do it again: a click may take long on a busy machine."""
    return STILL * float(2 ** max(REPEATS - one.left for one in moving))


def _is_over(scene: Scene, still: float, lasts: float) -> bool:
    """Whether trouble ends: it has been met, or people wait for what does not come while it lasts."""
    if scene.site.place not in KILLS: return still > STILL or lasts > STORM
    return lasts > STORM * TO_RISE or (still > STILL * TO_RISE and bool(scene.site.deliveries()["connections"]))


def site_works(scene: Scene) -> None:
    """Have what is due delivered by a second worker, beside the one that looks four times a second."""
    with suppress(Unavailable): scene.site.work()


def _step(moving: list[_Moving]) -> bool:
    """Let everybody go on who has what they waited for; whether anybody had."""
    went = False
    for one in list(moving):
        found = one.wait.done()
        if not found: continue
        went = True
        try:
            one.wait, one.left = one.life.send(found), REPEATS
        except StopIteration:
            moving.remove(one)
    return went


def _moved_on(scene: Scene, moving: list[_Moving]) -> bool:
    """Have something happen where all is quiet: the time at which a lost drawing comes, or what people do once more."""
    if _draw_runs(scene): return True
    again = [one for one in moving if one.wait.again and one.left]
    for one in again:
        one.left -= 1
        if one.wait.again: one.wait.again()
    return bool(again)


def _vain(scene: Scene, moving: list[_Moving]) -> list[str]:
    """What never came; with what was heard and done last, to see why."""
    sent = scene.site.server.get("/ui/_test/deliveries")["deliveries"]
    with scene.site.database.reading() as session:
        items = session.scalars(select(OutboxItem).order_by(OutboxItem.id.desc()).limit(LAST)).all()
    heard = [one for one in sent if not one["payload"].get("event", {}).get("bot_id")][-LAST:]
    return [
        *(_missing(one) for one in moving),
        *(f"{one['type']} {one['payload'].get('event', {}).get('ts', '')} sent {one['attempts']} times, "
          f"acknowledged: {one['acknowledged']}" for one in heard),
        *(f"{one.kind} {one.key} tried {one.attempts} times, done {one.done_at} {one.error[:200]}" for one in items),
    ]  # fmt: skip


def _missing(one: _Moving) -> str:
    return f"never came: {one.wait.what}"


def _calm(scene: Scene) -> None:
    """The trouble ends; from here on everything must come right."""
    scene.calm = True
    scene.site.calm()


def _closed(scene: Scene, first: int) -> list[str]:
    """Resolve and close what is left, so that no ticket of this run disturbs the next ones."""
    use = scene.site.assistant
    agent = use.parts.person(LIAM)
    for row in checks.tickets(scene, first):
        if row.state == State.CLOSED: continue
        try:
            if State(row.state) not in OVER:
                use.ending.resolve(row.id, agent, seen_tier=row.tier, code="fixed", note="Closed at the end of the day")
            use.after.confirm(row.id, use.parts.person(row.requester))
        except FirstlineError as error:
            return [f"{row.number} cannot be closed: {error}"]
    for slug in scene.retired: use.parts.kb.retire(ARTICLE, slug, by=LIAM, seen_revision=1)
    return []


def _draw_runs(scene: Scene) -> bool:
    """Have the time come at which a run is looked after whose message was not drawn; False if there is none."""
    behind = [run for here in scene.asked for run in scene.runs(*here) if run.shown < run.seen]
    behind = [run for run in behind if (run.id, run.seen) not in scene.awaited]
    if not behind: return False
    scene.awaited |= {(run.id, run.seen) for run in behind}
    ahead = max(run.moved_at for run in behind) - scene.site.clock()
    scene.site.clock.by += max(ahead, timedelta(0)) + DRAW_AFTER + timedelta(seconds=1)
    scene.site.assistant.waking.look()
    return True


def _settled(scene: Scene) -> list[str]:
    """Wait until nothing is under way any more; what is, if that never ends."""
    site, since, before = scene.site, monotonic(), -1
    _draw_runs(scene)
    while monotonic() - since < PATIENT:
        site.see_to_it()
        site.work()
        scene.look()
        busy = site.busy()
        if busy: scene.log.append(busy)
        if not busy and len(scene.told) == before: return []
        before = len(scene.told) if not busy else -1
        site.pause()
    return [f"does not settle: {busy}"]
