"""What editors see in Slack: within its limits whatever was written, nothing cut off, nothing live."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.editorial.made import read
from bot.assistant.editorial.searching import FoundItem, FoundItems
from bot.assistant.editorial.sheets import May, Sheet
from bot.assistant.editorial.writing import Begun
from bot.gaps.views import Gap, GapQuestion, GapView
from bot.sandbox.blocks import check_blocks, check_view
from bot.slack.editors import cards, clash, filled, find, form, gap, history, preview, say, sheet, texts
from bot.slack.editors.form import Drawn
from bot.slack.editors.parts import pages, parted
from bot.slack.editors.say import Word
from bot.slack.editors.state import MOST_GAPS, Form, Item, item, read_form, typed
from bot.slack.listeners.editors_reviewing import after
from bot.slack.listeners.editors_stage import sheet_of as sheet_of_item
from core.errors import BadInput, FirstlineError, NotAllowed, NotFound, Unavailable
from core.people import Person, Role
from kb.articles import Article
from kb.drafts import DraftState, Kept
from kb.history import Revision
from kb.writing import article_source
from tests.making import NOW
from tests.mrkdwn_reading import live_parts, texts_of

NASTY = "<!channel> & <@U0BAD> "
BODIES = ["Press it.", NASTY * 40, "🖨️ " * 3_000, "x" * 9_000, f"```\n{'é' * 9_000}\n```", "a\n\n" * 9_000]
LINKS = "http://here"


def article(body: str = "Press it.", **changes: Any) -> Article:
    """An article with everything on it."""
    values: dict[str, Any] = {
        "slug": "lever", "title": "The lever", "body": body, "category": "other", "owner": "noor@example.com",
        "verified": date(2026, 11, 20), "review_every": 180, "aliases": ("handle", "stick"),
    }  # fmt: skip
    return Article(**values | changes)


def kept(state: DraftState = DraftState.WRITING, **changes: Any) -> Kept:
    """A draft."""
    values: dict[str, Any] = {
        "slug": "lever", "title": "The lever", "source": "", "version": 3, "saved_by": "U0PRIYA", "saved_at": NOW,
        "kind": "article", "state": state, "begun_by": "U0NOOR", "note": "Look at step 2",
    }  # fmt: skip
    return Kept(**values | changes)


def revision(number: int = 1, source: str = "old\ntext", **changes: Any) -> Revision:
    """A published state."""
    values: dict[str, Any] = {"title": "The lever", "saved_by": "U0PRIYA", "saved_at": NOW, "note": ""}
    return Revision(number=number, source=source, **values | changes)


def drawn(body: str, **changes: Any) -> Drawn:
    """A form with a text in it."""
    values: dict[str, Any] = {
        "form": Form(kind="article", slug="lever", version=1), "body": parted(body), "article": article(body),
        "audiences": {"employees": "Everybody", "staff": "IT staff"},
    }  # fmt: skip
    return Drawn(**values | changes)


def taken(view: dict[str, Any]) -> dict[str, Any]:
    """A modal that Slack would take, in which nothing is live."""
    checked = check_view(view, "modal")
    for part in texts_of(checked):
        live = live_parts(part["text"]) if part["type"] == "mrkdwn" else []
        assert not [one for one in live if one.startswith(("!channel", "@U0BAD"))]
    return checked


def words(view: dict[str, Any]) -> str:
    """Every word of a view."""
    return "\n".join(part["text"] for part in texts_of(view))


def sent(view: dict[str, Any]) -> dict[str, Any]:
    """A form as Slack sends it back when nobody touched it."""
    state: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] != "input": continue
        element = block["element"]
        held = {"value": element.get("initial_value"), "selected_option": element.get("initial_option")}
        state[block["block_id"]] = {element["action_id"]: held}
    return view | {"state": {"values": state}}


class TestTheForm:
    """What it shows and what comes back."""

    @pytest.mark.parametrize("body", BODIES)
    def test_every_page_fits(self, body: str) -> None:
        """Whatever is written, also with what somebody else's save left to copy."""
        whole = parted(body)
        ours = [("text", part.text) for part in whole.parts]
        for page in range(len(pages(whole))):
            at = Form(kind="article", slug="lever", version=1, page=page)
            taken(form.view(drawn(body, form=at)))
            taken(form.view(drawn(body, form=at, ours=ours[: len(pages(whole)[page])], said=[NASTY.replace("<", "")])))

    @pytest.mark.parametrize("body", BODIES)
    def test_unchanged_it_is_the_same_article(self, body: str) -> None:
        """To the character, on every page."""
        body = body.strip()
        source = article_source(article(body))
        for page in range(len(pages(parted(body)))):
            at = Form(kind="article", slug="lever", version=1, page=page)
            shown = sent(form.view(drawn(body, form=at)))
            told = filled.written(read_form(shown["private_metadata"]), typed(shown), source)
            assert told.source == source
            assert told.slug == "lever"

    def test_something_new(self) -> None:
        """Its name is made of its title; what has no letters for one gets a number; no title is refused."""
        new = filled.fresh("article", "noor@example.com")
        shown = sent(form.view(drawn("", form=Form(kind="article"), article=new)))
        values = typed(shown) | {"title": "The big lever", "part_0": "Press."}
        told = filled.written(read_form(shown["private_metadata"]), values, "")
        assert told.slug == "the-big-lever"
        assert "review_every: 180d" in told.source
        assert filled.named("article", "日本語").startswith("article-")
        with pytest.raises(filled.Wrong, match="title") as caught:
            filled.over(Form(kind="article"), values | {"title": "FILL IN: a title"}, "")
        assert caught.value.name == "title"

    def test_a_text_that_is_kept_nowhere_yet(self) -> None:
        """What was pre-filled in several parts is put together with the blanks that were between them."""
        body = "\n\n\n".join("word " * 700 for _ in range(3)).strip()
        new = article(body, slug="")
        shown = sent(form.view(drawn(body, form=Form(kind="article", origin="gap:7"), article=new)))
        assert filled.over(read_form(shown["private_metadata"]), typed(shown), "").body == body
        assert texts.FORM_MADE in words(shown)

    @pytest.mark.parametrize("gaps", [(), ("\n",) * 2_000, ("\n" * 5_000,)])
    def test_what_a_form_remembers(self, gaps: tuple[str, ...]) -> None:
        """It fits into what a view can hold; blanks that do not are left out."""
        known = Form(kind="recipe", slug="a" * 100, version=3, based_on=2, origin="x" * 80, page=1, gaps=gaps)
        private = known.private()
        assert len(private) <= 3_000
        back = read_form(private)
        assert (back.kind, back.slug, back.version, back.based_on, back.page) == ("recipe", "a" * 100, 3, 2, 1)
        assert back.gaps == (gaps if len(str(gaps)) < MOST_GAPS else ())

    def test_a_recipe(self) -> None:
        """Its whole file is the text; a new one has a name to be filled in, with one that is proposed."""
        new = drawn("title: x\nsteps: {}\n", form=Form(kind="recipe", origin="ticket:7"), article=None, name="x-fix")
        shown = sent(taken(form.view(new)))
        told = filled.written(read_form(shown["private_metadata"]), typed(shown), "")
        assert (told.slug, told.source) == ("x-fix", "title: x\nsteps: {}\n")

    def test_untouched_a_file_stays_as_it_was_laid_out(self) -> None:
        """By hand, in another order, with a comment; on every page. A changed word makes it the form's own."""
        body = "\n\n".join("Turn the wheel. " * 60 for _ in range(30)).strip()
        source = f"---\n# mine\naudience: staff\ntitle: 'The  lever'\ncategory: VPN\nreview_every: 6m\n---\n{body}\n"
        for page in range(len(pages(parted(body)))):
            at = Form(kind="article", slug="lever", version=1, page=page)
            shown = sent(form.view(drawn(body, form=at, article=read("lever", source))))
            values, back = typed(shown), read_form(shown["private_metadata"])
            assert filled.written(back, values, source).source == source
            part = next(name for name in values if name.startswith("part_"))
            assert "# mine" not in filled.written(back, values | {part: "Press."}, source).source

    @pytest.mark.parametrize("page", [0, 1])
    def test_what_was_typed_outlives_its_text(self, page: int) -> None:
        """On whichever page of a text that is gone: nothing of it is lost when it is kept as a new one."""
        old = article("\n\n".join("Turn the wheel gently, and wait. " * 60 for _ in range(20)).strip())
        old = replace(old, audience="staff", aliases=tuple(f"{n} {'words ' * 25}".strip() for n in range(19)))
        at = Form(kind="article", slug="lever", version=3, page=page)
        before = sent(form.view(drawn(old.body, form=at, article=old)))
        inputs = typed(before)
        values = {name: f"{text} and more {'x' * (2_900 - len(text))}" if name.startswith("part_") else text
                  for name, text in inputs.items()}  # fmt: skip
        made = clash.anew(read_form(before["private_metadata"]), values, {"employees": "E", "staff": "S"})
        shown = sent(taken(form.view(made)))
        told = filled.over(read_form(shown["private_metadata"]), typed(shown), "")
        for name, text in values.items():
            if name.startswith("part_"): assert "".join(text.split()) in "".join(told.body.split())
        assert (told.title, told.category, told.audience, told.owner) == (old.title, "other", "staff", old.owner)
        if page == 0: assert told.aliases == old.aliases
        assert (f"page {page + 1} of" in words(shown), texts.STALE_GONE in words(shown)) == (True, True)

    def test_a_recipe_that_is_gone_keeps_its_name(self) -> None:
        """And what was left to copy from stays."""
        seen = Form(kind="recipe", slug="mend-it", version=2)
        shown = sent(taken(form.view(clash.anew(seen, {"part_0": "title: x", "ours_0": "title: mine"}, {}))))
        assert typed(shown)["slug"] == "mend-it"
        assert "title: mine" in typed(shown).values()

    def test_another_save_has_other_inputs(self) -> None:
        """Or Slack would show what was typed before in them."""
        first = {block["block_id"] for block in form.view(drawn("x"))["blocks"] if block["type"] == "input"}
        second = form.view(drawn("x", form=Form(kind="article", slug="lever", version=2)))["blocks"]
        assert not first & {block["block_id"] for block in second if block["type"] == "input"}

    @given(days=st.integers(0, 9_999))
    def test_any_period(self, days: int) -> None:
        """What is chosen stays chosen."""
        shown = sent(form.view(drawn("x", article=article("x", review_every=days))))
        assert typed(shown)["review"] == str(days)


