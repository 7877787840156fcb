"""`firstline`: the group of commands, and the one place where errors become exit codes."""

import logging
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from core import logs
from core.errors import ConfigProblem, FirstlineError, new_reference
from core.settings import load_settings

NOISY = ("slack_bolt", "opentelemetry", "alembic", "httpx", "uvicorn", "faiss", "matplotlib")  # they tell of every step
BAD_INPUT = 2  # the exit code of everything that the person can mend


# Where each command is. A command's module is imported when it is asked for: Slack's libraries and the web framework
# together take longer to import than a question takes to be answered.
MODULES = {
    "actions": "acting", "audit": "auditing", "backup": "keeping", "restore": "keeping",
    "ask": "asking", "bench": "bench", "classifier": "models", "cookbook": "cookbook", "db": "running",
    "demo": "running", "doctor": "operating", "eval": "evaluating", "kb": "content", "manifest": "operating",
    "person": "persons", "serve": "running",
}  # fmt: skip


class Commands(click.Group):
    """A group whose commands are imported one by one."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All names, in the order in which help shows them."""
        return sorted(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One command, or None where there is none of that name."""
        if cmd_name in MODULES: import_module(f"bot.cli.{MODULES[cmd_name]}").add_to(self)
        return super().get_command(ctx, cmd_name)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="firstline", message="Firstline %(version)s")
def cli() -> None:
    """First-line IT support in Slack: approved answers, scripted fixes, handoffs that lose nothing."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command (default: what was typed).

    What can be mended is one clear line and exit code 2; the rest has a reference, and is logged.
    """
    try:
        _log()
        for noisy in NOISY: logging.getLogger(noisy).setLevel(logging.WARNING)
        cli(args=arguments, standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(BAD_INPUT)
    except FirstlineError as error:
        click.echo(f"firstline: {error}", err=True)
        sys.exit(BAD_INPUT)
    except BrokenPipeError:
        sys.exit(0)
    except OSError as error:
        click.echo(f"firstline: {error.strerror or error}: {error.filename or ''}".rstrip(": "), err=True)
        sys.exit(BAD_INPUT)
    except Exception:
        reference = new_reference()
        logging.getLogger("firstline").exception("%s", reference)
        click.echo(
            f"firstline: something went wrong that should not ({reference}); the log above tells more.", err=True
        )
        sys.exit(1)


def _log() -> None:
    """As the settings say; where these are wrong, the command that needs them tells so, and `--help` still works."""
    try:
        settings = load_settings()
    except ConfigProblem:
        logs.configure("WARNING")
    else:
        logs.configure(settings.log_level, settings.log_format)
