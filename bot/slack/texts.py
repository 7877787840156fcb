"""Every word that people read in Slack. Read it aloud before you change it: short, warm, concrete, no blame.

Texts are Slack's mrkdwn; `{names}` are filled in with text that was escaped before.
"""

# -- answers -------------------------------------------------------------------------------------------------------

ANSWER_INTRO = "Here is what our article says:"
ANSWER_CHECKED = "Checked on {day}"
ANSWER_UNCHECKED = "Not checked yet"
ANSWER_DUE = "Last checked on {day}; it is due for another check"
ANSWER_UNCHECKED_DUE = "Not checked yet; it is due for a check"
ANSWER_SURE = "{percent} % sure"
ANSWER_MORE = "See also: {links}"
HELPED = "That helped"
NOT_HELPED = "Not what I need"
PERSON_NOW = "Person now"
THANKS_HELPED = "Good to hear. I noted that this article helped."
THANKS_NOT_HELPED = (
    "Thank you, the editors see that. Press *Person now* in the message above, or tell me more in your own words."
)
RATED_BEFORE = "I have that noted already."

CLARIFY = "I am not quite sure what you mean. Is it one of these?"
CLARIFY_NONE = "None of these, person now"

OUTSIDE = (
    "That's outside what I know: I help with IT, such as laptops, accounts, Wi-Fi, printing or meeting rooms. "
    "If this is an IT matter after all, tell me a little more."
)
HELLO = (
    "Hello! Tell me what you need or what is not working, in your own words. I answer from our help articles, walk you "
    "through a fix, or bring in a person."
)
NO_WORDS = (
    "I can only read words. Tell me in a sentence what you need or what is not working; a person can look at "
    "pictures and files."
)
GONE = "That article is no longer there. Ask me once more, please, or press *Person now*."
STILL_HERE = (
    "We are still in the fix above, at: {step}\n"
    "Press one of its buttons, or write the answer here; *Person now* brings in a person."
)
NOT_YOURS = (
    "This thread is somebody else's conversation with me. Mention me in a message of your own, and I will help you too."
)
PASSED_ON = "Thank you, I passed that on to the people working on *{number}*."
PASSED_ON_OVER = (
    "*{number}* is resolved already, but I passed that on to the people who worked on it. If it is not fixed, press "
    "the button, and it is open again."
)
THANKS = "You are welcome. If there is anything else, just write."
GLAD = "Good to hear. If there is anything else, just write."
ON_TICKET = "That is on *{number}* as well: the ticket holds your whole message."
PART = "{number} of {of}: _{text}_"
CLOSE_OFFER = (
    "Good to hear. I passed that on to the people working on *{number}*. If nothing is left to do, you can close it."
)
CLOSE_OWN = "Close {number}"
OUTAGE = (
    "We know about this one: *{text}* It started {since}. You are number {place}, and I will tell you here as soon "
    "as it is over."
)
OUTAGE_OVER = "Good news: it is over. *{text}* Does it work for you again? If not, write here."
MASKED = "I removed what looked like a {kinds} from your message before keeping it. If it was real, please change it."

# -- recipes -------------------------------------------------------------------------------------------------------

