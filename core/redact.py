"""Masks secrets and identity numbers that people paste, before anything is stored or passed on.

A rule finds a candidate by what stands around it and by its shape, and a check decides. What is clearly named and
marked off (`password: x`, `password is "x y"`) is masked whatever it looks like; a bare word only if it looks like a
password, so that "my password is expired" stays as it is. Every pattern takes time in proportion to the text: repeats
that could meet again are possessive or short, and a run is entered only at its beginning.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

MASK = "[removed: {kind}]"
Spans = list[tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """A text without its secrets, and the kinds that were taken out of it."""

    text: str
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How one kind is found: group `secret` of the pattern is a candidate; `spans` tells what of it is a secret."""

    kind: str
    pattern: re.Pattern[str]
    spans: Callable[[str], Spans]


def redact(text: str) -> Redacted:
    """Replace each secret by a note of its kind; idempotent."""
    kinds: list[str] = []
    for rule in RULES:
        masked = _apply(rule, text)
        if masked != text: kinds.append(rule.kind)
        text = masked
    return Redacted(text=text, kinds=tuple(dict.fromkeys(kinds)))


def _apply(rule: Rule, text: str) -> str:
    pieces: list[str] = []
    copied = at = 0
    while match := rule.pattern.search(text, at):
        begin = match.start("secret")
        spans = [] if text.startswith("[removed:", begin) else rule.spans(match["secret"])
        for first, last in spans:
            pieces += text[copied : begin + first], MASK.format(kind=rule.kind)
            copied = begin + last
        at = copied if spans else max(begin, match.start() + 1)
    return "".join([*pieces, text[copied:]])


# What of a candidate is a secret


def _all(found: str) -> Spans:
    return [(0, len(found))]


def _if(check: Callable[[str], bool]) -> Callable[[str], Spans]:
    return lambda found: _all(found) if check(found) else []


CARD_SHAPES = {(4, 4, 4, 4), (4, 4, 4, 4, 3), (4, 6, 5), (4, 6, 4), *((n,) for n in range(14, 20))}
CARD = re.compile(  # the networks' own ranges and lengths, so that an IMEI or a tracking number stays
    r"4\d{15}(?:\d{3})?|(?:5\d|2[2-7]|6\d|35)\d{14}|3[47]\d{13}|3[0689]\d{12}|62\d{15,17}"
)


def _cards(run: str) -> Spans:
    """The cards in a run of digit groups, which may hold an expiry date or a second card too."""
    groups = [group.span() for group in re.finditer(r"\d++", run)]
    found: Spans = []
    at = 0
    while at < len(groups):
        ends = [n for n in range(at + 5, at, -1) if n <= len(groups) and _is_card(run, groups[at:n])]
        if ends: found.append((groups[at][0], groups[ends[0] - 1][1]))
        at = ends[0] if ends else at + 1
    return found


def _is_card(run: str, groups: Spans) -> bool:
    """Whether shape, network and check digit (ISO/IEC 7812-1, annex B) are those of a card."""
    if tuple(end - begin for begin, end in groups) not in CARD_SHAPES: return False
    number = "".join(run[begin:end] for begin, end in groups)
    digits = [int(digit) for digit in number]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return bool(CARD.fullmatch(number)) and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


IBAN_LENGTHS = {  # characters, by country (ISO 13616 registry)
    **dict.fromkeys(("BE",), 16), **dict.fromkeys(("DK", "FI", "NL", "NO"), 18), **dict.fromkeys(("SI", "MK"), 19),
    **dict.fromkeys(("AT", "EE", "LT", "LU", "BA"), 20), **dict.fromkeys(("CH", "HR", "LI", "LV"), 21),
    **dict.fromkeys(("BG", "DE", "GB", "IE", "ME", "RS"), 22), **dict.fromkeys(("AE", "GI", "IL"), 23),
    **dict.fromkeys(("AD", "CZ", "ES", "MD", "RO", "SA", "SE", "SK", "TN"), 24), **dict.fromkeys(("PT",), 25),
    **dict.fromkeys(("IS", "TR"), 26), **dict.fromkeys(("FR", "GR", "IT", "MC", "SM"), 27),
    **dict.fromkeys(("AL", "CY", "HU", "LB", "PL"), 28), **dict.fromkeys(("BR", "EG", "QA", "UA"), 29), "MT": 31,
}  # fmt: skip


