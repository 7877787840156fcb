"""Every word that people read in Slack of how a ticket stands, of its end and after it, and of the lists of tickets.

As in `bot.slack.texts`: Slack's mrkdwn; `{names}` are filled in with text that was escaped before.
"""

from typing import Final

# -- how a ticket stands, after "INC-000123: " -----------------------------------------------------------------------

STANDS: Final = {
    "new": "it has been with *{queue}* since {since}, and nobody has taken it yet.",
    "claimed": "*{by}* has been working on it since {since}.",
    "waiting": "it has been waiting for your answer since {since}.",
    "held": "it is paused until {until}.",
    "vendor": "*{vendor}* has been working on it for us since {since}.",
    "escalated": "it moved up to *{queue}*, who know more about this, on {since}. Nobody there has taken it yet.",
    "reopened": "it is open again since {since}, with *{queue}*. Nobody there has taken it yet.",
    "resolved": "it is resolved since {since}.",
    "closed": "it is closed.",
}
STANDS_OTHERS: Final = {  # the same for staff
    "waiting": "it has been waiting for its requester since {since}.",
    "confirmed": "it is closed: its requester said that it works.",
}
STANDS_REVIEW = "it has been with the IT operations manager since {since}, who decides how it goes on."
STANDS_ASKED = "it has been waiting for your answer since {since}. *{by}* asked: “{question}”"
STANDS_HELD_WHY = "it is paused until {until}, because: “{why}”"
STANDS_KEEPS = "*{by}* has it."
STANDS_PROMISED = "They promised it by *{promised}*."
STANDS_LOOKS_AFTER = "*{by}* looks after it here."
STANDS_INTO = "it goes on as *{into}*, which is about the same:"
STANDS_DONE = "What was done: {resolution}"
STANDS_CLOSED: Final = {
    "confirmed": "it is closed: you told us that it works.",
    "assumed": "it is closed, since we heard nothing more.",
    "merged": "it is closed: it goes on as another ticket.",
}
SOMEBODY = "Somebody"

# The same of somebody else's ticket: where it is, and no more.
OUTLINES: Final = {
    "new": "waits in its queue for somebody to take it", "claimed": "is being worked on",
    "waiting": "waits for its requester", "held": "is paused", "vendor": "is with a vendor",
    "escalated": "has moved up, and waits for somebody to take it",
    "reopened": "is open again, and waits for somebody to take it", "resolved": "is resolved", "closed": "is closed",
}
OUTLINE = "*{number}* {state}. What it is about is for its requester and IT."

UPDATE_INTRO = "How *{number}* is doing: {state}"
UPDATE_NEXT = "You hear from me again by *{next}* at the latest."
UPDATE_ANSWER_HERE = "The clock stands until then: just write your answer here."
UPDATE_ANSWER = "The clock stands until then."

# -- status ----------------------------------------------------------------------------------------------------------

STATUS_TITLE = "*{number}* ({priority}) {summary}"
STATUS_WORD = "Last word, {at}: “{text}” ({by})"
STATUS_DUE = "We aim to have it done by *{due}*."
STATUS_NEXT = "Next update by *{next}* at the latest."
STATUS_MORE = "and {count} more: they are all in my *Home* tab."
STATUS_VIEW = "Status"

# -- the end ---------------------------------------------------------------------------------------------------------

