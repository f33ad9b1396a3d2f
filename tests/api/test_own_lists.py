"""What a bureau reads and does about its registry on the pages, over the interface (R-L11): its own alone, and as few reads for many rows as for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from onedoor.api.imports.shapes import KINDS
from onedoor.entities import queries as entity_queries
from onedoor.entities.models import QualityReview
from onedoor.imports import service as import_service
from onedoor.items import queries as item_queries
from onedoor.items import service as item_service
from onedoor.items.models import Item
from onedoor.kernel.clock import today
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict
from onedoor.officers import queries as officer_queries
from onedoor.officers import service as officer_service
from onedoor.targets import service as target_service
from tenants import approvals
from tenants import queries as tenants
from tenants.rules import Permission
from tests.api.test_changes import all_of
from tests.api.test_registry_loads import hand_in, read, send, token
from tests.fixtures.city import City
from tests.fixtures.clerk_files import admit, as_csv, f1, firm, publish_items
from tests.fixtures.merged_entities import by_hand, entered

Jobs = Callable[[], int]
FAR = (today() + timedelta(days=400)).isoformat()
ITEM = ("1", "食品检查", "《食品安全法》", "", "是否持证经营", "", "", "", "企业、个体工商户、产品")
# A good file of each kind, after those it needs; whose it is where another bureau keeps the list.
FILES: dict[str, tuple[str, bytes]] = {
    "entities": ("SCJG", as_csv([firm(n) for n in range(901, 907)])),
    "items": ("SCJG", f1(ITEM, more=("检查对象",))),
    "inspectors": ("SCJG", as_csv([["接口甲", "示接901", FAR], ["接口乙", "", ""]], ("姓名", "执法证编号", "证件有效期至"))),
    "experts": ("SCJG", as_csv([["钱工", "专家", "示范检测院", "检901", FAR]], ("姓名或名称", "类别", "所在单位", "资格证号", "资格有效期至"))),
    "targets": ("SCJG", as_csv([[made_up_credit_code(901), ""]], ("统一社会信用代码", "标签"))),
    "details": ("SCJG", as_csv([[made_up_credit_code(901), "接口丙"]], ("统一社会信用代码", "联系人"))),
    "matters": ("SCJG", as_csv([[made_up_credit_code(901), "产品", "示范糕点"]], ("统一社会信用代码", "类别", "名称"))),
    "premises": ("SCJG", as_csv([[made_up_credit_code(902), "示范市城区接口路1号", "示例县"]], ("统一社会信用代码", "地址", "所在地"))),
    "licences": ("SCJG", as_csv([[made_up_credit_code(902), "食品经营许可证", "JY接902", "示范市市场监督管理局"]], ("统一社会信用代码", "许可证种类", "许可证编号", "发证机关"))),
    "checks": ("SCJG", as_csv([["日常检查", "接口甲店", made_up_credit_code(902), "2020-03-05", "原1"]], ("检查类别", "检查对象", "统一社会信用代码", "检查日期", "检查编号"))),
    "listings": ("SCJG", as_csv([[made_up_credit_code(902), firm(902)[0], "经营异常名录", "示市监异〔2026〕902号", today().isoformat(), "直接送达", today().isoformat(), FAR]], ("统一社会信用代码", "企业名称", "名单", "决定书文号", "告知日期", "告知方式", "列入日期", "截止日期"))),
    "certificates": ("SFJ", as_csv([["示接901", "接口甲", FAR]], ("证件编号", "姓名", "有效期至"))),
}  # fmt: skip


@pytest.fixture(scope="module")
def own(city: City) -> dict[str, str]:
    return token(city, "SCJG", Permission.BUREAU_READ, Permission.REGISTRY_WRITE)


@pytest.fixture(scope="module")
def theirs(city: City) -> dict[str, str]:
    return token(city, "MZJ", Permission.BUREAU_READ, Permission.REGISTRY_WRITE)


@pytest.fixture(scope="module")
def loaded(city: City, own: dict[str, str]) -> dict[str, Any]:
    """What became of a file of each kind that is handed in over the interface."""
    from tasks import runner, worker

    worker.load_handlers()
    tokens = {"SCJG": own, "SFJ": token(city, "SFJ", Permission.BUREAU_READ, Permission.REGISTRY_WRITE)}
    ends: dict[str, Any] = {}
    for kind in [*FILES, *(kind for kind in KINDS if kind not in FILES)]:
        assert kind in FILES, f"a new kind of load: give FILES a file of {kind}"
        letters, content = FILES[kind]
        answer = hand_in(city, tokens[letters], kind, content)
        assert answer.status_code == 202, (kind, answer.json)
        with city.app.app_context():
            for _, job_id in runner.jobs_to_ring():
                runner.run(job_id)
        ends[kind] = read(city, f"/api/v1/registry/loads/{answer.json['id']}", tokens[letters])
        if kind == "items":
            publish_items(city, "SCJG")
    admit(city, "SCJG")
    return ends


@contextmanager
def counted(city: City) -> Iterator[list[str]]:
    """The statements of what is asked meanwhile."""
    result: list[str] = []

    def hear(_link: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        result.append(statement)

    with city.app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", hear)
    yield result
    sa.event.remove(engine, "before_cursor_execute", hear)


def test_each_kind_of_list_is_loaded_over_the_interface(
    city: City, loaded: dict[str, Any], own: dict[str, str]
) -> None:
    """R-L11: also those that come later; the document and the refusal name them all."""
    assert {kind: (end["state"], end["outcome"]["added"] + end["outcome"]["changed"] > 0, end["outcome"]["rejected"]) for kind, end in loaded.items()} == dict.fromkeys(KINDS, ("done", True, 0))  # fmt: skip
    document: Any = city.client().get("/api/v1/openapi.json").json
    for path, method in (("loads/{kind}", "post"), ("template.xlsx", "get")):
        said = document["paths"][f"/api/v1/registry/{path}"][method]["description"]
        assert all(name in said and kind.title in said for name, kind in import_service.KINDS.items())
    refused = hand_in(city, own, "weather", b"a,b")
    assert refused.status_code == 422 and all(kind in refused.json["detail"] for kind in KINDS)
    for kind in KINDS:
        place = f"/api/v1/registry/template.xlsx?kind={kind}"
        assert city.client().get(place, headers=own).status_code == 200


def test_items_officers_and_targets_are_told_whole(
    city: City, loaded: dict[str, Any], own: dict[str, str]
) -> None:
    """Checklist, unit, where it was copied from; level, tags and why a target left: the list and the copy say the same."""
    cursor = all_of(city, own, "targets", limit=100)[1]
    with city.acting("scjg.planner"):
        entity = entity_queries.entity_by_code(made_up_credit_code(901))
        target_service.save_scale("低 0\n高 50")
        target_service.set_risk(entity, "高", "接口测试")
        target_service.set_tags(entity, [target_service.add_tag("接口重点", "", shared=False).id])
    (target,) = read(city, f"/api/v1/registers/targets?q={made_up_credit_code(901)}", own)["items"]
    assert (target["risk"], target["tags"], target["unit"], target["ended_reason"], target["person"]) == ("高", ["接口重点"], None, None, "接口丙")  # fmt: skip
    (again,), cursor = all_of(city, own, "targets", cursor)
    assert (again["id"], again["risk"], again["tags"]) == (target["id"], "高", ["接口重点"])
    with city.acting("scjg.planner"):
        target_service.set_tags(entity_queries.entity_by_code(made_up_credit_code(901)), [])
    ((again,), cursor) = all_of(city, own, "targets", cursor)
    assert again["tags"] == [] and all_of(city, own, "targets", cursor)[0] == []
    (item,) = read(city, "/api/v1/registers/items?q=食品检查", own)["items"]
    assert item["checklist"] == [{"point": "是否持证经营", "kind": "yes_no"}]
    assert read(city, "/api/v1/registers/items?q=spjc", own)["items"] == [item], "by its initials"
    with city.acting("scjg.planner"):
        renamed = item_service.save_item(item["number"], {"name": "单位食堂检查"})
        assert renamed.sort_key.startswith("dan1 ")
        assert item_queries.my_item(UUID(item["id"])).sort_key.startswith("shi2 ")
        db.session.rollback()
    assert (item["unit"], item["ending"], item["source"]) == (None, False, None)
    (officer,) = read(city, "/api/v1/registers/inspectors?q=示接901", own)["items"]
    assert officer["unit"] is None and not {"identity_number", "phone"} & set(officer)
    (without,) = read(city, "/api/v1/registers/inspectors?lacks=certificate", own)["items"]
    assert without["name"] == "接口乙"


def test_the_history_of_an_entity_is_read_to_its_beginning(
    city: City, loaded: dict[str, Any], own: dict[str, str], theirs: dict[str, str]
) -> None:
    """R-T6: by key over the interface and in pages on its page; another bureau reads which bureau, not who, nor the file."""
    with city.acting("scjg.planner"):
        entity_id = entity_queries.entity_by_code(made_up_credit_code(901)).id
    place, older, steps = f"/api/v1/histories/{entity_id}", "", []
    while True:
        answer = read(city, f"{place}?size=1{older}", own)
        steps += answer["items"]
        if answer["next"] is None:
            break
        older = f"&after={answer['next']}"
    whole = read(city, place, own)
    assert steps == whole["items"] and len(steps) >= 2 and whole["next"] is None
    assert (steps[-1]["part"], steps[-1]["what"], steps[-1]["source"]) == ("entity", "added", "interface")
    assert steps[-1]["load_id"] and read(city, place, theirs)["items"][-1]["load_id"] is None
    assert city.client().get(f"{place}?before=robot", headers=own).status_code == 422
    pages = city.client("scjg.planner")
    for before in ("", steps[0]["at"], "robot"):
        shown = pages.get(f"/registry/entities/{entity_id}/history", query_string={"before": before})
        assert shown.status_code == 200 and "录入" in shown.get_data(as_text=True)


def test_a_copy_says_of_which_item_it_is(city: City, loaded: dict[str, Any]) -> None:
    reader = token(city, "WSJK", Permission.BUREAU_READ)
    with city.acting("scjg.planner"):
        shared = db.session.scalars(sa.select(Item).where(Item.state == "published")).first()
        assert shared is not None
        number, version, template = shared.number, shared.version, item_service.share_item(shared, "").id
    with city.acting("wsjk.planner"):
        item_service.adopt(item_queries.templates.item_template(template)[1])
    (copy,) = read(city, "/api/v1/registers/items?q=食品检查", reader)["items"]
    source = copy["source"]
    assert (source["number"], source["version"], source["in_force"]) == (number, version, True)
    assert source["bureau"].endswith("市场监督管理局") and copy["state"] == "draft"


def test_experts_and_certificates_are_searched_and_kept_up_to_date(
    city: City, loaded: dict[str, Any], own: dict[str, str], theirs: dict[str, str]
) -> None:
    place = "/api/v1/registers/experts"
    (one,) = read(city, f"{place}?q=示范检测院 检901&kind=person&active=true&unit=-", own)["items"]
    assert one["unit"] is None and read(city, f"{place}?unit=没有的科", own)["items"] == []
    assert (one["credential"], one["credential_expires_on"]) == ("检901", FAR)
    assert read(city, f"{place}?q=qg", own)["items"] == [one], "by the initials"
    assert read(city, f"{place}?expires_until={today()}", own)["count"] == 0
    assert read(city, place, theirs)["items"] == [] == all_of(city, theirs, "experts")[0]
    rows, cursor = all_of(city, own, "experts")
    assert [each["id"] for each in rows] == [one["id"]] and all_of(city, own, "experts", cursor)[0] == []
    with city.acting("scjg.planner"):
        officer_service.save_expert(officer_queries.experts.known("钱工", "示范检测院"), {"name": "钱工", "organisation": "示范检测院", "active": False})  # fmt: skip
    assert [each["active"] for each in all_of(city, own, "experts", cursor)[0]] == [False]
    for reader in (own, theirs):
        (kept,) = read(city, "/api/v1/registers/certificates?q=示接901 jkj&status=valid", reader)["items"]
        assert (kept["name"], kept["kept_by"]) == ("接口甲", str(city.bureaus["SFJ"]))
        assert kept["id"] in {each["id"] for each in all_of(city, reader, "certificates")[0]}
    for wrong in ("experts?kind=robot", "experts?sort=credential", "certificates?kept_by=me", "certificates?size=0"):  # fmt: skip
        assert city.client().get(f"/api/v1/registers/{wrong}", headers=own).status_code == 422


def test_rules_are_written_looked_at_and_run(
    city: City, loaded: dict[str, Any], own: dict[str, str], theirs: dict[str, str], run_jobs: Jobs
) -> None:
    """R-L5: what a run would do is told before, then it runs as a job; another bureau has none of it."""
    wrong: list[dict[str, Any]] = [
        {},
        {"name": "餐饮", "conditions": {}},
        {"name": "餐饮", "conditions": {"kinds": ["robot"]}},
        {"name": "餐饮", "conditions": {"scope": ["长" * 41]}},
        {"name": "餐饮", "conditions": {"scope": "餐饮"}},
        {"name": "餐饮", "conditions": {"scope": ["餐饮"]}, "unit": "别处的科室"},
        {"name": "餐饮", "conditions": {"scope": ["餐饮"], "weather": ["晴"]}},
        {"name": "餐饮", "conditions": {"registered_from": "2026-01-02", "registered_until": "2026-01-01"}},
    ]
    for body in wrong:
        answer = send(city, "POST", "selection/rules", own, **body)
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json"), (body, answer.json)
    asked: dict[str, Any] = {
        "name": "接口餐饮",
        "conditions": {"name": [f"第{n}号" for n in (902, 903)], "kinds": ["91"]},
    }
    made = send(city, "POST", "selection/rules", own, **asked)
    assert (made.status_code, made.json["chooses"], made.json["unit"]) == (201, 2, None), made.json
    rule = f"selection/rules/{made.json['id']}"
    assert send(city, "POST", "selection/rules", own, **asked).status_code == 422, "the name is taken"
    for method in ("GET", "PUT", "DELETE"):
        assert send(city, method, rule, theirs, **asked).status_code == 404
    joining = read(city, "/api/v1/selection/joining?sort=code&size=1", own)
    assert (joining["count"], joining["items"][0]["rule_id"]) == (2, made.json["id"])
    rest = read(city, f"/api/v1/selection/joining?sort=code&size=1&after={joining['next']}", own)["items"]
    assert {each["entity"]["code"] for each in joining["items"] + rest} == {made_up_credit_code(902), made_up_credit_code(903)}  # fmt: skip
    begun = send(city, "POST", "selection/runs", own)
    assert (begun.status_code, begun.json["state"]) == (202, "waiting")
    run_jobs()
    ages = {one["library"]: one for one in read(city, "/api/v1/libraries/", own)["items"]}
    assert (ages["targets"]["stale"], ages["targets"]["whole_at"]) == (False, ages["targets"]["since"])
    confirmed = send(city, "POST", "libraries/inspectors/confirm", own)
    assert confirmed.status_code == 200 and confirmed.json["whole_at"] > ages["targets"]["whole_at"]
    assert send(city, "POST", "libraries/inspectors/confirm", theirs).status_code in (403, 409)
    assert read(city, "/api/v1/libraries/", theirs)["items"][2]["changed_at"] is None
    reply = read(city, "/api/v1/selection/rules", own)
    assert (reply["run"]["state"], reply["run"]["outcome"]["added"]) == ("done", 2)
    assert [each["id"] for each in reply["items"]] == [made.json["id"]] and reply["items"][0]["last_run_at"]
    asked["conditions"] |= {"name": ["第902号"], "registered_from": "2020-01-02"}
    changed = send(city, "PUT", rule, own, **asked).json
    assert (changed["chooses"], changed["conditions"]["registered_from"]) == (1, "2020-01-02")
    (gone,) = read(city, "/api/v1/selection/leaving", own)["items"]
    assert (gone["because"], gone["entity"]["code"]) == ("not_chosen", made_up_credit_code(903))
    assert send(city, "DELETE", rule, own).status_code == 204
    assert {send(city, method, rule, own, **asked).status_code for method in ("GET", "PUT", "DELETE")} == {404}  # fmt: skip
    assert read(city, "/api/v1/selection/rules", theirs) == {"items": [], "run": None}
    assert read(city, "/api/v1/selection/leaving", theirs)["items"] == []


def test_quality_opens_the_records_behind_each_figure(
    city: City, loaded: dict[str, Any], own: dict[str, str], theirs: dict[str, str], run_jobs: Jobs
) -> None:
    with city.acting("scjg.planner"):
        alike = [firm(911), firm(912), firm(913, scope="")]
        alike[1][0] = alike[0][0]
        import_service.begin_import("entities", "甲.csv", as_csv(alike))
    run_jobs()
    assert send(city, "POST", "quality/reviews", own).status_code == 202
    run_jobs()
    answer = read(city, "/api/v1/quality/", own)
    counts = {each["fault"]: each["count"] for each in answer["figures"]}
    assert answer["job"]["state"] == "done" and counts["no_scope"] >= 1 and answer["score"] < 100
    for fault, count in counts.items():
        found = read(city, f"/api/v1/quality/findings?fault={fault}&size=200", own)
        assert found["count"] == count, fault
    assert firm(913)[1] in {each["entity"]["code"] for each in read(city, "/api/v1/quality/findings?fault=no_scope", own)["items"]}  # fmt: skip
    assert answer["lacking"]["certificate"] == read(city, "/api/v1/registers/inspectors?lacks=certificate", own)["count"]  # fmt: skip
    (pair,) = read(city, f"/api/v1/quality/duplicates?state=open&q={alike[0][0]}", own)["items"]
    place = f"quality/duplicates/{pair['id']}"
    assert {pair["first"]["code"], pair["second"]["code"]} == {alike[0][1], alike[1][1]}
    for body in ({}, {"decision": "merge", "reason": "同一家"}, {"decision": "apart", "reason": ""}):
        assert send(city, "POST", place, own, **body).status_code == 422
        assert send(city, "POST", place, theirs, **body).status_code == 404
    strange = {"decision": "merge", "reason": "同一家", "survivor": str(city.bureaus["SCJG"])}
    assert send(city, "POST", place, own, **strange).status_code == 404
    apart = send(city, "POST", place, own, decision="apart", reason="两家店")
    assert (apart.status_code, apart.json["state"]) == (200, "apart")
    assert read(city, "/api/v1/quality/", theirs)["score"] is None
    assert read(city, "/api/v1/quality/findings", theirs)["items"] == []
    assert city.client().get("/api/v1/quality/findings?fault=weather", headers=own).status_code == 422
    with city.acting("mzj.planner"):
        assert db.session.scalars(sa.select(QualityReview)).all() == []


def test_words_of_ones_own_lists(city: City, own: dict[str, str], theirs: dict[str, str]) -> None:
    place = "vocabularies/tags"
    made = send(city, "POST", place, own, name="接口词", shared=False)
    assert (made.status_code, made.json["carried"], made.json["active"]) == (201, 0, True)
    for body in ({}, {"name": "接口词"}, {"name": "两 个"}, {"name": "长" * 21}):
        assert send(city, "POST", place, own, **body).status_code == 422, body
    assert send(city, "POST", place, theirs, name="接口词", shared=False).status_code == 201, "its own word"
    word = f"{place}/{made.json['id']}"
    assert send(city, "PUT", word, theirs, active=False).status_code == 404
    assert send(city, "PUT", word, own, active="perhaps").status_code == 422
    assert send(city, "PUT", word, own, active=False).json["active"] is False
    answer = read(city, f"/api/v1/{place}", own)
    assert "接口词" in [each["name"] for each in answer["items"]]
    words = read(city, "/api/v1/vocabularies/qualifications?size=2&active=true", own)
    assert len(words["items"]) == 2 and words["next"] and words["count"] > 2
    known = words["items"][0]["name"]
    proposals = "vocabularies/qualifications/proposals"
    asked = send(city, "POST", proposals, own, name="无人机操作", reason="检查用")
    assert (asked.status_code, asked.json["state"]) == (201, "waiting")
    for name in ("无人机操作", known, ""):
        assert send(city, "POST", proposals, own, name=name, reason="检查用").status_code == 422, name
    assert [each["name"] for each in read(city, f"/api/v1/{proposals}", own)["items"]] == ["无人机操作"]
    assert read(city, f"/api/v1/{proposals}", theirs)["items"] == []
    assert read(city, "/api/v1/vocabularies/risk", theirs) == {"levels": [], "computed_at": None, "factors": [], "job": None}  # fmt: skip
    with city.acting("scjg.planner"):
        names = [unit.name for unit in tenants.units()]
    assert [each["name"] for each in read(city, "/api/v1/vocabularies/units", own)["items"]] == names


def test_a_draft_of_the_rulebook_is_for_people_to_hand_in(
    city: City, own: dict[str, str], theirs: dict[str, str]
) -> None:
    """R-L10, R-T5: a system writes, a person hands in, another approves; a draft is nobody else's to read."""
    texts = {"aims", "procedure", "means", "content", "penalty_standards", "penalty_procedure", "disclosure_procedure"}  # fmt: skip
    assert send(city, "PUT", "rulebooks/draft", own).status_code == 422
    assert send(city, "PUT", "rulebooks/draft", own, weather="晴").status_code == 422
    made = send(city, "PUT", "rulebooks/draft", own, **dict.fromkeys(texts, "写明"))
    assert (made.status_code, made.json["state"], made.json["waiting"]) == (200, "draft", False)
    part = send(city, "PUT", "rulebooks/draft", own, aims="另写")
    said = {each["name"]: each["text"] for each in part.json["sections"]}
    assert (part.json["id"], said["aims"], said["means"]) == (made.json["id"], "另写", "写明")
    place = f"/api/v1/rulebooks/{made.json['id']}"
    for path in (place, f"{place}/file?form=txt"):
        assert city.client().get(path, headers=theirs).status_code == 404
    head = city.person("scjg.head").permissions
    with city.acting("scjg.head"):
        draft = item_queries.my_rulebook(made.json["id"])
        with pytest.raises(Conflict, match="先由人员核对"):
            item_service.publish_rulebook(draft)
    with city.acting("scjg.planner"):
        item_service.submit_rulebook(item_queries.my_rulebook(made.json["id"]))
    assert read(city, place, own)["waiting"] is True
    assert send(city, "PUT", "rulebooks/draft", own, aims="趁机").status_code == 409
    with city.acting("scjg.head"):
        (waiting,) = [one for one in approvals.inbox(head) if one.kind == "rulebook"]
        item_service.decide_rulebook(approvals.get(waiting.id), True, "", head)
    (version,) = read(city, "/api/v1/rulebooks/", own)["items"]
    assert (version["state"], version["filings"][0]["state"]) == ("published", "sent")
    other = read(city, place, theirs)
    assert (other["sections"][0]["text"], other["filings"]) == ("另写", [])
    text: Any = city.client().get(f"{place}/file?form=txt", headers=theirs)
    assert "另写" in text.get_data(as_text=True)
    assert read(city, "/api/v1/rulebooks/?of=published", theirs)["items"][0]["id"] == made.json["id"]
    assert read(city, "/api/v1/rulebooks/", theirs)["items"] == []


