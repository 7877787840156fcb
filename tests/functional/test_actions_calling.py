"""Calls of the automation over a real connection: what is sent, what each answer means, and nothing done twice."""

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bot.sandbox.seed import load_seed
from bot.sandbox.server import SandboxServer
from core import webhooks
from core.people import Person
from handoff.actions.answers import Answer, Call, NoAnswer
from handoff.actions.calling import MOST_ANSWER, HttpAutomation
from handoff.actions.registry import Actions, load_actions
from handoff.actions.states import State
from tests.functional.office import DATA, SEED, Json

EMMA = Person(id="U0EMMALARS", name="Emma Larsen", email="emma.larsen@brightwater.example")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BRIEF = 0.5  # seconds of patience where nobody will answer
AMPLE = 20.0  # and where somebody does


def now() -> datetime:
    """The real time, as signatures need it."""
    return datetime.now(UTC)


def call(action: str = "unlock-account", id_: str = "act_1_1", *, dry_run: bool = False, **given: str) -> Call:
    """A call for Emma."""
    return Call(id=id_, action=action, requester=EMMA, given=given, dry_run=dry_run, at=now())


@pytest.fixture(scope="module")
def actions() -> Actions:
    """The shipped registry."""
    return load_actions(DATA / "actions.yaml")


# -- the sample automation -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    """The sandbox with its automation."""
    with SandboxServer(load_seed(SEED)) as made: yield made


@pytest.fixture
def sample(server: SandboxServer) -> SandboxServer:
    """The same as it begins."""
    server.reset()
    return server


@pytest.fixture
def do(sample: SandboxServer, actions: Actions) -> Callable[..., Answer | NoAnswer]:
    """Call the sample automation."""
    seed = load_seed(SEED).automation
    assert seed

    def _do(wanted: Call, patience: float = AMPLE, secret: str = seed.secret) -> Answer | NoAnswer:
        return HttpAutomation(sample.automation_url, secret, patience).call(actions.get(wanted.action), wanted, now())

    return _do


def state(sample: SandboxServer) -> Json:
    """What the automation holds and did."""
    found: Json = sample.get("/automation/state")
    return found


def account(sample: SandboxServer) -> Json:
    """Emma's account there."""
    found: Json = state(sample)["company"]["accounts"][EMMA.email]
    return found


def switch(sample: SandboxServer, action: str, mode: str) -> None:
    """Let an action fail, or work again."""
    sample.post("/automation/switch", action=action, mode=mode)


def test_an_account_is_unlocked(do, sample):
    """It is done, told, and the next call finds nothing to do."""
    assert do(call()) == Answer(state=State.DONE, outcome="done")
    assert account(sample)["locked"] is False
    assert do(call(id_="act_2_1")) == Answer(state=State.DONE, outcome="not-locked")


def test_results_are_texts_of_their_types(do):
    """Numbers, dates and yes or no come as facts that a recipe can compare."""
    found = do(call("licence-look-up", product="visio"))
    assert found.results == {"product": "Visio", "assigned": "no", "licences_left": "4"}
    assert do(call("device-look-up", "act_2_2")).results["encrypted"] == "yes"


def test_each_shipped_action_is_known_to_the_sample(do, actions):
    """Every action of the registry can be tried: none fails, and none has an outcome that the registry lacks."""
    given = {"product": "Tableau", "group": "team-photos", "printer": "LIS-2-North", "reason": "to try it"}
    for n, name in enumerate(sorted(actions.names)):
        wanted = {key: given[key] for key in actions.get(name).parameters}
        found = do(call(name, f"act_{n}_9", **wanted))
        assert (found.state, found.outcome) == (State.DONE, "done"), name
        assert set(found.results) == set(actions.get(name).results), name


def test_a_dry_run_changes_nothing(do, sample):
    """The answer is the same, with a note, and the account stays locked."""
    found = do(call(dry_run=True))
    assert (found.outcome, "dry run" in found.note) == ("done", True)
    assert account(sample)["locked"] is True


