"""Target libraries by rule (R-L5, R-L6), and the rows of a pool (R-D2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
import sqlalchemy as sa

from onedoor.kernel.clock import today
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.kernel.progress import Unwatched
from onedoor.registry import queries, service
from onedoor.registry.models import Entity, Target
from onedoor.registry.rules.codes import EntityStatus
from onedoor.registry.rules.corrections import read_value
from onedoor.registry.rules.risk import level_of, read_scale, written
from onedoor.registry.service.targets import add_targets
from tests.fixtures.city import City
from tests.registry.files import as_csv, f1, firm

Jobs = Callable[[], int]


def refresh(city: City, run_jobs: Jobs, who: str = "wsjk.planner") -> Any:
    with city.acting(who):
        job_id = service.begin_refresh().id
        assert service.begin_refresh().id == job_id, "one that waits is enough"
    run_jobs()
    with city.acting(who):
        from onedoor.kernel import jobs

        return jobs.get(job_id).outcome


@pytest.fixture(scope="module")
def register(city: City) -> None:
    """Thirty firms: ten caterers and ten hotels in the city, ten schools in the county."""
    rows = [firm(n) for n in range(1, 11)]
    rows += [firm(n, scope="住宿服务、酒店管理") for n in range(11, 21)]
    rows += [
        firm(n, scope="教育咨询、餐饮管理", address="示例县学府路", prefix="92990100") for n in range(21, 31)
    ]
    with city.acting("scjg.planner"):
        run_id = service.begin_import("entities", "企业.csv", as_csv(rows)).id
        service.run_import(run_id, Unwatched())


def listed() -> list[str]:
    query = sa.select(Entity.name).join(Target).where(Target.ended_on.is_(None)).order_by(Entity.code)
    return list(db.session.scalars(query))


def test_without_items_nothing_may_be_listed(city: City, register: None, run_jobs: Jobs) -> None:
    with city.acting("wsjk.planner"):
        with pytest.raises(ClerkError, match="还没有选取规则"):
            service.begin_refresh()
        service.save_rule("餐饮", {"scope": "餐饮"})
        with pytest.raises(ClerkError, match="还没有检查事项"):
            service.begin_refresh()


def test_a_rule_chooses_within_the_kinds_of_the_items(city: City, register: None, run_jobs: Jobs) -> None:
    row = ("1", "卫生检查", "《传染病防治法》", "", "", "", "", "", "企业")
    with city.acting("wsjk.planner"):
        service.run_import(
            service.begin_import("items", "F1.csv", f1(row, more=("检查对象",))).id, Unwatched()
        )
    outcome = refresh(city, run_jobs)
    assert outcome == {"added": 10, "ended": 0, "total": 10, "beyond": 10}
    outcome = refresh(city, run_jobs)
    assert outcome == {"added": 0, "ended": 0, "total": 10, "beyond": 10}
    with city.acting("wsjk.planner"):
        assert queries.target_count() == 10
        assert queries.last_update().total == 10  # type: ignore[union-attr]
        school = queries.entity_by_code(made_up_credit_code(21, "92990100"))
        with pytest.raises(Conflict, match="确保不越位"):
            service.add_target(school)


def test_another_bureau_sees_nothing_of_a_library(city: City, register: None) -> None:
    with city.acting("wsjk.planner"):
        target_id = db.session.scalars(sa.select(Target.id)).first()
        assert target_id is not None
    with city.acting("scjg.planner"):
        assert listed() == []
        with pytest.raises(NotFound):
            queries.target(target_id)
    with city.acting("sfj.supervisor", supervisor=True):
        assert queries.target_counts()[city.bureaus["WSJK"]] == 10


def test_changing_the_rule_moves_targets_and_hand_picked_ones_stay(
    city: City, register: None, run_jobs: Jobs
) -> None:
    with city.acting("wsjk.planner"):
        hotel = queries.entity_by_code(made_up_credit_code(11))
        service.add_target(hotel)
        with pytest.raises(Conflict, match="已经在本单位的名录库里"):
            service.add_target(hotel)
        (rule,) = queries.target_rules()
        service.save_rule("餐饮", {"name": ["第1号", "第2号"], "scope": "餐饮"}, rule)
    assert refresh(city, run_jobs)["ended"] == 8
    with city.acting("wsjk.planner"):
        assert len(listed()) == 3
        ended = db.session.scalars(sa.select(Target).where(Target.ended_on.is_not(None))).all()
        assert {one.ended_reason for one in ended} == {"不再符合选取规则"}


def test_who_moved_or_ceased_stays_in_the_pool_with_the_reason_and_leaves_the_library(
    city: City, register: None, run_jobs: Jobs
) -> None:
    with city.acting("wsjk.planner"):
        firm_2 = queries.entity_by_code(made_up_credit_code(2))
        with pytest.raises(Forbidden):
            service.set_status(firm_2, EntityStatus.MOVED, today(), "邻市")
    with city.acting("scjg.planner"):
        firm_2 = queries.entity_by_code(made_up_credit_code(2))
        with pytest.raises(ClerkError, match="迁往何处"):
            service.set_status(firm_2, EntityStatus.MOVED, today(), "")
        service.set_status(firm_2, EntityStatus.MOVED, today(), "邻市")
    with city.acting("wsjk.planner"):
        rows = queries.pool_rows({"statuses": ["active"]}, "place")
        assert [row[0] for row in rows] == sorted(made_up_credit_code(n) for n in (1, 2, 11))
        assert {row[0]: row[1:] for row in rows}[made_up_credit_code(2)] == ("990102", 1, "XGONE")
        assert {row[3] for row in rows} == {"E", "XGONE"}
        assert {row[1] for row in queries.pool_rows({}, "kind")} == {"91"}
        assert {row[1] for row in queries.pool_rows({}, "none")} == {"ALL"}
        assert queries.pool_rows({"places": ["990121"]}) == []
    assert refresh(city, run_jobs)["ended"] == 1
    with city.acting("wsjk.planner"):
        assert len(queries.pool_rows({})) == 2


@pytest.mark.parametrize("few", [10_000, 3], ids=["few", "more than a list counts"])
def test_entities_in_no_library_are_shown_to_those_responsible(
    city: City, register: None, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(import_module("onedoor.registry.queries.entities"), "FEW", few)
    with city.acting("wsjk.planner"):
        assert (
            len(db.session.scalars(queries.uncovered()).all()) == 17
        )  # 20 enterprises, 2 listed, 1 moved away
    with city.acting("scjg.planner"):
        assert len(db.session.scalars(queries.uncovered()).all()) == 27
    with city.acting("sfj.planner"):
        assert db.session.scalars(queries.uncovered()).all() == []
    with city.acting("xsfj.supervisor", supervisor=True):
        found = db.session.scalars(sa.text("SELECT supervised_uncovered_entities()")).all()
        assert len(found) == 10


@pytest.mark.parametrize(
    ("conditions", "count"),
    [
        ({"scope": ["餐饮", "住宿"]}, 30),
        ({"scope": "餐饮", "scope_without": "教育"}, 10),
        ({"places": ["990121"]}, 10),
        ({"places": ["990100"], "kinds": ["91"]}, 20),
        ({"name": "第1"}, 11),
        ({"name": "100%_"}, 0),
        ({"types": ["有限责任公司"], "registered_from": "2020-01-02", "registered_until": "2020-01-02"}, 30),
        ({"registered_from": "2020-01-03"}, 0),
        ({"statuses": ["moved"]}, 1),
    ],
)
def test_the_rule_language(city: City, register: None, conditions: dict[str, Any], count: int) -> None:
    with city.acting("swj.planner"):
        assert len(db.session.scalars(queries.selection(conditions)).all()) == count


def test_contacts_are_their_owners_alone(city: City, register: None) -> None:
    with city.acting("wsjk.planner"):
        entity = queries.entity_by_code(made_up_credit_code(1))
        contact = service.note_contact(entity, "某经理", "13900000002")
        assert service.phone_of(contact) == "13900000002"
    with city.acting("scjg.planner"):
        from onedoor.registry.service.entities import contact_of

        assert contact_of(queries.entity_by_code(made_up_credit_code(1))) is None


def preview() -> tuple[dict[str, str], list[str]]:
    """Who would come in, with the rule's name, and who would leave, were the library brought up to date now."""
    rules = queries.active_rules()
    names = {rule.id: rule.name for rule in rules}
    joining = {row.Entity.code: names[row.rule_id] for row in db.session.execute(queries.joining(rules))}
    return joining, [row.Entity.code for row in db.session.execute(queries.leaving(rules))]


