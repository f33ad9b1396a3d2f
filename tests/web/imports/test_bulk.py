"""What is done to many records of a list at once, on its pages: chosen, counted, done by a job, told what was not done."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.exc import ProgrammingError

from onedoor.entities import queries as entity_queries
from onedoor.entities.models import Entity
from onedoor.imports import queries as import_queries
from onedoor.imports import service as import_service
from onedoor.items import queries as item_queries
from onedoor.items import service as item_service
from onedoor.kernel.clock import now
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from onedoor.kernel.job_progress import NoProgress
from onedoor.officers import queries as officer_queries
from onedoor.officers.models import Inspector
from onedoor.officers.queries.proposals import proposals_of
from onedoor.targets import queries as target_queries
from onedoor.targets import service as target_service
from onedoor.targets.models import Target
from onedoor.targets.queries.tags import carrying
from onedoor.targets.service.risk import free_risk
from onedoor.targets.service.tags import tag_many
from tenants import approvals, units
from tenants import queries as bureaus
from tenants.models import Unit, UserAccount
from tenants.rules import Permission
from tenants.scope import identity, in_scope
from tests.fixtures.answers import Jobs, follow, officers, text
from tests.fixtures.city import City
from tests.fixtures.clerk_files import as_csv, firm
from tests.fixtures.plans import list_items


@pytest.fixture(scope="module")
def planner(city: City) -> FlaskClient:
    """A clerk of market regulation, whose library has five officers: three at work, one suspended, one proposed."""
    with city.acting("scjg.planner") as scope:
        states = ("active", "active", "active", "suspended", "proposed")
        for place, state in enumerate(states):
            db.session.add(_officer(scope.tenant_id, f"试{place:03d}", state))
    with city.acting("wsjk.planner") as scope:
        db.session.add(_officer(scope.tenant_id, "卫001", "active"))
    return city.client("scjg.planner")


def _officer(tenant: Any, number: str, state: str) -> Inspector:
    return Inspector(
        id=new_id(), tenant_id=tenant, code=f"many-{number[1:]}-{tenant.hex[-4:]}", name=f"甲{number}", sort_key=number,
        sex="", body="示例市市场监管局", post="", certificate_number=number, kinds="", area="", qualifications=[],
        leads=False, status=state, remark="", updated_at=now(),
    )  # fmt: skip


def do(client: FlaskClient, run_jobs: Jobs, path: str, **given: Any) -> str:
    """Ask, confirm what the page says, let the job run; the page of what became of it."""
    count = re.search(r'name="count" value="(\d+)"', text(client.post(path, data=given)))
    assert count is not None
    begun = client.post(f"{path}/begin", data={**given, "count": count[1]})
    assert begun.status_code == 303, begun.get_data(as_text=True)
    run_jobs()
    return text(client.get(begun.headers["Location"]))


def figures(shown: str) -> list[int]:
    """How many were done, and how many not."""
    return [int(one) for one in re.findall(r"figure-value[^>]*>(\d+)", shown)]


def test_chosen_rows_and_what_was_not_done(planner: FlaskClient, city: City, run_jobs: Jobs) -> None:
    assert "批量办理" in text(planner.get("/registry/inspectors"))
    mine = officers(city)
    ids = [str(mine[number].id) for number in ("试000", "试003", "试004")]
    shown = text(planner.post("/registry/bulk/inspectors/suspend", data={"ids": ids}))
    assert "将办理选中的 3 条记录" in shown
    refused = planner.post("/registry/bulk/inspectors/suspend/begin", data={"ids": ids, "count": "3"})
    assert "请填写此项" in text(refused, 422)
    shown = do(planner, run_jobs, "/registry/bulk/inspectors/suspend", ids=ids, reason="集中轮训")
    assert "发起，共 3 条" in shown and figures(shown) == [1, 2]
    assert "甲试003" in shown and "已经是这个状态" in shown
    assert "甲试004" in shown and "入库还没有批准" in shown and "甲试000" not in shown
    assert officers(city)["试000"].status == "suspended"
    job = re.search(r"/jobs/[0-9a-f-]{36}", text(planner.get("/jobs/")))
    assert job is not None and "/registry/bulk/runs/" in text(planner.get(job[0]))


def test_all_that_a_filter_finds_and_no_other(planner: FlaskClient, city: City, run_jobs: Jobs) -> None:
    asked = {"all": "yes", "ask-status": "suspended"}
    shown = do(planner, run_jobs, "/registry/bulk/inspectors/resume", **asked, reason="轮训结束")
    assert "没有办理" in shown
    assert {one.status for one in officers(city).values()} == {"active", "proposed"}
    asked = {"all": "yes", "ask-status": "active", "reason": "再来", "count": "7"}
    begun = planner.post("/registry/bulk/inspectors/resume/begin", data=asked)
    assert "与刚才显示的不同" in text(begun, 422)


def test_a_unit_for_all_and_none_of_another_bureau(planner: FlaskClient, city: City, run_jobs: Jobs) -> None:
    with city.acting("wsjk.planner"):
        (other,) = [
            one
            for one in db.session.scalars(officer_queries.inspectors())
            if one.certificate_number == "卫001"
        ]
        theirs = db.session.query(Unit).filter(Unit.tenant_id == other.tenant_id).first()
    with city.acting("scjg.planner"):
        unit = db.session.query(Unit).filter(Unit.tenant_id == officers(city)["试000"].tenant_id).first()
    assert unit is not None
    shown = text(planner.post("/registry/bulk/inspectors/unit", data={"ids": [str(other.id)]}))
    assert "没有选中任何记录" in shown
    do(planner, run_jobs, "/registry/bulk/inspectors/unit", all="yes", unit_id=str(unit.id))
    assert {one.unit_id for one in officers(city).values()} == {unit.id}
    if theirs is not None:
        shown = do(planner, run_jobs, "/registry/bulk/inspectors/unit", all="yes", unit_id=str(theirs.id))
        assert "没有这个科室" in shown
    with city.acting("wsjk.planner"):
        assert officer_queries.inspector(other.id).unit_id is None


def test_exit_is_one_proposal_to_the_head(
    planner: FlaskClient, city: City, run_jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many they are."""
    monkeypatch.setattr(import_module("onedoor.imports.service.bulk"), "AT_ONCE", 3)
    do(planner, run_jobs, "/registry/bulk/inspectors/exit", all="yes", reason="机构改革")
    with city.acting("scjg.planner"):
        (proposal,) = proposals_of(officers(city)["试000"])
        assert (proposal.direction, len(officer_queries.proposed_officers(proposal.id))) == ("exit", 4)


