"""The words of a ticket's card, of the news about it, and of its warnings. See `bot.slack.texts`."""

# -- the card: where it stands ---------------------------------------------------------------------------------------

STATES = {
    "new": "New: waits for somebody to take it",
    "claimed": "In progress with {assignee}",
    "waiting": "Pending: {assignee} waits for an answer from the requester",
    "held": "Paused until {wakes}; {assignee} goes on then",
    "vendor": "Pending: {vendor} works on it, {assignee} looks after it",
    "escalated": "Escalated to tier {tier}: waits for somebody to take it",
    "reopened": "Reopened, it was not fixed: waits for somebody to take it",
    "resolved": "Resolved; the requester is asked if it works",
    "closed": "Closed",
}
REVIEWED = "In review: the IT operations manager decides how it goes on"
CLOSED = {
    "confirmed": "Closed: the requester says that it works", "assumed": "Closed: nobody said that it is not fixed",
    "merged": "Closed: {resolution}",
}
NOBODY = "nobody yet"
SOMEBODY = "Firstline"
SYSTEM = "the ticket system"
REQUESTER = "*Requester*\n<@{requester}>"
THERE = "{place} ({offset}): {there} at your {here}"
STATE = "*State*"
WITH = "*With*"
PRIORITY = "*Priority*\n{priority}: {why}"
QUEUE = "*Queue*\n{queue} (tier {tier})"
ENDED = "How it ended"
RESOLUTION = "*{code}*\n{resolution}"
DOCUMENTED = {
    "recipe": "Written down as recipe {what}", "article": "Written down as article {what}",
    "no": "Not written down: {what}",
}
RATING = "Rated {rating} of 5"
BEGIN = "I am on it"
MORE = "More"
REPLY = "Reply to requester"
VERBS = {
    "take": "Take it over", "hand_back": "Hand back", "assign": "Assign to …", "move": "Move to another queue",
    "hold": "Pause until a day", "resume": "Go on with it", "review": "Ask for a review",
    "vendor_news": "News from the vendor", "vendor_done": "The vendor has answered",
    "correct": "Correct kind, category, priority", "link": "Link a ticket",
    "merge": "Merge into another ticket", "split": "Split off a second ticket", "reopen": "Reopen",
    "why": "Why this answer?",
}  # fmt: skip

# -- the card: its clock ---------------------------------------------------------------------------------------------

CLOCK = "*Clock*"
DUE = {"response": "answer due {due}", "resolution": "done by {due}"}
LATE = {"response": "the answer is late since {due}", "resolution": "late since {due}"}
LEFT = {"response": "{left} left for the answer", "resolution": "{left} left until it should be done"}
LEFT_LATE = {"response": "the answer was {left} late", "resolution": "it was {left} late"}
PAUSED = "paused {began} to {ended}, {why}"
PAUSED_BEFORE = {1: "paused once before that", 2: "paused twice before that"}
PAUSED_OFTEN = "paused {count} times before that"
STANDS = "Paused since {began}, {why}"
OPENS = "out of hours: the clock goes on {opens}"
PAUSES = {"waiting": "waiting for the requester", "held": "put off until a day", "vendor": "waiting for the vendor"}
HEARS = "next to hear of it: {who}, {at}"
WHO = {"assignee": "whoever has it", "lead": "the lead", "manager": "the manager"}
IN_TIME = "Resolved {at}, in time."
TOO_LATE = "Resolved {at}; it was due {due}."

# -- the card: the brief -----------------------------------------------------------------------------------------------

CARD_ASKED = "*Asked*"
CARD_GOAL = "*Goal*"
CARD_FOUND = "*Found*"
CARD_FOUND_NEAR = ", {percent} % alike"
CARD_FOUND_SHOWN = " – shown, did not help"
CARD_TRIED = "*Tried*"
CARD_OUTCOMES = {"failed": "failed: {answer}", "skipped": "skipped", "left": "left here"}
CARD_ACTION = {
    "done": "done by the automation", "failed": "the automation could not do it", "refused": "not approved",
    "unknown": "the automation did not answer; it may have been done",
}
CARD_ANSWERS = "*Answers*"
CARD_FILES = "*Files*"
CARD_SOURCE = "the message that it was opened from"
CARD_NOTE = "*From the recipe*"
CARD_SINCE = "*Since then, the requester*"
CARD_HISTORY = "*So far*"
CARD_INTERNAL = (
    "This thread is internal. The requester sees what you do with the buttons, and nothing that is written here."
)
CARD_MOVED = "Moved to *{queue}*; the card is there now."
CARD_RUNBOOKS = "*Run-books* that may be for this"

