"""Words that tell which way a reply goes: yes and no, what denies, what is the opposite of what, good and bad."""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


YES = _words("yes yeah yep yup yea ya yah aye sure correct right indeed exactly true affirmative definitely absolutely")
NO = _words("no nope nah nay negative")
NEGATORS = _words(
    """not no never none nothing neither nor nobody noone nowhere without hardly barely cannot zero fail failed fails
    failing refuse refuses refused refusing unable refrain stop stops stopped lack lacks lacking missing absent
    impossible instead nt"""
)
ENDS_SCOPE = _words(
    "but when while as because although though since if after until unless so even yet however then where that once and"
)
# What says nothing of the matter. Words of seeing and checking are here, too: "I don't see any" denies what was asked
# about, not the seeing.
STOP = _words(
    """a an the i me my mine we us our you your he she it its they them their theirs this that these those there here is
    are was were be been being am do does did done doing have has had having can could will would shall should may might
    must to of in at by for from with into onto about over under on off up down out and or but if when while as because
    although though since after until unless so than then too very just only also again still now today yet any some
    all each every both either one ones thing things anything something everything what which who whom whose where why
    how let know tell please check checked checking see saw seen seeing look looked looking looks notice noticed find
    found hear heard hearing feel felt seem seems appear appears say says said think get gets got getting go goes going
    went able really quite pretty much many lot more most little bit even oh hmm um like such even yes no
    not never none nothing neither nor without confirm sure whether show shows showing happen happens happening
    happened case kind sort way side other another own able try tried let make makes making"""
)

# Opposites, a line each: the words left of the bar against those right of it, as stems are made of them.
_OPPOSITES = """
loose loosened wobbly wobbles slack | tight tightened tightly firm firmly secure secured securely fixed snug solid
switchedon enabled lit glows active activated | switchedoff disabled dark unlit inactive deactivated
open opened opens opening | closed closes shut closing locked
start starts started starting boots booted boot runs running run | stops stopped dead dies died stop switchedoff quits
hard difficult tough heavy stiff | easy easily light freely smooth smoothly effortlessly soft
hot warm heats overheated burning | cold cool cooler lukewarm
full filled plenty | empty emptied out
high higher raised above | low lower below
fast faster quick quickly instantly immediately promptly rapid | slow slowly sluggish lags lag late delay delayed delays
loud noisy noise sound rattle clunking ticking squeal grinding beep | quiet silent silence quietly mute
clean spotless clear | dirty dusty cloudy rusty corroded smudge contaminated
dry | wet damp moist leaking leaks dripping soaked
new fresh unused | old worn aged used
broken damaged damage cracked bent torn defective faulty burnt blown bad | intact undamaged good fine perfect whole ok
working works worked functions okay ok fine | broken dead fails fail failing malfunctioning
move moves moving rotate rotates turns spins | stationary still stuck frozen stays stay stops motionless stopped
straight stable steady steadily level | pull pulls drift jump bumpy wander crooked tilt lean vibrates shaky
even evenly uniform | uneven unevenly irregular
same unchanged constant identical | different changed changes differ differs other
match matches matched | differ differs different mismatch
more increase increases increased grows rises | less decrease decreases decreased reduce reduces reduced lessens drops
better improve improves improved improving | worse worsens same
appear appears appeared shows visible there present found | missing gone absent invisible hidden disappeared vanished
connected connects attached plugged in | disconnected drops unplugged detached dropped
correct right | wrong incorrect incorrectly
always | never
inside in | outside out
first | last
up | down
before | after
lock locks locked | unlock unlocked rolling
charge charges charging | drains draining empty
bright brightly | dim dark dimly black
flat | bulge bulges bulging swollen bump puffed
thick | thin
long | short
near close | far
rough bumpy | smooth stable
continuous continuously constantly | intermittent intermittently sometimes occasionally
normal usual normally regular typical | unusual unusually abnormal strange weird odd
accept accepts accepted | reject rejects rejected denied refused
respond responds responding responded react reacts | frozen hangs unresponsive stuck ignores
green | red orange grey
yourself myself me | somebody someone else another
"""
_GOOD = """
fine good great perfect perfectly normal normally ok okay properly well smooth smoothly works working worked stable
steady tight intact clean correct correctly clear healthy usual standard adequate sufficient sufficiently
solved fixed resolved better excellent alright flawless flawlessly ideal safe new easily easy freely evenly silent
"""
_BAD = """
bad broken damage damaged damages loose worn leak leaks leaking leaked noise noises noisy problem problems trouble
issue issues fault faulty fail fails failed failing error errors crash crashes stuck burnt burned blown bent crack
cracked cracks corroded corrosion rust rusty dirty uneven unevenly hard difficult tough vibrate vibrates vibrating
vibration vibrations shake shakes shaking rattle rattling clunk clunking grinding squeal squealing squeak ticking pull
pulls pulling bumpy overheat overheated overheats hot smoke smoking smell dead weak low empty slow wrong missing lost
swollen bulge bulges wet damp drip drips dripping clogged blocked stick sticks sticky jam jams jammed drops dropped
locked unable refuse refuses freeze freezes frozen warped worse strange unusual abnormal excessive excessively harsh
contaminated disconnected short shorted melted torn defective hit accident collision spill spilled delay
"""

