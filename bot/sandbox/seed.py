"""The workspace as a file: team, people, channels, the app and how it is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.sandbox.errors import SeedError

if TYPE_CHECKING:
    from pathlib import Path

ACK_SECONDS = 3.0  # Slack waits three seconds for an acknowledgement
RETRY_SECONDS = (0.0, 60.0, 300.0)  # Slack redelivers nearly at once, after one minute and after five
KEPT_EVENTS = 1000  # events kept for an app that is not connected; older ones are dropped

SlackId = Annotated[str, Field(pattern=r"^[UWCDGBAT][A-Z0-9]{8,}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Team(_Part):
    """The workspace itself."""

    id: SlackId
    name: str
    domain: str


class Person(_Part):
    """One person; `name` is the handle, `tz` an IANA zone, `color` six hex digits."""

    id: SlackId
    name: str
    real_name: str
    title: str = ""
    email: str = ""
    tz: str = "UTC"
    color: Annotated[str, Field(pattern=r"^[0-9a-fA-F]{6}$")] = "4a154b"
    manager: str = ""  # the id of another person, shown in the profile


class Channel(_Part):
    """One channel; `members` are ids of people and of the app's bot user."""

    id: SlackId
    name: str
    topic: str = ""
    private: bool = False
    members: tuple[SlackId, ...] = ()


class Command(_Part):
    """One slash command of the app."""

    command: Annotated[str, Field(pattern=r"^/\S+$")]
    usage_hint: str = ""
    description: str = ""


class Shortcut(_Part):
    """One shortcut: from a message's menu, or global."""

    type: Literal["message", "global"]
    callback_id: str
    name: str
    description: str = ""


class App(_Part):
    """The one app of the workspace, with its tokens, what it listens to and what it may do."""

    id: SlackId
    name: str
    bot_user: SlackId
    bot_handle: str
    bot_id: SlackId
    color: str = "1264a3"
    description: str = ""
    bot_token: str
    app_token: str
    signing_secret: str
    client_id: str = ""  # with its secret and the addresses below, people can sign in to the app
    client_secret: str = ""
    redirect_urls: tuple[str, ...] = ()
    config_token: str = ""  # of whoever made the app: shows its settings
    app_scopes: tuple[str, ...] = ("connections:write",)  # of the app-level token
    interactivity: bool = True
    commands: tuple[Command, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    events: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    delivery: Literal["socket", "http"] = "socket"
    request_url: str = ""
    request_urls: tuple[str, ...] = ()  # of several processes behind a balancer, instead of the one above

    @model_validator(mode="after")
    def _has_an_address(self) -> Self:
        if self.delivery == "http" and not self.addresses:
            raise ValueError("delivery http needs a request_url")
        return self

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where events are posted: each of them is as good as the others."""
        return self.request_urls or tuple(filter(None, [self.request_url]))


class SampleAutomation(_Part):
    """The sample automation: its secret, what the company has, and by a person's name what is special of an account.

    `products` have a number of licences left, `groups` say whether they are open to everybody.
    """

    secret: Annotated[str, Field(pattern=r"^whsec_[A-Za-z0-9+/]+=*$")]
    products: dict[str, int] = {}
    groups: dict[str, bool] = {}
    printers: tuple[str, ...] = ()
    accounts: dict[str, dict[str, Any]] = {}


class Seed(_Part):
    """All of it. `lacks` names methods that answer unknown_method, as on an older stand-in."""

    team: Team
    people: Annotated[tuple[Person, ...], Field(min_length=1)]
    channels: tuple[Channel, ...]
    app: App
    automation: SampleAutomation | None = None
    rate_limits: bool = False
    lacks: tuple[str, ...] = ()
    ack_seconds: Annotated[float, Field(gt=0)] = ACK_SECONDS
    retry_seconds: tuple[float, ...] = RETRY_SECONDS
    kept_events: Annotated[int, Field(gt=0)] = KEPT_EVENTS

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        users = [person.id for person in self.people] + [self.app.bot_user]
        channels = [channel.id for channel in self.channels]
        for what, ids in (("person", users), ("channel", channels)):
            if len(set(ids)) != len(ids):
                raise ValueError(f"two {what} entries have the same id")
        for person in self.people:
            if person.manager and person.manager not in users:
                raise ValueError(f"{person.name} has an unknown manager: {person.manager}")
        for channel in self.channels:
            if unknown := sorted(set(channel.members) - set(users)):
                raise ValueError(f"#{channel.name} names unknown members: {', '.join(unknown)}")
        return self


def load_seed(path: Path) -> Seed:
    """Read a seed file; SeedError tells in one line what is wrong with it."""
    try:
        return Seed.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise SeedError(f"{path}: cannot be read ({error.__class__.__name__}).") from error
    except yaml.YAMLError as error:
        raise SeedError(f"{path}: is not valid YAML ({' '.join(str(error).split())}).") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "file"
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        raise SeedError(f"{path}: {place}: {first['msg']}{more}") from error
