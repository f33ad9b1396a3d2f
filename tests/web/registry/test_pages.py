"""The registry's pages as a planner, a head, another bureau and a reader use them (R-L, R-T1, R-T7)."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from onedoor.commands.demo import firms
from onedoor.kernel.clock import today
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db
from onedoor.registry import queries, service
from onedoor.registry.models import Inspector, Item, Target
from onedoor.registry.rules.items import facts_of
from tenants import approvals, lists
from tests.fixtures.city import City
from tests.fixtures.planning import list_items
from tests.registry.files import as_csv, firm

Jobs = Callable[[], int]


@pytest.fixture(scope="module")
def planner(city: City) -> FlaskClient:
    return city.client("scjg.planner")


@pytest.fixture(scope="module")
def other(city: City) -> FlaskClient:
    return city.client("wsjk.planner")


@pytest.fixture(scope="module")
def reader(city: City) -> FlaskClient:
    return city.client("scjg.reviewer")


def text(answer: Any, status: int = 200) -> str:
    shown = str(answer.get_data(as_text=True))
    assert answer.status_code == status, shown
    return shown


def follow(client: FlaskClient, answer: Any) -> str:
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return text(client.get(answer.headers["Location"]))


def upload(client: FlaskClient, kind: str, name: str, content: bytes, mode: str = "good") -> Any:
    data = {"file": (io.BytesIO(content), name), "mode": mode}
    return client.post(f"/registry/imports/new/{kind}", data=data, content_type="multipart/form-data")


def test_a_clerk_brings_a_file_in_and_reads_what_was_wrong(
    planner: FlaskClient, city: City, run_jobs: Jobs
) -> None:
    rows = [*(firm(n) for n in range(1, 31)), ["坏行", "91990100", *firm(1)[2:]], firm(3)]
    answer = upload(planner, "entities", "企业.csv", as_csv(rows, encoding="gb18030"))
    shown = follow(planner, answer)
    assert "等待开始" in shown and "导入经营主体：企业.csv" in shown
    run_jobs()
    place = answer.headers["Location"]
    shown = text(planner.get(place))
    assert "应为 18 位，实为 8 位" in shown and "与第 4 行的代码重复" in shown
    sheet = load_workbook(io.BytesIO(planner.get(f"{place}?export=xlsx").data)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][:2] == [32, "统一社会信用代码"]
    assert "企业.csv" in text(planner.get("/registry/imports"))
    mended = the_errors_are_mended(planner, place, run_jobs)
    assert planner.get(f"{mended}/errors.xlsx").status_code == 200
    with city.acting("scjg.planner"):
        run = queries.import_run(UUID(place.rsplit("/", 1)[-1]))
        job = queries.import_of_job(run)
        assert job is not None
    assert f'href="{place}"' in text(planner.get(f"/jobs/{job.id}"))


def the_errors_are_mended(planner: FlaskClient, place: str, run_jobs: Jobs) -> str:
    """The workbook of what was wrong: cells marked, reasons beside, and taken as it is once mended."""
    book = load_workbook(io.BytesIO(planner.get(f"{place}/errors.xlsx").data))
    sheet = book.active
    assert sheet is not None
    head, short, again = sheet.iter_rows(max_row=3)
    assert [cell.value for cell in head][-2:] == ["问题说明", "原文件行号"]
    assert short[1].value == "91990100" and "应为 18 位，实为 8 位" in str(short[-2].value)
    assert short[1].fill.fgColor.rgb == "FFF4C7C3" and short[0].fill.fill_type is None
    assert (short[-1].value, again[-1].value) == (32, 33)
    whole = load_workbook(io.BytesIO(planner.get(f"{place}/errors.xlsx?rows=all").data)).active
    assert whole is not None and whole.max_row == 33
    short[1].value = firm(30)[1]
    short[0].value = firm(30)[0]
    target = io.BytesIO()
    book.save(target)
    made = upload(planner, "entities", "改好.xlsx", target.getvalue(), "check").headers["Location"]
    run_jobs()
    assert "没有问题的有 2 行" in text(planner.get(made))
    return made


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "文件是空的"), (b"%PDF-1.7", "这是PDF 文件"), ("企业名称\n甲\n".encode(), "没有找到表头")],
)
def test_what_no_job_could_read_is_told_beside_the_file(
    planner: FlaskClient, content: bytes, sentence: str
) -> None:
    shown = text(upload(planner, "entities", "x.csv", content), 422)
    assert sentence in shown and 'id="e-file"' in shown


def test_an_entity_has_places_licences_and_tags(planner: FlaskClient, other: FlaskClient, city: City) -> None:
    with city.acting("scjg.planner"):
        firm = queries.entity_by_code(made_up_credit_code(4))
        place, region = f"/registry/entities/{firm.id}", firm.jurisdiction_code
    new = {"name": "人民路店", "address": "人民路 9 号", "jurisdiction_code": region}
    shown = follow(planner, planner.post(f"{place}/premises/new", data=new))
    assert "人民路店" in shown and "登记经营场所" in shown
    assert "停用" in follow(
        planner, planner.post(first_link(shown, "premises"), data={**new, "closed_on": today().isoformat()})
    )
    text(other.get(f"{place}/premises/new"), 409)
    licence = {"kind": "公共场所卫生许可证", "number": "卫1", "valid_to": today().isoformat()}
    assert "只登记本单位发的" in text(other.get(f"{place}/licences/new"))
    shown = follow(other, other.post(f"{place}/licences/new", data=licence))
    assert "即将到期" in shown and "卫生" in shown
    wrong = {**licence, "issued_on": "2099-01-01"}
    assert "日期不能晚于今天" in text(other.post(first_link(shown, "licences"), data=wrong), 422)
    assert "卫1" in text(planner.get("/registry/licences?state=expiring"))
    assert "卫1" not in text(planner.get("/registry/licences?state=expired"))
    shown = follow(other, other.post("/registry/targets/tags/new", data={"name": "投诉较多"}))
    assert "投诉较多" in shown
    assert "已有同名" in text(other.post("/registry/targets/tags/new", data={"name": "投诉较多"}), 422)
    with city.acting("wsjk.planner"):
        (tag,) = queries.my_tags()
    assert "仅本单位" in follow(other, other.post(f"{place}/tags", data={"tags": str(tag.id)}))
    assert firm.code in text(other.get("/registry/entities?tag=投诉较多"))
    assert "投诉较多" not in text(planner.get(place))
    assert "已停用" in follow(other, other.post(f"/registry/targets/tags/{tag.id}"))


def test_a_fault_in_the_register_is_proposed_and_decided(
    planner: FlaskClient, other: FlaskClient, city: City
) -> None:
    with city.acting("scjg.planner"):
        firm = queries.entity_by_code(made_up_credit_code(5))
        place = f"/registry/entities/{firm.id}"
    assert "由示范市市场监督管理局维护" in text(other.get(f"{place}/correct"))
    asked = {"field": "address", "value": "解放路 7 号", "reason": "实地核查", "evidence": "笔录"}
    shown = follow(other, other.post(f"{place}/correct", data=asked))
    assert "已提出更正建议" in shown and "待答复" in shown
    assert "请等答复后再提" in text(other.post(f"{place}/correct", data=asked), 422)
    assert "待答复的更正建议" in text(planner.get("/desk/"))
    assert firm.name in text(planner.get("/registry/corrections?part=received&state=sent"))
    one = first_link(text(planner.get(place)), "corrections")
    text(other.post(one, data={"decision": "accept"}), 422)
    assert "请写明不采纳的理由" in text(planner.post(one, data={"decision": "refuse"}), 422)
    assert "已采纳" in follow(planner, planner.post(one, data={"decision": "accept"}))
    assert "解放路 7 号" in text(other.get(place)) and "已采纳" in text(other.get(one))
    own = {"field": "capital", "value": "50 万元", "reason": "变更登记"}
    assert "50 万元" in follow(planner, planner.post(f"{place}/correct", data=own))


def test_risk_codes_and_matters_of_a_library(planner: FlaskClient, other: FlaskClient, city: City) -> None:
    """The pages; what they do is told in tests/registry/test_targets.py."""
    place = "/registry/targets/risk"
    assert "低 0" in text(planner.get(place))
    text(planner.post(f"{place}/compute"), 409)
    assert "2 至 8 个等级" in text(planner.post(f"{place}/scale", data={"levels": "高 0"}), 422)
    assert "风险等级已保存" in follow(planner, planner.post(f"{place}/scale", data={"levels": "低 0\n高 10"}))
    assert "至少填写一个条件" in text(
        planner.post(f"{place}/factors/new", data={"name": "空", "points": "5"}), 422
    )
    shown = follow(
        planner, planner.post(f"{place}/factors/new", data={"name": "餐饮", "points": "10", "scope": "餐饮"})
    )
    factor = first_link(shown, "targets/risk/factors")
    assert "餐饮" in text(planner.get(factor))
    assert "重新计算后生效" in follow(
        planner, planner.post(factor, data={"name": "餐饮业", "points": "20", "scope": "餐饮"})
    )
    text(other.get(factor), 404)
    assert "已重新计算" in follow(planner, planner.post(f"{place}/compute"))
    codes = {"codes": f"{made_up_credit_code(4)} 91990100"}
    shown = text(planner.post("/registry/targets/codes", data=codes))
    assert "核对结果" in shown and "名录里没有这个代码" in shown
    assert "请粘贴代码" in text(planner.post("/registry/targets/codes", data={}), 422)
    text(planner.post("/registry/targets/codes/list", data={}), 422)
    text(planner.get("/registry/targets/ceased"))
    text(planner.get("/registry/targets/matters"))
    text(planner.get("/registry/targets?risk=高&listed=yes"))
    assert "已停用" in follow(planner, planner.post(f"{factor}/delete"))


def first_link(shown: str, kind: str) -> str:
    found = re.search(rf"/registry/{kind}/[0-9a-f-]{{36}}", shown)
    assert found is not None
    return found[0]


def test_an_upload_without_a_file_or_of_an_unknown_kind(planner: FlaskClient) -> None:
    assert "请选择要导入的文件" in text(
        planner.post("/registry/imports/new/entities", data={"mode": "good"}), 422
    )
    text(planner.get("/registry/imports/new/weather"), 404)
    text(planner.get("/registry/templates/weather.xlsx"), 404)


@pytest.mark.parametrize("kind", ["entities", "items", "inspectors"])
def test_templates_have_the_heads_that_are_read(planner: FlaskClient, run_jobs: Jobs, kind: str) -> None:
    answer = planner.get(f"/registry/templates/{kind}.xlsx")
    handed_in = upload(planner, kind, "模板.xlsx", answer.data)
    run_jobs()
    assert "表格里只有表头，没有数据" in follow(planner, handed_in)


def test_the_register_is_searched_filtered_and_exported(planner: FlaskClient) -> None:
    assert "共 30 条" in text(planner.get("/registry/entities"))
    assert "共 1 条" in text(planner.get(f"/registry/entities?q={made_up_credit_code(7).lower()}"))
    assert "共 11 条" in text(planner.get("/registry/entities?q=第1"))
    assert "共 30 条" in text(planner.get("/registry/entities?q=sfd"))
    assert "共 0 条" in text(planner.get("/registry/entities?kind=92"))
    assert "共 30 条" in text(planner.get("/registry/entities?place=990102&from=2020-01-02&to=2020-01-02"))
    csv = planner.get("/registry/entities?q=第7&export=csv").data.decode("utf-8-sig")
    assert csv.splitlines()[1].startswith("示范第7号商行,91990100")


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
        "account": "scjg.officer",
    }
    shown = text(
        planner.post(
            "/registry/inspectors/new", data={**given, "identity_number": "123", "account": "nobody"}
        ),
        422,
    )
    assert "应为 18 位，实为 3 位" in shown
    made = planner.post("/registry/inspectors/new", data=given)
    assert "入库还没有批准" in follow(planner, made)
    place = made.headers["Location"]
    assert 'value="scjg.officer"' in text(planner.get(f"{place}/edit"))
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
    assert "已公布" in follow(planner, planner.post("/registry/inspectors/publish"))


def test_targets_are_chosen_by_a_rule_and_leave_with_a_reason(
    planner: FlaskClient, other: FlaskClient, city: City, run_jobs: Jobs
) -> None:
    assert "新建选取规则" in text(planner.get("/registry/targets"))
    assert "请至少填写一个选取条件" in text(
        planner.post("/registry/targets/rules/new", data={"name": "空"}), 422
    )
    follow(
        planner,
        planner.post("/registry/targets/rules/new", data={"name": "餐饮", "scope": "餐饮", "kinds": ["91"]}),
    )
    shown = text(planner.get("/registry/targets/rules"))
    assert "现在会选中 30 个主体" in shown and "<dd>餐饮</dd>" in shown
    follow(planner, planner.post("/registry/targets/refresh"))
    run_jobs()
    shown = text(planner.get("/registry/targets?listed=yes"))
    assert "共 30 条" in shown and "现有 30 个" in shown
    with city.acting("scjg.planner"):
        ids = [
            str(one) for one in db.session.scalars(queries.targets().with_only_columns(Target.id)).all()[:2]
        ]
        (rule,) = queries.active_rules()
    assert "将移出 2 个检查对象" in text(planner.post("/registry/targets/leaving", data={"ids": ids}))
    assert "请填写此项" in text(planner.post("/registry/targets/leave", data={"ids": ids}), 422)
    assert "已移出 2 个" in follow(
        planner, planner.post("/registry/targets/leave", data={"ids": ids, "reason": "不在辖区"})
    )
    assert "不在辖区" in text(planner.get(f"/registry/targets/{ids[0]}"))
    assert "不在辖区" in text(planner.get("/registry/targets/history"))
    text(other.get(f"/registry/targets/{ids[0]}"), 404)
    text(other.get(f"/registry/targets/rules/{rule.id}"), 404)
    text(other.post(f"/registry/targets/rules/{rule.id}/delete"), 404)
    assert "共 2 条" in text(planner.get("/registry/entities/uncovered"))
    assert 'value="餐饮"' in text(planner.get(f"/registry/targets/rules/{rule.id}"))


def test_an_entity_moves_away_and_contacts_stay_private(
    planner: FlaskClient, other: FlaskClient, city: City
) -> None:
    with city.acting("scjg.planner"):
        one = queries.entity_by_code(made_up_credit_code(9))
    place = f"/registry/entities/{one.id}"
    day = today().isoformat()
    assert "请写明迁往何处" in text(
        planner.post(f"{place}/status", data={"status": "moved", "since": day}), 422
    )
    shown = follow(
        planner, planner.post(f"{place}/status", data={"status": "moved", "since": day, "note": "迁往邻市"})
    )
    assert "已迁出" in shown and "迁往邻市" in shown
    text(other.post(f"{place}/status", data={"status": "active", "since": day}), 422)
    assert "变更登记状态" not in text(other.get(place))
    shown = follow(
        planner, planner.post(f"{place}/contact", data={"person": "某某某", "phone": "13900000077"})
    )
    assert "某某某" in shown and "13900000077" not in shown
    assert "某某某" not in text(other.get(place))
    text(planner.get("/registry/entities/01a1fda7-4f54-7524-a869-b59249dad2a1"), 404)


def test_an_unpublished_change_is_thrown_away(planner: FlaskClient, city: City) -> None:
    with city.acting("scjg.planner"):
        item = queries.my_items()[-1]
    text(planner.post(f"/registry/items/{item.id}/discard"), 409)
    with city.acting("scjg.planner"):
        assert db.session.get(Item, item.id) is not None


def test_a_view_is_kept_shared_opened_and_deleted(
    planner: FlaskClient, reader: FlaskClient, other: FlaskClient, city: City
) -> None:
    state = {"list": "registry.entities", "ask-kind": "91", "ask-q": "示范", "ask-sort": "-name"}
    shown = follow(planner, planner.post("/lists/views", data={**state, "name": " 城区  企业 "}))
    assert "已保存视图“城区 企业”" in shown and "视图：城区 企业" in shown
    assert "城区 企业" not in text(reader.get("/registry/entities"))
    follow(planner, planner.post("/lists/views", data={**state, "name": "城区 企业", "shared": "yes"}))
    assert (
        text(planner.get("/registry/entities")).count("城区 企业") == 2
    )  # its link, and the button to delete it
    assert "城区 企业" in text(reader.get("/registry/entities"))
    assert "城区 企业" not in text(other.get("/registry/entities"))
    assert "城区 企业" not in text(planner.get("/registry/targets"))
    with city.acting("scjg.planner"):
        (view,) = lists.views("registry.entities")
        assert view.state == {"kind": "91", "q": "示范", "sort": "-name"}
    text(reader.post(f"/lists/views/{view.id}/delete"), 404)
    text(other.post(f"/lists/views/{view.id}/delete"), 404)
    assert "已删除视图“城区 企业”" in follow(planner, planner.post(f"/lists/views/{view.id}/delete"))
    assert "城区 企业" not in text(reader.get("/registry/entities"))


@pytest.mark.parametrize("name", ["", "registry.entity", "nothing", "lists.save", "static", "jobs.retry"])
def test_a_view_of_what_is_no_list(planner: FlaskClient, name: str) -> None:
    asked = {"list": name, "ask-kind": "91", "name": "甲"}
    text(planner.post("/lists/views", data=asked), 404)
    text(planner.post("/lists/columns", data=asked), 404)


def test_a_view_without_a_name_or_of_everything_is_refused(planner: FlaskClient) -> None:
    asked = {"list": "registry.entities", "ask-kind": "91"}
    assert "请填写视图名称" in follow(planner, planner.post("/lists/views", data={**asked, "name": " "}))
    assert "请先搜索、筛选或排序" in follow(
        planner, planner.post("/lists/views", data={"list": "registry.entities", "name": "全部"})
    )


def test_columns_are_chosen_and_remembered_for_the_one_who_chose(
    planner: FlaskClient, reader: FlaskClient
) -> None:
    columns = ["code", "kind", "place", "registered_on", "status", "address"]
    chosen = {"list": "registry.entities", "column": columns, "shown": ["code", "status"], "ask-kind": "91"}
    answer = planner.post("/lists/columns", data=chosen)
    assert answer.headers["Location"] == "/registry/entities?kind=91"
    shown = follow(planner, answer)
    assert "列 (3/7)" in shown and 'data-label="状态"' in shown and 'data-label="成立日期"' not in shown
    assert 'data-label="成立日期"' in text(reader.get("/registry/entities"))
    file = planner.get("/registry/entities?export=csv").data.decode("utf-8-sig")
    assert "成立日期" in file.splitlines()[0]
    follow(planner, planner.post("/lists/columns", data={**chosen, "shown": columns}))
    assert 'data-label="成立日期"' in text(planner.get("/registry/entities"))


def test_heads_of_ones_own_are_settled_and_the_file_looked_over_before_it_is_loaded(
    planner: FlaskClient, other: FlaskClient, city: City, run_jobs: Jobs
) -> None:
    changed = [*firm(2)[:1], firm(2)[1], "养生会所"]
    content = as_csv([changed, ["示范第40号商行", firm(40)[1], "餐饮"]], ["商户", "信用号", "做什么"])
    place = upload(planner, "entities", "商户.csv", content, "check").headers["Location"]
    asked = f"{place}/columns"
    assert planner.get(place).headers["Location"] == asked
    shown = text(planner.get(asked))
    assert "养生会所" in shown and "还没有指定" in shown and 'id="f-c2"' in shown
    assert "还没有指定“企业名称”" in text(planner.post(asked, data={"c1": "统一社会信用代码"}), 422)
    twice = {"c0": "企业名称", "c1": "统一社会信用代码", "c2": "企业名称"}
    assert 'id="e-c2"' in text(planner.post(asked, data=twice), 422)
    follow(planner, planner.post(asked, data={**twice, "c2": "经营范围"}))
    run_jobs()
    shown = text(planner.get(place))
    assert "还没有写入任何数据" in shown and "将新增" in shown and "确认导入" in shown
    shown = text(planner.get(f"{place}/rows?verdict=changed"))
    assert "<del>餐饮服务</del>" in shown and "<ins>养生会所</ins>" in shown
    assert "餐饮服务 → 养生会所" in planner.get(f"{place}/rows?verdict=changed&export=csv").data.decode()
    for address in (place, asked, f"{place}/rows"):
        text(other.get(address), 404)
    text(other.post(f"{place}/load", data={"mode": "good"}), 404)
    text(planner.post(f"{place}/load", data={"mode": "perhaps"}), 422)
    follow(planner, planner.post(f"{place}/load", data={"mode": "all"}))
    run_jobs()
    assert "查看经营主体" in text(planner.get(place))
    text(planner.post(f"{place}/load", data={"mode": "good"}), 409)
    assert planner.get(asked).status_code == 200
    text(planner.post(asked, data={**twice, "c2": ""}), 422)
    again = upload(planner, "entities", "商户.csv", content, "check").headers["Location"]
    run_jobs()
    assert "没有变化" in text(planner.get(again))
    assert "不需要撤销" in text(planner.get(f"{again}/undo"))
    text(planner.post(f"{again}/undo"), 409)
    text(other.get(f"{place}/undo"), 404)
    text(other.post(f"{place}/undo"), 404)
    shown = text(planner.get(place))
    assert "商户 → 企业名称" in shown and "文件指纹" in shown
    # The firm whose scope it changed is in a library, which keeps nobody from restoring it.
    shown = text(planner.get(f"{place}/undo"))
    assert "将删除这次新增的 1 条，并把更新的 1 条恢复" in shown
    follow(planner, planner.post(f"{place}/undo"))
    run_jobs()
    assert "已撤销" in text(planner.get(place)) and "已撤销" in text(planner.get("/registry/imports"))
    with city.acting("scjg.planner"):
        one = queries.entity_by_code(made_up_credit_code(2))
    mine, theirs = (text(who.get(f"/registry/entities/{one.id}")) for who in (planner, other))
    for shown in (mine, theirs):
        assert "变更记录" in shown and "<ins>养生会所</ins>" in shown and "撤销导入" in shown
    assert "商户.csv" in mine and "商户.csv" not in theirs


def test_a_run_is_looked_at_before_it_is_made(planner: FlaskClient, other: FlaskClient) -> None:
    shown = text(planner.get("/registry/targets/preview"))
    assert "更新预览" in shown and 'aria-current="page"' in shown and "选取规则更新名录库" in shown
    assert "移出" in text(planner.get("/registry/targets/preview/leaving?q=示范&sort=-name"))
    assert "现在更新，不会有主体列入。" in text(other.get("/registry/targets/preview"))
    assert planner.get("/registry/targets/preview?export=csv").data.startswith("\ufeff名称".encode())
