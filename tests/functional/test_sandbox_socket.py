"""A real Bolt app in the sandbox, over Socket Mode."""

from collections.abc import Iterator

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.sandbox.errors import Refused
from bot.sandbox.server import SandboxServer
from bot.sandbox.visitor import Visitor, element_of
from tests.functional.sandbox_app import (
    BOT,
    EMMA,
    GENERAL,
    HELP,
    LEVEL2,
    LIAM,
    Clock,
    Heard,
    build_app,
    client,
    connected,
    form,
    seed,
)

CLOCK = Clock()
NOTED = Heard()


@pytest.fixture(scope="module")
def running() -> Iterator[SandboxServer]:
    """One sandbox with one connected app for all tests of this file."""
    with SandboxServer(seed(), clock=CLOCK) as server, connected(build_app(server, NOTED)):
        yield server


@pytest.fixture
def server(running: SandboxServer) -> SandboxServer:
    """The sandbox as just started."""
    running.reset()
    NOTED.forget()
    return running


@pytest.fixture
def heard(server: SandboxServer) -> Heard:
    """What the app was told since the start of the test."""
    del server
    return NOTED


@pytest.fixture
def emma(server: SandboxServer) -> Iterator[Visitor]:
    """Emma at the page."""
    with server.visitor(EMMA) as visitor:
        yield visitor


def answered(emma: Visitor, channel: str = HELP) -> dict:
    """Ask for buttons; the app's answer with them."""
    emma.post(channel, "buttons")
    return emma.message(lambda one: bool(one.get("bot_id")))


