"""The sandbox as an OpenID provider: what Slack documents, and what it refuses."""

import base64
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.seed import load_seed
from bot.sandbox.server import SandboxServer
from tests.functional.office import LIAM, NOOR, SEED

APP = load_seed(SEED).app
BACK = "http://127.0.0.1:9999/signin/callback"
ASKED = {
    "response_type": "code", "client_id": APP.client_id, "scope": "openid profile email", "redirect_uri": BACK,
    "state": "s1", "nonce": "n1",
}  # fmt: skip
AUTHORIZE = "/openid/connect/authorize"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    """A workspace."""
    with SandboxServer(load_seed(SEED)) as server: yield server


@pytest.fixture
def client(sandbox: SandboxServer) -> Iterator[httpx.Client]:
    """A browser."""
    with httpx.Client(base_url=sandbox.url, trust_env=False) as made: yield made


def code(client: httpx.Client, user: str = NOOR, **changes: str) -> str:
    """The code with which somebody comes back."""
    back = client.post(AUTHORIZE, data=ASKED | {"user": user} | changes).headers["location"]
    return parse_qs(urlsplit(back).query)["code"][0]


def exchange(sandbox: SandboxServer, **changes: Any) -> dict[str, Any]:
    """What openid.connect.token answers."""
    given = {"client_id": APP.client_id, "client_secret": APP.client_secret, "redirect_uri": BACK} | changes
    answer = WebClient(base_url=sandbox.api_url).openid_connect_token(grant_type="authorization_code", **given)
    return dict(answer.data)


def test_a_person_is_proven(sandbox: SandboxServer, client: httpx.Client):
    """The id_token is signed with the published key, and says who it is, of which team, for which app and question."""
    answer = exchange(sandbox, code=code(client))
    config = client.get("/.well-known/openid-configuration").json()
    key = jwt.PyJWKClient(config["jwks_uri"]).get_signing_key_from_jwt(answer["id_token"])
    claims = jwt.decode(answer["id_token"], key, ["RS256"], audience=APP.client_id, issuer=config["issuer"])
    assert claims["https://slack.com/user_id"] == claims["sub"] == NOOR
    assert (claims["https://slack.com/team_id"], claims["nonce"]) == ("TBRIGHT001", "n1")
    told = WebClient(token=answer["access_token"], base_url=sandbox.api_url).openid_connect_userInfo()
    assert (told["email"], told["name"]) == ("noor.haddad@brightwater.example", "Noor Haddad")


def test_the_page_offers_everybody(client: httpx.Client):
    """It names the app and each person of the workspace."""
    page = client.get(AUTHORIZE, params=ASKED | {"state": '"><script>'}).text
    assert "Sign in to Firstline" in page
    assert page.count('name="user"') == 5 + 1
    assert "<script>&quot;" not in page
    assert '"><script>' not in page.replace("&", "")


@pytest.mark.parametrize(
    ("changes", "error"), [
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"redirect_uri": "http://127.0.0.1.evil.example/"}, "bad_redirect_uri"),
        ({"redirect_uri": "https://127.0.0.1/signin/callback"}, "bad_redirect_uri"),
        ({"redirect_uri": "http://127.0.0.1/signin/callback/../../x"}, "bad_redirect_uri"),
        ({"scope": "profile"}, "invalid_scope"), ({"scope": "openid admin"}, "invalid_scope"),
    ]
)
def test_the_page_refuses(client: httpx.Client, changes: dict[str, str], error: str):
    """A question that is not the app's own, or for more than there is, leads nowhere."""
    for answer in (client.get(AUTHORIZE, params=ASKED | changes), client.post(AUTHORIZE, data=ASKED | changes)):
        assert answer.status_code == 400
        assert error in answer.text


@pytest.mark.parametrize(
    ("changes", "error"), [
        ({"client_id": "1.2"}, "invalid_client_id"), ({"client_secret": "x"}, "bad_client_secret"),
        ({"code": "x"}, "invalid_code"), ({"redirect_uri": BACK + "/x"}, "bad_redirect_uri"),
    ]
)
def test_the_exchange_refuses(sandbox: SandboxServer, client: httpx.Client, changes: dict[str, str], error: str):
    """In Slack's own words."""
    with pytest.raises(SlackApiError) as caught: exchange(sandbox, **({"code": code(client, LIAM)} | changes))
    assert caught.value.response["error"] == error


def test_a_code_is_good_once(sandbox: SandboxServer, client: httpx.Client):
    """A second exchange is refused."""
    one = code(client)
    assert exchange(sandbox, code=one)["ok"]
    with pytest.raises(SlackApiError, match="invalid_code"): exchange(sandbox, code=one)


def test_both_ways_of_proving_the_app(client: httpx.Client):
    """The app's id and secret are taken from the form as well as from the header; half a header is nobody's."""
    fields = {"code": code(client), "redirect_uri": BACK}
    own = {"client_id": APP.client_id, "client_secret": APP.client_secret}
    assert client.post("/api/openid.connect.token", data=fields | own).json()["ok"]
    half = {"Authorization": "Basic " + base64.b64encode(b"nobody").decode()}
    told = client.post("/api/openid.connect.token", data=fields, headers=half).json()
    assert told == {"ok": False, "error": "invalid_client_id"}
    assert not client.post("/api/openid.connect.userInfo", headers={"Authorization": "Bearer xoxp-x"}).json()["ok"]
