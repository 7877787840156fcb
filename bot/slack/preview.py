"""What an article looks like as an answer in Slack before anybody gets it: by the very code that answers."""

from collections.abc import Callable

from bot.assistant.parts import Parts
from bot.question import AnswerReply
from bot.slack.blocks import Block
from bot.slack.render import answer
from kb.articles import Article, passages
from kb.service import ArticleView

Shown = list[tuple[str, str]]  # the parts of a message from top to bottom: section, context or button; and its text


def previewer(parts: Parts) -> Callable[[Article, int], Shown]:
    """What shows the answer that quotes one passage (0: the opening) of an article that may not be published yet."""

    def preview(article: Article, passage: int) -> Shown:
        view = viewed(article)
        if not view.passages: return []
        found = answer(AnswerReply(turn=0, quote=parts.quoted(view, passage)), parts.link_base)
        return [part for block in found.blocks for part in _parts(block)]

    return preview


def viewed(article: Article) -> ArticleView:
    """An article as if it were published."""
    return ArticleView(
        slug=article.slug, title=article.title, body=article.body, category=article.category,
        audience=article.audience, owner=article.owner, verified=article.verified, review_every=article.review_every,
        aliases=article.aliases, revision=0, passages=tuple(passages(article)),
    )


def _parts(block: Block) -> Shown:
    match block["type"]:
        case "section": return [("section", block["text"]["text"])]
        case "context": return [("context", one["text"]) for one in block["elements"]]
        case "actions": return [("button", one["text"]["text"]) for one in block["elements"]]
        case _: return []
