"""Every word that people read in the studio around what they edit."""

from bot.web.studio.care_texts import lapse
from core.errors import BadInput, NotAllowed, NotFound, Stale

SITE = "Studio"
SKIP = "Skip to the content"
MENU = "Studio"
HOME, ARTICLES, GAPS, HEALTH, HELP = "My work", "Articles", "Gaps", "Health", "Help pages"
SIGN_OUT = "Sign out"
SIGN_OUT_EVERYWHERE = "End all my sessions"
SIGN_IN = "Sign in with Slack"
BACK = "Back to the studio"

CLOSED_TITLE = "The studio is for people who write articles"
CLOSED = (
    "You are signed in, but your roles do not let you write. "
    "Ask the IT operations manager if they should. The help pages are open to you."
)
NOT_OURS_TITLE = "Nothing was changed"
NOT_OURS = (
    "This form was open for too long, or it did not come from this page. "
    "Go back, load the page again, and send it once more."
)
SIGNED_OUT_MEANWHILE = "You were signed out meanwhile. Sign in, then send it once more."
NO_DOOR_TITLE = "Signing in is not set up yet"
NO_DOOR = (
    "The studio lets people in by their Slack account. For that, whoever runs Firstline has to set SLACK_CLIENT_ID and "
    "SLACK_CLIENT_SECRET; docs/slack-setup.md tells where to find them. The help pages work without."
)
FAILED_TITLE = "You are not signed in"
TOO_LATE = "This sign-in took too long, or it was begun in another browser. Please begin again."
GIVEN_UP = "Slack did not say who you are. Please begin again if that was not what you wanted."
DOOR_SHUT = "Slack cannot be reached right now. Please try again in a few minutes."
OUT_TITLE = "You are signed out"
OUT = "On a shared computer, sign out of Slack as well."
KEPT = "What you wrote, so that nothing is lost"

BREADCRUMB = "Where you are"
FROM_FILE, NOBODY = "a file", "nobody"

# -- the first page
SEARCH, SEARCH_LABEL, SEARCH_HINT = "Search", "Search everything, as Slack does", "Search articles, run-books, recipes"
WRITE = "Write something new"
BEGIN = {"article": "New article", "runbook": "New run-book", "recipe": "New recipe"}
TO_REVIEW_COUNT, LAPSED_COUNT, GAPS_COUNT = "to review", "to check again", "open gaps"
TO_REVIEW, NOTHING_TO_REVIEW = "To review", "Nothing waits for you to look at."
MINE, NO_DRAFTS = "My drafts", "You have no drafts. Begin one above, or edit an article."
OTHERS = "What others are writing"
WRITING, HAS_DRAFT, IN_REVIEW = "being written", "draft begun", "in review"
DRAFT_OVERTAKEN = "published meanwhile"

# -- the list
TITLE, KIND, TOPIC, AUDIENCE, OWNER = "Title", "Kind", "Topic", "For whom", "Kept by"
CHECKED, STATE, SAVED = "Checked", "State", "Last saved"
ALL = "All"
KINDS = {"article": "Article", "runbook": "Run-book", "recipe": "Recipe"}
SHOWN = {
    "published": "Published", "drafts": "Being written", "review": "In review", "lapsed": "To check again",
    "retired": "Retired",
}
PUBLISHED, RETIRED, LAPSED = "published", "retired", "check again"
SHOW = "Show"
PAGES, BEFORE, AFTER = "Pages", "Previous page", "Next page"

# -- one item
EDIT, GO_ON, HISTORY = "Edit", "Go on with the draft", "History"
VERIFY, RETIRE = "It is still right", "Retire"
FACTS, NAME, EVERY, REVISION = "What is known of it", "Name", "Check every", "Revision"
AS_PUBLISHED, NEVER_PUBLISHED = "As published", "It was not published yet."
RETIRE_MEANS = (
    "Nobody finds it any more, in Slack or on the help pages. Nothing is lost: its history stays, "
    "and you can publish it again from there."
)
RETIRE_NOW, CANCEL = "Retire it", "Cancel"
REASON, REASON_FREE = "Why is that right?", "Why? (for the history, if you like)"

