"""Fits the model of replies, and learns on steps held out how sure it must be."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from scipy.sparse import csr_matrix, vstack

from bot.replies.examples import Example, digest
from bot.replies.meanings import Asked, Command
from bot.replies.model import Layout, Model, Weights, softmax
from bot.replies.prepared import prepared_of, texts_of
from bot.replies.traits import ITSELF, SIGNED, Said, look
from core.encoder import Encoder
from core.errors import BadInput

# How strongly weights are held back: of traits; of grams; of grams that lean to yes or no; of the vector. Likeliest one
# right on data/training/replies.jsonl, steps held out: .826 with these, .822 with twice as much for grams and vector,
# .818 with twice as much for traits, .816 with half; less for the leaning grams moves nothing.
TRAITS, GRAMS, LEANING_GRAMS, VECTOR = 1.0, 2.0, 8.0, 2.0
SEEN = 5  # replies with a gram from which it counts
ROUNDS, EXACT = 60, 1e-4  # of the solver; more of either moves no figure
FOLDS = 4
FEWEST = 20  # replies; with fewer nothing can be held out
ALLOWED_WRONG = 0.10  # of all replies of `data/training/replies.jsonl`, which are mostly hard ones, at steps held out
LOWEST, HIGHEST = 0.5, 0.95  # a choice that is not likelier than all else together is asked back


@dataclass(frozen=True, slots=True)
class Outcome:
    """An example, and the log odds [choices + 2] by a model that did not see its step."""

    example: Example
    odds: Weights


def fit(examples: Sequence[Example], encoder: Encoder) -> Model:
    """A model of all examples; commands among them are left to the rules.

    Raises:
        BadInput: there are too few.
    """
    learnt = learnable(examples)
    if len(learnt) < FEWEST: raise BadInput(f"The model of replies needs at least {FEWEST} replies.")
    lessons = lessons_of(learnt, seen(learnt, encoder))
    found = held_out(lessons)
    temperature = fit_temperature(found)
    return Model(
        layout=lessons.layout, weights=fit_weights(lessons, range(len(learnt))), temperature=temperature,
        sure_at=choose_limit(found, temperature), encoder=encoder.name, data=digest(examples),
    )


def learnable(examples: Sequence[Example]) -> list[Example]:
    """The examples that are no commands."""
    return [one for one in examples if one.meaning not in set(map(str, Command))]


def seen(examples: Sequence[Example], encoder: Encoder) -> list[Said]:
    """What the model looks at in each example; every text is embedded once."""
    asks = dict.fromkeys(one.asked for one in examples)
    texts = list(dict.fromkeys([text for asked in asks for text in texts_of(asked)] + [one.text for one in examples]))
    vectors = dict(zip(texts, encoder.encode(texts), strict=True))
    steps = {asked: prepared_of(asked, np.array([vectors[text] for text in texts_of(asked)])) for asked in asks}
    return [look(one.text, vectors[one.text], steps[one.asked]) for one in examples]


def layout_of(saids: Sequence[Said]) -> Layout:
    """Places for all that is seen often enough."""
    counts = Counter(gram for said in saids for gram in said.grams)
    names = sorted(gram for gram, count in counts.items() if count >= SEEN)
    return Layout(grams={gram: n for n, gram in enumerate(names)}, dims=len(saids[0].vector))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """Examples, and for each its inputs [choices + 2, weights]."""

    examples: Sequence[Example]
    layout: Layout
    rows: Sequence[Any]


def lessons_of(examples: Sequence[Example], saids: Sequence[Said]) -> Lessons:
    """Examples as the solver takes them."""
    layout = layout_of(saids)
    return Lessons(examples=examples, layout=layout, rows=[csr_matrix(layout.rows(said)) for said in saids])


def held_out(lessons: Lessons) -> list[Outcome]:
    """Each example by a model of the other folds; replies at one step are in one fold."""
    folds = fold_of(lessons.examples)
    weights = [fit_weights(lessons, [n for n, part in enumerate(folds) if part != fold]) for fold in range(FOLDS)]
    scores = (rows @ weights[fold] for rows, fold in zip(lessons.rows, folds, strict=True))
    return [Outcome(example, odds) for example, odds in zip(lessons.examples, scores, strict=True)]


def fold_of(examples: Sequence[Example]) -> list[int]:
    """The fold of each example."""
    steps: dict[Asked, int] = {}
    return [steps.setdefault(one.asked, len(steps)) % FOLDS for one in examples]


def fit_weights(lessons: Lessons, chosen: Sequence[int]) -> Weights:
    """The weights [weights] with the least log loss of the chosen examples, held back by their squares.

    A conditional logit: McFadden 1974, "Conditional logit analysis of qualitative choice behavior", section II.
    """
    rows = [lessons.rows[n] for n in chosen]
    counts = np.array([part.shape[0] for part in rows])
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    x, group, held = vstack(rows).tocsr(), np.repeat(np.arange(len(rows)), counts), _held(lessons.layout)
    turned, wanted = x.T.tocsr(), starts + np.array([lessons.examples[n].row for n in chosen])

    def loss(weights: Weights) -> tuple[float, Weights]:
        scores = x @ weights
        highest = np.maximum.reduceat(scores, starts)
        powers = np.exp(scores - highest[group])
        sums = np.add.reduceat(powers, starts)
        slope = powers / sums[group]
        slope[wanted] -= 1
        missed = float((np.log(sums) + highest - scores[wanted]).sum())
        return missed + 0.5 * float(held @ weights**2), turned @ slope + held * weights

    options = {"maxiter": ROUNDS, "ftol": EXACT}
    found = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", options=options)
    return np.asarray(found.x, dtype=np.float64)


def _held(layout: Layout) -> Weights:
    """How strongly each weight is held back."""
    grams, (_, _, alike, *_) = len(layout.grams), layout.sizes
    itself = [TRAITS] * len(ITSELF) + [GRAMS] * grams + [VECTOR] * layout.dims
    return np.array(
        [TRAITS] * len(SIGNED) + [LEANING_GRAMS] * grams + [2 * TRAITS] * len(SIGNED) + [TRAITS] * alike + 2 * itself
    )


def fit_temperature(outcomes: Sequence[Outcome]) -> float:
    """The temperature with the least log loss (Guo et al. 2017, section 4.2)."""

    def loss(log_t: float) -> float:
        shares = [softmax(one.odds / np.exp(log_t))[one.example.row] for one in outcomes]
        return float(-np.log(np.clip(shares, 1e-12, 1)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2, 2), method="bounded").x))


def choose_limit(outcomes: Sequence[Outcome], temperature: float) -> float:
    """The lowest limit from which on at most `ALLOWED_WRONG` of all replies are taken for a wrong choice."""
    shares = [softmax(one.odds / temperature) for one in outcomes]
    wrong = sorted(
        (
            float(row.max()) for row, one in zip(shares, outcomes, strict=True)
            if row.argmax() < len(one.example.asked.choices) and row.argmax() != one.example.row
        ),
        reverse=True,
    )
    allowed = int(ALLOWED_WRONG * len(outcomes))
    limit = float(np.nextafter(wrong[allowed], 1)) if len(wrong) > allowed else LOWEST
    return min(max(limit, LOWEST), HIGHEST)
