"""Two lanes in Slack: what staff write stays there, what they reply goes out, what the requester does comes in."""

import base64
from datetime import timedelta
from urllib.request import urlopen

import pytest

from bot.sandbox.errors import SandboxError
from bot.sandbox.visitor import exchange
from bot.slack import ids, texts
from bot.slack.lanes.transfer import MOST_BYTES
from handoff import ending
from handoff.lanes import ReplyState
from tests.fakes import Ahead
from tests.functional.desk import stood
from tests.functional.office import (
    CLOSED,
    HELP,
    LEVEL2,
    SMOKE,
    Colleague,
    Json,
    Office,
    actions_of,
    number_of,
    plain_part,
    said,
)

UNDO = timedelta(seconds=11)
HELLO = "Please leave it on the stone floor."


class Case:
    """A ticket of Emma's, seen from both sides."""

    def __init__(self, office: Office, emma: Colleague, liam: Colleague, channel: str = "") -> None:
        self.emma, self.liam = emma, liam
        reply = emma.ask(SMOKE, channel)
        self.channel, self.thread, self.number = channel or emma.dm, reply["thread_ts"], number_of(reply)
        self.card = stood(office, liam.card(self.number))

    def form(self) -> Json:
        """Liam presses the button."""
        self.liam.press(self.card, ids.REPLY)
        return self.liam.modal()

    def preview(self, text: str, view: Json | None = None, **more: Json) -> Json:
        """He writes, and looks at it."""
        view = view or self.form()
        name = next(block["block_id"] for block in view["blocks"] if block["block_id"].startswith("text_"))
        answer: Json = self.liam.submit(view, {name: {"value": text}} | more)
        assert answer["action"] == "update", answer
        return dict(answer["view"])

    def reply(self, text: str = HELLO, **more: Json) -> Json:
        """He writes and sends; the line about it in the staff's thread."""
        view = self.preview(text, **more)
        assert self.liam.submit(view, {}) == CLOSED
        return self.line()

    def line(self) -> Json:
        """What comes next in the staff's thread."""
        return self.liam.reply_in(self.card["ts"]) | {"channel": LEVEL2}

    def heard(self) -> str:
        """All that Emma has heard in her thread."""
        return "\n".join(said(one) for one in self.emma.replies(self.channel, self.thread))


@pytest.fixture
def case(office: Office, emma: Colleague, liam: Colleague) -> Case:
    """A new ticket."""
    return Case(office, emma, liam)


def share(who: Colleague, channel: str, thread: str, *files: tuple[str, bytes], text: str = "") -> str:
    """Post files in a thread."""
    given = [{"name": name, "content_base64": base64.b64encode(data).decode()} for name, data in files]
    return str(who.act("post", channel=channel, thread_ts=thread, text=text, files=given)["ts"])


def shared(who: Colleague, channel: str, thread: str, name: str) -> Json:
    """The file by that name, once Firstline has shared it in a thread."""
    push = who.push(
        "message", lambda one: one["channel"] == channel and one["message"].get("thread_ts") == thread
        and any(file["title"] == name for file in one["message"].get("files", ())) and one["message"].get("bot_id")
    )  # fmt: skip
    return next(file for file in push["message"]["files"] if file["title"] == name)


def fail(office: Office, error: str, method: str, count: int = 1) -> None:
    """Let the next calls of a method fail."""
    exchange(f"{office.server.url}/ui/_test/fault", {"error": error, "method": method, "count": count})


