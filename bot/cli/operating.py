"""`firstline manifest` and `firstline doctor`: setting Firstline up on a real workspace."""

import json
import sys
from dataclasses import asdict

import click
import yaml

from bot.check import Check
from bot.cli.doctor import examine
from bot.slack.manifest import manifest as make_manifest
from core.settings import load_settings

SOMETHING_MISSING = 2  # the exit code, as of everything that the person can mend


def add_to(group: click.Group) -> None:
    """Add these commands."""
    for command in (manifest, doctor): group.add_command(command)


@click.command()
@click.option("--http", "http", metavar="URL", help="For HTTP mode at this https address, whatever the settings say.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of YAML.")
def manifest(http: str | None, *, as_json: bool) -> None:
    """Print the Slack app's manifest, for FIRSTLINE_SLACK_MODE and FIRSTLINE_PUBLIC_URL (see docs/slack-setup.md)."""
    settings = load_settings(**({} if http is None else {"slack_mode": "http", "public_url": http}))
    content = make_manifest(settings.slack_mode, settings.public_url)
    if as_json: click.echo(json.dumps(content, indent=2, ensure_ascii=False))
    else: click.echo(yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110), nl=False)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(*, as_json: bool) -> None:
    """Look whether everything is there that `firstline serve` needs; exit code 2 if something is missing."""
    checks: list[Check] = []
    for check in examine():
        checks.append(check)
        if not as_json: click.echo(check.line())
    healthy = all(check.state != "missing" for check in checks)
    found = {"ok": healthy, "checks": [asdict(check) for check in checks]}
    if as_json: click.echo(json.dumps(found, ensure_ascii=False))
    elif not healthy: click.echo(f"{sum(one.state == 'missing' for one in checks)} to mend, the first one first.")
    if not healthy: sys.exit(SOMETHING_MISSING)
