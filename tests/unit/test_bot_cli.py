"""The command line, run as people run it: help, results, and one clear line with exit code 2 on whatever is wrong."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from click.testing import CliRunner

from bot.cli.bench import Nudged, aside, figure, times
from bot.cli.main import cli, main
from bot.sandbox.seed import Seed, load_seed
from bot.sandbox.server import SandboxServer
from core.encoder import HashingEncoder

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data"
LONGEST = 300  # seconds for one command; training on a busy machine takes most of a minute
ROOM = "how do I book a meeting room with a screen?"
GOOD = "---\ntitle: The printer\n---\n\nTurn the printer off and on.\n"
RECIPE = """title: The VPN
triggers: [vpn is stuck]
start: one
steps:
  one: {say: "Restart it. Better?", choices: {"Yes": solved, "No": handoff}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its output as JSON."""
        return json.loads(self.out)


Run = Callable[..., Ran]


def environment(folder: Path, **changes: str) -> dict[str, str | None]:
    """Settings that keep database and models in a folder, and nothing of this machine's own."""
    own: dict[str, str | None] = {name: None for name in os.environ if name.startswith(("FIRSTLINE_", "SLACK_"))}
    own |= {"FIRSTLINE_STATE_DIR": str(folder), "FIRSTLINE_DATA_DIR": str(DATA)}
    return own | {"FIRSTLINE_DATABASE_URL": f"sqlite:///{folder}/firstline.db"} | changes


def runner(folder: Path) -> Run:
    """Runs `firstline`, with its database and models in a folder."""

    def run(*arguments: str | Path, typed: str = "", **changes: str) -> Ran:
        with CliRunner().isolation(input=typed, env=environment(folder, **changes)) as (out, err, _):
            code = exit_code(list(map(str, arguments)))
        return Ran(code=code, out=out.getvalue().decode(), err=err.getvalue().decode())

    return run


def exit_code(arguments: list[str]) -> int:
    """Run a command in this process; what it would end with."""
    try:
        main(arguments)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def in_a_process(folder: Path, *arguments: str, **changes: str) -> Ran:
    """Run `firstline` in a process of its own."""
    own = {name: value for name, value in environment(folder, **changes).items() if value is not None}
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT), **own}
    command = [sys.executable, "-m", "bot.cli", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, env=env, check=False)  # noqa: S603
    return Ran(code=done.returncode, out=done.stdout, err=done.stderr)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`firstline` on a machine where it never ran."""
    return runner(tmp_path)


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """`firstline` where it is at work already: with articles loaded and models trained."""
    run = runner(tmp_path_factory.mktemp("settled"))
    first = run("ask", "hello")
    assert first.code == 0, first.err
    return run


def commands(group: click.Group, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command by its words."""
    yield before
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group): yield from commands(command, (*before, name))
        else: yield (*before, name)


def one_line(ran: Ran, *parts: str) -> None:
    """Check that a command was refused with exit code 2 and one clear line."""
    lines = [line for line in ran.err.splitlines() if not line.endswith(" ...")]
    assert ran.code == 2, ran.err
    assert len(lines) == 1 or lines[0].startswith("Usage:"), ran.err
    assert "Traceback" not in ran.err
    for part in parts: assert part in ran.err


class TestHelp:
    """Every command says what it does."""

    @pytest.mark.parametrize("words", [" ".join(words) for words in commands(cli)])
    def test_every_command(self, words):
        """Each command has a help text with a whole sentence, and says what each of its options is for."""
        command: click.Command = cli
        for word in words.split():
            assert isinstance(command, click.Group)
            command = command.commands[word]
        assert re.fullmatch(r"[A-Z][^.]+.*[.)]", command.help or "", re.DOTALL)
        assert all(option.help for option in command.params if isinstance(option, click.Option))

    @pytest.mark.parametrize("words", [["--help"], ["ask", "-h"], ["kb", "import", "--help"]])
    def test_how_it_is_asked_for(self, run, words):
        """By `--help` or `-h`, on standard output, also where the settings are wrong."""
        ran = run(*words, FIRSTLINE_WEB_PORT="many")
        assert (ran.code, ran.err) == (0, "")
        assert "Usage:" in ran.out

    def test_in_a_process(self, tmp_path):
        """The real thing, started as a process, answers and refuses in the same way."""
        asked, refused = in_a_process(tmp_path, "--help"), in_a_process(tmp_path, "ask")
        assert (asked.code, asked.err) == (0, "")
        assert "doctor" in asked.out
        one_line(refused, "firstline: Give either a question or --batch FILE.")

    def test_every_command_of_the_design(self):
        """The commands that the guide names are there."""
        named = "demo serve ask kb cookbook classifier eval bench doctor manifest db"
        assert set(named.split()) <= set(cli.commands)


