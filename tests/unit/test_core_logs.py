"""The log: one line a record whatever it says, masked, with the event it belongs to; as text and as JSON."""

import io
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import logs
from core.logs import Form
from core.watching import watched

TOKEN = f"xoxb-{2214567890}-abcdefghijklmnopqrstuvwx"  # made up
FORMS: list[Form] = ["text", "json"]
Log = Callable[..., str]


def said(form: Form, message: object, *args: object, error: BaseException | None = None, **more: Any) -> str:
    """What a record looks like."""
    written = io.StringIO()
    kind = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("firstline.test", logging.WARNING, "", 1, message, args, kind, **more)
    logs.handler(form, ["bot", "web"], written).handle(record)
    return written.getvalue()


def raise_it() -> None:
    """Fail."""
    raise ValueError(f"bad\n2026-11-22 ERROR root: forged password: hunter2-Xy9! {TOKEN}")


def failing() -> ValueError:
    """An error with a traceback, which quotes a forged record and a secret."""
    try:
        raise_it()
    except ValueError as error:
        return error
    raise AssertionError


@pytest.mark.parametrize("form", FORMS)
@given(words=st.text(max_size=60))
def test_a_record_is_one_line(form: Form, words: str):
    """Whatever somebody's words are: no break, no control character, one line."""
    line = said(form, "heard %s", words)
    assert line.count("\n") == 1
    assert line.endswith("\n")
    assert line[:-1].splitlines() == [line[:-1]]
    assert all(sign.isprintable() or sign.isspace() or ord(sign) > 127 for sign in line[:-1])


@pytest.mark.parametrize("form", FORMS)
@given(words=st.text(max_size=60))
def test_the_event_that_it_belongs_to_stays_on_the_line(form: Form, words: str):
    """An event's id comes from outside: no break in it, no secret."""
    with watched(None, words): line = said(form, "heard")
    assert line[:-1].splitlines() == [line[:-1]]
    with watched(None, TOKEN): assert TOKEN not in said(form, "heard")


@pytest.mark.parametrize("password", ["p@ss/w0rd", "hunter2:opensesame", "a@b@c", "plain"])
def test_a_password_in_an_address_goes_whole(password: str):
    """Up to the last `@`: the host stays, nothing of the password does."""
    line = said("text", "postgresql://firstline:%s@db.corp/x is away", password)
    assert "://[removed]@db.corp/x is away" in line


def test_text_looks_like_this():
    """Time, level, logger, message, and the event it belongs to."""
    with watched(None, "Ev0123"): line = said("text", "it took %d ms", 12)
    assert line[19:].partition(" ")[2] == "WARNING firstline.test: it took 12 ms [Ev0123]\n"


def test_json_has_fields():
    """One object with the fields that a collector searches."""
    with watched(None, "Ev0123"): row = json.loads(said("json", "E-7F3A2C a click failed"))
    assert row.pop("time").endswith("+00:00")
    assert row.pop("process") > 0
    assert row == {
        "level": "WARNING", "logger": "firstline.test", "message": "E-7F3A2C a click failed", "role": "bot,web",
        "trace": "Ev0123", "reference": "E-7F3A2C",
    }  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_secrets_are_masked(form: Form):
    """In the message, in its arguments and in tracebacks, whoever wrote the line."""
    line = said(form, "asked with %s and password: hunter2-Xy9!", TOKEN, error=failing())
    assert "hunter2" not in line
    assert "abcdefghij" not in line
    address = said(form, "connecting to postgresql://me:pa55word@host/name with Bearer abc.def")
    assert "pa55word" not in address
    assert "abc.def" not in address


def test_a_traceback_cannot_look_like_a_record():
    """Its lines begin with a bar; in JSON it is a field of the one line."""
    lines = said("text", "it broke", error=failing()).splitlines()
    assert len(lines) > 3
    assert all(line.startswith("  | ") for line in lines[1:])
    row = json.loads(said("json", "it broke", error=failing()))
    assert "Traceback" in row["exc_info"]


def test_arguments_that_do_not_fit():
    """A slip in our own code costs the arguments, not the record."""
    assert "took %d ms" in said("text", "took %d ms", "long")


def test_setting_up_twice(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """The later call says how; each record is written once. Another program's logging stays as it is."""
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    logs.configure("INFO")
    logs.configure("INFO", "json", ["worker"])
    logging.getLogger("firstline.test").info("hello")
    assert json.loads(capsys.readouterr().err)["role"] == "worker"
    other = logging.NullHandler()
    monkeypatch.setattr(root, "handlers", [other])
    logs.configure("ERROR", "json")
    assert root.handlers == [other]
