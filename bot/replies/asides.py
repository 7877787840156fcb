"""A side question at a step, answered from what the recipe itself says."""

import re

from core.encoder import Encoder

NEAR = 0.35  # cosine of a question and the paragraph that answers it; unrelated pairs are below .2
_HOW = re.compile(
    r"\b(?:how|where|which (?:button|key|menu|one)|show me|what (?:do|should) i (?:do|click|press))\b", re.IGNORECASE
)


def best_aside(encoder: Encoder, asked: str, help_: str, notes: str) -> str:
    """The paragraph of the recipe's notes that is nearest to a question, or the step's help; empty if neither fits.

    "Where do I find that?" is about the step itself: its help answers it whatever words the notes share with it.
    """
    if help_ and _HOW.search(asked): return help_
    paragraphs = [line.strip() for line in notes.splitlines() if line.strip()]
    texts = [*([help_] if help_ else []), *paragraphs]
    if not texts: return ""
    rows = encoder.encode([asked, *texts])
    likeness = rows[1:] @ rows[0]
    best = int(likeness.argmax())
    return texts[best] if likeness[best] >= NEAR else help_
