"""Write requirements.txt, -dev and -compare anew: pinned and hashed for Python 3.11 to 3.13, without torch.

torch and what its CUDA builds bring along stay out: .ci/setup.py chooses the build that suits the machine.
Every argument is handed to `uv pip compile`, such as `--upgrade` or `--upgrade-package starlette`.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMPILE = (
    *(sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--group", "installer", "--universal"),
    *("--python-version", "3.11", "--generate-hashes", "--no-header", "--quiet"),
)
HEADER = "# Made by `make lock` from pyproject.toml; torch is chosen by .ci/setup.py (docs/dependencies.md).\n"
CHOSEN_BY_SETUP = re.compile(r"^(?:torch|triton|nvidia-|cuda-)[^\n]*\n(?:[ \t]+[^\n]*\n)*", re.MULTILINE)


def main() -> int:
    """Compile all files, the others within the pins of the first."""
    wanted = sys.argv[1:]
    try:
        compile_lock("requirements.txt", wanted)
        for extra in ("dev", "compare"):
            compile_lock(f"requirements-{extra}.txt", [*wanted, "--extra", extra, "--constraint", "requirements.txt"])
    except subprocess.CalledProcessError:
        print("The lock was not made: uv says why above.", file=sys.stderr)
        return 1
    return 0


def compile_lock(name: str, options: list[str]) -> None:
    """Resolve one file, keeping the pins it has unless the options say otherwise."""
    lock = ROOT / name
    subprocess.run([*COMPILE, *options, "--output-file", name], cwd=ROOT, check=True)
    pins = CHOSEN_BY_SETUP.sub("", lock.read_text())
    lock.write_text(HEADER + pins)
    print(f"{name}: {len(re.findall(r'^[^ #]+==', pins, re.MULTILINE))} pins")


if __name__ == "__main__":
    sys.exit(main())
