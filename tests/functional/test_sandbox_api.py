"""The Web API's rules: tokens, scopes, refusals in Slack's words, paging, limits, files, the state file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.server import SandboxServer
from bot.sandbox.visitor import Visitor
from tests.functional.sandbox_app import BOT, EMMA, GENERAL, HELP, LEVEL2, NOOR, Clock, client, seed

CLOCK = Clock()


@pytest.fixture(scope="module")
def running() -> Iterator[SandboxServer]:
    """One sandbox for all tests of this file."""
    with SandboxServer(seed(), clock=CLOCK) as server:
        yield server


@pytest.fixture
def server(running: SandboxServer) -> SandboxServer:
    """The sandbox as just started."""
    running.reset()
    return running


@pytest.fixture
def api(server: SandboxServer) -> WebClient:
    """The app's client."""
    return client(server)


def refusal(call: Any, *args: Any, **fields: Any) -> dict:
    """The answer of a call that must fail."""
    with pytest.raises(SlackApiError) as caught:
        call(*args, **fields)
    answer: dict = dict(caught.value.response.data)
    return answer


def post_until_refused(api: WebClient) -> Any:
    """Post faster than Slack allows; the refusal."""
    for _ in range(50):
        try:
            api.chat_postMessage(channel=HELP, text="x")
        except SlackApiError as error:
            return error.response
    raise AssertionError("50 posts in a row were taken")


class TestWhoCalls:
    def test_tokens_are_checked(self, server):
        """No token, a wrong one, and one of the wrong kind have their own errors."""
        assert refusal(WebClient(base_url=server.api_url).auth_test)["error"] == "not_authed"
        assert refusal(WebClient("xoxb-other", base_url=server.api_url).auth_test)["error"] == "invalid_auth"
        app = WebClient("xapp-sandbox-firstline", base_url=server.api_url)
        assert refusal(app.auth_test)["error"] == "not_allowed_token_type"

    def test_auth_test_names_the_bot(self, api):
        """auth.test answers team, bot user and bot id, with the scopes in a header."""
        answer = api.auth_test()
        assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == (BOT, "B0FIRSTLIN", "TBRIGHT001")
        assert "chat:write" in answer.headers["x-oauth-scopes"]

    def test_a_missing_scope_is_named(self, server, api):
        """missing_scope says what is needed and what is there."""
        server.post("/ui/_test/settings", scopes=["im:write"])
        answer = refusal(api.chat_postMessage, channel=HELP, text="x")
        assert (answer["error"], answer["needed"], answer["provided"]) == ("missing_scope", "chat:write", "im:write")

    def test_unknown_and_lacking_methods(self, server, api):
        """A method that is not there, or that the seed says is lacking, answers unknown_method."""
        assert refusal(api.api_call, "chat.everything")["error"] == "unknown_method"
        server.post("/ui/_test/settings", lacks=["assistant.threads.setStatus"])
        answer = refusal(api.assistant_threads_setStatus, channel_id=HELP, thread_ts="1", status="x")
        assert answer["error"] == "unknown_method"

    @pytest.mark.parametrize("header", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}])
    def test_other_hosts_are_refused(self, server, header):
        """A request under another name, or from another site's page, gets 403."""
        assert httpx.get(server.url + "/ui/workspace", headers=header, trust_env=False).status_code == 403


