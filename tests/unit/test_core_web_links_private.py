"""What a hostile page or name server cannot do: reach a private network through us, or end the check."""

import http.server
import threading
from collections.abc import Iterator, Sequence

import pytest

from core.web_links import PRIVATE, UNKNOWN, WebLinks, is_private

OUTSIDE = "93.184.216.34"


class _Site(http.server.BaseHTTPRequestHandler):
    asked: list[str]

    def _answer(self) -> None:
        self.asked.append(self.path)
        self.send_response(int(self.path.strip("/")) if self.path.strip("/").isdigit() else 302)
        self.send_header("Location", "http://[::1")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD = _answer  # noqa: N815 - the names that http.server calls

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[tuple[int, list[str]]]:
    """A server on this machine: its port, and what it was asked."""
    asked: list[str] = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Site", (_Site,), {"asked": asked})) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port, asked
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("path", ["/300", "/302", "/308"])
def test_a_redirect_to_no_address_is_a_dead_link(site: tuple[int, list[str]], path: str) -> None:
    """The others are looked at all the same."""
    port, asked = site
    found = WebLinks(private=True).check([f"http://127.0.0.1:{port}{path}", "ftp://x.example/"])
    assert [row.works for row in found] == [False, False]
    assert found[0].said == "It sends us to what is no address."
    assert asked == [path]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_name_that_leads_elsewhere_at_the_second_look(site: tuple[int, list[str]], scheme: str) -> None:
    """What is connected to was looked at: a name server that changes its mind does not get us inside."""
    port, asked = site
    looks: list[str] = []

    def resolve(host: str) -> Sequence[str]:
        looks.append(host)
        return [OUTSIDE] if len(looks) == 1 else ["127.0.0.1"]

    found = WebLinks(resolve=resolve).one(f"{scheme}://localhost.example:{port}/secret")
    assert found.works is False
    assert "it is on a private network" in found.said
    assert asked == []
    assert looks == ["localhost.example"] * 2


def test_a_name_is_asked_where_it_was_found(site: tuple[int, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody but `resolve` is asked where a name leads; the first address that answers is taken."""
    port, asked = site
    monkeypatch.setattr("core.web_links.is_private", lambda address: address == "10.0.0.1")
    links = WebLinks(resolve=lambda _host: ["127.0.0.2", "127.0.0.1"])
    assert links.one(f"http://no-such-name.example:{port}/302").said == "It sends us to what is no address."
    assert asked == ["/302"]


def test_a_proxy_is_not_asked_for_names_that_nobody_here_knows(
    site: tuple[int, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may be of its private network. With private networks allowed it is asked."""
    port, asked = site
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
    for name in ("no_proxy", "NO_PROXY"): monkeypatch.delenv(name, raising=False)
    found = WebLinks(resolve=lambda _host: []).one("http://intranet.example/")
    assert (found.works, found.said) == (None, UNKNOWN.format(host="intranet.example"))
    assert asked == []
    WebLinks(private=True).one("http://intranet.example/")
    WebLinks(resolve=lambda _host: [OUTSIDE]).one("http://outside.example/")
    assert asked == ["http://intranet.example/", "http://outside.example/"]


@pytest.mark.parametrize("address", [
    "64:ff9b::a00:1", "2002:7f00:1::", "::127.0.0.1", "::ffff:10.0.0.1", "2001:0:a00:1::1", "fec0::1", "224.0.0.1",
    "ff02::1", "64:ff9b:1::1", "fd00::1", "::", "::1", "0.0.0.0", "255.255.255.255", "fe80::1%eth0",  # noqa: S104 - nothing is bound
])  # fmt: skip
def test_what_is_not_on_the_open_internet(address: str) -> None:
    """Neither is an IPv6 address that stands for a private IPv4 one, a group of machines, or a site's own."""
    assert is_private(address)
    found = WebLinks(resolve=lambda _host: [address]).one("http://outside.example/")
    assert found.said == PRIVATE


@pytest.mark.parametrize("address", [OUTSIDE, "2606:4700::1111", "64:ff9b::5db8:d822", "::ffff:93.184.216.34"])
def test_what_is(address: str) -> None:
    """Where a network knows only IPv6, a translator's address of an open one is open."""
    assert not is_private(address)


@pytest.mark.parametrize("address", ["http://93.184.216.34\\@127.0.0.1/", "http://127%2e0.0.1/", "http://a b/"])
def test_hosts_that_are_read_in_two_ways(address: str) -> None:
    """Nothing is asked."""
    assert WebLinks(resolve=lambda _host: [OUTSIDE]).one(address).said == "This is no address on the web."
