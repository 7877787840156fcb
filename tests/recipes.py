"""Sound recipes of every kind of step, made at random, and answers that their steps take."""

import json
import random
from typing import Any

from hypothesis import strategies as st

from kb.cookbook import OVER, READY, SKIP, Book, Kind, Progress, Recipe, parse_recipe, step_of

ENDS = ["solved", "handoff", "handoff:odd", "article:a"]
INPUTS: list[dict[str, Any]] = [
    {"type": "text", "optional": True}, {"type": "text", "form": "BW-##"}, {"type": "number", "least": 1},
    {"type": "date"}, {"type": "email"}, {"type": "person"}, {"type": "device", "list": "rooms", "other": True},
    {"type": "device", "options": ["A", "B"]},
]  # fmt: skip
LISTS = {"rooms": ["Lisbon", "Porto"]}
WANTED = [{"platform": "mac"}, {"found": {"over": 1}}, {"i0": {"known": True}}, {"c1": ["w0", "w1"]}]
SLUGS = ["r0", "r1", "r2"]  # each may hold those after it


@st.composite
def books(draw: st.DrawFn) -> Book:
    """Up to three recipes, each within the ones before it; every step is reached and leads to an ending."""
    slugs = SLUGS[: draw(st.integers(1, len(SLUGS)))]
    return Book(recipes={slug: draw(_recipes(slug, slugs[n + 1 :])) for n, slug in enumerate(slugs)}, lists=LISTS)


@st.composite
def _recipes(draw: st.DrawFn, slug: str, inner: list[str]) -> Recipe:
    names = [f"s{n}" for n in range(draw(st.integers(1, 7)))]
    steps = {}
    for n, name in enumerate(names):
        onward = names[n + 1] if n + 1 < len(names) else "solved"
        steps[name] = draw(_steps(n, onward, names, inner))
    data = {
        "title": slug, "triggers": [slug], "start": "s0", "steps": steps, "reasons": {"odd": "Odd."},
        "handoff": f"What {slug} knows.", "goal": draw(st.sampled_from(["", "What for?"])),
    }  # fmt: skip
    recipe = parse_recipe(f"{slug}.yaml", json.dumps(data))
    assert isinstance(recipe, Recipe), recipe
    return recipe


@st.composite
def _steps(draw: st.DrawFn, n: int, onward: str, names: list[str], inner: list[str]) -> dict[str, Any]:
    """A step that can lead on to the next one, and elsewhere; where nobody is asked, only forward."""
    anywhere, later = st.sampled_from(names + ENDS), st.sampled_from(names[n + 1 :] + ENDS)
    kind = draw(st.sampled_from([kind for kind in Kind if inner or kind is not Kind.RECIPE]))
    words: dict[str, Any] = {"say": f"Step {n}: {{i0}} {{found}}"}
    if draw(st.booleans()): words |= {"limit": {"times": draw(st.integers(1, 3)), "then": draw(later)}}
    match kind:
        case Kind.CHOICE:
            targets = [onward, *draw(st.lists(anywhere, max_size=4))]
            return words | {"choices": {f"w{k}": one for k, one in enumerate(targets)}, "save": f"c{n}"}
        case Kind.INPUT:
            wanted = draw(st.sampled_from(INPUTS))
            return words | {"input": {"name": f"i{n}", "label": "Type", **wanted}, "next": onward}
        case Kind.WAIT: return words | {"wait": "10m", "next": onward}
        case Kind.ACTION:
            on = {"done": onward, "odd": draw(anywhere if "limit" in words else later), "failed": draw(anywhere)}
            return words | {"action": "fix", "on": on}
        case Kind.DECIDE:
            return {"decide": [{"if": draw(st.sampled_from(WANTED)), "to": draw(later)}], "otherwise": onward}
        case _:
            ways = {"solved": onward} | draw(st.dictionaries(st.sampled_from(["handoff", "article"]), anywhere))
            return {"recipe": draw(st.sampled_from(inner)), "on": ways}


def some_answer(book: Book, progress: Progress, dice: random.Random) -> str:
    """An answer that the present step takes."""
    step = step_of(book, progress)
    match step.kind:
        case Kind.CHOICE: return dice.choice(list(step.choices))
        case Kind.ACTION: return dice.choice([*step.on, "refused", "failed"])
        case Kind.WAIT: return dice.choice([READY, OVER])
        case _: return _typed(step.input, dice)


def _typed(wanted: Any, dice: random.Random) -> str:
    if wanted.optional: return dice.choice([SKIP, "something"])
    fits = {"text": "BW-12", "number": "3", "date": "2026-02-28", "email": "a@b.co", "person": "<@U0LIAM>"}
    return fits.get(wanted.type) or (dice.choice(["Porto", "Rome"]) if wanted.listed else dice.choice("AB"))
