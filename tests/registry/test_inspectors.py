"""The inspector library (R-L7, R-L8, R-L12, R-T7): F2 in, who may be drawn, what stays private."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from onedoor.disclosure import queries as disclosed
from onedoor.disclosure.models import Disclosure
from onedoor.filing import queries as filings
from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.clock import today
from onedoor.kernel.codes import made_up_credit_code, made_up_identity_number
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.registry import queries, service
from onedoor.registry.models import (
    Expert,
    ImportProblem,
    Inspector,
    InspectorLeave,
    InspectorPrivate,
    Recusal,
)
from onedoor.registry.rules.codes import InspectorStatus
from onedoor.registry.rules.inspectors import F2_HEAD
from tenants import approvals
from tests.fixtures.city import City
from tests.registry.files import admit, as_csv, firm

Jobs = Callable[[], int]
HEAD = (
    "序号", "姓名", "性别", "执法机构全称", "职务", "执法证编号", "执法类别", "执法区域", "备注",
    "证件有效期至", "所在科室", "资格专长", "可任组长", "身份证号", "手机号",
)  # fmt: skip
NEXT_YEAR = (today() + timedelta(days=365)).isoformat()
IDENTITY = made_up_identity_number(date(1985, 3, 1), 7)


def officer(name: str, certificate: str, expires: str = NEXT_YEAR, **more: str) -> list[str]:
    row = dict.fromkeys(HEAD, "")
    row.update({"姓名": name, "性别": "女", "执法证编号": certificate, "证件有效期至": expires, **more})
    return list(row.values())


def bring_in(city: City, run_jobs: Jobs, *rows: list[str]) -> dict[str, Any]:
    with city.acting("scjg.planner"):
        run_id = service.begin_import("inspectors", "人员.csv", as_csv(rows, HEAD)).id
    run_jobs()
    with city.acting("scjg.planner"):
        outcome = queries.import_run(run_id).outcome
        assert outcome is not None
        return outcome


FULL = officer(
    "单明远",
    "示C001",
    资格专长="食品、特种设备",
    可任组长="是",
    身份证号=IDENTITY,
    手机号="13900000001",
    所在科室="执法大队",
)


def test_f2_comes_in_and_again_changes_nothing(city: City, run_jobs: Jobs) -> None:
    rows = (
        FULL,
        officer("赵知行", "示C002", "2020-01-01"),
        officer("钱若水", ""),
        officer("孙望舒", "示C003", 身份证号="123"),
        officer("李清和", "示C004", 所在科室="没有的科"),
        officer("单明远", "示C001"),
    )
    outcome = bring_in(city, run_jobs, *rows)
    assert (outcome["rows"], outcome["added"], outcome["rejected"], outcome["remarks"]) == (6, 3, 3, 1)
    outcome = bring_in(city, run_jobs, *rows[:3])
    assert (outcome["added"], outcome["changed"], outcome["unchanged"]) == (0, 0, 3)
    with city.acting("scjg.planner"):
        first = db.session.scalar(queries.inspectors().where(Inspector.certificate_number == "示C001"))
        assert first is not None
        assert (first.code, first.qualifications, first.leads) == (
            "990100-SCJG-001",
            ["食品", "特种设备"],
            True,
        )
        assert first.sort_key.startswith("shan4")


def test_only_a_valid_certificate_is_drawn(city: City) -> None:
    with city.acting("scjg.planner"):
        assert queries.my_inspectors(today()) == [], "R-L9: nobody is in the library before the head says so"
    admit(city, "SCJG")
    with city.acting("scjg.planner"):
        assert [one.name for one in queries.my_inspectors(today())] == ["单明远"]
        assert queries.my_inspectors(today() + timedelta(days=366)) == []
        (one,) = queries.my_inspectors(today())
        service.set_inspector_status(one, InspectorStatus.SUSPENDED, "考核不合格")
        assert queries.my_inspectors(today()) == []
        service.set_inspector_status(one, InspectorStatus.ACTIVE, "补考合格")


def test_others_read_f2_and_never_the_private_part(city: City, owner: Any) -> None:
    with city.acting("wsjk.planner"):
        one = queries.bureau_inspectors(city.bureaus["SCJG"])[0]
        assert queries.private_of(one) is None
        assert db.session.scalars(sa.select(InspectorPrivate)).all() == []
        with pytest.raises(ClerkError):
            service.reveal_inspector(one, "phone", "核对")
    kept = owner.execute("SELECT identity_number, phone FROM inspector_private").fetchone()
    assert IDENTITY.encode() not in kept[0] and b"13900000001" not in kept[1]


def test_the_uploaded_file_is_kept_sealed(city: City, owner: Any) -> None:
    kept = owner.execute("SELECT content FROM stored_file").fetchall()
    assert kept and all(IDENTITY.encode() not in row[0] and "单明远".encode() not in row[0] for row in kept)


def test_a_reveal_is_logged(city: City) -> None:
    with city.acting("scjg.planner"):
        (one,) = queries.my_inspectors(today())
        assert service.reveal_inspector(one, "identity_number", "核对执法证") == IDENTITY
        with pytest.raises(ClerkError, match="理由"):
            service.reveal_inspector(one, "phone", " ")
    with city.acting("scjg.admin"):
        query = sa.select(AuditEntry).where(AuditEntry.event == "registry.inspector.reveal")
        (entry,) = db.session.scalars(query).all()
        assert entry.subject_name == "单明远"
        assert entry.after == {"what": "identity_number", "reason": "核对执法证"}


def test_by_hand_with_a_known_certificate_is_refused(city: City) -> None:
    values = {
        "name": "周思齐",
        "body": "局",
        "post": "",
        "kinds": "",
        "area": "",
        "qualifications": [],
        "leads": False,
    }
    with city.acting("scjg.planner"):
        with pytest.raises(ClerkError, match="已登记在单明远名下"):
            service.save_inspector(None, {**values, "certificate_number": "示C001"})
        made = service.save_inspector(
            None,
            {**values, "certificate_number": "示C009", "certificate_expires_on": today()},
            phone="13900000009",
        )
        assert made not in queries.my_inspectors(today())
    admit(city, "SCJG")
    with city.acting("scjg.planner"):
        assert "周思齐" in [one.name for one in queries.my_inspectors(today())]
        assert queries.last_update("inspectors").note == "执法人员入库：周思齐"  # type: ignore[union-attr]


def test_recusals_name_an_entity_and_end(city: City, run_jobs: Jobs) -> None:
    with city.acting("scjg.planner"):
        service.begin_import("entities", "企业.csv", as_csv([firm(1)]))
    run_jobs()
    with city.acting("scjg.planner"):
        (one, _) = queries.my_inspectors(today())
        with pytest.raises(ClerkError, match="名录里没有"):
            service.add_recusal(one, made_up_credit_code(999), "KIN", "")
        made = service.add_recusal(one, made_up_credit_code(1), "KIN", "")
        assert (made.reason, [r.id for r in queries.my_recusals()]) == ("亲属关系", [made.id])
        with pytest.raises(ClerkError, match="截止日期已经过去"):
            service.add_recusal(one, made_up_credit_code(1), "KIN", "", today() - timedelta(days=1))
        with pytest.raises(Conflict, match="还在有效期内"):
            service.add_recusal(one, made_up_credit_code(1), "PAST", "")
        one.user_id = city.person("scjg.planner").user_id
        for act in (
            lambda: service.end_recusal(one, made.id),
            lambda: service.note_leave(one, today(), today(), ""),
            lambda: service.save_inspector(one, {"name": one.name}),
        ):
            with pytest.raises(Forbidden, match="就是您本人"):
                act()
        one.user_id = None
        service.end_recusal(one, made.id)
        assert queries.my_recusals(today() + timedelta(days=1)) == []
        made.until = today() - timedelta(days=1)
        with pytest.raises(Conflict, match="结束"):
            service.end_recusal(one, made.id)
        assert made.until == today() - timedelta(days=1), "what ended keeps its day"
        assert len(queries.recusals_of(one)) == 1
    with city.acting("sfj.planner"):
        assert db.session.scalars(sa.select(Recusal)).all() == []


def test_the_published_library_has_the_columns_of_f2_only(city: City) -> None:
    with city.acting("scjg.planner"):
        service.publish_library()
        (public,) = db.session.scalars(sa.select(Disclosure).where(Disclosure.kind == "inspectors")).all()
        assert set(public.content["inspectors"][0]) == {
            "name", "sex", "body", "post", "certificate_number", "kinds", "area", "remark"
        }  # fmt: skip
        (kept,) = disclosed.files(public.id)
        made = disclosed.file(public.id, kept.name).content
        (filed,) = {
            one.content for of in filings.of_subject(public.tenant_id) for one in filings.files(of.id)
        }
        assert filed == made, "what is filed is what everybody reads, and stays with the filing (R-L12)"
        sheet = load_workbook(io.BytesIO(made)).worksheets[0]
        rows = [[cell.value for cell in line] for line in sheet.iter_rows()]
        assert rows[0][0] == "执法检查人员名录库" and str(rows[1][0]).startswith("填报单位（盖章）：示范市")
        assert tuple(rows[2]) == F2_HEAD and rows[3][0] == 1
        assert rows[-1][0] == "填报人：" and rows[-1][4] == "联系电话：", "no phone is published (R-T7)"
        officers = queries.bureau_inspectors(public.tenant_id)
        assert len(rows) == 4 + len(officers)
        assert service.liaison_phone("名录库") == ""
        service.name_for_duty(
            {
                "role": "liaison",
                "name": "某联络",
                "post": "",
                "contact": "0476-1234567",
                "since": today(),
                "document": "",
            }
        )
        own = service.f2_workbook(officers, service.liaison_phone("名录库"))
        foot = [cell.value for cell in list(load_workbook(io.BytesIO(own)).worksheets[0].iter_rows())[-1]]
        assert foot[4] == "联系电话：0476-1234567"


def test_a_file_brings_in_and_sends_away_by_the_heads_word(city: City, run_jobs: Jobs) -> None:
    """R-L9: loads propose; a file that says somebody left is asked about once, and the head may return it."""
    head = ("序号", "姓名", "执法证编号", "证件有效期至", "状态")

    def load(*rows: list[str]) -> dict[str, Any]:
        with city.acting("sfj.planner"):
            run_id = service.begin_import("inspectors", "人员.csv", as_csv(rows, head)).id
        run_jobs()
        with city.acting("sfj.planner"):
            return queries.import_run(run_id).outcome or {}

    stays, goes = ["1", "江望舒", "示S001", NEXT_YEAR, "在岗"], ["2", "沈知行", "示S002", NEXT_YEAR, "在岗"]
    assert load(stays, goes)["entering"] == 2
    assert (load(stays, goes)["entering"], load(stays, goes)["unchanged"]) == (0, 2)
    with city.acting("wsjk.planner"):
        assert "江望舒" not in set(db.session.scalars(sa.select(Inspector.name)))
    admit(city, "SFJ")
    gone = [*goes[:4], "离职"]
    outcome = load(stays, gone)
    assert (outcome["leaving"], outcome["changed"]) == (1, 1)
    assert load(stays, gone)["unchanged"] == 2, "asked already"
    with city.acting("sfj.planner"):
        assert {"江望舒", "沈知行"} <= {one.name for one in queries.my_inspectors()}
        (one,) = [one for one in queries.my_inspectors() if one.name == "沈知行"]
        with pytest.raises(Conflict, match="等待批准"):
            service.set_inspector_status(one, InspectorStatus.SUSPENDED, "调离")
    admit(city, "SFJ")
    with city.acting("sfj.planner"):
        assert "沈知行" not in {one.name for one in queries.my_inspectors()}
    assert load(stays, goes)["entering"] == 1, "back again, by the same way"


FILE = ("序号", "姓名", "执法证编号", "证件有效期至", "状态", "职务", "身份证号", "登录账号")


def take(city: City, run_jobs: Jobs, *rows: dict[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Load officers of emergency management; the outcome, and what was told of rows."""
    with city.acting("yjgl.planner"):
        lines = [[row.get(name, "") for name in FILE] for row in rows]
        run_id = service.begin_import("inspectors", "人员.csv", as_csv(lines, FILE)).id
    run_jobs()
    with city.acting("yjgl.planner"):
        found = db.session.scalars(queries.problems(run_id).order_by(ImportProblem.number))
        told = [one.message % one.params for one in found]
        return queries.import_run(run_id).outcome or {}, told