@pytest.mark.usefixtures("no_errors")
class TestReply:
    def test_it_is_looked_at_sent_and_told(self, case: Case, time: Ahead):
        """The preview shows what she gets; the line has a way back for ten seconds, and then says that it is out."""
        view = case.preview(HELLO)
        assert f"*Liam Okafor*: {HELLO}" in said(view)
        assert plain_part(texts.REPLY_LOOK) in said(view)
        assert case.liam.submit(view, {}) == CLOSED
        line = case.line()
        assert HELLO in said(line)
        assert actions_of(line) == [ids.REPLY_BACK]
        assert HELLO not in case.heard()
        time.by += UNDO
        assert said(case.emma.reply_in(case.thread)) == f"*Liam Okafor*: {HELLO}"
        out = case.liam.changed(line)
        assert actions_of(out) == []
        assert HELLO in said(out)

    def test_what_is_written_in_the_thread_stays_there(self, case: Case, office: Office, time: Ahead):
        """A message, its edit, its end and a file under the card: she hears nothing of any of it."""
        before = case.heard()
        ts = case.liam.post(LEVEL2, "she dropped it for sure", case.card["ts"])
        case.liam.act("edit", channel=LEVEL2, ts=ts, text="she dropped it twice")
        case.liam.act("delete", channel=LEVEL2, ts=ts)
        share(case.liam, LEVEL2, case.card["ts"], ("internal.txt", b"x"))
        time.by += UNDO
        office.all_heard()
        assert case.heard() == before

    def test_taken_back_it_never_goes_out(self, case: Case, office: Office, time: Ahead):
        """The line says so; a second press changes nothing."""
        line = case.reply("Slip of the finger")
        case.liam.press(line, ids.REPLY_BACK)
        [(reply,)] = office.rows("select max(id) from ticket_replies")
        again = office.up.assistant.replying.withdraw(reply, office.up.assistant.parts.person(case.liam.user))
        assert again.state is ReplyState.WITHDRAWN
        back = case.liam.changed(line)
        assert plain_part(texts.REPLY_WITHDRAWN) in said(back)
        assert actions_of(back) == []
        time.by += UNDO
        office.all_heard()
        assert "Slip" not in case.heard()

    def test_too_late_to_take_it_back(self, case: Case, time: Ahead):
        """He is told that it has gone out."""
        line = case.reply()
        time.by += UNDO
        case.emma.reply_in(case.thread)
        case.liam.press(line, ids.REPLY_BACK)
        assert case.liam.whispered()["text"] == "It has gone out already."

    def test_the_same_form_twice_is_one_reply(self, case: Case, office: Office):
        """A second press, before the window is gone."""
        view = case.preview("Only once")
        office.up.assistant.replying.send(view["id"], office.up.assistant.parts.person(case.liam.user))
        assert case.liam.submit(view, {}) == CLOSED
        assert office.rows("select count(*) from ticket_replies where text = 'Only once'") == [(1,)]
        [(reply,)] = office.rows("select max(id) from ticket_replies")
        assert office.rows("select count(*) from outbox where key = ?", f"to_requester:{reply}") == [(1,)]

    def test_no_words_are_refused(self, case: Case):
        """The form says what is missing."""
        view = case.form()
        assert case.liam.submit(view, {"text_0": {"value": "   "}})["errors"] == {
            "text_0": "Please write what the requester should read."
        }

    def test_canned_replies_fill_in_name_and_number(self, case: Case):
        """Below what stands there already."""
        view = case.form()
        option = next(one for block in view["blocks"] for one in block.get("elements", [])
                      if one.get("action_id") == ids.REPLY_CANNED)["options"][0]
        state = {"values": {"text_0": {"text_0": {"type": "plain_text_input", "value": "One more thing."}}}}
        case.liam.click_view(view, ids.REPLY_CANNED, state, selected_option=option)
        filled = case.liam.push("view_update")["view"]
        field = next(block for block in filled["blocks"] if block["block_id"] == "text_1")
        text = field["element"]["initial_value"]
        assert text.startswith("One more thing.\n\nHi Emma, thanks for telling us.")
        assert case.number in text

    def test_it_can_be_changed_after_a_look(self, case: Case):
        """The form comes back as it was filled in."""
        view = case.preview("Frist try", asks={"selected_options": [option(case.form(), "asks")]})
        case.liam.click_view(view, ids.REPLY_EDIT)
        form = case.liam.push("view_update")["view"]
        fields = {block["block_id"]: block.get("element", {}) for block in form["blocks"]}
        [text] = [one for name, one in fields.items() if name.startswith("text_")]
        assert text["initial_value"] == "Frist try"
        assert fields["asks"]["initial_options"]

    def test_an_answer_that_is_needed_stops_the_clock(self, case: Case, office: Office, time: Ahead):
        """She is told that we wait for her; her answer starts it again."""
        case.liam.press(case.card, ids.CLAIM)
        case.emma.reply_in(case.thread)
        case.card = case.liam.changed(case.card, lambda one: ids.CLAIM not in actions_of(one)) | {"channel": LEVEL2}
        case.reply("Which room is it in?", asks={"selected_options": [option(case.form(), "asks")]})
        time.by += UNDO
        asked = case.emma.reply_in(case.thread)
        assert texts.REPLY_ASKED.format(number=case.number) in said(asked)
        case.liam.push("message_changed", lambda one: "to <@" in said(one["message"]))
        state = "select state from tickets where number = ?"
        assert office.rows(state, case.number) == [("waiting",)]
        case.emma.ask("room 4.12", thread_ts=case.thread)
        assert office.rows(state, case.number) == [("claimed",)]

    def test_resolved_while_typing(self, case: Case, office: Office):
        """The form says so, keeps the text, and opens the ticket again if that is wanted."""
        view = case.preview("Are you still there?")
        parts = office.up.assistant.parts
        code, liam = next(iter(parts.desk.resolution_codes)), parts.person(case.liam.user)
        with parts.database.transaction() as session:
            ending.resolve(
                session, parts.desk, ticket_id(office, case.number), seen_tier=2, code=code, note="done", by=liam,
                now=parts.clock(),
            )
        answer = case.liam.submit(view, {})
        assert answer["action"] == "update"
        assert "is resolved by now" in said(answer["view"])
        assert "Are you still there?" in str(answer["view"])
        typed = {"text_2": {"text_2": {"type": "plain_text_input", "value": "Are you still there, Emma?"}}}
        case.liam.click_view(answer["view"], ids.REPLY_REOPEN, {"values": typed})
        again = case.liam.push("view_update")["view"]
        assert plain_part(texts.REPLY_REOPENED) in said(again)
        assert "Are you still there, Emma?" in str(again)

    def test_where_others_read_along_the_form_says_so(self, office: Office, emma: Colleague, liam: Colleague):
        """A ticket that was asked for in a channel."""
        case = Case(office, emma, liam, HELP)
        assert "others can read it there" in said(case.form())

    def test_a_long_reply_arrives_whole(self, case: Case, time: Ahead):
        """More than a section holds."""
        words = " ".join(f"w{n}" for n in range(580))
        case.reply(words)
        time.by += UNDO
        heard = said(case.emma.reply_in(case.thread))
        assert all(f"w{n}" in heard.split() for n in range(580))
        assert "…" not in heard


