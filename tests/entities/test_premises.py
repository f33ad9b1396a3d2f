"""What belongs to a firm of the register: places, licences, tags, contacts, matters, and corrections of its facts (R-T4, R-L5)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from onedoor.entities import queries as entity_queries
from onedoor.entities import service as entity_service
from onedoor.entities.models import Entity, Licence
from onedoor.entities.queries import search as searching
from onedoor.entities.queries.corrections import corrections_of
from onedoor.entities.queries.entities import history_of
from onedoor.entities.queries.premises import SOON, all_premises, in_licence_state, licence_state, licences
from onedoor.entities.queries.premises_search import licences_matching, premises_matching
from onedoor.imports import queries as import_queries
from onedoor.imports import service as import_service
from onedoor.kernel.clock import SHANGHAI, now, today
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.kernel.job_progress import NoProgress
from onedoor.targets import queries as target_queries
from onedoor.targets import service as target_service
from onedoor.targets.models import Target
from onedoor.targets.queries.matter_search import matters_matching
from onedoor.targets.queries.matters import listed_of
from onedoor.targets.service.tags import givable, set_tag_active, tag_many
from tenants import queries as tenants
from tests.fixtures import merged_entities as furnishing
from tests.fixtures.city import City
from tests.fixtures.clerk_files import as_csv, f1, firm, publish_items
from tests.fixtures.library_files import MAKER, Jobs, figures, load, load_matters, matter, row
from tests.fixtures.undo_reasons import undo_reasons

pytestmark = pytest.mark.committed("its tests go on from one another")

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
    return entity_queries.entity_by_code(made_up_credit_code(3))


def test_places_are_kept_by_the_owner_of_the_kind_with_their_history(city: City, register: None) -> None:
    with city.acting("scjg.planner"):
        firm = caterer()
        place = {**PLACE, "jurisdiction_code": firm.jurisdiction_code}
        first = entity_service.save_premises(firm, place)
        second = entity_service.save_premises(firm, {**place, "name": "分店"})
        assert (first.number, second.number) == (1, 2)
        entity_service.save_premises(firm, {**place, "closed_on": today()}, first)
        assert [one.number for one in entity_queries.premises_of(firm.id)] == [2, 1]
        with pytest.raises(ClerkError, match="日期不能晚于今天"):
            entity_service.save_premises(firm, {**place, "closed_on": today() + timedelta(days=1)}, second)
    with city.acting("wsjk.planner"):
        changes = [
            one.change for one in entity_queries.belongings_history(firm.id) if one.change.part == "premises"
        ]
        assert {one.what for one in changes} == {"added", "changed"} and len(changes) == 3
        changed = next(one for one in changes if one.what == "changed")
        assert changed.after == {"closed_on": today().isoformat()}
        with pytest.raises(Forbidden, match="由登记部门维护"):
            entity_service.save_premises(caterer(), place)


def other_caterer() -> Entity:
    return entity_queries.entity_by_code(made_up_credit_code(4))


def test_a_number_is_one_issuer_s_and_holds_no_other_back(city: City, register: None) -> None:
    """R-T4: whoever enters another's number as its own blocks nobody; what the keeper entered its issuer keeps."""
    names = {letters: city.bureaus[letters] for letters in ("WSJK", "YJGL")}
    with city.acting("scjg.planner"):
        issuer = tenants.bureau(names["YJGL"]).name
    squat = {**LICENCE, "kind": "许可", "number": "占1"}
    with city.acting("wsjk.planner"):
        assert (
            entity_service.save_licence(other_caterer(), squat).issued_by
            == tenants.bureau(names["WSJK"]).name
        )
        with pytest.raises(ProgrammingError, match="row-level security"), db.session.begin_nested():
            as_theirs = {
                **squat,
                "number": "占2",
                "issued_by": issuer,
                "created_at": now(),
                "updated_at": now(),
            }
            db.session.add(Licence(tenant_id=names["WSJK"], entity_id=other_caterer().id, **as_theirs))
            db.session.flush()
    with city.acting("yjgl.planner"):
        mine = entity_service.save_licence(other_caterer(), squat)
        assert mine.issued_by == issuer
        with pytest.raises(Conflict, match=f"已登记{issuer}所发的"):
            entity_service.save_licence(other_caterer(), squat)
    with city.acting("scjg.planner"):
        kept = entity_service.save_licence(other_caterer(), {**squat, "number": "占3", "issued_by": issuer})
        key = kept.id
    with city.acting("wsjk.planner"), pytest.raises(Forbidden):
        entity_service.save_licence(other_caterer(), {**squat, "number": "占3"}, entity_queries.licence(key))
    with city.acting("yjgl.planner"):
        theirs = entity_queries.licence(key)
        entity_service.save_licence(other_caterer(), {**squat, "number": "占3", "note": "补发"}, theirs)
        assert (theirs.note, theirs.tenant_id) == ("补发", city.bureaus["SCJG"])