def of_emergency(city: City, certificate: str) -> Inspector:
    query = queries.inspectors().where(Inspector.certificate_number == certificate)
    return db.session.scalars(query).one()


def test_whom_a_file_suspends_no_approval_brings_into_a_draw(city: City, run_jobs: Jobs) -> None:
    """R-L7, R-L9: the head agrees to what the file says; a blank cell says nothing, neither of a state nor of a post."""
    paused = {
        "姓名": "应一",
        "执法证编号": "应001",
        "证件有效期至": NEXT_YEAR,
        "状态": "暂停执法",
        "职务": "科长",
    }
    later = {"姓名": "应二", "执法证编号": "应002", "证件有效期至": NEXT_YEAR, "状态": "在岗"}
    assert take(city, run_jobs, paused, later)[0]["entering"] == 2
    outcome, _ = take(city, run_jobs, paused, {**later, "状态": "暂停"})
    assert (outcome["unchanged"], outcome["changed"], outcome["entering"]) == (1, 1, 0)
    admit(city, "YJGL")
    with city.acting("yjgl.planner"):
        states = {one.name: (one.status, one.proposed_as) for one in db.session.scalars(queries.inspectors())}
        assert states == {"应一": ("suspended", None), "应二": ("suspended", None)}
        assert queries.my_inspectors(today()) == []
    blank = {"姓名": "应一", "执法证编号": "应001"}
    assert take(city, run_jobs, blank)[0]["unchanged"] == 1
    assert take(city, run_jobs, {**blank, "职务": "无"})[0]["changed"] == 1
    with city.acting("yjgl.planner"):
        one = of_emergency(city, "应001")
        assert (one.status, one.post, str(one.certificate_expires_on)) == ("suspended", "", NEXT_YEAR)
        service.set_inspector_status(one, InspectorStatus.ACTIVE, "恢复")
    take(city, run_jobs, {**blank, "状态": "离职"})
    admit(city, "YJGL")
    assert take(city, run_jobs, paused)[0]["entering"] == 1
    admit(city, "YJGL")
    with city.acting("yjgl.planner"):
        assert of_emergency(city, "应001").status == "suspended", "back, and suspended as the file says"