class TestNotReached:
    @pytest.mark.parametrize("error", ["user_not_found", "is_archived"])
    def test_staff_are_told(self, case: Case, office: Office, time: Ahead, error: str):
        """The line says that it did not arrive, and why."""
        line = case.reply("Hello?")
        fail(office, error, "chat.postMessage")
        time.by += UNDO
        lost = case.liam.changed(line, lambda one: ":warning:" in said(one))
        assert texts.REPLY_LOST_WHY[error] in said(lost)
        assert "Hello?" in said(lost)
        assert actions_of(lost) == []

    def test_a_hiccup_delays_it_only(self, case: Case, office: Office, time: Ahead):
        """What Slack cannot take now is sent later."""
        case.reply("Patience")
        fail(office, "internal_error", "chat.postMessage")
        time.by += UNDO
        time.by += timedelta(seconds=5)
        assert "Patience" in said(case.emma.reply_in(case.thread))


class TestIn:
    def test_an_edit_changes_the_message_there(self, case: Case):
        """In place, and marked."""
        ts = case.emma.post(case.emma.dm, "it stands in room 4", case.thread)
        note = case.line()
        case.emma.reply_in(case.thread)
        case.emma.act("edit", channel=case.emma.dm, ts=ts, text="it stands in room 5")
        new = said(case.liam.changed(note))
        assert "room 5" in new
        assert "(edited)" in new
        assert "room 4" not in new

    def test_a_deletion_strikes_it_through(self, case: Case):
        """Staff can still read it."""
        ts = case.emma.post(case.emma.dm, "Liam did it", case.thread)
        note = case.line()
        case.emma.reply_in(case.thread)
        case.emma.act("delete", channel=case.emma.dm, ts=ts)
        new = said(case.liam.changed(note))
        assert "~Liam did it~" in new
        assert "deleted by the requester" in new

    def test_files_are_copied_for_the_staff(self, case: Case):
        """Word for word, in the staff's thread."""
        share(case.emma, case.emma.dm, case.thread, ("burn.png", b"\x89PNG the picture"), text="look")
        copy = shared(case.liam, LEVEL2, case.card["ts"], "burn.png")
        assert data_of(case.liam, copy) == b"\x89PNG the picture"

    def test_files_from_before_the_ticket_too(self, emma: Colleague, liam: Colleague):
        """What she sent with her first message."""
        given = [{"name": "first.log", "content_base64": base64.b64encode(b"log").decode()}]
        emma.act("post", channel=emma.dm, text=SMOKE, files=given)
        push = liam.push("message", lambda one: any(f["title"] == "first.log" for f in one["message"].get("files", ())))
        assert push["channel"] == LEVEL2

    def test_a_file_that_is_too_large_is_named(self, case: Case):
        """With its size."""
        share(case.emma, case.emma.dm, case.thread, ("big.iso", bytes(MOST_BYTES + 1)), text="all of it")
        line = case.liam.hear(lambda one: "big.iso" in said(one) and "too large" in said(one))
        assert "21 MB" in said(line)

    def test_a_copy_that_fails_is_told_and_tried_again(self, case: Case, office: Office, time: Ahead):
        """The line goes away once it worked."""
        fail(office, "internal_error", "files.info")
        share(case.emma, case.emma.dm, case.thread, ("late.txt", b"late"), text="and this")
        line = case.liam.hear(lambda one: "could not copy `late.txt`" in said(one))
        time.by += timedelta(seconds=30)
        copy = shared(case.liam, LEVEL2, case.card["ts"], "late.txt")
        assert data_of(case.liam, copy) == b"late"
        case.liam.push("message_deleted", lambda one: one["ts"] == line["ts"])