def test_duties_are_named_and_ended_with_contacts_masked(
    city: City, own: dict[str, str], theirs: dict[str, str]
) -> None:
    """R-L13, R-T7: as on the page; in full nowhere."""
    lead = {"role": "work_lead", "name": "接口负责人", "contact": "13900008765", "since": today().isoformat()}
    for wrong in ({}, {**lead, "role": "king"}, {**lead, "since": FAR}, {**lead, "name": ""}):
        assert send(city, "POST", "duties/", own, **wrong).status_code == 422, wrong
    made = send(city, "POST", "duties/", own, **lead)
    assert (made.status_code, made.json["contact"]) == (201, "139****8765")
    shown: Any = city.client().get("/api/v1/duties/?role=work_lead&held=true", headers=own)
    assert "13900008765" not in shown.text and [each["name"] for each in shown.json["items"]] == [
        "接口负责人"
    ]
    end = f"duties/{made.json['id']}/end"
    assert send(city, "POST", end, theirs).status_code == 404
    assert read(city, "/api/v1/duties/", theirs)["items"] == []
    assert send(city, "POST", end, own).json["until"] == today().isoformat()
    assert send(city, "POST", end, own).status_code == 409
    assert read(city, "/api/v1/duties/?held=true&role=work_lead", own)["items"] == []