class TestMessages:
    def test_a_message_reaches_the_app_as_slack_sends_it(self, heard, emma):
        """A post raises message.channels with ids, ts, team and the rich_text block."""
        ts = emma.post(HELP, "My VPN fails")
        body = heard.next("message")
        event = body["event"]
        assert (event["channel"], event["ts"], event["user"], event["text"]) == (HELP, ts, EMMA, "My VPN fails")
        assert (event["channel_type"], event["event_ts"], event["team"]) == ("channel", ts, "TBRIGHT001")
        assert event["blocks"][0]["elements"][0]["elements"] == [{"type": "text", "text": "My VPN fails"}]
        assert (body["api_app_id"], body["authorizations"][0]["user_id"]) == ("A0FIRSTLIN", BOT)
        assert body["event_id"].startswith("Ev")

    def test_a_mention_arrives_as_message_and_as_app_mention(self, heard, emma):
        """An @mention in a channel raises two events with the same ts."""
        ts = emma.post(HELP, f"<@{BOT}> help")
        assert heard.next("message")["event"]["ts"] == ts
        mention = heard.next("app_mention")["event"]
        assert (mention["ts"], mention["type"]) == (ts, "app_mention")
        assert emma.message(lambda one: bool(one.get("bot_id")))["thread_ts"] == ts

    def test_the_apps_own_posts_come_back_with_its_bot_id(self, heard, emma):
        """What the app posts is a message event too, and Bolt drops it as its own."""
        emma.post(HELP, f"<@{BOT}> help")
        emma.message(lambda one: bool(one.get("bot_id")))
        assert heard.next("message")["event"]["user"] == EMMA
        assert heard.nothing("message")

    def test_a_direct_message_is_of_type_im(self, heard, emma):
        """A message in the Messages tab raises message.im and no app_mention."""
        channel = emma.act("messages_tab")["channel"]
        assert heard.next("app_home_opened")["event"]["tab"] == "messages"
        emma.post(channel, f"<@{BOT}> hello")
        event = heard.next("message")["event"]
        assert (event["channel_type"], event["channel"]) == ("im", channel)
        assert heard.nothing("app_mention")

    def test_a_channel_without_the_app_is_silent(self, heard, emma):
        """The app hears nothing of a channel that it is not in, until it is invited."""
        emma.post(GENERAL, f"<@{BOT}> are you there")
        assert "/invite" in emma.push("notice")["text"]
        emma.act("command", channel=GENERAL, command="/invite", text=f"<@{BOT}>")
        joined = heard.next("member_joined_channel")["event"]
        assert (joined["user"], joined["channel"], joined["inviter"]) == (BOT, GENERAL, EMMA)
        assert heard.nothing("message")
        assert heard.nothing("app_mention")

    def test_edits_and_deletions_are_told(self, heard, emma):
        """Editing and deleting raise message_changed and message_deleted."""
        ts = emma.post(HELP, "wrong")
        heard.next("message")
        emma.act("edit", channel=HELP, ts=ts, text="right")
        changed = heard.next("message")["event"]
        assert (changed["subtype"], changed["message"]["text"], changed["previous_message"]["text"]) == (
            "message_changed", "right", "wrong")
        emma.act("delete", channel=HELP, ts=ts)
        assert heard.next("message")["event"]["deleted_ts"] == ts
        assert emma.history(HELP) == []

    def test_a_reaction_is_told(self, heard, emma):
        """A reaction raises reaction_added with the message's author."""
        ts = emma.post(HELP, "thanks")
        emma.act("react", channel=HELP, ts=ts, name="tada")
        event = heard.next("reaction_added")["event"]
        assert (event["reaction"], event["item"]["ts"], event["item_user"]) == ("tada", ts, EMMA)
        assert emma.push("reaction")["reactions"] == [{"name": "tada", "users": [EMMA], "count": 1}]

    def test_a_file_comes_with_the_message(self, server, heard, emma):
        """An upload is a file_share message; the app reads the bytes with its token only."""
        emma.act("post", channel=HELP, text="see", files=[
            {"name": "log.txt", "mimetype": "text/plain", "content_base64": "aGVsbG8="}])
        event = heard.next("message")["event"]
        assert event["subtype"] == "file_share"
        assert client(server).files_info(file=event["files"][0]["id"])["file"]["size"] == 5

    def test_a_thread_counts_its_replies(self, emma, server):
        """Replies change the root's count, people and latest reply."""
        root = emma.post(HELP, "root")
        reply = client(server).chat_postMessage(channel=HELP, thread_ts=root, text="first")["ts"]
        emma.post(HELP, "second", thread_ts=reply)
        shown = emma.history(HELP)
        assert [one["ts"] for one in shown] == [root]
        assert (shown[0]["reply_count"], shown[0]["reply_users"]) == (2, [BOT, EMMA])
        assert [one["text"] for one in emma.thread(HELP, root)] == ["root", "first", "second"]


class TestActions:
    def test_a_click_has_slacks_shape(self, heard, emma):
        """block_actions carries container, message with ids, action with value, and a response_url."""
        message = answered(emma)
        emma.click(HELP, message, "yes")
        body = heard.next("yes")
        assert body["user"] == {"id": EMMA, "username": "emma", "name": "emma", "team_id": "TBRIGHT001"}
        assert body["container"] == {"type": "message", "message_ts": message["ts"], "channel_id": HELP,
                                     "is_ephemeral": False, "thread_ts": message["thread_ts"]}
        assert body["channel"] == {"id": HELP, "name": "it-help"}
        assert body["message"]["blocks"] == message["blocks"]
        action = body["actions"][0]
        assert (action["type"], action["value"], action["text"]["text"]) == ("button", "run-1", "Yes")
        assert action["block_id"] == message["blocks"][1]["block_id"] != ""

    def test_the_response_url_replaces_the_message(self, emma):
        """`respond(replace_original=True)` changes the message for everybody."""
        emma.click(HELP, answered(emma), "yes")
        changed = emma.push("message_changed", lambda push: push["message"]["text"] == "Glad to hear it")
        assert changed["message"]["blocks"] == []

    def test_a_choice_carries_the_selected_option(self, heard, emma):
        """A select sends selected_option and the state of the message's inputs."""
        message = answered(emma)
        option = message["blocks"][1]["elements"][2]["options"][1]
        state = {"values": {message["blocks"][1]["block_id"]: {"pick": {"type": "static_select",
                                                                       "selected_option": option}}}}
        emma.click(HELP, message, "pick", state, selected_option=option)
        body = heard.next("pick")
        assert body["actions"][0]["selected_option"]["value"] == "2"
        assert body["state"] == state

    def test_feedback_buttons_send_the_pressed_value(self, heard, emma):
        """Feedback has one action_id and the value of the button that was pressed."""
        emma.click(HELP, answered(emma), "feedback", value="bad")
        action = heard.next("feedback")["actions"][0]
        assert (action["type"], action["value"], action["text"]["text"]) == ("feedback_buttons", "bad", "Bad")

    def test_a_click_on_what_is_gone_is_refused(self, server, emma):
        """After an update without the buttons, a late click gets one clear line."""
        message = answered(emma)
        client(server).chat_update(channel=HELP, ts=message["ts"], text="done", blocks=[])
        with pytest.raises(Refused, match="no longer there"):
            emma.click(HELP, message, "yes")


