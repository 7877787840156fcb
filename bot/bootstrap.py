"""Where the parts are put together; `bot.starting` puts Slack and the web around them."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from bot.assistant import Assistant, Parts
from bot.pairs import Pair, Pairs
from bot.replies import Replies
from bot.replies.model import Model
from core import migrate, noted, private
from core.clock import Clock, utc_now
from core.db import Database
from core.encoder import Encoder, bundled_folder
from core.encoders import load_encoder
from core.remembering import Remembering
from core.settings import Settings, need_automation, need_tickets
from handoff import agreements
from handoff.actions.calling import Automation, HttpAutomation, NoAutomation
from handoff.actions.registry import Actions, load_actions
from handoff.desk import Desk, load_desk
from handoff.destinations.jira import JiraServiceManagement
from handoff.destinations.kinds import TicketSystem
from handoff.destinations.servicenow import ServiceNow
from handoff.destinations.webhook import WebhookSystem
from kb.articles import RUNBOOK
from kb.books import Books
from kb.glossary import load_glossary
from kb.importing import Report
from kb.lists import load_lists
from kb.pgvectors import PgVectors
from kb.service import KnowledgeBase
from kb.wording import Wording

SHIPPED = Path(__file__).resolve().parents[1] / "data"  # for companies that keep a data folder of their own
log = logging.getLogger(__name__)
Note = Callable[[str, int, int], None]  # what is being done, how far, out of how many


def silent(_what: str, _done: int, _all: int) -> None:
    """Tell nobody how far it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """What every command stands on."""

    settings: Settings
    database: Database
    encoder: Encoder
    kb: KnowledgeBase
    clock: Clock


@contextmanager
def open_core(
    settings: Settings, *, encoder: Encoder | None = None, clock: Clock = utc_now, note: Note = silent
) -> Iterator[Core]:
    """Database (migrated), encoder (exported, if it was not yet) and knowledge base; closed at the end.

    Raises:
        ConfigProblem: the database cannot do what a setting wants of it.
    """
    private.folder(settings.state_dir)
    database = Database(settings.database_url, settings.pool)
    try:
        migrate.upgrade(database)
        told = lambda: note("preparing the language model", 0, 1)  # noqa: E731 - one expression
        chosen = encoder or load_encoder(settings.encoder, settings.state_dir, told)
        model = Path(settings.encoder) if settings.encoder else bundled_folder()
        wording = Wording(load_glossary(settings.data_dir / "glossary.yaml"), model)
        kb = KnowledgeBase(database, chosen, clock, wording, _near(settings, database, chosen))
        yield Core(settings=settings, database=database, encoder=chosen, kb=kb, clock=clock)
    finally:
        database.close()


def _near(settings: Settings, database: Database, encoder: Encoder) -> PgVectors | None:
    """What searches vectors in the database, where the company wants that."""
    if settings.vectors == "memory": return None
    found = PgVectors(database, encoder)
    found.prepare()
    return found


# -- set-up --------------------------------------------------------------------------------------------------------


def import_content(core: Core, note: Note = silent) -> Report | None:
    """Load the shipped articles and recipes into an empty knowledge base; None if it has some already.

    A knowledge base in use belongs to its editors: files never overwrite what they wrote. The same holds for run-books,
    which are loaded where there has never been one.
    """
    data = core.settings.data_dir
    told = lambda done, all_: note("reading run-books", done, all_)  # noqa: E731 - one expression
    books = data / "runbooks"
    wanted = books.is_dir() and not core.kb.has_any(RUNBOOK)
    problems = core.kb.import_folders(books, None, told).problems if wanted else []
    for problem in problems: log.warning("run-book left out: %s", problem)
    if core.kb.index().items: return None
    return core.kb.import_folders(
        data / "articles", data / "cookbook", lambda done, all_: note("reading articles", done, all_)
    )


@contextmanager
def other_kb(
    core: Core, articles: Path, cookbook: Path | None, note: Note = silent
) -> Iterator[tuple[KnowledgeBase, Report]]:
    """A knowledge base of some folders, in a database that is gone at the end; and what of them was not taken."""
    with TemporaryDirectory() as place:
        settings = core.settings.model_copy(update={"database_url": f"sqlite:///{place}/other.db", "vectors": "memory"})
        with open_core(settings, encoder=core.encoder, clock=core.clock) as other:
            report = other.kb.import_folders(
                articles, cookbook, lambda done, all_: note("reading articles", done, all_)
            )
            yield other.kb, report


