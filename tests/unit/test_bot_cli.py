"""The command line, run as people run it: help, and one clear line with exit code 2 on whatever is wrong."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np
import pytest
import yaml

from bot.cli.bench.asker import per_second
from bot.cli.bench.copies import Nudged, aside
from bot.cli.bench.figures import figure, times
from bot.cli.bench.vectors import MadeUp
from bot.cli.main import cli
from core.encoder import HashingEncoder
from tests.commandline import DATA, Run, in_a_process, one_line, runner
from tests.sharing import link

GOOD = "---\ntitle: The printer\n---\n\nTurn the printer off and on.\n"
RECIPE = """title: The VPN
triggers: [vpn is stuck]
start: one
steps:
  one: {say: "Restart it. Better?", choices: {"Yes": solved, "No": handoff}}
"""
PLAYED = """title: The VPN
triggers: [vpn is stuck]
goal: What for?
start: one
steps:
  one: {say: "How many?", input: {name: many, label: Many, type: number}, next: two}
  two: {say: "Wait.", wait: 1m, next: three}
  three: {decide: [{if: {platform: mac}, to: four}], otherwise: solved}
  four: {action: fix, say: "I fix {many}.", on: {done: solved}}
handoff: Look.
"""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`firstline` on a machine where it never ran."""
    return runner(tmp_path)