class TestTheSheet:
    """What can be done with an item, and what it says."""

    @pytest.mark.parametrize("body", BODIES)
    @pytest.mark.parametrize("state", DraftState)
    def test_it_fits_whatever_is_written(self, body: str, state: DraftState) -> None:
        """With every button, a problem, and a title of any length."""
        one = sheet_of(body, draft=kept(state, note=NASTY * 100), may=frozenset(May))
        shown = taken(sheet.view(one, {}, LINKS, "Saved.", NASTY * 200))
        assert (texts.APPROVE in words(shown)) == (state is DraftState.REVIEW)

    def test_nothing_of_a_passage_is_cut_off(self) -> None:
        """A passage that is too long for one block has as many as it needs."""
        body = "& " * 1_150 + "the end"
        shown = taken(sheet.view(sheet_of(body), {}, LINKS))
        assert words(shown).count("&amp;") == 1_150
        assert "the end" in words(shown)

    def test_a_code_block_that_is_cut_is_closed_and_opened(self) -> None:
        """So that each piece is shown as code."""
        body = "```\n" + "\n".join(f"line {n} & more" for n in range(140)) + "\n```"
        for text in preview.shown(article(body), LINKS)[1:]: assert text.count("```") == 2

    def test_buttons_follow_what_may_be_done(self) -> None:
        """Those of a draft name its version, the others the published revision."""
        one = sheet_of("x", draft=kept(), may=frozenset({May.EDIT, May.SUBMIT, May.HISTORY}))
        found = [row for block in sheet.view(one, {}, LINKS)["blocks"] for row in block.get("elements", [])
                 if row["type"] == "button"]
        assert {row["text"]["text"] for row in found} == {texts.EDIT, texts.SUBMIT, texts.HISTORY}
        values = {row["text"]["text"]: row["value"] for row in found}
        assert values[texts.SUBMIT] == "article|lever|3"
        assert values[texts.HISTORY] == "article|lever|1"

    def test_a_recipe_is_shown_as_its_file(self) -> None:
        """Whatever its length."""
        one = Sheet(
            kind="recipe", slug="lever", title="The lever", source="steps: <x>\n" * 9_000, article=None, draft=None,
            live=revision(), may=frozenset({May.EDIT}),
        )  # fmt: skip
        assert texts.REST in words(taken(sheet.view(one, {}, LINKS)))


