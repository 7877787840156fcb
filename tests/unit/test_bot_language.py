"""Telling English from what Firstline does not read."""

import json
from pathlib import Path

import pytest

from bot.language import is_foreign

DATA = Path(__file__).parents[2] / "data"


@pytest.mark.parametrize(
    "text",
    [
        "mein vpn verbindet sich nicht, was soll ich tun?", "¿cómo restablezco mi contraseña?",
        "Меня не пускает в почту", "プリンターが動きません", "mon ordinateur est très lent depuis ce matin",
        "la stampante non funziona più", "min skrivare fungerar inte", "ik kan niet inloggen op mijn laptop",
        "não consigo entrar no meu email", "nie mogę się zalogować",
    ],
)  # fmt: skip
def test_other_languages(text):
    """A sentence of another language, whatever its letters."""
    assert is_foreign(text)


@pytest.mark.parametrize(
    "text", ["", "?!", "809", "vpn kaputt", "sing a song", "naïve café", "printer", "how do I type ñ and é in Word"]
)
def test_no_language_in_particular(text):
    """What is too short to tell, or English with a foreign word, is read as English."""
    assert not is_foreign(text)


def test_no_message_of_ours_is_taken_for_foreign():
    """All English training and evaluation messages are."""
    for file in ("training/messages.jsonl", "training/questions.jsonl", "eval/questions.jsonl"):
        lines = (DATA / file).read_text(encoding="utf-8").splitlines()
        assert [text for line in lines if is_foreign(text := json.loads(line)["text"])] == []
