"""What an attempt by hand found (docs/security-adversary.md, the second hour), so that it stays mended."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from onedoor.campaigns import schemas
from onedoor.draws.service.witnesses import tidy
from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.codes import made_up_identity_number
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError
from onedoor.plans.rules.rates import Row, read_rows
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


@pytest.mark.parametrize("number", ["1e100", "1e999999999999", "10000001"])
def test_a_number_beyond_all_lists_is_refused_before_it_is_reckoned_with(number: str) -> None:
    """1e1000000 kept the whole process busy for 47 seconds, and each further nought makes a hundred times that."""
    for mode in ("number", "bp"):
        with pytest.raises(ClerkError):
            schemas.rate_of(mode, Decimal(number))
        with pytest.raises(ClerkError):
            read_rows([Row("*", mode, number)])


@pytest.mark.parametrize("when", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_beacon_at_the_ends_of_the_calendar(when: str) -> None:
    data = {
        "beacon": "hex",
        "beacon_name": "甲",
        "beacon_round": "1",
        "beacon_time": when,
        "beacon_size": "32",
    }
    with pytest.raises(ClerkError, match="请填写公共随机数的公布时间"):
        schemas.mode_of(schemas.ModeSchema().load(data))


def test_a_heap_of_marks_from_a_stranger_is_no_work() -> None:
    """The marks were put in order before anybody looked whether there is such an invitation."""
    said = "寄" + "\u0301\u0316" * 30_000
    assert len(tidy(said)) < 100
