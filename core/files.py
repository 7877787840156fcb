"""Content files: YAML read safely, with the line of everything, so that a problem can say where it is."""

import re
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import ValidationError

Path = tuple[int | str, ...]

MAX_YAML = 200_000  # characters; takes two seconds to read at worst, and content files have about 5,000
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL takes no NUL, UTF-8 no half of a surrogate pair


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong with a file, and where."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        """Such as `vpn.yaml:12: step "x" does not exist`."""
        return f"{self.file}:{self.line}: {self.message}"


class Misfits(ValueError):
    """Parts of a document that do not fit together; `found` holds the path and the message of each."""

    def __init__(self, found: list[tuple[Path, str]]) -> None:
        """Keep them all."""
        super().__init__("; ".join(message for _, message in found))
        self.found = found


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data from YAML, with the line number of each path in it."""

    data: Any
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        """The line of a path, or of its nearest parent that has one."""
        while path and path not in self.lines: path = path[:-1]
        return self.lines.get(path, 1)

    def problems(self, file: str, error: ValidationError) -> list[Problem]:
        """What pydantic found wrong, a line each, in file order."""
        rows = {
            Problem(file=file, line=self.line(path), message=message)
            for details in error.errors() for path, message in _found(details)
        }  # fmt: skip
        return sorted(rows, key=lambda row: (row.line, row.message))


def read_yaml(file: str, text: str, first_line: int = 1, *, words: bool = False) -> Document | Problem:
    """Parse YAML text that begins at `first_line` of `file`; a Problem if it is not YAML.

    Every key is the text that stands there: `yes` stays a word and `1` is no number; with `words`, every value is, too.
    Aliases are not taken, because a few lines of them can stand for more data than fits into memory.
    """
    if len(text) > MAX_YAML:
        return Problem(file=file, line=first_line, message=f"longer than {MAX_YAML:,} characters")
    try:
        loader = _WordLoader(text) if words else _Loader(text)
        node = loader.get_single_node()
        lines = _lines(node, (), first_line)
        return Document(loader.construct_document(node) if node else None, lines)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + first_line
        return Problem(file=file, line=line, message=f"not valid YAML: {error.reason}")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + first_line if mark else first_line
        return Problem(file=file, line=line, message=f"not valid YAML: {getattr(error, 'problem', error)}")
    except RecursionError:
        return Problem(file=file, line=first_line, message="nested too deeply")


class _Loader(yaml.SafeLoader):
    """Plain data only, no aliases; a value that cannot be read is an error with a line."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event: Any = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs leave it untyped
            raise yaml.composer.ComposerError(None, None, f"write it out instead of *{event.anchor}", event.start_mark)
        node: yaml.Node | None = super().compose_node(parent, index)
        return node

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:  # noqa: FBT001, FBT002 - PyYAML's signature
        try:
            value = super().construct_object(node, deep=deep)
        except (ArithmeticError, AttributeError, LookupError, ValueError) as error:
            raise yaml.constructor.ConstructorError(None, None, _unreadable(node, error), node.start_mark) from None
        if isinstance(value, str) and UNSTORABLE.search(value):
            raise yaml.constructor.ConstructorError(None, None, "a character that cannot be stored", node.start_mark)
        return value


class _WordLoader(_Loader):
    """A plain value is the text that stands there: `off` is no truth, `012` no number; nothing stays nothing."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own attribute, read by all its loaders
        sign: [row for row in rows if row[0].endswith(":null")]
        for sign, rows in _Loader.yaml_implicit_resolvers.items()
    }  # fmt: skip


def _unreadable(node: yaml.Node, error: Exception) -> str:
    kind = node.tag.rsplit(":", 1)[-1].replace("timestamp", "date")
    why = f" ({error})" if isinstance(error, ValueError) and kind == "date" else ""
    return f'"{str(node.value)[:60]}" is no {kind}{why}'


def _lines(node: yaml.Node | None, path: Path, offset: int) -> dict[Path, int]:
    if node is None: return {}
    found = {path: node.start_mark.line + offset}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*path, str(key.value))
            if inner in found:
                raise yaml.constructor.ConstructorError(None, None, f'"{key.value}" is given twice', key.start_mark)
            if isinstance(key, yaml.ScalarNode): key.tag = yaml.resolver.BaseResolver.DEFAULT_SCALAR_TAG
            found |= _lines(value, inner, offset)
            found[inner] = key.start_mark.line + offset
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            found |= _lines(item, (*path, number), offset)
    return found


def _found(details: Any) -> list[tuple[Path, str]]:
    """The paths and messages of one of pydantic's errors."""
    cause = details.get("ctx", {}).get("error")
    if isinstance(cause, Misfits): return [((*details["loc"], *path), message) for path, message in cause.found]
    return [(details["loc"], _message(details["loc"], details["msg"]))]


def _message(loc: Path, message: str) -> str:
    where = ".".join(str(part) for part in loc)
    plain = message.removeprefix("Value error, ").replace("Extra inputs are not permitted", "is not a known key")
    return f"{where}: {plain}" if where else plain
