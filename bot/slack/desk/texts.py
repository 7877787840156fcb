"""What staff read when they do something with a ticket: forms, thread commands, tickets that they open.

As in `bot.slack.texts`: Slack's mrkdwn; `{names}` are filled in with text that was escaped before.
"""

CANCEL = "Cancel"
WAIT = "One moment …"
ABOUT = "*{number}* · {priority} · {summary}"
CHOSEN_AGAIN = "That was chosen already, and now it is not. Please choose it once more."
STANDS = "How it stands now: {state}, {who}, in *{queue}*."
WITH = "with <@{person}>"
NOBODY = "with nobody"
STATES = {
    "new": "it waits to be claimed", "claimed": "it is being worked on", "waiting": "it waits for its requester",
    "held": "it is paused", "vendor": "a vendor works on it", "escalated": "it moved up and waits to be claimed",
    "reopened": "it was reopened and waits to be claimed", "resolved": "it is resolved", "closed": "it is closed",
}  # fmt: skip

# -- forms: title (up to 24 characters), button, labels, hints --------------------------------------------------------

TITLES = {
    "take": "Take it over", "hand_back": "Hand back", "assign": "Assign", "move": "Move", "hold": "Pause",
    "review": "Ask for a review", "vendor_news": "News from the vendor", "vendor_done": "The vendor answered",
    "link": "Link", "link_now": "Link", "merge": "Merge", "merge_now": "Merge", "split": "Split",
}  # fmt: skip
SUBMITS = {
    "take": "Take it over", "hand_back": "Hand back", "assign": "Assign", "move": "Move", "hold": "Pause",
    "review": "Ask", "vendor_news": "Save", "vendor_done": "It is back with us", "link": "Look it up",
    "link_now": "Link them", "merge": "Look it up", "merge_now": "Merge them", "split": "Open the second one",
}  # fmt: skip
TAKE = "<@{person}> has it. Take it over?"
NOTE_NEXT = "What should the next one know?"
NOTE_HINT = "Staff read this, the requester does not."
ASSIGN_TO = "Who goes on with it?"
MOVE_TO = "Which queue?"
HOLD_UNTIL = "Until when?"
HOLD_WHY = "Why?"
REQUESTER_READS = "The requester reads this."
REVIEW_WHAT = "What should the IT operations manager decide?"
VENDOR = "Vendor"
VENDOR_OTHER = "Or another vendor"
VENDOR_NUMBER = "Their case number"
VENDOR_PROMISED = "They promised it for"
VENDOR_HINT = "You are reminded when that day has passed."
VENDOR_SAID = "What did they say?"
OTHER_NUMBER = "Number of the other ticket"
OTHER_HINT = "Such as INC-123."
LINK_SURE = "Does it have to do with this one?\n{other}"
MERGE_SURE = (
    "This one ends:\n{one}\nIt goes on as this one, and its requester hears of that from now on:\n{other}"
)
MERGE_SURE_HERE = "It ends, and goes on as this one. Its requester hears of that from now on:\n{other}"
SPLIT_TEXT = "What is the second ticket about?"
SPLIT_HINT = "The requester reads this. It goes to the same tier, as urgent as it is itself; both are linked."

# -- thread commands ---------------------------------------------------------------------------------------------------

