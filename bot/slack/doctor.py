"""Whether Slack is ready for Firstline: reachable, the right tokens, scopes and channels. Changes nothing there."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.builtin.connection import Connection

from bot.check import Check, missing, skipped, well
from bot.slack.manifest import APP_TOKEN_SCOPE, SCOPES

PATIENCE = 10  # seconds for one answer of Slack
AGAIN = "paste what `firstline manifest` prints under App Manifest, then reinstall the app."
_MEND = {
    "invalid_auth": "copy the token again; it may belong to another app.",
    "not_authed": "set the token.",
    "token_revoked": "the app was removed: install it again and copy the new token.",
    "account_inactive": "the app was removed: install it again and copy the new token.",
    "not_allowed_token_type": "another kind of token was given; docs/slack-setup.md tells which goes where.",
    "missing_scope": AGAIN,
}


def client_for(token: str, base_url: str) -> WebClient:
    """A client that does not wait long."""
    return WebClient(token=token, base_url=base_url, timeout=PATIENCE)


def look(
    client: WebClient, app_token: str, channels: Sequence[str], staff: Sequence[str] = (),
    signing: tuple[str, str] | None = None,
) -> Iterator[Check]:
    """Every check, in the order in which they should be mended.

    `channels` and `staff` are the names and the e-mail addresses that the desk file has; `app_token` is empty in HTTP
    mode; `signing` is the app's id and secret, if people are to sign in.
    """
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
    yield _scopes(who.headers)
    if signing: yield _sign_in(client, *signing)
    yield from _channels(client, channels)
    if staff: yield from _staff(client, staff)
    if app_token: yield _socket(client, app_token)


def _scopes(headers: Mapping[str, Any]) -> Check:
    given = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), None)
    if given is None: return skipped("scopes", "this server does not tell which it granted.")
    granted = {scope.strip() for scope in str(given).split(",")}
    lacking = [scope for scope in SCOPES if scope not in granted]
    if lacking: return missing("scopes", f"not granted: {', '.join(lacking)};", AGAIN)
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
        pages = client.conversations_list(types="public_channel,private_channel", limit=200, exclude_archived=True)
        known = {channel["name"]: channel for page in pages for channel in page["channels"]}
        known |= {channel["id"]: channel for channel in list(known.values())}
    except SlackApiError as error:
        yield _refused("channels", error, "The list of channels")
        return
    for name in dict.fromkeys(name.removeprefix("#") for name in names): yield _channel(name, known.get(name))


def _channel(name: str, channel: Mapping[str, Any] | None) -> Check:
    invite = "write `/invite @Firstline` in it."
    if channel is None:
        return missing(f"#{name}", "is not there, or private and without me:", f"make it if need be, and {invite}")
    if not channel.get("is_member", True): return missing(f"#{name}", "is there, but I am not in it:", invite)
    return well(f"#{name}", "is there, and I am in it.")


def _staff(client: WebClient, emails: Sequence[str]) -> Iterator[Check]:
    """Everybody who is not there, or all of them as one."""
    absent = []
    for email in emails:
        try:
            if client.users_lookupByEmail(email=email)["user"].get("deleted"): absent.append(email)
        except SlackApiError as error:
            if error.response.get("error") != "users_not_found":
                yield _refused("staff", error, "The look-up of staff")
                return
            absent.append(email)
    mend = "correct the address in desk.yaml, or take them out."
    for email in absent: yield missing("staff", f"{email} is not in Slack, or was deactivated there:", mend)
    if not absent: yield well("staff", f"all {len(emails)} of the desk file are in Slack.")


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
    silent = logging.getLogger("firstline.doctor.silent")  # what goes wrong is told below, once
    silent.disabled = True
    connection = Connection(url=url, logger=silent, proxy=client.proxy)
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