def test_a_licence_is_entered_by_the_keeper_or_by_who_issued_it(city: City, register: None) -> None:
    ends = today() + timedelta(days=SOON)
    with city.acting("scjg.planner"):
        entity_service.save_licence(caterer(), {**LICENCE, "valid_to": ends + timedelta(days=1)})
        with pytest.raises(Conflict, match="同一编号"):
            entity_service.save_licence(caterer(), LICENCE)
        with pytest.raises(ClerkError, match="请从所列选项中选择"):
            entity_service.save_licence(caterer(), {**LICENCE, "number": "JY2", "premises_number": 9})
    with city.acting("wsjk.planner"):
        (food,) = entity_queries.licences_of(caterer().id)
        with pytest.raises(Forbidden, match="登记部门或发证机关"):
            entity_service.save_licence(caterer(), LICENCE, food)
        given = {**LICENCE, "kind": "公共场所卫生许可证", "issued_by": "别的机关", "valid_to": ends}
        own = entity_service.save_licence(caterer(), given)
        assert own.issued_by != "别的机关"
        found = {one.kind: licence_state(one) for one in entity_queries.licences_of(caterer().id)}
        assert found == {"食品经营许可证": "valid", "公共场所卫生许可证": "expiring"}
        for state in ("valid", "expiring", "expired", "cancelled"):
            rows = db.session.execute(licences().where(in_licence_state(state))).all()
            assert {licence_state(row[0]) for row in rows} <= {state}
        entity_service.save_licence(caterer(), {**given, "valid_to": today() - timedelta(days=1)}, own)
        assert licence_state(own) == "expired"
        entity_service.save_licence(caterer(), {**given, "cancelled_on": today()}, own)
        assert licence_state(own) == "cancelled"


def test_tags_are_shared_by_the_keeper_or_the_bureaus_own(city: City, register: None) -> None:
    with city.acting("scjg.planner"):
        shared, own = (target_service.add_tag(name, "", shared=name == "重点") for name in ("重点", "内部"))
        target_service.set_tags(caterer(), [shared.id, own.id])
        with pytest.raises(ClerkError, match="同名"):
            target_service.add_tag("重点", "", shared=False)
        with pytest.raises(ClerkError, match="不能含空格"):
            target_service.add_tag("重 点", "", shared=False)
        ids = [shared.id, own.id]
    with city.acting("wsjk.planner"):
        assert [one.name for one in target_queries.tags_of(caterer().id)] == ["重点"]
        assert {one.change.after["name"] for one in entity_queries.belongings_history(caterer().id) if one.change.part == "entity_tag" and one.change.after} == {"重点"}  # fmt: skip
        with pytest.raises(NotFound):
            target_queries.tag(ids[1])
        with pytest.raises(Conflict, match="先添加标签"):
            target_service.set_tags(caterer(), [])
        with pytest.raises(Forbidden, match="登记部门"):
            target_service.add_tag("我的", "", shared=True)
        mine = target_service.add_tag("投诉多", "", shared=False)
        with pytest.raises(ClerkError, match="请从所列标签中选择"):
            target_service.set_tags(caterer(), [ids[0]])
        target_service.set_tags(caterer(), [mine.id])
        chosen = db.session.scalars(target_queries.selection({"tags": ["投诉多", "重点"]})).all()
        assert [one.code for one in chosen] == [caterer().code]
        assert not db.session.scalars(target_queries.selection({"tags": ["内部"]})).all()
        # What is not given any more is taken off, and not put on again.
        set_tag_active(mine, False)
        assert [one.id for one in givable(caterer())] == [mine.id]
        target_service.set_tags(caterer(), [])
        assert (
            "投诉多" not in {one.name for one in target_queries.tags_of(caterer().id)}
            and givable(caterer()) == []
        )
        with pytest.raises(Conflict, match="先添加标签"):
            target_service.set_tags(caterer(), [mine.id])
        assert "已停用" in str(tag_many([caterer()], mine)[caterer().id])
    with city.acting("scjg.planner"):
        target_service.set_tags(caterer(), [])
        changes = entity_queries.belongings_history(caterer().id)
        assert [one.change.what for one in changes if one.change.part == "entity_tag"].count("removed") == 2


