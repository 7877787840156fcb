"""Where the parts are put together; `bot.starting` puts Slack and the web around them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import numpy as np

from bot.assistant import Assistant, Parts
from bot.confidence import Confidence
from bot.question_set import Labelled, read_questions
from bot.question_set import digest as questions_digest
from classifier.examples import digest, read_examples
from classifier.model import Classifier
from core import migrate
from core.clock import Clock, utc_now
from core.db import Database
from core.encoder import Encoder, bundled_folder
from core.encoders import load_encoder
from core.errors import BadInput
from core.settings import Settings
from handoff.desk import load_desk
from kb.glossary import load_glossary
from kb.service import KnowledgeBase, Report
from kb.wording import Wording

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
        from classifier.training import train  # scikit-learn takes seconds to import, and only training needs it

        note("training the classifier", 0, 1)
        classifier = train(examples, core.encoder)
        classifier.save(_classifier_path(core.settings))
        done.append("classifier")
    questions = read_questions(folder / "questions.jsonl")
    confidence = None if force or done else _usable(lambda: Confidence.load(_confidence_path(core.settings)))
    if confidence is None or confidence.data != questions_digest(questions):
        _calibrate(core, classifier, questions, note)
        done.append("confidence")
    return done


def _calibrate(core: Core, classifier: Classifier, questions: Sequence[Labelled], note: Note) -> None:
    """Fit the confidence on the knowledge base that the questions are about.

    That is this one, or, where a company has articles of its own, the shipped one in a database of its own: how sure
    a search must look carries over, the articles need not.
    """
    from bot import calibrate

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
    return settings.state_dir / "classifier.npz"


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