def sheet_of(body: str, **changes: Any) -> Sheet:
    """An article's sheet."""
    values: dict[str, Any] = {
        "kind": "article", "slug": "lever", "title": NASTY * 5, "source": body, "article": article(body),
        "draft": None, "live": revision(), "may": frozenset({May.EDIT}),
    }  # fmt: skip
    return Sheet(**values | changes)


class TestWithoutASheet:
    """Where somebody may not see an item, or there is none any more."""

    @pytest.mark.parametrize("error", [NotAllowed("That is not yours."), NotFound("Gone."), Unavailable("Away.")])
    def test_word_of_waiting_is_not_the_last(self, error: FirstlineError) -> None:
        """What was refused is said."""
        def no(*_given: Any) -> Any: raise error

        view = after(no, Item(kind="article", slug="a", seen=1), NOBODY, blind(no))
        assert str(error) in words(taken(view))

    def test_what_is_retired_leads_to_its_history(self) -> None:
        """Whoever may publish it gets there; the others are told that it is gone."""
        def gone(*_given: Any) -> Any: raise NotFound("There is no article.")

        editor = replace(NOBODY, roles=frozenset({Role.EDITOR}))
        shown = sheet_of_item(Item(kind="article", slug="a"), editor, blind(gone))
        assert texts.NOW_RETIRED in words(taken(shown))
        assert texts.HISTORY in words(shown)
        assert texts.HISTORY not in words(sheet_of_item(Item(kind="article", slug="a"), NOBODY, blind(gone)))


