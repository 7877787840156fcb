"""Many people at once: what is lost, how soon Slack hears that a message came, how soon people hear, what memory does.

    python -m tests.load --people 50 --minutes 10             as many people, who ask, read the reply and ask again
    python -m tests.load --people 50 --minutes 2 --over 2     then a minute of twice what it can bear, and afterwards

Workspace, people and Firstline are three processes of this machine and share its cores.
"""

import json
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from bot.sandbox.errors import SandboxError
from bot.sandbox.seed import Person, Seed, load_seed
from bot.sandbox.server import SandboxServer
from bot.sandbox.visitor import Visitor, exchange
from bot.slack import texts
from core.encoders import load_encoder
from tests.functional.office import BOT, DATA, SEED, prepare, settings_over, tokens

QUESTIONS = DATA / "eval" / "questions.jsonl"
THINKS = (1.0, 4.0)  # seconds between a reply and the next message of the same person
LAST_REPLY = 300.0  # seconds after which a message that has no reply counts as lost
FLOOD = 60.0  # seconds of more than it can bear
MORE_THAN_ENOUGH = 40.0  # messages a second, to see how many of them are answered
LOOK = 2.0  # seconds between two looks at the memory
BUSY = texts.BUSY.partition("{")[0]
Json = dict[str, Any]
Asked = list[tuple[float, float | None]]  # when a message was written, and the seconds until its reply


def main() -> int:
    """Run what was asked for; 1 if something was lost."""
    options = _options()
    with TemporaryDirectory() as name, _workspace(Path(name), options) as (server, firstline):
        crowd, memory = Crowd(server.url, options.people, options.seed), Memory(firstline.pid)
        told: Json = {"steady": _told(crowd.talk(options.minutes * 60), server, memory)}
        if options.over: told |= _over(server, crowd, memory, options.over)
        click.echo(json.dumps(told, indent=1))
    return int(any(part["lost"] for part in told.values() if isinstance(part, dict)))


