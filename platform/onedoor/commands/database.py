"""`onedoor migrate` and `onedoor check`: the database is made by migrations, and equals what is declared."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import click
import psycopg
import sqlalchemy as sa
from alembic import command
from alembic.config import Config as AlembicConfig
from psycopg.errors import LockNotAvailable
from sqlalchemy.engine import make_url

from migrations.draft import statements_of
from onedoor import embedded
from onedoor.app import ROOMS, import_models
from onedoor.commands.catalogue import catalogue, compare
from onedoor.config import Config

TRIES = 30
PAUSE = 10.0


def migrations_folder() -> Path:
    """Where the migrations are, in a checkout as in an installed package."""
    return Path(str(resources.files("migrations")))


def dsn_of(url: str) -> str:
    """SQLAlchemy's address as libpq takes it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def upgrade(owner_url: str, target: str = "head", told: Callable[[str], None] | None = None) -> None:
    """Run the migrations as the owner, among people who work.

    A migration that does not get its lock in a few seconds lets the others pass and is tried again, for some
    minutes; each revision is whole, so it goes on where it stopped. `told` hears of each new try.
    """
    engine = sa.create_engine(owner_url)
    try:
        for attempt in range(1, TRIES + 1):
            try:
                return _upgrade_once(engine, target)
            except sa.exc.OperationalError as problem:
                if not isinstance(problem.orig, LockNotAvailable) or attempt == TRIES:
                    raise
                if told is not None:
                    told(f"A table is in use; trying again ({attempt} of {TRIES}).")
                time.sleep(min(attempt, PAUSE))
    finally:
        engine.dispose()


def _upgrade_once(engine: sa.Engine, target: str) -> None:
    with engine.connect() as connection:
        alembic = AlembicConfig()
        alembic.set_main_option("script_location", str(migrations_folder()))
        alembic.attributes["connection"] = connection
        command.upgrade(alembic, target)


def create_declared(owner_url: str) -> None:
    """Make the database straight from models and declarations, beside the migrations."""
    import_models()
    engine = sa.create_engine(owner_url)
    with engine.begin() as connection:
        # In what order modules declare their functions depends on who imported whom; a body may name a later one.
        connection.exec_driver_sql("SET LOCAL check_function_bodies = off")
        for statement in statements_of(["kernel", "tenants"]):
            connection.exec_driver_sql(statement)
        for room in ROOMS:
            for statement in statements_of([room]):
                connection.exec_driver_sql(statement)
    engine.dispose()


@click.command()
def migrate() -> None:
    """Bring the database to the newest form (as its owner)."""
    url = Config.from_environment().owner_database_url
    if url is None:
        raise click.ClickException("ONEDOOR_OWNER_DATABASE_URL is missing: migrations run as the owner")
    upgrade(url, told=click.echo)
    click.echo("The database is up to date.")


@click.command()
def check() -> None:
    """Compare a migrated database with one made from the models and declarations."""
    with tempfile.TemporaryDirectory(prefix="onedoor-check-") as folder:
        with embedded.start(Path(folder) / "data", durable=False) as servers:
            found = differences(servers)
    for line in found:
        click.echo(line)
    if found:
        click.echo(f"{len(found)} differences between migrations and models.", err=True)
        sys.exit(1)
    click.echo("Migrations, models, policies, grants and functions agree.")


def differences(servers: embedded.Servers) -> list[str]:
    """What the migrations and the declarations say differently, made side by side on these servers."""
    with psycopg.connect(servers.dsn("postgres", "postgres"), autocommit=True) as link:
        link.execute("CREATE DATABASE declared TEMPLATE template0 ENCODING 'UTF8'")
    with psycopg.connect(servers.dsn("postgres", "declared"), autocommit=True) as link:
        link.execute((migrations_folder() / "bootstrap_database.sql").read_bytes())
    declared = servers.url("onedoor_owner", "declared")
    create_declared(declared)
    upgrade(servers.owner_url)
    return compare(catalogue(servers.owner_url), catalogue(declared))
