"""Up from the kept dump of the first release, with data in: nothing is lost, the tables are as declared, the pages answer."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask

from onedoor.app import create_app
from onedoor.commands.backup.snapshot import tables_of
from onedoor.commands.catalogue import catalogue, compare
from onedoor.commands.database import FormerRelease, dsn_of, refuse_former_release, upgrade
from onedoor.config import Config
from onedoor.kernel import audit_chain, jobs
from tests.fixtures import city as cities
from tests.fixtures.clients import PageClient
from tests.fixtures.databases import Databases
from tests.fixtures.deployment import settings
from tests.migrations.first_release import FirstRelease, restored, revision


@pytest.fixture(scope="module")
def counted() -> dict[str, dict[str, int]]:
    """Rows by table before and after the upgrade; filled when it is made, before anybody signs in."""
    return {}


@pytest.fixture(scope="module")
def first(databases: Databases, counted: dict[str, dict[str, int]]) -> Iterator[FirstRelease]:
    """The first release's database, upgraded."""
    with restored(databases) as found:
        assert _revision(found) == revision()
        counted["before"] = _counts(found)
        upgrade(found.config.owner_database_url or "")
        counted["after"] = _counts(found)
        yield found


@pytest.fixture(scope="module")
def upgraded(first: FirstRelease) -> Iterator[Flask]:
    """The application of today on it."""
    app = create_app(first.config)
    app.test_client_class = PageClient
    jobs.Bell.ring = None
    yield app
    with app.app_context():
        for engine in app.extensions["sqlalchemy"].engines.values():
            engine.dispose()


def test_the_tables_are_those_of_a_new_database(first: FirstRelease, databases: Databases) -> None:
    """Also when a file of the first release was changed after it: the dump has what that release really made."""
    new = catalogue(databases.url("OWNER", "onedoor_template"))
    assert compare(catalogue(first.config.owner_database_url or ""), new) == []


def test_every_row_is_there(first: FirstRelease, counted: dict[str, dict[str, int]]) -> None:
    before = counted["before"]
    assert {name: counted["after"].get(name) for name in before} == before
    assert before["visit"] > 0 and before["receipt"] > 0


def test_what_was_checked_then_is_random_and_of_its_draw(first: FirstRelease) -> None:
    """R-V9: each visit a draw made has the kind and source it always had, in the cap ledger and in the ledger F11 too."""
    with psycopg.connect(_superuser(first)) as link:
        kinds = link.execute("SELECT DISTINCT kind, source FROM visit WHERE draw_id IS NOT NULL").fetchall()
        assert kinds == [("random", "draw")]
        of_caps = link.execute(
            "SELECT DISTINCT e.kind FROM cap_entry e JOIN visit v ON v.id = e.visit_id WHERE v.draw_id IS NOT NULL"
        ).fetchall()
        assert of_caps == [("random",)]


def test_its_people_sign_in_and_its_pages_answer(first: FirstRelease, upgraded: Flask) -> None:
    client = cities.found(upgraded, first.city).client("scjg.planner")
    for path in (
        "/", "/jobs/", "/plans/", "/exports/", "/visits",
        f"/campaigns/{first.main_job['campaign_id']}", f"/draws/{first.main_job['draw_id']}",
        f"/draws/{first.main_job['draw_id']}/announcement", f"/draws/{first.main_job['draw_id']}/announcement.docx",
    ):  # fmt: skip
        answer = client.get(path, follow_redirects=True)
        assert answer.status_code == 200, path
    with psycopg.connect(_superuser(first)) as link:
        (number,) = link.execute(
            "SELECT number FROM draw WHERE id = %s", [first.main_job["draw_id"]]
        ).fetchone()  # type: ignore[misc]
    shown = client.get(f"/draws/{first.main_job['draw_id']}").get_data(as_text=True)
    assert number and number in shown


def test_what_was_written_before_there_were_chains_is_sealed(first: FirstRelease, upgraded: Flask) -> None:
    with upgraded.app_context():
        while audit_chain.seal():
            pass
    with psycopg.connect(_superuser(first)) as link:
        assert link.execute("SELECT count(*) FROM audit_entry WHERE sequence IS NULL").fetchone() == (0,)


def _superuser(first: FirstRelease) -> str:
    owner = dsn_of(first.config.owner_database_url or "")
    return dsn_of(Databases.from_environment().url("SUPERUSER", owner.rsplit("/", 1)[1]))


def _revision(first: FirstRelease) -> str:
    with psycopg.connect(_superuser(first)) as link:
        found = link.execute("SELECT version_num FROM alembic_version").fetchone()
    return found[0] if found else ""


def _counts(first: FirstRelease) -> dict[str, int]:
    with psycopg.connect(_superuser(first)) as link:
        names = list(tables_of(link))
        return {name: link.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # type: ignore[index, arg-type]


@pytest.fixture
def of_0_1(databases: Databases) -> Iterator[Config]:
    """A database with the one thing of release 0.1 that is looked at: its revision."""
    name = f"z_{secrets.token_hex(6)}"
    databases.create(name)
    with psycopg.connect(dsn_of(databases.url("OWNER", name))) as link:
        link.execute("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
        link.execute("GRANT SELECT ON alembic_version TO onedoor_dispatch")
        link.execute("INSERT INTO alembic_version VALUES ('0127_history_in_one_pass')")
    yield settings(databases, name, testing=True)
    databases.drop(name)


@pytest.mark.parametrize("command", ["migrate", "serve", "worker", "beat"])
def test_a_database_of_0_1_is_refused_in_a_sentence(of_0_1: Config, command: str) -> None:
    """By `migrate`, and by what would serve it: nothing is made, and it is said what to do."""
    result = subprocess.run(
        [sys.executable, "-m", "onedoor", command],
        capture_output=True, text=True, check=False, timeout=120, env={**os.environ, **of_0_1.to_environment()},
    )  # fmt: skip
    assert result.returncode == 1 and len(result.stderr.splitlines()) == 1, result.stderr
    assert "OneDoor 0.1 (migration 0127_history_in_one_pass)" in result.stderr
    assert "name an empty database, run `onedoor migrate`" in result.stderr
    with psycopg.connect(dsn_of(of_0_1.owner_database_url or "")) as link:
        assert link.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (1,)


def test_the_oldest_of_0_1_is_refused_too(of_0_1: Config) -> None:
    """It let nobody read its revision."""
    with psycopg.connect(dsn_of(of_0_1.owner_database_url or "")) as link:
        link.execute("REVOKE SELECT ON alembic_version FROM onedoor_dispatch")
        link.execute("UPDATE alembic_version SET version_num = '0012_supervision'")
    for url in (of_0_1.database_url, of_0_1.owner_database_url or ""):
        with pytest.raises(FormerRelease, match="empty database"):
            refuse_former_release(url)


def test_a_database_without_tables_or_of_a_later_release_is_not_refused(
    of_0_1: Config, databases: Databases
) -> None:
    refuse_former_release(databases.url("APP", "postgres"))
    with psycopg.connect(dsn_of(of_0_1.owner_database_url or "")) as link:
        link.execute("UPDATE alembic_version SET version_num = '0301_later'")
    refuse_former_release(of_0_1.database_url)