class TestModals:
    def opened(self, heard: Heard, emma: Visitor) -> dict:
        """The view that a click on Form opens."""
        emma.click(HELP, answered(emma), "form")
        heard.next("form")
        view: dict = emma.push("view_open")["view"]
        return view

    def test_a_modal_opens_and_is_submitted(self, heard, emma):
        """The submission carries the view with its state and private_metadata, and the modal closes."""
        view = self.opened(heard, emma)
        assert emma.submit(view, {"title": {"value": "VPN"}})["action"] == "close"
        body = heard.next("ticket")
        assert body["view"]["state"]["values"]["what"]["title"] == {"type": "plain_text_input", "value": "VPN"}
        assert (body["view"]["private_metadata"], body["view"]["id"]) == ("run-1", view["id"])

    def test_an_empty_required_input_never_reaches_the_app(self, heard, emma):
        """Slack itself asks for required fields."""
        view = self.opened(heard, emma)
        assert emma.submit(view, {})["errors"] == {"what": "Please complete this required field."}
        assert heard.nothing("ticket")

    def test_the_apps_errors_keep_the_modal_open(self, heard, emma):
        """response_action errors puts text under the input, and the form can be sent again."""
        view = self.opened(heard, emma)
        answer = emma.submit(view, {"title": {"value": "bad"}})
        assert answer == {"action": "errors", "errors": {"what": "Too vague"}}
        assert emma.submit(view, {"title": {"value": "good"}})["action"] == "close"

    def test_a_submission_can_push_update_and_clear(self, heard, emma):
        """Push stacks a view, update changes it in place, clear closes all."""
        first = self.opened(heard, emma)
        pushed = emma.submit(first, {"title": {"value": "next"}})
        assert (pushed["action"], pushed["view"]["previous_view_id"]) == ("push", first["id"])
        changed = emma.submit(pushed["view"], {"title": {"value": "again"}})
        assert (changed["action"], changed["view"]["id"]) == ("update", pushed["view"]["id"])
        assert changed["view"]["title"]["text"] == "Changed"
        assert emma.submit(changed["view"], {"title": {"value": "all"}})["action"] == "close"
        assert {emma.push("view_close")["view_id"] for _ in range(2)} == {first["id"], pushed["view"]["id"]}

    def test_closing_tells_the_app_only_if_it_asked(self, server, heard, emma):
        """notify_on_close raises view_closed; a view without it closes silently."""
        view = self.opened(heard, emma)
        client(server).views_update(view_id=view["id"], view=form(notify_on_close=True))
        emma.act("view_close", view_id=view["id"])
        assert heard.next("closed")["view"]["id"] == view["id"]
        other = self.opened(heard, emma)
        emma.act("view_close", view_id=other["id"])
        assert heard.nothing("closed")

    def test_a_stale_hash_is_refused(self, server, heard, emma):
        """views.update with the hash of an older state answers hash_conflict."""
        view = self.opened(heard, emma)
        client(server).views_update(view_id=view["id"], hash=view["hash"], view=form("Newer"))
        assert emma.push("view_update")["view"]["title"]["text"] == "Newer"
        with pytest.raises(SlackApiError, match="hash_conflict"):
            client(server).views_update(view_id=view["id"], hash=view["hash"], view=form("Late"))

    def test_a_trigger_works_once_and_for_three_seconds(self, server, heard, emma):
        """A second use answers exchanged_trigger_id, a late one expired_trigger_id."""
        emma.act("shortcut", callback_id="ask_global")
        trigger = heard.next("shortcut")["trigger_id"]
        client(server).views_open(trigger_id=trigger, view=form())
        with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
            client(server).views_open(trigger_id=trigger, view=form())
        emma.act("shortcut", callback_id="ask_global")
        late = heard.next("shortcut")["trigger_id"]
        CLOCK.forward(3.1)
        with pytest.raises(SlackApiError, match="expired_trigger_id"):
            client(server).views_open(trigger_id=late, view=form())

    def test_the_stack_holds_three_views(self, server, heard, emma):
        """A fourth view answers push_limit_reached."""
        self.opened(heard, emma)
        for _ in range(2):
            emma.act("shortcut", callback_id="ask_global")
            client(server).views_push(trigger_id=heard.next("shortcut")["trigger_id"], view=form())
        emma.act("shortcut", callback_id="ask_global")
        with pytest.raises(SlackApiError, match="push_limit_reached"):
            client(server).views_push(trigger_id=heard.next("shortcut")["trigger_id"], view=form())


