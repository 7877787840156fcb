"""`firstline doctor` over broken set-ups; docs/doctor.md shows what it says of each."""

import re
from collections.abc import Mapping

import pytest

from tests.broken_setups import ALL, DOCUMENT, SEED, document, sections
from tests.commandline import Ran
from tests.functional.office import Prepared

SECRETS = (
    SEED.app.bot_token, SEED.app.app_token, SEED.app.config_token, SEED.app.client_secret, SEED.app.signing_secret,
    SEED.automation.secret, "opensesame", "hunter2", "that-of-another-app", "xapp-1-A0TESTAPP1-77-0a1b2c",
)  # fmt: skip


@pytest.fixture(scope="module")
def found(prepared: Prepared) -> Mapping[str, tuple[str, Ran]]:
    """What is said of each set-up, by its name."""
    return {title: (text, ran) for title, text, ran in sections(prepared)}


def plain(text: str) -> str:
    """Lines of what is well without their figures, and no number of texts: they count what the data folder holds."""
    text = re.sub(r"\d[\d,]* texts", "0 texts", text)
    return re.sub(r"^ok .*$", lambda line: re.sub(r"\d[\d.,]*", "0", line[0]), text, flags=re.MULTILINE)


def test_the_document_shows_what_is_said(found):
    """Each line that a broken set-up gets is in docs/doctor.md, letter by letter, and no other."""
    said = document({title: text for title, (text, _) in found.items()})
    assert plain(said) == plain(DOCUMENT.read_text(encoding="utf-8")), "run `python -m tests.broken_setups`"


def test_exit_codes(found):
    """2 where something is to be mended, 0 where all is well."""
    assert len(ALL) >= 10
    assert {title: ran.code for title, (_, ran) in found.items()} == {"All is well": 0} | {one.title: 2 for one in ALL}


def test_every_line_says_how_to_mend(found):
    """What is missing ends in what to do, after a colon or a semicolon or in a sentence of its own."""
    lines = [line for _, ran in found.values() for line in ran.out.splitlines() if line.startswith("missing")]
    assert len(lines) > len(ALL)
    assert [line for line in lines if not re.search(r"[;:.] \S.*[.?]$", line)] == []


def test_no_secret_is_shown(found):
    """Neither tokens nor passwords are repeated, whatever is wrong with them."""
    for _, ran in found.values():
        assert [secret for secret in SECRETS if secret in ran.out + ran.err] == []
