"""What an attempt by hand found (docs/security-adversary.md, the second hour), so that it stays mended."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.codes import made_up_identity_number
from onedoor.kernel.db import db, new_id
from onedoor.registry.models import Inspector
from tenants import memory, people, queries
from tenants.people import recover, recovered_lately
from tenants.rules import Role
from tests.fixtures.city import City

ISSUER = "https://sign-in.example"


def officer(**change: Any) -> dict[str, Any]:
    return {
        "name": "甲", "body": "局", "sex": "男", "certificate_number": "HAND-1",
        "certificate_expires_on": "2031-01-01", "account": "", **change,
    }  # fmt: skip


def test_an_officer_in_a_unit_of_another_bureau_or_of_none(city: City, owner: psycopg.Connection) -> None:
    """It was a 500 by the key that holds bureaus apart; now it is the form's own sentence, the same for both."""
    query = "SELECT id FROM unit WHERE tenant_id = %s LIMIT 1"
    row = owner.execute(query, (city.bureaus["SCJG"],)).fetchone()
    assert row is not None
    client = city.client("yjgl.planner")
    told = []
    for unit in (row[0], new_id()):
        answer = client.post("/registry/inspectors/new", data=officer(unit_id=str(unit)))
        assert answer.status_code == 422
        told.append("请从所列科室中选择" in answer.get_data(as_text=True))
    assert told == [True, True]
    with city.acting("yjgl.planner"):
        assert not db.session.query(Inspector).filter_by(certificate_number="HAND-1").count()


@pytest.mark.parametrize(
    "address", ["/settings/log?to=9999-12-31", "/settings/log?from=9999-12-31&to=9999-12-31"]
)
def test_the_last_day_there_is(city: City, address: str) -> None:
    client: FlaskClient = city.client("scjg.admin")
    assert client.get(address).status_code == 200


def test_a_hundred_checks_of_ones_log_are_one_job(city: City) -> None:
    """They share a queue with the sealing of every bureau's entries (R-T6)."""
    with city.acting("yjgl.admin"):
        asked = {memory.ask_for_check().id for _ in range(5)}
    assert len(asked) == 1
    with city.acting("xfjy.admin"):
        assert memory.ask_for_check().id not in asked


def test_whose_identifier_was_bound_elsewhere_is_told_where_they_are(city: City) -> None:
    """An administrator can bind the identifier of another bureau's person; the first use says whose account it is."""
    user_id: UUID = city.person("swj.planner").user_id
    with city.acting("swj.admin"):
        people.bind(user_id, ISSUER, "head-of-another-bureau")
    with city.app.app_context():
        first, _ = people.sign_in_by(ISSUER, "head-of-another-bureau", origin="test", agent="test")
        again, _ = people.sign_in_by(ISSUER, "head-of-another-bureau", origin="test", agent="test")
    assert first.bound_by and "商务局" in first.bureau_name
    assert (again.bound_by, again.bureau_name) == ("", "")


def test_who_was_let_in_again_elsewhere_is_not_told_to_a_supervisor_with_an_open_log(city: City) -> None:
    number = made_up_identity_number(date(1977, 7, 7), 7)
    user_id: UUID = city.person("wsjk.planner").user_id
    with city.acting("wsjk.admin"):
        people.change(user_id, "己某", [Role.PLANNER], identity_number=number)
    with city.app.app_context():
        recover("wsjk.planner", number, "当面核对身份证", anyway=True)
    with city.acting("wsjk.admin"):
        assert [name for name, _at, _why in recovered_lately()] == ["己某"]
    with city.acting("sfj.supervisor", supervisor=True):
        bureau = next(one for one in queries.supervised_bureaus() if one.code == "990100-WSJK")
        memory.open_log(bureau, "例行检查日志")
        db.session.flush()
        assert db.session.scalar(sa.select(AuditEntry.id).where(AuditEntry.tenant_id == bureau.id).limit(1))
        assert recovered_lately() == []
