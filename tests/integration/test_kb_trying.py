"""A knowledge base with a change in it that is not published; and one that other processes change."""

from collections.abc import Callable, Iterator, Sequence
from random import Random

import pytest

from core.db import Database
from core.encoder import HashingEncoder, Vectors
from core.errors import NotFound
from kb.service import KnowledgeBase
from kb.shelf import FEW, MOST_DRIFT
from kb.wording import Wording
from kb.writing import Draft, article_draft
from tests.fakes import FakeClock

EMPLOYEE, STAFF = frozenset({"employees"}), frozenset({"employees", "staff"})
ENCODER = HashingEncoder()

Found = dict[tuple[str, str, int], float]


def draft(slug: str, body: str, audience: str = "employees", aliases: int = 0) -> Draft:
    """An article about to be saved."""
    names = "".join(f"\n- {slug} name {n}" for n in range(aliases))
    front = f"title: {slug}\naudience: {audience}" + (f"\naliases:{names}" if names else "")
    made = article_draft(f"{slug}.md", f"---\n{front}\n---\n{body}\n")
    assert isinstance(made, Draft), made
    return made


def found(kb: KnowledgeBase, text: str, audiences: frozenset[str] = EMPLOYEE) -> Found:
    """What a question finds, and how near it is."""
    near = kb.search(ENCODER.encode([text])[0], text, audiences)
    return {(one.slug, one.title, one.passage): one.cosine for one in near}


@pytest.fixture
def kb(database: Database, clock: FakeClock) -> KnowledgeBase:
    """Twelve articles."""
    made = KnowledgeBase(database, ENCODER, clock)
    for n in range(12): made.save(draft(f"a{n}", f"word{n} common"), by="U1")
    return made


class TestTrying:
    """A draft among what is published."""

    def test_it_finds_what_would_be_found_once_it_is_published(
        self, kb: KnowledgeBase, database: Database, clock: FakeClock
    ) -> None:
        """For any change: an article new or changed, for other people, or retired."""
        chance = Random(5)
        for turn in range(16):
            slug, audience = f"a{chance.randrange(15)}", chance.choice(sorted(STAFF))
            body = f"word{chance.randrange(8)} common turn{turn}\n\n## More\n\nrest{turn}"
            change = None if turn % 4 == 3 and kb.is_published("article", slug) else draft(slug, body, audience)
            before, after = kb.tried("article", slug, change)
            texts = (f"turn{turn} common", f"word{turn % 8}", f"rest{turn}")
            for text in texts: assert found(before, text) == pytest.approx(found(kb, text), abs=1e-6)
            if change: kb.save(change, by="U1")
            else: kb.retire("article", slug, by="U1")
            fresh = KnowledgeBase(database, ENCODER, clock)
            for text, audiences in ((text, who) for text in texts for who in (EMPLOYEE, STAFF)):
                assert found(after, text, audiences) == pytest.approx(found(fresh, text, audiences), abs=1e-6)

    def test_nobody_else_finds_it(self, kb: KnowledgeBase) -> None:
        """Neither its words nor itself, also when something else is published later."""
        _, after = kb.tried("article", "a3", draft("a3", "zebra"))
        assert found(after, "zebra").keys() >= {("a3", "a3", 0)}
        kb.save(draft("a4", "otter"), by="U1")
        for text, bm25 in (("zebra", 0.0), ("word3", 1.0)):
            near = {one.slug: one.lexical for one in kb.search(ENCODER.encode([text])[0], text, EMPLOYEE)}
            assert near["a3"] == bm25

    def test_what_is_published_meanwhile_does_not_disturb_it(self, kb: KnowledgeBase) -> None:
        """Before and after stand still, so that what is different is the draft's doing."""
        before, after = kb.tried("article", "new", draft("new", "zebra"))
        seen = [found(one, "word4 common") for one in (before, after)]
        kb.save(draft("a4", "otter"), by="U1")
        kb.retire("article", "a5", by="U1")
        assert [found(one, "word4 common") for one in (before, after)] == seen
        assert ("article", "a5") not in kb.index().by_slug

    def test_its_words_are_known_to_it_alone(
        self, database: Database, clock: FakeClock, model: Callable[[], Wording]
    ) -> None:
        """A typo of a word that only the draft uses is put right where the draft is published, and nowhere else."""
        kb = KnowledgeBase(database, ENCODER, clock, model())
        kb.save(draft("a", "Restart it."), by="U1")
        before, after = kb.tried("article", "b", draft("b", "Globalprotect, globalprotect and globalprotect."))
        read = [one.read("globalprotct") for one in (before, after, kb)]
        assert read == ["globalprotct", "globalprotect", "globalprotct"]

    def test_run_books_are_tried_among_run_books(self, kb: KnowledgeBase) -> None:
        """What questions are answered from stays as it is."""
        made = article_draft("spool.md", "---\ntitle: Spooler\nkind: runbook\naudience: staff\n---\nzebra\n")
        assert isinstance(made, Draft), made
        before, after = kb.tried("runbook", "spool", made)
        assert ("runbook", "spool") in after.runbooks().by_slug
        assert ("runbook", "spool") not in before.runbooks().by_slug | after.index().by_slug
        assert len(after.index().items) == 12


