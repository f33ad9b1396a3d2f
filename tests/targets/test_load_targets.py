"""Target libraries from a file (R-L5, R-L6, R-L11): what comes in, is changed, leaves, is told of, and is taken back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from onedoor.disclosure import queries as public
from onedoor.entities import queries as entity_queries
from onedoor.entities import service as entity_service
from onedoor.entities.models import Entity
from onedoor.entities.rules.codes import EntityStatus
from onedoor.imports import queries as import_queries
from onedoor.imports import service as import_service
from onedoor.imports.models import ImportRow, LibraryUpdate
from onedoor.imports.service import two_pass
from onedoor.kernel.clock import SHANGHAI, now, today
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.spreadsheets import SourceRow
from onedoor.targets import queries as target_queries
from onedoor.targets import service as target_service
from onedoor.targets.models import Target, TargetMatter, TargetRisk
from onedoor.targets.queries.targets import left_lately
from onedoor.targets.rules.target_rows import HEAD, read_target
from onedoor.targets.service import target_writes
from onedoor.targets.service.exits import BY_NIGHT
from onedoor.targets.service.figures import together
from tests.fixtures.city import City
from tests.fixtures.clerk_files import as_csv
from tests.fixtures.library_files import MAKER, Jobs, figures, load, load_matters, matter, row, standing
from tests.fixtures.merged_entities import alike
from tests.fixtures.undo_reasons import undo_reasons

pytestmark = pytest.mark.committed("its tests go on from one another")


@pytest.fixture(scope="module")
def words(city: City, library: None) -> None:
    """Levels and tags of the bureau; the caterer number 3 is in its library."""
    with city.acting(MAKER):
        target_service.save_scale("低 0\n高 50")
        target_service.add_tag("投诉多", "", shared=False)
        target_service.add_tag("新办", "", shared=False)
    with city.acting("scjg.planner"):
        target_service.add_tag("共用词", "", shared=True)
        target_service.add_tag("别家的", "", shared=False)


def test_a_row_is_read_as_clerks_write_it() -> None:
    code = made_up_credit_code(1)

    def read(**cells: str) -> Any:
        source = SourceRow(2, None, {"统一社会信用代码": code, **cells})
        return read_target(source, date(2026, 11, 22))

    target, reader = read(标签="投诉多、新办", 列入日期="2026年3月5日", 联系电话="0476-1234567")
    assert target is not None and not reader.problems
    assert (target.tags, target.listed_on) == (("投诉多", "新办"), date(2026, 3, 5))
    assert read(移出="2026-01-02 已注销")[0].reason == "已注销" and read(移出="否")[0].reason == ""
    for cells, column in (
        ({"移出": "是"}, "移出"),
        ({"移出": "2026-01-02"}, "移出"),
        ({"列入日期": "2026-11-23"}, "列入日期"),
        ({"联系电话": "打门口电话"}, "联系电话"),
        ({"统一社会信用代码": "9199"}, "统一社会信用代码"),
    ):
        target, reader = read(**cells)
        assert target is None and [one.column for one in reader.problems] == [column]


def test_a_library_comes_in_whole_and_again_changes_nothing(city: City, words: None, run_jobs: Jobs) -> None:
    rows = [
        row(1, 企业名称="示范第1号商行", 列入日期="2026-01-05", 标签="投诉多", 风险等级="高", 联系人="某甲", 联系电话="13900000011"),
        row(2, 企业名称="另一个名字"),
    ]  # fmt: skip
    run_id, outcome, result = load(city, run_jobs, rows, mode="check")
    assert not outcome["written"] and outcome["would"]["added"] == 2 and outcome["would"]["gone"] == 1
    with city.acting(MAKER):
        assert target_queries.target_of(entity_queries.entity_by_code(made_up_credit_code(1)).id) is None
        import_service.begin_load(import_queries.import_run(run_id), "all")
    run_jobs()
    with city.acting(MAKER):
        assert figures(import_queries.import_run(run_id).outcome) == [2, 0, 0, 0, 1]
        target, entity, risk, tags = standing(1)
        assert (target.listed_on, target.rule_id, risk, tags) == (date(2026, 1, 5), None, "高", ["投诉多"])
        contact = target_service.contact_of(entity)
        assert contact is not None and (contact.person, target_service.phone_of(contact)) == (
            "某甲",
            "13900000011",
        )
        assert standing(2)[0].listed_on == today()
        update = import_queries.library_updates.last_update()
        assert update is not None and (update.added, update.ended, update.total) == (2, 0, 3)
    assert result == [(3, "企业名称", "名录里这个代码的名称是“示范第2号商行”，以名录为准，请核对。")]
    _, outcome, _ = load(city, run_jobs, rows)
    assert figures(outcome) == [0, 0, 2, 0, 1]


def test_what_a_row_changes_is_told_and_a_blank_cell_changes_nothing(
    city: City, words: None, run_jobs: Jobs, owner: psycopg.Connection
) -> None:
    load(
        city, run_jobs, [row(4, 列入日期="2026-02-01", 标签="投诉多", 风险等级="高", 联系电话="13900000014")]
    )
    rows = [row(4, 标签="新办", 风险等级="低", 联系人="某乙", 联系电话="13900000024")]
    run_id, outcome, _ = load(city, run_jobs, rows)
    assert figures(outcome)[:2] == [0, 1]
    with city.acting(MAKER):
        target, entity, risk, tags = standing(4)
        assert (target.listed_on, risk, tags) == (date(2026, 2, 1), "低", ["新办"])
        (kept,) = db.session.scalars(import_queries.rows(run_id).where(ImportRow.verdict == "changed"))
        assert kept.changes == {
            "tags": [["投诉多"], ["新办"]],
            "level": ["高", "低"],
            "person": ["", "某乙"],
            "phone": [None, None],
        }
        held = db.session.scalars(sa.select(TargetRisk).where(TargetRisk.entity_id == entity.id)).all()
        assert {one.by_hand for one in held} == {True} and sum(one.until is None for one in held) == 1
        assert import_service.undo_refusal(import_queries.import_run(run_id)) is None
    # A load of an earlier release kept no number.
    owner.execute("UPDATE import_row SET former = NULL WHERE import_id = %s", [run_id])
    owner.commit()
    with city.acting(MAKER):
        assert "原来的号码没有另存" in undo_reasons(run_id)
    # No number stands in a preview, in a chunk that waits or in the log (R-T7).
    for text in (
        "SELECT string_agg(r::text, '') FROM import_row r",
        "SELECT string_agg(a::text, '') FROM audit_entry a",
    ):
        found = owner.execute(text.encode()).fetchone()
        assert found is not None and "13900000024" not in found[0]


def test_rows_that_may_not_be_taken_say_why(city: City, words: None, run_jobs: Jobs) -> None:
    rows = [
        row(9_001, 企业名称="谁也不认得"),
        row(21, "92990100"),
        row(5, 风险等级="极高"),
        row(6, 标签="没有的、别家的"),
        row(7, 标签="共用词"),
        row(8, 移出="停业"),
        row(9),
        row(9),
        row(10, 列入日期=(today() + timedelta(days=1)).isoformat()),
    ]
    _, outcome, result = load(city, run_jobs, rows, mode="all")
    assert not outcome["written"] and outcome["rejected"] == 8 and outcome["valid"] == 1
    reasons = {number: reason for number, _, reason in result}
    assert "企业由示范市市场监督管理局登记" in reasons[2]
    assert "不涉及个体工商户" in reasons[3] and "确保不越位" in reasons[3]
    assert reasons[4] == "本单位没有“极高”这个风险等级，可填：低、高。"
    assert (
        "没有“没有的”这个可用的标签" in reasons[5] and "登记部门" in reasons[6] or "可用的标签" in reasons[6]
    )
    assert "不在本单位的名录库里" in reasons[7] and "与第 8 行的代码重复" in reasons[9]
    assert "不能晚于今天" in reasons[10]
    _, outcome, _ = load(city, run_jobs, rows)
    assert figures(outcome)[:4] == [1, 0, 0, 8]


def test_who_leaves_says_why_and_takes_products_along(city: City, words: None, run_jobs: Jobs) -> None:
    """R-L6, and the same row again finds nothing to do; then the load is taken back."""
    load(city, run_jobs, [row(11), row(12)])
    product = {"kind": "product", "name": "糕点", "number": "P1", "note": ""}
    with city.acting(MAKER):
        matter = target_service.add_matter(standing(11)[1], product).id
    leaving = [row(11, 移出="2026-03-01 停业")]
    run_id, outcome, _ = load(city, run_jobs, leaving)
    assert figures(outcome)[:3] == [0, 1, 0]
    with city.acting(MAKER):
        gone = db.session.get_one(TargetMatter, matter)
        assert (gone.ended_on, gone.ended_reason) == (today(), "停业")
        assert import_queries.library_updates.last_update().ended == 1  # type: ignore[union-attr]
    assert figures(load(city, run_jobs, leaving)[1])[:3] == [0, 0, 1]
    out_too = load(city, run_jobs, [row(12, 移出="停业")])[0]
    with city.acting("scjg.planner"):
        # Merged and ceased since: neither is listed again.
        kept, gone_too = (entity_queries.entity_by_code(made_up_credit_code(n)) for n in (10, 12))
        merged = entity_service.merge_pair(alike(city, gone_too.id, kept.id), kept, "同一户").id
    with city.acting(MAKER):
        assert "并入了别的主体" in undo_reasons(out_too)
    with city.acting("scjg.planner"):
        entity_service.undo_merge(entity_queries.merges.my_merge(merged), "两户")
        entity_service.set_status(
            entity_queries.entity_by_code(made_up_credit_code(12)), EntityStatus.REVOKED, today(), ""
        )
    with city.acting(MAKER):
        assert "已注销、吊销或迁出" in undo_reasons(out_too)
        assert undo_reasons(run_id) == "None"
        import_service.begin_undo(import_queries.import_run(run_id))
    run_jobs()
    with city.acting(MAKER):
        assert target_queries.target_of(entity_queries.entity_by_code(made_up_credit_code(12)).id) is None
        assert standing(11)[0].ended_reason is None
        assert db.session.get_one(TargetMatter, matter).ended_on is None


def test_by_night_who_ceased_leaves_however_it_came_in(
    city: City, words: None, run_jobs: Jobs, owner: psycopg.Connection
) -> None:
    """R-L6: a library without a rule too; with its products, for the reason, in the log and told to the bureau."""
    load(city, run_jobs, [row(20)])
    with city.acting(MAKER):
        entity = standing(20)[1].id
        given = {"kind": "activity", "name": "户外广告", "number": "", "note": ""}
        matter = target_service.add_matter(entity_queries.entity(entity), given).id
    with city.acting("scjg.planner"):
        entity_service.set_status(entity_queries.entity(entity), EntityStatus.DEREGISTERED, today(), "")
    day, night = (datetime(2026, 11, 22, hour, 30, tzinfo=SHANGHAI) for hour in (9, 2))
    with city.acting(MAKER):
        there = target_queries.ceased_count()
        assert target_service.leave_by_night(day) == 0 and target_queries.ceased_count() == there >= 1
        assert target_service.leave_by_night(night) == there and target_service.leave_by_night(night) == 0
    with city.acting(MAKER):
        gone = db.session.get_one(TargetMatter, matter)
        assert (gone.ended_on, gone.ended_reason) == (today(), "已注销")
        left = db.session.execute(left_lately(today())).all()
        assert entity in {one.Entity.id for one in left}
        update = import_queries.library_updates.last_update()
        assert update is not None and (update.ended, update.note) == (there, BY_NIGHT)
    entry = owner.execute(
        "SELECT after::text FROM audit_entry WHERE event = 'registry.target.end' AND after::text LIKE '%已注销%'"
    ).fetchone()
    assert entry is not None and made_up_credit_code(20) in entry[0]


def test_what_is_published_of_a_library_names_nobody(city: City, words: None, run_jobs: Jobs) -> None:
    """R-L12 within access.md: figures, small ones together, that follow the library."""
    assert together({"企业": 9, "公证机构": 1, "其他": 7}) == [["企业", 9], ["其他", 8]]
    assert together({"企业": 9, "事业单位": 6, "公证机构": 1}) == [["企业", 9], ["其他", 7]]
    assert together({"企业": 6}) == [["企业", 6]] and together({"公证机构": 2}) == [["其他", 2]]
    assert together({}) == []
    with city.acting("xfjy.planner"), pytest.raises(ClerkError, match="还没有检查对象"):
        target_service.publish_targets()
    load(city, run_jobs, [row(n) for n in (1, 2, 4, 5, 6, 7)])
    with city.acting(MAKER):
        target_service.publish_targets()
        shown = public.of_subject("targets", city.bureaus["WSJK"])
        assert shown is not None and shown.content["total"] == target_queries.target_count() >= 7
        assert shown.content["kinds"] == [["企业", target_queries.target_count()]]
        assert made_up_credit_code(1) not in str(shown.content)
        version = shown.version
    load(city, run_jobs, [row(8, 标签="新办")])
    with city.acting(MAKER):
        shown = public.of_subject("targets", city.bureaus["WSJK"])
        assert shown is not None and shown.version == version + 1
        assert shown.content["total"] == target_queries.target_count()
        key = shown.id
    page = city.client().get(f"/open/targets/{key}")
    assert page.status_code == 200 and "名单不公布" in page.get_data(as_text=True)
    assert f"/open/targets/{city.bureaus['WSJK']}" in city.client().get("/open/items").get_data(as_text=True)
    before = shown.content["matters"]
    run_id, _, _ = load_matters(city, run_jobs, [matter(3, f"公布的{n}") for n in range(5)])
    with city.acting(MAKER):
        assert public.of_subject("targets", city.bureaus["WSJK"]).content["matters"] != before  # type: ignore[union-attr]
        import_service.begin_undo(import_queries.import_run(run_id))
    run_jobs()
    with city.acting("scjg.planner"):
        gone = entity_queries.entity_by_code(made_up_credit_code(8))
        entity_service.set_status(gone, EntityStatus.DEREGISTERED, today(), "")
    with city.acting(MAKER):
        result = public.of_subject("targets", city.bureaus["WSJK"])
        assert result is not None and result.content["matters"] == before, (
            "what was taken back is not told any more"
        )
        assert target_service.leave_by_night(datetime(2026, 11, 22, 2, 30, tzinfo=SHANGHAI)) >= 1
        same = public.of_subject("targets", city.bureaus["WSJK"])
        assert same is not None and same.version == result.version, (
            "a night alone would tell who ceased was in it"
        )


def test_a_load_is_taken_back_while_nothing_depends_on_it(city: City, words: None, run_jobs: Jobs) -> None:
    load(city, run_jobs, [row(13, 列入日期="2026-02-01", 标签="投诉多", 风险等级="高", 联系人="某甲")])
    rows = [
        row(13, 列入日期="2026-03-01", 标签="新办", 风险等级="低", 联系人="某乙", 联系电话="13900000033"),
        row(14, 标签="新办", 风险等级="高", 联系人="某丙"),
    ]
    run_id, outcome, _ = load(city, run_jobs, rows)
    assert figures(outcome)[:2] == [1, 1]
    with city.acting(MAKER):
        entity = standing(14)[1]
        matter = target_service.add_matter(
            entity, {"kind": "project", "name": "扩建", "number": "", "note": ""}
        )
        assert "已登记场所、产品" in undo_reasons(run_id)
        target_service.end_matter(matter, "取消")
        target_service.set_risk(entity, "低", "复核")
        assert "后来又有变动" in undo_reasons(run_id)
        db.session.rollback()
        import_service.begin_undo(import_queries.import_run(run_id))
    run_jobs()
    with city.acting(MAKER):
        assert import_queries.import_run(run_id).undone_at is not None
        target, entity, risk, tags = standing(13)
        assert (target.listed_on, risk, tags) == (date(2026, 2, 1), "高", ["投诉多"])
        contact = target_service.contact_of(entity)
        assert contact is not None and (contact.person, contact.phone) == ("某甲", None)
        other = entity_queries.entity_by_code(made_up_credit_code(14))
        assert target_queries.target_of(other.id) is None and target_service.contact_of(other) is None
        assert (
            target_queries.tags_of(other.id) == [] and target_queries.risk_of(other.id)[0].until is not None
        )
        assert import_queries.library_updates.last_update().ended == 1  # type: ignore[union-attr]
    with city.acting("scjg.planner"), pytest.raises(NotFound):
        import_queries.import_run(run_id)


def test_a_load_that_was_killed_goes_on_where_it_was(
    city: City, words: None, run_jobs: Jobs, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chunks of two rows; the worker dies at the second that is written, and somebody changes the register meanwhile."""
    monkeypatch.setattr(two_pass, "ROWS_OF_A_CHUNK", 2)
    does, calls = target_writes.TargetWriter.put, []

    def put(self: Any, rows: Any, judge: Any) -> Any:
        calls.append(len(rows))
        if len(calls) == 2:
            raise RuntimeError("as if the worker were killed here")
        return does(self, rows, judge)

    monkeypatch.setattr(target_writes.TargetWriter, "put", put)
    with city.acting(MAKER):
        content = as_csv([row(n) for n in (15, 16, 17, 18, 19)], HEAD)
        run_id = import_service.begin_import("targets", "名录库.csv", content, "all").id
    run_jobs()
    with city.acting("scjg.planner"):
        entity_service.set_status(
            entity_queries.entity_by_code(made_up_credit_code(18)), EntityStatus.REVOKED, today(), ""
        )
    with city.acting(MAKER):
        assert standing(16)[0].ended_on is None and import_queries.import_run(run_id).outcome is None
        assert import_service.can_stop(import_queries.import_run(run_id))
    owner.execute("UPDATE job SET lease_until = now() - interval '1 minute' WHERE state = 'running'")
    owner.commit()
    run_jobs()
    with city.acting(MAKER):
        outcome = import_queries.import_run(run_id).outcome
        assert outcome is not None and outcome["written"] and figures(outcome)[:4] == [4, 0, 0, 1]
        (problem,) = db.session.scalars(import_queries.problems(run_id))
        assert "已吊销" in problem.message % problem.params
    assert calls == [2, 2, 1, 1]


