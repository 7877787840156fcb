"""The roll: who of the staff is in the workspace, called once at start, so that tickets can be given to them."""

import logging
import threading

from slack_sdk.errors import SlackApiError, SlackRequestError

from bot.assistant import Assistant
from bot.slack.directory import Directory
from core import people
from core.errors import Unavailable

WAIT = 30.0  # seconds after which Slack is asked again if it does not say when; it takes 50 look-ups a minute
log = logging.getLogger(__name__)


class Roll:
    """Calls the roll in a thread of its own: a start never waits for it."""

    def __init__(self, directory: Directory, assistant: Assistant) -> None:
        """Take who asks Slack, and who remembers people; nothing is asked yet."""
        self._directory, self._parts = directory, assistant.parts
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self.call, name="roll", daemon=True)

    def start(self) -> None:
        """Begin to call."""
        self._thread.start()

    def stop(self) -> None:
        """Break off, and wait for the thread to end."""
        self._stop.set()
        self._thread.join()

    def call(self) -> None:
        """Look everybody up; whoever is missing gets no tickets, which the log tells in a line each."""
        for one in self._parts.desk.staff:
            if self._stop.is_set() or not self._look_up(one.email): return

    def _look_up(self, email: str) -> bool:
        """Meet one of them; False if Slack cannot be asked at all."""
        while not self._stop.is_set():
            try:
                if self._directory.colleague(email) is None: self._missing(email)
            except SlackApiError as error:
                if error.response.get("error") != "ratelimited":
                    log.warning("the staff were not looked up: Slack answered %s", error.response.get("error"))
                    return False
                self._stop.wait(float(error.response.headers.get("Retry-After", WAIT)))
            except (SlackRequestError, OSError) as error:
                log.warning("the staff were not looked up: %s", error)
                return False
            except Unavailable as error:
                log.warning("the staff are looked up a little later: %s", error)
                self._stop.wait(WAIT)
            else:
                return True
        return False

    def _missing(self, email: str) -> None:
        """Slack no longer tells the address of somebody who was deactivated; by their id it does."""
        log.warning("%s is in the desk file, but not in Slack, or deactivated there: no tickets go to them", email)
        with self._parts.database.reading() as session: known = people.by_email(session, email)
        if known: self._directory.person(known.id)
