"""An article as people read it in Slack: the same marks and quote bars as in an answer, nothing cut off. Pure."""

import json
from collections.abc import Sequence
from itertools import accumulate, islice

from bot.question import Quote
from bot.slack import quotes
from bot.slack import texts as shared
from bot.slack.blocks import Block, context, header, plain, section
from bot.slack.editors import texts
from bot.slack.editors.parts import in_pieces
from bot.slack.mrkdwn import SECTION, escape, from_markdown
from kb.articles import FENCE, Article, Passage, passages

MOST = 60  # blocks of a text in one view
BYTES = 180_000  # of a text in one view, as JSON; Slack takes 250 KB in all
FENCED = "```"


def shown(article: Article, link_base: str) -> list[str]:
    """The texts (mrkdwn) in which an article is shown: its title and when it was checked, then passage by passage."""
    about = f"{shared.ANSWER_INTRO} *{escape(article.title)}*\n{quotes.checked(_quote(article, ()))}"
    return [about, *(text for part in passages(article) for text in quoted(article, part, link_base))]


def quoted(article: Article, part: Passage, link_base: str) -> list[str]:
    """A passage as an answer quotes it, in as many texts as its length needs."""

    def words(text: str, *, first: bool = True) -> str:
        return quotes.words_of(_quote(article, ((part.heading if first else "", text),)), link_base)

    pieces = in_pieces(part.text, lambda text: len(words(text)) <= SECTION)
    return [words(text, first=place == 0) for place, text in enumerate(fenced(pieces))]


def read(parts: Sequence[Passage], link_base: str) -> list[Block]:
    """Passages as they are read in a modal, under their headings."""
    return [section(text) for part in parts for text in _read(part, link_base)]


def _read(part: Passage, link_base: str) -> list[str]:
    heading = f"*{escape(part.heading)}*\n" if part.heading else ""
    most = SECTION - len(heading)
    pieces = in_pieces(part.text, lambda text: len(from_markdown(text, link_base)) <= most)
    texts_ = [from_markdown(text, link_base) for text in fenced(pieces)]
    return [heading + texts_[0], *texts_[1:]] if texts_ else []


def fenced(pieces: Sequence[str]) -> list[str]:
    """Pieces of one text, each of which closes the code block that it is cut in, and opens it again."""
    found, inside = [], False
    for piece in pieces:
        begins = f"{FENCED}\n" if inside else ""
        for line in piece.splitlines():
            if FENCE.fullmatch(line): inside = not inside
        found.append(f"{begins}{piece.strip(chr(10))}{chr(10) + FENCED if inside else ''}")
    return found


def code(text: str) -> list[Block]:
    """A file's text as it stands."""
    room = SECTION - 10
    return [section(f"```\n{escape(piece.strip(chr(10)))}\n```") for piece in in_pieces(
        text, lambda one: len(escape(one)) <= room
    ) if piece.strip()]  # fmt: skip


def clipped(blocks: Sequence[Block], most: int = MOST) -> list[Block]:
    """As many blocks as there is room for, and word of the rest."""
    sizes = accumulate(len(json.dumps(block)) for block in blocks)
    shown = sum(size <= BYTES for size in islice(sizes, most))
    return [*blocks[:shown], *([context(texts.REST)] if len(blocks) > shown else [])]


def view(article: Article, link_base: str) -> Block:
    """A modal that only shows it."""
    blocks = [context(texts.AS_DRAFT), *clipped([section(text) for text in shown(article, link_base)], 95)]
    return {
        "type": "modal", "title": plain(texts.PREVIEW, 24), "close": plain(shared.CLOSE, 24),
        "blocks": [header(article.title or texts.PREVIEW), *blocks],
    }  # fmt: skip


def source_view(text: str) -> Block:
    """The same of a recipe's file."""
    return {
        "type": "modal", "title": plain(texts.PREVIEW, 24), "close": plain(shared.CLOSE, 24),
        "blocks": clipped(code(text), 95) or [context(texts.CHANGED_NOTHING)],
    }  # fmt: skip


def _quote(article: Article, parts: tuple[tuple[str, str], ...]) -> Quote:
    return Quote(slug=article.slug, title=article.title, parts=parts, url="", verified=article.verified)
