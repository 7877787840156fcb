"""Questions judged before and after a change, by what judges every message, over knowledge bases that stand still."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.assistant.parts import Parts
from bot.assistant.understanding import Understanding
from bot.rehearsal import Asked, Side, side_of, side_of_books
from bot.ticketed import OnTicket
from classifier.labels import Prediction
from classifier.model import Classifier
from core.encoder import Vectors
from handoff.brief import RunBook
from handoff.suggesting import suggested
from kb.articles import RUNBOOK
from kb.service import KnowledgeBase

AT_ONCE = 64  # questions that are encoded together

Note = Callable[[int, int], None]
Bases = tuple[KnowledgeBase, KnowledgeBase]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Once(Classifier):
    """A classifier that is asked once for each text."""

    known: dict[str, Prediction] = field(default_factory=dict)

    def predict(self, vector: Vectors, text: str) -> Prediction:
        """See `Classifier.predict`."""
        if text not in self.known: self.known[text] = Classifier.predict(self, vector, text)
        return self.known[text]


def replay(parts: Parts, bases: Bases, asked: Sequence[Asked], note: Note) -> Iterator[tuple[Asked, Side, Side]]:
    """Each question before and after. It is encoded and classified once, unless the change makes it read otherwise.

    An outage that is known today answers none of them.
    """
    one = parts.classifier
    once = _Once(heads=one.heads, vocabulary=one.vocabulary, encoder=one.encoder, data=one.data)
    before, after = (Understanding(replace(parts, kb=kb, classifier=once), outages_too=False) for kb in bases)
    for start in range(0, len(asked), AT_ONCE):
        note(start, len(asked))
        some = asked[start : start + AT_ONCE]
        reads = [tuple(side.words_of(each.text, each.audiences) for side in (before, after)) for each in some]
        vectors = _encoded(parts, [read for pair in reads for read in pair])
        for each, (old, new) in zip(some, reads, strict=True):
            sides = [
                side_of(judging.judged(read, vectors[read], each.audiences, own=each.question).decision)
                for judging, read in ((before, old), (after, new))
            ]
            yield each, sides[0], sides[1]
    note(len(asked), len(asked))


def replay_tickets(
    parts: Parts, bases: Bases, tickets: Sequence[OnTicket], note: Note
) -> Iterator[tuple[Asked, Side, Side]]:
    """The run-books that the cards of tickets show before and after."""
    before, after = (replace(parts, kb=kb) for kb in bases)
    reading = Understanding(before)
    for start in range(0, len(tickets), AT_ONCE):
        note(start, len(tickets))
        some = tickets[start : start + AT_ONCE]
        reads = {text: reading.words_of(text) for ticket in some for text in ticket.messages}
        vectors = _encoded(parts, list(reads.values()))
        for ticket in some:
            said = [(reads[text], vectors[reads[text]]) for text in ticket.messages]
            yield ticket.asked, _books(before, said, ticket), _books(after, said, ticket)
    note(len(tickets), len(tickets))


def _books(parts: Parts, said: Sequence[tuple[str, Vectors]], ticket: OnTicket) -> Side:
    near = [book for text, vector in said for book in parts.runbooks_near(vector, text)]
    best: dict[str, RunBook] = {book.slug: book for book in sorted(near, key=lambda book: book.likeness)}
    shown = suggested(list(best.values()), ticket.category, said=ticket.said)
    return side_of_books(RUNBOOK, [(book.slug, book.title) for book in shown])


def _encoded(parts: Parts, texts: Sequence[str]) -> dict[str, Vectors]:
    each = list(dict.fromkeys(texts))
    return dict(zip(each, parts.encoder.encode(each), strict=True)) if each else {}
