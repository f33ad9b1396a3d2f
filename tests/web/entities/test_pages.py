"""The pages of the register and of a target library as a planner, another bureau and a reader use them, and what they keep of lists (R-L5, R-L6, R-T1)."""

from __future__ import annotations

import io
import re
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from onedoor.entities import queries as entity_queries
from onedoor.entities import service
from onedoor.entities.models import Entity
from onedoor.imports import queries as import_queries
from onedoor.imports.queries import bulk as bulk_queries
from onedoor.imports.service import bulk
from onedoor.kernel.clock import today
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db
from onedoor.targets import queries as target_queries
from onedoor.targets.models import Target
from tenants import list_views
from tests.fixtures.answers import Jobs, first_link, follow, text, upload
from tests.fixtures.city import City
from tests.fixtures.plans import list_items
from tests.kernel.test_pictures import SECRET, photo

pytestmark = pytest.mark.usefixtures("register")


def test_an_entity_has_places_licences_and_tags(planner: FlaskClient, other: FlaskClient, city: City) -> None:
    with city.acting("scjg.planner"):
        firm = entity_queries.entity_by_code(made_up_credit_code(4))
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
        (tag,) = target_queries.my_tags()
    assert "仅本单位" in follow(other, other.post(f"{place}/tags", data={"tags": str(tag.id)}))
    assert firm.code in text(other.get("/registry/entities?tag=投诉较多"))
    assert "投诉较多" not in text(planner.get(place))
    assert "已停用" in follow(other, other.post(f"/registry/targets/tags/{tag.id}"))


SCAN = b"%PDF-1.7\n1 0 obj\n%%EOF\n"


def sent(*files: tuple[str, bytes]) -> list[tuple[io.BytesIO, str]]:
    return [(io.BytesIO(content), name) for name, content in files]


def test_a_fault_in_the_register_is_proposed_and_decided(
    planner: FlaskClient, other: FlaskClient, city: City, owner: psycopg.Connection
) -> None:
    with city.acting("scjg.planner"):
        firm = entity_queries.entity_by_code(made_up_credit_code(5))
        place = f"/registry/entities/{firm.id}"
    assert "由示范市市场监督管理局维护" in text(other.get(f"{place}/correct"))
    asked = {"field": "address", "value": "解放路 7 号", "reason": "实地核查", "evidence": "笔录"}
    wrong = text(other.post(f"{place}/correct", data={**asked, "files": sent(("病毒.exe", b"MZ"))}), 422)
    assert "“病毒.exe”不是照片" in wrong
    files = sent(("笔录/扫描.PDF", SCAN), ("门头.png", photo("PNG")))
    shown = follow(other, other.post(f"{place}/correct", data={**asked, "files": files}))
    assert "已提出更正建议" in shown and "待答复" in shown
    assert "请等答复后再提" in text(other.post(f"{place}/correct", data=asked), 422)
    desk = text(planner.get("/desk/"))
    assert "待答复的更正建议" in desk
    assert "监管真空" in desk and 'href="/registry/entities/uncovered"' in desk
    assert "监管真空" not in text(city.client("mzj.planner").get("/desk/")), "nothing of its field"
    assert firm.name in text(planner.get("/registry/corrections?part=received&state=sent"))
    one = first_link(text(planner.get(place)), "corrections")
    links = re.findall(r'href="(/registry/corrections/[^"]+/files/[^"]+)"', text(planner.get(one)))
    assert links == re.findall(r'href="(/registry/corrections/[^"]+/files/[^"]+)"', text(other.get(one)))
    scan, picture = (planner.get(link) for link in links)
    assert scan.data == SCAN and "attachment" in scan.headers["Content-Disposition"]
    assert picture.mimetype == "image/jpeg" and SECRET.encode() not in picture.data
    assert other.get(links[0]).data == SCAN
    third = city.client("yjgl.planner")
    assert [third.get(link).status_code for link in (one, *links)] == [404, 404, 404]
    # Where no kind of firm concerns the bureau yet, an empty list says so, and reassures nobody.
    nobody = text(third.get("/registry/entities/uncovered"))
    assert "还没有公布检查事项" in nobody and "公布事项清单</a>" in nobody
    assert owner.execute(
        "SELECT count(*) FROM correction_file WHERE content LIKE %s", [b"%PDF%"]
    ).fetchone() == (0,)
    text(other.post(one, data={"decision": "accept"}), 403)
    assert "请写明不采纳的理由" in text(planner.post(one, data={"decision": "refuse"}), 422)
    assert "已采纳" in follow(planner, planner.post(one, data={"decision": "accept"}))
    assert "解放路 7 号" in text(other.get(place)) and "已采纳" in text(other.get(one))
    own = {"field": "capital", "value": "50 万元", "reason": "变更登记"}
    assert "50 万元" in follow(planner, planner.post(f"{place}/correct", data=own))


