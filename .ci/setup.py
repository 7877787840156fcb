"""Make .venv hold exactly what the lock files pin, and do nothing when it does already.

    python .ci/setup.py              what Firstline runs with
    python .ci/setup.py --dev        and what its tests and checks need
    python .ci/setup.py --compare    the first in .venv-compare, with what Firstline is compared to

Needs the standard library alone. torch is not in the lock: on many platforms pip would take a build with
gigabytes of CUDA libraries, so this script looks first and takes a CPU build wherever there is one within reach.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / (".venv-compare" if "--compare" in sys.argv[1:] else ".venv")
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "firstline-setup.json"  # what the last complete setup was made from
RUNTIME, DEV, COMPARE = "requirements.txt", "requirements-dev.txt", "requirements-compare.txt"
LOCKS = {"--dev": (DEV, " and what its tests need"), "--compare": (COMPARE, " and what it is compared to")}
CUDA = ("nvidia", "cuda", "triton")  # how the companions of a CUDA build are named
CALM = {  # pip asks nothing, and does not pass on what build tools want to tell package authors
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_INPUT": "1",
    "PYTHONWARNINGS": "ignore",
}

ONLY_CUDA = (
    "Only a CUDA build of torch {version} (several gigabytes) is within reach: accept it with FIRSTLINE_TORCH=any, "
    "or point PIP_FIND_LINKS or PIP_EXTRA_INDEX_URL to a CPU build, and run make setup again."
)

# Prints those of torch's requirements that count here and are named as CUDA's. Runs in .venv, with pip's own parser.
COMPANIONS = """
import json, sys
from pip._vendor.packaging.requirements import Requirement
wanted = map(Requirement, json.load(sys.stdin))
here = [r.name for r in wanted if r.marker is None or r.marker.evaluate({"extra": ""})]
print(json.dumps([name for name in here if name.startswith(tuple(sys.argv[1:]))]))
"""


class SetupError(Exception):
    """A step did not work; the message is for the person who typed the command."""


def main() -> int:
    """Bring .venv up to date; the exit code says whether it is."""
    lock, also = next((LOCKS[one] for one in sys.argv[1:] if one in LOCKS), (RUNTIME, ""))
    try:
        set_up(lock, also)
    except (SetupError, OSError, subprocess.CalledProcessError) as failure:
        print(f"\nSetup failed: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nSetup was interrupted; the next make setup goes on from here.", file=sys.stderr)
        return 130
    return 0


def set_up(lock: str, also: str) -> None:
    """Do what is missing, step by step, and stamp the result."""
    started = time.monotonic()
    if not venv_is_usable():
        make_venv()
    wanted = fingerprint(lock)
    if wanted in read_stamp()["made_from"]:
        say("Everything is installed.")
        return
    say(f"Installing what Firstline needs{also}.")
    install_pinned("pip", "setuptools", lock=RUNTIME)
    install_torch()
    say("Installing the pinned packages.")
    pip("install", "--no-deps", "--require-hashes", "-r", lock)
    say("Installing Firstline itself, to run from this folder.")
    pip("install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", ".")
    write_stamp([fingerprint(RUNTIME), wanted])
    say(f"Ready after {time.monotonic() - started:.0f} s.")


# The environment


def venv_is_usable() -> bool:
    """Whether .venv runs, has pip, stands where it was made, and has a Python that will do."""
    probe = "import pip, sys; print(*sys.version_info[:2])"
    try:
        done = subprocess.run([PYTHON, "-c", probe], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    version = tuple(map(int, done.stdout.split()))
    fits = version == sys.version_info[:2] if os.environ.get("PYTHON") else (3, 11) <= version < (3, 14)
    return fits and read_stamp()["root"] == str(ROOT)


def make_venv() -> None:
    """A fresh .venv from the Python that runs this script."""
    say(f"Making {VENV.name} with Python {sys.version.split()[0]} ({sys.executable}).")
    shutil.rmtree(VENV, ignore_errors=True)
    failed = f"{sys.executable} could not make a virtual environment in {VENV.name}."
    run([sys.executable, "-m", "venv", str(VENV)], failed)


def fingerprint(lock: str) -> str:
    """A name for everything an installation is made from."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    parts = [project["build-system"], project["project"], project["tool"]["setuptools"], (ROOT / lock).read_text()]
    return f"{lock} {hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()}"


