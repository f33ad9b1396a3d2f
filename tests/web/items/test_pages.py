"""The pages of the item list, of inspectors, experts and their words, as those who keep, approve, share and read them use them (R-L1 to R-L3, R-L7 to R-L9)."""

from __future__ import annotations

import io
import re
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.exc import ProgrammingError

from onedoor.commands.demo import firms
from onedoor.imports import queries as import_queries
from onedoor.imports import service as import_service
from onedoor.items import queries as item_queries
from onedoor.items import service as item_service
from onedoor.items.models import Item
from onedoor.items.rules.item_rows import F1_HEAD, facts_of
from onedoor.items.service.items import end_item
from onedoor.kernel.clock import today
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db
from onedoor.kernel.job_progress import NoProgress
from onedoor.officers import queries as officer_queries
from onedoor.officers import service as officer_service
from onedoor.officers.models import Expert, Inspector
from onedoor.officers.service.experts import facts
from tenants import approvals
from tests.fixtures.answers import Jobs, follow, officers, text, upload
from tests.fixtures.city import City
from tests.fixtures.clerk_files import as_csv
from tests.fixtures.plans import list_items


def test_items_from_the_form_to_the_public(planner: FlaskClient, city: City, run_jobs: Jobs) -> None:
    assert "下一步" not in text(planner.get("/registry/items"))
    upload(planner, "items", "清单.xlsx", firms.matters("SCJG", "示范市市场监督管理局")[1])
    run_jobs()
    made = planner.post(
        "/registry/items/new",
        data={
            "name": "广告检查", "basis": "《中华人民共和国广告法》第四十九条", "enforcing_body": "示范市市场监督管理局",
            "object_kinds": ["91", "92"], "method": "网络监测", "mode": "random", "rate": "3%", "frequency": "1",
            "every_years": "2", "checklist": "广告可识别\r\n没有绝对化用语",
        },
    )  # fmt: skip
    shown = follow(planner, made)
    assert "没有绝对化用语" in shown and "未公布的修改" in shown and "每 2 年 1 次" in shown
    wrong = planner.post("/registry/items/new", data={"name": "无依据", "mode": "random", "rate": "900%"})
    shown = text(wrong, 422)
    assert 'id="e-basis"' in shown and 'id="e-object_kinds"' in shown
    shown = follow(planner, planner.post("/registry/items/submit"))
    assert "待审批" in shown and "第 1 版" in shown
    assert "正在等待负责人审批" in text(planner.get("/registry/items"))


def test_an_empty_list_leads_nobody_where_they_are_turned_away(
    planner: FlaskClient, reader: FlaskClient
) -> None:
    """Who only reads is not offered to bring tables in."""
    way = 'href="/registry/imports/new/matters"'
    assert way in text(planner.get("/registry/targets/matters"))
    assert way not in text(reader.get("/registry/targets/matters"))
    assert reader.get("/registry/imports/new/matters").status_code == 403


def test_a_checklist_is_written_point_by_point_without_a_script(
    planner: FlaskClient, other: FlaskClient, reader: FlaskClient, city: City
) -> None:
    """R-L1. While a list waits for the head its drafts stay as they are, so this one is of a new item."""
    with city.acting("scjg.planner"):
        first = item_queries.my_items()[0]
        made = {
            **facts_of(first),
            "name": "冷库检查",
            "checklist": [{"point": "是否持证经营", "kind": "yes_no"}],
        }
        draft = item_service.save_item("SCJG-800", made)
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
        item_service.save_item("SCJG-800", {"content": "另写的内容"})
        assert len(draft.checklist) == 2, "points that were written out outlive a change of the content"
        item_service.discard_draft(draft)


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
    for page, clerk in (("templates", other), ("items/published", other), ("items", lead)):
        found = text(clerk.get(f"/registry/{page}?q=gzjjcsxf"))
        assert "公众聚集场所消防" in found and "拼音首字母" in found
        assert "公众聚集场所消防" not in text(clerk.get(f"/registry/{page}?q=gzjjcsxz"))
    assert "法定职权" in text(other.post(f"{place}/adopt"), 422)
    adopted = other.post(f"{place}/adopt", data={"empowered": "1"})
    shown = follow(other, adopted)
    assert "的共享事项“" in shown and "未公布的修改" in shown and "是否持证经营" in shown
    assert "本单位已采用" in text(other.get(place)) and "已采用" in text(other.get("/registry/templates"))
    text(other.post(f"{place}/follow"), 409)
    follow(lead, lead.post(f"/registry/items/{made}/unshare"))
    text(other.get(place), 404)
    # Who adopted it is told when it leaves its bureau's list.
    label = "采用的共享事项有新版或已退出"
    assert label not in text(other.get("/desk/"))
    with city.acting("xfjy.planner"):
        end_item(item_queries.item(made), "法律修改")
        item_service.submit_list()
    permissions = city.person("xfjy.head").permissions
    with city.acting("xfjy.head"):
        (asked,) = approvals.inbox(permissions)
        item_service.decide_list(approvals.get(asked.id), True, "", permissions)
    assert label in text(other.get("/desk/"))
    path = adopted.headers["Location"]
    assert path in text(other.get("/registry/items?source=behind"))
    assert path not in text(other.get("/registry/items?source=newer"))
    assert "来源已退出清单" in text(other.get(path))


