"""The one living message of a run, and what is said beside it. Pure."""

from collections.abc import Mapping, Sequence
from itertools import accumulate

from bot.question import UNSURE, AsideReply, Deed, Doing, Quote, Reply, StepAskReply, StepReply
from bot.slack import ids, quotes, texts
from bot.slack.blocks import Block, Message, actions, button, context, header, image, menu, pack, people_menu, section
from bot.slack.mrkdwn import cut, escape, first_line, from_markdown, moment
from kb.cookbook import GOAL, Done, End, Kind, Outcome
from kb.cookbook.inputs import MENTION
from kb.cookbook.language import MAX_LABEL

DONE_LINE = 100  # characters of a finished step in the trail; the whole text is on the ticket
MOST_DONE = 20  # finished steps that are shown; a message has 50 blocks
SAID = 300  # characters of what a step asks, where it is only named again
MOST_LISTED = 100  # entries of a menu
LIST_ROOM = 3_500  # characters of a menu's entries; all blocks of a message may have 13,200, most of it for the rest
_MARKS = {
    Outcome.DONE: texts.STEP_DONE, Outcome.FAILED: texts.STEP_FAILED, Outcome.SKIPPED: texts.STEP_SKIPPED,
    Outcome.LEFT: texts.STEP_LEFT_HERE,
}  # fmt: skip
_ENDS = {End.STOPPED: texts.STOPPED, End.ABANDONED: texts.ABANDONED}


def step(reply: StepReply, ticket: list[Block], link_base: str) -> Message:
    """What was done, what to do now, how much is left, and the ways on; `ticket` tells of the handoff at its end."""
    intro = [] if reply.trail else [section(_intro(reply))]
    done = _trail(reply.trail, link_base)
    now = _over(reply, ticket, link_base) if reply.end else _now(reply, link_base)
    return Message(text=reply.title, blocks=(header(reply.title), *intro, *done, *now))


def _intro(reply: StepReply) -> str:
    asks_goal = reply.step and reply.step.input and reply.step.input.name == GOAL
    return f"{texts.RECIPE_INTRO}\n{texts.RECIPE_GOAL}" if asks_goal else texts.RECIPE_INTRO


def _trail(trail: tuple[Done, ...], link_base: str) -> list[Block]:
    rows = [context(_done(number, done, link_base)) for number, done in enumerate(trail, 1)]
    earlier = len(rows) - MOST_DONE
    return [context(texts.STEPS_EARLIER.format(count=earlier)), *rows[earlier:]] if earlier > 0 else rows


def _done(number: int, done: Done, link_base: str) -> str:
    said = cut(from_markdown(first_line(done.said), link_base), DONE_LINE)
    return f"{_mark(done)} {number}. {said}{_answered(done)}"


def _mark(done: Done) -> str:
    otherwise = done.kind is Kind.ACTION and done.outcome is Outcome.DONE and done.answer != "done"
    return texts.STEP_OTHERWISE if otherwise else _MARKS[done.outcome]


def _answered(done: Done) -> str:
    if not done.answer: return ""
    if done.kind is Kind.ACTION: return f" → *{cut(escape(_deed_words(done)), DONE_LINE)}*"
    return f" → *{cut(answered(texts.STEP_ANSWERS.get(done.answer, done.answer), named=done.named), DONE_LINE)}*"


def _deed_words(done: Done) -> str:
    """How an action ended, for the person whom it was for."""
    if UNSURE in done.note: return texts.DEED_UNSURE
    words = texts.DEED_ANSWERS.get(done.answer, done.answer.replace("-", " "))
    return f"{words} ({done.note})" if done.answer == "refused" and done.note else words


def answered(text: str, *, named: bool) -> str:
    """What somebody answered, escaped; a colleague whom they named where one was asked for stays a mention."""
    return text if named and MENTION.fullmatch(text) else escape(text)


# -- now -----------------------------------------------------------------------------------------------------------


def _now(reply: StepReply, link_base: str) -> list[Block]:
    if reply.step is None: return []
    number = texts.STEP_NUMBER.format(number=len(reply.trail) + 1)
    rows = [section(f"*{number}.* {from_markdown(reply.say.strip(), link_base)}")]
    if reply.deed and reply.deed.tells and reply.deed.tells != reply.say:
        rows.append(context(texts.DEED_TELLS.format(tells=escape(reply.deed.tells))))
    if reply.picture and reply.step.picture: rows.append(image(reply.picture, reply.step.picture.alt))
    answers = _answers(reply)
    if answers: rows.append(actions(*answers, name=pack("answers", reply.run, reply.seen)))
    return [*rows, context(_hint(reply)), actions(*_ways_out(reply))]


