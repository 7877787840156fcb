"""Files from Slack's hosts alone, within limits, under names that people can read."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from slack_sdk import WebClient

from bot.slack import transfer
from bot.slack.transfer import Gone, Known, TooLarge, Transfer, file_id, file_name, is_slacks, size_of
from core.errors import CannotDeliver, TryLater

SLACK = "https://slack.com/api/"


@pytest.mark.parametrize(
    ("url", "fine"),
    [
        ("https://files.slack.com/files-pri/T1-F1/a.png", True),
        ("https://acme.slack.com/files/U1/F1/a.png", True),
        ("https://files.slack.com:443/x", True),
        ("http://files.slack.com/x", False),
        ("https://files.slack.com:8443/x", False),
        ("https://slack.com.evil.example/x", False),
        ("https://evilslack.com/x", False),
        ("https://files.slack.com@evil.example/x", False),
        ("https://user:pass@files.slack.com/x", False),
        ("http://169.254.169.254/latest/meta-data", False),
        ("http://127.0.0.1:8765/x", False),
        ("file:///etc/passwd", False),
        ("https://[::1", False),
        ("", False),
    ],
)
def test_only_slacks_hosts_are_asked(url: str, fine: bool):  # noqa: FBT001 - pytest gives it
    """Over https, on its port, without a name in the address."""
    assert is_slacks(url, SLACK) is fine


@pytest.mark.parametrize(
    ("url", "base", "fine"),
    [
        ("http://127.0.0.1:8765/files-pri/F1/a", "http://127.0.0.1:8765/api/", True),
        ("http://127.0.0.1:9999/files-pri/F1/a", "http://127.0.0.1:8765/api/", False),
        ("http://localhost:8765/files-pri/F1/a", "http://127.0.0.1:8765/api/", False),
        ("https://files.slack-gov.com/a", "https://slack-gov.com/api/", True),
        ("https://files.slack-gov.com/a", SLACK, False),
    ],
)
def test_and_where_the_workspace_is(url: str, base: str, fine: bool):  # noqa: FBT001 - pytest gives it
    """A local workspace, or another of Slack's clouds."""
    assert is_slacks(url, base) is fine


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("screen.png", "screen.png"), ("../../etc/passwd", "_.._etc_passwd"), ("a\nb\x00.txt", "a_b_.txt"),
        ("", "file"), ("...", "file"), ("password: Tiger?Moon77", "password: [removed: password]"),
    ],
)  # fmt: skip
def test_names(name: str, shown: str):
    """No path, no control character, no secret; never nothing."""
    assert file_name(name) == shown


def test_a_long_name_keeps_its_end():
    """So that it still opens in the right program."""
    short = file_name("x" * 500 + ".docx")
    assert len(short) == transfer.NAME
    assert short.endswith("….docx")


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://acme.slack.com/files/U0123ABCD/F0123456789/screen.png", "F0123456789"),
        ("https://acme.slack.com/files/U0123ABCD/F0123456789", "F0123456789"), ("F0123456789", "F0123456789"),
        ("screen.png", ""), ("https://acme.example/F1/x", ""), ("", ""), ("FOLDER", ""),
    ],
)  # fmt: skip
def test_file_ids(address: str, found: str):
    """By address or by id."""
    assert file_id(address) == found


@pytest.mark.parametrize(("size", "words"), [(0, "0 bytes"), (999, "999 bytes"), (1_234, "1.2 kB"),
                                             (20_971_521, "21 MB"), (3_200_000_000, "3.2 GB")])  # fmt: skip
def test_sizes(size: int, words: str):
    """As people say them."""
    assert size_of(size) == words


class _Slack(BaseHTTPRequestHandler):
    """What a test lets a host answer: (status, headers, body) by path."""

    answers: dict[str, tuple[int, dict[str, str], bytes]] = {}  # noqa: RUF012 - a new one in each test
    asked: list[tuple[str, str | None]] = []  # noqa: RUF012 - the same

    def do_GET(self) -> None:
        """Answer what was asked."""
        self.asked.append((self.path, self.headers.get("Authorization")))
        status, headers, body = self.answers[self.path]
        self.send_response(status)
        for name, value in headers.items(): self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def host(answers: dict[str, tuple[int, dict[str, str], bytes]]) -> Iterator[tuple[str, list[tuple[str, str | None]]]]:
    """A host that answers so; its address, and what it was asked."""
    asked: list[tuple[str, str | None]] = []
    kind = type("_Own", (_Slack,), {"answers": answers, "asked": asked})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def known(url: str, size: int = 3) -> Known:
    """A file there."""
    return Known(id="F00000001", name="a.txt", size=size, type="text/plain", url=url)


