"""Every address of the web application, by every role and by a stranger; the forms with their session's token."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from core.db import Database
from tests.company import PEOPLE, company
from tests.fakes import FakeClock
from tests.visiting import OPEN, PAGES
from tests.webs import METRICS, Web, visited

REFUSED = (401, 403)
NEED_MODELS = {"/studio/health/collisions", "/studio/health/collisions.svg"}


@pytest.fixture
def web(sqlite_database: Database, clock: FakeClock, tmp_path: Path) -> Iterator[Web]:
    """A web application over a company in which one of everything is there."""
    with visited(company(sqlite_database, clock), tmp_path) as found: yield found


def addresses(app: Starlette) -> set[tuple[str, str]]:
    """Every method and pattern that is answered."""
    return {
        (method, route.path) for route in app.routes  # type: ignore[attr-defined] # every one of ours has a path
        for method in (getattr(route, "methods", None) or {"GET"}) - {"HEAD"}
    }  # fmt: skip


def refused(answer: httpx.Response) -> bool:
    """Whether somebody got no further."""
    to_sign_in = answer.headers.get("location", "").startswith("/signin?")
    return answer.status_code in REFUSED or to_sign_in


def test_every_address_is_declared(web: Web) -> None:
    """A new page says who may see it."""
    assert addresses(web.app) == PAGES.keys()


def each(web: Web, wanted: Callable[[frozenset[str], str], bool]) -> Iterator[tuple[str, httpx.Response]]:
    """What is answered at each address to each role that is wanted."""
    for (method, pattern), who in PAGES.items():
        for role in (*PEOPLE, "stranger"):
            if wanted(who, role): yield f"{method} {pattern} as {role}", web.ask(role, method, pattern)


def test_whoever_may_not_gets_no_further(web: Web) -> None:
    """Each address with each role that it is not for, and with nobody signed in; nothing was changed but sessions."""
    before = web.house.facts()
    for name, answer in each(web, lambda who, role: role not in who): assert refused(answer), (name, answer.status_code)
    after = web.house.facts()
    assert {table for table in after if after[table] != before[table]} == {"web_sessions"}


def test_the_figures_are_for_whoever_shows_the_token(web: Web) -> None:
    """A collector is no person, and a wrong token is no better than none."""
    found = [web.client.get("/metrics", headers={"Authorization": f"Bearer {one}"}) for one in (METRICS, "x")]
    assert [(one.status_code, one.text == "figures") for one in found] == [(200, True), (403, False)]


def test_whoever_may_gets_further(web: Web) -> None:
    """Each address with each role that it is for; others may have been faster, which is told otherwise."""
    found = each(web, lambda who, role: role in who and (who != OPEN or role == "stranger"))
    wrong = [(name, one.status_code) for name, one in found if name.split()[1] not in NEED_MODELS and (
        refused(one) or one.status_code == 500)]
    assert not wrong
