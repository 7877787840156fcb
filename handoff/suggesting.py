"""Which run-books are worth showing to whoever works on a ticket. Pure."""

from collections.abc import Sequence

from handoff.brief import RunBook

# All chosen on the tickets of data/training/runbooks.jsonl, 14 of 46 of which no run-book is for.
SUGGEST_AT = 0.41  # of likeness and category: none of the 14 gets a suggestion (two do at 0.40), 31 of 32 the right one
GUESSED = 0.05  # a category that was only predicted; 0.15 puts the right one first 28 times of 32 instead of 30
SAID = 0.15  # a category that staff chose
BEHIND = 0.08  # behind the best one: 1.3 are shown where there are any; without it 2.0, and not one more is right
MOST = 3
FLOOR = SUGGEST_AT - SAID  # likeness under which a run-book can never be suggested


def suggested(near: Sequence[RunBook], category: str, *, said: bool) -> tuple[RunBook, ...]:
    """Up to three of the run-books that are near a ticket's words, best first; none where none is surely for it.

    `said` tells that staff chose the ticket's category themselves.
    """
    weight = SAID if said else GUESSED
    fit = {book.slug: book.likeness + (weight if book.category == category else 0.0) for book in near}
    limit = max(SUGGEST_AT, max(fit.values(), default=0.0) - BEHIND)
    kept = [book for book in near if fit[book.slug] >= limit]
    return tuple(sorted(kept, key=lambda book: (-fit[book.slug], -book.likeness, book.slug)))[:MOST]
