"""Check the licence of every package that is pinned and installed here against .ci/licences.toml.

A package tells its licence as an SPDX expression, or in older ways, which the file translates. One that is installed
on other platforms alone is checked there.
"""

import re
import sys
import tomllib
from importlib.metadata import Distribution, distributions
from typing import Any

from pins import DEV, ROOT, RUNTIME, normal, pins

FILE = ROOT / ".ci" / "licences.toml"
WORD = re.compile(r"[A-Za-z0-9.+-]+(?: WITH [A-Za-z0-9.-]+)?")


def main() -> int:
    """Print what is wrong, a line each; the exit code tells whether anything is."""
    rules, wanted = tomllib.loads(FILE.read_text()), pins(RUNTIME, DEV)
    here = {normal(one.metadata["Name"]): one for one in distributions() if normal(one.metadata["Name"]) in wanted}
    problems = [line for name, one in sorted(here.items()) if (line := wrong(name, told(one), rules))]
    problems += [f"{name}: the exception for it is not needed" for name in rules["packages"] if name not in wanted]
    for line in problems: print(f"Licences: {line}", file=sys.stderr)
    rest = len(wanted) - len(here)
    if not problems: print(f"Licences: {len(here)} packages, all allowed; {rest} are not for this platform.")
    return 1 if problems else 0


def told(one: Distribution) -> str:
    """What a package says of its licence: the expression, else its classifiers, else the old field's first line."""
    meta = one.metadata
    classed = [line.split(" :: ")[-1] for line in meta.get_all("Classifier") or [] if line.startswith("License ::")]
    old = (meta.get("License") or "").strip().splitlines()[:1]
    return meta.get("License-Expression") or " AND ".join(c for c in classed if c != "OSI Approved") or "".join(old)


def wrong(name: str, said: str, rules: dict[str, Any]) -> str:
    """Why a licence is not allowed; empty if it is."""
    if name in rules["packages"]: return ""
    expression, means = said, rules["means"]
    for words in sorted(means, key=len, reverse=True): expression = expression.replace(words, means[words])
    if not expression: return f"{name} tells no licence"
    ways = re.split(r"\)? OR \(?", expression)  # any one of these may be chosen
    bad = [[word for word in words_of(way) if word not in rules["allowed"]] for way in ways]
    return "" if any(not one for one in bad) else f'{name} is "{said}"; not allowed: {", ".join(bad[0])}'


def words_of(expression: str) -> list[str]:
    """The licences that an expression without a choice names."""
    return [word for part in re.split(r"\bAND\b|[(),]", expression) for word in WORD.findall(part.strip())]


if __name__ == "__main__":
    sys.exit(main())
