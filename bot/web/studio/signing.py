"""Signing in with Slack, and out."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.assistant.signing_in import BEGUN, LONGEST
from bot.web.studio import texts
from bot.web.studio.visit import Studio, note, posting, signed, studio
from core.errors import NotAllowed, Unavailable

CALLBACK = "/signin/callback"


def routes() -> list[Route]:
    """Their addresses."""
    return [
        Route("/signin", begin), Route(CALLBACK, come_back),
        Route("/signout", posting(leave), methods=["POST"]),
    ]


def begin(request: Request) -> Response:
    """`GET /signin`: on to Slack. The browser keeps the sign-in, so that no other can end it."""
    at = studio(request)
    if at.door is None: return note(request, 503, texts.NO_DOOR_TITLE, texts.NO_DOOR)
    login = at.assistant.signing_in.begin(request.query_params.get("leads_to", "/studio"))
    answer = RedirectResponse(
        at.door.address(state=login.state, nonce=login.nonce, back_to=at.address + CALLBACK), 303
    )
    _set(answer, at, _begun(at), login.held, int(BEGUN.total_seconds()))
    return answer


def come_back(request: Request) -> Response:
    """`GET /signin/callback`: from Slack, with a proof of who it is."""
    at, given = studio(request), request.query_params
    if at.door is None: return note(request, 503, texts.NO_DOOR_TITLE, texts.NO_DOOR)
    state, held = given.get("state", ""), request.cookies.get(_begun(at), "")
    login = at.assistant.signing_in.end(state, held)
    if login is None: return _failed(request, texts.TOO_LATE)
    if given.get("error") or not given.get("code"): return _failed(request, texts.GIVEN_UP)
    try:
        person = at.door.whoever(code=given["code"], nonce=login.nonce, back_to=at.address + CALLBACK)
    except NotAllowed as error:
        return _failed(request, str(error))
    except Unavailable:
        return _failed(request, texts.DOOR_SHUT, 503)
    _end_old(request)
    answer = RedirectResponse(login.leads_to, 303)
    _set(answer, at, at.cookie, at.assistant.signing_in.open(person.id), int(LONGEST.total_seconds()))
    _forget(answer, at, _begun(at))
    return answer


def leave(request: Request, fields: dict[str, str]) -> Response:
    """`POST /signout`: here, or, with `everywhere`, in every browser."""
    at, who = studio(request), signed(request)
    if who and fields.get("everywhere"): at.assistant.signing_in.shut_out(who.person.id)
    _end_old(request)
    request.state.signed = None
    answer = note(request, 200, texts.OUT_TITLE, texts.OUT)
    _forget(answer, at, at.cookie)
    return answer


def _end_old(request: Request) -> None:
    at = studio(request)
    if token := request.cookies.get(at.cookie, ""): at.assistant.signing_in.close(token)


def _failed(request: Request, why: str, status: int = 403) -> Response:
    return note(request, status, texts.FAILED_TITLE, why)


def _begun(at: Studio) -> str:
    return f"{at.cookie}-signin"


def _set(answer: Response, at: Studio, name: str, value: str, seconds: int) -> None:
    answer.set_cookie(name, value, max_age=seconds, path="/", secure=at.secure, httponly=True, samesite="lax")


def _forget(answer: Response, at: Studio, name: str) -> None:
    answer.delete_cookie(name, path="/", secure=at.secure, httponly=True, samesite="lax")
