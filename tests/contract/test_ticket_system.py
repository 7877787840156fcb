"""What every ticket system promises, held against servers that check calls as the documentation describes them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from core.errors import CannotDeliver, TryLater
from handoff.destinations.kinds import News, Snapshot, TicketSystem, Who
from handoff.states import Kind, State
from tests.fakes import FakeClock
from tests.ticket_systems import KINDS, SECRET, TOKEN, Server, serving

NOW = FakeClock().now
ANA = Who(name="Ana Silva", email="ana@brightwater.example")
LIAM = Who(name="Liam Okafor", email="liam@brightwater.example")
OPENED = News(point=3, at=NOW, by="Firstline", text="opened: the recipe did not fix it", internal=False)


def snapshot(**changes: object) -> Snapshot:
    """A new ticket of Ana's."""
    made = Snapshot(
        number="INC-000007", kind=Kind.INCIDENT, state=State.NEW, version=1, point=3, summary="The VPN is stuck.",
        description="Asked: The VPN is stuck.\n\nGoal: Send the report", requester=ANA, assignee=Who(), category="vpn",
        impact="low", urgency="medium", priority="P4", queue="service-desk", tier=2, opened_at=NOW,
        response_due=NOW + timedelta(hours=4), resolution_due=NOW + timedelta(days=4), news=(OPENED,),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]  # each test gives what it changes


def later(before: Snapshot, state: State, *texts: str, **changes: object) -> Snapshot:
    """The ticket after some more things happened, which are all internal."""
    news = tuple(
        News(point=before.point + n, at=NOW + timedelta(minutes=n), by="Liam Okafor", text=text)
        for n, text in enumerate(texts, 1)
    )
    return replace(before, state=state, point=before.point + len(news), news=news, **changes)  # type: ignore[arg-type]


@pytest.fixture
def clock() -> FakeClock:
    """Everybody's clock."""
    return FakeClock()


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest, clock: FakeClock) -> Iterator[Server]:
    """Each kind of system in turn."""
    with serving(KINDS[request.param](clock)) as made: yield made


@pytest.fixture
def system(server: Server) -> TicketSystem:
    """Firstline's side of it."""
    return server.system()


