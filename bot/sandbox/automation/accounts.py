"""The made-up company behind the sample automation: accounts, licences, groups, printers. Plain JSON."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.sandbox.ids import Json
    from bot.sandbox.seed import Seed

_ACCOUNT: Json = {
    "locked": False, "blocked": False, "mfa": ["Phone"], "licences": [], "groups": [], "sessions": 3,
    "password_days": 42, "mailbox_used_gb": 11.5, "mailbox_quota_gb": 50, "vpn_days": 12, "awake": False,
    "device": "", "model": "", "disk_free_gb": 120.5, "encrypted": True, "updated_days_ago": 3,
}  # fmt: skip


def company(seed: Seed) -> Json:
    """The state at the start: an account for each person of the workspace, with what the seed says of it."""
    given = seed.automation
    if given is None:
        return {"accounts": {}, "products": {}, "groups": {}, "printers": {}}
    special = {name.lower(): values for name, values in given.accounts.items()}
    accounts = {
        person.email.lower(): deepcopy(_ACCOUNT) | {"name": person.real_name} | _own(special.get(person.name.lower()))
        for person in seed.people if person.email
    }
    return {"accounts": accounts, "products": dict(given.products), "groups": dict(given.groups),
            "printers": dict.fromkeys(given.printers, 2)}


def _own(values: dict[str, Any] | None) -> Json:
    return {name: value for name, value in (values or {}).items() if name in _ACCOUNT}
