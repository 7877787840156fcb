"""The shipped knowledge base, moved to PostgreSQL and searched there: it answers as the one in the process does."""

import json
from collections.abc import Iterator
from contextlib import ExitStack

import numpy as np
import pytest

from core.clock import utc_now
from core.db import Database
from core.encoder import Vectors
from core.moving import move
from core.people import EMPLOYEES, PUBLIC, STAFF
from kb.pgvectors import PgVectors
from kb.ranking import Candidate
from kb.service import KnowledgeBase
from tests.functional.office import DATA, Prepared
from tests.postgres import PostgresServer

QUESTIONS = [json.loads(line)["text"] for line in (DATA / "eval" / "questions.jsonl").read_text().splitlines()][::8]
EQUAL = 1e-6  # scores nearer than this are a tie: the two add the same products up in another order
AUDIENCES = (PUBLIC, frozenset({EMPLOYEES, STAFF}))


@pytest.fixture(scope="module")
def database(prepared: Prepared, postgres: PostgresServer) -> Iterator[Database]:
    """The prepared database, moved."""
    name = postgres.create()
    with ExitStack() as stack:
        stack.callback(postgres.drop, name)
        old, new = Database(f"sqlite:///{prepared.folder}/firstline.db"), Database(postgres.url(name))
        for one in (old, new): stack.callback(one.close)
        move(old, new)
        yield new


@pytest.fixture(scope="module")
def vectors(prepared: Prepared) -> Vectors:
    """Those of the questions."""
    return prepared.encoder.encode(QUESTIONS)


@pytest.mark.parametrize("exact_up_to", [20_000, 0])
def test_the_same_candidates_come_in_the_same_order(
    database: Database, prepared: Prepared, vectors: Vectors, exact_up_to: int
) -> None:
    """Each of 83 questions, asked by an employee and by staff, of every row and by HNSW; ties may change places."""
    here = KnowledgeBase(database, prepared.encoder, utc_now)
    near = PgVectors(database, prepared.encoder, exact_up_to)
    near.prepare()
    there = KnowledgeBase(database, prepared.encoder, utc_now, near=near)
    for text, vector in zip(QUESTIONS, vectors, strict=True):
        for audiences in AUDIENCES:
            one, other = (kb.search(vector, text, audiences) for kb in (here, there))
            assert places(one) == places(other), text
            np.testing.assert_allclose(numbers(one), numbers(other), atol=EQUAL)


def places(found: list[Candidate]) -> list[list[tuple[str, str]]]:
    """The candidates best first, those whose scores are equal together and by name."""
    together: list[list[Candidate]] = []
    for one in found:
        if together and together[-1][-1].score - one.score < EQUAL: together[-1].append(one)
        else: together.append([one])
    return [sorted((one.kind, one.slug) for one in tie) for tie in together]


def numbers(found: list[Candidate]) -> list[list[float]]:
    """What each candidate is ranked by, in an order that a tie does not change."""
    names = ("score", "cosine", "lexical", "title_cosine", "name_cosine", "passage_cosine", "three_cosine",
             "whole_cosine")  # fmt: skip
    return [[getattr(one, name) for name in names] for one in sorted(found, key=lambda one: (one.kind, one.slug))]
