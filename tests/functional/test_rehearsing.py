"""A dry run on real questions with the real models: gains, losses, changes; confirmed answers ask for a reason."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from bot.assistant import Assistant
from bot.assistant.editorial.reviewing import NeedsReason
from bot.bootstrap import make_assistant, open_core
from bot.question import Answered, Question, Surface
from bot.question_set import Labelled
from bot.rehearsal import Change, Shown
from core import people
from core.errors import BadInput, NotAllowed, NotFound
from core.people import Person, Role
from handoff import tickets
from handoff.brief import Brief
from handoff.tickets import Kind, NewTicket
from kb.history import Revision
from kb.tables import RunRow
from kb.writing import Draft, article_draft
from tests.commandline import Run, runner
from tests.functional.office import ROOM, VPN, Prepared

EDITOR = Person(id="UEDDA", name="Edda", email="edda@example.com", roles=frozenset({Role.EDITOR}))
AGENT = Person(id="ULIAM", name="Liam", roles=frozenset({Role.AGENT}), level=2)
PARROT = "where do I park the parrot drone after a survey flight?"
DRONES = "---\ntitle: Park the parrot drone after a survey flight\ncategory: other\n---\n\nIn the hangar.\n"
BROKEN = "---\ntitle: ''\n---\n\nNothing.\n"
OTHER = "---\ntitle: Sharpen a pencil\ncategory: other\n---\n\nTurn it.\n"


class Desk:
    """People who ask, and what they say of the answers."""

    def __init__(self, assistant: Assistant) -> None:
        """Take the assistant."""
        self.assistant, self._asked = assistant, 0

    def ask(self, text: str, person: str = "UEMMA", surface: Surface = Surface.DM) -> Answered:
        """Ask in a thread of its own."""
        self._asked += 1
        ts = f"{self._asked}.0"
        where = {"channel": f"D{person}{self._asked}", "ts": ts, "thread_ts": ts}
        return self.assistant.answering.ask(
            Question(text=text, person=person, surface=surface, keys=(f"key{self._asked}",), **where)
        )

    def rate(self, text: str, person: str = "UEMMA", *, helpful: bool = True) -> None:
        """Ask, and say whether the answer helped."""
        reply = self.ask(text, person).told[0].reply
        self.assistant.tickets.rate(reply.turn, helpful, self.assistant.parts.person(person))  # type: ignore[union-attr]

    def fixed(self, text: str, person: str = "UEMMA") -> str:
        """Ask, and have it fixed by the recipe; its slug."""
        self.ask(text, person)
        with self.assistant.parts.database.transaction() as session:
            slug: str = session.scalars(
                update(RunRow).where(RunRow.owner == person).values(end="solved").returning(RunRow.recipe)
            ).one()
        return slug

    def meet(self, person: Person) -> None:
        """Somebody is known."""
        parts = self.assistant.parts
        with parts.database.transaction() as session: people.save(session, person, parts.clock())

    def source(self, slug: str, kind: str = "article") -> str:
        """What is published."""
        return self.assistant.parts.kb.history.of(kind, slug)[0].source


@pytest.fixture
def desk(prepared: Prepared, tmp_path: Path) -> Iterator[Desk]:
    """Firstline with the shipped articles, where nobody has asked yet."""
    with open_core(prepared.settings(tmp_path), encoder=prepared.encoder) as core: yield Desk(make_assistant(core))


def one(rows: tuple[Change, ...]) -> Change:
    """The only one."""
    assert len(rows) == 1, rows
    return rows[0]


def revisions(desk: Desk, slug: str, kind: str = "article") -> list[Revision]:
    """The history, newest first."""
    return desk.assistant.keeping.history(kind, slug, EDITOR)


class TestRun:
    """What a change does to the questions that were asked."""

    def test_a_new_article_is_a_gain(self, desk: Desk) -> None:
        """The question is told as it was written, once, with how often; those that stay the same are counted."""
        for person in ("UEMMA", "UOMAR"): desk.ask(PARROT, person)
        desk.ask(ROOM)
        found = desk.assistant.rehearsing.run("article", "parrot", DRONES, EDITOR)
        gain = one(found.gains)
        assert (gain.question, gain.times, gain.confirmed) == (PARROT, 2, False)
        assert gain.before.decision in ("handoff", "outside", "clarify")
        assert gain.after == Shown(
            decision="answer", kind="article", slug="parrot", title="Park the parrot drone after a survey flight"
        )
        assert (found.questions, found.asked, found.same) == (2, 3, 1)
        assert found.losses + found.changes == ()

    def test_nothing_is_published(self, desk: Desk) -> None:
        """The next person is answered as before."""
        before = desk.ask(PARROT).told[0].reply
        desk.assistant.rehearsing.run("article", "parrot", DRONES, EDITOR)
        assert type(desk.ask(PARROT, "UOMAR").told[0].reply) is type(before)
        assert not desk.assistant.parts.kb.is_published("article", "parrot")
        with pytest.raises(NotFound): desk.assistant.parts.kb.drafts.get("parrot", "article")

    def test_it_comes_out_the_same_every_time(self, desk: Desk) -> None:
        """Whatever was rehearsed before, and as what really happened: no change changes nothing."""
        for text in (PARROT, ROOM, VPN, "hello", "is there free coffee", "my screen is black, how do I get a badge?"):
            desk.ask(text)
        rehearsing = desk.assistant.rehearsing
        first = rehearsing.run("article", "parrot", DRONES, EDITOR)
        rehearsing.run("article", "calendar-room", None, EDITOR)
        second = rehearsing.run("article", "parrot", DRONES, EDITOR)
        assert (first.gains, first.losses, first.changes) == (second.gains, second.losses, second.changes)
        same = rehearsing.run("article", "calendar-room", desk.source("calendar-room"), EDITOR)
        assert (same.questions, same.same) == (first.questions, first.questions)

    def test_before_is_what_really_happened(self, desk: Desk) -> None:
        """What it says of before is the decision that was made then; of a message of two requests, of each."""
        asked = [ROOM, "- how do I book a meeting room with a screen?\n- my laptop does not turn on", PARROT]
        for number, text in enumerate(asked): desk.ask(text, f"U{number}")
        found = desk.assistant.rehearsing.run("article", "calendar-room", None, EDITOR)
        lost = {row.question: row.before.slug for row in (*found.losses, *found.changes)}
        assert lost[ROOM] == "calendar-room"
        assert (found.questions, found.asked) == (3, 4)  # the first request is the first question once more

    def test_retiring_is_a_loss(self, desk: Desk) -> None:
        """Confirmed ones are marked, and come first."""
        desk.rate(ROOM)
        desk.ask("how can I book a meeting room that has a screen")
        found = desk.assistant.rehearsing.run("article", "calendar-room", None, EDITOR)
        assert found.losses[0].question == ROOM
        assert found.losses[0].confirmed
        assert found.losses[0].before.slug == "calendar-room"
        assert "calendar-room" not in {row.after.slug for row in (*found.losses, *found.changes)}

    def test_another_audience_is_a_loss_for_some(self, desk: Desk) -> None:
        """For staff who ask in private nothing changes; where others read along, it does."""
        desk.meet(AGENT)
        desk.ask(ROOM, AGENT.id)
        desk.ask(ROOM, AGENT.id, Surface.CHANNEL)
        desk.ask(ROOM, "UEMMA")
        staff = desk.source("calendar-room").replace("audience: employees", "audience: staff")
        assert "audience: staff" in staff
        found = desk.assistant.rehearsing.run("article", "calendar-room", staff, EDITOR)
        assert (found.questions, found.asked, found.same) == (2, 3, 1)
        assert one((*found.losses, *found.changes)).times == 2

    def test_a_recipe(self, desk: Desk) -> None:
        """Retired, the questions that it was offered for lose it."""
        slug = desk.fixed(VPN)
        found = desk.assistant.rehearsing.run("recipe", slug, None, EDITOR)
        lost = one(found.losses)
        assert (lost.question, lost.confirmed, lost.before.kind, lost.before.slug) == (VPN, True, "recipe", slug)

    def test_a_run_book_is_tried_on_tickets(self, desk: Desk) -> None:
        """Which run-books the cards would show."""
        parts = desk.assistant.parts
        said = "the zebra label printer in the warehouse prints blank labels"
        brief = Brief(asked=(said,), reason="asked")
        new = NewTicket(
            kind=Kind.INCIDENT, requester="UEMMA", category="printing", impact="low", urgency="low", brief=brief
        )
        with parts.database.transaction() as session:
            tickets.open_ticket(session, parts.desk, new, by="UEMMA", now=parts.clock())
        front = "title: Zebra label printer prints blank labels\nkind: runbook\ncategory: printing\naudience: staff"
        book = f"---\n{front}\n---\n\n{said}.\n"
        found = desk.assistant.rehearsing.run("runbook", "zebra-blank", book, EDITOR)
        (row,) = (*found.gains, *found.changes)
        assert (row.question, row.after.decision, row.after.slug) == (said, "suggested", "zebra-blank")

    def test_a_question_set_is_judged_by_its_labels(self, desk: Desk) -> None:
        """What is right is a gain, an answer where there should be none a loss."""
        right = Labelled(id="1", text=PARROT, right=frozenset({("article", "parrot")}))
        none = Labelled(id="2", text="where do I park the parrot drone?", right=frozenset())
        found = desk.assistant.rehearsing.run("article", "parrot", DRONES, EDITOR, questions=[right, none])
        assert [row.question for row in found.gains] == [PARROT]
        assert [row.question for row in found.losses] == [none.text]

    def test_only_editors_see_what_others_asked(self, desk: Desk) -> None:
        """Agents write, but do not see it; nonsense is refused in a line."""
        rehearsing = desk.assistant.rehearsing
        with pytest.raises(NotAllowed): rehearsing.run("article", "parrot", DRONES, AGENT)
        with pytest.raises(NotFound): rehearsing.run("article", "nothing", None, EDITOR)
        with pytest.raises(BadInput, match=r"^Line"): rehearsing.run("article", "parrot", BROKEN, EDITOR)
        with pytest.raises(BadInput, match="questions can be asked"):
            rehearsing.run("article", "parrot", DRONES, EDITOR, last=-1)

    def test_how_far_it_is_is_told(self, desk: Desk) -> None:
        """From nothing to all."""
        desk.ask(ROOM)
        desk.ask(PARROT)
        told: list[tuple[int, int]] = []
        desk.assistant.rehearsing.run("article", "parrot", DRONES, EDITOR, last=1, note=lambda *far: told.append(far))
        assert told == [(0, 1), (1, 1)]


class TestConfirmed:
    """A change that would lose answers that were confirmed asks for a reason, which is kept."""

    def test_several_askers_of_one_question_are_one(self, desk: Desk) -> None:
        """Whoever asked it; what nobody confirmed, or was confirmed of another item, is none."""
        for person in ("UEMMA", "UOMAR"): desk.rate(ROOM, person)
        desk.ask("how can I book a meeting room that has a screen")
        assert desk.assistant.rehearsing.losses("article", "calendar-room", None) == (ROOM,)
        assert desk.assistant.rehearsing.losses("article", "vpn-install", None) == ()
        kept = article_draft("calendar-room.md", desk.source("calendar-room"))
        assert isinstance(kept, Draft)
        assert desk.assistant.rehearsing.losses("article", "calendar-room", kept) == ()

    def test_publishing(self, desk: Desk) -> None:
        """The draft stays as it is until there is a reason; that is in the history."""
        desk.rate(ROOM)
        writing, reviewing = desk.assistant.writing, desk.assistant.reviewing
        kept = writing.keep("article", "calendar-room", OTHER, EDITOR, seen_version=0, based_on=1)
        with pytest.raises(NeedsReason) as needed:
            reviewing.publish("article", "calendar-room", EDITOR, seen_version=kept.version)
        assert needed.value.lost == (ROOM,)
        assert [row.number for row in revisions(desk, "calendar-room")] == [1]
        reviewing.publish(
            "article", "calendar-room", EDITOR, seen_version=kept.version, reason="Rooms are booked at the desk now."
        )
        assert revisions(desk, "calendar-room")[0].note == "Rooms are booked at the desk now."

    def test_rolling_back(self, desk: Desk) -> None:
        """To a revision that does not answer what the present one was thanked for."""
        kb = desk.assistant.parts.kb
        good, bad = desk.source("calendar-room"), article_draft("calendar-room.md", OTHER)
        assert isinstance(bad, Draft)
        kb.save(bad, by="UEDDA")
        again = article_draft("calendar-room.md", good)
        assert isinstance(again, Draft)
        kb.save(again, by="UEDDA")
        desk.rate(ROOM)
        keeping = desk.assistant.keeping
        with pytest.raises(NeedsReason): keeping.rollback("article", "calendar-room", 2, EDITOR, seen_revision=3)
        keeping.rollback("article", "calendar-room", 2, EDITOR, seen_revision=3, reason="Wrong tool.")
        assert revisions(desk, "calendar-room")[0].note == "back to revision 2: Wrong tool."

    def test_retiring_a_recipe(self, desk: Desk) -> None:
        """A fix that held counts as confirmed; one that came back does not."""
        slug = desk.fixed(VPN)
        keeping, parts = desk.assistant.keeping, desk.assistant.parts
        with pytest.raises(NeedsReason) as needed: keeping.retire("recipe", slug, EDITOR, seen_revision=1)
        assert needed.value.lost == (VPN,)
        with parts.database.transaction() as session:
            session.execute(update(RunRow).values(came_back_at=parts.clock()))
        keeping.retire("recipe", slug, EDITOR, seen_revision=1)
        assert not parts.kb.is_published("recipe", slug)


@pytest.fixture(scope="module")
def shared(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One for all the cases of a property."""
    folder = tmp_path_factory.mktemp("audiences")
    with open_core(prepared.settings(folder), encoder=prepared.encoder) as core: yield Desk(make_assistant(core))


