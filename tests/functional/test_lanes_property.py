"""Random conversations on both sides of tickets: whatever happens, no internal word reaches a requester.

Every text holds a token of its own. In the end everything that a requester can see is searched for those of the staff,
for drafts and for what was taken back, and the staff's threads for each message of the requesters, which is there once.
"""

import base64
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from time import monotonic

import pytest

from bot.sandbox.errors import Refused
from bot.sandbox.seed import Person as SandboxPerson
from bot.sandbox.seed import load_seed
from core import outbox
from core.errors import FirstlineError
from core.people import Person
from handoff import corrections, ending, ladder, relating, tickets, working
from handoff.corrections import Labels
from handoff.tickets import Ticket
from tests.fakes import Ahead
from tests.functional.conftest import Prepared
from tests.functional.office import (
    EMMA,
    LEVEL2,
    LEVEL3,
    LIAM,
    MARCUS,
    PATIENCE,
    PRIYA,
    SEED,
    SMOKE,
    Colleague,
    Office,
    number_of,
    open_office,
)

STEPS = 70  # of one conversation, on two tickets
ROUNDS = 500  # of the worker, after which something must be wrong
JONAS = "U0JONASBER"  # an employee like Emma: what staff and editors may read is none of theirs
STAFF = {LIAM: LEVEL2, PRIYA: LEVEL3, MARCUS: LEVEL2}


@pytest.fixture(scope="module")
def office(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory, time: Ahead) -> Iterator[Office]:
    """A running Firstline whose clock can be pushed, and whose worker works when a test says so.

    With the clock pushed, what is being delivered would look as if its worker had died.
    """
    seed = load_seed(SEED)
    more = SandboxPerson(id=JONAS, name="jonas", real_name="Jonas Berg", email="jonas.berg@brightwater.example")
    both = seed.model_copy(update={"people": (*seed.people, more)})
    with open_office(prepared, tmp_path_factory.mktemp("office"), seed=both, clock=time) as made:
        made.up.worker.stop()
        yield made


class Side:
    """A requester with their ticket."""

    def __init__(self, who: Colleague) -> None:
        self.who = who
        reply = who.ask(SMOKE)
        self.thread, self.number = reply["thread_ts"], number_of(reply)
        self.posts: list[str] = []

    def sees(self) -> str:
        """All that they can see: every thread with Firstline, what was whispered, what was there before, their Home."""
        roots = self.who.history(self.who.dm)
        shown = [one for root in roots for one in self.who.thread(self.who.dm, root["ts"])]
        return str([shown, self.who.get("home"), self.who.heard("message"), self.who.heard("message_changed")])