def read_stamp() -> dict[str, Any]:
    """Where .venv was made, and the fingerprints of its last complete setup."""
    try:
        kept: dict[str, Any] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {"root": str(ROOT), "made_from": []}
    return kept


def write_stamp(made_from: list[str]) -> None:
    """Keep what this setup was made from."""
    STAMP.write_text(json.dumps({"root": str(ROOT), "made_from": made_from}))


# torch


def install_torch() -> None:
    """The pinned torch: a CPU build wherever one is within reach."""
    version = pinned_torch()
    if installed_torch().split("+")[0] == version:
        return
    say(f"Looking for a CPU build of torch {version}.")
    if pip_takes_cpu_torch(version):
        pip("install", "--no-deps", f"torch=={version}")
    elif os.environ.get("FIRSTLINE_TORCH") == "any":
        say("FIRSTLINE_TORCH=any: installing the build that pip takes, with its CUDA libraries.")
        pip("install", f"torch=={version}")
    else:
        install_torch_from_its_cpu_index(version)


def pinned_torch() -> str:
    """The version that pyproject.toml asks for."""
    dependencies: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    return next(line.removeprefix("torch==") for line in dependencies if line.startswith("torch=="))


def installed_torch() -> str:
    """The version in .venv, or nothing."""
    found = "from importlib.metadata import distributions as d; print(*{x.version for x in d(name='torch')})"
    return subprocess.run([PYTHON, "-c", found], capture_output=True, text=True, check=True).stdout.strip()


def pip_takes_cpu_torch(version: str) -> bool:
    """Whether the build pip would choose is named a CPU build or brings no CUDA libraries here; fetches no wheel."""
    look = [*pip_command(), "install", "--dry-run", "--no-deps", "--quiet", "--report", "-", f"torch=={version}"]
    done = subprocess.run(look, cwd=ROOT, env=pip_environment(), stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        return False
    metadata = json.loads(done.stdout)["install"][0]["metadata"]
    return "+cpu" in metadata["version"] or not cuda_companions(metadata.get("requires_dist", []))


def cuda_companions(requirements: list[str]) -> list[str]:
    """Those requirements that hold on this platform and are CUDA's."""
    ask = [str(PYTHON), "-c", COMPANIONS, *CUDA]
    done = subprocess.run(ask, input=json.dumps(requirements), capture_output=True, text=True, check=True)
    return list(json.loads(done.stdout))


def install_torch_from_its_cpu_index(version: str) -> None:
    """With uv, which knows where PyTorch publishes its CPU builds."""
    say("pip would take a CUDA build here; asking PyTorch's own CPU index instead.")
    install_pinned("uv", lock=DEV)
    into = [str(PYTHON), "-m", "uv", "pip", "install", "--python", str(PYTHON), "--no-deps"]
    run([*into, "--torch-backend", "cpu", f"torch=={version}"], ONLY_CUDA.format(version=version))


# Commands


def install_pinned(*names: str, lock: str) -> None:
    """Packages by name, at the version and with the hashes of a lock file, ahead of the rest of it."""
    text = (ROOT / lock).read_text()
    entries = [re.search(rf"^{name}==(?:.*\\\n)*.*\n", text, re.MULTILINE) for name in names]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.writelines(entry.group() for entry in entries if entry)
        file.flush()
        pip("install", "--quiet", "--no-deps", "--require-hashes", "-r", file.name)


def pip(*arguments: str) -> None:
    """Run .venv's pip, which shows its own progress."""
    failed = "pip could not install everything; its reason is above. Once that is mended, run make setup again."
    run([*pip_command(), *arguments], failed)


def pip_command() -> list[str]:
    """How .venv's pip is called."""
    return [str(PYTHON), "-m", "pip"]


def pip_environment() -> dict[str, str]:
    """This environment, with pip calm."""
    return {**os.environ, **CALM}


def run(command: list[str], failure: str) -> None:
    """Run a command in the project's folder.

    Raises:
        SetupError: with the given line, when it cannot be run or fails.
    """
    try:
        subprocess.run(command, cwd=ROOT, env=pip_environment(), check=True)
    except (OSError, subprocess.CalledProcessError):
        raise SetupError(failure) from None


def say(line: str) -> None:
    """One plain line, at once."""
    print(f"» {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
