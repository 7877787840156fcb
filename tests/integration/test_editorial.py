"""From a draft to what is published, on a real database: who may do what, and what nobody can overwrite."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select, text

from bot.assistant import Assistant
from bot.assistant.editorial.made import read, written
from bot.assistant.editorial.telling import NEWS
from core import people
from core.db import Database
from core.errors import BadInput, NotAllowed, NotFound, Stale
from core.migrate import upgrade
from core.outbox import OutboxItem
from core.people import Person, Role
from handoff.desk import Group
from kb.articles import ARTICLE, RUNBOOK, Article
from kb.drafts import DraftState
from kb.writing import RECIPE
from tests.fakes import FakeClock
from tests.killing import EMMA, assistant_over

NOOR = Person(id="U5", name="Noor Haddad", email="noor@x.example", roles=frozenset({Role.EMPLOYEE, Role.EDITOR}))
SAM = Person(id="U6", name="Sam Reyes", email="sam@x.example", roles=frozenset({Role.EMPLOYEE, Role.EDITOR}))
LIAM = Person(id="U2", name="Liam Okafor", roles=frozenset({Role.EMPLOYEE, Role.AGENT}), level=2)
MARCUS = Person(id="U8", name="Marcus Webb", roles=frozenset({Role.EMPLOYEE, Role.MANAGER}))
PUMP = "---\ntitle: The pump\ncategory: other\naliases: [wet pump]\n---\nDry it with a cloth.\n"
WORKED = PUMP.replace("Dry it", "Switch it off, then dry it")
ORDERS = "---\ntitle: Staff orders\naudience: staff\n---\nOrder from the list.\n"


@pytest.fixture
def use(database: Database, clock: FakeClock) -> Assistant:
    """The use cases in each database."""
    with database.transaction() as session:
        for one in (EMMA, NOOR, SAM, LIAM, MARCUS): people.save(session, one, clock())
    return assistant_over(database, clock)


def with_approval(use: Assistant, *kinds: str) -> Assistant:
    """The same where a second editor has to approve."""
    desk = use.parts.desk.model_copy(update={"approval": list(kinds)})
    return Assistant(replace(use.parts, desk=desk))


def published(use: Assistant, slug: str = "pump", source: str = PUMP) -> int:
    """Noor writes and publishes an article; its revision."""
    kept = use.writing.keep(ARTICLE, slug, source, NOOR, seen_version=0)
    return use.reviewing.publish(ARTICLE, slug, NOOR, seen_version=kept.version).revision


def news(use: Assistant) -> list[tuple[str, str]]:
    """What the outbox has to tell of drafts: what happened, and whom it is for."""
    with use.parts.database.reading() as session:
        rows = session.scalars(select(OutboxItem).where(OutboxItem.kind == NEWS).order_by(OutboxItem.id))
        return [(row.payload["draft"]["what"], row.payload["draft"]["to"]) for row in rows]


class TestWriting:
    def test_what_is_published_stays_until_the_draft_is(self, use: Assistant):
        """An article is edited as a draft; people read the published text until that is published."""
        assert published(use) == 1
        begun = use.writing.begin(ARTICLE, "pump", NOOR)
        assert (begun.version, begun.based_on, begun.draft) == (0, 1, None)
        kept = use.writing.keep(ARTICLE, "pump", WORKED, NOOR, seen_version=0, based_on=begun.based_on)
        assert use.parts.kb.article("pump", frozenset({"employees"})).body == "Dry it with a cloth."
        assert use.writing.begin(ARTICLE, "pump", SAM).draft == kept
        saved = use.reviewing.publish(ARTICLE, "pump", NOOR, seen_version=kept.version)
        assert (saved.title, saved.revision) == ("The pump", 2)
        assert use.parts.kb.article("pump", frozenset({"employees"})).body == "Switch it off, then dry it with a cloth."
        assert use.parts.kb.drafts.all() == []

    def test_whoever_publishes_has_checked_it_today(self, use: Assistant, clock: FakeClock):
        """And it is theirs, if it was nobody's."""
        published(use)
        found = use.parts.kb.article("pump", frozenset({"employees"}))
        assert (found.verified, found.owner) == (clock().date(), NOOR.email)

    def test_two_editors_on_one_draft(self, use: Assistant):
        """The second save is refused, and neither text is lost."""
        first = use.writing.keep(ARTICLE, "pump", PUMP, NOOR, seen_version=0)
        use.writing.keep(ARTICLE, "pump", WORKED, SAM, seen_version=first.version)
        with pytest.raises(Stale, match="changed by somebody else"):
            use.writing.keep(ARTICLE, "pump", PUMP, NOOR, seen_version=first.version)
        kept = use.writing.draft(ARTICLE, "pump", NOOR)
        assert (kept.source, kept.saved_by, kept.version) == (WORKED, SAM.id, 2)

    def test_overtaken(self, use: Assistant):
        """What was published meanwhile is overwritten only by somebody who says so."""
        published(use)
        kept = use.writing.keep(ARTICLE, "pump", WORKED, NOOR, seen_version=0, based_on=1)
        other = written(replace(read("pump", PUMP), body="Call us."))
        use.parts.kb.save(other, by=SAM.id, seen_revision=1)
        assert use.writing.draft(ARTICLE, "pump", NOOR).overtaken
        with pytest.raises(Stale): use.reviewing.publish(ARTICLE, "pump", NOOR, seen_version=kept.version)
        again = use.writing.rebase(ARTICLE, "pump", NOOR, seen_version=kept.version)
        assert not again.overtaken
        assert use.reviewing.publish(ARTICLE, "pump", NOOR, seen_version=again.version).revision == 3

    def test_a_name_that_is_taken(self, use: Assistant):
        """A new draft cannot have the name of what is published."""
        published(use)
        with pytest.raises(BadInput, match="choose another name"):
            use.writing.keep(ARTICLE, "pump", WORKED, NOOR, seen_version=0)

    @pytest.mark.parametrize("kind", [ARTICLE, RUNBOOK, RECIPE])
    def test_an_employee_writes_nothing(self, use: Assistant, kind: str):
        """Nor does a manager; neither learns whether there is a draft."""
        for person in (EMMA, MARCUS):
            with pytest.raises(NotAllowed): use.writing.keep(kind, "pump", PUMP, person, seen_version=0)
            with pytest.raises(NotAllowed): use.writing.begin(kind, "pump", person)
            with pytest.raises(NotAllowed): use.writing.draft(kind, "pump", person)
            assert use.writing.drafts(person).mine == ()

    def test_an_agent_writes_and_submits_but_publishes_nothing(self, use: Assistant):
        """The editors find it under what is to be reviewed, and are told."""
        kept = use.writing.keep(ARTICLE, "pump", PUMP, LIAM, seen_version=0, origin="ticket:7")
        with pytest.raises(NotAllowed):
            use.reviewing.publish(ARTICLE, "pump", LIAM, seen_version=kept.version)
        kept = use.reviewing.submit(ARTICLE, "pump", LIAM, seen_version=kept.version, note="please look")
        assert (kept.state, kept.note, kept.origin) == (DraftState.REVIEW, "please look", "ticket:7")
        assert [one.slug for one in use.writing.drafts(NOOR).to_review] == ["pump"]
        assert use.writing.drafts(LIAM).to_review == ()
        assert news(use) == [("submitted", LIAM.id)]

    def test_another_audience_is_not_for_everybody_to_write(self, use: Assistant):
        """Who may not read an article of a group neither sees its draft nor writes one; editors do both."""
        desk = use.parts.desk.model_copy(update={"groups": [Group(slug="board", name="The board")]})
        use = Assistant(replace(use.parts, desk=desk))
        board = ORDERS.replace("staff\n", "board\n")
        with pytest.raises(NotAllowed): use.writing.keep(ARTICLE, "orders", board, LIAM, seen_version=0)
        use.writing.keep(ARTICLE, "orders", board, NOOR, seen_version=0)
        with pytest.raises(NotFound): use.writing.draft(ARTICLE, "orders", LIAM)
        assert use.writing.drafts(LIAM).others == ()
        assert use.writing.drafts(replace(LIAM, groups=frozenset({"board"}))).others[0].slug == "orders"
        with pytest.raises(BadInput, match='There is no audience "pirates"'):
            use.writing.keep(ARTICLE, "ship", ORDERS.replace("staff\n", "pirates\n"), NOOR, seen_version=0)

    def test_drop(self, use: Assistant):
        """One's own, or as an editor anybody's; what is published stays."""
        published(use)
        kept = use.writing.keep(ARTICLE, "pump", WORKED, NOOR, seen_version=0, based_on=1)
        with pytest.raises(NotAllowed): use.writing.drop(ARTICLE, "pump", LIAM, seen_version=kept.version)
        use.writing.drop(ARTICLE, "pump", SAM, seen_version=kept.version)
        with pytest.raises(NotFound): use.writing.draft(ARTICLE, "pump", NOOR)
        assert use.parts.kb.article("pump", frozenset({"employees"})).revision == 1

    def test_a_slug_in_the_front_matter_is_the_drafts(self, use: Assistant):
        """A text that names another article cannot be kept under this one's name."""
        with pytest.raises(BadInput, match="article valve, but this is the article pump"):
            use.writing.keep(ARTICLE, "pump", PUMP.replace("title", "slug: valve\ntitle", 1), NOOR, seen_version=0)


