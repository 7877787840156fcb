"""The log: one line a record, as text or as JSON, without secrets, and told apart by the event that a line belongs to.

Whatever a record says, it stays on its line: breaks and control characters are written out, so that nobody's words can
look like a record of ours, or change what a terminal shows. A traceback follows on lines of its own, which begin with a
bar; in JSON it is a field.
"""

import logging
import re
import sys
from collections.abc import Sequence
from typing import Literal, TextIO

from pythonjsonlogger.json import JsonFormatter

from core import watching
from core.redact import redact

Form = Literal["text", "json"]
LONGEST = 8_000  # characters of a message or a traceback that are written
REFERENCE = re.compile(r"\bE-[0-9A-F]{6}\b")  # what a person was told, see `core.errors.new_reference`
FIELDS = ("levelname", "name", "message", "role", "process", "trace", "reference")
NAMES = {"levelname": "level", "name": "logger"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # the last turn text
_KEYS = re.compile(r"\b(?:xox[a-z]-|xapp-|whsec_)[\w./+=-]{6,}|(?<=Bearer )\S+|(?<=://)[^\s/:]*:\S+(?=@)")
MASKED = "[removed]"


class Masking(logging.Filter):
    """Prepares each record: its words put together and masked, and the fields that tell what it belongs to."""

    def __init__(self, roles: Sequence[str]) -> None:
        """Take what this process does."""
        super().__init__()
        self._role = ",".join(roles) or "all"

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask one record; none is left out."""
        record.msg, record.args = masked(_said(record)), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text: record.exc_text = masked(record.exc_text)
        if record.stack_info: record.stack_info = masked(record.stack_info)
        record.exc_info = None  # from here on its text tells
        record.role, record.trace = self._role, _KEYS.sub(MASKED, one_line(watching.trace()[:LONGEST]))
        found = REFERENCE.search(record.msg)
        record.reference = found[0] if found else ""
        return True


def masked(text: str) -> str:
    """A text without secrets and without what identifies somebody, as far as `core.redact` knows it."""
    return redact(_KEYS.sub(MASKED, text[:LONGEST])).text


def _said(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):  # its arguments do not fit; what it says is worth more than they are
        return str(record.msg)


def one_line(text: str) -> str:
    """A text with breaks and control characters written out."""
    return _CONTROL.sub(_written_out, text)


def _written_out(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")


class TextFormatter(logging.Formatter):
    """`time level logger: message [trace]`, and a traceback below it behind bars."""

    def format(self, record: logging.LogRecord) -> str:
        """One record."""
        trace = getattr(record, "trace", "")
        line = f"{self.formatTime(record)} {record.levelname} {record.name}: {one_line(record.getMessage())}"
        below = (record.exc_text or "").splitlines()
        return "\n".join([f"{line} [{trace}]" if trace else line, *(f"  | {one_line(row)}" for row in below)])


def handler(form: Form, roles: Sequence[str] = (), stream: TextIO | None = None) -> logging.Handler:
    """What writes the records: to standard error, or to another stream."""
    made = logging.StreamHandler(stream) if stream else _StandardError()
    made.addFilter(Masking(roles))
    as_json = JsonFormatter(FIELDS, rename_fields=NAMES, timestamp="time")
    made.setFormatter(as_json if form == "json" else TextFormatter())
    return made


def configure(level: str, form: Form = "text", roles: Sequence[str] = ()) -> None:
    """Log from here on; a second call changes how. Where another program has set up logging, that stays.

    `roles` are what this process does.
    """
    root = logging.getLogger()
    ours = [one for one in root.handlers if isinstance(one, _StandardError)]
    if len(ours) < len(root.handlers): return
    for one in ours: root.removeHandler(one)
    root.addHandler(handler(form, roles))
    root.setLevel(level)


class _StandardError(logging.StreamHandler[TextIO]):
    """Standard error as it is at the time of each record."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # logging's own last resort does the same
        return sys.stderr
