"""Every word that people read on the studio's pages about what is missing, and about how items do."""

from collections.abc import Mapping

from kb.lapsing import untold

# -- gaps
GAPS_LEAD = "Questions that found no good answer, those first that cost the most time."
SHOWS = {"open": "Open", "mine": "Mine", "snoozed": "Put off", "closed": "Closed"}
NO_GAPS = {
    "open": "Nothing is missing, as far as questions show.", "mine": "You have taken none.",
    "snoozed": "None is put off.", "closed": "None was closed yet.",
}
QUESTION, TIMES, PEOPLE, MINUTES = "Question", "Times", "People", "Minutes lost"
LAST, WHOSE = "Last asked", "Who has it"
ASKED_BY, ASKED_ON, COST, WHY_GAP, THREAD = "Who asked", "When", "Minutes", "Why it counts", "Thread"
QUESTIONS, OPEN_THREAD, NOBODY_YET = "What people asked, word for word", "Open in Slack", "nobody yet"
TAKE, GIVE, GIVE_TO, NOBODY = "I take it", "Give it", "Who looks after it", "Nobody"
SNOOZE, UNTIL = "Put it off", "Put it off until"
CLOSE, CLOSE_WHY = "Close it", "Why is nothing missing?"
BEGIN, GO_ON, REOPEN = "Write an article about it", "Go on with what is being written", "Open it again"
DRAFT_STATES = {
    "writing": "is being written", "review": "is in review", "published": "is published", "gone": "was dropped",
}
WHYS = {
    "unclear": "asked back, and no choice was taken", "unanswered": "nothing fitted",
    "asked_person": "the person wanted people", "not_helpful": "did not help", "stuck": "a recipe did not fix it",
    "came_back": "fixed, and then not", "escalated": "staff moved it up",
}

# -- health
VIEWS = {
    "": "How each does", "alike": "Alike", "collisions": "Taken questions", "links": "Dead links", "unread": "Unread",
}
ORDER = "Order"
ORDERS = {
    "worst": "Worst first", "best": "Best first", "shown": "Most shown first", "title": "By title",
    "checked": "Longest not checked first",
}
HEALTH_LEAD = "What came of each item in the last 180 days. People are counted, not clicks."
SHOWN, HELPED, NOT_HELPED, AGAIN, UP, READS = "Shown", "Helped", "Did not help", "Opened again", "Moved up", "Read"
ALIKE_LEAD = "Pairs that say nearly the same. Keep one, or say in each what it is for."
NONE_ALIKE = "No two are alike."
FIRST, SECOND, LIKENESS = "One", "The other", "How alike"
COLLISIONS_LEAD = "Questions of one item that another one answers, or nearly. Mend the titles or other names."
NO_COLLISIONS = "No item takes another one's questions."
OF, BY, TAKEN, CLOSE_BY = "Question of", "Answered by", "taken", "close"
LINKS_LEAD = "Links that lead to what is not there. Addresses on the web are not asked."
NO_DEAD = "Every link leads somewhere."
DEAD = {
    "nothing": "there is nothing of that name", "retired": "it was retired",
    "hidden": "not all who read this may see it", "anchor": "there is no such section",
    "picture": "there is no such picture",
}
WHERE, LINE, TARGET, PROBLEM = "In", "Line", "Leads to", "What is wrong"
UNREAD_LEAD = "Published for 90 days, and in that time neither shown nor read."
ALL_READ = "Every article was read or shown lately."

_LAPSES = {
    "date": "its day has come", "not_helpful": "it did not help {n}", "reopened": "{n} came back after it",
    "wrong": "staff say that it is wrong",
}


def lapse(why: str) -> str:
    """Why an item has to be checked again, as it is kept."""
    reason, count = untold(why)
    return _LAPSES.get(reason, "").format(n="1 person" if count == 1 else f"{count} people")


def minutes(count: int) -> str:
    """A length of time."""
    return f"{count} min" if count < 120 else f"{count / 60:.0f} h"  # noqa: PLR2004 - two hours


def gap_counts(count: int, people: int, lost: int) -> str:
    """How big a gap is."""
    times = "Asked once" if count == 1 else f"Asked {count} times"
    return f"{times}, by {'1 person' if people == 1 else f'{people} people'}; {minutes(lost)} lost."


def more(count: int) -> str:
    """Questions that are left out."""
    return f"and {count} earlier ones"


def snoozed(day: str) -> str:
    """Until when it is put off."""
    return f"Put off until {day}."


def closed(day: str, why: str) -> str:
    """When and why it was closed."""
    return f"Closed on {day}: {why}" if why else f"Closed on {day}."


def drafted(state: str) -> str:
    """How far an article about it is."""
    return f"What was begun about it {DRAFT_STATES[state]}." if state in DRAFT_STATES else ""


def codes(escalations: Mapping[str, int]) -> str:
    """The reasons for which tickets moved up."""
    return ", ".join(f"{name.replace('-', ' ')} {count}" for name, count in escalations.items())


def percent(share: float) -> str:
    """A share."""
    return f"{share * 100:.0f} %"