def test_leave_and_recusals_are_noted_and_ended(
    city: City, loaded: dict[str, Any], own: dict[str, str], theirs: dict[str, str]
) -> None:
    """R-L7, R-D5: the bureau's own affair, which no other bureau reads."""
    (officer,) = read(city, "/api/v1/registers/inspectors?q=示接901", own)["items"]
    place, code = f"officers/{officer['id']}", officer["code"]
    leave = {"since": today().isoformat(), "until": FAR, "reason": "进修"}
    stake = {"entity_code": made_up_credit_code(901), "reason_code": "KIN"}
    cases: list[tuple[str, dict[str, Any], list[dict[str, Any]]]] = [
        ("leaves", leave, [{}, {**leave, "until": "2020-01-01"}, {**leave, "since": "明天"}]),
        ("recusals", stake, [{}, {**stake, "reason_code": "WHIM"}, {**stake, "entity_code": "无"}]),
    ]
    for path, good, bad in cases:
        for body in bad:
            assert send(city, "POST", f"{place}/{path}", own, **body).status_code == 422, body
        assert send(city, "POST", f"{place}/{path}", theirs, **good).status_code == 404
        made = send(city, "POST", f"{place}/{path}", own, **good)
        assert (made.status_code, made.json["officer"]) == (201, code), made.json
        assert send(city, "POST", f"{place}/{path}", own, **good).status_code in (409, 422), (
            "it holds already"
        )
        asked = f"/api/v1/officers/{path}?officer={code}&holds=true"
        assert [each["id"] for each in read(city, asked, own)["items"]] == [made.json["id"]]
        assert read(city, f"/api/v1/officers/{path}", theirs)["items"] == []
        end = f"{place}/{path}/{made.json['id']}/end"
        assert send(city, "POST", end, theirs).status_code == 404
        why = {"reason": "亲属已离任"} if path == "recusals" else {}
        assert not why or send(city, "POST", end, own).status_code == 422
        assert [send(city, "POST", end, own, **why).status_code for _ in range(2)] == [204, 409]
        assert send(city, "POST", f"{place}/{path}/{city.bureaus['SCJG']}/end", own, **why).status_code == 404
    assert read(city, "/api/v1/officers/leaves?holds=true", own)["items"] == []


