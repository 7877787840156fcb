"""One page to the article or run-book that it becomes."""

import re
from collections import Counter
from collections.abc import Callable

from core.errors import BadInput
from kb.articles import RUNBOOK, Article
from kb.taking.linking import Linking, Lost
from kb.taking.markdown import OWN, kind_of, named_audiences
from kb.taking.pages import LeftOut, Options, Page
from kb.taking.prose import OPEN, on_prose
from kb.writing import Draft, article_draft, article_source

MAX_TITLE, MAX_CATEGORY, MAX_OWNER, MAX_ALIASES = 150, 40, 100, 50  # characters, and how many; as in the front matter
STAFF, EMPLOYEES = "staff", "employees"

Tell = Callable[[str, str], None]


class Making:
    """Makes drafts of pages; counts the keys and audiences of other systems' front matter that mean nothing here."""

    def __init__(self, options: Options, tell: Tell) -> None:
        """Take what an editor said about the files, and whom to tell what about a file."""
        self._options, self._tell = options, tell
        self.keys: Counter[str] = Counter()
        self.audiences: Counter[str] = Counter()

    def draft(self, slug: str, page: Page, linking: Linking, lost: Lost) -> tuple[Draft, bool]:
        """What a page becomes, and whether its file has more than that, which a file written from it would lose.

        Raises:
            LeftOut: it becomes nothing that is sound.
        """
        if page.source: return self._own(page, linking, lost), False
        linked = linking.linked(page.body, lost)
        return self._foreign(slug, page, on_prose(linked, _tidy).strip()), page.loses or linked != page.body

    def _own(self, page: Page, linking: Linking, lost: Lost) -> Draft:
        at = page.source.rfind(page.body)
        alone = at < 0 or (page.exact and (OPEN in page.body or "![" not in page.body))
        linked = page.body if alone else linking.linked(page.body, lost)
        source = page.source if alone else page.source[:at] + linked + page.source[at + len(page.body) :]
        made = article_draft(page.path, source)
        if isinstance(made, list): raise LeftOut(made[0].message)
        if page.front["audience"] not in self._options.audiences:
            self._tell(page.path, f'its audience "{page.front["audience"]}" is none of this desk; nobody will see it')
        return made

    def _foreign(self, slug: str, page: Page, body: str) -> Draft:
        try:
            made = article_draft(f"{slug}.md", article_source(self._article(slug, page, body)))
        except BadInput as error:
            raise LeftOut(str(error)) from None
        if isinstance(made, list): raise LeftOut(made[0].message)
        return made

    def _article(self, slug: str, page: Page, body: str) -> Article:
        front, options = page.front, self._options
        for key in sorted(front.keys() - OWN): self.keys[str(key)] += 1
        category, owner = front.get("category"), front.get("owner")
        kind = RUNBOOK if RUNBOOK in (options.kind, kind_of(front)) else options.kind
        return Article(
            slug=slug, title=title_of(page.title), body=body, kind=kind, audience=self._audience(page, kind),
            category=_short(category, MAX_CATEGORY).lower() or options.category,
            owner=_short(owner, MAX_OWNER) or options.owner,
            aliases=tuple(dict.fromkeys(title_of(one) for one in front.get("aliases", []) if one))[:MAX_ALIASES],
        )  # fmt: skip

    def _audience(self, page: Page, kind: str) -> str:
        """Whom a page is for. A run-book is for staff, and one that is for a group is none that Firstline can keep."""
        named = named_audiences(page.front)
        known = next((one for one in named if one in self._options.audiences), "")
        if named and not known: self._unknown(named[0])
        if kind != RUNBOOK: return known or self._options.audience
        if known not in ("", STAFF, EMPLOYEES): raise LeftOut(f'is a run-book for "{known}"; a run-book is for staff')
        return STAFF

    def _unknown(self, audience: str) -> None:
        if not self._options.guess:
            raise LeftOut(f'its audience "{audience[:60]}" is none of this desk; say --audience, or write one that is')
        self.audiences[audience] += 1


def title_of(title: str) -> str:
    """A title within its length, cut between words."""
    words = " ".join(title.split())
    return words if len(words) <= MAX_TITLE else words[: MAX_TITLE - 1].rsplit(" ", 1)[0] + "…"


def _short(value: object, most: int) -> str:
    """A text of the front matter; empty where it is none, or longer than Firstline keeps."""
    text = value.strip() if isinstance(value, str) else ""
    return text if len(text) <= most else ""


def _tidy(prose: str) -> str:
    """Without the gaps that pictures left which are not there."""
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"^[ \t]+$", "", prose, flags=re.MULTILINE))
