"""Set-ups in which something is broken, each a real one, and what `firstline doctor` says of it.

`python -m tests.broken_setups` writes docs/doctor.md anew; a test compares the two.
"""

import json
import re
import shutil
import socket
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from bot.sandbox.seed import App, Seed, load_seed
from bot.sandbox.server import SandboxServer
from core import audit, events
from core.db import Database
from core.encoders import load_encoder
from tests.commandline import DATA, ROOT, Ran, runner
from tests.functional.office import Prepared, prepare

DOCUMENT, INTRODUCTION = ROOT / "docs" / "doctor.md", ROOT / "tests" / "doctor_introduction.md"
SEED = load_seed(DATA / "sandbox.yaml")
KEPT = {"articles": "vpn*.md", "cookbook": "vpn*.yaml"}  # enough to be read, and quick
PLACE = "/var/lib/firstline"  # how the folder of a set-up is named in the document
AWAY = "http://127.0.0.2:9"  # nor here; another machine, as far as addresses tell
NOBODY = "http://127.0.0.1:9"  # nothing listens on port 9 of a machine of today
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

Variables = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Where a set-up is made: a folder as a first start leaves it, with its database."""

    folder: Path

    @property
    def file(self) -> Path:
        """The database."""
        return self.folder / "firstline.db"

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "data"

    def run(self, *statements: str) -> None:
        """Change the database, past Firstline."""
        with closing(sqlite3.connect(self.file)) as file, file:
            for statement in statements: file.execute(statement)

    def edit(self, name: str, old: str, new: str) -> None:
        """Change a file of the data folder."""
        path = self.data / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.unlink()
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """One set-up: its name, what was done to it, and the settings that differ from a whole one's."""

    title: str
    done: str
    make: Callable[[Bench], AbstractContextManager[Variables]]


ALL: list[Broken] = []


def broken(title: str, done: str) -> Callable[[Callable[[Bench], Iterator[Variables]]], None]:
    """Add a set-up to them all."""

    def add(make: Callable[[Bench], Iterator[Variables]]) -> None:
        ALL.append(Broken(title=title, done=done, make=contextmanager(make)))

    return add


# -- parts ---------------------------------------------------------------------------------------------------------


@contextmanager
def slack(seed: Seed = SEED) -> Iterator[Variables]:
    """The settings that lead to a workspace of its own."""
    with SandboxServer(seed) as server:
        server_app = server_variables(server, seed.app)
        assert seed.automation
        yield server_app | {
            "FIRSTLINE_ACTIONS_URL": server.automation_url, "FIRSTLINE_ACTIONS_SECRET": seed.automation.secret,
        }


def server_variables(server: SandboxServer, app: App) -> Variables:
    """The tokens and the address."""
    return {
        "SLACK_API_URL": server.api_url, "SLACK_BOT_TOKEN": app.bot_token, "SLACK_APP_TOKEN": app.app_token,
        "SLACK_CLIENT_ID": app.client_id, "SLACK_CLIENT_SECRET": app.client_secret,
        "SLACK_CONFIG_TOKEN": app.config_token,
    }  # fmt: skip


def app(**changes: object) -> Seed:
    """A workspace whose app differs."""
    return SEED.model_copy(update={"app": SEED.app.model_copy(update=changes)})


@contextmanager
def held_port() -> Iterator[int]:
    """A port that another program holds, which never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener: yield listener.getsockname()[1]


@contextmanager
def other_time(address: str, ahead: timedelta) -> Iterator[str]:
    """The same Slack with another clock: passes everything on, with another Date."""

    class Handler(BaseHTTPRequestHandler):
        def _pass(self) -> None:
            length = int(self.headers.get("content-length", "0"))
            kept = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
            url = address.removesuffix("/api/") + self.path
            request = Request(url, self.rfile.read(length) or None, kept, method=self.command)  # noqa: S310 - the sandbox
            try:
                answer = urlopen(request)  # noqa: S310 - as above
            except HTTPError as error:
                answer = error
            with answer: body = answer.read()
            self.send_response_only(answer.status)
            for name in ("content-type", "x-oauth-scopes"):
                if answer.headers.get(name): self.send_header(name, answer.headers[name])
            self.send_header("Date", (datetime.now(UTC) + ahead).strftime("%a, %d %b %Y %H:%M:%S GMT"))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _pass  # noqa: N815 - the base class's names

        def log_message(self, *_arguments: object) -> None:
            """Tell nobody."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# -- the set-ups ---------------------------------------------------------------------------------------------------


