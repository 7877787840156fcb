"""What a person's App Home shows, and the outages that staff declare."""

from bot.assistant.editorial.writing import Writing
from bot.assistant.finding import LISTED, RECENT, Finding, names_of
from bot.assistant.parts import Parts
from bot.assistant.standing import stand
from bot.assistant.tasks import Tasks
from bot.question import At, HomeView
from core.people import Action, Person
from core.redact import redact
from handoff import finding, outages
from kb.drafts import Kept

DRAFTS = 5  # that are shown
AT_FIRST = At()


class Homes:
    """The Home tab and what is declared from it."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts, self._finding = parts, Finding(parts)

    def home(self, person: Person, at: At = AT_FIRST) -> HomeView:
        """The person's own tickets, the forms they may use, and for staff what waits."""
        desk, now, staff = self._parts.desk, self._parts.clock(), person.may(Action.WORK_TICKETS)
        with self._parts.database.reading() as session:
            own = finding.own(session, person.id, now - RECENT, first=at.own, limit=LISTED)
            standings = tuple(stand(session, desk, one, now) for one in own.tickets)
            names = names_of(session, standings)
            queue = self._finding.queue(session, person, at.show, at.queue) if staff else None
            lasting = outages.current(session)
        return HomeView(
            name=person.name, tz=person.tz, own=own, standings=standings, names=names, queue=queue,
            at=At(own=own.first, show=at.show, queue=queue.page.first if queue else 0),
            forms=tuple((item.slug, item.title) for item in desk.catalogue),
            outages=tuple((o.id, o.text) for o in lasting), is_editor=person.may(Action.EDIT_ARTICLES),
            reads_runbooks=person.may(Action.READ_STAFF_ARTICLES), writes_runbooks=person.may(Action.EDIT_RUNBOOKS),
            drafts=self._drafts(person), tasks=Tasks(self._parts).waiting(person),
            contact=f"{desk.contact.phone}, {desk.contact.hours}",
        )  # fmt: skip

    def _drafts(self, person: Person) -> tuple[Kept, ...]:
        """The drafts that the person may go on with."""
        found = Writing(self._parts).drafts(person)
        return (*found.to_review, *found.mine, *found.others)[:DRAFTS]

    def declare_outage(self, text: str, person: Person) -> outages.Outage:
        """Make a fault known: matching questions are answered with it from now on."""
        person.must(Action.DECLARE_OUTAGE)
        clean = redact(text).text
        vector = self._parts.encode(clean)
        with self._parts.database.transaction() as session:
            return outages.declare(session, clean, vector, self._parts.encoder.name, by=person, now=self._parts.clock())

    def end_outage(self, outage_id: int, person: Person) -> int:
        """The fault is mended; everybody who was told of it hears once. How many that are."""
        with self._parts.database.transaction() as session:
            return outages.end(session, outage_id, by=person, now=self._parts.clock())

    def current_outages(self) -> list[outages.Outage]:
        """The outages that last."""
        with self._parts.database.reading() as session: return outages.current(session)
