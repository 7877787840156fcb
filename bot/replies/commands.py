"""What always works at a step: back, start over, stop, person. Said in many ways, but as all that is said. Pure."""

import re

from bot.replies.meanings import Command
from bot.replies.tables import plain

_BEFORE = (
    r"(?:(?:ok|okay|hi|hey|hello|no|nope|yes|sorry|oops|hmm|well|please|pls|so|now|actually|wait|right|thanks|and|then|just|but"
    r"|wrong (?:answer|one|button)|my mistake|that was wrong) )*"
    r"(?:(?:can|could|may|might) (?:you|we|i)(?: please| just)? |(?:i|we) (?:want|need|would like|would|wish"
    r"|would prefer|prefer|have|like) (?:to )?"
    r"|(?:i )?(?:would )?rather |let (?:us|me|is)(?: just| please)? |is it possible to |how (?:do|can) i "
    r"|i am going to |i will |i think i )?"
)
_AFTER = (
    r"(?: (?:please|pls|now|then|thanks|thank you|again|here|instead|ok|okay|right now|today|asap|with this|for now"
    r"|already|all))*"
)
_STEP = r"(?:step|question|one|screen|page|answer|choice|thing|part)"
_SOMEBODY = (
    r"(?:(?:a|an|the|some|any|your|one of the|one of your|another) )?(?:(?:real|actual|live|human|it|support"
    r"|service|help ?desk|other|different) )*"
    r"(?:person|people|human(?: being)?|agent|someone|somebody|technician|colleague|operator|support|expert"
    r"|specialist|help ?desk|service desk"
    r"|staff|representative|rep|guy)(?: (?:real|else|human|in person|in it|from it|from support|from the help ?desk"
    r"|at it|of it))*"
)
_WAYS = {
    Command.BACK: rf"(?:(?:go|take me|move|get|step|come|bring me|going|jump|one step|a step) )?(?:back"
    rf"|backwards?)(?:(?: up)?(?: (?:one|a|a single|1))? {_STEP}| one)?"
    rf"|(?:go |take me |get |come )?back to (?:the |my )?(?:last|previous|earlier|one before|step before"
    rf"|question before)(?: {_STEP})?"
    rf"|(?:the |my )?(?:previous|last|earlier)(?: {_STEP}) ?(?:again)?|previous|undo(?: (?:that|this|it"
    rf"|the last (?:one|step|answer)))?"
    r"|(?:i )?(?:clicked|pressed|chose|picked|said|answered|took|hit|typed"
    r"|selected) (?:on )?(?:the )?wrong(?: (?:one|thing|button|answer|choice|option))?(?: go back)?"
    r"|change my (?:last |previous )?(?:answer|choice|mind)|(?:correct|redo) (?:that|my (?:last )?answer"
    r"|the last (?:step|one))|(?:that was )?(?:the )?wrong (?:button|answer)"
    r"|(?:the )?(?:step|question) before",
    Command.START_OVER: r"(?:re)?start(?: this| it| all| everything| the whole thing)*(?: all)?(?: over"
    r"|(?: again)? (?:from|at) (?:the )?(?:beginning|start|top|scratch|zero|step one|step 1))"
    r"(?: from (?:the )?(?:beginning|start|top|scratch))?|(?:start|begin)(?: (?:this|it|all))? (?:again|over|anew"
    r"|afresh)(?: from (?:the )?(?:beginning|start|top|scratch))?"
    r"|(?:go |take me |get |all the way )*(?:back )?to (?:the )?(?:start|beginning|top|first (?:step|question))"
    r"|(?:once more |again )?from (?:the )?(?:start|beginning|top|scratch)(?: again)?"
    r"|reset(?: (?:this|it|everything))?(?: and start over)?|do (?:this|it|that) (?:all )?over(?: again)?|start over",
    Command.STOP: r"(?:stop|cancel|quit|exit|abort|end|leave|drop|close|finish|forget|pause)(?: (?:this|it|here"
    r"|that|the (?:steps|fix|recipe|guide|thing|process|whole thing)|now|doing this|about it|trying|with this))*"
    r"|never ?mind|nvm|(?:i )?(?:give|giving) up|enough of (?:this|it)|no more (?:steps|questions)|(?:i am "
    r"|i )?(?:done|finished|out) (?:with (?:this|it|that))"
    r"|(?:do )?not (?:continue|go on|carry on)(?: with this)?|(?:i )?(?:do )?not want to (?:continue|go on|do this"
    r"|carry on)(?: any ?more| anymore)?"
    r"|(?:do |try )(?:this|it|that) (?:later|another time|some other time|tomorrow)",
    Command.PERSON: rf"{_SOMEBODY}|(?:(?:to )?(?:talk|speak|chat|write)(?: to| with)?|get(?: me| us)?|connect(?: me"
    rf"| us)?(?: to| with)?|find me|give me|transfer me to|put me through to"
    rf"|pass me (?:on )?to|hand me (?:over )?to|reach|contact|call(?: in)?|send(?: me)?|ask|see|need|want"
    rf"|bring(?: in)?|forward (?:this|me) to|escalate(?: this)? to) {_SOMEBODY}"
    r"|(?:open|create|raise|file|make|log|submit|put in)(?: me)?(?: a| the| an)?(?: it)? (?:ticket|case|incident"
    r"|request)|escalate(?: (?:this|it))?|hand (?:this |it |me )?(?:over|off)"
    rf"|{_SOMEBODY} (?:to )?(?:should |must |can |could )?(?:help|helps|look|looks|call|calls|contact|contacts|come"
    rf"|do|fix|take over)(?: (?:me|at (?:it|this)|by|it|this|over|in person|with (?:this|it)))*"
    r"|(?:is there |are there )(?:a|any|some)? ?(?:person|human|someone|somebody|people|anyone|anybody)(?: (?:real"
    r"|i can talk to|there|here|who can help(?: me)?))*"
    r"|(?:help|talk to me) in person|(?:have )?someone (?:call|contact|help) me",
}
_FORMS = {
    command: re.compile(rf"{_BEFORE}(?:{ways})(?: (?:and|because|i|it)\b.{{0,40}})?{_AFTER}") if command is Command.STOP
    else re.compile(rf"{_BEFORE}(?:{ways}){_AFTER}") for command, ways in _WAYS.items()
}  # fmt: skip
LONGEST = 16  # words; with more, people tell something


def command(text: str) -> Command | None:
    """The command that a text is, if it is nothing else: "the printer won't start over" is none."""
    parts = [" ".join(re.findall(r"[^\W_]+", part)) for part in re.split(r"[.!?;,\n]+", plain(text))]
    said = " ".join(part for part in parts if part)
    if not said or len(said.split()) > LONGEST: return None
    return next((name for name, form in _FORMS.items() if form.fullmatch(said)), None)
