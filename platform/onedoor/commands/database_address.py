"""Where a command finds the database: a data folder, an address, or the environment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from onedoor import embedded
from onedoor.embedded.postgres import DATABASE
from onedoor.embedded.server_state import ServerState


@contextmanager
def owner_address(data: Path | None, database: str | None) -> Iterator[str]:
    """The owner's address: of the servers on a data folder, running or woken for the while, or as given."""
    if data is not None and database is not None:
        raise click.UsageError("give --data or --database, not both")
    if data is None:
        url = database or os.environ.get("ONEDOOR_OWNER_DATABASE_URL")
        if not url:
            raise click.UsageError("name the database: --data, --database or ONEDOOR_OWNER_DATABASE_URL")
        yield url.replace("postgresql:", "postgresql+psycopg:", 1) if url.startswith("postgresql:") else url
        return
    folder = data / "servers" if (data / "servers" / "servers.json").exists() else data
    if not (folder / "servers.json").exists():
        raise click.UsageError(f"--data: there are no servers on {data}")
    running = _running(folder)
    if running is not None:
        yield running
        return
    try:
        with embedded.start(folder) as servers:
            yield servers.owner_url
    except embedded.EmbeddedError as error:
        raise click.ClickException(str(error)) from error


def _running(folder: Path) -> str | None:
    keep = ServerState.read(folder / "servers.json")
    login = "onedoor_owner"
    address = f"127.0.0.1:{keep.ports.get('postgres')}/{DATABASE}"
    url = f"postgresql+psycopg://{login}:{keep.passwords[login]}@{address}"
    engine = sa.create_engine(url, connect_args={"connect_timeout": 2})
    try:
        with engine.connect():
            return url
    except (OperationalError, ValueError):
        return None
    finally:
        engine.dispose()