def _answers(reply: StepReply) -> list[Block]:
    """The buttons that answer the step."""
    step, here = reply.step, pack(reply.run, reply.seen)
    if step is None: return []
    if step.kind is Kind.WAIT: return [button(texts.STEP_READY, ids.STEP_READY, here, "primary")]
    if step.kind is Kind.ACTION: return _permission(reply.deed, here)
    if step.input: return _inputs(reply)
    return [
        button(label, f"{ids.STEP_CHOICE}_{place}", pack(reply.run, reply.seen, place)) for place,
        label in enumerate(step.choices)
    ]


def _permission(deed: Deed | None, here: str) -> list[Block]:
    if deed is None or deed.doing is not Doing.ASKS_PERSON: return []
    return [button(texts.DO_IT, ids.STEP_DO, here, "primary"), button(texts.DO_NOT, ids.STEP_DO_NOT, here)]


def _inputs(reply: StepReply) -> list[Block]:
    wanted, here = reply.step.input if reply.step else None, pack(reply.run, reply.seen)
    if wanted is None: return []
    rows = []
    fit = _fitting(reply.options)
    if fit:
        listed = {pack(reply.run, reply.seen, text): text for text in fit}
        rows.append(menu(ids.STEP_LIST, texts.LIST_PICK, listed))
    if wanted.type == "person": rows.append(people_menu(ids.STEP_PERSON, texts.PERSON_PICK))
    if not reply.options or wanted.other or len(reply.options) > len(fit):
        rows.append(button(texts.TYPE_ANSWER, ids.STEP_INPUT, here, "" if rows else "primary"))
    if wanted.optional: rows.append(button(texts.SKIP, ids.STEP_SKIP, here))
    return rows


def _fitting(options: Sequence[str]) -> Sequence[str]:
    """The entries of a list that a message has room for; the others are typed."""
    sizes = accumulate(min(len(one), MAX_LABEL) for one in options[:MOST_LISTED])
    return options[: sum(size <= LIST_ROOM for size in sizes)]


def _hint(reply: StepReply) -> str:
    """What else there is to know now, and how much is left."""
    step = reply.step
    parts = [left for left in [_left(reply.left)] if left]
    if reply.waits_until: parts.append(texts.STEP_WAITS.format(moment=moment(reply.waits_until, reply.tz)))
    if reply.deed: parts.append(_deed(reply.deed))
    elif step and step.input: parts.append(texts.TYPE_HINT)
    else: parts.append(texts.WORDS_HINT)
    return " · ".join(parts)


def _left(left: int) -> str:
    return texts.STEP_LEFT.get(left, texts.STEP_LEFT_MORE.format(left=left - 1))


def _deed(deed: Deed) -> str:
    who = escape(deed.approver) or texts.DEED_MANAGER
    said = texts.DEED[deed.doing].format(approver=who)
    return f"{said} {texts.DEED_DRY}" if deed.dry else said


def _ways_out(reply: StepReply) -> list[Block]:
    here, step = pack(reply.run, reply.seen), reply.step
    rows = []
    if step and step.help: rows.append(button(texts.STEP_HELP, ids.STEP_HELP, here))
    if reply.can_go_back: rows.append(button(texts.BACK, ids.STEP_BACK, here))
    if len(reply.trail) > 1 and not _busy(reply.deed): rows.append(button(texts.START_OVER, ids.STEP_OVER, here))
    return [*rows, button(texts.PERSON_NOW, ids.STEP_STUCK, here)]


def _busy(deed: Deed | None) -> bool:
    """Whether the automation is at work: there is no way back from that."""
    return deed is not None and deed.doing is Doing.RUNNING


# -- the end -------------------------------------------------------------------------------------------------------


def _over(reply: StepReply, ticket: list[Block], link_base: str) -> list[Block]:
    match reply.end:
        case End.SOLVED: return _solved(reply)
        case End.ARTICLE: return _article_end(reply.article, reply.run, link_base)
        case End.HANDOFF: return ticket or [section(texts.TICKET_WHY["the recipe did not fix it"])]
        case _: return [section(_ENDS.get(reply.end or End.STOPPED, texts.STOPPED))]


