"""Run-books and drafts in the knowledge base, over real databases: kept apart from what answers questions."""

from pathlib import Path

import pytest
from sqlalchemy import select

from core import events
from core.db import Database
from core.encoder import HashingEncoder
from core.errors import BadInput, NotFound, Stale
from core.files import Problem
from kb.articles import RUNBOOK
from kb.service import KnowledgeBase
from kb.tables import EntryRow, ItemRow
from kb.writing import Draft, article_draft, recipe_draft
from tests.fakes import FakeClock

EVERYBODY = frozenset({"employees", "staff"})
BOOK = "---\ntitle: Spooler stuck\nkind: runbook\naudience: staff\n---\nRestart the spooler on the server.\n"
RECIPE = (
    "title: Stuck VPN\ntriggers: [vpn is stuck]\nstart: a\nsteps:\n  a: {say: Restart it., choices: {Done: solved}}\n"
)


def made(draft: Draft | list[Problem]) -> Draft:
    """What was read of a file that is sound."""
    assert isinstance(draft, Draft), draft
    return draft


@pytest.fixture
def kb(database: Database, clock: FakeClock) -> KnowledgeBase:
    """A knowledge base with one run-book and one article."""
    base = KnowledgeBase(database, HashingEncoder(), clock)
    base.save(made(article_draft("spooler.md", BOOK)), by="U1")
    base.save(made(article_draft("printer.md", "---\ntitle: Printer\n---\nTurn it off and on.\n")), by="U1")
    return base


def found(kb: KnowledgeBase, text: str) -> list[tuple[str, str]]:
    """What a question of the staff finds."""
    return [(one.kind, one.slug) for one in kb.search(HashingEncoder().encode([text])[0], text, EVERYBODY)]


def test_no_question_finds_a_run_book(kb: KnowledgeBase) -> None:
    """Not by its own words, and not as an article: it is in an index of its own."""
    assert ("runbook", "spooler") not in found(kb, "restart the spooler on the server")
    assert [item.slug for item in kb.titles(EVERYBODY)] == ["printer"]
    with pytest.raises(NotFound): kb.article("spooler", EVERYBODY)
    own = kb.runbooks().search(HashingEncoder().encode(["spooler"])[0], "spooler", frozenset({"staff"}))
    assert [(one.kind, one.slug) for one in own] == [("runbook", "spooler")]
    assert kb.runbook("spooler").title == "Spooler stuck"
    with pytest.raises(NotFound, match='There is no run-book "printer"'): kb.runbook("printer")


def test_an_article_and_a_run_book_may_share_a_name(kb: KnowledgeBase) -> None:
    """Saving the one leaves the other as it is."""
    kb.save(made(article_draft("spooler.md", "---\ntitle: For everybody\n---\nWait.\n")), by="U2", seen_revision=0)
    assert kb.article("spooler", EVERYBODY).title == "For everybody"
    assert kb.runbook("spooler").revision == 1


def test_a_retired_run_book_is_gone_from_every_process(kb: KnowledgeBase, database: Database, clock: FakeClock) -> None:
    """But it is known that there was one, so that files do not bring it back."""
    other = KnowledgeBase(database, HashingEncoder(), clock)
    assert len(other.runbooks().items) == 1
    kb.retire(RUNBOOK, "spooler", by="U3")
    assert len(other.runbooks().items) == 0
    assert other.has_any(RUNBOOK)
    assert not other.has_any("recipe")
    with pytest.raises(NotFound): kb.runbook("spooler")


@pytest.mark.parametrize("audience", ["", "audience: employees\n"])
def test_a_run_book_is_for_staff(audience: str) -> None:
    """A file that says otherwise is refused with its line."""
    problems = article_draft("x.md", f"---\ntitle: x\nkind: runbook\n{audience}---\nText.\n")
    assert isinstance(problems, list)
    assert "a run-book is for staff: write `audience: staff`" in str(problems[0])


def test_files_are_taken_by_what_they_say(kb: KnowledgeBase, tmp_path: Path) -> None:
    """Run-books and articles may stand in one folder; a second import changes nothing."""
    (tmp_path / "a.md").write_text(BOOK, encoding="utf-8")
    (tmp_path / "b.md").write_text("Just text.", encoding="utf-8")
    assert kb.import_folders(tmp_path, None).added == ["a", "b"]
    assert kb.import_folders(tmp_path, None).same == ["a", "b"]
    assert {item.slug for item in kb.runbooks().items.values()} == {"spooler", "a"}


def test_a_draft_is_kept_and_neither_searched_nor_offered(kb: KnowledgeBase, database: Database) -> None:
    """Its text comes back as it was written, and the events say who drafted it."""
    assert kb.drafts.keep(made(recipe_draft("vpn.yaml", RECIPE)), by="U4", seen_version=0).version == 1
    assert ("recipe", "vpn") not in found(kb, "vpn is stuck")
    [kept] = kb.drafts.all()
    assert (kept.slug, kept.title, kept.source, kept.saved_by) == ("vpn", "Stuck VPN", RECIPE, "U4")
    with database.reading() as session:
        item = session.scalar(select(ItemRow.id).where(ItemRow.slug == "vpn"))
        assert session.scalars(select(EntryRow).where(EntryRow.item_id == item)).all() == []
        [fact] = events.history(session, f"recipe:{item}")
        assert (fact.kind, fact.actor) == ("recipe.drafted", "U4")


def test_a_draft_that_is_published_is_a_recipe(kb: KnowledgeBase) -> None:
    """At its first revision, found by the next question, and no draft any more."""
    draft = made(recipe_draft("vpn.yaml", RECIPE))
    kept = kb.drafts.keep(draft, by="U4")
    assert kb.drafts.publish(draft, by="U5", seen_version=kept.version) == 1
    assert ("recipe", "vpn") in found(kb, "vpn is stuck")
    assert kb.drafts.all() == []
    with pytest.raises(NotFound, match='There is no draft "vpn"'): kb.drafts.get("vpn")


def test_a_draft_overwrites_nothing(kb: KnowledgeBase) -> None:
    """Neither what is published, nor what somebody else kept meanwhile."""
    draft = made(recipe_draft("vpn.yaml", RECIPE))
    kb.drafts.keep(draft, by="U4", seen_version=0)
    assert kb.drafts.keep(draft, by="U4", seen_version=1).version == 1
    changed = made(recipe_draft("vpn.yaml", RECIPE.replace("Restart it.", "Wait.")))
    assert kb.drafts.keep(changed, by="U5", seen_version=1).version == 2
    with pytest.raises(Stale): kb.drafts.keep(draft, by="U4", seen_version=1)
    kb.save(changed, by="U5")
    with pytest.raises(Stale): kb.drafts.publish(draft, by="U4", seen_version=2)
    kb.drafts.drop("vpn", "recipe", by="U4", seen_version=2)
    with pytest.raises(BadInput, match=r'The name "vpn" is taken\. Please choose another name\.'):
        kb.drafts.keep(draft, by="U4", seen_version=0)
    assert kb.recipe("vpn")[0].steps["a"].say == "Wait."
