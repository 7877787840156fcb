"""Whether addresses on the web answer: over a real socket, and never on a private network unasked."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from core.web_links import MOST_HOPS, PRIVATE, Checked, WebLinks, is_private

ANSWERS = {"/there": 200, "/gone": 410, "/only-get": 405, "/shut": 403, "/moved": 301, "/round": 302, "/inside": 302}


class _Pages(BaseHTTPRequestHandler):
    asked: list[tuple[str, str]]

    def _answer(self) -> None:
        self.asked.append((self.command, self.path))
        status = ANSWERS.get(self.path, 404)
        if self.path == "/only-get" and self.command == "GET": status = 200
        self.send_response(status)
        to = {"/moved": "/there", "/round": "/round", "/inside": "http://10.0.0.7/secret"}.get(self.path)
        if to: self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD = _answer  # noqa: N815 - the names that http.server calls

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """A small site on this machine: its address, and what it was asked."""
    asked: list[tuple[str, str]] = []
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Pages", (_Pages,), {"asked": asked})) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


def one(address: str, **how: object) -> Checked:
    """What became of one address, private networks allowed."""
    return WebLinks(private=True, **how).one(address)  # type: ignore[arg-type]  # tests give each part its type


def test_what_answers(site):
    """A page that is there, one that has moved, and one that only knows GET."""
    base, asked = site
    assert one(f"{base}/there") == Checked(address=f"{base}/there", works=True, said="It answers.")
    assert asked == [("HEAD", "/there")]
    assert one(f"{base}/moved").said == f"It has moved to {base}/there."
    assert one(f"{base}/only-get").works
    assert asked[-2:] == [("HEAD", "/only-get"), ("GET", "/only-get")]


def test_what_does_not(site):
    """A page that is gone is told with its number; one that lets nobody in cannot be told; a circle ends."""
    base, asked = site
    assert (one(f"{base}/gone").works, one(f"{base}/gone").said) == (False, "It answers 410.")
    assert one(f"{base}/none").said == "It answers 404."
    assert one(f"{base}/shut").works is None
    asked.clear()
    assert one(f"{base}/round").works is False
    assert len(asked) == MOST_HOPS


def test_nobody_is_there():
    """A port that nothing listens on is a dead link, in one short line."""
    found = one("http://127.0.0.1:1/x", patience=2.0)
    assert found.works is False
    assert "could not be reached" in found.said


@pytest.mark.parametrize("address", [
    "http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://10.1.2.3/", "http://192.168.0.1/admin",
    "http://169.254.169.254/latest/meta-data", "http://[fe80::1]/", "http://0.0.0.0/", "http://100.64.0.1/",
    "http://intranet.example/", "http://[::ffff:127.0.0.1]/",
])  # fmt: skip
def test_private_networks_are_not_asked(address):
    """Neither by number nor by a name that leads there."""
    names = {"localhost": ["127.0.0.1"], "intranet.example": ["93.184.216.34", "10.0.0.9"]}
    found = WebLinks(resolve=lambda host: names.get(host, [])).one(address)
    assert (found.works, found.said) == (None, PRIVATE)


def test_a_redirect_inwards_is_not_followed(site):
    """Each step is looked at: a page outside cannot send us inside."""
    base, asked = site
    known = {"outside.example": ["127.0.0.1"]}
    links = WebLinks(resolve=lambda host: known.get(host, []))
    assert links.one(f"{base}/inside").said == PRIVATE
    assert asked == []
    assert is_private("10.0.0.7")
    assert not is_private("93.184.216.34")


@pytest.mark.parametrize("address", ["ftp://x.example/", "http://", "http://[::1", "javascript:alert(1)", "http://x:99999/"])
def test_no_address(address):
    """What is no address on the web is dead, and nothing is asked."""
    found = WebLinks(resolve=lambda _host: ["93.184.216.34"]).one(address)
    assert found.works is False


def test_many_in_their_order(site):
    """Each is answered in its place, and how far it is is told."""
    base, _ = site
    told: list[tuple[int, int]] = []
    found = WebLinks(private=True).check([f"{base}/there", f"{base}/gone"] * 5, lambda *far: told.append(far))
    assert [row.works for row in found] == [True, False] * 5
    assert told[-1] == (10, 10)