class World:
    """Everybody, and what each has written: tokens by kind."""

    def __init__(self, office: Office, time: Ahead, sides: list[Side], seed: int) -> None:
        self.office, self.time, self.sides, self.chance = office, time, sides, random.Random(seed)
        self.staff = {user: office.person(user) for user in STAFF}
        self.tokens: dict[str, list[str]] = {"INT": [], "OUT": [], "BACK": [], "DRAFT": [], "REQ": []}
        self.wanted: list[tuple[str, Side]] = []  # what the staff must find once, and whose it is
        self.staff_posts: list[tuple[str, str, str]] = []

    def token(self, kind: str) -> str:
        """A word that is nowhere else."""
        word = f"{kind}x{self.chance.randrange(10**9):09}x"
        self.tokens[kind].append(word)
        return word

    @property
    def parts(self):
        """The shared parts."""
        return self.office.up.assistant.parts

    def ticket(self, side: Side) -> Ticket:
        """A side's ticket, or the one that it was merged into."""
        with self.parts.database.reading() as session:
            found = tickets.by_number(session, side.number)
            assert found
            return tickets.get(session, found.merged_into) if found.merged_into else found

    def place(self, ticket: Ticket) -> tuple[str, str] | None:
        """Where its card stands that was posted last."""
        with self.parts.database.reading() as session: places = tickets.places(session, ticket.id)
        return (places[-1].channel, places[-1].ts) if places else None

    def agent(self) -> Person:
        """Somebody of the staff."""
        found: Person = self.office.up.assistant.parts.person(self.chance.choice(list(STAFF)))
        return found

    def settle(self) -> None:
        """Deliver all that there is to deliver, and what waits for its time."""
        self.office.up.assistant.look()
        for _ in range(ROUNDS):
            with self.parts.database.reading() as session: left = outbox.waiting(session)
            if not left: return
            if not self.office.up.worker.work_once(): self.time.by += timedelta(seconds=1)
        raise AssertionError([(one.kind, one.error) for one in left])

    def handled(self, key: str) -> None:
        """Wait until Firstline has dealt with something."""
        until = monotonic() + PATIENCE
        while not self.office.rows("select 1 from received where key = ?", key): assert monotonic() < until, key

    # -- what the staff do -----------------------------------------------------------------------------------------

    def talk(self, side: Side) -> None:
        """Write under the card; now and then with a file, or the name of the requester."""
        place = self.place(self.ticket(side))
        if place is None: return
        who, word = self.staff[PRIYA], self.token("INT")
        name, data = self.token("INT"), base64.b64encode(self.token("INT").encode()).decode()
        files = [{"name": f"{name}.txt", "content_base64": data}] if self.chance.random() < 0.3 else []
        text = self.chance.choice([f"{word} for us", f"<@{side.who.user}> {word}", f"{word} <!channel>"])
        ts = who.act("post", channel=place[0], thread_ts=place[1], text=text, files=files)["ts"]
        self.staff_posts.append((place[0], ts, word))

    def rewrite(self, _: Side) -> None:
        """Change or delete what was written under a card."""
        if not self.staff_posts: return
        channel, ts, _word = self.staff_posts.pop()
        with suppress(Refused):
            if self.chance.random() < 0.5: self.staff[PRIYA].act("delete", channel=channel, ts=ts)
            else: self.staff[PRIYA].act("edit", channel=channel, ts=ts, text=f"{self.token('INT')} instead")

    def reply(self, side: Side) -> None:
        """Send something, at once or after some time, with a file or without; or take it back."""
        use, ticket, by = self.office.up.assistant.replying, self.ticket(side), self.agent()
        back, key = self.chance.random() < 0.4, f"K{self.chance.random()}"
        text = self.token("BACK" if back else "OUT")
        with suppress(FirstlineError):
            sent = use.write(ticket.id, by, text, asks=self.chance.random() < 0.3, key=key)
            if back: use.withdraw(sent.id, by)
            if back and self.chance.random() < 0.3: use.withdraw(sent.id, by)

    def draft(self, side: Side) -> None:
        """Look at something that is never sent."""
        with suppress(FirstlineError):
            self.office.up.assistant.replying.draft(
                self.ticket(side).id, self.agent(), self.token("DRAFT"), key=f"D{self.chance.random()}"
            )

    def work(self, side: Side) -> None:
        """Something that staff do with a ticket; each note that is for staff is a token."""
        ticket, by, desk = self.ticket(side), self.agent(), self.parts.desk
        note, told, now = self.token("INT"), self.token("OUT"), self.time()
        at = {"seen_tier": ticket.tier, "by": by, "now": now}
        reason, code = next(iter(desk.escalation_reasons)), next(iter(desk.resolution_codes))
        queue = self.chance.choice(desk.queues).name
        seen = Labels.read({name: getattr(ticket, name) for name in ("kind", "impact", "urgency", "category")})
        wanted = Labels.read({"kind": "incident", "impact": "high", "urgency": "medium", "category": "vpn"})
        other = self.ticket(self.chance.choice(self.sides)).id
        deeds: list[Callable[..., object]] = [
            lambda s: working.claim(s, desk, ticket.id, by=by, now=now),
            lambda s: working.hand_back(s, desk, ticket.id, note=note, by=by, now=now),
            lambda s: working.move(s, desk, ticket.id, queue=queue, seen=ticket.queue, note=note, by=by, now=now),
            lambda s: working.hold(s, desk, ticket.id, until=now + timedelta(hours=1), note=told, by=by, now=now),
            lambda s: ladder.escalate(s, desk, ticket.id, reason=reason, note=note, reviewed=True, **at),
            lambda s: ladder.to_review(s, desk, ticket.id, note=note, by=by, now=now),
            lambda s: ending.resolve(s, desk, ticket.id, code=code, note=told, documented=f"no:{note}", **at),
            lambda s: ending.reopen(s, desk, ticket.id, by=by, now=now),
            lambda s: relating.link(s, desk, ticket.id, other, by=by, now=now),
            lambda s: corrections.correct(
                s, desk, ticket.id, seen=seen, wanted=wanted, categories=["vpn"], by=by, now=now
            ),
        ]  # fmt: skip
        if self.chance.random() < 0.04: deeds = [lambda s: relating.merge(s, desk, ticket.id, other, by=by, now=now)]
        with suppress(FirstlineError), self.parts.database.transaction() as session: self.chance.choice(deeds)(session)

    # -- what a requester does -------------------------------------------------------------------------------------

    def say(self, side: Side) -> None:
        """Write in the thread, with a file or without."""
        word, ticket = self.token("REQ"), self.ticket(side)
        data = base64.b64encode(word.encode()).decode()
        files = [{"name": f"{self.token('REQ')}.txt", "content_base64": data}] if self.chance.random() < 0.3 else []
        who, text = side.who, f"{word} same"
        ts = who.act("post", channel=who.dm, thread_ts=side.thread, text=text, files=files)["ts"]
        self.handled(f"message:{who.dm}:{ts}")
        if ticket.open: self.wanted.append((word, side))
        side.posts.append(ts)

    def rethink(self, side: Side) -> None:
        """Change or delete what was written."""
        if not side.posts: return
        ts = side.posts.pop()
        if self.chance.random() < 0.5: side.who.act("delete", channel=side.who.dm, ts=ts)
        else: side.who.act("edit", channel=side.who.dm, ts=ts, text=f"{self.token('REQ')} again")

    def wait(self, _: Side) -> None:
        """Time goes by."""
        self.time.by += timedelta(seconds=self.chance.choice([1, 11, 120, 4_000]))

    def steps(self) -> None:
        """Many of these, in any order."""
        deeds = [self.talk] * 4 + [self.rewrite, self.draft, self.wait, self.rethink] + [self.reply] * 4
        deeds += [self.work] * 6 + [self.say] * 4
        for _ in range(STEPS):
            side = self.chance.choice(self.sides)
            self.chance.choice(deeds)(side)
            if self.chance.random() < 0.5: self.settle()
        self.settle()


@pytest.mark.parametrize("seed", range(2))
def test_a_requester_never_reads_what_was_not_sent_to_them(
    office: Office, person: Callable[[str], Colleague], time: Ahead, seed: int
):
    """And all that they say reaches the staff, once."""
    sides = [Side(person(EMMA)), Side(person(JONAS))]
    world = World(office, time, sides, seed)
    world.steps()
    seen = {side: side.sees() for side in sides}
    for side, shown in seen.items():
        leaked = [word for kind in ("INT", "BACK", "DRAFT") for word in world.tokens[kind] if word in shown]
        assert leaked == []
        assert [word for word, whose in world.wanted if whose is not side and word in shown] == []
    posted = told_to_staff(office)
    assert [(word, posted.count(word)) for word, _ in world.wanted if posted.count(word) != 1] == []
    assert any(word in shown for shown in seen.values() for word in world.tokens["OUT"])
    assert world.wanted


def told_to_staff(office: Office) -> str:
    """The texts of all messages that Firstline posted in the staff's channels."""
    texts = [call["arguments"] for call in office.calls("chat.postMessage")]
    return "\n".join(one["text"] for one in texts if not one["channel"].startswith("D") and one.get("thread_ts"))