def test_what_a_run_would_do_is_what_it_then_does(city: City, register: None, run_jobs: Jobs) -> None:
    """Two rules choose the same firm: it comes once, by the first; a bureau of its own, so that no other test's rules count."""
    with city.acting("xfjy.planner"):
        row = ("1", "消防检查", "《消防法》", "", "", "", "", "", "企业")
        service.run_import(
            service.begin_import("items", "F1.csv", f1(row, more=("检查对象",))).id, Unwatched()
        )
        hotels = service.save_rule("甲 住宿", {"scope": "住宿"})
        service.save_rule("乙 酒店", {"scope": "酒店"})
        assert preview()[1] == []
        joining = preview()[0]
        assert len(joining) >= 9 and set(joining.values()) <= {"甲 住宿", "乙 酒店"}
        first = min(rule.name for rule in queries.active_rules())
        assert set(joining.values()) == {first}
    outcome = refresh(city, run_jobs, "xfjy.planner")
    assert (outcome["added"], outcome["ended"]) == (len(joining), 0)
    with city.acting("xfjy.planner"):
        assert preview() == ({}, [])
        for rule in queries.active_rules():
            service.save_rule(rule.name, {"scope": "没有这样的经营范围"}, rule)
        others = queries.entities().where(
            Entity.kind == "91", Entity.status == "active", Entity.code.not_in(joining)
        )
        service.add_target(db.session.scalars(others.order_by(Entity.code).limit(1)).one())
        assert sorted(preview()[1]) == sorted(joining)
        assert hotels.id in {rule.id for rule in queries.active_rules()}
    outcome = refresh(city, run_jobs, "xfjy.planner")
    assert (outcome["added"], outcome["ended"], outcome["total"]) == (0, len(joining), 1)