def test_a_renewed_certificate_makes_no_second_officer(city: City, run_jobs: Jobs) -> None:
    """R-L7, R-L8: the identity number knows the officer again; one number is one officer, one account one officer's."""
    first, second = made_up_identity_number(date(1980, 1, 1), 1), made_up_identity_number(date(1980, 1, 1), 3)
    row = {
        "姓名": "换证",
        "执法证编号": "应101",
        "证件有效期至": "2020-01-01",
        "身份证号": first,
        "登录账号": "yjgl.officer",
    }
    other = {"姓名": "无证", "身份证号": second, "状态": "在岗"}
    assert take(city, run_jobs, row, other)[0]["added"] == 2
    admit(city, "YJGL")
    with city.acting("yjgl.planner"):
        known = of_emergency(city, "应101").id
    renewed = {**row, "执法证编号": "应102", "证件有效期至": NEXT_YEAR, "登录账号": ""}
    certified = {**other, "执法证编号": "应103", "证件有效期至": NEXT_YEAR}
    outcome, told = take(city, run_jobs, renewed, certified)
    assert (outcome["added"], outcome["changed"], told) == (0, 2, [])
    with city.acting("yjgl.planner"):
        one, officer = of_emergency(city, "应102"), of_emergency(city, "应103")
        assert (one.id, service.username_of(one)) == (known, "yjgl.officer")
        assert officer.name == "无证" and {one, officer} <= set(queries.my_inspectors(today()))
    # Who has the same name and neither number is told of; the same number twice, or of two, is refused.
    _, told = take(city, run_jobs, {"姓名": "换证", "执法证编号": "应109", "证件有效期至": NEXT_YEAR})
    assert len(told) == 1 and "名录里已有同名的换证" in told[0]
    outcome, told = take(
        city, run_jobs, {**renewed, "执法证编号": "应103"}, certified,
        {**certified, "执法证编号": "应104"}, {"姓名": "他人", "执法证编号": "应105", "登录账号": "yjgl.officer"},
    )  # fmt: skip
    assert (outcome["rejected"], outcome["unchanged"]) == (3, 1)
    assert "登记在无证" in told[0] and "与第 3 行是同一人" in told[1] and "已由换证使用" in told[2]
    with city.acting("yjgl.planner"):
        one, officer = of_emergency(city, "应102"), of_emergency(city, "应103")
        with pytest.raises(ClerkError, match="身份证号已登记在换证"):
            service.save_inspector(officer, {"name": officer.name}, first)
        with pytest.raises(ClerkError, match="账号已由换证"):
            service.save_inspector(officer, {"name": officer.name, "user_id": one.user_id})
        service.save_inspector(one, {"name": one.name}, first)
        officer.user_id = one.user_id
        with pytest.raises(sa.exc.IntegrityError, match="uq_inspector_account"):
            db.session.flush()
        db.session.rollback()