def test_items_change_as_drafts(planner: FlaskClient, city: City, run_jobs: Jobs) -> None:
    listed = list_items(city, "SCJG", mode="unlisted")
    shown = do(planner, run_jobs, "/registry/bulk/items/random", ids=[str(listed["SCJG"])])
    assert "没有办理" in shown
    with city.acting("scjg.planner"):
        (one,) = db.session.scalars(item_queries.items())
        assert (one.mode, one.state) == ("random", "draft")
        draft, given = one.id, {"name": one.name, "basis": one.basis, "enforcing_body": one.enforcing_body,
                                "object_kinds": one.object_kinds, "method": one.method, "mode": "random"}  # fmt: skip
    # R-L4: from the page of the published version nobody writes over the draft.
    for page in ("edit", "checklist"):
        older = planner.get(f"/registry/items/{listed['SCJG']}/{page}")
        assert older.location == f"/registry/items/{draft}/{page}"
    refused = planner.post(f"/registry/items/{listed['SCJG']}/edit", data=given)
    assert "不是最新的一版" in text(refused, 422)
    assert "不是最新的一版" in text(planner.post(f"/registry/items/{listed['SCJG']}/checklist"), 422)
    seen = re.findall(r'name="seen" value="([^"]+)"', text(planner.get(f"/registry/items/{draft}/edit")))
    change = {**given, "name": "改", "seen": seen}
    follow(planner, planner.post(f"/registry/items/{draft}/edit", data=change))
    assert "已由他人修改" in text(planner.post(f"/registry/items/{draft}/edit", data=change), 422)
    ended = planner.post(f"/registry/items/{listed['SCJG']}/end", data={"reason": "法律修改"})
    assert "先放弃修改" in text(ended, 409)
    shown = do(planner, run_jobs, "/registry/bulk/items/end", all="yes", reason="法律修改")
    assert "还有未公布的修改" in shown
    do(planner, run_jobs, "/registry/bulk/items/discard", all="yes")
    with city.acting("scjg.planner"):
        assert item_queries.item(listed["SCJG"]).state == "published"
        assert not item_queries.has_drafts()


