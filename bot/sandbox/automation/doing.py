"""What the sample automation can do. Each action changes the company, and tells outcome and results."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox.ids import Json

VPN_DAYS = 365  # a new profile is valid for a year


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One call: the whole company, the requester's account in it, what was given with the call, and the day."""

    company: Json
    account: Json
    given: dict[str, str]
    today: date

    def word(self, name: str) -> str:
        """One of the values given."""
        return str(self.given.get(name, "")).strip()

    def named(self, what: str) -> str:
        """The company's own spelling of the product, group or printer that was given; empty if there is none."""
        wanted = self.word({"products": "product", "groups": "group", "printers": "printer"}[what]).lower()
        return next((name for name in self.company[what] if name.lower() == wanted), "")

    def day(self, days: int) -> str:
        """The date in some days."""
        return (self.today + timedelta(days=days)).isoformat()


def ended(outcome: str = "done", note: str = "", **results: object) -> Json:
    """An answer."""
    return {"outcome": outcome, "results": results, "note": note}


def _licence(task: Task) -> Json:
    product = task.named("products")
    if not product:
        return ended("unknown-product", "There is no such product in the list.")
    return ended(product=product, assigned=product in task.account["licences"],
                 licences_left=task.company["products"][product])


def _assign(task: Task) -> Json:
    product = task.named("products")
    if not product:
        return ended("unknown-product", "There is no such product in the list.")
    if product in task.account["licences"]:
        return ended("already-assigned", product=product, licences_left=task.company["products"][product])
    if task.company["products"][product] < 1:
        return ended("none-left", "Purchasing has been told.", product=product, licences_left=0)
    task.company["products"][product] -= 1
    task.account["licences"].append(product)
    return ended(product=product, licences_left=task.company["products"][product])


def _mailbox(task: Task) -> Json:
    used, quota = task.account["mailbox_used_gb"], task.account["mailbox_quota_gb"]
    if not quota:
        return ended("no-mailbox")
    return ended(used_gb=used, quota_gb=quota, percent_used=round(100 * used / quota))


def _device(task: Task) -> Json:
    account = task.account
    if not account["device"]:
        return ended("no-device")
    return ended(device=account["device"], model=account["model"], disk_free_gb=account["disk_free_gb"],
                 last_update=task.day(-account["updated_days_ago"]), encrypted=account["encrypted"])


def _password(task: Task) -> Json:
    days = task.account["password_days"]
    return ended(expires_on=task.day(days), days_left=days) if days else ended("never-expires")


def _unlock(task: Task) -> Json:
    if task.account["blocked"]:
        return ended("blocked", "The security team blocked this account.")
    if not task.account["locked"]:
        return ended("not-locked")
    task.account["locked"] = False
    return ended()


def _vpn(task: Task) -> Json:
    if not task.account["device"]:
        return ended("no-device")
    task.account["vpn_days"] = VPN_DAYS
    return ended(valid_until=task.day(VPN_DAYS))


def _wake(task: Task) -> Json:
    if not task.account["device"]:
        return ended("no-device")
    if task.account["awake"]:
        return ended("already-awake")
    task.account["awake"] = True
    return ended()


def _sessions(task: Task) -> Json:
    closed, task.account["sessions"] = task.account["sessions"], 0
    return ended(sessions=closed)


def _printer(task: Task) -> Json:
    printer = task.named("printers")
    if not printer:
        return ended("unknown-printer", "There is no such printer in the list.")
    return ended(jobs=task.company["printers"][printer])


def _group(task: Task) -> Json:
    group = task.named("groups")
    if not group or not task.company["groups"][group]:
        return ended("not-open", "Its owner wants to be asked.", group=group or task.word("group"))
    if group in task.account["groups"]:
        return ended("already-member", group=group)
    task.account["groups"].append(group)
    return ended(group=group)


def _mfa(task: Task) -> Json:
    removed = len(task.account["mfa"])
    if not removed:
        return ended("nothing-registered")
    task.account["mfa"] = []
    return ended(devices=removed)


ACTIONS: dict[str, Callable[[Task], Json]] = {
    "licence-look-up": _licence, "mailbox-quota-look-up": _mailbox, "device-look-up": _device,
    "password-expiry-look-up": _password, "unlock-account": _unlock, "vpn-profile-renew": _vpn,
    "wake-computer": _wake, "revoke-sessions": _sessions, "print-queue-restart": _printer,
    "assign-licence": _assign, "add-to-group": _group, "reset-mfa": _mfa,
}  # fmt: skip


def day_of(now: float) -> date:
    """The day of a moment in Unix seconds."""
    return datetime.fromtimestamp(now, UTC).date()
