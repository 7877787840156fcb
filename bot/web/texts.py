"""Every word that people read on the help pages."""

from datetime import date, datetime

SITE = "IT help"
SKIP = "Skip to the content"
SEARCH_LABEL = "Search IT help"
SEARCH_HINT = "What is it about?"
SEARCH_BUTTON = "Search"
HOME_TITLE = "How can we help?"
HOME_LEAD = "Answers that the IT team has checked. Say it in your own words."
CATEGORIES = "Topics"
NO_ARTICLES = "There are no articles here yet. Until there are, ask Firstline in Slack."
BREADCRUMB = "Where you are"
ON_THIS_PAGE = "On this page"
RELATED = "Related articles"
OWNER = "Kept by"
NOTHING_TITLE = "We found nothing that fits"
NOTHING_WAYS = (
    "Try fewer or different words, such as the name of the app or the message that you see.",
    "Look through the topics: the answer may have another name.",
    "Ask Firstline in Slack, in your own words. If it does not know either, it passes you on to a person.",
)
ALL_TOPICS = "See all topics"
GUIDED = "Guided fix"
GUIDED_HOW = "Ask Firstline in Slack: it walks you through this."
GUIDED_WORDS = "You can send it these words:"
TOO_LONG_TITLE = "That is a little too long"
MISSING_TITLE = "This page is not here"
MISSING = (
    "The address may be mistyped, or the article was renamed or taken down. "
    "Search for it, or look through the topics."
)
REFUSED = "This address does not take that kind of request. Search for what you need, or look through the topics."
FAILED_TITLE = "Something went wrong on our side"
FAILED = "It is nothing that you did. Please try again in a minute. If it keeps happening, tell IT this reference:"
AWAY_TITLE = "IT help is taking a short break"
AWAY = "The articles cannot be read right now. Please try again in a few minutes. If it lasts, tell IT this reference:"
FAULTS = "Known faults"
NO_FAULTS = "No known faults."
FAULTS_NEXT = "IT is working on it. You need not report it again."
STUCK_TITLE = "Still stuck?"
STUCK = (
    "Ask Firstline in Slack, at any time of the day. It knows these articles, "
    "and when they do not help it hands you over to IT."
)
SIGN_IN = "Sign in with Slack to see what is for your team, too"
SIGNED_IN_AS, STUDIO = "Signed in as", "Write and look after articles in the studio"
CONTACT = "You can also reach IT directly:"

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)

# In the order of the home page. A category that is not named here gets its own name, after these.
_CATEGORIES = {
    "accounts": "Accounts and passwords", "mfa": "Two-step sign-in", "vpn": "VPN", "wifi": "Wi-Fi",
    "network": "Network and internet", "email": "E-mail", "calendar": "Calendar", "meetings": "Meetings and rooms",
    "slack": "Slack", "files": "Files and sharing", "printing": "Printing and scanning", "laptops": "Laptops and desks",
    "phones": "Phones", "software": "Software", "security": "Security", "safety": "Safety",
    "onboarding": "Joining, moving, leaving", "desk": "The IT desk",
}


def has_icon(category: str) -> bool:
    """Whether static/icons.svg has a drawing for it."""
    return category in _CATEGORIES


def category(name: str) -> str:
    """A category as a heading."""
    return _CATEGORIES.get(name) or sentence(name)


def category_order(name: str) -> tuple[int, str]:
    """What to sort categories by."""
    known = list(_CATEGORIES)
    return (known.index(name) if name in _CATEGORIES else len(known), name)


def sentence(name: str) -> str:
    """A name from a file, such as `network-team`, as words."""
    words = name.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def day(value: date) -> str:
    """A date such as 12 October 2026, the same in every locale."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def checked(value: date) -> str:
    """When somebody last made sure that an article is right."""
    return f"Checked on {day(value)}"


def moment(value: datetime) -> str:
    """A time such as 09:05 on 12 October 2026, with its zone."""
    return f"{value:%H:%M} on {day(value)} ({value.tzname()})"


def since(value: datetime) -> str:
    """When a fault began to be known."""
    return f"Since {moment(value)}."


def looked(value: datetime) -> str:
    """When the known faults were looked up."""
    return f"Last checked at {moment(value)}."


def overdue(due: date) -> str:
    """A note on an article whose review is late."""
    late = f"This article was due for another check on {day(due)}."
    return f"{late} If something looks different for you, tell IT in Slack."


def lapsed(verified: date | None) -> str:
    """A note on an article that did not hold what it said, and has to be checked again."""
    last = f"Last checked on {day(verified)}" if verified else "Not checked yet"
    return f"{last}; it is due for another check. If something looks different for you, tell IT in Slack."


def results(count: int) -> str:
    """How many results there are."""
    return "1 result" if count == 1 else f"{count} results"


def results_title(query: str) -> str:
    """The heading above the results."""
    return f"Results for “{query}”"


def nothing(query: str) -> str:
    """No article fits; what was asked is repeated, so that a slip of the keyboard is seen."""
    return f"No article is about “{query}”. A few things that help:"


def more(count: int) -> str:
    """Opens the rest of a category."""
    return f"Show {count} more"


def too_long(limit: int) -> str:
    """A query over the limit."""
    return f"A search takes up to {limit} characters. Leave out what is not about the problem, and search again."
