"""Training: new models from the training files and the staff's corrections, put live only if they are not worse."""

import logging
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from bot.bootstrap import SHIPPED, Core, Note, other_kb, replies_path, silent
from bot.confidence import Confidence
from bot.gate import Measured, refusal
from bot.lessons import Lessons, files, lessons_of, replies_file
from bot.pairs import About, Pair, Pairs
from bot.question_set import Labelled
from bot.question_set import digest as questions_digest
from bot.replies.examples import digest as replies_digest
from bot.replies.examples import read_examples as read_replies
from bot.replies.model import Model
from classifier.examples import digest
from classifier.model import Classifier
from core.errors import BadInput

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What came of a training. `old` is the pair that was live, empty for none."""

    about: About
    live: bool
    old: str
    measured: Measured
    left_out: tuple[str, ...]


def train_models(core: Core, note: Note = silent) -> list[str]:
    """At a start: train what is missing, damaged, or was trained on other files; the names of what was trained.

    Corrections alone train nothing here. Models that were kept aside are not made a second time.
    """
    pairs, old = Pairs(core.settings.state_dir), serving(core)
    messages, questions = files(core)
    wanted = (core.encoder.name, digest(messages), questions_digest(questions))
    replies = ["replies"] if train_replies(core, note) else []
    if old and wanted in {(one.encoder, one.messages, one.questions) for one in pairs.history()}: return replies
    done = learn(core, note)
    if not done.live: log.warning("%s", kept_aside(done))
    return [*(["classifier", "confidence"] if done.live else []), *replies]


def train_replies(core: Core, note: Note = silent, *, always: bool = False) -> bool:
    """Fit the model that reads replies at a recipe's step, if it is missing, damaged or of other replies (or `always`).

    Raises:
        BadInput: the file of replies cannot be used.
    """
    path, examples = replies_path(core), read_replies(replies_file(core.settings))
    try:
        known = "" if always else Model.load(path, core.encoder.name).data
    except BadInput:
        known = ""
    if known == replies_digest(examples): return False
    from bot.replies import fitting  # SciPy's solvers take a second to import

    note("learning to read replies", 0, 1)
    fitting.fit(examples, core.encoder).save(path)
    return True


def learn(core: Core, note: Note = silent, *, force: bool = False, always: bool = False) -> Learnt:
    """Train a pair, measure it beside the live one, and put it live unless it is worse (or `force`).

    Without a pair that can serve there is nothing to compare with: then the new one is measured only if `always`.

    Raises:
        BadInput: a training file cannot be used.
    """
    from bot import comparing  # scikit-learn takes seconds to import, and only training needs it

    lessons, old, pairs = lessons_of(core), serving(core), Pairs(core.settings.state_dir)
    new = _trained(core, lessons, note)
    measured = comparing.compare(core, old, new, lessons, note) if old or always else Measured()
    why = refusal(measured.changes) if old else ""
    figures = {one.name: one.new for one in measured.changes}
    about = replace(new.about, figures=figures, aside="" if force else why)
    about = pairs.keep(new.classifier, new.confidence, about)
    pairs.load(about.id, core.encoder.name)  # one that cannot be read again never goes live
    if not about.aside: pairs.put_live(about.id)
    pairs.forget()
    name = old.about.id if old else ""
    return Learnt(
        about=about, live=not about.aside, old=name, measured=measured, left_out=lessons.taken.left_out
    )


def kept_aside(done: Learnt) -> str:
    """What is said of new models that were not put live."""
    aside = f"The new models ({done.about.id}) are worse and were kept aside; {done.old} goes on serving."
    return f"{aside} {done.about.aside}. To put new ones live all the same: `firstline classifier train --force`."


def serving(core: Core) -> Pair | None:
    """The pair that serves, or None where none can."""
    try:
        return Pairs(core.settings.state_dir).serving(core.encoder.name)[0]
    except BadInput:
        return None


def _trained(core: Core, lessons: Lessons, note: Note) -> Pair:
    from classifier.training import train

    note("training the classifier", 0, 1)
    classifier = train([*lessons.examples, *lessons.taken.examples], core.encoder)
    confidence = _calibrated(core, classifier, lessons.questions, note)
    return Pair(classifier=classifier, confidence=confidence, about=lessons.about(core))


def _calibrated(core: Core, classifier: Classifier, questions: Sequence[Labelled], note: Note) -> Confidence:
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
        return calibrate.fit(
            questions, kb, classifier, core.encoder, lambda done, all_: note("calibrating", done, all_)
        )
