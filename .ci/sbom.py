"""Write what Firstline runs with as a software bill of materials: CycloneDX 1.6, from the lock file.

    python .ci/sbom.py [FILE]     sbom.json if none is named
    python .ci/sbom.py --check    write nothing; fail if it lists not every pin, or is not the same twice

Twice from the same lock gives the same bytes: it holds no time and no random number. It is checked against its schema.
"""

import json
import subprocess
import sys
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from pins import ROOT, RUNTIME, normal, pins, torch

VERSION = SchemaVersion.V1_6
MAKE = (
    *(sys.executable, "-W", "ignore", "-m", "cyclonedx_py", "requirements", "-", "--pyproject", "pyproject.toml"),
    *("--mc-type", "application", "--output-reproducible", "--spec-version", VERSION.to_version(), "--no-validate"),
)


def main() -> int:
    """Write or check it; the exit code tells whether it is sound."""
    wanted = sys.argv[1] if sys.argv[1:] else "sbom.json"
    text = made()
    problems = [*wrong(text), *([] if wanted != "--check" or made() == text else ["It is not the same twice."])]
    for line in problems: print(f"SBOM: {line}", file=sys.stderr)
    if problems: return 1
    if wanted != "--check": (ROOT / wanted).write_text(text)
    print(f"SBOM: {len(json.loads(text)['components'])} components, CycloneDX {VERSION.to_version()}, valid.")
    return 0


def made() -> str:
    """The bill as JSON; what the lock says of platforms is left out, as it is no description."""
    lock = (ROOT / RUNTIME).read_text() + "".join(f"\n{name}=={version}\n" for name, version in torch().items())
    done = subprocess.run(MAKE, cwd=ROOT, input=lock, capture_output=True, text=True, check=True)
    bill: dict[str, Any] = json.loads(done.stdout)
    for one in bill["components"]: one.pop("description", None)
    root = bill["metadata"]["component"]["bom-ref"]
    every = sorted(one["bom-ref"] for one in bill["components"])
    others = [one for one in bill.get("dependencies", []) if one["ref"] != root]
    bill["dependencies"] = [{"ref": root, "dependsOn": every}, *others]
    return json.dumps(bill, indent=1, sort_keys=True) + "\n"


def wrong(text: str) -> list[str]:
    """Where it does not follow its schema, and the pins that it does not list."""
    error = JsonStrictValidator(VERSION).validate_str(text)
    listed = {normal(one["name"]): one.get("version") for one in json.loads(text)["components"]}
    missing = [f"{name}=={version}" for name, version in pins(RUNTIME).items() if listed.get(name) != version]
    return [*([f"not valid: {error}"] if error else []), *(f"{one} is missing" for one in missing)]


if __name__ == "__main__":
    sys.exit(main())
