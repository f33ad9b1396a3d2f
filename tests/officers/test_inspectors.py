"""The inspector library (R-L7, R-L8, R-L12, R-T7): F2 in, who may be drawn, what stays private."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from onedoor.disclosure import queries as disclosed
from onedoor.disclosure.models import Disclosure
from onedoor.filing import queries as filings
from onedoor.imports import queries as import_queries
from onedoor.imports import service as import_service
from onedoor.imports.models import ImportProblem
from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.clock import today
from onedoor.kernel.codes import made_up_credit_code, made_up_identity_number
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from onedoor.officers import queries as officer_queries
from onedoor.officers import service as officer_service
from onedoor.officers.models import Inspector, InspectorPrivate, Recusal
from onedoor.officers.rules.codes import InspectorStatus
from onedoor.officers.rules.inspector_rows import F2_HEAD, f2_changes
from onedoor.officers.service.bulk import INSPECTORS
from onedoor.officers.service.duties import liaison_phone
from onedoor.officers.service.library import f2_workbook
from tests.fixtures.city import City
from tests.fixtures.clerk_files import admit, as_csv, firm

pytestmark = pytest.mark.committed("its tests go on from one another")

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
        run_id = import_service.begin_import("inspectors", "人员.csv", as_csv(rows, HEAD)).id
    run_jobs()
    with city.acting("scjg.planner"):
        outcome = import_queries.import_run(run_id).outcome
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
        first = db.session.scalar(
            officer_queries.inspectors().where(Inspector.certificate_number == "示C001")
        )
        assert first is not None
        assert (first.code, first.qualifications, first.leads) == (
            "990100-SCJG-001",
            ["食品", "特种设备"],
            True,
        )
        assert first.sort_key.startswith("shan4")
        marks = [one.whole for one in import_queries.library_updates.updates("inspectors")]
        assert marks == [True, True], "everybody of the library stood in either file (R-L5)"


def test_only_a_valid_certificate_is_drawn(city: City) -> None:
    with city.acting("scjg.planner"):
        assert officer_queries.my_inspectors(today()) == [], (
            "R-L9: nobody is in the library before the head says so"
        )
    admit(city, "SCJG")
    with city.acting("scjg.planner"):
        assert [one.name for one in officer_queries.my_inspectors(today())] == ["单明远"]
        assert officer_queries.my_inspectors(today() + timedelta(days=366)) == []
        (one,) = officer_queries.my_inspectors(today())
        officer_service.set_inspector_status(one, InspectorStatus.SUSPENDED, "考核不合格")
        assert officer_queries.my_inspectors(today()) == []
        officer_service.set_inspector_status(one, InspectorStatus.ACTIVE, "补考合格")


def test_others_read_f2_and_never_the_private_part(city: City, owner: Any) -> None:
    with city.acting("wsjk.planner"):
        one = officer_queries.bureau_inspectors(city.bureaus["SCJG"])[0]
        assert officer_queries.private_of(one) is None
        assert db.session.scalars(sa.select(InspectorPrivate)).all() == []
        with pytest.raises(ClerkError):
            officer_service.reveal_inspector(one, "phone", "核对")
    kept = owner.execute("SELECT identity_number, phone FROM inspector_private").fetchall()
    assert any(identity for identity, _ in kept) and any(phone for _, phone in kept)
    for sealed in (number for row in kept for number in row if number is not None):
        assert IDENTITY.encode() not in sealed and b"13900000001" not in sealed


def test_the_uploaded_file_is_kept_sealed(city: City, owner: Any) -> None:
    kept = owner.execute("SELECT content FROM stored_file").fetchall()
    assert kept and all(IDENTITY.encode() not in row[0] and "单明远".encode() not in row[0] for row in kept)


def test_a_reveal_is_logged(city: City) -> None:
    with city.acting("scjg.planner"):
        (one,) = officer_queries.my_inspectors(today())
        assert officer_service.reveal_inspector(one, "identity_number", "核对执法证") == IDENTITY
        with pytest.raises(ClerkError, match="理由"):
            officer_service.reveal_inspector(one, "phone", " ")
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
            officer_service.save_inspector(None, {**values, "certificate_number": "示C001"})
        made = officer_service.save_inspector(
            None,
            {**values, "certificate_number": "示C009", "certificate_expires_on": today()},
            phone="13900000009",
        )
        assert made not in officer_queries.my_inspectors(today())
    admit(city, "SCJG")
    with city.acting("scjg.planner"):
        assert "周思齐" in [one.name for one in officer_queries.my_inspectors(today())]
        assert import_queries.library_updates.last_update("inspectors").note == "执法人员入库：周思齐"  # type: ignore[union-attr]


def test_recusals_name_an_entity_and_end(city: City, run_jobs: Jobs) -> None:
    with city.acting("scjg.planner"):
        import_service.begin_import("entities", "企业.csv", as_csv([firm(1)]))
    run_jobs()
    with city.acting("scjg.planner"):
        (one, _) = officer_queries.my_inspectors(today())
        with pytest.raises(ClerkError, match="名录里没有"):
            officer_service.add_recusal(one, made_up_credit_code(999), "KIN", "")
        made = officer_service.add_recusal(one, made_up_credit_code(1), "KIN", "")
        assert (made.reason, [r.id for r in officer_queries.my_recusals()]) == ("亲属关系", [made.id])
        with pytest.raises(ClerkError, match="截止日期已经过去"):
            officer_service.add_recusal(one, made_up_credit_code(1), "KIN", "", today() - timedelta(days=1))
        with pytest.raises(Conflict, match="还在有效期内"):
            officer_service.add_recusal(one, made_up_credit_code(1), "PAST", "")
        with pytest.raises(ClerkError, match="请写明理由"):
            officer_service.add_recusal(one, made_up_credit_code(2), "OTHER", " ")
        one.user_id = city.person("scjg.planner").user_id
        for act in (
            lambda: officer_service.end_recusal(one, made.id, "不再有利害关系"),
            lambda: officer_service.note_leave(one, today(), today(), ""),
            lambda: officer_service.save_inspector(one, {"name": one.name}),
            lambda: officer_service.set_inspector_status(one, InspectorStatus.SUSPENDED, "休养"),
        ):
            with pytest.raises(Forbidden, match="就是您本人"):
                act()
        one.user_id = None
        with pytest.raises(ClerkError, match="请写明解除回避的理由"):
            officer_service.end_recusal(one, made.id, " ")
        officer_service.end_recusal(one, made.id, "亲属已离任")
        assert officer_queries.my_recusals(today() + timedelta(days=1)) == []
        ended = sa.select(AuditEntry.after).where(AuditEntry.event == "registry.recusal.end")
        assert db.session.scalar(ended) == {"entity": made.entity_code, "reason": "亲属已离任"}
        made.until = today() - timedelta(days=1)
        with pytest.raises(Conflict, match="结束"):
            officer_service.end_recusal(one, made.id, "再次")
        assert made.until == today() - timedelta(days=1), "what ended keeps its day"
        assert len(officer_queries.recusals_of(one)) == 1
    with city.acting("sfj.planner"):
        assert db.session.scalars(sa.select(Recusal)).all() == []


def test_the_published_library_has_the_columns_of_f2_only(city: City) -> None:
    with city.acting("scjg.planner"):
        officer_service.publish_library()
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
        officers = officer_queries.bureau_inspectors(public.tenant_id)
        assert len(rows) == 4 + len(officers)
        assert liaison_phone("名录库") == ""
        officer_service.name_for_duty(
            {
                "role": "liaison",
                "name": "某联络",
                "post": "",
                "contact": "0476-1234567",
                "since": today(),
                "document": "",
            }
        )
        own = f2_workbook(officers, liaison_phone("名录库"))
        foot = [cell.value for cell in list(load_workbook(io.BytesIO(own)).worksheets[0].iter_rows())[-1]]
        assert foot[4] == "联系电话：0476-1234567"


def test_the_filing_of_the_library_says_where_and_when_it_was_published(city: City) -> None:
    """R-P1, R-L12."""
    with city.acting("scjg.planner"):
        if officer_service.unpublished_changes() != 0:
            officer_service.publish_library()
        bureau = city.bureaus["SCJG"]
        sent = [one for one in filings.of_subject(bureau) if one.kind == "inspectors"]
        assert sent and sent[0].summary["公布位置"] == f"本平台公示网站 /open/inspectors/{bureau}"
        assert sent[0].summary["公布时间"].startswith(str(today().year))


def test_what_is_public_of_the_officers_says_when_it_is_outdated(city: City) -> None:
    """R-L12: who came, left or changed since is counted, and the same is not published twice unless it was returned."""
    with city.acting("scjg.planner"):
        if officer_service.unpublished_changes() != 0:
            officer_service.publish_library()
        with pytest.raises(Conflict, match="不必重复公布"):
            officer_service.publish_library()
        one, *_rest = officer_queries.bureau_inspectors(city.bureaus["SCJG"])
        post, one.post = one.post, "副科长"
        db.session.flush()
        assert officer_service.unpublished_changes() == 1
        officer_service.publish_library()
        assert officer_service.unpublished_changes() == 0
        one.post = post
    with city.acting("xfjy.planner"):
        assert officer_service.unpublished_changes() is None


def test_a_file_brings_in_and_sends_away_by_the_heads_word(city: City, run_jobs: Jobs) -> None:
    """R-L9: loads propose; a file that says somebody left is asked about once, and the head may return it."""
    head = ("序号", "姓名", "执法证编号", "证件有效期至", "状态")

    def load(*rows: list[str]) -> dict[str, Any]:
        with city.acting("sfj.planner"):
            run_id = import_service.begin_import("inspectors", "人员.csv", as_csv(rows, head)).id
        run_jobs()
        with city.acting("sfj.planner"):
            return import_queries.import_run(run_id).outcome or {}

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
        assert {"江望舒", "沈知行"} <= {one.name for one in officer_queries.my_inspectors()}
        (one,) = [one for one in officer_queries.my_inspectors() if one.name == "沈知行"]
        with pytest.raises(Conflict, match="等待批准"):
            officer_service.set_inspector_status(one, InspectorStatus.SUSPENDED, "调离")
    admit(city, "SFJ")
    with city.acting("sfj.planner"):
        assert "沈知行" not in {one.name for one in officer_queries.my_inspectors()}
    assert load(stays, goes)["entering"] == 1, "back again, by the same way"


FILE = ("序号", "姓名", "执法证编号", "证件有效期至", "状态", "职务", "身份证号", "登录账号")


def take(city: City, run_jobs: Jobs, *rows: dict[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Load officers of emergency management; the outcome, and what was told of rows."""
    with city.acting("yjgl.planner"):
        lines = [[row.get(name, "") for name in FILE] for row in rows]
        run_id = import_service.begin_import("inspectors", "人员.csv", as_csv(lines, FILE)).id
    run_jobs()
    with city.acting("yjgl.planner"):
        found = db.session.scalars(import_queries.problems(run_id).order_by(ImportProblem.number))
        problems = [one.message % one.params for one in found]
        return import_queries.import_run(run_id).outcome or {}, problems


