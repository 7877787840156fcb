"""Seeded runs of mixed traffic under faults: `python -m tests.faults --runs 1000 [--seed N] [--prepared FOLDER]`.

Each run is people who ask, click, send forms and resolve tickets while a choice of faults strikes; then the faults end,
everything settles, and the promises are checked. `--seed N` begins with the run of that seed: alone, it plays it once
more. The traffic and the faults of a seed are always the same, and so is the call, envelope or commit at which each
fault strikes; which thread comes first there is not, so that a run that went wrong once may need a few tries.
"""

import argparse
import logging
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from core.encoders import load_encoder
from tests.faults import checks, runs, troubles
from tests.faults.lives import Nursery
from tests.faults.runs import Outcome
from tests.faults.site import open_site
from tests.faults.steps import Steps
from tests.functional.office import Prepared, prepare

SLOW = 8.0  # seconds of a run after which it is told what it waited for


def main() -> int:
    """Play the runs and print what came of them; 1 if something was wrong."""
    asked = _asked()
    seeds = range(asked.seed, asked.seed + asked.runs)
    logging.disable(logging.CRITICAL)  # what goes wrong is meant to
    began, met = monotonic(), Counter[str]()
    with TemporaryDirectory(prefix="fl-faults-") as folder:
        broken = list[str]()
        outcomes = list(_played(seeds, Path(folder), asked, met, broken))
    wrong = [one for one in outcomes if one.wrong]
    for name in troubles.NAMES: sys.stdout.write(f"{met[name]:7}  {name}\n")
    took = monotonic() - began
    sys.stdout.write(f"{len(outcomes)} runs, {len(wrong)} wrong, {took:.0f} s\n")
    return bool(wrong or broken)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="Seeded runs of traffic under faults.")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--place", choices=sorted(set(runs.PLACES)), help="play only runs of this kind")
    parser.add_argument("--prepared", type=Path, help="a folder that keeps what a first start makes for the next time")
    return parser.parse_args()


def _played(
    seeds: range, folder: Path, asked: argparse.Namespace, met: Counter[str], broken: list[str]
) -> Iterator[Outcome]:
    """The runs, those of one place after the other; what was met in them, and what is wrong with their histories."""
    clock = Steps()
    prepared = _prepared(asked.prepared or folder / "prepared")
    sorted_ = sorted(seeds, key=runs.place_of)
    for place, some in groupby(sorted_, key=runs.place_of):
        if asked.place and place != asked.place: continue
        nursery = Nursery(prepared.encoder, clock) if place in troubles.KILLS else None
        with open_site(place, prepared, folder / place, clock, nursery) as site:
            for seed in some:
                outcome = runs.run(site, seed)
                _tell(outcome)
                yield outcome
            met.update(site.met)
            broken += (lines := checks.sealed(site))
            sys.stdout.write("".join(f"{place}: {line}\n" for line in lines))
        if nursery: nursery.close()


def _prepared(folder: Path) -> Prepared:
    """What a first start makes, made once."""
    exported = folder / "exported"
    exported.mkdir(parents=True, exist_ok=True)
    encoder = load_encoder("", exported)
    if not (folder / "whole" / "firstline.db").exists():
        (folder / "whole").mkdir()
        prepare(folder / "whole", encoder)
    return Prepared(folder=folder / "whole", exported=exported, encoder=encoder)


def _tell(one: Outcome) -> None:
    how = "wrong" if one.wrong else "ok"
    sys.stdout.write(f"seed {one.seed}, {one.place}: {one.acts} acts, {one.seconds:.1f} s, {how}\n")
    if one.seconds > SLOW: sys.stdout.write("".join(f"  {line}\n" for line in one.log))
    if one.wrong: sys.stdout.write(troubles.told(one.troubles) + "\n" + "".join(f"  {line}\n" for line in one.wrong))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