RECIPE_INTRO = "Let's try to fix this together. It takes a few minutes, and you can bring in a person at any time."
RECIPE_GOAL = "One thing first, so that I spend your time on what matters:"
STEP_NUMBER = "Step {number}"
STEPS_EARLIER = "… {count} earlier steps"
STEP_LEFT = {0: "", 1: "The last step", 2: "One more step after this", 3: "Two more steps after this"}
STEP_LEFT_MORE = "At least {left} more steps after this"
BACK = "Back"
START_OVER = "Start over"
SKIP = "Skip"
STEP_HELP = "Help with this step"
TYPE_ANSWER = "Type the answer"
TYPE_HINT = "Press the button, or write it here in the thread."
WORDS_HINT = "Press a button, or answer here in your own words."
LIST_PICK = "Choose from the list"
PERSON_PICK = "Choose a person"
STEP_READY = "It is ready now"
STEP_WAITS = ":hourglass_flowing_sand: I come back to you {moment}."
STEP_DONE, STEP_FAILED, STEP_SKIPPED, STEP_LEFT_HERE = ":white_check_mark:", ":x:", ":fast_forward:", ":octagonal_sign:"
STEP_OTHERWISE = ":information_source:"  # the automation answered, but did not do it
DEED_TELLS = "*What happens then:* {tells}"
DO_IT = "Yes, do it"
DO_NOT = "No, don't"
DEED = {
    "asks the person": "I only do it if you want me to.",
    "asks the manager": (
        ":hourglass_flowing_sand: I asked {approver} to approve it, and tell you here as soon as they do."
    ),
    "asks the agents": (
        ":hourglass_flowing_sand: I asked IT support to approve it, and tell you here as soon as they do."
    ),
    "running": ":gear: I am on it. This takes a moment; the next step comes by itself.",
}
DEED_MANAGER = "your manager"
DEED_DRY = "_This is a trial run: nothing will really be changed._"
DEED_ANSWERS = {
    "done": "done", "refused": "not approved", "failed": "it could not be done",
}
STEP_ANSWERS = {"skip": "skipped", "ready": "ready", "over": "time is up"}
SOLVED = "Glad that it works again. If it comes back, press the button or tell me here."
CAME_BACK = "It came back"
CAME_BACK_NOTED = "It came back after that. People have it now; see below."
RUN_OVER = "That ended the walk-through; the message above tells how."
STOPPED = "All right, we stop here. Nothing is open. Write to me whenever you want to go on."
ABANDONED = (
    "I closed this walk-through, since I have not heard from you. If it still does not work, just ask me again."
)
ENDED_ARTICLE = "This article takes it from here:"
STALE_STEP = "You were already further than that. This is where you are now."
STEP_WHICH = "I am not sure which one you mean. {say}"
STEP_WHICH_NONE = "That I did not understand. We are at: {say}"
ASIDE_BACK = "Back to our step: {say}"
ASIDE_NOTHING = (
    "That I cannot tell from my articles. If you cannot go on without it, *Person now* brings in somebody who can."
)
NOT_TAKEN = "{why}"
MOVED_ON = "We had just gone on when you wrote that. We are at: {step}"
TAKEN_ABOVE = "I took that as your answer in our walk-through above. We are at: {step}"
TAKEN_TICKET = "I took that as your answer in our walk-through above. A person takes it from here: *{number}*."
TAKEN_OVER = "I took that as your answer in our walk-through above, and it is over. Its thread tells more."
FIRST_STEP = "This is as far back as we can go. We are at: {step}"
RUN_NEWS = {
    "wait_over": "Time to look again: {say}\nAnswer in the message above, or write here.",
    "action_over": "{done}\nThe next step is in the message above: {say}",
    "reminder": (
        "We were in the middle of *{title}*. Does it work by now? Answer in the message above, or write *it works* or "
        "*still broken* here. If I hear nothing, I close it in a few days."
    ),
    "abandoned": ABANDONED,
}
ACTION_NEWS = {
    "done": "*{deed}*: done.", "refused": "*{deed}*: not approved.", "failed": "*{deed}*: that did not work.",
    "unknown": "*{deed}*: I got no answer in time. It may have been done all the same.",
}
ACTION_OTHER = "*{deed}*: {outcome}."
ACTION_WHY = "“{why}”"
ACTION_LATE = "{done} You had left that step before; nothing else happens by itself."
DEED_UNSURE = "no answer in time; it may have been done"

# -- tickets -------------------------------------------------------------------------------------------------------

TICKET_WHY = {
    "asked for a person": "Of course. A person takes it from here.",
    "may not wait": "This may not wait, so people have it right now.",
    "many people are hit": "This seems to hit many people, so people have it right now.",
    "no article or recipe was sure enough": "I am not sure enough to answer this, so a person takes it from here.",
    "the answer did not help": "Sorry that it did not help. A person takes it from here.",
    "it came back after the recipe had fixed it": (
        "Sorry that it came back. A person takes it from here and sees what we did."
    ),
    "the recipe did not fix it": "Thank you for trying all that. A person takes it from here and sees every step.",
    "asked for through a form": "Thank you, your request is in.",
    "not in a language that can be read here": "I only read English well, so a person takes it from here.",
}
TICKET_MADE = (
    "Your ticket is *{number}* ({priority}), with *{queue}*. Somebody answers by *{response}*; we aim to have it "
    "done by *{resolution}*."
)
TICKET_WRITE = "Write here in this thread if there is more to say; the people working on it see it."
TICKET_NEAREST = "The nearest I found is {link} ({percent} % sure), in case it helps meanwhile."
TICKET_ADVICE = ":warning: *First of all:*"
GOAL_BUTTON = "Add what you need it for"
GOAL_TITLE = "What is it for?"
GOAL_SAVED = "Thank you, that helps. It is on *{number}* now."
STATUS_BUTTON = "Status"
REOPEN_BUTTON = "It is not fixed"
STATUS_NONE = "You have no tickets. Tell me what is not working, and you get one if it needs a person."
STATUS_UNKNOWN = (
    "I cannot find a ticket {number} of yours. Check the number, or write `/it status` to see your tickets."
)

