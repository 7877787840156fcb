"""What `firstline doctor` says of a real PostgreSQL, and that looking makes nothing."""

from sqlalchemy import text

from bot.cli.doctor import database as doctor
from core.settings import Settings, load_settings


def said(settings: Settings) -> dict[str, tuple[str, str]]:
    """State and words by what was looked at."""
    return {check.what: (check.state, f"{check.says} {check.mend}") for check in doctor.look(settings)}


def settings_for(url: str) -> Settings:
    """Settings with their vectors in the database."""
    return load_settings(database_url=url).model_copy(update={"vectors": "pgvector"})


def test_postgres(postgres_database):
    """Its clock is compared with ours, and the extension is told as long as it is not there."""
    settings = settings_for(postgres_database.engine.url.render_as_string(hide_password=False))
    before = said(settings)
    assert before["clock"] == ("ok", "goes with the database's. ")
    assert before["pgvector"][0] == "missing"
    assert "CREATE EXTENSION vector" in before["pgvector"][1]
    assert before["search"][0] == "skipped"
    with postgres_database.transaction() as session: session.execute(text("CREATE EXTENSION vector"))
    assert said(settings)["pgvector"] == ("ok", "is there. ")


def test_a_database_without_tables(postgres):
    """It is told with the command that makes them, and still has none afterwards."""
    name = postgres.create()
    for _ in range(2):
        state, words = said(settings_for(postgres.url(name)))["database"]
        assert state == "missing"
        assert "has no tables yet; run `firstline db upgrade`" in words
    postgres.drop(name)


def test_a_file_that_is_not_there(tmp_path):
    """A SQLite file is not made by looking for it."""
    state, words = said(load_settings(database_url=f"sqlite:///{tmp_path}/folder/f.db"))["database"]
    assert (state, "is not there yet" in words) == ("missing", True)
    assert list(tmp_path.iterdir()) == []
