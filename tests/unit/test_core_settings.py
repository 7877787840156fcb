"""Settings: where they come from, what is refused, and that each is documented."""

from pathlib import Path

import pytest

from core.errors import ConfigProblem
from core.settings import Settings, load_settings, need_slack, need_tickets, variable

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine that runs the tests reaches the settings."""
    for field in Settings.model_fields: monkeypatch.delenv(variable(field), raising=False)


def problems(**overrides: object) -> list[str]:
    """What is wrong with the settings, a line each."""
    with pytest.raises(ConfigProblem) as caught: load_settings(**overrides)
    return caught.value.problems


def test_defaults_are_enough() -> None:
    """A newcomer sets nothing: everything has a value that works on one machine."""
    settings = load_settings()
    assert settings.database_url.startswith("sqlite:///")
    assert settings.link_base() == f"http://{settings.web_host}:{settings.web_port}"


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own variables have a prefix, Slack's have Slack's names, and an empty one counts as unset."""
    monkeypatch.setenv("FIRSTLINE_WEB_PORT", "1234")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("FIRSTLINE_LOG_LEVEL", "")
    settings = load_settings()
    assert settings.web_port == 1234
    assert settings.slack_bot_token.get_secret_value() == "xoxb-1"
    assert settings.log_level == "INFO"


def test_secrets_from_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder may hold a file for each setting, named as its variable; the environment goes before it."""
    files = {"SLACK_BOT_TOKEN": "xoxb-file\n", "FIRSTLINE_AUDIT_KEY": "k", "FIRSTLINE_WEB_PORT": "1"}
    for name, value in files.items():
        (tmp_path / name).write_text(value, encoding="utf-8")
    monkeypatch.setenv("FIRSTLINE_WEB_PORT", "2")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    settings = load_settings()
    assert settings.slack_bot_token.get_secret_value() == "xoxb-file"
    assert settings.audit_key.get_secret_value() == "k"
    assert settings.web_port == 2
    monkeypatch.setenv("FIRSTLINE_SECRETS_DIR", str(tmp_path / "not-there"))
    assert problems() == [f"FIRSTLINE_SECRETS_DIR: {tmp_path / 'not-there'} is no folder."]


def test_overrides_win(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the command line says goes before the environment, by the field's name."""
    monkeypatch.setenv("FIRSTLINE_WEB_PORT", "1234")
    monkeypatch.setenv("SLACK_API_URL", "http://one/api/")
    settings = load_settings(web_port=5678, slack_api_url="http://two/api/")
    assert (settings.web_port, settings.slack_api_url) == (5678, "http://two/api/")


def test_all_problems_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every variable that is wrong is named, by its name in the environment, in one go."""
    wrong = {
        "FIRSTLINE_WEB_PORT": "many",
        "FIRSTLINE_SANDBOX_PORT": "70000",
        "FIRSTLINE_LOG_LEVEL": "LOUD",
        "FIRSTLINE_SLACK_MODE": "carrier pigeon",
        "FIRSTLINE_DATABASE_URL": "firstline.db",
        "SLACK_API_URL": "slack.com/api",
    }
    for name, value in wrong.items(): monkeypatch.setenv(name, value)
    found = problems()
    assert sorted(line.partition(":")[0] for line in found) == sorted(wrong)
    assert all(len(line.splitlines()) == 1 for line in found)


def test_a_wrong_override_is_named_alike() -> None:
    """A value from the command line is reported under its variable too."""
    assert problems(slack_api_url="ftp://x", web_port=-1) == [
        "FIRSTLINE_WEB_PORT: Input should be greater than or equal to 0",
        "SLACK_API_URL: must start with http:// or https://",
    ]


def test_settings_cannot_be_changed() -> None:
    """One frozen object, built once."""
    with pytest.raises(ValueError, match="frozen"): load_settings().web_port = 1  # type: ignore[misc]


def test_secrets_are_not_shown() -> None:
    """Neither a token nor the database's password is in what is printed or logged."""
    shown = repr(load_settings(slack_bot_token="xoxb-secret", database_url="postgresql://fl:secret@host/db"))
    assert "secret@" not in shown
    assert "xoxb" not in shown


