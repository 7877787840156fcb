"""The form on which articles, run-books and recipes are written, page by page where they are long. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.slack import ids
from bot.slack import texts as shared
from bot.slack.blocks import Block, actions, button, context, divider, menu, modal, section, select, text_input
from bot.slack.editors import texts
from bot.slack.editors.filled import front
from bot.slack.editors.parts import Parted, pages, parted
from bot.slack.editors.state import Form
from bot.slack.mrkdwn import clip
from kb.articles import RUNBOOK, Article
from kb.writing import RECIPE

ROOM = 3_000  # characters of an input
LABELS = {RECIPE: (texts.SOURCE, texts.SOURCE_PART, texts.SOURCE_MORE)}
BODY = (texts.BODY, texts.BODY_PART, texts.BODY_MORE)
MOST_OURS = 30  # inputs that hold what somebody wrote, to be copied from


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What a form shows.

    `body` is the text in parts (for a recipe all of it), `article` its other fields, `audiences` what there is to
    choose from; `said` stands above the form, `ours` (label, text) below it. `name` is proposed for a new recipe.
    `whole` shows it all on one page: what came from a page of inputs fits on one.
    """

    form: Form
    body: Parted
    article: Article | None
    audiences: Mapping[str, str] = field(default_factory=dict)
    said: Sequence[str] = ()
    ours: Sequence[tuple[str, str]] = ()
    name: str = ""
    whole: bool = False

    @property
    def pages(self) -> list[range]:
        """The parts of each page."""
        return [range(len(self.body.parts))] if self.whole else pages(self.body)


def view(drawn: Drawn) -> Block:
    """The form as a modal."""
    form = drawn.form
    page = drawn.pages[form.page]
    gaps = () if form.slug else tuple(part.after for part in drawn.body.parts)
    first = form.page == 0
    blocks = [
        *(section(words) for words in drawn.said), *([context(_about(drawn))]), *(_fields(drawn) if first else []),
        *_parts(drawn, page), *(_aliases(drawn) if first else []), actions(*_buttons(drawn), name=f"do.{form.stamp}"),
        *_ours(drawn),
    ]
    held = {} if first or drawn.article is None else front(drawn.article)
    private = replace(form, gaps=gaps, fields=held, of=len(drawn.pages)).private()
    stamped = [_stamped(block, form.stamp) for block in blocks]
    title = texts.KINDS[form.kind] if form.slug else texts.NEW[form.kind]
    return modal(ids.EDITOR_FORM_VIEW, title, texts.SAVE_DRAFT, stamped, private=private, cancel=shared.CANCEL)


def _about(drawn: Drawn) -> str:
    of = len(drawn.pages)
    told = texts.PAGE_ABOUT.format(of=of, number=drawn.form.page + 1) if of > 1 else texts.FORM_ABOUT
    return f"{texts.FORM_MADE} {told}" if drawn.form.origin and not drawn.form.slug else told


def _fields(drawn: Drawn) -> list[Block]:
    article = drawn.article
    if article is None: return [] if drawn.form.slug else [text_input("slug", texts.NAME, initial=drawn.name, most=100)]
    audience = select("audience", texts.AUDIENCE, _audiences(drawn, article), initial=article.audience)
    return [
        text_input("title", texts.TITLE, initial=article.title, most=150),
        text_input("category", texts.CATEGORY, initial=article.category, most=40),
        *([] if article.kind == RUNBOOK else [audience]),
        text_input("owner", texts.OWNER, initial=article.owner, most=100, optional=True),
        select("review", texts.REVIEW, _reviews(article.review_every), initial=str(article.review_every)),
    ]


def _audiences(drawn: Drawn, article: Article) -> dict[str, str]:
    """The first hundred, the article's own among them."""
    own = {article.audience: drawn.audiences.get(article.audience, article.audience)}
    others = {slug: name for slug, name in drawn.audiences.items() if slug != article.audience}
    return own | dict(list(others.items())[:99])


def _reviews(days: int) -> dict[str, str]:
    known = {str(every): words for every, words in texts.REVIEW_DAYS.items()}
    own = {} if days == 0 or str(days) in known else {str(days): texts.REVIEW_OTHER.format(days=days)}
    return {"0": texts.REVIEW_NEVER} | known | own


def _parts(drawn: Drawn, page: range) -> list[Block]:
    one, part, more = LABELS.get(drawn.form.kind, BODY)
    of = len(drawn.body.parts)
    labels = [part.format(number=place + 1, of=of) if of > 1 else one for place in page]
    inputs = [
        text_input(f"part_{place}", label, initial=drawn.body.parts[place].text, long=True, optional=True, most=ROOM)
        for place, label in zip(page, labels, strict=True)
    ]
    if page.stop < of: return inputs
    return [*inputs, text_input(f"part_{of}", more if of else one, long=True, optional=of > 0, most=ROOM)]


def _aliases(drawn: Drawn) -> list[Block]:
    if drawn.article is None: return []
    label = texts.ALIASES_RUNBOOK if drawn.form.kind == RUNBOOK else texts.ALIASES
    shown = [part.text for part in parted("\n".join(drawn.article.aliases)).parts] or [""]
    if len(shown) > 1 or len(shown[0]) > ROOM // 2: shown.append("")
    labels = [label, *([texts.ALIASES_MORE] * (len(shown) - 1))]
    return [
        text_input(f"alias_{place}", words, initial=text, long=True, optional=True, most=ROOM)
        for place, (words, text) in enumerate(zip(labels, shown, strict=True))
    ]


def _buttons(drawn: Drawn) -> list[Block]:
    preview = [button(texts.PREVIEW, ids.EDITOR_PREVIEW)]
    found = drawn.pages
    if len(found) < 2: return preview  # noqa: PLR2004 - a choice needs two
    options = {
        str(number): texts.PAGE_OPTION.format(number=number + 1, of=len(found), start=_start(drawn.body, page))
        for number, page in enumerate(found)
    }  # fmt: skip
    return [*preview, menu(ids.EDITOR_PAGE, texts.PAGE, options)]


def _start(body: Parted, page: range) -> str:
    words = body.parts[page.start].text.partition("\n")[0].lstrip("# ") if page else ""
    return clip(words, 50) or "…"


def _ours(drawn: Drawn) -> list[Block]:
    if not drawn.ours: return []
    fields_ = [
        text_input(
            f"ours_{place}", texts.OURS.format(what=what), initial=text, long=True, optional=True, most=ROOM
        ) for place, (what, text) in enumerate(drawn.ours[:MOST_OURS])
    ]  # fmt: skip
    return [divider(), section(texts.STALE_OURS), *fields_]


def _stamped(block: Block, stamp: str) -> Block:
    """An input with an id of its own for each save; see `Form.stamp`."""
    return block | {"block_id": f"{block['block_id']}.{stamp}"} if block["type"] == "input" else block


def input_id(form: Form, name: str) -> str:
    """The id of an input, as an error names it."""
    return f"{name}.{form.stamp}"
