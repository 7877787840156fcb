"""Directed flow charts as FloDial has them, and recipes made of them."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import BadInput

SOLVED, NOT_SOLVED = "Solved", "Not solved"  # what is asked where a chart ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart: for each node what it says, and where each answer leads; where a node has no way on, the chart ends."""

    name: str
    about: str
    says: Mapping[str, str]
    ways: Mapping[str, Mapping[str, str]]

    def labels(self, node: str) -> tuple[str, ...]:
        """The choices of a node's step, in the chart's order of yes before no."""
        answers = sorted(self.ways.get(node, {}), key=lambda answer: (answer.lower() != "yes", answer))
        return tuple(answer.capitalize() for answer in answers) or (SOLVED, NOT_SOLVED)

    def leads(self, node: str, label: str) -> str:
        """The node that a choice leads to; empty where it ends."""
        return next((to for answer, to in self.ways.get(node, {}).items() if answer.capitalize() == label), "")

    def after(self, node: str, follows: str) -> str:
        """The label of the way from a node to another.

        Raises:
            BadInput: there is none.
        """
        found = next((answer for answer, to in self.ways.get(node, {}).items() if to == follows), None)
        if found is None: raise BadInput(f"{self.name}: no way leads from node {node} to node {follows}.")
        return found.capitalize()


def read_charts(folder: Path) -> dict[str, Chart]:
    """The charts of a folder's `charts`, by name.

    Raises:
        BadInput: there are none, or one is no chart; names the file.
    """
    paths = sorted((folder / "charts").glob("*.json"))
    if not paths: raise BadInput(f"{folder / 'charts'}: there are no charts (*.json).")
    return {path.stem: chart_of(path.stem, read_json(path)) for path in paths}


def chart_of(name: str, page: Any) -> Chart:
    """A chart from its JSON.

    Raises:
        BadInput: it is none.
    """
    try:
        says = {str(node): str(row["utterance"]) for node, row in page["nodes"].items()}
        ways = {str(node): {str(a): str(to) for a, to in row.items()} for node, row in page["edges"].items()}
        return Chart(name=name, about=str(page["problem_description"]), says=says, ways=ways)
    except (KeyError, TypeError, AttributeError) as error:
        raise BadInput(f"{name}: is no chart with nodes, edges and problem_description ({error}).") from None


def read_json(path: Path) -> Any:
    """The JSON of a file.

    Raises:
        BadInput: it cannot be read; names the file.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror}).") from None
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{path}: not JSON ({error}).") from None


def recipe_of(chart: Chart) -> dict[str, Any]:
    """A chart in the recipe language (docs/recipes.md), ready for YAML: a step a node, a choice an edge.

    Nodes that nothing leads to, the first one aside, are left out: a recipe has no steps that nobody reaches.
    """
    start = next(iter(chart.says))
    reached = _reached(chart, start)
    steps = {step_id(node): _step(chart, node) for node in chart.says if node in reached}
    return {
        "title": chart.about[:150], "category": "hardware", "audience": "employees", "triggers": [chart.about],
        "handoff": "The flow chart ended without a solution.", "start": step_id(start), "steps": steps,
    }


def step_id(node: str) -> str:
    """The id of a node's step."""
    return "node-" + re.sub(r"[^a-z0-9]+", "-", node.lower()).strip("-")


def _reached(chart: Chart, start: str) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        new = set(chart.ways.get(waiting.pop(), {}).values()) - found
        found |= new
        waiting += new
    return found


def _step(chart: Chart, node: str) -> dict[str, Any]:
    ways = {label: step_id(chart.leads(node, label)) for label in chart.labels(node) if chart.leads(node, label)}
    return {"say": chart.says[node], "choices": ways or {SOLVED: "solved", NOT_SOLVED: "handoff"}}