def _iban(run: str) -> Spans:
    """Its country's length, ending where a word ends, with the check digits right (the number modulo 97 is 1)."""
    places = [place for place, char in enumerate(run) if char != " "]
    length = IBAN_LENGTHS.get(run[:2].upper(), 99)
    if len(places) < length: return []
    end = places[length - 1] + 1
    plain = run[:end].replace(" ", "")
    whole = not run[end : end + 1].isalnum()
    return [(0, end)] if whole and int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1 else []


def _random(word: str) -> bool:
    """Letters with digits among them: what keys and tokens are made of."""
    return bool(re.search(r"\d", word) and re.search(r"[A-Za-z]", word))


def _not_words(word: str) -> bool:
    """A digit in it, or capitals among small letters."""
    return _random(word) or word not in (word.lower(), word.upper(), word.capitalize())


def _mixed(word: str) -> bool:
    """A long word of capitals, small letters and digits all over: no name, path or identifier reads like that."""
    changes = len(re.findall(r"[a-z][A-Z0-9]|[A-Z][a-z0-9]|[0-9][A-Za-z]", word))
    return all(re.search(kind, word) for kind in ("[a-z]", "[A-Z]", "[0-9]")) and changes * 3 >= len(word)


def _random_code(words: str) -> bool:
    """Groups of letters and digits in which there is a digit."""
    return bool(re.search(r"\d", words))


def _value(word: str) -> bool:
    """After `password:` everything but the words a sentence goes on with, and stars that mask it already."""
    plain = word.strip(_AROUND)
    return bool(plain) and plain.lower() not in _ORDINARY


def _quoted(words: str) -> bool:
    """After `password is "` everything but what a screen says about passwords."""
    return any(_value(word) for word in words.split())


def _password(word: str) -> bool:
    """After "password is" a word that is no ordinary one: a digit or a sign in it, or mixed case."""
    plain = word.strip(_AROUND)
    mixed = plain not in (plain.lower(), plain.upper(), plain.capitalize())
    return not _is_ordinary(word) and (mixed or bool(re.search(r"\d", plain)) or _signed(word))


def _surely_password(word: str) -> bool:
    """After "password", with nothing said between: letters and digits together, or a sign inside."""
    word = re.split("[,;]", word, maxsplit=1)[0]
    return not _is_ordinary(word) and (_random(word.strip(_AROUND)) or _signed(word))


def _signed(word: str) -> bool:
    return bool(re.search(r"\w[@#$%^&*!?+=~|]++\w", word))


def _is_ordinary(word: str) -> bool:
    plain = word.strip(_AROUND)
    return not plain or plain.lower() in _ORDINARY or bool(_ORDINARY_SHAPE.fullmatch(plain))


