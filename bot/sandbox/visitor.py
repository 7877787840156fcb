"""A person without a browser: acts through the page's JSON and hears the same pushes. For tests and scripts."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Self

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from bot.sandbox.errors import Refused, SandboxError
from bot.sandbox.fill import elements_of, walk

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from websockets.sync.client import ClientConnection

    from bot.sandbox.ids import Json

PATIENCE = 60.0  # seconds to wait for something that should happen at once


def exchange(url: str, fields: Json | None = None) -> Any:
    """GET a JSON document, or POST `fields`; Refused with the server's line on a 4xx answer."""
    data = None if fields is None else json.dumps(fields).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})  # noqa: S310 - loopback only
    # Never through a proxy: the address is this machine's own.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=PATIENCE * 2) as answer:
            return json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            raise Refused(json.loads(error.read())["error"], status=error.code) from None


class Visitor:
    """One person at the page of a sandbox; as a context manager it also listens to the pushes."""

    def __init__(self, url: str, user: str) -> None:
        self.user = user
        self.url = url
        self._pushes: list[Json] = []
        self._news = threading.Condition()
        self._open = ExitStack()

    def __enter__(self) -> Self:
        address = self.url.replace("http", "ws", 1)
        connection = connect(f"{address}/ui/live?as={self.user}", proxy=None)
        listener = threading.Thread(target=self._listen, args=(self._open.enter_context(connection),), daemon=True)
        listener.start()
        self._open.callback(listener.join, PATIENCE)
        self._open.callback(connection.close)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def _listen(self, socket: ClientConnection) -> None:
        try:
            for text in socket:
                with self._news:
                    self._pushes.append(json.loads(text))
                    self._news.notify_all()
        except ConnectionClosed:
            pass  # the server went away: what was heard stays

    def push(self, kind: str, match: Callable[[Json], bool] = bool, seconds: float = PATIENCE) -> Json:
        """Take the first push of a kind that matches, or wait for it; SandboxError when it does not come."""
        deadline = time.monotonic() + seconds
        with self._news:
            while True:
                for push in self._pushes:
                    if push["type"] == kind and match(push):
                        self._pushes.remove(push)
                        return push
                if not self._news.wait(deadline - time.monotonic()):
                    heard = ", ".join(push["type"] for push in self._pushes) or "nothing"
                    raise SandboxError(f"No push “{kind}” came within {seconds} s; heard: {heard}.")

    def heard(self, kind: str) -> list[Json]:
        """The pushes of a kind that nobody has taken yet."""
        with self._news:
            return [push for push in self._pushes if push["type"] == kind]

    def forget(self, kind: str = "") -> None:
        """Forget what was heard until now, of one kind or of all."""
        with self._news:
            self._pushes[:] = [push for push in self._pushes if kind and push["type"] != kind]

    def message(self, match: Callable[[Json], bool] = bool, seconds: float = PATIENCE) -> Json:
        """Take the next message that matches."""
        message: Json = self.push("message", lambda push: match(push["message"]), seconds)["message"]
        return message

    def get(self, name: str, /, **query: str) -> Any:
        """GET /ui/<name>."""
        rest = "".join(f"&{key}={value}" for key, value in query.items())
        return exchange(f"{self.url}/ui/{name}?as={self.user}{rest}")

    def act(self, name: str, /, **fields: Any) -> Any:
        """POST /ui/<name>."""
        return exchange(f"{self.url}/ui/{name}", {"as": self.user} | fields)

    def post(self, channel: str, text: str, thread_ts: str | None = None) -> str:
        """Write a message; answers its ts."""
        return str(self.act("post", channel=channel, text=text, thread_ts=thread_ts)["ts"])

    def history(self, channel: str) -> list[Json]:
        """The top-level messages of a channel."""
        messages: list[Json] = self.get("history", channel=channel)["messages"]
        return messages

    def thread(self, channel: str, ts: str) -> list[Json]:
        """A thread's root and replies."""
        messages: list[Json] = self.get("thread", channel=channel, ts=ts)["messages"]
        return messages

    def click(self, channel: str, message: Json, action_id: str, state: Json | None = None, **chosen: Any) -> Any:
        """Use an element of a message, found by its action_id; `chosen` as in {selected_option: ...}."""
        block, element = element_of(message["blocks"], action_id)
        container = {"type": "message", "channel": channel, "ts": message["ts"],
                     "ephemeral": bool(message.get("ephemeral"))}
        return self._use(container, block, element, state, chosen)

    def click_view(self, view: Json, action_id: str, state: Json | None = None, **chosen: Any) -> Any:
        """Use an element of a modal or of the Home tab."""
        block, element = element_of(view["blocks"], action_id)
        return self._use({"type": "view", "view_id": view["id"]}, block, element, state, chosen)

    def _use(self, container: Json, block: Json, element: Json, state: Json | None, chosen: Json) -> Any:
        return self.act("action", container=container, block_id=block["block_id"], action_id=element["action_id"],
                        action={"type": element["type"]} | chosen, state=state or {"values": {}})

    def submit(self, view: Json, values: dict[str, Json]) -> Any:
        """Submit a modal; `values` by action_id, as in {"title": {"value": "VPN"}}."""
        state: Json = {}
        for block in walk(view["blocks"]):
            for element in elements_of(block):
                given = {"type": element["type"]} | values.get(element["action_id"], {})
                if block["type"] == "input" or element["action_id"] in values:
                    state.setdefault(block["block_id"], {})[element["action_id"]] = given
        return self.act("view_submit", view_id=view["id"], state={"values": state})


def element_of(blocks: list[Json], action_id: str) -> tuple[Json, Json]:
    """The block and the element with an action_id; SandboxError names the ones that are there."""
    there = [(block, element) for block in walk(blocks) for element in elements_of(block)]
    for block, element in there:
        if element["action_id"] == action_id:
            return block, element
    names = ", ".join(str(element["action_id"]) for _, element in there) or "none"
    raise SandboxError(f"There is no element “{action_id}” here; there are: {names}.")
