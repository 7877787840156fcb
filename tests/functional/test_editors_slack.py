"""Editors in Slack: articles from the first word to the answer, through drafts and a second editor."""

from collections.abc import Iterator

import pytest

from bot.assistant.editorial.made import made
from bot.slack import ids
from bot.slack.editors import texts
from core.errors import BadInput, NotAllowed, NotFound
from tests.functional.newsroom import CHANNEL, begins, finds, open_newsroom, pressed, saves, says, shown
from tests.functional.office import (
    GENERAL,
    HELP,
    LIAM,
    NOOR,
    PATIENCE,
    PRIYA,
    Colleague,
    Json,
    Office,
    Prepared,
    actions_of,
    filled_in,
    inputs_of,
    plain_part,
    said,
)

pytestmark = pytest.mark.usefixtures("no_errors")
STEPS = [f"## Step {n}\n\n{'Turn the wheel gently, and wait. ' * 40}" for n in range(30)]
LONG = "\n\n".join(STEPS) + "\n\n    code\n\tend"


@pytest.fixture(scope="module")
def office(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Articles need two editors here."""
    with open_newsroom(prepared, tmp_path_factory.mktemp("newsroom")) as made: yield made


def written(writer: Colleague, title: str, body: str = "Hold the lever for three seconds.") -> Json:
    """The sheet of a new draft."""
    form = begins(writer)
    answer = saves(writer, form, title=title, part_0=body)
    assert answer["action"] == "update", answer
    sheet: Json = answer["view"]
    return sheet


def submitted(writer: Colleague, title: str, note: str = "Please have a look.") -> Json:
    """The sheet of a draft that waits."""
    return says(writer, pressed(writer, written(writer, title), ids.EDITOR_SUBMIT), note)


class TestAnArticle:
    """From the first word until it answers."""

    def test_two_editors_publish_it(self, office: Office, noor: Colleague, priya: Colleague, emma: Colleague):
        """One writes, the other approves on the card; the next question is answered, the card says by whom."""
        title = "Start the zeppelin simulator"
        body = "Hold the purple lever for three seconds, then wait for the gong."
        sheet = written(noor, title, body)
        assert {ids.EDITOR_SUBMIT, ids.EDITOR_EDIT, ids.EDITOR_DROP} <= set(actions_of(sheet))
        assert ids.EDITOR_PUBLISH not in actions_of(sheet)
        assert f"&gt; {body}" in said(sheet) or f"> {body}" in said(sheet)
        waits = says(noor, pressed(noor, sheet, ids.EDITOR_SUBMIT), "Ready, I think")
        assert texts.SUBMITTED in said(waits)
        card = priya.push_in(CHANNEL, lambda one: title in said(one))
        for part in (f"<@{NOOR}>", "Ready, I think", texts.CARD_NEW): assert part in said(card)
        priya.press(card, ids.EDITOR_PUBLISH, CHANNEL)
        assert "Published as revision 1" in said(shown(priya))
        assert f"Published by <@{PRIYA}>" in said(priya.changed(card))
        assert "published your draft" in said(noor.push_in(noor.dm, lambda one: title in said(one)))
        assert "wait for the gong" in said(emma.ask("how do I start the zeppelin simulator?"))
        facts = office.rows("select kind, actor from events where data like '%zeppelin%' and kind like 'article.%'")
        assert facts == [("article.drafted", NOOR), ("article.submitted", NOOR), ("article.published", PRIYA)]

    def test_nobody_approves_their_own(self, office: Office, noor: Colleague):
        """The button is not there, and a forged click is refused with a clear line."""
        sheet = submitted(noor, "Water the plants")
        assert ids.EDITOR_PUBLISH not in actions_of(sheet)
        assistant = office.up.assistant
        kept = assistant.writing.draft("article", "water-the-plants", assistant.parts.person(NOOR))
        with pytest.raises(BadInput, match="Somebody else has to look at this"):
            assistant.reviewing.publish(
                "article", "water-the-plants", assistant.parts.person(NOOR), seen_version=kept.version
            )

    def test_it_is_sent_back(self, noor: Colleague, priya: Colleague):
        """With a word, which whoever wrote it hears; the card is done with."""
        submitted(noor, "Feed the ducks")
        card = priya.push_in(CHANNEL, lambda one: "Feed the ducks" in said(one))
        priya.press(card, ids.EDITOR_SEND_BACK, CHANNEL)
        asked = shown(priya)
        sheet = says(priya, asked, "Which ducks?")
        assert texts.SENT_BACK in said(sheet)
        told = noor.push_in(noor.dm, lambda one: "Feed the ducks" in said(one))
        for part in ("sent your draft", "Which ducks?"): assert part in said(told)
        after = priya.changed(card)
        assert f"Sent back by <@{PRIYA}>" in said(after)
        assert actions_of(after) == []
        noor.press(told | {"channel": noor.dm}, ids.EDITOR_OPEN)
        assert "Which ducks?" in said(noor.modal())

    def test_it_is_dropped(self, noor: Colleague, priya: Colleague):
        """The card says so; the draft is gone."""
        submitted(noor, "Count the clouds")
        card = priya.push_in(CHANNEL, lambda one: "Count the clouds" in said(one))
        noor.settle()
        sheet = finds(noor, "Count the clouds", "count-the-clouds")
        assert plain_part(texts.DROPPED) in said(pressed(noor, sheet, ids.EDITOR_DROP))
        assert f"Dropped by <@{NOOR}>" in said(priya.changed(card))

    def test_what_does_not_pass_the_checks_stays_on_the_form(self, noor: Colleague):
        """No text, no title, a title that is taken: each is told where it is typed."""
        form = begins(noor)
        wrong = saves(noor, form, title="Something", part_0=" ")
        assert wrong["action"] == "errors"
        assert next(iter(wrong["errors"])).startswith("part_0.")
        taken = saves(noor, form, title="Lock screen", part_0="Press.")
        assert "already" in next(iter(taken["errors"].values()))
        assert next(iter(taken["errors"])).startswith("title.")
        assert saves(noor, form, title="日本語", part_0="Press.")["action"] == "update"


class TestKeeping:
    """What is published is changed, checked, gone back to and retired."""

    def test_a_change_goes_through_a_draft(self, noor: Colleague, priya: Colleague, emma: Colleague):
        """What is changed on the form is what is quoted once the other editor has published it; the way back is too."""
        form = pressed(noor, finds(noor, "lock my screen", "lock-screen"), ids.EDITOR_EDIT)
        body = f"Press the magic key with the owl on it.\n\n{filled_in(form)['part_0']}"
        sheet = saves(noor, form, part_0=body)["view"]
        says(noor, pressed(noor, sheet, ids.EDITOR_SUBMIT), "")
        card = priya.push_in(CHANNEL, lambda one: "waits for review" in said(one) and "owl" in said(one))
        assert "+ Press the magic key" in said(card)
        priya.press(card, ids.EDITOR_OPEN, CHANNEL)
        done = pressed(priya, priya.modal(), ids.EDITOR_PUBLISH)
        assert "Published as revision 2" in said(done)
        assert "the owl on it" in said(emma.ask("how do I lock my screen?"))
        listed = pressed(priya, done, ids.EDITOR_HISTORY)
        assert "Revision 1" in said(listed)
        looked = [block["accessory"]["value"] for block in listed["blocks"] if "accessory" in block]
        priya.press_view(listed, ids.EDITOR_REVISION, looked[-1])
        first = shown(priya)
        back = says(priya, pressed(priya, first, ids.EDITOR_ROLLBACK), "No owls here")
        assert texts.SUBMITTED in said(back)
        assert ids.EDITOR_PUBLISH not in actions_of(back)
        assert "the owl on it" in said(emma.ask("how do I lock my screen?"))
        done = pressed(noor, finds(noor, "lock my screen", "lock-screen"), ids.EDITOR_PUBLISH)
        assert "Published as revision 3" in said(done)
        assert "the owl on it" not in said(emma.ask("how do I lock my screen?"))
        again = pressed(noor, done, ids.EDITOR_HISTORY)
        assert "back to revision 1: No owls here" in said(again)

    def test_one_click_says_that_it_is_still_right(self, office: Office, noor: Colleague):
        """Verified today, as a revision of its own."""
        sheet = finds(noor, "take a screenshot", "screenshot")
        assert texts.VERIFIED in said(pressed(noor, sheet, ids.EDITOR_VERIFY))
        article = office.core.kb.article("screenshot", frozenset({"employees"}))
        assert article.verified == office.up.assistant.parts.clock().date()

    def test_retired_with_a_reason(self, office: Office, noor: Colleague):
        """It is asked for, kept, and the article is in nobody's answers any more."""
        sheet = finds(noor, "screenshot", "screenshot")
        gone = says(noor, pressed(noor, sheet, ids.EDITOR_RETIRE), "The menu is gone")
        assert plain_part(texts.RETIRED) in said(gone)
        assert not office.core.kb.is_published("article", "screenshot")
        [(data,)] = office.rows("select data from events where kind = 'article.retired'")
        assert "The menu is gone" in data


class TestLongTexts:
    """Texts longer than an input, a page, a form."""

    def test_a_long_article_is_edited_in_parts(self, office: Office, noor: Colleague):
        """Page by page; one changed part changes nothing else, to the character."""
        assistant = office.up.assistant
        person = assistant.parts.person(NOOR)
        source = f"---\ntitle: The great wheel\naudience: employees\n---\n\n{LONG}\n"
        assistant.writing.keep("article", "great-wheel", source, person, seen_version=0)
        form = pressed(noor, finds(noor, "the great wheel", "great-wheel"), ids.EDITOR_EDIT)
        assert "is shown in" in said(form)
        option = next(
            one for block in form["blocks"] for element in block.get("elements", [])
            if element.get("action_id") == ids.EDITOR_PAGE for one in element["options"][1:]
        )
        state = {block["block_id"]: {block["element"]["action_id"]: typed(block)} for block in form["blocks"]
                 if block["type"] == "input"}
        assert noor.click_view(form, ids.EDITOR_PAGE, {"values": state}, selected_option=option)["ok"]
        second = shown(noor)
        names = [name for name in inputs_of(second) if name.startswith("part_")]
        assert names[0] != "part_0"
        before = filled_in(second)[names[0]]
        assert saves(noor, second, **{names[0]: f"{before} Mind the seagulls."})["action"] == "update"
        kept = assistant.writing.draft("article", "great-wheel", person)
        body = kept.source.partition("---\n\n")[2]
        assert body.replace(" Mind the seagulls.", "") == f"{LONG}\n"

    def test_a_preview_keeps_nothing(self, office: Office, noor: Colleague):
        """It shows what is typed as people will read it."""
        form = begins(noor)
        state = {block["block_id"]: {block["element"]["action_id"]: typed(block)} for block in form["blocks"]
                 if block["type"] == "input"}
        for name, inputs in state.items():
            if name.startswith("title."): inputs["title"]["value"] = "Quick look"
            if name.startswith("part_0."): inputs["part_0"]["value"] = "Some **bold** words."
        noor.click_view(form, ids.EDITOR_PREVIEW, {"values": state})
        view = noor.push("view_push", seconds=PATIENCE)["view"]
        assert "Some *bold* words." in said(view)
        assert office.core.kb.drafts.find("quick-look", "article") is None


def typed(block: Json) -> Json:
    """What an input that nobody touched holds, as Slack sends it."""
    element = block["element"]
    if element["type"] == "static_select":
        return {"type": "static_select", "selected_option": element.get("initial_option")}
    return {"type": element["type"], "value": element.get("initial_value")}


class TestTwoAtOnce:
    """Nobody's words are overwritten, nobody's are lost."""

    def test_somebody_else_saved_the_draft(self, office: Office, noor: Colleague):
        """Theirs is on the form, ours below it, with who it was and where the two differ."""
        sheet = written(noor, "Sail the boat", "Set the sail.")
        form = pressed(noor, sheet, ids.EDITOR_EDIT)
        assistant = office.up.assistant
        priya = assistant.parts.person(PRIYA)
        kept = assistant.writing.draft("article", "sail-the-boat", priya)
        theirs = kept.source.replace("Set the sail.", "Set the sail, slowly.")
        assistant.writing.keep("article", "sail-the-boat", theirs, priya, seen_version=kept.version)
        answer = saves(noor, form, part_0="Set the sail. Duck.")
        assert answer["action"] == "update"
        both = answer["view"]
        assert f"<@{PRIYA}>" in said(both)
        assert "it differs in: text" in said(both)
        assert filled_in(both)["part_0"] == "Set the sail, slowly."
        assert filled_in(both)["ours_0"] == "Set the sail. Duck."
        assert saves(noor, both, part_0="Set the sail, slowly. Duck.")["action"] == "update"
        now = assistant.writing.draft("article", "sail-the-boat", priya)
        assert "slowly. Duck." in now.source

    def test_a_draft_that_was_overtaken(self, office: Office, noor: Colleague):
        """Its sheet says by whom, and offers to go on."""
        form = pressed(noor, finds(noor, "install the VPN", "vpn-install"), ids.EDITOR_EDIT)
        sheet = saves(noor, form, title="The VPN, anew")["view"]
        assert ids.EDITOR_SUBMIT in actions_of(sheet)
        kb = office.core.kb
        live = kb.history.of("article", "vpn-install")[0]
        kb.save(made("article", "vpn-install", live.source + "\nAnd a line.\n"), by=PRIYA)
        opened = finds(noor, "The VPN, anew", "vpn-install")
        assert f"<@{PRIYA}>" in said(opened)
        assert ids.EDITOR_PUBLISH not in actions_of(opened)
        assert texts.REBASED in said(pressed(noor, opened, ids.EDITOR_REBASE))


class TestWhoMay:
    """Buttons follow the role, and the server checks."""

    def test_an_agent_drafts_and_submits(self, office: Office, liam: Colleague, noor: Colleague):
        """And publishes no article; an editor finds it in their Home under what waits."""
        sheet = written(liam, "Reset the turnstile")
        assert ids.EDITOR_SUBMIT in actions_of(sheet)
        assert not {ids.EDITOR_PUBLISH, ids.EDITOR_RETIRE, ids.EDITOR_VERIFY} & set(actions_of(sheet))
        says(liam, pressed(liam, sheet, ids.EDITOR_SUBMIT), "From INC-000001")
        assert "Reset the turnstile" in said(noor.home(lambda words: texts.HOME_REVIEW in words))
        assistant = office.up.assistant
        with pytest.raises(NotAllowed, match="edit articles"):
            assistant.reviewing.publish("article", "reset-the-turnstile", assistant.parts.person(LIAM), seen_version=2)
        card = liam.push_in(CHANNEL, lambda one: "Reset the turnstile" in said(one))
        liam.press(card, ids.EDITOR_PUBLISH, CHANNEL)
        assert "Your roles do not let you edit articles" in said(shown(liam))

    def test_an_employee_finds_no_way_in(self, emma: Colleague):
        """Nothing on the Home; a forged click and the shortcut are refused."""
        assert texts.HOME not in said(emma.home())
        ts = emma.post(GENERAL, "Who can fix the projector?")
        emma.act("shortcut", callback_id=ids.SHORTCUT_ARTICLE, channel=GENERAL, ts=ts)
        assert emma.push_in(emma.dm, lambda one: "Your roles do not let you draft articles" in said(one))


class TestBeginning:
    """Articles from what was said."""

    def test_from_an_answer_in_a_thread(self, office: Office, emma: Colleague, liam: Colleague):
        """The thread's question and the answer, without the people; kept with where it came from."""
        question = emma.post(HELP, "Hi, Emma Larsen here: how do I reset the label printer in the post room?")
        answer = liam.post(
            HELP, "Hold *Feed* for 5 seconds, <@U0EMMALARS>. Ask Liam Okafor, liam.okafor@brightwater.example.",
            question,
        )
        liam.act("shortcut", callback_id=ids.SHORTCUT_ARTICLE, channel=HELP, ts=answer)
        liam.modal()
        form = shown(liam)
        held = filled_in(form)
        assert "reset the label printer in the post room" in held["title"]
        assert "for 5 seconds, [name]" in held["part_0"]
        assert not any(one in held["part_0"] + held["title"] for one in ("Emma", "Larsen", "Okafor", "@"))
        sheet = saves(liam, form, title="Reset the label printer", part_0="Hold Feed for 5 seconds.")["view"]
        assert "Reset the label printer" in said(sheet)
        kept = office.core.kb.drafts.get("reset-the-label-printer", "article")
        assert kept.origin == f"message:{HELP}:{answer}"

    def test_from_a_conversation_of_others(self, office: Office, emma: Colleague):
        """Emma's private conversation with Firstline is not readable for Liam."""
        asked = emma.ask("vpn is stuck on connecting")
        saying, agent = office.up.assistant.saying, office.up.assistant.parts.person(LIAM)
        with pytest.raises(NotFound, match="conversations that you are in"):
            saying.asked_in(emma.dm, asked["thread_ts"], agent)

    def test_in_a_watched_channel(self, emma: Colleague, liam: Colleague):
        """A question alone is a draft with its steps still to be written."""
        ts = emma.post(HELP, "How do I descale the coffee machine?")
        liam.act("shortcut", callback_id=ids.SHORTCUT_ARTICLE, channel=HELP, ts=ts)
        liam.modal()
        held = filled_in(shown(liam))
        assert "descale the coffee machine" in held["title"]
        assert "FILL IN" in held["part_0"]