# -- history
WHEN, WHO, WHY, FROM, TO, NEWEST = "When", "Who", "Why", "From", "To", "newest"
COMPARE, GO_BACK, SAME_REVISION = "Compare", "Go back", "From and to are the same revision"
NO_DIFFERENCE, DIFFERENCE = "The two are the same, letter by letter.", "What changed"
GONE, NEW = "removed:", "added:"
BACK_MEANS = "It is published again as it was then, as a new revision. Nothing in between is lost."
BACK_CHANGES = "What that changes"
OVERTAKEN_TITLE = "Somebody else was faster"
OVERTAKEN = "It was changed while you looked at it. Nothing of theirs was overwritten, and yours was not done."
LOOK_AGAIN = "Look at it as it is now"

SAID = {  # by the code that an address carries; nobody else can put words on a page
    "saved": "The draft is saved.",
    "submitted": "Submitted. The editors are told.",
    "published": "Published. The next question is answered from it.",
    "rebased": "Your draft goes on from what is published now.",
    "dropped": "The draft is gone. What is published stays as it is.",
    "sent-back": "Sent back. Its writer is told.",
    "verified": "Thank you. It counts as checked today.",
    "gap": "Done.",
    "retired": "It is retired. Nobody finds it any more.",
    "rolled-back": "It is published again as it was then. The next question is answered from it.",
}


def refusal(error: Exception) -> tuple[int, str]:
    """The status and the title of what a use case refused."""
    match error:
        case Stale(): return 409, "Somebody else was faster"
        case NotAllowed(): return 403, "That is not yours to do"
        case NotFound(): return 404, "This is not here"
        case BadInput(): return 400, "That did not work"
        case _: return 503, "Nothing was changed"


def not_done(reference: str) -> str:
    """Something of ours did not answer."""
    return (
        "This could not be done right now. What you wrote is below, and it is not saved. Please try again in a minute. "
        f"If it happens again, tell IT this reference: {reference}"
    )


def same(name: str) -> str:
    """A name as it is."""
    return name


def items(total: int, first: int, last: int) -> str:
    """How many there are, and which of them are shown."""
    if not total: return "Nothing fits. Try fewer filters, or other words."
    if first > last: return f"{total} fit; there is no such page."
    return "1 fits." if total == 1 else f"{first} to {last} of {total}"


def page_of(number: int, last: int) -> str:
    """Where one is in a list."""
    return f"Page {number} of {last}"


def saved(when: str, by: str) -> str:
    """When something was saved, and by whom."""
    return f"{when}, by {by}"


def days(count: int) -> str:
    """A length of time."""
    return "1 day" if count == 1 else f"{count} days"


def revision(number: int, when: str, by: str) -> str:
    """A published state."""
    return f"Revision {number}, published on {when} by {by}"


def lapsed(when: str, why: str) -> str:
    """Why an item has to be checked again."""
    reason = lapse(why)
    return f"This has to be checked again{f': {reason}' if reason else ''} (since {when})."


def retire_title(title: str) -> str:
    """Whether somebody wants to retire it."""
    return f"Retire “{title}”?"


def history_title(title: str) -> str:
    """What was published under a name."""
    return f"History of “{title}”"


def back_title(title: str, number: int) -> str:
    """Whether somebody wants an earlier state back."""
    return f"Go back to revision {number} of “{title}”?"


def back_button(number: int) -> str:
    """Does it."""
    return f"Publish revision {number} again"


def from_revision(number: int) -> str:
    """Chooses what to compare from."""
    return f"from revision {number}"


def to_revision(number: int) -> str:
    """Chooses what to compare to."""
    return f"to revision {number}"


def changed_since(first: int, second: int) -> str:
    """What is compared."""
    return f"What changed from revision {first} to {second}"


def left_out(count: int) -> str:
    """Lines that are the same."""
    return f"… {count} lines are the same …"
