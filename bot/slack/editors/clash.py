"""When somebody else was faster: what they saved, what this person wrote, and where the two differ. Pure."""

from collections.abc import Mapping
from dataclasses import replace

from bot.assistant.editorial.writing import Begun
from bot.slack.editors import texts
from bot.slack.editors.filled import aliases_of, fresh, front
from bot.slack.editors.form import Drawn
from bot.slack.editors.parts import Parted, parted
from bot.slack.editors.state import Form, numbered
from bot.slack.editors.who import by
from bot.slack.mrkdwn import cut, escape, moment
from kb.articles import Article
from kb.history import Revision
from kb.writing import RECIPE

TOO_MANY = 5  # digits of a number of days


def refused(message: str) -> str:
    """Why a page could not be kept."""
    return cut(f":warning: {escape(message)}", 2_900)


def said(begun: Begun, live: Revision | None, where: str) -> str:
    """Who changed it, when, and in what it differs."""
    if begun.draft:
        draft = begun.draft
        return texts.STALE_DRAFT.format(by=by(draft.saved_by), at=moment(draft.saved_at, "UTC"), where=where)
    if live is None: return ""
    return texts.STALE_LIVE.format(by=by(live.saved_by), at=moment(live.saved_at, "UTC"), where=where)


def fields(article: Article | None, body: Parted, slug: str) -> dict[str, str]:
    """A text as the inputs of a form hold it."""
    parts = {f"part_{place}": part.text for place, part in enumerate(body.parts)}
    if article is None: return parts | {"slug": slug}
    return parts | front(article)


def where(mine: Mapping[str, str], theirs: Mapping[str, str]) -> str:
    """The inputs in which two differ, as people call them."""
    kinds = dict.fromkeys(name.partition("_")[0] for name in without_same(mine, theirs))
    found = [texts.WHERE[kind] for kind in kinds if kind in texts.WHERE]
    return ", ".join(found) or texts.WHERE_NOTHING


def without_same(mine: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, str]:
    """What was typed and is not in the other one."""
    return {name: text for name, text in mine.items() if text.strip() and text.strip() != theirs.get(name, "").strip()}


def ours(values: Mapping[str, str]) -> list[tuple[str, str]]:
    """What was typed, to be copied from: each with what it is."""
    called = {name: texts.WHERE.get(name.partition("_")[0], "") for name in values}
    return [(called[name], text) for name, text in values.items() if text.strip() and called[name]]


def anew(seen: Form, values: Mapping[str, str], audiences: Mapping[str, str]) -> Drawn:
    """The form of something new with all that was typed on one whose text is gone: its page on one page.

    What stood in the fields of the first page is known on the others too.
    """
    told = {**seen.fields, **values}
    text = "\n\n".join(words for _, words in sorted(numbered(values, "part").items()) if words.strip())
    page = [texts.STALE_GONE_PAGE.format(page=seen.page + 1, of=seen.of)] if seen.of > 1 else []
    return Drawn(
        form=Form(kind=seen.kind, origin=seen.origin), body=parted(text), audiences=audiences, name=seen.slug,
        article=None if seen.kind == RECIPE else as_typed(seen, told), said=[" ".join([texts.STALE_GONE, *page])],
        ours=ours({name: words for name, words in values.items() if name.startswith("ours")}), whole=True,
    )


def as_typed(seen: Form, values: Mapping[str, str]) -> Article:
    """The fields of a form that has no text to stand on any more."""
    base = fresh(seen.kind, values.get("owner", ""))
    days = values.get("review", "")
    return replace(
        base, title=values.get("title", "") or seen.slug.replace("-", " "),
        category=values.get("category", "") or "other",
        audience=values.get("audience", "") or base.audience,
        review_every=int(days) if days.isdecimal() and len(days) < TOO_MANY else base.review_every,
        aliases=aliases_of(values),
    )
