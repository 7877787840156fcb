"""Signed calls: the signature of the specification's own example, and which secrets and addresses are taken."""

from datetime import UTC, datetime

import pytest

from core import webhooks

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
