"""People whose tickets start at a higher tier. Pure."""

from dataclasses import replace

from core.people import Person
from handoff.desk import Desk
from handoff.ticket import NewTicket

WHY = "entitled: starts at tier {tier}"


def started(desk: Desk, new: NewTicket, requester: Person) -> NewTicket:
    """A ticket that is about to be opened, at the tier that its requester's tickets start at; its brief says why.

    One whose queue was chosen by staff stays there.
    """
    tier = desk.start_tier(requester)
    if new.queue or tier <= new.tier: return new
    return replace(new, tier=tier, brief=replace(new.brief, why=(*new.brief.why, WHY.format(tier=tier))))
