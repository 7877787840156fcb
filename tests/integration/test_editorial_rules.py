"""The rules of writing that nobody gets around: the second editor, whom a text is for, and what somebody looked at."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.assistant import Assistant
from bot.assistant.editorial.made import made
from bot.assistant.editorial.sheets import May
from bot.assistant.editorial.telling import NEWS
from core import people
from core.db import Database
from core.errors import BadInput, NotAllowed, NotFound, Stale
from core.outbox import OutboxItem
from core.people import Person, Role
from handoff.desk import Group
from kb.articles import ARTICLE, RUNBOOK
from kb.drafts import DraftState
from kb.writing import RECIPE
from tests.fakes import FakeClock
from tests.killing import EMMA, assistant_over

EDITOR = frozenset({Role.EMPLOYEE, Role.EDITOR})
NOOR = Person(id="U5", name="Noor Haddad", email="noor@x.example", roles=EDITOR)
SAM = Person(id="U6", name="Sam Reyes", email="sam@x.example", roles=EDITOR)
LIAM = Person(id="U2", name="Liam Okafor", roles=frozenset({Role.EMPLOYEE, Role.AGENT}), level=2)
CLERK = replace(LIAM, id="U3", name="Ines Duarte", groups=frozenset({"pay"}))
TEXTS = {
    ARTICLE: "---\ntitle: The pump\ncategory: other\naudience: employees\naliases: [wet pump]\n---\nDry it.\n",
    RUNBOOK: "---\ntitle: The pump\nkind: runbook\naudience: staff\n---\nDry it.\n",
    RECIPE: (
        "title: The pump\naudience: employees\ncategory: other\ntriggers: [wet pump]\nstart: look\n"
        "steps:\n  look: {say: 'Dry it.', choices: {'Yes': solved, 'No': handoff}}\n"
    ),
}
PUMP = TEXTS[ARTICLE]
ARTICLES = pytest.mark.parametrize("kind", [ARTICLE, RECIPE])  # whom run-books are for is always the staff
EVERY_KIND = pytest.mark.parametrize("kind", [ARTICLE, RUNBOOK, RECIPE])


@pytest.fixture
def use(database: Database, clock: FakeClock) -> Assistant:
    """The use cases in each database, with a group of its own articles."""
    with database.transaction() as session:
        for one in (EMMA, NOOR, SAM, LIAM, CLERK): people.save(session, one, clock())
    return with_desk(assistant_over(database, clock), groups=[Group(slug="pay", name="Payroll")])


def with_desk(use: Assistant, **changes: object) -> Assistant:
    """The same with another desk file."""
    return Assistant(replace(use.parts, desk=use.parts.desk.model_copy(update=changes)))


def worked(source: str) -> str:
    """A text that was written on."""
    return source.replace("Dry it", "Switch it off, dry it")


def for_pay(source: str) -> str:
    """A text of the group alone, in a category and with an owner that give something away."""
    lines = source.replace("audience: employees", "audience: pay").replace("category: other", "category: layoffs")
    return lines.replace("\naliases", "\nowner: boss@x.example\naliases")


def published(use: Assistant, source: str, kind: str = ARTICLE, slug: str = "pump") -> None:
    """It is there, however it came there."""
    use.parts.kb.save(made(kind, slug, source), by="import")


def news(use: Assistant) -> list[str]:
    """What the outbox has to tell of drafts."""
    with use.parts.database.reading() as session:
        rows = session.scalars(select(OutboxItem).where(OutboxItem.kind == NEWS).order_by(OutboxItem.id))
        return [row.payload["draft"]["what"] for row in rows]


class TestSecondEditor:
    @EVERY_KIND
    def test_of_every_kind_nobody_approves_what_they_wrote(self, use: Assistant, kind: str):
        """Neither is the button drawn, nor does a click without it help; another editor publishes it."""
        use = with_desk(use, approval=[kind])
        kept = use.writing.keep(kind, "pump", TEXTS[kind], NOOR, seen_version=0)
        assert May.PUBLISH not in use.sheets.of(kind, "pump", NOOR).may
        assert not use.writing.publishes(kind, SAM)
        with pytest.raises(BadInput, match="Somebody else"):
            use.reviewing.publish(kind, "pump", NOOR, seen_version=kept.version)
        assert May.PUBLISH in use.sheets.of(kind, "pump", SAM).may
        assert use.reviewing.publish(kind, "pump", SAM, seen_version=kept.version).revision == 1

    def test_an_equal_save_takes_no_text_over(self, use: Assistant):
        """Somebody who saves it as it is did not write it."""
        use = with_desk(use, approval=[ARTICLE])
        kept = use.writing.keep(ARTICLE, "pump", PUMP, NOOR, seen_version=0)
        kept = use.reviewing.submit(ARTICLE, "pump", NOOR, seen_version=kept.version)
        again = use.writing.keep(ARTICLE, "pump", PUMP, LIAM, seen_version=kept.version)
        assert (again, again.saved_by) == (kept, NOOR.id)
        with pytest.raises(BadInput, match="Somebody else"):
            use.reviewing.publish(ARTICLE, "pump", NOOR, seen_version=again.version)

    def test_nor_does_putting_it_on_what_is_published(self, use: Assistant):
        """A draft that was overtaken stays its writer's."""
        use = with_desk(use, approval=[ARTICLE])
        published(use, PUMP)
        kept = use.writing.keep(ARTICLE, "pump", worked(PUMP), NOOR, seen_version=0, based_on=1)
        published(use, PUMP.replace("wet", "damp"))
        kept = use.writing.rebase(ARTICLE, "pump", LIAM, seen_version=kept.version)
        assert (kept.saved_by, kept.based_on) == (NOOR.id, 2)
        assert not use.writing.reviews(kept, NOOR)
        assert use.writing.reviews(kept, SAM)

    def test_whoever_changed_a_letter_of_it_wrote_it(self, use: Assistant):
        """Also when somebody else changed another one after that."""
        use = with_desk(use, approval=[ARTICLE])
        kept = use.writing.keep(ARTICLE, "pump", PUMP, NOOR, seen_version=0)
        kept = use.writing.keep(ARTICLE, "pump", worked(PUMP), LIAM, seen_version=kept.version)
        assert kept.writers == {NOOR.id, LIAM.id}
        with pytest.raises(BadInput, match="Somebody else"):
            use.reviewing.publish(ARTICLE, "pump", NOOR, seen_version=kept.version)
        assert use.reviewing.publish(ARTICLE, "pump", SAM, seen_version=kept.version).revision == 1
        kept = use.writing.keep(ARTICLE, "pump", PUMP, SAM, seen_version=0, based_on=1)
        assert kept.writers == {SAM.id}

    def test_going_back_is_approved_too(self, use: Assistant):
        """The earlier text is submitted as a draft; what is published stays until another editor approves it."""
        published(use, PUMP)
        published(use, worked(PUMP))
        use = with_desk(use, approval=[ARTICLE])
        with pytest.raises(Stale): use.keeping.rollback(ARTICLE, "pump", 1, NOOR, seen_revision=1)
        saved = use.keeping.rollback(ARTICLE, "pump", 1, NOOR, seen_revision=2, reason="too long")
        assert saved.waits
        kept = use.writing.draft(ARTICLE, "pump", SAM)
        assert (kept.source, kept.state, kept.note) == (PUMP, DraftState.REVIEW, "back to revision 1: too long")
        assert news(use) == ["submitted"]
        assert use.parts.kb.article("pump", frozenset({"employees"})).revision == 2
        with pytest.raises(BadInput, match="Somebody else"):
            use.reviewing.publish(ARTICLE, "pump", NOOR, seen_version=kept.version)
        with pytest.raises(BadInput, match="there is a draft"):
            use.keeping.rollback(ARTICLE, "pump", 1, SAM, seen_revision=2)
        assert use.reviewing.publish(ARTICLE, "pump", SAM, seen_version=kept.version, reason="yes").revision == 3
        assert use.keeping.history(ARTICLE, "pump", SAM)[0].note == "back to revision 1: too long; yes"

    def test_agents_publish_run_books_and_nothing_else(self, use: Assistant):
        """Those of level two, as long as nobody wants a second editor; every surface asks here."""
        assert [use.writing.publishes(kind, LIAM) for kind in (RUNBOOK, ARTICLE, RECIPE)] == [True, False, False]
        assert not with_desk(use, approval=[RUNBOOK]).writing.publishes(RUNBOOK, LIAM)


