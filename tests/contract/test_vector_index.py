"""What every vector index promises, held against brute force."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from core.db import Database
from core.encoder import Vectors
from kb.vectors import FEW, ApproximateIndex, ExactIndex, GrownIndex, VectorIndex, packed
from tests.near import stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One implementation, and how far its inner products may be off."""

    make: Callable[[Vectors], VectorIndex]
    error: float


def grown(rows: Vectors) -> VectorIndex:
    """Two thirds of the rows there from the beginning, the others come in two steps."""
    third = len(rows) // 3
    old = ApproximateIndex(rows[: len(rows) - 2 * third], probed=1000)
    return old.extended(rows[len(rows) - 2 * third : len(rows) - third]).extended(rows[len(rows) - third :])


def grown_exact(rows: Vectors) -> VectorIndex:
    """An exact one with one row more."""
    return ExactIndex(rows[:-1]).extended(rows[-1:])


def grown_far(rows: Vectors) -> VectorIndex:
    """Exact ones beside each other, as many rows make them."""
    return GrownIndex(ExactIndex(rows[:1]), GrownIndex(ExactIndex(rows[1:2]), ExactIndex(rows[2:])))


KINDS = {
    "exact": Kind(make=ExactIndex, error=1e-5),
    "exact, extended": Kind(make=grown_exact, error=1e-5),
    "approximate, all lists": Kind(make=lambda rows: ApproximateIndex(rows, probed=1000), error=4e-3),
    "approximate, extended": Kind(make=grown, error=4e-3),
    "three exact ones": Kind(make=grown_far, error=1e-5),
    "two exact ones": Kind(
        make=lambda rows: GrownIndex(ExactIndex(rows[: len(rows) // 2]), ExactIndex(rows[len(rows) // 2 :])), error=1e-5
    ),
}


def unit_rows(count: int, dims: int, seed: int) -> Vectors:
    """Random rows of norm 1."""
    rows = np.random.default_rng(seed).normal(size=(count, dims)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def grown_there(database: Database, rows: Vectors) -> VectorIndex:
    """Rows in the database that come in two steps."""
    half = len(rows) // 2
    return stored(database, rows[half:], 20_000).after(stored(database, rows[:half], 20_000).index())


IN_THE_DATABASE = {
    "pgvector, exact": lambda database, rows: stored(database, rows, 20_000).index(),
    "pgvector, HNSW": lambda database, rows: stored(database, rows, 0).index(),
    "pgvector, extended": grown_there,
}


@pytest.fixture(params=[*KINDS, *IN_THE_DATABASE])
def kind(request) -> Kind:
    """Each kind of index in turn."""
    if request.param in KINDS: return KINDS[request.param]
    database, make = request.getfixturevalue("postgres_database"), IN_THE_DATABASE[request.param]
    return Kind(make=lambda rows: make(database, rows), error=1e-5)


class TestVectorIndex:
    """The contract."""

    @pytest.mark.parametrize(("count", "dims", "seed"), [(1, 4, 1), (50, 8, 2), (2000, 384, 3)])
    def test_it_finds_what_brute_force_finds(self, kind: Kind, count: int, dims: int, seed: int) -> None:
        """Each place goes to a row that is as near as the one which belongs there, with its inner product."""
        rows, questions = unit_rows(count, dims, seed), unit_rows(5, dims, seed + 100)
        index = kind.make(rows)
        assert len(index) == count
        for question in questions:
            products = rows @ question
            expected = np.sort(products)[::-1][:10]
            found, scores = index.nearest(question, 10)
            assert len(set(found.tolist())) == min(count, 10)
            np.testing.assert_allclose(scores, expected, atol=kind.error)
            np.testing.assert_allclose(products[found], expected, atol=2 * kind.error)

    def test_it_gives_no_more_than_there_are(self, kind: Kind) -> None:
        """Asked for sixty of three it gives three, each once."""
        found, _ = kind.make(unit_rows(3, 8, 4)).nearest(unit_rows(1, 8, 5)[0], 60)
        assert sorted(found.tolist()) == [0, 1, 2]

    def test_a_row_is_nearest_to_itself(self, kind: Kind) -> None:
        """With an inner product of one."""
        rows = unit_rows(100, 16, 6)
        index = kind.make(rows)
        for row in (0, 42, 99):
            found, scores = index.nearest(rows[row], 1)
            assert found.tolist() == [row]
            assert scores[0] == pytest.approx(1.0, abs=kind.error)

    def test_only_rows_among_those_wanted_are_found(self, kind: Kind) -> None:
        """Whatever is nearer; and none at all when none is wanted."""
        rows, question = unit_rows(203, 16, 9), unit_rows(1, 16, 10)[0]
        index, wanted = kind.make(rows), np.arange(203) % 7 == 3
        found, scores = index.nearest(question, 12, packed(wanted))
        assert set(found.tolist()) <= set(np.flatnonzero(wanted).tolist())
        np.testing.assert_allclose(scores, np.sort(rows[wanted] @ question)[::-1][:12], atol=kind.error)
        assert index.nearest(question, 12, packed(wanted & False))[0].tolist() == []
        assert sorted(index.nearest(question, 60, packed(wanted))[0].tolist()) == np.flatnonzero(wanted).tolist()

    def test_the_products_of_chosen_rows(self, kind: Kind) -> None:
        """In the order in which they are asked for, from the first row to the last."""
        rows, question = unit_rows(90, 16, 11), unit_rows(1, 16, 12)[0]
        chosen = np.array([89, 0, 45, 45, 88])
        products = kind.make(rows).products(chosen, question)
        np.testing.assert_allclose(products, rows[chosen] @ question, atol=kind.error)

    def test_an_extended_one_leaves_the_first_as_it_was(self, kind: Kind) -> None:
        """Whoever searches the old one is not disturbed."""
        rows, more = unit_rows(60, 16, 13), unit_rows(2, 16, 14)
        old = kind.make(rows)
        new = old.extended(more)
        assert (len(old), len(new)) == (60, 62)
        assert new.nearest(more[1], 1)[0].tolist() == [61]
        assert max(old.nearest(more[1], 60)[0]) < 60

    def test_rows_that_are_no_numbers_are_refused(self, kind: Kind) -> None:
        """At building as well as at asking."""
        rows = unit_rows(3, 8, 7)
        broken = rows.copy()
        broken[0, 0] = np.nan
        with pytest.raises(ValueError, match="no number"):
            kind.make(broken)
        with pytest.raises(ValueError, match="no number"):
            kind.make(rows).nearest(broken[0], 1)

    def test_rows_laid_out_in_columns_are_the_same_rows(self, kind: Kind) -> None:
        """How numpy keeps an array does not matter."""
        rows = unit_rows(30, 8, 8)
        found, expected = kind.make(np.asfortranarray(rows)).nearest(rows[7], 3), kind.make(rows).nearest(rows[7], 3)
        assert found[0].tolist() == expected[0].tolist()
        assert found[1].tolist() == expected[1].tolist()


class TestExactness:
    """What the exact index promises beyond the contract."""

    def test_many_rows_are_not_copied_to_add_one(self) -> None:
        """The others stand beside them; what is found is the same."""
        rows, question = unit_rows(FEW + 3, 16, 23), unit_rows(1, 16, 24)[0]
        grown_twice = ExactIndex(rows[: FEW + 1]).extended(rows[FEW + 1 : FEW + 2]).extended(rows[FEW + 2 :])
        assert isinstance(grown_twice, GrownIndex)
        found, expected = grown_twice.nearest(question, 30), ExactIndex(rows).nearest(question, 30)
        assert found[0].tolist() == expected[0].tolist()

    def test_rows_closer_together_than_16_bits_can_tell(self) -> None:
        """A thousand rows whose products differ in the sixth place are still put in their true order."""
        start, aside = unit_rows(2, 64, 20)
        shares = np.random.default_rng(21).permutation(1000) * 1e-6
        rows = (start + shares[:, None] * aside).astype(np.float32)
        products = rows.astype(np.float64) @ aside
        found, _ = ExactIndex(rows).nearest(aside, 20)
        np.testing.assert_allclose(products[found], np.sort(products)[::-1][:20], atol=2e-7)

    def test_the_same_row_many_times(self) -> None:
        """All are found alike; none is found twice."""
        rows = np.repeat(unit_rows(1, 16, 22), 500, axis=0)
        found, scores = ExactIndex(rows).nearest(rows[0], 60)
        assert len(set(found.tolist())) == 60
        np.testing.assert_allclose(scores, 1.0, atol=1e-6)


def test_the_approximate_index_misses_little() -> None:
    """Of the ten nearest of clustered rows it finds nearly all, reading a part of its lists."""
    centres, chance = unit_rows(100, 64, 30), np.random.default_rng(31)
    rows = centres[chance.integers(0, 100, 8000)] + 0.06 * chance.standard_normal((8000, 64)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    index = ApproximateIndex(rows)
    hits = [
        len(set(index.nearest(question, 10)[0].tolist()) & set(np.argsort(-(rows @ question))[:10].tolist()))
        for question in rows[::400]
    ]
    assert sum(hits) / (10 * len(hits)) >= 0.95
