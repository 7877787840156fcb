"""Where each item's file lies in a folder that Firstline wrote."""

from kb.articles import ARTICLE, RUNBOOK
from kb.writing import RECIPE

EXPORT = ".firstline.json"  # lies in a folder that `firstline kb export` wrote; its files are taken as they are
FOLDERS = {ARTICLE: "articles", RUNBOOK: "runbooks", RECIPE: "cookbook"}


def name_of(kind: str, slug: str) -> str:
    """How an item's file is named."""
    return f"{slug}.{'yaml' if kind == RECIPE else 'md'}"


def place_of(kind: str, slug: str) -> str:
    """Where an item's file lies in an export."""
    return f"{FOLDERS[kind]}/{name_of(kind, slug)}"
