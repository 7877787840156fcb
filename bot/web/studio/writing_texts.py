"""Every word that people read where they write, review and try."""

from kb.articles import ARTICLE, RUNBOOK
from kb.writing import RECIPE

KINDS = {ARTICLE: "article", RUNBOOK: "run-book", RECIPE: "recipe"}
NEW = {ARTICLE: "New article", RUNBOOK: "New run-book", RECIPE: "New recipe"}
UNTITLED = "Without a title yet"

TITLE, TITLE_HINT = "Title", "What people want to do, in their own words."
CATEGORY, CATEGORY_HINT = "Category", "Choose one that is there, or write a new one."
AUDIENCE, AUDIENCE_HINT = "Who may read it", "Nobody else ever sees it: not in search, not in answers, not in counts."
STAFF_ONLY = "IT staff, as with every run-book."
OWNER, OWNER_HINT = "Who looks after it", "An e-mail address or a team."
REVIEW, REVIEW_HINT = "Check again after (days)", "Leave it empty for never."
ALIASES, ALIASES_HINT = "Other words for it", "One a line: how people ask for this, mistakes and all."
NAME, NAME_HINT = "Name in addresses", "Leave it empty: it is made of the title. It cannot be changed later."
CHECKED = "Last checked on"
NEVER_CHECKED = "Not checked yet. Whoever publishes it has checked it."
FINISH = "When it is ready"
GOES_ON = "the opening, further on"
FIELDS = {
    "title": TITLE, "category": CATEGORY, "audience": AUDIENCE, "owner": OWNER, "review_every": "Check again after",
    "aliases": ALIASES, "name": NAME, "body": "Text",
}  # fmt: skip
BODY = {ARTICLE: "Text", RUNBOOK: "Text", RECIPE: "Recipe, as YAML"}
BODY_HINT = (
    "Markdown. What stands before the first ## is quoted first, so say the answer there. "
    "Empty lines before and after the text go when it is published."
)
RECIPE_HINT = "docs/recipes.md tells what a recipe can say. Every letter is kept as you type it."
FRONT = "About it"
NO_NAME = "Please write a title first. If it has no letters from a to z, write a name for addresses as well."
TAKEN = "There is something under this name already. Please choose another name, or open that one and write on it."

SAVE, CHECK, TRY, SUBMIT, PUBLISH, DROP = (
    "Save draft", "Check and preview", "Try it", "Submit for review", "Publish", "Drop this draft"
)
TRY_HINT = "Saves, then asks real questions against it."
SUBMIT_NOTE = "For the reviewer (you may leave it empty)"
SHORTCUT = "Ctrl+S (on a Mac: Command+S) saves the draft."
HISTORY = "Earlier versions"
REVIEW_LINK = "Look at it as a reviewer"

BESIDE = "What comes of it"
REMARKS = "Remarks"
NO_REMARKS = "No remarks. It reads well."
STOPS = "Stops publishing"
NOT_READ = "It cannot be previewed yet."
PREVIEW = "In Slack"
PREVIEW_OF = "Show the answer to a question about"
OPENING = "the whole of it (the opening)"
EVERY_PART = "Every part, as it would be quoted"
RECIPE_PREVIEW = "People see a recipe step by step. “Try it” tells what changes for real questions."
CHECKING, CHECKED_NOW, NOT_CHECKED = "Looking at it …", "Up to date", "Not looked at: the connection is gone."

CLASH_TITLE = "Somebody else was faster. Nothing is lost."
CLASH_MINE = "What you wrote is in the form below, and it is not saved yet."
CLASH_KEEP = (
    "To keep yours, take over what you need from the changes below, then save or publish again: yours replaces it."
)
CLASH_THEIRS = "Take theirs, and give up what I wrote"
CLASH_GONE = (
    "What you were writing on is no longer there: it was dropped or retired. Save to keep yours as a new draft."
)
CLASH_CHANGES = "From what is there now to what you wrote"
OVERTAKEN_TITLE = "Something newer was published"
OVERTAKEN = (
    "Since this draft was begun, somebody published another version. Look at what publishing yours would change."
)
OVERTAKEN_REVIEW = "Its writer has to look at that before this can be published."
REBASE = "I have looked at it: mine replaces it"

LOST_TITLE = "Some people would lose their answer"
LOST = (
    "These questions were answered by this, and somebody confirmed that it helped. "
    "With your change they get it no more."
)
REASON = "Why that is right"

DROP_TITLE = "Drop this draft?"
DROP_ASK = "What was written is gone then. What is published stays as it is."
DROP_YES, DROP_NO = "Yes, drop it", "No, keep it"

REVIEWING = "Review"
REVIEW_CHANGES = "What it changes"
REVIEW_NEW = "This is new: nothing is published under this name yet."
REVIEW_SAME = "Nothing changes: this is what is published."
REVIEW_NOTE = "What the writer says"
APPROVE, SEND_BACK = "Approve and publish", "Send back"
SEND_BACK_NOTE = "What should be different"
WRITE_ON = "Write on it myself"
NOT_YOURS_TO_APPROVE = "You can read this, but somebody else has to approve it."
NOT_SUBMITTED = "This draft was not submitted for review yet."

