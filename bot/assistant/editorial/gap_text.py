"""The draft of an article from the questions of a gap: what was asked, what people did about it, and nobody in it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.assistant.editorial.made import slug_of
from bot.assistant.editorial.writing import Begun, Writing
from bot.assistant.parts import Parts
from bot.reading import clean
from bot.tables import GapQuestionRow, TurnRow
from core import people
from core.errors import BadInput, Stale
from core.people import Person, PersonRow
from core.personal import full_names, impersonal
from handoff.solved import OF_NO_USE
from handoff.tables import TicketRow
from kb.articles import ARTICLE
from kb.drafting import Solved, article_text, title_of
from kb.tables import PUBLISHED, DraftRow, ItemRow

WRITTEN_FROM = 20  # questions that a draft is begun from, the newest
SLUG = 6  # words of a name that is made of a title
TRIES = 50  # names that are tried for a draft


def solved(session: Session, gap_id: int, title: str) -> Solved:
    """What a gap's questions are about, the title first, and what people did about the last one that they solved."""
    query = select(TurnRow).join(GapQuestionRow, GapQuestionRow.turn_id == TurnRow.id)
    newest = query.where(GapQuestionRow.gap_id == gap_id).order_by(TurnRow.id.desc()).limit(WRITTEN_FROM)
    turns = session.scalars(newest).all()
    asked = dict.fromkeys([title, *(turn.text for turn in turns if not turn.trace.get("leans"))])
    categories = Counter(str(turn.trace.get("prediction", {}).get("category", "")) for turn in turns)
    category = next((name for name, _ in categories.most_common() if name), "")
    found = Solved(number="", category=category, asked=tuple(asked), tried=(), note=_resolution(session, turns))
    return _impersonal(found, _names(session, gap_id) | _named(session, found))


def begin(parts: Parts, writing: Writing, gap_id: int, about: Solved, person: Person) -> Begun:
    """Keep a new draft under a name that is free.

    Raises:
        BadInput: there are too many of that name.
    """
    text, stem = article_text(about), "-".join(slug_of(title_of(about)).split("-")[:SLUG]) or "draft"
    for slug in (stem, *(f"{stem}-{n}" for n in range(2, TRIES))):
        with parts.database.reading() as session: taken = exists(session, ARTICLE, slug)
        if taken: continue
        try:
            writing.keep(ARTICLE, slug, text, person, seen_version=0, origin=f"gap:{gap_id}")
        except Stale:  # somebody took the name meanwhile
            continue
        return writing.begin(ARTICLE, slug, person)
    raise BadInput("There are drafts of that name already. Please go on with one of them, and link it.")


def exists(session: Session, kind: str, slug: str) -> bool:
    """Whether there is a draft of that name, or something published."""
    query = select(ItemRow.id).outerjoin(DraftRow, DraftRow.item_id == ItemRow.id)
    there = DraftRow.id.is_not(None) | (ItemRow.state == PUBLISHED)
    return session.scalar(query.where(ItemRow.kind == kind, ItemRow.slug == slug, there)) is not None


def _resolution(session: Session, turns: Sequence[TurnRow]) -> str:
    own = TicketRow.conversation_id.in_([turn.conversation_id for turn in turns])
    query = select(TicketRow.resolution).where(own, TicketRow.resolution_code.not_in(OF_NO_USE))
    return session.scalar(query.order_by(TicketRow.resolved_at.desc()).limit(1)) or ""


def _names(session: Session, gap_id: int) -> set[str]:
    """The names of those who asked, and of those who worked on it."""
    asked = select(GapQuestionRow.person).where(GapQuestionRow.gap_id == gap_id)
    worked = (
        select(TicketRow.assignee).join(TurnRow, TurnRow.conversation_id == TicketRow.conversation_id)
        .join(GapQuestionRow, GapQuestionRow.turn_id == TurnRow.id).where(GapQuestionRow.gap_id == gap_id)
    )  # fmt: skip
    either = PersonRow.id.in_(asked) | PersonRow.id.in_(worked)
    return set(session.scalars(select(PersonRow.name).where(either)))


def _named(session: Session, about: Solved) -> set[str]:
    return people.names_among(session, full_names("\n".join((*about.asked, about.note))))


def _impersonal(about: Solved, names: set[str]) -> Solved:
    asked = tuple(impersonal(clean(text), names) for text in about.asked)
    return replace(about, asked=asked, note=impersonal(about.note, names))