RESOLVED = "*{by}* resolved *{number}*: {note}"
RESOLVED_MERGED = "*{by}* resolved *{number}*, which your *{own}* goes on as: {note}"
RESOLVED_UNANSWERED = (
    "*{number}* is put down as resolved: we asked you something, and have not heard from you. If you still need it, "
    "press *It is not fixed*, and it goes on."
)
RESOLVED_ASKS = "Does it work for you?"
RESOLVED_CLOSES = (
    "If I hear nothing it closes by itself on {closes}. You can have it opened again until {until}; just press the "
    "button, or write here."
)
RESOLVED_REOPENS = "If it is not fixed for you, press the button. You can until {until}."
WORKS = "It works"
NOT_FIXED = "It is not fixed"
CONFIRMED = (
    "*{number}* is closed: you told us that it works. Thank you; if it comes back, press the button or write here."
)
ASSUMED = "*{number}* is closed, since I heard nothing more. If it is not fixed, press the button until {until}."
MERGED = (
    "*{number}* goes on as *{into}*, which is about the same. You hear of that one here, and what you write here "
    "reaches the people who work on it."
)
CLOSED_MERGED = "*{number}*, which your *{own}* goes on as, is closed."
RATE_ASKS = "How did we do with this? I ask only once."
RATINGS: Final = {1: "1 · Bad", 2: "2 · Poor", 3: "3 · Fair", 4: "4 · Good", 5: "5 · Great"}
RATED = "*{number}* is closed. You rated it *{rating}*. Thank you, the people who run IT read that."
RATED_LOW = (
    "*{number}* is closed. You rated it *{rating}*. I am sorry about that, and thank you for telling us. What went "
    "wrong? The people who run IT read it."
)
COMMENT = "Say why"
COMMENT_TITLE = "Say why"
COMMENT_LABEL = "What was good, or what went wrong?"
COMMENT_HINT = "The people who run IT read this, with your name."
COMMENT_KEPT = "Your words are with it."
REOPENED = "*{number}* is open again; how it goes on is told below."
NOW = "*{number}*: {state}"

# -- documented for tiers 1 and 2 --------------------------------------------------------------------------------------

DOCUMENTED = "How can tiers 1 and 2 fix it next time?"
DOCUMENTED_RECIPE = "Draft a recipe from this ticket"
DOCUMENTED_ARTICLE = "Draft an article from this ticket"
DOCUMENTED_FOUND = "It is in: {title}"
DOCUMENTED_KNOWN = "It is written down already, under the name below"
DOCUMENTED_NO = "Of no use to them, for the reason below"
DOCUMENTED_NOTE = "Its name, or the reason"
DOCUMENTED_HINT = "Only for the last two: such as vpn-install, or: a one-off fault of the supplier."
DRAFTED = (
    "The draft of {kind} *{title}* was made from *{number}*. It is offered to nobody before an editor publishes it."
)
DRAFTED_KINDS: Final = {"recipe": "a recipe", "article": "an article"}
DRAFT_OPEN = "Open the draft"

# -- the Home tab ------------------------------------------------------------------------------------------------------

HOME_OWN = "My tickets"
HOME_OWN_NONE = "You have no tickets. Ask me something, and you get one if it needs a person."
HOME_ADD = "Add something"
HOME_STATUS = "Status"
HOME_NEW = "Open a ticket"
HOME_OLDER = "Older"
HOME_NEWER = "Newer"
HOME_RANGE = "{first} to {last} of {total}"
HOME_MORE = "and {count} more"
HOME_QUEUE = "Queue view"
HOME_QUEUE_NONE = "Nothing here. Well done."
HOME_SHOW: Final = {
    "all": "All", "mine": "With me", "tier": "My tier", "late": "Late", "waiting": "Waiting for others",
}
HOME_QUEUES = "Open in {rows}"
HOME_CLAIM = "Claim"
HOME_NOBODY = "nobody yet"
QUEUE_STATES: Final = {
    "new": "new", "claimed": "being worked on", "waiting": "waits for the requester", "held": "paused",
    "vendor": "with a vendor", "escalated": "escalated", "reopened": "reopened", "resolved": "resolved",
    "closed": "closed",
}
QUEUE_DUE = "due in {span}"
QUEUE_ANSWER = "answer due in {span}"
QUEUE_LATE = ":red_circle: late {span}"
QUEUE_PAUSED = ":double_vertical_bar: paused"
ADD_TITLE = "Add something"
ADD_INTRO = "What should the people who work on *{number}* know? _{summary}_"
ADD_LABEL = "Your words"
ADD_SENT = "I passed that on to the people working on *{number}*:\n{text}"

# -- finding tickets ---------------------------------------------------------------------------------------------------

FOUND = "Tickets with {what}, {count} in all:\n{rows}"
FOUND_NONE = "I found no ticket with {what}."
FOUND_NONE_OWN = "I found no ticket of yours with {what}."
FOUND_MORE = "and {count} more; add a word to narrow it down."
FOUND_WHAT = "“{text}”"
FIND_USAGE = (
    "Write what to look for, such as `/it find vpn open`: words of the title, a number, a state (open, new, waiting, "
    "paused, resolved, closed), or a person such as `@emma`."
)
