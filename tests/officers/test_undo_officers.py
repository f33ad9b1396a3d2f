"""Loads of officers and of experts are taken back while nothing depends on them (R-L7, R-L9, R-L11)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from onedoor.imports import queries as import_queries
from onedoor.imports import service as import_service
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict, NotFound
from onedoor.officers import queries as officer_queries
from onedoor.officers import service as officer_service
from onedoor.officers.models import Expert, Inspector
from tenants import approvals
from tests.entities.test_load_entities import Jobs
from tests.fixtures.city import City
from tests.fixtures.clerk_files import as_csv
from tests.officers.test_inspectors import HEAD, IDENTITY, NEXT_YEAR, officer


def test_a_load_of_officers_is_taken_back_while_nothing_depends_on_it(
    city: City, run_jobs: Jobs, owner: Any
) -> None:
    """Whom it added go again once the head returned them; what it changed is as it was (R-L9, R-L11)."""
    held = city.person("wsjk.head").permissions

    def load(*rows: list[str], head: tuple[str, ...] = HEAD) -> UUID:
        with city.acting("wsjk.planner"):
            run = import_service.begin_import("inspectors", "人员.csv", as_csv(rows, head))
            made = run.id
        run_jobs()
        return made

    def why(load_id: UUID) -> str | None:
        with city.acting("wsjk.planner"):
            found = import_service.undo_preview(import_queries.import_run(load_id))
            return found.refusal or "；".join(one.reason for one in found.first) or None

    def decide(approved: bool) -> None:
        with city.acting("wsjk.head"):
            for waiting in approvals.inbox(held):
                officer_service.decide_proposal(approvals.get(waiting.id), approved, "重新核对", held)

    first = load(officer("周卫一", "卫U01", 职务="科员"), officer("周卫二", "卫U02", 职务="科员"))
    decide(True)
    assert "已经批准" in str(why(first))
    second = load(
        officer("周卫一", "卫U01", 职务="科长", 备注="改"), officer("周卫三", "卫U03", 资格专长="食品")
    )
    assert "等待负责人批准" in str(why(second))
    decide(False)
    assert why(second) is None
    with city.acting("wsjk.planner"):
        (new,) = db.session.scalars(
            officer_queries.inspectors().where(Inspector.certificate_number == "卫U03")
        )
        officer_service.note_leave(new, today(), today(), "撤销前")
    assert "回避、休假、申请或培训" in str(why(second))
    owner.execute("DELETE FROM inspector_leave WHERE reason = '撤销前'")
    with city.acting("wsjk.planner"):
        import_service.begin_undo(import_queries.import_run(second))
    run_jobs()
    with city.acting("wsjk.planner"):
        assert import_queries.import_run(second).undone_at is not None
        found = {one.certificate_number: one for one in db.session.scalars(officer_queries.inspectors())}
        assert {number for number in found if number and number[1:2] == "U"} == {"卫U01", "卫U02"}
        assert (found["卫U01"].post, found["卫U01"].remark) == ("科员", "")
        assert found["卫U01"].certificate_expires_on == date.fromisoformat(NEXT_YEAR)
    load(officer("周卫二", "卫U02", 手机号="13900000055"))
    third = load(officer("周卫二", "卫U02", 手机号="13900000066", 身份证号=IDENTITY))
    (sealed,) = owner.execute(
        "SELECT former FROM import_row WHERE import_id = %s AND verdict = 'changed'", [third]
    ).fetchone()
    assert b"13900000055" not in sealed and why(third) is None
    owner.execute("UPDATE import_row SET former = NULL WHERE import_id = %s AND verdict = 'changed'", [third])
    assert "原来的号码没有另存" in str(why(third)), "loaded before they were kept"
    owner.execute(
        "UPDATE import_row SET former = %s WHERE import_id = %s AND verdict = 'changed'", [sealed, third]
    )
    with city.acting("wsjk.planner"):
        import_service.begin_undo(import_queries.import_run(third))
    run_jobs()
    with city.acting("wsjk.planner"):
        (one,) = db.session.scalars(
            officer_queries.inspectors().where(Inspector.certificate_number == "卫U02")
        )
        assert officer_service.private_texts(one) == {"identity_number": "", "phone": "13900000055"}
        assert officer_service.find_number(IDENTITY).inspectors == []
        stood = one.updated_at
        officer_service.save_inspector(one, {"name": one.name}, phone="13900000077")
        assert one.updated_at > stood, "what is taken back is not what somebody wrote since"
    assert owner.execute(
        "SELECT former FROM import_row WHERE import_id = %s AND verdict = 'changed'", [third]
    ).fetchone() == (None,)
    fourth = load(officer("周卫四", "卫U04"))
    with city.acting("wsjk.planner"):
        query = officer_queries.inspectors().where(Inspector.certificate_number == "卫U04")
        assert db.session.scalars(query).one().status == "proposed", "its code was another's before"
    decide(False)
    assert why(fourth) is None
    with city.acting("scjg.planner"), pytest.raises(NotFound):
        import_queries.import_run(fourth)
    head = (*HEAD, "状态")
    gone = load([*officer("周卫六", "卫U06"), "离库"], [*officer("周卫五", "卫U05"), ""], head=head)
    decide(False)
    assert why(gone) is None, "who came in as gone was never there, and nothing hangs on them"
    with city.acting("wsjk.planner"):
        import_service.begin_undo(import_queries.import_run(gone))
    run_jobs()
    with city.acting("wsjk.planner"):
        numbers = {one.certificate_number for one in db.session.scalars(officer_queries.inspectors())}
        assert not {"卫U06", "卫U05"} & numbers
    leaves = load([*officer("周卫二", "卫U02"), "已离库"], head=head)
    assert "等待负责人批准" in str(why(leaves))
    decide(False)
    assert why(leaves) is None


def test_a_load_of_experts_is_taken_back_while_nobody_goes_on_with_it(city: City, run_jobs: Jobs) -> None:
    """Whom it added go again, and those it changed are as they were, with every kind of field (R-L7, R-L11)."""
    head = ("姓名或名称", "类别", "所在单位", "资格专长", "资格有效期至", "状态", "备注")

    def load(*rows: list[str]) -> UUID:
        with city.acting("yjgl.planner"):
            made = import_service.begin_import("experts", "专家.csv", as_csv(rows, head)).id
        run_jobs()
        return made

    def why(load_id: UUID) -> str | None:
        with city.acting("yjgl.planner"):
            return import_service.undo_refusal(import_queries.import_run(load_id))

    def known() -> dict[str, Expert]:
        with city.acting("yjgl.planner"):
            return {one.name: one for one in db.session.scalars(officer_queries.experts.experts())}

    first = load(["壬某", "专家", "示例大学", "特种设备", "2030-01-31", "在库", "原来"])
    second = load(
        ["壬某", "专家", "示例大学", "食品、特种设备", "", "离库", "改过"],
        ["示例检测站", "检验检测机构", "", "", "", "", ""],
    )
    changed = known()["壬某"]
    assert (changed.active, changed.remark) == (False, "改过")
    assert "后来又有变动" in str(why(first)) and why(second) is None
    with city.acting("yjgl.planner"):
        import_service.begin_undo(import_queries.import_run(second))
    run_jobs()
    restored = known()
    assert set(restored) == {"壬某"}
    one = restored["壬某"]
    assert (one.qualifications, one.active, one.remark) == (["特种设备"], True, "原来")
    assert one.credential_expires_on == date(2030, 1, 31)
    with city.acting("yjgl.planner"):
        run = import_queries.import_run(second)
        assert run.undone_at is not None and run.undone_by
        assert "已经撤销" in str(import_service.undo_refusal(run))
        assert import_queries.library_updates.upkeep("experts").whole is not None, (
            "the first file had everybody there was"
        )
    third = load(["示例检测站", "检验检测机构", "", "", "", "", ""])
    station = known()["示例检测站"].id
    with city.acting("yjgl.planner"):
        one = officer_queries.experts.expert(station)
        kept = ("kind", "name", "organisation", "title", "qualifications", "credential", "active")
        given = {name: getattr(one, name) for name in (*kept, "credential_expires_on")}
        officer_service.save_expert(one, {**given, "remark": "电话已核对"})
    assert "后来又有变动" in str(why(third))
    with city.acting("yjgl.planner"), pytest.raises(Conflict, match="后来又有变动"):
        import_service.begin_undo(import_queries.import_run(third))
    with city.acting("scjg.planner"), pytest.raises(NotFound):
        import_queries.import_run(third)
