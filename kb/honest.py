"""Links whose words name another place than they lead to: what somebody clicks on must be where they get."""

import re
from urllib.parse import urlsplit

ADDRESS = re.compile(
    r"\s*+(?:https?://)?((?:[\w-]{1,63}\.){1,8}[a-z]{2,24})(?::[0-9]{1,5})?(?:[/?#]\S*)?\s*", re.IGNORECASE
)
LEADS_TO = " (leads to {host})"


def elsewhere(label: str, href: str) -> str:
    """What has to stand behind a link whose label is an address of another host; empty where all is well.

    A part of a host's name is that host: `example.com` may stand for `https://www.example.com/a`.
    """
    named = ADDRESS.fullmatch(label)
    if named is None: return ""
    try:
        host = urlsplit(href).hostname or ""
    except ValueError:
        host = ""
    said = named[1].lower()
    if not host or host == said or host.endswith(f".{said}"): return ""
    return LEADS_TO.format(host=host)