def test_a_certificate_is_told_of_once_each_time_suspended_and_taken_back(city: City) -> None:
    """R-L8: 90, 30 and 7 days before, once each; suspended the day after its end, back at work when renewed."""
    with city.acting("wsjk.planner"):
        one = entered(by_hand("程知秋", "示W001", today() + timedelta(days=100)))
        ends, told = today() + timedelta(days=100), []
        for left in (100, 91, 90, 89, 31, 30, 8, 7, 0, -1, -2):
            told.append(service.watch_certificates(ends - timedelta(days=left)))
        assert told == [0, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0]
        assert [notice.stage for notice in reversed(queries.notices_of(one))] == ["90", "30", "7", "expired"]
        assert (one.status, one.suspended_for) == ("suspended", "certificate")

        def at(stage: str) -> bool:
            return one in db.session.scalars(queries.inspectors().where(queries.warned_of(stage))).all()

        assert [at(stage) for stage in ("expired", "7", "30", "90")] == [True, False, False, False]
        query = sa.select(AuditEntry).where(
            AuditEntry.subject_id == one.id, AuditEntry.event.like("%.status")
        )
        assert "自动暂停" in db.session.scalars(query).one().after["reason"]  # type: ignore[index]
        service.save_inspector(one, {"name": one.name, "certificate_expires_on": ends + timedelta(days=800)})
        assert (one.status, one.suspended_for, queries.notices_of(one)[0].stage) == (
            "active", None, "renewed"
        )  # fmt: skip
        stages = []
        for left in (-1, 0, 7, 8, 30, 31, 90, 91):
            one.certificate_expires_on = today() + timedelta(days=left)
            db.session.flush()
            stages.append([stage for stage in ("expired", "7", "30", "90") if at(stage)])
        assert stages == [["expired"], ["7"], ["7"], ["30"], ["30"], ["90"], ["90"], []]
        db.session.rollback()


