"""Short remarks in a thread: thanks, "that worked", "still broken"; and questions that lean on the one before. Pure."""

import re
from enum import Enum, auto

from bot.reading import clean

LONGEST = 12  # words of a remark; with more, people tell something new


class Remark(Enum):
    """What a remark says of what was answered before it."""

    THANKS = auto()
    WORKED = auto()
    NOT_HELPED = auto()


# All words that remarks are made of: with any other one ("Outlook still does not work") it is about something.
_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
a actually again ah all already also amazing and answer any anything article as asked at awesome back better bit
bot brilliant broken but change changed cheers cool did didnt difference different do does doesnt doing done
dont down even everything fab fantastic far fine firstline fix fixed fixes for get getting good got great
happening hasnt have havent he help helped helpful helping helps hey hi hm hmm i im in is isnt issue it its ive
just kind link looking looks lot lovely luck made magic make many me mean meant much my need needed nice no nope
not nothing now of oh ok okay on one perfect please problem quick really resolved right running sadly same seems
so solution solved solves sorry sort sorted step steps still stuck suggestion super superb team thank thanks
that thats the then there these they thing things this though thx trick tried try trying ty unfortunately up
very wanted was wasnt well what with wonderful wont work worked working works wow ya yay yeah yep yes you your
youre after cancel charm close crash crashed crashes crashing error itself like mate mind myself never nvm
reboot rebooted rebooting restart restarted restarting the ticket tysm wait worries
        """,
    )
)
_NOT = (
    r"\b(?:not|no|never|nope|didnt|doesnt|dont|wont|isnt|wasnt|hasnt|havent)\b.*\b(?:work\w*|help\w*|fix\w*|solv\w*"
    r"|resolved|sorted|change\w*|difference|better|luck|running|up|back|it|the (?:thing|problem|issue)"
    r"|what i (?:need(?:ed)?|mean|meant|asked|wanted))\b"
)
_FAILED = re.compile(
    rf"{_NOT}|\bstill (?:broken|stuck|down|the same|same|happening|nothing|not|(?:doing|getting) (?:it|that))\b"
    r"|\bsame (?:problem|issue|thing)\b|\bnothing (?:changed|happening|works|worked|helped|helps)\b"
    r"|^(?:still )?(?:broken|stuck|nothing)$|\bbroken again\b|\bsame error\b|\bstill crash\w*\b|^nope$"
)
_NEVER_MIND = re.compile(r"\b(?:never ?mind|nvm|no worries|oh wait)\b")
_ASKED = re.compile(r"\?|^(?:is|does|did|was|will|has|have) ")
_WORKED = re.compile(
    r"\b(?:work(?:s|ed|ing)|solve[sd]|sorted|fixed|resolved|helped|made it work|did the (?:trick|job)|back up"
    r"|that did it|(?:close|cancel) (?:the|my|this) ticket"
    r"|(?:is|its) (?:back|running|up|fine|ok|okay|good)|all (?:good|fine|done))\b"
)
_THANKED = re.compile(
    r"\b(?:thanks?|thx|tysm|ty|cheers|perfect|great|awesome|brilliant|lovely|super|wonderful|amazing)\b"
)
_RETURNED = re.compile(
    r"\b(?:(?:it|that|this|problem|issue|error|trouble|fault)s? (?:has |have |is |just )?"
    r"(?:came|come|back|returned|started)(?: back)?(?: again)?|back again|happen(?:s|ed|ing) again"
    r"|(?:broken|stopped working|not working|gone|stuck) again|again the same"
    r"|same (?:thing|problem|issue|error)(?: as before| again)?)\b"
)
_OVER = re.compile(r"\b(?:again|all good|fixed|solved|sorted|resolved|never ?mind|nvm|thanks?|thx|cheers|ty)\b")
FEW = 8  # words of a message that only says to leave something out
_SKIPS = re.compile(
    r"\bskip\b|\bleave (?:it|this|that) (?:out|blank|empty)\b"
    r"|\b(?:no idea|dunno|dont know|not sure|cant tell|cannot tell)\b"
    r"|^(?:none|nothing|nobody|no one|n/?a|next|no)\W*$"
)
_LEANS = re.compile(
    r"(?:ok(?:ay)?,? |yes,? |no,? |right,? )?(?:and|but|or|so|then|what about|how about|what if|same (?:for|on|with)"
    r"|does (?:that|it|this)|is (?:that|it|this)|can (?:i|you) do (?:that|it|this)|do i (?:do|need) (?:that|it|this)"
    r"|where (?:is|do i find) (?:that|it|this)|how do i do (?:that|it|this)|why is that)\b",
    re.IGNORECASE,
)


def remark(text: str) -> Remark | None:
    """What a message says of the answer before it, if it says nothing else; None for a question."""
    said = re.sub(r"['’`]|:[\w+-]+:", "", " ".join(text.lower().split()))
    words = re.findall(r"[^\W_]+", said)
    if not 0 < len(words) <= LONGEST or _ASKED.search(said) or not _WORDS.issuperset(words): return None
    plain = _NEVER_MIND.sub(" ", " ".join(words)).strip()
    if not plain: return Remark.WORKED
    if _FAILED.search(plain): return Remark.NOT_HELPED
    if _WORKED.search(plain): return Remark.WORKED
    return Remark.THANKS if _THANKED.search(plain) else None


def over(text: str) -> bool:
    """Whether a message says that the whole trouble is gone: "it works again, thanks", but not "it works"."""
    return remark(text) is Remark.WORKED and bool(_OVER.search(text.lower()))


def skips(text: str) -> bool:
    """Whether a message leaves something out that may be left out: "no idea, leave it out"."""
    said = re.sub(r"['’`]", "", " ".join(text.lower().split()))
    return len(said.split()) <= FEW and bool(_SKIPS.search(said))


def returned(text: str) -> bool:
    """Whether a message after a fix says that the trouble is there again: "it came back", "and it's back"."""
    said = re.sub(r"['’`]|:[\w+-]+:", "", " ".join(text.lower().split()))
    if len(said.split()) > LONGEST or "?" in said: return False
    return bool(_RETURNED.search(said)) or remark(text) is Remark.NOT_HELPED


def leans(text: str) -> bool:
    """Whether a message begins as one that goes on from what was said before it: "and on a Mac?"."""
    return bool(_LEANS.match(clean(text)))
