"""What always works at a step: back, start over, stop, person. Said in many ways, but as all that is said. Pure."""

import re

from bot.replies.meanings import Command
from bot.replies.tables import plain

_BEFORE = (
    r"(?:(?:ok|okay|hi|hey|hello|no|nope|yes|sorry|oops|hmm|well|please|pls|so|now|actually|wait|right|thanks|and|then|just"
    r"|but"
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
    r"|staff|representative|rep|guy)(?: (?:real|else|human|in person|in it|from it(?: support)?|from support"
    r"|from the help ?desk|at it|of it))*"
)
# How each is said, an alternative an item.
_WAYS = {
    Command.BACK: (
        (r"(?:(?:go|take me|move|get|step|come|bring me|going|jump|one step|a step) )?(?:back"
        rf"|backwards?)(?:(?: up)?(?: (?:one|a|a single|1))? {_STEP}| one)?"),
        (r"(?:go |take me |get |come )?back to (?:the |my )?(?:last|previous|earlier|one before|step before"
        rf"|question before)(?: {_STEP})?"),
        r"(?:go to )?(?:the |my )?(?:previous|last|earlier) (?:step|question|screen|page)",
        r"previous",
        r"undo(?: (?:that|this|it|the last (?:one|step|answer)))?",
        (r"(?:i )?(?:clicked|pressed|chose|picked|said|answered|took|hit|typed"
        r"|selected) (?:on )?(?:the )?wrong(?: (?:one|thing|button|answer|choice|option))?(?: go back)?"),
        r"change my (?:last |previous )?(?:answer|choice|mind)",
        r"(?:correct|redo) (?:that|my (?:last )?answer|the last (?:step|one))",
        r"(?:that was )?(?:the )?wrong (?:button|answer)",
        r"(?:the )?(?:step|question) before",
    ),
    Command.START_OVER: (
        (r"(?:re)?start(?: this| it| all| everything| the whole thing)*(?: all)?(?: over|(?: again)? (?:from"
        r"|at) (?:the )?(?:beginning|start|top|scratch|zero|step one|step 1))(?: from (?:the )?(?:beginning"
        r"|start|top|scratch))?"),
        (r"(?:start|begin)(?: (?:this|it|all))? (?:again|over|anew|afresh)(?: from (?:the )?(?:beginning"
        r"|start|top|scratch))?"),
        (r"(?:go |take me |get |all the way )*(?:back )?to (?:the )?(?:start|beginning|top|first (?:step"
        r"|question))"),
        r"(?:once more |again )?from (?:the )?(?:start|beginning|top|scratch)(?: again)?",
        r"reset(?: (?:this|it|everything))?(?: and start over)?",
        r"do (?:this|it|that) (?:all )?over(?: again)?",
        r"start over",
    ),
    Command.STOP: (
        (r"(?:stop|cancel|quit|exit|abort|end|leave|drop|close|finish|forget|pause)(?: (?:this|it|here|that"
        r"|the (?:steps|fix|recipe|guide|thing|process|whole thing)|now|doing this|about it|trying"
        r"|with this))*"),
        r"never ?mind",
        r"nvm",
        r"(?:i )?(?:give|giving) up",
        r"enough of (?:this|it)",
        r"no more (?:steps|questions)",
        r"(?:i am |i )?(?:done|finished|out) (?:with (?:this|it|that))",
        r"that is enough",
        r"(?:do )?not (?:continue|go on|carry on)(?: with this)?",
        r"(?:i )?(?:do )?not want to (?:continue|go on|do this|carry on)(?: any ?more| anymore)?",
        r"do (?:this|it|that) (?:later|another time|some other time|tomorrow)",
    ),
    Command.PERSON: (
        rf"{_SOMEBODY}",
        (r"(?:(?:to )?(?:talk|speak|chat|write)(?: to| with)?|get(?: me| us)?|connect(?: me| us)?(?: to"
        r"| with)?|find me|give me|transfer me to|put me through to|pass me (?:on )?to|hand me (?:over )?to"
        r"|reach|contact|call(?: in)?|send(?: me)?|ask|see|need|want|bring(?: in)?|forward (?:this|me) to"
        rf"|escalate(?: this)? to) {_SOMEBODY}"),
        (r"(?:open|create|raise|file|make|log|submit|put in)(?: me)?(?: a| the| an)?(?: it)? (?:ticket|case"
        r"|incident|request)"),
        r"escalate(?: (?:this|it))?",
        r"hand (?:this |it |me )?(?:over|off)(?: to it)?",
        rf"help from {_SOMEBODY}",
        (rf"(?:can |could |will |would )?{_SOMEBODY} (?:to )?(?:should |must |can "
        r"|could )?(?:please )?(?:help|helps|look|looks|call|calls|contact|contacts|come|do|fix"
        r"|take over)(?: (?:me|at (?:it|this)|by|it|this|over|in person|with (?:this|it)))*"),
        (r"(?:is there |are there )(?:a|any|some)? ?(?:person|human|someone|somebody|people|anyone"
        r"|anybody)(?: (?:real|i can talk to|there|here|who can help(?: me)?))*"),
        r"(?:help|talk to me) in person",
        r"(?:have )?someone (?:call|contact|help) me",
    ),
}
_WHY = r"(?: (?:and|because|i|it)\b.{0,40})?"  # "stop, I have a meeting"
_FORMS = {
    command: re.compile(f"{_BEFORE}(?:{'|'.join(ways)}){_WHY if command is Command.STOP else ''}{_AFTER}")
    for command, ways in _WAYS.items()
}
LONGEST = 16  # words; with more, people tell something


def command(text: str) -> Command | None:
    """The command that a text is: "the printer won't start over" is none.

    It is all that is said, or what a text ends with, after a comma or a stop, in two words or more.
    """
    parts = [" ".join(re.findall(r"[^\W_]+", part)) for part in re.split(r"[.!?;,\n]+", plain(text))]
    parts = [part for part in parts if part]
    said = " ".join(parts)
    if not said or len(said.split()) > LONGEST: return None
    return _named(said) or (_named(parts[-1]) if " " in parts[-1] else None)


def _named(said: str) -> Command | None:
    return next((name for name, form in _FORMS.items() if form.fullmatch(said)), None)
