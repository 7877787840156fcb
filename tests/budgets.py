"""How much is tried of what could be tried without end."""

import os

SHARE = 3


def tries(most: int) -> int:
    """How many cases a property is tried with: `most` of them in `make explore`, where each run tries new ones.

    `make test` tries the same ones every time: a third of them has found what all of them find.
    """
    return most if os.environ.get("HYPOTHESIS_PROFILE") == "explore" else max(most // SHARE, 5)