def test_many_are_tagged_at_once(city: City, library: None) -> None:
    with city.acting("wsjk.planner"):
        query = target_queries.targets().where(Target.ended_on.is_(None)).with_only_columns(Entity)
        found = list(db.session.scalars(query))
        tag = target_service.add_tag("整批", "", shared=False)
        assert tag_many(found[1:], tag) == {}
        refused = tag_many(found, tag)
        assert {one: str(error) for one, error in refused.items()} == {
            one.id: "已有这个标签。" for one in found[1:]
        }
        assert target_queries.tag_counts()[tag.id] == len(found)
        assert tag_many(found, tag, off=True) == {}
        assert len(tag_many(found, tag, off=True)) == len(found)
    with city.acting("scjg.planner"):
        with pytest.raises(NotFound):
            target_queries.tag(tag.id)
        law_firm = Entity(id=found[0].id, kind="31", code="", name="")
        shared = target_service.add_tag("各处", "", shared=True)
        assert "登记部门" in str(tag_many([law_firm], shared)[law_firm.id])


def test_contacts_are_their_owners_alone(city: City, register: None) -> None:
    with city.acting("wsjk.planner"):
        entity = entity_queries.entity_by_code(made_up_credit_code(1))
        contact = target_service.note_contact(entity, "某经理", "13900000002")
        assert target_service.phone_of(contact) == "13900000002"
    with city.acting("scjg.planner"):
        from onedoor.targets.service.contacts import contact_of

        assert contact_of(entity_queries.entity_by_code(made_up_credit_code(1))) is None


def test_products_projects_and_activities_of_a_target(city: City, library: None) -> None:
    given = {"kind": "product", "name": "糕点", "number": "P1", "note": ""}
    with city.acting("wsjk.planner"):
        target, firm_of_it = next(
            iter(
                db.session.execute(
                    target_queries.targets().where(Target.ended_on.is_(None)).order_by(Entity.code)
                )
            )
        )
        made = target_service.add_matter(firm_of_it, given)
        with pytest.raises(ClerkError, match="已经列入"):
            target_service.add_matter(firm_of_it, given)
        with pytest.raises(ClerkError, match="理由"):
            target_service.end_matter(made, " ")
        target_service.end_matter(made, "停产")
        with pytest.raises(Conflict):
            target_service.end_matter(made, "停产")
        assert target_service.add_matter(firm_of_it, given).ended_on is None
        assert [one.ended_on is None for one in target_queries.matters_of(firm_of_it.id)] == [True, False]
    with city.acting("scjg.planner"):
        with pytest.raises(Conflict, match="先把"):
            target_service.add_matter(entity_queries.entity(firm_of_it.id), given)
        with pytest.raises(NotFound):
            target_queries.matter(made.id)


