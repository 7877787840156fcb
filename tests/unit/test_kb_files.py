"""YAML from people: read as plain data, with lines, and never dangerous."""

import pytest

from core.files import MAX_YAML, Document, Problem, read_yaml

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "\n".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


def problem(text: str) -> Problem:
    """What is wrong with a text that has to be refused."""
    found = read_yaml("f.yaml", text)
    assert isinstance(found, Problem), found
    assert "\n" not in str(found)
    return found


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        (BOMB, 2, "write it out instead of *a"),
        ("a: &a [*a]", 1, "write it out instead of *a"),
        ("a: 1\nb: !!python/object/apply:os.system ['true']", 2, "could not determine a constructor"),
        ("!!python/object/new:subprocess.Popen [['true']]", 1, "could not determine a constructor"),
        ("[" * 50_000, 1, "nested too deeply"),
        ("a" * (MAX_YAML + 1), 1, "longer than 200,000 characters"),
        ("a: 1\nb: \x07", 2, "special characters are not allowed"),
        ("a: 1\na: 2", 2, '"a" is given twice'),
        ("a: 1\n---\nb: 2", 2, "another document"),
        ("a: 1\n  b: 2", 2, "mapping values are not allowed"),
        ('a: !!int ""', 1, '"" is no int'),
        ("a: !!bool maybe", 1, '"maybe" is no bool'),
        ("a: !!timestamp soon", 1, '"soon" is no date'),
        ("a: " + "9" * 5000, 1, "is no int"),
        ("a: " + "1:" * 400 + "1.5", 1, "is no float"),
        ("? [a]\n: b", 1, "unhashable key"),
        ('a: "\\ud800"', 1, "a character that cannot be stored"),
    ],
)
def test_hostile_or_broken_yaml_is_one_problem_with_its_line(text: str, line: int, part: str) -> None:
    """No code runs, no memory fills up, nothing is raised."""
    found = problem(text)
    assert found.line == line
    assert part in found.message


def test_keys_are_the_words_that_stand_there() -> None:
    """YAML 1.1 would make yes and no booleans; as labels of choices they are words."""
    found = read_yaml("f.yaml", "yes: 1\nNo: 2\non: 3\n12: 4\n2026-01-01: 5\n~: 6")
    assert isinstance(found, Document)
    assert list(found.data) == ["yes", "No", "on", "12", "2026-01-01", "~"]


def test_every_path_has_its_line_and_an_unknown_one_its_parents() -> None:
    """A problem deep in a file still says where."""
    found = read_yaml("f.yaml", "a:\n  - b: 1\n  - c:\n      d: 2\n", first_line=10)
    assert isinstance(found, Document)
    assert found.line(("a", 1, "c", "d")) == 13
    assert found.line(("a", 1, "c", "nothing", "here")) == 12
    assert found.line(("z",)) == 10


def test_an_empty_text_is_no_data() -> None:
    """Nothing written is nothing read."""
    assert read_yaml("f.yaml", "# only a comment\n") == Document(None, {})