# -- the card: what belongs to it ------------------------------------------------------------------------------------

VENDOR = "*Vendor*"
VENDOR_CASE = "case {case}"
VENDOR_NO_CASE = "no case number yet"
VENDOR_PROMISED = "promised for {promised}"
VENDOR_NO_DATE = "no date promised yet"
LINKED = "*Belongs to it*"
LINKS = {
    "related": "See also", "merged": "Merged into this one:", "into": "Goes on as", "split": "Split:",
}
LIKE = "*Solved before*"
MORE_ROWS = "… and {count} more"

# -- the card: what happened -----------------------------------------------------------------------------------------

HAPPENED = {
    "claimed": "claimed by {by}",
    "handed_back": "handed back by {by}",
    "handed_back_of": "taken back from {was} by {by}",
    "assigned": "assigned by {by}: {was} → {to}",
    "moved": "moved by {by}: {was} → {to}",
    "bounced": "moved about too often: {by} sent it on, and it went {was} → {to}",
    "waiting": "{by} asked the requester; the clock stands",
    "held": "paused by {by} until {until}",
    "resumed": "{by} went on with it",
    "resumed_answered": "the requester answered; the clock goes on",
    "resumed_over": "the pause is over; the clock goes on",
    "escalated": "escalated from tier {tier} by {by}, who reviewed {read}: {reason}",
    "reviewing": "{by} asked the IT operations manager for a review: {was} → {to}",
    "vendor": "given to {vendor} by {by}, who reviewed {read}: {reason}",
    "vendor_news": "news of the vendor, by {by}: {changes}",
    "vendor_done": "{vendor} has answered; {by} took it back",
    "chased": "{vendor} is late; the owner was reminded ({times})",
    "linked": "linked with {other} by {by}",
    "joined": "{other} was merged into it by {by}",
    "split": "{other} was split off by {by}",
    "resolved": "resolved by {by}: {code}",
    "closed": "closed: {how}",
    "reopened": "reopened by {by}",
    "rated": "the requester rated it {rating} of 5",
    "commented": "the requester said why:",
    "drafted": "the draft of {kind} was made of it: {slug}",
    "replied": "{by} wrote to the requester",
    "corrected": "corrected by {by}: {changes}",
    "corrected_priority": "; priority {was} → {to}",
    "action": "{title}, asked for before: {said}",
    "noted": "noted by {by}",
    "goal": "the requester told what it is for",
}  # fmt: skip
WARNED = {
    "response": "the answer, at {at} % of its time: told {who}", "resolution": "at {at} % of its time: told {who}",
}
BREACHED = {"response": "the answer is late: told {who}", "resolution": "it is late: told {who}"}
READ = ("the earlier work", "the earlier work and the procedure")
CLOSED_HOW = {
    "confirmed": "the requester says that it works", "assumed": "nobody said that it is not fixed",
    "merged": "it goes on as {note}", "erased": "its requester had everything about them erased",
}
VENDOR_FACTS = {"vendor": "vendor", "number": "case", "promised": "promised"}
NONE = "none"

# -- the card: where it cannot stand ---------------------------------------------------------------------------------

STANDS_IN = ":warning: I cannot post in #{channel} (is it archived, or was I removed?), so the card of {queue} is here."
BACK = "*{number}* is here again, with *{queue}*."

EARLIER = "Earlier notes, and what the requester wrote then: {threads}."
EARLIER_LINK = "the thread"

# -- word to the requester -------------------------------------------------------------------------------------------

