"""The list of everything: search, filters, pages."""

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web.studio import addresses
from bot.web.studio.visit import page, studio, visit, whole
from kb.listing import Show, Wanted

A_PAGE = 25
MOST_TEXT = 500  # characters of a search, as on the help pages
FILTERS = ("kind", "category", "audience", "owner", "show")


def routes() -> list[Route]:
    """Its address."""
    return [Route(addresses.LIST, listed)]


def listed(request: Request) -> Response:
    """`GET /studio/articles`: with `q`, `FILTERS` and `page`."""
    who, listing = visit(request), studio(request).assistant.listing
    given = {name: request.query_params.get(name, "")[:100] for name in FILTERS}
    text = " ".join(request.query_params.get("q", "").split())[:MOST_TEXT]
    number = max(1, whole(request.query_params.get("page", ""), 1))
    wanted = Wanted(
        kind=given["kind"], category=given["category"], audience=given["audience"], owner=given["owner"],
        show=Show(given["show"]) if given["show"] in set(Show) else Show.ALL,
    )
    found = listing.find(text, wanted, who.person, first=(number - 1) * A_PAGE, limit=A_PAGE)
    last = max(1, -(-found.total // A_PAGE))
    return page(
        request, "list.html", found=found, text=text, given=given, choices=listing.choices(who.person), number=number,
        last=last, before=_address(text, given, number - 1) if number > 1 else "",
        after=_address(text, given, number + 1) if number < last else "",
    )


def _address(text: str, given: Mapping[str, str], number: int) -> str:
    kept = {name: value for name, value in {"q": text, **given}.items() if value}
    return f"{addresses.LIST}?{urlencode(kept | {'page': str(number)})}"
