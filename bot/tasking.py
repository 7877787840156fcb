"""An editors' task as it is shown."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """What is asked for, and out of which ticket; `about` is the title of what did not help, `slug` and `kind` name it.

    These are empty where there is nothing yet; `place` is where the ticket's card stands (channel, ts); `done_by` is
    empty until somebody has done the task.
    """

    id: int
    what: str
    ticket: str
    about: str
    note: str
    kind: str = ""
    slug: str = ""
    place: tuple[str, str] = ("", "")
    done_by: str = ""