PLACE = {"name": "总店", "address": "示例市人民路 1 号", "closed_on": None, "note": ""}
LICENCE: dict[str, Any] = {
    "kind": "食品经营许可证",
    "number": "JY1",
    "issued_by": "示例市市场监督管理局",
    "issued_on": None,
    "valid_to": None,
    "premises_number": None,
    "cancelled_on": None,
    "note": "",
}


def caterer() -> Entity:
    return queries.entity_by_code(made_up_credit_code(3))


def test_places_are_kept_by_the_owner_of_the_kind_with_their_history(city: City, register: None) -> None:
    with city.acting("scjg.planner"):
        firm = caterer()
        place = {**PLACE, "jurisdiction_code": firm.jurisdiction_code}
        first = service.save_premises(firm, place)
        second = service.save_premises(firm, {**place, "name": "分店"})
        assert (first.number, second.number) == (1, 2)
        service.save_premises(firm, {**place, "closed_on": today()}, first)
        assert [one.number for one in queries.premises_of(firm.id)] == [2, 1]
        with pytest.raises(ClerkError, match="日期不能晚于今天"):
            service.save_premises(firm, {**place, "closed_on": today() + timedelta(days=1)}, second)
    with city.acting("wsjk.planner"):
        told = [one.change for one in queries.belongings_history(firm.id) if one.change.part == "premises"]
        assert {one.what for one in told} == {"added", "changed"} and len(told) == 3
        changed = next(one for one in told if one.what == "changed")
        assert changed.after == {"closed_on": today().isoformat()}
        with pytest.raises(Forbidden, match="由登记部门维护"):
            service.save_premises(caterer(), place)


