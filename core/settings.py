"""Settings: one frozen object, built once from the environment, all problems reported together."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core import webhooks
from core.errors import ConfigProblem


class Settings(BaseSettings):
    """Everything that may differ between two installations. Each field is documented in docs/settings.md."""

    model_config = SettingsConfigDict(
        env_prefix="FIRSTLINE_", frozen=True, extra="ignore", env_ignore_empty=True, populate_by_name=True
    )

    database_url: str = Field(default="sqlite:///.firstline/firstline.db", repr=False)  # it may hold a password
    data_dir: Path = Path("data")
    state_dir: Path = Path(".firstline")
    encoder: str = ""
    public_url: str = ""
    web_host: str = "127.0.0.1"
    web_port: int = Field(default=8766, ge=0, le=65535)
    sandbox_port: int = Field(default=8765, ge=0, le=65535)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    actions_url: str = ""
    actions_secret: SecretStr = SecretStr("")
    slack_mode: Literal["socket", "http"] = "socket"
    slack_api_url: str = Field(default="https://slack.com/api/", alias="SLACK_API_URL")
    slack_bot_token: SecretStr = Field(default=SecretStr(""), alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr = Field(default=SecretStr(""), alias="SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr = Field(default=SecretStr(""), alias="SLACK_SIGNING_SECRET")

    @field_validator("slack_api_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")): raise ValueError("must start with http:// or https://")
        return value

    @field_validator("actions_url")
    @classmethod
    def _automation_address(cls, value: str) -> str:
        return webhooks.address(value) if value else value

    @field_validator("actions_secret")
    @classmethod
    def _automation_secret(cls, value: SecretStr) -> SecretStr:
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
    """Settings from the environment, with overrides by field name on top.

    Raises:
        ConfigProblem: a line for every variable that is wrong, by its name in the environment.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # pydantic checks each value below
    except ValidationError as error:
        raise ConfigProblem([_line(problem["loc"], problem["msg"]) for problem in error.errors()]) from None


def need_slack(settings: Settings) -> None:
    """Check that the Slack credentials which the chosen mode needs are there.

    Raises:
        ConfigProblem: a line for each missing or mistaken one.
    """
    wanted = {"slack_bot_token": "xoxb-"}
    wanted |= {"slack_app_token": "xapp-"} if settings.slack_mode == "socket" else {"slack_signing_secret": ""}
    problems = []
    for field, prefix in wanted.items():
        value = getattr(settings, field).get_secret_value()
        if not value:
            problems.append(f"{variable(field)} is not set; docs/slack-setup.md tells where to find it.")
        elif not value.startswith(prefix):
            problems.append(f"{variable(field)} should start with {prefix}; another kind of token was given.")
    if problems: raise ConfigProblem(problems)


def need_automation(settings: Settings, *, called: bool) -> None:
    """Check that there is a secret where the automation is `called`.

    Raises:
        ConfigProblem: there is none, so that calls could not be signed.
    """
    if called and not settings.actions_secret.get_secret_value():
        raise ConfigProblem(["FIRSTLINE_ACTIONS_SECRET is not set; docs/actions.md tells how to make one."])


def _line(loc: tuple[int | str, ...], message: str) -> str:
    name = str(loc[0]) if loc else ""
    known = variable(name) if name in Settings.model_fields else name
    plain = message.removeprefix("Value error, ")
    return f"{known}: {plain}" if known else plain