class TestBadInput:
    """Whatever can be mended is one line and exit code 2."""

    def test_neither_or_both(self, run):
        """`ask` takes a question or a set, not both and not none."""
        one_line(run("ask"), "Give either a question or --batch FILE.")
        one_line(run("ask", "vpn?", "--batch", "x.jsonl"), "Give either a question or --batch FILE.")

    def test_an_unknown_option_or_command(self, run):
        """An unknown option or command is named, with the way to the help."""
        one_line(run("ask", "--what", "vpn"), "No such option", "--what")
        one_line(run("aks"), "No such command", "aks")
        one_line(run("demo", "--port", "99999"), "--port")

    @pytest.mark.parametrize("command", [["ask", "--batch"], ["eval", "--questions"], ["classifier", "eval", "--test"]])
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (None, "cannot be read"), ("", "there is no"), ('{"id": "1"}', 'set.jsonl:1: needs a "text"'),
            ('{"text": "a", "intent": "question"}\n{', "set.jsonl:2: not JSON"),
        ],
    )  # fmt: skip
    def test_a_question_set(self, run, tmp_path, command, content, words):
        """A set that is missing, empty, broken or without a text is named by file and line, before any training."""
        path = tmp_path / "set.jsonl"
        if content is not None: path.write_text(content, encoding="utf-8")
        ran = run(*command, path)
        one_line(ran, words)
        assert "Training" not in ran.err

    def test_folders(self, run, tmp_path):
        """A folder that is not there or has no articles is named, before anything is trained."""
        empty = tmp_path / "empty"
        empty.mkdir()
        for words in ("ask vpn --kb", "eval --kb", "kb check", "kb import", "cookbook check"):
            ran = run(*words.split(), tmp_path / "none")
            one_line(ran, str(tmp_path / "none"), "there is no such folder")
            assert "Training" not in ran.err
        one_line(run("ask", "vpn", "--kb", empty), str(empty), "there is no article in it")

    def test_all_settings_at_once(self, run):
        """Every wrong setting is told in one go, by the name of its variable."""
        wrong = {"FIRSTLINE_WEB_PORT": "many", "FIRSTLINE_LOG_LEVEL": "LOUD", "SLACK_API_URL": "slack.com",
                 "FIRSTLINE_DATABASE_URL": "firstline.db", "FIRSTLINE_SLACK_MODE": "pigeon"}  # fmt: skip
        ran = run("db", "upgrade", **wrong)
        assert ran.code == 2
        assert [name for name in wrong if name not in ran.err] == []
        assert len(ran.err.splitlines()) == len(wrong)

    def test_missing_tokens(self, settled):
        """Starting without tokens tells each that is missing, and where it is found."""
        ran = settled("serve")
        assert ran.code == 2
        assert "SLACK_BOT_TOKEN is not set" in ran.err
        assert "SLACK_APP_TOKEN is not set" in ran.err

    def test_a_database_that_cannot_be(self, run, tmp_path):
        """A database whose folder cannot be made, or which is something else, is one line."""
        (tmp_path / "file").write_text("x", encoding="utf-8")
        (tmp_path / "other.db").write_text("no database at all, " * 99, encoding="utf-8")
        for url, words in (
            (f"sqlite:///{tmp_path}/file/x.db", "FIRSTLINE_DATABASE_URL"), ("mysql://x/y", "FIRSTLINE_DATABASE_URL"),
            (f"sqlite:///{tmp_path}/other.db", "damaged"),
        ):  # fmt: skip
            one_line(run("db", "upgrade", FIRSTLINE_DATABASE_URL=url), words)

    def test_no_encoder(self, run, tmp_path):
        """A folder without a model is one line that names the setting."""
        one_line(run("kb", "search", "vpn", FIRSTLINE_ENCODER=str(tmp_path)), "FIRSTLINE_ENCODER", str(tmp_path))

    def test_a_result_that_cannot_be_written(self, settled, tmp_path):
        """A place where nothing can be written is one line that names it."""
        path = tmp_path / "set.jsonl"
        path.write_text('{"id": "1", "text": "vpn"}', encoding="utf-8")
        one_line(settled("ask", "--batch", path, "--out", tmp_path / "none" / "out.jsonl"), "out.jsonl")


