"""What does not fit together in a desk file: a line for each thing that cannot be. Pure."""

import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from core.files import Path as Place
from core.people import EMPLOYEES, HIGHEST, STAFF, Role

if TYPE_CHECKING:
    from handoff.desk import Desk

FIRST_PEOPLE = 2  # the first tier with people; the two below it are Firstline itself
OWN_CODES = {  # how a ticket ends without staff; the desk's codes are for them
    "confirmed": "Its requester said that it works", "no-answer": "No answer from its requester",
    "erased": "Its requester had it erased",
}  # fmt: skip
KNOWN = re.compile(r"\{(name|number)\}")  # what a canned reply may leave open
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")  # what can be an e-mail address
LEVELS = ("high", "medium", "low")
PRIORITIES = ("P1", "P2", "P3", "P4", "P5")
DAY = timedelta(days=1)
MONTH = 30 * DAY  # of `retention`: never later than twelve months for twelve of them
Found = Iterable[tuple[Place, str]]


def of(desk: "Desk") -> list[tuple[Place, str]]:
    """Everything that does not fit, with its place in the file."""
    return [found for check in CHECKS for found in check(desk)]


def _matrix(desk: "Desk") -> Found:
    for impact in LEVELS:
        for urgency in LEVELS:
            if urgency not in desk.priorities.get(impact, {}):  # type: ignore[call-overload]  # they are the levels
                yield ("priorities", impact), f"priorities: no priority for {impact} impact and {urgency} urgency"


def _queues(desk: "Desk") -> Found:
    levels = {tier.level for tier in desk.tiers}
    for n, q in enumerate(desk.queues):
        gaps = [] if q.hours in desk.hours else [f'there are no hours "{q.hours}"']
        gaps += [] if q.tier in levels else [f"there is no tier {q.tier}"]
        gaps += [f"its lead {q.lead} is not among the staff"] if q.lead and desk.staff_of(q.lead) is None else []
        yield from ((("queues", n), f"queue {q.name}: {gap}") for gap in gaps)
    if not any(q.tier == FIRST_PEOPLE and not (q.categories or q.review or q.watch) for q in desk.queues):
        yield ("queues",), f"queues: tier {FIRST_PEOPLE} needs a queue that takes every category"
    if desk.queues[0].review or desk.queues[0].watch:
        yield ("queues", 0), "queues: the first stands in for any that is taken out; not one for review or to watch"


def _special(desk: "Desk") -> Found:
    """Queues for review and to watch, which tickets get into in ways of their own."""
    reviews = [n for n, q in enumerate(desk.queues) if q.review]
    for n in reviews[1:]: yield ("queues", n), f"queue {desk.queues[n].name}: there is a queue for review already"
    for n, q in enumerate(desk.queues):
        wrong = {
            "it is for review or to watch, not both": q.review and q.watch,
            "a queue for review takes no categories": q.review and bool(q.categories),
            f"a queue to watch belongs to tier {HIGHEST} or above": q.watch and q.tier < HIGHEST,
            "in a queue to watch nobody is assigned; tickets keep their owner": q.watch and q.assign,
        }
        yield from ((("queues", n), f"queue {q.name}: {what}") for what, is_so in wrong.items() if is_so)


def _managers(desk: "Desk") -> Found:
    if any(Role.MANAGER in one.roles for one in desk.staff): return
    who = "nobody among the staff has the role manager"
    for n, q in enumerate(desk.queues):
        if q.review: yield ("queues", n), f"queue {q.name}: it is the manager's, but {who}"
    for n, rung in enumerate(desk.policies.ladder):
        if "manager" in rung.tell: yield ("policies", "ladder", n), f"policies: the ladder tells the manager, but {who}"


def _policies(desk: "Desk") -> Found:
    days = [hours.working_day() for hours in desk.hours.values()]
    for name in PRIORITIES:
        policy = desk.policies.of(name)
        for part in ("response", "update"):
            span, end = getattr(policy, part), policy.resolution
            lasts = [DAY] if policy.clock == "always" else days
            if any(span.within(day) > end.within(day) for day in lasts):
                yield ("policies", name), f"policies: {part} of {name}, {span}, is longer than its resolution, {end}"


def _rungs(desk: "Desk") -> Found:
    steps = [rung.at for rung in desk.policies.ladder]
    for n, at in enumerate(steps):
        if at in steps[:n]: yield ("policies", "ladder", n), f"policies: the ladder has two steps at {at} percent"


