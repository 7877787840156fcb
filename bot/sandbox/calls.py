"""A call of the Web API as a method reads it, and what a method declares about itself."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from bot.sandbox.errors import SlackError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.sandbox.ids import Json
    from bot.sandbox.workspace import Workspace

_TRUE = ("1", "true", "True", True, 1)
MOST_A_PAGE = 1000  # Slack's largest page


@dataclass(frozen=True, slots=True)
class Call:
    """The arguments of a call: from a form they are words, from JSON they have their types."""

    arguments: Json

    def word(self, name: str, default: str = "") -> str:
        """A text argument."""
        value = self.arguments.get(name)
        return default if value is None else str(value)

    def need(self, name: str) -> str:
        """A text argument that must be there."""
        if not (value := self.word(name)):
            raise bad_arguments(f"missing required field: {name}")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A yes-or-no argument."""
        return self.arguments[name] in _TRUE if name in self.arguments else default

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        try:
            return int(self.arguments.get(name, default))
        except (TypeError, ValueError) as error:
            raise bad_arguments(f"must be an integer [json-pointer:/{name}]") from error

    def json(self, name: str) -> Any:
        """A JSON argument, which a form carries as text; None when it is not there."""
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError as error:
            raise bad_arguments(f"must be valid JSON [json-pointer:/{name}]") from error

    def page(self, items: Sequence[Json], default: int = 100) -> tuple[list[Json], str]:
        """One page of a list, and the cursor of the next one ("" at the end)."""
        limit = max(1, min(self.number("limit", default), MOST_A_PAGE))
        start = self._start()
        after = start + limit
        return list(items[start:after]), _cursor(after) if after < len(items) else ""

    def _start(self) -> int:
        if not (cursor := self.word("cursor")):
            return 0
        try:
            word, _, offset = base64.b64decode(cursor, validate=True).decode().partition(":")
            if word == "next":
                return int(offset)
        except (binascii.Error, ValueError):
            pass  # the same answer as for a cursor of another kind
        raise SlackError("invalid_cursor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One method: what it does, the scopes of which one is needed, and whose token it takes."""

    run: Callable[[Workspace, Call], Json]
    scopes: tuple[str, ...] = ()
    caller: Literal["bot", "app", "config", "anybody", "person"] = "bot"


def bad_arguments(message: str) -> SlackError:
    """Slack's refusal of an argument, with its reason."""
    return SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {message}"]})


def _cursor(offset: int) -> str:
    return base64.b64encode(f"next:{offset}".encode()).decode()
