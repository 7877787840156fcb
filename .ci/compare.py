"""Firstline beside what one would take instead, in one run on the same texts, questions and machine.

    make compare
    make compare ARGS="--kb FOLDER --questions FILE --json"

Everything searches the same texts: titles, aliases, triggers and passages of what an employee may see. An article or
recipe stands where its best text stands. Each system answers when its best score is at or above a threshold, and
all thresholds are chosen by one rule: the lowest that answers no more than `ALLOWED_WRONG` of the questions of
data/training/questions.jsonl wrongly, over the shipped articles and recipes. Runs in .venv-compare.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
QUIET = {"HAYSTACK_TELEMETRY_ENABLED": "False", "HF_HUB_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "error"}
os.environ |= ONE_THREAD | QUIET  # read when the libraries are imported, so before that
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import click  # noqa: E402 - after the environment

from bot.assistant import Assistant  # noqa: E402
from bot.bootstrap import import_content, make_assistant, other_kb  # noqa: E402
from bot.calibrate import ALLOWED_WRONG, safely  # noqa: E402
from bot.cli.progress import opened, progress  # noqa: E402
from bot.learning import train_models  # noqa: E402
from bot.question_set import Labelled, read_questions  # noqa: E402
from core.encoder import bundled_folder  # noqa: E402
from core.errors import FirstlineError  # noqa: E402
from core.settings import load_settings  # noqa: E402
from kb.index import NEIGHBOURS  # noqa: E402
from kb.lexical import LexicalIndex, Text  # noqa: E402
from kb.service import Draft, article_draft, recipe_draft  # noqa: E402

AUDIENCES = frozenset({"employees"})
WARM = 20  # questions before the clock runs
ENDINGS = {".md": article_draft, ".yaml": recipe_draft, ".yml": recipe_draft}

Key = tuple[str, str]  # kind and slug
Ranked = list[tuple[Key, float]]  # best first
Texts = Mapping[Key, Sequence[str]]  # the searched texts of each item, its title first


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One system's figures; shares of the questions with an answer, of all, and of those without one."""

    name: str
    hit1: float
    hit3: float
    mrr: float
    answered_right: float
    answered_wrong_of_all: float
    without_answer_not_answered: float
    per_second: float


# -- the systems: each takes the texts and gives a function from a question to items, best first -------------------


def bm25(texts: Texts) -> Callable[[str], Ranked]:
    """Words alone: the word search that Firstline itself has beside its vectors, over whole items."""
    keys = list(texts)
    index = LexicalIndex([
        Text(item=n, audience="", names=texts[key][0], body="\n".join(texts[key][1:])) for n, key in enumerate(keys)
    ])
    return lambda question: by_score((keys[n], score) for n, score in index.search(question, NEIGHBOURS).items())


def txtai(texts: Texts, *, hybrid: bool) -> Callable[[str], Ranked]:
    """The txtai library with the bundled model, as its introduction shows it."""
    from txtai import Embeddings

    owners = [key for key, own in texts.items() for _ in own]
    index = Embeddings(path=str(bundled_folder()), hybrid=hybrid)
    index.index(enumerate(text for own in texts.values() for text in own))
    return lambda question: by_score((owners[n], score) for n, score in index.search(question, NEIGHBOURS))


