"""Modals on each person's stack (three at most) and Home tabs, with the hash that guards updates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.errors import SlackError
from bot.sandbox.fill import fill_ids

if TYPE_CHECKING:
    from bot.sandbox.ids import Ids, Json, Ticker
    from bot.sandbox.seed import Seed
    from bot.sandbox.store import Store

MOST_ON_STACK = 3
_KEPT = ("title", "submit", "close", "blocks", "private_metadata", "callback_id", "external_id",
         "clear_on_close", "notify_on_close", "submit_disabled")
_DEFAULTS: dict[str, object] = {"private_metadata": "", "callback_id": "", "external_id": "",
                                "clear_on_close": False, "notify_on_close": False, "submit_disabled": False,
                                "title": None, "submit": None, "close": None}


class Views:
    """Every open modal and every published Home tab."""

    def __init__(self, seed: Seed, store: Store, ids: Ids, ticker: Ticker) -> None:
        self._seed = seed
        self._store = store
        self._ids = ids
        self._ticker = ticker
        self._stacks: dict[str, list[Json]] = {}
        self.homes: dict[str, Json] = {user: view for user, view, _ in store.all("home")}

    def clear(self) -> None:
        """Close everything and unpublish every Home tab."""
        self._stacks.clear()
        self.homes.clear()

    def stack(self, user: str) -> list[Json]:
        """A person's open modals, the root first."""
        return self._stacks.setdefault(user, [])

    def owner(self, view_id: str) -> tuple[str, Json]:
        """Whose view it is, and the view; SlackError `not_found` when it is closed."""
        for user, stack in self._stacks.items():
            for view in stack:
                if view["id"] == view_id:
                    return user, view
        for user, view in self.homes.items():
            if view["id"] == view_id:
                return user, view
        raise SlackError("not_found")

    def named(self, external_id: str) -> Json:
        """The open view with an external id."""
        views = [view for stack in self._stacks.values() for view in stack] + list(self.homes.values())
        for view in views:
            if external_id and view["external_id"] == external_id:
                return view
        raise SlackError("not_found")

    def open(self, user: str, body: Json) -> Json:
        """Open a modal as the root of a new stack."""
        view = self._made(body, root=None, previous=None)
        self._stacks[user] = [view]
        return view

    def push(self, user: str, body: Json) -> Json:
        """Put a modal on top of a person's stack."""
        stack = self.stack(user)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= MOST_ON_STACK:
            raise SlackError("push_limit_reached")
        view = self._made(body, root=stack[0]["id"], previous=stack[-1]["id"])
        stack.append(view)
        return view

    def update(self, view: Json, body: Json, seen: str | None = None) -> Json:
        """Replace what a view shows; `seen` is the hash of the state the app means, if it says one."""
        if seen is not None and seen != view["hash"]:
            raise SlackError("hash_conflict")
        self._unique(body, view["id"])
        view.update(self._shown(body), hash=self._hash())
        return view

    def publish(self, user: str, body: Json, seen: str | None = None) -> Json:
        """Set a person's Home tab."""
        if (home := self.homes.get(user)) is None:
            home = self._made(body, root=None, previous=None)
            self.homes[user] = home
        else:
            self.update(home, body, seen)
        self._store.put("home", user, home)
        return home

    def close(self, user: str, view_id: str) -> Json | None:
        """Take a modal and all above it off the stack; answers what is on top now."""
        stack = self.stack(user)
        ids = [view["id"] for view in stack]
        if view_id in ids:
            del stack[ids.index(view_id):]
        return stack[-1] if stack else None

    def close_all(self, user: str) -> list[str]:
        """Close all of a person's modals; answers their ids."""
        return [view["id"] for view in self._stacks.pop(user, [])]

    def _hash(self) -> str:
        return f"{self._ticker.tick().partition('.')[0]}.{self._ids.secret(8)}"

    def _unique(self, body: Json, own: str | None) -> None:
        wanted = body.get("external_id") or ""
        views = [view for stack in self._stacks.values() for view in stack]
        if wanted and any(view["external_id"] == wanted and view["id"] != own for view in views):
            raise SlackError("duplicate_external_id")

    def _shown(self, body: Json) -> Json:
        shown = _DEFAULTS | {key: body[key] for key in _KEPT if key in body}
        shown["blocks"] = fill_ids(body["blocks"], self._ids)
        return shown | {"state": {"values": {}}}

    def _made(self, body: Json, *, root: str | None, previous: str | None) -> Json:
        self._unique(body, None)
        app, view_id = self._seed.app, self._ids.named("V")
        return {
            "id": view_id, "team_id": self._seed.team.id, "type": body["type"], **self._shown(body),
            "hash": self._hash(), "previous_view_id": previous, "root_view_id": root or view_id,
            "app_id": app.id, "app_installed_team_id": self._seed.team.id, "bot_id": app.bot_id,
        }
