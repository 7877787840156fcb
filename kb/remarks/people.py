"""Remarks on what should not stand in any text, and on what is still to be written: marks, secrets, people."""

import re
from collections.abc import Iterable, Iterator

from core.personal import ADDRESS, MAIL, NAME, NUMBER, PHONE, impersonal
from core.redact import redact
from kb.drafting import unfinished
from kb.remarks.reading import Remark, Rule, Written
from kb.writing import RECIPE

MADE_UP = "tests:"  # from here on a recipe has what its author has thought of
_URL = re.compile(r"https?://[^\s)>]+")
_MAYBE = re.compile(r"[@\d:]|name is|this is", re.IGNORECASE)  # without one of these only a known name can be found
_CALLED = {
    MAIL: "an e-mail address", PHONE: "a phone number", ADDRESS: "a machine's address", NAME: "a name",
    NUMBER: "a number that may lead to one person",
}
_ENOUGH = "fine if it is the company's or made up, but nobody's own belongs here"


def unwritten(written: Written) -> Iterator[Remark]:
    """What is marked as still to be written."""
    for problem in unfinished(written.slug, written.source):
        yield Remark(line=problem.line, text=problem.message, stops=True)


def secrets(written: Written) -> Iterator[Remark]:
    """What looks like a password, a key or somebody's number, on the line where it begins."""
    left = set(redact(written.source).kinds)
    if not left: return
    for number, line in _numbered(written):
        for kind in redact(line).kinds:
            left.discard(kind)
            yield _secret(number, kind)
    for kind in left: yield _secret(_first(written, "-----BEGIN"), kind)


def personal(written: Written) -> Iterator[Remark]:
    """What leads to one person."""
    owner = written.at("owner") if ("owner",) in written.front.lines else 0
    for number, line in _numbered(written):
        if written.kind == RECIPE and line.startswith(MADE_UP): return
        if number == owner: continue
        plain = redact(_URL.sub(" ", line)).text
        if not (_MAYBE.search(plain) or any(name in plain for name in written.around.names)): continue
        masked = impersonal(plain, written.around.names)
        for mask, called in _CALLED.items():
            if masked.count(mask) > plain.count(mask):
                yield Remark(line=number, text=f"{called}: {_ENOUGH}")


def _secret(line: int, kind: str) -> Remark:
    return Remark(line=line, text=f"this looks like a {kind}; if it is one, take it out: every reader has it")


def _numbered(written: Written) -> list[tuple[int, str]]:
    return list(enumerate(written.source.split("\n"), 1))


def _first(written: Written, what: str) -> int:
    return next((number for number, line in _numbered(written) if what in line), 1)


RULES: tuple[Rule, ...] = (unwritten, secrets, personal)


def remarks_on(written: Written) -> Iterable[Remark]:
    """What is said of a text of any kind: secrets and people."""
    return [*secrets(written), *personal(written)]
