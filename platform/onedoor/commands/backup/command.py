"""`onedoor backup FILE` and `onedoor restore FILE`."""

from __future__ import annotations

from pathlib import Path

import click
import psycopg

from onedoor.commands.backup.archive import BackupError, fingerprints
from onedoor.commands.backup.restoration import restore as restore_from
from onedoor.commands.backup.snapshot import back_up, note_backup
from onedoor.commands.database import dsn_of
from onedoor.config import Config


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Write over FILE if it is there.")
def backup(file: Path, replace: bool) -> None:
    """Write everything the database holds to FILE, at one moment, while people work."""
    owner, keys = _settings("backups")
    if file.exists() and not replace:
        raise click.ClickException(f"{file} is there already: choose another name, or give --replace.")
    try:
        made = back_up(dsn_of(owner), file, keys)
        note_backup(dsn_of(owner), file.name, made.rows)
    except BackupError as problem:
        raise click.ClickException(str(problem)) from problem
    except psycopg.Error as problem:
        raise click.ClickException(f"The database refused the backup: {_first_line(problem)}") from problem
    click.echo(f"{file}: {made.rows} rows of {len(made.tables)} tables, migration {made.revision}.")
    click.echo(
        "Keep ONEDOOR_FIELD_KEYS and ONEDOOR_SECRET_KEY elsewhere: without them it cannot be restored."
    )


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Load a backup into an empty database (only the bootstrap scripts ran), and bring it up to date."""
    owner, keys = _settings("restoring")
    try:
        made = restore_from(owner, file, keys)
    except BackupError as problem:
        raise click.ClickException(str(problem)) from problem
    except psycopg.Error as problem:
        raise click.ClickException(f"The database refused the backup: {_first_line(problem)}") from problem
    click.echo(f"{made.rows} rows of {len(made.tables)} tables are back, as they were at {made.made_at}.")


def _settings(what: str) -> tuple[str, dict[str, str]]:
    config = Config.from_environment()
    if config.owner_database_url is None:
        raise click.ClickException(f"ONEDOOR_OWNER_DATABASE_URL is missing: {what} run as the owner.")
    return config.owner_database_url, fingerprints(config.field_keys, config.secret_key)


def _first_line(problem: psycopg.Error) -> str:
    return (str(problem).strip().splitlines() or [type(problem).__name__])[0]