AUDIENCES = ("employees", "staff", "board", "finance")
TOPICS = ("calendar-room", "vpn-install", "parrot")


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.tuples(*[st.sampled_from(AUDIENCES)] * 3), st.sampled_from(AUDIENCES), st.sampled_from([0, 2]),
    st.frozensets(st.sampled_from(["board", "finance"])), st.booleans(), st.sampled_from(list(Surface)),
)
def test_nobody_is_shown_what_they_may_not_see(
    shared: Desk, now: tuple[str, ...], then: str, which: int, groups: frozenset[str], staff: bool,  # noqa: FBT001
    surface: Surface,
) -> None:
    """Whatever the audiences of articles and draft, whoever asks where: no line names an article hidden from them."""
    parts = shared.assistant.parts
    asker = Person(
        id=f"U{len(groups)}{staff}", name="A", groups=groups,
        roles=frozenset({Role.AGENT if staff else Role.EMPLOYEE}), level=2,
    )  # fmt: skip
    shared.meet(asker)
    audience = dict(zip(TOPICS, now, strict=True))
    for slug in TOPICS: parts.kb.save(article(shared, slug, audience[slug]), by="UEDDA")
    for text in (ROOM, PARROT, "how do I install the vpn client"): shared.ask(text, asker.id, surface)
    slug = TOPICS[which]
    found = shared.assistant.rehearsing.run("article", slug, article(shared, slug, then).source, EDITOR, last=3)
    seen = asker.audiences() if surface.private else frozenset({"employees"})
    rows = (*found.gains, *found.losses, *found.changes)
    for row in rows:
        assert audience.get(row.before.slug, "employees") in seen
        assert (audience | {slug: then}).get(row.after.slug, "employees") in seen
    titles = {name: parts.kb.title("article", name) for name in TOPICS}
    hidden = {titles[name] for name in TOPICS if audience[name] not in seen and (name != slug or then not in seen)}
    assert not [row for row in rows for title in hidden if title in (row.before.title, row.after.title)]