class TestChecks:
    """`kb check`, `cookbook check`, `kb import`."""

    def test_good(self, run, tmp_path):
        """Sound folders are said to be sound."""
        (tmp_path / "a.md").write_text(GOOD, encoding="utf-8")
        (tmp_path / "r.yaml").write_text(RECIPE, encoding="utf-8")
        assert run("kb", "check", tmp_path).out == "1 files, no problems.\n"
        assert run("cookbook", "check", tmp_path).out == "1 files, no problems.\n"

    def test_file_and_line(self, run, tmp_path):
        """Each problem is told by file and line, all files are looked at, and the exit code is 2."""
        (tmp_path / "a.md").write_text("---\ntitle: A\ncolour: red\n---\n\nText.\n", encoding="utf-8")
        (tmp_path / "sub").mkdir()
        (tmp_path / "sub" / "b.md").write_text("---\ntitle: B\nverified: soon\n---\n\nText.\n", encoding="utf-8")
        ran = run("kb", "check", tmp_path)
        assert ran.code == 2
        assert "a.md:3: colour: is not a known key" in ran.err
        assert "sub/b.md:3: verified:" in ran.err
        assert "2 problems in 2 files." in ran.err

    def test_a_recipe(self, run, tmp_path):
        """A recipe that leads nowhere is told by file and line."""
        (tmp_path / "r.yaml").write_text(RECIPE.replace("handoff", "nowhere"), encoding="utf-8")
        ran = run("cookbook", "check", tmp_path)
        assert ran.code == 2
        assert re.search(r"^r\.yaml:5: .*nowhere", ran.err, re.MULTILINE)

    def test_import(self, run, tmp_path):
        """Good files are imported, bad ones left out and named; a second import changes nothing."""
        folder = tmp_path / "articles"
        folder.mkdir()
        (folder / "a.md").write_text(GOOD, encoding="utf-8")
        (folder / "b.md").write_text("---\ntitle: [\n---\n", encoding="utf-8")
        first = run("kb", "import", folder, "--json")
        assert (first.code, first.json["added"]) == (0, ["a"])
        assert first.json["problems"][0].startswith("b.md:")
        assert run("kb", "import", folder).out == "0 added, 0 changed, 1 unchanged.\n"

    def test_playing_a_recipe(self, run, tmp_path):
        """A recipe is gone through in the terminal; a choice that is none is asked again."""
        (tmp_path / "r.yaml").write_text(RECIPE, encoding="utf-8")
        ran = run("cookbook", "run", tmp_path / "r.yaml", typed="9\n1\n")
        assert ran.code == 0
        assert ran.out.rstrip().endswith("Solved.")

    def test_playing_what_is_broken(self, run, tmp_path):
        """A broken recipe, a missing file, and an input that ends too early are told in a line."""
        (tmp_path / "r.yaml").write_text("title: x\n", encoding="utf-8")
        assert "r.yaml:" in run("cookbook", "run", tmp_path / "r.yaml").err
        one_line(run("cookbook", "run", tmp_path / "none.yaml"), "none.yaml", "cannot be read")
        (tmp_path / "g.yaml").write_text(RECIPE, encoding="utf-8")
        assert "Traceback" not in run("cookbook", "run", tmp_path / "g.yaml").err


