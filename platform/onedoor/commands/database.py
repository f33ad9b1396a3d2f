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
from alembic.script import ScriptDirectory
from psycopg.errors import LockNotAvailable
from sqlalchemy.engine import make_url

from migrations.draft import HOUSE, statements_of
from onedoor import embedded
from onedoor.app import ROOMS, import_models
from onedoor.commands.catalogue import catalogue, compare
from onedoor.config import Config
from onedoor.kernel import story_clock
from onedoor.kernel.deployment_figures import of_release_0_1

TRIES = 30
PAUSE = 10.0


class FormerRelease(click.ClickException):
    """The database is one of release 0.1, which 0.2 began anew after (docs/adr/0015)."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"The database was made by OneDoor 0.1 (migration {revision}), which 0.2 and later do not bring up to date."
            " Go on with 0.1 for it; for this release name an empty database, run `onedoor migrate`, and load the registers anew."
        )


def migrations_folder() -> Path:
    """Where the migrations are, in a checkout as in an installed package."""
    return Path(str(resources.files("migrations")))


def dsn_of(url: str) -> str:
    """SQLAlchemy's address as libpq takes it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def upgrade(owner_url: str, target: str = "head", report: Callable[[str], None] | None = None) -> None:
    """Run the migrations as the owner, among people who work.

    A migration that does not get its lock in a few seconds lets the others pass and is tried again, for some
    minutes; each revision is whole, so it goes on where it stopped. `told` hears of each new try.
    """
    refuse_former_release(owner_url)
    engine = sa.create_engine(owner_url)
    try:
        for attempt in range(1, TRIES + 1):
            try:
                return _upgrade_once(engine, target)
            except sa.exc.OperationalError as problem:
                if not isinstance(problem.orig, LockNotAvailable) or attempt == TRIES:
                    raise
                if report is not None:
                    report(f"A table is in use; trying again ({attempt} of {TRIES}).")
                time.sleep(min(attempt, PAUSE))
    finally:
        engine.dispose()


def refuse_former_release(url: str) -> None:
    """Raise FormerRelease for a database of 0.1, before anything is done with it; one that does not answer yet passes.

    `url` is that of the owner or of the application.
    """
    try:
        with psycopg.connect(dsn_of(url), connect_timeout=5) as link:
            row = link.execute("SELECT to_regclass('public.alembic_version') IS NOT NULL").fetchone()
            if row is None or not row[0]:
                return
            if link.info.user != "onedoor_owner":
                link.execute("SET LOCAL ROLE onedoor_dispatch")
            found = link.execute("SELECT version_num FROM alembic_version").fetchone()
    except psycopg.errors.InsufficientPrivilege:
        # The oldest let nobody read their revision but the owner.
        raise FormerRelease("before 0021") from None
    except psycopg.OperationalError:
        return
    known = [each.revision for each in ScriptDirectory(str(migrations_folder())).walk_revisions()]
    if found is not None and of_release_0_1(found[0], known):
        raise FormerRelease(found[0])


def refuse_story_clock(url: str) -> None:
    """Raise for a demo's database, whose clock may be behind; `url` is the application's. One that does not answer yet passes."""
    try:
        with psycopg.connect(dsn_of(url), connect_timeout=5) as link:
            link.execute("SET LOCAL ROLE onedoor_dispatch")
            if not story_clock.is_kept_by(link):
                return
    except psycopg.OperationalError:
        return
    raise click.ClickException(
        "This is a demo's database: it has a clock of its own and a made-up city in it."
        " Serve it with `onedoor demo --data FOLDER`, or name another database and run `onedoor migrate`."
    )


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
        # A body may name what a later room makes.
        connection.exec_driver_sql("SET LOCAL check_function_bodies = off")
        for rooms in (HOUSE, *((room,) for room in ROOMS)):
            for statement in statements_of(rooms):
                connection.exec_driver_sql(statement)
    engine.dispose()


@click.command()
def migrate() -> None:
    """Bring the database to the newest form (as its owner)."""
    url = Config.from_environment().owner_database_url
    if url is None:
        raise click.ClickException("ONEDOOR_OWNER_DATABASE_URL is missing: migrations run as the owner")
    upgrade(url, report=click.echo)
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
