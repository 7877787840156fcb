"""The only place where the parts are put together."""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import numpy as np
from slack_bolt import App
from slack_bolt.adapter.asgi import SlackRequestHandler
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import calibrate
from bot.assistant import Assistant, Parts
from bot.calibrate import Labelled
from bot.confidence import Confidence
from bot.sandbox.seed import load_seed
from bot.sandbox.server import SandboxServer
from bot.slack.directory import Directory
from bot.slack.listeners import register
from bot.slack.outbound import SlackOutbound
from bot.slack.surface import SlackSurface
from bot.web.app import create_web
from bot.web.server import WebServer
from bot.worker import Worker
from classifier.examples import digest, read_examples
from classifier.model import Classifier, train
from core import migrate
from core.clock import Clock, utc_now
from core.db import Database
from core.encoder import Encoder, bundled_folder
from core.encoders import load_encoder
from core.errors import BadInput, ConfigProblem, Unavailable
from core.settings import Settings, need_slack
from handoff.desk import Desk, load_desk
from kb.glossary import load_glossary
from kb.service import KnowledgeBase, Report
from kb.wording import Wording

log = logging.getLogger("firstline.slack")
log.setLevel(logging.WARNING)  # Bolt tells of every connection and event below that

LISTENERS = 10  # threads that handle Slack's events; each is busy for a few milliseconds
SHIPPED = Path(__file__).resolve().parents[1] / "data"  # for companies that keep a data folder of their own
Model = TypeVar("Model")
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
    """Database (migrated), encoder (exported, if it was not yet) and knowledge base; closed at the end."""
    database = Database(settings.database_url)
    try:
        migrate.upgrade(database)
        told = lambda: note("preparing the language model", 0, 1)  # noqa: E731 - one expression
        chosen = encoder or load_encoder(settings.encoder, settings.state_dir, told)
        model = Path(settings.encoder) if settings.encoder else bundled_folder()
        wording = Wording(load_glossary(settings.data_dir / "glossary.yaml"), model)
        kb = KnowledgeBase(database, chosen, clock, wording)
        yield Core(settings=settings, database=database, encoder=chosen, kb=kb, clock=clock)
    finally:
        database.close()


# -- set-up --------------------------------------------------------------------------------------------------------


def import_content(core: Core, note: Note = silent) -> Report | None:
    """Load the shipped articles and recipes into an empty knowledge base; None if it has some already.

    A knowledge base in use belongs to its editors: files never overwrite what they wrote.
    """
    if core.kb.index().items: return None
    data = core.settings.data_dir
    return core.kb.import_folders(
        data / "articles", data / "cookbook", lambda done, all_: note("reading articles", done, all_)
    )


def train_models(core: Core, note: Note = silent, *, force: bool = False) -> list[str]:
    """Train what is missing, damaged, or was trained on other data; the names of what was trained."""
    folder = core.settings.data_dir / "training"
    if not folder.is_dir(): folder = SHIPPED / "training"
    examples = read_examples(folder / "messages.jsonl")
    done = []
    classifier = None if force else _usable(lambda: load_classifier(core))
    if classifier is None or classifier.data != digest(examples):
        note("training the classifier", 0, 1)
        classifier = train(examples, core.encoder)
        classifier.save(_classifier_path(core.settings))
        done.append("classifier")
    questions = calibrate.read_questions(folder / "questions.jsonl")
    confidence = None if force or done else _usable(lambda: Confidence.load(_confidence_path(core.settings)))
    if confidence is None or confidence.data != calibrate.digest(questions):
        _calibrate(core, classifier, questions, note)
        done.append("confidence")
    return done


def _calibrate(core: Core, classifier: Classifier, questions: Sequence[Labelled], note: Note) -> None:
    """Fit the confidence on the knowledge base that the questions are about.

    That is this one, or, where a company has articles of its own, the shipped one in a database of its own: how sure
    a search must look carries over, the articles need not.
    """
    asked = {right for question in questions for right in question.right}
    with ExitStack() as stack:
        kb = core.kb
        if len(asked & set(kb.index().by_slug)) < len(asked) / 2:
            kb, _ = stack.enter_context(other_kb(core, SHIPPED / "articles", SHIPPED / "cookbook", note))
        fitted = calibrate.fit(
            questions, kb, classifier, core.encoder, lambda done, all_: note("calibrating", done, all_)
        )
    fitted.save(_confidence_path(core.settings))


@contextmanager
def other_kb(
    core: Core, articles: Path, cookbook: Path | None, note: Note = silent
) -> Iterator[tuple[KnowledgeBase, Report]]:
    """A knowledge base of some folders, in a database that is gone at the end; and what of them was not taken."""
    with TemporaryDirectory() as place:
        settings = core.settings.model_copy(update={"database_url": f"sqlite:///{place}/other.db"})
        with open_core(settings, encoder=core.encoder, clock=core.clock) as other:
            report = other.kb.import_folders(
                articles, cookbook, lambda done, all_: note("reading articles", done, all_)
            )
            yield other.kb, report


def _usable(load: Callable[[], Model]) -> Model | None:
    try:
        return load()
    except BadInput:
        return None


def _classifier_path(settings: Settings) -> Path:
    return settings.state_dir / "classifier.skops"


def _confidence_path(settings: Settings) -> Path:
    return settings.state_dir / "confidence.json"


def load_classifier(core: Core) -> Classifier:
    """The trained classifier; `BadInput` if it is missing or damaged."""
    return Classifier.load(_classifier_path(core.settings), core.encoder.name)