class TestAudience:
    @ARTICLES
    def test_a_draft_that_became_a_groups_is_the_groups(self, use: Assistant, kind: str):
        """Whoever began it does not read on, neither in the draft nor in a list."""
        kept = use.writing.keep(kind, "pump", TEXTS[kind], LIAM, seen_version=0)
        assert use.writing.drafts(LIAM).mine == (kept,)
        use.writing.keep(kind, "pump", for_pay(worked(TEXTS[kind])), NOOR, seen_version=kept.version)
        for look in (use.writing.draft, use.writing.begin, use.sheets.of):
            with pytest.raises(NotFound): look(kind, "pump", LIAM)
        assert use.writing.drafts(LIAM).mine == ()
        assert use.searching.find("pump", LIAM).items == ()
        assert use.writing.draft(kind, "pump", CLERK).saved_by == NOOR.id

    @ARTICLES
    def test_what_is_a_groups_is_written_by_the_group_and_by_editors(self, use: Assistant, kind: str):
        """Others hear the same as of what is not there; they neither find it nor put a draft over it."""
        published(use, for_pay(TEXTS[kind]), kind)
        for look in (use.writing.begin, use.sheets.of):
            with pytest.raises(NotFound, match=f'There is no {kind} "pump"'): look(kind, "pump", LIAM)
        assert use.searching.find("pump", LIAM).items == ()
        for seen, based in ((0, 1), (1, 1)):
            with pytest.raises(NotFound, match=f'There is no {kind} "pump"'):
                use.writing.keep(kind, "pump", TEXTS[kind], LIAM, seen_version=seen, based_on=based)
        with pytest.raises(NotAllowed): use.writing.keep(kind, "new", for_pay(TEXTS[kind]), LIAM, seen_version=0)
        assert use.parts.kb.drafts.all() == []
        for person in (CLERK, NOOR): assert use.writing.begin(kind, "pump", person).based_on == 1

    def test_a_taken_name_does_not_tell_what_took_it(self, use: Assistant):
        """It is said in the same words whether that can be seen or not, published or a draft."""
        published(use, PUMP)
        published(use, for_pay(PUMP), slug="cuts")
        use.writing.keep(ARTICLE, "raise", for_pay(PUMP), NOOR, seen_version=0)
        for slug in ("pump", "cuts", "raise"):
            with pytest.raises(BadInput, match=f'^The name "{slug}" is taken. Please choose another name.$'):
                use.writing.keep(ARTICLE, slug, worked(PUMP), LIAM, seen_version=0)

    def test_a_draft_over_what_became_a_groups_goes_no_further(self, use: Assistant):
        """Its writer still has their own words, and sees nothing of what was published."""
        published(use, PUMP)
        kept = use.writing.keep(ARTICLE, "pump", worked(PUMP), LIAM, seen_version=0, based_on=1)
        published(use, for_pay(PUMP))
        sheet = use.sheets.of(ARTICLE, "pump", LIAM)
        assert (sheet.source, sheet.live, sheet.revision) == (kept.source, None, 0)
        with pytest.raises(NotFound): use.writing.rebase(ARTICLE, "pump", LIAM, seen_version=kept.version)
        with pytest.raises(NotFound): use.writing.keep(ARTICLE, "pump", PUMP, LIAM, seen_version=kept.version)
        live = use.sheets.of(ARTICLE, "pump", NOOR).live
        assert live is not None
        assert live.audience == "pay"

    def test_what_the_list_is_narrowed_by(self, use: Assistant):
        """Categories and owners of what somebody may see."""
        published(use, PUMP)
        published(use, for_pay(PUMP), slug="cuts")
        assert (use.listing.choices(LIAM).categories, use.listing.choices(LIAM).owners) == (("other",), ())
        for person in (CLERK, NOOR):
            found = use.listing.choices(person)
            assert (found.categories, found.owners) == (("layoffs", "other"), ("boss@x.example",))

    def test_a_draft_that_cannot_be_read_is_for_editors(self, use: Assistant):
        """One from an earlier version, say: nobody's list of drafts fails over it."""
        use.parts.kb.drafts.keep(replace(made(ARTICLE, "pump", PUMP), source="---\ntitle: [\n---\n"), by="U9")
        assert use.writing.drafts(LIAM).others == ()
        assert [one.slug for one in use.writing.drafts(NOOR).others] == ["pump"]


