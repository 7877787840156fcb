"""What is kept from whoever looks at logs, files and values: nothing forged, nothing readable, no secret told."""

import base64
import stat
from pathlib import Path

import pytest

from core import private
from core.db import Database
from core.errors import ConfigProblem, Unavailable
from core.settings import Settings, load_settings, need_slack

MARK = "s3cr3tMARK"
CODED = base64.b64encode(MARK.encode() * 3).decode()
SECRETS = {
    "actions_secret": f"whsec_{CODED}", "audit_key": MARK, "tickets_secret": f"whsec_{CODED}", "tickets_token": MARK,
    "metrics_token": MARK, "slack_config_token": MARK,
    "slack_bot_token": f"xoxb-{MARK}", "slack_app_token": f"xapp-{MARK}",
    "slack_signing_secret": MARK, "slack_client_secret": MARK,
    "database_url": f"postgresql://firstline:{MARK}@127.0.0.1:1/x",
}  # fmt: skip
TOLD = (MARK, CODED)


class TestSecrets:
    """What is set to keep others out is told nowhere."""

    def test_every_secret_of_the_settings_is_one(self) -> None:
        """A setting that is called a secret, a token or a key is of a type that hides it."""
        named = {name for name in Settings.model_fields if name.endswith(("_secret", "_token", "_key"))}
        assert named <= SECRETS.keys()

    def test_settings_tell_no_secret(self) -> None:
        """Neither as they are shown, nor as text, nor as they are dumped to JSON but for the database's address."""
        settings = load_settings(**SECRETS)
        shown = [repr(settings), str(settings), settings.model_dump_json(exclude={"database_url"})]
        assert not [text for text in shown for mark in TOLD if mark in text]

    @pytest.mark.parametrize("name", sorted(SECRETS.keys() - {"database_url"}))
    def test_a_wrong_one_is_not_repeated(self, name: str) -> None:
        """What is told of a setting that is wrong names it, and not what it was set to."""
        with pytest.raises(ConfigProblem) as told:
            need_slack(load_settings(**{name: f"nonsense {MARK}", "slack_mode": "http"}))
        assert MARK not in str(told.value)

    def test_a_database_that_does_not_answer_tells_no_password(self) -> None:
        """Nor does the whole chain of errors behind what is told."""
        database = Database(SECRETS["database_url"])
        with pytest.raises(Unavailable) as told, database.reading() as session: session.connection()
        chain, error = [], told.value
        while error: chain, error = [*chain, str(error), repr(error)], error.__cause__ or error.__context__  # type: ignore[assignment]
        assert len(chain) > 2
        assert not [text for text in [*chain, repr(database), repr(database.engine)] if MARK in text]
        database.close()


def rights(path: Path) -> str:
    """Such as 0o600."""
    return oct(stat.S_IMODE(path.stat().st_mode))


class TestRights:
    """Nobody else on the machine reads what people wrote."""

    def test_a_database_and_its_journals(self, tmp_path: Path) -> None:
        """Also while it is written to."""
        database = Database(f"sqlite:///{tmp_path}/state/deep/firstline.db")
        with database.transaction() as session: session.connection().exec_driver_sql("CREATE TABLE t (x)")
        files = list((tmp_path / "state" / "deep").iterdir())
        assert {rights(one) for one in files} == {"0o600"}
        assert len(files) == 3
        assert rights(tmp_path / "state" / "deep") == "0o700"
        database.close()

    def test_a_folder_that_is_there_stays_as_it_is(self, tmp_path: Path) -> None:
        """Somebody may have given it to a group on purpose."""
        (tmp_path / "ours").mkdir(mode=0o750)
        private.folder(tmp_path / "ours")
        assert rights(tmp_path / "ours") == "0o750"
        assert rights(private.folder(tmp_path / "new" / "state")) == "0o700"