def haystack(texts: Texts) -> Callable[[str], Ranked]:
    """Haystack's in-memory hybrid: both retrievers, joined by reciprocal ranks as in its guide to hybrid retrieval."""
    from haystack import Document, Pipeline
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack_integrations.components.embedders import sentence_transformers as embedders

    model: dict[str, Any] = {"model": str(bundled_folder()), "progress_bar": False, "local_files_only": True}
    documents = [
        Document(content=text, meta={"kind": kind, "slug": slug, "number": number})
        for (kind, slug), own in texts.items() for number, text in enumerate(own)
    ]
    writer = embedders.SentenceTransformersDocumentEmbedder(**model)
    writer.warm_up()
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    store.write_documents(writer.run(documents)["documents"])
    pipeline = Pipeline()
    pipeline.add_component("embedder", embedders.SentenceTransformersTextEmbedder(**model))
    pipeline.add_component("near", InMemoryEmbeddingRetriever(store, top_k=NEIGHBOURS))
    pipeline.add_component("words", InMemoryBM25Retriever(store, top_k=NEIGHBOURS))
    pipeline.add_component("joined", DocumentJoiner(join_mode="reciprocal_rank_fusion"))
    pipeline.connect("embedder.embedding", "near.query_embedding")
    pipeline.connect("near", "joined")
    pipeline.connect("words", "joined")

    def rank(question: str) -> Ranked:
        found = pipeline.run({"embedder": {"text": question}, "words": {"query": question}})["joined"]["documents"]
        return by_score(((one.meta["kind"], one.meta["slug"]), one.score) for one in found)

    return rank


def by_score(found: Iterable[tuple[Key, float]]) -> Ranked:
    """Each item once, at its best score."""
    best: dict[Key, float] = {}
    for key, score in found: best[key] = max(float(score), best.get(key, float("-inf")))
    return sorted(best.items(), key=lambda one: -one[1])


OTHERS: dict[str, Callable[[Texts], Callable[[str], Ranked]]] = {
    "BM25 alone": bm25,
    "txtai": lambda texts: txtai(texts, hybrid=False),
    "txtai, hybrid": lambda texts: txtai(texts, hybrid=True),
    "Haystack, hybrid": haystack,
}


# -- measuring -----------------------------------------------------------------------------------------------------


def ask(rank: Callable[[str], Ranked], asked: Sequence[Labelled]) -> tuple[list[Ranked], float]:
    """What is found for each question, and how many a second."""
    for question in asked[:WARM]: rank(question.text)
    begin = time.perf_counter()
    found = [rank(question.text) for question in asked]
    return found, len(asked) / (time.perf_counter() - begin)


def figures(name: str, found: Sequence[Ranked], gave: Sequence[bool], asked: Sequence[Labelled], rate: float) -> Row:
    """A system's figures; `gave` says of each question whether its first candidate was given as the answer."""
    stands = [place(ranked, one) for ranked, one in zip(found, asked, strict=True)]
    known = [stand for stand, one in zip(stands, asked, strict=True) if one.right]
    right = [given and stand == 1 for given, stand in zip(gave, stands, strict=True)]
    return Row(
        name=name, hit1=share([stand == 1 for stand in known]), hit3=share([0 < stand <= 3 for stand in known]),  # noqa: PLR2004
        mrr=share([1 / stand if stand else 0 for stand in known]), answered_right=sum(right) / max(len(known), 1),
        answered_wrong_of_all=(sum(gave) - sum(right)) / len(asked),
        without_answer_not_answered=share([not given for given, one in zip(gave, asked, strict=True) if not one.right]),
        per_second=rate,
    )


def place(ranked: Ranked, asked: Labelled) -> int:
    """Where the first right one stands, from 1; 0 when there is none."""
    return next((number for number, (key, _) in enumerate(ranked, 1) if key in asked.right), 0)


def share(values: Sequence[float]) -> float:
    """The mean; 0 of nothing."""
    return sum(values) / len(values) if values else 0.0


def threshold(rank: Callable[[str], Ranked], training: Sequence[Labelled]) -> float:
    """The lowest score at which few enough of the training questions are answered wrongly; infinite without one."""
    found = [(rank(question.text), question) for question in training]
    firsts = sorted(((ranked[0][1], place(ranked, one) != 1) for ranked, one in found if ranked), reverse=True)
    allowed, wrong, limit = safely(ALLOWED_WRONG, len(training)), 0, float("inf")
    for score, group in groupby(firsts, key=lambda first: first[0]):
        wrong += sum(bad for _, bad in group)
        if wrong > allowed: break
        limit = score
    return limit


