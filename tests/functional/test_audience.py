"""The same question of an employee, an agent, an editor and a member: only the member hears of the group's article."""

from collections.abc import Callable

import httpx
import pytest

from bot.assistant.parts import PUBLIC
from bot.web.finding import Finder
from bot.web.markdown import HelpMarkdown
from tests.functional.office import EMMA, HELP, LEVEL2, LIAM, MARCUS, NOOR, Colleague, Json, Office, number_of, said

pytestmark = pytest.mark.usefixtures("no_errors")
SLUG, TITLE = "managers-leave-at-once", "When somebody in your team has to leave at once"
ASKED = "how do I end somebody's access at once when they are suspended from my team?"
LOOKED = "somebody in your team has to leave at once"
Come = Callable[[str], Colleague]


def told(message: Json) -> str:
    """Every word of a message, and its hidden parts as well."""
    return f"{said(message)}\n{message}"


@pytest.mark.parametrize("user", [EMMA, LIAM, NOOR])
def test_others_hear_nothing_of_it(person: Come, user: str) -> None:
    """Neither in an answer, nor by a search of their own; an editor who asks is a reader like others."""
    one = person(user)
    answer = one.ask(ASKED)
    found = one.command(f"search {LOOKED}")
    for shown in (told(answer), found):
        assert SLUG not in shown
        assert TITLE not in shown


def test_a_member_finds_it_where_nobody_reads_along(office: Office, person: Come) -> None:
    """It answers in their direct messages, without an address; in a channel it is not there for them either."""
    marcus = person(MARCUS)
    assert TITLE in marcus.command(f"search {LOOKED}")
    judged = office.up.assistant.understanding.judge(ASKED, office.up.assistant.parts.person(MARCUS).audiences())
    assert judged.evidence.candidates[0].slug == SLUG
    assert TITLE in told(marcus.ask(ASKED))
    assert TITLE not in told(marcus.ask(f"<@U0FIRSTBOT> {ASKED}", HELP))


def test_the_card_of_a_member_names_the_group_alone(person: Come) -> None:
    """What the queue reads of it is whom the article is for."""
    marcus, liam = person(MARCUS), person(LIAM)
    first = marcus.ask(ASKED)
    handed = marcus.ask("that did not help, I want to talk to a person", thread_ts=first["thread_ts"])
    card = liam.card(number_of(handed), LEVEL2)
    assert "an article for People managers" in said(card)
    assert SLUG not in told(card)
    assert TITLE not in told(card)


def test_the_help_page_has_no_such_page(office: Office) -> None:
    """Without sign-in it is missing: on the home page, in results, among related articles and at its address."""
    with httpx.Client(base_url=office.up.help_url.removesuffix("/help"), trust_env=False) as client:
        hidden, missing = client.get(f"/help/{SLUG}"), client.get("/help/managers-no-such-thing")
        assert (hidden.status_code, hidden.text) == (404, missing.text)
        pages = [client.get(path).text for path in ("/help", f"/help?q={LOOKED}", "/help/offboarding-leaver")]
    assert not any(SLUG in page or TITLE in page for page in pages)


def test_the_help_page_ranks_as_slack_does(office: Office) -> None:
    """The articles of a search stand in the order in which an answer would choose among them."""
    assistant, core = office.up.assistant, office.core
    encode, ranked_ = lambda text: core.encoder.encode([text])[0], assistant.understanding.ranked
    finder = Finder(core.kb, encode, HelpMarkdown(), ranked_)
    for text in ("vpn is slow at home", "new phone for sign-in codes", "book a room", "share a file with a customer"):
        ranked = [c for c in assistant.understanding.judge(text, PUBLIC).evidence.candidates if c.kind == "article"]
        on_the_web = [one.url.removeprefix("/help/") for one in finder.search(text, PUBLIC) if one.url]
        in_slack = [one.url.rsplit("/", 1)[-1] for one in assistant.understanding.look_up(text, PUBLIC)]
        order = [one.slug for one in ranked]
        assert on_the_web
        assert on_the_web == [slug for slug in order if slug in on_the_web]
        assert in_slack == [slug for slug in order if slug in in_slack]
        with httpx.Client(trust_env=False) as client: page = client.get(office.up.help_url, params={"q": text}).text
        places = [page.index(f'<h2><a href="/help/{slug}"') for slug in on_the_web]
        assert places == sorted(places)
