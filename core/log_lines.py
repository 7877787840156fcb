"""Log lines that nobody can forge: whatever people wrote, a record is one line, and what follows it is set apart."""

import logging
import re

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# Ends of lines as any program may read them, control characters, and those that turn the direction of writing
# (Unicode TR 36 and 9): in a terminal or a viewer they could hide or forge a line (OWASP ASVS 5.0, 16.4.1).
ODD = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
APART = "  | "  # before each further line of a record, such as a traceback's


def harmless(text: str) -> str:
    """A text on one line: what is odd in it is written as Python would."""
    return ODD.sub(lambda one: one[0].encode("unicode_escape").decode(), text)


class OneLine(logging.Formatter):
    """A record as one line; a traceback comes below it, each of its lines set apart."""

    def __init__(self) -> None:
        """Format as Firstline does everywhere."""
        super().__init__(FORMAT)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        """The first line."""
        record.message = harmless(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: object) -> str:  # noqa: N802 - the library's name
        """The traceback; an error's words may hold what somebody wrote."""
        lines = super().formatException(ei).split("\n")  # type: ignore[arg-type]  # the library's own type is private
        return "\n".join(APART + harmless(line) for line in lines)
