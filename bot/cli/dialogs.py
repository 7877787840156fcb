"""`firstline eval --dialogs` and `--replies`: how well replies at a recipe's step are read."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from bot.cli.progress import progress
from bot.flows import measure
from bot.flows.dialogs import read_dialogs
from bot.flows.measure import Own, Tally
from bot.lessons import replies_file
from bot.replies import Replies
from bot.replies.examples import read_examples
from bot.replies.fitting import fit
from core.encoder import Encoder
from core.encoders import load_encoder
from core.settings import load_settings

P50, P99 = 0.50, 0.99


def measure_dialogs(folder: Path, *, as_json: bool) -> None:
    """Dialogs along flow charts: by the reader as it ships, and by one that learnt from the other charts, too.

    Raises:
        BadInput: the folder has no such dialogs.
    """
    dialogs, own = read_dialogs(folder), read_examples(replies_file(load_settings()))
    with progress() as note:
        encoder = _encoder()
        replies = Replies(encoder, fit(own, encoder))
        ships = measure.shipped(dialogs, replies, lambda done, all_: note("reading replies", done, all_))
        left = measure.leave_one_out(dialogs, own, encoder, lambda done, all_: note("leaving one out", done, all_))
    if as_json:
        found = {"shipped": list(map(asdict, ships)), "leave_one_out": list(map(asdict, left))}
        click.echo(json.dumps(found | {"left_out": dict(dialogs.left_out)}))
        return
    click.echo("\n".join([*_table("As it ships", ships), "", *_table("Leaving one chart out", left)]))
    click.echo("Not counted: " + ", ".join(f"{count:,} {why}" for why, count in dialogs.left_out.items()) + ".")


def measure_replies(path: Path, *, as_json: bool) -> None:
    """A file of replies, each read by a reader that did not see its step; and the time of a read.

    Raises:
        BadInput: the file cannot be used; names file and line.
    """
    own = read_examples(path)
    with progress() as note:
        encoder = _encoder()
        read = measure.held_out(own, encoder, lambda done, all_: note("reading replies", done, all_))
        taken = measure.times(own, Replies(encoder, fit(own, encoder)))
    found, speed = measure.own_figures(read), {f"p{int(100 * p)}_ms": taken[int(p * len(taken))] for p in (P50, P99)}
    if as_json: click.echo(json.dumps(asdict(found) | speed))
    else: click.echo("\n".join([*_lines(found), *(f"{name:20} {value:8.1f}" for name, value in speed.items())]))


def _table(title: str, rows: Sequence[Tally]) -> list[str]:
    head = f"{title:24}{'turns':>7}{'right':>8}{'wrong':>8}{'asked back':>12}{'dialogs':>9}{'reach the end':>15}"
    return [head, *(
        f"{one.name:24}{one.turns:>7,}{one.right:>8.1%}{one.wrong:>8.1%}{one.asked_back:>12.1%}{one.dialogs:>9,}{one.reached:>15.1%}"
        for one in rows
    )]  # fmt: skip


def _lines(found: Own) -> list[str]:
    shares = {name.replace("_", " "): value for name, value in asdict(found).items() if name != "replies"}
    return [f"{'replies':20} {found.replies:8,}", *(f"{name:20} {value:8.1%}" for name, value in shares.items())]


def _encoder() -> Encoder:
    settings = load_settings()
    return load_encoder(settings.encoder, settings.state_dir)
