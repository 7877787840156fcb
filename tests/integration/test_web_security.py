"""What stands around every page: headers, hosts, bodies, cookies, sessions, and what Slack signs over HTTP."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Message

from bot.web.guard import SECURITY_HEADERS, BodyLimit
from core.db import Database
from handoff.desk import Staff
from tests.company import PEOPLE, company
from tests.fakes import FakeClock
from tests.pressing import view
from tests.webs import EVENTS, Web, visited

ODD = (
    "/nothing", "/static/no.css", "/help/nothing", "/studio/health/collisions", "/help/", "/studio/",
    "/static/firstline.svg",
)  # fmt: skip
EDITOR = PEOPLE["editor"]
OURS = "made up"  # the signing secret


@pytest.fixture
def web(sqlite_database: Database, clock: FakeClock, tmp_path: Path) -> Iterator[Web]:
    """A web application over a company in which one of everything is there."""
    (tmp_path / "pictures").mkdir()
    with visited(company(sqlite_database, clock), tmp_path / "pictures") as found: yield found


def as_(web: Web, role: str) -> dict[str, str]:
    """The cookie of a new session of somebody."""
    return {"Cookie": f"firstline={web.house.assistant.signing_in.open(PEOPLE[role].id)}"}


class TestHeaders:
    """OWASP ASVS 5.0, 3.4: what browsers are told with every answer."""

    def test_with_every_answer(self, web: Web) -> None:
        """Pages, files, redirects, refusals and errors of ours."""
        answers = [web.client.get(path, headers=as_(web, "editor")) for path in ODD]
        answers += [web.client.post("/help"), web.client.post(EVENTS)]
        assert {one.status_code for one in answers} == {200, 307, 401, 404, 405, 500}
        for one in answers: assert {name.lower() for name in SECURITY_HEADERS} <= set(one.headers)

    def test_no_answer_tells_what_runs_here(self, web: Web) -> None:
        """Neither the server nor its version."""
        assert "server" not in web.client.get("/help").headers

    def test_by_https_browsers_stay_with_it(self, sqlite_database: Database, clock: FakeClock, tmp_path: Path) -> None:
        """The address that people reach us by decides, not what a request says of itself."""
        house = company(sqlite_database, clock)
        with visited(house, tmp_path, address="https://it.example.com") as web:
            assert web.client.get("/help").headers["strict-transport-security"].startswith("max-age=31536000")
        with visited(house, tmp_path) as web:
            told = web.client.get("/help", headers={"X-Forwarded-Proto": "https"}).headers
            assert "strict-transport-security" not in told


class TestHosts:
    """What a request says of the host is never believed."""

    @pytest.mark.parametrize("path", ["/help/", "/studio/", "/studio", "/", "/signin"])
    def test_nobody_is_led_to_the_host_that_is_named(self, web: Web, path: str) -> None:
        """Neither a redirect nor a page leads there."""
        answer = web.client.get(path, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
        assert "evil.example" not in answer.text + answer.headers.get("location", "")

    def test_a_redirect_stays_here(self, web: Web) -> None:
        """A path that looks like a host leads to a path."""
        answer = web.client.get("//evil.example/help/", headers={"Host": "evil.example"})
        assert not answer.headers.get("location", "").startswith(("//", "http"))


class TestPaths:
    """Files that are served are those of two folders."""

    @pytest.mark.parametrize("path", [
        "/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/help/pictures/../secret.txt",
        "/help/pictures/%2e%2e/secret.txt", "/static/%00", "/help/files/..%2f..%2fetc%2fpasswd",
        "/static//etc/passwd", "/help/..%2f..%2f",
    ])  # fmt: skip
    def test_no_way_leads_out(self, web: Web, tmp_path: Path, path: str) -> None:
        """However it is written."""
        (tmp_path / "secret.txt").write_text("top secret")
        answer = web.client.get(httpx.URL(web.url).copy_with(raw_path=path.encode()))
        assert answer.status_code in (400, 404)
        assert "secret" not in answer.text.replace("secret.txt", "")

    @pytest.mark.parametrize("path", ["/static", "/static/", "/help/pictures", "/help/pictures/"])
    def test_no_folder_is_listed(self, web: Web, path: str) -> None:
        """A folder is nothing that can be looked at."""
        assert web.client.get(path, follow_redirects=True).status_code == 404


class TestBodies:
    """How much, and how slowly, anybody may send."""

    def test_every_form_has_a_limit(self, web: Web) -> None:
        """Every address that takes a body stands behind one; `test_web_machine` shows what it does."""
        posts = [one for one in web.app.routes if isinstance(one, Route) and "POST" in (one.methods or ())]
        assert len(posts) > 15
        assert all(isinstance(one.app, BodyLimit) for one in posts)

    def test_a_body_that_never_ends_is_given_up(self) -> None:
        """Whoever sends a byte now and then holds nothing for long."""
        sent: list[Message] = []

        async def receive() -> Message:
            if not sent: await asyncio.sleep(0.01)
            return {"type": "http.request", "body": b"", "more_body": True}

        async def send(message: Message) -> None:
            sent.append(message)

        limited = BodyLimit(PlainTextResponse("read"), limit=10, patience=0.05)
        asyncio.run(limited({"type": "http", "method": "POST", "headers": []}, receive, send))
        assert sent[0]["status"] == 408


class TestSessions:
    """OWASP ASVS 5.0, 7: sessions on the web."""

    def test_by_https_no_other_host_can_set_the_cookie(self, web: Web) -> None:
        """The name begins with `__Host-`, which browsers take only with `Secure`, for one host and every path."""
        studio = web.app.state.studio
        assert (studio.cookie, studio.secure) == ("firstline", False)
        safe = replace(studio, address="https://it.example.com")
        assert (safe.cookie, safe.secure) == ("__Host-firstline", True)

    def test_what_a_browser_brings_along_is_no_session(self, web: Web) -> None:
        """A token that we did not make is nobody's, whoever signs in later (fixation)."""
        brought = {"Cookie": "firstline=chosen-by-somebody-else"}
        web.house.assistant.signing_in.open(EDITOR.id)
        assert web.client.get("/studio", headers=brought).status_code == 303

    def test_signing_out_everywhere_ends_every_session(self, web: Web) -> None:
        """Of that person, and of nobody else."""
        here, there, other = as_(web, "editor"), as_(web, "editor"), as_(web, "admin")
        signed = web.house.assistant.signing_in.whose(here["Cookie"].partition("=")[2])
        assert signed
        fields = {"form_token": signed.form_token, "everywhere": "yes"}
        assert web.client.post("/signout", data=fields, headers=here | {"Origin": web.url}).status_code == 200
        assert [web.client.get("/studio", headers=one).status_code for one in (here, there, other)] == [303, 303, 200]

    def test_a_role_that_is_taken_away_is_gone_at_the_next_page(self, web: Web) -> None:
        """Without signing out."""
        cookie, desk = as_(web, "editor"), web.house.assistant.parts.desk
        assert web.client.get("/studio", headers=cookie).status_code == 200
        kept = [one for one in desk.staff if one.email != EDITOR.email]
        desk.staff[:] = [*kept, Staff(email=EDITOR.email, roles=["employee"])]  # type: ignore[list-item] - by name
        assert web.client.get("/studio", headers=cookie).status_code == 403

    def test_the_oldest_session_ends(self, web: Web, clock: FakeClock) -> None:
        """After seven days, however busy it was."""
        cookie = as_(web, "editor")
        for _ in range(24):
            clock.advance(timedelta(hours=7))
            last = web.client.get("/studio", headers=cookie).status_code
        assert last == 303