def test_whoever_may_not_write_sees_no_buttons(city: City, planner: FlaskClient) -> None:
    reader = city.client("scjg.reviewer")
    assert "批量办理" not in text(reader.get("/registry/inspectors"))
    assert reader.post("/registry/bulk/inspectors/exit", data={"all": "yes"}).status_code == 403
    assert planner.post("/registry/bulk/inspectors/nothing").status_code == 404


def test_units_are_kept_by_the_administrator_and_lists_follow_them(
    planner: FlaskClient, city: City, run_jobs: Jobs
) -> None:
    """R-T5: items and officers belong to a unit, and are filtered by it; another bureau's unit is none."""
    admin = city.client("scjg.admin")
    assert admin.post("/settings/units/new", data={"name": "信用监管科"}).status_code == 303
    assert "已有同名的科室" in text(admin.post("/settings/units/new", data={"name": "信用监管科"}), 422)
    shown = text(admin.get("/settings/units"))
    (place,) = re.findall(
        r'action="(/settings/units/[0-9a-f-]{36})"[^>]*>(?:(?!</form>).)*value="信用监管科"', shown, re.S
    )
    unit_id = place.rsplit("/", 1)[1]
    assert planner.get("/settings/units").status_code == 403
    assert city.client("wsjk.admin").post(place, data={"name": "偷改"}).status_code == 404
    head = ("序号", "检查事项", "检查依据", "所属科室")
    rows = [["1", "信用承诺检查", "《甲法》", "信用监管科"], ["2", "另一检查", "《乙法》", "没有的科"]]
    data = {"file": (io.BytesIO(as_csv(rows, head)), "事项.csv"), "mode": "good"}
    sent = planner.post("/registry/imports/new/items", data=data, content_type="multipart/form-data")
    run_jobs()
    assert "本单位没有“没有的科”这个科室" in text(planner.get(sent.headers["Location"]))
    assert "信用承诺检查" in text(planner.get(f"/registry/items?unit={unit_id}"))
    assert "信用承诺检查" not in text(planner.get("/registry/items?unit=none"))
    (item,) = re.findall(
        r'href="(/registry/items/[0-9a-f-]{36})">信用承诺检查', text(planner.get("/registry/items"))
    )
    assert "信用监管科" in text(planner.get(item))
    ids = [item.rsplit("/", 1)[1]]
    do(planner, run_jobs, "/registry/bulk/items/unit", ids=ids, unit_id="")
    assert "信用承诺检查" in text(planner.get("/registry/items?unit=none"))
    shown = do(planner, run_jobs, "/registry/bulk/items/unit", ids=ids, unit_id=unit_id)
    assert admin.post(f"{place}/remove").status_code == 409
    assert "还有人员、检查事项、检查对象、选取规则、专家、培训或计划" in text(
        admin.post(f"{place}/remove"), 409
    )
    assert admin.post(place, data={"name": "信用科"}).status_code == 303
    assert "信用科" in text(planner.get(item))
    do(planner, run_jobs, "/registry/bulk/items/unit", ids=ids, unit_id="")
    assert admin.post(f"{place}/remove").status_code == 303
    assert "信用科" not in text(admin.get("/settings/units"))


