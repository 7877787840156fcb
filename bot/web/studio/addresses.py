"""Where things are in the studio."""

from kb.articles import ARTICLE, RUNBOOK
from kb.writing import RECIPE

LIST = "/studio/articles"
PLACES = {ARTICLE: "articles", RUNBOOK: "runbooks", RECIPE: "recipes"}  # what an address calls each kind
KINDS = {place: kind for kind, place in PLACES.items()}
NEW = "/studio/new"  # ?kind=


def of(kind: str, slug: str) -> str:
    """What is published of an item, with its history below: `/history`."""
    return f"/studio/{PLACES[kind]}/{slug}"


def edit(kind: str, slug: str) -> str:
    """Where an item, or its draft, is written."""
    return f"{of(kind, slug)}/edit"
