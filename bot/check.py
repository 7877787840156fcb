"""What `firstline doctor` found out about one thing. Pure."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "missing", "skipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at: what came of it in a few words, and how to mend it if it is not well."""

    what: str
    state: State
    says: str
    mend: str = ""

    def line(self) -> str:
        """For a terminal."""
        return f"{self.state:8} {self.what:12} {self.says}" + (f" {self.mend}" if self.mend else "")


def well(what: str, says: str) -> Check:
    """It is as it should be."""
    return Check(what=what, state="ok", says=says)


def missing(what: str, says: str, mend: str = "") -> Check:
    """It is not there, or not right."""
    return Check(what=what, state="missing", says=says, mend=mend)


def skipped(what: str, says: str) -> Check:
    """It could not be looked at."""
    return Check(what=what, state="skipped", says=says)
