"""Settings: one frozen object, built once from the environment, all problems reported together."""

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core import webhooks
from core.errors import ConfigProblem

SECRETS_DIR = "FIRSTLINE_SECRETS_DIR"  # where settings may be files; no setting itself


class Settings(BaseSettings):
    """Everything that may differ between two installations. Each field is documented in docs/settings.md."""

    model_config = SettingsConfigDict(
        env_prefix="FIRSTLINE_", frozen=True, extra="ignore", env_ignore_empty=True, populate_by_name=True
    )

    database_url: str = Field(default="sqlite:///.firstline/firstline.db", repr=False)  # it may hold a password
    pool: int = Field(default=16, ge=4, le=500)
    data_dir: Path = Path("data")
    state_dir: Path = Path(".firstline")
    encoder: str = ""
    vectors: Literal["memory", "pgvector"] = "memory"
    public_url: str = ""
    web_host: str = "127.0.0.1"
    web_port: int = Field(default=8766, ge=0, le=65535)
    sandbox_port: int = Field(default=8765, ge=0, le=65535)
    metrics_token: SecretStr = SecretStr("")
    traces_url: str = ""
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    actions_url: str = ""
    actions_secret: SecretStr = SecretStr("")
    audit_key: SecretStr = SecretStr("")
    tickets_system: Literal["", "webhook", "jira", "servicenow"] = ""
    tickets_url: str = ""
    tickets_secret: SecretStr = SecretStr("")
    tickets_user: str = ""
    tickets_token: SecretStr = SecretStr("")
    tickets_desk: str = Field(default="", pattern=r"^[0-9]{0,20}$")
    tickets_request_type: str = Field(default="", pattern=r"^[0-9]{0,20}$")
    tickets_project: str = Field(default="", pattern=r"^([A-Z][A-Z0-9_]{0,19})?$")
    tickets_close_code: str = "Solution provided"
    slack_mode: Literal["socket", "http"] = "socket"
    slack_api_url: str = Field(default="https://slack.com/api/", alias="SLACK_API_URL")
    slack_bot_token: SecretStr = Field(default=SecretStr(""), alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr = Field(default=SecretStr(""), alias="SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr = Field(default=SecretStr(""), alias="SLACK_SIGNING_SECRET")
    slack_client_id: str = Field(default="", alias="SLACK_CLIENT_ID")
    slack_client_secret: SecretStr = Field(default=SecretStr(""), alias="SLACK_CLIENT_SECRET")
    slack_config_token: SecretStr = Field(default=SecretStr(""), alias="SLACK_CONFIG_TOKEN")

    @field_validator("slack_api_url", "traces_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")): raise ValueError("must start with http:// or https://")
        return value

    @field_validator("actions_url", "tickets_url")
    @classmethod
    def _called_address(cls, value: str) -> str:
        return webhooks.address(value) if value else value

    @field_validator("actions_secret", "tickets_secret")
    @classmethod
    def _signing_secret(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value(): webhooks.key(value.get_secret_value())
        return value

    @field_validator("database_url")
    @classmethod
    def _database_address(cls, value: str) -> str:
        if "://" not in value:
            raise ValueError("must be a URL such as sqlite:///file.db or postgresql://host/name")
        return value

    def link_base(self) -> str:
        """Where article links point: `public_url`, or the web server of this machine. No slash at the end."""
        return (self.public_url or f"http://{self.web_host}:{self.web_port}").rstrip("/")


def variable(field: str) -> str:
    """The environment variable of a field of `Settings`."""
    alias = Settings.model_fields[field].alias
    return alias or f"FIRSTLINE_{field.upper()}"


def load_settings(**overrides: object) -> Settings:
    """Settings from the environment and, below it, a folder of secrets; with overrides by field name on top.

    Raises:
        ConfigProblem: a line for every variable that is wrong, by its name in the environment.
    """
    given: dict[str, Any] = {**overrides, "_secrets_dir": _secrets_folder()}
    try:
        return Settings(**given)
    except ValidationError as error:
        raise ConfigProblem([_line(problem["loc"], problem["msg"]) for problem in error.errors()]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigProblem([f"{SECRETS_DIR}: a file in it cannot be read ({type(error).__name__})."]) from None


def _secrets_folder() -> str | None:
    """The folder with a file for each secret, named as its variable: ours, or the one that systemd made."""
    named = os.environ.get(SECRETS_DIR, "")
    if named and not Path(named).is_dir(): raise ConfigProblem([f"{SECRETS_DIR}: {named} is no folder."])
    return named or os.environ.get("CREDENTIALS_DIRECTORY") or None


def need_slack(settings: Settings, *, connects: bool = True) -> None:
    """Check that the Slack credentials which the chosen mode needs are there; fewer where nobody `connects` to hear it.

    Raises:
        ConfigProblem: a line for each missing or mistaken one.
    """
    wanted = {"slack_bot_token": "xoxb-"}
    hears = {"slack_app_token": "xapp-"} if settings.slack_mode == "socket" else {"slack_signing_secret": ""}
    if connects: wanted |= hears
    problems = []
    for field, prefix in wanted.items():
        value = getattr(settings, field).get_secret_value()
        if not value:
            problems.append(f"{variable(field)} is not set; docs/slack-setup.md tells where to find it.")
        elif not value.startswith(prefix):
            problems.append(f"{variable(field)} should start with {prefix}; {_kind(value)} was given.")
    if problems: raise ConfigProblem(problems)


_KINDS = {  # of Slack's tokens, by how they begin
    "xoxb-": "a bot's token", "xapp-": "an app-level token", "xoxp-": "a person's token",
    "xoxe": "a configuration token",
}  # fmt: skip


def _kind(token: str) -> str:
    return next((kind for prefix, kind in _KINDS.items() if token.startswith(prefix)), "another kind of token")


def need_automation(settings: Settings, *, called: bool) -> None:
    """Check that there is a secret where the automation is `called`.

    Raises:
        ConfigProblem: there is none, so that calls could not be signed.
    """
    if called and not settings.actions_secret.get_secret_value():
        raise ConfigProblem(["FIRSTLINE_ACTIONS_SECRET is not set; docs/actions.md tells how to make one."])


_NEEDED = {  # by a ticket system, beside its address
    "webhook": ("tickets_secret",),
    "jira": ("tickets_user", "tickets_token", "tickets_desk", "tickets_request_type", "tickets_project"),
    "servicenow": ("tickets_user", "tickets_token"),
}


def need_tickets(settings: Settings) -> None:
    """Check that there is everything which the chosen ticket system needs.

    Raises:
        ConfigProblem: a line for each setting that is missing.
    """
    if not settings.tickets_system: return
    values = {name: getattr(settings, name) for name in ("tickets_url", *_NEEDED[settings.tickets_system])}
    empty = [name for name, value in values.items() if value in ("", SecretStr(""))]
    tells = f"is not set; docs/ticket-systems.md tells what {settings.tickets_system} needs."
    if empty: raise ConfigProblem([f"{variable(name)} {tells}" for name in empty])


def _line(loc: tuple[int | str, ...], message: str) -> str:
    name = str(loc[0]) if loc else ""
    known = variable(name) if name in Settings.model_fields else name
    plain = message.removeprefix("Value error, ")
    return f"{known}: {plain}" if known else plain
