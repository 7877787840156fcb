"""A gap with its questions, word for word. Pure."""

from bot.gaps.views import GapQuestion, GapView
from bot.slack import ids
from bot.slack import texts as shared
from bot.slack.blocks import Block, actions, button, context, header, pack, plain, section
from bot.slack.desk.queue_view import Links
from bot.slack.editors import texts
from bot.slack.mrkdwn import clip, cut, escape, moment, quoted

MOST = 40  # questions; each takes two blocks of the 100
QUESTION = 2_000  # characters


def view(seen: GapView, links: Links) -> Block:
    """The modal of a gap; `links` gives the address of a message."""
    gap, here, version = seen.gap, str(seen.gap.id), pack(seen.gap.id, seen.gap.version)
    told = texts.GAP_ABOUT.format(cost=cost(gap.count, gap.people, gap.minutes))
    mine = [] if gap.assignee else [button(texts.GAP_MINE, f"{ids.EDITOR_GAP}_mine", version)]
    row = actions(
        button(texts.GAP_BEGIN, f"{ids.EDITOR_GAP}_begin", here, "primary"), *mine,
        button(texts.GAP_SNOOZE, f"{ids.EDITOR_GAP}_snooze", version),
    )
    rows = [block for one in seen.questions[:MOST] for block in _question(one, links)]
    left = seen.more + max(0, len(seen.questions) - MOST)
    more = [context(texts.HOME_MORE.format(count=left))] if left else []
    return _modal([header(clip(gap.title, 150) or texts.HOME_GAPS), section(told), row, *rows, *more])


def cost(count: int, people: int, minutes: int) -> str:
    """What questions cost, in words."""
    questions = texts.GAP_QUESTIONS.get(count) or texts.GAP_QUESTIONS_MORE.format(count=count)
    persons = texts.GAP_PEOPLE.get(people) or texts.GAP_PEOPLE_MORE.format(count=people)
    lost = texts.GAP_MINUTES.format(minutes=minutes) if minutes > 1 else ""
    return texts.GAP_COST.format(questions=questions, people=persons) + lost


def over(words: str) -> Block:
    """What was done with it."""
    return _modal([section(words)])


def _modal(blocks: list[Block]) -> Block:
    return {"type": "modal", "title": plain(texts.GAP_TITLE, 24), "close": plain(shared.CLOSE, 24), "blocks": blocks}


def _question(one: GapQuestion, links: Links) -> list[Block]:
    why = texts.GAP_WHY.get(one.why, texts.GAP_WHY_STAFF)
    link = links(one.channel, one.thread_ts) if one.channel else ""
    thread = texts.GAP_THREAD.format(link=link) if link else ""
    about = texts.GAP_QUESTION.format(person=one.person, at=moment(one.at, "UTC"), why=why, minutes=one.minutes)
    return [section(quoted(cut(escape(one.text), QUESTION))), context(f"{about}{thread}")]
