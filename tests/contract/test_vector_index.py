"""What every vector index promises, held against brute force."""

from collections.abc import Callable

import numpy as np
import pytest

from core.encoder import Vectors
from kb.index import FaissIndex, VectorIndex

Make = Callable[[Vectors], VectorIndex]


def unit_rows(count: int, dims: int, seed: int) -> Vectors:
    """Random rows of norm 1."""
    rows = np.random.default_rng(seed).normal(size=(count, dims)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture(params=[FaissIndex])
def make(request) -> Make:
    """Each kind of index in turn."""
    return request.param


class TestVectorIndex:
    """The contract."""

    @pytest.mark.parametrize(("count", "dims", "seed"), [(1, 4, 1), (50, 8, 2), (2000, 384, 3)])
    def test_it_finds_what_brute_force_finds(self, make: Make, count: int, dims: int, seed: int) -> None:
        """The same rows in the same order with the same inner products."""
        rows, questions = unit_rows(count, dims, seed), unit_rows(5, dims, seed + 100)
        index = make(rows)
        for question in questions:
            products = rows @ question
            expected = np.argsort(-products)[:10]
            found = index.nearest(question, 10)
            assert [row for row, _ in found] == expected.tolist()
            assert [score for _, score in found] == pytest.approx(products[expected].tolist(), abs=1e-5)

    def test_it_gives_no_more_than_there_are(self, make: Make) -> None:
        """Asked for sixty of three it gives three, each once."""
        assert sorted(row for row, _ in make(unit_rows(3, 8, 4)).nearest(unit_rows(1, 8, 5)[0], 60)) == [0, 1, 2]

    def test_a_row_is_nearest_to_itself(self, make: Make) -> None:
        """With an inner product of one."""
        rows = unit_rows(100, 16, 6)
        row, score = make(rows).nearest(rows[42], 1)[0]
        assert row == 42
        assert score == pytest.approx(1.0, abs=1e-5)

    def test_rows_that_are_no_numbers_are_refused(self, make: Make) -> None:
        """At building as well as at asking."""
        rows = unit_rows(3, 8, 7)
        broken = rows.copy()
        broken[0, 0] = np.nan
        with pytest.raises(ValueError, match="no number"):
            make(broken)
        with pytest.raises(ValueError, match="no number"):
            make(rows).nearest(broken[0], 1)

    def test_rows_laid_out_in_columns_are_the_same_rows(self, make: Make) -> None:
        """How numpy keeps an array does not matter."""
        rows = unit_rows(30, 8, 8)
        assert make(np.asfortranarray(rows)).nearest(rows[7], 3) == make(rows).nearest(rows[7], 3)
