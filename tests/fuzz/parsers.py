"""Every reader of what people, files and other systems write. Refusing is theirs to do; anything else is a fault."""

import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from docx import Document
from fpdf import FPDF
from hypothesis import strategies as st

from bot.flows.charts import read_charts
from bot.language import is_foreign
from bot.parting import pieces
from bot.pasted import without_logs
from bot.question_set import read_questions
from bot.reading import clean
from bot.remarks import leans, over, remark, returned, skips
from bot.replies import commands as reply_commands
from bot.replies.examples import read_examples
from bot.replies.meanings import Asked, Choice
from bot.replies.reader import exact
from bot.replies.stance import clauses, question, stance
from bot.slack import mrkdwn
from bot.slack.blocks import entry_of, numbers
from bot.slack.desk import thread_commands
from bot.slack.editors import state
from bot.slack.lanes import replying, transfer
from bot.slack.listeners.why import names_a_decision
from bot.web.markdown import HelpMarkdown, excerpt
from bot.web.studio import sheet, slack_look
from bot.web.studio.differing import differences
from classifier.labelled_files import read_labelled
from core import webhooks
from core.clock import utc_now
from core.errors import FirstlineError
from core.personal import impersonal
from core.redact import redact
from core.settings import load_settings
from handoff.actions.answers import understood
from handoff.actions.registry import load_actions, read_actions
from handoff.desk import load_desk
from handoff.destinations import incoming
from kb.articles import Article, parse_article, passages
from kb.cookbook.checking import Surroundings, advice, check_together, read_recipe
from kb.cookbook.conditions import filled, named, number_of, plain
from kb.cookbook.drawing import drawn
from kb.cookbook.inputs import Input, typed
from kb.cookbook.testing import coverage
from kb.glossary import Glossary, parse_glossary
from kb.links import headings, links
from kb.lists import load_lists, read_lists
from kb.taking import child
from kb.taking.gathering import gather
from kb.taking.markdown import markdown_page
from kb.taking.pages import LeftOut, Options
from kb.writing import article_draft, recipe_draft
from tests.fuzz.engine import Target, Wrong
from tests.fuzz.mutating import blobs, payloads, texts

DATA = Path(__file__).parents[2] / "data"
AUDIENCES = frozenset({"employees", "staff"})
ARTICLE_WORDS = ("---\n", "title: ", "audience: ", "aliases: [", "verified: ", "review_every: ", "## ", "- [ ] ", "| a | b |\n", "```\n",
                 "![x](files/", "<br>", "&nbsp;")  # fmt: skip
YAML_WORDS = ("steps:", "say:", "choices:", "start:", "to:", "input:", "type: ", "decide:", "action:", "{", "}", "[", "]", "&a ",
              "*a", "<<: ", "? ", "!!int ", "!!binary ", "|\n", ">\n", "yes", "~", "1e3", "0x1F", "12:30:45", "2026-01-01", "solved",
              "handoff:", "tests:", "path:", "limit:", "list:", "min: ", "max: ")  # fmt: skip
SAID = ("vpn is stuck on connecting", "Yes, that worked", "no it did not help, still broken", "back", "start over", "please a human",
        "My password is hunter2 and my card is 4111 1111 1111 1111", "token xoxb-1234567890-abcdefghij", "1", "the second one",
        "how do I book a room? and my laptop is slow. also: zoom has no sound",
        'Traceback (most recent call last):\n  File "a.py", line 1\nValueError: x', "2026-11-20 10:00:01 ERROR svc failed\n" * 9,
        "Ich kann mich nicht anmelden", "<@U0LIAMOKAF> can you look at <https://a.example/x|this>?", "AKIAIOSFODNN7EXAMPLE",
        "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----", "emma.larsen@brightwater.example +45 12 34 56 78")  # fmt: skip