def test_a_licence_is_entered_by_the_keeper_or_by_who_issued_it(city: City, register: None) -> None:
    ends = today() + timedelta(days=queries.SOON)
    with city.acting("scjg.planner"):
        service.save_licence(caterer(), {**LICENCE, "valid_to": ends + timedelta(days=1)})
        with pytest.raises(Conflict, match="同一编号"):
            service.save_licence(caterer(), LICENCE)
        with pytest.raises(ClerkError, match="请从所列选项中选择"):
            service.save_licence(caterer(), {**LICENCE, "number": "JY2", "premises_number": 9})
    with city.acting("wsjk.planner"):
        (food,) = queries.licences_of(caterer().id)
        with pytest.raises(Forbidden, match="登记部门或发证机关"):
            service.save_licence(caterer(), LICENCE, food)
        given = {**LICENCE, "kind": "公共场所卫生许可证", "issued_by": "别的机关", "valid_to": ends}
        own = service.save_licence(caterer(), given)
        assert own.issued_by != "别的机关"
        found = {one.kind: queries.licence_state(one) for one in queries.licences_of(caterer().id)}
        assert found == {"食品经营许可证": "valid", "公共场所卫生许可证": "expiring"}
        for state in ("valid", "expiring", "expired", "cancelled"):
            rows = db.session.execute(queries.licences().where(queries.in_licence_state(state))).all()
            assert {queries.licence_state(row[0]) for row in rows} <= {state}
        service.save_licence(caterer(), {**given, "valid_to": today() - timedelta(days=1)}, own)
        assert queries.licence_state(own) == "expired"
        service.save_licence(caterer(), {**given, "cancelled_on": today()}, own)
        assert queries.licence_state(own) == "cancelled"


def test_tags_are_shared_by_the_keeper_or_the_bureaus_own(city: City, register: None) -> None:
    with city.acting("scjg.planner"):
        shared, own = (service.add_tag(name, "", shared=name == "重点") for name in ("重点", "内部"))
        service.set_tags(caterer(), [shared.id, own.id])
        with pytest.raises(ClerkError, match="同名"):
            service.add_tag("重点", "", shared=False)
        with pytest.raises(ClerkError, match="不能含空格"):
            service.add_tag("重 点", "", shared=False)
        ids = [shared.id, own.id]
    with city.acting("wsjk.planner"):
        assert [one.name for one in queries.tags_of(caterer().id)] == ["重点"]
        assert {one.change.after["name"] for one in queries.belongings_history(caterer().id) if one.change.part == "entity_tag" and one.change.after} == {"重点"}  # fmt: skip
        with pytest.raises(NotFound):
            queries.tag(ids[1])
        with pytest.raises(Conflict, match="先添加标签"):
            service.set_tags(caterer(), [])
        with pytest.raises(Forbidden, match="登记部门"):
            service.add_tag("我的", "", shared=True)
        mine = service.add_tag("投诉多", "", shared=False)
        with pytest.raises(ClerkError, match="请从所列标签中选择"):
            service.set_tags(caterer(), [ids[0]])
        service.set_tags(caterer(), [mine.id])
        chosen = db.session.scalars(queries.selection({"tags": ["投诉多", "重点"]})).all()
        assert [one.code for one in chosen] == [caterer().code]
        assert not db.session.scalars(queries.selection({"tags": ["内部"]})).all()
    with city.acting("scjg.planner"):
        service.set_tags(caterer(), [])
        told = queries.belongings_history(caterer().id)
        assert [one.change.what for one in told if one.change.part == "entity_tag"].count("removed") == 2