def test_whom_the_clerk_suspended_no_renewal_takes_back(city: City) -> None:
    with city.acting("wsjk.planner"):
        one = entered(by_hand("袁望舒", "示W002", today() - timedelta(days=1)))
        service.set_inspector_status(one, InspectorStatus.SUSPENDED, "接受调查")
        assert service.watch_certificates() == 0
        service.save_inspector(one, {"name": one.name, "certificate_expires_on": today()})
        assert (one.status, one.suspended_for) == ("suspended", None)


def test_leave_keeps_an_officer_out_of_what_it_takes_up_whole(city: City) -> None:
    first, last = today() + timedelta(days=5), today() + timedelta(days=9)
    with city.acting("wsjk.planner"):
        one = entered(by_hand("白知远", "示W003", today() + timedelta(days=300)))
        with pytest.raises(ClerkError, match="早于开始日期"):
            service.note_leave(one, last, first, "")
        leave = service.note_leave(one, first, last, "年休假")
        with pytest.raises(ClerkError, match="重叠"):
            service.note_leave(one, last, last + timedelta(days=1), "")
        assert one not in queries.my_inspectors(between=(first, last))
        assert one in queries.my_inspectors(between=(first, last + timedelta(days=1)))
        assert queries.days_away([one], [first - timedelta(days=1), first]) == {(first, one.code)}
        service.end_leave(one, leave.id)
        assert one in queries.my_inspectors(between=(first, last))
        assert queries.leaves_between(first, last) == []
        pieces = [
            service.note_leave(one, since, until, "")
            for since, until in ((first, first + timedelta(days=2)), (first + timedelta(days=3), last))
        ]
        assert one not in queries.my_inspectors(between=(first, last)), "in two pieces, no day left"
        service.end_leave(one, pieces[0].id)
        assert one in queries.my_inspectors(between=(first, last))
        service.end_leave(one, pieces[1].id)
    with city.acting("scjg.planner"):
        assert db.session.scalars(sa.select(InspectorLeave)).all() == []


