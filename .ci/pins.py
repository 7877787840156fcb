"""What the lock files pin; torch, which they leave out, is pinned in pyproject.toml."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNTIME, DEV, COMPARE = "requirements.txt", "requirements-dev.txt", "requirements-compare.txt"
PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


def normal(name: str) -> str:
    """A package's name as PEP 503 spells it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(*files: str) -> dict[str, str]:
    """The version of each package that these lock files pin, by its normal name, and of torch."""
    found = {normal(name): version for file in files for name, version in PIN.findall((ROOT / file).read_text())}
    return dict(sorted((found | torch()).items()))


def torch() -> dict[str, str]:
    """The version of torch that is asked for."""
    wanted: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    return {name: version for one in wanted for name, _, version in [one.partition("==")] if name == "torch"}