# -- updates: the ticket is still open, and there is no other news ----------------------------------------------------

UPDATE_ANSWER = "Somebody answers by *{response}*; we aim to have it done by *{resolution}*."
UPDATE_AIM = "We aim to have it done by *{resolution}*."
UPDATE_UNANSWERED = (
    "Somebody should have answered by *{response}*. I am sorry that nobody has. We still aim to have it done by "
    "*{resolution}*."
)
UPDATE_LATE = (
    "It should have been done by *{resolution}*. I am sorry that it is not; it is still open, and I will go on telling "
    "you how it stands."
)
UPDATE_WRITE = "If there is more to say, or if it works again, just write here."
UPDATE_CALL = "If you need it sooner, call IT: {contact}."
UPDATE_STATUS = "`/it status {number}` tells how it stands at any time."

# -- forms ---------------------------------------------------------------------------------------------------------

FORM_OFFER = "There is a form for this: *{title}*. It takes a minute, and the right people get it at once."
FORM_BUTTON = "Open the form"
FORM_SENT = (
    "Your request *{number}* is in. Somebody answers by *{response}*; `/it status {number}` tells how it is doing."
)
FORM_INTRO = "The right people get this at once, with a number that you can ask for."

# -- the staff's side ----------------------------------------------------------------------------------------------

CLAIM = "Claim"
ESCALATE = "Escalate"
RESOLVE = "Resolve"
WHY = "Why?"
WHY_TITLE = "Why this answer?"
WHY_USAGE = "Write `/it why` and a ticket's number, such as `/it why INC-000123`, or the link of an answer."
WHY_FEEDBACK = {"helpful": "They say that it helped.", "not_helpful": "They say that it did not help."}
SYSTEMS = {"jira": "Jira", "servicenow": "ServiceNow", "": "the ticket system"}
SYSTEM_SOMEBODY = "Somebody"
SYSTEM_NOTES = {
    "comment": "{author} in {system}: {text}",
    "refused": (
        ":warning: {system} did not take *{number}*: {text} It is told again with the next change, and when Firstline "
        "is started anew."
    ),
    "unreachable": ":warning: {system} has not been told of *{number}* for hours: {text} I keep trying.",
}
REQUESTER_SAYS = "<@{person}> writes: {text}"
REQUESTER_SAYS_NOW = "<@{person}> writes: {text} _(edited)_"
REQUESTER_EDITED = "<@{person}> edited an earlier message: {text}"
REQUESTER_DELETED = "<@{person}> wrote: {text} _(deleted by the requester)_"
REQUESTER_DELETED_OTHER = "<@{person}> deleted an earlier message."
NO_TEXT = "(no words)"
ESCALATE_TITLE = "Escalate"
ESCALATE_REASON = "Why does it have to move up?"
ESCALATE_REVIEWED = "Earlier work"
ESCALATE_REVIEWED_TICK = "I have read what was already tried"
ESCALATE_READ_TICK = "I have read what was already tried, and the lines above"
ESCALATE_BEFORE = "*Before it leaves you*"
ESCALATE_TO = "*Whom it goes to*"
ESCALATE_FACTS = "*What has to be on the ticket*"
ESCALATE_NOTE = "What should they know?"
ESCALATE_INTRO = "*{number}* goes from tier {tier} to the next one, with everything on its card."
CORRECT = "Correct"
CORRECT_TITLE = "Correct"
CORRECT_INTRO = (
    "What is *{number}* really about? Its priority follows what you choose, the requester hears of it if a promised "
    "time changes, and Firstline learns from it."
)
CORRECT_KIND = "Kind"
CORRECT_CATEGORY = "Category"
CORRECT_IMPACT = "Impact: how many are hit"
CORRECT_URGENCY = "Urgency: how soon it must work again"
KINDS = {"incident": "Incident", "request": "Service request"}
LEVELS = {"high": "High", "medium": "Medium", "low": "Low"}
RESOLVE_TITLE = "Resolve"
RESOLVE_CODE = "How did it end?"
RESOLVE_NOTE = "What was done"
RESOLVE_HINT = "The requester reads this."
NEW_TICKET_TITLE = "Open a ticket"
NEW_TICKET_TEXT = "What is it about?"
NEW_TICKET_OPENED = "I opened *{number}* ({priority}) with *{queue}*."
ALREADY_DONE = "That was done before; nothing was doubled."