@broken("A new machine", "Nothing ran here yet; the tokens are right.")
def _new(bench: Bench) -> Iterator[Variables]:
    for name in ("firstline.db", "models"):
        path = bench.folder / name
        if path.is_dir(): shutil.rmtree(path)
        else: path.unlink()
    with slack() as there: yield there


@broken("Settings", "A number that is none, a level that there is not, a secret of the wrong form.")
def _settings(_bench: Bench) -> Iterator[Variables]:
    yield {"FIRSTLINE_WEB_PORT": "many", "FIRSTLINE_LOG_LEVEL": "LOUD", "FIRSTLINE_ACTIONS_SECRET": "hunter2"}


@broken("Tokens in each other's place", "The two Slack tokens were exchanged, and the name of a setting was mistyped.")
def _exchanged(_bench: Bench) -> Iterator[Variables]:
    yield {
        "SLACK_BOT_TOKEN": SEED.app.app_token, "SLACK_APP_TOKEN": SEED.app.bot_token,
        "FIRSTLINE_PUBLC_URL": "https://it.example.com",
    }  # fmt: skip


@broken("The app was removed", "An administrator of Slack removed the app; its token was revoked.")
def _revoked(_bench: Bench) -> Iterator[Variables]:
    with SandboxServer(SEED) as server:
        server.post("/ui/_test/fault", error="token_revoked", method="auth.test")
        yield server_variables(server, SEED.app)


@broken("An app made by hand", "It lacks scopes, an event, a shortcut, `/it` and what buttons need.")
def _by_hand(_bench: Bench) -> Iterator[Variables]:
    made = app(
        scopes=tuple(scope for scope in SEED.app.scopes if scope not in ("im:write", "users:read.email")),
        events=tuple(event for event in SEED.app.events if event != "message.groups"),
        shortcuts=SEED.app.shortcuts[1:], commands=(), interactivity=False,
    )
    with slack(made) as there: yield there


@broken("Tokens of two apps", "The app-level token is of the test app, and may not open connections.")
def _two_apps(_bench: Bench) -> Iterator[Variables]:
    with slack(app(app_token="xapp-1-A0TESTAPP1-77-0a1b2c", app_scopes=())) as there: yield there


@broken("Another workspace", "The token is of the test workspace, the database of the company's.")
def _other_workspace(bench: Bench) -> Iterator[Variables]:
    columns = "(id, name, email, title, tz, roles, level, platforms, groups, seen_at)"
    values = "('U0ELSEWHERE', 'Kim', '', '', 'UTC', '[]', 0, '[]', '[]', '2031-01-01 00:00:00')"
    bench.run(f"INSERT INTO people {columns} VALUES {values}")  # noqa: S608 - our own constants
    with slack() as there: yield there


@broken("Channels and staff", "One channel was renamed, one archived, the bot is not in a third; somebody left.")
def _channels(_bench: Bench) -> Iterator[Variables]:
    changed = {"it-help": {"members": (SEED.people[0].id,)}, "it-l3": {"name": "it-specialists"}}
    channels = tuple(one.model_copy(update=changed.get(one.name, {})) for one in SEED.channels)
    with SandboxServer(SEED.model_copy(update={"channels": channels})) as server:
        server.post("/ui/_test/archive", channel="C0ITOPS001")
        server.post("/ui/_test/deactivate", user="U0PRIYANAI")
        yield server_variables(server, SEED.app)


