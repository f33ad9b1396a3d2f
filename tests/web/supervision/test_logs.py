"""A supervisor reads a bureau's log for a reason, which both logs keep; and holds the anchors of the chains (R-T3, R-T6)."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from onedoor.cli import main
from onedoor.config import Config
from onedoor.kernel import audit, audit_chain
from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.scope import in_scope
from tenants import audit_anchors, people, scope
from tenants.rules import Permission
from tests.fixtures.city import City

REASON = "核实计划变更投诉"


@pytest.fixture(scope="module")
def justice(city: City) -> FlaskClient:
    return city.client("sfj.supervisor")


@pytest.fixture(scope="module", autouse=True)
def act(city: City) -> None:
    with city.acting("scjg.planner"):
        audit.record("plans.plan.submit", ("plan", new_id()), "被查阅的计划", after={"state": "submitted"})


def _open(client: FlaskClient, city: City, bureau: str = "SCJG", reason: str = REASON) -> Any:
    data = {"bureau_id": str(city.bureaus[bureau]), "reason": reason}
    return client.post("/oversight/logs", data=data)


def test_without_a_reason_nothing_is_read(city: City, justice: FlaskClient) -> None:
    place = f"/oversight/logs/{city.bureaus['YJGL']}"
    assert justice.get(place).status_code == 303
    for reason in ("", "  ", "看"):
        assert _open(justice, city, "YJGL", reason).status_code == 422
    assert justice.get(place).status_code == 303
    with city.acting("sfj.supervisor", supervisor=True):
        query = sa.select(AuditEntry).where(AuditEntry.tenant_id == city.bureaus["YJGL"])
        assert db.session.scalars(query).all() == []


def test_for_a_reason_it_is_read_and_both_logs_say_so(city: City, justice: FlaskClient) -> None:
    answer = _open(justice, city)
    assert answer.status_code == 303
    page = justice.get(answer.headers["Location"]).text
    assert "被查阅的计划" in page and REASON in page
    with city.acting("scjg.admin"):
        mine = db.session.scalars(
            sa.select(AuditEntry).where(AuditEntry.event == "supervision.log.look")
        ).all()
        entry = db.session.scalars(
            sa.select(AuditEntry).where(AuditEntry.subject_name == "被查阅的计划")
        ).one()
    assert [(one.bureau_name, one.origin) for one in mine] == [("示范市司法局", "together")]
    assert "已提交" in justice.get(f"/oversight/logs/{city.bureaus['SCJG']}/{entry.id}").text
    looks = justice.get("/oversight/looks").text
    assert f"查阅示范市市场监督管理局的日志：{REASON}" in looks
    with city.acting("sfj.supervisor", supervisor=True):
        query = sa.select(AuditEntry.event, AuditEntry.after).where(
            AuditEntry.tenant_id == city.bureaus["SFJ"], AuditEntry.event.startswith("supervision.")
        )
        kept = db.session.execute(query.order_by(AuditEntry.at)).all()
    assert kept[0] == ("supervision.log.look", {"reason": REASON})
    assert kept[1].event == "supervision.records.look" and kept[1].after["rows"] > 0


def test_the_reason_opens_one_log_to_one_person_for_a_while(
    city: City, justice: FlaskClient, owner: psycopg.Connection
) -> None:
    _open(justice, city)
    with city.acting("sfj.supervisor", supervisor=True):
        seen = set(db.session.scalars(sa.select(AuditEntry.tenant_id).distinct()))
    assert seen == {city.bureaus["SCJG"], city.bureaus["SFJ"]}
    with city.acting("sfj.admin", supervisor=True):
        assert set(db.session.scalars(sa.select(AuditEntry.tenant_id).distinct())) <= {city.bureaus["SFJ"]}
    owner.execute("SET session_replication_role = replica")
    owner.execute("UPDATE audit_look SET at = at - interval '1 hour', until = until - interval '1 hour'")
    owner.execute("SET session_replication_role = origin")
    assert justice.get(f"/oversight/logs/{city.bureaus['SCJG']}").status_code == 303


def test_a_county_does_not_open_the_citys_log(city: City) -> None:
    county = city.client("xsfj.supervisor")
    assert _open(county, city).status_code in (404, 422)
    assert county.get(f"/oversight/logs/{city.bureaus['SCJG']}").status_code == 404
    with pytest.raises(sa.exc.ProgrammingError, match="row-level security"):
        with city.acting("xsfj.supervisor", supervisor=True) as scope_:
            db.session.execute(
                sa.insert(audit_anchors.AuditLook).values(
                    tenant_id=scope_.tenant_id, bureau_id=city.bureaus["SCJG"], actor_id=scope_.actor_id,
                    actor_name="x", reason="好奇", at=now(), until=now() + timedelta(minutes=1),
                )
            )  # fmt: skip


@pytest.mark.parametrize("who", ["scjg.admin", "scjg.planner"])
def test_bureaus_have_neither_logs_of_others_nor_anchors(city: City, who: str) -> None:
    client = city.client(who)
    for path in ("logs", f"logs/{city.bureaus['YJGL']}", "anchors", "anchors/file"):
        assert client.get(f"/oversight/{path}").status_code == 403


@pytest.fixture(scope="module")
def anchored(app: Flask, act: None) -> None:
    with app.app_context():
        audit_chain.seal()
        audit_anchors.make_anchors()


def test_anchors_are_shown_downloaded_fetched_and_verified_with(
    app: Flask, city: City, justice: FlaskClient, config: Config, anchored: None, tmp_path: Path
) -> None:
    assert "示范市市场监督管理局" in justice.get("/oversight/anchors").text
    answer = justice.get("/oversight/anchors/file")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert {"990100-SCJG", "990100-SFJ"} <= {line["bureau"] for line in lines}
    assert all(set(line) == {"bureau", "day", "sequence", "digest"} for line in lines)
    fetched = _fetch(app, city, "SFJ")
    assert fetched["items"] == lines
    for name, content in (("page.jsonl", answer.data), ("api.json", json.dumps(fetched).encode())):
        (tmp_path / name).write_bytes(content)
        output = CliRunner().invoke(
            main,
            [
                "audit",
                "verify",
                "--database",
                config.owner_database_url or "",
                "--anchors",
                str(tmp_path / name),
            ],
            catch_exceptions=False,
        )
        assert output.exit_code == 0, output.output


def test_a_bureau_that_supervises_nobody_fetches_nothing(app: Flask, city: City, anchored: None) -> None:
    assert _fetch(app, city, "YJGL") == {"items": []}
    assert app.test_client().get("/api/v1/oversight/anchors").status_code == 401


def _fetch(app: Flask, city: City, bureau: str) -> dict[str, Any]:
    with in_scope(scope.identity(), app):
        token = people.add_api_token(
            city.bureaus[bureau],
            f"copy-{new_id()}",
            frozenset({Permission.OVERSIGHT}),
            now() + timedelta(days=1),
            "test",
        )
        db.session.commit()
    headers = {"Authorization": f"Bearer {token}"}
    answer = app.test_client().get("/api/v1/oversight/anchors?since=2000-01-01", headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())
