"""The help pages for whoever is signed in: also what is for their audiences, and nothing else."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.sandbox.seed import load_seed
from bot.sandbox.server import SandboxServer
from core import people
from core.db import Database
from kb.writing import Draft, article_draft
from tests.fakes import FakeClock
from tests.functional.office import SEED
from tests.studio import EMMA, LIAM, Atelier, atelier

TEXT = "---\ntitle: The zanzibar safe of {name}\naudience: {audience}\n---\nIt is behind the door.\n"


@pytest.fixture(scope="module")
def workspace() -> Iterator[SandboxServer]:
    """Where people sign in."""
    with SandboxServer(load_seed(SEED)) as server: yield server


@pytest.fixture
def studio(sqlite_database: Database, clock: FakeClock, workspace: SandboxServer) -> Iterator[Atelier]:
    """Articles for everybody, for staff and for a group."""
    with atelier(sqlite_database, clock, workspace) as found:
        for audience, name in (("employees", "all"), ("staff", "staff"), ("board", "board")):
            made = article_draft(f"safe-{name}.md", TEXT.format(name=name, audience=audience))
            assert isinstance(made, Draft)
            found.assistant.parts.kb.save(made, by="import")
        yield found


@pytest.mark.parametrize(
    ("person", "seen"), [(None, {"all"}), (EMMA, {"all"}), (LIAM, {"all", "staff"})]
)
def test_what_each_person_reads(studio: Atelier, person, seen: set[str]):
    """On the first page, in a search, as an article and beside another, each sees what is theirs."""
    client = studio.as_(person)
    home, found = client.get("/help").text, client.get("/help?q=zanzibar+safe").text
    beside = client.get("/help/safe-all").text
    for name in ("all", "staff", "board"):
        assert (f"/help/safe-{name}" in home) == (f"/help/safe-{name}" in found) == (name in seen)
        assert (client.get(f"/help/safe-{name}").status_code == 200) == (name in seen)
        assert name == "all" or (f"/help/safe-{name}" in beside) == (name in seen)


def test_what_is_for_one_person_is_kept_by_nobody(studio: Atelier):
    """No cache on the way keeps a page of somebody who is signed in."""
    assert studio.as_(LIAM).get("/help").headers["cache-control"] == "no-store"
    assert studio.as_(None).get("/help").headers["cache-control"] == "no-cache"


def test_a_group_is_what_slack_and_the_desk_file_say(studio: Atelier, clock: FakeClock):
    """A group that the desk file does not give is not kept from an earlier day."""
    with studio.assistant.parts.database.transaction() as session:
        people.save(session, replace(EMMA, groups=frozenset({"board"})), clock())
    assert studio.as_(EMMA).get("/help/safe-board").status_code == 404
