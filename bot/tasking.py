"""An editors' task as it is shown."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """What is asked for, and out of which ticket; `about` is the title of what did not help, `article` its slug.

    `article` is empty where it is no article that editors open on a form, `done_by` until somebody has done the task.
    """

    id: int
    what: str
    ticket: str
    about: str
    article: str
    note: str
    done_by: str = ""
