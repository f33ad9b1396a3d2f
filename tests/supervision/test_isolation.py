"""access.md, the supervisor's column: table by table, city over county, and nobody else (R-T3)."""

from __future__ import annotations

from typing import Any

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
