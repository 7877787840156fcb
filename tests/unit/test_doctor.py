"""The parts of `firstline doctor` that are functions: clocks, disks, packages, file systems, the app's settings."""

import copy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from bot.check import Check, missing, skipped, well
from bot.cli.doctor import _secrets, without
from bot.cli.doctor.database import REMOTE, file_system, opened, sqlite_file
from bot.cli.doctor.machine import differing, room, unread
from bot.cli.doctor.outside import figures
from bot.cli.doctor.patience import Group, told
from bot.clocks import compared
from bot.slack.app_settings import differences
from bot.slack.manifest import manifest
from core.errors import ConfigProblem
from core.settings import load_settings

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PUBLIC = "https://it.example.com"
MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
90 22 0:50 / /srv rw,relatime shared:9 - nfs4 files:/export rw
91 90 8:2 / /srv/local\\040disk rw - xfs /dev/sdb1 rw
"""


def test_an_address_that_cannot_be_understood():
    """A password with an `@` that is not written as %40: no error, and nothing of the address is shown."""
    url = "postgresql://u:p@hunter2:opensesame@db/x"
    assert url in _secrets(load_settings(database_url=url))
    assert sqlite_file(url) is None
    with pytest.raises(ConfigProblem) as caught, opened(url): pass
    assert "hunter2" not in str(caught.value)


class TestPatience:
    """Everything at once, and no longer than the limit."""

    def test_who_never_answers(self):
        """What does not answer is told as such; what it found before, and what others found, is told too."""
        never = Event()

        def stuck() -> Iterator[Check]:
            yield well("first", "is there.")
            never.wait()

        long = skipped("long", "takes its time.")
        groups = [
            Group(what="stuck", look=stuck), Group(what="long", look=stuck, late=long),
            Group(what="quick", look=lambda: iter([well("quick", "is there.")])),
        ]  # fmt: skip
        try:
            found = [(check.what, check.state) for check in told(groups, limit=0.05)]
        finally:
            never.set()
        assert found == [
            ("first", "ok"), ("stuck", "missing"), ("first", "ok"), ("long", "skipped"), ("quick", "ok"),
        ]  # fmt: skip

    def test_a_check_that_fails(self, caplog):
        """An error that should not be is one line with a reference, which the log has too."""

        def wrong() -> Iterator[Check]:
            raise KeyError("x")
            yield

        [check] = told([Group(what="wrong", look=wrong)])
        assert check.state == "missing"
        reference = check.says.partition("(")[2][:8]
        assert reference in caplog.text


@pytest.mark.parametrize(
    ("off", "state", "words"),
    [
        (timedelta(seconds=30), "ok", "goes with"),
        (timedelta(seconds=31), "missing", "31 s ahead of Slack's"),
        (timedelta(minutes=-7), "missing", "7 min behind Slack's"),
    ],
)
def test_clocks(off, state, words):
    """Half a minute is fine; more is told in seconds or minutes, with whose clock is ahead."""
    check = compared("Slack's", NOON, NOON + off)
    assert check.state == state
    assert words in check.says


def test_room():
    """Half a gigabyte is enough."""
    assert room(Path(), 500_000_000).state == "ok"
    assert "only 499 MB are free" in room(Path(), 499_900_000 - 900_000).says


def test_file_systems():
    """The longest mount point that holds a path tells its kind; a blank in it is written as a number."""
    assert file_system(Path("/var/lib/firstline.db"), MOUNTS) == "ext4"
    assert file_system(Path("/srv/firstline.db"), MOUNTS) in REMOTE
    assert file_system(Path("/srv/local disk/firstline.db"), MOUNTS) == "xfs"
    assert file_system(Path("/srv/firstline.db"), "") == ""


def test_packages():
    """Another version and an absent package that is needed are named; a package of another platform is not."""
    lock = "aaa==1.0 ; x \\\n    --hash=sha256:0\nbbb==2.0\nbbb==3.0\nccc==1.0\nddd==1.0\n"
    installed = {"aaa": "1.0+cpu", "bbb": "3.0", "ccc": "", "ddd": "1.1", "eee": ""}
    assert differing(lock, installed, ["aaa", "eee"]) == ["eee is missing", "ddd 1.1 instead of 1.0"]


@pytest.mark.parametrize(("changes", "says"), [
    ({"public_url": PUBLIC}, ["/metrics is closed: FIRSTLINE_METRICS_TOKEN is not set."]),
    ({"public_url": PUBLIC, "metrics_token": "x" * 32}, ["/metrics opens for whoever shows the token."]),
    ({}, []),
])  # fmt: skip
def test_who_reads_the_figures(changes, says):
    """Where others reach the page and there is no token, nobody does; on this machine alone there is nothing to say."""
    given = {"web_host": "127.0.0.1", "public_url": "", "metrics_token": ""} | changes
    assert [one.says for one in figures(load_settings(**given))] == says


def test_names_that_are_no_settings():
    """A mistyped setting is named with the nearest one; what other programs read is left alone."""
    names = ("FIRSTLINE_DATABSE_URL", "FIRSTLINE_TORCH", "PATH", "SLACK_BOT_TOKEN")
    found = list(unread(dict.fromkeys(names, "x")))
    assert [(one.state, one.mend) for one in found] == [("missing", "did you mean FIRSTLINE_DATABASE_URL?")]


def test_secrets_are_taken_out():
    """A secret in what a server said is not repeated, in what is wrong as in how to mend it."""
    check = without(missing("database", "password opensesame failed:", "not opensesame."), ["opensesame"])
    assert (check.says, check.mend) == ("password ... failed:", "not ....")


class TestAppSettings:
    """The app as Slack exports it, against the manifest."""

    @pytest.mark.parametrize(("mode", "public"), [("socket", ""), ("socket", PUBLIC), ("http", PUBLIC)])
    def test_an_app_made_from_the_manifest(self, mode, public):
        """It is as it should be, also with more than that."""
        ours = manifest(mode, public)
        theirs = copy.deepcopy(ours) | {"_metadata": {"major_version": 2}}
        theirs["settings"]["event_subscriptions"]["bot_events"].append("reaction_added")
        assert [one.state for one in differences(ours, theirs)] == ["ok"]

    def test_an_empty_app(self):
        """Everything that it lacks is told, each once."""
        found = [one.what for one in differences(manifest("socket", PUBLIC), {"features": None})]
        assert found == [
            "events", "buttons", "command", "shortcuts", "home", "home", "socket mode", "sign-in",
        ]  # fmt: skip

    def test_addresses(self):
        """In HTTP mode each address is told that is not ours, with both."""
        theirs = manifest("http", "https://old.example.com")
        found = list(differences(manifest("http", PUBLIC), theirs))
        assert [one.what for one in found] == ["events", "buttons", "command", "sign-in"]
        assert f"https://old.example.com/slack/events instead of {PUBLIC}/slack/events" in found[0].says

    def test_tokens_that_end(self):
        """Rotated tokens end after 12 hours, so they are named."""
        theirs = manifest("socket", "")
        theirs["settings"]["token_rotation_enabled"] = True
        assert [one.what for one in differences(manifest("socket", ""), theirs)] == ["bot token"]