def _options() -> Namespace:
    parser = ArgumentParser(prog="python -m tests.load", description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--over", type=float, default=0.0, help="times the speed that it bore, for a minute")
    parser.add_argument("--prepared", type=Path, help="a folder to keep what is prepared in, for the next time")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


# -- what runs ----------------------------------------------------------------------------------------------------


@contextmanager
def _workspace(folder: Path, options: Namespace) -> Iterator[tuple[SandboxServer, "subprocess.Popen[bytes]"]]:
    """A workspace with so many employees, and Firstline on it in a process of its own."""
    state = folder / "state"
    shutil.copytree(_prepared(options.prepared or folder / "prepared"), state)
    seed = _crowded(load_seed(SEED), options.people)
    with SandboxServer(seed) as server:
        settings = settings_over(state, **tokens(server, seed.app))
        given = {name: getattr(settings, name) for name in ("database_url", "state_dir", "data_dir")}
        names = {f"FIRSTLINE_{name.upper()}": str(value) for name, value in given.items()}
        secrets = {name.upper(): str(value) for name, value in tokens(server, seed.app).items()}
        command = [sys.executable, "-m", "bot.cli", "serve"]
        log = (folder / "log").open("wb")
        with log, subprocess.Popen(  # noqa: S603 - our own program
            command, env=os.environ | names | secrets | {"FIRSTLINE_WEB_PORT": "0"}, stdout=log, stderr=log
        ) as firstline:
            try:
                _until(lambda: exchange(f"{server.url}/ui/_test/deliveries")["connections"] > 0)
                yield server, firstline
            finally:
                firstline.terminate()
                firstline.wait(60)
        said = [line for line in (folder / "log").read_text().splitlines() if " ERROR " in line]
        click.echo("\n".join([f"errors in the log: {len(said)}", *said[:5]]), err=True)


def _prepared(folder: Path) -> Path:
    """Articles, recipes and models, made where they are not there yet."""
    if not folder.is_dir():
        click.echo("preparing articles, recipes and models", err=True)
        folder.mkdir(parents=True)
        prepare(folder, load_encoder("", folder))
    return folder


def _crowded(seed: Seed, people: int) -> Seed:
    more = tuple(
        Person(id=f"U0CROWD{number:04}", name=f"person{number}", real_name=f"Person {number}",
               email=f"person{number}@brightwater.example")
        for number in range(people)
    )  # fmt: skip
    return seed.model_copy(update={"people": (*seed.people, *more)})


def _until(so: Callable[[], bool], seconds: float = 120.0) -> None:
    late = time.monotonic() + seconds
    while not so():
        if time.monotonic() > late: raise SystemExit("Firstline did not come up.")
        time.sleep(0.2)


# -- people -------------------------------------------------------------------------------------------------------


class Crowd:
    """People in a process of their own."""

    def __init__(self, url: str, people: int, seed: int) -> None:
        self._url, self._people, self._seed = url, people, seed

    def talk(self, seconds: float) -> Asked:
        """Everybody asks, reads the reply, thinks, and asks again."""
        return self._run(_talks, seconds)

    def flood(self, seconds: float, speed: float) -> Asked:
        """So many messages a second are written, whether they are answered or not."""
        return self._run(_floods, seconds, speed / self._people)

    def _run(self, what: Callable[..., None], *arguments: float) -> Asked:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            return pool.apply(_crowd, (what, self._url, self._people, self._seed, arguments))


def _crowd(
    what: Callable[..., None], url: str, people: int, seed: int, arguments: Sequence[float]
) -> Asked:
    said = [str(json.loads(line)["text"]) for line in QUESTIONS.read_text().splitlines() if line]
    told: Asked = []
    each = [(url, f"U0CROWD{n:04}", random.Random(seed * 1000 + n), said, told, *arguments) for n in range(people)]
    threads = [threading.Thread(target=what, args=one) for one in each]
    for one in threads: one.start()
    for one in threads: one.join()
    return told


def _talks(url: str, user: str, chance: random.Random, said: list[str], told: list[Any], seconds: float) -> None:
    with Visitor(url, user) as person:
        channel, end = _dm(person), time.monotonic() + seconds
        time.sleep(chance.uniform(0, THINKS[1]))
        while time.monotonic() < end:
            ts = person.post(channel, chance.choice(said))
            told.append((float(ts), _reply(person, ts)))
            time.sleep(chance.uniform(*THINKS))


def _floods(
    url: str, user: str, chance: random.Random, said: list[str], told: list[Any], seconds: float, speed: float
) -> None:
    with Visitor(url, user) as person:
        channel, end, asked = _dm(person), time.monotonic() + seconds, []
        while time.monotonic() < end:
            time.sleep(chance.expovariate(speed))
            asked.append(person.post(channel, chance.choice(said)))
        told.extend((float(ts), _reply(person, ts)) for ts in asked)


def _reply(person: Visitor, ts: str) -> float | None:
    """Seconds from a message to its reply, by the workspace's clock; None if there was none."""
    try:
        reply = person.message(lambda one: one.get("thread_ts") == ts and _answers(one), LAST_REPLY)
    except SandboxError:
        return None
    return float(reply["ts"]) - float(ts)


def _answers(message: Json) -> bool:
    return bool(message.get("bot_id")) and not message.get("ephemeral") and not str(message["text"]).startswith(BUSY)


def _dm(person: Visitor) -> str:
    return next(str(one["id"]) for one in person.get("workspace")["ims"] if one["with"] == BOT)


# -- figures ------------------------------------------------------------------------------------------------------


class Memory:
    """What a process holds in memory, in MB (10^6 bytes), looked at now and then."""

    def __init__(self, process: int) -> None:
        self._status, self._seen = Path(f"/proc/{process}/status"), list[int]()
        self._stop = threading.Event()
        threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        while not self._stop.wait(LOOK):
            rows = dict(line.split(":", 1) for line in self._status.read_text().splitlines())
            self._seen.append(int(rows["VmRSS"].split()[0]) * 1024 // 1_000_000)

    def taken(self) -> list[int]:
        """Ten of what was seen since the last time, evenly spread."""
        seen, self._seen = self._seen, []
        return seen[:: max(1, len(seen) // 10)]


def _over(server: SandboxServer, crowd: Crowd, firstline: Memory, times: float) -> Json:
    """What it can bear, a minute of some times that, and whether it is as before afterwards."""
    bears = _speed(crowd.flood(FLOOD / 2, MORE_THAN_ENOUGH))
    _acknowledged(server)
    asked = crowd.flood(FLOOD, bears * times)
    told = {"bears_per_second": round(bears, 1), "over": _told(asked, server, firstline)}
    told["over"]["told_to_wait"] = _told_to_wait(server)
    told["afterwards"] = _told(crowd.talk(FLOOD), server, firstline)
    return told


def _speed(asked: Asked) -> float:
    """Messages answered in a second, from the first one written to the last one answered."""
    ends = [began + seconds for began, seconds in asked if seconds is not None]
    return len(ends) / (max(ends) - min(began for began, _ in asked))


def _told(asked: Asked, server: SandboxServer, firstline: Memory) -> Json:
    replies = sorted(seconds for _, seconds in asked if seconds is not None)
    acks = sorted(exchange(f"{server.url}/ui/_test/acknowledgements")["seconds"])
    return {
        "messages": len(asked), "lost": len(asked) - len(replies), "per_second": round(_speed(asked), 1),
        "reply_s": _points(replies), "acknowledgement_s": _points(acks), "events": len(acks),
        "memory_mb": firstline.taken(),
    }  # fmt: skip


def _points(values: list[float]) -> Json:
    """Median, 99th percentile and the largest."""
    if not values: return {}
    at = {"p50": 0.5, "p99": 0.99, "max": 1.0}
    return {name: round(values[min(len(values) - 1, int(share * len(values)))], 3) for name, share in at.items()}


def _acknowledged(server: SandboxServer) -> None:
    """Forget how long acknowledgements took until now."""
    exchange(f"{server.url}/ui/_test/acknowledgements")


def _told_to_wait(server: SandboxServer) -> int:
    calls = exchange(f"{server.url}/ui/_test/calls?method=chat.postMessage")["calls"]
    return sum(str(one["arguments"].get("text", "")).startswith(BUSY) for one in calls)


if __name__ == "__main__":
    sys.exit(main())
