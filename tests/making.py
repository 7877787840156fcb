"""Values that many tests need, with everything filled in that a test does not care about."""

from datetime import UTC, datetime
from typing import Any

from bot.decide import Evidence
from classifier.labels import Intent, Level, Prediction
from handoff.brief import Brief, Found, Tried
from handoff.tickets import Kind, State, Ticket
from kb.ranking import Candidate

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def candidate(slug: str = "vpn-install", **changes: Any) -> Candidate:
    """An article that was found."""
    values: dict[str, Any] = {
        "kind": "article", "slug": slug, "title": slug.replace("-", " "), "category": "vpn",
        "score": 0.7, "cosine": 0.6, "lexical": 1.0, "bm25": 8.0,
    }  # fmt: skip
    return Candidate(**(values | changes))


def prediction(intent: Intent = Intent.QUESTION, sure: float = 0.9, **changes: Any) -> Prediction:
    """What a message was taken for."""
    values: dict[str, Any] = {"category": "vpn", "category_p": 0.8, "impact": Level.LOW, "urgency": Level.MEDIUM}
    return Prediction(intent=intent, intent_p=sure, **(values | changes))


def evidence(intent: Intent = Intent.QUESTION, sure: float = 0.9, **changes: Any) -> Evidence:
    """What is known about a message: a question with one article found, and nothing else special."""
    values: dict[str, Any] = {"prediction": prediction(intent, sure), "candidates": (candidate(),), "confidence": 0.5}
    return Evidence(**(values | changes))


def brief(**changes: Any) -> Brief:
    """A brief with something in every part."""
    values: dict[str, Any] = {
        "asked": ("vpn is stuck",), "reason": "the recipe did not fix it", "goal": "reach the file server",
        "found": (Found(kind="recipe", slug="vpn", title="The VPN does not connect", score=0.8, rejected=True),),
        "tried": (Tried(recipe="vpn", step="Restart the client.", answer="Still stuck"),),
        "answers": {"error code": "809"}, "files": ("screen.png",), "note": "Look at the **gateway** first.",
        "confidence": 0.4, "why": ("confidence 0.40 is below 0.60",),
    }  # fmt: skip
    return Brief(**(values | changes))


def ticket(state: State = State.NEW, **changes: Any) -> Ticket:
    """A ticket as it stands."""
    done = state is State.RESOLVED
    values: dict[str, Any] = {
        "id": 7, "number": "INC-000007", "kind": Kind.INCIDENT, "state": state, "version": 1, "summary": "vpn is stuck",
        "requester": "U0EMMALARS", "assignee": "" if state is State.NEW else "U0LIAMOKAF", "category": "vpn",
        "impact": "low", "urgency": "medium", "priority": "P4", "priority_why": "low impact, medium urgency",
        "queue": "service-desk", "tier": 2, "goal": "", "brief": brief(), "opened_at": NOW, "response_due": NOW,
        "resolution_due": NOW, "update_due": None if done else NOW, "resolved_at": NOW if done else None,
        "resolution_code": "fixed" if done else "",
        "resolution": "Gave it a new certificate." if done else "", "conversation_id": 1, "channel": "D1",
        "thread_ts": "1.0",
    }  # fmt: skip
    return Ticket(**(values | changes))
