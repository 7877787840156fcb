"""What somebody may not read is not there for them: it is not told, and it changes nothing of what is."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assistant import Assistant
from bot.assistant.parts import PUBLIC, seen_at
from bot.question import ClarifyReply, Question, Surface, TicketReply
from bot.web.finding import Finder
from bot.web.markdown import HelpMarkdown
from core.db import Database
from core.errors import FirstlineError, NotFound
from core.people import Person
from handoff.destinations.snapshots import description
from handoff.tables import TicketRow
from kb.listing import Wanted
from tests.budgets import tries
from tests.fakes import FakeClock
from tests.readers import AUDIENCES, LIAM, NOOR, PEOPLE, Thing, encoder, firstline

WORDS = (
    "vpn", "printer", "laptop", "mailbox", "connect", "install", "password", "calendar", "meeting", "screen", "slow",
    "broken", "reset", "share", "folder", "budget", "payroll", "licence",
)  # fmt: skip
MARKS = (
    "abrundel", "bostigan", "cravenpo", "dulmisko", "evortian", "fenwolik", "gristobal", "hambrewt", "illuvane",
    "jostrapi", "kelvoria", "lumprith",
)  # fmt: skip
SAID = st.lists(st.sampled_from(WORDS), min_size=2, max_size=7, unique=True).map(tuple)
SOME = st.lists(
    st.tuples(SAID, st.sampled_from(AUDIENCES), st.sampled_from(AUDIENCES), st.sampled_from(["article", "recipe"])),
    min_size=2, max_size=len(MARKS),
)  # fmt: skip
WHO = st.sampled_from(PEOPLE)


@st.composite
def questions(draw: st.DrawFn) -> str:
    """Words that articles have, and now and then a word that only one has, with a slip of the keyboard."""
    said = [*draw(SAID)[:4]]
    mark = draw(st.sampled_from(MARKS) | st.none())
    if mark: said.insert(draw(st.integers(0, len(said))), mark[:4] + mark[5] + mark[4] + mark[6:])
    return f"{draw(st.sampled_from(['how do I', 'the', 'please']))} {' '.join(said)}"


@pytest.fixture(scope="module")
def fresh(migrated_file: Path) -> Any:
    """Makes a database of its own for each case."""

    @contextmanager
    def make() -> Iterator[Database]:
        with TemporaryDirectory() as folder:
            shutil.copy(migrated_file, file := Path(folder) / "case.db")
            database = Database(f"sqlite:///{file}")
            try:
                yield database
            finally:
                database.close()

    return make


def things(rows: Sequence[tuple[tuple[str, ...], str, str, str]]) -> list[tuple[Thing, str]]:
    """The articles and recipes of a case, each with the audience that it had at first."""
    return [
        (Thing(slug=f"thing-{mark}", mark=mark, words=said, audience=now, kind=kind), before)
        for mark, (said, now, before, kind) in zip(MARKS, rows, strict=False)
    ]


def publish(assistant: Assistant, thing: Thing) -> None:
    """As an editor does."""
    assistant.parts.kb.save(thing.draft(), by=NOOR.id)


def seen(assistant: Assistant, text: str, audiences: frozenset[str]) -> tuple[Any, ...]:
    """Everything that a decision on a message has of the knowledge base."""
    judged = assistant.understanding.judge(text, audiences)
    rows = [
        (one.kind, one.slug, one.title, one.passage, *(round(n, 4) for n in (
            one.score, one.cosine, one.lexical, one.bm25, one.title_cosine, one.name_cosine, one.three_cosine
        ))) for one in judged.evidence.candidates
    ]  # fmt: skip
    best = next((one for one in judged.evidence.candidates if one.kind == "article"), None)
    quote = assistant.parts.quote(best.slug, audiences, best.passage) if best else None
    return judged.read, rows, judged.decision, round(judged.evidence.confidence, 4), quote


@settings(max_examples=tries(25), deadline=None)
@given(SOME, st.lists(questions(), min_size=2, max_size=4), WHO, st.booleans())
def test_what_is_hidden_changes_nothing(
    fresh: Any, rows: Any, asked: list[str], person: Person, private: bool  # noqa: FBT001 - a case
) -> None:
    """Candidates, order, scores, words, decision and quote are those of a knowledge base without it.

    Half of the articles were for others before, and were searched then.
    """
    audiences = seen_at(person, private=private)
    with fresh() as whole, fresh() as part:
        full, less = firstline(whole, FakeClock()), firstline(part, FakeClock())
        for thing, before in things(rows): publish(full, replace(thing, audience=before))
        for one in PEOPLE: seen(full, asked[0], one.audiences())
        for thing, _ in things(rows): publish(full, thing)
        for thing, _ in things(rows):
            if thing.audience in audiences: publish(less, thing)
        for text in asked:
            (read, found, decision, sure, quote), expected = seen(full, text, audiences), seen(less, text, audiences)
            assert (read, found, sure, quote) == (expected[0], expected[1], expected[3], expected[4])
            assert (decision.name, decision.why) == (expected[2].name, expected[2].why)
        assert [one.slug for one in full.parts.kb.titles(audiences)] == [
            one.slug for one in less.parts.kb.titles(audiences)
        ]


def everything(assistant: Assistant, person: Person, text: str, number: int) -> Iterator[object]:
    """What somebody gets to see who asks, chooses, looks for themselves, and looks at their Home."""
    for surface, place in ((Surface.DM, f"D{person.id}"), (Surface.CHANNEL, "C1"), (Surface.COMMAND, f"E{person.id}")):
        ts = f"{number}.{len(place)}{surface.value[:1]}"
        question = Question(person=person.id, text=text, channel=place, ts=ts, thread_ts=ts, surface=surface)
        for told in assistant.answering.ask(question).told:
            yield surface.private, told.reply
            if isinstance(told.reply, ClarifyReply):
                for option in told.reply.options[:2]:
                    yield surface.private, assistant.answering.pick(told.reply.turn, option.kind, option.slug, person)
    yield True, assistant.understanding.look_up(text, person.audiences())
    yield True, assistant.homes.home(person)
    yield False, web(assistant, text, PUBLIC)
    yield True, web(assistant, text, person.audiences())


def web(assistant: Assistant, text: str, audiences: frozenset[str]) -> object:
    """What the help page shows: results, and what is near each article; and nothing of a page that is not there."""
    finder = Finder(assistant.parts.kb, lambda one: encoder().encode([one])[0], HelpMarkdown())
    for mark in MARKS:
        item = assistant.parts.kb.index().by_slug.get(("article", f"thing-{mark}"))
        if item is None or item.audience in audiences: continue
        with pytest.raises(NotFound, match=f'^There is no article "thing-{mark}".$'):
            assistant.parts.kb.article(item.slug, audiences)
    near = [finder.related(one.slug, one.title, audiences) for one in assistant.parts.kb.titles(audiences)]
    return finder.search(text, audiences), near, assistant.parts.kb.titles(audiences)


@settings(max_examples=tries(15), deadline=None)
@given(SOME, st.lists(questions(), min_size=2, max_size=3), WHO)
def test_nobody_is_told_of_what_is_hidden(fresh: Any, rows: Any, asked: list[str], person: Person) -> None:
    """Neither in answers, choices, recipes and look-ups, nor in Home and on the help page; in channels, of no group."""
    with fresh() as database:
        assistant = firstline(database, FakeClock())
        for thing, _ in things(rows): publish(assistant, thing)
        for number, text in enumerate(asked, 1):
            for private, told in everything(assistant, person, text, number):
                readers = seen_at(person, private=bool(private))
                shown = repr(told).lower()
                wrong = [one.slug for one, _ in things(rows) if one.audience not in readers and one.mark in shown]
                assert not wrong


@settings(max_examples=tries(15), deadline=None)
@given(SOME, questions(), WHO, st.lists(st.sampled_from(AUDIENCES), min_size=len(MARKS), max_size=len(MARKS)))
def test_staff_are_not_told_of_a_groups_articles(
    fresh: Any, rows: Any, text: str, person: Person, later: list[str]
) -> None:
    """Neither by a card, nor by a trace, a ticket in hand, a draft or another system; also once audiences changed."""
    with fresh() as database:
        assistant = firstline(database, FakeClock())
        for thing, _ in things(rows): publish(assistant, thing)
        ts = "1.0"
        question = Question(person=person.id, text=text, channel="D1", ts=ts, thread_ts=ts, surface=Surface.DM)
        assistant.answering.ask(question)
        handed = assistant.answering.ask(replace(question, text="that did not help", ts="2.0"))
        for now, (thing, _) in zip(later, things(rows), strict=False): publish(assistant, replace(thing, audience=now))
        for (thing, _), now in zip(things(rows), later, strict=False):
            closed = {thing.audience, now} - LIAM.audiences()
            if not closed: continue
            for shown in staff_see(assistant, handed.told[0].reply): assert thing.mark not in shown.lower()
            for shown in others_see(assistant): assert thing.mark not in shown.lower() or thing.audience in PUBLIC


@settings(max_examples=tries(15), deadline=None)
@given(SOME, questions(), st.lists(st.booleans(), min_size=len(MARKS), max_size=len(MARKS)))
def test_who_writes_is_not_told_of_a_groups_texts(fresh: Any, rows: Any, text: str, drafted: list[bool]) -> None:
    """Neither of articles and recipes, nor of their drafts: of one's own, or over what is the group's."""
    own = LIAM.audiences()
    with fresh() as database:
        assistant, closed = firstline(database, FakeClock()), []
        for (thing, before), draft in zip(things(rows), drafted, strict=False):
            live = replace(thing, audience=before)
            publish(assistant, live)
            if not {live.audience} <= own: closed.append(live.mark)
            if not draft: continue
            written = replace(thing, mark=f"{thing.mark}zz")
            assistant.writing.keep(
                written.kind, written.slug, written.draft().source, NOOR, seen_version=0, based_on=1
            )
            if not {live.audience, written.audience} <= own: closed.append(written.mark)
        for shown in writers_see(assistant, text, [thing for thing, _ in things(rows)]):
            assert not [mark for mark in closed if mark in shown.lower()]


def writers_see(assistant: Assistant, text: str, known: list[Thing]) -> Iterator[str]:
    """What an agent sees who is in no group, where they look for something to write on, and what they open."""
    yield repr(assistant.writing.drafts(LIAM))
    yield repr(assistant.searching.find(text, LIAM))
    yield repr(assistant.searching.find("", LIAM))
    yield repr(assistant.listing.find("", Wanted(), LIAM, limit=100))
    yield repr(assistant.listing.choices(LIAM))
    for thing in known:
        for look in (assistant.writing.begin, assistant.writing.draft, assistant.sheets.of):
            with suppress(NotFound): yield repr(look(thing.kind, thing.slug, LIAM))


def staff_see(assistant: Assistant, reply: object) -> Iterator[str]:
    """What an agent sees who is in no group."""
    with suppress(NotFound): yield repr(assistant.explaining.of_message("D1", "1.0", "9.9", LIAM))
    if not isinstance(reply, TicketReply): return
    number = reply.ticket.id
    view = assistant.showing.view(number)
    said = replace(view.ticket.brief, asked=())  # what the person wrote stays
    yield repr(replace(view, ticket=replace(view.ticket, summary="", brief=said)))
    yield repr(assistant.looking.ticket(number, LIAM).brief.found)
    yield repr(assistant.explaining.of_ticket(reply.ticket.number, LIAM))
    for slug in MARKS:
        try:
            assistant.documenting.checked(number, f"known:thing-{slug}", LIAM)
        except FirstlineError:
            continue
        item = assistant.parts.kb.index().by_slug["article", f"thing-{slug}"]
        assert item.audience in LIAM.audiences()


def others_see(assistant: Assistant) -> list[str]:
    """What another system is told."""
    with assistant.parts.database.reading() as session:
        return [description(row).replace(row.summary, "") for row in session.query(TicketRow)]