def test_risk_codes_and_matters_of_a_library(
    planner: FlaskClient, other: FlaskClient, run_jobs: Jobs
) -> None:
    """The pages; what they do is told in tests/targets/test_targets.py."""
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
    shown = follow(planner, planner.post(f"{place}/compute"))
    assert "已开始计算风险等级" in shown and "还没有计算过" in shown
    assert "正在计算风险等级" in text(planner.post(f"{place}/compute"), 409)
    run_jobs()
    assert "0 个检查对象的等级或分数有变化" in text(planner.get(place))
    codes = {"codes": f"{made_up_credit_code(4)} 91990100"}
    shown = text(planner.post("/registry/targets/codes", data=codes))
    assert "核对结果" in shown and "名录里没有这个代码" in shown
    assert "请粘贴代码" in text(planner.post("/registry/targets/codes", data={}), 422)
    text(planner.post("/registry/targets/codes/list", data={}), 422)
    text(planner.get("/registry/targets/ceased"))
    text(planner.get("/registry/targets/matters"))
    text(planner.get("/registry/targets?risk=高&listed=yes"))
    assert "已停用" in follow(planner, planner.post(f"{factor}/delete"))


def test_the_register_is_searched_filtered_and_exported(planner: FlaskClient) -> None:
    assert "共 30 条" in text(planner.get("/registry/entities"))
    assert "共 1 条" in text(planner.get(f"/registry/entities?q={made_up_credit_code(7).lower()}"))
    assert "共 11 条" in text(planner.get("/registry/entities?q=第1"))
    assert "共 30 条" in text(planner.get("/registry/entities?q=sfd"))
    assert "共 0 条" in text(planner.get("/registry/entities?kind=92"))
    assert "共 30 条" in text(planner.get("/registry/entities?place=990102&from=2020-01-02&to=2020-01-02"))
    csv = planner.get("/registry/entities?q=第7&export=csv").data.decode("utf-8-sig")
    assert csv.splitlines()[1].startswith("示范第7号商行,91990100")


def test_targets_are_chosen_by_a_rule_and_leave_with_a_reason(
    planner: FlaskClient, other: FlaskClient, city: City, run_jobs: Jobs
) -> None:
    list_items(city, "SCJG")
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
            str(one)
            for one in db.session.scalars(target_queries.targets().with_only_columns(Target.id)).all()[:2]
        ]
        (rule,) = target_queries.active_rules()
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
    asked = planner.post("/registry/bulk/uncovered/add", data={"all": "yes"})
    assert "将办理筛选出的全部 2 条记录" in text(asked)
    # R-L6: or one says who should; that bureau is told, with the reason.
    suggest = "/registry/bulk/uncovered/suggest"
    assert "应由哪个单位监管" in text(planner.post(suggest, data={"all": "yes"}))
    given = {"all": "yes", "count": "2", "reason": "属于商务领域", "bureau_id": str(city.bureaus["SWJ"])}
    wrong = {**given, "bureau_id": "x"}
    text(planner.post(f"{suggest}/begin", data=wrong), 422)
    text(planner.post(f"{suggest}/begin", data={**given, "reason": ""}), 422)
    follow(planner, planner.post(f"{suggest}/begin", data=given))
    run_jobs()
    told = text(city.client("swj.planner").get("/desk/messages"))
    assert "提请本单位核对并列入名录库" in told and "属于商务领域" in told and "共 2 户" in told
    own = {**given, "bureau_id": str(city.bureaus["SCJG"])}
    follow(planner, planner.post(f"{suggest}/begin", data=own))
    run_jobs()
    assert "共 2 条" in text(planner.get("/registry/entities/uncovered")), (
        "nobody lists them but who oversees them"
    )
    assert 'value="餐饮"' in text(planner.get(f"/registry/targets/rules/{rule.id}"))


