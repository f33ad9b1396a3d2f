"""The log's page: searched, sorted, paged, exported, one act in full, and a chain that says where it is broken (R-T6)."""

from __future__ import annotations

import ast
import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy.dialects import postgresql

from onedoor.edge.lists import keyset
from onedoor.kernel import audit, audit_chain
from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.web.settings import log_words
from tests.fixtures.city import City

ROOT = Path(__file__).parents[3]
PHONE = "13955550009"


@pytest.fixture(scope="module")
def admin(city: City) -> FlaskClient:
    return city.client("scjg.admin")


@pytest.fixture(scope="module", autouse=True)
def acts(app: Flask, city: City) -> None:
    """Thirty acts of a planner, one of a head, one of another bureau."""
    with city.acting("scjg.planner"):
        for number in range(30):
            audit.record("plans.plan.submit", ("plan", new_id()), f"计划之{number:02d}")
        audit.record(
            "registry.entity.status",
            ("entity", new_id()),
            f"示例商行，电话{PHONE}",
            before={"status": "active"},
            after={"status": "moved", "note": f"迁往示例县，电话{PHONE}", "since": "2026-03-05"},
        )
    with city.acting("scjg.head"):
        audit.record("plans.plan.approve", ("plan", new_id()), "局长批准的计划")
    with city.acting("yjgl.planner"):
        audit.record("plans.plan.submit", ("plan", new_id()), "别局的计划")


def rows(client: FlaskClient, query: str) -> list[dict[str, str]]:
    answer = client.get(f"/settings/log?{query}&export=csv")
    return list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=计划之07", ["计划之07"]),
        ("q=迁往示例县", ["示例商行"]),
        ("q=批准+局长", ["局长批准的计划"]),
        ("q=变更状态", ["示例商行"]),
        ("q=没有这样的事", []),
    ],
)
def test_it_is_searched_by_who_event_subject_and_text(
    admin: FlaskClient, query: str, found: list[str]
) -> None:
    result = rows(admin, query)
    assert len(result) == len(found)
    assert all(text in row["对象"] for row, text in zip(result, found, strict=True))


def test_it_is_searched_by_person_and_day(city: City, admin: FlaskClient) -> None:
    head = city.person("scjg.head").user_id
    assert [row["对象"] for row in rows(admin, f"who={head}&room=plans")] == ["局长批准的计划"]
    day = today()
    # from yesterday on, for a test that midnight overtakes
    assert len(rows(admin, f"room=plans&from={day - timedelta(days=1)}&to={day}")) == 31
    assert rows(admin, f"room=plans&to={day - timedelta(days=2)}") == []
    assert rows(admin, f"room=plans&from={day + timedelta(days=2)}") == []


def test_it_is_sorted_and_paged_by_the_server(admin: FlaskClient) -> None:
    page = admin.get("/settings/log?room=plans&sort=subject_name&size=20").text
    assert "共 31 条" in page and "计划之00" in page and "计划之18" in page and "计划之19" not in page
    last = rows(admin, "room=plans&sort=-subject_name")
    assert [row["对象"] for row in last][:2] == ["计划之29", "计划之28"]


def test_a_file_of_it_holds_what_changed_and_the_seals(admin: FlaskClient, app: Flask) -> None:
    with app.app_context():
        audit_chain.seal()
    answer = admin.get("/settings/log?q=迁往示例县&export=xlsx")
    sheet = load_workbook(io.BytesIO(answer.data), read_only=True).worksheets[0]
    head, row = list(sheet.iter_rows(values_only=True))
    result = dict(zip(head, row, strict=True))
    assert "moved" in str(result["之后"]) and "active" in str(result["之前"])
    assert len(str(result["指纹"])) == 64 and str(result["链上序号"]).isdigit()
    assert PHONE not in str(row) and "139****0009" in str(result["对象"])


def test_one_act_in_full(city: City, admin: FlaskClient) -> None:
    entry = _entry(city, "registry.entity.status")
    page = admin.get(f"/settings/log/{entry.id}").text
    assert "<td>存续</td><td>迁出</td>" in page and "示例商行" in page
    assert "<td>—</td><td>2026-03-05</td>" in page
    english = admin.get(f"/settings/log/{entry.id}?lang=en").text
    assert "<td>In business</td><td>moved away</td>" in english
    assert "存续" in admin.get(f"/settings/log/{entry.id}?lang=zh").text
    assert PHONE not in page and "139****0009" in page
    assert admin.get(f"/settings/log/{new_id()}").status_code == 404
    with city.acting("yjgl.planner"):
        strange = db.session.scalars(sa.select(AuditEntry.id).limit(1)).one()
    assert admin.get(f"/settings/log/{strange}").status_code == 404
    assert city.client("scjg.planner").get(f"/settings/log/{entry.id}").status_code == 403


def test_what_waits_for_its_place_is_shown(city: City, app: Flask, admin: FlaskClient) -> None:
    with app.app_context():
        audit_chain.seal()
    assert "待封存" in admin.get("/settings/log").text
    with city.acting("scjg.planner"):
        audit.record("plans.plan.submit", ("plan", new_id()), "刚刚提交")
    (row,) = rows(admin, "q=刚刚提交")
    assert row["链上序号"] == "待封存" and row["指纹"] == ""
    with app.app_context():
        audit_chain.seal()
    (row,) = rows(admin, "q=刚刚提交")
    assert row["链上序号"].isdigit()


