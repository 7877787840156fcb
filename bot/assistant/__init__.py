"""The use cases: the one place where knowledge base, classifier and desk meet."""

from bot.assistant.acting import Acting
from bot.assistant.after import After
from bot.assistant.answering import Answering
from bot.assistant.auditing import Auditing
from bot.assistant.correcting import Correcting
from bot.assistant.desk.clock import DeskClock
from bot.assistant.desk.ending import Ending
from bot.assistant.desk.laddering import Laddering
from bot.assistant.desk.looking import Looking
from bot.assistant.desk.opening import Opening
from bot.assistant.desk.relating import Relating
from bot.assistant.desk.replying import Replying
from bot.assistant.desk.working import Working
from bot.assistant.documenting import Documenting
from bot.assistant.drafting import Drafting
from bot.assistant.editorial.carding import Carding
from bot.assistant.editorial.gaps import Gaps
from bot.assistant.editorial.health import Health
from bot.assistant.editorial.keeping import Keeping
from bot.assistant.editorial.listing import Listing
from bot.assistant.editorial.overview import Overviews
from bot.assistant.editorial.rehearsing import Rehearsing
from bot.assistant.editorial.remarking import Remarking
from bot.assistant.editorial.reviewing import Reviewing
from bot.assistant.editorial.saying import Saying
from bot.assistant.editorial.searching import Searching
from bot.assistant.editorial.sheets import Sheets
from bot.assistant.editorial.writing import Writing
from bot.assistant.explaining import Explaining
from bot.assistant.finding import Finding
from bot.assistant.fixing import Fixing
from bot.assistant.following import Following
from bot.assistant.hearing import Hearing
from bot.assistant.home import Homes
from bot.assistant.leaving import Leaving
from bot.assistant.parts import Parts
from bot.assistant.personal import Personal
from bot.assistant.retaining import Retaining
from bot.assistant.runbooks import RunBooks
from bot.assistant.showing import Showing
from bot.assistant.signing_in import SigningIn
from bot.assistant.staffing import Staffing
from bot.assistant.tasks import Tasks
from bot.assistant.threads import Threads
from bot.assistant.ticketing import Ticketing
from bot.assistant.understanding import Understanding
from bot.assistant.updating import Updating
from bot.assistant.waking import Waking


class Assistant:
    """Every use case of Firstline, whatever surface it is asked on."""

    def __init__(self, parts: Parts) -> None:
        """Share the parts among the use cases."""
        self.parts = parts
        self.understanding = Understanding(parts)
        self.tickets = Ticketing(parts)
        self.acting = Acting(parts)
        self.fixing = Fixing(parts, self.tickets, self.acting)
        self.acting.ended, self.acting.asked = self.fixing.action_ended, self.fixing.action_asked
        self.waking = Waking(parts, self.fixing)
        self.updating = Updating(parts)
        self.showing = Showing(parts)
        self.leaving = Leaving(parts)
        self.desk_clock = DeskClock(parts)
        self.hearing = Hearing(self.understanding)
        threads = Threads(parts, self.tickets, self.fixing, Following(parts, self.fixing))
        self.answering = Answering(parts, self.hearing, threads, self.tickets, self.fixing)
        self.writing, self.rehearsing = Writing(parts), Rehearsing(parts)
        self.reviewing = Reviewing(parts, self.writing, self.rehearsing.losses)
        self.keeping = Keeping(parts, self.writing, self.rehearsing.losses)
        self.remarking = Remarking(parts)
        self.sheets, self.searching = Sheets(parts, self.writing), Searching(parts, self.writing)
        self.saying, self.carding = Saying(parts), Carding(parts)
        self.gaps = Gaps(parts, self.writing)
        self.health = Health(parts, self.understanding)
        self.overviews = Overviews(parts, self.writing, self.gaps, self.health)
        self.homes = Homes(parts, self.overviews)
        self.signing_in, self.listing = SigningIn(parts), Listing(parts)
        self.runbooks = RunBooks(parts)
        self.drafting = Drafting(parts)
        self.documenting, self.after, self.finding = Documenting(parts), After(parts), Finding(parts)
        self.explaining = Explaining(parts)
        self.correcting = Correcting(parts)
        self.looking, self.working, self.laddering = Looking(parts), Working(parts), Laddering(parts)
        self.relating, self.ending = Relating(parts), Ending(parts)
        self.opening = Opening(parts, self.correcting)
        self.staffing = Staffing(parts)
        self.tasks = Tasks(parts)
        self.replying = Replying(parts)
        self.auditing = Auditing(parts)
        self.personal, self.retaining = Personal(parts.database, parts.desk, parts.clock), Retaining(parts)

    def look(self) -> int:
        """Take on whatever has become due with time; how much that was. Several processes may look at once."""
        own = self.updating.look() + self.desk_clock.look() + self.waking.look()
        return own + self.gaps.look() + self.health.look() + self.auditing.look() + self.retaining.look()


__all__ = ["Assistant", "Parts"]
