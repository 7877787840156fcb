"""Whether Slack sent what came over HTTP: looked at before anything else is, since anybody can post."""

from collections.abc import Mapping

from slack_bolt import BoltRequest
from slack_sdk.signature import SignatureVerifier

DIGITS = 12  # of a time stamp in seconds, at most


class Signed:
    """Tells why a request is refused: 401 for what Slack did not sign, 400 for what it would never send.

    The signature is over the bytes of the body (https://docs.slack.dev/authentication/verifying-requests-from-slack);
    nothing of a body is read before it fits.
    """

    def __init__(self, secret: str) -> None:
        """Take the signing secret."""
        self._verifier = SignatureVerifier(secret)

    def __call__(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, str] | None:
        """The status and the reason; None for what Bolt can take."""
        if not self._fits(body, headers): return 401, "not signed by Slack"
        return None if _readable(body, headers) else (400, "no event")

    def _fits(self, body: bytes, headers: Mapping[str, str]) -> bool:
        at, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
        plain = at.isascii() and at.isdecimal() and len(at) <= DIGITS and signature.isascii()
        try:
            return plain and self._verifier.is_valid(body, at, signature)
        except UnicodeDecodeError:  # Slack sends text
            return False


def _readable(body: bytes, headers: Mapping[str, str]) -> bool:
    """Whether Bolt can make an event of it: an object, with everything where it belongs."""
    try:
        request = BoltRequest(body=body.decode(), headers={"content-type": headers.get("content-type", "")})
        return isinstance(request.body, dict)
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError):
        return False