def test_products_projects_and_activities_come_in_by_file(
    city: City, words: None, run_jobs: Jobs, owner: psycopg.Connection
) -> None:
    """R-L5: of firms of the library, of kinds an item is about, with nature, industry and place; then taken back."""
    rows = [
        matter(3, 编号="P1", 性质="预包装", 行业="食品制造业", 所在地="示例县"),
        matter(3, "改造工程", "项目", 列入日期="2026-02-01"),
        matter(30, "谁家的"),
        matter(3, 编号="P1"),
        matter(3, "别处的", 所在地="没有这里"),
        matter(3, "移出的", 移出="停产"),
        matter(3, "别的", "服务"),
    ]
    run_id, outcome, result = load_matters(city, run_jobs, rows)
    assert figures(outcome)[:4] == [2, 0, 0, 5] and len(result) == 5
    assert (
        "没有这个代码" in result[0]
        and "与第 2 行是同一产品" in result[1]
        and "没有“没有这里”这个地方" in result[2]
    )
    assert "不能移出" in result[3] and "可填：经营场所、产品、项目、行为" in result[4]
    assert figures(load_matters(city, run_jobs, rows[:2])[1])[:4] == [0, 0, 2, 0]
    changed, outcome, _ = load_matters(city, run_jobs, [matter(3, 编号="P1", 性质="散装"), matter(3, "改造工程", "项目", 移出="完工")])  # fmt: skip
    assert figures(outcome)[:4] == [0, 2, 0, 0]
    with city.acting(MAKER):
        assert "后来又有变动" in undo_reasons(run_id)
        cake, project = (
            next(one for one in target_queries.matters_of(standing(3)[1].id) if one.name == name)
            for name in ("糕点", "改造工程")
        )
        assert (cake.nature, cake.industry, cake.jurisdiction_code) == ("散装", "食品制造业", "990121")
        assert project.ended_reason == "完工" and project.listed_on == date(2026, 2, 1)
        keys = [cake.id, project.id]
        import_service.begin_undo(import_queries.import_run(changed))
    run_jobs()
    with city.acting(MAKER):
        again = [db.session.get_one(TargetMatter, key) for key in keys]
        assert (again[0].nature, again[1].ended_on) == ("预包装", None)
        import_service.begin_undo(import_queries.import_run(run_id))
    run_jobs()
    with city.acting(MAKER):
        assert {one.ended_reason for one in target_queries.matters_of(standing(3)[1].id)} == {"撤销导入"}


