"""The glossary: what a company's words mean, checked line by line, and read beside the words themselves."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConfigProblem
from kb.articles import parse_article
from kb.glossary import Glossary, load_glossary, parse_glossary

SHIPPED = Path(__file__).parents[2] / "data" / "glossary.yaml"
GLOSSARY = Glossary({"2fa": "multi-factor authentication", "s drive": "network drive", "sso": "single sign-on"})


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("reset 2FA please", "reset 2FA (multi-factor authentication) please"),
        ("2fa or 2fa", "2fa (multi-factor authentication) or 2fa"),
        ("the S drive is gone", "the S drive (network drive) is gone"),
        ("sso, single sign-on", "sso, single sign-on"),
        ("lessons and 2fa-less sso2", "lessons and 2fa-less sso2"),
        ("", ""),
    ],
)
def test_a_term_is_read_with_its_meaning(text: str, read: str):
    """Once, in whatever case, as a whole word, and not when the meaning is there anyway."""
    assert GLOSSARY.expand(text) == read


@given(st.text() | st.lists(st.sampled_from(["2fa", "SSO", "s drive", "single sign-on", "my", "("])).map(" ".join))
def test_reading_again_changes_nothing(text: str):
    """What was read can be read again, as the beginning of a follow-up."""
    once = GLOSSARY.expand(text)
    assert GLOSSARY.expand(once) == once


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('terms:\n  sso: ""', 'g.yaml:2: "sso" has no meaning'),
        ("terms:\n  SSO: x\n  sso: y", 'g.yaml:3: "sso" is there twice'),
        ("terms:\n  sso: x\n  sso: y", 'g.yaml:3: not valid YAML: "sso" is given twice'),
        ("terms:\n  '-': x", 'g.yaml:2: "-" has no letter'),
        (f"terms:\n  {'a' * 61}: x", f'g.yaml:2: "{"a" * 20}..." is longer than 60 characters'),
        (f"terms:\n  sso: {'a' * 121}", 'g.yaml:2: the meaning of "sso" is longer than 120 characters'),
        ("terms:\n  sso: [x]", "g.yaml:2: terms.sso: Input should be a valid string"),
        ("words: {}", "g.yaml:1: words: is not a known key"),
        ("- sso", "g.yaml:1: Input should be a valid dictionary or instance of _File"),
    ],
)
def test_a_problem_names_its_line(text: str, problem: str):
    """Everything that is wrong with a file, with the line."""
    found = parse_glossary("g.yaml", text)
    assert isinstance(found, list)
    assert [str(one) for one in found] == [problem]


def test_a_wrong_file_stops_the_start(tmp_path: Path):
    """With its problems; a company without a glossary has an empty one."""
    (tmp_path / "glossary.yaml").write_text("terms: 1", encoding="utf-8")
    with pytest.raises(ConfigProblem, match=r"glossary\.yaml:1: terms"): load_glossary(tmp_path / "glossary.yaml")
    assert load_glossary(tmp_path / "none.yaml").expand("2fa") == "2fa"


def test_the_shipped_one_speaks_as_the_articles_do():
    """It reads, and each meaning has a word of the articles in it."""
    terms = load_glossary(SHIPPED).terms
    sources = (SHIPPED.parent / "articles").glob("*.md")
    articles = [parse_article(path.name, path.read_text(encoding="utf-8")) for path in sources]
    words = {word for a in articles if not isinstance(a, list) for word in f"{a.title} {a.body}".lower().split()}
    assert len(terms) >= 40
    said = {meaning: set(meaning.lower().replace(",", "").split()) for meaning in terms.values()}
    strange = [meaning for meaning, parts in said.items() if not parts & words]
    assert strange == []
