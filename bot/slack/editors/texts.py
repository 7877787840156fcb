"""What editors read in Slack."""

from typing import Final

BY_FILE = "an import of files"  # who did something, where it was nobody
KINDS: Final = {"article": "Article", "runbook": "Run-book", "recipe": "Recipe"}
ONE: Final = {"article": "an article", "runbook": "a run-book", "recipe": "a recipe"}
NEW: Final = {"article": "New article", "runbook": "New run-book", "recipe": "New recipe"}

# -- finding -------------------------------------------------------------------------------------------------------

FIND_TITLE = "Find"
FIND = "Find"
FIND_LABEL = "What is it about, or what is its title?"
FIND_HINT = "Leave it empty for the first titles of all."
FIND_READ = "Which run-book?"
FOUND = "{shown} of {all}, what fits best first. Look again for others."
FOUND_NONE = "There is nothing yet. Write the first one from your Home."
FOUND_DRAFT = "draft"
FOUND_NEW = "not published yet"
OPEN = "Open"

# -- the form ------------------------------------------------------------------------------------------------------

SAVE_DRAFT = "Save draft"
TITLE = "Title"
CATEGORY = "Category"
AUDIENCE = "Who may read it"
OWNER = "Owner (e-mail)"
REVIEW = "Look at it again"
REVIEW_NEVER = "Never"
REVIEW_DAYS: Final = {30: "Every month", 90: "Every 3 months", 180: "Every 6 months", 365: "Every year"}
REVIEW_OTHER = "Every {days} days"
BODY = "Text (Markdown)"
BODY_PART = "Text (Markdown), part {number} of {of}"
BODY_MORE = "More text, as a new paragraph"
ALIASES = "Other words for it, one a line"
ALIASES_RUNBOOK = "How tickets put it, one a line"
ALIASES_MORE = "More words for it, one a line"
NAME = "Name (a-z, 0-9 and dashes)"
SOURCE = "Recipe (YAML)"
SOURCE_PART = "Recipe (YAML), part {number} of {of}"
SOURCE_MORE = "More lines"
PREVIEW = "Preview"
PAGE = "Part of the text"
PAGE_OPTION = "{number} of {of}: {start}"
PAGE_ABOUT = (
    "This text is long, so it is shown in {of} pages; this is page {number}. Choosing another one saves this page in "
    "the draft first."
)
FORM_ABOUT = "Saving keeps a draft. Nobody is answered from it before it is published."
FORM_MADE = (
    "Names, addresses and numbers are taken out as far as I can tell them. Read it once more for what is left of a "
    "person. What is marked FILL IN is still to be written."
)
TITLE_WANTED = "Please give it a title."
TAKEN = 'There is {kind} "{slug}" already. Please choose another title, or open that one.'
RUNBOOK_START = (
    "For L2, when ... How long it takes.\n\n## Before you start\n- Who they are, and what must not go wrong\n\n"
    "## Check\n1. \n\n## Fix\n1. \n\n## Prove it\n\n## Escalate to L3 when\n\n## Tell the requester\n"
)
STALE_DRAFT = (
    ":warning: This draft was saved meanwhile by {by} ({at}). Nothing was overwritten. Above is what they saved. What "
    "you wrote is at the end of this form, to be copied from; it differs in: {where}."
)
STALE_LIVE = (
    ":warning: This was published meanwhile by {by} ({at}). Nothing was overwritten. Above is what is published now. "
    "What you wrote is at the end of this form, to be copied from; it differs in: {where}."
)
STALE_GONE = (
    ":warning: What you were writing on is no longer there: it was published, dropped or retired meanwhile. What you "
    "wrote is in this form, and nowhere else. Saving keeps it as a new draft."
)
STALE_GONE_PAGE = "This was page {page} of {of}. What stood on the other pages went with the draft."
STALE_SHORT = (
    "Somebody else changed this meanwhile. Save the draft to see what they wrote; nothing of yours is lost by it."
)
STALE_OURS = "*What you wrote*"
WHERE: Final = {
    "title": "title", "category": "category", "audience": "who may read it", "owner": "owner", "review": "review",
    "part": "text", "alias": "other words", "slug": "name", "ours": "what you wrote before",
}  # fmt: skip
WHERE_NOTHING = "nothing"
OURS = "What you wrote: {what}"

# -- the sheet -----------------------------------------------------------------------------------------------------

ABOUT = "{kind} · {category} · for {audience}"
ABOUT_RECIPE = "{kind}"
OWNED = "looked after by {owner}"
CHECKED = "checked on {day}"
UNCHECKED = "not checked yet"
LIVE = "published, revision {revision}"
NOT_LIVE = "not published yet"
DRAFT = ":pencil2: Draft, saved by {by} {at}"
DRAFT_REVIEW = ":eyes: Waits for review since {at}, from {by}"
DRAFT_NOTE = "_{note}_"
OVERTAKEN = (
    ":warning: Something else was published since this draft was begun, by {by} ({at}). Look at what that is in the "
    "history. *Go on with this draft* puts it in place of that, once it is published."
)
AS_READ = "This is how people read it."
AS_DRAFT = "This is how people will read it once it is published."
REST: Final = "The rest is longer than Slack can show here."
EDIT = "Edit"
SUBMIT = "Submit for review"
PUBLISH = "Publish now"
APPROVE = "Approve and publish"
SEND_BACK = "Send back"
REBASE = "Go on with this draft"
DROP = "Drop the draft"
VERIFY = "Checked, still right"
RETIRE = "Retire"
HISTORY = "History"
DROP_SURE = "Drop this draft?"
DROP_WHAT = "What was written in it is gone. What is published stays."
KEEP = "Keep it"
KEPT = "The draft is saved. It stays in your Home until it is published."
SUBMITTED = "Submitted. The editors are told."
PUBLISHED = "Published as revision {revision}. The next question that it fits is answered from it."
PUBLISHED_RUNBOOK = "Published as revision {revision}. The next ticket that it fits shows it."
NOW_RETIRED = "This is retired. What was published of it is in the history."
SENT_BACK = "Sent back. Whoever wrote it is told."
REBASED = "This draft now stands on what is published."
DROPPED = "The draft *{title}* is dropped. What is published stays."
VERIFIED = "Checked today. It counts as right until the next look."
RETIRED = "*{title}* is retired: it answers nothing and is listed nowhere any more. Its revisions stay."

