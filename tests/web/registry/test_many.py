"""What is done to many records of a list at once, on its pages: chosen, counted, done by a job, told what was not done."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.registry import queries
from onedoor.registry.models import Inspector
from tenants.models import Unit
from tests.fixtures.city import City
from tests.fixtures.planning import list_items

Jobs = Callable[[], int]


@pytest.fixture(scope="module")
def planner(city: City) -> FlaskClient:
    """A clerk of market regulation, whose library has five officers: three at work, one suspended, one proposed."""
    with city.acting("scjg.planner") as scope:
        states = ("active", "active", "active", "suspended", "proposed")
        for place, state in enumerate(states):
            db.session.add(_officer(scope.tenant_id, f"试{place:03d}", state))
    with city.acting("wsjk.planner") as scope:
        db.session.add(_officer(scope.tenant_id, "卫001", "active"))
    return city.client("scjg.planner")


def _officer(tenant: Any, number: str, state: str) -> Inspector:
    return Inspector(
        id=new_id(), tenant_id=tenant, code=f"many-{number[1:]}-{tenant.hex[-4:]}", name=f"甲{number}", sort_key=number,
        sex="", body="示例市市场监管局", post="", certificate_number=number, kinds="", area="", qualifications=[],
        leads=False, status=state, remark="", updated_at=now(),
    )  # fmt: skip


def text(answer: Any, status: int = 200) -> str:
    shown = str(answer.get_data(as_text=True))
    assert answer.status_code == status, shown
    return shown


def do(client: FlaskClient, run_jobs: Jobs, path: str, **given: Any) -> str:
    """Ask, confirm what the page says, let the job run; the page of what became of it."""
    count = re.search(r'name="count" value="(\d+)"', text(client.post(path, data=given)))
    assert count is not None
    begun = client.post(f"{path}/begin", data={**given, "count": count[1]})
    assert begun.status_code == 303, begun.get_data(as_text=True)
    run_jobs()
    return text(client.get(begun.headers["Location"]))


def figures(shown: str) -> list[int]:
    """How many were done, and how many not."""
    return [int(one) for one in re.findall(r'figure-value[^>]*>(\d+)', shown)]


def officers(city: City) -> dict[str, Inspector]:
    with city.acting("scjg.planner"):
        return {one.certificate_number: one for one in db.session.scalars(queries.inspectors())}


def test_chosen_rows_and_what_was_not_done(planner: FlaskClient, city: City, run_jobs: Jobs) -> None:
    assert "批量办理" in text(planner.get("/registry/inspectors"))
    mine = officers(city)
    ids = [str(mine[number].id) for number in ("试000", "试003", "试004")]
    shown = text(planner.post("/registry/bulk/inspectors/suspend", data={"ids": ids}))
    assert "将办理选中的 3 条记录" in shown
    refused = planner.post("/registry/bulk/inspectors/suspend/begin", data={"ids": ids, "count": "3"})
    assert "请填写此项" in text(refused, 422)
    shown = do(planner, run_jobs, "/registry/bulk/inspectors/suspend", ids=ids, reason="集中轮训")
    assert "甲试003" in shown and "已经是这个状态" in shown
    assert "甲试004" in shown and "入库还没有批准" in shown and "甲试000" not in shown
    assert officers(city)["试000"].status == "suspended"
    job = re.search(r"/jobs/[0-9a-f-]{36}", text(planner.get("/jobs/")))
    assert job is not None and "/registry/bulk/runs/" in text(planner.get(job[0]))


def test_all_that_a_filter_finds_and_no_other(planner: FlaskClient, city: City, run_jobs: Jobs) -> None:
    asked = {"all": "yes", "ask-status": "suspended"}
    shown = do(planner, run_jobs, "/registry/bulk/inspectors/resume", **asked, reason="轮训结束")
    assert "没有办理" in shown
    assert {one.status for one in officers(city).values()} == {"active", "proposed"}
    begun = planner.post(
        "/registry/bulk/inspectors/resume/begin", data={**asked, "reason": "再来", "count": "7"}
    )
    assert "与刚才显示的不同" in text(begun, 422)


def test_a_unit_for_all_and_none_of_another_bureau(planner: FlaskClient, city: City, run_jobs: Jobs) -> None:
    with city.acting("wsjk.planner"):
        (other,) = [one for one in db.session.scalars(queries.inspectors()) if one.certificate_number == "卫001"]
        theirs = db.session.query(Unit).filter(Unit.tenant_id == other.tenant_id).first()
    with city.acting("scjg.planner"):
        unit = db.session.query(Unit).filter(Unit.tenant_id == officers(city)["试000"].tenant_id).first()
    assert unit is not None
    shown = text(planner.post("/registry/bulk/inspectors/unit", data={"ids": [str(other.id)]}))
    assert "没有选中任何记录" in shown
    do(planner, run_jobs, "/registry/bulk/inspectors/unit", all="yes", unit_id=str(unit.id))
    assert {one.unit_id for one in officers(city).values()} == {unit.id}
    if theirs is not None:
        shown = do(planner, run_jobs, "/registry/bulk/inspectors/unit", all="yes", unit_id=str(theirs.id))
        assert "没有这个科室" in shown
    with city.acting("wsjk.planner"):
        assert db.session.get(Inspector, other.id).unit_id is None


def test_exit_is_one_proposal_to_the_head(planner: FlaskClient, city: City, run_jobs: Jobs) -> None:
    do(planner, run_jobs, "/registry/bulk/inspectors/exit", all="yes", reason="机构改革")
    with city.acting("scjg.planner"):
        (proposal,) = queries.proposals_of(officers(city)["试000"])
        assert (proposal.direction, len(queries.proposed_officers(proposal.id))) == ("exit", 4)


def test_items_change_as_drafts(planner: FlaskClient, city: City, run_jobs: Jobs) -> None:
    listed = list_items(city, "SCJG", mode="unlisted")
    shown = do(planner, run_jobs, "/registry/bulk/items/random", ids=[str(listed["SCJG"])])
    assert "没有办理" in shown
    with city.acting("scjg.planner"):
        (one,) = db.session.scalars(queries.items())
        assert (one.mode, one.state) == ("random", "draft")
    shown = do(planner, run_jobs, "/registry/bulk/items/end", all="yes", reason="法律修改")
    assert "还有未公布的修改" in shown
    do(planner, run_jobs, "/registry/bulk/items/discard", all="yes")
    with city.acting("scjg.planner"):
        assert db.session.get(type(one), UUID(str(listed["SCJG"]))).state == "published"
        assert not queries.has_drafts()


def test_whoever_may_not_write_sees_no_buttons(city: City, planner: FlaskClient) -> None:
    reader = city.client("scjg.reviewer")
    assert "批量办理" not in text(reader.get("/registry/inspectors"))
    assert reader.post("/registry/bulk/inspectors/exit", data={"all": "yes"}).status_code == 403
    assert planner.post("/registry/bulk/inspectors/nothing").status_code == 404