# -- the two lanes: what staff say to the requester, and what is copied across -----------------------------------------

REPLY = "Reply to requester"
REPLY_TITLE = "Reply to requester"
REPLY_TEXT = "What they will read"
REPLY_CANNED = "Ready-made replies"
REPLY_FILES = "Files of this thread to send along"
REPLY_ASKS = "Their answer"
REPLY_ASKS_TICK = "I need one; the clock stands until it comes"
REPLY_PREVIEW = "Preview"
REPLY_EDIT = "Change it"
REPLY_REOPEN = "Open {number} again"
REPLY_REOPENED = "*{number}* is open again. Your text is still here."
REPLY_TO = "Goes to <@{person}>, in their direct messages with me. *{number}*"
REPLY_TO_CHANNEL = "Goes to <@{person}>, in their thread in <#{channel}>: *others can read it there*. *{number}*"
REPLY_MERGED = "*{number}* goes on as *{into}*: only the requester of *{number}* reads this."
REPLY_LOOK = "This is what they will see. You can take it back for ten seconds."
REPLY_WITH_FILES = ":paperclip: {files}"
REPLY_CLOCK = ":hourglass: The clock stands until they answer."
REPLY_MASKED = ":warning: I removed what looked like a secret; hand those over in another way."
REPLY_SAYS = "*{by}*: {text}"
REPLY_ASKED = "Please answer here; the people working on *{number}* are waiting for it."
REPLY_WAITS = "<@{writer}>: this goes to <@{person}> in ten seconds:"
REPLY_BACK = "Take it back"
REPLY_WITHDRAWN = "<@{by}> took this back. <@{person}> has not seen it:"
REPLY_SENT = "Sent {when}, from <@{writer}> to <@{person}>:"
REPLY_LOST = ":warning: This did *not* reach <@{person}>: {why} Please reach them another way. <@{writer}> wrote:"
REPLY_LOST_WHY = {
    "user_not_found": "Slack does not know them any more.",
    "user_disabled": "their account in Slack is switched off.",
    "account_inactive": "their account in Slack is switched off.",
    "is_archived": "the channel of their thread was archived.",
    "not_in_channel": "I was removed from the channel of their thread.",
    "channel_not_found": "the channel of their thread is gone.",
    "thread_not_found": "their thread was deleted.",
    "gave_up": "Slack did not take it, however often I tried.",
}
REPLY_LOST_OTHER = "Slack answered {code}."
FILE_FROM = "`{name}`, from <@{person}>"
FILE_TO = "*{by}* sends you `{name}`."
FILE_LARGE = ":paperclip: `{name}` ({size}) from <@{person}> is too large to copy here; ask for it another way."
FILE_LARGE_OUT = ":paperclip: `{name}` ({size}) is too large to send: <@{person}> did not get it."
FILE_WAITS = ":paperclip: I could not copy `{name}` from <@{person}> yet. I will keep trying."
FILE_WAITS_OUT = ":paperclip: I could not send `{name}` to <@{person}> yet. I will keep trying."
FILE_GONE = ":paperclip: `{name}` from <@{person}> could not be copied here; ask for it another way."
FILE_GONE_OUT = ":paperclip: `{name}` could not be sent: <@{person}> did not get it."
FILES_MORE = "I copy ten files of a message; {count} are not here: {names}"

# -- approvals of actions --------------------------------------------------------------------------------------------