class TestSeen:
    def test_looking_takes_nothing_out_of_review(self, use: Assistant):
        """Saved as it is, a draft waits on, and nobody is told; a changed text is written on again."""
        kept = use.writing.keep(ARTICLE, "pump", PUMP, LIAM, seen_version=0)
        kept = use.reviewing.submit(ARTICLE, "pump", LIAM, seen_version=kept.version)
        assert use.writing.keep(ARTICLE, "pump", PUMP, NOOR, seen_version=kept.version) == kept
        assert news(use) == ["submitted"]
        changed = use.writing.keep(ARTICLE, "pump", worked(PUMP), NOOR, seen_version=kept.version)
        assert changed.state is DraftState.WRITING
        assert news(use) == ["submitted", "taken_back"]

    def test_the_same_sent_twice_is_no_clash(self, use: Assistant):
        """The second finds what the first kept: for a new draft, and for one that was written on."""
        first = use.writing.keep(ARTICLE, "pump", PUMP, NOOR, seen_version=0)
        assert use.writing.keep(ARTICLE, "pump", PUMP, NOOR, seen_version=0) == first
        second = use.writing.keep(ARTICLE, "pump", worked(PUMP), NOOR, seen_version=1)
        assert use.writing.keep(ARTICLE, "pump", worked(PUMP), NOOR, seen_version=1) == second
        with pytest.raises(Stale): use.writing.keep(ARTICLE, "pump", PUMP, NOOR, seen_version=1)

    @EVERY_KIND
    def test_what_is_retired_is_what_was_looked_at(self, use: Assistant, kind: str):
        """Something newer is not taken down unseen; the second of two clicks changes nothing."""
        published(use, TEXTS[kind], kind)
        published(use, worked(TEXTS[kind]), kind)
        retire: Callable[..., str] = use.keeping.retire
        with pytest.raises(Stale, match="Something newer"): retire(kind, "pump", NOOR, seen_revision=1)
        assert use.parts.kb.is_published(kind, "pump")
        assert retire(kind, "pump", NOOR, seen_revision=2) == "The pump"
        with pytest.raises(NotFound): retire(kind, "pump", NOOR, seen_revision=2)
