"""A company's Slack app without Slack: whoever presses something, and everything that they are told."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from typing import Any

from slack_bolt import App, BoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context import BoltContext
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.assistant import Assistant
from bot.slack.directory import Directory
from bot.slack.listeners import register
from bot.slack.surface import SlackSurface
from core.people import Person
from handoff.desk import Staff
from tests.company import EMMA, PEOPLE, Company

Json = dict[str, Any]
TOLD = ("chat.", "views.")  # methods by which somebody sees something
ROLES_OF = {person.id: person for person in (EMMA, *PEOPLE.values())}


class Slack(WebClient):
    """Slack's Web API, as far as listeners ask for it: it knows the company's people, and takes whatever is posted."""

    def __init__(self) -> None:
        """Nothing was called yet."""
        super().__init__()
        self.calls: list[tuple[str, Json]] = []

    def api_call(self, api_method: str, **given: Any) -> SlackResponse:
        """Answer as Slack does when all is well."""
        arguments: Json = {**(given.get("params") or {}), **(given.get("json") or {}), **(given.get("data") or {})}
        self.calls.append((api_method, arguments))
        answer = {"ok": True, "ts": "9.9", "channel": {"id": "D9"}, "view": {"id": "V9"}, "members": [], "channels": []}
        answer |= {"permalink": "https://it.slack.com/archives/C1/p1", "messages": []}
        if api_method == "users.info": answer["user"] = _user(str(arguments["user"]))
        return SlackResponse(
            client=self, http_verb="POST", api_url=api_method, req_args={}, data=answer, headers={}, status_code=200
        )


def _user(user: str) -> Json:
    person = ROLES_OF.get(user) or Person(id=user, name="Somebody")
    profile = {"real_name": person.name, "email": person.email}
    return {"id": user, "name": "x", "profile": profile, "tz": "Europe/London"}


class AtOnce(Executor):
    """Does at once what it is given, so that all is done when a press is answered."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do it; a listener's errors are its app's to tell."""
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


class Noting(App):
    """Bolt's app that notes which listeners there are: their kind, and what each listens to."""

    def __init__(self, client: WebClient) -> None:
        """Take Slack."""
        self.known: list[tuple[str, str]] = []
        super().__init__(
            client=client, signing_secret="made up", token_verification_enabled=False, listener_executor=AtOnce(),
            authorize=lambda: AuthorizeResult(enterprise_id="", team_id="T0", bot_user_id="U0BOT", bot_id="B0"),
        )

    def action(self, constraints: Any, *more: Any, **named: Any) -> Callable[..., Any]:
        """A button or a menu."""
        return self._noted("action", constraints, super().action(constraints, *more, **named))

    def view(self, constraints: Any, *more: Any, **named: Any) -> Callable[..., Any]:
        """A form that is sent."""
        return self._noted("view", constraints, super().view(constraints, *more, **named))

    def shortcut(self, constraints: Any, *more: Any, **named: Any) -> Callable[..., Any]:
        """A shortcut."""
        return self._noted("shortcut", constraints, super().shortcut(constraints, *more, **named))

    def command(self, command: Any, *more: Any, **named: Any) -> Callable[..., Any]:
        """A command."""
        return self._noted("command", command, super().command(command, *more, **named))

    def event(self, event: Any, *more: Any, **named: Any) -> Callable[..., Any]:
        """An event."""
        return self._noted("event", event, super().event(event, *more, **named))

    def _noted(self, kind: str, constraint: Any, decorator: Any) -> Any:
        self.known.append((kind, getattr(constraint, "pattern", constraint)))
        return decorator


@dataclass
class Pressed:
    """What came of one thing that somebody pressed or sent."""

    acknowledged: str
    told: list[tuple[str, Json]] = field(default_factory=list)


class Desk:
    """The app of a company; `press` is what a person does."""

    def __init__(self, house: Company) -> None:
        """Connect every listener."""
        self.client, self.assistant = Slack(), with_an_admin(house.assistant)
        directory = Directory(self.client, self.assistant, house.clock)
        surface = SlackSurface(client=self.client, assistant=self.assistant, directory=directory, bot_user="U0BOT")
        self.app = Noting(self.client)
        self.app.middleware(self._answered)
        register(self.app, surface)

    def _answered(self, context: BoltContext, next_: Callable[[], Any]) -> None:
        """What goes to a response address is told to the person, too."""
        context["respond"] = lambda *said, **more: self.client.calls.append(("chat.respond", {"said": said, **more}))
        next_()

    def press(self, person: Person, body: Json) -> Pressed:
        """Send a payload as Slack does, in a person's name."""
        self.client.calls.clear()
        base = {"user": {"id": person.id}, "user_id": person.id, "trigger_id": "T1", "team": {"id": "T0"}}
        answer = self.app.dispatch(BoltRequest(body={**base, **body}, mode="socket_mode"))
        return Pressed(
            acknowledged=answer.body or "", told=[one for one in self.client.calls if one[0].startswith(TOLD)]
        )


def with_an_admin(assistant: Assistant) -> Assistant:
    """The same use cases with an administrator in the desk file; the shipped one names none."""
    admin = Staff(email=PEOPLE["admin"].email, roles=["employee", "admin"])  # type: ignore[list-item] - by name
    desk = assistant.parts.desk
    return Assistant(replace(assistant.parts, desk=desk.model_copy(update={"staff": [*desk.staff, admin]})))


def action(name: str, value: str = "", **more: Any) -> Json:
    """A button of a message, or, with a `view`, of a modal."""
    message = {} if "view" in more else {"message": {"ts": "1.0"}, "channel": {"id": "D1"}}
    chosen = {"action_id": name, "type": "button", "value": value, "block_id": "b|1|0", "selected_user": EMMA.id}
    return {"type": "block_actions", "actions": [chosen], **message, **more}


def view(name: str, private: str = "", **values: str) -> Json:
    """A form that is sent."""
    state = {key: {key: {"type": "plain_text_input", "value": value}} for key, value in values.items()}
    return {"type": "view_submission", "view": modal(private, state) | {"callback_id": name}}


def modal(private: str, state: Json | None = None) -> Json:
    """A modal that is open."""
    blocks = [{"type": "input", "block_id": "text"}]
    return {
        "id": "V1", "type": "modal", "hash": "h", "private_metadata": private, "state": {"values": state or {}},
        "blocks": blocks,
    }  # fmt: skip
