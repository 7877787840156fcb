"""The cookbook's rules: what a recipe is, whether it is sound, and what one answer leads to. Pure."""

from kb.cookbook.ahead import steps_left
from kb.cookbook.checking import Surroundings, check_together, parse_recipe, read_recipe
from kb.cookbook.inputs import SKIP, Input
from kb.cookbook.language import GOAL, Choice, End, Kind, Recipe, Step
from kb.cookbook.playing import (
    OVER,
    READY,
    Book,
    Done,
    Outcome,
    Progress,
    advance,
    back,
    begin,
    can_go_back,
    leave,
    replayed,
    said_at,
    start_over,
    step_of,
)

__all__ = [
    "GOAL",
    "OVER",
    "READY",
    "SKIP",
    "Book",
    "Choice",
    "Done",
    "End",
    "Input",
    "Kind",
    "Outcome",
    "Progress",
    "Recipe",
    "Step",
    "Surroundings",
    "advance",
    "back",
    "begin",
    "can_go_back",
    "check_together",
    "leave",
    "parse_recipe",
    "read_recipe",
    "replayed",
    "said_at",
    "start_over",
    "step_of",
    "steps_left",
]
