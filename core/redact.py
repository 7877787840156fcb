"""Masks secrets and identity numbers that people paste, before anything is stored or passed on."""

import re
from collections.abc import Callable
from dataclasses import dataclass

MASK = "[removed: {kind}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """A text without its secrets, and the kinds that were taken out of it."""

    text: str
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    kind: str
    pattern: re.Pattern[str]  # what group `secret` matches is masked, the rest of the match stays
    holds: Callable[[str], bool] = lambda _found: True


def redact(text: str) -> Redacted:
    """Replace each secret by a note of its kind; idempotent."""
    kinds: list[str] = []
    for rule in RULES:
        text = rule.pattern.sub(lambda match, rule=rule: _mask(match, rule, kinds), text)  # type: ignore[misc]  # mypy cannot see the default
    return Redacted(text=text, kinds=tuple(dict.fromkeys(kinds)))


def _mask(match: re.Match[str], rule: _Rule, kinds: list[str]) -> str:
    secret = match["secret"]
    if secret.startswith("[removed:") or not rule.holds(secret): return match[0]
    kinds.append(rule.kind)
    start, end = match.span("secret")
    begin = match.start()
    return match[0][: start - begin] + MASK.format(kind=rule.kind) + match[0][end - begin :]


def _luhn(number: str) -> bool:
    """Whether a card number's check digit is right (ISO/IEC 7812-1, annex B)."""
    digits = [int(d) for d in number if d.isdigit()]
    doubled = [d * 2 - 9 if d > 4 else d * 2 for d in digits[-2::-2]]  # noqa: PLR2004 - two digits sum to d*2-9
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _iban(number: str) -> bool:
    """Whether an IBAN's check digits are right (ISO 13616: the rearranged number modulo 97 is 1)."""
    plain = re.sub(r"\s", "", number).upper()
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def _looks_like_password(word: str) -> bool:
    """A word after "password is" that is no ordinary word: it has a digit or a sign inside, or mixed case."""
    plain = word.strip(".,;:!?)('\"")
    if plain.lower() in _NOT_PASSWORDS: return False
    signs = re.search(r"[\d@#$%^&*!?_+=~/\\|<>-]", plain.strip("-"))
    return bool(plain) and bool(signs or (plain != plain.lower() and plain != plain.capitalize() and not plain.isupper()))


_NOT_PASSWORDS = {"365", "wi-fi", "e-mail", "sign-in", "log-in", "re-entered", "1password", "b4"}

# A quoted or marked-up value is taken whole, whatever it looks like; a bare word only if it looks like a password.
_SAYS = r"(?:\b(?:pass(?:word|code|phrase|wd)?|pwd|pw|pin|kennwort|contraseña|mot de passe)\b)"

RULES: tuple[_Rule, ...] = (
    _Rule(
        kind="private key",
        pattern=re.compile(r"(?P<secret>-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z))", re.DOTALL),
    ),
    _Rule(kind="token", pattern=re.compile(r"(?P<secret>\bxox[abeoprs]-[\w-]{8,}|\bxapp-[\w-]{8,})")),
    _Rule(kind="token", pattern=re.compile(r"(?P<secret>\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}))")),
    _Rule(kind="token", pattern=re.compile(r"(?P<secret>\b(?:sk|rk|pk)[-_](?:live|test|proj|ant)?[-_]?[A-Za-z0-9_-]{20,})")),
    _Rule(kind="token", pattern=re.compile(r"(?P<secret>\b(?:AKIA|ASIA)[A-Z0-9]{16}\b)")),
    _Rule(kind="token", pattern=re.compile(r"(?P<secret>\bAIza[\w-]{35}\b)")),
    _Rule(kind="token", pattern=re.compile(r"(?P<secret>\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)")),
    _Rule(kind="token", pattern=re.compile(r"\bbearer\s+(?P<secret>[A-Za-z0-9._~+/-]{16,}=*)", re.IGNORECASE)),
    _Rule(kind="password", pattern=re.compile(r"://[^\s/:@]+:(?P<secret>[^\s/@]+)@")),
    _Rule(
        kind="token",
        pattern=re.compile(
            r"\b(?:api|access|secret|auth|client)[ _-]?(?:key|token|secret)\w*\s*(?:is|[:=])\s*[\"'`]?(?P<secret>[\w./+-]{12,}=*)",
            re.IGNORECASE,
        ),
    ),
    _Rule(
        kind="password",
        pattern=re.compile(_SAYS + r"[^\S\n]*(?:is|was|=|:|to)[^\S\n]*(?P<q>[\"'`“])(?P<secret>[^\"'`”\n]{3,})[\"'`”]", re.IGNORECASE),
    ),
    _Rule(kind="password", pattern=re.compile(_SAYS + r"[^\S\n]*[=:][^\S\n]*(?P<secret>[^\s\"'`“\[]\S{2,})", re.IGNORECASE)),
    _Rule(
        kind="password",
        pattern=re.compile(_SAYS + r"[^\S\n]+(?:(?:is|was|to)[^\S\n]+)?(?P<secret>[^\s\"'`“\[]\S{3,})", re.IGNORECASE),
        holds=_looks_like_password,
    ),
    _Rule(kind="IBAN", pattern=re.compile(r"(?P<secret>\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b)"), holds=_iban),
    _Rule(kind="card number", pattern=re.compile(r"(?<![\w-])(?P<secret>\d(?:[ -]?\d){12,18})(?![\w-])"), holds=_luhn),
    _Rule(kind="ID number", pattern=re.compile(r"(?P<secret>\b(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}\b)")),
    _Rule(
        kind="ID number",
        pattern=re.compile(r"(?P<secret>\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b)"),
    ),
    _Rule(
        kind="code",
        pattern=re.compile(r"\b(?:one[- ]time|verification|mfa|sms|auth\w*)[- ]?(?:pass)?code\s*(?:is|was|:|=)?\s*(?P<secret>\d{6,8})\b", re.IGNORECASE),
    ),
)
