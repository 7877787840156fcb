"""Why a message was answered as it was, from the trace that was kept of it. Pure; the same words on every surface."""

from collections.abc import Callable, Mapping
from typing import Any

Part = tuple[str, tuple[str, ...]]  # a heading and its lines


UNREAD = "an article that you may not read"


def nothing(_kind: str, _slug: str, _audience: str) -> str:
    """Hides nothing."""
    return ""


def explained(trace: Mapping[str, Any], hidden: Callable[[str, str, str], str] = nothing) -> list[Part]:
    """A kept trace for staff to read; parts that an older trace lacks are left out.

    `hidden` tells of an article or recipe, by kind, slug and audience, whether the reader may not read it.
    """
    parts: list[Part] = [
        ("Decided", tuple(_decided(trace))),
        ("Read", tuple(filter(None, [trace.get("read", "")]))),
        ("Taken for", tuple(_taken(trace.get("prediction") or {}))),
        ("Found", tuple(_found(row, hidden) for row in trace.get("candidates") or ())),
        ("How sure", tuple(_sure(trace))),
        ("Models", tuple(f"{name} {value}" for name, value in (trace.get("models") or {}).items())),
    ]
    return [(heading, lines) for heading, lines in parts if lines]


def _taken(seen: Mapping[str, Any]) -> list[str]:
    if not seen: return []
    others = [f"{name} {chance:.2f}" for name, chance in seen.get("intents", {}).items() if name != seen["intent"]]
    also = f", then {', '.join(others)}" if others else ""
    rows = [f"intent {seen['intent']} ({seen.get('intent_p', 0):.2f}){also}"]
    rows.append(f"category {seen['category']} ({seen.get('category_p', 0):.2f})")
    return [*rows, f"impact {seen['impact']}, urgency {seen['urgency']}"]


def _found(row: Mapping[str, Any], hidden: Callable[[str, str, str], str]) -> str:
    numbers = f"{row['score']:.3f}  cosine {row['cosine']:.3f}  BM25 {row.get('bm25', 0):6.2f}"
    if hidden(row["kind"], row["slug"], row.get("audience", "employees")): return f"{numbers}  {UNREAD}"
    return f"{numbers}  {row['kind']} {row['slug']}"


def _sure(trace: Mapping[str, Any]) -> list[str]:
    limits = trace.get("limits")
    if not limits: return []
    told = f"{trace['confidence']:.2f}; answers from {limits['answer']:.2f}, asks back from {limits['clarify']:.2f}"
    return [told, *(f"{name} {x:.3f} ({part:+.2f})" for name, (x, part) in trace.get("features", {}).items())]


def _decided(trace: Mapping[str, Any]) -> list[str]:
    if not trace.get("why"): return []
    decision = f"{trace['decision']}: " if trace.get("decision") else ""
    leans = "read together with what the thread was about" if trace.get("leans") else ""
    part = f"part {trace['part'][0]} of {trace['part'][1]} of the message" if trace.get("part") else ""
    return [row for row in (f"{decision}{trace['why']}", part, leans) if row]