def test_it_took_effect_but_the_answer_never_came(do, sample):
    """The second attempt has the same id: it gets the first one's answer, and nothing is done twice."""
    switch(sample, "assign-licence", "late")
    wanted = call("assign-licence", product="Visio", reason="drawing")
    first = do(wanted, patience=BRIEF)
    assert isinstance(first, NoAnswer)
    assert first.harmless is False
    assert state(sample)["company"]["products"]["Visio"] == 3
    second = do(wanted)
    assert second == Answer(
        state=State.DONE, outcome="done", results={"product": "Visio", "licences_left": "3"}
    )  # fmt: skip
    assert state(sample)["company"]["products"]["Visio"] == 3
    assert [one["again"] for one in state(sample)["calls"]] == [True, False]


def test_nothing_was_done_and_the_answer_never_came(do, sample):
    """The attempt after the switch is back does it."""
    switch(sample, "unlock-account", "silent")
    assert isinstance(do(call(), patience=BRIEF), NoAnswer)
    assert account(sample)["locked"] is True
    switch(sample, "unlock-account", "work")
    assert do(call()).outcome == "done"


def test_it_breaks(do, sample):
    """A 500 may come after it was done: try again, and do not be sure."""
    switch(sample, "unlock-account", "fail")
    assert do(call()) == NoAnswer(why="The automation answered 500.", harmless=False)


def test_it_refuses(do, sample):
    """A 422 is for good, and its note is kept."""
    switch(sample, "unlock-account", "refuse")
    found = do(call())
    assert (found.state, found.why) == (State.FAILED, "The automation answered 422.")
    assert "switch" in found.note


def test_a_wrong_secret(do, sample):
    """Nothing is done for a call that somebody else signed."""
    found = do(call(), secret=SECRET)
    assert (found.state, found.why) == (State.FAILED, "The automation answered 401.")
    assert account(sample)["locked"] is True


def test_an_old_call(sample, actions):
    """Nor for one that was recorded and sent again later."""
    seed = load_seed(SEED).automation
    automation = HttpAutomation(sample.automation_url, seed.secret)
    found = automation.call(actions.get("unlock-account"), call(), now() - timedelta(minutes=6))
    assert "five minutes" in found.note


def test_somebody_without_an_account(do):
    """It says so."""
    stranger = Call(id="act_3_3", action="unlock-account", requester=Person(id="U9", name="Nobody"), at=now())
    assert do(stranger).note == "There is no account with that address."


# -- any automation ------------------------------------------------------------------------------------------------