# -- saying why ----------------------------------------------------------------------------------------------------

SAY_SUBMIT = "Submit for review"
SAY_SUBMIT_LABEL = "What should the editors know? (may stay empty)"
SAY_SEND_BACK = "Send back"
SAY_SEND_BACK_LABEL = "What should be different?"
SAY_RETIRE = "Retire"
SAY_RETIRE_LABEL = "Why is it no longer wanted?"
SAY_ROLLBACK = "Go back"
SAY_ROLLBACK_LABEL = "Why go back? (may stay empty)"
SAY_REASON = "Publish anyway?"
SAY_REASON_LABEL = "Why is that right?"
LOST = "These questions were answered by it, and the answer was confirmed. They would lose it:"
LOST_MORE = "and {count} more"
SURE = "Go on"
MOMENT = "One moment."
BACK = "Back"
DONE_BEFORE = "This is done: it came to me twice, and counts once."

# -- history -------------------------------------------------------------------------------------------------------

HISTORY_TITLE = "History"
REVISION = "*Revision {number}* · {by} · {at}"
REVISION_NOW = "published now"
REVISION_LOOK = "What changed"
REVISIONS_MORE = "Older revisions are in the Studio."
CHANGED = "What revision {number} changed"
CHANGED_FIRST = "The first revision: all of it is new."
CHANGED_NOTHING = "Its text is the same as before."
GO_BACK = "Go back to this revision"

# -- the editors' channel, and word to whoever wrote it ---------------------------------------------------------------

CARD = "*{title}* waits for review"
CARD_FROM = "{kind} · submitted by {by}"
CARD_NEW = "It is new."
CARD_CHANGES = "What changes: {added} lines in, {removed} lines out"
CARD_DONE: Final = {
    "published": ":white_check_mark: Published by {by}",
    "sent_back": ":leftwards_arrow_with_hook: Sent back by {by}",
    "taken_back": ":pencil2: {by} is writing on it again",
    "dropped": ":wastebasket: Dropped by {by}",
    "submitted": ":repeat: Submitted again by {by}; the newer card counts",
}
TOLD_SENT_BACK = "{by} sent your draft *{title}* back."
TOLD_PUBLISHED = "{by} published your draft *{title}*. The next question that it fits is answered from it."

# -- the Home ------------------------------------------------------------------------------------------------------

HOME = "Knowledge"
HOME_INTRO = "What is published here answers the next question."
HOME_INTRO_WRITE = "What you write here goes to the editors, who publish it."
HOME_FIND = "Find and edit"
HOME_STUDIO = "Open the Studio"
HOME_REVIEW = "To review"
HOME_MINE = "My drafts"
HOME_DRAFT = "*{title}*\n{kind} · {state} · {by}, {at}"
HOME_MORE = "and {count} more"
HOME_LAPSED = "To be checked again"
HOME_LAPSED_ROW = "*{title}*\n{why}"
HOME_GAPS = "Questions without a good answer"
HOME_GAP_ROW = "*{title}*\n{cost}"
GAP_QUESTIONS: Final = {1: "1 question"}
GAP_QUESTIONS_MORE = "{count} questions"
GAP_PEOPLE: Final = {1: "1 person"}
GAP_PEOPLE_MORE = "{count} people"
GAP_COST = "{questions} from {people}"
GAP_MINUTES = ", {minutes} minutes lost"
HOME_GAP_MINE = " · <@{assignee}> has it"
HOME_HEALTH = "Doing worst"
HOME_HEALTH_ROW = "*{title}*\n{says}"
STATES: Final = {"writing": "draft", "review": "waits for review"}

# -- an article from a message or a ticket ------------------------------------------------------------------------

MAKE_ARTICLE = "Make an article"
SHORTCUT = "Make this an article"
SHORTCUT_ABOUT = "For editors and agents: a draft from what was said"
READING = "One moment, I read what was said."
NOT_YOURS = "I can only use conversations that you are in."
HOME_READ = "Open a run-book"
HOME_INTRO_READ = "What staff work by. Employees never see run-books."
HOME_HEALTH_MORE = "How everything is doing: <{link}|in the Studio>."
GAP_BEGIN = "Begin an article"
GAP_SNOOZE = "Not now"
GAP_MINE = "I take it"
GAP_TITLE = "What is missing"
GAP_ABOUT = "{cost}. Word for word, the newest first:"
GAP_QUESTION = "<@{person}> · {at} · {why} · {minutes} minutes"
GAP_THREAD = " · <{link}|the thread>"
GAP_SNOOZED = "Put aside for two weeks. It comes back before if it grows to twice its size."
GAP_TAKEN = "It is yours."
GAP_WHY: Final = {
    "unclear": "asked back, and no choice fitted", "unanswered": "nothing fitted", "not_helpful": "it did not help",
    "asked_person": "wanted a person", "stuck": "a fix did not work", "came_back": "it came back",
    "escalated": "staff asked for an article",
}  # fmt: skip
GAP_WHY_STAFF = "staff asked for an article"
