"""Redaction: what is masked, what is left alone, and what always holds."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.redact import MASK, RULES, Redacted, redact
from tests.regex_steps import steps

MASKED = re.compile(r"\[removed: [\w ]+\]")
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N"
KEY = "-----BEGIN {0}PRIVATE KEY-----\nMIIEowIBAAKCAQEA7bq0\nq1+/Zz==\n-----END {0}PRIVATE KEY-----"
# kind, text, and the part that must be gone
SECRETS = [
    ("password", "my password is Hunter2!", "Hunter2"),
    ("password", "password: hunter2", "hunter2"),
    ("password", "Password=sunshine and it still fails", "sunshine"),
    ("password", "DB_PASSWORD=letmein", "letmein"),
    ("password", "MYSQL_PASS=letmein", "letmein"),
    ("password", "user: bob pass: letmein", "letmein"),
    ("password", '{"user": "bob", "password": "hunter two"}', "hunter two"),
    ("password", 'the wifi password is "correct horse battery staple"', "horse"),
    ("password", "pw: „Sommer 2026“", "Sommer"),
    ("password", "my password for the vpn is Winter2024!", "Winter2024"),
    ("password", "please change my password to Spring2026!", "Spring2026"),
    ("password", "passwort ist Geheim99", "Geheim99"),
    ("password", "mi contraseña es Verano2026", "Verano2026"),
    ("password", "mot de passe : soleil", "soleil"),
    ("password", "the password is now HunterTwo", "HunterTwo"),
    ("password", "login with password P@ssw0rd please", "P@ssw0rd"),
    ("password", "mysql --password hunter22 -u root", "hunter22"),
    ("password", "my pin is 4821", "4821"),
    ("password", "PIN 482190 does not work", "482190"),
    ("password", "clone https://bob:s3cret@git.example.com/x.git", "s3cret"),
    ("password", "redis://:s3cret@cache:6379", "s3cret"),
    ("token", "use xoxb-123456789012-abcdefGHIJ", "xoxb"),
    ("token", "export SLACK_APP_TOKEN=xapp-1-A012-345-abcdef", "xapp"),
    ("token", "https://hooks.slack.com/services/T012AB3CD/B012AB3CD/abcdefghijklmnopqrstuvwx", "abcdefghijkl"),
    ("token", "ghp_abcdefghijklmnopqrstuvwxyz0123456789", "abcdefghijk"),
    ("token", "github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvw", "abcdefghijkl"),
    ("token", "glpat-abcdefghij0123456789", "abcdefghij"),
    ("token", "sk-proj-abc123def456ghi789jkl012", "abc123"),
    ("token", "stripe sk_live_4eC39HqLyjWDarjtT1zdp7dc", "4eC39"),
    ("token", "AKIAIOSFODNN7EXAMPLE", "AKIA"),
    ("token", "aws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJalr"),
    ("token", "key AIzaSyA-1234567890abcdefghijklmnopqrstu", "AIza"),
    ("token", f"the cookie holds {JWT}", "eyJ"),
    ("token", "curl -H 'Authorization: Bearer abcdef0123456789abcdef'", "abcdef0"),
    ("token", "Authorization: Basic Ym9iOnMzY3JldDEyMw==", "Ym9i"),
    ("token", "api key is 9f8e7d6c5b4a3210", "9f8e"),
    ("token", "clientSecret: 'Q~8aBcDeFgHiJkLm1234'".replace("~", "-"), "8aBc"),
    ("token", "https://x.blob.core.windows.net/a?sv=1&sig=abcDEF123%2Bghi456jkl789%3D", "abcDEF"),
    ("private key", KEY.format("RSA "), "MIIE"),
    ("private key", KEY.format("OPENSSH ").rsplit("\n", 1)[0], "MIIE"),
    ("card number", "card 4111 1111 1111 1111 12/27", "4111"),
    ("card number", "exp 12/27 5500-0000-0000-0004", "5500"),
    ("card number", "amex 378282246310005", "3782"),
    ("card number", "both 4111 1111 1111 1111 5500 0000 0000 0004", "5500"),
    ("card code", "cvv: 123", "123"),
    ("IBAN", "pay to GB82 WEST 1234 5698 7654 32 TODAY", "WEST"),
    ("IBAN", "GB82 WEST 1234 5698 7654 32 TO DE89 3704 0044 0532 0130 00", "3704"),
    ("IBAN", "de89370400440532013000", "3704"),
    ("ID number", "my SSN is 078-05-1120", "078"),
    ("ID number", "ssn 078051120", "078"),
    ("ID number", "NI number AB 12 34 56 C", "12 34"),
    ("ID number", "passport number: X1234567", "X1234567"),
    ("code", "the verification code is 482913", "482913"),
    ("code", "OTP 482 913", "913"),
    ("recovery key", "123456-234567-345678-456789-567890-678901-789012-890123", "345678"),
    ("product key", "key VK7JG-NPHTM-C97JM-9MPGT-3V66T", "NPHTM"),
]
ORDINARY = """
my password is not working
reset my password please
password expired yesterday
I forgot my password
how do I change my password?
my password is expired
my password is Expired
the password is incorrect
it says "password is incorrect" every time
the screen says: your password is "incorrect"
password: how do I change it?
Password: not working since Monday
question about my password: it expired
password reset link is broken
password self-service portal is down
the password field is greyed-out
password must be 12 characters long
the password policy is 8-character minimum
my password was accepted but the vpn wasn't
password doesn't sync to my phone
password reset https://reset.example.com/start
password: https://reset.example.com/start
password reset for emma@example.com
my password manager is 1Password
the password to SharePoint was rejected
can I pin OneDrive to the taskbar?
pin the channel please
my pin is blocked
wrong pin entered three times
password 0x80070005 appears
error 0x80070005
error code 800706 when I sign in
password INC-000123 is still open
see INC-000123 and REQ-000042
update KB5034441 fails
call me on +44 20 7946 0958
phone 555-867-5309
my number is +49 1512 3456789
(415) 555-0100 ext. 1234
the printer is 192.168.10.25
gateway 10.0.0.1:8080
fe80::1ff:fe23:4567:890a
MAC 00:1A:2B:3C:4D:5E
since 2026-11-20 09:15
on 20/11/2026 at 9am
version 10.0.19045.3693
macOS 15.1.1 on a MacBook Pro
order 1234567890123456
order number 4111 1111 1111 1112
tracking 1Z999AA10123456784
IMEI 490154203237518
SIM 8944110068256270054
serial C02XK0AAJGH5
asset LT-004217
invoice 2026-000117
0000 0000 0000 0000
the numbers 40 50 60 70 80 90 100 110
ticket 20261120093000
uuid 123e4567-e89b-12d3-a456-426614174000
commit 9fceb02d0ae598e95dc970b74767f19372d61af8
the access token is misconfigured
my token is expired
security key is not recognised
product key is invalid
the API key page does not load
authentication failed
is there a code for the door?
the registry key: HKEY_LOCAL_MACHINE
secret santa is on Friday
basic authentication is switched off
http://user@example.com/path
www.example.com:8443/login
passport scanner is offline
PASS: Exchange Server is running
Image pull secrets: prometheus-k8s-dockercfg-6wl6b
the bypass is open
passage 12 of the manual
the keyboard types twice
12345
""".strip().splitlines()
# What a hostile or careless paste may repeat, up to Slack's 40,000 characters.
REPEATED = [
    *("a", "A", "1", " ", "\n", "-", "1 ", "AB12 ", "GB82 WEST ", "123456-", "ABCDE-1"),
    *("eyJ-", "sk-", "ghp_", "://a:", "key ", "key=", "token is ", "api_key", "bearer ", "?sig=", "-----BEGIN A "),
    *("password", "password ", "password:", "password is ", 'password is "a', "password to “a", "password-", "pw:<"),
    *("password a ", "pw - ", "pin ", "pin 1", "mfa code ", "passport no ", "[removed: password] "),
]
UNIT = 200  # characters; the test compares the steps for one and for two of them
pieces = st.one_of(
    st.text(max_size=12),
    st.sampled_from([text for _, text, _ in SECRETS] + ORDINARY + REPEATED),
    st.sampled_from(["password", "pw", "pin", "token", "key", " is ", ": ", "=", " to ", '"', "'", " ", "\n", "code"]),
    st.from_regex(r"[A-Za-z0-9@!._-]{1,20}", fullmatch=True),
    st.sampled_from([MASK.format(kind=kind) for kind in ("password", "token", "code", "card number")]),
)
texts = st.lists(pieces, max_size=12).map("".join) | st.lists(pieces, max_size=12).map(" ".join)


@pytest.mark.parametrize(("kind", "text", "secret"), SECRETS)
def test_secrets_are_masked(kind: str, text: str, secret: str) -> None:
    """A secret is replaced by a note of its kind, which is reported."""
    found = redact(text)
    assert secret not in found.text
    assert MASK.format(kind=kind) in found.text
    assert kind in found.kinds


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_sentences_stay(text: str) -> None:
    """What people write about passwords, numbers, errors and versions is not touched."""
    assert redact(text).text == text
    assert redact(text).kinds == ()


def test_what_stands_around_a_secret_stays() -> None:
    """Only the secret goes; the question around it can still be answered."""
    found = redact("vpn fails, password: Hunter2! and card 4111 1111 1111 1111 12/27, thanks")
    assert found.text == "vpn fails, password: [removed: password] and card [removed: card number] 12/27, thanks"
    assert found.kinds == ("card number", "password")


@given(texts)
def test_twice_is_once(text: str) -> None:
    """What is masked stays masked, and nothing new is found in it."""
    once = redact(text).text
    assert redact(once) == Redacted(text=once)


@given(texts)
def test_length_stays_reasonable(text: str) -> None:
    """Each note replaces at least three characters, so the text cannot blow up."""
    found = redact(text).text
    longest = len(MASK.format(kind="recovery key"))
    assert len(found) <= len(text) + (longest - 3) * len(MASKED.findall(found))


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_any_text_is_accepted(text: str) -> None:
    """Whatever script it is in, a text comes back, and without a find it comes back unchanged."""
    found = redact(text)
    assert found.kinds or found.text == text


@pytest.mark.parametrize("unit", REPEATED)
def test_effort_grows_with_the_text(unit: str) -> None:
    """Twice the text takes at most twice the steps, so 40,000 characters cannot hang: no pattern backtracks far."""
    short, long = (unit * UNIT)[:UNIT], (unit * UNIT * 2)[: UNIT * 2]
    for rule in RULES:
        assert steps(rule.pattern, long, rule.spans) <= 2.2 * steps(rule.pattern, short, rule.spans) + UNIT


@pytest.mark.parametrize("unit", REPEATED)
def test_forty_thousand_characters(unit: str) -> None:
    """The longest message Slack takes is redacted like any other."""
    text = (unit * 40_000)[:40_000]
    assert redact(redact(text).text).kinds == ()
