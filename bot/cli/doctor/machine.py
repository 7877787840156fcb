"""The machine: Python and the packages as they were locked, room on the disk, settings that nobody reads."""

import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from bot.check import Check, missing, skipped, well
from core.settings import SECRETS_DIR, Settings, variable

LEAST_FREE = 500_000_000  # bytes; new models, an upgrade's copies and a day of a large company's history take less
LOCK = "requirements.txt"
OURS = "FIRSTLINE_"
OTHERS = frozenset({SECRETS_DIR, "FIRSTLINE_TORCH", "FIRSTLINE_BROWSER"})  # read by something else than the settings
_PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def look(settings: Settings) -> Iterator[Check]:
    """What can be said of this machine without asking anybody."""
    yield from unread(os.environ)
    yield _packages()
    yield from _places(settings)


def unread(environment: Mapping[str, str]) -> Iterator[Check]:
    """Variables that look like settings and are none."""
    known = {variable(field) for field in Settings.model_fields} | OTHERS
    for name in sorted(name for name in environment if name.startswith(OURS) and name not in known):
        near = get_close_matches(name, known, 1)
        mend = f"did you mean {near[0]}?" if near else "docs/settings.md lists what there is; take it out."
        yield missing("settings", f"{name} is set, and no setting has that name:", mend)


def _packages() -> Check:
    """Whether what is installed is what was locked and tested."""
    lock = next((place / LOCK for place in (Path(__file__).parents[3], Path.cwd()) if (place / LOCK).is_file()), None)
    here = f"Python {sys.version.split()[0]}"
    if lock is None: return skipped("packages", f"{here}; {LOCK} is not here to compare the packages with.")
    wrong = differing(lock.read_text(encoding="utf-8"), _installed, _needed())
    if not wrong: return well("packages", f"{here}, and every package as {LOCK} has it.")
    told = f"{', '.join(wrong[:5])}{f' and {len(wrong) - 5} more' if len(wrong) > 5 else ''}"  # noqa: PLR2004 - fits a line
    return missing("packages", f"not as {LOCK} has it: {told};", "run `make setup`, or install from it again.")


class _Installed(dict[str, str]):
    """Versions by name, looked up when they are asked for; empty where a package is not installed."""

    def __missing__(self, name: str) -> str:
        try:
            return self.setdefault(name, version(name))
        except PackageNotFoundError:
            return self.setdefault(name, "")


_installed = _Installed()


def differing(lock: str, installed: Mapping[str, str], needed: Sequence[str]) -> list[str]:
    """Packages at another version than the lock names, and needed ones that are absent.

    A package may be pinned twice, for two platforms. An absent one that is not needed directly may be for another.
    """
    pinned: dict[str, set[str]] = {}
    for name, wanted in _PINNED.findall(lock): pinned.setdefault(name.lower(), set()).add(wanted)
    wrong = [
        f"{name} {installed[name]} instead of {' or '.join(sorted(wanted))}"
        for name, wanted in pinned.items() if installed[name] and installed[name].split("+")[0] not in wanted
    ]  # fmt: skip
    return [*(f"{name} is missing" for name in needed if not installed[name]), *wrong]


def _needed() -> list[str]:
    """The packages that Firstline itself asks for; none where it runs without being installed."""
    try:
        asked = requires("firstline") or []
    except PackageNotFoundError:
        return []
    return [found[0] for line in asked if "extra ==" not in line and (found := _NAME.match(line))]


def _places(settings: Settings) -> Iterator[Check]:
    """The folder that Firstline writes to, and the disk under it."""
    place = settings.state_dir.absolute()
    there = next(folder for folder in (place, *place.parents) if folder.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        mend = "give its owner the right to write, or set FIRSTLINE_STATE_DIR to another folder."
        yield missing("state", f"{there} cannot be written to:", mend)
    yield room(there, shutil.disk_usage(there).free)


def room(place: Path, free: int) -> Check:
    """Whether `free` bytes will do."""
    told = f"{free / 1e9:.1f} GB" if free >= 1e9 else f"{free / 1e6:.0f} MB"  # noqa: PLR2004 - a gigabyte
    if free >= LEAST_FREE: return well("disk", f"{told} are free under {place}.")
    return missing("disk", f"only {told} are free under {place}:", f"make room; {LEAST_FREE / 1e6:.0f} MB will do.")
