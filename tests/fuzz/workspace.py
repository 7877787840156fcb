"""A Slack below the socket: a client that answers by itself, refuses what Slack refuses, and remembers what it was shown."""

import json as json_
from random import Random
from typing import Any
from urllib.parse import urlencode

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.sandbox.blocks import check_blocks, check_view
from bot.sandbox.errors import SlackError
from bot.sandbox.fill import fill_ids
from bot.sandbox.ids import Ids
from bot.sandbox.seed import Person, Seed

Json = dict[str, Any]
STRANGER, GONE, NOBODY = "U0STRANGER", "U0LEFTLONG", "U0NOBODY00"
TRIGGER = "fuzz.trigger."  # what every trigger begins with that this Slack gave; any other has expired
MOST_KEPT = 4_000


class Refusal(Exception):
    """An error code of Slack's."""


class Quiet(WebClient):
    """A client over a workspace that lives in this object. Arguments are written as HTTP would carry them."""

    def __init__(self, seed: Seed) -> None:
        """Begin with the people and channels of a seed, somebody who has no role, and somebody who has left."""
        super().__init__(token=seed.app.bot_token, base_url="http://slack.invalid/api/")
        self.seed = seed
        self.users = {one.id: _told(one) for one in seed.people}
        plain = {"tz": "UTC", "profile": {"real_name": "Sam Stranger", "email": "sam@brightwater.example"}}
        self.users[STRANGER] = {"id": STRANGER, "name": "sam", **plain}
        self.users[GONE] = {"id": GONE, "name": "gone", "deleted": True, **plain, "profile": {"email": "gone@x.example"}}
        self.users[seed.app.bot_user] = {"id": seed.app.bot_user, "name": "firstline", "is_bot": True, "tz": "UTC"}
        self.directs = {f"D{user[1:]}": user for user in self.users}
        self.channels = {one.id: one.name for one in seed.channels}
        self.messages: dict[tuple[str, str], Json] = {}
        self.whispers: list[Json] = []
        self.views: dict[str, Json] = {}
        self.homes: dict[str, Json] = {}
        self.said: list[str] = []
        self._ids, self._number = Ids(Random(7)), 0

    def api_call(self, api_method: str, *, http_verb: str = "POST", params: Any = None, data: Any = None, json: Any = None,
                 **_rest: Any) -> SlackResponse:
        """Answer one call as Slack would."""
        given = {name: value for name, value in (json or params or data or {}).items() if value is not None}
        if json is None: urlencode({name: value if isinstance(value, str) else str(value) for name, value in given.items()})
        else: given = json_.loads(json_.dumps(given))
        try:
            answer = getattr(self, "_" + api_method.replace(".", "_"), self._other)(given)
        except Refusal as error:
            answer = {"ok": False, "error": str(error)}
        except SlackError as error:
            answer = {"ok": False, "error": error.code, **error.extra}
        return SlackResponse(client=self, http_verb=http_verb, api_url=api_method, req_args={}, data={"ok": True, **answer},
                             headers={}, status_code=200).validate()  # fmt: skip

    # -- what is kept between cases --------------------------------------------------------------------------------

    def state(self) -> tuple[Any, ...]:
        """What `back_to` needs."""
        kept = (self.messages, self.views, self.homes)
        return (*(dict(one) for one in kept), self._number)

    def back_to(self, state: tuple[Any, ...]) -> None:
        """Forget everything since."""
        messages, views, homes, self._number = state
        self.messages, self.views, self.homes = dict(messages), dict(views), dict(homes)
        self.whispers.clear()
        self.said.clear()

    # -- methods ---------------------------------------------------------------------------------------------------

    def _other(self, _given: Json) -> Json:
        raise Refusal("unknown_method")

    def _auth_test(self, _given: Json) -> Json:
        app = self.seed.app
        return {"user_id": app.bot_user, "team_id": self.seed.team.id, "bot_id": app.bot_id, "user": "firstline",
                "url": "http://brightwater.example/", "team": "B"}  # fmt: skip

    def _users_info(self, given: Json) -> Json:
        found = self.users.get(str(given.get("user")))
        if found is None: raise Refusal("user_not_found")
        return {"user": found}

    def _users_lookupByEmail(self, given: Json) -> Json:
        for one in self.users.values():
            if one.get("profile", {}).get("email") == given.get("email"): return {"user": one}
        raise Refusal("users_not_found")

    def _users_profile_get(self, given: Json) -> Json:
        return {"profile": self._users_info(given)["user"].get("profile", {})}

    def _team_profile_get(self, _given: Json) -> Json:
        return {"profile": {"fields": []}}

    def _conversations_list(self, _given: Json) -> Json:
        return {"channels": [{"id": id_, "name": name, "is_member": True} for id_, name in self.channels.items()]}

    def _conversations_open(self, given: Json) -> Json:
        user = str(given.get("users"))
        if user not in self.users: raise Refusal("user_not_found")
        return {"channel": {"id": f"D{user[1:]}"}}

    def _conversations_members(self, given: Json) -> Json:
        self._place(given)
        return {"members": sorted(self.users)}

    def _conversations_replies(self, given: Json) -> Json:
        rows = [m for (channel, _), m in self.messages.items() if channel == given.get("channel")]
        return {"messages": [m for m in rows if given.get("ts") in (m["ts"], m.get("thread_ts"))]}

    def _chat_postMessage(self, given: Json) -> Json:
        message = self._message(given)
        self.messages[given["channel"], message["ts"]] = message
        return {"ts": message["ts"], "channel": given["channel"], "message": message}

    def _chat_postEphemeral(self, given: Json) -> Json:
        if given.get("user") not in self.users: raise Refusal("user_not_in_channel")
        message = self._message(given)
        self.whispers.append(message | {"channel": given["channel"], "to": given["user"]})
        return {"message_ts": message["ts"]}

    def _chat_update(self, given: Json) -> Json:
        old = self._standing(given)
        new = old | self._message(given) | {"ts": old["ts"]} | ({"thread_ts": old["thread_ts"]} if "thread_ts" in old else {})
        self.messages[given["channel"], old["ts"]] = new
        return {"ts": old["ts"], "channel": given["channel"]}

    def _chat_delete(self, given: Json) -> Json:
        del self.messages[given["channel"], self._standing(given)["ts"]]
        return {}

    def _chat_getPermalink(self, given: Json) -> Json:
        self._place(given)
        return {"permalink": f"http://brightwater.example/archives/{given['channel']}/p{str(given['message_ts']).replace('.', '')}"}

    def _assistant_threads_setSuggestedPrompts(self, given: Json) -> Json:
        self._place({"channel": given.get("channel_id")})
        return {}

    def _views_open(self, given: Json) -> Json:
        return {"view": self._view(given, "modal", self._triggered(given))}

    _views_push = _views_open

    def _views_update(self, given: Json) -> Json:
        old = self.views.get(str(given.get("view_id")))
        if old is None: raise Refusal("not_found")
        return {"view": self._view(given, "modal", old["to"], old["id"])}

    def _views_publish(self, given: Json) -> Json:
        user = given.get("user_id")
        if user not in self.users: raise Refusal("user_not_found")
        self.homes[user] = self._view(given, "home", user)
        return {"view": self.homes[user]}

    # -- parts of them ---------------------------------------------------------------------------------------------

    def tick(self) -> str:
        """The next ts."""
        self._number += 1
        return f"1763600000.{self._number:06d}"

    def _place(self, given: Json) -> None:
        if given.get("channel") not in self.channels and given.get("channel") not in self.directs: raise Refusal("channel_not_found")

    def _standing(self, given: Json) -> Json:
        self._place(given)
        found = self.messages.get((given["channel"], str(given.get("ts"))))
        if found is None: raise Refusal("message_not_found")
        return found

    def _message(self, given: Json) -> Json:
        self._place(given) if given.get("channel") not in self.users else None
        if not given.get("text") and not given.get("blocks"): raise Refusal("no_text")
        if len(given.get("text") or "") > 40_000: raise Refusal("msg_too_long")
        made = {"type": "message", "user": self.seed.app.bot_user, "bot_id": self.seed.app.bot_id, "ts": self.tick(),
                "text": given.get("text") or ""}  # fmt: skip
        self.said.append(made["text"])
        if given.get("blocks"):
            check_blocks(given["blocks"], "message")
            made["blocks"] = fill_ids(given["blocks"], self._ids)
        return made | ({"thread_ts": given["thread_ts"]} if given.get("thread_ts") else {})

    def _triggered(self, given: Json) -> str:
        trigger = given.get("trigger_id")
        if not isinstance(trigger, str) or not trigger.startswith(TRIGGER): raise Refusal("expired_trigger_id")
        return trigger.removeprefix(TRIGGER)

    def _view(self, given: Json, kind: str, user: str, view_id: str = "") -> Json:
        view = given.get("view")
        made = json_.loads(view) if isinstance(view, str) else view
        check_view(made, kind)
        self._number += 1
        id_ = view_id or f"V{self._number:08d}"
        made |= {"id": id_, "to": user, "blocks": fill_ids(made["blocks"], self._ids), "hash": "1.a", "state": {"values": {}},
                 "team_id": self.seed.team.id, "root_view_id": id_, "previous_view_id": None, "app_id": self.seed.app.id}  # fmt: skip
        for name in ("private_metadata", "callback_id", "external_id"): made.setdefault(name, "")
        self.views[id_] = made
        return dict(made)


def _told(person: Person) -> Json:
    return {"id": person.id, "name": person.name, "real_name": person.real_name, "tz": person.tz, "profile": {
        "real_name": person.real_name, "email": person.email, "title": person.title}}  # fmt: skip