class TestMessages:
    def test_a_post_carries_bot_and_metadata(self, api):
        """The answer has bot_id, app_id and bot_profile; metadata comes back when it is asked for."""
        metadata = {"event_type": "ticket", "event_payload": {"number": 7}}
        message = api.chat_postMessage(channel=HELP, text="x", metadata=metadata)["message"]
        assert (message["bot_id"], message["app_id"], message["bot_profile"]["name"]) == (
            "B0FIRSTLIN", "A0FIRSTLIN", "Firstline")
        plain = api.conversations_history(channel=HELP)["messages"][0]
        full = api.conversations_history(channel=HELP, include_all_metadata=True)["messages"][0]
        assert "metadata" not in plain
        assert full["metadata"] == metadata

    def test_timestamps_are_unique_and_rise(self, api):
        """Messages posted in a burst have different, rising ts."""
        stamps = [api.chat_postMessage(channel=HELP, text="x")["ts"] for _ in range(20)]
        assert stamps == sorted(set(stamps))

    @pytest.mark.parametrize(("fields", "error"), [
        ({"channel": "C000000000", "text": "x"}, "channel_not_found"),
        ({"channel": GENERAL, "text": "x"}, "not_in_channel"),
        ({"channel": HELP, "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": HELP, "text": "x", "thread_ts": "1.1"}, "thread_not_found"),
        ({"channel": HELP, "text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        ({"channel": HELP, "text": "x", "markdown_text": "x"}, "markdown_text_conflict"),
    ])
    def test_a_bad_post_is_refused_in_slacks_words(self, api, fields, error):
        """Each mistake has Slack's own code."""
        assert refusal(api.chat_postMessage, **fields)["error"] == error

    def test_an_empty_post_is_refused(self, api):
        """A post with neither text nor blocks answers no_text."""
        assert refusal(api.api_call, "chat.postMessage", json={"channel": HELP})["error"] == "no_text"

    def test_bad_blocks_name_their_place(self, api):
        """invalid_blocks carries errors and response_metadata with a JSON pointer."""
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]
        answer = refusal(api.chat_postMessage, channel=HELP, text="x", blocks=blocks)
        assert answer["error"] == "invalid_blocks"
        assert answer["response_metadata"]["messages"] == [
            "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"]

    def test_blocks_get_their_ids(self, api):
        """A block without block_id and an element without action_id get ones of Slack's kind."""
        button = {"type": "button", "text": {"type": "plain_text", "text": "Go"}}
        block = api.chat_postMessage(channel=HELP, text="x", blocks=[
            {"type": "actions", "elements": [button]}])["message"]["blocks"][0]
        assert (len(block["block_id"]), len(block["elements"][0]["action_id"])) == (5, 5)

    def test_an_update_without_blocks_keeps_them(self, api):
        """chat.update keeps the blocks that it does not name; an empty list takes them away."""
        ts = api.chat_postMessage(channel=HELP, text="x", blocks=[{"type": "divider"}])["ts"]
        assert api.chat_update(channel=HELP, ts=ts, text="y")["message"]["blocks"][0]["type"] == "divider"
        assert api.chat_update(channel=HELP, ts=ts, text="y", blocks=[])["message"]["blocks"] == []
        assert refusal(api.chat_update, channel=HELP, ts=ts, text="y" * 4001)["error"] == "msg_too_long"

    def test_only_own_messages_can_be_changed(self, server, api):
        """chat.update and chat.delete refuse a person's message."""
        ts = Visitor(server.url, EMMA).post(HELP, "mine")
        assert refusal(api.chat_update, channel=HELP, ts=ts, text="x")["error"] == "cant_update_message"
        assert refusal(api.chat_delete, channel=HELP, ts=ts)["error"] == "cant_delete_message"
        assert refusal(api.chat_delete, channel=HELP, ts="1.000001")["error"] == "message_not_found"

    def test_a_deleted_root_stays_as_a_tombstone(self, server, api):
        """A root with replies is replaced by a tombstone."""
        root = api.chat_postMessage(channel=HELP, text="root")["ts"]
        api.chat_postMessage(channel=HELP, thread_ts=root, text="reply")
        api.chat_delete(channel=HELP, ts=root)
        assert Visitor(server.url, EMMA).history(HELP)[0]["subtype"] == "tombstone"

    def test_a_users_id_opens_the_direct_conversation(self, server, api):
        """chat.postMessage to a user id lands in the DM; conversations.open names the same channel."""
        posted = api.chat_postMessage(channel=EMMA, text="hello")["channel"]
        assert posted == api.conversations_open(users=EMMA)["channel"]["id"]
        assert Visitor(server.url, EMMA).history(posted)[0]["text"] == "hello"

    def test_an_ephemeral_message_needs_a_member(self, api):
        """PostEphemeral to somebody who is not in the channel is refused."""
        answer = refusal(api.chat_postEphemeral, channel=LEVEL2, user=EMMA, text="x")
        assert answer["error"] == "user_not_in_channel"

    def test_a_permalink_leads_to_the_message(self, server, api):
        """The link is one of this server and names channel, message and thread."""
        root = api.chat_postMessage(channel=HELP, text="root")["ts"]
        reply = api.chat_postMessage(channel=HELP, thread_ts=root, text="reply")["ts"]
        link = api.chat_getPermalink(channel=HELP, message_ts=reply)["permalink"]
        assert link.startswith(f"{server.url}/archives/{HELP}/p{reply.replace('.', '')}?thread_ts={root}")
        assert httpx.get(link, trust_env=False).text == httpx.get(server.url, trust_env=False).text


class TestReading:
    def test_history_is_paged_newest_first(self, api):
        """Limit and cursor walk through all messages once."""
        for number in range(5):
            api.chat_postMessage(channel=HELP, text=str(number))
        pages = [[one["text"] for one in page["messages"]] for page in api.conversations_history(channel=HELP, limit=2)]
        assert pages == [["4", "3"], ["2", "1"], ["0"]]
        assert refusal(api.conversations_history, channel=HELP, cursor="nonsense")["error"] == "invalid_cursor"

    def test_replies_start_with_the_root(self, api):
        """conversations.replies gives the root and the replies, oldest first; history leaves replies out."""
        root = api.chat_postMessage(channel=HELP, text="root")["ts"]
        api.chat_postMessage(channel=HELP, thread_ts=root, text="reply")
        assert [one["text"] for one in api.conversations_replies(channel=HELP, ts=root)["messages"]] == [
            "root", "reply"]
        assert [one["text"] for one in api.conversations_history(channel=HELP)["messages"]] == ["root"]

    def test_channels_and_members(self, api):
        """list, info, members, join and users.conversations tell of the seed."""
        names = {one["name"] for one in api.conversations_list(types="public_channel,private_channel")["channels"]}
        assert names == {"it-help", "general", "it-l2", "it-l3", "it-ops", "kb-editors"}
        assert api.conversations_info(channel=LEVEL2)["channel"]["is_private"] is True
        assert EMMA in api.conversations_members(channel=HELP)["members"]
        assert api.conversations_join(channel=GENERAL)["channel"]["is_member"] is True
        assert GENERAL in {one["id"] for one in api.users_conversations()["channels"]}

    def test_people(self, api):
        """users.info, users.lookupByEmail, users.list, bots.info and team.info tell of the seed."""
        assert api.users_info(user=EMMA)["user"]["profile"]["email"] == "emma.larsen@brightwater.example"
        assert api.users_lookupByEmail(email="Noor.Haddad@brightwater.example")["user"]["id"] == NOOR
        assert refusal(api.users_lookupByEmail, email="x@y.z")["error"] == "users_not_found"
        assert refusal(api.users_info, user="U000000000")["error"] == "user_not_found"
        assert len(api.users_list()["members"]) == 6
        assert api.bots_info(bot="B0FIRSTLIN")["bot"]["user_id"] == BOT
        assert api.team_info()["team"]["name"] == "Brightwater"

    def test_reactions(self, api):
        """A reaction is added and removed once."""
        ts = api.chat_postMessage(channel=HELP, text="x")["ts"]
        api.reactions_add(channel=HELP, timestamp=ts, name="eyes")
        assert refusal(api.reactions_add, channel=HELP, timestamp=ts, name="eyes")["error"] == "already_reacted"
        api.reactions_remove(channel=HELP, timestamp=ts, name="eyes")
        assert refusal(api.reactions_remove, channel=HELP, timestamp=ts, name="eyes")["error"] == "no_reaction"


class TestFiles:
    def test_an_upload_is_shared(self, server, api):
        """files_upload_v2 works end to end, and the bytes are read with the token."""
        api.files_upload_v2(channel=HELP, content="a,b\n1,2\n", filename="report.csv", initial_comment="Here")
        message = Visitor(server.url, EMMA).history(HELP)[0]
        assert (message["text"], message["files"][0]["name"]) == ("Here", "report.csv")
        address = message["files"][0]["url_private"]
        token = {"Authorization": "Bearer xoxb-sandbox-firstline"}
        assert httpx.get(address, headers=token, trust_env=False).content == b"a,b\n1,2\n"
        assert httpx.get(address, trust_env=False).status_code == 403


class TestLimits:
    def test_posts_are_limited_when_asked(self, server, api):
        """One a second and channel after a burst: 429 with Retry-After; another channel is free."""
        server.post("/ui/_test/settings", rate_limits=True)
        response = post_until_refused(api)
        assert (response.status_code, response["error"], response.headers["Retry-After"]) == (429, "ratelimited", "1")
        api.chat_postMessage(channel=LEVEL2, text="x")
        CLOCK.forward(1.0)
        api.chat_postMessage(channel=HELP, text="x")

    def test_faults_are_made_to_order(self, server, api):
        """The next calls of a method fail as asked; the log of calls shows them without tokens."""
        server.post("/ui/_test/fault", error="internal_error", method="chat.postMessage", count=1)
        assert refusal(api.chat_postMessage, channel=HELP, text="x")["error"] == "internal_error"
        api.chat_postMessage(channel=HELP, text="y")
        calls = server.get("/ui/_test/calls?method=chat.postMessage")["calls"]
        assert [(one["arguments"]["text"], one["error"]) for one in calls] == [("x", "internal_error"), ("y", None)]
        assert "xoxb" not in str(calls)


class TestState:
    def test_a_restart_keeps_the_conversations(self, tmp_path: Path):
        """With a state file messages, reactions, reads, files and Home come back; new ts are later."""
        path = tmp_path / "state.db"
        with SandboxServer(seed(), state_path=path) as server:
            emma, api = Visitor(server.url, EMMA), client(server)
            root = emma.post(HELP, "before")
            api.chat_postMessage(channel=HELP, thread_ts=root, text="reply")
            emma.act("react", channel=HELP, ts=root, name="eyes")
            api.views_publish(user_id=EMMA, view={"type": "home", "blocks": [{"type": "divider"}]})
        with SandboxServer(seed(), state_path=path) as server:
            emma = Visitor(server.url, EMMA)
            shown = emma.history(HELP)[0]
            assert (shown["text"], shown["reply_count"], shown["reactions"][0]["name"]) == ("before", 1, "eyes")
            assert emma.get("home")["view"]["blocks"][0]["type"] == "divider"
            assert emma.post(HELP, "after") > root
            server.reset()
            assert emma.history(HELP) == []