class TestAsking:
    """`ask`, `eval`, `kb search`, `classifier predict` with the real models."""

    def test_batch(self, settled, tmp_path):
        """A line a question, in order: id, decision, articles and recipes best first, confidence, milliseconds."""
        path, out = tmp_path / "set.jsonl", tmp_path / "out.jsonl"
        asked = [ROOM, "", "🖨️", "x" * 40_000, "what's a good place for lunch?"]
        lines = [json.dumps({"id": f"q{n}", "text": text}) for n, text in enumerate(asked)]
        path.write_text("\n".join(lines), encoding="utf-8")
        ran = settled("ask", "--batch", path, "--out", out)
        assert (ran.code, ran.out) == (0, "")
        rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
        assert [row["id"] for row in rows] == [f"q{n}" for n in range(len(asked))]
        for row in rows:
            assert set(row) == {"id", "decision", "articles", "recipes", "confidence", "ms"}
            assert 0 <= row["confidence"] <= 1
            assert row["ms"] > 0
        assert (rows[0]["decision"], rows[0]["articles"][0]) == ("answer", "calendar-room")
        assert [rows[n]["decision"] for n in (1, 2)] == ["smalltalk", "smalltalk"]

    def test_batch_to_the_terminal(self, settled, tmp_path):
        """Without --out the lines come on standard output, and nothing else does."""
        path = tmp_path / "set.jsonl"
        path.write_text('{"id": "1", "text": "vpn is stuck"}', encoding="utf-8")
        assert [json.loads(line)["id"] for line in settled("ask", "--batch", path).out.splitlines()] == ["1"]

    def test_over_a_folder(self, settled, tmp_path):
        """With --kb only that folder is searched, and the knowledge base stays as it is."""
        folder = tmp_path / "articles"
        folder.mkdir()
        (folder / "printer.md").write_text(GOOD, encoding="utf-8")
        found = settled("ask", "how do I restart the printer", "--kb", folder, "--json")
        assert (found.json["articles"], found.json["recipes"]) == (["printer"], [])
        assert "printer" not in settled("ask", "how do I restart the printer", "--json").json["articles"]

    def test_one_question(self, settled):
        """A question's decision comes with the words of the answer; --explain tells why."""
        ran = settled("ask", ROOM, "--explain")
        assert ran.out.startswith("answer (")
        assert "/help/calendar-room" in ran.out
        assert "why: confidence" in ran.out
        assert "intent question" in ran.out

    def test_explained_in_json(self, settled):
        """With --json it is one object, with the reason when asked for."""
        assert "confidence" in settled("ask", "vpn", "--json", "--explain").json["why"]

    def test_eval(self, settled, tmp_path):
        """`eval` tells each figure, and as JSON as well."""
        path = tmp_path / "set.jsonl"
        rows = [{"text": ROOM, "expect": {"articles": ["calendar-room"]}},
                {"text": "what's a good place for lunch?", "expect": {"outside": True}}]  # fmt: skip
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        found = settled("eval", "--questions", path, "--json").json
        assert [found[name] for name in ("questions", "answerable", "hit1", "wrong", "handed")] == [2, 1, 1.0, 0.0, 1.0]
        assert "right one first" in settled("eval", "--questions", path).out

    def test_search(self, settled):
        """`kb search` lists what it finds, best first."""
        rows = settled("kb", "search", "book a meeting room", "--json").json
        assert rows[0]["slug"] == "calendar-room"
        assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)
        assert "calendar-room" in settled("kb", "search", "book a meeting room").out.splitlines()[0]

    def test_predict(self, settled):
        """`classifier predict` tells the four heads."""
        asked = "please give me access to the finance folder"
        assert settled("classifier", "predict", asked, "--json").json["intent"] == "request"
        assert "impact" in settled("classifier", "predict", "hello").out

    def test_no_model_yet(self, run):
        """Without a model `classifier predict` says how to get one."""
        one_line(run("classifier", "predict", "hello"), "run `firstline classifier train`")

    def test_a_damaged_model(self, settled, tmp_path):
        """A model that is damaged is trained again by what needs it, without a word of Python."""
        state = tmp_path / "state"
        state.mkdir()
        (state / "classifier.skops").write_bytes(b"PK\x03\x04 not a model")
        ran = settled("classifier", "predict", "hello", FIRSTLINE_STATE_DIR=str(state))
        one_line(ran, "is damaged", "run `firstline classifier train`")