class TestOthers:
    """Two processes on one database."""

    @pytest.fixture
    def other(self, kb: KnowledgeBase, database: Database, clock: FakeClock) -> Iterator[KnowledgeBase]:
        """Another process, with connections of its own, that has answered before."""
        own = Database(database.engine.url.render_as_string(hide_password=False))
        made = KnowledgeBase(own, ENCODER, clock)
        assert found(made, "common")
        assert kb.index().by_slug == made.index().by_slug
        yield made
        own.close()

    def test_the_next_question_sees_every_change(self, kb: KnowledgeBase, other: KnowledgeBase) -> None:
        """A new article, an edit, a retirement, another audience, and a rollback to what it was."""
        first = draft("a1", "word1 common")
        kb.save(draft("new", "zebra"), by="U1")
        assert next(iter(found(other, "zebra")))[0] == "new"
        kb.save(draft("a1", "otter"), by="U1", seen_revision=1)
        assert next(iter(found(other, "otter")))[0] == "a1"
        kb.retire("article", "new", by="U1")
        assert "new" not in {slug for slug, *_ in found(other, "zebra")}
        with pytest.raises(NotFound): other.article("new", STAFF)
        kb.save(draft("a2", "word2 common", "staff"), by="U1")
        assert "a2" not in {slug for slug, *_ in found(other, "word2")}
        assert next(iter(found(other, "word2", STAFF)))[0] == "a2"
        kb.save(first, by="U1", seen_revision=2, note="back to revision 1")
        assert next(iter(found(other, "word1")))[0] == "a1"
        assert other.history.of("article", "a1")[0].note == "back to revision 1"

    def test_only_what_changed_is_embedded(self, database: Database, clock: FakeClock) -> None:
        """By whoever saves; the others read the vector."""
        texts: list[str] = []

        class Counting(HashingEncoder):
            def encode(self, new: Sequence[str]) -> Vectors:
                """As ever, noted down."""
                texts.extend(new)
                return super().encode(new)

        writer, reader = (KnowledgeBase(database, Counting(), clock) for _ in range(2))
        writer.save(draft("a", "One.\n\n## B\n\nTwo.\n\n## C\n\nThree."), by="U1")
        reader.index()
        texts.clear()
        writer.save(draft("a", "One.\n\n## B\n\nTwo.\n\n## C\n\nFour."), by="U1")
        reader.index()
        assert texts == ["C\nFour."]


class TestWorn:
    """A large index that much was changed in is built anew while it goes on serving."""

    def test_the_old_one_serves_until_the_new_one_is_there(self, sqlite_database: Database, clock: FakeClock) -> None:
        """Each change is found at once, also one that comes while the new one is made; the drift is gone at the end."""
        kb = KnowledgeBase(sqlite_database, ENCODER, clock)
        aliases = 40
        articles = FEW // aliases + 1
        for n in range(articles): kb.save(draft(f"a{n}", f"word{n}", aliases=aliases), by="U1")
        assert kb.index().rows > FEW
        worn = 0
        for n in range(articles // 4):
            kb.save(draft(f"a{n}", f"later{n}", aliases=aliases), by="U1")
            assert next(iter(found(kb, f"later{n}")))[0] == f"a{n}"
            worn = max(worn, int(kb.index().drift() >= MOST_DRIFT))
        kb.settle()
        assert worn == 1
        assert kb.index().drift() < MOST_DRIFT
        fresh = KnowledgeBase(sqlite_database, ENCODER, clock)
        for text in ("later1", "word30", f"later{articles // 4 - 1}"):
            assert found(kb, text) == pytest.approx(found(fresh, text), abs=1e-6)


@pytest.fixture
def model() -> Callable[[], Wording]:
    """How questions are read, with the words of the bundled model."""
    from core.encoder import bundled_folder

    return lambda: Wording(None, bundled_folder())