def test_a_training_is_entered_with_those_who_came(
    city: City, loaded: dict[str, Any], own: dict[str, str], theirs: dict[str, str]
) -> None:
    people = read(city, "/api/v1/registers/inspectors?q=接口", own)["items"]
    first, second = sorted(people, key=lambda one: str(one["name"]))[:2] if len(people) > 1 else (people[0], people[0])  # fmt: skip
    given = {"title": "接口培训", "held_on": today().isoformat(), "hours": "3.5", "invited": [first["id"], second["id"]], "attended": [first["id"]]}  # fmt: skip
    for wrong in (
        {},
        {**given, "hours": "0"},
        {**given, "held_on": FAR},
        {**given, "invited": [str(city.bureaus["SCJG"])]},
        {**given, "results": "没有这个人：合格"},
    ):
        assert send(city, "POST", "trainings/", own, **wrong).status_code == 422, wrong
    made = send(city, "POST", "trainings/", own, **given, results=f"{first['name']}：合格")
    assert (made.status_code, made.json["places"], made.json["attended"], made.json["hours"]) == (201, 2, 1, 3.5)  # fmt: skip
    assert {each["name"]: each["result"] for each in made.json["people"]} == {first["name"]: "合格", second["name"]: ""}  # fmt: skip
    assert made.json["unit"] is None
    assert send(city, "POST", "trainings/", own, **given, unit="没有的科").status_code == 422
    place = f"trainings/{made.json['id']}"
    for method in ("GET", "PUT"):
        assert send(city, method, place, theirs).status_code == 404
    changed = send(city, "PUT", place, own, **{**given, "attended": given["invited"]})
    assert (changed.status_code, changed.json["attended"]) == (200, 2)
    (listed,) = read(city, f"/api/v1/trainings/?q=接口培训&held_from={today()}", own)["items"]
    assert (listed["id"], listed["attended"]) == (made.json["id"], 2)
    assert read(city, "/api/v1/trainings/", theirs)["items"] == []
    taken = token(city, "MZJ", Permission.REGISTRY_WRITE)
    assert send(city, "POST", "trainings/", taken, **given).status_code == 422, "officers of another bureau"