def test_an_entity_moves_away_and_contacts_stay_private(
    planner: FlaskClient, other: FlaskClient, city: City
) -> None:
    with city.acting("scjg.planner"):
        one = entity_queries.entity_by_code(made_up_credit_code(9))
    place = f"/registry/entities/{one.id}"
    day = today().isoformat()
    assert "请写明迁往何处" in text(
        planner.post(f"{place}/status", data={"status": "moved", "since": day}), 422
    )
    shown = follow(
        planner, planner.post(f"{place}/status", data={"status": "moved", "since": day, "note": "迁往邻市"})
    )
    assert "已迁出" in shown and "迁往邻市" in shown
    text(other.post(f"{place}/status", data={"status": "active", "since": day}), 403)
    assert "变更登记状态" not in text(other.get(place))
    shown = follow(
        planner, planner.post(f"{place}/contact", data={"person": "某某某", "phone": "13900000077"})
    )
    assert "某某某" in shown and "13900000077" not in shown
    assert "某某某" not in text(other.get(place))
    text(planner.get("/registry/entities/01a1fda7-4f54-7524-a869-b59249dad2a1"), 404)


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
        (view,) = list_views.views("registry.entities")
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
    assert file.splitlines()[0] == "名称,统一社会信用代码,状态"
    follow(planner, planner.post("/lists/columns", data={**chosen, "shown": columns}))
    assert 'data-label="成立日期"' in text(planner.get("/registry/entities"))
    assert "成立日期" in planner.get("/registry/entities?export=csv").data.decode().splitlines()[0]


def test_a_run_is_looked_at_before_it_is_made(planner: FlaskClient, other: FlaskClient) -> None:
    shown = text(planner.get("/registry/targets/preview"))
    assert "更新预览" in shown and 'aria-current="page"' in shown and "选取规则更新名录库" in shown
    assert "移出" in text(planner.get("/registry/targets/preview/leaving?q=示范&sort=-name"))
    assert "曾手工移出，不列入" in text(planner.get("/registry/targets/preview/kept-out?sort=-left_on"))
    assert "先新建选取规则" in text(other.get("/registry/targets/preview"))
    follow(other, other.post("/registry/targets/rules/new", data={"name": "无", "scope": "没有这样的范围"}))
    assert "现在更新，不会有主体列入。" in text(other.get("/registry/targets/preview"))
    assert planner.get("/registry/targets/preview?export=csv").data.startswith("\ufeff名称".encode())


def test_a_target_is_listed_at_its_places_of_business(
    planner: FlaskClient, other: FlaskClient, city: City
) -> None:
    """R-L5: chosen on its page; the list finds and exports them as the register has them."""
    with city.acting("scjg.planner"):
        firm = entity_queries.entity_by_code(made_up_credit_code(29))
        place = {"jurisdiction_code": firm.jurisdiction_code, "closed_on": None, "note": ""}
        ids = [
            service.save_premises(firm, {**place, "name": name, "address": "站前路 8 号"}).id
            for name in ("站前店", "站后店")
        ]
    with city.acting("wsjk.planner") as scope:
        target = Target(tenant_id=scope.tenant_id, entity_id=firm.id, listed_on=today())
        db.session.add(target)
        db.session.flush()
        page = f"/registry/targets/{target.id}"
    assert "还没有列入它的经营场所" in text(other.get(page))
    text(other.post(f"{page}/places", data={}), 422)
    text(planner.post(f"{page}/places", data={"premises": [str(ids[0])]}), 404)
    shown = follow(other, other.post(f"{page}/places", data={"premises": [str(ids[0])]}))
    assert "已列入 1 处经营场所" in shown and "1. 站前店" in shown
    listed = text(other.get("/registry/targets/matters?what=place&listed=yes"))
    assert "站前店" in listed and "站后店" not in listed
    assert "站前路 8 号" in other.get("/registry/targets/matters?what=place&export=csv").data.decode(
        "utf-8-sig"
    )
    one = first_link(shown, "targets/matters")
    assert "站前路 8 号" in text(other.get(one))
    text(planner.get(one), 404)
    assert "已移出名录库" in follow(other, other.post(one, data={"reason": "不再监管"}))


def new_one(number: int, **more: str) -> dict[str, str]:
    return {
        "name": f"示范听海第{number}饭店",
        "code": made_up_credit_code(number),
        "jurisdiction_code": "990100",
        "address": f"示范市城区听海路{number}号",
        "status": "存续",
        "registered_on": "2024-05-06",
        **more,
    }


