"""Whether addresses on the web answer. Nothing on a private network is asked, unless that is wanted."""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies

from core.errors import TryLater
from core.http_calls import BAD, REDIRECT, Caller, HttpAnswer, short

PATIENCE = 8.0  # seconds for one attempt
MOST_HOPS = 5  # redirects that are followed
AT_ONCE = 8  # addresses asked at the same time
ASK_ANEW = frozenset({400, 403, 404, 405, 406, 501})  # of a HEAD: many servers know only GET
SHUT = frozenset({401, 403, 429})  # somebody answers, but not to us: whether the page is there is not known
PRIVATE = "Not asked: it is on a private network."
AGENT = {"User-Agent": "Firstline link check", "Accept": "*/*"}

Resolve = Callable[[str], Sequence[str]]
Note = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What became of one address: `works` is None where that cannot be told; `said` is a few words."""

    address: str
    works: bool | None
    said: str


def addresses_of(host: str) -> list[str]:
    """The numeric addresses of a host's name; none if nobody knows it."""
    try:
        return sorted({str(row[4][0]) for row in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)})
    except (OSError, UnicodeError):
        return []


def is_private(address: str) -> bool:
    """Whether a numeric address is anything but one on the open internet: this machine, a private network, a link."""
    return not ipaddress.ip_address(address.partition("%")[0]).is_global


class WebLinks:
    """Asks for pages: HEAD first, then GET where a server does not know that."""

    def __init__(self, *, private: bool = False, resolve: Resolve = addresses_of, patience: float = PATIENCE) -> None:
        """Take whether private networks may be asked, and what finds the addresses of a name."""
        self._private, self._resolve = private, resolve
        self._caller = Caller("The page", patience, most=0)

    def check(self, addresses: Sequence[str], note: Note = lambda _done, _all: None) -> list[Checked]:
        """What became of each, in their order; `note(done, all)` is told how far it is."""
        found = []
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="links") as threads:
            for number, one in enumerate(threads.map(self.one, addresses), 1):
                found.append(one)
                note(number, len(addresses))
        return found

    def one(self, address: str) -> Checked:
        """What became of one address, redirects followed; each step is looked at before it is asked."""
        at = address
        for _ in range(MOST_HOPS):
            refused = self._refused(at)
            if refused: return Checked(address=address, works=None if refused == PRIVATE else False, said=refused)
            try:
                answer = self._ask(at)
            except (TryLater, ValueError) as error:  # an address that no request can be made of is as dead
                return Checked(address=address, works=False, said=short(error))
            onward = answer.headers.get("location", "") if REDIRECT <= answer.status < BAD else ""
            if not onward: return _judged(address, at, answer.status)
            at = urljoin(at, onward)
        return Checked(address=address, works=False, said="It leads from one address to the next without an end.")

    def _ask(self, address: str) -> HttpAnswer:
        answer = self._caller.call("HEAD", address, AGENT)
        return self._caller.call("GET", address, AGENT) if answer.status in ASK_ANEW else answer

    def _refused(self, address: str) -> str:
        """Why an address is not asked; empty where it is."""
        try:
            parts = urlsplit(address)
            host, _port = parts.hostname or "", parts.port
        except ValueError:
            return "This is no address."
        if parts.scheme.lower() not in ("http", "https") or not host: return "This is no address on the web."
        if self._private: return ""
        known = [host] if _is_numeric(host) else list(self._resolve(host))
        if not known and parts.scheme.lower() not in getproxies(): return f"Nobody knows the name {host}."
        return PRIVATE if any(map(is_private, known)) else ""


def _is_numeric(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _judged(address: str, at: str, status: int) -> Checked:
    if status in SHUT: return Checked(address=address, works=None, said=f"It does not let us in ({status}).")
    if status >= BAD: return Checked(address=address, works=False, said=f"It answers {status}.")
    return Checked(address=address, works=True, said="It answers." if at == address else f"It has moved to {at}.")
