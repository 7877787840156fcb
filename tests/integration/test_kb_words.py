"""The words that a knowledge base knows are those of what is published now, each as often as it stands there."""

from collections.abc import Iterator
from random import Random
from threading import Event

import pytest

from core.db import Database
from core.encoder import HashingEncoder, bundled_folder
from kb.service import KnowledgeBase
from kb.shelf import FEW
from kb.wording import Wording
from kb.writing import Draft, article_draft
from tests.fakes import FakeClock

EMPLOYEE, STAFF = frozenset({"employees"}), frozenset({"employees", "staff"})
ENCODER = HashingEncoder()
NAMES = ("abrundel", "bostigan", "cravenpo", "dulmisko")


def draft(slug: str, body: str, audience: str = "employees", aliases: int = 0) -> Draft:
    """An article about to be saved."""
    names = "".join(f"\n- {slug} name {n}" for n in range(aliases))
    front = f"title: {slug}\naudience: {audience}" + (f"\naliases:{names}" if names else "")
    made = article_draft(f"{slug}.md", f"---\n{front}\n---\n{body}\n")
    assert isinstance(made, Draft), made
    return made


def typo(name: str) -> str:
    """Two letters swapped."""
    return name[:4] + name[5] + name[4] + name[6:]


@pytest.fixture
def kb(database: Database, clock: FakeClock) -> KnowledgeBase:
    """One that puts typos right."""
    made = KnowledgeBase(database, ENCODER, clock, Wording(model=bundled_folder()))
    made.save(draft("first", "Restart it."), by="U1")
    made.index()
    return made


def test_saving_again_makes_no_word_common(kb: KnowledgeBase) -> None:
    """A word that stands in an article once is no common one, however often the article is edited."""
    for turn in range(6):
        kb.save(draft("a", f"Ask abrundel, turn {turn}."), by="U1")
        assert kb.read("abrudnel") == "abrudnel"
    kb.save(draft("a", "Abrundel, abrundel, abrundel."), by="U1")
    assert kb.read("abrudnel") == "abrundel"


def test_what_is_retired_is_known_no_more(kb: KnowledgeBase) -> None:
    """Nor what an edit took out; and both in the first question after it."""
    kb.save(draft("a", "Abrundel, abrundel, abrundel."), by="U1")
    kb.save(draft("b", "Bostigan, bostigan, bostigan."), by="U1")
    assert kb.read("abrudnel bostgian") == "abrundel bostigan"
    kb.retire("article", "a", by="U1")
    assert kb.read("abrudnel bostgian") == "abrudnel bostigan"
    kb.save(draft("b", "Nothing."), by="U1")
    assert kb.read("abrudnel bostgian") == "abrudnel bostgian"


def test_a_dry_run_counts_a_draft_once(kb: KnowledgeBase) -> None:
    """In the place of what is published, or not at all where that is to be retired."""
    kb.save(draft("a", "Abrundel and abrundel."), by="U1")
    _, after = kb.tried("article", "a", draft("a", "Abrundel or abrundel."))
    assert after.read("abrudnel") == "abrudnel"
    kb.save(draft("a", "Abrundel, abrundel, abrundel."), by="U1")
    before, after = kb.tried("article", "a", None)
    assert [one.read("abrudnel") for one in (before, after)] == ["abrundel", "abrudnel"]


def test_any_edits_end_as_if_read_for_the_first_time(kb: KnowledgeBase, database: Database, clock: FakeClock) -> None:
    """New articles, edits, other audiences and retirements, in any order."""
    chance = Random(7)
    for turn in range(25):
        slug, audience = f"a{chance.randrange(4)}", chance.choice(sorted(STAFF))
        body = " ".join(chance.choices(NAMES, k=4))
        if turn % 5 == 4 and kb.is_published("article", slug): kb.retire("article", slug, by="U1")
        else: kb.save(draft(slug, body, audience), by="U1")
        fresh = KnowledgeBase(database, ENCODER, clock, Wording(model=bundled_folder()))
        for name in NAMES:
            for audiences in (EMPLOYEE, STAFF):
                assert kb.read(typo(name), audiences) == fresh.read(typo(name), audiences)


class Gated(Wording):
    """Waits before it is learned anew, as it is while a large index is built behind the answers."""

    gate = Event()

    def anew(self, texts: object) -> "Gated":
        """Learn them when the gate is open."""
        self.gate.wait()
        return super().anew(texts)  # type: ignore[arg-type]  # handed on as it came


class TestMoved:
    """Another audience for one article of a large index."""

    @pytest.fixture
    def large(self, sqlite_database: Database, clock: FakeClock) -> Iterator[KnowledgeBase]:
        """More rows than are built anew at once; what is built behind the answers waits for the gate."""
        Gated.gate.clear()
        made = KnowledgeBase(sqlite_database, ENCODER, clock, Gated(model=bundled_folder()))
        for n in range(FEW // 40 + 1): made.save(draft(f"a{n}", f"word{n}", aliases=40), by="U1")
        assert made.index().rows > FEW
        yield made
        Gated.gate.set()
        made.settle()

    def seen(self, kb: KnowledgeBase, text: str, audiences: frozenset[str]) -> dict[str, float]:
        """What a question finds, with BM25."""
        return {one.slug: one.bm25 for one in kb.search(ENCODER.encode([text])[0], text, audiences)}

    def test_it_is_gone_at_once_and_answers_do_not_wait(
        self, large: KnowledgeBase, sqlite_database: Database, clock: FakeClock
    ) -> None:
        """The index serves on without it while another is built, which in the end is as a fresh one is."""
        before = large.index().rows
        assert "a3" in self.seen(large, "word3", EMPLOYEE)
        large.save(draft("a3", "word3 abrundel abrundel abrundel", "staff", aliases=40), by="U1")
        assert "a3" not in self.seen(large, "word3", EMPLOYEE)
        assert self.seen(large, "word3", STAFF)["a3"] > 0
        assert [large.read("abrudnel", who) for who in (EMPLOYEE, STAFF)] == ["abrudnel", "abrundel"]
        assert large.index().rows > before  # the one that was there, with what is new behind it
        large.save(draft("a4", "word4", "staff", aliases=40), by="U1")  # while the other is being built
        assert "a4" not in self.seen(large, "word4", EMPLOYEE)
        Gated.gate.set()
        large.settle()
        assert large.index().drift() == 0
        fresh = KnowledgeBase(sqlite_database, ENCODER, clock)
        for text in ("word3", "word4 name", "a5 name 7"):
            assert self.seen(large, text, EMPLOYEE) == pytest.approx(self.seen(fresh, text, EMPLOYEE), abs=1e-6)