def test_an_officer_asks_and_another_answers(city: City) -> None:
    officer = city.person("wsjk.officer")
    with city.acting("wsjk.planner"):
        one = entered(
            {**by_hand("苏明远", "示W004", today() + timedelta(days=300)), "user_id": officer.user_id}
        )
        inspector_id = one.id
    asked = {"kind": "leave", "text": "婚假", "since": today(), "until": today() + timedelta(days=2)}
    with city.acting("wsjk.officer"):
        for wrong in ({"kind": "leave", "since": None}, {"kind": "correction", "text": " "}):
            with pytest.raises(ClerkError):
                service.ask_clerk({**asked, "entity_code": "", "reason_code": "", **wrong})
        with pytest.raises(ClerkError, match="回避的情形"):
            service.ask_clerk({**asked, "kind": "recusal", "entity_code": "", "reason_code": ""})
        request = service.ask_clerk(asked)
        with pytest.raises(Forbidden):
            service.answer_request(request, True, "")
        request_id = request.id
    with city.acting("wsjk.planner"):
        request = queries.my_request(request_id)
        with pytest.raises(ClerkError, match="写明理由"):
            service.answer_request(request, False, " ")
        service.answer_request(request, True, "")
        with pytest.raises(Conflict):
            service.answer_request(request, True, "")
        (leave,) = queries.leaves_of(queries.inspector(inspector_id))
        assert (leave.since, leave.reason) == (today(), "婚假")
    with city.acting("scjg.planner"), pytest.raises(NotFound):
        queries.my_request(request_id)


def by_hand(name: str, certificate: str, expires: date) -> dict[str, Any]:
    return {
        "name": name, "body": "示范市卫生健康委员会", "unit_id": None, "post": "", "kinds": "", "area": "",
        "certificate_number": certificate, "certificate_expires_on": expires, "qualifications": [], "leads": False,
        "user_id": None,
    }  # fmt: skip


def entered(values: dict[str, Any]) -> Inspector:
    """An officer who is in the library, as after the head's approval."""
    made = service.save_inspector(None, values)
    made.status = InspectorStatus.ACTIVE.value
    db.session.flush()
    return made