def signed(body: str, at: float, secret: str = OURS) -> dict[str, str]:
    """The headers that Slack signs a request with (docs.slack.dev/authentication/verifying-requests-from-slack)."""
    told = hmac.new(secret.encode(), f"v0:{int(at)}:{body}".encode(), hashlib.sha256).hexdigest()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return {"X-Slack-Request-Timestamp": str(int(at)), "X-Slack-Signature": f"v0={told}", **kind}


class TestSlackOverHttp:
    """What comes to /slack/events is Slack's, of now, and counts once."""

    BODY = urlencode({"payload": json.dumps(view("form_view", "software-licence|D1|", software="Visio") | {
        "user": {"id": EDITOR.id}, "team": {"id": "T0"}, "trigger_id": "T1"})})

    def tickets(self, web: Web) -> int:
        """How many there are."""
        return len(web.house.facts()["tickets"])

    def test_a_true_one_is_taken_once(self, web: Web) -> None:
        """The same body again within the five minutes, which is still signed, opens no second ticket."""
        before, headers = self.tickets(web), signed(self.BODY, time.time())
        assert [web.client.post(EVENTS, content=self.BODY, headers=headers).status_code for _ in range(2)] == [200, 200]
        assert self.tickets(web) == before + 1

    @pytest.mark.parametrize(("at", "secret"), [(0, "another secret"), (-301, "made up"), (301, "made up")])
    def test_another_secret_or_another_time_is_refused(self, web: Web, at: int, secret: str) -> None:
        """More than five minutes ago, or ahead."""
        before, headers = self.tickets(web), signed(self.BODY, time.time() + at, secret)
        assert web.client.post(EVENTS, content=self.BODY, headers=headers).status_code == 401
        assert self.tickets(web) == before

    @pytest.mark.parametrize("left", ["X-Slack-Request-Timestamp", "X-Slack-Signature"])
    def test_without_a_signature_it_is_refused(self, web: Web, left: str) -> None:
        """Or without its time."""
        headers = {name: value for name, value in signed(self.BODY, time.time()).items() if name != left}
        assert web.client.post(EVENTS, content=self.BODY, headers=headers).status_code == 401

    def test_a_changed_body_is_refused(self, web: Web) -> None:
        """One letter is enough."""
        headers = signed(self.BODY, time.time())
        assert web.client.post(EVENTS, content=self.BODY.replace("Visio", "Visia"), headers=headers).status_code == 401
