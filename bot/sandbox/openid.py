"""Sign in with Slack: OpenID Connect, as Slack documents it.

https://docs.slack.dev/authentication/sign-in-with-slack and what /.well-known/openid-configuration says there.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.sandbox.calls import Call, Method
from bot.sandbox.errors import Refused, SlackError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.sandbox.ids import Ids, Json
    from bot.sandbox.seed import Person, Seed
    from bot.sandbox.workspace import Workspace

SCOPES = frozenset({"openid", "profile", "email"})
CODE_SECONDS = 600.0  # how long a code may be exchanged
TOKEN_SECONDS = 300  # Slack's id_token: iat and exp in its documentation are that far apart
KEY = "sandbox"  # the id of the one key


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A sign-in that an app asked for, once it was checked."""

    client_id: str
    redirect_uri: str
    scopes: frozenset[str]
    state: str
    nonce: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Granted:
    asked: Asked
    user: str
    until: float


class OpenId:
    """Codes and tokens of one workspace."""

    def __init__(self, seed: Seed, *, clock: Callable[[], float], ids: Ids, base_url: str) -> None:
        self._seed, self._clock, self._ids, self._url = seed, clock, ids, base_url
        self._codes: dict[str, _Granted] = {}
        self._tokens: dict[str, _Granted] = {}

    @cached_property
    def _key(self) -> rsa.RSAPrivateKey:
        """Made when it is first needed: it takes a tenth of a second."""
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def configuration(self) -> Json:
        """What /.well-known/openid-configuration tells."""
        return {
            "issuer": self._url, "authorization_endpoint": f"{self._url}/openid/connect/authorize",
            "token_endpoint": f"{self._url}/api/openid.connect.token",
            "userinfo_endpoint": f"{self._url}/api/openid.connect.userInfo",
            "jwks_uri": f"{self._url}/openid/connect/keys", "scopes_supported": sorted(SCOPES),
            "response_types_supported": ["code"], "id_token_signing_alg_values_supported": ["RS256"],
        }

    def keys(self) -> Json:
        """The public key, as a set of JSON Web Keys."""
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
        return {"keys": [public | {"kid": KEY, "use": "sig", "alg": "RS256"}]}

    def asked(self, query: Mapping[str, str]) -> Asked:
        """What an app asks for; Refused, which the page shows, when Slack would not go on."""
        app = self._seed.app
        if not app.client_id or query.get("client_id") != app.client_id:
            raise Refused("invalid_client_id: No app has this client_id.")
        if not _registered(query.get("redirect_uri", ""), app.redirect_urls):
            raise Refused("bad_redirect_uri: redirect_uri did not match any configured URIs.")
        scopes = frozenset(query.get("scope", "").replace(",", " ").split())
        if query.get("response_type") != "code" or "openid" not in scopes or not scopes <= SCOPES:
            raise Refused("invalid_scope: Ask for response_type code, and of openid, profile and email.")
        return Asked(client_id=app.client_id, redirect_uri=query["redirect_uri"], scopes=scopes,
                     state=query.get("state", ""), nonce=query.get("nonce", ""))

    def grant(self, asked: Asked, user: str) -> str:
        """A code that the app may exchange once."""
        code = self._ids.secret(40)
        self._codes[code] = _Granted(asked=asked, user=user, until=self._clock() + CODE_SECONDS)
        return code

    def exchange(self, space: Workspace, call: Call) -> Json:
        """openid.connect.token."""
        app = self._seed.app
        if not app.client_id or call.word("client_id") != app.client_id:
            raise SlackError("invalid_client_id")
        if call.word("client_secret") != app.client_secret:
            raise SlackError("bad_client_secret")
        if call.word("grant_type", "authorization_code") != "authorization_code":
            raise SlackError("invalid_grant_type")
        granted = self._codes.pop(call.word("code"), None)
        if granted is None or granted.until <= self._clock():
            raise SlackError("invalid_code")
        if call.word("redirect_uri") != granted.asked.redirect_uri:
            raise SlackError("bad_redirect_uri")
        token = f"xoxp-{self._ids.secret(32)}"
        self._tokens[token] = granted
        return {"access_token": token, "token_type": "Bearer", "id_token": self._signed(space, granted, token)}

    def owner(self, token: str) -> _Granted | None:
        """Whose token this is, and what it is for."""
        return self._tokens.get(token)

    def claims(self, space: Workspace, granted: _Granted) -> Json:
        """What userInfo and the id_token tell of a person, by the scopes."""
        person, team = space.world.people[granted.user], self._seed.team
        told: Json = {"sub": person.id, "https://slack.com/user_id": person.id, "https://slack.com/team_id": team.id}
        if "email" in granted.asked.scopes:
            told |= {"email": person.email, "email_verified": True}
        if "profile" in granted.asked.scopes:
            told |= _profile(person) | {
                "https://slack.com/team_name": team.name, "https://slack.com/team_domain": team.domain}
        return told

    def _signed(self, space: Workspace, granted: _Granted, token: str) -> str:
        now = int(self._clock())
        half = hashlib.sha256(token.encode()).digest()[:16]  # OpenID Connect Core 1.0, 3.1.3.6
        claims = self.claims(space, granted) | {
            "iss": self._url, "aud": granted.asked.client_id, "iat": now, "exp": now + TOKEN_SECONDS, "auth_time": now,
            "at_hash": base64.urlsafe_b64encode(half).decode().rstrip("="),
        }
        if granted.asked.nonce:
            claims["nonce"] = granted.asked.nonce
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": KEY})


def _profile(person: Person) -> Json:
    first, _, last = person.real_name.partition(" ")
    return {"name": person.real_name, "given_name": first, "family_name": last, "locale": "en-US"}


def _registered(uri: str, registered: tuple[str, ...]) -> bool:
    """Whether an address is one of the app's, or below it; on this machine at any port (RFC 8252, 7.3)."""
    asked = urlsplit(uri)
    for known in map(urlsplit, registered):
        same_host = asked.netloc == known.netloc or (known.netloc == "127.0.0.1" == asked.hostname)
        below = asked.path == known.path or asked.path.startswith(known.path.rstrip("/") + "/")
        if asked.scheme == known.scheme and same_host and below and ".." not in asked.path:
            return True
    return False


def _token(space: Workspace, call: Call) -> Json:
    return space.openid.exchange(space, call)


def _user_info(space: Workspace, call: Call) -> Json:
    granted = space.openid.owner(call.word("token"))
    if granted is None or granted.user in space.left:
        raise SlackError("invalid_auth")
    return space.openid.claims(space, granted)


METHODS = {
    "openid.connect.token": Method(run=_token, caller="anybody"),
    "openid.connect.userInfo": Method(run=_user_info, caller="person"),
}
