"""What holds for every recipe and every way through it."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from kb.articles import Article, parse_article, passages
from kb.cookbook import Progress, Recipe, advance, back, begin, parse_recipe

ENDS = ["solved", "handoff", "article:a"]


@st.composite
def sound_recipes(draw: st.DrawFn) -> Recipe:
    """Recipes that the checker passes: every step is reached from the one before, and leads to an ending."""
    count = draw(st.integers(1, 8))
    names = [f"s{n}" for n in range(count)]
    steps = {}
    for n, name in enumerate(names):
        onward = names[n + 1] if n + 1 < count else "solved"
        if draw(st.booleans()):
            steps[name] = {"say": name, "input": {"name": f"i{n}", "label": "Type"}, "next": onward}
            continue
        others = draw(st.lists(st.sampled_from(names + ENDS), max_size=4))
        steps[name] = {"say": name, "choices": {f"c{k}": target for k, target in enumerate([onward, *others])}}
    data = {"slug": "r", "title": "R", "triggers": ["r"], "start": "s0", "steps": steps}
    recipe = parse_recipe("r.yaml", str(data))  # a Python literal of strings and dicts is YAML in flow style
    assert isinstance(recipe, Recipe), recipe
    return recipe


def some_answer(recipe: Recipe, progress: Progress, dice: random.Random) -> str:
    """An answer that the present step takes."""
    step = recipe.steps[progress.step]
    return "typed" if step.input else dice.choice(list(step.choices))


@settings(max_examples=80, deadline=None)
@given(sound_recipes(), st.randoms(use_true_random=False))
def test_every_move_grows_the_count_and_the_trail_by_one(recipe: Recipe, dice: random.Random) -> None:
    """Also in cycles; the run stays within its steps until it ends, and what was typed is kept."""
    progress = begin(recipe)
    for moves in range(1, 60):
        before = progress
        progress = advance(recipe, progress, some_answer(recipe, progress, dice))
        assert progress.seen == moves == len(progress.trail)
        assert progress.trail[:-1] == before.trail
        assert progress.trail[-1].step == before.step
        assert progress.step in recipe.steps
        if progress.end:
            return
    assert not progress.end


@settings(max_examples=80, deadline=None)
@given(sound_recipes(), st.randoms(use_true_random=False))
def test_from_anywhere_an_ending_can_be_reached(recipe: Recipe, dice: random.Random) -> None:
    """Whoever takes the first way of each step comes to the end in as many moves as there are steps."""
    progress = begin(recipe)
    for _ in range(dice.randrange(20)):
        progress = advance(recipe, progress, some_answer(recipe, progress, dice))
    for _ in recipe.steps:
        step = recipe.steps[progress.step]
        progress = advance(recipe, progress, "typed" if step.input else next(iter(step.choices)))
    assert progress.end


@settings(max_examples=80, deadline=None)
@given(sound_recipes(), st.randoms(use_true_random=False))
def test_back_undoes_a_move_but_never_the_count(recipe: Recipe, dice: random.Random) -> None:
    """Step, trail and answers are as before, and the count has grown twice."""
    progress = begin(recipe)
    for _ in range(12):
        moved = advance(recipe, progress, some_answer(recipe, progress, dice))
        if moved.end:
            return
        undone = back(recipe, moved)
        assert (undone.step, undone.trail, undone.answers) == (progress.step, progress.trail, progress.answers)
        assert undone.seen == progress.seen + 2
        progress = moved if dice.random() < 0.7 else undone


YAMLISH = st.text(alphabet=st.sampled_from(list("absy :-\n\t[]{}&*!|>'\"#?,0127é\u2028\x00\ud800")), max_size=200)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=300), YAMLISH))
def test_parsing_never_raises(text: str) -> None:
    """Whatever stands in a file, it is a recipe or an article, or its problems in one line each."""
    for found in (
        parse_recipe("r.yaml", text),
        parse_article("a.md", text),
        parse_article("a.md", f"---\n{text}\n---\nx"),
    ):
        assert found
        if isinstance(found, list):
            assert all(len(str(problem).splitlines()) == 1 for problem in found)
        if isinstance(found, Article):
            assert passages(found)


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        st.one_of(st.text(max_size=20), st.integers(), st.booleans(), st.none(), st.floats(allow_nan=False)),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    ["title", "triggers", "start", "steps", "say", "choices", "input", "next", "a", "name", "label"]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=20,
    )
)
def test_checking_never_raises_on_any_plain_data(data: object) -> None:
    """Lists for mappings, numbers for words, nothing for anything."""
    import yaml

    found = parse_recipe("r.yaml", yaml.safe_dump(data))
    assert isinstance(found, Recipe | list)
