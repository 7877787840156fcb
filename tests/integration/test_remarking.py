"""Remarks on a text beside a real knowledge base: what its writer may not see is not there for them."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.assistant import Assistant
from core import people
from core.db import Database
from core.errors import BadInput, NotAllowed
from core.people import Person, Role
from handoff.desk import Group
from kb.articles import ARTICLE, RUNBOOK
from kb.writing import RECIPE
from tests.budgets import tries
from tests.fakes import FakeClock
from tests.killing import assistant_over

EMPLOYEE = frozenset({Role.EMPLOYEE})
NOOR = Person(id="U5", name="Noor Haddad", email="noor@x.example", roles=EMPLOYEE | {Role.EDITOR})
LIAM = Person(id="U2", name="Liam Okafor", roles=EMPLOYEE | {Role.AGENT}, level=2)
PILOT = replace(LIAM, id="U3", name="Pia Lott", groups=frozenset({"pilots"}))
EMMA = Person(id="U1", name="Emma Larsen")
SECRET = "---\ntitle: Start the zorbtron\naudience: pilots\naliases: [warm up the zorbtron]\n---\nPull it.\n"
TEXT = (
    "---\ntitle: Warm up the zorbtron\ncategory: other\nowner: it\nreview_every: 90d\naliases: [zorbtron cold]\n---\n\n"
    "{}\n"
)


@pytest.fixture
def use(database: Database, clock: FakeClock) -> Assistant:
    """The use cases, with a group and an article for it, on each database."""
    with database.transaction() as session:
        for one in (NOOR, LIAM, PILOT, EMMA): people.save(session, one, clock())
    parts = assistant_over(database, clock).parts
    group = Group(slug="pilots", name="Pilots", people=["pia@x.example"])
    made = Assistant(replace(parts, desk=parts.desk.model_copy(update={"groups": [group]})))
    publish(made, "start-zorbtron", SECRET)
    return made


def publish(use: Assistant, slug: str, source: str) -> None:
    """Write and publish an article."""
    kept = use.writing.keep(ARTICLE, slug, source, NOOR, seen_version=0)
    use.reviewing.publish(ARTICLE, slug, NOOR, seen_version=kept.version)


def said(use: Assistant, body: str, person: Person) -> list[str]:
    """The remarks on a text."""
    return [one.text for one in use.remarking.on(ARTICLE, "new", TEXT.format(body), person)]


def test_the_words_of_others_are_known(use: Assistant) -> None:
    """A title that is another's alias, and a link to an article for fewer people; from the very next publish on."""
    found = said(use, "See [this](start-zorbtron.md).", NOOR)
    assert any('also stands for the article "Start the zorbtron"' in one for one in found)
    assert any("is only for Pilots" in one for one in found)
    assert said(use, "See [this](later.md).", NOOR)[-1] == 'there is no article "later"'
    publish(use, "later", SECRET.replace("Start", "Stop").replace("warm up", "cool").replace("pilots", "employees"))
    assert not any("later" in one for one in said(use, "See [this](later.md).", NOOR))


def test_a_retired_article_is_known_as_such(use: Assistant) -> None:
    """A link to it is dead; who may not see what it was hears that there is none."""
    use.keeping.retire(ARTICLE, "start-zorbtron", NOOR, seen_revision=1)
    assert 'the article "start-zorbtron" was retired; its link is dead' in said(use, "[x](start-zorbtron.md)", NOOR)
    assert 'there is no article "start-zorbtron"' in said(use, "[x](start-zorbtron.md)", LIAM)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=tries(30))
@given(st.lists(st.sampled_from(
    ["[x](start-zorbtron.md)", "[x](none.md)", "Start the zorbtron", "warm up the zorbtron", "\n\n", "## ", "pilots"]
), max_size=12).map("".join))  # fmt: skip
def test_what_one_may_not_see_leaves_no_trace(use: Assistant, body: str) -> None:
    """To an agent outside the group, its article is as much there as one that never was; a member is told."""
    without = said(use, body, LIAM)
    never = said(use, body.replace("start-zorbtron", "never-was"), LIAM)
    assert sorted(text.replace("start-zorbtron", "never-was") for text in without) == sorted(never)
    assert not any("Start the zorbtron" in text or "Pilots" in text for text in without)
    assert any('the article "Start the zorbtron"' in text for text in said(use, f"x {body}", PILOT))


def test_people_whom_firstline_has_met_are_found(use: Assistant) -> None:
    """By their whole names, without any mark."""
    assert any(one.startswith("a name") for one in said(use, "Ask Emma Larsen about it.", NOOR))
    assert not any(one.startswith("a name") for one in said(use, "Ask the Help Desk about it.", NOOR))


def test_a_recipe_is_read_beside_what_is_published(use: Assistant) -> None:
    """An article that it ends with has to be there, for everybody."""
    source = (
        "title: A\ntriggers: [a]\nstart: b\nsteps:\n  b:\n    say: C?\n"
        "    choices: {'Yes': 'article:start-zorbtron'}\n"
    )
    found = use.remarking.on(RECIPE, "new", source, NOOR)
    assert [(one.line, one.stops) for one in found if "there is no article" in one.text] == [(7, True)]


def test_roles_are_asked(use: Assistant) -> None:
    """Only those who may write; audiences and categories as far as they may write for them."""
    for kind in (ARTICLE, RUNBOOK, RECIPE):
        with pytest.raises(NotAllowed): use.remarking.on(kind, "new", "x", EMMA)
    with pytest.raises(BadInput): use.remarking.on("poem", "new", "x", NOOR)
    assert set(use.remarking.audiences(NOOR)) == {"employees", "staff", "pilots"}
    assert set(use.remarking.audiences(LIAM)) == {"employees", "staff"}
    assert set(use.remarking.audiences(PILOT)) == {"employees", "staff", "pilots"}
    assert use.remarking.categories(LIAM) == []
    assert use.remarking.categories(NOOR) == ["other"]
