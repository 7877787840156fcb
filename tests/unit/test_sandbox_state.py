"""The sandbox's own rules without a server: seed, ids, triggers, response urls, forms, threads, the state file."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.__main__ import main
from bot.sandbox.errors import SandboxError, SeedError, SlackError
from bot.sandbox.events import rich_text
from bot.sandbox.hooks import Hooks
from bot.sandbox.ids import Ids, Ticker, pair_id
from bot.sandbox.inputs import problems
from bot.sandbox.seed import load_seed
from bot.sandbox.store import Store
from bot.sandbox.world import World

SEED = Path(__file__).parents[2] / "data" / "sandbox.yaml"
HELP, EMMA, LIAM, BOT = "C0ITHELP01", "U0EMMALARS", "U0LIAMOKAF", "U0FIRSTBOT"


class Clock:
    """A clock that a test sets."""

    now = 1_800_000_000.0

    def __call__(self) -> float:
        """Unix seconds."""
        return self.now


@pytest.fixture
def world() -> World:
    """The demo's workspace, empty."""
    return World(load_seed(SEED), Store(None), Ticker(Clock()))


def said(world: World, text: str, **more: str) -> str:
    """A message of Emma's in #it-help; its ts."""
    message = {"type": "message", "user": EMMA, "ts": world.ticker.tick(), "text": text} | more
    return str(world.add(world.channel(HELP), message)["ts"])


class TestSeed:
    def test_the_demo_is_sound(self):
        """The company has five people and six channels; the app is in all but #general."""
        seed = load_seed(SEED)
        assert len(seed.people) == 5
        assert [one.name for one in seed.channels if BOT not in one.members] == ["general"]
        assert {one.name for one in seed.channels if one.private} == {"it-l2", "it-l3", "it-ops", "kb-editors"}

    @pytest.mark.parametrize(("old", "new", "message"), [
        ("id: U0EMMALARS", "id: emma", "people.0.id"),
        ("U0EMMALARS, U0LIAMOKAF", "U0NOBODY00, U0LIAMOKAF", "#it-help names unknown members: U0NOBODY00"),
        ("U0LIAMOKAF, name: liam", "U0EMMALARS, name: liam", "two person entries have the same id"),
        ("delivery: socket", "delivery: http", "delivery http needs a request_url"),
        ("delivery: socket", "delivery: pigeon", "app.delivery"),
        ("team:", "team: [", "is not valid YAML"),
    ])
    def test_a_bad_seed_is_one_clear_line(self, tmp_path, old, new, message):
        """The line names the file and what is wrong."""
        path = tmp_path / "seed.yaml"
        path.write_text(SEED.read_text().replace(old, new, 1))
        with pytest.raises(SeedError) as caught:
            load_seed(path)
        assert message in str(caught.value)
        assert "\n" not in str(caught.value)

    def test_the_command_exits_with_two(self, tmp_path, capsys):
        """Bad input: exit code 2 and one line."""
        assert main(["--seed", str(tmp_path / "missing.yaml"), "--port", "0"]) == 2
        assert capsys.readouterr().err.count("\n") == 1
        with pytest.raises(SystemExit) as caught:
            main(["--port", "99999"])
        assert caught.value.code == 2

    def test_a_state_file_that_is_none_is_one_clear_line(self, tmp_path):
        """A file that is no database is refused, with its path."""
        path = tmp_path / "state.db"
        path.write_text("this is not a database, but a letter to the editor")
        with pytest.raises(SandboxError, match=r"state\.db: cannot be used as the state file"):
            Store(path)


class TestIds:
    @given(st.integers(), st.integers(1, 40))
    def test_ids_look_like_slacks(self, number, count):
        """Every id matches Slack's form, whatever the randomness."""
        ids = Ids(random.Random(number))
        for _ in range(count):
            name = ids.named("V")
            assert name[0] == "V"
            assert name[1:].isalnum()
            assert name == name.upper()

    @given(st.lists(st.floats(0, 2e9), min_size=2, max_size=30))
    def test_ticks_rise_even_when_the_clock_does_not(self, times):
        """However the clock jumps, timestamps rise and stay unique."""
        clock = Clock()
        ticker = Ticker(clock)
        stamps = []
        for clock.now in times:
            stamps.append(ticker.tick())
        values = [int(one.replace(".", "")) for one in stamps]
        assert values == sorted(set(values))

    def test_two_people_always_have_the_same_conversation(self):
        """A direct conversation's id depends on the pair alone."""
        assert pair_id(EMMA, LIAM) == pair_id(LIAM, EMMA) != pair_id(EMMA, BOT)