def fetched(base: str, file: Known) -> bytes:
    """What comes of fetching it."""
    with Transfer(WebClient(token="xoxb-1", base_url=f"{base}/api/"))._fetched(file) as (data, size):  # noqa: SLF001
        read = data.read()
    assert len(read) == size
    return read


class TestFetching:
    def test_the_token_goes_along(self):
        """And the bytes come."""
        with host({"/f": (200, {}, b"abc")}) as (base, asked):
            assert fetched(base, known(f"{base}/f")) == b"abc"
        assert asked == [("/f", "Bearer xoxb-1")]

    def test_sent_on_within_slack(self):
        """The token goes to the next address too."""
        with host({"/f": (302, {"Location": "/g"}, b""), "/g": (200, {}, b"abc")}) as (base, asked):
            assert fetched(base, known(f"{base}/f")) == b"abc"
        assert asked == [("/f", "Bearer xoxb-1"), ("/g", "Bearer xoxb-1")]

    def test_sent_on_to_a_stranger(self):
        """Nobody asks there."""
        with host({"/g": (200, {}, b"abc")}) as (other, strange):
            answers = {"/f": (302, {"Location": f"{other}/g"}, b"")}
            with host(answers) as (base, _), pytest.raises(CannotDeliver, match="none of Slack's"):
                fetched(base, known(f"{base}/f"))
        assert strange == []

    def test_sent_on_for_ever(self):
        """It ends."""
        with host({"/f": (302, {"Location": "/f"}, b"")}) as (base, asked), pytest.raises(TryLater, match="too often"):
            fetched(base, known(f"{base}/f"))
        assert len(asked) == transfer.HOPS + 1

    def test_a_login_page_is_no_file(self):
        """Slack shows it where the token is of no use, with a 200."""
        page = {"/f": (200, {"Content-Type": "text/html; charset=utf-8"}, b"<html>")}
        with host(page) as (base, _), pytest.raises(TryLater, match="login page"): fetched(base, known(f"{base}/f"))

    @pytest.mark.parametrize("status", [401, 404, 429, 500])
    def test_other_answers_are_tried_again(self, status: int):
        """Later."""
        with host({"/f": (status, {}, b"no")}) as (base, _), pytest.raises(TryLater, match=str(status)):
            fetched(base, known(f"{base}/f"))

    def test_nobody_there(self):
        """Later, too."""
        with host({}) as (base, _): pass
        with pytest.raises(TryLater): fetched(base, known(f"{base}/f"))

    def test_more_than_was_told_is_cut_off(self):
        """A file that says it is small and is not."""
        with host({"/f": (200, {}, bytes(transfer.MOST_BYTES + 1))}) as (base, _), pytest.raises(TooLarge):
            fetched(base, known(f"{base}/f"))

    def test_too_large_is_not_even_asked_for(self):
        """Its size is known before."""
        with host({}) as (base, asked), pytest.raises(TooLarge):
            fetched(base, known(f"{base}/f", size=transfer.MOST_BYTES + 1))
        assert asked == []

    @pytest.mark.parametrize("file", [known(""), known("https://files.slack.com/x", size=0)])
    def test_nothing_to_fetch(self, file: Known):
        """A file that lies elsewhere, and an empty one."""
        with pytest.raises(Gone): fetched("http://127.0.0.1:1", file)

    def test_it_stays_out_of_memory(self):
        """What is larger than a megabyte is in a temporary file meanwhile."""
        with host({"/f": (200, {}, bytes(transfer.IN_MEMORY + 1))}) as (base, _):
            reads = Transfer(WebClient(token="xoxb-1", base_url=f"{base}/api/"))
            with reads._fetched(known(f"{base}/f")) as (data, _size):  # noqa: SLF001
                assert not isinstance(getattr(data, "_file", None), io.BytesIO)