_AROUND = ".,;:!?()'\"`*_~…"
_ORDINARY_SHAPE = re.compile(
    r"0x[0-9a-f]+"  # an error code
    r"|(?-i:[A-Z]{2,10}-\d+|[A-Z]{2,3}\d+)"  # a ticket, an asset, an update
    r"|v?\d+(?:[.:/-]\d+)+(?:am|pm)?"  # a date, a time, an address, a version
    r"|\d+(?:st|nd|rd|th|x|am|pm|gb|mb|ghz|hz|h|hr|hrs|min|mins|s|d|k)"  # an amount
    r"|\d+\+?(?:-[a-z]+)+"  # 8-character
    r"|[a-z]+(?:['’/&-][a-z]+)+"  # don't, and/or, self-service
    r"|(?:windows|win|office|outlook|server|ios|android|macos|iphone|ipad|pc|laptop|o|m|ms|wifi|vpn)-?\d+(?:\.\d+)*"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+",  # an e-mail address
    re.IGNORECASE | re.ASCII,
)
_ORDINARY = frozenset(
    re.findall(
        r"\S+",
        """
        1password 2fa a about accepted access account after again all already also always am an and any anymore anyone
        are as ask asking at back be because been before being blocked broken but by can can't cannot change changed
        changing code correct could dear default did didn't do does doesn't don't done each email empty enter entered
        error every everyone everything expire expired expires expiring failed fails field fine first for forgot
        forgotten format from get gets getting give gone got had has have haven't he hello help her here hey hi his
        how i i'm i've if in incorrect invalid is isn't issue it it's its just keep keeps laptop last locked login
        lost me mfa mine missing must my n.a n/a need needed needs never new next no none not nothing now of off ok
        okay old on one only or other otp our out outdated page passcode passphrase password passwords pin please
        policy previous problem prompt protected pwd question rejected required requires reset resetting same saved
        says see seems send sent set she should show shows sign since so some someone soon still stopped sync synced
        tbd than thank thanks that the their them then there these they this to today together tomorrow too tried try
        trying two unable under unknown until updated urgent us use used user username using very vpn want wanted was
        wasn't we weak well were what what's when where which while who why wifi will with within without won't work
        worked working works would wrong yes yesterday yet you your
        """,
    )
)

# How a candidate is found

_EDGE, _ENDS = r"(?<![^\W_])", r"(?![^\W_])"  # an underscore ends a word here: DB_PASSWORD=
_GAP = r"[^\S\n]*+"
_SAYS = (
    _EDGE + r"(?:pass(?:word|code|phrase|wd|wort)|(?-i:[Pp]ass|(?<=_)PASS)|pwd|pw|pin(?:[ -]?code)?"
    rf"|kennwort|contraseña|mot de passe){_ENDS}[\"'`*]?+"
)
_IS = r"(?:(?:is|was|ist|es|est|lautet)\b(?:[^\S\n]++(?:now|still|actually|currently|just)\b)?+|[-=]>|[–—-](?=\s))"
_MARKED = _GAP + rf"(?:{_IS}|to\b|[=:])" + _GAP
_BETWEEN = r"(?:[^\S\n]++(?!(?:and|but|because|so|while|when|after|since|then)\b)[\w'’-]++){0,6}?[^\S\n]++"
_BARE = r"[\"'`“*]?+(?P<secret>(?!<|https?:|www\.|mailto:)[^\s\"'`“*]\S{2,}+)"  # and no link
_NAMED = _GAP + r"(?:is|was|[:=])?+" + _GAP
_CODE_OF = (
    r"(?:one[- ]time|verification|confirmation|security|log-?in|sign-?in|mfa|2fa|t?otp|sms|text"
    r"|auth(?:entication|enticator|ori[sz]ation)?)"
)


def _rule(kind: str, pattern: str, spans: Callable[[str], Spans] = _all, flags: re.RegexFlag = re.IGNORECASE) -> Rule:
    return Rule(kind=kind, pattern=re.compile(pattern, flags), spans=spans)


_EXACT = re.NOFLAG
_RUN = r"(?<![\w-])"  # a token begins where no run of its own characters goes on
_PREFIXES = (  # by which the makers of a service let its tokens be told
    r"hvs\.|hvb\.|dop_v1_|doo_v1_|shp(?:at|ca|pa|ss)_|ATATT3|glsa_|glc_|dckr_pat_|lin_api_|NRAK-|AGE-SECRET-KEY-1"
    r"|sq0(?:atp|csp)-|EAACEdEose0cBA|xkeysib-|ghu_|figd_|pscale_tkn_|sntrys_|secret_|rk_live_|whsec_|tfp_|dp\.(?:st|pt)\.|sl\."
)
_COOKIES = r"session(?:_?id)?|sess|sid|JSESSIONID|PHPSESSID|ASP\.NET_SessionId|connect\.sid|auth_token|remember_token"

