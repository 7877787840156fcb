"""What models learn from: the training files, and what staff corrected on tickets."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.bootstrap import SHIPPED, Core
from bot.corrected import Taken, taken
from bot.pairs import About
from bot.question_set import Labelled, read_questions
from bot.question_set import digest as questions_digest
from bot.reading import clean
from classifier.examples import Example, digest, read_examples
from core.people import EMPLOYEES, STAFF
from core.settings import Settings
from handoff import corrections

EVERYBODY = frozenset({EMPLOYEES, STAFF})  # whose words a correction may be read with
READ = 2_000  # characters of a message that the classifier gets to see


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """The training files, and what staff corrected since."""

    examples: tuple[Example, ...]
    questions: tuple[Labelled, ...]
    taken: Taken

    @property
    def messages(self) -> str:
        """The hash of the file of messages."""
        return digest(list(self.examples))

    def about(self, core: Core) -> About:
        """What a pair that learns them is made of."""
        own = len(self.taken.examples)
        return About(
            at=core.clock().isoformat(), encoder=core.encoder.name, messages=self.messages,
            questions=questions_digest(self.questions), examples=len(self.examples) + own, corrections=own,
            until=self.taken.until,
        )


def files(core: Core) -> tuple[list[Example], list[Labelled]]:
    """The messages and the questions of the data folder, or of the shipped one if that has none.

    Raises:
        BadInput: one of them cannot be used; names file and line.
    """
    folder = core.settings.data_dir / "training"
    if not folder.is_dir(): folder = SHIPPED / "training"
    return read_examples(folder / "messages.jsonl"), read_questions(folder / "questions.jsonl")


def replies_file(settings: Settings) -> Path:
    """The replies to learn from: the data folder's, or the shipped ones if that has none."""
    path = settings.data_dir / "training" / "replies.jsonl"
    return path if path.is_file() else SHIPPED / "training" / "replies.jsonl"


def lessons_of(core: Core) -> Lessons:
    """Everything that there is to learn now."""
    examples, questions = files(core)
    return Lessons(examples=tuple(examples), questions=tuple(questions), taken=corrected(core, examples))


def corrected(core: Core, known: Sequence[Example], until: int | None = None) -> Taken:
    """What staff corrected, as training messages; `until` is the newest fact to be taken as known."""
    with core.database.reading() as session: found = corrections.newest(session, until)
    return taken(found, known, lambda text: core.kb.read(clean(text)[:READ], EVERYBODY)[:READ])