def test_a_bureau_lists_a_target_at_its_places(city: City, library: None) -> None:
    """R-L5: by the number in the shared register, once each, while they are in use; a closed one leaves by night."""

    def hotel() -> Entity:
        return entity_queries.entity_by_code(made_up_credit_code(11))

    with city.acting("scjg.planner"):
        place = {**PLACE, "name": "", "jurisdiction_code": hotel().jurisdiction_code}
        ids = [
            entity_service.save_premises(hotel(), {**place, "address": f"站前路{n}号"}).id for n in (1, 2, 3)
        ]
        shut = {**place, "address": "站前路3号", "closed_on": today()}
        entity_service.save_premises(hotel(), shut, entity_queries.premises(ids[2]))
        elsewhere = entity_service.save_premises(other_caterer(), place).id
        with pytest.raises(Conflict, match="先把"):
            target_service.list_places(hotel(), ids[:1])
    with city.acting("wsjk.planner"):
        target_service.list_codes([hotel().code])
        for wrong in ([], [ids[0], elsewhere]):
            with pytest.raises(ClerkError, match="所列的经营场所"):
                target_service.list_places(hotel(), wrong)
        with pytest.raises(ClerkError, match="第 3 处经营场所已停用"):
            target_service.list_places(hotel(), [ids[0], ids[2]])
        assert target_service.list_places(hotel(), [ids[1], ids[0], ids[1]]) == 2
        assert target_service.list_places(hotel(), ids[:2]) == 0
        listed = listed_of(hotel().id)
        assert [(one.number, one.name) for one in listed] == [("1", "站前路1号"), ("2", "站前路2号")]
        target_service.end_matter(listed[0].matter, "不再监管")
    with city.acting("scjg.planner"):
        entity_service.save_premises(
            hotel(), {**place, "address": "站前路2号", "closed_on": today()}, entity_queries.premises(ids[1])
        )
    with city.acting("wsjk.planner"):
        target_service.leave_by_night(datetime(2026, 11, 22, 2, 30, tzinfo=SHANGHAI))
        ended = {one.number: one.matter.ended_reason for one in listed_of(hotel().id)}
        assert ended == {"1": "不再监管", "2": "经营场所已停用"}
        assert target_queries.target_of(hotel().id) is not None, "closed is the place, not the firm"


@pytest.mark.parametrize("common", [searching.COMMON, -1], ids=["by the indexes", "row by row"])
def test_what_belongs_to_a_firm_is_found_by_its_own_words_and_the_firms(
    city: City, library: None, monkeypatch: pytest.MonkeyPatch, common: int
) -> None:
    """Each word in the one or in the other, whatever its width and case; not in the words of another firm's."""
    monkeypatch.setattr(searching, "COMMON", common)
    monkeypatch.setattr(searching, "_estimates", {})

    def one() -> Entity:
        return entity_queries.entity_by_code(made_up_credit_code(12))

    with city.acting("scjg.planner"):
        if not entity_queries.premises_of(one().id):
            place = {**PLACE, "name": "（东）柜", "address": "寻物巷７号", "note": ""}
            entity_service.save_premises(one(), {**place, "jurisdiction_code": one().jurisdiction_code})
            entity_service.save_licence(one(), {**LICENCE, "kind": "寻物许可证", "number": "Xw-2026甲"})
    with city.acting("wsjk.planner"):
        if target_queries.target_of(one().id) is None:
            target_service.list_codes([one().code])
            target_service.list_places(one(), [entity_queries.premises_of(one().id)[0].id])
            target_service.add_matter(
                one(), {"kind": "product", "name": "寻物膏", "number": "P-７", "note": ""}
            )

        firm_words = (one().name, one().code[6:])
        for typed in ("寻物巷", "寻物巷7号", "东柜", "巷", f"寻物 {firm_words[0]}", f"{firm_words[1]} 东"):
            rows = db.session.execute(premises_matching(all_premises(), typed)).all()
            assert [row.Premises.address for row in rows] == ["寻物巷７号"], typed
        for typed in ("寻物许可证", "xw-2026", "XW-2026甲", f"寻物 {firm_words[1]}"):
            rows = db.session.execute(licences_matching(licences(), typed)).all()
            assert [row.Licence.number for row in rows] == ["Xw-2026甲"], typed
        for typed, kinds in (("寻物", {"place", "product"}), ("p-7", {"product"}), ("寻物膏", {"product"})):
            rows = db.session.execute(matters_matching(target_queries.matters(), typed)).all()
            assert {row.TargetMatter.kind for row in rows} == kinds, typed
        assert db.session.execute(matters_matching(target_queries.matters(), "寻物 没有的")).all() == []
        assert len(db.session.execute(matters_matching(target_queries.matters(), firm_words[1])).all()) == 2
    with city.acting("scjg.planner"):
        assert db.session.execute(matters_matching(target_queries.matters(), "寻物")).all() == [], (
            "another bureau's"
        )


@pytest.mark.parametrize(
    ("matching", "rows", "index"),
    [
        (premises_matching, all_premises, "ix_premises_grams"),
        (licences_matching, licences, "ix_licence_grams"),
    ],
)
def test_the_indexes_of_own_words_are_used_under_the_bureaus_policy(
    city: City, matching: Any, rows: Any, index: str
) -> None:
    with city.acting("wsjk.planner"):
        db.session.execute(sa.text("SET LOCAL enable_seqscan = off"))
        written = matching(rows(), "寻物巷7号").compile(
            db.engine, compile_kwargs={"render_postcompile": True}
        )
        explained = db.session.connection().exec_driver_sql(f"EXPLAIN {written}", dict(written.params))
        assert index in "\n".join(explained.scalars())