def commands(group: click.Group, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command by its words."""
    yield before
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group): yield from commands(command, (*before, name))
        else: yield (*before, name)


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

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            ("eval --test x.csv", "--test needs --train FILE"),
            ("eval --folds 5", "--folds needs --train FILE."),
            ("classifier eval --oos-label oos", "--oos-label needs --train FILE."),
            ("classifier eval --skip-bad", "--skip-bad needs --train FILE."),
            ("classifier eval --html r.html", "--html needs --train FILE."),
            ("eval --train x.csv --test y.csv --folds 5", "Give either --test or --folds, not both."),
            ("eval --train x.csv --folds 1", "--folds"),
            ("eval --train x.csv --kb y", "Give either --questions and --kb, or --train, not both."),
            ("eval --html none/r.html", "none/r.html: there is no such folder."),
            ("eval --train none.csv", "none.csv: cannot be read (No such file or directory)."),
        ],
    )
    def test_options_that_do_not_fit(self, run, words, says):
        """What is missing or too much is told in a line, before any work."""
        ran = run(*words.split())
        one_line(ran, says)
        assert "..." not in ran.err

    @pytest.mark.parametrize("command", [["eval"], ["classifier", "eval"]])
    def test_a_labelled_set(self, run, tmp_path, command):
        """A broken row is named with its file and line, and with what else can be done; nothing is encoded before."""
        path = tmp_path / "set.csv"
        path.write_text("text,label\na,vpn\nb,vpn\nc\n", encoding="utf-8")
        ran = run(*command, "--train", path)
        one_line(ran, "set.csv:4: fields: 1, but the header has 2.", "--skip-bad")
        one_line(run(*command, "--train", path, "--label-column", "queue"), 'there is no column "queue"')
        path.write_text("text,label\na,vpn\nb,vpn\nc,email\n", encoding="utf-8")
        one_line(run(*command, "--train", path, "--test", path), 'set.csv:4: label "email" has only one example')

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

    def test_missing_tokens(self, run):
        """Starting without tokens tells each that is missing, and where it is found."""
        ran = run("serve")
        assert ran.code == 2
        assert "SLACK_BOT_TOKEN is not set" in ran.err
        assert "SLACK_APP_TOKEN is not set" in ran.err
        assert "Training" not in ran.err

    def test_a_database_that_cannot_be(self, run, tmp_path):
        """A database whose folder cannot be made, or which is something else, is one line."""
        (tmp_path / "file").write_text("x", encoding="utf-8")
        (tmp_path / "other.db").write_text("no database at all, " * 99, encoding="utf-8")
        for url, words in (
            (f"sqlite:///{tmp_path}/file/x.db", "FIRSTLINE_DATABASE_URL"), ("mysql://x/y", "FIRSTLINE_DATABASE_URL"),
            (f"sqlite:///{tmp_path}/other.db", "damaged"),
        ):  # fmt: skip
            one_line(run("db", "upgrade", FIRSTLINE_DATABASE_URL=url), words)

    @pytest.mark.parametrize(
        "command", ["audit verify", "backup b.tar", "db move sqlite:///new.db", "person show U1", "person erase U1"]
    )
    def test_a_database_that_is_not_there(self, run, tmp_path, command):
        """What only looks, or takes away, makes no empty one to tell that all is well there."""
        words = [*command.split(), *(["--as", "maya@brightloom.example"] if "person" in command else [])]
        one_line(run(*words), f"There is no database at {tmp_path}/firstline.db", "FIRSTLINE_DATABASE_URL")
        assert list(tmp_path.iterdir()) == []

    def test_no_encoder(self, run, tmp_path):
        """A folder without a model is one line that names the setting."""
        one_line(run("kb", "search", "vpn", FIRSTLINE_ENCODER=str(tmp_path)), "FIRSTLINE_ENCODER", str(tmp_path))


class TestChecks:
    """`kb check`, `cookbook check`, `kb import`."""

    def test_good(self, run, tmp_path):
        """Sound folders are said to be sound."""
        (tmp_path / "a.md").write_text(GOOD, encoding="utf-8")
        (tmp_path / "r.yaml").write_text(RECIPE, encoding="utf-8")
        assert run("kb", "check", tmp_path).out == "1 files, no problems.\n"
        told = "1 recipe, no problems. The test paths come to 0 of 1 steps, and go 0 of 2 ways.\n"
        assert run("cookbook", "check", tmp_path).out == told

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

    def test_advice_and_coverage(self, run, tmp_path):
        """Advice and what no path goes through are told, too; strictly, advice is a problem; JSON holds all of it."""
        text = RECIPE + 'tests: [{path: ["Yes"], ends: solved}]\n'
        (tmp_path / "r.yaml").write_text(text, encoding="utf-8")
        ran = run("cookbook", "check", tmp_path)
        assert ran.out == "1 recipe, no problems. The test paths come to 1 of 1 steps, and go 1 of 2 ways.\n"
        assert "r.yaml:5: leads to solved without a `check: true`" in ran.err
        assert "r.yaml: no path goes one → No" in ran.err
        strict = run("cookbook", "check", tmp_path, "--strict", "--json")
        assert (strict.code, strict.json["problems"], len(strict.json["advice"])) == (2, [], 2)
        assert strict.json["coverage"]["r.yaml"] == {"steps": 1, "all_steps": 1, "ways": 1, "all_ways": 2}

    @pytest.mark.parametrize("alone", [True, False])
    def test_recipes_beside_each_other(self, run, tmp_path, alone):
        """What a recipe names is looked for in its folder and in the data, also where one file is checked."""
        text = RECIPE.replace("solved", "a").replace("handoff", "article:no-such-article")
        text += "  a: {recipe: other, on: {solved: b}}\n  b: {action: no-such-action, on: {done: solved}}\n"
        (tmp_path / "r.yaml").write_text(text, encoding="utf-8")
        (tmp_path / "other.yaml").write_text(RECIPE, encoding="utf-8")
        ran = run("cookbook", "check", tmp_path / "r.yaml" if alone else tmp_path)
        assert ran.code == 2
        assert 'r.yaml:5: there is no article "no-such-article"' in ran.err
        assert 'r.yaml:7: data/actions.yaml has no "no-such-action"' in ran.err
        assert "2 problems in" in ran.err

    def test_the_companys_recipes(self, run):
        """The recipes that come with Firstline are sound, and their paths come to each of their steps."""
        ran = run("cookbook", "check", DATA / "cookbook", "--json")
        assert (ran.code, ran.json["problems"]) == (0, [])
        assert [file for file, one in ran.json["coverage"].items() if one["steps"] < one["all_steps"]] == []

    def test_import(self, run, exported_state, tmp_path):
        """Good files are imported, bad ones left out and named; a second import changes nothing."""
        link(exported_state, tmp_path)
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

    def test_playing_everything(self, run, tmp_path):
        """Each kind of step is played, facts can be given, and back, over, person and stop work everywhere."""
        (tmp_path / "r.yaml").write_text(PLAYED, encoding="utf-8")
        play = "cookbook", "run", tmp_path / "r.yaml"
        ran = run(*play, "--known", "platform=mac", typed="A talk\nx\n7\nback\n8\nready\nrefused\n")
        assert ran.code == 0
        assert "number" in ran.out
        assert "I fix 8." in ran.out
        assert ran.out.rstrip().endswith("Handed off. Look.")
        assert run(*play, typed="skip\n7\nperson\n").out.rstrip().endswith("Handed off. Look.")
        assert run(*play, typed="skip\nover\nstop\n").out.rstrip().endswith("Stopped.")
        one_line(run(*play, "--known", "platform"), "--known platform: write name=value")

    @pytest.mark.parametrize("said", ["9" * 10_000, "x" * 10_000, "²", "0", "-1", "٣"])
    def test_playing_with_nonsense(self, run, tmp_path, said):
        """An answer of 10,000 digits, or one that only looks like a number, is asked again."""
        (tmp_path / "r.yaml").write_text(RECIPE, encoding="utf-8")
        ran = run("cookbook", "run", tmp_path / "r.yaml", typed=f"{said}\n2\n")
        assert (ran.code, "Please choose one of: Yes, No." in ran.out) == (0, True)

    def test_playing_what_is_broken(self, run, tmp_path):
        """A broken recipe, a missing file, and an input that ends too early are told in a line."""
        (tmp_path / "r.yaml").write_text("title: x\n", encoding="utf-8")
        assert "r.yaml:" in run("cookbook", "run", tmp_path / "r.yaml").err
        one_line(run("cookbook", "run", tmp_path / "none.yaml"), "none.yaml", "cannot be read")
        (tmp_path / "g.yaml").write_text(RECIPE, encoding="utf-8")
        assert "Traceback" not in run("cookbook", "run", tmp_path / "g.yaml").err


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


class TestBench:
    """`bench`."""

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

    def test_search_alone(self, run):
        """Each size has its own line: an exact index finds all of the ten nearest."""
        found = run("bench", "--passages", "1000", "--passages", "1500", "--json").json
        assert [one["rows"] for one in found] == [1000, 1500]
        assert [one["recall_at_10"] for one in found] == [1.0, 1.0]
        assert all(0 < one["p50_ms"] <= one["p99_ms"] for one in found)
        assert "recall@10 1.000" in run("bench", "--passages", "1000").out
        one_line(run("bench", "--passages", "5"), "range")

    def test_made_up_rows(self):
        """They are units, the same every time, and lie in topics: a question has near ones and far ones."""
        first, again = MadeUp(3_000), MadeUp(3_000)
        rows = np.vstack([piece for _, piece in first.pieces()])
        assert (rows == np.vstack([piece for _, piece in again.pieces()])).all()
        assert (first.questions == again.questions).all()
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
        products = np.sort(first.questions @ rows.T, axis=1)
        assert 0.6 < np.median(products[:, -10]) < 0.85
        assert np.median(products[:, 0]) < 0.1

    def test_how_many_a_second(self):
        """Questions are gone round until the time is over, the last one to its end."""
        asked: list[str] = []
        rate = per_second(asked.append, ["one", "two"], 0.001)
        assert asked[:3] == ["one", "two", "one"]
        assert 0 < rate <= len(asked) / 0.001