def article(desk: Desk, slug: str, audience: str) -> Draft:
    """One of the three, for some people."""
    source = DRONES if slug == "parrot" else desk.source(slug)
    lines = [line for line in source.split("\n") if not line.startswith("audience:")]
    made = article_draft(f"{slug}.md", "\n".join([lines[0], f"audience: {audience}", *lines[1:]]))
    assert isinstance(made, Draft), made
    return made


class TestCommand:
    """`firstline kb dry-run`."""

    @pytest.fixture
    def run(self, prepared: Prepared, tmp_path: Path) -> Run:
        """`firstline` where one question was asked twice, and there is a draft."""
        with open_core(prepared.settings(tmp_path), encoder=prepared.encoder) as core:
            desk = Desk(make_assistant(core))
            for person in ("UEMMA", "UOMAR"): desk.ask(PARROT, person)
            desk.rate(ROOM)
            desk.assistant.writing.keep("article", "parrot", DRONES, EDITOR, seen_version=0)
        return runner(tmp_path)

    def test_a_draft_a_file_and_a_retirement(self, run: Run, tmp_path: Path) -> None:
        """As a table to read, and as JSON."""
        path = tmp_path / "parrot.md"
        path.write_text(DRONES, encoding="utf-8")
        told = run("kb", "dry-run", "parrot")
        assert told.code == 0
        assert "1 gains, 0 losses, 0 changes, 1 the same." in told.out
        assert f"{PARROT}  (2 times)" in told.out
        assert "after:  article parrot: Park the parrot drone" in told.out
        rows = run("kb", "dry-run", path, "--json").json
        gains = [(row["question"], row["times"], row["after"]["slug"]) for row in rows["gains"]]
        assert gains == [(PARROT, 2, "parrot")]
        lost = run("kb", "dry-run", "calendar-room", "--retire", "--last", "1", "--json").json["losses"]
        assert [(row["question"], row["confirmed"]) for row in lost] == [(ROOM, True)]

    def test_a_question_set(self, run: Run, tmp_path: Path) -> None:
        """Beside the questions that were asked, or alone."""
        path = tmp_path / "set.jsonl"
        path.write_text(json.dumps({"id": "1", "text": PARROT, "expect": {"articles": ["parrot"]}}), encoding="utf-8")
        found = run("kb", "dry-run", "parrot", "--last", "0", "--questions", path, "--json").json
        assert (found["questions"], len(found["gains"])) == (1, 1)

    def test_bad_input_is_one_line(self, run: Run, tmp_path: Path) -> None:
        """What is no file and no draft, what is not published, a file with a mistake."""
        bad = tmp_path / "bad.md"
        bad.write_text(BROKEN, encoding="utf-8")
        for arguments, told in [
            (("nothing",), "nothing: is neither a file (.md or .yaml) nor the name of a draft."),
            (("nothing", "--retire"), 'There is nothing published as "nothing".'),
            ((bad,), "Line"), ((tmp_path / "none.md",), "cannot be read"),
        ]:  # fmt: skip
            ran = run("kb", "dry-run", *arguments)
            assert (ran.code, ran.out) == (2, "")
            assert told in ran.err
            assert "Traceback" not in ran.err
