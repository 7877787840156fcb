"""Why a message was answered as it was: for staff, from the trace that was kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot import conversations
from bot.assistant.parts import Parts
from bot.conversations import Conversation, Turn
from bot.explain import Part, explained
from bot.reading import clean
from core.errors import NotFound
from core.people import Action, Person
from handoff import tickets

WORD = re.compile(r"[^\W_]+")
MOST = 3  # messages of one explanation, the newest ones; a modal holds about ten
NONE = "I kept no decision of mine there. Use it on one of my answers, or name a ticket."


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One message and why it was answered as it was, under headings. `feedback` is what the person said of it."""

    said: str
    parts: tuple[Part, ...]
    feedback: str = ""


class Explaining:
    """What staff may ask about decisions. The role is checked here, whatever surface asks."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def of_ticket(self, number: str, person: Person) -> list[Explanation]:
        """The messages that led to a ticket.

        Raises:
            NotAllowed: the person is not of the staff.
            NotFound: there is no such ticket, or it came from a form.
        """
        person.must(Action.READ_TRACES)
        with self._parts.database.reading() as session:
            ticket = tickets.by_number(session, number)
            if ticket is None: raise NotFound(f"There is no ticket {number}.")
            said = conversations.turns(session, ticket.conversation_id) if ticket.conversation_id else []
        return self._explanations(said, person)

    def of_message(self, channel: str, thread_ts: str, ts: str, person: Person) -> list[Explanation]:
        """The message that a reply of Firstline's answers; several when it held several requests.

        Raises:
            NotAllowed: the person is not of the staff.
            NotFound: Firstline decided nothing there, or it is somebody's private conversation without a ticket.
        """
        person.must(Action.READ_TRACES)
        with self._parts.database.reading() as session:
            conversation = conversations.of_thread(session, channel, thread_ts or ts)
            if conversation is None: raise NotFound(NONE)
            handed = tickets.of_conversation(session, conversation.id) is not None
            if not (handed or _open_to(conversation, person)): raise NotFound(NONE)
            said = [turn for turn in conversations.turns(session, conversation.id) if turn.ts <= ts]
        last = next((turn.ts for turn in reversed(said) if turn.trace.get("why")), "")
        return self._explanations(said, person, last)

    def _explanations(self, said: list[Turn], person: Person, ts: str = "") -> list[Explanation]:
        """For somebody of the staff, of the message at `ts` or of all: what they may not read is not named."""
        readers = self._parts.readable(person)
        hidden, known = self._parts.hidden_from(readers), self._known(said, readers)
        told = [
            Explanation(
                said=turn.text, parts=tuple(explained(_as_known(turn.trace, known), hidden)), feedback=turn.feedback
            )
            for turn in said if turn.trace.get("why") and ts in ("", turn.ts)
        ]  # fmt: skip
        if not told: raise NotFound(NONE)
        return told[-MOST:]

    def _known(self, said: list[Turn], readers: frozenset[str]) -> frozenset[str]:
        """The words that were written, and those that they are read as with what the readers may read.

        A typo may have been put right to a word that only an article has which they may not.
        """
        texts = [clean(turn.text) for turn in said]
        texts += [self._parts.kb.read(text, readers) for text in texts]
        return frozenset(word.lower() for text in texts for word in WORD.findall(text))


def _as_known(trace: Mapping[str, Any], known: frozenset[str]) -> Mapping[str, Any]:
    """A trace whose message was read in words that are known."""
    read = WORD.sub(lambda word: word[0] if word[0].lower() in known else "…", trace.get("read", ""))
    return {**trace, "read": read}


def _open_to(conversation: Conversation, person: Person) -> bool:
    return not conversation.private or conversation.person == person.id