class TestFilesOut:
    def test_a_chosen_file_goes_along(self, case: Case, office: Office, time: Ahead):
        """The others do not."""
        share(case.liam, LEVEL2, case.card["ts"], ("howto.txt", b"steps"), ("internal.txt", b"secret"))
        office.all_heard()
        form = case.form()
        chosen = {"files": {"selected_options": [option(form, "files", "howto.txt")]}}
        view = case.preview("See the file.", form, **chosen)
        assert "howto.txt" in said(view)
        assert case.liam.submit(view, {}) == CLOSED
        time.by += UNDO
        case.emma.reply_in(case.thread)
        copy = shared(case.emma, case.emma.dm, case.thread, "howto.txt")
        assert data_of(case.emma, copy) == b"steps"
        with pytest.raises(SandboxError):
            case.emma.push("message", lambda one: "internal" in str(one["message"]), 0.5)


def option(view: Json, name: str, text: str = "") -> Json:
    """One of the choices of a form's block."""
    block = next(block for block in view["blocks"] if block["block_id"] == name)
    return next(one for one in block["element"]["options"] if text in one["text"]["text"])


def ticket_id(office: Office, number: str) -> int:
    """A ticket's id."""
    return int(office.rows("select id from tickets where number = ?", number)[0][0])


def data_of(who: Colleague, file: Json) -> bytes:
    """What is in a file."""
    with urlopen(f"{who.url}/ui/files/{file['id']}?as={who.user}") as answer:  # noqa: S310 - this machine
        return bytes(answer.read())