def _files(*patterns: str) -> list[str]:
    found = [path.read_text("utf-8") for pattern in patterns for path in sorted(DATA.glob(pattern))]
    return found[:: max(1, len(found) // 25)]


def refusing(run: Callable[[Any], object]) -> Callable[[Any], None]:
    """The same, where it may refuse."""

    def one(case: Any) -> None:
        with suppress(FirstlineError, LeftOut): run(case)

    return one


@cache
def _folder() -> Path:
    place = Path("/dev/shm")  # noqa: S108 - a folder in memory, where there is one; every name in it is new
    return Path(tempfile.mkdtemp(dir=place if place.is_dir() else None))


def _file(name: str, data: str | bytes) -> Path:
    path = _folder() / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"))
    return path


# -- content -------------------------------------------------------------------------------------------------------


def article(text: str) -> None:
    """A Markdown article, as far as its page and its rows in Slack."""
    draft = article_draft("a.md", text)
    found = parse_article("a.md", text)
    if isinstance(draft, list) or not isinstance(found, Article):
        for problem in [*(draft if isinstance(draft, list) else [])]: str(problem)
        return
    draft.hash()
    HelpMarkdown().article(found.title, found.body, passages(found))
    for passage in passages(found): mrkdwn.from_markdown(passage.text, "http://help")
    list(headings(found.body, found.title))
    links(found.body)
    sheet.from_source("article", "a", text)


def recipe(text: str) -> None:
    """A recipe: read, checked alone and beside itself, drawn, its tests played."""
    read = read_recipe("a.yaml", text)
    for problem in read.problems: str(problem)
    recipe_draft("a.yaml", text)
    if read.recipe is None or read.problems: return
    check_together([read], Surroundings(lists=frozenset(), articles=frozenset()))
    advice(read)
    drawn(read.recipe)
    coverage(read.recipe)


def glossary(text: str) -> None:
    """A glossary, and a question with its words."""
    found = parse_glossary("glossary.yaml", text)
    if isinstance(found, Glossary): found.expand("how do I set up MFA on the VPN?")


def question_set(text: str) -> None:
    """A file of questions."""
    read_questions(_file("q.jsonl", text))


def labelled(text: str) -> None:
    """A file of labelled messages, in each format."""
    for name in ("l.csv", "l.jsonl", "l.tsv"):
        with suppress(FirstlineError): read_labelled(_file(name, text), "text", "label")


def charts(text: str) -> None:
    """A folder of one chart."""
    folder = _folder() / "flows"
    (folder / "charts").mkdir(parents=True, exist_ok=True)
    (folder / "charts" / "a.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    read_charts(folder)


def setting(values: dict[str, Any]) -> None:
    """Settings from the environment."""
    load_settings(**{"_env_file": None, **{str(key): value for key, value in values.items()}})


# -- files of others -----------------------------------------------------------------------------------------------


def taken(path: str, data: bytes) -> None:
    """A file of a format that is read in a child, here in this process; then what it became, as an article."""
    answer = child.answer(path, data, {})
    json.dumps(answer).encode()
    left = str(answer.get("left", ""))
    if left.startswith("cannot be read") and any(name in left for name in OURS):
        child.convert(path, data, {})  # which raises it
    if "body" in answer: markdown_page("a.md", answer["body"].encode(), AUDIENCES)


OURS = ("KeyError", "IndexError", "AttributeError", "UnboundLocalError", "NameError")  # from our code they are mistakes


def foreign_markdown(text: str) -> None:
    """Markdown as other systems write it."""
    markdown_page("a.md", text.encode("utf-8", "surrogatepass"), AUDIENCES)


def archive(data: bytes) -> None:
    """A zip archive of Markdown files."""
    gather(_file("a.zip", data), Options(), formats=frozenset({".md"}))


@cache
def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("docs/a.md", "# A\n\nSee [B](b.md) ![p](p.png)\n")
        made.writestr("docs/b.md", "---\ntitle: B\n---\n\nText.\n")
        made.writestr("docs/p.png", b"\x89PNG\r\n\x1a\n" + b"picture")
    return out.getvalue()


@cache
def _word() -> bytes:
    document, out = Document(), io.BytesIO()
    document.add_heading("VPN", 1)
    document.add_paragraph("Open the app.", style="List Number")
    document.add_table(2, 2).cell(0, 0).text = "x"
    document.save(out)
    with zipfile.ZipFile(out) as packed: parts = {one: packed.read(one) for one in packed.namelist()}
    plain_out = io.BytesIO()  # not packed, so that a changed byte changes the text and not only the checksum
    with zipfile.ZipFile(plain_out, "w", zipfile.ZIP_STORED) as made:
        for name, part in parts.items(): made.writestr(name, part)
    return plain_out.getvalue()


@cache
def _document() -> str:
    with zipfile.ZipFile(io.BytesIO(_word())) as packed: return packed.read("word/document.xml").decode()


def word_of(xml: str) -> None:
    """A Word file whose text is another."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_word())) as packed, zipfile.ZipFile(out, "w") as made:
        for name in packed.namelist():
            text = xml.encode("utf-8", "replace") if name == "word/document.xml" else packed.read(name)
            made.writestr(name, text)
    taken("a.docx", out.getvalue())


@cache
def _pdf() -> bytes:
    made = FPDF()
    made.set_compression(False)
    made.add_page()
    made.set_font("helvetica", size=18)
    made.cell(text="VPN")
    made.ln()
    made.set_font("helvetica", size=11)
    made.multi_cell(0, text="1. Open the app\n2. Press Connect\n\nCode: sudo x")
    return bytes(made.output())


HTML = ((
    "<html><head><title>VPN</title></head><body><main><h1>VPN</h1><p>Open <b>it</b>.</p><ol><li>One<ul><li>x</li></ul></li></ol>"
    "<pre><code>ls &lt;x&gt;</code></pre><table><tr><th>a</th></tr><tr><td>b</td></tr></table><img src='p.png' alt='x'>"
    "<a href='b.html#c'>b</a></main><script>1</script></body></html>"
),)  # fmt: skip
MALLARD = ((
    '<page xmlns="http://projectmallard.org/1.0/" type="topic" id="net"><info><desc>About</desc></info><title>Net</title>'
    "<p>See <gui>x</gui> <link xref='other'/>.</p><steps><item><p>One</p></item></steps><table><tr><td><p>a</p></td></tr></table>"
    "<note><p>n</p></note><section id='s'><title>S</title><code>c</code></section></page>"
),)  # fmt: skip


# -- Slack and the web ---------------------------------------------------------------------------------------------


def marked(text: str) -> None:
    """Text between Slack, Markdown and the web, both ways."""
    for made in (mrkdwn.from_markdown(text, "http://help"), mrkdwn.escape(text), mrkdwn.unescape(text)):
        mrkdwn.cut(made, 50)
        slack_look.look(made)
        slack_look.plain(made)
    if set("<>") & set(mrkdwn.escape(text)): raise Wrong("a bracket lives")
    mrkdwn.mentioned(text)
    mrkdwn.quoted(mrkdwn.clip(text, 30))
    mrkdwn.file_link(text)
    mrkdwn.without_mention(text, "U0FIRSTBOT")
    for piece in replying.pieces(text): replying.linked(piece)
    for reader in (transfer.file_id, transfer.named, transfer.file_name, names_a_decision): reader(text)
    transfer.is_slacks(text, "https://slack.com/api/")


def page(text: str) -> None:
    """Markdown as a page, and as a line of text."""
    HelpMarkdown().article("T", text, ())
    excerpt(HelpMarkdown().plain(text), 100)
    differences(text, text[::-1])


def said(text: str) -> None:
    """What a person writes to Firstline, by every reader of words."""
    for reader in (clean, without_logs, pieces, remark, over, skips, returned, leans, is_foreign, reply_commands.command, clauses):
        reader(text)
    stance(question("Is the light on the box green?"), text)
    exact(text, STEP)
    impersonal(text, ["Emma Larsen"])


STEP = Asked(say="Is it on?", choices=(Choice(label="Yes"), Choice(label="No, it is off", words=("off",))))


def masked(text: str) -> None:
    """Secrets are masked, and masking what is masked changes nothing."""
    once = redact(text).text
    if redact(once).text != once: raise Wrong("masking twice changes more")


def in_thread(text: str) -> None:
    """A word of the staff's in a ticket's thread."""
    if thread_commands.is_command(text): thread_commands.parse(text, _desk())
    thread_commands.parse(text, _desk())


_desk = cache(lambda: load_desk(DATA / "desk.yaml"))
_lists = cache(lambda: load_lists(DATA / "lists.yaml"))
_rule = cache(lambda: next(iter(load_actions(DATA / "actions.yaml").actions.values())))


def answered(text: str) -> None:
    """A typed answer of every kind, and values in a text."""
    kinds: list[dict[str, Any]] = [
        {"type": "text", "form": "BW-#####"}, {"type": "number", "least": 0, "most": 10}, {"type": "date"},
        {"type": "email"}, {"type": "person"}, {"type": "device", "list": next(iter(_lists()))}, {"type": "text", "optional": True},
    ]  # fmt: skip
    for kind in kinds:
        with suppress(FirstlineError): typed(Input.model_validate({"name": "x", "label": "X", **kind}), text, _lists())
    number_of(text)
    named(text)
    plain(text)
    filled("{x} " + text[:200], {"x": text})


def button(text: str) -> None:
    """What a button or a form carries."""
    for reader in (partial(numbers, count=2), entry_of, state.item, state.read_form):
        with suppress(FirstlineError): reader(text)


def differing(pair: list[str]) -> None:
    """Two states of a text."""
    differences(pair[0], pair[1])


def hook(case: dict[str, Any]) -> None:
    """A call of a ticket system: its signature, then its body."""
    if not isinstance(case.get("headers"), dict) or "body" not in case: return
    headers = {str(key): value for key, value in case["headers"].items() if isinstance(value, str)}
    body = json.dumps(case["body"]).encode() if not isinstance(case["body"], bytes) else case["body"]
    with suppress(FirstlineError): webhooks.verified(SECRET, headers, body, utc_now())
    incoming.told(body)


SECRET = "whsec_" + "c2VjcmV0" * 4
HOOKS = [
    {"headers": webhooks.headers(SECRET, "msg_1", utc_now().replace(2026, 11, 20), b"{}"),
     "body": {"type": kind, "data": {"number": "INC-000001", "reference": "A-1", "text": "Done", "author": "Ann", "code": "fixed",
                                     "url": "https://t.example/1"}}}
    for kind in incoming.TYPES
]  # fmt: skip


def automation(case: dict[str, Any]) -> None:
    """What the automation answers."""
    headers = {str(key).lower(): str(value) for key, value in case["headers"].items()}
    understood(_rule(), case["status"], headers, json.dumps(case["body"]).encode(), utc_now())


AUTOMATION = [{"status": status, "headers": {"retry-after": after}, "body": {"outcome": "done", "note": "n", "results": {
    "expires": "2026-12-01", "free": 3.2, "on": True}}} for status in (200, 400, 429, 503) for after in ("5", "Fri, 20 Nov 2026 09:00:00 GMT")]  # fmt: skip


def moment(text: str) -> None:
    """A time zone, and a time of day."""
    if not isinstance(mrkdwn.zone_of(text), ZoneInfo): raise Wrong("no zone")
    mrkdwn.plain_moment(utc_now(), text)
    mrkdwn.moment(utc_now(), text)


# -- all of them ---------------------------------------------------------------------------------------------------


def targets() -> list[Target]:
    """Every parser."""
    yaml = partial(texts, words=YAML_WORDS)
    lines = [path.read_text("utf-8")[:3_000] for path in sorted(DATA.glob("*/*.jsonl"))]
    of_text: list[tuple[str, Sequence[str], Sequence[str], Callable[[Any], object], float]] = [
        ("article", _files("articles/*.md", "runbooks/*.md"), ARTICLE_WORDS, article, 1),
        ("glossary", _files("glossary.yaml"), YAML_WORDS, glossary, 0.3),
        ("question-set", lines, ('{"id"', '"expect"', "articles", "handoff"), question_set, 1),
        ("labelled", [*lines, 'text,label\nvpn,network\n"a\nb",c\n'], (",", '"', ";", "\t"), labelled, 0.6),
        ("replies-file", lines, ('"choices"', '"say"'), lambda text: read_examples(_file("r.jsonl", text)), 1),
        ("foreign-markdown", _files("articles/*.md"), (*ARTICLE_WORDS, "{% include %}", ":::note\n", "{{< x >}}", "[[x]]"), foreign_markdown, 1),
        ("html", HTML, ("<td>", "</ul>", "<svg>", "&#xD800;", "<base href=x>", "<pre>"), lambda text: taken("a.html", text.encode("utf-8", "surrogatepass")), 0.6),
        ("mallard", MALLARD, ("<item>", "<xi:include href='x'/>", "<gui>", "</p>"), lambda text: taken("a.page", text.encode("utf-8", "surrogatepass")), 0.6),
        ("word-text", [_document()], ("<w:p>", "<w:tbl>", "<w:r>", 'w:val="9"'), word_of, 0.05),
        ("mrkdwn", [*SAID, *_files("articles/*.md")], ("<!subteam^S1>", "<!date^1^{x}|y>", "*b*", "~s~"), marked, 3),
        ("page", _files("articles/*.md"), ARTICLE_WORDS, page, 0.5),
        ("said", SAID, ("yes", "no", "not", "but", "and also", "?", "1.", "2)", "fixed", "thanks"), said, 3),
        ("redact", SAID, ("password:", "token=", "Bearer ", "sk-", "ghp_", "4111", "DE89 3704", "secret is "), masked, 3),
        ("thread-command", ["!claim", "!resolve fixed Reset it", "!move network please", "!wait vendor 2 days", "!p1", "!note x",
                            "!assign <@U0LIAMOKAF>", "!ask when?", "!until tomorrow", "!help", "!snooze 2026-12-01 holiday", "firstline claim"],
         ("!", "tomorrow", "monday", "2h", "3 days", "next week", "INC-000001", "<@U1>", "<!date^1|x>"), in_thread, 3),
        ("typed-answer", ["BW-10442", "12", "3,5", "tomorrow", "2026-12-01", "1.12.2026", "next friday", "emma@x.example", "<@U0EMMALARS>",
                          "the printer on floor 3", "skip", "12 %", "about ten"], ("{x}", "<@", "1e9", "31/12"), answered, 2),
        ("button", ["1|2", "recipe|vpn|3", "1|2|3", '{"kind": "article", "slug": "a", "version": 1, "gaps": ["x"]}', "INC-000001"], ("|", "-"), button, 2),
        ("time-zone", ["Europe/London", "UTC", "../x", "America/Argentina/Ushuaia"], ("Etc/", "GMT+1"), moment, 1),
    ]  # fmt: skip
    found = [Target(name=name, cases=texts(samples, words), run=refusing(run), weight=weight)
             for name, samples, words, run, weight in of_text]  # fmt: skip
    found += [
        Target(name="recipe", cases=yaml(_files("cookbook/*.yaml")), run=refusing(recipe), weight=0.3),
        Target(name="desk-file", cases=yaml(_files("desk.yaml")), weight=0.15,
               run=refusing(lambda text: load_desk(_file("desk.yaml", text)))),
        Target(name="actions-file", cases=yaml(_files("actions.yaml")), weight=0.3,
               run=refusing(lambda text: read_actions("actions.yaml", text))),
        Target(name="lists-file", cases=yaml(_files("lists.yaml")), weight=0.5,
               run=refusing(lambda text: read_lists("lists.yaml", text))),
        Target(name="charts", cases=texts(['{"nodes": [{"id": "1", "text": "Is it on?"}], "edges": [{"from": "1", "to": "2", "label": "yes"}]}'],
               ('"', "[", "{", "null", ",", ":")), run=refusing(charts), weight=0.5),
        Target(name="settings", cases=payloads(SETTINGS), run=refusing(setting), weight=0.5),
        Target(name="webhook", cases=payloads(HOOKS), run=refusing(hook), weight=2),
        Target(name="webhook-body", cases=texts([json.dumps(one["body"]) for one in HOOKS]), weight=2,
               run=refusing(lambda text: incoming.told(text.encode("utf-8", "surrogatepass")))),
        Target(name="automation-answer", cases=payloads(AUTOMATION), run=refusing(automation_of), weight=2),
        Target(name="pdf", cases=blobs([_pdf()]), run=refusing(lambda data: taken("a.pdf", data)), weight=0.1),
        Target(name="word", cases=blobs([_word()]), run=refusing(lambda data: taken("a.docx", data)), weight=0.05),
        Target(name="zip", cases=blobs([_zip()]), run=refusing(archive), weight=0.3),
        Target(name="differences", cases=st.lists(texts(SAID), min_size=2, max_size=2), run=differing, weight=0.5),
    ]  # fmt: skip
    return found


def samples(name: str) -> list[str]:
    """Real texts of a target that reads text, for whoever spoils them in another way."""
    return {"recipe": _files("cookbook/*.yaml"), "page": _files("articles/*.md"), "foreign-markdown": _files("articles/*.md")}.get(name, list(SAID))


def automation_of(case: dict[str, Any]) -> None:
    """The same, of what HTTP can carry: a status is a number."""
    if not isinstance(case.get("status"), int) or not isinstance(case.get("headers"), dict) or "body" not in case: return
    automation(case)


SETTINGS: list[dict[str, Any]] = [{
    "database_url": "sqlite:///f.db", "web_port": 8080, "public_url": "https://it.example", "slack_mode": "socket",
    "slack_api_url": "https://slack.com/api/", "tickets_system": "jira", "tickets_url": "https://t.example", "encoder": "",
    "state_dir": "state", "data_dir": "data", "audit_key": "k",
}]  # fmt: skip
