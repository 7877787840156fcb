"""`firstline bench --edits`: from the save of an article to the answer with it, in processes of their own."""

from pathlib import Path

from tests.commandline import runner
from tests.functional.office import Prepared
from tests.postgres import PostgresServer


def test_every_process_answers_with_every_edit(prepared: Prepared, tmp_path: Path) -> None:
    """Two processes answer meanwhile; one text is embedded for each edit, and that is the new one."""
    prepared.copy(tmp_path)
    (found,) = runner(tmp_path)("bench", "--edits", "--quick", "--processes", "2", "--json").json
    assert (found["database"], found["processes"], found["edits"], found["embedded"]) == ("SQLite", 2, 4, 4)
    assert found["passages"] >= 500
    assert 0 < found["p50_s"] <= found["p99_s"] <= found["max_s"]
    assert found["per_second"] > 0


def test_on_postgresql(prepared: Prepared, tmp_path: Path, postgres: PostgresServer) -> None:
    """In a database that is empty; one that has articles is refused, and stays as it is."""
    prepared.copy(tmp_path)
    name, run = postgres.create(), runner(tmp_path)
    wanted = ("bench", "--edits", "--quick", "--database", postgres.url(name))
    told = run(*wanted)
    assert (told.code, "on PostgreSQL, one process" in told.out) == (0, True)
    assert "4 texts for 4 edits" in told.out
    again = run(*wanted)
    assert (again.code, again.out) == (2, "")
    assert "holds articles already" in again.err
    postgres.drop(name)