def _solved(reply: StepReply) -> list[Block]:
    if reply.came_back: return [section(texts.CAME_BACK_NOTED)]
    return [section(f":tada: {texts.SOLVED}"), actions(button(texts.CAME_BACK, ids.RUN_CAME_BACK, str(reply.run)))]


def _article_end(quote: Quote | None, run: int, link_base: str) -> list[Block]:
    """The article that ends a recipe; it may have been retired meanwhile, or not be for this person."""
    person = actions(button(texts.PERSON_NOW, ids.RUN_PERSON, str(run)))
    if quote is None: return [section(texts.GONE), person]
    told = section(f"{texts.ENDED_ARTICLE} {quotes.title(quote)}")
    return [told, section(quotes.words_of(quote, link_base)), context(quotes.checked(quote)), person]


# -- beside it -----------------------------------------------------------------------------------------------------


def which(reply: StepAskReply, link_base: str) -> Message:
    """Which of a step's choices is meant?"""
    words = texts.STEP_WHICH if reply.options else texts.STEP_WHICH_NONE
    question = words.format(say=asked(reply.say, link_base))
    said = section(question)
    if reply.deed and not reply.options: said = section(_deed(reply.deed))
    rows = [_choice(reply, place, label) for place, label in reply.options]
    stuck = button(texts.PERSON_NOW, ids.STEP_STUCK, pack(reply.run, reply.seen))
    return Message(text=question, blocks=(said, actions(*rows, stuck)))


def _choice(reply: StepAskReply, place: int, label: str) -> Block:
    here = pack(reply.run, reply.seen)
    if reply.deed: return button(label, (ids.STEP_DO, ids.STEP_DO_NOT)[place], here)
    if reply.waits: return button(label, ids.STEP_READY, here)
    return button(label, f"{ids.STEP_CHOICE}_{place}", pack(reply.run, reply.seen, place))


def aside(reply: AsideReply, link_base: str) -> Message:
    """The answer to a side question, and where the recipe is."""
    if reply.told.strip(): rows = [section(from_markdown(reply.told, link_base))]
    elif reply.quote:
        intro = section(f"{texts.ANSWER_INTRO} {quotes.title(reply.quote)}")
        rows = [intro, section(quotes.words_of(reply.quote, link_base)), context(quotes.checked(reply.quote))]
    else: rows = [section(texts.ASIDE_NOTHING)]
    stuck = actions(button(texts.PERSON_NOW, ids.STEP_STUCK, pack(reply.run, reply.seen)))
    end = [context(texts.ASIDE_BACK.format(say=asked(reply.say, link_base))), stuck]
    return Message(text=str(rows[0]["text"]["text"]).strip() or texts.ANSWER_INTRO, blocks=(*rows, *end))


def taken(reply: Reply, link_base: str) -> str:
    """What is said where an answer to a recipe was written at the top of the messages."""
    handed = reply.handed if isinstance(reply, StepReply) else None
    if handed: return texts.TAKEN_TICKET.format(number=handed.ticket.number)
    if isinstance(reply, StepReply) and reply.end: return texts.TAKEN_OVER
    say = reply.say if isinstance(reply, StepReply | StepAskReply | AsideReply) else ""
    return texts.TAKEN_ABOVE.format(step=asked(say, link_base)) if say else texts.TAKEN_OVER


def news(reply: StepReply, what: str, seen: int, told: Mapping[str, str], link_base: str) -> str:
    """A short message that something happened to a run while nobody looked; empty if it is news no more.

    `seen` is the move at which it happened, `told` what an action is called, how it ended, and why.
    """
    deed = _ended_deed(told) if told else ""
    if what == "action_late": return texts.ACTION_LATE.format(done=deed)
    if reply.seen != seen: return deed
    if reply.end and what != "abandoned": return deed or texts.RUN_OVER
    return texts.RUN_NEWS[what].format(say=asked(reply.say, link_base), title=escape(reply.title), done=deed)


def _ended_deed(told: Mapping[str, str]) -> str:
    outcome = told["outcome"]
    words = texts.ACTION_NEWS.get(outcome, texts.ACTION_OTHER).format(
        deed=escape(told["deed"]), outcome=escape(outcome.replace("-", " "))
    )
    return f"{words} {texts.ACTION_WHY.format(why=escape(told['why']))}" if told["why"] else words


def asked(say: str, link_base: str) -> str:
    """What a step asks, in one line of mrkdwn; its links stay links."""
    question = say.strip().rsplit("\n\n", 1)[-1]
    return cut(from_markdown(" ".join(question.split()), link_base), SAID)
