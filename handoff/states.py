"""What a ticket can be, and where it can be in its life. Pure."""

from enum import StrEnum


class Kind(StrEnum):
    """A service request is not an incident."""

    INCIDENT = "incident"
    REQUEST = "request"


class State(StrEnum):
    """Where a ticket is in its life."""

    NEW = "new"  # in its queue, for somebody to take
    CLAIMED = "claimed"  # somebody works on it
    WAITING = "waiting"  # for an answer of its requester
    HELD = "held"  # until a date, for a reason
    VENDOR = "vendor"  # for somebody outside; its owner keeps it
    ESCALATED = "escalated"  # one tier up, for somebody to take
    REOPENED = "reopened"  # not fixed after all, for somebody to take
    RESOLVED = "resolved"  # staff say that it is done
    CLOSED = "closed"  # it is really over


PREFIXES = {Kind.INCIDENT: "INC", Kind.REQUEST: "REQ"}
UNTAKEN = frozenset({State.NEW, State.ESCALATED, State.REOPENED})
WORKED = frozenset({State.CLAIMED, State.WAITING, State.HELD, State.VENDOR})
OVER = frozenset({State.RESOLVED, State.CLOSED})
OPEN = frozenset(State) - OVER  # asked for by these names, an index tells them; by what they are not, none does


class Closed(StrEnum):
    """How a ticket came to be over: told apart, since only the first is known to be true."""

    CONFIRMED = "confirmed"  # its requester said so
    ASSUMED = "assumed"  # its requester said nothing for some days
    MERGED = "merged"  # it goes on as another ticket
    ERASED = "erased"  # its requester had everything about them erased
