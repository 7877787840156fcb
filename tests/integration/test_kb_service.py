"""The knowledge base over a real database: saving, searching, importing, several at once."""

import random
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select

from core import events
from core.db import Database
from core.encoder import HashingEncoder, Vectors
from core.errors import ConfigProblem, NotFound, Stale
from kb.index import SearchIndex
from kb.service import KnowledgeBase
from kb.tables import GenerationRow, ItemRow, RevisionRow, VectorRow
from kb.writing import Draft, article_draft, recipe_draft
from tests.fakes import FakeClock

EMPLOYEE, STAFF = frozenset({"employees"}), frozenset({"employees", "staff"})
RECIPE = (
    "title: Stuck VPN\ntriggers: [vpn is stuck]\nstart: a\nsteps:\n  a: {say: Restart it., choices: {Done: solved}}\n"
)


class CountingEncoder(HashingEncoder):
    """Remembers every text it was asked for."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        """As the hashing encoder, noted down."""
        self.texts += texts
        return super().encode(texts)


def draft(slug: str, body: str, *, title: str = "", audience: str = "employees") -> Draft:
    """An article about to be saved."""
    made = article_draft(f"{slug}.md", f"---\ntitle: {title or slug}\naudience: {audience}\n---\n{body}\n")
    assert isinstance(made, Draft), made
    return made


def find(kb: KnowledgeBase, text: str, audiences: frozenset[str] = EMPLOYEE) -> list[str]:
    """The slugs that a question finds, best first."""
    return [c.slug for c in kb.search(HashingEncoder().encode([text])[0], text, audiences)]


@pytest.fixture
def encoder() -> CountingEncoder:
    """An encoder that counts."""
    return CountingEncoder()


@pytest.fixture
def kb(database: Database, encoder: CountingEncoder, clock: FakeClock) -> KnowledgeBase:
    """An empty knowledge base."""
    return KnowledgeBase(database, encoder, clock)


def test_an_empty_knowledge_base_finds_nothing(kb: KnowledgeBase) -> None:
    """The first question may come before the first article."""
    assert find(kb, "vpn") == []
    assert kb.titles(STAFF) == []
    with pytest.raises(NotFound, match='There is no article "vpn"'):
        kb.article("vpn", STAFF)
    with pytest.raises(NotFound, match='There is no recipe "vpn"'):
        kb.recipe("vpn")
    with pytest.raises(NotFound):
        kb.retire("article", "vpn", by="U1")


def test_a_saved_article_is_read_and_found(kb: KnowledgeBase, database: Database, clock: FakeClock) -> None:
    """With who saved it and when, and the fact in the events."""
    assert kb.save(draft("vpn", "Open the globe.\n## Mac\nMenu bar.", title="Connect to the VPN"), by="U1") == 1
    view = kb.article("vpn", EMPLOYEE)
    assert (view.title, view.revision, [p.heading for p in view.passages]) == ("Connect to the VPN", 1, ["", "Mac"])
    assert find(kb, "connect vpn") == ["vpn"]
    with database.reading() as session:
        row = session.scalars(select(RevisionRow)).one()
        (fact,) = events.history(session, f"article:{row.item_id}")
    assert (row.saved_by, row.saved_at) == ("U1", clock.now)
    assert (fact.kind, fact.actor, fact.data) == ("article.published", "U1", {"slug": "vpn", "revision": 1})


def test_an_edit_is_found_by_the_next_search_in_every_process(
    kb: KnowledgeBase, database: Database, clock: FakeClock
) -> None:
    """A second knowledge base on the same database needs no restart, and forgets the old words."""
    other = KnowledgeBase(database, HashingEncoder(), clock)
    kb.save(draft("vpn", "Use globalprotect."), by="U1")
    assert find(other, "globalprotect") == ["vpn"]
    assert kb.save(draft("vpn", "Use anyconnect."), by="U2", seen_revision=1) == 2
    text = "anyconnect"
    best = other.search(HashingEncoder().encode([text])[0], text, EMPLOYEE)[0]
    assert (best.slug, best.lexical) == ("vpn", 1.0)
    text = "globalprotect"
    assert all(c.bm25 == 0 for c in other.search(HashingEncoder().encode([text])[0], text, EMPLOYEE))
    other.save(draft("mail", "Outlook."), by="U3")
    assert find(kb, "outlook")[0] == "mail"


def test_an_equal_save_makes_no_new_revision(kb: KnowledgeBase, database: Database) -> None:
    """Nor a new generation, nor an event."""
    for _ in range(3):
        assert kb.save(draft("vpn", "Open the globe."), by="U1") == 1
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(RevisionRow)) == 1
        assert session.scalar(select(GenerationRow.number)) == 1


def test_a_save_on_a_state_that_has_passed_is_refused(kb: KnowledgeBase) -> None:
    """Nothing is overwritten; 0 means that it must be new."""
    kb.save(draft("vpn", "One."), by="U1")
    kb.save(draft("vpn", "Two."), by="U2")
    for seen in (0, 1, 3):
        with pytest.raises(Stale, match="was changed by somebody else" if seen else "is there already"):
            kb.save(draft("vpn", "Mine."), by="U1", seen_revision=seen)
    assert kb.article("vpn", EMPLOYEE).body == "Two."
    with pytest.raises(Stale):
        kb.save(draft("new", "Mine."), by="U1", seen_revision=1)
    with pytest.raises(NotFound):
        kb.article("new", EMPLOYEE)
    assert kb.save(draft("new", "Mine."), by="U1", seen_revision=0) == 1


def test_a_retired_article_is_gone_until_it_is_saved_again(kb: KnowledgeBase) -> None:
    """Its revisions go on counting; retiring it twice is no error."""
    kb.save(draft("vpn", "Open the globe."), by="U1")
    for _ in range(2):
        kb.retire("article", "vpn", by="U2")
    assert find(kb, "globe") == []
    with pytest.raises(NotFound):
        kb.article("vpn", STAFF)
    assert kb.save(draft("vpn", "Open the globe."), by="U1") == 2
    assert find(kb, "globe") == ["vpn"]


def test_only_changed_passages_are_embedded_again(
    kb: KnowledgeBase, encoder: CountingEncoder, database: Database, clock: FakeClock
) -> None:
    """A word changed in one section costs one vector; a second process and a second save cost none."""
    kb.save(draft("vpn", "Open.\n## Mac\nMenu bar.\n## Windows\nTaskbar."), by="U1")
    assert len(encoder.texts) == 4
    encoder.texts.clear()
    kb.save(draft("vpn", "Open.\n## Mac\nMenu bar, at the top.\n## Windows\nTaskbar."), by="U1")
    assert encoder.texts == ["Mac\nMenu bar, at the top."]
    encoder.texts.clear()
    find(KnowledgeBase(database, encoder, clock), "vpn")
    kb.save(draft("vpn", "Open.\n## Mac\nMenu bar, at the top.\n## Windows\nTaskbar."), by="U1")
    kb.save(draft("vpn", "Open.\n## Mac\nMenu bar.\n## Windows\nTaskbar."), by="U1")
    assert encoder.texts == []


def test_another_encoder_makes_its_own_vectors_once(kb: KnowledgeBase, database: Database, clock: FakeClock) -> None:
    """Changing the model needs no import; the old vectors stay for the way back."""
    kb.save(draft("vpn", "Open the globe."), by="U1")
    newer = CountingEncoder()
    newer.name = "another"
    for _ in range(2):
        assert find(KnowledgeBase(database, newer, clock), "globe") == ["vpn"]
    assert len(newer.texts) == 2
    with database.reading() as session:
        names = session.scalars(select(VectorRow.encoder).order_by(VectorRow.encoder)).all()
    assert names == ["another"] * 2 + ["hashing-256"] * 2


def test_vectors_that_are_no_numbers_are_never_stored(database: Database, clock: FakeClock) -> None:
    """A broken model stops the save, and not every search after it."""

    class Broken(HashingEncoder):
        def encode(self, texts: Sequence[str]) -> Vectors:
            return np.full((len(texts), self.dims), np.nan, dtype=np.float32)

    with pytest.raises(ConfigProblem, match="FIRSTLINE_ENCODER: hashing-256 gives vectors that are no numbers"):
        KnowledgeBase(database, Broken(), clock).save(draft("vpn", "Open."), by="U1")
    with database.reading() as session:
        assert session.scalars(select(VectorRow)).all() == []


def test_what_staff_may_read_is_nowhere_for_an_employee(kb: KnowledgeBase) -> None:
    """Not in search, not by its name, not in the list; the refusal does not say that it exists."""
    kb.save(draft("secret", "Gateway failover.", audience="staff"), by="U1")
    assert find(kb, "gateway failover") == []
    assert find(kb, "gateway failover", STAFF) == ["secret"]
    assert kb.titles(EMPLOYEE) == []
    assert [item.slug for item in kb.titles(STAFF)] == ["secret"]
    with pytest.raises(NotFound, match='There is no article "secret"'):
        kb.article("secret", EMPLOYEE)
    kb.save(draft("secret", "Gateway failover.", audience="employees"), by="U1")
    assert find(kb, "gateway failover") == ["secret"]


def test_the_passage_that_answers_is_the_one_quoted(kb: KnowledgeBase) -> None:
    """Its ordinal leads to the words in the article."""
    kb.save(draft("vpn", "General words.\n## Mac\nLook in the menu bar.\n## Windows\nLook in the taskbar."), by="U1")
    for text, heading in (("menu bar on a mac", "Mac"), ("windows taskbar", "Windows")):
        best = kb.search(HashingEncoder().encode([text])[0], text, EMPLOYEE)[0]
        assert kb.article("vpn", EMPLOYEE).passages[best.passage].heading == heading


def test_a_recipe_keeps_its_revisions(kb: KnowledgeBase) -> None:
    """A run goes on with the revision it began with, also of a retired recipe."""
    for source in (RECIPE, RECIPE.replace("Restart it.", "Plug it in.")):
        made = recipe_draft("vpn.yaml", source)
        assert isinstance(made, Draft)
        kb.save(made, by="U1")
    kb.retire("recipe", "vpn", by="U1")
    assert kb.recipe("vpn", 1)[0].steps["a"].say == "Restart it."
    recipe, revision = kb.recipe("vpn")
    assert (recipe.steps["a"].say, revision) == ("Plug it in.", 2)
    with pytest.raises(NotFound, match="no revision 3"):
        kb.recipe("vpn", 3)


def test_an_article_and_a_recipe_may_have_the_same_slug(kb: KnowledgeBase) -> None:
    """They are kept apart."""
    made = recipe_draft("vpn.yaml", RECIPE)
    assert isinstance(made, Draft)
    kb.save(made, by="U1")
    kb.save(draft("vpn", "Open."), by="U1")
    assert kb.recipe("vpn")[1] == kb.article("vpn", EMPLOYEE).revision == 1


class TestImport:
    """Whole folders at once."""

    @pytest.fixture
    def folders(self, tmp_path: Path) -> tuple[Path, Path]:
        """Two articles, one below, and a recipe."""
        articles, cookbook = tmp_path / "articles", tmp_path / "cookbook"
        (articles / "net").mkdir(parents=True)
        cookbook.mkdir()
        (articles / "mail.md").write_text("# Mail\nOutlook.", encoding="utf-8")
        (articles / "net" / "vpn.md").write_text("# VPN\nGlobe.", encoding="utf-8")
        (cookbook / "stuck.yaml").write_text(RECIPE, encoding="utf-8")
        return articles, cookbook

    def test_a_second_import_changes_nothing(
        self, kb: KnowledgeBase, encoder: CountingEncoder, folders: tuple[Path, Path]
    ) -> None:
        """First all is added, then all is the same and nothing is embedded."""
        first = kb.import_folders(*folders)
        assert (first.added, first.changed, first.same, first.problems) == (["mail", "vpn", "stuck"], [], [], [])
        encoder.texts.clear()
        generation = kb.index().generation
        second = kb.import_folders(*folders)
        assert (second.added, second.changed, second.same) == ([], [], ["mail", "vpn", "stuck"])
        assert (encoder.texts, kb.index().generation) == ([], generation)
        (folders[0] / "mail.md").write_text("# Mail\nThunderbird.", encoding="utf-8")
        assert kb.import_folders(*folders).changed == ["mail"]

    def test_good_files_are_taken_and_the_problems_of_others_told(
        self, kb: KnowledgeBase, folders: tuple[Path, Path]
    ) -> None:
        """By file and line: bad front matter, bytes that are no text, a broken recipe."""
        articles, cookbook = folders
        (articles / "bad.md").write_text("---\ntitle: A\nfoo: 1\n---\nx", encoding="utf-8")
        (articles / "latin.md").write_bytes(b"caf\xe9")
        (cookbook / "net.yml").write_text("- a", encoding="utf-8")
        report = kb.import_folders(articles, cookbook)
        assert len(report.added) == 3
        assert [str(p).split(":")[:2] for p in report.problems] == [
            ["bad.md", "3"],
            ["latin.md", "1"],
            ["net.yml", "1"],
        ]

    def test_two_files_with_one_slug_are_a_problem_of_the_second(
        self, kb: KnowledgeBase, folders: tuple[Path, Path]
    ) -> None:
        """It names both files, and the first one is kept."""
        (folders[0] / "other.md").write_text("---\nslug: mail\n---\nAnother.", encoding="utf-8")
        report = kb.import_folders(*folders)
        assert [str(p) for p in report.problems] == ['other.md:1: the article "mail" is already in mail.md']
        assert kb.article("mail", EMPLOYEE).body.endswith("Outlook.")

    def test_a_folder_that_is_not_there_is_a_problem(self, kb: KnowledgeBase, tmp_path: Path) -> None:
        """A misspelt folder is no empty one."""
        (problem,) = kb.import_folders(tmp_path / "artikles", None).problems
        assert problem.message == "there is no such folder"

    def test_progress_is_told_to_its_end(self, kb: KnowledgeBase, folders: tuple[Path, Path]) -> None:
        """What is left to embed, from nothing done to all."""
        told: list[tuple[int, int]] = []
        kb.import_folders(*folders, note=lambda done, all_: told.append((done, all_)))
        assert told == [(0, 6), (6, 6)]


class TestRefresh:
    """A change is taken into the index that is there; what did not change is neither read nor built again."""

    def test_however_it_came_about_it_finds_the_same(self, database: Database, clock: FakeClock) -> None:
        """After forty changes of every kind it finds what an index finds that is built anew."""
        chance, kb = random.Random(3), KnowledgeBase(database, HashingEncoder(), clock)
        for n in range(12): kb.save(draft(f"a{n}", f"word{n} common"), by="U1")
        for turn in range(40):
            n, word = chance.randrange(16), chance.randrange(8)
            body, audience = f"word{word} common\n\n## More\n\nturn{turn}", chance.choice(sorted(STAFF))
            published = {item.slug for item in kb.titles(STAFF)}
            if turn % 4 == 3 and f"a{n}" in published: kb.retire("article", f"a{n}", by="U1")
            else: kb.save(draft(f"a{n}", body, audience=audience), by="U1")
            fresh = KnowledgeBase(database, HashingEncoder(), clock)
            assert kb.titles(STAFF) == fresh.titles(STAFF)
            for text in (f"word{word}", f"turn{turn} common"):
                vector = HashingEncoder().encode([text])[0]
                ours, theirs = ({
                    (c.slug, c.title, c.passage): c.cosine for c in base.search(vector, text, EMPLOYEE)
                } for base in (kb, fresh))
                assert ours == pytest.approx(theirs, abs=1e-6)

    def test_only_the_changed_item_is_built(self, kb: KnowledgeBase) -> None:
        """Its old rows stay behind unseen; whoever still searches the index of before finds what it held."""
        for n in range(20): kb.save(draft(f"a{n}", f"word{n}"), by="U1")
        before = kb.index()
        kb.save(draft("a3", "another"), by="U1")
        after = kb.index()
        assert 0 < after.drift() < 0.1
        assert before.drift() == 0
        assert (find(kb, "another")[0], find(kb, "word4")[0]) == ("a3", "a4")
        old = before.search(HashingEncoder().encode(["word3"])[0], "word3", EMPLOYEE)[0]
        assert (old.slug, old.lexical) == ("a3", 1.0)
        assert after.items[old_id(before, "a3")].revision == 2

    def test_what_is_left_behind_does_not_pile_up(self, kb: KnowledgeBase) -> None:
        """Once a fifth of the rows is late or left behind, the index is built anew."""
        kb.save(draft("a", "one"), by="U1")
        drifts = []
        for n in range(12):
            kb.save(draft("b", f"word{n}"), by="U1")
            drifts.append(kb.index().drift())
            assert find(kb, f"word{n}")[0] == "b"
        assert max(drifts) > 0
        assert drifts.count(0) >= 4


def old_id(index: SearchIndex, slug: str) -> int:
    """The id of an article."""
    return index.by_slug["article", slug].id


class TestConcurrency:
    """Several editors, several searches, one database."""

    def test_no_save_is_lost_and_every_one_is_found(self, database: Database, clock: FakeClock) -> None:
        """Four editors save new articles while others search; each save grows the generation by one."""
        bases = [KnowledgeBase(database, HashingEncoder(), clock) for _ in range(4)]
        start = threading.Barrier(8)

        def edit(n: int) -> None:
            start.wait(30)
            for k in range(5):
                bases[n].save(draft(f"a{n}-{k}", f"word{n}x{k}"), by=f"U{n}")

        def look(n: int) -> list[int]:
            start.wait(30)
            return [bases[n].index().generation for _ in range(10) if find(bases[n], "word") is not None]

        with ThreadPoolExecutor(8) as pool:
            edits, looks = [pool.submit(edit, n) for n in range(4)], [pool.submit(look, n) for n in range(4)]
            for done in edits:
                done.result(60)
            for seen in (done.result(60) for done in looks):
                assert seen == sorted(seen)
        for base in bases:
            assert base.index().generation == 20
            assert {item.slug for item in base.titles(EMPLOYEE)} == {f"a{n}-{k}" for n in range(4) for k in range(5)}
            assert find(base, "word2x3")[0] == "a2-3"

    def test_of_many_who_save_the_same_state_one_wins(self, database: Database, clock: FakeClock) -> None:
        """The others are told that it is stale, whether the article is new or not."""
        kb = KnowledgeBase(database, HashingEncoder(), clock)
        for seen in (0, 1):
            start = threading.Barrier(6)

            def save(n: int, start: threading.Barrier = start, seen: int = seen) -> int:
                start.wait(30)
                try:
                    return kb.save(draft("vpn", f"By {n} on {seen}."), by=f"U{n}", seen_revision=seen)
                except Stale:
                    return 0

            with ThreadPoolExecutor(6) as pool:
                won = sorted(pool.map(save, range(6)))
            assert won == [0] * 5 + [seen + 1]
        with database.reading() as session:
            assert session.scalar(select(ItemRow.revision)) == 2
            assert session.scalar(select(func.count()).select_from(RevisionRow)) == 2

    def test_two_imports_at_once_add_everything_once(
        self, database: Database, clock: FakeClock, tmp_path: Path
    ) -> None:
        """Two processes that start together on an empty database."""
        for n in range(8):
            (tmp_path / f"a{n}.md").write_text(f"Text {n}.", encoding="utf-8")
        start = threading.Barrier(3)

        def run(_: int) -> int:
            base = KnowledgeBase(database, HashingEncoder(), clock)
            start.wait(30)
            return len(base.import_folders(tmp_path, None).added)

        with ThreadPoolExecutor(3) as pool:
            assert sum(pool.map(run, range(3))) == 8
        with database.reading() as session:
            assert session.scalar(select(func.count()).select_from(RevisionRow)) == 8
