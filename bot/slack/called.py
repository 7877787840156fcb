"""Who is called by a role: the lead of a queue and the managers of the desk, as people of the workspace."""

from bot.slack.surface import SlackSurface
from core.people import Role
from handoff.ticket import Ticket


class Called:
    """Finds them by the addresses of the desk file."""

    def __init__(self, surface: SlackSurface) -> None:
        """Take who asks Slack, and the desk file."""
        self._directory, self._desk = surface.directory, surface.assistant.parts.desk

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
        """Nobody, where the desk file names none, or somebody who is not in the workspace."""
        return [person.id for email in emails if email and (person := self._directory.colleague(email))]
