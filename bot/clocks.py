"""Whether our clock is that of others. Pure."""

from datetime import datetime, timedelta

from bot.check import Check, missing, well

MOST_OFF = timedelta(seconds=30)  # service levels count minutes; signed calls are refused from five minutes on
MEND = "switch on the synchronisation of time on both (`timedatectl set-ntp true`)."


def compared(whose: str, theirs: datetime, ours: datetime) -> Check:
    """What to say of two clocks that were read at once."""
    off = ours - theirs
    if abs(off) <= MOST_OFF: return well("clock", f"goes with {whose}.")
    return missing("clock", f"this machine's is {_long(abs(off))} {'ahead of' if off > timedelta() else 'behind'} "
                   f"{whose}:", MEND)


def _long(off: timedelta) -> str:
    seconds = round(off.total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{round(seconds / 60)} min"  # noqa: PLR2004 - two minutes