NOBODY = Person(id="U0NOBODY", name="Nobody")


def blind(of: Any) -> Any:
    """A surface on which there are no sheets; everything was published once, and is not now."""
    kb = SimpleNamespace(is_published=lambda *_: False, history=SimpleNamespace(of=lambda *_: [revision()]))
    return SimpleNamespace(
        assistant=SimpleNamespace(sheets=SimpleNamespace(of=of), parts=SimpleNamespace(kb=kb)), link_base=LINKS
    )


class TestOthers:
    """The search, the questions, the history, the cards, the gaps."""

    @pytest.mark.parametrize("what", [find.READ, find.WRITE])
    def test_the_search(self, what: str) -> None:
        """What was found has a button each; nothing at all says so."""
        rows = tuple(
            FoundItem(kind="runbook", slug=f"a{n}", title=NASTY * 20, drafted=True, live=False) for n in range(15)
        )
        taken(find.view(what, FoundItems(items=rows, of=2_000), "lever" * 40))
        assert texts.FOUND_NONE in words(taken(find.view(what, FoundItems(items=(), of=0))))

    @pytest.mark.parametrize("word", Word)
    def test_a_word_is_asked_for(self, word: Word) -> None:
        """With the questions that would lose their answer, as many as fit; what it remembers is read again."""
        about = Item(kind="article", slug="a" * 100, seen=7)
        shown = taken(say.view(word, about, NASTY * 99, lost=[NASTY * 90] * 500, to=3, said="x" * 900))
        assert "and 488 more" in words(shown)
        assert say.meant(shown["private_metadata"]) == (word, 3, about)

    @pytest.mark.parametrize("value", ["", "article", "article|", "article|x|y", "|"])
    def test_a_button_that_is_not_ours(self, value: str) -> None:
        """Is refused with a clear line."""
        with pytest.raises(BadInput, match="Please open it again"): item(value)

    def test_the_history(self) -> None:
        """Every revision, and what each changed; the way back to all but the published one."""
        many = [revision(n, note=NASTY * 99, saved_by="import" if n == 1 else "U0PRIYA") for n in range(300, 0, -1)]
        taken(history.view("article", "lever", many, 300))
        shown = taken(history.changed("article", "lever", revision(2, "a\nnew\nc"), revision(1, "a\nold\nc"), 3))
        for part in ("- old", "+ new", texts.GO_BACK): assert part in words(shown)
        now = taken(history.changed("article", "lever", revision(1, "x\n" * 90_000), None, 1))
        assert texts.GO_BACK not in words(now)

    @pytest.mark.parametrize(
        ("before", "part"), [("", texts.CARD_NEW), (None, "waits for review"), ("a\nb", "lines in")]
    )
    def test_the_card(self, before: str | None, part: str) -> None:
        """Who, what changes, and three buttons; afterwards what was done, and no button."""
        draft = {"kind": "article", "title": NASTY * 5, "by": "U0NOOR", "note": NASTY * 200}
        message = cards.waiting(draft, Item(kind="article", slug="lever", seen=2), before, f"a\n{NASTY * 999}")
        shown = check_blocks(list(message.blocks), "message")
        assert part in words({"blocks": shown})
        assert len([one for block in shown for one in block.get("elements", [])]) == 3
        for what in texts.CARD_DONE:
            done = check_blocks(list(cards.done(draft, what, "U0PRIYA", NASTY).blocks), "message")
            assert not [block for block in done if block["type"] == "actions"]

    def test_a_gap(self) -> None:
        """Its questions word for word, as many as fit."""
        one = Gap(
            id=7, title=NASTY * 20, count=90, people=40, minutes=900, state="open", version=1, opened_at=NOW,
            last_at=NOW,
        )  # fmt: skip
        asked = GapQuestion(id=1, text=NASTY * 400, person="U0EMMA", why="stuck", minutes=3, at=NOW, channel="C1",
                            thread_ts="1.5")
        shown = taken(gap.view(GapView(gap=one, questions=(asked,) * 90, more=10), lambda *_: "https://slack/x"))
        assert "and 60 more" in words(shown)

    @pytest.mark.parametrize("person", ["import", "sync"])
    def test_files_are_nobody(self, person: str) -> None:
        """What a folder brought in was published by no person: nobody is mentioned who does not exist."""
        one = revision(saved_by=person)
        draft = kept(based_on=1, published=2, saved_by=person)
        begun = Begun(kind="article", slug="lever", source="", version=3, based_on=1, draft=draft)
        told = [
            words(sheet.view(sheet_of("x", draft=draft, live=one), {}, LINKS)), clash.said(begun, one, "text"),
            clash.said(replace(begun, draft=None), one, "text"), words(history.view("article", "lever", [one], 1)),
        ]  # fmt: skip
        for text in told: assert (texts.BY_FILE in text, f"<@{person}>" in text) == (True, False)

    def test_the_buttons_of_a_gap_name_what_was_seen(self) -> None:
        """Taking it and putting it aside are for the state that was shown."""
        one = Gap(id=7, title="x", count=1, people=1, minutes=1, state="open", version=4, opened_at=NOW, last_at=NOW)
        shown = gap.view(GapView(gap=one, questions=(), more=0), lambda *_: "")
        values = [row["value"] for block in shown["blocks"] for row in block.get("elements", []) if "value" in row]
        assert values == ["7", "7|4", "7|4"]

    def test_somebody_else_was_faster(self) -> None:
        """Who, and in what it differs; only what differs is left to copy."""
        mine = {"title": "The lever", "part_0": "Mine", "category": "other", "alias_0": "handle\nstick"}
        theirs = clash.fields(article("Theirs"), parted("Theirs"), "lever")
        assert clash.where(mine, theirs) == "text"
        assert clash.ours(clash.without_same(mine, theirs)) == [("text", "Mine")]
        begun = Begun(kind="article", slug="lever", source="", version=3, based_on=1, draft=kept())
        assert "<@U0PRIYA>" in clash.said(begun, None, "text")
