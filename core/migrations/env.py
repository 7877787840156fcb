"""Where Alembic meets Firstline: every tables module, and a connection that the caller holds or the settings name."""

from importlib import import_module

from alembic import context
from sqlalchemy import Connection

from core.db import Base, Database
from core.migrate import TABLES
from core.settings import load_settings


def run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


for module in TABLES:
    import_module(module)  # which adds its tables to Base
given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:  # the alembic command, as CONTRIBUTING.md shows it
    with Database(load_settings().database_url).transaction() as session:
        run(session.connection())