class TestHooks:
    def test_a_trigger_is_used_once_and_soon(self):
        """Unknown, used and late triggers are told apart."""
        clock = Clock()
        hooks = Hooks(clock, Ids(random.Random(1)))
        trigger = hooks.trigger(EMMA, "V1")
        assert hooks.exchange(trigger).view_id == "V1"
        late = hooks.trigger(EMMA)
        clock.now += 3.5
        for name, code in ((trigger, "exchanged_trigger_id"), (late, "expired_trigger_id"), ("x", "invalid_arguments")):
            with pytest.raises(SlackError, match=code):
                hooks.exchange(name)


def text_input(**more: object) -> dict:
    """A form with one input."""
    return {"type": "input", "block_id": "b", "element": {"action_id": "a", "type": "plain_text_input"} | more}


class TestForms:
    @pytest.mark.parametrize(("element", "value", "problem"), [
        ({}, {"value": None}, "Please complete this required field."),
        ({}, {"value": "x"}, None),
        ({"min_length": 3}, {"value": "x"}, "Must be at least 3 characters."),
        ({"max_length": 1}, {"value": "xy"}, "Must be at most 1 characters."),
        ({"type": "email_text_input"}, {"value": "emma"}, "Please enter a valid email address."),
        ({"type": "email_text_input"}, {"value": "emma@brightwater.example"}, None),
        ({"type": "url_text_input"}, {"value": "example"}, "Please enter a valid URL."),
        ({"type": "number_input", "is_decimal_allowed": False}, {"value": "1.5"}, "Please enter a valid number."),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "1"}, {"value": "1.5"},
         "Must be at most 1."),
        ({"type": "number_input", "is_decimal_allowed": True, "min_value": "2"}, {"value": "1.5"},
         "Must be at least 2."),
        ({"type": "checkboxes"}, {"selected_options": []}, "Please complete this required field."),
        ({"type": "static_select"}, {"selected_option": {"value": "a"}}, None),
    ])
    def test_slack_checks_inputs_before_the_app(self, element, value, problem):
        """Required fields, lengths and formats are Slack's own business."""
        found = problems([text_input(**element)], {"b": {"a": value}})
        assert found == ({"b": problem} if problem else {})

    def test_an_optional_input_may_be_empty(self):
        """Nothing is asked of an optional input that is empty or missing."""
        assert problems([text_input() | {"optional": True}], {}) == {}


class TestThreads:
    def test_a_reply_to_a_reply_belongs_to_the_root(self, world):
        """Threads are one level deep."""
        root = said(world, "root")
        reply = said(world, "reply", thread_ts=root)
        deeper = said(world, "deeper", thread_ts=reply)
        channel = world.channel(HELP)
        assert world.thread(channel, deeper) == [root, reply, deeper]
        assert world.shown(channel, root)["reply_count"] == 2
        assert world.top_level(channel) == [root]

    def test_a_deleted_reply_is_not_counted(self, world):
        """Removing a reply changes the root's count; removing the root keeps the thread."""
        root = said(world, "root")
        first, second = said(world, "1", thread_ts=root), said(world, "2", thread_ts=root)
        channel = world.channel(HELP)
        world.remove(channel, first)
        assert world.shown(channel, root)["reply_count"] == 1
        world.remove(channel, root)
        assert world.shown(channel, root)["subtype"] == "tombstone"
        assert world.thread(channel, second) == [root, second]

    def test_a_second_reaction_takes_the_first_away(self, world):
        """React twice: added, then gone."""
        channel, ts = world.channel(HELP), said(world, "x")
        assert world.react(channel, ts, "eyes", LIAM) is True
        assert world.react(channel, ts, "eyes", LIAM) is False
        assert "reactions" not in world.message(channel, ts)

    def test_unread_counts_others_messages(self, world):
        """One's own messages are never unread; reading clears the rest."""
        said(world, "x")
        channel = world.channel(HELP)
        assert (world.unread(EMMA, channel), world.unread(LIAM, channel)) == (0, 1)
        world.mark_read(LIAM, channel)
        assert world.unread(LIAM, channel) == 0


def test_what_a_person_types_becomes_rich_text():
    """Mentions, channels, links and broadcasts become elements of their own."""
    block = rich_text("Hi <@U1|emma>, see <https://x.y|this> in <#C1> <!here>", "b")
    assert block["elements"][0]["elements"] == [
        {"type": "text", "text": "Hi "}, {"type": "user", "user_id": "U1"}, {"type": "text", "text": ", see "},
        {"type": "link", "url": "https://x.y", "text": "this"}, {"type": "text", "text": " in "},
        {"type": "channel", "channel_id": "C1"}, {"type": "text", "text": " "}, {"type": "broadcast", "range": "here"}]
