"""The plots of a report."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.report.canvas import BLUE, INK, LINE, ORANGE, SKY, SOFT, VERMILION, canvas
from classifier.curves import BINS, Bin, Point, Right, Sure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LONGEST = 26  # characters of a label on an axis
DARK = 0.55  # share of a row from which a number in a cell is white
SIGNS = tuple(zip("osD", (VERMILION, ORANGE, INK), strict=True))
HATCHES = ("", "///", "xx", "..", "\\\\\\")


def risk_coverage(curve: Sequence[Point], marks: Mapping[str, Point]) -> str:
    """What share is wrong among those answered, as more are answered; the limits in use are marked."""
    answered, wrong = [p.answered for p in curve], [p.wrong for p in curve]
    with canvas("risk") as plot:
        plot.axes.plot(answered, wrong, color=BLUE, linewidth=1.8)
        plot.axes.fill_between(answered, wrong, color=BLUE, alpha=0.08, linewidth=0)
        for (name, point), (sign, colour) in zip(marks.items(), SIGNS, strict=False):
            plot.axes.plot(
                point.answered, point.wrong, sign, color=colour, markersize=9, markeredgecolor="white", label=name,
                linestyle="", clip_on=False, zorder=3
            )
        highest = max([0.1, *wrong, *(p.wrong for p in marks.values())])
        plot.axes.set(xlim=(0, 1), ylim=(0, min(highest * 1.08, 1.02)), xlabel="answered, of all")
        plot.axes.set_ylabel("wrong, of those answered")
        _percent(plot.axes, "xy")
        if marks: plot.figure.legend(loc="outside upper left", ncols=len(marks), handletextpad=0.2, columnspacing=1.2)
    return plot.svg


def reliability(found: Sequence[Bin]) -> str:
    """How often it was right when it was so sure; below, how many cases that is."""
    with canvas("reliability", 4.6) as plot:
        above, below = plot.figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
        above.plot([0, 1], [0, 1], color=SOFT, linestyle="--", linewidth=1.2, label="honest")
        sure, right, most = [b.sure for b in found], [b.right for b in found], max([1, *(b.cases for b in found)])
        above.plot(sure, right, color=BLUE, linewidth=1.2, label="measured")
        above.scatter(sure, right, [12 + 60 * b.cases / most for b in found], color=BLUE, clip_on=False, zorder=3)
        above.set(xlim=(0, 1), ylim=(0, 1), ylabel="was right")
        plot.figure.legend(loc="outside upper left", ncols=2)
        tenths = [(min(int(b.sure * BINS), BINS - 1) + 0.5) / BINS for b in found]
        below.bar(tenths, [b.cases for b in found], 0.85 / BINS, color=SKY)
        below.set(xlabel="how sure it was", ylabel="cases")
        _whole(below, "y")
        _percent(above, "xy")
    return plot.svg


def bars(rows: Mapping[str, Mapping[str, int]], kinds: Mapping[str, str]) -> str:
    """A bar for each row, parted by kind; `kinds` names the parts and gives each its colour."""
    with canvas("bars", max(2.2, 0.42 * len(rows) + 1.3)) as plot:
        left, places = np.zeros(len(rows)), np.arange(len(rows))
        for (kind, colour), hatch in zip(kinds.items(), HATCHES, strict=False):
            wide = np.array([row.get(kind, 0) for row in rows.values()])
            drawn = plot.axes.barh(
                places, wide, left=left, color=colour, label=kind, hatch=hatch, edgecolor="white", linewidth=0
            )
            left += wide
            if kind == list(kinds)[-1]: plot.axes.bar_label(drawn, [f"{n:,.0f}" for n in left], padding=4, color=SOFT)
        plot.axes.set_yticks(places, list(map(short, rows)))
        plot.axes.invert_yaxis()
        plot.axes.margins(x=0.12)
        plot.axes.set_xlabel("messages")
        plot.axes.grid(visible=False, axis="y")
        plot.axes.tick_params(axis="y", labelcolor=INK, length=0)
        _whole(plot.axes, "x")
        if len(kinds) > 1: plot.figure.legend(loc="outside upper left", ncols=len(kinds))
    return plot.svg


def matrix(rows: Sequence[str], columns: Sequence[str], counts: NDArray[np.int64], names: tuple[str, str]) -> str:
    """Counts [rows, columns]; a cell is the darker, the larger its share of the row. `names` are of the axes."""
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    named = [[short(label) for label in labels] for labels in (rows, columns)]
    longest = max(map(len, named[1]))
    with canvas("matrix", 0.27 * len(rows) + 0.085 * longest + 0.8) as plot:
        plot.axes.pcolormesh(shares, cmap="Blues", vmin=0, vmax=1, edgecolors=LINE, linewidth=0.5)
        for (row, column), count in np.ndenumerate(counts):
            if not count: continue
            colour = "white" if shares[row, column] >= DARK else INK
            plot.axes.text(column + 0.5, row + 0.5, str(count), ha="center", va="center", color=colour, size=8)
        plot.axes.set_xticks(np.arange(len(columns)) + 0.5, named[1], rotation=90, size=8)
        plot.axes.set_yticks(np.arange(len(rows)) + 0.5, named[0], size=8)
        plot.axes.tick_params(length=0, labelcolor=INK)
        plot.axes.set_ylabel(names[0], size=9)
        plot.axes.set_xlabel(names[1], size=9)
        plot.axes.invert_yaxis()
        plot.axes.grid(visible=False)
        plot.axes.spines[:].set_visible(False)
    return plot.svg


def scope(known: Sure, inside: Right, threshold: float) -> str:
    """How much the messages in scope, and those out of it, look like any class."""
    with canvas("scope") as plot:
        edges = np.linspace(0, 1, 41).tolist()
        for part, name, colour, hatch in ((inside, "in scope", BLUE, ""), (~inside, "out of scope", VERMILION, "///")):
            weights = np.full(int(part.sum()), 1 / max(int(part.sum()), 1))
            plot.axes.hist(
                known[part], edges, weights=weights, color=colour, alpha=0.6, label=name, hatch=hatch,
                edgecolor="white", linewidth=0
            )
        plot.axes.axvline(threshold, color=INK, linestyle="--", label=f"threshold {threshold:.2f}")
        plot.axes.set(xlim=(0, 1), xlabel="looks like a class", ylabel="share of its kind")
        plot.figure.legend(loc="outside upper left", ncols=3)
        _percent(plot.axes, "y")
    return plot.svg


def short(label: str) -> str:
    """As much of a label as an axis has room for, in characters that can be shown."""
    plain = "".join(c if c.isprintable() else "·" for c in " ".join(label.split()))
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST - 1]}…"


def _percent(axes: "Axes", which: str) -> None:
    from matplotlib.ticker import PercentFormatter

    for name in which: getattr(axes, f"{name}axis").set_major_formatter(PercentFormatter(1, 0))


def _whole(axes: "Axes", which: str) -> None:
    from matplotlib.ticker import MaxNLocator, StrMethodFormatter

    axis = getattr(axes, f"{which}axis")
    axis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
