"""What a person wrote, as search and classifier read it: without what says nothing about their matter. Pure.

What is stored, shown and handed to people stays as it was written.
"""

import re

from bot.pasted import without_logs

LONGEST = 8_000  # characters that are looked at; the model reads far fewer
FEW_WORDS = 6  # with fewer words of their own, people mean what they quoted
SHOUTED = 12  # capital letters and hardly any small ones: that is shouting, not an abbreviation
TAIL_LINES, TAIL_LINE = 8, 80  # lines of a signature, and characters of one; a longer end says something
LATEST = 4  # closing lines that are looked at, the last ones
ROUNDS = 120  # greetings one after another that are taken off
RUN = 16  # signs or blanks in a row that are looked at: a wall of them says nothing and takes seconds
END = 120  # characters at the end of a message in which people say thank you
TITLE_WORDS = 4  # of a line of a signature, such as "Head of Sales, Toronto"

_LINK = re.compile(r"<(https?://|mailto:|tel:)([^|>\s]*)(?:\|([^>]*))?>")
_ADDRESS = re.compile(r"https?://(?:www\.)?([^\s/?#<>|]+)[^\s<>|]*")
_CALL = re.compile(r"<[@!][^>]*>|(?<![\w@])@[\w-]+(?![\w./@-])")
_MASKED = re.compile(r"\[removed: ([^\]\n]{1,40})\]")  # as `core.redact` leaves it: its kind says something
_CHANNEL = re.compile(r"<#\w+\|([^>]*)>")
_EMOJI = re.compile(r"(?<![\w:]):(?:[a-z][\w'-]*|\+1|-1):(?!\w)|[\U0001F000-\U0001FAFF\u2600-\u27BF\uFE0F\u200D]+")

_QUOTED_LINE = re.compile(r"^\s*(?:>|&gt;).*$", re.MULTILINE)
_EARLIER_MAIL = re.compile(
    r"^\s*(?:-{2,}\s*(?:original message|forwarded message)\b|on [^\n]{4,80} wrote:\s*$"
    r"|from: [^\n]+\n\s*(?:sent|date|to):)",
    re.IGNORECASE | re.MULTILINE,
)
_NAME = r"[^\W\d_][\w'.-]*"
_CLOSING = re.compile(
    r"^[ \t]*(?:--|(?:(?:kind|best|warm|with kind|with best|many) )?(?:regards|wishes)|best|cheers|sincerely"
    r"|yours(?: \w+)?|(?:many )?thanks(?: in advance| again| so much| a lot)?|thank you(?: very much| so much)?"
    rf"|sent from my [^\n]{{2,30}})[ ,.!]*(?:[ ]{_NAME}){{0,3}}[ ]*$",
    re.IGNORECASE | re.MULTILINE,
)
_REGARDS = re.compile(r"(?<=[.!?])\s+(?:kind|best|warm)\s+regards\b[^\n?]{0,160}$", re.IGNORECASE)
_POSTSCRIPT = re.compile(r"^\s*p\.?\s?s\b", re.IGNORECASE)

_WHOM = (  # "hi there, ..." greets, "hi there is a fire" does not
    r"team|everyone|everybody|folks|guys|there(?! (?:is|are|was|were|seems)\b)"
    r"|(?:you|all|it|it team|it support|support|help ?desk|service desk|firstline)(?=\s*[,.!:;\n-]|\s*$)"
)
_HELLO = re.compile(
    rf"^\W*(?:(?:hi|hiya|hello|hey|heya|greetings|good (?:morning|afternoon|evening|day)|morning)\b"
    rf"(?:\s+(?:{_WHOM})\b|(?:\s+{_NAME}){{1,2}}(?=\s*,))*|dear(?:\s+{_NAME}){{1,3}}(?=\s*,))[\s,.!:;-]*",
    re.IGNORECASE,
)
_PLEASANT = re.compile(
    r"^\W*(?:(?:i )?(?:really )?hope (?:you|this|all|everyone|your)\b[^.!?,\n]{0,40}?"
    r"\b(?:well|fine|good|great|ok|okay|weekend|day|week|safe|break|holiday)\b(?! (?:to|with|at|for)\b)"
    r"|how are you(?: doing)?(?: today)?|sorry (?:to bother you|for (?:the )?bother\w*)(?: again)?(?:,? but)?"
    r"|happy (?:mon|tues|wednes|thurs|fri)day|quick question)(?=[\s.!?,:;-]|$)[\s.!?,:;-]*",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"(?:(?:[\s.!?,;:-]+(?:many |kind )?(?:thanks|thx|ty|cheers|tia)|[.!?,;:\n-]+\s*thank you)"
    r"(?: (?:in advance|so much|very much|a lot|a million|again|team|all|guys|for your help|for any help))*)+"
    r"[\s.!:)]*$",
    re.IGNORECASE,
)
_KEY = re.compile(
    r"\b(?:0x[0-9a-f]{9,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[a-f]*\d)[0-9a-f]{16,})\b", re.IGNORECASE
)
_BLOB = re.compile(r"(?<!\S)(?=\S*\d)(?=\S*[a-z])(?=\S*[A-Z])[A-Za-z0-9+/=_-]{32,}(?!\S)")
_RUN = re.compile(r"([^\w\s])\1{8,}|\s{17,}")
_RULE = re.compile(r"[-=_*~#]{4,}")
_REPEATED = re.compile(r"([!?.,])(?:\s?\1)+")
_STRETCHED = re.compile(r"(?<=\w)([a-z])\1{3,}", re.IGNORECASE)