def test_a_librarys_age_counts_from_what_went_over_all_of_it(city: City, words: None, run_jobs: Jobs) -> None:
    """R-L5: neither one firm more nor one less by night makes it young; a whole file that changes nothing does, and a person."""

    def years_later() -> None:
        db.session.execute(sa.update(LibraryUpdate).values(at=now() - timedelta(days=400)))

    def stale() -> bool:
        return "targets" in import_queries.library_updates.stale_libraries()

    load(city, run_jobs, [row(5), row(7)])
    with city.acting(MAKER):
        target_service.leave_by_night(datetime(2026, 11, 22, 2, 30, tzinfo=SHANGHAI))
        listed = target_queries.targets().where(Target.ended_on.is_(None)).with_only_columns(Entity.code)
        everybody = [row(0, 统一社会信用代码=code) for code in db.session.scalars(listed)]
        years_later()
        assert stale()
        target_service.end_targets([standing(7)[0].id], "不再监管")
        assert stale() and import_queries.library_updates.upkeep().latest.at.date() == now().date()  # type: ignore[union-attr]
    partly, _, _ = load(city, run_jobs, [row(7)])
    with city.acting(MAKER):
        assert (
            stale()
            and not db.session.scalars(
                sa.select(LibraryUpdate.whole).where(LibraryUpdate.import_id == partly)
            ).one()
        )
    _, outcome, _ = load(city, run_jobs, everybody)
    assert figures(outcome) == [0, 0, len(everybody), 0, 0]
    with city.acting(MAKER):
        assert not stale() and import_queries.library_updates.last_whole().total == len(everybody)  # type: ignore[union-attr]
        target_service.publish_targets()
        years_later()
    tagged = [everybody[0][:], *everybody[1:]]
    tagged[0][HEAD.index("标签")] = "新办"
    run_id, outcome, _ = load(city, run_jobs, tagged)
    assert figures(outcome)[:3] == [0, 1, len(everybody) - 1]
    with city.acting(MAKER):
        assert not stale()
        import_service.begin_undo(import_queries.import_run(run_id))
    run_jobs()
    with city.acting(MAKER):
        assert stale(), "what was taken back went over nothing"
        shown = public.of_subject("targets", city.bureaus["WSJK"])
        assert shown is not None and shown.content["updated_on"] < (today() - timedelta(days=365)).isoformat()
        import_service.confirm_library("targets")
        shown = public.of_subject("targets", city.bureaus["WSJK"])
        assert not stale() and shown is not None and shown.content["updated_on"] == today().isoformat()
    with city.acting("xfjy.planner"), pytest.raises(Conflict, match="还没有内容"):
        import_service.confirm_library("experts")