_SUFFIXES = ("iness", "ness", "ingly", "edly", "ings", "ing", "ied", "ies", "ed", "ly", "es", "s", "er", "est")
_LEAST = 3  # letters that stay of a word


# Words that people use for one another, by their stems: the second is taken for the first.
_ONE = {
    "nois": "sound", "shak": "vibrat", "trembl": "vibrat", "wobbl": "vibrat", "display": "screen", "monitor": "screen",
    "drip": "leak", "log": "sign", "shown": "show", "eas": "easi", "hit": "bump", "heard": "hear", "broke": "brok",
    "immediate": "immediat", "difficulti": "difficult",
}


def stem(word: str) -> str:
    """A word without its ending, so that "rotates" and "rotating" are one."""
    for suffix in _SUFFIXES:
        if not word.endswith(suffix) or len(word) - len(suffix) < _LEAST: continue
        word = word[: -len(suffix)] + ("i" if suffix in {"iness", "ied", "ies"} else "")
        break
    if word.endswith("en") and len(word) > 2 * _LEAST - 1: word = word[:-2]  # loosened, tighten
    if len(word) > _LEAST and word[-1] == word[-2] and word[-1] not in "sle": word = word[:-1]
    if len(word) > _LEAST and word[-1] == "e": word = word[:-1]
    if len(word) > _LEAST and word[-1] == "y": word = word[:-1] + "i"
    return _ONE.get(word, word)


_SAME = """
same constant constantly continue continues remain remains unchanged usual usually normal normally always still
"""
_CHANGE = """
more less fewer increase increases decrease decreases reduce reduces reduced lessen lesser better worse improve improves
shorter longer quieter louder faster slower smoother change changes unusual unusually extra than drop drops difference
different additional rise sink
"""


def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _OPPOSITES.strip().splitlines():
        left, right = ({stem(word) for word in part.split()} for part in line.split("|"))
        for some, others in ((left, right), (right, left)):
            for word in some: found.setdefault(word, set()).update(others - some)
    return {word: frozenset(others) for word, others in found.items()}


OPPOSITES = _opposites()
GOOD, BAD, SAME, CHANGE = (
    frozenset(stem(word) for word in words.split()) for words in (_GOOD, _BAD, _SAME, _CHANGE)
)

_SHORT = re.compile(
    r"\b(is|are|was|were|do|does|did|has|have|had|could|should|would|must|need)n['’]?t\b"
)
_ON = re.compile(
    r"\b(turn(?:s|ed|ing)?|switch(?:es|ed)?|comes?|came|coming|stay(?:s|ed)?|is|are|was|were|goes|went|light"
    r"|it|not|still|back) (on|off)"
    r"(?= *(?:$|[.,!?;]|now\b|again\b|already\b|when\b|and\b|but\b))|^(on|off)$"
)
_FORMS = {"s": "is", "re": "are", "m": "am", "d": "would", "ll": "will", "ve": "have"}
_FULL = re.compile(r"'(s|re|m|d|ll|ve)\b")
_CANT, _WONT = re.compile(r"\b(?:can['’]?t|cannot)\b"), re.compile(r"\bwon['’]?t\b")


def plain(text: str) -> str:
    """Small letters, straight signs, "not" for every short form of it."""
    said = " ".join(text.lower().replace("’", "'").split())
    said = _WONT.sub("will not", _CANT.sub("can not", _SHORT.sub(r"\1 not", said)))
    said = said.replace(" as well", "")
    said = _FULL.sub(lambda m: f" {_FORMS[m[1]]}", said)
    return _ON.sub(lambda m: f"{m[1] or ''} switched{m[2] or m[3]}".strip(), said)


def bare(text: str) -> str:
    """A text's words and nothing between them but single blanks."""
    return " ".join(re.findall(r"[^\W_]+", text.lower().replace("'", "").replace("’", "")))