class TestReviewing:
    def test_where_two_are_wanted_nobody_approves_their_own(self, use: Assistant):
        """The other editor publishes it, and whoever began it is told."""
        use = with_approval(use, ARTICLE)
        kept = use.writing.keep(ARTICLE, "pump", PUMP, NOOR, seen_version=0)
        with pytest.raises(BadInput, match="Somebody else has to look"):
            use.reviewing.publish(ARTICLE, "pump", NOOR, seen_version=kept.version)
        kept = use.reviewing.submit(ARTICLE, "pump", NOOR, seen_version=kept.version)
        assert use.writing.drafts(NOOR).to_review == ()
        use.reviewing.publish(ARTICLE, "pump", SAM, seen_version=kept.version)
        assert news(use) == [("submitted", NOOR.id), ("published", NOOR.id)]

    def test_sent_back_with_what_is_to_be_done(self, use: Assistant):
        """Without it, it is not; it is written on then, and no longer waits for a review."""
        kept = use.writing.keep(ARTICLE, "pump", PUMP, LIAM, seen_version=0)
        kept = use.reviewing.submit(ARTICLE, "pump", LIAM, seen_version=kept.version)
        back = partial(use.reviewing.send_back, ARTICLE, "pump", NOOR, seen_version=kept.version)
        with pytest.raises(BadInput, match="say what should be different"): back(note=" ")
        assert back(note="Which cloth?").state is DraftState.WRITING
        assert use.writing.drafts(NOOR).to_review == ()
        assert news(use)[-1] == ("sent_back", LIAM.id)

    def test_what_is_still_to_be_written_is_not_published(self, use: Assistant):
        """Nor submitted; the line is named."""
        kept = use.writing.keep(ARTICLE, "pump", PUMP + "FILL IN: how long\n", NOOR, seen_version=0)
        for step in (use.reviewing.publish, use.reviewing.submit):
            with pytest.raises(BadInput, match="Line 7: still to be written"):
                step(ARTICLE, "pump", NOOR, seen_version=kept.version)

    def test_a_recipe_that_fits_beside_nothing(self, use: Assistant):
        """It names an article that there is not: kept, but not published."""
        ends = '{"Yes": "article:gone", "No": solved}'
        recipe = f'title: The pump\ntriggers: [pump]\nstart: a\nsteps:\n  a: {{say: "Wet?", choices: {ends}}}\n'
        kept = use.writing.keep(RECIPE, "pump", recipe, NOOR, seen_version=0)
        with pytest.raises(BadInput, match="gone"):
            use.reviewing.publish(RECIPE, "pump", NOOR, seen_version=kept.version)


