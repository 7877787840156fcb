"""docs/security.md tells of tests that there are, and leaves no row without one."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
THREATS = PAGE.split("\n## Threats\n")[1].split("\n## ")[0]
ROWS = [line for line in THREATS.splitlines() if line.startswith("| ")][1:]


def test_every_test_that_is_named_exists() -> None:
    """By its file."""
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", PAGE))
    assert len(named) > 30
    assert not [name for name in named if not (ROOT / name).is_file()]


def test_every_threat_has_a_test() -> None:
    """And one of STRIDE's letters."""
    assert len(ROWS) > 25
    for row in ROWS:
        _, _, kind, done, tests, _ = row.split("|")
        assert re.fullmatch(r" [STRIDE](?:, [STRIDE])* ", kind), row
        assert done.strip(), row
        assert "`tests/" in tests, row


def test_the_scripts_that_are_named_exist() -> None:
    """Those of the checks."""
    assert not [name for name in re.findall(r"`(\.ci/[\w.]+)`", PAGE) if not (ROOT / name).is_file()]