def make_assistant(core: Core, link_base: str = "") -> Assistant:
    """The use cases over a core whose models are trained; `link_base` is where links to articles lead.

    Raises:
        BadInput: a model is missing or damaged.
        ConfigProblem: the desk file is wrong.
    """
    settings = core.settings
    desk = load_desk(settings.data_dir / "desk.yaml")
    pairs = [(item.slug, trigger) for item in desk.catalogue for trigger in item.triggers]
    forms = core.encoder.encode([trigger for _, trigger in pairs]) if pairs else np.zeros(
        (0, core.encoder.dims), dtype=np.float32
    )
    return Assistant(
        Parts(
            database=core.database, encoder=core.encoder, kb=core.kb, desk=desk, clock=core.clock,
            link_base=link_base or settings.link_base(),
            classifier=load_classifier(core),
            confidence=Confidence.load(_confidence_path(settings)), forms=forms, form_slugs=tuple(
                slug for slug, _ in pairs
            ),
        )
    )


# -- running -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A Firstline that is up. `help_url` is where its articles are read."""

    assistant: Assistant
    app: App
    worker: Worker
    help_url: str


@contextmanager
def running(core: Core) -> Iterator[Running]:
    """Slack, web and worker, up until the end of the block.

    Raises:
        ConfigProblem: settings are missing, or Slack refuses the tokens; a line for each.
        Unavailable: Slack cannot be reached, or a port is taken.
    """
    settings = core.settings
    need_slack(settings)
    with ExitStack() as stack:
        client = WebClient(token=settings.slack_bot_token.get_secret_value(), base_url=settings.slack_api_url)
        app = _app(settings, client, stack)
        desk = load_desk(settings.data_dir / "desk.yaml")
        web = stack.enter_context(_web(core, desk, app))
        assistant = make_assistant(core, settings.public_url.rstrip("/") or web.url)
        surface = _surface(client, assistant, core.clock)
        register(app, surface)
        worker = Worker(core.database, SlackOutbound(surface), core.clock)
        stack.callback(worker.stop)
        worker.start()
        if settings.slack_mode == "socket": _connect(settings, app, stack)
        yield Running(assistant=assistant, app=app, worker=worker, help_url=f"{web.url}/help")


def _surface(client: WebClient, assistant: Assistant, clock: Clock) -> SlackSurface:
    try:
        bot_user = client.auth_test()["user_id"]
    except SlackApiError as error:
        raise ConfigProblem([f"SLACK_BOT_TOKEN: Slack answered {error.response['error']}; check the token."]) from None
    except OSError as error:
        raise Unavailable(f"Slack cannot be reached at {client.base_url} ({error}).") from None
    return SlackSurface(
        client=client, assistant=assistant, directory=Directory(client, assistant, clock), bot_user=bot_user
    )


def _app(settings: Settings, client: WebClient, stack: ExitStack) -> App:
    threads = ThreadPoolExecutor(max_workers=LISTENERS, thread_name_prefix="slack")
    stack.callback(threads.shutdown)
    secret = settings.slack_signing_secret.get_secret_value() or "unused-in-socket-mode"
    with _hushed():  # Bolt warns of a token that is in the environment as well: it is the same one
        return App(
            client=client, signing_secret=secret, logger=log, token_verification_enabled=False,
            listener_executor=threads, raise_error_for_unhandled_request=False
        )


def _connect(settings: Settings, app: App, stack: ExitStack) -> None:
    handler = SocketModeHandler(app, settings.slack_app_token.get_secret_value(), logger=log)
    try:
        with _hushed():  # a refusal is told below
            handler.connect()  # type: ignore[no-untyped-call]  # slack-bolt does not annotate it
    except SlackApiError as error:
        raise ConfigProblem([f"SLACK_APP_TOKEN: Slack answered {error.response['error']}; check the token."]) from None
    stack.callback(_hang_up, handler)


def _hang_up(handler: SocketModeHandler) -> None:
    """Close the connection. An event whose acknowledgement is cut off comes again: no reason for a traceback."""
    with _hushed(): handler.close()  # type: ignore[no-untyped-call]  # slack-bolt does not annotate it


@contextmanager
def _hushed() -> Iterator[None]:
    """Keep Bolt quiet about what is no problem, or is told in our own words."""
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(logging.WARNING)


def _web(core: Core, desk: Desk, app: App) -> WebServer:
    contact = f"{desk.contact.phone}, {desk.contact.hours}"
    events: Any = SlackRequestHandler(app, path="/slack/events") if core.settings.slack_mode == "http" else None
    web = create_web(core.kb, lambda text: core.encoder.encode([text])[0], lambda: _not_ready(core), contact, events)
    return WebServer(web, core.settings.web_host, core.settings.web_port)


def _not_ready(core: Core) -> list[str]:
    """Why this process should get no traffic yet; nothing when it is ready."""
    try:
        return [] if core.kb.index().items else ["The knowledge base is empty."]
    except Unavailable as error:
        return [str(error)]


@contextmanager
def sandbox(settings: Settings) -> Iterator[tuple[SandboxServer, Settings]]:
    """A local Slack workspace, and the settings that make Firstline connect to it."""
    seed = load_seed(settings.data_dir / "sandbox.yaml")
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    server = SandboxServer(seed, settings.sandbox_port, settings.state_dir / "sandbox.db")
    try:
        server.start()
    except OSError:
        problem = f"Port {settings.sandbox_port} is in use; set FIRSTLINE_SANDBOX_PORT to a free one."
        raise Unavailable(problem) from None
    tokens = {
        "slack_api_url": server.api_url, "slack_bot_token": seed.app.bot_token, "slack_app_token": seed.app.app_token,
        "slack_signing_secret": seed.app.signing_secret,
    }  # fmt: skip
    try:
        yield server, Settings.model_validate(settings.model_dump() | tokens)
    finally:
        server.stop()