HELP = (
    "*What you can write in the thread of a card.* All of it stays among staff, but for what is marked with :mega:, "
    "which the requester reads.\n{rows}"
)
USES = {
    "claim": ("!claim", "take it"),
    "take": ("!take", "take it, also from somebody else"),
    "back": ("!back note", "back into its queue, with a note for the next one"),
    "assign": ("!assign @who note", "give it to somebody"),
    "move": ("!move queue note", "to another queue of this tier or one below"),
    "hold": ("!hold 2026-12-01 reason", "pause it until a day :mega:"),
    "resume": ("!resume", "go on"),
    "reply": ("!reply text", "write to the requester :mega:"),
    "ask": ("!ask text", "ask the requester; the clock stands until they answer :mega:"),
    "p": ("!p2", "change the priority"),
    "priority": ("!priority high medium", "the same by impact and urgency"),
    "category": ("!category vpn", "change the category"),
    "link": ("!link INC-123", "it has to do with another ticket"),
    "merge": ("!merge INC-123", "it goes on as another ticket; you are asked first"),
    "split": ("!split text", "open a second ticket out of it; its text is what the requester reads :mega:"),
    "escalate": ("!escalate reason note", "one tier up; a form asks what was reviewed"),
    "review": ("!review note", "ask the IT operations manager to decide"),
    "vendor": ("!vendor name number 2026-12-01", "what the vendor said; its name and the day are told :mega:"),
    "answered": ("!answered note", "the vendor has answered: it is back with us"),
    "resolve": ("!resolve code note", "it is done :mega:"),
    "reopen": ("!reopen", "it is not fixed"),
    "status": ("!status", "how it stands"),
    "help": ("!help", "this list"),
}  # fmt: skip
UNKNOWN = "I do not know `!{word}`. Did you mean `{usage}`? `!help` lists all."
UNKNOWN_FAR = "I do not know `!{word}`. `!help` lists what I know."
NOTHING_AFTER = "`{usage}` stands alone; I did nothing."
NEEDS_TEXT = "Please write some words after it: `{usage}`."
NEEDS_PERSON = "Please mention somebody: `{usage}`."
NEEDS_DAY = "Please write the day as 2026-12-01: `{usage}`."
NEEDS_NUMBER = "Please write a ticket's number: `{usage}`."
NEEDS_LEVELS = "Please write impact and urgency, each high, medium or low: `{usage}`."
NEEDS_ONE = "Please begin with one of {names}: `{usage}`."
NO_SUCH_PRIORITY = "No impact and urgency make a {priority} here."
FIXED_PRIORITY = "Every {category} matter is {priority}; correct the category if it is none."
TOO_LONG = "That is too long for a button. Please press {what} on the card, and write it there."
DONE = {
    "claim": "*{number}* is yours.", "take": "*{number}* is yours.",
    "back": "*{number}* is back in *{queue}*.",
    "assign": "*{number}* is with <@{assignee}> now.",
    "move": "*{number}* is in *{queue}* now.",
    "hold": "*{number}* is paused until {wakes}; the requester is told why.",
    "resume": "*{number}* goes on.",
    "priority": "*{number}* is {priority} now: {why}.",
    "category": "*{number}* is about {category} now, {priority}.",
    "link": "*{number}* and *{other}* (_{summary}_) are linked.",
    "split": "I opened *{other}*; it is linked with *{number}*.",
    "review": "*{number}* is with the IT operations manager.",
    "vendor": "I noted that for *{number}*: {vendor}{case}{promised}.",
    "answered": "*{number}* is back in *{queue}*, with <@{assignee}>.",
    "resolve": "*{number}* is resolved; the requester is asked if it works.",
    "reopen": "*{number}* is open again, in *{queue}*.",
    "reply": "It goes out in ten seconds.", "ask": "It goes out in ten seconds.",
}  # fmt: skip
CASE = ", case {number}"
PROMISED = ", promised for {day}"
STATUS_DUE = "Answer by {response}, done by {resolution}."
STATUS_DONE = "Done by {resolution}."
OPEN_FORM = "Open the form"
ESCALATE_FORM = "Escalating asks you to confirm that you read what was tried. The form has what you wrote in it."
RESOLVE_FORM = "From tier 3, resolving asks where it is documented. The form has what you wrote in it."
MERGED = "*{number}* goes on as *{other}*."

# -- tickets that staff open -------------------------------------------------------------------------------------------

NEW_TITLE = "Open a ticket"
NEW_OPEN = "Open it"
NEW_READING = "Reading the message …"
NEW_FOR = "For whom?"
NEW_TEXT = "What is it about?"
NEW_TEXT_HINT = "The requester reads this, with the ticket's number."
NEW_TIER = "Where does it start?"
NEW_USUAL = "As usual"
NEW_TIER_NAME = "Tier {tier}: {name}"
NEW_GONE = "That person is not here any more. Please choose somebody else."
SHORTCUT = "Open a ticket"
SHORTCUT_ABOUT = "For staff: a ticket for somebody who called or came by"
