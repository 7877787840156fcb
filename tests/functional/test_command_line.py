"""The commands that need models: `ask`, `eval`, `kb search`, `classifier`, `doctor`, `bench`."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.sandbox.seed import Seed, load_seed
from bot.sandbox.server import SandboxServer
from tests.commandline import DATA, Ran, Run, one_line, runner
from tests.functional.office import Prepared
from tests.sharing import link
from tests.ticket_systems import KINDS, SECRET, TOKEN, USER, serving

ROOM = "how do I book a meeting room with a screen?"
TOPICS = {"vpn": "the vpn tunnel does not connect", "printing": "the printer needs toner"}
GOOD = "---\ntitle: The printer\n---\n\nTurn the printer off and on.\n"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`firstline` on a machine where it never ran."""
    return runner(tmp_path)


@pytest.fixture(scope="module")
def settled(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """`firstline` where it is at work already: with articles loaded and models trained."""
    folder = tmp_path_factory.mktemp("settled")
    prepared.copy(folder)
    return runner(folder)


class TestAsking:
    """`ask`, `eval`, `kb search`, `classifier predict` with the real models."""

    def test_batch(self, settled, tmp_path):
        """A line a question, in order: id, decision, articles and recipes best first, confidence, milliseconds."""
        path, out = tmp_path / "set.jsonl", tmp_path / "out.jsonl"
        asked = [ROOM, "🖨️", "x" * 40_000, "what's a good place for lunch?"]
        lines = [json.dumps({"id": f"q{n}", "text": text}) for n, text in enumerate(asked)]
        path.write_text("\n".join(lines), encoding="utf-8")
        ran = settled("ask", "--batch", path, "--out", out)
        assert (ran.code, ran.out) == (0, "")
        rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
        assert [row["id"] for row in rows] == [f"q{n}" for n in range(len(asked))]
        for row in rows:
            assert set(row) == {"id", "decision", "articles", "recipes", "confidence", "ms", "parts"}
            assert 0 <= row["confidence"] <= 1
            assert row["ms"] > 0
        assert (rows[0]["decision"], rows[0]["articles"][0]) == ("answer", "calendar-room")
        assert rows[1]["decision"] == "smalltalk"

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
        assert "answer: confidence" in ran.out
        assert "cosine" in ran.out
        assert "intent question" in ran.out

    def test_explained_in_json(self, settled):
        """With --json it is one object, with the reason and the whole trace when asked for."""
        found = settled("ask", "vpn", "--json", "--explain").json
        assert "confidence" in found["why"]
        assert [trace["read"] for trace in found["traces"]] == ["vpn"]

    def test_several_requests(self, settled):
        """Each request of a message is answered under its own words; a result line takes the first one's decision."""
        text = "1. vpn is stuck on connecting\n2. how do I book a meeting room with a screen?"
        ran = settled("ask", text)
        assert ran.out.index("1 of 2: vpn is stuck") < ran.out.index("2 of 2: how do I book")
        assert "/help/calendar-room" in ran.out
        found = settled("ask", text, "--json").json
        assert (found["parts"], found["decision"]) == (2, "recipe")

    def test_eval(self, settled, tmp_path):
        """`eval` tells each figure, and as JSON as well."""
        path = tmp_path / "set.jsonl"
        rows = [{"text": ROOM, "expect": {"articles": ["calendar-room"]}},
                {"text": "what's a good place for lunch?", "expect": {"outside": True}}]  # fmt: skip
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        found = settled("eval", "--questions", path, "--json").json
        assert [found[name] for name in ("questions", "answerable", "hit1", "wrong", "handed")] == [2, 1, 1.0, 0.0, 1.0]
        assert "right one first" in settled("eval", "--questions", path).out

    def test_eval_as_a_page(self, settled, tmp_path):
        """With --html it is a page as well, which shows what went wrong."""
        path, page = tmp_path / "set.jsonl", tmp_path / "report.html"
        rows = [{"id": "q1", "text": ROOM, "expect": {"articles": ["vpn-install"]}},
                {"id": "q2", "text": "vpn?", "expect": {"articles": ["not-there"]}}]  # fmt: skip
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        ran = settled("eval", "--questions", path, "--html", page)
        assert ran.out.endswith(f"Report: {page}\n")
        assert "1 questions expect what is not there, such as q2: article not-there." in ran.err
        written = page.read_text(encoding="utf-8")
        assert ROOM in written
        assert "article calendar-room" in written
        assert written.count("<svg") == 4

    @pytest.mark.parametrize("command", [["eval"], ["classifier", "eval"]])
    def test_a_labelled_set(self, settled, tmp_path, command):
        """Either command measures any labelled set: figures in JSON, a page, rows left out counted."""
        rows = [f"{text} {n},{label}" for label, text in TOPICS.items() for n in range(6)]
        (tmp_path / "train.csv").write_text("body,topic\n" + "\n".join(rows), encoding="utf-8")
        test = ["the toner of my printer is empty,printing", "no tunnel,vpn", "what is for lunch,oos", "broken row"]
        (tmp_path / "test.csv").write_text("body,topic\n" + "\n".join(test), encoding="utf-8")
        files = ("--train", tmp_path / "train.csv", "--test", tmp_path / "test.csv", "--html", tmp_path / "r.html")
        columns = ("--text-column", "body", "--label-column", "topic", "--oos-label", "oos", "--skip-bad", "--json")
        found = settled(*command, *files, *columns).json
        names = "in_scope_accuracy oos_recall oos_precision auroc macro_f1 mcc ece threshold seconds"
        assert list(found)[:9] == names.split()
        assert (found["in_scope_accuracy"], found["auroc"]) == (1.0, 1.0)
        assert (found["messages"], found["skipped"], found["classes"]) == (3, 1, 2)
        assert "Out-of-scope recall" in (tmp_path / "r.html").read_text(encoding="utf-8")

    def test_a_labelled_set_in_folds(self, settled, tmp_path):
        """Without --test it is judged by itself; what cannot be told is null, or said in words."""
        rows = [{"text": f"{text} {n}", "label": label} for label, text in TOPICS.items() for n in range(6)]
        path = tmp_path / "set.jsonl"
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        found = settled("eval", "--train", path, "--folds", "3", "--json").json
        assert (found["messages"], found["oos_recall"], found["auroc"]) == (12, None, None)
        ran = settled("eval", "--train", path, "--test", path, "--oos-label", "oss")
        assert "none to tell by" in ran.out
        assert 'No row has the label "oss" of --oos-label.' in ran.err
        assert "--train and --test are one file" in ran.err

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

    def test_no_model_yet(self, run, exported_state, tmp_path):
        """Without a model `classifier predict` says how to get one."""
        link(exported_state, tmp_path)
        one_line(run("classifier", "predict", "hello"), "run `firstline classifier train`")
        one_line(run("classifier", "rollback"), "no earlier models")
        assert "no models yet" in run("classifier", "history").out
        assert run("classifier", "history", "--json").json == []

    def test_a_damaged_model(self, settled, exported_state, tmp_path):
        """Damaged models are one line with the way out, without a word of Python."""
        state = tmp_path / "state"
        link(exported_state, state)
        (state / "models" / "20261120-090000").mkdir(parents=True)
        (state / "models" / "live").write_text("20261120-090000", encoding="utf-8")
        (state / "models" / "20261120-090000" / "about.json").write_bytes(b"PK\x03\x04 nothing")
        ran = settled("classifier", "predict", "hello", FIRSTLINE_STATE_DIR=str(state))
        one_line(ran, "is damaged", "run `firstline classifier train`")

    def test_a_result_that_cannot_be_written(self, settled, tmp_path):
        """A place where nothing can be written is one line that names it."""
        path = tmp_path / "set.jsonl"
        path.write_text('{"id": "1", "text": "vpn"}', encoding="utf-8")
        one_line(settled("ask", "--batch", path, "--out", tmp_path / "none" / "out.jsonl"), "out.jsonl")


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
    tokens |= {"SLACK_CONFIG_TOKEN": seed.app.config_token}
    tokens |= {"SLACK_CLIENT_ID": seed.app.client_id, "SLACK_CLIENT_SECRET": seed.app.client_secret}
    calls = {"FIRSTLINE_ACTIONS_URL": server.automation_url, "FIRSTLINE_ACTIONS_SECRET": seed.automation.secret}
    return {"SLACK_API_URL": server.api_url} | tokens | calls


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
        assert [line[1:3] for line in lines if line[0] != "ok"] == [["web", "address"]]
        for what in (
            "settings", "articles", "desk", "actions", "automation", "database", "encoder", "classifier", "scopes",
            "#it-l2", "#it-ops", "#kb-editors", "staff", "socket",
            "studio", "sign-in",
        ):  # fmt: skip
            assert what in [line[1] for line in lines]

    def test_a_new_machine(self, run, slack, seed):
        """Where Firstline never ran, the tables and the models are missing, with the command that makes them."""
        ran = run("doctor", "--json", **connected(slack, seed))
        assert (ran.code, ran.json["ok"]) == (2, False)
        found = {check["what"]: check for check in ran.json["checks"]}
        missing = [what for what, check in found.items() if check["state"] == "missing"]
        assert missing == ["database", "classifier", "confidence", "replies"]
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

    def test_no_automation(self, settled):
        """Without an address nothing is missing, one without its secret is, and one where nobody listens is."""
        assert states(settled("doctor", "--json"))["automation"] == "skipped"
        there = {"FIRSTLINE_ACTIONS_URL": "http://127.0.0.1:9/"}
        assert states(settled("doctor", "--json", **there))["actions"] == "missing"
        whole = there | {"FIRSTLINE_ACTIONS_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
        assert states(settled("doctor", "--json", **whole))["automation"] == "missing"

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_ticket_system(self, settled, clock, kind):
        """It is asked something harmless; what is not set, not there or not allowed has a line that says so."""
        signing = {"FIRSTLINE_TICKETS_SYSTEM": kind, "FIRSTLINE_TICKETS_SECRET": SECRET}
        desk = {"DESK": "7", "REQUEST_TYPE": "25", "PROJECT": "ITS", "USER": USER, "TOKEN": TOKEN}
        whole = signing | {f"FIRSTLINE_TICKETS_{name}": value for name, value in desk.items()}
        assert states(settled("doctor", "--json", **whole))["ticket system"] == "missing"
        with serving(KINDS[kind](clock)) as server:
            whole["FIRSTLINE_TICKETS_URL"] = server.url
            assert states(settled("doctor", "--json", **whole))["ticket system"] == "ok"
            wrong = settled("doctor", "--json", **whole | {"FIRSTLINE_TICKETS_TOKEN": "not-that-one"})
            assert states(wrong)["ticket system"] == ("ok" if kind == "webhook" else "missing")
            assert "not-that-one" not in wrong.out + wrong.err
        assert states(settled("doctor", "--json", **whole))["ticket system"] == "missing"

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

    def test_staff_who_are_not_there(self, settled, seed):
        """One of the staff whom Slack does not know, or has deactivated, is named; the others are not."""
        with SandboxServer(seed.model_copy(update={"people": seed.people[1:]})) as server:
            server.post("/ui/_test/deactivate", user=seed.people[1].id)
            ran = settled("doctor", **connected(server, seed))
        assert ran.code == 2
        told = [line for line in ran.out.splitlines() if line.split()[1] == "staff"]
        assert [line.split()[:3] for line in told] == [["missing", "staff", seed.people[1].email]]
        assert "is not in Slack, or was deactivated there: correct the address in desk.yaml" in told[0]

    def test_files(self, settled, slack, seed, tmp_path):
        """A data folder without its files is told piece by piece."""
        (tmp_path / "articles").mkdir()
        (tmp_path / "articles" / "a.md").write_text("---\ntitle: A\ncolour: red\n---\n\nText.\n", encoding="utf-8")
        ran = settled("doctor", "--json", FIRSTLINE_DATA_DIR=str(tmp_path), **connected(slack, seed))
        assert any("a.md:3" in check["says"] for check in ran.json["checks"] if check["what"] == "articles")
        for what in ("articles", "cookbook", "desk", "classifier", "confidence"): assert states(ran)[what] == "missing"

    def test_a_queue_without_a_procedure(self, settled, slack, seed, tmp_path):
        """A queue that tickets can be escalated from, and that does not say how, is named."""
        whole = (DATA / "desk.yaml").read_text(encoding="utf-8")
        start, end = whole.index("    procedure:"), whole.index("  - name: network")
        (tmp_path / "desk.yaml").write_text(whole[:start] + whole[end:], encoding="utf-8")
        ran = settled("doctor", FIRSTLINE_DATA_DIR=str(tmp_path), **connected(slack, seed))
        assert "ok       desk " in ran.out
        assert "missing  escalation   no procedure says how tickets leave service-desk; give each" in ran.out

    def test_weights(self, settled, slack, seed, tmp_path):
        """A folder that is named as encoder and holds no model is told by the setting's name."""
        ran = settled("doctor", FIRSTLINE_ENCODER=str(tmp_path), **connected(slack, seed))
        assert f"missing  encoder      FIRSTLINE_ENCODER: no sentence-transformers model in {tmp_path}" in ran.out


class TestBench:
    """`bench`."""

    def test_quick(self, settled):
        """It measures the whole and its parts, processes, memory, a larger knowledge base and made-up passages."""
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
        assert [one["processes"] for one in found["rates"]] == [1, 2]
        assert all(one["per_second"] > 0 for one in found["rates"])
        assert [(one["rows"], one["recall_at_10"]) for one in found["search"]] == [(1000, 1.0)]
