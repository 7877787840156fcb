"""A message becomes the draft of an article: what was asked and what was answered, without the people in it."""

from collections.abc import Collection

from bot import conversations
from bot.assistant.editorial.made import must_write
from bot.assistant.editorial.writing import Begun
from bot.assistant.parts import Parts
from bot.reading import clean
from core import people
from core.errors import BadInput, NotFound
from core.people import Person
from core.personal import full_names, impersonal
from handoff import tasks, tickets
from kb.articles import ARTICLE
from kb.drafting import said_article

NOT_YOURS = "I can only use conversations that you are in."


class Saying:
    """Begins articles from what people wrote."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def begin(
        self, asked: str, answered: str, present: Collection[str], person: Person, *, origin: str
    ) -> Begun:
        """An article with a question and its answer in it, to be gone over; nothing is kept yet.

        `present` are the ids of the people who wrote or are mentioned there; their names are taken out.

        Raises:
            NotAllowed: the person may not draft articles.
            BadInput: there are no words in it.
        """
        must_write(person, ARTICLE)
        if not (asked.strip() or answered.strip()): raise BadInput("There are no words in this message.")
        names = self._names(present, f"{asked}\n{answered}")
        source = said_article(impersonal(clean(asked), names), impersonal(answered.strip(), names))
        return Begun(kind=ARTICLE, slug="", source=source, version=0, based_on=0, draft=None, origin=origin)

    def asked_in(self, channel: str, thread_ts: str, person: Person) -> str:
        """What was first asked of Firstline in a thread, without secrets; empty where nothing was.

        Raises:
            NotAllowed: the person may not draft articles.
            NotFound: it is somebody else's private conversation.
        """
        must_write(person, ARTICLE)
        with self._parts.database.reading() as session:
            conversation = conversations.of_thread(session, channel, thread_ts)
            if conversation is None: return ""
            if conversation.private and conversation.person != person.id: raise NotFound(NOT_YOURS)
            return next((turn.text for turn in conversations.turns(session, conversation.id)), "")

    def of_task(self, task_id: int, person: Person) -> Begun:
        """An article out of the ticket that left a task: what was asked there, and, once it is over, what was done."""
        must_write(person, ARTICLE)
        with self._parts.database.reading() as session:
            ticket = tickets.get(session, tasks.get(session, task_id).ticket_id)
        present = (ticket.requester, ticket.assignee)
        asked = ticket.brief.asked[0] if ticket.brief.asked else ticket.summary
        return self.begin(asked, ticket.resolution, present, person, origin=f"ticket:{ticket.id}")

    def _names(self, present: Collection[str], text: str) -> set[str]:
        with self._parts.database.reading() as session:
            names = {person.name for one in present if (person := people.find(session, one))}
            return names | people.names_among(session, full_names(text))
