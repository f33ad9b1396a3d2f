"""Alembic's environment: the owner's connection is handed in by `onedoor.commands.database`."""

from __future__ import annotations

from alembic import context

from migrations.online import set_timeouts

connection = context.config.attributes["connection"]
set_timeouts(connection)
# The settings are the session's; each migration begins and ends a transaction of its own.
connection.commit()
context.configure(connection=connection, transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
