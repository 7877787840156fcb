"""Who gets into the studio, and whose forms it takes: over a real socket."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from core.db import Database
from tests.fakes import FakeClock
from tests.studio import EMMA, LIAM, MARCUS, NOOR, Atelier, atelier


@pytest.fixture
def studio(sqlite_database: Database, clock: FakeClock) -> Iterator[Atelier]:
    """A studio."""
    with atelier(sqlite_database, clock) as found: yield found


def test_a_stranger_is_led_to_sign_in(studio: Atelier):
    """Whoever is not signed in goes to the sign-in, which knows where they were going."""
    answer = studio.as_(None).get("/studio?said=x")
    assert (answer.status_code, answer.headers["location"]) == (303, "/signin?leads_to=/studio%3Fsaid%3Dx")


@pytest.mark.parametrize(("person", "status"), [(EMMA, 403), (MARCUS, 403), (LIAM, 200), (NOOR, 200)])
def test_roles_open_the_studio(studio: Atelier, person, status: int):
    """Those who may write get in; the others are told why not."""
    answer = studio.as_(person).get("/studio")
    assert answer.status_code == status
    assert ("roles do not let you write" in answer.text) == (status == 403)


def test_a_session_ends_by_itself(studio: Atelier, clock: FakeClock):
    """After eight idle hours, or seven days, somebody has to sign in again; every visit counts against idling."""
    idle, busy = studio.as_(NOOR), studio.as_(NOOR)
    for _ in range(27):
        clock.advance(timedelta(hours=6))
        assert busy.get("/studio").status_code == 200
    assert idle.get("/studio").status_code == 303
    clock.advance(timedelta(hours=6))
    assert busy.get("/studio").status_code == 303


def sent(client: httpx.Client, token: str, **headers: str) -> int:
    """The status of a form."""
    return client.post("/signout", data={"form_token": token}, headers=headers).status_code


def test_foreign_forms_are_refused(studio: Atelier):
    """A form without the session's token, with another's, or from another site changes nothing."""
    client, other = studio.as_(NOOR), studio.as_(LIAM)
    mine, theirs = (studio.assistant.signing_in.whose(one.cookies["firstline"]) for one in (client, other))
    assert mine is not None
    assert theirs is not None
    assert sent(client, "") == sent(client, theirs.form_token) == 403
    assert sent(client, mine.form_token, Origin="http://evil.example") == 403
    assert sent(client, mine.form_token, **{"Sec-Fetch-Site": "cross-site"}) == 403
    assert client.get("/studio").status_code == 200
    assert sent(client, mine.form_token, Origin=studio.url) == 200
    assert client.get("/studio").status_code == 303
