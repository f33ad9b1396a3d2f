"""The inspector library (R-L7, R-L8, R-L12, R-T7): F2 in, who may be drawn, what stays private."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from onedoor.disclosure.models import Disclosure
from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.clock import today
from onedoor.kernel.codes import made_up_credit_code, made_up_identity_number
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.registry import queries, service
from onedoor.registry.models import Inspector, InspectorPrivate, Recusal
from onedoor.registry.rules.codes import InspectorStatus
from tests.fixtures.city import City
from tests.registry.files import as_csv, firm

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
        assert made in queries.my_inspectors(today())
        assert queries.last_update("inspectors").note == "新增 周思齐"  # type: ignore[union-attr]


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
        service.end_recusal(one, made.id)
        assert queries.my_recusals(today() + timedelta(days=1)) == []
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