@broken("Files of the data folder", "Each of them has a mistake.")
def _files(bench: Bench) -> Iterator[Variables]:
    bench.edit("desk.yaml", "level: 2, platforms", "level: two, platforms")
    bench.edit("actions.yaml", "give_up_after: 1d", "give_up_after: 1h")
    bench.edit("lists.yaml", "printers:\n", "printers: []\nfloors:\n")
    bench.edit("glossary.yaml", "  otp: ", '  "!!": ')
    name = next((bench.data / "articles").glob("*.md")).name
    bench.edit(f"articles/{name}", "title:", "colour: red\ntitle:")
    yield {"SLACK_API_URL": f"{NOBODY}/api/"}


@broken("A database that is behind", "Firstline was upgraded, its tables were not.")
def _behind(bench: Bench) -> Iterator[Variables]:
    bench.run("UPDATE alembic_version SET version_num = '0005'")
    with slack() as there: yield there


@broken("A database that is ahead", "A newer Firstline has used it; then the older one was installed again.")
def _ahead(bench: Bench) -> Iterator[Variables]:
    bench.run("UPDATE alembic_version SET version_num = '0999'")
    with slack() as there: yield there


@broken("PostgreSQL is not there", "The server was stopped.")
def _away(_bench: Bench) -> Iterator[Variables]:
    with slack() as there:
        yield there | {"FIRSTLINE_DATABASE_URL": "postgresql://firstline:opensesame@127.0.0.1:9/firstline"}


@broken(
    "What a database may hide",
    "Everybody may read the file; somebody changed an event; items are stuck and given up; vectors are lost.",
)
def _stored(bench: Bench) -> Iterator[Variables]:
    columns = "(key, lane, kind, payload, created_at, due_at, attempts, done_at, gave_up, error)"
    database = Database(f"sqlite:///{bench.file}")
    with database.transaction() as session:
        events.record(session, "ticket.opened", "ticket:1", actor="U0EMMALARS", at=datetime.now(UTC))
        audit.seal(session)
    database.close()
    soon, old = "'2020-01-01 00:00:00'", "'2031-01-01 00:00:00'"
    into, reason = f"INSERT INTO outbox {columns} VALUES", "'Slack answered channel_not_found.'"
    bench.run(
        f"{into} ('a', 'a', 'card', '{{}}', {soon}, {soon}, 7, NULL, 0, {reason})",
        f"{into} ('b', 'b', 'notice', '{{}}', {soon}, {soon}, 40, {old}, 1, {reason})",
        "DROP TRIGGER events_no_update",
        "UPDATE events SET actor = 'somebody else' WHERE id = (SELECT event_id FROM event_seals WHERE place = 1)",
        "DELETE FROM kb_vectors WHERE hash IN (SELECT hash FROM kb_vectors LIMIT 3)",
    )
    bench.file.chmod(0o644)
    with slack() as there: yield there


@broken("Models", "The classifier's file is damaged, the encoder's export too, and no model of replies is there.")
def _models(bench: Bench) -> Iterator[Variables]:
    spoilt = [*(bench.folder / "models").glob("*/classifier.npz"), *bench.folder.glob("encoder-*/model.onnx")]
    for path in spoilt:
        path.unlink()  # it may be a link to one that others use
        path.write_bytes(b"not a model")
    (bench.folder / "models" / "replies.npz").unlink()
    with slack() as there: yield there


@broken("Clocks", "This machine's clock is seven minutes behind.")
def _clocks(_bench: Bench) -> Iterator[Variables]:
    with slack() as there, other_time(there["SLACK_API_URL"], timedelta(minutes=7)) as address:
        yield there | {"SLACK_API_URL": address}


@broken("Addresses", "The port is taken; the web address, the automation and the ticket system are not there.")
def _addresses(_bench: Bench) -> Iterator[Variables]:
    with slack() as there, held_port() as port:
        yield there | {
            "FIRSTLINE_WEB_PORT": str(port), "FIRSTLINE_PUBLIC_URL": AWAY,
            "FIRSTLINE_ACTIONS_URL": f"{NOBODY}/actions", "FIRSTLINE_TICKETS_SYSTEM": "webhook",
            "FIRSTLINE_TICKETS_URL": f"{NOBODY}/tickets", "FIRSTLINE_TICKETS_SECRET": SECRET,
            "SLACK_CLIENT_SECRET": "that-of-another-app",
        }


