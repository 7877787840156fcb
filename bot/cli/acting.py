"""`firstline actions`: check the registry, list it, and try one action from the terminal."""

import json
import secrets
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import click

from bot.bootstrap import make_automation
from core import people
from core.clock import utc_now
from core.db import Database
from core.errors import BadInput, ConfigProblem, FirstlineError
from core.people import Person
from core.settings import Settings, load_settings
from handoff.actions.answers import Answer, Call, NoAnswer
from handoff.actions.registry import ActionRule, Actions, load_actions
from handoff.actions.states import State

ENDED_BADLY = 1  # the exit code when it was not done
APPROVALS = {
    "none": "at once", "requester": "the requester confirms", "manager": "their manager approves",
    "agent": "L2 approves",
}  # fmt: skip
WORDS = {
    State.DONE: "Done", State.FAILED: "Not done", State.REFUSED: "Refused",
    State.UNKNOWN: "Nobody knows whether it was done",
}  # fmt: skip


def add_to(group: click.Group) -> None:
    """Add these commands."""
    group.add_command(actions)


@click.group()
def actions() -> None:
    """What the company's automation may be asked for (docs/actions.md)."""


@actions.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
def check(file: Path | None) -> None:
    """Check the registry (default: actions.yaml of the data folder); exit code 2 if something is wrong."""
    place = file or load_settings().data_dir / "actions.yaml"
    if not place.is_file(): raise BadInput(f"{place}: there is no such file.")
    click.echo(f"{len(load_actions(place).names)} actions, no problems.")


@actions.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(*, as_json: bool) -> None:
    """List the actions: who decides, how often, what they take and how they can end."""
    known = _known(load_settings())
    if as_json: click.echo(json.dumps(known.model_dump(mode="json")["actions"], ensure_ascii=False))
    elif not known.names: click.echo("There are none: the data folder has no actions.yaml.")
    else:
        for name in sorted(known.names): click.echo(_line(name, known.get(name)))


@actions.command("try")
@click.argument("name")
@click.option("--requester", required=True, help="The e-mail address of the person whom it is about.")
@click.option("--with", "given", multiple=True, metavar="NAME=VALUE", help="A value that the action takes.")
@click.option("--dry-run", is_flag=True, help="Ask the automation to change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def try_(name: str, requester: str, given: tuple[str, ...], *, dry_run: bool, as_json: bool) -> None:
    """Call the automation once, signed as Firstline does, past approvals and limits; without --dry-run it is real.

    The exit code is 0 if it was done, 1 if not, and 2 if it could not be asked.
    """
    settings = load_settings()
    known = _known(settings)
    rule = known.get(name)
    if not settings.actions_url and not rule.url:
        raise ConfigProblem(["FIRSTLINE_ACTIONS_URL is not set; docs/actions.md tells what it is."])
    call = Call(
        id=f"try_{secrets.token_hex(8)}", action=name, requester=_person(settings, requester),
        given=_values(rule, given), dry_run=dry_run or rule.dry_run, at=utc_now(),
    )
    answer = make_automation(settings, known).call(rule, call, utc_now())
    click.echo(json.dumps(_plain(call, answer), ensure_ascii=False) if as_json else _told(call, answer))
    if not isinstance(answer, Answer) or answer.state is not State.DONE: sys.exit(ENDED_BADLY)


def _known(settings: Settings) -> Actions:
    return load_actions(settings.data_dir / "actions.yaml")


def _line(name: str, rule: ActionRule) -> str:
    often = f"{rule.limit.person} a day and person, {rule.limit.all} in all"
    rows = [
        f"{name}: {rule.title}" + (" (dry run)" if rule.dry_run else ""),
        f"  {APPROVALS[rule.approval]}; for {', '.join(rule.who)}; {often}",
        f"  takes {', '.join(rule.parameters)}" if rule.parameters else "",
        f"  ends as {', '.join(['done', *rule.outcomes])}",
        f"  tells {', '.join(f'{key} ({kind})' for key, kind in rule.results.items())}" if rule.results else "",
    ]
    return "\n".join(row for row in rows if row)


def _values(rule: ActionRule, given: Sequence[str]) -> dict[str, str]:
    wrong = next((one for one in given if "=" not in one), None)
    if wrong: raise BadInput(f"--with {wrong}: write a name, = and a value.")
    values = dict(one.split("=", 1) for one in given)
    unknown = sorted(set(values) - set(rule.parameters))
    if unknown: raise BadInput(f"It takes no {', '.join(unknown)}; it takes {', '.join(rule.parameters) or 'nothing'}.")
    return values


def _person(settings: Settings, email: str) -> Person:
    """The person of an address as far as Firstline knows them; the automation goes by the address."""
    if "@" not in email: raise BadInput(f"--requester {email}: write an e-mail address.")
    with suppress(FirstlineError):
        database = Database(settings.database_url)
        try:
            with database.reading() as session: found = people.by_email(session, email)
        finally:
            database.close()
        if found: return found
    return Person(id="", name=email, email=email)


def _plain(call: Call, answer: Answer | NoAnswer) -> dict[str, object]:
    if isinstance(answer, Answer): return {"id": call.id, **asdict(answer), "results": dict(answer.results)}
    return {"id": call.id, "state": "no answer", "why": answer.why, "harmless": answer.harmless}


def _told(call: Call, answer: Answer | NoAnswer) -> str:
    dry = " (dry run)" if call.dry_run else ""
    if isinstance(answer, NoAnswer):
        sure = "Nothing was done." if answer.harmless else "It may have been done."
        return f"No answer{dry}: {answer.why} {sure}"
    rows = [f"{WORDS.get(answer.state, answer.state)}{dry}: {answer.outcome or answer.why}"]
    rows += [f"  {name}: {value}" for name, value in answer.results.items()]
    rows += [f"  It says: {answer.note}"] if answer.note else []
    return "\n".join(rows)
