"""A canvas for one plot, in the colours of the report; it comes out as SVG to be put into a page."""

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito 2008, "Color Universal Design": told apart by everybody; hatches tell them apart in grey print.
BLUE, VERMILION, ORANGE, SKY = "#0072b2", "#d55e00", "#e69f00", "#56b4e9"
INK, SOFT, LINE = "#182126", "#55636b", "#dfe5e6"
WIDTH = 6.2  # inches; the page makes it as wide as there is room

_STYLE: dict[Any, Any] = {  # matplotlib types its keys one by one
    "svg.fonttype": "none",  # text stays text: it can be searched and read aloud
    "text.parse_math": False,  # a label may hold dollar signs
    "font.family": "sans-serif", "font.sans-serif": ["DejaVu Sans"], "font.size": 10.0,
    "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": SOFT, "xtick.color": SOFT, "ytick.color": SOFT,
    "axes.grid": True, "axes.axisbelow": True, "grid.color": LINE, "axes.spines.top": False,
    "axes.spines.right": False, "figure.facecolor": "white", "legend.frameon": False, "hatch.linewidth": 0.6,
}  # fmt: skip
_BEFORE = re.compile(r".*?(?=<svg)", re.DOTALL)  # the XML declaration, which has no place inside a page


class Canvas:
    """One plot: `axes` to draw on, and `svg` when it is done."""

    def __init__(self, figure: "Figure") -> None:
        """Take an empty figure."""
        self.figure, self.svg = figure, ""

    @property
    def axes(self) -> "Axes":
        """The place to draw on."""
        return self.figure.axes[0] if self.figure.axes else self.figure.add_subplot()


@contextmanager
def canvas(name: str, height: float = 4.2) -> Iterator[Canvas]:
    """A canvas `height` inches high; `name` keeps the ids of several plots in one page apart."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context({**_STYLE, "svg.hashsalt": name}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")  # the reader's own font may have it
        drawn = Canvas(Figure(figsize=(WIDTH, height), layout="constrained"))
        yield drawn
        written = io.StringIO()
        drawn.figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
        drawn.svg = _BEFORE.sub("", written.getvalue(), count=1)
