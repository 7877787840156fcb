"""What a ticket system tells us, as JSON in a signed call. Pure."""

import json
from dataclasses import dataclass
from typing import Any

from core.errors import BadInput
from core.redact import redact

COMMENT, RESOLVED, REOPENED, LINKED = "ticket.comment", "ticket.resolved", "ticket.reopened", "ticket.linked"
TYPES = (COMMENT, RESOLVED, REOPENED, LINKED)
MOST_TEXT, MOST_NAME = 3_000, 120  # characters; what is longer is cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing that happened over there. `number` is ours, `reference` theirs; at least one of them is there."""

    what: str
    number: str
    reference: str
    url: str = ""
    text: str = ""
    author: str = ""
    code: str = ""


def told(body: bytes) -> Told:
    """What a call says.

    Raises:
        BadInput: it is not as docs/ticket-systems.md describes it; says what is missing.
    """
    sent = _object(body)
    what, data = sent.get("type"), sent.get("data")
    if what not in TYPES: raise BadInput(f"type must be one of {', '.join(TYPES)}.")
    if not isinstance(data, dict): raise BadInput("data must be an object.")
    found = {name: _text(data, name, MOST_NAME) for name in ("number", "reference", "author", "code")}
    said = Told(what=what, text=_text(data, "text", MOST_TEXT), url=_address(data), **found)
    if not said.number and not said.reference: raise BadInput("data needs number (ours) or reference (yours).")
    if what == LINKED and not (said.number and said.reference): raise BadInput("data needs number and reference.")
    if what in (COMMENT, RESOLVED) and not said.text: raise BadInput("data needs text.")
    return said


def _object(body: bytes) -> dict[str, Any]:
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        raise BadInput("The body is no JSON.") from None
    if not isinstance(sent, dict): raise BadInput("The body must be a JSON object.")
    return sent


def _text(data: dict[str, Any], name: str, most: int) -> str:
    """A text without what cannot be stored or shown, and without what looks like a secret."""
    value = data.get(name) or ""
    if not isinstance(value, str): raise BadInput(f"data.{name} must be a text.")
    plain = "".join(c if c.isprintable() or c == "\n" else " " for c in value).strip()
    return redact(plain).text[:most]


def _address(data: dict[str, Any]) -> str:
    url = _text(data, "url", 500)
    if url and not url.startswith(("https://", "http://")): raise BadInput("data.url must be a web address.")
    return url