def test_another_bureaus_drafts_and_runs_are_not_there(
    planner: FlaskClient, other: FlaskClient, city: City
) -> None:
    with city.acting("scjg.planner"):
        draft = item_queries.my_items()[0].id
        listed = item_queries.item_lists()[0].id
        run = db.session.scalars(import_queries.imports()).first()
        assert run is not None
        run_id = run.id
    listing = f"item-lists/{listed}"
    for place in (f"items/{draft}", f"items/{draft}/edit", listing, f"{listing}/f1", f"imports/{run_id}"):
        text(planner.get(f"/registry/{place}"))
        text(other.get(f"/registry/{place}"), 404)


def test_f1_is_read_and_printed_as_the_form_has_it(planner: FlaskClient, city: City) -> None:
    """forms.md: head, columns and foot of the form, each item of that version; the phone is left to the pen."""
    with city.acting("scjg.planner"):
        made = item_queries.item_lists()[0]
        item = item_queries.items_at(made)[0]
        place, facts = f"/registry/item-lists/{made.id}", (item.name, item.basis, item.enforcing_body)
    assert f'href="{place}/f1"' in text(planner.get(place)), "打印 leads there"
    shown = text(planner.get(f"{place}/f1"))
    for wanted in (*F1_HEAD, *facts, "填报单位（盖章）：示范市市场监督管理局", "填报人：", "联系电话："):
        assert wanted in shown
    assert "f6-paper" in shown, "a wide form is printed across"
    # Who supervises and has no other role reads what is filed to them (R-P4, R-L12).
    justice = city.client("sfj.supervisor")
    for path in (
        place,
        f"{place}/f1",
        f"{place}/f1.xlsx",
        f"/registry/declarations/{made.id}",
        f"/registry/declarations/{made.id}/document",
    ):
        assert justice.get(path).status_code == (200 if made.state == "published" else 404), path


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
        found = db.session.scalar(officer_queries.inspectors().order_by(Inspector.code).limit(1))
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
        one = officer_queries.my_inspectors()[0]
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
        item = item_queries.my_items()[-1]
    text(planner.post(f"/registry/items/{item.id}/discard"), 409)
    with city.acting("scjg.planner"):
        assert db.session.get(Item, item.id) is not None


def test_words_are_proposed_by_a_bureau_and_taken_up_by_the_operator(
    planner: FlaskClient, city: City, run_jobs: Jobs, owner: psycopg.Connection
) -> None:
    assert "特种设备" in text(planner.get("/registry/qualifications?q=特种"))
    given = {"name": "冷链物流", "reason": "冷库检查需要"}
    assert planner.post("/registry/qualifications/propose", data=given).status_code == 303
    again = text(planner.post("/registry/qualifications/propose", data=given), 422)
    assert "正在等待答复" in again
    assert "目录里已有“食品”" in text(
        planner.post("/registry/qualifications/propose", data={"name": "食品安全", "reason": "需要"}), 422
    )
    assert "冷链物流" not in text(city.client("wsjk.planner").get("/registry/qualifications"))
    operator = city.client("sjj.ops")
    shown = text(operator.get("/platform/qualifications"))
    answer = re.search(r"/platform/qualifications/proposals/[0-9a-f-]{36}", shown)
    assert answer is not None and "冷库检查需要" in shown
    for given_themselves in (
        "UPDATE qualification_proposal SET state = 'accepted'",
        "INSERT INTO qualification_proposal (tenant_id, name, reason, asked_by, asked_at, state)"
        " SELECT tenant_id, name, reason, asked_by, asked_at, 'accepted' FROM qualification_proposal",
    ):
        with city.acting("scjg.planner"), pytest.raises(ProgrammingError, match="denied|row-level"):
            with db.session.begin_nested():
                db.session.execute(sa.text(given_themselves))
    assert "请写明不采纳的理由" in text(operator.post(answer[0], data={"decision": "decline"}), 422)
    assert operator.post(answer[0], data={"decision": "add"}).status_code == 303
    assert "已采纳" in text(planner.get("/registry/qualifications"))
    (word,) = re.findall(
        r'(/platform/qualifications/[0-9a-f-]{36})">冷链物流', text(operator.get("/platform/qualifications"))
    )
    assert operator.post(word, data={"aliases": "冷链、冷库", "active": "1"}).status_code == 303
    assert "已是“食品”的写法" in text(operator.post(word, data={"aliases": "食品安全"}), 422)
    content = as_csv(
        [["1", "丙某", "示C901", "冷库、食品"], ["2", "丁某", "示C902", "特种没备"]],
        ("序号", "姓名", "执法证编号", "资格专长"),
    )
    data = {"file": (io.BytesIO(content), "人员.csv"), "mode": "good"}
    sent = planner.post("/registry/imports/new/inspectors", data=data, content_type="multipart/form-data")
    run_jobs()
    shown = text(planner.get(sent.headers["Location"]))
    assert "“特种没备”不在资格专长目录里，最接近的是“特种设备”" in shown
    assert officers(city)["示C901"].qualifications == ["冷链物流", "食品"]
    edit = f"/registry/inspectors/{officers(city)['示C901'].id}/edit"
    assert re.search(r'value="冷链物流" checked', text(planner.get(edit)))
    fields = {"name": "丙某", "body": "示例市市场监管局", "certificate_number": "示C901"}
    assert "不在资格专长目录里" in text(planner.post(edit, data={**fields, "qualifications": ["潜水"]}), 422)
    assert planner.post(edit, data={**fields, "qualifications": ["冷链物流", "药品"]}).status_code == 303
    assert officers(city)["示C901"].qualifications == ["冷链物流", "药品"]


