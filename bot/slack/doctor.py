"""Whether Slack is ready for Firstline: reachable, the right tokens, scopes and channels. Changes nothing there."""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.builtin.connection import Connection

from bot import clocks
from bot.check import Check, missing, skipped, well
from bot.slack.app_settings import PASTE, differences
from bot.slack.manifest import APP_TOKEN_SCOPE, SCOPES, manifest
from core.clock import utc_now

PATIENCE = 4  # seconds for one answer of Slack
AT_ONCE = 8  # questions about staff; a desk has dozens of people, and Slack takes over 50 of these questions a minute
PAGE = 1000  # channels; a company with thousands is still a few questions
INSTALL = "install the app again and copy the new token."
_MEND = {
    "invalid_auth": "copy the token again; it may belong to another app.",
    "not_authed": "set the token.",
    "token_revoked": f"the app was removed: {INSTALL}",
    "token_expired": "it was made to end: copy the new one.",
    "account_inactive": f"the app was removed: {INSTALL}",
    "not_allowed_token_type": "another kind of token was given; docs/slack-setup.md tells which goes where.",
    "missing_scope": PASTE,
    "ratelimited": "wait a minute, and look again.",
}
_APP = re.compile(r"^xapp-\d+-(A[A-Z0-9]+)-")  # an app-level token says whose it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What should be there.

    `channels` and `staff` are the names and the e-mail addresses that the desk file has; `app_token` is empty in HTTP
    mode; `signing` is the app's id and secret, if people are to sign in; `config_token` shows the app's settings, empty
    where there is none; `known` is somebody whom the database knows, empty for nobody.
    """

    mode: Literal["socket", "http"]
    public_url: str
    app_token: str
    config_token: str
    channels: Sequence[str]
    staff: Sequence[str]
    signing: tuple[str, str] | None
    known: str


def client_for(token: str, base_url: str) -> WebClient:
    """A client that does not wait long."""
    return WebClient(token=token, base_url=base_url, timeout=PATIENCE, logger=_silent(), retry_handlers=[])


def look(client: WebClient, wanted: Wanted) -> Iterator[Check]:
    """Every check, in the order in which they should be mended."""
    try:
        who = client.auth_test()
    except SlackApiError as error:
        yield well("Slack", f"answers at {client.base_url}.")
        yield _refused("bot token", error, "SLACK_BOT_TOKEN")
        return
    except OSError as error:
        where = f"cannot be reached at {client.base_url} ({_short(error)}):"
        yield missing("Slack", where, "check the network, a proxy, and SLACK_API_URL.")
        return
    yield well("Slack", f"answers at {client.base_url}.")
    yield well("bot token", f"is of {who['user']} in {who['team']}.")
    yield from _clock(who.headers)
    if wanted.known: yield from _same_workspace(client, wanted.known, str(who["team"]))
    yield _scopes(who.headers)
    yield from _app(client, str(who.get("bot_id") or ""), wanted)
    if wanted.signing: yield _sign_in(client, *wanted.signing)
    yield from _channels(client, wanted.channels)
    if wanted.staff: yield from _staff(client, wanted.staff)
    if wanted.app_token: yield _socket(client, wanted.app_token)
    else: yield skipped("signature", "SLACK_SIGNING_SECRET: only what Slack sends shows whether it is right.")


def _clock(headers: Mapping[str, Any]) -> Iterator[Check]:
    told = _header(headers, "date")
    if told: yield clocks.compared("Slack's", parsedate_to_datetime(told), utc_now())


def _header(headers: Mapping[str, Any], wanted: str) -> str | None:
    return next((str(value) for name, value in headers.items() if name.lower() == wanted), None)


def _same_workspace(client: WebClient, person: str, team: str) -> Iterator[Check]:
    """Whether Slack knows whom the database knows."""
    try:
        client.users_info(user=person)
    except SlackApiError as error:
        if error.response.get("error") != "user_not_found": return  # another check tells of it
        says = f"{team} does not know {person}, and the database does: it was used with another workspace;"
        mend = "set the SLACK_BOT_TOKEN of that one, or FIRSTLINE_DATABASE_URL to an empty database."
        yield missing("workspace", says, mend)


def _app(client: WebClient, bot: str, wanted: Wanted) -> Iterator[Check]:
    """The app that the tokens belong to: one and the same, and set up as the manifest has it."""
    try:
        app = str(client.bots_info(bot=bot)["bot"].get("app_id") or "")
    except SlackApiError:
        app = ""  # without users:read, of which the scopes tell
    other = _APP.match(wanted.app_token)
    if app and other and other[1] != app:
        says = f"SLACK_APP_TOKEN is of the app {other[1]}, and SLACK_BOT_TOKEN of {app}:"
        yield missing("app token", says, "copy both from the same app.")
    yield from _settings_of(client, app, wanted)


def _settings_of(client: WebClient, app: str, wanted: Wanted) -> Iterator[Check]:
    if not wanted.config_token or not app:
        says = "Slack shows its events, buttons, shortcuts and command only with SLACK_CONFIG_TOKEN;"
        by_hand = "without one, compare App Manifest there with `firstline manifest`."
        yield skipped("app", f"{says} {by_hand}")
        return
    try:
        theirs = client.apps_manifest_export(app_id=app, token=wanted.config_token)["manifest"]
    except SlackApiError as error:
        yield _refused("app", error, "SLACK_CONFIG_TOKEN")
        return
    yield from differences(manifest(wanted.mode, wanted.public_url), theirs)


def _silent() -> logging.Logger:
    """For Slack's own library: what goes wrong is told as a check, once."""
    silent = logging.getLogger("firstline.doctor.silent")
    silent.disabled = True
    return silent


