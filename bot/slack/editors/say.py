"""Small forms that ask for a word: what the editors should know, what should be different, why. Pure."""

from collections.abc import Sequence
from enum import StrEnum

from bot.slack import ids
from bot.slack import texts as shared
from bot.slack.blocks import Block, context, modal, number, pack, section, text_input
from bot.slack.editors import texts
from bot.slack.editors.state import Item, item
from bot.slack.mrkdwn import clip, cut, escape
from core.errors import BadInput

MOST = 1_000  # characters, as much as is kept of a note
SHOWN = 12  # questions
QUESTION = 200  # characters


class Word(StrEnum):
    """What is done with the word that is asked for."""

    SUBMIT = "submit"
    SEND_BACK = "send_back"
    PUBLISH = "publish"
    RETIRE = "retire"
    ROLLBACK = "rollback"


ASKED = {
    Word.SUBMIT: (texts.SAY_SUBMIT, texts.SAY_SUBMIT_LABEL), Word.RETIRE: (texts.SAY_RETIRE, texts.SAY_RETIRE_LABEL),
    Word.SEND_BACK: (texts.SAY_SEND_BACK, texts.SAY_SEND_BACK_LABEL),
    Word.PUBLISH: (texts.SAY_REASON, texts.SAY_REASON_LABEL),
    Word.ROLLBACK: (texts.SAY_ROLLBACK, texts.SAY_ROLLBACK_LABEL),
}  # fmt: skip
FREE = frozenset({Word.SUBMIT, Word.ROLLBACK})  # where the word may stay out


def view(word: Word, about: Item, title: str, *, lost: Sequence[str] = (), to: int = 0, said: str = "") -> Block:
    """The form; `lost` are questions that would lose their answer, `to` is the revision that is gone back to."""
    name, label = ASKED[word]
    losing = [section(f"{texts.LOST}\n{_listed(lost)}")] if lost else []
    if len(lost) > SHOWN: losing.append(context(texts.LOST_MORE.format(count=len(lost) - SHOWN)))
    optional = word in FREE and not lost
    field = text_input("word", label, initial=said, long=True, most=MOST, optional=optional)
    blocks = [section(f"*{escape(clip(title, 150))}*"), *losing, field]
    private = pack(word, to, about.value)
    return modal(ids.EDITOR_SAY_VIEW, name, texts.SURE, blocks, private=private, cancel=shared.CANCEL)


def meant(private: str) -> tuple[Word, int, Item]:
    """What `view` remembered."""
    word, _, rest = private.partition("|")
    to, _, about = rest.partition("|")
    if word not in set(Word): raise BadInput("Please open this again.")
    return Word(word), number(to), item(about)


def _listed(lost: Sequence[str]) -> str:
    rows = [f"• {escape(clip(' '.join(one.split()), QUESTION))}" for one in lost[:SHOWN]]
    return cut("\n".join(rows), 2_700)