def test_experts_are_a_list_apart(planner: FlaskClient, city: City, run_jobs: Jobs) -> None:
    """Loaded, shown, changed, exported; no officer comes of it, so that nobody of them is drawn (R-L7)."""
    before = len(officers(city))
    head = ("姓名或名称", "类别", "工作单位", "资格专长", "资格有效期至")
    rows = [
        ["戊某", "专家", "示例大学", "特种设备", "2020-01-01"],
        ["示例检测中心", "检测机构", "", "食品", ""],
        ["戊某", "专家", "示例大学", "", ""],
        ["己某", "院士", "", "", ""],
    ]
    data = {"file": (io.BytesIO(as_csv(rows, head)), "专家.csv"), "mode": "good"}
    sent = planner.post("/registry/imports/new/experts", data=data, content_type="multipart/form-data")
    run_jobs()
    shown = text(planner.get(sent.headers["Location"]))
    assert "与第 2 行是同一人或同一机构" in shown and "“院士”不是可填的内容" in shown
    shown = text(planner.get("/registry/experts?word=特种设备"))
    assert "戊某" in shown and "示例检测中心" not in shown and "资格已于 2020-01-01 到期" in shown
    assert "示例检测中心".encode() in planner.get("/registry/experts?kind=institute&export=csv").data
    assert planner.get("/registry/templates/experts.xlsx").status_code == 200
    card = re.search(r'href="(/registry/experts[?][^"]+)"', text(planner.get("/desk/")))
    assert card is not None and "戊某" in text(planner.get(card[1].replace("&amp;", "&")))
    # R-L11: a blank cell takes nobody back into the library, and no speciality away, and makes no second one of the name.
    with city.acting("scjg.planner"):
        expert = db.session.scalars(officer_queries.experts.experts().where(Expert.name == "戊某")).one()
        expert.active, before_it = False, expert.updated_at
    blank = {
        "file": (io.BytesIO(as_csv([["戊某", "", "", "", ""]], head)), "专家.csv"),
        "mode": "good",
    }
    sent = planner.post("/registry/imports/new/experts", data=blank, content_type="multipart/form-data")
    run_jobs()
    assert "没有变化" in text(planner.get(sent.headers["Location"]))
    with city.acting("scjg.planner"):
        expert = db.session.scalars(officer_queries.experts.experts().where(Expert.name == "戊某")).one()
        assert (expert.active, expert.qualifications, expert.updated_at) == (False, ["特种设备"], before_it)
        values = {**facts(expert), "credential_expires_on": None, "organisation": "别的大学"}
        namesake = officer_service.save_expert(None, values)
        load = import_service.begin_import(
            "experts", "专家.csv", as_csv([["戊某", "", "", "", ""]], head), "good"
        )
        import_service.run_import(load.id, NoProgress())
        (problem,) = db.session.scalars(import_queries.problems(load.id))
        assert (problem.column, problem.params["organisations"]) == ("所在单位", "别的大学、示例大学")
        db.session.delete(namesake)
    (page,) = re.findall(r'href="(/registry/experts/[0-9a-f-]{36})"', shown)
    given = {"kind": "person", "name": "戊某", "organisation": "示例大学", "active": "1"}
    assert planner.post(page, data={**given, "qualifications": ["计量"]}).status_code == 303
    twice = planner.post("/registry/experts/new", data={**given, "name": "示例检测中心", "organisation": ""})
    assert "已在库中" in text(twice, 422)
    assert len(officers(city)) == before
    assert "戊某" not in text(city.client("wsjk.planner").get("/registry/experts"))
    assert city.client("wsjk.planner").get(page).status_code == 404