RULES: tuple[Rule, ...] = (
    _rule(
        "private key",
        r"(?P<secret>-----BEGIN [A-Z ]*+(?<=PRIVATE KEY|E KEY BLOCK)-----.*?(?:-----END [A-Z ]*+-----|\Z))",
        flags=re.DOTALL,
    ),
    _rule("token", _RUN + r"(?P<secret>(?:xox[a-z]|xapp|xwfp)-[\w-]{8,}+)", flags=_EXACT),
    _rule("token", r"hooks\.slack\.com/(?:services|workflows|triggers)/(?P<secret>[\w/]{16,}+)"),
    _rule("token", _RUN + r"(?P<secret>gh[pousr]_\w{20,}+|(?:github_pat|hf|npm)_\w{20,}+)", flags=_EXACT),
    _rule("token", _RUN + r"(?P<secret>(?:glpat|pypi)-[\w-]{16,}+)", flags=_EXACT),
    _rule("token", _RUN + r"(?P<secret>[srp]k[-_][\w-]{20,}+)", _if(_random), _EXACT),
    _rule("token", _RUN + r"(?P<secret>(?:AKIA|ASIA)[A-Z0-9]{16})(?!\w)", flags=_EXACT),
    _rule("token", _RUN + r"(?P<secret>AIza[\w-]{35}|ya29\.[\w-]{20,}+)", flags=_EXACT),
    _rule("token", _RUN + r"(?P<secret>SG\.[\w-]{16,}+\.[\w-]{16,}+)", flags=_EXACT),
    _rule("token", _RUN + r"(?P<secret>eyJ[\w-]{8,}+\.[\w-]{8,}+(?:\.[\w-]*+)?)", flags=_EXACT),
    _rule("token", _RUN + r"(?:bearer|authorization:\s*+basic)\s++(?P<secret>[\w.~+/-]{16,}+=*+)", _if(_random)),
    _rule("token", r"[?&]sig=(?P<secret>[\w%+/-]{20,}+=*+)"),
    _rule("token", _RUN + rf"(?P<secret>(?:{_PREFIXES})[\w.-]{{20,}}+(?:=\w{{4,}}+)?)", _if(_random), _EXACT),
    _rule("token", _RUN + r"(?P<secret>(?:SK|AC|key-|dapi)[0-9a-f]{32}(?:-\d)?)(?!\w)", flags=_EXACT),
    _rule("token", r"(?<![\w~.-])(?P<secret>[\w.-]{3}\dQ~[\w.~-]{20,}+)", flags=_EXACT),  # a client secret of Entra ID
    _rule("token", r"(?<![\w:-])(?P<secret>\d{8,10}:AA[\w-]{30,}+)", flags=_EXACT),  # a Telegram bot
    _rule("password hash", r"(?<![\w$])(?P<secret>\$(?:2[abxy]|[156]|y|argon2\w*+)\$[\w./$,=+-]{20,}+)", flags=_EXACT),
    _rule("token", rf"\b(?:{_COOKIES})=(?P<secret>[\w%.~+/-]{{12,}}+=*+)", _if(_random)),
    _rule(
        "token", r"\b(?:private|preshared|account|shared[ _]?access|storage)[ _]?key" + _ENDS + _GAP + r"[:=]" + _GAP
        + r"[\"'`]?(?P<secret>[\w+/]{24,}+=*+)", _if(_not_words),
    ),
    _rule("token", r"\bauthorization:\s*+basic\s++(?P<secret>[\w+/]{8,}+=*+)"),
    _rule(
        "token", _EDGE + r"(?:api|access|auth|client|bot|bearer)[ _-]?(?:key|token|secret)" + _ENDS
        + r"\s++(?P<secret>[\w./+-]{16,}+=*+)", _if(_random),
    ),
    _rule(
        "password", _EDGE + r"(?:(?:wi-?fi|wlan|wpa\d?|network)[ -]?(?:key|psk)|(?:wpa-)?psk"
        r"|key of (?:the |our |my )?(?:[\w-]++ ){0,2}?(?:wi-?fi|wlan))" + _ENDS + _NAMED + _BARE, _if(_password),
    ),
    _rule(
        "code", _EDGE + r"(?:recovery|backup|rescue|scratch)[ -]?codes?" + _ENDS + _NAMED
        + r"(?P<secret>[0-9a-z]{4,6}(?:[ -][0-9a-z]{4,6}){1,5}+|[0-9a-z]{8,16})(?![\w-])", _if(_random_code),
    ),
    _rule("token", r"(?<![\w/=.+-])(?P<secret>[A-Za-z0-9_+-]{32,}+={0,2})(?![\w/.])", _if(_mixed)),
    _rule("password", r"://[^\s/:@]*+:(?P<secret>[^\s/@]++)@"),
    _rule(
        "token",
        _EDGE + r"(?:(?:api|access|secret|auth|client)[ _-]?)?(?:key|token|secret)" + _ENDS + r"[\"'`*]?\s*+"
        r"(?:is|was|[:=])\s*+[\"'`*]?(?P<secret>[\w./+-]{12,}+=*+)",
        _if(_random),
    ),
    _rule("recovery key", _RUN + r"(?P<secret>\d{6}(?:-\d{6}){7})(?![\w-])"),
    _rule("product key", _RUN + r"(?P<secret>[A-Z0-9]{5}(?:-[A-Z0-9]{5}){4})(?![\w-])", _if(_random)),
    _rule("IBAN", _EDGE + r"(?P<secret>[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,36})", _iban, re.IGNORECASE | re.ASCII),
    _rule("card number", r"(?<![\w+])(?<!\d[ -])(?P<secret>\d(?:[ -]?\d)*+)", _cards, re.ASCII),
    _rule("card code", _EDGE + r"(?:cvv|cvc)2?" + _NAMED + r"(?P<secret>\d{3,4})(?!\w)"),
    _rule("ID number", _RUN + r"(?P<secret>(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4})(?![\w-])"),
    _rule("ID number", _EDGE + r"(?:ssn|social security(?: number| no\.?)?)" + _NAMED + r"(?P<secret>\d{9})(?!\w)"),
    _rule("ID number", _EDGE + r"passport(?: number| no\.?)?" + _NAMED + r"(?P<secret>[A-Z]{0,2}\d{6,9})(?!\w)"),
    _rule(
        "ID number",
        r"(?P<secret>\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b)",  # UK national insurance
        flags=_EXACT,
    ),
    _rule(
        "code",
        _EDGE + rf"(?:{_CODE_OF}[- ]?(?:pass)?code|t?otp)" + _NAMED + r"(?P<secret>\d{3}[ -]?\d{3}(?:\d{2})?)(?!\w)",
    ),
    _rule("password", _SAYS + _MARKED + r"(?P<mark>[\"'`])(?P<secret>[^\n]{3,100}?)(?P=mark)(?!\w)", _if(_quoted)),
    _rule("password", _SAYS + _MARKED + r"[“„](?P<secret>[^”“\n]{3,100})", _if(_quoted)),
    _rule("password", _SAYS + _GAP + rf"(?:{_IS}{_GAP})?+[=:]" + _GAP + _BARE, _if(_value)),
    _rule("password", _SAYS + _BETWEEN + rf"{_IS}{_GAP}[=:]{_GAP}" + _BARE, _if(_value)),
    _rule("password", _SAYS + r"[^\S\n]++" + _IS + r"[^\S\n]++" + _BARE, _if(_password)),
    _rule("password", _SAYS + _BETWEEN + rf"(?:{_IS}|to\b|from\b)[^\S\n]++" + _BARE, _if(_surely_password)),
    _rule("password", _SAYS + r"[^\S\n]++" + _BARE, _if(_surely_password)),
    _rule("password", _EDGE + r"(?:pin|passcode)(?:[ -]?code)?[^\S\n]++(?P<secret>\d{4,8})(?![\w.:/-])"),
)
