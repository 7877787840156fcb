"""The labels a message can have, and what a prediction of them looks like."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Intent(StrEnum):
    """What a person wants with a message (ITIL keeps incidents and service requests apart)."""

    QUESTION = "question"
    INCIDENT = "incident"
    REQUEST = "request"
    PERSON = "person"
    SMALLTALK = "smalltalk"
    STATUS = "status"
    OUTSIDE = "outside"


class Level(StrEnum):
    """ITIL's three levels of impact and of urgency."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


HEADS: Mapping[str, frozenset[str] | None] = {
    "intent": frozenset(Intent),
    "category": None,  # a company's own: whatever its training data names
    "impact": frozenset(Level),
    "urgency": frozenset(Level),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """The likeliest label of each head and how likely it is, 0 to 1; `intents` and `categories` have all of them."""

    intent: Intent
    intent_p: float
    category: str
    category_p: float
    impact: Level
    urgency: Level
    impact_p: float = 0.0
    intents: Mapping[str, float] = field(default_factory=dict)
    categories: Mapping[str, float] = field(default_factory=dict)