def test_another_bureau_proposes_and_the_keeper_decides(city: City, register: None) -> None:
    with city.acting("wsjk.planner"):
        firm = caterer()
        made = entity_service.correct(firm, "address", "示例市解放路 8 号", "现场检查", "笔录 2026-11")
        assert made is not None and made.receiver_id == city.bureaus["SCJG"]
        with pytest.raises(Conflict, match="还没有答复"):
            entity_service.correct(firm, "address", "别处", "再提", "")
        with pytest.raises(ClerkError, match="与现在登记的一样"):
            entity_service.correct(firm, "name", firm.name, "无", "")
        with pytest.raises(ClerkError, match="没有这个所在地"):
            entity_service.correct(firm, "jurisdiction_code", "火星", "无", "")
        with pytest.raises(Forbidden, match="由维护这类主体的单位答复"):
            entity_service.decide_correction(made, True, "")
        wrong = entity_service.correct(firm, "name", "改错的名称", "听说", "")
        assert wrong is not None
        ids = made.id, wrong.id
    with city.acting("xscjg.planner"), pytest.raises(NotFound):
        entity_queries.correction(ids[0])
    with city.acting("scjg.planner"):
        assert {row[0].id for row in db.session.execute(entity_queries.corrections_to_answer())} == set(ids)
        with pytest.raises(ClerkError, match="不采纳的理由"):
            entity_service.decide_correction(entity_queries.correction(ids[1]), False, " ")
        entity_service.decide_correction(entity_queries.correction(ids[1]), False, "与执照不符")
        entity_service.decide_correction(entity_queries.correction(ids[0]), True, "")
        with pytest.raises(Conflict, match="已经答复"):
            entity_service.decide_correction(entity_queries.correction(ids[0]), True, "")
        assert caterer().address == "示例市解放路 8 号"
        change = history_of(caterer().id)[0].change
        assert (change.source, change.correction_id) == ("correction", ids[0])
    with city.acting("scjg.planner"):
        assert entity_service.correct(caterer(), "capital", "100 万元", "变更登记", "") is None
        change = history_of(caterer().id)[0].change
        assert (change.source, change.correction_id, change.after) == ("hand", None, {"capital": "100 万元"})
    with city.acting("wsjk.planner"):
        assert {one.state for one in corrections_of(caterer().id)} == {"accepted", "refused"}
        assert entity_queries.correction(ids[1]).answer == "与执照不符"


def test_places_of_business_come_in_by_file(city: City, library: None, run_jobs: Jobs) -> None:
    """R-L5: by the number that the register gives them; taken out and taken back as the others."""
    with city.acting("scjg.planner"):
        loaded = import_service.begin_import("entities", "企业.csv", as_csv([firm(63)]))
        import_service.run_import(loaded.id, NoProgress())
        chain = entity_queries.entity_by_code(made_up_credit_code(63))
        place = {"name": "", "jurisdiction_code": "990100", "closed_on": None, "note": ""}
        shops = [
            entity_service.save_premises(chain, {**place, "address": f"和平路{n}号"}).id for n in (1, 2, 3)
        ]
        closed = {**place, "address": "和平路3号", "closed_on": today()}
        entity_service.save_premises(chain, closed, entity_queries.premises(shops[2]))
    load(city, run_jobs, [row(63)])
    rows = [
        matter(63, "", "经营场所", 编号="1", 说明="总店"),
        matter(63, "别的名字", "场所", 编号="02"),
        matter(63, "", "经营场所", 编号="3"),
        matter(63, "", "经营场所", 编号="9"),
        matter(63, "", "经营场所", 编号="一"),
        matter(63, "", "经营场所", 编号="1"),
    ]
    first, outcome, result = load_matters(city, run_jobs, rows)
    assert figures(outcome)[:4] == [2, 0, 0, 4]
    assert "以名录为准" in result[0] and "已停用" in result[1] and "没有编号为 9" in result[2]
    assert "请填写经营场所的编号" in result[3] and "与第 2 行是同一经营场所" in result[4]
    assert figures(load_matters(city, run_jobs, rows[:1])[1])[:4] == [0, 0, 1, 0]
    out, outcome, _ = load_matters(city, run_jobs, [matter(63, "", "经营场所", 编号="2", 移出="不再监管")])
    assert figures(outcome)[:4] == [0, 1, 0, 0]

    def listed() -> list[str]:
        chain = entity_queries.entity_by_code(made_up_credit_code(63))
        return [one.number for one in listed_of(chain.id) if one.matter.ended_on is None]

    with city.acting("scjg.planner"):
        closed = {**place, "address": "和平路2号", "closed_on": today()}
        entity_service.save_premises(
            entity_queries.entity(chain.id), closed, entity_queries.premises(shops[1])
        )
    with city.acting(MAKER):
        assert listed() == ["1"]
        assert "后来已停用" in undo_reasons(out)
    with city.acting("scjg.planner"):
        entity_service.save_premises(
            entity_queries.entity(chain.id), {**closed, "closed_on": None}, entity_queries.premises(shops[1])
        )
    with city.acting(MAKER):
        import_service.begin_undo(import_queries.import_run(out))
    run_jobs()
    with city.acting(MAKER):
        assert listed() == ["1", "2"]
        import_service.begin_undo(import_queries.import_run(first))
    run_jobs()
    with city.acting(MAKER):
        assert listed() == []