def _after(desk: "Desk") -> Found:
    """Spans that could never be reached; `reopen` counts days of the calendar, the others working days."""
    after, days = desk.after, [DAY, *(hours.working_day() for hours in desk.hours.values())]
    if any(after.remind.within(day) > after.resolve.within(day) for day in days):
        yield ("after",), f"after: remind, {after.remind}, is longer than resolve, {after.resolve}: nobody is reminded"
    if after.close.within(DAY) > after.reopen.within(DAY):
        yield ("after",), f"after: close, {after.close}, is longer than reopen, {after.reopen}"


def _retention(desk: "Desk") -> Found:
    """Times that another one would cut short, or that end what is still needed; a month is 30 days."""
    kept, place = desk.retention, ("retention",)
    if kept.conversations and not 0 < kept.questions <= kept.conversations:
        yield place, "retention: questions of gaps cannot be kept longer than conversations, whose words they are"
    if kept.people and not 0 < max(kept.conversations, kept.tickets) <= kept.people:
        yield place, "retention: people cannot be forgotten before their conversations and tickets"
    if kept.tickets and kept.tickets * MONTH < desk.after.reopen.within(DAY):
        yield place, f"retention: tickets are emptied before {desk.after.reopen}, until when they can be opened again"


def _names(desk: "Desk") -> Found:
    """Names that are looked up elsewhere in the file, and are not there; and those that Firstline keeps for itself."""
    for name in desk.editor_tasks:
        if name not in desk.escalation_reasons:
            yield ("editor_tasks", name), f"editor_tasks: there is no escalation reason {name}"
    named = desk.lapse.codes if "codes" in desk.lapse.model_fields_set else ()
    for code in named:
        if code not in desk.escalation_reasons: yield ("lapse", "codes"), f"lapse: there is no escalation reason {code}"
    for code in OWN_CODES:
        told = f"resolution_codes: {code} is set by Firstline"
        if code in desk.resolution_codes: yield ("resolution_codes", code), told


def _entitled(desk: "Desk") -> Found:
    tiers = {q.tier for q in desk.queues if not (q.review or q.watch)}
    for n, one in enumerate(desk.entitled):
        if one.tier not in tiers: yield ("entitled", n), f"entitled: tier {one.tier} has no queue"
        if not (one.email or one.title): yield ("entitled", n), "entitled: name an e-mail address or a title"


def _groups(desk: "Desk") -> Found:
    for n, group in enumerate(desk.groups):
        if group.slug in (EMPLOYEES, STAFF):
            yield ("groups", n), f"groups: {group.slug} are there already; give the group another slug"
        if not group.people: yield ("groups", n), f"groups: {group.slug} has no people: nobody could read its articles"
        lower = [address.lower() for address in group.people]
        for at, address in enumerate(group.people):
            place, told = ("groups", n, "people", at), f"groups: {group.slug}: "
            if not ADDRESS.fullmatch(address): yield place, f'{told}"{address}" is no e-mail address'
            elif lower[at] in lower[:at]: yield place, f"{told}{address} is there twice"


def _canned(desk: "Desk") -> Found:
    for n, reply in enumerate(desk.canned):
        wrong = _placeholder(reply.text)
        if wrong: yield ("canned", n), f"canned: {reply.slug} has {wrong}; only {{name}} and {{number}} are filled in"


def _placeholder(text: str) -> str:
    """What of a reply cannot be filled in, if anything."""
    found = re.search(r"\{[^{}\s]*\}?|\}", KNOWN.sub("", text))
    return found[0] if found else ""


def _twice(desk: "Desk") -> Found:
    """What is looked up by a name that two have: the second would never be found."""
    named = {
        "staff": [s.email.lower() for s in desk.staff], "queues": [q.name for q in desk.queues],
        "tiers": [str(t.level) for t in desk.tiers], "catalogue": [c.slug for c in desk.catalogue],
        "straight_to_people": [r.category for r in desk.straight_to_people],
        "vendors": [v.name for v in desk.vendors], "canned": [c.slug for c in desk.canned],
        "groups": [group.slug for group in desk.groups],
    }  # fmt: skip
    for part, names in named.items():
        for n, name in enumerate(names):
            if name in names[:n]: yield (part, n), f'{part}: "{name}" is there twice'


CHECKS: tuple[Callable[["Desk"], Found], ...] = (
    _matrix, _queues, _special, _managers, _policies, _rungs, _after, _retention, _names, _entitled, _groups, _canned,
    _twice,
)  # fmt: skip
