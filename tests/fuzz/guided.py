"""The readers of text once more, led by which lines of ours a case reaches (`python -m tests.fuzz.guided mrkdwn --runs 100000`).

Needs atheris (libFuzzer for Python), which there is for Linux on x86-64.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.fuzz.engine import Failure, keep, sign, watched

NAMES = ("mrkdwn", "page", "foreign-markdown", "recipe", "redact", "thread-command", "said", "typed-answer", "button")
OURS = ["core", "kb", "bot", "handoff", "yaml", "markdown_it", "html.parser"]
LONGEST = 4_000  # bytes of a case


def main(arguments: list[str]) -> None:
    """Run until the number of cases is reached, or one fails; libFuzzer ends the process by itself."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.guided", description=__doc__)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--runs", type=int, default=100_000, help="how many cases (100,000)")
    parser.add_argument("--seed", type=int, default=1, help="which cases (1)")
    asked = parser.parse_args(arguments)
    try:
        import atheris
    except ImportError:
        raise SystemExit("atheris is not installed: there is a build for Linux on x86-64 only.") from None
    with atheris.instrument_imports(include=OURS):
        from tests.fuzz import parsers
    target = next(one for one in parsers.targets() if one.name == asked.name)

    def one(data: bytes) -> None:
        text = atheris.FuzzedDataProvider(data).ConsumeUnicode(len(data)) if data[:1] == b"\x00" else data.decode("utf-8", "replace")
        try:
            watched(target, text)
        except Exception as error:
            print(keep(asked.name, Failure(sign=sign(error), case=text, told="")), file=sys.stderr)
            raise

    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(parsers.samples(asked.name)): (Path(folder) / str(number)).write_text(text[:LONGEST], "utf-8")
        limits = [f"-runs={asked.runs}", f"-seed={asked.seed}", f"-max_len={LONGEST}", "-timeout=60", "-print_final_stats=1"]
        atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={folder}/", folder], one)
        atheris.Fuzz()


if __name__ == "__main__": main(sys.argv[1:])
