"""FloDial's dialogs as decisions: at which step somebody was, what they wrote, and where that led.

An agent's turn is tied to a node of the chart (`chart-7`) or to an answer of its list of questions (`faq-3`); a
user's to the node that they are at. What the agent says next tells what the user's turn came to: another node is the
choice of the way that leads there; a `faq` is a question in between, and the step stays. Not counted are the first
turn of each dialog (`chart-0`: the problem is told, and no step waits) and the last one (tied to nothing: thanks and
goodbye).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.flows.charts import Chart, read_charts, read_json
from bot.replies.examples import ASIDE, Example
from bot.replies.meanings import Asked, Choice
from core.errors import BadInput

OPENING = "chart-0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One user's turn at a step: the dialog and chart that it is of, the reply, the step, and what it meant."""

    dialog: str
    chart: str
    example: Example


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogs:
    """All decisions of a set; `left_out` counts the turns that are none, by why."""

    decisions: tuple[Decision, ...]
    left_out: Mapping[str, int]

    @property
    def charts(self) -> tuple[str, ...]:
        """The charts that there are dialogs on."""
        return tuple(sorted({one.chart for one in self.decisions}))


def read_dialogs(folder: Path) -> Dialogs:
    """The dialogs of a folder, with `charts/*.json` and `dialogs.json`.

    Raises:
        BadInput: a file is missing or is not what it should be.
    """
    charts, page = read_charts(folder), read_json(folder / "dialogs.json")
    found: list[Decision] = []
    left_out = {"problem told": 0, "goodbye": 0, "no way leads there": 0}
    try:
        for name, dialog in page.items():
            found += _decisions(name, charts[dialog["flowchart"]], dialog["utterences"], left_out)
    except (KeyError, TypeError, AttributeError) as error:
        raise BadInput(f"{folder / 'dialogs.json'}: is no set of dialogs on these charts ({error}).") from None
    if not found: raise BadInput(f"{folder / 'dialogs.json'}: there is no reply to a step.")
    return Dialogs(decisions=tuple(found), left_out=left_out)


def _decisions(name: str, chart: Chart, turns: Sequence[Any], left_out: dict[str, int]) -> Iterator[Decision]:
    at, said = "", ""
    for turn, answer in zip(turns, [*turns[1:], {}], strict=True):
        tied = turn.get("grounded_doc_id") or ""
        if turn["speaker"] == "agent":
            if tied.startswith("chart-"): at, said = tied.removeprefix("chart-"), turn["utterance"]
            continue
        if tied in {"", OPENING}:
            left_out["problem told" if tied else "goodbye"] += 1
            continue
        node = tied.removeprefix("chart-")
        meant = _meaning(chart, node, answer.get("grounded_doc_id") or "")
        if meant is None: left_out["no way leads there"] += 1
        else: yield _decision(name, chart, node, turn["utterance"], said if node == at else chart.says[node], meant)


def _decision(name: str, chart: Chart, node: str, text: str, say: str, meant: int | str) -> Decision:
    """A decision; the step's text is what the agent asked, or the chart's where the agent did not ask it."""
    asked = Asked(say=say, choices=tuple(Choice(label=label) for label in chart.labels(node)))
    return Decision(dialog=name, chart=chart.name, example=Example(text=text, asked=asked, meaning=meant))


def _meaning(chart: Chart, node: str, follows: str) -> int | str | None:
    """What a reply at a node meant, by what follows; None where the chart has no such way."""
    if follows.startswith("faq-") or follows == f"chart-{node}": return ASIDE
    try:
        return chart.labels(node).index(chart.after(node, follows.removeprefix("chart-")))
    except BadInput:
        return None
