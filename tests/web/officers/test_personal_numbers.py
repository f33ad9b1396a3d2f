"""Numbers of people on the pages: masked, shown once for a reason, found by the exact value, in no log, export or error (R-T7)."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from onedoor.entities import queries
from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.codes import made_up_credit_code, made_up_identity_number
from onedoor.kernel.db import db
from onedoor.officers.models import Inspector
from onedoor.officers.rules.inspector_rows import F2_HEAD, MORE_HEAD
from onedoor.targets import service
from tests.fixtures.city import City
from tests.fixtures.clerk_files import as_csv, firm

IDENTITY, PHONE, CONTACT = made_up_identity_number(date(1979, 9, 9), 77), "13955550001", "13955550002"


@pytest.fixture(scope="module")
def log() -> Iterator[io.StringIO]:
    """Whatever this process logs, on every level."""
    result, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(result), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield result
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture(scope="module")
def planner(app: Flask, city: City, log: io.StringIO) -> FlaskClient:
    return city.client("scjg.planner")


@pytest.fixture(scope="module")
def admin(city: City) -> FlaskClient:
    return city.client("scjg.admin")


@pytest.fixture(scope="module")
def places(planner: FlaskClient, city: City) -> dict[str, str]:
    """Pages of an officer and of a firm with numbers."""
    content = as_csv([firm(1)], encoding="utf-8")
    planner.post(
        "/registry/imports/new/entities",
        data={"file": (io.BytesIO(content), "企业.csv"), "mode": "good"},
        content_type="multipart/form-data",
    )
    _work(city)
    with city.acting("scjg.planner"):
        entity = queries.entity_by_code(made_up_credit_code(1))
        service.note_contact(entity, "王示例", CONTACT)
    given = {
        "name": "赵示例", "body": "示范市市场监督管理局", "certificate_number": "P-1",
        "certificate_expires_on": "2030-01-01", "identity_number": IDENTITY, "phone": PHONE,
    }  # fmt: skip
    answer = planner.post("/registry/inspectors/new", data=given)
    assert answer.status_code in (302, 303), answer.text
    return {"inspector": answer.headers["Location"], "entity": f"/registry/entities/{entity.id}"}


def _work(city: City) -> None:
    from tasks import runner, worker

    worker.load_handlers()
    with city.app.app_context():
        for _, job_id in runner.jobs_to_ring():
            runner.run(job_id)


def entries(city: City, event: str) -> list[AuditEntry]:
    with city.acting("scjg.admin"):
        return list(
            db.session.scalars(sa.select(AuditEntry).where(AuditEntry.event == event).order_by(AuditEntry.id))
        )


@pytest.mark.parametrize(
    ("kind", "what", "number", "masked"),
    [
        ("inspector", "phone", PHONE, "139****0001"),
        ("inspector", "identity_number", IDENTITY, f"990100********{IDENTITY[-4:]}"),
        ("entity", "phone", CONTACT, "139****0002"),
    ],
)
def test_a_number_is_shown_once_for_a_reason(
    city: City, planner: FlaskClient, places: dict[str, str], kind: str, what: str, number: str, masked: str
) -> None:
    place = places[kind]
    page = planner.get(place)
    assert number not in page.text and masked in page.text
    for reason in ("", " ", "x"):
        refused = planner.post(f"{place}/reveal", data={"what": what, "why": reason})
        assert refused.status_code == 422 and number not in refused.text
    before = len(entries(city, f"registry.{kind}.reveal"))
    shown = planner.post(f"{place}/reveal", data={"what": what, "why": "通知核对执法证"})
    assert shown.status_code == 200 and number in shown.text and "只在这一次显示" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert number not in planner.get(place).text
    kept = entries(city, f"registry.{kind}.reveal")
    assert len(kept) == before + 1
    assert kept[-1].after == {"what": what, "reason": "通知核对执法证"}


def test_one_number_at_a_time(planner: FlaskClient, places: dict[str, str]) -> None:
    shown = planner.post(f"{places['inspector']}/reveal", data={"what": "phone", "why": "电话通知"})
    assert PHONE in shown.text and IDENTITY not in shown.text


@pytest.mark.parametrize("who", ["scjg.reviewer", "scjg.head"])
def test_without_the_permission_nobody_sees_it(city: City, places: dict[str, str], who: str) -> None:
    client = city.client(who)
    for place in places.values():
        assert "查看完整号码" not in client.get(place).text
        assert client.post(f"{place}/reveal", data={"what": "phone", "why": "好奇"}).status_code == 403


def test_a_known_number_leads_to_its_owner(city: City, planner: FlaskClient, places: dict[str, str]) -> None:
    assert planner.get("/registry/numbers").status_code == 200
    for number, name in (
        (f"{PHONE[:3]} {PHONE[3:]}", "赵示例"),
        (IDENTITY.lower(), "赵示例"),
        (CONTACT, "示范第1号商行"),
    ):
        found = planner.post("/registry/numbers", data={"number": number})
        assert found.status_code == 200 and name in found.text
        assert number not in found.text
    assert "没有这个号码" in planner.post("/registry/numbers", data={"number": "13955559999"}).text
    assert planner.post("/registry/numbers", data={"number": "1395"}).status_code == 422
    kept = entries(city, "registry.number.find")
    assert len(kept) == 4 and not any(PHONE in str(one.after) or IDENTITY in str(one.after) for one in kept)
    assert city.client("scjg.reviewer").get("/registry/numbers").status_code == 403
    assert (
        "没有这个号码" in city.client("yjgl.planner").post("/registry/numbers", data={"number": PHONE}).text
    )


def _cells(answer: Any) -> str:
    if answer.mimetype == "text/csv":
        return str(answer.text)
    sheet = load_workbook(io.BytesIO(answer.data), read_only=True).worksheets[0]
    return "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("path", ["registry/inspectors", "registry/entities", "settings/log"])
def test_no_export_holds_a_number(admin: FlaskClient, places: dict[str, str], path: str, kind: str) -> None:
    answer = admin.get(f"/{path}?export={kind}")
    assert answer.status_code == 200
    said = _cells(answer)
    assert len(said) > 20 and not {number for number in (IDENTITY, PHONE, CONTACT) if number in said}


def test_a_rows_problem_does_not_repeat_a_number(
    city: City, planner: FlaskClient, places: dict[str, str]
) -> None:
    """Numbers in the wrong column are quoted by no sentence: not on the page, not in the file of problems, not in the table."""
    head = [*F2_HEAD, *MORE_HEAD]
    row = dict.fromkeys(head, "")
    row |= {"姓名": "钱示例", "执法证编号": "P-2", "性别": PHONE, "证件有效期至": IDENTITY, "状态": CONTACT}
    answer = planner.post(
        "/registry/imports/new/inspectors",
        data={"file": (io.BytesIO(as_csv([list(row.values())], head=head)), "人员.csv"), "mode": "good"},
        content_type="multipart/form-data",
    )
    _work(city)
    page = planner.get(answer.headers["Location"]).text
    for number in (PHONE, IDENTITY, CONTACT):
        assert number not in page
    with city.acting("scjg.planner"):
        problems = str(db.session.execute(sa.text("SELECT params FROM import_problem")).all())
    assert "139****0001" in problems and not {n for n in (PHONE, IDENTITY, CONTACT) if n in problems}


def test_only_who_brought_a_file_with_numbers_gets_it_back(
    city: City, planner: FlaskClient, admin: FlaskClient, places: dict[str, str]
) -> None:
    """R-T7: the file of problems hands out what the page masks; that it was handed out is in the log."""
    head = [*F2_HEAD, *MORE_HEAD]
    for name, phone in (
        ("带电话", PHONE),
        ("带固话", "0476-8234567"),
        ("固话无区号", "8234567"),
        ("不带", ""),
    ):
        row = dict.fromkeys(head, "") | {"姓名": "孙示例", "性别": "不详", "手机号": phone}
        content = as_csv([list(row.values())], head=head)
        answer = planner.post(
            "/registry/imports/new/inspectors",
            data={"file": (io.BytesIO(content), f"{name}.csv"), "mode": "check"},
            content_type="multipart/form-data",
        )
        _work(city)
        for rows in ("", "?rows=all"):
            path = f"{answer.headers['Location']}/errors.xlsx{rows}"
            assert planner.get(path).status_code == 200
            other = admin.get(path)
            assert other.status_code == (403 if phone else 200)
            if phone:
                assert "只有上传它的" in other.text and phone not in other.text
    handed = [entry.subject_name for entry in entries(city, "registry.import.take")]
    taken = [("带电话", 2), ("带固话", 2), ("固话无区号", 2), ("不带", 4)]
    assert handed == [f"{name}.csv" for name, times in taken for _ in range(times)]


def test_a_failing_statement_names_no_value(city: City, places: dict[str, str], log: io.StringIO) -> None:
    with pytest.raises(sa.exc.DBAPIError) as failed, city.acting("scjg.planner"):
        db.session.execute(sa.update(Inspector).values(remark=IDENTITY, status=PHONE))
    assert IDENTITY not in str(failed.value)
    logging.getLogger("onedoor.test").error("it failed", exc_info=failed.value)
    assert "it failed" in log.getvalue()


def test_the_log_of_all_this_holds_no_number(
    planner: FlaskClient, places: dict[str, str], log: io.StringIO
) -> None:
    logging.getLogger("onedoor.test").warning("told %s", PHONE)
    said = log.getvalue()
    assert "told 139****0001" in said
    assert not {number for number in (IDENTITY, PHONE, CONTACT) if number in said}
