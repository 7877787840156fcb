"""What a person's App Home shows, and the outages that staff declare."""

from bot.assistant.parts import Parts
from bot.question import HomeView
from core.people import Action, Person
from core.redact import redact
from handoff import outages, tickets

LISTED = 10  # tickets of one list; a Home may have 100 blocks
DRAFTS = 5


class Homes:
    """The Home tab and what is declared from it."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def home(self, person: Person) -> HomeView:
        """The person's own tickets, the forms they may use, and for staff what waits."""
        staff = person.may(Action.WORK_TICKETS)
        with self._parts.database.reading() as session:
            own = tickets.of_requester(session, person.id, limit=LISTED)
            waiting = tickets.waiting(session, limit=LISTED) if staff else []
            lasting = outages.current(session)
        desk = self._parts.desk
        return HomeView(
            name=person.name, tz=person.tz, tickets=tuple(own), waiting=tuple(waiting), is_staff=staff,
            forms=tuple((item.slug, item.title) for item in desk.catalogue), outages=tuple(
                (o.id, o.text) for o in lasting
            ),
            is_editor=person.may(Action.EDIT_ARTICLES),
            reads_runbooks=person.may(Action.READ_STAFF_ARTICLES), writes_runbooks=person.may(Action.EDIT_RUNBOOKS),
            drafts=tuple(self._parts.kb.drafts()[:DRAFTS]) if person.may(Action.DRAFT_RECIPES) else (),
            contact=f"{desk.contact.phone}, {desk.contact.hours}",
        )

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
