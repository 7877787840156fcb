"""The addresses of the studio."""

from starlette.routing import Route

from bot.web.guard import BodyLimit
from bot.web.studio import history, home, item, listing, signing
from bot.web.studio.visit import FORM_LIMIT


def routes() -> list[Route]:
    """All of them; each module brings its own."""
    found = [*signing.routes(), *home.routes(), *listing.routes(), *history.routes(), *item.routes()]
    for route in found: route.app = BodyLimit(route.app, FORM_LIMIT)
    return found
