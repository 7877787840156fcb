"""The company's lists: read, or told what is wrong with them, line by line."""

import pytest

from core.errors import ConfigProblem
from kb.lists import load_lists, read_lists


def test_lists(tmp_path):
    """Lists are read by their names, in their order; without a file, or with an empty one, there are none."""
    file = tmp_path / "lists.yaml"
    assert load_lists(file) == {}
    file.write_text("", encoding="utf-8")
    assert load_lists(file) == {}
    file.write_text("printers: [P-2, P-1]\nrooms:\n  - Lisbon\n", encoding="utf-8")
    assert load_lists(file) == {"printers": ["P-2", "P-1"], "rooms": ["Lisbon"]}


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("a: [x]\nb: []", 2, "at least 1 item"),
        ("a: [x]\nb: [x, '']", 2, "at least 1 character"),
        (f"a: [x]\nb:\n- {'x' * 76}", 3, "at most 75 characters"),
        ("a: [x]\nb: x", 2, "should be a valid list"),
        ("a: [x]\na: [y]", 2, '"a" is given twice'),
        ("- a", 1, "should be a valid dictionary"),
        ("a: [", 1, "not valid YAML"),
    ],
)
def test_what_is_wrong(tmp_path, text, line, part):
    """An empty list, an entry that no menu takes, a name given twice: each has its file and line."""
    problems = read_lists("lists.yaml", text)
    assert isinstance(problems, list)
    assert [one.line for one in problems] == [line]
    assert part in str(problems[0])
    file = tmp_path / "lists.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigProblem, match=r"lists\.yaml:"): load_lists(file)


@pytest.mark.parametrize("entry", ["2.5", "012", "off", "2026-01-01"])
def test_entries_stay_words(entry):
    """What YAML would take for a number, a truth or a date is the name that stands there."""
    assert read_lists("lists.yaml", f"a: [{entry}]") == {"a": [entry]}


def test_a_file_that_cannot_be_read(tmp_path):
    """It is one line."""
    with pytest.raises(ConfigProblem, match="cannot be read"): load_lists(tmp_path)
