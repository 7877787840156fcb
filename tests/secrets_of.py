"""Made-up secrets of many kinds, as people paste them, and how many of them `core.redact` masks.

    python -m tests.secrets_of 20000            recall by kind
    python -m tests.secrets_of --ordinary FILE  false alarms: one message a line, or JSON lines with `text`

Everything here is random; nothing was ever a key to anything.
"""

import base64
import json
import random
import string
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.redact import redact

LETTERS, DIGITS, HEX = string.ascii_letters, string.digits, "0123456789abcdef"
WORD, UPPER = LETTERS + DIGITS, string.ascii_uppercase + DIGITS
Chance = random.Random


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A message, the part of it that must not be stored, and its kind."""

    kind: str
    text: str
    hidden: str


def some(chance: Chance, alphabet: str, count: int) -> str:
    """So many characters; a letter and a digit are among them where the alphabet has both."""
    made = "".join(chance.choice(alphabet) for _ in range(count))
    both = any(c.isdigit() for c in alphabet) and any(c.isalpha() for c in alphabet)
    plain = not (any(c.isdigit() for c in made) and any(c.isalpha() for c in made))
    return some(chance, alphabet, count) if both and plain and count > 1 else made


def checked(digits: str) -> str:
    """Digits with the check digit of ISO/IEC 7812-1 behind them."""
    doubled = [sum(divmod(2 * int(d), 10)) for d in digits[::-2]]
    total = sum(doubled) + sum(int(d) for d in digits[-2::-2])
    return digits + str(-total % 10)


def iban(chance: Chance) -> str:
    """A German or Danish account number with its check digits (ISO 13616)."""
    country, length = chance.choice([("DE", 18), ("DK", 14)])
    own = some(chance, DIGITS, length)
    number = int("".join(str(int(c, 36)) for c in f"{own}{country}00"))
    return f"{country}{98 - number % 97:02}{own}"


def base64_of(chance: Chance, count: int) -> str:
    """Random bytes in Base64."""
    return base64.b64encode(chance.randbytes(count)).decode()


def jwt(chance: Chance) -> str:
    """Three parts in Base64, the first of them JSON."""
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').decode().rstrip("=")
    return f"{head}.{some(chance, WORD, 40)}.{some(chance, WORD + '_-', 43)}"


def pem(chance: Chance, what: str) -> str:
    """A private key in PEM form."""
    lines = "\n".join(base64_of(chance, 48) for _ in range(6))
    return f"-----BEGIN {what}PRIVATE KEY-----\n{lines}\n-----END {what}PRIVATE KEY-----"


def password(chance: Chance) -> str:
    """As people choose them: a word with capitals, digits and a sign."""
    word = chance.choice(["Sommer", "Hunter", "Welcome", "Kestrel", "Monday", "Bristol"])
    return f"{word}{chance.randrange(10, 9999)}{chance.choice('!?#$%&*')}"


# What can stand alone: its shape gives it away wherever it is.
SHAPED: dict[str, Callable[[Chance], str]] = {
    "AWS access key": lambda c: "AKIA" + some(c, UPPER, 16),
    "GitHub token": lambda c: c.choice(["ghp_", "gho_", "ghs_"]) + some(c, WORD, 36),
    "GitHub fine-grained token": lambda c: f"github_pat_{some(c, WORD, 22)}_{some(c, WORD, 59)}",
    "GitLab token": lambda c: "glpat-" + some(c, WORD + "_-", 20),
    "Slack token": lambda c: f"xoxb-{some(c, DIGITS, 12)}-{some(c, DIGITS, 12)}-{some(c, WORD, 24)}",
    "Slack webhook": lambda c: (
        f"https://hooks.slack.com/services/T{some(c, UPPER, 8)}/B{some(c, UPPER, 8)}/{some(c, WORD, 24)}"
    ),
    "Google API key": lambda c: "AIza" + some(c, WORD + "_-", 35),
    "Google OAuth token": lambda c: "ya29." + some(c, WORD + "_-", 60),
    "Stripe key": lambda c: "sk_live_" + some(c, WORD, 24),
    "OpenAI key": lambda c: "sk-proj-" + some(c, WORD, 48),
    "Anthropic key": lambda c: "sk-ant-api03-" + some(c, WORD + "_-", 93),
    "SendGrid key": lambda c: f"SG.{some(c, WORD, 22)}.{some(c, WORD + '_-', 43)}",
    "npm token": lambda c: "npm_" + some(c, WORD, 36),
    "PyPI token": lambda c: "pypi-AgEIcHlwaS5vcmc" + some(c, WORD + "_-", 70),
    "Hugging Face token": lambda c: "hf_" + some(c, LETTERS, 34),
    "JSON web token": jwt,
    "Twilio key": lambda c: "SK" + some(c, HEX, 32),
    "Mailgun key": lambda c: "key-" + some(c, HEX, 32),
    "Azure client secret": lambda c: f"{some(c, WORD, 3)}8Q~{some(c, WORD + '_-.~', 34)}",
    "DigitalOcean token": lambda c: "dop_v1_" + some(c, HEX, 64),
    "Databricks token": lambda c: "dapi" + some(c, HEX, 32),
    "Shopify token": lambda c: "shpat_" + some(c, HEX, 32),
    "Atlassian token": lambda c: "ATATT3xFfGF0" + some(c, WORD + "_-", 176) + "=" + some(c, UPPER, 8),
    "HashiCorp Vault token": lambda c: "hvs." + some(c, WORD + "_-", 90),
    "Telegram bot token": lambda c: f"{some(c, '123456789', 10)}:AA{some(c, WORD + '_-', 33)}",
    "Grafana token": lambda c: f"glsa_{some(c, WORD, 32)}_{some(c, HEX, 8)}",
    "Docker Hub token": lambda c: "dckr_pat_" + some(c, WORD + "_-", 27),
    "Linear key": lambda c: "lin_api_" + some(c, WORD, 40),
    "New Relic key": lambda c: "NRAK-" + some(c, UPPER, 27),
    "age key": lambda c: "AGE-SECRET-KEY-1" + some(c, UPPER, 58),
    "RSA private key": lambda c: pem(c, "RSA "),
    "OpenSSH private key": lambda c: pem(c, "OPENSSH "),
    "card number": lambda c: checked("4" + some(c, DIGITS, 14)),
    "IBAN": iban,
    "US social security number": lambda c: f"{c.randrange(100, 666)}-{c.randrange(10, 99)}-{c.randrange(1000, 9999)}",
    "BitLocker recovery key": lambda c: "-".join(some(c, DIGITS, 6) for _ in range(8)),
    "Windows product key": lambda c: "-".join(some(c, UPPER, 5) for _ in range(5)),
}  # fmt: skip
AROUND = (
    "{}", "here is it: {}", "it says {} is not valid", "I used {} and got 401", "TOKEN={}", "export API_KEY={}",
    "`{}`", "```\nvalue: {}\n```", '{{"key": "{}"}}', "the one I have ends soon:\n{}\ncan you renew it?",
    "see <{}>", "({})", "error for {}.", "was {}, please", "curl -H 'X-Key: {}' https://api.example.com",
)  # fmt: skip

# What is known by what stands beside it.
NAMED: dict[str, tuple[Callable[[Chance], str], tuple[str, ...]]] = {
    "password": (password, (
        "my password is {}", "password: {}", "the wifi password is {}", "login jane / pw: {}", "PASSWORD={}",
        '{{"user": "jane", "password": "{}"}}', "passwd = '{}'", "I changed my password to {} and now I am locked out",
        "temp password {} does not work", "pwd:{}", "Passwort: {}", "mot de passe : {}", "pass: {}",
    )),
    "password in an address": (lambda c: some(c, WORD, 12), (
        "postgresql://app:{}@db.example.com/x", "https://jane:{}@git.example.com/r.git", "redis://:{}@cache:6379",
        "smb://jane:{}@files/share", "mongodb+srv://app:{}@cluster.example.net/x",
    )),
    "AWS secret key": (lambda c: some(c, WORD + "/+", 40), (
        "aws_secret_access_key = {}", "AWS_SECRET_ACCESS_KEY={}", "secret access key: {}", "my AWS secret key is {}",
    )),
    "Azure storage key": (lambda c: base64_of(c, 64), (
        "AccountName=files;AccountKey={};EndpointSuffix=core.windows.net", "account key: {}",
    )),
    "Azure shared access signature": (lambda c: base64_of(c, 32).replace("+", "%2B").replace("/", "%2F"), (
        "https://files.blob.core.windows.net/a?sv=2024-01-01&sig={}&se=2026", "the link ?sp=r&sig={}",
    )),
    "bearer token": (lambda c: some(c, WORD + "._-", 40), (
        "Authorization: Bearer {}", "curl -H 'authorization: bearer {}' x", "sent with Bearer {}",
    )),
    "basic authentication": (lambda c: base64.b64encode(f"jane:{some(c, WORD, 10)}".encode()).decode(), (
        "Authorization: Basic {}", "curl -H 'authorization: basic {}' x",
    )),
    "client secret": (lambda c: some(c, WORD, 32), (
        "client_secret={}", "clientSecret: '{}'", "client secret is {}", '"client_secret": "{}"',
        "OAUTH_CLIENT_SECRET={}",
    )),
    "API key": (lambda c: some(c, HEX, 32), (
        "api key: {}", "API_KEY={}", "apikey={}", "our api key is {}", "x-api-key: {}", '"apiKey": "{}"',
        "auth token {}",
    )),
    "session cookie": (lambda c: some(c, WORD, 32), (
        "Cookie: session={}", "Set-Cookie: sessionid={}; Path=/", "JSESSIONID={}", "PHPSESSID={}",
    )),
    "WireGuard key": (lambda c: base64_of(c, 32), ("PrivateKey = {}", "PresharedKey = {}")),
    "Wi-Fi key": (password, ('psk="{}"', "wpa-psk {}", "the key of the guest wifi is {}", "wifi key: {}")),
    "PIN": (lambda c: some(c, DIGITS, 6), ("my PIN is {}", "PIN: {}", "the door pin {} does not work", "pin code: {}")),
    "one-time code": (lambda c: some(c, DIGITS, 6), (
        "the verification code is {}", "code: my OTP is {}", "I got the login code {} twice", "2FA code {}",
        "security code: {}", "authenticator code {} is refused",
    )),
    "recovery codes": (lambda c: f"{some(c, HEX, 5)}-{some(c, HEX, 5)}", (
        "recovery code: {}", "backup code {} does not work", "my recovery code is {}",
    )),
    "card code": (lambda c: some(c, DIGITS, 3), ("cvv {}", "CVC: {}", "the cvv is {}")),
    "passport number": (lambda c: some(c, DIGITS, 9), ("passport number {}", "passport no. {}", "my passport is {}")),
    "UK National Insurance number": (
        lambda c: f"{c.choice('AEHJLMPR')}{c.choice('ABEHKLMP')}{some(c, DIGITS, 6)}{c.choice('ABCD')}",
        ("NI number {}", "national insurance number: {}", "{} is my NINO"),
    ),
    "encryption passphrase": (
        lambda c: f"{c.choice(['purple', 'seven'])}-{c.choice(['horse', 'lamp'])}-{c.randrange(99)}",
        ("passphrase: {}", "the passphrase is {}", "my FileVault passphrase is {}"),
    ),
    "hashed password": (lambda c: f"$2b$12${some(c, WORD + './', 53)}", ("{}", "hash: {}", "jane:{}:1001")),
}  # fmt: skip


def secrets(seed: int) -> Iterator[Secret]:
    """Messages without end, the kinds in turn."""
    chance = Chance(seed)
    while True:
        for kind, make in SHAPED.items():
            yield _said(kind, make(chance), chance.choice(AROUND))
        for kind, (make, frames) in NAMED.items():
            yield _said(kind, make(chance), chance.choice(frames))


def _said(kind: str, secret: str, frame: str) -> Secret:
    """Of a long secret the middle must be gone: a prefix that only tells the kind may stay."""
    hidden = secret[len(secret) // 3 : -len(secret) // 6 or None] if len(secret) > 8 else secret
    return Secret(kind=kind, text=frame.format(secret), hidden=hidden)


def missed(seed: int, count: int) -> list[Secret]:
    """Those of the first `count` that are still in the text after masking."""
    made = secrets(seed)
    return [one for one, _ in zip(made, range(count), strict=False) if one.hidden in redact(one.text).text]


def ordinary(file: Path) -> Iterator[str]:
    """The messages of a file: JSON lines with `text`, or a message a line."""
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        if file.suffix == ".jsonl": yield str(json.loads(line)["text"])
        elif line.strip(): yield line


def alarms(texts: Iterator[str]) -> tuple[int, list[tuple[str, str]]]:
    """How many messages there are, and those of which something was masked, with what."""
    read = [(text, redact(text).kinds) for text in texts]
    return len(read), [(text, ", ".join(kinds)) for text, kinds in read if kinds]


def main(arguments: list[str]) -> None:
    """Print what was missed, or what was masked in vain."""
    if arguments[:1] == ["--ordinary"]:
        for file in arguments[1:]:
            count, told = alarms(ordinary(Path(file)))
            sys.stdout.write(f"{len(told)} of {count} messages ({len(told) / max(count, 1):.3%})  {Path(file).name}\n")
            for text, kinds in told: sys.stdout.write(f"  {kinds}: {text[:160]!r}\n")
        return
    count = int(arguments[0]) if arguments else 10_000
    lost = missed(1, count)
    kinds, each = Counter(one.kind for one in lost), count / (len(SHAPED) + len(NAMED))
    sys.stdout.write(f"{len(SHAPED) + len(NAMED)} kinds, {count} messages: recall {1 - len(lost) / count:.2%}\n")
    for kind, number in kinds.most_common():
        example = next(one.text for one in lost if one.kind == kind)
        sys.stdout.write(f"  {kind:32} {1 - number / each:7.1%}  {example[:110]!r}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
