"""What somebody sees who looks for themselves, in Slack or on the help page: in the order of answers."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.confidence import Confidence
from bot.reading import clean
from classifier.model import Classifier
from core.encoder import Vectors
from kb.ranking import LISTED_AT, Candidate
from kb.service import KnowledgeBase

READ = 2_000  # characters of a cleaned message that are looked at: the model reads 256 tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """Finds what is worth a look. `encode` turns one text into its vector [dims]."""

    kb: KnowledgeBase
    encode: Callable[[str], Vectors]
    classifier: Classifier
    confidence: Confidence

    def __call__(self, text: str, audiences: frozenset[str]) -> list[Candidate]:
        """The articles and recipes near some words, of those for these audiences, in the order of answers."""
        read = self.kb.read(clean(text)[:READ], audiences)[:READ]
        vector = self.encode(read)
        found = self.kb.search(vector, read, audiences)
        ranked = self.confidence.rank(found, self.classifier.predict(vector, read))
        return [one for one in ranked if one.cosine >= LISTED_AT]
