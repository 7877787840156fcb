"""Signed calls: the signature of the specification's own example, and which secrets and addresses are taken."""

from datetime import UTC, datetime, timedelta

import pytest

from core import webhooks
from core.errors import NotAllowed

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
AT = datetime.fromtimestamp(1614265330, UTC)


def test_the_published_vector():
    """Secret, id, time and body of the reference libraries' test give the signature that they expect."""
    body = b'{"test": 2432232314}'
    expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert webhooks.signature(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", AT, body) == expected


def test_the_headers():
    """The id, whole seconds, and the signature over both and the body."""
    given = webhooks.headers(SECRET, "act_1_2", AT, b"{}")
    assert given["webhook-id"] == "act_1_2"
    assert given["webhook-timestamp"] == "1614265330"
    assert given["webhook-signature"] == webhooks.signature(SECRET, "act_1_2", AT, b"{}")


@pytest.mark.parametrize(
    ("secret", "why"),
    [
        ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "must begin with whsec_"),
        ("whsec_not base64!", "base64"),
        ("whsec_c2hvcnQ=", "24 to 64 bytes"),
        ("whsec_", "24 to 64 bytes"),
    ],
)
def test_a_secret_that_is_none(secret: str, why: str):
    """It is refused in words that do not repeat it."""
    with pytest.raises(ValueError, match=why) as caught: webhooks.key(secret)
    assert secret.removeprefix("whsec_") not in str(caught.value) or secret == "whsec_"


@pytest.mark.parametrize(
    "url", ["https://automation.example/hooks", "http://127.0.0.1:8765/automation", "http://localhost/", "http://[::1]:1/"]
)
def test_addresses_that_are_taken(url: str):
    """Https anywhere, http on this machine."""
    assert webhooks.address(url) == url


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://automation.example/", "https"), ("http://127.0.0.1.example/", "https"), ("ftp://x/", "address"),
        ("https://", "address"), ("https://user:secret@automation.example/", "password"), ("https://a:b/", "address"),
        ("automation.example", "address"), ("http://localhost@automation.example/", "password"),
    ],
)  # fmt: skip
def test_addresses_that_are_not(url: str, why: str):
    """Nothing goes out unencrypted, and no password stands in an address."""
    with pytest.raises(ValueError, match=why): webhooks.address(url)


# -- calls that come in --------------------------------------------------------------------------------------------

OTHER = "whsec_" + "B" * 32
BODY = b'{"type":"ticket.comment"}'


def given(**changes: str) -> dict[str, str]:
    """The headers of a good call, with changes; an underscore stands for a hyphen."""
    return webhooks.headers(SECRET, "msg_1", AT, BODY) | {name.replace("_", "-"): v for name, v in changes.items()}


def test_a_good_call():
    """Its id comes back, for the question whether it was seen before."""
    assert webhooks.verified(SECRET, given(), BODY, AT) == "msg_1"


def test_several_signatures():
    """While a secret is changed both sign; other versions and nonsense beside them do no harm."""
    good, other = (webhooks.signature(secret, "msg_1", AT, BODY) for secret in (SECRET, OTHER))
    signed = given(webhook_signature=f"v1a,AAAA {other} nonsense v1, {good}")
    assert webhooks.verified(SECRET, signed, BODY, AT) == "msg_1"
    assert webhooks.verified(OTHER, signed, BODY, AT) == "msg_1"


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({}, "missing"), (given(webhook_id=""), "missing"), (given(webhook_signature=""), "missing"),
        (given(webhook_timestamp=""), "no time"), (given(webhook_timestamp="-5"), "no time"),
        (given(webhook_timestamp="1614265330.5"), "no time"), (given(webhook_timestamp="9" * 30), "no time"),
        (given(webhook_timestamp="٣"), "no time"), (given(webhook_timestamp="9999999999"), "five minutes"),
        (given(webhook_id="msg_2"), "not right"), (given(webhook_timestamp="1614265331"), "not right"),
        (given(webhook_signature=webhooks.signature(OTHER, "msg_1", AT, BODY)), "not right"),
        (given(webhook_signature=webhooks.signature(SECRET, "msg_1", AT, BODY).removeprefix("v1,")), "not right"),
        (given(webhook_signature="v1,é"), "not right"),
    ],
)
def test_a_call_that_is_not_signed_with_the_secret(headers: dict[str, str], why: str):
    """It is refused, in words that do not tell what would be right."""
    with pytest.raises(NotAllowed, match=why) as caught: webhooks.verified(SECRET, headers, BODY, AT)
    assert webhooks.signature(SECRET, "msg_1", AT, BODY) not in str(caught.value)


def test_a_changed_body():
    """One byte is enough."""
    with pytest.raises(NotAllowed, match="not right"): webhooks.verified(SECRET, given(), BODY + b" ", AT)


@pytest.mark.parametrize(("seconds", "taken"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)])
def test_a_call_of_another_time(seconds: int, taken: bool):  # noqa: FBT001 - a case is taken or not
    """Five minutes either way, and no second more."""
    now = AT + timedelta(seconds=seconds)
    if taken: assert webhooks.verified(SECRET, given(), BODY, now) == "msg_1"
    else:
        with pytest.raises(NotAllowed, match="five minutes"): webhooks.verified(SECRET, given(), BODY, now)