def load_pair(core: Core) -> Pair:
    """The trained models; the last good ones, with a line in the log, where the live ones cannot serve.

    Raises:
        BadInput: none can serve; says why and what to do.
    """
    pair, problem = Pairs(core.settings.state_dir).serving(core.encoder.name)
    if problem: log.warning("%s", problem)
    return pair


def replies_path(core: Core) -> Path:
    """Where the model that reads replies is kept."""
    return replies_file(core.settings.state_dir)


def replies_file(state_dir: Path) -> Path:
    """The same in a state folder."""
    return state_dir / "models" / "replies.npz"


def load_replies(core: Core, encoder: Encoder) -> Replies:
    """The reader of replies at a recipe's step, with the encoder of everything else that reads a message.

    Raises:
        BadInput: its model is missing or damaged; says what to do.
    """
    return Replies(encoder, Model.load(replies_path(core), encoder.name))


def make_assistant(core: Core, link_base: str = "", pair: Pair | None = None) -> Assistant:
    """The use cases over a core whose models are trained; `link_base` is where links to articles lead.

    `pair` are other models than the live ones.

    Raises:
        BadInput: the models are missing or damaged.
        ConfigProblem: the desk file or the registry of actions is wrong, or settings of the automation or of the
            ticket system are missing.
    """
    settings, models, encoder = core.settings, pair or load_pair(core), Remembering(core.encoder)
    system, desk = make_system(settings, core.clock), connected_desk(settings)
    with core.database.transaction() as session: agreements.keep(session, desk, core.clock())
    actions = load_actions(settings.data_dir / "actions.yaml")
    pairs = [(item.slug, trigger) for item in desk.catalogue for trigger in item.triggers]
    forms = core.encoder.encode([trigger for _, trigger in pairs]) if pairs else np.zeros(
        (0, core.encoder.dims), dtype=np.float32
    )
    return Assistant(
        Parts(
            database=core.database, encoder=encoder, kb=core.kb, desk=desk, clock=core.clock,
            link_base=link_base or settings.link_base(),
            classifier=models.classifier, confidence=models.confidence, replies=load_replies(core, encoder),
            books=Books(core.kb, load_lists(settings.data_dir / "lists.yaml")), forms=forms,
            form_slugs=tuple(slug for slug, _ in pairs),
            actions=actions, automation=make_automation(settings, actions), system=system,
            audit_key=settings.audit_key.get_secret_value().encode(), seals=settings.state_dir / noted.FILE,
            shows_pictures=_shows_pictures(settings, link_base or settings.link_base()),
            pictures=settings.data_dir / "pictures",
        )
    )


def connected_desk(settings: Settings) -> Desk:
    """The desk file, with whether a ticket system is connected; `load_desk` tells the errors."""
    return load_desk(settings.data_dir / "desk.yaml").model_copy(update={"connected": bool(settings.tickets_system)})


def _shows_pictures(settings: Settings, link_base: str) -> bool:
    """Whether Slack can fetch a picture from here: it is a public address, or the workspace is on this machine."""
    return link_base.startswith("https://") or not settings.slack_api_url.startswith("https://slack.com/")


def make_automation(settings: Settings, actions: Actions) -> Automation:
    """What carries actions out: the company's automation, or nothing where none is connected.

    Raises:
        ConfigProblem: it has an address but no secret.
    """
    called = bool(settings.actions_url) or any(rule.url for rule in actions.actions.values())
    need_automation(settings, called=called)
    if not called: return NoAutomation()
    return HttpAutomation(settings.actions_url, settings.actions_secret.get_secret_value())


def make_system(settings: Settings, clock: Clock) -> TicketSystem | None:
    """Where tickets are kept beside Slack, if anywhere.

    Raises:
        ConfigProblem: what the system needs is not set.
    """
    need_tickets(settings)
    url, user, token = settings.tickets_url, settings.tickets_user, settings.tickets_token.get_secret_value()
    match settings.tickets_system:
        case "webhook": return WebhookSystem(url, settings.tickets_secret.get_secret_value(), clock)
        case "servicenow": return ServiceNow(url, user, token, settings.tickets_close_code, clock)
        case "jira":
            where = (settings.tickets_desk, settings.tickets_request_type, settings.tickets_project)
            return JiraServiceManagement(url, user, token, *where, clock)
        case "": return None
