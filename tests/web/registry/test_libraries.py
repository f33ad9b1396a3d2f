"""The pages of the item list and the inspector library, as those who keep, approve, share and only read them use them (R-L1 to R-L3, R-L7 to R-L9)."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from onedoor.commands.demo import firms
from onedoor.kernel.clock import today
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db
from onedoor.registry import queries, service
from onedoor.registry.models import Inspector, Item
from onedoor.registry.rules.items import facts_of
from tenants import approvals
from tests.fixtures.city import City
from tests.fixtures.planning import list_items
from tests.web.registry.reading import Jobs, follow, text, upload


def test_items_from_the_form_to_the_public(planner: FlaskClient, city: City, run_jobs: Jobs) -> None:
    assert "下一步" not in text(planner.get("/registry/items"))
    upload(planner, "items", "清单.xlsx", firms.matters("SCJG", "示范市市场监督管理局")[1])
    run_jobs()
    made = planner.post(
        "/registry/items/new",
        data={
            "name": "广告检查", "basis": "《中华人民共和国广告法》第四十九条", "enforcing_body": "示范市市场监督管理局",
            "object_kinds": ["91", "92"], "method": "网络监测", "mode": "random", "rate": "3%", "frequency": "2",
            "checklist": "广告可识别\r\n没有绝对化用语",
        },
    )  # fmt: skip
    shown = follow(planner, made)
    assert "没有绝对化用语" in shown and "未公布的修改" in shown
    wrong = planner.post("/registry/items/new", data={"name": "无依据", "mode": "random", "rate": "900%"})
    shown = text(wrong, 422)
    assert 'id="e-basis"' in shown and 'id="e-object_kinds"' in shown
    shown = follow(planner, planner.post("/registry/items/submit"))
    assert "待审批" in shown and "第 1 版" in shown
    assert "正在等待负责人审批" in text(planner.get("/registry/items"))


def test_a_checklist_is_written_point_by_point_without_a_script(
    planner: FlaskClient, other: FlaskClient, reader: FlaskClient, city: City
) -> None:
    """R-L1. While a list waits for the head its drafts stay as they are, so this one is of a new item."""
    with city.acting("scjg.planner"):
        first = queries.my_items()[0]
        made = {
            **facts_of(first),
            "name": "冷库检查",
            "checklist": [{"point": "是否持证经营", "kind": "yes_no"}],
        }
        draft = service.save_item("SCJG-800", made)
        place, draft_id = f"/registry/items/{draft.id}/checklist", draft.id
    assert "是否持证经营" in text(planner.get(place)) and "手机上的样子" in text(planner.get(place))
    text(other.get(place), 404)
    text(reader.get(place), 403)
    form = {"count": "2", "p-0-point": "是否持证经营", "p-0-kind": "yes_no", "p-0-photo": "no",
            "p-1-point": "温度", "p-1-kind": "number", "p-1-unit": "℃", "p-1-lowest": "8", "p-1-highest": "0"}  # fmt: skip
    shown = text(planner.post(place, data={**form, "do": "add"}))
    assert 'name="p-2-point"' in shown and shown.count(" autofocus") == 1
    shown = text(planner.post(place, data={**form, "do": "up-1"}))
    assert shown.index('value="温度"') < shown.index('value="是否持证经营"') and "选“否”时须拍照" in shown
    assert "温度" not in text(planner.post(place, data={**form, "do": "remove-1"}))
    assert "最大值不能小于最小值" in text(planner.post(place, data=form), 422)
    choice = {"p-1-kind": "choice", "p-1-option-0": "合格", "p-1-option-2": "超温", "p-1-option-2-note": "1"}
    shown = follow(planner, planner.post(place, data={**form, **choice}))
    assert "温度（选项：合格／超温；选“超温”时须说明）" in shown and "是否持证经营（选“否”时须拍照）" in shown
    with city.acting("scjg.planner"):
        draft = db.session.get_one(Item, draft_id)
        assert draft.checklist[1] == {
            "point": "温度",
            "kind": "choice",
            "options": ["合格", "超温"],
            "note": ["超温"],
        }
        service.save_item("SCJG-800", {"content": "另写的内容"})
        assert len(draft.checklist) == 2, "points that were written out outlive a change of the content"
        service.discard_draft(draft)


def test_coverage_is_told_by_domain_and_an_unfit_item_needs_its_reason(
    planner: FlaskClient, other: FlaskClient, city: City, owner: Any
) -> None:
    """R-L1 to R-L3: every figure opens its records, and they are as many."""
    made = list_items(city, "YJGL", mode="unlisted") | list_items(city, "YJGL")
    clerk = city.client("yjgl.planner")
    shown = text(clerk.get("/registry/coverage"))
    assert "50%" in shown and "尚未列入双随机抽查（1 项）" in shown and "其他领域" in shown
    assert "低于底线" not in shown and "年还没有开始的检查" in shown
    floor = "('990100', 'coverage_floor_other', '{\"value\": 60}', '示市法〔2026〕1号', '2026-01-01')"
    columns = "jurisdiction_code, key, value, provenance, since"
    owner.execute(f"INSERT INTO jurisdiction_setting ({columns}) VALUES {floor}".encode())
    assert "还要再列入 1 项，才能达到 60% 的底线" in text(clerk.get("/registry/coverage"))
    links = re.findall(r'href="(/registry/items/published[^"]+)" aria-label="[^"]* (\d+)"', shown)
    assert len(links) == 3
    for link, count in links:
        assert f"共 {count} 条" in text(clerk.get(link.replace("&amp;", "&")))
    assert "有 1 项尚未列入双随机抽查" in text(clerk.get("/registry/items"))
    edit = f"/registry/items/{made['YJGL']}/edit"
    data = {
        "name": "甲",
        "basis": "乙",
        "enforcing_body": "丙",
        "object_kinds": "91",
        "method": "实地检查",
        "mode": "unfit",
    }
    refused = text(clerk.post(edit, data=data), 422)
    assert 'id="e-remark"' in refused and "请写明理由" in refused
    follow(clerk, clerk.post(edit, data={**data, "remark": "每年全覆盖"}))
    assert "还没有公布的事项" in text(other.get("/registry/coverage"))


def test_an_item_is_shared_and_another_bureau_adopts_it(
    other: FlaskClient, reader: FlaskClient, city: City
) -> None:
    lead, made = city.client("xfjy.planner"), list_items(city, "XFJY")["XFJY"]
    assert "设为共享事项" in text(lead.get(f"/registry/items/{made}"))
    assert "停止共享" in follow(lead, lead.post(f"/registry/items/{made}/share", data={"note": "联合检查用"}))
    text(other.post(f"/registry/items/{made}/share"), 404)
    text(reader.post(f"/registry/items/{made}/unshare"), 403)
    shown = text(other.get("/registry/templates"))
    (place,) = re.findall(r'href="(/registry/templates/[0-9a-f-]{36})"', shown)
    assert "未采用" in shown and "联合检查用" in text(other.get(place))
    assert "法定职权" in text(other.post(f"{place}/adopt"), 422)
    shown = follow(other, other.post(f"{place}/adopt", data={"empowered": "1"}))
    assert "的共享事项“" in shown and "未公布的修改" in shown and "是否持证经营" in shown
    assert "本单位已采用" in text(other.get(place)) and "已采用" in text(other.get("/registry/templates"))
    text(other.post(f"{place}/follow"), 409)
    follow(lead, lead.post(f"/registry/items/{made}/unshare"))
    text(other.get(place), 404)


def test_another_bureaus_drafts_and_runs_are_not_there(
    planner: FlaskClient, other: FlaskClient, city: City
) -> None:
    with city.acting("scjg.planner"):
        draft = queries.my_items()[0].id
        listed = queries.item_lists()[0].id
        run = db.session.scalars(queries.imports()).first()
        assert run is not None
        run_id = run.id
    for place in (f"items/{draft}", f"items/{draft}/edit", f"item-lists/{listed}", f"imports/{run_id}"):
        text(planner.get(f"/registry/{place}"))
        text(other.get(f"/registry/{place}"), 404)


def test_a_reader_reads_and_does_not_write(reader: FlaskClient) -> None:
    assert "新增事项" not in text(reader.get("/registry/items"))
    for place in ("imports/new/items", "items/new", "inspectors/new", "targets/rules/new"):
        text(reader.get(f"/registry/{place}"), 403)
    text(reader.post("/registry/items/submit"), 403)


def _waiting(city: City) -> list[UUID]:
    held = city.person("scjg.head").permissions
    with city.acting("scjg.head"):
        return [one.id for one in approvals.inbox(held) if one.kind == "inspectors"]


def _first(city: City) -> UUID:
    with city.acting("scjg.planner"):
        found = db.session.scalar(queries.inspectors().order_by(Inspector.code).limit(1))
        assert found is not None
        return UUID(str(found.id))


@pytest.mark.usefixtures("register")
def test_officers_are_masked_revealed_and_kept(
    planner: FlaskClient, other: FlaskClient, city: City, run_jobs: Jobs
) -> None:
    upload(planner, "inspectors", "人员.xlsx", firms.officers("SCJG", "示范市市场监督管理局")[1])
    run_jobs()
    assert "等待负责人批准" in text(planner.get(f"/registry/inspectors/{_first(city)}"))
    head = city.client("scjg.head")
    (waiting,) = _waiting(city)
    assert "示执" in text(head.get(f"/desk/inbox/{waiting}"))
    assert head.post(f"/desk/inbox/{waiting}", data={"decision": "approve"}).status_code == 303
    shown = text(planner.get("/registry/inspectors?drawn=no"))
    assert "共 1 条" in shown and "执法证已于" in shown
    assert "执法证已到期，自动暂停" in text(planner.get("/desk/"))
    assert "共 1 条" in text(planner.get("/registry/inspectors?warned=expired"))
    with city.acting("scjg.planner"):
        one = queries.my_inspectors()[0]
    place = f"/registry/inspectors/{one.id}"
    assert "13900000100" not in text(planner.get(place))
    assert "13900000100" not in text(planner.post(f"{place}/reveal", data={"what": "phone"}), 422)
    revealed = planner.post(f"{place}/reveal", data={"what": "phone", "why": "通知参加培训"})
    assert "13900000100" in text(revealed) and revealed.headers["Cache-Control"] == "no-store"
    shown = text(planner.get(place))
    assert "13900000100" not in shown and "139****0100" in shown
    shown = text(other.get(place))
    assert one.name in shown and "个人信息" not in shown
    for action in ("reveal", "status", "recusals"):
        text(other.post(f"{place}/{action}", data={"status": "left", "reason": "x"}), 404)
    text(other.get(f"{place}/edit"), 404)
    shown = follow(
        planner,
        planner.post(f"{place}/recusals", data={"entity_code": made_up_credit_code(1), "reason_code": "KIN"}),
    )
    assert "示范第1号商行" in shown and "亲属关系" in shown
    assert "请核对代码" in text(
        planner.post(f"{place}/recusals", data={"entity_code": "9199", "reason_code": "KIN"}), 422
    )
    shown = follow(planner, planner.post(f"{place}/status", data={"status": "suspended", "reason": "培训"}))
    assert "不参加：不在岗。" in shown


def test_an_officer_is_added_and_changed_by_hand(planner: FlaskClient, city: City) -> None:
    given = {
        "name": "周望舒",
        "body": "示范市市场监督管理局",
        "certificate_number": "示执99001",
        "account": "scjg.reviewer",
    }
    shown = text(
        planner.post(
            "/registry/inspectors/new", data={**given, "identity_number": "123", "account": "nobody"}
        ),
        422,
    )
    assert "应为 18 位，实为 3 位" in shown
    taken = text(planner.post("/registry/inspectors/new", data={**given, "account": "scjg.officer"}), 422)
    assert "这个账号已由他人使用" in taken
    made = planner.post("/registry/inspectors/new", data=given)
    assert "入库还没有批准" in follow(planner, made)
    place = made.headers["Location"]
    assert 'value="scjg.reviewer"' in text(planner.get(f"{place}/edit"))
    shown = follow(
        planner, planner.post(f"{place}/edit", data={**given, "certificate_expires_on": today().isoformat()})
    )
    assert "<dd>参加</dd>" not in shown
    for waiting in _waiting(city):
        city.client("scjg.head").post(
            f"/desk/inbox/{waiting}", data={"decision": "return", "reason": "先核对证件"}
        )
    assert "退回：先核对证件" in text(planner.get(place))
    assert "已提请负责人批准" in follow(
        planner, planner.post(f"{place}/status", data={"status": "active", "reason": "已核对"})
    )
    for waiting in _waiting(city):
        city.client("scjg.head").post(f"/desk/inbox/{waiting}", data={"decision": "approve"})
    assert "<dd>参加</dd>" in text(planner.get(place))
    assert "已登记在" in text(planner.post("/registry/inspectors/new", data={**given, "account": ""}), 422)
    assert "周望舒" in text(planner.get("/registry/inspectors?q=zws"))
    assert "周望舒" not in text(planner.get("/registry/inspectors?q=zsw"))
    assert "已公布" in follow(planner, planner.post("/registry/inspectors/publish"))


def test_an_unpublished_change_is_thrown_away(planner: FlaskClient, city: City) -> None:
    with city.acting("scjg.planner"):
        item = queries.my_items()[-1]
    text(planner.post(f"/registry/items/{item.id}/discard"), 409)
    with city.acting("scjg.planner"):
        assert db.session.get(Item, item.id) is not None
