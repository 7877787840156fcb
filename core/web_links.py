"""Whether addresses on the web answer. Nothing on a private network is asked, unless that is wanted.

Where a proxy makes the connections, it finds the addresses of a name by itself: what it reaches is for it to guard.
"""

import ipaddress
import re
import socket
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

from core.errors import TryLater
from core.http_calls import BAD, REDIRECT, Caller, HttpAnswer, short

PATIENCE = 8.0  # seconds for one attempt
MOST_HOPS = 5  # redirects that are followed
MOST_TRIED = 3  # numeric addresses of one name that are tried, each for as long as an attempt may take
AT_ONCE = 8  # addresses asked at the same time
ASK_ANEW = frozenset({400, 403, 404, 405, 406, 501})  # of a HEAD: many servers know only GET
SHUT = frozenset({401, 403, 429})  # somebody answers, but not to us: whether the page is there is not known
NOT_ASKED = "Not asked: "
PRIVATE = f"{NOT_ASKED}it is on a private network."
UNKNOWN = f"{NOT_ASKED}only the proxy may know the name {{host}}, and it may be on a private network."
AGENT = {"User-Agent": "Firstline link check", "Accept": "*/*"}

Resolve = Callable[[str], Sequence[str]]
Note = Callable[[int, int], None]
Ip = ipaddress.IPv4Address | ipaddress.IPv6Address

_ODD = re.compile(r"[\\%\s\x00-\x1f]")  # in a host: programs do not agree on which host that is
_COMPATIBLE = ipaddress.IPv6Network("::/96")  # IPv4 inside IPv6 (RFC 4291, 2.5.5.1)
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")  # and by a translator (RFC 6052, 2.1)
_OWN_TRANSLATED = ipaddress.IPv6Network("64:ff9b:1::/48")  # by one of a private network (RFC 8215)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What became of one address: `works` is None where that cannot be told; `said` is a few words."""

    address: str
    works: bool | None
    said: str


def addresses_of(host: str) -> list[str]:
    """The numeric addresses of a host's name, the one to be tried first in front; none if nobody knows it."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(row[4][0]) for row in found))


def is_private(address: str) -> bool:
    """Whether a numeric address is anything but one on the open internet: this machine, a private network, a link.

    An IPv6 address that stands for an IPv4 one is as private as that.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    return not all(map(_is_open, [*_inside(ip)] or (ip,)))


def _is_open(ip: Ip) -> bool:
    closed = ip.is_multicast or getattr(ip, "is_site_local", False) or (ip.version != 4 and ip in _OWN_TRANSLATED)  # noqa: PLR2004 - the version
    return ip.is_global and not closed


def _inside(ip: Ip) -> Iterator[ipaddress.IPv4Address]:
    """The IPv4 addresses that an IPv6 one stands for."""
    if ip.version == 4: return  # noqa: PLR2004 - the version
    if ip.ipv4_mapped: yield ip.ipv4_mapped
    if ip.sixtofour: yield ip.sixtofour
    if ip.teredo: yield from ip.teredo
    if ip in _COMPATIBLE or ip in _TRANSLATED: yield ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)


class WebLinks:
    """Asks for pages: HEAD first, then GET where a server does not know that."""

    def __init__(self, *, private: bool = False, resolve: Resolve = addresses_of, patience: float = PATIENCE) -> None:
        """Take whether private networks may be asked, and what finds the addresses of a name."""
        self._private, self._resolve = private, resolve
        self._proxied = Caller("The page", patience, most=0)
        self._own = self._proxied if private else Caller("The page", patience, most=0, connect=self._connected)

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
            if refused: return _refusal(address, refused)
            try:
                answer = self._ask(at)
                onward = _onward(at, answer)
            except (TryLater, ValueError) as error:  # an address that no request can be made of is as dead
                return Checked(address=address, works=False, said=short(error))
            if not onward: return _judged(address, at, answer.status)
            at = onward
        return Checked(address=address, works=False, said="It leads from one address to the next without an end.")

    def _ask(self, address: str) -> HttpAnswer:
        caller = self._proxied if _through_proxy(address) else self._own
        answer = caller.call("HEAD", address, AGENT)
        return caller.call("GET", address, AGENT) if answer.status in ASK_ANEW else answer

    def _refused(self, address: str) -> str:
        """Why an address is not asked; empty where it is."""
        try:
            parts = urlsplit(address)
            host, _port = parts.hostname or "", parts.port
        except ValueError:
            return "This is no address."
        web = parts.scheme.lower() in ("http", "https")
        if not web or not host or _ODD.search(parts.netloc): return "This is no address on the web."
        if self._private: return ""
        known = self._known(host)
        if not known: return UNKNOWN.format(host=host) if _through_proxy(address) else f"Nobody knows the name {host}."
        return PRIVATE if any(map(is_private, known)) else ""

    def _known(self, host: str) -> Sequence[str]:
        return [host] if _is_numeric(host) else self._resolve(host)

    def _connected(self, host: str, port: int, seconds: float | None) -> socket.socket:
        """A connection to what is looked at here and now: a name may lead elsewhere from one look to the next."""
        known = self._known(host)
        if any(map(is_private, known)): raise OSError("it is on a private network")
        problem = OSError(f"nobody knows the name {host}")
        for address in known[:MOST_TRIED]:
            try:
                return socket.create_connection((address, port), seconds)
            except OSError as error:
                problem = error
        raise problem


def _through_proxy(address: str) -> bool:
    """Whether the environment wants an address asked through a proxy."""
    parts = urlsplit(address)
    return parts.scheme.lower() in getproxies() and not proxy_bypass(parts.netloc)


def _onward(at: str, answer: HttpAnswer) -> str:
    """Where an answer sends us; empty where it stays."""
    onward = answer.headers.get("location", "") if REDIRECT <= answer.status < BAD else ""
    try:
        return urljoin(at, onward) if onward else ""
    except ValueError:
        raise ValueError("It sends us to what is no address.") from None


def _is_numeric(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _refusal(address: str, why: str) -> Checked:
    return Checked(address=address, works=None if why.startswith(NOT_ASKED) else False, said=why)


def _judged(address: str, at: str, status: int) -> Checked:
    if status in SHUT: return Checked(address=address, works=None, said=f"It does not let us in ({status}).")
    if status >= BAD: return Checked(address=address, works=False, said=f"It answers {status}.")
    return Checked(address=address, works=True, said="It answers." if at == address else f"It has moved to {at}.")