APPROVAL_ASKS = "<@{person}> asks for your approval: *{title}*"
APPROVAL_ASKED = "<@{person}> asked for an approval: *{title}*"
APPROVAL_DOES = "*What it does, as they were told*"
APPROVAL_WITH = "*With*"
APPROVAL_ABOUT = "*What they wrote first*"
APPROVAL_DRY = ":test_tube: This is a dry run: the automation is asked, but changes nothing."
APPROVAL_CHECK = (
    ":mag: Make sure that it is really them before you approve: call them back on the number in the directory, or meet "
    "them. A message alone could be from somebody who has their password."
)
APPROVAL_LIMITS = (
    "At most {person} a day for one person, {all} for everybody together. If nobody answers within {hours} hours, it "
    "counts as refused."
)
INSTEAD = {
    "no manager": "L2 is asked because no manager is named in their profile.",
    "left": "L2 is asked because their manager, <@{approver}>, is no longer here.",
    "no answer": "L2 is asked because their manager, <@{approver}>, has not answered yet. Either of you can.",
}
APPROVE = "Approve"
REFUSE = "Refuse"
REFUSE_TITLE = "Refuse"
REFUSE_INTRO = "<@{person}> asked for: *{title}*"
REFUSE_WHY = "Why not?"
REFUSE_HINT = "The person who asked reads this."
APPROVED_BY = ":white_check_mark: Approved by <@{by}>, {when}."
REFUSED_BY = ":no_entry_sign: Refused by <@{by}>, {when}."
REFUSED_WHY = " They wrote: “{why}”"
APPROVAL_NOBODY = ":no_entry_sign: Refused, because nobody answered in time."
APPROVAL_WITHDRAWN = "No longer needed: the person has gone on without it."

# -- command, home -------------------------------------------------------------------------------------------------

COMMAND_HELP = (
    "*What you can write*\n"
    "• `/it my screen stays black`: ask anything; I answer in our direct messages\n"
    "• `/it search printer colour`: the help articles about it\n"
    "• `/it status`: your tickets, or `/it status INC-000123` for one\n"
    "• `/it tickets vpn`: your tickets about something\n"
    "{staff}"
    "You can also write to me directly, mention me, or just ask in {channel}."
)
SEARCH_FOUND = "What I found for “{text}”:\n{rows}"
SEARCH_NOTHING = "I found no article about that. Ask me in your own words, and I will bring in a person if I need to."
COMMAND_STAFF = (
    "• `/it outage The VPN in Lisbon is down`: make an outage known; `/it outage over` when it is mended\n"
    "• `/it new printer on floor 3 is stuck`: open a ticket for somebody\n"
    "• `/it find vpn open @emma`: tickets by words, state and people\n"
    "• `/it why INC-000123`, or the link to an answer of mine: what it came from\n"
)
COMMAND_ASKED = "You asked: {text}"
COMMAND_LOOK = "I answered you in <{link}|our direct messages>."
OUTAGE_SURE = "Make this outage known? Whoever asks about it is answered with these words:\n> {text}"
OUTAGE_DECLARE = "Yes, it is down"
OUTAGE_DECLARED = (
    "The outage is known now. Whoever asks about it is told, and hears from me when it is over. End it with `/it "
    "outage over`."
)
OUTAGE_ENDED = "The outage is over; people told: {count}."
OUTAGE_NONE = "There is no outage at the moment."
OUTAGE_WHICH = "More than one outage is known. End one of them with its number:\n{rows}"

HOME_HELLO = "Hello {name}"
HOME_INTRO = (
    "Tell me what you need in the *Messages* tab, mention me in a channel that I am in "
    "(`/invite @Firstline` brings me there), or write `/it` and your question anywhere."
)
HOME_ASK = "Ask a question"
HOME_FORMS = "Request something"
HOME_OUTAGES = "Known outages"
HOME_ARTICLES = "All help articles"
HOME_CONTACT = "By phone: {contact}"
PROMPTS_TITLE = "What can I help you with?"
PROMPTS = (
    ("Book a room", "How do I book a meeting room with a screen?"),
    ("VPN trouble", "VPN is stuck on connecting"),
    ("New phone, MFA", "I have a new phone, how do I move the sign-in approval?"),
    ("My tickets", "How is my ticket doing?"),
)

ASK_TITLE = "Ask Firstline"
ASK_LABEL = "What do you need, or what is not working?"

# -- editors -------------------------------------------------------------------------------------------------------


# -- run-books -----------------------------------------------------------------------------------------------------