class TestManifest:
    """`manifest`."""

    def test_yaml_and_json(self, run):
        """Both forms hold the same, ready to be pasted."""
        as_yaml, as_json = run("manifest"), run("manifest", "--json")
        assert yaml.safe_load(as_yaml.out) == as_json.json
        assert as_json.json["settings"]["socket_mode_enabled"] is True

    def test_http(self, run):
        """In HTTP mode the public address is in it; without one it is one line."""
        one_line(run("manifest", FIRSTLINE_SLACK_MODE="http"), "FIRSTLINE_PUBLIC_URL")
        ran = run("manifest", "--json", FIRSTLINE_SLACK_MODE="http", FIRSTLINE_PUBLIC_URL="https://it.example.com")
        assert ran.json["settings"]["interactivity"]["request_url"] == "https://it.example.com/slack/events"


@pytest.fixture(scope="module")
def seed() -> Seed:
    """The demo's workspace."""
    return load_seed(DATA / "sandbox.yaml")


@pytest.fixture(scope="module")
def slack(seed: Seed) -> Iterator[SandboxServer]:
    """A workspace to be looked at."""
    with SandboxServer(seed) as server: yield server


def connected(server: SandboxServer, seed: Seed) -> dict[str, str]:
    """The settings that lead there."""
    tokens = {"SLACK_BOT_TOKEN": seed.app.bot_token, "SLACK_APP_TOKEN": seed.app.app_token}
    return {"SLACK_API_URL": server.api_url} | tokens


def states(ran: Ran) -> dict[str, str]:
    """What `doctor --json` found, by what it looked at."""
    return {check["what"]: check["state"] for check in ran.json["checks"]}


class TestDoctor:
    """`doctor`."""

    def test_all_well(self, settled, slack, seed):
        """Where everything is there, every line is ok, the channels of the desk among them, and the exit code is 0."""
        ran = settled("doctor", **connected(slack, seed))
        assert (ran.code, ran.err) == (0, "")
        lines = [line.split() for line in ran.out.splitlines()]
        assert {line[0] for line in lines} == {"ok"}
        for what in ("settings", "articles", "desk", "database", "encoder", "classifier", "scopes", "#it-l2", "socket"):
            assert what in [line[1] for line in lines]

    def test_a_new_machine(self, run, slack, seed):
        """Where Firstline never ran, the tables and the models are missing, with the command that makes them."""
        ran = run("doctor", "--json", **connected(slack, seed))
        assert (ran.code, ran.json["ok"]) == (2, False)
        found = {check["what"]: check for check in ran.json["checks"]}
        missing = [what for what, check in found.items() if check["state"] == "missing"]
        assert missing == ["database", "classifier", "confidence"]
        assert "firstline db upgrade" in found["database"]["mend"]
        assert "firstline classifier train" in found["classifier"]["says"]

    def test_settings(self, run):
        """Wrong settings are all told, and nothing else is looked at."""
        ran = run("doctor", "--json", FIRSTLINE_WEB_PORT="many", FIRSTLINE_LOG_LEVEL="LOUD")
        assert ran.code == 2
        assert [check["what"] for check in ran.json["checks"]] == ["settings", "settings"]

    def test_tokens_that_are_missing(self, settled):
        """Missing tokens are told, the machine is looked at all the same, and Slack is not asked."""
        found = states(settled("doctor", "--json", SLACK_BOT_TOKEN="xapp-wrong"))
        assert found["settings"] == "missing"
        assert found["classifier"] == "ok"
        assert found["Slack"] == "skipped"

    def test_slack_is_not_there(self, settled, seed):
        """A Slack that cannot be reached is one line."""
        tokens = {"SLACK_BOT_TOKEN": seed.app.bot_token, "SLACK_APP_TOKEN": seed.app.app_token}
        found = states(settled("doctor", "--json", SLACK_API_URL="http://127.0.0.1:9/api/", **tokens))
        assert found["Slack"] == "missing"
        assert "scopes" not in found

    def test_wrong_tokens(self, settled, slack, seed):
        """A token that Slack does not take is named, with Slack's word for it."""
        good = connected(slack, seed)
        assert states(settled("doctor", "--json", **good | {"SLACK_BOT_TOKEN": "xoxb-other"}))["bot token"] == "missing"
        ran = settled("doctor", **good | {"SLACK_APP_TOKEN": "xapp-other"})
        assert "missing  socket mode  SLACK_APP_TOKEN: Slack answered invalid_auth; copy the token again" in ran.out

    def test_channels_and_scopes(self, settled, seed):
        """A channel that is missing or without the bot, and a scope that was not granted, are named."""
        changed = {"it-help": {"members": (seed.people[0].id,)}, "it-l3": {"name": "it-l4"}}
        channels = tuple(one.model_copy(update=changed.get(one.name, {})) for one in seed.channels)
        app = seed.app.model_copy(update={"scopes": tuple(s for s in seed.app.scopes if s != "im:write")})
        with SandboxServer(seed.model_copy(update={"channels": channels, "app": app})) as server:
            ran = settled("doctor", **connected(server, seed))
        assert ran.code == 2
        assert "missing  scopes       not granted: im:write;" in ran.out
        assert "missing  #it-help     is there, but I am not in it: write `/invite @Firstline` in it." in ran.out
        assert "missing  #it-l3       is not there" in ran.out
        assert "ok       #it-l2" in ran.out

    def test_files(self, settled, slack, seed, tmp_path):
        """A data folder without its files is told piece by piece."""
        (tmp_path / "articles").mkdir()
        (tmp_path / "articles" / "a.md").write_text("---\ntitle: A\ncolour: red\n---\n\nText.\n", encoding="utf-8")
        ran = settled("doctor", "--json", FIRSTLINE_DATA_DIR=str(tmp_path), **connected(slack, seed))
        assert any("a.md:3" in check["says"] for check in ran.json["checks"] if check["what"] == "articles")
        for what in ("articles", "cookbook", "desk", "classifier", "confidence"): assert states(ran)[what] == "missing"

    def test_weights(self, settled, slack, seed, tmp_path):
        """A folder that is named as encoder and holds no model is told by the setting's name."""
        ran = settled("doctor", FIRSTLINE_ENCODER=str(tmp_path), **connected(slack, seed))
        assert f"missing  encoder      FIRSTLINE_ENCODER: no sentence-transformers model in {tmp_path}" in ran.out