class Elsewhere:
    """A server that answers as a test says, and keeps what it was sent."""

    def __init__(self) -> None:
        self.status, self.headers, self.body = 200, {}, b'{"outcome": "done"}'
        self.got: list[tuple[str, dict[str, str], bytes]] = []

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Take one request."""
        body = handler.rfile.read(int(handler.headers["content-length"]))
        self.got.append((handler.path, {name.lower(): value for name, value in handler.headers.items()}, body))
        handler.send_response(self.status)
        for name, value in self.headers.items(): handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(self.body)


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """Such a server, on a free port; its address is in `url`."""
    here = Elsewhere()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            here.answer(self)

        def do_GET(self) -> None:
            here.got.append((self.path, {}, b""))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.url = f"http://127.0.0.1:{server.server_port}/hooks"  # type: ignore[attr-defined]  # set here alone
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    yield here
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def ask(elsewhere: Elsewhere, actions: Actions) -> Callable[..., Answer | NoAnswer]:
    """Call that server, which answers with a status, headers and a body."""

    def _ask(status: int = 200, body: bytes = b'{"outcome": "done"}', **headers: str) -> Answer | NoAnswer:
        elsewhere.status, elsewhere.body = status, body
        elsewhere.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        rule = actions.get("licence-look-up")
        return HttpAutomation(elsewhere.url, SECRET).call(rule, call("licence-look-up"), now())

    return _ask


def test_what_is_sent(ask, elsewhere):
    """JSON with who, what and with which values, under a signature over exactly these bytes."""
    assert ask().state is State.DONE
    path, headers, body = elsewhere.got[0]
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    assert path == "/hooks"
    assert headers["content-type"] == "application/json"
    assert headers["webhook-signature"] == webhooks.signature(SECRET, headers["webhook-id"], at, body)
    assert b'"email":"emma.larsen@brightwater.example"' in body
    assert SECRET.encode() not in body


@pytest.mark.parametrize("status", [408, 425, 429])
def test_not_now(ask, status):
    """These did nothing, and name the time of the next attempt."""
    found = ask(status, retry_after="7")
    assert (found.harmless, found.wait) == (True, timedelta(seconds=7))


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_broken(ask, status):
    """These may have done something."""
    assert ask(status).harmless is False


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 418, 422])
def test_for_good(ask, status):
    """These failed, with the note that came along."""
    found = ask(status, b'{"note": "This account\\nis a service account."}')
    assert (found.state, found.note) == (State.FAILED, "This account is a service account.")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(ask, elsewhere, status):
    """What was signed for one address goes to no other."""
    found = ask(status, location=elsewhere.url.replace("hooks", "elsewhere"))
    assert found.state is State.FAILED
    assert [path for path, _, _ in elsewhere.got] == ["/hooks"]


@pytest.mark.parametrize(
    "body", [b"OK", b"", b"[1]", b"\xff\xfe", b'{"outcome": "done"', b"[" * 10_000, b"1" * 5_000]
)  # fmt: skip
def test_an_answer_that_is_no_object(ask, body):
    """It was taken, and nobody knows what came of it."""
    assert ask(body=body).state is State.UNKNOWN


@pytest.mark.parametrize("body", [b"{}", b'{"outcome": "splendid"}', b'{"outcome": 1}', b'{"outcome": null}'])
def test_an_outcome_that_the_registry_does_not_have(ask, body):
    """It failed, and the reason names it."""
    found = ask(body=body)
    assert (found.state, "does not have" in found.why) == (State.FAILED, True)


@pytest.mark.parametrize("word", ["failed", "refused"])
def test_the_automation_may_say_no(ask, word):
    """In the words that recipes know."""
    found = ask(body=b'{"outcome": "%s", "note": "Ask HR."}' % word.encode())
    assert (found.state, found.note) == (State(word), "Ask HR.")


def test_results_are_trimmed(ask):
    """Only declared names, only their types, no line breaks, no essays."""
    found = ask(
        body=b'{"outcome": "done", "results": {"product": "Vi\\nsio' + b"x" * 900
        + b'", "licences_left": NaN, "assigned": "maybe", "salary": 1}}'
    )  # fmt: skip
    assert set(found.results) == {"product"}
    assert len(found.results["product"]) == 200
    assert "\n" not in found.results["product"]


def test_an_endless_answer(ask):
    """No more than 64 kB are read."""
    assert ask(body=b" " * (MOST_ANSWER + 1)).state is State.UNKNOWN


def test_an_own_address(elsewhere, actions):
    """An action with a url of its own is called there."""
    rule = actions.get("device-look-up").model_copy(update={"url": elsewhere.url})
    assert HttpAutomation("http://127.0.0.1:9/", SECRET).call(rule, call("device-look-up"), now()).state is State.DONE


def test_nobody_listens(actions):
    """Where there is no connection nothing can have been done."""
    with socket.create_server(("127.0.0.1", 0)) as taken: port = taken.getsockname()[1]
    found = HttpAutomation(f"http://127.0.0.1:{port}/", SECRET).call(actions.get("unlock-account"), call(), now())
    assert isinstance(found, NoAnswer)
    assert found.harmless is True


def test_a_connection_that_breaks_off(actions):
    """After sending, nobody can be sure."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        def hang_up() -> None:
            taken, _ = server.accept()
            taken.recv(65_536)
            taken.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        found = HttpAutomation(url, SECRET).call(actions.get("unlock-account"), call(), now())
        thread.join()
    assert isinstance(found, NoAnswer)
    assert found.harmless is False


def test_the_secret_is_in_no_log(ask, caplog):
    """What is logged is the action, the id, and how it went."""
    caplog.set_level("DEBUG")
    ask()
    assert SECRET not in caplog.text
    assert "emma" not in caplog.text.lower()