def test_somebody_is_registered_by_hand_or_proposed(
    planner: FlaskClient, other: FlaskClient, reader: FlaskClient
) -> None:
    """R-T4: the keeper adds at once; who does not keep the kind proposes; the same code opens its record."""
    page = "/registry/entities/new"
    text(reader.get(page), 403)
    assert "新增主体" in text(planner.get("/registry/entities"))
    assert "本单位维护企业" in text(planner.get(page)) and "不维护登记信息" in text(other.get(page))
    wrong = text(planner.post(page, data=new_one(401, code="91990100MA0000000X", name="")), 422)
    assert "没有填写“企业名称”" in wrong and "校验位" in wrong
    shown = follow(planner, planner.post(page, data=new_one(401, scope="餐饮服务", industry="H")))
    assert "手工录入" in shown and "H 住宿和餐饮业" in shown and made_up_credit_code(401) in shown
    known = text(planner.post(page, data=new_one(401)), 422)
    place = first_link(known, "entities")
    assert "这个代码已经登记" in known and made_up_credit_code(401) in text(planner.get(place))
    doubtful = text(planner.post(page, data=new_one(402, name="示范听海第401饭店")), 422)
    assert "名称相同" in doubtful and 'name="confirmed"' in doubtful
    data = new_one(402, name="示范听海第401饭店", confirmed="1")
    assert made_up_credit_code(402) in follow(planner, planner.post(page, data=data))
    # Of a kind that others keep the planner of market regulation makes a proposal too.
    assert "请写明理由" in text(
        planner.post(page, data=new_one(403, code=made_up_credit_code(403, "51990100"))), 422
    )
    assert "请写明理由" in text(other.post(page, data=new_one(404)), 422)
    shown = follow(other, other.post(page, data=new_one(404, reason="现场发现", evidence="笔录 9")))
    assert "新增主体" in shown and "示范听海第404饭店" in shown and "存续" in shown
    listed = text(planner.get("/registry/corrections?part=received&state=sent"))
    assert "示范听海第404饭店" in listed and "示范听海第404饭店" in text(
        other.get("/registry/corrections?sort=name")
    )
    one = first_link(listed, "corrections")
    text(planner.post(one, data={"decision": "refuse", "answer": ""}), 422)
    shown = follow(planner, planner.post(one, data={"decision": "accept"}))
    assert "已采纳" in shown and "查看经营主体" in shown
    assert "更正建议" in text(planner.get(first_link(shown, "entities")))


def test_a_code_is_corrected_once_its_effect_is_confirmed(
    planner: FlaskClient, other: FlaskClient, city: City
) -> None:
    with city.acting("scjg.planner"):
        place = f"/registry/entities/{entity_queries.entity_by_code(made_up_credit_code(20)).id}"
    asked = {"field": "code", "value": made_up_credit_code(420, "51990100"), "reason": "登记证书"}
    page = text(planner.post(f"{place}/correct", data=asked), 422)
    assert "改由示范市民政局维护" in page and 'name="confirmed"' in page
    asked["value"] = made_up_credit_code(420)
    assert "仍算作这个主体的" in text(planner.post(f"{place}/correct", data=asked), 422)
    assert "登记信息已更正" in follow(
        planner, planner.post(f"{place}/correct", data={**asked, "confirmed": "1"})
    )
    shown = text(planner.get(place))
    assert made_up_credit_code(420) in shown and f"<del>{made_up_credit_code(20)}</del>" in shown
    kind = {"field": "kind", "value": "个体工商户", "reason": "误登"}
    assert "类型随代码" in text(planner.post(f"{place}/correct", data=kind), 422)
    asked["value"] = made_up_credit_code(421)
    shown = follow(other, other.post(f"{place}/correct", data=asked))
    one = first_link(shown, "corrections")
    assert "仍算作这个主体的" in text(planner.get(one)) and "仍算作这个主体的" not in text(other.get(one))
    text(planner.post(one, data={"decision": "accept"}), 422)
    assert "已采纳" in follow(planner, planner.post(one, data={"decision": "accept", "confirmed": "1"}))