@pytest.fixture
def clerks(city: City) -> Iterator[dict[str, Any]]:
    """Two units of market regulation: the planner is of the first, and the reviewer of the second."""
    with city.acting("scjg.admin") as scope:
        there = {unit.name: unit for unit in bureaus.units()}
        names = ("餐饮监管科", "特种设备科")
        made = {name: (there.get(name) or units.add_unit(name)).id for name in names}
        tenant = scope.tenant_id
    _belongs(city, tenant, "scjg.planner", made["餐饮监管科"])
    _belongs(city, tenant, "scjg.reviewer", made["特种设备科"])
    yield made
    _belongs(city, tenant, "scjg.planner", None)
    _belongs(city, tenant, "scjg.reviewer", None)


def _belongs(city: City, tenant: Any, username: str, unit: Any) -> None:
    with in_scope(identity(tenant), city.app):
        change = sa.update(UserAccount).where(UserAccount.username == username)
        db.session.execute(change.values(unit_id=unit))
        db.session.commit()


def test_targets_belong_to_a_unit_and_another_unit_leaves_them_alone(
    planner: FlaskClient, city: City, run_jobs: Jobs, clerks: dict[str, Any]
) -> None:
    """R-T5: by hand to one's own, by rule and by file to the one named, filtered by it; the other unit's stay as they are."""
    mine, theirs = clerks["餐饮监管科"], clerks["特种设备科"]
    list_items(city, "SCJG", mode="unfit")
    with city.acting("scjg.planner"):
        load = import_service.begin_import("entities", "甲.csv", as_csv([firm(n) for n in range(701, 705)]))
        import_service.run_import(load.id, NoProgress())
        firms = [entity_queries.entity_by_code(made_up_credit_code(n)) for n in range(701, 705)]
        by_hand = target_service.add_target(firms[0])
        assert by_hand.unit_id == mine
        ids = [one.id for one in firms]
    head = ("企业名称", "统一社会信用代码", "所属科室")
    rows = [["甲", made_up_credit_code(702), "特种设备科"], ["乙", made_up_credit_code(703), ""]]
    form = {"file": (io.BytesIO(as_csv(rows, head)), "甲.csv"), "mode": "all"}
    assert (
        planner.post(
            "/registry/imports/new/targets", data=form, content_type="multipart/form-data"
        ).status_code
        == 303
    )
    run_jobs()
    sent = {"codes": made_up_credit_code(704), "unit_id": str(mine)}
    shown = text(planner.post("/registry/targets/codes", data=sent))
    assert "列入后属于：餐饮监管科" in shown and f'name="unit_id" value="{mine}"' in shown
    assert (
        planner.post("/registry/targets/codes/list", data={**sent, "unit_id": str(uuid4())}).status_code
        == 422
    )
    wrong = {"file": (io.BytesIO(as_csv([["丙", rows[0][1], "没有的科"]], head)), "乙.csv"), "mode": "check"}
    made = planner.post("/registry/imports/new/targets", data=wrong, content_type="multipart/form-data")
    run_jobs()
    assert "由“特种设备科”维护" in text(planner.get(made.location))
    of = f"/registry/targets?unit={theirs}"
    assert made_up_credit_code(702) in text(planner.get(of))
    assert made_up_credit_code(703) not in text(planner.get(of))
    with city.acting("scjg.planner"):
        mine_of, theirs_of = (
            (target_queries.target_of(one) for one in ids[:3:2]),
            target_queries.target_of(ids[1]),
        )
        assert {one.unit_id for one in mine_of if one} == {mine} and theirs_of is not None
        tag, shared = (target_service.add_tag(f"七〇{n}", "", shared=n == 1) for n in (0, 1))
        assert theirs_of.unit_id == theirs
        for act in (
            lambda: target_service.end_targets([theirs_of.id], "停业"),
            lambda: target_service.add_matter(
                firms[1], {"kind": "product", "name": "甲", "number": "", "note": ""}
            ),
            lambda: free_risk(firms[1]),
            lambda: target_service.note_contact(firms[1], "某甲", ""),
            lambda: target_service.set_tags(firms[1], [tag.id]),
        ):
            with pytest.raises(Forbidden, match="由“特种设备科”维护"):
                act()
        refused = tag_many(firms[:2], tag)
        assert "特种设备科" in str(refused.pop(ids[1])) and not refused
        assert tag_many(firms[:2], shared) == {}, "what all bureaus share is the register's"
        target_service.set_tags(firms[1], [])
        page = f"/registry/targets/{theirs_of.id}"
        key = str(theirs_of.id)
    assert "移出名录库" not in text(planner.get(page)) and "特种设备科" in text(planner.get(page))
    assert planner.post("/registry/targets/leave", data={"ids": key, "reason": "停业"}).status_code == 403
    shown = do(planner, run_jobs, "/registry/bulk/targets/end", ids=[key], reason="停业")
    assert "由“特种设备科”维护" in shown
    shown = do(planner, run_jobs, "/registry/bulk/targets/tag", ids=[key], tag_id=str(shared.id))
    assert "由“特种设备科”维护" in shown
    sent = {"person": "某甲", "phone": ""}
    assert "由“特种设备科”维护" in text(planner.post(f"/registry/entities/{ids[1]}/contact", data=sent), 403)
    shown = do(planner, run_jobs, "/registry/bulk/targets/unit", ids=[key], unit_id=str(mine))
    assert "由“特种设备科”维护" in shown
    # The whole bureau's administrator arranges them.
    do(city.client("scjg.admin"), run_jobs, "/registry/bulk/targets/unit", ids=[key], unit_id=str(mine))
    assert made_up_credit_code(702) not in text(planner.get(of))
    with city.acting("scjg.planner"):
        rule = target_service.save_rule("甲七〇四", {"name": [firms[3].name]}, unit_id=theirs)
        assert target_service.refresh_targets(NoProgress())["added"] == 1
        added = target_queries.target_of(ids[3])
        assert added is not None and added.unit_id == theirs
        with pytest.raises(Forbidden, match="由“特种设备科”维护"):
            target_service.save_rule("甲七〇四", {"name": ["乙"]}, rule, unit_id=theirs)
    with city.acting("scjg.admin"):
        rule = target_queries.target_rule(rule.id)
        target_service.save_rule("甲七〇四", {"name": [firms[3].name]}, rule, unit_id=mine)
        moved = target_queries.target_of(ids[3])
        assert moved is not None and moved.unit_id == mine
        target_service.delete_rule(rule)
        of_all = target_queries.targets().where(Target.ended_on.is_(None)).with_only_columns(Target.id)
        assert target_service.end_targets(list(db.session.scalars(of_all)), "试列") == 4
        stranger = db.session.scalar(sa.select(Unit.id).where(Unit.tenant_id != rule.tenant_id))
        with pytest.raises(ClerkError, match="没有这个科室"):
            target_service.save_rule("甲", {"name": ["乙"]}, unit_id=stranger or new_id())