def above(limit: float, found: Sequence[Ranked]) -> list[bool]:
    """Which questions are answered: those whose first candidate has at least this score."""
    return [bool(ranked) and ranked[0][1] >= limit for ranked in found]


def texts_of(*folders: Path) -> dict[Key, list[str]]:
    """What is searched, by item: sound files only, and only what an employee may see."""
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in ENDINGS)
    drafts = [ENDINGS[path.suffix](path.name, path.read_text(encoding="utf-8")) for path in files]
    seen = [one for one in drafts if isinstance(one, Draft) and one.fields["audience"] in AUDIENCES]
    return {(d.kind, d.slug): [f"{e.heading}\n{e.text}".strip() for e in d.entries] for d in seen}


# -- Firstline -----------------------------------------------------------------------------------------------------


def firstline(
    folder: Path | None, training: Sequence[Labelled], asked: Sequence[Labelled], note: Callable[[str, int, int], None]
) -> list[Row]:
    """The whole path of a question, without Slack: once with the rule of the others, once as it decides by itself."""
    with ExitStack() as stack:
        core = stack.enter_context(opened(load_settings()))
        import_content(core, note)
        train_models(core, note)
        limit = threshold(ranks(make_assistant(core), []), training)
        if folder: core = replace(core, kb=stack.enter_context(other_kb(core, folder, None, note))[0])
        gave: list[bool] = []
        found, rate = ask(ranks(make_assistant(core), gave), asked)
        return [
            figures("Firstline, the same rule", found, above(limit, found), asked, rate),
            figures("Firstline, as it decides", found, gave[-len(asked) :], asked, rate),
        ]


def ranks(assistant: Assistant, gave: list[bool]) -> Callable[[str], Ranked]:
    """Its candidates, the first with the confidence as its score; notes whether it gives that one as the answer."""

    def rank(question: str) -> Ranked:
        judged = assistant.understanding.judge(question, AUDIENCES)
        gave.append(judged.decision.name in {"answer", "recipe"})
        found = [((c.kind, c.slug), c.score) for c in judged.evidence.candidates]
        return [(found[0][0], judged.evidence.confidence), *found[1:]] if found else []

    return rank


# -- telling -------------------------------------------------------------------------------------------------------


@click.command()
@click.option("--kb", "folder", type=click.Path(path_type=Path), help="Articles instead of the shipped ones.")
@click.option("--questions", type=click.Path(path_type=Path), help="A question set instead of data/eval.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def main(*, folder: Path | None, questions: Path | None, as_json: bool) -> None:
    """Measure Firstline, BM25 alone, txtai and Haystack on one set of questions."""
    data = load_settings().data_dir
    asked = read_questions(questions or data / "eval" / "questions.jsonl")
    training = read_questions(data / "training" / "questions.jsonl")
    shipped = texts_of(data / "articles", data / "cookbook")
    texts = texts_of(folder) if folder else shipped
    rows = []
    with progress() as note:
        for number, (name, make) in enumerate(OTHERS.items()):
            note("asking the others", number, len(OTHERS))
            limit = threshold(make(shipped), training)
            found, rate = ask(make(texts), asked)
            rows.append(figures(name, found, above(limit, found), asked, rate))
        rows += firstline(folder, training, asked, note)
    click.echo(json.dumps([asdict(row) for row in rows]) if as_json else table(rows, len(asked)))


def table(rows: Sequence[Row], asked: int) -> str:
    """For a terminal and for a Markdown file."""
    names = ("right first", "among three", "MRR", "answered right", "wrong, of all", "rightly not answered", "a second")
    lines = [f"| {asked} questions | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for row in rows:
        _, *shares, rate = asdict(row).values()
        cells = [f"{value:.3f}" if n == 2 else f"{value:.1%}" for n, value in enumerate(shares)]  # noqa: PLR2004 - MRR
        lines.append(f"| {row.name} | {' | '.join(cells)} | {rate:.0f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    try:
        main()
    except FirstlineError as error:
        sys.exit(f"compare: {error}")
