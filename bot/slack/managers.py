"""Who somebody's manager is, from the field of Slack's profiles that names them; asked once an hour and kept."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from core.clock import Clock

FRESH = timedelta(hours=1)
FOR_GOOD = frozenset({"missing_scope", "user_not_found", "unknown_method", "user_not_visible"})  # no use to ask again
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manager:
    """Somebody's manager; `left` if their account is deactivated."""

    id: str
    left: bool


class Managers:
    """The managers of people."""

    def __init__(self, client: WebClient, label: str, clock: Clock) -> None:
        """Take Slack's client and the label of the profile field; nothing is asked yet."""
        self._client, self._label, self._clock = client, label, clock
        self._known: dict[str, tuple[datetime, str]] = {}

    def of(self, user: str) -> Manager | None:
        """Somebody's manager; None where no other person is named.

        Raises:
            SlackApiError: Slack cannot tell now.
        """
        known = self._known.get(user)
        if known is None or self._clock() - known[0] >= FRESH:
            known = self._known[user] = (self._clock(), self._named(user))
        manager = known[1]
        if not manager or manager == user: return None
        return Manager(id=manager, left=self._left(manager))

    def _named(self, user: str) -> str:
        try:
            fields = self._client.team_profile_get()["profile"]["fields"]
            ours = next((one["id"] for one in fields if one["label"].casefold() == self._label.casefold()), "")
            told = self._client.users_profile_get(user=user)["profile"].get("fields") or {} if ours else {}
        except SlackApiError as error:
            if error.response.get("error") not in FOR_GOOD: raise
            log.warning("Slack does not tell who manages whom: %s", error.response["error"])
            return ""
        value: str = (told.get(ours) or {}).get("value") or ""
        return value.split(",", maxsplit=1)[0].strip()  # a field may name several; the first one is asked

    def _left(self, user: str) -> bool:
        """Asked each time: people leave at any hour."""
        try:
            return bool(self._client.users_info(user=user)["user"].get("deleted"))
        except SlackApiError as error:
            if error.response.get("error") not in FOR_GOOD: raise
            return True