def test_an_item_is_changed_by_its_own_unit(planner: FlaskClient, city: City, clerks: dict[str, Any]) -> None:
    """R-T5: by the form and by a file, whose row says why it was left out."""
    head = ("序号", "检查事项", "检查依据", "所属科室")
    with city.acting("scjg.admin"):
        load = import_service.begin_import(
            "items", "甲.csv", as_csv([["1", "特种设备检查", "《甲法》", "特种设备科"]], head)
        )
        import_service.run_import(load.id, NoProgress())
        (item,) = [one for one in item_queries.my_items() if one.name == "特种设备检查"]
    with city.acting("scjg.planner"):
        with pytest.raises(Forbidden, match="由“特种设备科”维护"):
            item_service.save_item(item.number, {"remark": "改"})
        with pytest.raises(Forbidden, match="由“特种设备科”维护"):
            item_service.discard_draft(item_queries.item(item.id))
        with pytest.raises(Conflict, match="都不能撤销：由其他科室维护"):
            import_service.undo_import(load.id, NoProgress())
        load = import_service.begin_import(
            "items", "乙.csv", as_csv([["1", "特种设备检查", "《乙法》", ""]], head), "good"
        )
        import_service.run_import(load.id, NoProgress())
        (problem,) = db.session.scalars(import_queries.problems(load.id))
        assert problem.message.startswith("由“%(unit)s”维护")
    with city.acting("scjg.admin"):
        item_service.discard_draft(item_queries.item(item.id))


