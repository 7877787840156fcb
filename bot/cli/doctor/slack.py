"""What Slack is asked, with what the desk file and the database say of it."""

from collections.abc import Iterator

from sqlalchemy import or_, select

from bot.check import Check
from bot.cli.doctor import database
from bot.cli.doctor.content import desk_of
from bot.slack import doctor
from core import migrate
from core.errors import FirstlineError
from core.people import PersonRow
from core.settings import Settings
from handoff.desk import Desk


def look(settings: Settings) -> Iterator[Check]:
    """Every check of Slack."""
    desk, _ = desk_of(settings)
    client = doctor.client_for(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    signing = (settings.slack_client_id, settings.slack_client_secret.get_secret_value())
    yield from doctor.look(client, doctor.Wanted(
        mode=settings.slack_mode, public_url=settings.public_url,
        app_token=settings.slack_app_token.get_secret_value() if settings.slack_mode == "socket" else "",
        config_token=settings.slack_config_token.get_secret_value(),
        channels=tuple(_channels(desk)) if desk else (), staff=tuple(one.email for one in desk.staff) if desk else (),
        signing=signing if all(signing) else None, known=_somebody(settings.database_url),
    ))  # fmt: skip


def _channels(desk: Desk) -> list[str]:
    named = [*desk.watched_channels, *(queue.channel for queue in desk.queues), desk.editors_channel]
    return [name for name in named if name]


def _somebody(url: str) -> str:
    """Whom the database knows from Slack, as a proof of which workspace it was used with; empty if nobody."""
    file = database.sqlite_file(url)
    if file and not file.exists(): return ""
    slack_id = or_(PersonRow.id.startswith("U"), PersonRow.id.startswith("W"))
    try:
        with database.opened(url) as found:
            if migrate.pending(found): return ""
            with found.reading() as session:
                return session.scalar(select(PersonRow.id).where(slack_id).order_by(PersonRow.seen_at.desc())) or ""
    except FirstlineError:
        return ""