def test_a_load_is_taken_back_while_nothing_depends_on_it(city: City, run_jobs: Jobs, owner: Any) -> None:
    """Whom it added go again once the head returned them; what it changed is as it was (R-L9, R-L11)."""
    held = city.person("wsjk.head").permissions

    def load(*rows: list[str], head: tuple[str, ...] = HEAD) -> UUID:
        with city.acting("wsjk.planner"):
            run = service.begin_import("inspectors", "人员.csv", as_csv(rows, head))
            made = run.id
        run_jobs()
        return made

    def why(load_id: UUID) -> str | None:
        with city.acting("wsjk.planner"):
            return service.why_not_undone(queries.import_run(load_id))

    def decide(approved: bool) -> None:
        with city.acting("wsjk.head"):
            for waiting in approvals.inbox(held):
                service.decide_proposal(approvals.get(waiting.id), approved, "重新核对", held)

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
        (new,) = db.session.scalars(queries.inspectors().where(Inspector.certificate_number == "卫U03"))
        service.note_leave(new, today(), today(), "撤销前")
    assert "回避、休假、申请或培训" in str(why(second))
    owner.execute("DELETE FROM inspector_leave WHERE reason = '撤销前'")
    with city.acting("wsjk.planner"):
        service.begin_undo(queries.import_run(second))
    run_jobs()
    with city.acting("wsjk.planner"):
        assert queries.import_run(second).undone_at is not None
        found = {one.certificate_number: one for one in db.session.scalars(queries.inspectors())}
        assert {number for number in found if number and number[1:2] == "U"} == {"卫U01", "卫U02"}
        assert (found["卫U01"].post, found["卫U01"].remark) == ("科员", "")
        assert found["卫U01"].certificate_expires_on == date.fromisoformat(NEXT_YEAR)
    third = load(officer("周卫二", "卫U02", 手机号="13900000055"))
    assert "原来的号码没有另存" in str(why(third))
    fourth = load(officer("周卫四", "卫U04"))
    with city.acting("wsjk.planner"):
        query = queries.inspectors().where(Inspector.certificate_number == "卫U04")
        assert db.session.scalars(query).one().status == "proposed", "its code was another's before"
    decide(False)
    assert why(fourth) is None
    with city.acting("scjg.planner"), pytest.raises(NotFound):
        queries.import_run(fourth)
    head = (*HEAD, "状态")
    gone = load([*officer("周卫六", "卫U06"), "离库"], [*officer("周卫五", "卫U05"), ""], head=head)
    decide(False)
    assert why(gone) is None, "who came in as gone was never there, and nothing hangs on them"
    with city.acting("wsjk.planner"):
        service.begin_undo(queries.import_run(gone))
    run_jobs()
    with city.acting("wsjk.planner"):
        numbers = {one.certificate_number for one in db.session.scalars(queries.inspectors())}
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
            made = service.begin_import("experts", "专家.csv", as_csv(rows, head)).id
        run_jobs()
        return made

    def why(load_id: UUID) -> str | None:
        with city.acting("yjgl.planner"):
            return service.why_not_undone(queries.import_run(load_id))

    def known() -> dict[str, Expert]:
        with city.acting("yjgl.planner"):
            return {one.name: one for one in db.session.scalars(queries.experts.experts())}

    first = load(["壬某", "专家", "示例大学", "特种设备", "2030-01-31", "在库", "原来"])
    second = load(
        ["壬某", "专家", "示例大学", "食品、特种设备", "", "离库", "改过"],
        ["示例检测站", "检验检测机构", "", "", "", "", ""],
    )
    changed = known()["壬某"]
    assert (changed.active, changed.remark) == (False, "改过")
    assert "后来又有变动" in str(why(first)) and why(second) is None
    with city.acting("yjgl.planner"):
        service.begin_undo(queries.import_run(second))
    run_jobs()
    restored = known()
    assert set(restored) == {"壬某"}
    one = restored["壬某"]
    assert (one.qualifications, one.active, one.remark) == (["特种设备"], True, "原来")
    assert one.credential_expires_on == date(2030, 1, 31)
    with city.acting("yjgl.planner"):
        run = queries.import_run(second)
        assert run.undone_at is not None and run.undone_by
        assert "已经撤销" in str(service.why_not_undone(run))
    third = load(["示例检测站", "检验检测机构", "", "", "", "", ""])
    station = known()["示例检测站"].id
    with city.acting("yjgl.planner"):
        one = queries.experts.expert(station)
        kept = ("kind", "name", "organisation", "title", "qualifications", "credential", "active")
        given = {name: getattr(one, name) for name in (*kept, "credential_expires_on")}
        service.save_expert(one, {**given, "remark": "电话已核对"})
    assert "后来又有变动" in str(why(third))
    with city.acting("yjgl.planner"), pytest.raises(Conflict, match="后来又有变动"):
        service.begin_undo(queries.import_run(third))
    with city.acting("scjg.planner"), pytest.raises(NotFound):
        queries.import_run(third)