def test_links_point_where_people_are() -> None:
    """A public address goes before the machine's own."""
    assert load_settings(public_url="https://help.example.com/").link_base() == "https://help.example.com"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ["SLACK_BOT_TOKEN is not set", "SLACK_APP_TOKEN is not set"]),
        ({"slack_mode": "http"}, ["SLACK_BOT_TOKEN is not set", "SLACK_SIGNING_SECRET is not set"]),
        (
            {"slack_bot_token": "xapp-1", "slack_app_token": "xoxb-1"},
            ["SLACK_BOT_TOKEN should start with xoxb-", "SLACK_APP_TOKEN should start with xapp-"],
        ),
    ],
)
def test_missing_slack_credentials(given: dict[str, object], expected: list[str]) -> None:
    """Each credential that the chosen mode needs is reported, and no value is repeated."""
    with pytest.raises(ConfigProblem) as caught: need_slack(load_settings(**given))
    assert [line.partition(";")[0] for line in caught.value.problems] == expected


@pytest.mark.parametrize("mode", ["socket", "http"])
def test_enough_slack_credentials(mode: str) -> None:
    """With what its mode needs, nothing is missing."""
    need_slack(
        load_settings(
            slack_mode=mode, slack_bot_token="xoxb-1", slack_app_token="xapp-1" if mode == "socket" else "",
            slack_signing_secret="" if mode == "socket" else "s",
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("system", "needs"),
    [
        ("webhook", ["SECRET"]), ("servicenow", ["USER", "TOKEN"]),
        ("jira", ["USER", "TOKEN", "DESK", "REQUEST_TYPE", "PROJECT"]),
    ],
)  # fmt: skip
def test_what_a_ticket_system_needs(system: str, needs: list[str]) -> None:
    """Each that is missing has a line, and with all of them nothing is missing."""
    expected = [f"FIRSTLINE_TICKETS_{name} is not set" for name in ["URL", *needs]]
    with pytest.raises(ConfigProblem) as caught: need_tickets(load_settings(tickets_system=system))
    assert [line.partition(";")[0] for line in caught.value.problems] == expected
    need_tickets(load_settings())
    need_tickets(
        load_settings(
            tickets_system=system, tickets_url="https://x.example", tickets_secret="whsec_" + "A" * 32,
            tickets_user="u", tickets_token="t", tickets_desk="7", tickets_request_type="25", tickets_project="ITS",
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"tickets_system": "zendesk"}, "Input should be"), ({"tickets_url": "http://jira.example"}, "https"),
        ({"tickets_secret": "short"}, "must begin with whsec_"), ({"tickets_desk": "IT"}, "pattern"),
        ({"tickets_project": 'ITS" OR "1'}, "pattern"),
    ],
)  # fmt: skip
def test_a_wrong_setting_of_a_ticket_system(given: dict[str, object], why: str) -> None:
    """It is refused at the start, by its name."""
    (line,) = problems(**given)
    assert line.startswith(f"FIRSTLINE_{next(iter(given)).upper()}: ")
    assert why in line


def test_secrets_of_a_ticket_system_are_not_shown() -> None:
    """Neither in what is printed nor in what is logged."""
    secret = "whsec_" + "A" * 32
    shown = repr(load_settings(tickets_secret=secret, tickets_token="a-token"))
    assert secret not in shown
    assert "a-token" not in shown


@pytest.mark.parametrize("field", Settings.model_fields)
def test_each_setting_is_documented(field: str) -> None:
    """docs/settings.md names every variable."""
    assert f"`{variable(field)}`" in DOCUMENT.read_text()
