"""Try everything that reads what comes from outside (`python -m tests.fuzz --cases 1000000`), and print a table."""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from tests.fuzz import engine
from tests.fuzz.engine import Result

JOB = 4_000  # cases that a process takes at once
STEPS = 10  # jobs from one line in a log to the next


def main(arguments: list[str]) -> int:
    """Run; 1 if anything failed."""
    asked = _parser().parse_args(arguments)
    begun, found = time.perf_counter(), dict[str, Result]()
    jobs = list(_jobs(asked.cases, asked.only, asked.seed))
    for done, result in enumerate(_results(jobs, asked.processes), 1):
        found.setdefault(result.target, Result(target=result.target)).add(result)
        for failure in result.failures.values(): print(f"{result.target}: {failure.sign}: {engine.keep(result.target, failure)}", file=sys.stderr)
        if sys.stderr.isatty() or done % STEPS == 0: _tell(done, len(jobs), found, time.perf_counter() - begun)
    _print(sorted(found.values(), key=lambda result: result.target), time.perf_counter() - begun, asked.seed)
    return 1 if any(result.failures for result in found.values()) else 0


def _tell(done: int, jobs: int, found: dict[str, Result], seconds: float) -> None:
    """How far it is: over itself where somebody looks on, a line now and then in a log."""
    cases, end = sum(one.cases for one in found.values()), "\r" if sys.stderr.isatty() else "\n"
    print(f"{done} of {jobs} jobs, {cases:,} cases in {seconds:.0f} s", end=end, file=sys.stderr, flush=True)


def _results(jobs: list[tuple[str, int, int]], processes: int) -> Iterator[Result]:
    """What came of each job. Several processes are started afresh: threads of the encoder do not live through a fork.

    What they run has a module of its own: a process that is started afresh does not know this one.
    """
    from tests.fuzz.everything import work

    if processes == 1:
        for job in jobs: yield work(*job)
        return
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        waiting = [pool.submit(work, *job) for job in jobs]
        for one in as_completed(waiting): yield one.result()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000, help="how many in all (10,000)")
    parser.add_argument("--seed", type=int, default=1, help="which cases (1)")
    parser.add_argument("--only", default="", help="only targets whose names hold this")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="how many at once (one a core)")
    return parser


def _jobs(cases: int, only: str, seed: int) -> Iterator[tuple[str, int, int]]:
    """The target, the number of cases and the seed of each job."""
    from tests.fuzz.everything import targets

    chosen = [one for one in targets() if only in one.name]
    if not chosen: raise SystemExit(f"No target's name holds {only!r}.")
    whole = sum(one.weight for one in chosen)
    for one in chosen:
        left, start = max(1, round(cases * one.weight / whole)), seed * 10_000_000
        while left > 0:
            yield one.name, min(left, JOB), start
            left, start = left - JOB, start + JOB


def _print(results: list[Result], seconds: float, seed: int) -> None:
    print(f"\n{'target':<44}{'cases':>9}{'seconds':>9}{'slowest':>9}{'failures':>10}")
    for one in results:
        print(f"{one.target:<44}{one.cases:>9,}{one.seconds:>9.1f}{one.slowest:>8.2f}s{len(one.failures):>10}")
        for failure in one.failures.values():
            print(f"\n  {failure.sign}\n{_indented(failure.told)}")
    cases, failures = sum(one.cases for one in results), sum(len(one.failures) for one in results)
    print(f"\n{cases:,} cases in {seconds:.0f} s, seed {seed}: {failures} failures")


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


if __name__ == "__main__": sys.exit(main(sys.argv[1:]))
