"""Pasted logs and stack traces: all that is read of them is the one line that tells the error. Pure."""

import re

FEWEST = 2  # lines that look like a log; a single one may be what the person says

_TIME = r"\[?(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d[.,\d]*Z?\]?"
_LOGGED = re.compile(
    rf"^\s*(?:{_TIME}\s|\[?(?:ERROR|WARN|WARNING|INFO|DEBUG|TRACE|FATAL)\b\]?[\s:]|at [\w.$<>]+\(|File \".*\", line \d+"
    r"|Traceback \(most recent|Caused by: |\.\.\. \d+ more|Exception in thread|[\w.]*(?:Error|Exception)(?::|$)"
    r"|(?:[0-9a-f]{2} ){8,}|\w+ ?= ?0x[0-9a-f]+)"
)
_INDENTED = re.compile(r"^(?:\s{4,}|\t)\S")
_FENCE = re.compile(r"^\s*```")
_NAMED = re.compile(r"^\s*(?:Caused by: )?[\w.$]*(?:Error|Exception|Failure)\b")
_TELLS = re.compile(
    r"\b(?:error|failed|failure|denied|refused|timed? ?out|cannot|could not|unable|fatal|invalid)\b", re.IGNORECASE
)
_LEADER = re.compile(rf"^\s*(?:{_TIME}\s+)?(?:\[?(?:ERROR|WARN|WARNING|INFO|DEBUG|TRACE|FATAL)\]?[\s:-]+)?")


def without_logs(text: str) -> str:
    """The text with its pasted lines cut down to the line that tells the error."""
    lines = text.splitlines()
    pasted = _pasted(lines)
    if sum(pasted) < FEWEST: return text.replace("```", " ")
    told = _telling([line for line, is_log in zip(lines, pasted, strict=True) if is_log])
    said = [line for line, is_log in zip(lines, pasted, strict=True) if not is_log and not _FENCE.match(line)]
    return "\n".join([*said, told]).strip().replace("```", " ")


def _pasted(lines: list[str]) -> list[bool]:
    """Whether each line was pasted: it looks logged, stands in a fence, or is indented under one that was."""
    found: list[bool] = []
    fenced = False
    for line in lines:
        if _FENCE.match(line): fenced = not fenced and "```" not in line.strip()[3:]
        under = bool(found) and found[-1] and bool(_INDENTED.match(line))
        found.append(bool(_LOGGED.match(line)) or under or (fenced and not _FENCE.match(line)))
    return found


def _telling(lines: list[str]) -> str:
    """The last line that names an error, or else tells of one, or else the first; without its time and level."""
    named = [line for line in lines if _NAMED.match(line)] or [line for line in lines if _TELLS.search(line)]
    return _LEADER.sub("", (named or lines[:1])[-1], count=1).strip()
