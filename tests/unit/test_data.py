"""The shipped content: it reads, it fits together, and nothing was tested on that was learnt from."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from classifier.examples import read_examples
from handoff.desk import Desk, load_desk
from handoff.routing import without_procedure
from kb.articles import Article, parse_article
from kb.cookbook import Recipe, parse_recipe

DATA = Path(__file__).parents[2] / "data"
ARTICLE_FILES = sorted((DATA / "articles").rglob("*.md"))
RUNBOOK_FILES = sorted((DATA / "runbooks").glob("*.md"))
RECIPE_FILES = sorted((DATA / "cookbook").rglob("*.y*ml"))
EXPECTED = {"articles", "recipes", "handoff", "outside", "smalltalk", "catalogue", "status"}
SETS = ["eval/questions.jsonl", "training/questions.jsonl"]


@cache
def articles() -> dict[str, Article]:
    """The shipped articles by slug."""
    read = [parse_article(path.name, path.read_text(encoding="utf-8")) for path in ARTICLE_FILES]
    return {article.slug: article for article in read if isinstance(article, Article)}


@cache
def runbooks() -> dict[str, Article]:
    """The shipped run-books by slug."""
    read = [parse_article(path.name, path.read_text(encoding="utf-8")) for path in RUNBOOK_FILES]
    return {article.slug: article for article in read if isinstance(article, Article)}


@cache
def recipes() -> dict[str, Recipe]:
    """The shipped recipes by slug."""
    read = [parse_recipe(path.name, path.read_text(encoding="utf-8")) for path in RECIPE_FILES]
    return {recipe.slug: recipe for recipe in read if isinstance(recipe, Recipe)}


@cache
def desk() -> Desk:
    """The shipped desk."""
    return load_desk(DATA / "desk.yaml")


def rows(name: str) -> list[dict[str, Any]]:
    """The lines of a question set."""
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").split("\n") if line]


def plain(text: str) -> str:
    """A text's words, to find the same one typed otherwise."""
    return " ".join(re.findall(r"\w+", text.lower()))


def test_every_article_and_recipe_reads() -> None:
    """With no problem, under its own slug, and as many as were promised."""
    problems = [
        str(problem)
        for parse, files in ((parse_article, ARTICLE_FILES), (parse_recipe, RECIPE_FILES))
        for path in files
        for found in [parse(path.name, path.read_text(encoding="utf-8"))]
        if isinstance(found, list)
        for problem in found
    ]
    assert problems == []
    assert len(articles()) == len(ARTICLE_FILES) >= 120
    assert len(recipes()) == len(RECIPE_FILES) >= 25


def test_every_article_can_be_trusted() -> None:
    """It has an owner, a day on which it was verified, a time to look again, and other names for it."""
    poor = [a.slug for a in articles().values() if not (a.owner and a.verified and a.review_every and a.aliases)]
    assert poor == []


def test_links_between_articles_lead_somewhere() -> None:
    """A link to another article's file names one that exists."""
    links = {(a.slug, link) for a in articles().values() for link in re.findall(r"\]\(([\w-]+)\.md", a.body)}
    assert [pair for pair in sorted(links) if pair[1] not in articles()] == []


def test_recipes_end_at_articles_that_exist_and_may_be_read() -> None:
    """An employee is never sent to a staff article."""
    ends = {
        (recipe.slug, target.removeprefix("article:"))
        for recipe in recipes().values()
        for step in recipe.steps.values()
        for target in step.targets()
        if target.startswith("article:")
    }
    assert [
        pair for pair in sorted(ends) if pair[1] not in articles() or articles()[pair[1]].audience != "employees"
    ] == []


def test_the_desk_names_articles_and_categories_that_exist() -> None:
    """What is quoted with a handoff is there, and queues take categories that messages can have."""
    categories = {article.category for article in articles().values()}
    assert [rule.article for rule in desk().straight_to_people if rule.article not in articles()] == []
    named = {c for queue in desk().queues for c in queue.categories} | {item.category for item in desk().catalogue}
    assert named | {rule.category for rule in desk().straight_to_people} <= categories


def test_every_queue_that_can_be_escalated_from_says_how() -> None:
    """And no line of it is there twice."""
    assert without_procedure(desk()) == []
    for how in [queue.procedure for queue in desk().queues if queue.procedure]:
        lines = [*how.before, *how.to, *how.facts]
        assert len({plain(line) for line in lines}) == len(lines)


