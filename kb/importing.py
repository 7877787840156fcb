"""Reads folders of articles and recipes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.files import Problem
from kb.writing import Draft, article_draft, recipe_draft


@dataclass(slots=True, kw_only=True)
class Report:
    """What an import did: slugs by outcome, and the problems of what was not taken."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_folders(articles: Path | None, cookbook: Path | None, report: Report) -> list[Draft]:
    """Every article and recipe of the folders that is sound; the problems of the others go to the report."""
    files = [*_read(articles, ("*.md",), article_draft, report)]
    files += _read(cookbook, ("*.yaml", "*.yml"), recipe_draft, report)
    return _without_clashes(files, report)


def _read(
    folder: Path | None, patterns: Iterable[str], parse: Callable[[str, str], Draft | list[Problem]], report: Report
) -> list[tuple[str, Draft]]:
    """The drafts in a folder with their files' names."""
    if folder is None: return []
    if not folder.is_dir(): report.problems.append(Problem(file=str(folder), line=1, message="there is no such folder"))
    drafts = []
    for path in sorted(p for pattern in patterns for p in folder.rglob(pattern)):
        name = path.relative_to(folder).as_posix()
        draft = _parsed(name, path, parse)
        if isinstance(draft, Draft): drafts.append((name, draft))
        else: report.problems.extend(draft)
    return drafts


def _parsed(name: str, path: Path, parse: Callable[[str, str], Draft | list[Problem]]) -> Draft | list[Problem]:
    try:
        return parse(name, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        return [Problem(file=name, line=1, message=f"cannot be read: {error}")]


def _without_clashes(drafts: Sequence[tuple[str, Draft]], report: Report) -> list[Draft]:
    """The first file of a slug wins; a second one is a problem, not an overwrite."""
    unique: dict[tuple[str, str], tuple[str, Draft]] = {}
    for name, draft in drafts:
        first, kept = unique.setdefault((draft.kind, draft.slug), (name, draft))
        if kept is draft: continue
        message = f'the {draft.kind} "{draft.slug}" is already in {first}'
        report.problems.append(Problem(file=name, line=1, message=message))
    return [draft for _, draft in unique.values()]
