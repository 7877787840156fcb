"""Signing in with Slack: through the sandbox, as a browser goes."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bot.sandbox.seed import load_seed
from bot.sandbox.server import SandboxServer
from core.db import Database
from tests.fakes import FakeClock
from tests.functional.office import SEED
from tests.studio import EMMA, LIAM, NOOR, Atelier, atelier


@pytest.fixture(scope="module")
def workspace() -> Iterator[SandboxServer]:
    """A workspace for all tests of this file."""
    with SandboxServer(load_seed(SEED)) as server: yield server


@pytest.fixture
def studio(sqlite_database: Database, clock: FakeClock, workspace: SandboxServer) -> Iterator[Atelier]:
    """A studio of that workspace."""
    workspace.reset()
    with atelier(sqlite_database, clock, workspace) as found: yield found


def fields(url: str) -> dict[str, str]:
    """What an address carries."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def chosen(client: httpx.Client, user: str, leads_to: str = "/studio", **changes: str) -> str:
    """Begin to sign in, and choose a person at the workspace: the address that the browser is sent back to."""
    to_slack = client.get("/signin", params={"leads_to": leads_to}).headers["location"]
    assert client.get(to_slack).status_code == 200
    back = client.post(to_slack.partition("?")[0], data=fields(to_slack) | {"user": user} | changes)
    return back.headers["location"]


def sign_in(client: httpx.Client, user: str, leads_to: str = "/studio") -> httpx.Response:
    """The whole way."""
    return client.get(chosen(client, user, leads_to))


def test_an_editor_signs_in_and_out(studio: Atelier):
    """It leads where she wanted to go; the cookie is for servers alone; signing out ends the session itself."""
    client = studio.as_(None)
    answer = sign_in(client, NOOR.id, "/studio?q=vpn")
    assert (answer.status_code, answer.headers["location"]) == (303, "/studio?q=vpn")
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("firstline="))
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "Noor Haddad" in client.get("/studio").text
    token = client.cookies["firstline"]
    assert "You are signed out" in studio.post(client, "/signout").text
    client.cookies.set("firstline", token)
    assert client.get("/studio").status_code == 303


def test_a_new_session_at_every_sign_in(studio: Atelier):
    """Whatever token a browser brought along is worth nothing afterwards."""
    client = studio.as_(LIAM)
    old = client.cookies["firstline"]
    sign_in(client, NOOR.id)
    assert studio.assistant.signing_in.whose(old) is None


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", "/" + "x" * 400],
)
def test_nobody_is_led_elsewhere(studio: Atelier, elsewhere: str):
    """Whatever a link to the sign-in says, it ends here."""
    assert sign_in(studio.as_(None), NOOR.id, elsewhere).headers["location"] == "/studio"


def test_a_sign_in_ends_once(studio: Atelier, clock: FakeClock):
    """Its address opens nothing twice, nor in another browser, nor ten minutes later."""
    client, other = studio.as_(None), studio.as_(None)
    first = chosen(client, NOOR.id)
    assert client.get(first).status_code == 303
    assert client.get(first).status_code == 403
    sign_in(other, LIAM.id)
    assert other.get(chosen(client, NOOR.id)).status_code == 403
    late = chosen(client, NOOR.id)
    clock.advance(timedelta(minutes=11))
    answer = client.get(late)
    assert answer.status_code == 403
    assert "took too long" in answer.text


def test_a_flood_of_sign_ins_pushes_nobody_out(studio: Atelier):
    """However many begin, whoever is at Slack's page comes back."""
    client, flood = studio.as_(None), studio.as_(None)
    back = chosen(client, NOOR.id)
    for _ in range(2_001): assert flood.get("/signin").status_code == 303
    assert client.get(back).headers["location"] == "/studio"


def test_an_answer_to_another_question_is_refused(studio: Atelier):
    """A code that was made for another sign-in lets nobody in: its nonce is not ours."""
    client, thief = studio.as_(None), studio.as_(None)
    stolen = fields(chosen(client, NOOR.id))["code"]
    own = fields(chosen(thief, EMMA.id))
    answer = thief.get("/signin/callback", params=own | {"code": stolen})
    assert answer.status_code == 403
    assert "did not confirm" in answer.text


def test_whoever_says_no_is_not_signed_in(studio: Atelier):
    """Cancel at Slack leads to a page that says so, with a way to begin again."""
    answer = sign_in(studio.as_(None), "")
    assert answer.status_code == 403
    assert 'href="/signin"' in answer.text


def test_a_wrong_secret_lets_nobody_in(sqlite_database: Database, clock: FakeClock, workspace: SandboxServer):
    """Slack's refusal becomes one plain sentence."""
    with atelier(sqlite_database, clock, workspace, secret="wrong") as studio:
        assert "did not confirm who you are" in sign_in(studio.as_(None), NOOR.id).text
    calls = workspace.get("/ui/_test/calls?method=openid.connect.token")["calls"]
    assert calls[-1]["error"] == "bad_client_secret"


def test_whoever_leaves_is_out(studio: Atelier, clock: FakeClock, workspace: SandboxServer):
    """Within a minute of being deactivated in Slack, nobody sees a page any more, and coming back is a new sign-in."""
    client = studio.as_(None)
    sign_in(client, NOOR.id)
    workspace.post("/ui/_test/deactivate", user=NOOR.id)
    clock.advance(timedelta(minutes=1))
    assert client.get("/studio").status_code == 303
    assert studio.assistant.signing_in.whose(client.cookies["firstline"]) is None


def test_signing_in_is_not_set_up(sqlite_database: Database, clock: FakeClock):
    """Without the app's id and secret the studio says what to set, and the help pages are there."""
    with atelier(sqlite_database, clock) as studio:
        client = studio.as_(None)
        answer = client.get("/studio", follow_redirects=True)
        assert answer.status_code == 503
        assert "SLACK_CLIENT_ID" in answer.text
        assert client.get("/help").status_code == 200
