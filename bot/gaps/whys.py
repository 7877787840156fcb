"""Why a question belongs to a gap. Pure.

Beside these, the reasons of an escalation that leave a task to the editors (`editor_tasks` of the desk file) are: that
an article is missing, is wrong, or was followed and did not help. They weigh most, as staff have looked.
"""

UNCLEAR = "unclear"  # asked back, and none of the choices was taken
UNANSWERED = "unanswered"  # nothing fitted, so people took over
ASKED_PERSON = "asked_person"  # answered, but the person wanted people
NOT_HELPFUL = "not_helpful"  # answered, and rated so
STUCK = "stuck"  # a recipe that did not fix it
CAME_BACK = "came_back"  # fixed, and then not
BY_STAFF = "escalated"  # a reason of the desk file whose name is too long to be kept
CONFIRMED = "confirmed"  # no reason for a gap: the answer is known to have helped
MAX_WHY = 20  # characters that are kept
_RISING = (UNCLEAR, UNANSWERED, ASKED_PERSON, NOT_HELPFUL, STUCK, CAME_BACK)
HELPED_AFTER_ALL = frozenset({UNCLEAR, NOT_HELPFUL})  # what a person can take back by saying that it helped


def of_staff(reason: str) -> str:
    """An escalation's reason as it is kept."""
    return reason if len(reason) <= MAX_WHY else BY_STAFF


def worse(known: str, new: str) -> bool:
    """Whether a new reason says more than the one that is known."""
    return _weight(new) > _weight(known)


def _weight(why: str) -> int:
    return _RISING.index(why) if why in _RISING else len(_RISING)
