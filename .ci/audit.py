"""Look for known vulnerabilities in everything that is pinned, with pip-audit (https://pypi.org/project/pip-audit/).

Ends with 1 if there is one that .ci/advisories.toml does not accept, or accepts no longer. Where the advisory service
cannot be asked nothing is audited; that is said in one line, and is no failure: a build without a network is none.
"""

import json
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from pins import COMPARE, DEV, ROOT, RUNTIME, pins

ACCEPTED = ROOT / ".ci" / "advisories.toml"
PATIENCE = 60  # seconds for all answers of the service
FIRST = "pip"  # every index knows it: where the service does not, it is not the real one


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What to print, a line each, and whether the check has failed."""

    lines: list[str]
    failed: bool = False


def main() -> int:
    """Audit, print, and tell whether it failed."""
    found = audited()
    for line in found.lines: print(line, file=sys.stderr if found.failed else sys.stdout)
    return 1 if found.failed else 0


def audited() -> Outcome:
    """What came of it; one package is asked for first, so that a service that knows none is not asked for all."""
    every = pins(RUNTIME, DEV, COMPARE)
    first = asked({FIRST: every[FIRST]})
    if first is None or unknown(first): return Outcome(lines=[not_audited(first)])
    answer = asked(every)
    if answer is None: return Outcome(lines=[not_audited(None)])
    accepted = tomllib.loads(ACCEPTED.read_text()).get("accept", [])
    return judged(answer, accepted, datetime.now(UTC).date())


def asked(wanted: dict[str, str]) -> dict[str, Any] | None:
    """What pip-audit says of some packages; None if it could not say anything."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.writelines(f"{name}=={version}\n" for name, version in wanted.items())
        file.flush()
        command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--no-deps", "--requirement", file.name]
        try:
            done = subprocess.run(
                [*command, "--format", "json", "--progress-spinner", "off", "--timeout", "10"],
                capture_output=True, text=True, timeout=PATIENCE, check=False,
            )  # fmt: skip
            answer: dict[str, Any] = json.loads(done.stdout)
        except (subprocess.TimeoutExpired, ValueError):
            return None
    return answer


def unknown(answer: dict[str, Any]) -> list[str]:
    """The packages that the service does not know."""
    return [one["name"] for one in answer["dependencies"] if "skip_reason" in one]


def not_audited(answer: dict[str, Any] | None) -> str:
    """The line that says that nothing was audited."""
    why = "it knows no packages" if answer else "it did not answer"
    return f"Vulnerabilities: NOTHING WAS AUDITED. The advisory service cannot be used from here ({why})."


def judged(answer: dict[str, Any], accepted: list[dict[str, Any]], today: date) -> Outcome:
    """What an answer means, beside what was accepted: `id`, `reason` and `until`, a date, of each."""
    known = {one["id"]: one for one in accepted}
    lines, good = [], 0
    for one in answer["dependencies"]:
        for vuln in one.get("vulns", []):
            names = {vuln["id"], *vuln.get("aliases", [])}
            entry = next((known[name] for name in sorted(names) if name in known), None)
            if entry and today <= entry["until"]: good += 1
            else: lines.append(_told(one, vuln, entry))
    left = unknown(answer)
    audited_ = len(answer["dependencies"]) - len(left)
    said = [f"Vulnerabilities: {audited_} packages audited, {len(lines)} known, {good} accepted for now."]
    if left: said.append(f"Not audited, as the advisory service does not know them: {', '.join(left)}.")
    return Outcome(lines=[*lines, *said], failed=bool(lines))


def _told(one: dict[str, Any], vuln: dict[str, Any], entry: dict[str, Any] | None) -> str:
    fixed = ", ".join(vuln.get("fix_versions", [])) or "nowhere yet"
    late = f"; it was accepted until {entry['until']}" if entry else ""
    return f"{one['name']} {one['version']}: {vuln['id']}, fixed in {fixed}{late}."


if __name__ == "__main__":
    sys.exit(main())