def clean(text: str) -> str:
    """A message as it is read; never empty when the message has a word, and unchanged when it is read again."""
    kept = text = _RUN.sub(lambda run: run[0][:RUN], text[:LONGEST])
    for _ in range(ROUNDS):  # what one step leaves may be a greeting or a closing for another
        shorter = _once(kept)
        if shorter == kept: break
        kept = shorter
    return kept if _words(kept) else " ".join(text.split())


def _once(text: str) -> str:
    for step in (_without_marks, _without_quotes, without_logs, _without_signature, _without_courtesy, _calmly):
        text = _unless_empty(step(text), text)
    return text


def _unless_empty(shorter: str, text: str) -> str:
    return shorter if _words(shorter) else text


def _words(text: str) -> int:
    return len(re.findall(r"[^\W_]{2,}|[^\W_](?=\W|$)", text))


def _without_marks(text: str) -> str:
    """Slack's links by their label or host, channels by name, no mentions, no emoji, no marks of what was masked."""
    text = _LINK.sub(lambda m: m[3] or m[1] + m[2] if m[1].startswith("http") else m[3] or m[2], text)
    text = _ADDRESS.sub(lambda m: m[1], _CHANNEL.sub(r"\1", text))
    return _EMOJI.sub(" ", _CALL.sub(" ", _MASKED.sub(r"\1", text)))


def _without_quotes(text: str) -> str:
    """Without the mail that is answered or forwarded, if the person says enough themselves."""
    earlier = _EARLIER_MAIL.search(text)
    own = _QUOTED_LINE.sub("", text[: earlier.start()] if earlier else text)
    return own if _words(own) >= FEW_WORDS else text


def _without_signature(text: str) -> str:
    """Without a closing line and the name, title and telephone number after it; a postscript stays."""
    text = _REGARDS.sub("", text)
    for closing in list(_CLOSING.finditer(text))[-LATEST:]:
        tail = text[closing.end() :].strip("\n").splitlines()
        rest = next(("\n".join(tail[n:]) for n, line in enumerate(tail) if _POSTSCRIPT.match(line)), "")
        name = [line for line in tail if line.strip()][: len(tail) - rest.count("\n") - 1 if rest else None]
        if _is_signature(name): return f"{text[: closing.start()].rstrip()}\n{rest}".strip()
    return text


def _is_signature(lines: list[str]) -> bool:
    return len(lines) <= TAIL_LINES and all(map(_signs, lines))


def _signs(line: str) -> bool:
    """Whether a line could be a name, a title, a telephone number or an address, and no sentence."""
    if "?" in line or len(line) > TAIL_LINE: return False
    short = len(line.split()) <= TITLE_WORDS and not line.strip()[0].islower()
    return short or bool(re.search(r"[@|]|\d(?:[ -]?\d){4}", line))


def _without_courtesy(text: str) -> str:
    text = _PLEASANT.sub("", _HELLO.sub("", text, count=1), count=1)
    return text[:-END] + _THANKS.sub("", text[-END:])


def _calmly(text: str) -> str:
    """Without shouting, rows of signs, stretched words and what only machines read; single spaces."""
    letters = [c for c in text if c.isalpha()]
    shouted = sum(c.isupper() for c in letters)
    if shouted >= SHOUTED and shouted > 0.8 * len(letters): text = text.lower()
    text = _RULE.sub(" ", _BLOB.sub(" ", _KEY.sub(" ", text)))
    text = _STRETCHED.sub(r"\1", _REPEATED.sub(r"\1", text))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)
