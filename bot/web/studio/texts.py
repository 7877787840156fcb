"""Every word that people read in the studio around what they edit."""

from core.errors import NotAllowed, NotFound, Stale

SITE = "Studio"
SKIP = "Skip to the content"
MENU = "Studio"
HOME, ARTICLES, GAPS, HEALTH, HELP = "My work", "Articles", "Gaps", "Health", "Help pages"
SIGN_OUT = "Sign out"
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

SAID = {  # by the code that an address carries; nobody else can put words on a page
    "signed-in": "You are signed in.",
    "saved": "The draft is saved.",
    "submitted": "Submitted. The editors are told.",
    "published": "Published. The next question is answered from it.",
    "rebased": "Your draft goes on from what is published now.",
    "dropped": "The draft is gone. What is published stays as it is.",
    "sent-back": "Sent back. Its writer is told.",
}


def refusal(error: Exception) -> tuple[int, str]:
    """The status and the title of what a use case refused."""
    match error:
        case Stale(): return 409, "Somebody else was faster"
        case NotAllowed(): return 403, "That is not yours to do"
        case NotFound(): return 404, "This is not here"
        case _: return 400, "That did not work"
