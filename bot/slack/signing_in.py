"""Sign in with Slack: OpenID Connect (docs.slack.dev/authentication/sign-in-with-slack, OpenID Connect Core 1.0)."""

import hmac
import logging
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.assistant import Assistant
from bot.slack.directory import as_person
from bot.slack.manifest import USER_SCOPES
from core.clock import Clock
from core.errors import NotAllowed, Unavailable
from core.people import Person

USER, TEAM = "https://slack.com/user_id", "https://slack.com/team_id"  # claims; called so wherever the API is
PATIENCE = 10  # seconds for one answer of Slack
SKEW = 60  # seconds by which this machine's clock may be off
ASKED = timedelta(minutes=1)  # for so long it is believed that somebody is still there
log = logging.getLogger(__name__)


class SlackDoor:
    """Lets in the people of one workspace. `bot.assistant.signing_in.Door` is what it offers."""

    def __init__(
        self, client: WebClient, assistant: Assistant, clock: Clock, client_id: str, client_secret: str
    ) -> None:
        """Take the bot's own client, and what the app proves itself with; nothing is asked yet."""
        self._client, self._assistant, self._clock = client, assistant, clock
        self._id, self._secret = client_id, client_secret
        parts = urlsplit(client.base_url)
        self._issuer = f"{parts.scheme}://{parts.netloc}"
        self._keys = jwt.PyJWKClient(f"{self._issuer}/openid/connect/keys", timeout=PATIENCE)
        self._seen: dict[str, tuple[datetime, bool]] = {}

    def address(self, *, state: str, nonce: str, back_to: str) -> str:
        """Where a browser is sent to sign in."""
        asked = {
            "response_type": "code", "client_id": self._id, "scope": " ".join(USER_SCOPES), "redirect_uri": back_to,
            "state": state, "nonce": nonce, "team": self._team,
        }  # fmt: skip
        return f"{self._issuer}/openid/connect/authorize?{urlencode(asked)}"

    def whoever(self, *, code: str, nonce: str, back_to: str) -> Person:
        """Who came back with this code; `Door.whoever` tells the errors."""
        claims = self._claims(self._token(code, back_to))
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()): raise NotAllowed(NOT_PROVEN)
        if claims.get(TEAM) != self._team: raise NotAllowed(OTHER_TEAM)
        told = self._told(str(claims.get(USER, "")))
        if told is None or told.get("deleted") or told.get("is_bot"): raise NotAllowed(NOT_HERE)
        self._seen[told["id"]] = (self._clock(), True)
        return self._assistant.parts.meet(as_person(told))

    def here(self, person: str) -> bool:
        """Whether they are still of the workspace, as of a minute ago; True where Slack does not tell."""
        now, seen = self._clock(), self._seen.get(person)
        if seen and now - seen[0] < ASKED: return seen[1]
        try:
            told = self._told(person)
        except Unavailable:
            return True
        here = bool(told) and not (told or {}).get("deleted")
        if told and not here: self._assistant.parts.meet(as_person(told), left=True)
        self._seen[person] = (now, here)
        return here

    @cached_property
    def _team(self) -> str:
        try:
            return str(self._client.auth_test()["team_id"])
        except (SlackApiError, OSError) as error:
            raise Unavailable(f"Slack did not say which workspace this is ({error}).") from None

    def _token(self, code: str, back_to: str) -> str:
        try:
            answer = self._client.openid_connect_token(
                client_id=self._id, client_secret=self._secret, code=code, redirect_uri=back_to,
                grant_type="authorization_code",
            )
        except SlackApiError as error:
            log.warning("A sign-in was refused: Slack answered %s", error.response.get("error"))
            raise NotAllowed(NOT_PROVEN) from None
        except OSError as error:
            raise Unavailable(f"Slack cannot be reached ({error}).") from None
        return str(answer.get("id_token", ""))

    def _claims(self, token: str) -> dict[str, Any]:
        """What a token says, once its signature, issuer, audience and time are right."""
        try:
            key = self._keys.get_signing_key_from_jwt(token)
            return jwt.decode(
                token, key, algorithms=["RS256"], audience=self._id, issuer=self._issuer, leeway=SKEW,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except jwt.PyJWKClientConnectionError as error:
            raise Unavailable(f"Slack's keys cannot be had ({error}).") from None
        except jwt.PyJWTError as error:
            log.warning("A sign-in was refused: %s", error)
            raise NotAllowed(NOT_PROVEN) from None

    def _told(self, user: str) -> dict[str, Any] | None:
        """What Slack tells of a person; None if there is nobody of that id."""
        try:
            told: dict[str, Any] = self._client.users_info(user=user)["user"]
        except SlackApiError as error:
            if error.response.get("error") in ("user_not_found", "user_not_visible"): return None
            raise Unavailable(f"Slack answered {error.response.get('error')}.") from None
        except OSError as error:
            raise Unavailable(f"Slack cannot be reached ({error}).") from None
        return told


NOT_PROVEN = "Slack did not confirm who you are. Please begin again."
OTHER_TEAM = "You signed in to another Slack workspace. Please choose your company's."
NOT_HERE = "Your account is not active in this Slack workspace."