class TestCommandsAndShortcuts:
    def test_a_command_is_answered_privately_then_in_the_channel(self, server, heard, emma):
        """ack(text) is ephemeral, respond(in_channel) is a message; the form has Slack's fields."""
        emma.act("command", channel=HELP, command="/it", text="my tickets")
        assert heard.next("/it")["text"] == "my tickets"
        assert emma.message(lambda one: bool(one.get("ephemeral")))["text"] == "Looking…"
        assert emma.message(lambda one: not one.get("ephemeral"))["text"] == "Asked: my tickets"
        assert [one["text"] for one in emma.history(HELP)] == ["Asked: my tickets"]
        form_fields = server.get("/ui/_test/deliveries")["deliveries"][0]["payload"]
        assert {"token", "team_id", "team_domain", "channel_id", "channel_name", "user_id", "user_name", "command",
                "text", "response_url", "trigger_id", "api_app_id"} <= set(form_fields)

    def test_a_response_url_works_five_times_in_half_an_hour(self, heard, emma):
        """Five posts are taken, the sixth answers used_url; a late one answers expired_url."""
        emma.act("command", channel=HELP, command="/it", text="")
        emma.message(lambda one: not one.get("ephemeral"))  # the app's own use, the first of five
        hook = WebhookClient(heard.next("/it")["response_url"])
        assert [hook.send(text=str(number)).status_code for number in range(5)] == [200, 200, 200, 200, 404]
        assert "used_url" in hook.send(text="x").body
        emma.act("command", channel=HELP, command="/it", text="")
        late = WebhookClient(heard.next("/it")["response_url"])
        CLOCK.forward(30 * 60 + 1)
        assert "expired_url" in late.send(text="x").body

    def test_a_message_shortcut_brings_the_message(self, heard, emma):
        """message_action carries the message, its channel and a trigger that opens a modal."""
        ts = emma.post(HELP, "printer on fire")
        emma.act("shortcut", callback_id="ask_firstline", channel=HELP, ts=ts)
        body = heard.next("shortcut")
        assert (body["type"], body["message"]["text"], body["message_ts"]) == ("message_action", "printer on fire", ts)
        assert emma.push("view_open")["view"]["title"]["text"] == "From a message"

    def test_the_home_tab_is_published(self, heard, emma):
        """Opening Home raises app_home_opened, and what the app publishes arrives at once and is kept."""
        assert emma.get("home") == {"view": None}
        assert heard.next("app_home_opened")["event"]["tab"] == "home"
        view = emma.push("home")["view"]
        assert view["blocks"][0]["text"]["text"] == "Welcome"
        assert emma.get("home")["view"]["id"] == view["id"]

    def test_a_click_in_the_home_tab_names_the_view(self, server, heard, emma):
        """block_actions of a view has the view and no message, channel or response_url."""
        button = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "home_button"}
        view = client(server).views_publish(user_id=EMMA, view={"type": "home", "blocks": [
            {"type": "actions", "elements": [button]}]})["view"]
        emma.click_view(view, "home_button")
        body = heard.next("home_button")
        assert (body["container"], body["view"]["id"]) == ({"type": "view", "view_id": view["id"]}, view["id"])
        assert {"message", "channel", "response_url"}.isdisjoint(body)


