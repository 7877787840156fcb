"""Everything that can go wrong in the sandbox.

SandboxError
├── SeedError       the seed file cannot be read or contradicts itself
├── SlackError      the Web API refuses a call, in Slack's own words
├── Refused         the page asked for something that a person may not do
└── NotResponding   the app gave no acknowledgement in time, or nobody is connected
"""

from __future__ import annotations

from typing import Any


class SandboxError(Exception):
    """Base of the sandbox's own errors; its text is one clear line."""


class SeedError(SandboxError):
    """The seed file cannot be used."""


class SlackError(SandboxError):
    """A refusal by the Web API: `code` is Slack's error code, `extra` goes into the answer beside it."""

    def __init__(self, code: str, *, status: int = 200, headers: dict[str, str] | None = None, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.headers = headers or {}
        self.extra = extra


class Refused(SandboxError):
    """A refusal to the page; `status` is the HTTP status (4xx)."""

    def __init__(self, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class NotResponding(SandboxError):
    """The app did not acknowledge: `nobody` is true when it was not connected at all."""

    def __init__(self, reason: str, *, nobody: bool = False) -> None:
        super().__init__(reason)
        self.nobody = nobody
