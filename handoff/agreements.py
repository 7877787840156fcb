"""Versions of what was agreed: a ticket keeps the targets and the calendar that it was promised under."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core import events
from core.db import insert
from core.errors import ConfigProblem
from handoff.agreed import Hours, Policies
from handoff.desk import Desk
from handoff.tables import AgreementRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One version: the policies of all priorities, and the calendars by name."""

    policies: Policies
    hours: dict[str, Hours]

    def calendar(self, name: str) -> Hours:
        """A calendar by name; one that this version does not know is stood in for by its first."""
        return self.hours.get(name) or next(iter(self.hours.values()))


def keep(session: Session, desk: Desk, now: datetime) -> None:
    """Remember the desk file's version for the tickets that are promised under it.

    Raises:
        ConfigProblem: the file says something else than was agreed under the same number.
    """
    version, content = desk.policies.version, _content(desk)
    row = {"version": version, "content": content, "since": now}
    new = insert(session, AgreementRow).values(**row).on_conflict_do_nothing().returning(AgreementRow.version)
    if session.execute(new).first():
        events.record(session, "agreement.kept", f"agreement:{version}", actor="firstline", at=now, version=version)
    kept = session.get_one(AgreementRow, version, populate_existing=True)
    if kept.content == content: return
    told = f"policies and hours differ from version {version}, which is agreed since {kept.since:%Y-%m-%d}"
    raise ConfigProblem([f"desk.yaml: {told}; raise policies.version."])


def of(session: Session, desk: Desk, version: int) -> Agreement:
    """What was agreed under a version; one that nobody kept is taken for the present one.

    What an older Firstline kept may have keys that are known no more: they are passed over.
    """
    row = None if version == desk.policies.version else session.get(AgreementRow, version)
    if row is None: return Agreement(policies=desk.policies, hours=desk.hours)
    hours = {name: Hours.model_validate(one, extra="ignore") for name, one in row.content["hours"].items()}
    return Agreement(policies=Policies.model_validate(row.content["policies"], extra="ignore"), hours=hours)


def _content(desk: Desk) -> dict[str, Any]:
    hours = {name: one.model_dump(mode="json") for name, one in desk.hours.items()}
    return {"policies": desk.policies.model_dump(mode="json"), "hours": hours}