class TestKeeping:
    def test_history_and_back(self, use: Assistant):
        """Every revision with who, when and why; an earlier one is published again as a new one."""
        published(use)
        kept = use.writing.keep(ARTICLE, "pump", WORKED, SAM, seen_version=0, based_on=1)
        use.reviewing.publish(ARTICLE, "pump", SAM, seen_version=kept.version, reason="power first")
        done = use.keeping.rollback(ARTICLE, "pump", 1, NOOR, seen_revision=2, reason="too long")
        told = [(one.number, one.saved_by, one.note) for one in use.keeping.history(ARTICLE, "pump", NOOR)]
        assert told == [
            (3, NOOR.id, "back to revision 1: too long"), (2, SAM.id, "power first"), (1, NOOR.id, ""),
        ]  # fmt: skip
        assert done.revision == 3
        assert use.parts.kb.article("pump", frozenset({"employees"})).body == "Dry it with a cloth."
        with pytest.raises(Stale): use.keeping.rollback(ARTICLE, "pump", 2, SAM, seen_revision=2)

    def test_verify(self, use: Assistant, clock: FakeClock):
        """One click says that it is right today; it asks for the revision that was looked at."""
        published(use)
        clock.advance(timedelta(days=200))
        assert use.keeping.verify(ARTICLE, "pump", SAM, seen_revision=1).revision == 2
        assert use.parts.kb.article("pump", frozenset({"employees"})).verified == clock().date()
        with pytest.raises(Stale): use.keeping.verify(ARTICLE, "pump", SAM, seen_revision=1)

    def test_retire_and_bring_back(self, use: Assistant):
        """What is retired is found no more; it comes back by its history, or as a new draft of its name."""
        published(use)
        assert use.keeping.retire(ARTICLE, "pump", NOOR, seen_revision=1, reason="sold") == "The pump"
        with pytest.raises(NotFound): use.parts.kb.article("pump", frozenset({"employees"}))
        with pytest.raises(NotFound): use.writing.begin(ARTICLE, "pump", NOOR)
        assert use.keeping.rollback(ARTICLE, "pump", 1, NOOR, seen_revision=0).revision == 2

    @pytest.mark.parametrize("person", [EMMA, LIAM, MARCUS], ids=["employee", "agent", "manager"])
    def test_only_editors_look_after_articles(self, use: Assistant, person: Person):
        """Whatever is asked for."""
        published(use)
        for step in (
            partial(use.keeping.history, ARTICLE, "pump"), partial(use.keeping.at, ARTICLE, "pump", 1),
            partial(use.keeping.rollback, ARTICLE, "pump", 1, seen_revision=1),
            partial(use.keeping.verify, ARTICLE, "pump", seen_revision=1),
            partial(use.keeping.retire, ARTICLE, "pump", seen_revision=1),
        ):  # fmt: skip
            with pytest.raises(NotAllowed): step(person=person)


def test_drafts_of_the_version_before(empty_database: Database) -> None:
    """What was kept as an item in a state of its own is a draft after the upgrade."""
    upgrade(empty_database, to="0005")
    with empty_database.transaction() as session:
        session.execute(text(
            "INSERT INTO kb_items (id, kind, slug, state, revision, hash) "
            "VALUES (1, 'article', 'pump', 'draft', 2, 'x')"
        ))
        session.execute(text(
            "INSERT INTO kb_revisions (item_id, number, title, source, fields, saved_by, saved_at) "
            "VALUES (1, 2, 'The pump', :source, '{}', 'U5', '2026-11-01 10:00:00')"
        ), {"source": PUMP})
    upgrade(empty_database)
    use = assistant_over(empty_database)
    [kept] = use.writing.drafts(NOOR).mine
    assert (kept.slug, kept.version, kept.source, kept.published) == ("pump", 2, PUMP, 0)
    assert use.reviewing.publish(ARTICLE, "pump", NOOR, seen_version=2).revision == 3


def test_an_article_is_its_form_and_its_form_the_article() -> None:
    """What is read of a text and written again reads the same."""
    article = read("pump", PUMP)
    assert isinstance(article, Article)
    assert read("pump", written(article).source) == article