def of_emergency(city: City, certificate: str) -> Inspector:
    query = officer_queries.inspectors().where(Inspector.certificate_number == certificate)
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
        states = {
            one.name: (one.status, one.proposed_as)
            for one in db.session.scalars(officer_queries.inspectors())
        }
        assert states == {"应一": ("suspended", None), "应二": ("suspended", None)}
        assert officer_queries.my_inspectors(today()) == []
    blank = {"姓名": "应一", "执法证编号": "应001"}
    assert take(city, run_jobs, blank)[0]["unchanged"] == 1
    assert take(city, run_jobs, {**blank, "职务": "无"})[0]["changed"] == 1
    with city.acting("yjgl.planner"):
        one = of_emergency(city, "应001")
        assert (one.status, one.post, str(one.certificate_expires_on)) == ("suspended", "", NEXT_YEAR)
        officer_service.set_inspector_status(one, InspectorStatus.ACTIVE, "恢复")
    take(city, run_jobs, {**blank, "状态": "离职"})
    admit(city, "YJGL")
    assert take(city, run_jobs, paused)[0]["entering"] == 1
    admit(city, "YJGL")
    with city.acting("yjgl.planner"):
        one = of_emergency(city, "应001")
        assert one.status == "suspended", "back, and suspended as the file says"
        one.user_id = city.person("yjgl.planner").user_id
    # R-T5: whoever keeps the library and is the officer is no more freed by their own file than by their own form.
    outcome, result = take(city, run_jobs, {**paused, "状态": "在岗"})
    assert (outcome["rejected"], outcome["changed"]) == (1, 0) and "就是您本人" in result[0]
    assert take(city, run_jobs, {**paused, "职务": ""})[0]["unchanged"] == 1
    with city.acting("yjgl.planner"):
        one = of_emergency(city, "应001")
        refused = INSPECTORS["resume"].apply([one.id], {"reason": "复岗"})
        assert (one.status, one.certificate_number) == ("suspended", "应001")
        assert [type(error) for error in refused.values()] == [Forbidden]
        one.user_id = None


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
    outcome, result = take(city, run_jobs, renewed, certified)
    assert (outcome["added"], outcome["changed"], outcome["changing"], result) == (0, 2, 2, [])
    # The certificate of who is in the library changes when the head agrees.
    admit(city, "YJGL")
    with city.acting("yjgl.planner"):
        one, officer = of_emergency(city, "应102"), of_emergency(city, "应103")
        assert (one.id, officer_service.username_of(one)) == (known, "yjgl.officer")
        assert officer.name == "无证" and {one, officer} <= set(officer_queries.my_inspectors(today()))
    # Who has the same name and neither number is told of; the same number twice, or of two, is refused.
    _, result = take(city, run_jobs, {"姓名": "换证", "执法证编号": "应109", "证件有效期至": NEXT_YEAR})
    assert len(result) == 1 and "名录里已有同名的换证" in result[0]
    outcome, result = take(
        city, run_jobs, {**renewed, "执法证编号": "应103"}, certified,
        {**certified, "执法证编号": "应104"}, {"姓名": "他人", "执法证编号": "应105", "登录账号": "yjgl.officer"},
    )  # fmt: skip
    assert (outcome["rejected"], outcome["unchanged"]) == (3, 1)
    assert "登记在无证" in result[0] and "与第 3 行是同一人" in result[1] and "已由换证使用" in result[2]
    with city.acting("yjgl.planner"):
        one, officer = of_emergency(city, "应102"), of_emergency(city, "应103")
        with pytest.raises(ClerkError, match="身份证号已登记在换证"):
            officer_service.save_inspector(officer, {"name": officer.name}, first)
        with pytest.raises(ClerkError, match="账号已由换证"):
            officer_service.save_inspector(officer, {"name": officer.name, "user_id": one.user_id})
        officer_service.save_inspector(one, {"name": one.name}, first)
        officer.user_id = one.user_id
        with pytest.raises(sa.exc.IntegrityError, match="uq_inspector_account"):
            db.session.flush()
        db.session.rollback()


def test_changes_of_the_officer_list_are_counted_by_officer() -> None:
    """R-L12: an officer is one place, however much of the row differs; who has no certificate is known by name."""
    one, other = {"name": "甲某", "certificate_number": "示C1"}, {"name": "乙某", "certificate_number": ""}
    assert f2_changes([one, other], [other, one]) == 0
    assert f2_changes([one], [{**one, "post": "科长"}, other]) == 2
    assert f2_changes([other, other], [other]) == 1 and f2_changes([], [one, one]) == 2
