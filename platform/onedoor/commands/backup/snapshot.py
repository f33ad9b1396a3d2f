"""Making a backup: one REPEATABLE READ transaction sees all tables at one moment, while everybody goes on working."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from datetime import UTC, datetime
from graphlib import TopologicalSorter
from importlib import metadata
from pathlib import Path

import psycopg
from psycopg import sql

from onedoor.commands.backup.archive import BackupError, Manifest, writing

TABLES = """
    SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'alembic_version'
       AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
     GROUP BY c.relname ORDER BY c.relname"""
POINTS_TO = """
    SELECT DISTINCT t.relname, r.relname FROM pg_constraint k
      JOIN pg_class t ON t.oid = k.conrelid JOIN pg_class r ON r.oid = k.confrelid
     WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace AND k.conrelid <> k.confrelid"""
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
SETTINGS = (
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
    "SET LOCAL lock_timeout = '60s'",
    "SET LOCAL client_encoding = 'UTF8'",
    "SET LOCAL datestyle = 'ISO, YMD'",
    "SET LOCAL timezone = 'UTC'",
)


def back_up(owner_dsn: str, path: Path, keys: dict[str, str]) -> Manifest:
    """Write an archive of the database at `path`; returns its manifest. Raises BackupError."""
    with psycopg.connect(owner_dsn, autocommit=True) as link:
        link.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for setting in SETTINGS:
            link.execute(setting)
        tables = _held_still(owner_dsn, link)
        manifest = Manifest(
            product=metadata.version("onedoor"),
            revision=_revision(link),
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            keys=keys,
            sequences=dict(link.execute(SEQUENCES).fetchall()),
        )
        order = in_order(link, list(tables))
        # Forced row security binds the owner too; this role it does not.
        link.execute("SET LOCAL ROLE onedoor_definer")
        with writing(path) as archive:
            for name in order:
                # Closed at once on an error: a copy left open would hold the connection for ever.
                with closing(_rows(link, name, tables[name])) as rows:
                    manifest.tables.append(archive.table(name, tables[name], rows))
            archive.finish(manifest)
        link.execute("COMMIT")
    return manifest


def note_backup(owner_dsn: str, name: str, rows: int) -> None:
    """Note for the operator's page that a backup was made; it is not in itself."""
    with psycopg.connect(owner_dsn) as link:
        link.execute("SET LOCAL ROLE onedoor_definer")
        link.execute(
            "INSERT INTO backup_entry (kind, at, name, rows, entered_by) VALUES ('backup', now(), %s, %s, 'onedoor backup')",
            (name, rows),
        )


def tables_of(link: psycopg.Connection) -> dict[str, list[str]]:
    """Our tables and their columns."""
    return {str(name): list(columns) for name, columns in link.execute(TABLES)}


def in_order(link: psycopg.Connection, names: list[str]) -> list[str]:
    """Tables, those that others point to first."""
    graph: dict[str, set[str]] = {name: set() for name in names}
    for name, pointed in link.execute(POINTS_TO):
        graph[name].add(pointed)
    return list(TopologicalSorter(graph).static_order())


def _held_still(owner_dsn: str, link: psycopg.Connection) -> dict[str, list[str]]:
    """The tables and their columns, locked against migrations (and nothing else) before the snapshot is taken."""
    with psycopg.connect(owner_dsn, autocommit=True) as beside:
        before = tables_of(beside)
    if not before:
        raise BackupError("The database has no tables of OneDoor: there is nothing to back up.")
    names = sql.SQL(", ").join([sql.Identifier(name) for name in before])
    link.execute(sql.SQL("LOCK TABLE {}, alembic_version IN ACCESS SHARE MODE").format(names))
    tables = tables_of(link)
    if tables != before:
        raise BackupError("A migration changed the tables just now: make the backup again once it is done.")
    return tables


def _revision(link: psycopg.Connection) -> str:
    found = link.execute("SELECT version_num FROM alembic_version").fetchone()
    if found is None:
        raise BackupError("The database was never migrated: there is nothing to back up.")
    return str(found[0])


def _rows(link: psycopg.Connection, name: str, columns: list[str]) -> Generator[bytes]:
    listed = sql.SQL(", ").join([sql.Identifier(column) for column in columns])
    query = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(name), listed)
    with link.cursor().copy(query) as copy:
        for piece in copy:
            yield bytes(piece)