RUNBOOK_TITLE = "Run-book"
RUNBOOK_ABOUT = "For staff only · {category} · {checked} · revision {revision}"
RUNBOOK_CHECKED = "checked on {day}"
RUNBOOK_UNCHECKED = "not checked yet"
RUNBOOK_EDIT = "Edit"
RUNBOOK_NO_HELP = "This did not help"
RUNBOOK_NOTED = "Thank you, that is noted with {ticket}, for whoever maintains this run-book."
RUNBOOK_NOTED_ALONE = "Thank you, that is noted for whoever maintains this run-book."

# -- drafts of recipes -----------------------------------------------------------------------------------------------

DRAFT = "Draft a recipe"

# -- how the app introduces itself in Slack (`firstline manifest`) -----------------------------------------------------

APP_DESCRIPTION = "First-line IT support, answers and fixes in Slack"
APP_LONG = (
    "Firstline answers IT questions from your company's own approved articles, walks people through fixes step by "
    "step, and hands over to the right team with everything that was said and tried. Write to it directly, mention it "
    "in a channel, or use the /it command anywhere."
)
AGENT_DESCRIPTION = (
    "Ask about laptops, accounts, Wi-Fi, printing or meeting rooms. I answer, walk you through a fix, or bring in a "
    "person."
)
COMMAND_DESCRIPTION = "Ask IT or look up a ticket"
COMMAND_HINT = "[your question] | status | help"
SHORTCUT_ASK = "Ask Firstline about this"
SHORTCUT_ASK_ABOUT = "Answers the message in your direct messages"
SHORTCUT_TICKET = "Open a ticket from this"
SHORTCUT_TICKET_ABOUT = "Hands the message to people"
SHORTCUT_WHY = "Why this answer?"
SHORTCUT_WHY_ABOUT = "For staff: what an answer came from"
SHORTCUT_ASK_GLOBAL = "Ask Firstline"
SHORTCUT_GLOBAL_ABOUT = "Ask IT from anywhere"

# -- errors --------------------------------------------------------------------------------------------------------

NOT_HERE = "That does not work here. Please ask me again."
TOO_LATE = "Slack no longer knows what you clicked, or it took too long. Please try again."
BUSY = (
    "More is being asked than I can answer at once. Your message is safe: {before} are before it, and I should get to "
    "it in about {minutes}. If it cannot wait, call {phone}."
)
BROKEN = "Something went wrong on my side. Please try once more; if it stays, tell IT the reference *{reference}*."
SAVE = "Save"
SEND = "Send"
CANCEL = "Cancel"
CONTINUE = "Continue"
CLOSE = "Close"

# -- who is placed best for a ticket -------------------------------------------------------------------------------

PLACED = "Best placed: <@{person}>: {knows}, {open}, at work until {until}"
PLACED_KNOWS_ALL = "a bit of everything"
PLACED_OPEN = {0: "no open tickets", 1: "1 open ticket"}
PLACED_OPEN_MORE = "{count} open tickets"

# -- what tickets leave to the editors -----------------------------------------------------------------------------

TASKS = "Tasks from tickets"
TASK_ROW = "*{ticket}*: {what}"
TASK_ABOUT = "\nAbout: {about}"
TASK_NEWS = "A task from {ticket}: {what}"
TASK_DONE = "Done"
TASK_DONE_BY = ":white_check_mark: Done by <@{person}>"
TASK_OPEN = "Open the article"
TASK_OPEN_RECIPE = "Open the recipe"
TASK_BEGIN = "Begin an article"

# -- verifications that lapsed ---------------------------------------------------------------------------------------

LAPSES = "{count} have to be checked again:"
LAPSES_ONE = "One has to be checked again:"
LAPSES_ROW = "• *{title}* ({kind}){owner}\n      {why}"
LAPSES_OWNER = ", owner {owner}"
LAPSES_STILL = "They still answer, and say there that they are due. Publish or verify them, and they are not any more."
LAPSES_WHY = {
    "date": "Its date has passed: it was last checked on {day}.",
    "not_helpful": "{count} people said that it did not help.",
    "not_helpful_one": "Somebody said that it did not help.",
    "reopened": "{count} tickets were opened again after it.", "reopened_one": "A ticket was opened again after it.",
    "wrong": "{count} tickets moved up because it is wrong.", "wrong_one": "A ticket moved up because it is wrong.",
}
