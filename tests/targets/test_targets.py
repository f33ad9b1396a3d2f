"""Target libraries by rule and by code (R-L5, R-L6), their risk, and the rows of a pool (R-D2)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from importlib import import_module
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from onedoor.entities import queries as entity_queries
from onedoor.entities import service as entity_service
from onedoor.entities.models import Entity
from onedoor.entities.rules.codes import EntityStatus
from onedoor.imports import queries as import_queries
from onedoor.imports import service as import_service
from onedoor.items import queries as item_queries
from onedoor.items import service as item_service
from onedoor.kernel.clock import SHANGHAI, today
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.kernel.job_progress import NoProgress
from onedoor.targets import queries as target_queries
from onedoor.targets import service as target_service
from onedoor.targets.models import Target, TargetMatter
from onedoor.targets.policies import returned_targets
from onedoor.targets.queries.targets import (
    beyond_items_count,
    kept_out,
    kept_out_count,
    target_counts,
    target_rules,
)
from onedoor.targets.service.codes import look_up_codes, read_codes
from onedoor.targets.service.targets import add_targets
from tests.fixtures.city import City
from tests.fixtures.clerk_files import HEAD as FIRMS
from tests.fixtures.clerk_files import as_csv, f1, firm, publish_items
from tests.fixtures.library_files import MAKER, Jobs, figures, load, row, standing
from tests.targets.test_risk import SCALE

pytestmark = pytest.mark.committed("its tests go on from one another")


def refresh(city: City, run_jobs: Jobs, who: str = "wsjk.planner") -> Any:
    with city.acting(who):
        job_id = target_service.begin_refresh().id
        assert target_service.begin_refresh().id == job_id, "one that waits is enough"
    run_jobs()
    with city.acting(who):
        from onedoor.kernel import jobs

        return jobs.get(job_id).outcome


def listed() -> list[str]:
    query = sa.select(Entity.name).join(Target).where(Target.ended_on.is_(None)).order_by(Entity.code)
    return list(db.session.scalars(query))


def test_without_items_nothing_may_be_listed(city: City, register: None, run_jobs: Jobs) -> None:
    with city.acting("wsjk.planner"):
        with pytest.raises(ClerkError, match="还没有选取规则"):
            target_service.begin_refresh()
        target_service.save_rule("餐饮", {"scope": "餐饮"})
        with pytest.raises(ClerkError, match="还没有检查事项"):
            target_service.begin_refresh()


def test_a_rule_chooses_within_the_kinds_of_the_items(city: City, register: None, run_jobs: Jobs) -> None:
    row = ("1", "卫生检查", "《传染病防治法》", "", "", "", "", "", "企业、产品")
    with city.acting("wsjk.planner"):
        import_service.run_import(
            import_service.begin_import("items", "F1.csv", f1(row, more=("检查对象",))).id, NoProgress()
        )
        assert target_queries.allowed_kinds() == frozenset(), "a draft is nobody's yet"
    publish_items(city, "WSJK")
    outcome = refresh(city, run_jobs)
    assert outcome == {"added": 10, "ended": 0, "total": 10, "beyond": 10, "kept_out": 0}
    outcome = refresh(city, run_jobs)
    assert outcome == {"added": 0, "ended": 0, "total": 10, "beyond": 10, "kept_out": 0}
    with city.acting("wsjk.planner"):
        assert target_queries.target_count() == 10
        assert import_queries.library_updates.last_update().total == 10  # type: ignore[union-attr]
        school = entity_queries.entity_by_code(made_up_credit_code(21, "92990100"))
        with pytest.raises(Conflict, match="确保不越位"):
            target_service.add_target(school)


def test_another_bureau_sees_nothing_of_a_library(city: City, register: None) -> None:
    with city.acting("wsjk.planner"):
        target_id = db.session.scalars(sa.select(Target.id)).first()
        assert target_id is not None
    with city.acting("scjg.planner"):
        assert listed() == []
        with pytest.raises(NotFound):
            target_queries.target(target_id)
    with city.acting("sfj.supervisor", supervisor=True):
        assert target_counts()[city.bureaus["WSJK"]] == 10


def test_changing_the_rule_moves_targets_and_hand_picked_ones_stay(
    city: City, register: None, run_jobs: Jobs
) -> None:
    with city.acting("wsjk.planner"):
        hotel = entity_queries.entity_by_code(made_up_credit_code(11))
        target_service.add_target(hotel)
        with pytest.raises(Conflict, match="已经在本单位的名录库里"):
            target_service.add_target(hotel)
        (rule,) = target_rules()
        target_service.save_rule("餐饮", {"name": ["第1号", "第2号"], "scope": "餐饮"}, rule)
    assert refresh(city, run_jobs)["ended"] == 8
    with city.acting("wsjk.planner"):
        assert len(listed()) == 3
        ended = db.session.scalars(sa.select(Target).where(Target.ended_on.is_not(None))).all()
        assert {one.ended_reason for one in ended} == {"不再符合选取规则"}


def test_who_moved_or_ceased_stays_in_the_pool_with_the_reason_and_leaves_the_library(
    city: City, register: None, run_jobs: Jobs
) -> None:
    with city.acting("wsjk.planner"):
        firm_2 = entity_queries.entity_by_code(made_up_credit_code(2))
        with pytest.raises(Forbidden):
            entity_service.set_status(firm_2, EntityStatus.MOVED, today(), "邻市")
    with city.acting("scjg.planner"):
        firm_2 = entity_queries.entity_by_code(made_up_credit_code(2))
        with pytest.raises(ClerkError, match="迁往何处"):
            entity_service.set_status(firm_2, EntityStatus.MOVED, today(), "")
        entity_service.set_status(firm_2, EntityStatus.MOVED, today(), "邻市")
    with city.acting("wsjk.planner"):
        rows = target_queries.pool_rows({"statuses": ["active"]}, "place")
        assert [row[0] for row in rows] == sorted(made_up_credit_code(n) for n in (1, 2, 11))
        assert {row[0]: row[1:] for row in rows}[made_up_credit_code(2)] == ("990102", 1, "XGONE")
        assert {row[3] for row in rows} == {"E", "XGONE"}
        assert {row[1] for row in target_queries.pool_rows({}, "kind")} == {"91"}
        assert {row[1] for row in target_queries.pool_rows({}, "none")} == {"ALL"}
        assert target_queries.pool_rows({"places": ["990121"]}) == []
    assert refresh(city, run_jobs)["ended"] == 1
    with city.acting("wsjk.planner"):
        assert len(target_queries.pool_rows({})) == 2


@pytest.mark.parametrize("few", [10_000, 3], ids=["few", "more than a list counts"])
def test_entities_in_no_library_are_shown_to_those_responsible(
    city: City, register: None, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(import_module("onedoor.targets.queries.uncovered_entities"), "FEW", few)
    with city.acting("wsjk.planner"):
        assert (
            len(db.session.scalars(target_queries.uncovered()).all()) == 17
        )  # 20 enterprises, 2 listed, 1 moved away
    with city.acting("scjg.planner"):
        assert len(db.session.scalars(target_queries.uncovered()).all()) == 27
        assert target_queries.uncovered_count() == min(27, few + 1), "so many at most as a list counts"
    with city.acting("sfj.planner"):
        assert db.session.scalars(target_queries.uncovered()).all() == []
    with city.acting("xsfj.supervisor", supervisor=True):
        found = db.session.scalars(sa.text("SELECT supervised_uncovered_entities()")).all()
        assert len(found) == 10


def test_a_countys_bureau_is_shown_what_its_published_items_are_about_in_its_own_place(
    city: City, register: None
) -> None:
    about = ("1", "教育机构检查", "《民办教育促进法》", "", "", "", "", "", "企业、个体工商户")
    with city.acting("xscjg.planner"):
        run = import_service.begin_import("items", "F1.csv", f1(about, more=("检查对象",)))
        import_service.run_import(run.id, NoProgress())
        assert db.session.scalars(target_queries.uncovered()).all() == [], "a draft is nobody's yet"
    publish_items(city, "XSCJG")
    with city.acting("xscjg.planner"):
        found = {one.jurisdiction_code for one in db.session.scalars(target_queries.uncovered())}
        assert found == {"990121"}


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
        assert len(db.session.scalars(target_queries.selection(conditions)).all()) == count


def preview() -> tuple[dict[str, str], list[str]]:
    """Who would come in, with the rule's name, and who would leave, were the library brought up to date now."""
    rules = target_queries.active_rules()
    names = {rule.id: rule.name for rule in rules}
    joining = {
        row.Entity.code: names[row.rule_id] for row in db.session.execute(target_queries.joining(rules))
    }
    return joining, [row.Entity.code for row in db.session.execute(target_queries.leaving(rules))]


