"""Up from the kept dump of the first release, with data in: nothing is lost, the tables are as declared, the pages answer."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask

from onedoor.app import create_app
from onedoor.commands.backup.snapshot import tables_of
from onedoor.commands.catalogue import catalogue, compare
from onedoor.commands.database import dsn_of, upgrade
from onedoor.kernel import chain, jobs
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.pinyin import pinyin_key
from tests.fixtures import city as cities
from tests.fixtures.clients import PageClient
from tests.fixtures.databases import Databases
from tests.migrations.first_release import REVISION, FirstRelease, restored

COMMISSION = made_up_credit_code(1, "35990100")


@pytest.fixture(scope="module")
def counted() -> dict[str, int]:
    """Rows by table as the first release left them; filled when it is upgraded."""
    return {}


@pytest.fixture(scope="module")
def first(databases: Databases, counted: dict[str, int]) -> Iterator[FirstRelease]:
    """The first release's database, upgraded."""
    with restored(databases) as found:
        assert _revision(found) == REVISION
        _with_an_arbitration_commission(found)
        counted.update(_counts(found))
        upgrade(found.config.owner_database_url or "")
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


def test_every_row_is_there(first: FirstRelease, counted: dict[str, int]) -> None:
    now = _counts(first)
    # What was drawn stands together since 0080.
    with psycopg.connect(_superuser(first)) as link:
        now["drawn_row"] = link.execute("SELECT sum(cardinality(codes)) FROM drawn_part").fetchone()[0]  # type: ignore[index]
    assert {name: now.get(name) for name in counted} == counted
    assert counted["visit"] > 0 and counted["receipt"] > 0


def test_what_had_no_name_of_its_kind_has_one_and_is_still_asked_for(first: FirstRelease) -> None:
    """0108: who is `other` by a prefix that has a name now; who keeps the others of justice keeps it, what asked for it does."""
    with psycopg.connect(_superuser(first)) as link:
        (kind, told) = link.execute(
            "SELECT e.kind, (SELECT c.after ->> 'kind' FROM entity_change c WHERE c.entity_id = e.id AND c.what = 'changed'"
            " AND c.after ? 'kind') FROM entity e WHERE e.code = %s",
            [COMMISSION],
        ).fetchone()  # type: ignore[misc]
        assert (kind, told) == ("35", "35")
        (keeps,) = link.execute("SELECT entity_kinds FROM bureau WHERE '31' = ANY (entity_kinds)").fetchone()  # type: ignore[misc]
        assert keeps == ["31", "32", "34", "33", "35", "39"]
        (kinds,) = link.execute("SELECT object_kinds FROM item WHERE 'other' = ANY (object_kinds)").fetchone()  # type: ignore[misc]
        assert {"35", "N1"} < set(kinds)
        asked = link.execute(
            "SELECT conditions -> 'kinds' FROM target_rule WHERE conditions ? 'kinds'"
        ).fetchall()
        assert [set(row[0]) >= {"other", "35"} for row in asked if "other" in row[0]] == [True]


def test_items_of_before_are_found_by_their_initials(first: FirstRelease) -> None:
    """0122: of every version there is."""
    with psycopg.connect(_superuser(first)) as link:
        there = link.execute("SELECT name, sort_key FROM item").fetchall()
    assert there and all(key == pinyin_key(name) for name, key in there)


def test_its_people_sign_in_and_its_pages_answer(first: FirstRelease, upgraded: Flask) -> None:
    client = cities.found(upgraded, first.city).client("scjg.planner")
    for path in (
        "/", "/jobs/", "/plans/", "/exports/", "/visits",
        f"/campaigns/{first.told['campaign_id']}", f"/draws/{first.told['draw_id']}",
        f"/draws/{first.told['draw_id']}/announcement", f"/draws/{first.told['draw_id']}/announcement.docx",
    ):  # fmt: skip
        answer = client.get(path, follow_redirects=True)
        assert answer.status_code == 200, path
    shown = client.get(f"/draws/{first.told['draw_id']}").get_data(as_text=True)
    assert "抽〔2026〕1号" in shown


def test_what_was_written_before_there_were_chains_is_sealed(first: FirstRelease, upgraded: Flask) -> None:
    with upgraded.app_context():
        while chain.seal():
            pass
    with psycopg.connect(_superuser(first)) as link:
        assert link.execute("SELECT count(*) FROM audit_entry WHERE sequence IS NULL").fetchone() == (0,)


def _with_an_arbitration_commission(first: FirstRelease) -> None:
    """One is in the register, as the first release had it; an item and a rule of selection are about others."""
    with psycopg.connect(_superuser(first)) as link:
        link.execute(
            "INSERT INTO entity SELECT r.* FROM entity e, LATERAL jsonb_populate_record("
            "e, jsonb_build_object('id', gen_random_uuid(), 'code', %s::text, 'kind', 'other')) r WHERE e.code = (SELECT min(code) FROM entity)",
            [COMMISSION],
        )
        one = "WHERE id = (SELECT id FROM {} LIMIT 1)"
        link.execute(f"UPDATE item SET object_kinds = ARRAY['91', 'other'] {one.format('item')}".encode())
        kinds = """conditions || '{"kinds": ["other"]}'"""
        link.execute(f"UPDATE target_rule SET conditions = {kinds} {one.format('target_rule')}".encode())


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
