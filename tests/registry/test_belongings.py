"""What belongs to a firm of the register: places, licences, tags, contacts, matters, and corrections of its facts (R-T4, R-L5)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import ProgrammingError

from onedoor.kernel.clock import SHANGHAI, now, today
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.registry import queries, service
from onedoor.registry.models import Entity, Licence, Target
from tenants import queries as tenants
from tests.fixtures.city import City

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


def other_caterer() -> Entity:
    return queries.entity_by_code(made_up_credit_code(4))


def test_a_number_is_one_issuer_s_and_holds_no_other_back(city: City, register: None) -> None:
    """R-T4: whoever enters another's number as its own blocks nobody; what the keeper entered its issuer keeps."""
    names = {letters: city.bureaus[letters] for letters in ("WSJK", "YJGL")}
    with city.acting("scjg.planner"):
        issuer = tenants.bureau(names["YJGL"]).name
    squat = {**LICENCE, "kind": "许可", "number": "占1"}
    with city.acting("wsjk.planner"):
        assert service.save_licence(other_caterer(), squat).issued_by == tenants.bureau(names["WSJK"]).name
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
        mine = service.save_licence(other_caterer(), squat)
        assert mine.issued_by == issuer
        with pytest.raises(Conflict, match=f"已登记{issuer}所发的"):
            service.save_licence(other_caterer(), squat)
    with city.acting("scjg.planner"):
        kept = service.save_licence(other_caterer(), {**squat, "number": "占3", "issued_by": issuer})
        key = kept.id
    with city.acting("wsjk.planner"), pytest.raises(Forbidden):
        service.save_licence(other_caterer(), {**squat, "number": "占3"}, queries.licence(key))
    with city.acting("yjgl.planner"):
        theirs = queries.licence(key)
        service.save_licence(other_caterer(), {**squat, "number": "占3", "note": "补发"}, theirs)
        assert (theirs.note, theirs.tenant_id) == ("补发", city.bureaus["SCJG"])


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


def test_contacts_are_their_owners_alone(city: City, register: None) -> None:
    with city.acting("wsjk.planner"):
        entity = queries.entity_by_code(made_up_credit_code(1))
        contact = service.note_contact(entity, "某经理", "13900000002")
        assert service.phone_of(contact) == "13900000002"
    with city.acting("scjg.planner"):
        from onedoor.registry.service.entities import contact_of

        assert contact_of(queries.entity_by_code(made_up_credit_code(1))) is None


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


def test_a_bureau_lists_a_target_at_its_places(city: City, library: None) -> None:
    """R-L5: by the number in the shared register, once each, while they are in use; a closed one leaves by night."""

    def hotel() -> Entity:
        return queries.entity_by_code(made_up_credit_code(11))

    with city.acting("scjg.planner"):
        place = {**PLACE, "name": "", "jurisdiction_code": hotel().jurisdiction_code}
        ids = [service.save_premises(hotel(), {**place, "address": f"站前路{n}号"}).id for n in (1, 2, 3)]
        shut = {**place, "address": "站前路3号", "closed_on": today()}
        service.save_premises(hotel(), shut, queries.premises(ids[2]))
        elsewhere = service.save_premises(other_caterer(), place).id
        with pytest.raises(Conflict, match="先把"):
            service.list_places(hotel(), ids[:1])
    with city.acting("wsjk.planner"):
        service.list_codes([hotel().code])
        for wrong in ([], [ids[0], elsewhere]):
            with pytest.raises(ClerkError, match="所列的经营场所"):
                service.list_places(hotel(), wrong)
        with pytest.raises(ClerkError, match="第 3 处经营场所已停用"):
            service.list_places(hotel(), [ids[0], ids[2]])
        assert service.list_places(hotel(), [ids[1], ids[0], ids[1]]) == 2
        assert service.list_places(hotel(), ids[:2]) == 0
        listed = queries.listed_of(hotel().id)
        assert [(one.number, one.name) for one in listed] == [("1", "站前路1号"), ("2", "站前路2号")]
        service.end_matter(listed[0].matter, "不再监管")
    with city.acting("scjg.planner"):
        service.save_premises(
            hotel(), {**place, "address": "站前路2号", "closed_on": today()}, queries.premises(ids[1])
        )
    with city.acting("wsjk.planner"):
        service.leave_by_night(datetime(2026, 11, 22, 2, 30, tzinfo=SHANGHAI))
        ended = {one.number: one.matter.ended_reason for one in queries.listed_of(hotel().id)}
        assert ended == {"1": "不再监管", "2": "经营场所已停用"}
        assert queries.target_of(hotel().id) is not None, "closed is the place, not the firm"


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
