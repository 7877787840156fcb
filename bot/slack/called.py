"""Who is called by a role: the lead of a queue and the managers of the desk, as people of the workspace."""

import logging

from slack_sdk.errors import SlackApiError

from bot.slack.surface import SlackSurface
from core.people import Role
from handoff.ticket import Ticket

log = logging.getLogger(__name__)


class Called:
    """Finds them by the addresses of the desk file."""

    def __init__(self, surface: SlackSurface) -> None:
        """Take Slack's client."""
        self._client, self._desk = surface.client, surface.assistant.parts.desk

    def managers(self) -> list[str]:
        """The ids of the IT operations managers, in the order of the desk file."""
        return self._ids([one.email for one in self._desk.staff if Role.MANAGER in one.roles])

    def on(self, role: str, ticket: Ticket) -> list[str]:
        """The ids of those whom a step of the ladder means: `assignee`, `lead` or `manager`; may be nobody."""
        match role:
            case "assignee": return [ticket.assignee] if ticket.assignee else []
            case "lead": return self._ids([self._desk.queue(ticket.queue).lead])
            case _: return self.managers()

    def _ids(self, emails: list[str]) -> list[str]:
        return [found for email in emails if email and (found := self._id(email))]

    def _id(self, email: str) -> str:
        """The id of whoever has an address; empty where nobody has."""
        try:
            user = self._client.users_lookupByEmail(email=email)["user"]
        except SlackApiError as error:
            if error.response.get("error") != "users_not_found": raise
            log.warning("nobody in the workspace has an address that the desk file names")
            return ""
        return "" if user.get("deleted") else str(user["id"])