def test_what_a_run_would_do_is_what_it_then_does(city: City, register: None, run_jobs: Jobs) -> None:
    """Two rules choose the same firm: it comes once, by the first; a bureau of its own, so that no other test's rules count."""
    with city.acting("xfjy.planner"):
        row = ("1", "消防检查", "《消防法》", "", "", "", "", "", "企业")
        import_service.run_import(
            import_service.begin_import("items", "F1.csv", f1(row, more=("检查对象",))).id, NoProgress()
        )
    publish_items(city, "XFJY")
    with city.acting("xfjy.planner"):
        hotels = target_service.save_rule("甲 住宿", {"scope": "住宿"})
        target_service.save_rule("乙 酒店", {"scope": "酒店"})
        assert preview()[1] == []
        joining = preview()[0]
        assert len(joining) >= 9 and set(joining.values()) <= {"甲 住宿", "乙 酒店"}
        first = min(rule.name for rule in target_queries.active_rules())
        assert set(joining.values()) == {first}
    outcome = refresh(city, run_jobs, "xfjy.planner")
    assert (outcome["added"], outcome["ended"]) == (len(joining), 0)
    with city.acting("xfjy.planner"):
        assert preview() == ({}, [])
        for rule in target_queries.active_rules():
            target_service.save_rule(rule.name, {"scope": "没有这样的经营范围"}, rule)
        others = entity_queries.entities().where(
            Entity.kind == "91", Entity.status == "active", Entity.code.not_in(joining)
        )
        target_service.add_target(db.session.scalars(others.order_by(Entity.code).limit(1)).one())
        assert sorted(preview()[1]) == sorted(joining)
        assert hotels.id in {rule.id for rule in target_queries.active_rules()}
    outcome = refresh(city, run_jobs, "xfjy.planner")
    assert (outcome["added"], outcome["ended"], outcome["total"]) == (0, len(joining), 1)
    # R-L5: with the item that was about its kind even who was listed by hand leaves, and a draft opens no kind.
    with city.acting("xfjy.planner"):
        (by_hand,) = db.session.scalars(sa.select(Target.id).where(Target.ended_on.is_(None)))
        item_service.save_item(item_queries.my_items()[0].number, {"object_kinds": ["92"]})
        assert (target_queries.allowed_kinds(), beyond_items_count()) == (frozenset({"91"}), 0)
    publish_items(city, "XFJY")
    with city.acting("xfjy.planner"):
        assert beyond_items_count() == len(preview()[1]) == 1
    assert refresh(city, run_jobs, "xfjy.planner")["ended"] == 1
    with city.acting("xfjy.planner"):
        db.session.refresh(target := db.session.get_one(Target, by_hand))
        assert target.ended_reason == "本单位的检查事项不再涉及这类主体"