def _scopes(headers: Mapping[str, Any]) -> Check:
    given = _header(headers, "x-oauth-scopes")
    if given is None: return skipped("scopes", "this server does not tell which it granted.")
    granted = {scope.strip() for scope in given.split(",")}
    lacking = [scope for scope in SCOPES if scope not in granted]
    if lacking: return missing("scopes", f"not granted: {', '.join(lacking)};", PASTE)
    return well("scopes", f"all {len(SCOPES)} are granted.")


def _sign_in(client: WebClient, name: str, secret: str) -> Check:
    """Slack looks at who asks before it looks at the code, of which there is none here."""
    try:
        client.openid_connect_token(client_id=name, client_secret=secret, code="none")
    except SlackApiError as error:
        code = error.response.get("error")
        if code in ("invalid_client_id", "bad_client_secret"):
            mend = "copy both again from Basic Information, App Credentials."
            return missing("sign-in", f"SLACK_CLIENT_ID, SLACK_CLIENT_SECRET: Slack answered {code};", mend)
    except OSError as error:
        return missing("sign-in", f"Slack did not answer ({_short(error)}):", "try again.")
    return well("sign-in", "the app's id and secret are right.")


def _channels(client: WebClient, names: Sequence[str]) -> Iterator[Check]:
    try:
        pages = client.conversations_list(types="public_channel,private_channel", limit=PAGE)
        every = [channel for page in pages for channel in page["channels"]]
    except SlackApiError as error:
        yield _refused("channels", error, "The list of channels")
        return
    every.sort(key=lambda channel: not channel.get("is_archived"))  # one in use goes before an archived one of its name
    known = {key: channel for channel in every for key in (channel["name"], channel["id"])}
    for name in dict.fromkeys(name.removeprefix("#") for name in names): yield _channel(name, known.get(name))


def _channel(name: str, channel: Mapping[str, Any] | None) -> Check:
    invite = "write `/invite @Firstline` in it."
    if channel is None:
        return missing(f"#{name}", "is not there, or private and without me:", f"make it if need be, and {invite}")
    if channel.get("is_archived"):
        return missing(f"#{name}", "was archived:", "take it out of the archive, or name another one in desk.yaml.")
    if not channel.get("is_member", True): return missing(f"#{name}", "is there, but I am not in it:", invite)
    return well(f"#{name}", "is there, and I am in it.")


def _staff(client: WebClient, emails: Sequence[str]) -> Iterator[Check]:
    """Everybody who is not there, or all of them as one."""
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="doctor staff") as pool:
        found = list(pool.map(lambda email: _asked(client, email), emails))
    refusal = next((answer for answer in found if isinstance(answer, SlackApiError)), None)
    if refusal:
        yield _refused("staff", refusal, "The look-up of staff")
        return
    absent = [email for email, there in zip(emails, found, strict=True) if not there]
    mend = "correct the address in desk.yaml, or take them out."
    for email in absent: yield missing("staff", f"{email} is not in Slack, or was deactivated there:", mend)
    if not absent: yield well("staff", f"all {len(emails)} of the desk file are in Slack.")


def _asked(client: WebClient, email: str) -> bool | SlackApiError:
    """Whether somebody is there; or why that cannot be told."""
    try:
        return not client.users_lookupByEmail(email=email)["user"].get("deleted")
    except SlackApiError as error:
        return False if error.response.get("error") == "users_not_found" else error


def _socket(client: WebClient, app_token: str) -> Check:
    """Open one connection and end it at once; what Slack might send in between it sends again elsewhere."""
    try:
        url = client.apps_connections_open(app_token=app_token)["url"]
    except SlackApiError as error:
        if error.response.get("error") == "missing_scope":
            mend = f"generate one with the scope {APP_TOKEN_SCOPE}."
            return missing("socket mode", "SLACK_APP_TOKEN may not open connections:", mend)
        return _refused("socket mode", error, "SLACK_APP_TOKEN")
    except OSError as error:
        return missing("socket mode", f"Slack did not answer ({_short(error)}):", "try again.")
    connection = Connection(url=url, logger=_silent(), proxy=client.proxy)
    connection.connect()
    opened = connection.is_active()
    connection.close()
    if opened: return well("socket mode", "a connection was opened.")
    return missing("socket mode", "the connection was refused on the way:", "let wss:// through the firewall or proxy.")


def _refused(what: str, error: SlackApiError, subject: str) -> Check:
    code = str(error.response.get("error"))
    return missing(what, f"{subject}: Slack answered {code};", _MEND.get(code, "look it up in Slack's documentation."))


def _short(error: OSError) -> str:
    return " ".join(str(getattr(error, "reason", "") or error).split())
