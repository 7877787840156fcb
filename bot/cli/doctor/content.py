"""The data folder: articles, recipes, the desk file and what stands beside it, with the line of every problem."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bot.check import Check, missing, well
from core.errors import ConfigProblem
from core.files import Problem
from core.settings import Settings
from handoff.desk import Desk, load_desk
from handoff.routing import without_procedure
from kb.articles import parse_article
from kb.cookbook import parse_recipe
from kb.glossary import Glossary, load_glossary
from kb.lists import load_lists

ELSEWHERE = "point FIRSTLINE_DATA_DIR to the folder that holds them."
WRITE_PROCEDURE = "give each a `procedure` in desk.yaml: `before`, `to` and `facts`."
AT_MOST = 5  # problems of one kind that are told one by one


def look(settings: Settings) -> Iterator[Check]:
    """Every file that a start reads."""
    data = settings.data_dir
    yield from _files("articles", data / "articles", ("*.md",), parse_article)
    yield from _files("cookbook", data / "cookbook", ("*.yaml", "*.yml"), parse_recipe)
    yield from desk_of(settings)[1]
    yield from _small("glossary", lambda: _glossary(load_glossary(data / "glossary.yaml")))
    yield from _small("lists", lambda: f"{len(load_lists(data / 'lists.yaml'))} to choose from.")


def _files(
    what: str, folder: Path, patterns: Sequence[str], parse: Callable[[str, str], object]
) -> Iterator[Check]:
    paths = sorted(path for pattern in patterns for path in folder.rglob(pattern))
    if not paths:
        yield missing(what, f"there are none in {folder};", ELSEWHERE)
        return
    problems: list[str] = []
    for path in paths: problems += _wrong(path, str(path.relative_to(folder)), parse)
    command = f"`firstline {'kb' if what == 'articles' else 'cookbook'} check {folder}` tells more."
    for problem in problems[:AT_MOST]: yield missing(what, f"{problem};", command)
    if len(problems) > AT_MOST: yield missing(what, f"and {len(problems) - AT_MOST} problems more;", command)
    if not problems: yield well(what, f"{len(paths)} files, no problems.")


def _wrong(path: Path, name: str, parse: Callable[[str, str], object]) -> list[str]:
    try:
        found = parse(name, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        return [f"{name}: cannot be read ({error})"]
    return [str(problem) for problem in found if isinstance(problem, Problem)] if isinstance(found, list) else []


def desk_of(settings: Settings) -> tuple[Desk | None, list[Check]]:
    """The desk file, if it can be used, and what is to be said of it."""
    try:
        desk = load_desk(settings.data_dir / "desk.yaml")
    except ConfigProblem as error:
        mend = "docs/desk-file.md has every key."
        return None, [missing("desk", f"{problem.rstrip('.')};", mend) for problem in error.problems]
    known = well("desk", f"{len(desk.queues)} queues, {len(desk.staff)} staff, {len(desk.catalogue)} forms.")
    silent = ", ".join(without_procedure(desk))
    if not silent: return desk, [known]
    return desk, [known, missing("escalation", f"no procedure says how tickets leave {silent};", WRITE_PROCEDURE)]


def _glossary(found: Glossary) -> str:
    return f"{len(found.terms)} terms."


def _small(what: str, read: Callable[[], str]) -> Iterator[Check]:
    """A file that may be left out."""
    try:
        yield well(what, read())
    except ConfigProblem as error:
        for problem in error.problems: yield missing(what, f"{problem.rstrip('.')};", "correct that line.")