# -- running them --------------------------------------------------------------------------------------------------


@contextmanager
def bench_of(prepared: Prepared) -> Iterator[Bench]:
    """A fresh folder as a first start leaves it, with a small data folder."""
    with TemporaryDirectory(prefix="firstline-broken-") as place:
        made = Bench(folder=Path(place).resolve())
        prepared.copy(made.folder)
        made.data.mkdir()
        for path in DATA.iterdir():
            if path.name not in KEPT: (made.data / path.name).symlink_to(path)
        for name, pattern in KEPT.items():
            (made.data / name).mkdir()
            for path in (DATA / name).glob(pattern): shutil.copy(path, made.data / name)
        made.folder.chmod(0o755)
        yield made


def examined(bench: Bench, variables: Mapping[str, str]) -> Ran:
    """What `firstline doctor` says there."""
    whole = {"SLACK_BOT_TOKEN": SEED.app.bot_token, "SLACK_APP_TOKEN": SEED.app.app_token, "FIRSTLINE_WEB_PORT": "0"}
    own = {"FIRSTLINE_DATA_DIR": str(bench.data), "SLACK_API_URL": f"{NOBODY}/api/"}
    return runner(bench.folder)("doctor", **(whole | own | variables))


def told(ran: Ran, bench: Bench) -> str:
    """Its output with the names that differ from run to run made the same."""
    text = ran.out.replace(str(bench.folder), PLACE).replace(AWAY, "http://it.example.com")
    for pattern, same in (
        (r"127\.0\.0\.1:\d{4,5}/api", "127.0.0.1:8765/api"), (r"web port     \d+ is", "web port     8766 is"),
        (r"[\d.]+ GB are free", "40.0 GB are free"), (r"Python [\d.]+", "Python 3.11.7"),
        (r"for \d+ min", "for 25 min"),
        (r"models/\d{8}-\d{6}", "models/20261122-180000"), (r"is [67] min", "is 7 min"),
        (r"\d{4}-\d\d-\d\d \d\d:\d\d", "2026-11-22 18:00"),
    ):
        text = re.sub(pattern, same, text)
    return text


def wrong(text: str) -> str:
    """Without the lines of what is well or was not looked at."""
    return "\n".join(line for line in text.splitlines() if not line.startswith(("ok ", "skipped "))).strip()


def sections(prepared: Prepared) -> Iterator[tuple[str, str, Ran]]:
    """The text of each part of the document, its name first, with what was said."""
    with bench_of(prepared) as bench, slack() as there:
        ran = examined(bench, there)
        yield "All is well", f"```\n{told(ran, bench).strip()}\n```\n", ran
    for one in ALL:
        with bench_of(prepared) as bench, one.make(bench) as variables:
            ran = examined(bench, variables)
            yield one.title, f"{one.done}\n\n```\n{wrong(told(ran, bench))}\n```\n", ran


def document(parts: Mapping[str, str]) -> str:
    """The whole of docs/doctor.md."""
    text = INTRODUCTION.read_text(encoding="utf-8")
    return text + "".join(f"\n## {title}\n\n{part}" for title, part in parts.items())


def main() -> None:
    """Write docs/doctor.md; a folder that is given keeps what a first start makes."""
    with ExitStack() as stack:
        place = Path(sys.argv[1] if len(sys.argv) > 1 else stack.enter_context(TemporaryDirectory()))
        whole, exported = place / "prepared", place / "exported"
        for folder in (whole, exported): folder.mkdir(parents=True, exist_ok=True)
        encoder = load_encoder("", exported)
        if not (whole / "models").exists(): prepare(whole, encoder)
        prepared = Prepared(folder=whole, exported=exported, encoder=encoder)
        parts = {title: text for title, text, _ in sections(prepared)}
    DOCUMENT.write_text(document(parts), encoding="utf-8")
    sys.stdout.write(json.dumps({"set-ups": len(parts), "file": str(DOCUMENT.relative_to(ROOT))}) + "\n")


if __name__ == "__main__": main()
