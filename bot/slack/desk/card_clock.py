"""A ticket's clock in one or two lines: why it stands at what it says, and who hears of it next. Pure.

A card is drawn when its ticket changes, and read at any later time: every line is true for as long as nothing changes.
"""

from datetime import datetime, timedelta

from bot.assistant.showing import Face, Promise
from bot.slack.desk import card_texts as texts
from bot.slack.mrkdwn import clock, escape, moment, zone_of
from handoff.sla import Pause
from handoff.states import OVER
from handoff.ticket import Ticket

ZONE = "UTC"  # of what cannot show a reader's own time
MOST_PAUSES = 2  # told one by one
SHORT = timedelta(hours=12)  # a pause of under that says only when on that day it ended
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NOW = timedelta(0)


def explained(ticket: Ticket, face: Face | None) -> str:
    """What the clock says, and why; of a ticket that is over, whether it was in time."""
    if ticket.state in OVER or face is None: return _ended(ticket)
    return "\n".join(line for line in (_now(face), _next(face, ticket.assignee)) if line)


def _now(face: Face) -> str:
    """What is due, and the pauses since it was promised; of a clock that stands, how much is left."""
    if face.stands: return _sentence([_lasting(face.pauses[-1]), *map(_left, face.promises)])
    return _sentence([*map(_due, face.promises), *_paused(face.pauses)])


def _next(face: Face, assignee: str) -> str:
    if face.stands: return ""
    opens = [texts.OPENS.format(opens=moment(face.opens, ZONE))] if face.opens else []
    return _sentence([*opens, *_hears(face, assignee)])


def _due(promise: Promise) -> str:
    words = texts.LATE if promise.left < NOW else texts.DUE
    return words[promise.target].format(due=moment(promise.due, ZONE))


def _left(promise: Promise) -> str:
    words = texts.LEFT_LATE if promise.left < NOW else texts.LEFT
    return words[promise.target].format(left=length(promise.left))


def _lasting(pause: Pause) -> str:
    return texts.STANDS.format(began=moment(pause.began, ZONE), why=_why(pause))


def _paused(pauses: tuple[Pause, ...]) -> list[str]:
    lasted = [pause for pause in pauses if (pause.ended or pause.began) - pause.began >= MINUTE]
    shown, count = lasted[-MOST_PAUSES:], len(lasted[:-MOST_PAUSES])
    before = [texts.PAUSED_BEFORE.get(count, texts.PAUSED_OFTEN).format(count=count)] if count else []
    return [*map(_past, shown), *before]


def _past(pause: Pause) -> str:
    ended = pause.ended or pause.began
    told = clock(ended.isoformat()) if ended - pause.began < SHORT else moment(ended, ZONE)
    return texts.PAUSED.format(began=moment(pause.began, ZONE), ended=told, why=_why(pause))


def _why(pause: Pause) -> str:
    return texts.PAUSES.get(pause.why, pause.why)


def _hears(face: Face, assignee: str) -> list[str]:
    if face.hears is None: return []
    at, roles = face.hears
    return [texts.HEARS.format(who=told(roles, assignee), at=moment(at, ZONE))]


def told(roles: tuple[str, ...], assignee: str = "") -> str:
    """Whom a step of the ladder tells, in words; of a person who has the ticket, their name."""
    names = texts.WHO | ({"assignee": f"<@{escape(assignee)}>"} if assignee else {})
    return " and ".join(names[role] for role in roles)


def _ended(ticket: Ticket) -> str:
    if ticket.resolved_at is None or ticket.merged_into: return ""
    words = texts.IN_TIME if ticket.resolved_at <= ticket.resolution_due else texts.TOO_LATE
    return words.format(at=moment(ticket.resolved_at, ZONE), due=moment(ticket.resolution_due, ZONE))


def length(span: timedelta) -> str:
    """A length of time, such as `2 h 5 min`, without its sign."""
    hours, minutes = divmod(abs(span) // MINUTE, HOUR // MINUTE)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes or not hours)
    return " ".join(parts)


def place(tz: str, now: datetime) -> str:
    """Where a person is, by their time zone, and what time it is there at a moment of the reader's own time."""
    there = now.astimezone(zone_of(tz))
    city = escape(tz.rsplit("/", 1)[-1].replace("_", " "))
    return texts.THERE.format(place=city, offset=_offset(there), there=f"{there:%H:%M}", here=clock(now.isoformat()))


def _offset(there: datetime) -> str:
    """Such as `UTC+1` or `UTC-3:30`."""
    minutes = int((there.utcoffset() or NOW) / MINUTE)
    if not minutes: return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '-'}{hours}" + (f":{rest:02d}" if rest else "")


def _sentence(parts: list[str]) -> str:
    """The parts as one sentence."""
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}." if text else ""