def test_what_a_load_took_out_comes_back_only_where_it_would_be_listed(
    city: City, library: None, run_jobs: Jobs
) -> None:
    """R-L5: not twice, not under a firm that left or was merged away, and not another unit's."""
    with city.acting("scjg.planner"):
        loaded = import_service.begin_import("entities", "企业.csv", as_csv([firm(n) for n in (60, 61, 62)]))
        import_service.run_import(loaded.id, NoProgress())
    load(city, run_jobs, [row(60), row(61)])
    load_matters(city, run_jobs, [matter(60, "复来的"), matter(61, "复来的")])
    taken, _, _ = load_matters(city, run_jobs, [matter(n, "复来的", 移出="停产") for n in (60, 61)])
    given = {"kind": "product", "name": "复来的", "number": "", "note": ""}

    def why() -> str:
        return undo_reasons(taken)

    with city.acting(MAKER):
        firms = [entity_queries.entity_by_code(made_up_credit_code(n)) for n in (60, 61)]
        assert why() == "None"
        again = target_service.add_matter(firms[0], given)
        assert "后来又重新列入" in why()
        target_service.end_matter(again, "停产")
        assert why() == "None"
        target = target_queries.target_of(firms[1].id)
        assert target is not None
        target_service.end_targets([target.id], "停业")
        assert "所属的主体已不在本单位的名录库里" in why()
    with city.acting("scjg.planner"):
        stays = entity_queries.entity_by_code(made_up_credit_code(62))
        pair = furnishing.alike(city, entity_queries.entity_by_code(made_up_credit_code(61)).id, stays.id)
        entity_service.merge_pair(pair, stays, "同一家店")
    with city.acting(MAKER):
        assert "所属的主体后来已并入其他主体" in why()


def test_a_matter_that_no_item_is_about_is_refused(city: City, library: None, run_jobs: Jobs) -> None:
    """确保不越位: another bureau's items are about firms alone."""
    head = ("统一社会信用代码", "类别", "名称")
    with city.acting("xfjy.planner"):
        row = ("1", "消防检查", "《消防法》", "", "", "", "", "", "企业")
        import_service.run_import(
            import_service.begin_import("items", "F1.csv", f1(row, more=("检查对象",))).id, NoProgress()
        )
    publish_items(city, "XFJY")
    with city.acting("xfjy.planner"):
        entity = entity_queries.entity_by_code(made_up_credit_code(1))
        target_service.add_target(entity)
        with pytest.raises(ClerkError, match="没有以项目为检查对象的事项"):
            target_service.add_matter(entity, {"kind": "project", "name": "扩建", "number": "", "note": ""})
        content = as_csv([[made_up_credit_code(1), "行为", "户外广告"]], head)
        run_id = import_service.begin_import("matters", "行为.csv", content).id
    run_jobs()
    with city.acting("xfjy.planner"):
        (problem,) = db.session.scalars(import_queries.problems(run_id))
        assert problem.column == "类别" and "没有以行为为检查对象" in problem.message % problem.params
