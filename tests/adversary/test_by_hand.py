"""What an attempt by hand found (docs/security-adversary.md, the second hour), so that it stays mended."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from onedoor.campaigns import schemas
from onedoor.draws.service.protocol_text import tidy
from onedoor.entities import service as entity_service
from onedoor.entities.rules.corrections import read_value
from onedoor.items import service as item_service
from onedoor.items.models import Rulebook
from onedoor.items.rules.codes import SECTIONS
from onedoor.kernel import jobs
from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.clock import now
from onedoor.kernel.codes import made_up_identity_number
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.jobs import FORMER_LOADS, JobName, JobState
from onedoor.kernel.spreadsheets import write_xlsx
from onedoor.kernel.text.unicode import printable
from onedoor.officers import queries as queries_of
from onedoor.officers import service as officer_service
from onedoor.officers.models import Inspector
from onedoor.plans.rules.rates import Row, read_rows
from onedoor.targets import service as target_service
from onedoor.web.items import points as editing
from onedoor.web.jobs import AGAIN
from tenants import audit_anchors, people, queries
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
    result = []
    for unit in (row[0], new_id()):
        answer = client.post("/registry/inspectors/new", data=officer(unit_id=str(unit)))
        assert answer.status_code == 422
        result.append("请从所列科室中选择" in answer.get_data(as_text=True))
    assert result == [True, True]
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
        asked = {audit_anchors.ask_for_check().id for _ in range(5)}
    assert len(asked) == 1
    with city.acting("xfjy.admin"):
        assert audit_anchors.ask_for_check().id not in asked


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
        audit_anchors.open_log(bureau, "例行检查日志")
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


def test_what_failed_is_asked_for_again_by_who_asked_or_does_such_work(city: City) -> None:
    """Any colleague could go on with a load that somebody had stopped, or with a draw that had failed."""
    with city.acting("yjgl.planner"):
        job = jobs.enqueue(JobName.LOAD_FILE, {}, title="试验导入")
        job.state, job_id = JobState.FAILED, job.id
    address = f"/jobs/{job_id}/retry"
    for who in ("yjgl.discloser", "yjgl.reviewer"):
        client = city.client(who)
        assert address not in client.get(f"/jobs/{job_id}").get_data(as_text=True)
        assert client.post(address).status_code == 403
    client = city.client("yjgl.admin")
    assert address in client.get(f"/jobs/{job_id}").get_data(as_text=True)
    assert client.post(address).status_code == 303
    with city.acting("yjgl.planner"):
        jobs.get(job_id).state = JobState.DONE


def test_of_every_kind_of_job_it_is_known_who_does_such_work() -> None:
    """The page of a failed job of a room that nobody had entered was a 500 to everybody but who asked."""
    assert {name.partition(".")[0] for name in (*JobName, *FORMER_LOADS)} <= set(AGAIN)


def test_a_broken_chain_is_not_hidden_by_other_work_of_the_bureau(city: City) -> None:
    """What it was about was the bureau itself, as with other jobs, and the log's page took the newest of any kind."""
    with city.acting("wlj.admin"):
        job = audit_anchors.ask_for_check()
        job.state, job.finished_at, job.outcome = JobState.DONE, now(), {"broken": 3, "breaks": []}
    with city.acting("wlj.planner"):
        job_id = jobs.enqueue(JobName.SELECT_TARGETS, {}, subject=("target_library", city.bureaus["WLJ"])).id
        entity_service.begin_review()
        found = target_service.last_refresh()
        assert found is not None and found.id == job_id
    assert "另有 3 处" in city.client("wlj.admin").get("/settings/log").get_data(as_text=True)


@pytest.mark.parametrize("digits", ["9" * 5_000, "9" * 12, "²", "-1", ""])
def test_a_number_longer_than_python_reads(digits: str) -> None:
    """It was a 500 in the editor of checklists and in what would happen if."""
    many = editing.read(MultiDict({"count": digits, "p-0-point": "一", "p-0-kind": "text"}))
    assert len(many) <= 1
    point = {"point": "一", "kind": "text"}
    assert editing.moved([point, {**point, "point": "二"}], f"up-{digits}")[0][0] == point


def test_the_first_day_there_is(city: City) -> None:
    """Who came before ended the day before it: there is none."""
    given = {"role": "work_lead", "name": "甲", "post": "", "contact": "", "document": ""}
    with city.acting("swj.planner"):
        for name in ("甲", "乙"):
            officer_service.name_for_duty({**given, "name": name, "since": date.min})
        found = queries_of.duties()
        assert [(one.name, one.until) for one in found] == [("乙", None), ("甲", date.min)]


def test_of_two_at_once_the_second_is_told_so(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if both had looked before either wrote: the database lets one through, and the other got a 500."""
    monkeypatch.setattr("onedoor.targets.service.tags.target_queries.my_tags", lambda **_: [])
    client = city.client("swj.planner")
    assert client.post("/registry/targets/tags/new", data={"name": "一次"}).status_code == 303
    again = client.post("/registry/targets/tags/new", data={"name": "一次"})
    assert again.status_code == 409 and "已被他人更新" in again.get_data(as_text=True)


def test_a_review_is_asked_for_once(city: City) -> None:
    """Each further one would have been a job of its own, before other bureaus' work."""
    with city.acting("swj.planner"):
        entity_service.begin_review()
        with pytest.raises(Conflict, match="正在核对"):
            entity_service.begin_review()


def test_control_characters_end_no_document(city: City) -> None:
    """No Word file holds them; a rulebook with one could not be put in force, nor read as Word: 500."""
    odd = "一\x01二\x0b三\uffff四"
    with city.acting("scjg.planner"):
        book = Rulebook(tenant_id=city.bureaus["SCJG"], version=1, sections=dict.fromkeys(SECTIONS, odd))
        assert item_service.rulebook_document(book)
    assert printable(odd) == "一二三四"
    # One firm with such a name: nobody could download the register as a workbook any more.
    write_xlsx(io.BytesIO(), ["名称"], [[odd]])
    assert read_value("name", odd, {}) == "一二三四"