def test_as_few_reads_for_many_rows_as_for_one(
    city: City, loaded: dict[str, Any], own: dict[str, str]
) -> None:
    with city.acting("scjg.planner"):
        for n in (1, 2):
            officer_service.name_for_duty({"role": "group_member", "name": f"组员{n}", "post": "", "contact": "13900001111", "document": "", "since": today()})  # fmt: skip
        target_service.list_codes([made_up_credit_code(n) for n in (904, 905)])
    for place in ("registers/targets?size={}", "registers/inspectors?size={}", "duties/?size={}", "changes/targets?size={}"):  # fmt: skip
        result = []
        for size in (1, 2):
            with counted(city) as statements:
                answer = read(city, f"/api/v1/{place.format(size)}", own)
            assert len(answer["items"]) == size, place
            result.append(len(statements))
        assert result[0] == result[1], place


def test_an_officer_rests_and_is_back_and_to_leave_is_for_the_head(
    city: City, own: dict[str, str], theirs: dict[str, str]
) -> None:
    """R-L7, R-L9: with a reason each time; entry and exit are asked for, and decided on by people."""
    with city.acting("scjg.planner"):
        officer = entered(by_hand("邱知远", "示接990", today() + timedelta(days=400)))
        place = f"officers/{officer.id}/status"
    for wrong in ({}, {"status": "gone", "reason": "调查"}, {"status": "suspended", "reason": " "}):
        assert send(city, "POST", place, own, **wrong).status_code == 422, wrong
    resting = {"status": "suspended", "reason": "接受调查"}
    assert send(city, "POST", place, theirs, **resting).status_code == 404
    for asked, done, stands in (
        (resting, True, "suspended"),
        ({"status": "active", "reason": "查清"}, True, "active"),
        ({"status": "left", "reason": "调离"}, False, "active"),
    ):
        answer = send(city, "POST", place, own, **asked)
        assert (answer.status_code, answer.json["done"], answer.json["officer"]["status"]) == (
            200,
            done,
            stands,
        )
    assert send(city, "POST", place, own, **resting).status_code == 409, "the head has it"
