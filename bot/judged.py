"""One message after thinking and before acting, and what is kept of that so that it can be explained later. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from bot.confidence import NAMES, Confidence
from bot.decide import Answer, Decision, Evidence, OfferRecipe
from classifier.labels import Intent, Level, Prediction
from handoff.brief import RunBook
from kb.ranking import Candidate

KEPT_CANDIDATES = 5
KEPT_INTENTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was read of a message, what was seen, and the decision on it.

    `features` are the confidence's, by name; `runbooks` are for the staff, should it become a ticket.
    """

    read: str
    evidence: Evidence
    decision: Decision
    features: Mapping[str, float] = field(default_factory=dict)
    runbooks: tuple[RunBook, ...] = ()

    @property
    def prediction(self) -> Prediction:
        """What the message was taken for."""
        return self.evidence.prediction


def trace_of(judged: Judged, confidence: Confidence, models: Mapping[str, str]) -> dict[str, Any]:
    """Everything that a decision came from, as JSON: enough to explain it when all models have changed since."""
    limits = confidence.limits
    weights = dict(zip(NAMES, confidence.weights, strict=True))
    return {
        "read": judged.read,
        "prediction": _prediction(judged.prediction),
        "candidates": [_candidate(one) for one in judged.evidence.candidates[:KEPT_CANDIDATES]],
        "confidence": round(judged.evidence.confidence, 4),
        "features": {n: [round(x, 4), round(x * weights[n], 4)] for n, x in judged.features.items()},
        "limits": {"answer": round(limits.answer, 4), "clarify": round(limits.clarify, 4)},
        "decision": judged.decision.name, "why": judged.decision.why, "shown": _shown(judged.decision),
        "models": dict(models), "runbooks": [asdict(one) for one in judged.runbooks],
    }  # fmt: skip


def _candidate(one: Candidate) -> dict[str, Any]:
    numbers = {"score": one.score, "cosine": one.cosine, "lexical": one.lexical, "bm25": one.bm25}
    named = {"kind": one.kind, "slug": one.slug, "title": one.title, "passage": one.passage, "audience": one.audience}
    return named | {name: round(value, 4) for name, value in numbers.items()}


def _prediction(seen: Prediction) -> dict[str, Any]:
    likeliest = sorted(seen.intents.items(), key=lambda pair: -pair[1])[:KEPT_INTENTS]
    return {
        "intent": seen.intent, "intent_p": round(seen.intent_p, 4),
        "intents": {name: round(chance, 4) for name, chance in likeliest},
        "category": seen.category, "category_p": round(seen.category_p, 4),
        "impact": seen.impact, "impact_p": round(seen.impact_p, 4), "urgency": seen.urgency,
    }  # fmt: skip


def _shown(decision: Decision) -> list[list[str]]:
    """Which article or recipe the person gets to see at once."""
    outcome = decision.outcome
    return [[outcome.best.kind, outcome.best.slug]] if isinstance(outcome, Answer | OfferRecipe) else []


def predicted(trace: Mapping[str, Any], category: str = "") -> Prediction:
    """What a message was taken for, from its trace; under another category if one is given."""
    kept = trace.get("prediction", {})
    return Prediction(
        intent=Intent(kept.get("intent", "incident")), intent_p=1.0, category=category or kept.get("category", ""),
        category_p=1.0, impact=Level(kept.get("impact", "low")), urgency=Level(kept.get("urgency", "medium")),
    )