def test_any_two_are_found_looked_at_and_merged(
    planner: FlaskClient, other: FlaskClient, reader: FlaskClient, city: City
) -> None:
    with city.acting("scjg.planner"):
        one, two, three = (entity_queries.entity_by_code(made_up_credit_code(n)).id for n in (21, 22, 23))
    search = f"/registry/entities/{one}/merge"
    text(reader.get(search), 403)
    assert "合并到…" in text(planner.get(f"/registry/entities/{one}"))
    assert "与另一个是同一主体" in text(other.get(f"/registry/entities/{one}"))
    found = text(planner.get(f"{search}?q=第22号"))
    assert f"{search}/{two}" in found and "没有找到" in text(planner.get(f"{search}?q=不会有的%00名字"))
    shown = text(planner.get(f"{search}/{two}"))
    assert "不同" in shown and "个单位的检查对象名录库里有它" in shown
    assert "请选择另一个主体" in text(planner.get(f"{search}/{one}"))
    text(planner.post(f"{search}/{two}", data={"survivor": str(two), "reason": ""}), 422)
    text(planner.post(f"{search}/{two}", data={"survivor": str(three), "reason": "错的"}), 422)
    text(planner.get(f"{search}/00000000-0000-0000-0000-000000000000"), 404)
    asked = {"survivor": str(two), "reason": "同一家店", "evidence": "笔录"}
    shown = follow(other, other.post(f"{search}/{two}", data=asked))
    assert "与另一个是同一主体" in shown and made_up_credit_code(22) in shown
    proposal = first_link(shown, "corrections")
    assert f"{search}/{two}" in text(planner.get(proposal))
    assert "已采纳" in follow(planner, planner.post(proposal, data={"decision": "accept"}))
    assert "并入本主体的记录" in text(planner.get(f"/registry/entities/{two}"))
    assert "已经并入" in text(planner.get(f"/registry/entities/{three}/merge/{one}"))
    shown = follow(
        planner,
        planner.post(f"/registry/entities/{three}/merge/{two}", data={**asked, "survivor": str(three)}),
    )
    assert "并入本主体的记录" in shown


def test_the_whole_register_goes_out_and_comes_back(planner: FlaskClient, city: City, run_jobs: Jobs) -> None:
    """R-L11: what is filtered goes out with every field, and loaded again it changes nothing."""
    filtered = "/registry/entities?q=第2&status=active"
    assert "全部字段（可再导入）" in text(planner.get(filtered))
    plain = planner.get(f"{filtered}&export=csv").get_data(as_text=True)
    for kind in ("csv", "xlsx"):
        file = planner.get(f"{filtered}&export={kind}&fields=all")
        if kind == "csv":
            whole = file.get_data(as_text=True)
            assert (
                whole.count("\n") == plain.count("\n") > 1 and "经营范围" in whole and "经营范围" not in plain
            )
        answer = upload(planner, "entities", f"名录.{kind}", file.get_data())
        run_jobs()
        with city.acting("scjg.planner"):
            run = import_queries.import_run(UUID(answer.headers["Location"].rsplit("/", 1)[1].split("?")[0]))
            assert run.outcome is not None
            counts = [run.outcome[name] for name in ("added", "changed", "rejected")]
            assert (counts, run.outcome["unchanged"]) == ([0, 0, 0], whole.count("\n") - 1)


def test_very_many_are_put_down_by_the_job(
    other: FlaskClient, city: City, run_jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the filter chose is found again by the job, if it is as many as were confirmed, and nothing is done if not."""
    monkeypatch.setattr(bulk, "MOST_IN_A_REQUEST", 3)
    follow(other, other.post("/registry/targets/tags/new", data={"name": "成批"}))
    with city.acting("wsjk.planner"):
        tag = next(one.id for one in target_queries.my_tags() if one.name == "成批")
        asked = db.session.scalars(entity_queries.matching(sa.select(Entity.id), "第1")).all()
    data = {"all": "yes", "ask-q": "第1", "count": str(len(asked)), "tag_id": str(tag)}
    pages = [other.post("/registry/bulk/entities/tag/begin", data=data).headers["Location"] for _ in range(2)]
    with city.acting("wsjk.planner"):
        second = bulk_queries.run(UUID(pages[1].rsplit("/", 1)[1]))
        second.total += 1
        assert len(asked) > 3 and second.asked is not None
        assert not bulk_queries.next_ids(second, None, 1)
    run_jobs()
    assert f"共 {len(asked)} 条" in text(other.get(pages[0]))
    assert "与确认时的" in text(other.get(pages[1]))
    with city.acting("wsjk.planner"):
        assert target_queries.tag_counts()[tag] == len(asked)