def test_a_deep_page_begins_where_the_index_says(city: City) -> None:
    """However long the log: the order is the index's own, and a page begins at its first row, not at the newest."""
    table = sa.inspect(AuditEntry).local_table
    order = keyset.Order(table.c.at, table.c.id, descending=True)
    with city.acting("scjg.admin") as here:
        mine = sa.select(AuditEntry.id).where(AuditEntry.tenant_id == here.tenant_id)
        page = order.apply(mine).where(order.beyond(now(), new_id())).limit(21)
        said = page.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
        db.session.execute(sa.text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join(db.session.scalars(sa.text(f"EXPLAIN {said}".replace(":", "\\:"))))
    assert "ix_audit_entry_tenant_at" in plan and "Incremental Sort" in plan, plan
    assert any("Index Cond" in line and "at <=" in line for line in plan.splitlines()), plan


@pytest.fixture
def meddled(app: Flask, city: City, owner: psycopg.Connection) -> Iterator[AuditEntry]:
    """The owner of the database changes a sealed record past the triggers, and puts it back afterwards."""
    with app.app_context():
        audit_chain.seal()
    entry = _entry(city, "registry.entity.status")
    change = "UPDATE audit_entry SET subject_name = %s WHERE id = %s"
    owner.execute("SET session_replication_role = replica")
    owner.execute(change, ["另一个名字", entry.id])
    yield entry
    owner.execute(change, [entry.subject_name, entry.id])
    owner.execute("SET session_replication_role = origin")


def _entry(city: City, event: str) -> AuditEntry:
    with city.acting("scjg.admin"):
        return db.session.scalars(sa.select(AuditEntry).where(AuditEntry.event == event)).one()


def test_a_chain_that_is_whole_says_so(admin: FlaskClient, run_jobs: Callable[[], int]) -> None:
    assert admin.post("/settings/log/check").status_code == 303
    assert "校验作业正在进行或没有完成" in admin.get("/settings/log").text
    run_jobs()
    page = admin.get("/settings/log").text
    assert "链完整" in page and "日志的链不完整" not in page


def test_a_broken_chain_says_so_and_where(
    admin: FlaskClient, run_jobs: Callable[[], Any], meddled: AuditEntry
) -> None:
    admin.post("/settings/log/check")
    run_jobs()
    page = admin.get("/settings/log").text
    assert "日志的链不完整" in page and f"第 {meddled.sequence} 条被改动或移动过" in page


def test_every_day_the_heads_go_to_the_supervisors_and_every_chain_is_walked(
    app: Flask, city: City, run_jobs: Callable[[], int]
) -> None:
    from tasks import kernel

    with app.app_context():
        audit_chain.seal()
        assert kernel.anchor_and_check(date(2026, 3, 5)) > 0
        assert kernel.anchor_and_check(date(2026, 3, 5)) == 0
    assert run_jobs() == len(city.bureaus)


def kept_names() -> set[str]:
    """Every name that stands in an act's `before` or `after` in the source, there or in a dictionary that is handed on."""
    found = set()
    for folder in ("platform/onedoor", "tenants", "tasks"):
        for path in (ROOT / folder).rglob("*.py"):
            tree = ast.parse(path.read_text())
            for function in ast.walk(tree):
                if not isinstance(function, ast.FunctionDef):
                    continue
                kept = [
                    word.value
                    for call in ast.walk(function)
                    if isinstance(call, ast.Call) and ast.unparse(call.func) == "audit.record"
                    for word in call.keywords
                    if word.arg in ("before", "after")
                ]
                named = {one.id for value in kept for one in ast.walk(value) if isinstance(one, ast.Name)}
                kept += [
                    line.value
                    for line in ast.walk(function)
                    if isinstance(line, ast.Assign)
                    and any(isinstance(target, ast.Name) and target.id in named for target in line.targets)
                ]
                for value in kept:
                    for part in ast.walk(value):
                        if isinstance(part, ast.Dict):
                            found |= {str(key.value) for key in part.keys if isinstance(key, ast.Constant)}
    return found


def test_what_an_act_keeps_is_told_in_words_and_not_by_the_names_of_columns(app: Flask) -> None:
    names = kept_names()
    assert len(names) > 100
    for language, is_a_word in (("zh", re.compile(r"[\u4e00-\u9fff]")), ("en", re.compile(r"[A-Z]"))):
        with app.test_request_context(f"/?lang={language}"):
            told = {name: log_words.field(name) for name in names}
            bare = {name: text for name, text in told.items() if not is_a_word.match(text)}
            assert bare == {}
            assert {name for name, text in told.items() if text == log_words.field("no_such_name")} == set()


def test_values_are_told_in_words_too(app: Flask) -> None:
    with app.test_request_context("/"):
        assert log_words.value({"roles": ["planner", "head"], "leads": True, "until": None}) == (
            "角色：计划员、行政执法主体负责人；可任组长：是；至：—"
        )
        assert log_words.value(str(new_id())).startswith("编号 ")
        assert log_words.value("示范市示例路1号") == "示范市示例路1号" and log_words.value(0) == "0"
