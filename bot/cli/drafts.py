"""`firstline cookbook draft | drafts | publish`: recipes that come out of resolved tickets."""

import json
from pathlib import Path

import click

from bot.assistant.drafting import draft_of, publish
from bot.cli.progress import opened
from core.errors import BadInput
from core.settings import load_settings
from handoff import tickets

OPERATOR = "command line"  # the actor of what was published here


@click.command()
@click.argument("number")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it to this file, a new one.")
def draft(number: str, out: Path | None) -> None:
    """The draft of a recipe from a resolved ticket, such as INC-000012; names and numbers are taken out."""
    with opened(load_settings()) as core: slug, text = draft_of(core.database, tickets.by_number, number)
    if out is None: click.echo(text, nl=False)
    else:
        if out.exists(): raise BadInput(f"{out}: is there already; give another name, such as {slug}.yaml.")
        out.write_text(text, encoding="utf-8")
        click.echo(f"{out}: written. Put in what is marked, then run `firstline cookbook check {out.parent}`.")


@click.command()
@click.argument("slug", required=False, default="")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def drafts(slug: str, *, as_json: bool) -> None:
    """The drafts that were kept in Slack, or with SLUG the text of one."""
    with opened(load_settings()) as core: found = [core.kb.drafts.get(slug)] if slug else core.kb.drafts.all()
    rows = [
        {"slug": one.slug, "title": one.title, "kind": one.kind, "version": one.version, "by": one.saved_by,
         "saved": one.saved_at.isoformat(), "source": one.source} for one in found
    ]  # fmt: skip
    if as_json: click.echo(json.dumps(rows, ensure_ascii=False))
    elif slug: click.echo(found[0].source, nl=False)
    else:
        lines = [
            f"{one.slug}: {one.title} ({one.kind}, version {one.version}, {one.saved_at:%Y-%m-%d})" for one in found
        ]
        click.echo("\n".join(lines) or "There is no draft.")


@click.command("publish")
@click.argument("slug")
def publish_(slug: str) -> None:
    """Publish a draft; the next question that it fits is offered it."""
    from bot.cli.cookbook import surroundings  # that module holds this command

    settings = load_settings()
    around = surroundings(settings.data_dir)
    with opened(settings) as core: title = publish(core.kb, slug, around, by=OPERATOR)
    click.echo(f"Published: {title}.")