NEWS = {
    "opened": "*{by}* opened ticket *{number}* ({priority}) for you: “{summary}” Somebody answers by *{response}*.",
    "claimed": "*{by}* has taken *{number}* and is working on it.",
    "handed_back": "*{number}* is back with *{queue}*: a colleague takes it from here, with everything done so far.",
    "assigned": "*{who}* looks after *{number}* from now on, and knows everything done so far.",
    "moved": (
        "*{number}* is with *{queue}* now: they are the right people for it, and start from everything done so far."
    ),
    "held": "*{number}* is paused until *{until}*: {note}\nWrite here if something changes before that.",
    "resumed": "We are working on *{number}* again.",
    "escalated": (
        "*{number}* has moved on to *{queue}*, who know more about this. They start from everything done so far."
    ),
    "reviewing": "The IT operations manager looks at *{number}* now and sees to it that it goes on.",
    "vendor": (
        "*{number}* needs somebody outside: *{vendor}* works on it now. {who} stays with it and keeps asking for you."
    ),
    "vendor_news": "News on *{number}* from *{vendor}*.",
    "vendor_done": "*{vendor}* has answered on *{number}*. *{who}* is working on it again.",
    "corrected": (
        "*{number}* is {priority} now. Somebody answers by *{response}*; we aim to have it done by *{resolution}*."
    ),
    "reopened": "*{number}* is open again, with *{queue}*. Sorry that it was not fixed.",
}  # fmt: skip
NEWS_OWN = "Your ticket is *{number}* ({priority}): “{summary}” Somebody answers by *{response}*."  # they opened it
NEWS_TAKEN = "*{number}* is {priority} now. We aim to have it done by *{resolution}*."
NEWS_SHORT = {  # where what belongs to it is no longer so
    "assigned": "A colleague looks after *{number}* from now on, and knows everything done so far.",
    "held": "*{number}* is paused for a while: {note}",
    "vendor_done": "*{number}* is with us again.",
    "other": "There is news on *{number}*; we are still at it.",
}
NEWS_PROMISED = "They promised it for *{promised}*."
NEWS_NOT_PROMISED = "They have not promised a date yet."
NEWS_MERGED = "You hear this because {own} goes on as {number}."
COLLEAGUE = "A colleague"

# -- news in the staff's thread --------------------------------------------------------------------------------------

STAFF_NEWS = {
    "handed_back": "{by} handed *{number}* back to *{queue}*. It waits to be claimed.",
    "assigned": "{to}, {by} gave you *{number}*.",
    "moved": "{by} moved *{number}* to *{queue}*. It waits to be claimed.",
    "bounced": "*{number}* was moved about too often, so it is with *{queue}* now: please decide who works on it.",
    "resumed": "{to}, *{number}* goes on.",
    "resumed_answered": "{to}, the requester of *{number}* has answered; the clock goes on.",
    "resumed_over": "{to}, the pause of *{number}* is over; the clock goes on.",
    "escalated": "*{number}* is with *{queue}* now, waiting to be claimed.",
    "reopened": "{by} reopened *{number}*. It is with *{queue}*, waiting to be claimed.",
    "confirmed": "{by} says that it works again, and closed *{number}*.",
    "chase": "{to}, please ask {vendor} ({case}) about *{number}*: {promised}.",
    "joined": "*{other}* was merged into *{number}* by {by}: its requester hears from here, too.",
    "left": (
        "{to} is no longer in this workspace, and still looks after *{number}* at the vendor. Please assign somebody."
    ),
}
CHASE_PAST = "what they promised for {promised} has passed"
CHASE_NO_DATE = "they have not promised a date"
CHANNEL = "Whoever can"  # stands for a person where nobody has the ticket
NOTE = "“{note}”"

# -- warnings --------------------------------------------------------------------------------------------------------

WARNING = {
    "response": ":alarm_clock: {who}: *{number}* ({priority}) needs an answer by {due}, {left} left.",
    "resolution": ":alarm_clock: {who}: *{number}* ({priority}) should be done by {due}, {left} left.",
}
BREACH = {
    "response": ":rotating_light: {who}: *{number}* ({priority}) should be answered since {due}; it is {left} late.",
    "resolution": ":rotating_light: {who}: *{number}* ({priority}) should be done since {due}; it is {left} late.",
}
WARNING_STANDS = "Its clock stands now."
WARNING_WITH = "It is with {queue}; {assignee} has it."
WARNING_NOBODY = "It is with {queue}, and nobody has it."
YOU = "For you"