TRYING = "Dry run"
TRY_WAIT = "Real questions are asked against your draft. Nothing is changed by it, and nobody is answered."
TRY_AGAIN, TRY_BACK = "Run it again", "Back to the text"
TRY_BROKE = "It did not get to its end"
GAINS, LOSSES, CHANGES = "Gains", "Losses", "Changes"
GAINS_HINT = "Questions that had no answer, and now get this one."
LOSSES_HINT = "Questions that got this as their answer, and would get none."
CHANGES_HINT = "Questions that would be answered otherwise."
NONE = "None."
BEFORE, AFTER = "Now:", "With your draft:"
CONFIRMED = "confirmed"
DECISIONS = {
    "answer": "answered by", "recipe": "offers the recipe", "clarify": "asks which one is meant",
    "handoff": "goes to IT", "outage": "tells of an outage", "catalogue": "offers a form", "smalltalk": "small talk",
    "outside": "is not about IT", "status": "tells how a ticket is doing",
}  # fmt: skip
TRY_SUMMARY = "Dry run"
TRY_NOT_RUN = "Not tried yet, or what came of it is not here any more."
TRY_RUN = "Run it"


def not_done(reference: str) -> str:
    """Something of ours did not answer."""
    return (
        "This could not be done right now, and may not be saved. What you wrote is in the form below; please try again "
        f"in a minute. If it happens again, tell IT this reference: {reference}"
    )


def heading(kind: str, *, new: bool) -> str:
    """What the page is called."""
    return NEW[kind] if new else f"Edit {'an' if kind == ARTICLE else 'a'} {KINDS[kind]}"


def counted(stops: int, others: int) -> str:
    """How many remarks there are, in a line that is read aloud."""
    if not stops and not others: return NO_REMARKS
    told = f"{stops + others} remark{'s' if stops + others != 1 else ''}"
    if not stops: return f"{told}. {'It does' if others == 1 else 'They do'} not stop publishing."
    return f"{told}, {stops} of which {'stops' if stops == 1 else 'stop'} publishing."


def on_line(line: int) -> str:
    """Where a remark is."""
    return f"Line {line:,}"


def at_field(field: str, line: int, text: str) -> str:
    """What is wrong, and where on the form."""
    return f"{on_line(line) if field == 'body' else FIELDS[field]}: {sentence(text)}"


def more_parts(count: int) -> str:
    """Parts that the preview leaves out."""
    return f"and {count:,} more part{'s' if count != 1 else ''} in the same way"


def others_draft(name: str, minute: str) -> str:
    """Somebody else is writing on it."""
    return f"{name} is writing on this, and saved it last on {minute}. If you save, they see both."


def in_review(name: str, minute: str) -> str:
    """It waits for somebody to look at it."""
    return f"{name} submitted this for review on {minute}. If you save it, it has to be submitted again."


def submitted(name: str, minute: str) -> str:
    """Whose draft waits for the reader."""
    return f"{name} saved this on {minute} and asks you to look at it."


def sent_back(note: str) -> str:
    """A reviewer wants something different."""
    return f"A reviewer sent this back: {note}"


def clash_now(name: str, minute: str) -> str:
    """Who saved what is there now."""
    return sentence(f"{name} saved another version on {minute}")


def progress(done: int, of: int) -> str:
    """How far a dry run is."""
    return f"{done:,} of {of:,} questions" if of else "Beginning …"


def ran(minute: str) -> str:
    """When a dry run was begun."""
    return f"It ran on {minute}."


def tried(questions: int, asked: int, seconds: float) -> str:
    """What a dry run did."""
    often = f", asked {asked:,} times," if asked != questions else ""
    return f"{questions:,} question{'s' if questions != 1 else ''}{often} in {seconds:.1f} seconds."


def times(count: int) -> str:
    """How often something was asked."""
    return "asked once" if count == 1 else f"asked {count:,} times"


def unchanged(count: int) -> str:
    """Questions whose answer stays."""
    return f"{count:,} question{'s' if count != 1 else ''} answered as before."


def summary(gains: int, losses: int, changes: int) -> str:
    """A dry run in a line."""
    words = ((gains, "gain", "gains"), (losses, "loss", "losses"), (changes, "change", "changes"))
    return ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in words)


def outcome(decision: str, title: str) -> str:
    """What a question gets."""
    said = DECISIONS.get(decision.lower(), decision.lower().replace("_", " "))
    return f"{said}: {title}" if title else said


def sentence(text: str) -> str:
    """A remark as a sentence."""
    told = text[:1].upper() + text[1:]
    return told if told.endswith((".", "?", "…", ")")) else f"{told}."