def test_a_unit_reviews_what_its_own_people_submit(city: City, clerks: dict[str, Any]) -> None:
    """R-T5: not in the other's list of what waits, refused by the service, and by the database where it is asked directly."""
    reviewer = city.person("scjg.reviewer")
    with city.acting("scjg.planner") as scope:
        asked = approvals.ask("plan", new_id(), "试审", "review", Permission.PLAN_REVIEW)
        tenant = scope.tenant_id
    with city.acting("scjg.reviewer"):
        found = approvals.get(asked.id)
        assert asked.id not in [one.id for one in approvals.inbox(reviewer.permissions)]
        with pytest.raises(Forbidden, match="这是“餐饮监管科”提交的"):
            approvals.decide(found, True, "", reviewer.permissions)
        direct = sa.text(
            "UPDATE approval SET state = 'approved', decided_by = :who, decided_at = now() WHERE id = :id"
        )
        with (
            pytest.raises(ProgrammingError, match="a unit reviews what is its own"),
            db.session.begin_nested(),
        ):
            db.session.execute(direct, {"who": reviewer.user_id, "id": asked.id})
    _belongs(city, tenant, "scjg.reviewer", clerks["餐饮监管科"])
    with city.acting("scjg.reviewer"):
        assert asked.id in [one.id for one in approvals.inbox(reviewer.permissions)]
        approvals.decide(approvals.get(asked.id), True, "", reviewer.permissions)


def test_firms_are_listed_tagged_graded_and_taken_out(
    planner: FlaskClient, city: City, run_jobs: Jobs
) -> None:
    with city.acting("scjg.planner"):
        import_service.begin_import("entities", "企业.csv", as_csv([firm(n) for n in range(7001, 7004)]))
        tag = target_service.add_tag("整批", "", shared=True)
        target_service.save_scale("低 0\n高 20")
        known = bool(target_queries.allowed_kinds())
    if not known:
        list_items(city, "SCJG")
    run_jobs()
    found = {"all": "yes", "ask-q": "示范第700"}
    assert "将办理筛选出的全部 3 条记录" in text(planner.post("/registry/bulk/entities/add", data=found))
    do(planner, run_jobs, "/registry/bulk/entities/add", **found)
    again = do(planner, run_jobs, "/registry/bulk/entities/add", **found)
    assert again.count("已经在本单位的名录库里") == 3
    do(planner, run_jobs, "/registry/bulk/entities/tag", **found, tag_id=str(tag.id))
    do(planner, run_jobs, "/registry/bulk/targets/grade", **found, level="高", reason="专项整治")
    with city.acting("scjg.planner"):
        rows = db.session.execute(target_queries.library().where(Entity.name.startswith("示范第700"))).all()
        assert [(row.TargetRisk.level, row.tags) for row in rows] == [("高", "整批")] * 3
        last = import_queries.library_updates.last_update()
        assert last is not None and last.added == 3
    refused = do(planner, run_jobs, "/registry/bulk/targets/grade", **found, level="极高", reason="专项整治")
    assert refused.count("请从所列等级中选择") == 3
    do(planner, run_jobs, "/registry/bulk/targets/end", **found, reason="不在辖区")
    gone = do(planner, run_jobs, "/registry/bulk/targets/untag", **found, tag_id=str(tag.id))
    assert "没有这个标签" not in gone
    with city.acting("scjg.planner"):
        assert target_queries.target_count() == 0 and tag.id not in target_queries.tag_counts()
    # Another bureau's word is nobody's to give.
    theirs = city.client("wsjk.planner")
    do(theirs, run_jobs, "/registry/bulk/entities/tag", **found, tag_id=str(tag.id))
    with city.acting("wsjk.planner"):
        assert not db.session.scalars(
            entity_queries.entities().where(Entity.id.in_(carrying(["整批"])))
        ).all()
