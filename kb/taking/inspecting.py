"""What is wrong with a folder of articles as a whole: dead links, unknown audiences, missing pictures."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath
from posixpath import normpath

from core.files import Problem
from kb.articles import Article, parse_article
from kb.taking.linking import ELSEWHERE, LINK, SCHEME
from kb.taking.prose import on_prose

PAGE = re.compile(r"(?:\./)?([^#?]+)\.md(?:#.*)?")


def inspected(texts: Mapping[str, str], folder: Path, audiences: Collection[str]) -> list[Problem]:
    """Every problem of the Markdown files of a folder by their paths below it, in file order."""
    articles = {path: parse_article(path, text) for path, text in texts.items()}
    slugs = {article.slug for article in articles.values() if isinstance(article, Article)}
    found: list[Problem] = []
    first: dict[tuple[str, str], str] = {}
    for path, article in articles.items():
        if isinstance(article, list):
            found += article
            continue
        same = first.setdefault((article.kind, article.slug), path)
        if same != path:
            found.append(
                Problem(file=path, line=1, message=f'the {article.kind} "{article.slug}" is already in {same}')
            )
        if article.audience not in audiences: found.append(_unknown(path, texts[path], article.audience, audiences))
        found += _dead(path, texts[path], folder, slugs, texts)
    return found


def _unknown(path: str, text: str, audience: str, audiences: Collection[str]) -> Problem:
    line = next((n for n, row in enumerate(text.splitlines(), start=1) if row.startswith("audience:")), 1)
    known = ", ".join(sorted(audiences))
    return Problem(file=path, line=line, message=f'nobody would see it: "{audience}" is no audience; there are {known}')


def _dead(path: str, text: str, folder: Path, slugs: Collection[str], texts: Collection[str]) -> list[Problem]:
    """Links to articles, and pictures, that are not in the folder. Code is left out, line by line in its place."""
    found: list[Problem] = []

    def look(prose: str) -> str:
        for link in LINK.finditer(prose):
            message = _wrong(path, link[1] == "!", link[3].strip("<>"), folder, slugs, texts)
            if message: targets.append((link[0], message))
        return prose

    targets: list[tuple[str, str]] = []
    on_prose(text, look)
    at = 0
    for words, message in targets:
        at = max(text.find(words, at), 0)
        found.append(Problem(file=path, line=text.count("\n", 0, at) + 1, message=message))
    return found


def _wrong(
    path: str, picture: bool, target: str, folder: Path, slugs: Collection[str], texts: Collection[str]  # noqa: FBT001 - one of a link's two kinds
) -> str:
    if not target or ELSEWHERE.match(target) or target.startswith("#"): return ""
    if SCHEME.match(target): return f"the link {target[:80]} would not be shown: write http, https or mailto"
    place = normpath((PurePosixPath(path).parent / target.split("#", maxsplit=1)[0]).as_posix())
    if picture: return "" if (folder / place).is_file() else f"there is no picture {target[:80]}"
    page = PAGE.fullmatch(target)
    if page is None:
        return (
            ""
            if target.startswith("/help/")
            else f"the link {target[:80]} would not be shown: write `name.md` for an article"
        )
    return "" if page[1] in slugs or place in texts else f"there is no article {target[:80]}"
