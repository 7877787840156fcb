"""`firstline kb health` and `firstline kb links`: how the articles do, as the terminal shows it."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from bot.assistant.editorial.colliding import Collisions
from bot.assistant.editorial.figures import ArticleHealth
from bot.assistant.editorial.health import ORDERS
from bot.assistant.editorial.linking import DeadLink, WebLink
from bot.assistant.editorial.tallying import DAYS
from bot.cli.asking import assistant_over
from bot.cli.progress import progress
from core.people import Person, Role
from core.web_links import Checked, WebLinks
from kb.index import Item
from kb.lapsing import untold
from kb.likeness import Alike

OPERATOR = Person(id="firstline", name="Firstline", roles=frozenset({Role.ADMIN}))  # whoever has the machine
SHOWN = 20  # rows of each table; --json has all
WHY_DEAD = {
    "nothing": "there is nothing of that name", "retired": "it is retired", "anchor": "the page has no such place",
    "hidden": "not everybody who reads this may read that", "picture": "the picture is missing",
}
WHY_LAPSED = {
    "date": ("the day of its next check is past",) * 2,
    "not_helpful": ("one person said that it did not help", "{count} people said that it did not help"),
    "reopened": ("a ticket was opened again after it", "{count} tickets were opened again after it"),
    "wrong": ("a ticket moved up because it is wrong", "{count} tickets moved up because it is wrong"),
}
LEGEND = (
    "helped, did not: people, each once, by their last word. score: the share of them that was helped, at the\n"
    "least (Wilson, 95 %). again: tickets opened again after it. up: tickets moved up after it. read: on the help page."
)


@click.command("health")
@click.option("--by", type=click.Choice(ORDERS), default="worst", show_default=True, help="What comes first.")
@click.option("--days", type=click.IntRange(1, 3_650), default=DAYS, show_default=True, help="What is counted.")
@click.option("--map", "file", type=click.Path(path_type=Path, dir_okay=False), help="Draw who takes whose questions.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def health(by: str, days: int, file: Path | None, *, as_json: bool) -> None:
    """Tell how every article, recipe and run-book does, and what is wrong with them."""
    with assistant_over(None) as assistant:
        use = assistant.health
        use.catch_up()
        rows = use.listed(OPERATOR, by=by, days=days)
        pairs, dead, unread = use.alike(OPERATOR), use.dead_links(OPERATOR), use.unread(OPERATOR)
        with progress() as note:
            note("asking every title and alias", 0, 1)
            met = use.collisions(OPERATOR)
        if file: file.write_text(use.picture(OPERATOR), encoding="utf-8")
    if as_json: click.echo(json.dumps(_as_json(rows, pairs, met, dead, unread), ensure_ascii=False, default=str))
    else: click.echo("\n\n".join(filter(None, _told(rows, pairs, met, dead, unread))))
    if file: click.echo(f"{file}: {_counted(len(met.pairs), 'pair')}.", err=as_json)


@click.command("links")
@click.option("--web", is_flag=True, help="Ask for every address on the web that is linked to, too.")
@click.option("--private", is_flag=True, help="Ask for addresses on private networks as well.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def links(*, web: bool, private: bool, as_json: bool) -> None:
    """List the links that lead nowhere."""
    with assistant_over(None) as assistant:
        dead = assistant.health.dead_links(OPERATOR)
        outside = assistant.health.web_links(OPERATOR) if web else []
    with progress() as note:
        found = WebLinks(private=private).check(
            [one.address for one in outside], lambda done, all_: note("asking for pages", done, all_)
        )
    checked = list(zip(outside, found, strict=True))
    if as_json:
        rows = [{"address": to.address, "works": one.works, "said": one.said, "items": to.items} for to, one in checked]
        click.echo(json.dumps({"dead": list(map(asdict, dead)), "web": rows}, ensure_ascii=False))
        return
    click.echo("\n\n".join(filter(None, [_dead(dead, most=len(dead)), _web(checked) if web else ""])))


# -- tables --------------------------------------------------------------------------------------------------------


def _told(
    rows: Sequence[ArticleHealth], pairs: Sequence[Alike], met: Collisions, dead: Sequence[DeadLink],
    unread: Sequence[ArticleHealth],
) -> list[str]:
    return [_figures(rows), _lapsed(rows), _alike(pairs), _met(met), _dead(dead), _unread(unread)]


def _figures(rows: Sequence[ArticleHealth]) -> str:
    used = [one for one in rows if one.shown or one.confirmed or one.not_helpful or one.reopened or one.escalations]
    if not used: return f"{_counted(len(rows), 'item')}; nothing was shown to anybody in this time."
    head = f"{'shown':>6} {'helped':>7} {'did not':>8} {'again':>6} {'up':>4} {'read':>6} {'score':>6}  what"
    lines = [
        f"{one.shown:6} {one.confirmed:7} {one.not_helpful:8} {one.reopened:6} {sum(one.escalations.values()):4} "
        f"{one.reads:6} {'-' if one.score is None else f'{one.score:.2f}':>6}  {one.kind} {one.slug}"
        for one in used[:SHOWN]
    ]
    return "\n".join([head, *lines, *_more(len(used)), "", LEGEND])


def _lapsed(rows: Sequence[ArticleHealth]) -> str:
    found = [f"  {one.kind} {one.slug}: {_why(one.lapse)}" for one in rows if one.lapsed_at]
    return _table("To be checked again", found)


def _why(lapse: str) -> str:
    reason, count = untold(lapse)
    one, more = WHY_LAPSED.get(reason, (lapse, lapse))
    return one if count == 1 else more.format(count=count)


def _alike(pairs: Sequence[Alike]) -> str:
    rows = [
        f"  {one.likeness:.2f}  {one.first.kind} {one.first.slug} and {one.second.kind} {one.second.slug}"
        + "".join(f"\n        both say: {both.first}" for both in one.repeated) for one in pairs
    ]
    return _table("Say the same", rows)


def _met(met: Collisions) -> str:
    rows = [
        f"  {pair.second.kind} {pair.second.slug} meets {_counted(len(pair.questions), 'question')} of "
        f"{pair.first.kind} {pair.first.slug}, {pair.taken} taken"
        + "".join(f"\n        {'taken' if one.taken else 'close'} ({one.source}): {one.text}" for one in pair.questions)
        for pair in met.pairs
    ]
    return _table("Answer each other's questions", rows)


def _dead(dead: Sequence[DeadLink], most: int = SHOWN) -> str:
    rows = [f"  {one.kind} {one.slug}, line {one.line}: {one.target}: {WHY_DEAD[one.why]}" for one in dead]
    return _table("Dead links", rows, most)


def _unread(rows: Sequence[ArticleHealth]) -> str:
    return _table("Neither read nor shown for three months", [f"  {one.slug}" for one in rows])


def _web(checked: Sequence[tuple[WebLink, Checked]]) -> str:
    bad, unknown = ([pair for pair in checked if pair[1].works is known] for known in (False, None))
    all_ = _counted(len(checked), "address", "addresses")
    parts = [_table(f"Of {all_} on the web do not answer", _pages(bad), len(bad))]
    if unknown: parts.append(_table("Of these it cannot be told", _pages(unknown), len(unknown)))
    return "\n\n".join(parts)


def _pages(found: Sequence[tuple[WebLink, Checked]]) -> list[str]:
    return [f"  {to.address}\n        {one.said} In {', '.join(slug for _, slug, _ in to.items)}." for to, one in found]


def _table(head: str, rows: Sequence[str], most: int = SHOWN) -> str:
    return "\n".join([f"{head}: {len(rows) or 'none'}", *rows[:most], *_more(len(rows), most)])


def _more(number: int, most: int = SHOWN) -> list[str]:
    return [f"  and {number - most} more; --json has all"] if number > most else []


def _counted(number: int, one: str, more: str = "") -> str:
    return f"{number} {one}" if number == 1 else f"{number} {more or f'{one}s'}"


def _named(item: Item) -> dict[str, str]:
    return {"kind": item.kind, "slug": item.slug, "title": item.title}


def _as_json(
    rows: Sequence[ArticleHealth], pairs: Sequence[Alike], met: Collisions, dead: Sequence[DeadLink],
    unread: Sequence[ArticleHealth],
) -> dict[str, Any]:
    return {
        "items": list(map(asdict, rows)),
        "alike": [
            {"first": _named(one.first), "second": _named(one.second), "likeness": round(one.likeness, 4),
             "titles": round(one.titles, 4), "repeated": list(map(asdict, one.repeated))} for one in pairs
        ],
        "collisions": [
            {"first": _named(one.first), "second": _named(one.second), "taken": one.taken,
             "questions": list(map(asdict, one.questions))} for one in met.pairs
        ],
        "dead_links": list(map(asdict, dead)), "unread": [one.slug for one in unread],
    }  # fmt: skip


