"""Restoring: the tables are made by our migrations up to the archive's revision, filled in one transaction, then brought up to date."""

from __future__ import annotations

from pathlib import Path

import psycopg
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from psycopg import sql

from onedoor.commands.backup.archive import BackupError, Manifest, Reader, Table
from onedoor.commands.backup.snapshot import SEQUENCES, SETTINGS, in_order, tables_of
from onedoor.commands.database import dsn_of, migrations_folder, upgrade


def restore(owner_url: str, path: Path, keys: dict[str, str]) -> Manifest:
    """Load an archive into an empty database; returns its manifest. Raises BackupError, having changed nothing.

    `owner_url` is SQLAlchemy's, of a database in which only the bootstrap scripts ran.
    """
    archive = Reader(path)
    manifest = archive.manifest
    _known(manifest)
    _same_keys(manifest, keys)
    _empty(owner_url, manifest)
    archive.check()
    upgrade(owner_url, manifest.revision)
    with psycopg.connect(dsn_of(owner_url)) as link:
        _fill(link, archive)
    upgrade(owner_url)
    with psycopg.connect(dsn_of(owner_url), autocommit=True) as link:
        link.execute("ANALYZE")
    return manifest


def _known(manifest: Manifest) -> None:
    try:
        ScriptDirectory(str(migrations_folder())).get_revision(manifest.revision)
    except CommandError as error:
        raise BackupError(
            f"The backup is of OneDoor {manifest.product}, migration {manifest.revision}, which this OneDoor does not have:"
            " restore it with the version that made it, or a newer one (nothing but 0.1 reads what 0.1 made)."
        ) from error


def _same_keys(manifest: Manifest, keys: dict[str, str]) -> None:
    """Without the keys the personal data in it could never be read again: better said now than found later."""
    for name, mark in manifest.keys.items():
        if keys.get(name) != mark:
            what = "ONEDOOR_SECRET_KEY" if name == "secret" else f"key {name} of ONEDOOR_FIELD_KEYS"
            raise BackupError(f"The backup was made with another {what}: set the one it was made with.")


def _empty(owner_url: str, manifest: Manifest) -> None:
    """Nothing there, or what an interrupted restore of the same revision left: tables without a bureau."""
    with psycopg.connect(dsn_of(owner_url)) as link:
        there = tables_of(link)
        if not there:
            return
        found = link.execute("SELECT version_num FROM alembic_version").fetchone()
        link.execute("SET LOCAL ROLE onedoor_definer")
        bureau = "bureau" not in there or link.execute("SELECT 1 FROM bureau LIMIT 1").fetchone()
    if bureau or found is None or found[0] != manifest.revision:
        raise BackupError(
            "The database is not empty: restore into a new one in which only the bootstrap scripts ran."
        )


def _fill(link: psycopg.Connection, archive: Reader) -> None:
    """All rows in one transaction. The owner may not switch off foreign keys, so parents come first."""
    for setting in SETTINGS:
        link.execute(setting)
    tables = {table.name: table for table in archive.manifest.tables}
    here = tables_of(link)
    _same_shape(here, tables)
    names = in_order(link, list(tables))
    _triggers(link, names, "DISABLE")
    # Rows that migrations put in are in the archive too, as they stood there.
    link.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join([sql.Identifier(name) for name in names])))
    link.execute("SET LOCAL ROLE onedoor_definer")
    for name in names:
        _load(link, archive, tables[name])
    # Keys that wait for the end of a transaction are looked at now: a table that waits cannot be altered.
    link.execute("SET CONSTRAINTS ALL IMMEDIATE")
    link.execute("RESET ROLE")
    known = {name for name, _ in link.execute(SEQUENCES)}
    for name, last in archive.manifest.sequences.items():
        if last is not None and name in known:
            link.execute("SELECT setval(%s::regclass, %s)", (f'public."{name}"', last))
    _triggers(link, names, "ENABLE")


def _same_shape(here: dict[str, list[str]], tables: dict[str, Table]) -> None:
    if set(here) != set(tables) or any(set(here[name]) != set(tables[name].columns) for name in here):
        raise BackupError(
            "The backup's tables are not those its migration makes: it was made from an altered database,"
            " and nothing was loaded."
        )


def _load(link: psycopg.Connection, archive: Reader, table: Table) -> None:
    listed = sql.SQL(", ").join([sql.Identifier(column) for column in table.columns])
    query = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), listed)
    cursor = link.cursor()
    with cursor.copy(query) as copy:
        for piece in archive.pieces(table):
            copy.write(piece)
    if cursor.rowcount != table.rows:
        raise BackupError(
            f"Of {table.name} only {cursor.rowcount} of {table.rows} rows came in; nothing was loaded."
        )


def _triggers(link: psycopg.Connection, names: list[str], how: str) -> None:
    """Our own triggers watch what people do; what is put back was done already."""
    for name in names:
        link.execute(sql.SQL(f"ALTER TABLE {{}} {how} TRIGGER USER").format(sql.Identifier(name)))
