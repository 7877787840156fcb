"""Corrections as training messages. Pure."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.decide import Reason
from classifier.examples import FEWEST, Example
from handoff.corrections import Correction


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What is learnt from corrections, what is left out (a line each), and the newest fact that was known."""

    examples: tuple[Example, ...] = ()
    left_out: tuple[str, ...] = ()
    until: int = 0


def taken(corrections: Sequence[Correction], known: Sequence[Example], read: Callable[[str], str]) -> Taken:
    """Training messages from what staff made of tickets, beside the `known` ones.

    `read` gives a message as the classifier gets to see it. A form's ticket has no message to learn from. A category
    needs `FEWEST` messages; where it has fewer, the rest of the correction is learnt all the same.
    """
    own = [(read(one.text), one) for one in corrections if one.reason != Reason.FORM]
    counts = Counter(e.labels["category"] for e in known if "category" in e.labels)
    counts.update(one.labels.category for text, one in own if text.strip())
    examples = [_example(text, one, counts[one.labels.category] >= FEWEST) for text, one in own if text.strip()]
    rare = sorted({one.labels.category for _, one in own if counts[one.labels.category] < FEWEST})
    lines = [f'the category "{name}": it needs at least {FEWEST} messages' for name in rare]
    silent = len(corrections) - len(examples)
    if silent: lines.append(f"corrections of forms and of messages without words: {silent}")
    until = max((one.event for one in corrections), default=0)
    return Taken(examples=tuple(examples), left_out=tuple(lines), until=until)


def _example(text: str, one: Correction, common: bool) -> Example:  # noqa: FBT001 - a category is common enough or not
    """The labels that staff stand behind.

    The intent is one of them only where they changed the kind: a question that nobody could answer is an incident to
    the desk, and still a question.
    """
    labels: dict[str, str] = {"impact": one.labels.impact, "urgency": one.labels.urgency}
    if common: labels["category"] = one.labels.category
    if one.labels.kind is not one.first.kind: labels["intent"] = one.labels.kind.value
    return Example(text=text, labels=labels)
