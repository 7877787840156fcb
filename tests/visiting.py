"""Who may see which page and send which form: every address of the web application, declared.

An address is a method and a pattern. `OPEN` is for whoever comes, signed in or not; the studio is for whom it says.
"""

from tests.rights import AUTHORS, EDITORS, ROLES

OPEN = frozenset({*ROLES, "stranger"})
SIGNED_IN = frozenset(ROLES)
EDIT, REVIEW, TRY = (f"/studio/{what}/{{kind}}/{{slug}}" for what in ("edit", "review", "try"))
GAP = "/studio/gaps/{id:int}"
KINDS = {"articles": EDITORS, "recipes": EDITORS, "runbooks": AUTHORS}  # who publishes each

PAGES: dict[tuple[str, str], frozenset[str]] = {
    ("GET", "/"): OPEN, ("GET", "/help"): OPEN, ("GET", "/help/{slug}"): OPEN, ("GET", "/help/files/{name}"): OPEN,
    ("GET", "/static"): OPEN, ("GET", "/help/pictures"): OPEN, ("GET", "/health"): OPEN, ("GET", "/ready"): OPEN,
    ("GET", "/signin"): OPEN, ("GET", "/signin/callback"): OPEN, ("POST", "/signout"): SIGNED_IN,
    # signed calls of machines: whoever comes without a signature gets 401, signed in or not
    ("POST", "/slack/events"): frozenset(), ("POST", "/hooks/tickets"): frozenset(),
    ("GET", "/metrics"): frozenset(),  # the same, without the token
    ("GET", "/studio"): AUTHORS, ("GET", "/studio/articles"): AUTHORS,
    ("GET", "/studio/new"): AUTHORS, ("POST", "/studio/new"): AUTHORS, ("POST", "/studio/look"): AUTHORS,
    ("GET", EDIT): AUTHORS, ("POST", EDIT): AUTHORS, ("GET", REVIEW): AUTHORS, ("POST", REVIEW): EDITORS,
    ("GET", TRY): EDITORS, ("POST", TRY): EDITORS,
    ("GET", "/studio/gaps"): EDITORS, ("GET", GAP): EDITORS, ("POST", GAP): EDITORS, ("POST", f"{GAP}/begin"): EDITORS,
    **{("GET", f"/studio/health{page}"): EDITORS for page in
       ("", "/alike", "/collisions", "/collisions.svg", "/links", "/unread")},
    **{("GET", f"/studio/{place}/{{slug}}{page}"): AUTHORS for place in KINDS for page in ("", "/retire")},
    **{("POST", f"/studio/{place}/{{slug}}{page}"): who for place, who in KINDS.items() for page in
       ("/retire", "/verify", "/history/{number:int}")},
    **{("GET", f"/studio/{place}/{{slug}}/history{page}"): who for place, who in KINDS.items() for page in
       ("", "/{number:int}")},
}  # fmt: skip
