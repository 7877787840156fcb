"""The browser of the functional tests: find one that runs, or bring one here.

`executable()` is for the tests. `python tests/browser.py` is for make: it installs Chromium if no browser is there.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ON_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ELSEWHERE = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
START_LIMIT = 60  # seconds; a browser's first start on a cold, busy disk takes up to 20
INSTALL_LIMIT = 900  # seconds; a Chromium with all it needs is up to 300 MB to fetch
PROBE = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--dump-dom", "about:blank")


@cache
def executable() -> Path:
    """The path of a Chromium or Chrome that runs.

    Raises:
        RuntimeError: there is none.
    """
    if found := find(): return found
    raise RuntimeError("No Chromium that runs; `make test` installs one.")


def find() -> Path | None:
    """The first candidate that runs."""
    return next(filter(runs, candidates()), None)


def candidates() -> Iterator[Path]:
    """Where a browser may be: FIRSTLINE_BROWSER, PATH, a Mac's applications, Playwright's own download."""
    if chosen := os.environ.get("FIRSTLINE_BROWSER"): yield Path(chosen)
    yield from (Path(path) for name in ON_PATH if (path := shutil.which(name)))
    yield from ELSEWHERE
    yield playwrights_own()


def playwrights_own() -> Path:
    """Where Playwright keeps the Chromium that it downloads, there or not."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright: return Path(playwright.chromium.executable_path)


def runs(browser: Path) -> bool:
    """Whether it starts and renders an empty page; a distribution's stub or a missing library shows here."""
    return browser.is_file() and succeeds([str(browser), *PROBE], START_LIMIT)


def install() -> Path | None:
    """Try each way to get Chromium until there is one that runs."""
    for name, commands in ways():
        print(f"» Trying {name}; this may take minutes.", flush=True)
        if all(succeeds(command, INSTALL_LIMIT) for command in commands) and (found := find()): return found
        print("» That did not bring one.", flush=True)
    return None


def ways() -> Iterator[tuple[str, list[list[str]]]]:
    """How Chromium may be had here, best first: a name and its commands."""
    playwright = [sys.executable, "-m", "playwright", "install"]
    yield "Playwright's download", [[*playwright, "chromium"]]
    yield from package_managers()
    yield "Playwright's download with its system libraries", [[*playwright, "--with-deps", "chromium"]]


def package_managers() -> Iterator[tuple[str, list[list[str]]]]:
    """The package managers of this system, with the commands that install Chromium."""
    if apt := shutil.which("apt-get"):
        get = [*as_root(), apt, "-qq", "-o", "DPkg::Lock::Timeout=120"]
        yield "apt-get", [[*get, "update"], [*get, "install", "--yes", "--no-install-recommends", "chromium"]]
    if dnf := shutil.which("dnf"):
        yield "dnf", [[*as_root(), dnf, "install", "--assumeyes", "chromium"]]
    if brew := shutil.which("brew"):
        yield "brew", [[brew, "install", "--cask", "google-chrome"]]


def as_root() -> list[str]:
    """What to put before a command that needs root: nothing, or sudo that asks for no password."""
    sudo = shutil.which("sudo")
    return [] if os.geteuid() == 0 or sudo is None else [sudo, "--non-interactive"]


def succeeds(command: list[str], limit: float) -> bool:
    """Run a command to its end without its output, or stop it after `limit` seconds; True when it ended well."""
    quiet = subprocess.DEVNULL
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command, stdin=quiet, stdout=quiet, stderr=quiet, env=environment, timeout=limit, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def main() -> int:
    """Say which browser the tests will use, after installing one if need be."""
    found = find()
    if found is None:
        print("» No Chromium or Chrome that runs here; installing Chromium for the tests.", flush=True)
        found = install()
    if found is None:
        print("Chromium could not be installed; install it by hand, or set FIRSTLINE_BROWSER to one.", file=sys.stderr)
        return 1
    print(f"» Browser for the tests: {found}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