def test_who_is_listed_by_another_meanwhile_is_told_of(
    city: City, library: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids: list[Any] = []

    def meanwhile(entity: Entity, kinds: Any) -> None:
        if not ids:
            ids.append(entity.id)
            with city.acting("wsjk.planner"):
                target_service.add_target(db.session.get_one(Entity, entity.id))

    with city.acting("wsjk.planner"):
        there = sa.select(Target.entity_id).where(Target.ended_on.is_(None))
        found = list(db.session.scalars(entity_queries.entities().where(Entity.id.not_in(there)).limit(2)))
        names = {one.id: one.name for one in found}
        monkeypatch.setattr("onedoor.targets.service.targets._refuse_unlistable", meanwhile)
        refused = add_targets(found)
        assert {one: str(error) for one, error in refused.items()} == {
            ids[0]: f"“{names[ids[0]]}”已经在本单位的名录库里。"
        }
        open_ones = sa.select(Target.id).where(Target.entity_id.in_(names), Target.ended_on.is_(None))
        added = db.session.scalars(open_ones).all()
        assert len(added) == 2
        target_service.end_targets(added, "试列")


def test_targets_are_listed_by_codes(city: City, library: None) -> None:
    with city.acting("wsjk.planner"):
        inside = {
            one.code
            for one in db.session.scalars(sa.select(Entity).join(Target).where(Target.ended_on.is_(None)))
        }
        outside = [made_up_credit_code(n) for n in range(11, 21) if made_up_credit_code(n) not in inside]
        school, nobody = made_up_credit_code(21, "92990100"), made_up_credit_code(999)
        assert read_codes(f"{school}、{nobody} {school}") == [school, nobody]
        found = look_up_codes([outside[0], next(iter(inside)), school, nobody])
        assert [one.code for one in found.joining] == [outside[0]] and found.already == 1
        assert [code for code, _reason in found.refused] == [school, nobody]
        total = target_queries.target_count()
        assert target_service.list_codes([outside[0], school]) == 1
        assert target_service.list_codes([outside[0], school]) == 0
        assert target_queries.target_count() == total + 1
        for text in ("", "、 、"):
            with pytest.raises(ClerkError, match="没有读到"):
                read_codes(text)
        with pytest.raises(ClerkError, match="一次最多"):
            read_codes(" ".join(str(n) for n in range(501)))


def test_what_ceased_is_told_until_it_is_taken_out(
    city: City, library: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with city.acting("wsjk.planner"):
        target, firm_of_it = next(
            iter(
                db.session.execute(
                    target_queries.targets().where(Target.ended_on.is_(None)).order_by(Entity.code)
                )
            )
        )
        before, day = target_queries.ceased_count(), today()
        left = target_queries.left_lately_count(day)
    with city.acting("scjg.planner"):
        entity_service.set_status(entity_queries.entity(firm_of_it.id), EntityStatus.REVOKED, today(), "")
    with city.acting("wsjk.planner"):
        assert target_queries.ceased_count() == before + 1
        assert target_service.end_targets([target.id], "已吊销") == 1
        assert target_queries.ceased_count() == before
        assert target_queries.left_lately_count(day) == left + 1
        with monkeypatch.context() as patched:
            patched.setattr(import_module("onedoor.targets.queries.targets"), "FEW", 0)
            assert target_queries.left_lately_count(day) == 1, "counted no further than a list counts"


def own_list(city: City, path: str) -> tuple[bytes, int]:
    """A list of the bureau's as it is exported, and how many rows it has."""
    file = city.client(MAKER).get(f"/registry/targets{path}?export=csv").data
    return file, len(file.decode("utf-8-sig").splitlines()) - 1


def test_its_own_lists_loaded_again_change_nothing(city: City, library: None, run_jobs: Jobs) -> None:
    """R-L11, R-L5: also where a firm left and is back, by hand or by a rule, and where a product did; on one day too."""
    rows = [[*firm(n), "餐饮业"] for n in (70, 71, 72)]
    with city.acting("scjg.planner"):
        loaded = import_service.begin_import("entities", "企业.csv", as_csv(rows, (*FIRMS, "行业")))
        import_service.run_import(loaded.id, NoProgress())
    with city.acting(MAKER):
        target_service.add_tag("常客", "", shared=False)
        target_service.save_scale(SCALE)
    load(city, run_jobs, [row(n, 标签="常客", 风险等级="高") for n in (70, 71)])
    given = {"kind": "product", "name": "熟食", "number": "", "note": ""}
    with city.acting(MAKER):
        rule = target_service.save_rule("复来", {"name": "示范第72号商行"})
        target_service.refresh_targets(lambda *_: None)
        target_service.save_rule("复来", {"name": "没有这样的名称"}, rule)
        target_service.refresh_targets(lambda *_: None)
        target_service.save_rule("复来", {"name": "示范第72号商行"}, rule)
        target_service.refresh_targets(lambda *_: None)
        entity = standing(71)[1]
        target_service.end_matter(target_service.add_matter(entity, given), "停产")
        target_service.add_matter(entity, given)
        target_service.end_targets([standing(n)[0].id for n in (70, 71)], "停业" * 250)
        for n in (71, 70):
            target_service.add_target(entity_queries.entity_by_code(made_up_credit_code(n)))
        target_service.add_matter(standing(71)[1], {**given, "jurisdiction_code": "990121"})
        before, rule_id = target_queries.target_count(), rule.id
        target = standing(70)[0]
        assert target.listed_on == today()
        db.session.get_one(Target, target.id).listed_on = date(2026, 1, 5)
    for kind, path in (("targets", ""), ("matters", "/matters")):
        content, count = own_list(city, path)
        with city.acting(MAKER):
            run_id = import_service.begin_import(kind, "名录.csv", content, "good").id
        run_jobs()
        with city.acting(MAKER):
            problems = [
                one.message % one.params for one in db.session.scalars(import_queries.problems(run_id))
            ]
            outcome = import_queries.import_run(run_id).outcome
            assert (figures(outcome), problems) == ([0, 0, count, 0, 0], []), kind
    with city.acting(MAKER):
        assert target_queries.target_count() == before and standing(72)[0].rule_id == rule_id
        (matter,) = (one for one in target_queries.matters_of(standing(71)[1].id) if one.ended_on is None)
        assert (matter.industry, matter.jurisdiction_code) == ("", "990121")
    # A person's own word, without the day of an exit that is known, takes out as before.
    assert figures(load(city, run_jobs, [row(70, 移出="停业")])[1])[:2] == [0, 1]


def test_whom_a_person_took_out_a_rule_does_not_bring_back(
    city: City, library: None, run_jobs: Jobs, owner: psycopg.Connection
) -> None:
    """R-L5: shown apart with the day and the reason, and back when a person says so; the fate of others is the rule's."""
    with city.acting("scjg.planner"):
        loaded = import_service.begin_import("entities", "企业.csv", as_csv([firm(n) for n in (80, 81)]))
        import_service.run_import(loaded.id, NoProgress())
    with city.acting(MAKER):
        rule = target_service.save_rule("再选", {"name": ["示范第80号", "示范第81号"]})
        target_service.refresh_targets(lambda *_: None)
        target_service.end_targets([standing(80)[0].id], "不归本单位管")
        target_service.end_targets([standing(81)[0].id], "已吊销")
        rules = target_queries.active_rules()
        joining = {one.Entity.code for one in db.session.execute(target_queries.joining(rules))}
        out = db.session.execute(kept_out(rules))
        (kept,) = (one for one in out if one.rule_id == rule.id)
        assert made_up_credit_code(81) in joining and made_up_credit_code(80) not in joining
        assert (kept.Entity.code, kept.rule_id) == (made_up_credit_code(80), rule.id)
        assert (kept.exit.ended_on, kept.exit.ended_reason) == (today(), "不归本单位管")
        outcome = target_service.refresh_targets(lambda *_: None)
        assert outcome["kept_out"] >= 1 and standing(81)[0].rule_id == rule.id
        assert target_queries.target_of(kept.Entity.id) is None
        target_service.add_target(entity_queries.entity(kept.Entity.id))
        assert kept_out_count(target_queries.active_rules()) == outcome["kept_out"] - 1
        entity_id, rule_id = kept.Entity.id, rule.id
        db.session.get_one(Target, kept.exit.id).ended_on = today() - timedelta(days=1)
    # Listed again since, it left on a later day for another reason: the rule may have it.
    with city.acting("scjg.planner"):
        entity_service.set_status(entity_queries.entity(entity_id), EntityStatus.REVOKED, today(), "")
    with city.acting(MAKER):
        assert target_service.refresh_targets(lambda *_: None)["ended"] >= 1
    owner.execute("UPDATE entity SET status = 'active' WHERE id = %s", [entity_id])
    with city.acting(MAKER):
        target_service.refresh_targets(lambda *_: None)
        assert standing(80)[0].rule_id == rule_id
        target_service.delete_rule(target_queries.target_rule(rule_id))


def test_a_state_that_was_loaded_by_mistake_empties_no_library_for_good(
    city: City, library: None, run_jobs: Jobs, owner: psycopg.Connection
) -> None:
    """R-L6, R-L11: with the load what followed of it at night is taken back, in each bureau, with products and an entry."""
    rows = [firm(n) for n in (90, 91, 92)]
    with city.acting("scjg.planner"):
        loaded = import_service.begin_import("entities", "企业.csv", as_csv(rows))
        import_service.run_import(loaded.id, NoProgress())
    load(city, run_jobs, [row(n) for n in (90, 91, 92)])
    with city.acting("xfjy.planner") as scope:
        firms = [entity_queries.entity_by_code(made_up_credit_code(n)).id for n in (90, 91, 92)]
        db.session.add(Target(tenant_id=scope.tenant_id, entity_id=firms[0], listed_on=today()))
    given = {"kind": "product", "name": "熟食", "number": "", "note": ""}
    with city.acting(MAKER):
        matter = target_service.add_matter(standing(90)[1], given).id
        target_service.end_targets([standing(92)[0].id], "不归本单位管")
    with city.acting("scjg.planner"):
        content = as_csv([[*one, "注销"] for one in rows], (*FIRMS, "登记状态"))
        run_id = import_service.begin_import("entities", "企业.csv", content).id
    run_jobs()
    night = datetime(2026, 11, 22, 2, 30, tzinfo=SHANGHAI)
    for who in (MAKER, "xfjy.planner"):
        with city.acting(who):
            assert target_service.leave_by_night(night) >= 1 and target_queries.target_of(firms[0]) is None
    with city.acting("scjg.planner"):
        assert import_service.undo_refusal(import_queries.import_run(run_id)) is None
        import_service.begin_undo(import_queries.import_run(run_id))
    run_jobs()
    with city.acting(MAKER):
        assert standing(90)[0].ended_reason is None and standing(91)[0].ended_reason is None
        assert db.session.get_one(TargetMatter, matter).ended_on is None
        assert target_queries.target_of(firms[2]) is None, "a person took it out"
        update = import_queries.library_updates.last_update()
        assert update is not None and (update.added, update.note) == (2, returned_targets.NOTE)
        assert update.total == target_queries.target_count()
    with city.acting("xfjy.planner"):
        target = target_queries.target_of(firms[0])
        assert target is not None
        target_service.end_targets([target.id], "已注销")
    logged = "SELECT count(*), sum((after ->> 'count')::int) FROM audit_entry WHERE event = 'registry.targets.relist'"
    assert owner.execute(logged.encode()).fetchone() == (2, 3)
    with city.acting("scjg.planner"):
        again = db.session.scalar(sa.text("SELECT relist_undone(:load)"), {"load": run_id})
        assert again == 0, "only right after the undo"