class TestBench:
    """`bench`."""

    def test_quick(self, settled):
        """It measures the whole and its parts, a fresh process, memory, and a larger knowledge base."""
        ran = settled("bench", "--quick", "--json")
        assert ran.code == 0, ran.err
        found = ran.json
        assert found["questions"] == 40
        parts = sum(found["parts"][name]["p50"]["median"] for name in ("encode", "classify", "search", "decide"))
        assert parts == pytest.approx(found["whole"]["p50"]["median"], rel=0.5)
        assert found["start_s"]["median"] > 0
        assert found["peak_mb"]["median"] > 50
        assert found["large"]["passages"] >= 500
        assert found["large"]["texts"] > found["large"]["passages"]

    def test_figures(self):
        """The median of the rounds with their spread; percentiles within a round."""
        assert (figure([3, 1, 2]).median, figure([3, 1, 2]).low, figure([3, 1, 2]).high) == (2, 1, 3)
        measured = times([list(range(101)), list(range(1, 102)), list(range(101))])
        assert (measured.p50.median, measured.p50.high, measured.p99.median) == (50, 51, 99)

    def test_copies_lie_near(self):
        """A copy's vector is near its original's, a unit, the same every time, and another for each copy."""
        encoder = Nudged(HashingEncoder(), {})
        first, again, second, own = encoder.encode(
            ["Restart it. (copy 1)", "Restart it. (copy 1)", "Restart it. (copy 2)", "Restart it."]
        )
        assert (first == again).all()
        assert 0.94 < float(first @ own) < 0.98
        assert float(first @ second) < 0.99
        assert float(first @ first) == pytest.approx(1, abs=1e-5)
        assert (own == HashingEncoder().encode(["Restart it."])[0]).all()
        assert (first == aside(own, "Restart it. (copy 1)")).all()
