"""What is in deploy/: each file passes its own linter, and every command, setting and path in it exists."""

import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from bot import crew
from bot.cli.main import cli
from core import private
from core.settings import SECRETS_DIR, Settings, variable
from tests.commandline import in_a_process

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
RESOURCES = sorted(path for path in (DEPLOY / "kubernetes").glob("*.yaml") if path.name != "kustomization.yaml")
ROLES = ("bot", "web", "worker")
PROGRAM = "/opt/firstline/.venv/bin/firstline"
MOST_EXPOSED = 2.0  # of 10, as `systemd-analyze security` counts; a unit without any protection has 9.6
WEB_ENDS = 10  # seconds that the web server takes at most
BESIDE = Path(sys.executable).parent  # where the linters are


def text(name: str) -> str:
    """A file of deploy/."""
    return (DEPLOY / name).read_text(encoding="utf-8")


def linted(*command: str | Path) -> str:
    """What a linter says; empty or its own word for fine."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own linters
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def systemd(*arguments: str | Path) -> str:
    """What systemd-analyze says."""
    found = shutil.which("systemd-analyze")
    if not found: pytest.skip("systemd-analyze is not on this machine: the units are not checked")
    return linted(found, *arguments)


def values(unit: str, key: str) -> list[str]:
    """The values of a key in a unit."""
    return re.findall(rf"^{key}=(.*)$", unit, re.MULTILINE)


def resources() -> Iterator[dict[str, Any]]:
    """Every Kubernetes resource."""
    for path in RESOURCES: yield from yaml.safe_load_all(path.read_text(encoding="utf-8"))


def deployments() -> list[dict[str, Any]]:
    """The deployments, one a role."""
    return [one for one in resources() if one["kind"] == "Deployment"]


COMPOSE, HTTP = yaml.safe_load(text("compose.yaml")), yaml.safe_load(text("compose.http.yaml"))
OURS = [one for one in COMPOSE["services"].values() if one["image"].startswith("firstline")]


class TestLinters:
    """Each by its own tool."""

    def test_units(self, tmp_path):
        """Systemd understands every line of the units."""
        for path in (*UNITS, DEPLOY / "systemd" / "firstline.target"):
            here = path.read_text(encoding="utf-8").replace(PROGRAM, sys.executable)
            named = tmp_path / path.name.replace("@", "@bot")
            named.write_text(here, encoding="utf-8")
            if path.suffix == ".service":
                drop = private.folder(tmp_path / f"{named.name}.d") / "http.conf"
                shutil.copy(DEPLOY / "systemd" / ("http@.conf" if "@" in path.name else "http.conf"), drop)
        units = sorted(path for path in tmp_path.iterdir() if path.is_file())
        assert systemd("verify", "--man=no", "--recursive-errors=no", *units) == ""

    @pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
    def test_exposure(self, unit, tmp_path):
        """What a service may do is little, as systemd counts it."""
        named = shutil.copy(unit, tmp_path / unit.name.replace("@", "@bot"))
        said = systemd("security", "--offline=true", "--no-pager", named)
        found = re.search(r"exposure level for \S+: ([0-9.]+)", said)
        assert found is not None
        assert float(found[1]) <= MOST_EXPOSED

    def test_container(self):
        """Hadolint has nothing to say."""
        assert linted(BESIDE / "hadolint", DEPLOY / "Containerfile") == ""

    def test_compose(self):
        """The file is as the Compose specification has it."""
        schema, files = ("--builtin-schema", "vendor.compose-spec"), sorted(DEPLOY.glob("compose*.yaml"))
        assert len(files) == 2
        assert "ok" in linted(BESIDE / "check-jsonschema", *schema, *files)

    def test_kubernetes(self):
        """Every resource is as Kubernetes has it, without keys that it does not know."""
        said = linted(BESIDE / "kubernetes-validate", "--strict", *RESOURCES)
        assert said.count(" passed for resource ") == len(list(resources()))


# -- what they name exists -----------------------------------------------------------------------------------------


def commands() -> Iterator[list[str]]:
    """The arguments of every call of `firstline` in deploy/."""
    for path in UNITS:
        unit = path.read_text(encoding="utf-8")
        for line in values(unit, "ExecStart") + values(unit, "ExecStartPre"):
            program, *arguments = line.split()
            assert program == PROGRAM
            yield [argument.replace("%i", "bot") for argument in arguments]
    for service in OURS: yield service["command"]
    for one in deployments():
        pod = one["spec"]["template"]["spec"]
        for container in (*pod["initContainers"], *pod["containers"]): yield container["args"]
    yield yaml.safe_load(re.findall(r"^CMD (.*)$", text("Containerfile"), re.MULTILINE)[-1])


def test_every_command_can_be_typed():
    """Firstline takes each command line that is in deploy/."""
    found = list(commands())
    assert len(found) >= 10
    for arguments in found:
        command: click.Command | None = cli
        rest = list(arguments)
        while isinstance(command, click.Group): command = command.get_command(click.Context(cli), rest.pop(0))
        assert command is not None, arguments
        command.make_context("firstline", rest).close()


def named_settings() -> set[str]:
    """Every variable of ours that a file of deploy/ names."""
    files = [path for path in DEPLOY.rglob("*") if path.is_file()]
    whole = "\n".join(path.read_text(encoding="utf-8") for path in files)
    return set(re.findall(r"\b(?:FIRSTLINE|SLACK)_[A-Z_]+\b", whole))


def test_every_setting_is_one():
    """A setting that deploy/ names is one that Firstline reads."""
    known = {variable(field) for field in Settings.model_fields} | {SECRETS_DIR}
    assert sorted(named_settings() - known) == []


def test_every_path_is_there():
    """What is copied, built or listed is in the project."""
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", text("Containerfile"), re.MULTILINE)
    for name in " ".join(copied).split(): assert (ROOT / name).exists(), name
    allowed = re.findall(r"^!(.+)$", text("Containerfile.dockerignore"), re.MULTILINE)
    assert sorted(allowed) == sorted(" ".join(copied).split())
    for service in OURS:
        build = service["build"]
        assert (DEPLOY / build["context"] / build["dockerfile"]).resolve() == DEPLOY / "Containerfile"
    listed = yaml.safe_load(text("kubernetes/kustomization.yaml"))["resources"]
    assert sorted([*listed, "secret.example.yaml", "hand.yaml"]) == [path.name for path in RESOURCES]


def test_every_address_is_answered():
    """Probes and the ingress ask for what the web server has."""
    served = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "bot" / "web").rglob("*.py"))
    asked = set()
    for one in deployments():
        container = one["spec"]["template"]["spec"]["containers"][0]
        asked |= {container[f"{kind}Probe"]["httpGet"]["path"] for kind in ("startup", "liveness", "readiness")}
    for one in resources():
        if one["kind"] == "Ingress": asked |= {rule["path"] for rule in one["spec"]["rules"][0]["http"]["paths"]}
    for path in asked: assert re.search(rf'"{path}["/]', served), path


def test_ports_of_the_roles():
    """Each role of one machine has a port of its own; the proxies send people to web and Slack to bot."""
    ports = {role: text(f"systemd/{role}.env").rpartition("FIRSTLINE_WEB_PORT=")[2].strip() for role in ROLES}
    assert len(set(ports.values())) == len(ROLES)
    for proxy in ("proxy/nginx.conf", "proxy/Caddyfile"):
        assert {ports["bot"], ports["web"]} == set(re.findall(r"127\.0\.0\.1:(\d+)", text(proxy)))
        assert re.search(rf"/slack/events.*127\.0\.0\.1:{ports['bot']}", text(proxy))


# -- what they promise ---------------------------------------------------------------------------------------------


def test_no_secret_is_in_deploy():
    """Secrets are named, never given."""
    for one in resources():
        if one["kind"] == "Secret": assert set(one["stringData"].values()) == {""}
        if one["kind"] == "ConfigMap": assert not set(one["data"]) & set(COMPOSE["secrets"])
    for path in DEPLOY.rglob("*"):
        if path.is_file(): assert not re.search(r"xoxb-\w|xapp-\w|whsec_\w", path.read_text(encoding="utf-8"))


def test_containers_may_do_little():
    """No root, no new rights, no writing but to the state and to /tmp."""
    assert "USER 10001:10001" in text("Containerfile")
    for service in OURS: assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    hands = [one["spec"] for one in resources() if one["kind"] == "Pod"]
    for pod in (*(one["spec"]["template"]["spec"] for one in deployments()), *hands):
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in (*pod.get("initContainers", ()), *pod["containers"]):
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
            }  # fmt: skip
            writable = [one["mountPath"] for one in container["volumeMounts"] if not one.get("readOnly")]
            assert writable == ["/var/lib/firstline", "/tmp"]  # noqa: S108 - the pod's own


def test_roles():
    """Every role is a service, a deployment with a budget, and a unit's instance."""
    assert [one["metadata"]["labels"]["app.kubernetes.io/component"] for one in deployments()] == list(ROLES)
    budgets = [one["metadata"]["name"] for one in resources() if one["kind"] == "PodDisruptionBudget"]
    assert sorted(budgets) == [f"firstline-{role}" for role in ROLES]
    assert [name for name in COMPOSE["services"] if name in ROLES] == list(ROLES)
    wanted = " ".join(f"firstline@{role}.service" for role in ROLES)
    assert values(text("systemd/firstline.target"), "Wants") == [wanted]