class TestPrivacy:
    def test_an_ephemeral_message_is_for_one_person_and_gone_on_reload(self, server, emma):
        """PostEphemeral pushes to one person and is in nobody's history."""
        with server.visitor(LIAM) as liam:
            client(server).chat_postEphemeral(channel=HELP, user=EMMA, text="psst")
            client(server).chat_postMessage(channel=HELP, text="all")
            assert emma.message()["text"] == "psst"
            assert liam.message()["text"] == "all"
        assert [one["text"] for one in emma.history(HELP)] == ["all"]

    def test_a_click_on_an_ephemeral_message_brings_no_message(self, server, heard, emma):
        """The payload says is_ephemeral and leaves the message out; respond replaces it for that person."""
        button = {"type": "button", "text": {"type": "plain_text", "text": "Yes"}, "action_id": "yes"}
        client(server).chat_postEphemeral(channel=HELP, user=EMMA, text="psst", blocks=[
            {"type": "actions", "elements": [button]}])
        message = emma.message()
        emma.click(HELP, message, "yes")
        body = heard.next("yes")
        assert body["container"]["is_ephemeral"] is True
        assert "message" not in body
        replaced = emma.message()
        assert (replaced["ts"], replaced["text"]) == (message["ts"], "Glad to hear it")

    def test_private_channels_are_closed_to_others(self, emma):
        """Emma neither sees nor reads #it-l2."""
        assert LEVEL2 not in {one["id"] for one in emma.get("workspace")["channels"]}
        with pytest.raises(Refused, match="private"):
            emma.history(LEVEL2)

    def test_unread_counts_what_was_not_read(self, server, emma):
        """A post raises the count, reading the channel clears it."""
        client(server).chat_postMessage(channel=HELP, text="news")
        assert emma.push("unread") == {"type": "unread", "channel": HELP, "n": 1}
        emma.history(HELP)
        assert emma.push("unread")["n"] == 0


class TestStatus:
    def test_a_status_shows_until_the_app_posts(self, server, emma):
        """SetStatus shows in the thread, and the reply takes it away."""
        ts = emma.post(HELP, "slow question")
        client(server).assistant_threads_setStatus(channel_id=HELP, thread_ts=ts, status="is looking",
                                                   loading_messages=["Reading articles"])
        assert emma.push("status")["loading_messages"] == ["Reading articles"]
        client(server).chat_postMessage(channel=HELP, thread_ts=ts, text="found")
        assert emma.push("status")["status"] == ""

    def test_prompts_are_shown_in_the_messages_tab(self, server, emma):
        """SetSuggestedPrompts needs no thread."""
        channel = emma.act("messages_tab")["channel"]
        client(server).assistant_threads_setSuggestedPrompts(
            channel_id=channel, title="Try", prompts=[{"title": "VPN", "message": "My VPN fails"}])
        assert emma.push("prompts")["prompts"] == [{"title": "VPN", "message": "My VPN fails"}]
        assert emma.get("history", channel=channel)["prompts"]["title"] == "Try"


def test_elements_are_found_by_their_action_id(emma):
    """A visitor finds the element of a message that a person would click."""
    assert element_of(answered(emma)["blocks"], "yes")[1]["value"] == "run-1"
