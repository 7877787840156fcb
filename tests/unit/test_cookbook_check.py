"""The recipe checker: each mistake is told with file, line and message."""

import pytest

from kb.cookbook import Recipe, parse_recipe

GOOD = """title: VPN is stuck
triggers: [vpn is stuck]
start: net
steps:
  net:
    say: Does a news site load?
    choices:
      Yes: restart
      No: article:no-internet
  restart:
    say: Restart. Did it help?
    choices:
      "Yes": solved
      "No": code
      again: net
  code:
    say: Which code is shown?
    input: {name: code, label: The code, type: number, max: 6}
    next: handoff
"""


def bad(text: str) -> list[str]:
    """The problems of a recipe that has to be wrong."""
    problems = parse_recipe("cookbook/vpn.yaml", text)
    assert isinstance(problems, list), problems
    return [str(problem) for problem in problems]


def changed(old: str, new: str) -> list[str]:
    """The problems of the good recipe with one change."""
    assert old in GOOD
    return bad(GOOD.replace(old, new, 1))


def test_a_sound_recipe_has_its_file_name_as_slug_and_its_labels_as_written() -> None:
    """Bare Yes and No are words, a cycle with an exit is fine."""
    recipe = parse_recipe("cookbook/vpn.yaml", GOOD)
    assert isinstance(recipe, Recipe)
    assert recipe.slug == "vpn"
    assert list(recipe.steps["net"].choices) == ["Yes", "No"]
    assert recipe.steps["code"].targets() == ["handoff"]


@pytest.mark.parametrize(
    ("old", "new", "line", "part"),
    [
        ("Yes: restart", "Yes: restrat", 8, '"restrat" is neither a step nor an ending'),
        ("article:no-internet", "'article:'", 9, '"article:" is neither'),
        ("next: handoff", "next: hand-off", 19, '"hand-off" is neither'),
        ("again: net", "next: nowhere", 15, '"nowhere" is neither'),
        ("start: net", "start: nets", 3, 'the start step "nets" does not exist'),
        ('"No": code', '"No": handoff', 16, 'nobody reaches the step "code"'),
        ("  restart:\n", "  Restart!:\n", 10, 'the step id "Restart!" may only have'),
        ("    next: handoff\n", "", 16, "an input goes with `next`"),
        (
            "    input: {name: code, label: The code, type: number, max: 6}\n",
            "",
            16,
            "a step has either choices or an input",
        ),
        (
            "    next: handoff\n",
            "    next: handoff\n    choices: {a: solved}\n",
            16,
            "a step has either choices or an input",
        ),
        ("    say: Restart. Did it help?\n", "", 10, "say: Field required"),
        ("type: number", "type: colour", 18, "Input should be 'text', 'number', 'date' or 'email'"),
        ("max: 6", "max: 5000", 18, "less than or equal to 500"),
        ("name: code", "name: The Code", 18, "String should match pattern"),
        ("again: net", f"{'a' * 76}: net", 10, "must have 1 to 75 characters"),
        ("again: net", '"": net', 10, 'the label "" must have 1 to 75 characters'),
        ("again: net", "a: net\n      b: net\n      c: net\n      d: net", 12, "at most 5"),
        ("again: net", '"Yes": net', 15, '"Yes" is given twice'),
        ("Yes: restart", "Yes: yes", 8, "choices.Yes: Input should be a valid string"),
        ("title: VPN is stuck", "titel: VPN is stuck", 1, "titel: is not a known key"),
        ("triggers: [vpn is stuck]", "triggers: []", 2, "at least 1 item"),
        ("triggers: [vpn is stuck]", 'triggers: [""]', 2, "at least 1 character"),
        ("start: net", "start: net\nslug: My VPN", 4, "slug: String should match pattern"),
        ("    choices:\n      Yes: restart", "\tchoices:\n      Yes: restart", 7, "not valid YAML"),
    ],
)
def test_a_mistake_is_told_with_its_line(old: str, new: str, line: int, part: str) -> None:
    """Unknown targets, unreachable steps, both of choices and input, and the rest."""
    problems = changed(old, new)
    assert any(f"vpn.yaml:{line}: " in problem and part in problem for problem in problems), problems


def test_an_unreachable_start_side_is_told_for_each_step() -> None:
    """Beginning in the middle leaves nothing out here, beginning at the end leaves two steps out."""
    problems = changed("start: net", "start: code")
    assert problems == [
        'cookbook/vpn.yaml:5: nobody reaches the step "net"',
        'cookbook/vpn.yaml:10: nobody reaches the step "restart"',
    ]


def test_a_cycle_without_an_exit_is_told_for_each_of_its_steps() -> None:
    """Two steps that only lead to each other, and the step that leads into them."""
    text = """title: A
triggers: [a]
start: one
steps:
  one: {say: a, choices: {go: two}}
  two: {say: b, choices: {on: three}}
  three: {say: c, choices: {back: two}}
"""
    assert bad(text) == [
        f'cookbook/vpn.yaml:{line}: no ending can be reached from the step "{name}"'
        for line, name in ((5, "one"), (6, "two"), (7, "three"))
    ]


def test_a_misspelt_target_is_told_without_what_follows_from_it() -> None:
    """That `restart` is reached by nobody is no second mistake."""
    assert changed("Yes: restart", "Yes: restrat") == [
        'cookbook/vpn.yaml:8: "restrat" is neither a step nor an ending (solved, handoff, article:slug)',
    ]


def test_a_step_must_not_be_called_like_an_ending() -> None:
    """A target `solved` could mean either."""
    text = GOOD.replace("restart", "solved")
    assert any('"solved" is the name of an ending' in problem for problem in bad(text))


def test_several_mistakes_are_told_together_in_file_order() -> None:
    """An editor mends a file in one go."""
    problems = bad(GOOD.replace("Yes: restart", "Yes: x").replace("next: handoff", "next: y"))
    assert [problem.split(":")[1] for problem in problems] == ["8", "19"]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("- a\n- list", "a recipe is `key: value` lines"),
        ("", "a recipe is `key: value` lines"),
        ("just words", "a recipe is `key: value` lines"),
        ("{{{", "not valid YAML"),
        ("title: !!python/object/apply:os.system ['true']", "could not determine a constructor"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "write it out instead of *a"),
        ("title: A\ntriggers: [a]\nstart: a\nsteps: []", "steps: Input should be a valid dictionary"),
        ("title: A\ntriggers: [a]\nstart: a\nsteps: {}", "steps: Dictionary should have at least 1 item"),
        ("title: A\ntriggers: [a]\nstart: a\nsteps: {a: }", "steps.a: Input should be a valid dictionary"),
    ],
)
def test_what_is_no_recipe_at_all_is_one_line(text: str, part: str) -> None:
    """A list, an empty file, broken or hostile YAML."""
    problems = bad(text)
    assert len(problems) == 1
    assert part in problems[0]


def test_a_file_name_that_is_no_slug_is_refused() -> None:
    """A slug is kept with every run."""
    problems = parse_recipe("My Recipe.yaml", GOOD)
    assert isinstance(problems, list)
    assert "slug" in str(problems[0])