def grace() -> Iterator[int]:
    """The seconds that each way of deploying gives a process which was asked to stop."""
    units = [text(f"systemd/{name}") for name in ("firstline.service", "firstline@.service")]
    yield from (int(value) for unit in units for value in values(unit, "TimeoutStopSec"))
    for one in OURS: yield int(one["stop_grace_period"].removesuffix("s"))
    for one in deployments(): yield one["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]


def test_there_is_time_to_stop():
    """Workers and the web server end before anybody ends them by force."""
    assert min(grace()) >= 2 * crew.ENDS_WITHIN + WEB_ENDS


def loaded(name: str, start: Sequence[str] = ()) -> list[str]:
    """The secrets that a unit loads, after those of `start`; an empty line takes back all before it."""
    found = list(start)
    for value in values(text(f"systemd/{name}"), "LoadCredential"):
        found = [*found, value.partition(":")[0]] if value else []
    return found


@pytest.mark.parametrize("name", ["", "@", "-doctor", "-doctor@"])
def test_either_mode(name):
    """The units load what socket mode needs; with the drop-in, what HTTP mode needs, and nothing that it has not."""
    roles = name.endswith("@")
    socket = loaded(f"firstline{name}.service")
    http = loaded("http@.conf" if roles else "http.conf", socket)
    for found, mode in ((socket, "SLACK_APP_TOKEN"), (http, "SLACK_SIGNING_SECRET")):
        wanted = {"SLACK_BOT_TOKEN", mode, "FIRSTLINE_METRICS_TOKEN"} | ({"FIRSTLINE_DATABASE_URL"} if roles else set())
        assert sorted(found) == sorted(wanted)


def test_http_mode_in_containers():
    """The second file gives each of ours the signing secret, and the proxies the bot's port."""
    services = HTTP["services"]
    assert {name for name, one in services.items() if one["secrets"] == ["SLACK_SIGNING_SECRET"]} == {"migrate", *ROLES}
    assert {one["environment"]["FIRSTLINE_SLACK_MODE"] for one in services.values()} == {"http"}
    assert set(HTTP["secrets"]) == {"SLACK_SIGNING_SECRET"}
    [port] = services["bot"]["ports"]
    assert port == f"127.0.0.1:{text('systemd/bot.env').rpartition('=')[2].strip()}:8766"


def test_prometheus_is_let_in():
    """Every way of deploying has the token, and every job of the example shows one."""
    assert "FIRSTLINE_METRICS_TOKEN" in COMPOSE["secrets"]
    assert all("FIRSTLINE_METRICS_TOKEN" in one["secrets"] for one in OURS)
    assert "FIRSTLINE_METRICS_TOKEN" in next(one for one in resources() if one["kind"] == "Secret")["stringData"]
    jobs = yaml.safe_load(text("prometheus-scrape.yaml"))["scrape_configs"]
    assert {one["authorization"]["type"] for one in jobs} == {"Bearer"}
    ports = {f"127.0.0.1:{text(f'systemd/{role}.env').rpartition('=')[2].strip()}" for role in ROLES}
    assert set(jobs[0]["static_configs"][0]["targets"]) == ports
    assert jobs[1]["dns_sd_configs"] == [{"names": list(ROLES), "type": "A", "port": 8766}]


@pytest.mark.parametrize(("unit", "secrets"), [
    ("firstline.service", ["SLACK_BOT_TOKEN"]),
    ("firstline@.service", ["SLACK_BOT_TOKEN", "FIRSTLINE_DATABASE_URL"]),
])  # fmt: skip
def test_a_command_by_hand(tmp_path, unit, secrets):
    """The wrapper runs a command with the unit's user, folders and settings, and every secret that is there."""
    etc, tools = private.folder(tmp_path / "etc"), private.folder(tmp_path / "bin")
    for name in secrets: (private.folder(etc / "secrets") / name).write_text("x", encoding="utf-8")
    (tools / "systemd-run").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n', encoding="utf-8")
    (tools / "systemd-run").chmod(0o700)
    script = text("systemd/firstline").replace("/etc/firstline", str(etc))
    done = subprocess.run(  # noqa: S603 - our own script
        ["/bin/sh", "-c", script, "firstline", "person", "show", "U1 2"],
        env={"PATH": f"{tools}:/usr/bin:/bin"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    given = done.stdout.replace(str(etc), "/etc/firstline").splitlines()
    assert given[given.index("--") + 1 :] == [PROGRAM, "person", "show", "U1 2"]
    whole = text(f"systemd/{unit}").replace("%i", "bot")
    for key in ("User", "Group", "WorkingDirectory", "Environment", "EnvironmentFile", "StateDirectoryMode", "UMask"):
        assert [one.partition("=")[2] for one in given if one.startswith(f"{key}=")] in same(values(whole, key))
    assert f"StateDirectory={' '.join(values(whole, 'StateDirectory'))}" in given
    loads = {one for one in given if one.startswith("LoadCredential=")}
    assert loads == {f"LoadCredential={name}:/etc/firstline/secrets/{name}" for name in secrets}


def same(lines: list[str]) -> list[list[str]]:
    """Lines of a unit, in either order: settings of different names do not care."""
    return [lines, lines[1:] + lines[:1]]


def test_the_unit_as_it_stands(tmp_path):
    """What systemd would run before the start works, with its own environment and secrets as files, elsewhere."""
    unit = text("systemd/firstline.service")
    state, secrets = tmp_path / "state", tmp_path / "secrets"
    for folder in (state, secrets): folder.mkdir()
    for line in values(unit, "LoadCredential"): (secrets / line.partition(":")[0]).write_text("xoxb-not-needed-here\n")
    whole = [line.replace("/var/lib/firstline", str(state)) for line in values(unit, "Environment")]
    given = dict(line.partition("=")[::2] for line in whole)
    [before] = values(unit, "ExecStartPre")
    ran = in_a_process(tmp_path, *before.split()[1:], **given, CREDENTIALS_DIRECTORY=str(secrets))
    assert (ran.code, ran.err) == (0, "")
    assert [path.name for path in state.iterdir()] == ["firstline.db"]
    assert stat.S_IMODE((state / "firstline.db").stat().st_mode) == 0o600