def test_who_is_listed_by_another_meanwhile_is_told_of(
    city: City, library: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids: list[Any] = []

    def meanwhile(entity: Entity, kinds: Any) -> None:
        if not ids:
            ids.append(entity.id)
            with city.acting("wsjk.planner"):
                service.add_target(db.session.get_one(Entity, entity.id))

    with city.acting("wsjk.planner"):
        there = sa.select(Target.entity_id).where(Target.ended_on.is_(None))
        found = list(db.session.scalars(queries.entities().where(Entity.id.not_in(there)).limit(2)))
        names = {one.id: one.name for one in found}
        monkeypatch.setattr("onedoor.registry.service.targets._refuse_unlistable", meanwhile)
        refused = add_targets(found)
        assert {one: str(error) for one, error in refused.items()} == {
            ids[0]: f"“{names[ids[0]]}”已经在本单位的名录库里。"
        }
        open_ones = sa.select(Target.id).where(Target.entity_id.in_(names), Target.ended_on.is_(None))
        added = db.session.scalars(open_ones).all()
        assert len(added) == 2
        service.end_targets(added, "试列")


def test_many_are_tagged_at_once(city: City, library: None) -> None:
    with city.acting("wsjk.planner"):
        query = queries.targets().where(Target.ended_on.is_(None)).with_only_columns(Entity)
        found = list(db.session.scalars(query))
        tag = service.add_tag("整批", "", shared=False)
        assert service.tag_many(found[1:], tag) == {}
        refused = service.tag_many(found, tag)
        assert {one: str(error) for one, error in refused.items()} == {
            one.id: "已有这个标签。" for one in found[1:]
        }
        assert queries.tag_counts()[tag.id] == len(found)
        assert service.tag_many(found, tag, off=True) == {}
        assert len(service.tag_many(found, tag, off=True)) == len(found)
    with city.acting("scjg.planner"):
        with pytest.raises(NotFound):
            queries.tag(tag.id)
        law_firm = Entity(id=found[0].id, kind="31", code="", name="")
        shared = service.add_tag("各处", "", shared=True)
        assert "登记部门" in str(service.tag_many([law_firm], shared)[law_firm.id])


def test_another_bureau_proposes_and_the_keeper_decides(city: City, register: None) -> None:
    with city.acting("wsjk.planner"):
        firm = caterer()
        made = service.correct(firm, "address", "示例市解放路 8 号", "现场检查", "笔录 2026-11")
        assert made is not None and made.receiver_id == city.bureaus["SCJG"]
        with pytest.raises(Conflict, match="还没有答复"):
            service.correct(firm, "address", "别处", "再提", "")
        with pytest.raises(ClerkError, match="与现在登记的一样"):
            service.correct(firm, "name", firm.name, "无", "")
        with pytest.raises(ClerkError, match="没有这个所在地"):
            service.correct(firm, "jurisdiction_code", "火星", "无", "")
        with pytest.raises(Forbidden, match="由维护这类主体的单位答复"):
            service.decide_correction(made, True, "")
        wrong = service.correct(firm, "name", "改错的名称", "听说", "")
        assert wrong is not None
        ids = made.id, wrong.id
    with city.acting("xscjg.planner"), pytest.raises(NotFound):
        queries.correction(ids[0])
    with city.acting("scjg.planner"):
        assert {row[0].id for row in db.session.execute(queries.corrections_to_answer())} == set(ids)
        with pytest.raises(ClerkError, match="不采纳的理由"):
            service.decide_correction(queries.correction(ids[1]), False, " ")
        service.decide_correction(queries.correction(ids[1]), False, "与执照不符")
        service.decide_correction(queries.correction(ids[0]), True, "")
        with pytest.raises(Conflict, match="已经答复"):
            service.decide_correction(queries.correction(ids[0]), True, "")
        assert caterer().address == "示例市解放路 8 号"
        told = queries.history_of(caterer().id)[0].change
        assert (told.source, told.correction_id) == ("correction", ids[0])
    with city.acting("scjg.planner"):
        assert service.correct(caterer(), "capital", "100 万元", "变更登记", "") is None
        told = queries.history_of(caterer().id)[0].change
        assert (told.source, told.correction_id, told.after) == ("hand", None, {"capital": "100 万元"})
    with city.acting("wsjk.planner"):
        assert {one.state for one in queries.corrections_of(caterer().id)} == {"accepted", "refused"}
        assert queries.correction(ids[1]).answer == "与执照不符"


@pytest.mark.parametrize(
    ("field", "text", "kept"),
    [
        ("status", "吊销", "revoked"),
        ("registered_on", "2026年3月5日", "2026-03-05"),
        ("jurisdiction_code", "示例县", "990121"),
        ("name", " 甲  乙 ", "甲 乙"),
    ],
)
def test_a_corrected_value_is_read_as_its_field_wants(field: str, text: str, kept: str) -> None:
    assert read_value(field, text, {"示例县": "990121"}) == kept


@pytest.mark.parametrize(
    ("field", "text"), [("id", "x"), ("status", "?"), ("registered_on", "昨天"), ("name", "")]
)
def test_what_cannot_stand_in_a_field_is_told(field: str, text: str) -> None:
    with pytest.raises(ClerkError) as refused:
        read_value(field, text, {})
    assert refused.value.fields


@pytest.fixture(scope="module")
def library(city: City, register: None) -> None:
    """One caterer at least stands in the library, whichever tests ran before."""
    row = ("1", "卫生检查", "《传染病防治法》", "", "", "", "", "", "企业")
    with city.acting("wsjk.planner"):
        if not queries.allowed_kinds():
            run = service.begin_import("items", "F1.csv", f1(row, more=("检查对象",)))
            service.run_import(run.id, Unwatched())
        service.list_codes([made_up_credit_code(3)])


SCALE = "低 0\n一般 20\n高 50"


@pytest.mark.parametrize(
    "text",
    [
        "低 0",
        "低 0\n低 5",
        "低 1\n高 5",
        "低 0\n高 0",
        "低 0\n高",
        "低 0\n高 -5",
        "低 0\n" + "长" * 11 + " 5",
    ],
)
def test_a_scale_that_says_nothing_clear_is_refused(text: str) -> None:
    with pytest.raises(ClerkError) as refused:
        read_scale(text)
    assert "levels" in refused.value.fields


def test_a_scale_is_read_ascending() -> None:
    levels = read_scale("高　５０\n低 0\n\n一般 20")
    assert levels == [{"name": "低", "from": 0}, {"name": "一般", "from": 20}, {"name": "高", "from": 50}]
    assert [level_of(score, levels) for score in (0, 19, 20, 49, 50, 999)] == [
        "低",
        "低",
        "一般",
        "一般",
        "高",
        "高",
    ]
    assert read_scale(written(levels)) == levels


def test_factors_make_scores_and_scores_make_levels(city: City, library: None) -> None:
    with city.acting("wsjk.planner"):
        with pytest.raises(Conflict, match="先设定风险等级"):
            service.compute_risk()
        service.save_scale(SCALE)
        service.save_factor("餐饮", 20, {"scope": "餐饮"})
        with pytest.raises(ClerkError, match="同名"):
            service.save_factor("餐饮", 5, {"scope": "住宿"})
        with pytest.raises(ClerkError, match="至少填写一个条件"):
            service.save_factor("空", 5, {})
        total = queries.target_count()
        assert total and service.compute_risk() == total
        assert service.compute_risk() == 0
        caterers = sum(
            "餐饮" in one.scope
            for one in db.session.scalars(sa.select(Entity).join(Target).where(Target.ended_on.is_(None)))
        )
        counts = {"一般": caterers, "低": total - caterers}
        assert queries.risk_counts() == {level: count for level, count in counts.items() if count}
        first = caterer()
        tag = service.add_tag("重大隐患", "", shared=False)
        service.set_tags(first, [tag.id])
        factor = service.save_factor("隐患", 30, {"tags": ["重大隐患"]})
    with city.acting("wsjk.planner"):
        assert service.compute_risk() == 1
        now_there, before = queries.risk_of(first.id)
        assert (now_there.level, now_there.score, now_there.factors) == ("高", 50, ["隐患", "餐饮"])
        assert before.level == "一般" and before.until == now_there.since
        chosen = db.session.scalars(queries.selection({"risk": ["高"]})).all()
        assert [one.id for one in chosen] == [first.id]
        with pytest.raises(ClerkError, match="请从所列等级中选择"):
            service.set_risk(first, "极高", "无")
        service.set_risk(first, "低", "已完成整改")
        service.delete_factor(queries.risk_factor(factor.id))
        assert service.compute_risk() == 0 and queries.risk_of(first.id)[0].by_hand
        service.free_risk(first)
        assert service.compute_risk() == 1 and queries.risk_of(first.id)[0].level == "一般"
    with city.acting("scjg.planner"):
        assert queries.risk_of(first.id) == [] and queries.risk_levels() == []
        assert not db.session.scalars(queries.selection({"risk": ["一般"]})).all()
        with pytest.raises(NotFound):
            queries.risk_factor(factor.id)
        with pytest.raises(Conflict, match="不在本单位的名录库"):
            service.set_risk(first, "低", "无")


def test_targets_are_listed_by_codes(city: City, library: None) -> None:
    with city.acting("wsjk.planner"):
        inside = {
            one.code
            for one in db.session.scalars(sa.select(Entity).join(Target).where(Target.ended_on.is_(None)))
        }
        outside = [made_up_credit_code(n) for n in range(11, 21) if made_up_credit_code(n) not in inside]
        school, nobody = made_up_credit_code(21, "92990100"), made_up_credit_code(999)
        table = as_csv([firm(11), firm(12)])
        assert service.read_codes(f"{school}、{nobody}", table)[:2] == [school, nobody]
        assert service.read_codes("", table) == [made_up_credit_code(11), made_up_credit_code(12)]
        found = service.look_up_codes([outside[0], next(iter(inside)), school, nobody])
        assert [one.code for one in found.joining] == [outside[0]] and found.already == 1
        assert [code for code, _reason in found.refused] == [school, nobody]
        total = queries.target_count()
        assert service.list_codes([outside[0], school]) == 1
        assert service.list_codes([outside[0], school]) == 0
        assert queries.target_count() == total + 1
        for text in ("", "、 、"):
            with pytest.raises(ClerkError, match="没有读到"):
                service.read_codes(text)
        with pytest.raises(ClerkError, match="一次最多"):
            service.read_codes(" ".join(str(n) for n in range(5001)))


def test_what_ceased_is_told_until_it_is_taken_out(city: City, library: None) -> None:
    with city.acting("wsjk.planner"):
        target, firm_of_it = next(
            iter(db.session.execute(queries.targets().where(Target.ended_on.is_(None)).order_by(Entity.code)))
        )
        before = queries.ceased_count()
    with city.acting("scjg.planner"):
        service.set_status(queries.entity(firm_of_it.id), EntityStatus.REVOKED, today(), "")
    with city.acting("wsjk.planner"):
        assert queries.ceased_count() == before + 1
        assert service.end_targets([target.id], "已吊销") == 1
        assert queries.ceased_count() == before


def test_products_projects_and_activities_of_a_target(city: City, library: None) -> None:
    given = {"kind": "product", "name": "糕点", "number": "P1", "note": ""}
    with city.acting("wsjk.planner"):
        target, firm_of_it = next(
            iter(db.session.execute(queries.targets().where(Target.ended_on.is_(None)).order_by(Entity.code)))
        )
        made = service.add_matter(firm_of_it, given)
        with pytest.raises(ClerkError, match="已经列入"):
            service.add_matter(firm_of_it, given)
        with pytest.raises(ClerkError, match="理由"):
            service.end_matter(made, " ")
        service.end_matter(made, "停产")
        with pytest.raises(Conflict):
            service.end_matter(made, "停产")
        assert service.add_matter(firm_of_it, given).ended_on is None
        assert [one.ended_on is None for one in queries.matters_of(firm_of_it.id)] == [True, False]
    with city.acting("scjg.planner"):
        with pytest.raises(Conflict, match="先把"):
            service.add_matter(queries.entity(firm_of_it.id), given)
        with pytest.raises(NotFound):
            queries.matter(made.id)