class TestTicketSystem:
    """The contract."""

    def test_a_ticket_is_made_and_told_of(self, server: Server, system: TicketSystem) -> None:
        """With its number to be found by, its summary, its news; and it has a name and an address there."""
        known = system.update(snapshot(), system.open(snapshot()))
        (theirs,) = server.tickets()
        assert known.reference == theirs.reference
        assert known.url.startswith("http")
        assert "The VPN is stuck." in theirs.summary
        assert "the recipe did not fix it" in theirs.notes
        assert "INC-000007" in str(theirs.fields)
        assert "Send the report" in str(theirs.fields)
        assert not theirs.over

    def test_repeating_doubles_nothing(self, server: Server, system: TicketSystem, clock: FakeClock) -> None:
        """Neither the ticket, once it can be found, nor what was said."""
        known = system.update(snapshot(), system.open(snapshot()))
        clock.advance(system.settles)
        assert system.update(snapshot(), system.open(snapshot())).reference == known.reference
        (theirs,) = server.tickets()
        assert theirs.notes.count("the recipe did not fix it") == 1

    def test_only_what_is_missing_is_added(self, server: Server, system: TicketSystem) -> None:
        """What comes with two snapshots is there once."""
        known = system.update(snapshot(), system.open(snapshot()))
        claimed = later(snapshot(), State.CLAIMED, "claimed", assignee=LIAM)
        known = system.update(claimed, known)
        noted = later(claimed, State.CLAIMED, "looked at the gateway", assignee=LIAM)
        noted = replace(noted, news=(*claimed.news, *noted.news)) if server.name != "webhook" else noted
        system.update(noted, known)
        (theirs,) = server.tickets()
        assert [theirs.notes.count(word) for word in ("claimed", "looked at the gateway")] == [1, 1]
        assert "looked at" not in theirs.public

    @pytest.mark.parametrize("state", State)
    def test_each_state_is_taken(self, server: Server, system: TicketSystem, state: State) -> None:
        """A ticket that is over is over there too, and one that is open is not."""
        known = system.open(snapshot())
        system.update(later(snapshot(), state, "so it is", resolution="Reset it."), known)
        (theirs,) = server.tickets()
        assert theirs.over is (state in (State.RESOLVED, State.CLOSED))

    @pytest.mark.parametrize("pause", [State.WAITING, State.HELD, State.VENDOR])
    def test_over_after_a_pause(self, server: Server, system: TicketSystem, pause: State) -> None:
        """Where a pause has no way to the end, the one through the work is taken."""
        known, paused = system.open(snapshot()), later(snapshot(), pause, "paused")
        system.update(paused, known)
        system.update(later(paused, State.RESOLVED, "resolved", resolution="Reset it."), known)
        (theirs,) = server.tickets()
        assert theirs.over

    def test_opened_again(self, server: Server, system: TicketSystem) -> None:
        """A ticket that was resolved and is not fixed is open there as well."""
        known = system.open(snapshot())
        done = later(snapshot(), State.RESOLVED, "resolved", resolution="Reset it.")
        system.update(done, known)
        system.update(later(done, State.REOPENED, "reopened"), known)
        (theirs,) = server.tickets()
        assert not theirs.over

    def test_an_answer_that_is_lost_makes_no_second_ticket(
        self, server: Server, system: TicketSystem, clock: FakeClock
    ) -> None:
        """It was made, nobody heard of it, and the next attempt finds it."""
        server.fail("hang up")
        with pytest.raises(TryLater) as caught: system.update(snapshot(), system.open(snapshot()))
        assert caught.value.harmless is False
        clock.advance(system.settles)
        system.update(snapshot(), system.open(snapshot()))
        (theirs,) = server.tickets()
        assert theirs.notes.count("the recipe did not fix it") == 1

    def test_an_answer_that_is_lost_says_nothing_twice(self, server: Server, system: TicketSystem) -> None:
        """The note is there, nobody heard of it, and the next attempt sees it."""
        known = system.update(snapshot(), system.open(snapshot()))
        claimed = later(snapshot(), State.CLAIMED, "looked at the gateway")
        server.fail("hang up")
        with pytest.raises(TryLater): system.update(claimed, known)
        system.update(claimed, known)
        (theirs,) = server.tickets()
        assert theirs.notes.count("looked at the gateway") == 1

    def test_a_limit_is_waited_for(self, server: Server, system: TicketSystem) -> None:
        """429 did nothing, and names the wait."""
        server.fail("limit")
        with pytest.raises(TryLater) as caught: system.update(snapshot(), system.open(snapshot()))
        assert (caught.value.wait, caught.value.harmless) == (timedelta(seconds=7), True)
        assert server.tickets() == []

    def test_a_fault_over_there(self, server: Server, system: TicketSystem) -> None:
        """503 may pass."""
        server.fail("broken")
        with pytest.raises(TryLater, match="answered 503"): system.update(snapshot(), system.open(snapshot()))

    def test_a_refusal_is_told_on_one_line(self, server: Server, system: TicketSystem) -> None:
        """400 is for good, with what was said of it."""
        server.fail("refuse")
        with pytest.raises(CannotDeliver) as caught: system.update(snapshot(), system.open(snapshot()))
        assert "answered 400: This is not how we do it here." in str(caught.value)
        assert len(str(caught.value).splitlines()) == 1

    def test_redirects_are_not_followed(self, server: Server, system: TicketSystem) -> None:
        """What was meant for one address goes to no other."""
        server.fail("move")
        with pytest.raises(CannotDeliver, match="answered 302"): system.update(snapshot(), system.open(snapshot()))

    def test_a_wrong_account_is_told_without_its_secret(
        self, server: Server, system: TicketSystem, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        """The server knows another one: 401, and nothing of ours in the words or the log."""
        monkeypatch.setattr("tests.ticket_systems.BASIC", "Basic of somebody else")
        monkeypatch.setattr("tests.ticket_systems.SECRET", SECRET[:-4] + "AAAA")
        caplog.set_level("DEBUG")
        with pytest.raises(CannotDeliver, match="answered 401") as caught:
            system.update(snapshot(), system.open(snapshot()))
        assert server.tickets() == []
        for secret in (TOKEN, SECRET, "Basic"): assert secret not in f"{caught.value}{caplog.text}"

    def test_much_that_was_missed_is_carried_whole(self, server: Server, system: TicketSystem) -> None:
        """Forty notes of 3,000 characters, none of them cut short or left out."""
        known = system.open(snapshot())
        texts = [f"note {n}: " + "x" * 2_900 + f" end {n}." for n in range(40)]
        system.update(later(snapshot(), State.CLAIMED, *texts), known)
        (theirs,) = server.tickets()
        assert all(f"note {n}: " in theirs.notes and f" end {n}." in theirs.notes for n in range(40))

    def test_long_and_odd_texts_are_taken(self, server: Server, system: TicketSystem) -> None:
        """Lines in a summary, an endless one, other scripts, and an address that would be a query of its own."""
        odd = snapshot(
            summary="drücker 打印机\n" + "x" * 500, description="y" * 90_000,
            requester=Who(name="Zoë", email="z^active=true@x"),
        )  # fmt: skip
        system.update(odd, system.open(odd))
        assert len(server.tickets()) == 1

    def test_it_can_be_asked_whether_it_is_there(self, server: Server, system: TicketSystem) -> None:
        """The question changes nothing."""
        system.check()
        assert all(asked.method == "GET" for asked in server.calls)
        assert server.tickets() == []


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_listens(kind: str, clock: FakeClock) -> None:
    """Where there is no connection, nothing can have been done."""
    with serving(KINDS[kind](clock)) as server: system = server.system()
    with pytest.raises(TryLater, match="could not be reached") as caught:
        system.update(snapshot(), system.open(snapshot()))
    assert caught.value.harmless is True