@pytest.mark.parametrize("name", SETS)
def test_question_sets_name_only_what_exists(name: str) -> None:
    """Every id once, every expectation of a known kind, every slug that of an article or recipe."""
    found = rows(name)
    assert len({row["id"] for row in found}) == len(found)
    wrong = [
        row["id"]
        for row in found
        if not row["expect"]
        or set(row["expect"]) - EXPECTED
        or set(row["expect"].get("articles", [])) - set(articles())
        or set(row["expect"].get("recipes", [])) - set(recipes())
    ]
    assert wrong == []


def test_the_evaluation_is_large_enough_and_has_questions_without_an_answer() -> None:
    """At least 600, at least 150 of them to be handed off or outside."""
    found = rows("eval/questions.jsonl")
    unanswerable = [row for row in found if not row["expect"].get("articles") and not row["expect"].get("recipes")]
    assert len(found) >= 600
    assert len(unanswerable) >= 150


def test_no_evaluation_question_was_learnt_from() -> None:
    """Not in other letters or with other signs either."""
    known = {
        plain(row["text"]) for name in ("training/questions.jsonl", "training/messages.jsonl") for row in rows(name)
    }
    assert [row["id"] for row in rows("eval/questions.jsonl") if plain(row["text"]) in known] == []


def test_training_questions_are_no_training_messages() -> None:
    """The confidence is fitted on messages that the classifier has not seen."""
    messages = {plain(row["text"]) for row in rows("training/messages.jsonl")}
    assert [row["id"] for row in rows("training/questions.jsonl") if plain(row["text"]) in messages] == []


def test_messages_and_articles_have_the_same_categories() -> None:
    """What is sorted into a category finds its articles, and each category can be learnt."""
    learnt = {
        e.labels["category"] for e in read_examples(DATA / "training" / "messages.jsonl") if "category" in e.labels
    }
    written = {article.category for article in articles().values()} | {recipe.category for recipe in recipes().values()}
    assert learnt == written


def test_every_incident_of_the_training_data_has_all_its_labels() -> None:
    """Impact and urgency are learnt from incidents and requests alone."""
    examples = read_examples(DATA / "training" / "messages.jsonl")
    poor = [e.text for e in examples if e.labels["intent"] == "incident" and len(e.labels) < 4]
    assert poor == []


FRAME = ["Before you start", "Prove it", "Escalate to L3 when", "Tell the requester"]  # and checks and fixes between


def test_every_run_book_can_be_worked_by() -> None:
    """It reads, is one, can be trusted, is short enough for a Slack form, and has all the parts of its frame."""
    assert len(runbooks()) == len(RUNBOOK_FILES) >= 15
    for book in runbooks().values():
        assert (book.kind, book.audience) == ("runbook", "staff"), book.slug
        assert book.owner
        assert book.verified
        assert book.review_every
        assert len(book.aliases) >= 4
        assert len(book.body) <= 3_000, book.slug
        headings = re.findall(r"^## (.+)$", book.body, re.MULTILINE)
        assert [one for one in headings if one in FRAME] == FRAME, book.slug
        assert any(one.startswith(("Check", "Contain")) for one in headings), book.slug
        assert book.body.startswith("For L2"), book.slug


def test_a_run_book_is_for_tickets_that_there_are() -> None:
    """Its category is one that tickets have."""
    assert {book.category for book in runbooks().values()} <= {article.category for article in articles().values()}


def test_run_books_are_measured_on_other_tickets_than_they_were_chosen_on() -> None:
    """Both sets name run-books that exist, each at least twice, tickets without one among them, and share no text."""
    sets = [rows(name) for name in ("eval/runbooks.jsonl", "training/runbooks.jsonl")]
    for found in sets:
        named = [slug for row in found for slug in row["expect"]["runbooks"]]
        assert set(named) == set(runbooks())
        assert min(named.count(slug) for slug in runbooks()) >= 2
        assert sum(not row["expect"]["runbooks"] for row in found) >= 14
    known = {alias for book in runbooks().values() for alias in map(plain, book.aliases)}
    first, second = ({plain(row["text"]) for row in found} for found in sets)
    assert not first & second
    assert not (first | second) & known
