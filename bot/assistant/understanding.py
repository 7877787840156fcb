"""One message understood: read, encoded once, classified, looked up, decided on. Nothing is changed by it."""

import re
from collections.abc import Sequence

from bot.assistant.parts import Parts
from bot.confidence import NAMES, inputs
from bot.decide import Evidence, Form, decide
from bot.judged import Judged
from bot.language import is_foreign
from bot.lookup import READ, Lookup
from bot.question import Link
from bot.reading import clean
from bot.remarks import Remark, remark
from classifier.labels import Intent, Prediction
from core.encoder import Vectors
from core.people import PUBLIC
from core.watching import stage, staged
from handoff import outages
from handoff.desk import Straight
from kb.index import words

FORM_AT = 0.5  # cosine of a request and a form's trigger; data/training: 16 of 19 requests above it mean that form
SURELY_ABOUT = 0.9  # of a category, when somebody only asks
LISTED = 7  # articles of a list that somebody looks through
EMOJI = re.compile(r":[\w+'-]+:")  # an emoji as Slack writes it, such as :tired_face:
TICKET_NUMBER = re.compile(r"\b(?:INC|REQ)-\d{1,9}\b", re.IGNORECASE)

NONE = frozenset[str]()


class Understanding:
    """What a message means, as far as search, classifier and policy can tell."""

    def __init__(self, parts: Parts, *, outages_too: bool = True) -> None:
        """Take the shared parts; without outages a message is understood as on any other day."""
        self._parts, self._outages_too = parts, outages_too
        self.ranked = Lookup(
            kb=parts.kb, encode=parts.encode, classifier=parts.classifier, confidence=parts.confidence
        )

    def judge(self, text: str, audiences: frozenset[str], *, own: str = "", without: frozenset[str] = NONE) -> Judged:
        """Everything about one message that needs no transaction: encode once, classify, find, decide.

        `own` is the message without what was said before it, when `text` has both.
        """
        read = self._read(clean(text), audiences)
        return self.judged(read, self._parts.encode(read), audiences, own=own or text, without=without)

    def judge_each(self, texts: Sequence[str], audiences: frozenset[str]) -> list[Judged]:
        """Several texts that were cleaned before, encoded together."""
        if not texts: return []
        read = [self._read(text, audiences) for text in texts]
        rows = zip(texts, read, self._parts.encoder.encode(read), strict=True)
        return [self.judged(words_, vector, audiences, own=text) for text, words_, vector in rows]

    def judged(
        self, read: str, vector: Vectors, audiences: frozenset[str], *, own: str, without: frozenset[str] = NONE
    ) -> Judged:
        """The same of a text that was cleaned and encoded before."""
        prediction = self._parts.classifier.predict(vector, read)
        found = self._parts.kb.search(vector, read, audiences, without=without)
        candidates = self._parts.confidence.rank(found, prediction)
        seen = inputs(candidates, len(words(read)), prediction)
        evidence = Evidence(
            prediction=prediction, candidates=tuple(candidates), confidence=self._parts.confidence.of(seen),
            outage=self._outage(vector), form=self._form(vector), straight=self._straight(prediction) is not None,
            foreign=is_foreign(own),
            thanks=remark(own) in (Remark.THANKS, Remark.WORKED), ticket_number=_ticket_number(own),
            has_words=bool(words(EMOJI.sub(" ", own))),
        )
        with stage("decide"): decision = decide(evidence, self._parts.confidence.limits)
        features = dict(zip(NAMES, seen, strict=True))
        near = self._parts.runbooks_near(vector, read)
        return Judged(read=read, evidence=evidence, decision=decision, features=features, runbooks=near)

    def words_of(self, text: str, audiences: frozenset[str] = PUBLIC) -> str:
        """A message in the words that it is looked up with: `read` of `judged`."""
        return self._read(clean(text), audiences)

    def look_up(self, text: str, audiences: frozenset[str]) -> list[Link]:
        """The articles that fit some words best, for somebody who wants to look for themselves."""
        near = [one for one in self.ranked(text, audiences) if one.kind == "article"]
        return [self._parts.link(one.slug, one.title) for one in near[:LISTED]]

    @staged("read")
    def _read(self, text: str, audiences: frozenset[str]) -> str:
        return self._parts.kb.read(text[:READ], audiences)[:READ]

    def _outage(self, vector: Vectors) -> outages.Outage | None:
        if not self._outages_too: return None
        with self._parts.database.reading() as session:
            return outages.matching(session, vector, self._parts.encoder.name)

    def _form(self, vector: Vectors) -> Form | None:
        if not len(self._parts.forms): return None
        likeness = self._parts.forms @ vector
        best = int(likeness.argmax())
        item = self._parts.desk.item(self._parts.form_slugs[best])
        if item is None or likeness[best] < FORM_AT: return None
        return Form(slug=item.slug, title=item.title, likeness=float(likeness[best]))

    def _straight(self, prediction: Prediction) -> Straight | None:
        """The rule for what may not wait; a mere question must be surely about it: "is a swollen battery bad?"."""
        broken = prediction.intent in (Intent.INCIDENT, Intent.REQUEST)
        asked = prediction.intent is Intent.QUESTION and prediction.category_p >= SURELY_ABOUT
        return self._parts.desk.straight(prediction.category) if broken or asked else None


def _ticket_number(text: str) -> str:
    match = TICKET_NUMBER.search(text)
    return match[0].upper() if match else ""
