"""access.md, the supervisor's column: table by table, city over county, and nobody else (R-T3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask

from onedoor.kernel.db import db
from onedoor.supervision.queries.kinds import KINDS
from tests.supervision.scene import Scene

# Every table that the oversight pages read and that holds rows of the city's bureaus in the scene.
TABLES = (
    "campaign", "participation", "campaign_answer", "party_item", "party_list", "party_inspector",
    "draw", "draw_party", "draw_committer", "draw_commitment", "draw_reveal", "draw_deposit", "draw_document",
    "visit", "visit_party", "visit_matter", "visit_member", "visit_part", "record", "record_item", "followup",
)  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_the_city_sees_all_and_the_county_nothing(
    scene: Scene, owner: psycopg.Connection, table: str
) -> None:
    # A roster says who is recused from whom: that is the lead's alone (access.md, "inspectors: … recusals").
    shown = "kind <> 'roster'" if table == "draw_document" else "true"
    (there,) = owner.execute(f"SELECT count(*) FROM {table} WHERE {shown}").fetchone() or (0,)  # type: ignore[call-overload]
    assert there > 0
    seen = {}
    for who in ("sfj.supervisor", "xsfj.supervisor"):
        with scene.city.acting(who, supervisor=True):
            seen[who] = db.session.scalar(sa.text(f"SELECT count(*) FROM {table}"))
    assert seen == {"sfj.supervisor": there, "xsfj.supervisor": 0}


@pytest.mark.parametrize("kind", KINDS)
def test_the_lists_of_the_county_hold_nothing_of_the_city(scene: Scene, kind: str) -> None:
    with scene.city.acting("xsfj.supervisor", supervisor=True):
        rows = db.session.execute(KINDS[kind]().select()).all()
    assert {row.bureau for row in rows} <= {"990121-SCJG", "990121-SFJ"}
    if kind in ("owed_plans", "owed_returns"):
        assert rows, "what the county's own bureaus owe is there though nothing was sent"
    else:
        assert len(rows) == (1 if kind == "filings" else 0)


@pytest.mark.parametrize(
    "table", ["entity_contact", "inspector_private", "recusal", "user_account", "draw_nonce"]
)
def test_private_tables_are_closed_to_supervisors(scene: Scene, table: str) -> None:
    """Contacts, identity numbers, recusals, accounts, sealed nonces: no cell in the supervisor's column."""
    with (
        scene.city.acting("sfj.supervisor", supervisor=True),
        pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
    ):
        db.session.execute(sa.text(f"SELECT 1 FROM {table}"))


def test_the_oversight_pages_are_the_supervisors_alone(scene: Scene, app: Flask) -> None:
    """Every one of them, whoever else asks."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/oversight")]
    assert len(rules) > 12
    for who in ("scjg.planner", "scjg.head", "sfj.planner", "sjj.ops"):
        client = scene.city.client(who)
        for rule in rules:
            ids: dict[str, Any] = dict.fromkeys(rule.arguments, scene.drawn.draw_id)
            with app.test_request_context():
                address = app.url_for(rule.endpoint, **ids)
            assert client.get(address).status_code == 403, (who, rule.rule)
    assert app.test_client().get("/oversight").status_code == 302


def test_things_of_the_city_are_not_there_for_the_county(scene: Scene) -> None:
    client = scene.city.client("xsfj.supervisor")
    for path in (
        f"campaigns/{scene.drawn.campaign_id}",
        f"campaigns/{scene.drawn.campaign_id}/objects",
        f"draws/{scene.drawn.draw_id}",
        f"visits/{scene.whole}",
        f"results/{scene.found_problem}",
        f"filings/{scene.filings['SCJG']}",
    ):
        assert client.get(f"/oversight/{path}").status_code == 404, path


@pytest.fixture
def with_the_county(scene: Scene, owner: psycopg.Connection) -> Iterator[UUID]:
    """A joint visit that the city leads, while the county's market bureau takes part in it with a matter and an officer."""
    county, visit = scene.city.bureaus["XSCJG"], scene.whole
    party = (
        "INSERT INTO visit_party (id, tenant_id, visit_id, bureau_id, bureau_name, list_name, position)"
        " SELECT gen_random_uuid(), tenant_id, visit_id, %s, '县市场监管局', 'county', 9 FROM visit_party WHERE visit_id = %s LIMIT 1"
    )
    matter = (
        "INSERT INTO visit_matter (id, tenant_id, visit_id, bureau_id, item_id, number, name, basis, checklist, method, position)"
        " SELECT gen_random_uuid(), tenant_id, visit_id, %s, gen_random_uuid(), number, '县里的事项', basis, checklist, method, 99"
        " FROM visit_matter WHERE visit_id = %s LIMIT 1"
    )
    owner.execute("UPDATE visit SET party_ids = party_ids || %s::uuid WHERE id = %s", (county, visit))
    # The county has no campaign of its own here, by which it would come to be on the visit (R-J5).
    owner.execute("SET session_replication_role = replica")
    for statement in (party, matter):
        owner.execute(statement, (county, visit))
    owner.execute("RESET session_replication_role")
    yield visit
    for table in ("visit_matter", "visit_party"):
        owner.execute(f"DELETE FROM {table} WHERE visit_id = %s AND bureau_id = %s", (visit, county))  # type: ignore[arg-type]
    owner.execute(
        "UPDATE visit SET party_ids = array_remove(party_ids, %s::uuid) WHERE id = %s", (county, visit)
    )


def test_the_county_sees_its_own_bureaus_part_of_a_visit_that_the_city_leads(
    scene: Scene, with_the_county: UUID
) -> None:
    """R-T3: its bureau's matters, seats and part, and who comes when; of the others' nothing, and nothing to write."""
    county = scene.city.bureaus["XSCJG"]
    with scene.city.acting("xsfj.supervisor", supervisor=True):
        assert list(db.session.scalars(sa.text("SELECT id FROM visit"))) == [with_the_county]
        for table in ("visit_party", "visit_matter"):
            assert set(db.session.scalars(sa.text(f"SELECT bureau_id FROM {table}"))) == {county}, table
        for table in ("visit_member", "visit_part", "record", "record_item", "campaign", "draw", "followup"):
            assert db.session.scalar(sa.text(f"SELECT count(*) FROM {table}")) == 0, table
        assert db.session.execute(KINDS["visits"]().select()).all() == [], "its lead's supervisor counts it"
    with (
        scene.city.acting("xsfj.supervisor", supervisor=True),
        pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
    ):
        db.session.execute(sa.text("UPDATE visit SET state = 'cancelled'"))
    client = scene.city.client("xsfj.supervisor")
    shown = client.get(f"/oversight/visits/{with_the_county}")
    assert shown.status_code == 200
    text = shown.get_data(as_text=True)
    assert "县里的事项" in text and "市场监管局牵头" in text.replace("监督管理", "监管")
    assert f"/oversight/campaigns/{scene.drawn.campaign_id}" not in text
    with scene.city.acting("sfj.supervisor", supervisor=True):
        others = db.session.scalars(
            sa.text("SELECT name FROM visit_matter WHERE visit_id = :visit AND bureau_id <> :county"),
            {"visit": with_the_county, "county": county},
        ).all()
        team = db.session.scalars(
            sa.text("SELECT name FROM visit_member WHERE visit_id = :v"), {"v": with_the_county}
        ).all()
    assert others and team
    assert [name for name in {*others, *team} if name in text and name != "县里的事项"] == []
