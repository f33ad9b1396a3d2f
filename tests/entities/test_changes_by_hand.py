"""The keeper's hands in the shared register: somebody new, the right code and kind, any two merged; others propose it (R-T4, R-L11)."""

from __future__ import annotations

from datetime import date, timedelta

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from onedoor.entities import queries as entity_queries
from onedoor.entities import service as entity_service
from onedoor.entities.models import Entity
from onedoor.entities.queries.entities import history_of
from onedoor.entities.rules.codes import EntityStatus
from onedoor.entities.rules.quality import key_of, likeness_of
from onedoor.entities.service.code_correction import Unsure
from onedoor.imports import queries as import_queries
from onedoor.imports import service as import_service
from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.clock import now, today
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.kernel.job_progress import NoProgress
from onedoor.officers import queries as officer_queries
from onedoor.officers import service as officer_service
from onedoor.plans import queries as ledger
from onedoor.plans import service as plans
from onedoor.targets import queries as target_queries
from onedoor.targets import service as target_service
from onedoor.targets.models import Target, TargetMatter
from tests.fixtures.city import City
from tests.fixtures.clerk_files import as_csv, firm
from tests.fixtures.merged_entities import by_hand, entered

pytestmark = [
    pytest.mark.usefixtures("register"),
    pytest.mark.committed("its tests go on from one another"),
]
SOCIAL = "51990100"


def given(number: int, prefix: str = "91990100", **more: str) -> dict[str, str]:
    """Somebody made up, as the form has them."""
    return {
        "name": f"示范望海第{number}饭店",
        "code": made_up_credit_code(number, prefix),
        "jurisdiction_code": "990100",
        "address": f"示范市城区望海路{number}号",
        "registered_on": "2024-05-06",
        "status": "存续",
        **more,
    }


def number(n: int, prefix: str = "91990100") -> Entity:
    return entity_queries.entity_by_code(made_up_credit_code(n, prefix))


def test_names_and_addresses_are_likened_as_a_review_does() -> None:
    assert key_of("示范（城区）晨光 超市·一部") == "示范城区晨光超市一部"
    hall = "示范市城区和平路128号"
    assert likeness_of("示范（城区）晨光超市", "", "示范(城区)晨光 超市", "别处") == "name"
    assert likeness_of("望江楼餐饮有限公司", hall, "望江楼餐饮店", hall) == "address"
    assert likeness_of("第一药房", hall, "第二药房", hall) is None
    assert likeness_of("望江楼餐饮店", hall, "晨光超市", hall) is None
    assert likeness_of("望江楼餐饮店", "", "望江楼餐饮店分店", "") is None


def test_the_keeper_registers_somebody_by_hand(city: City) -> None:
    with city.acting("scjg.planner"):
        made = entity_service.add_entity(given(101, scope="餐饮服务", industry="H", capital="10万元"))
        assert (made.kind, made.status, made.jurisdiction_code, made.industry) == (
            "91",
            "active",
            "990100",
            "H",
        )
        result = history_of(made.id)[0]
        assert (result.change.what, result.change.source, result.change.actor_id is not None) == (
            "added",
            "hand",
            True,
        )
        entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.subject_id == made.id)).one()
        assert entry.event == "registry.entity.add"
        with pytest.raises(entity_service.Known) as known:
            entity_service.add_entity(given(101, name="别的名字"))
        assert known.value.entity.id == made.id
        same = {"name": "示范望海第101饭店"}
        with pytest.raises(entity_service.Doubtful) as doubtful:
            entity_service.add_entity(given(102, **same))
        assert [(one.entity.id, one.why) for one in doubtful.value.alike] == [(made.id, "name")]
        assert entity_service.add_entity(given(102, **same), confirmed=True).name == made.name
        # The search of the list finds who came by hand.
        assert made.id in db.session.scalars(entity_queries.matching(sa.select(Entity.id), "望海第101")).all()


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"code": "91990100MA0000000X"}, "code", "校验位"),
        ({"code": "123"}, "code", "18 位"),
        ({"name": ""}, "name", "没有填写"),
        ({"registered_on": "去年"}, "registered_on", "不是一个日期"),
        ({"registered_on": "2999-01-01"}, "registered_on", "不能晚于今天"),
        ({"status": "很好"}, "status", "不是可填的内容"),
        ({"jurisdiction_code": ""}, "jurisdiction_code", "请选择所在地"),
        ({"name": "长" * 201}, "name", "最多 200"),
    ],
)
def test_the_form_has_the_rules_of_a_row(city: City, wrong: dict[str, str], field: str, says: str) -> None:
    with city.acting("scjg.planner"):
        with pytest.raises(ClerkError) as refused:
            entity_service.add_entity(given(103, **wrong))
        assert says in refused.value.fields[field][0]


def test_a_day_that_has_not_come_is_no_correction(city: City) -> None:
    with city.acting("scjg.planner"):
        made = entity_service.add_entity(given(191, name="示范一百九十一号铺", address="示范路一百九十一号"))
        with pytest.raises(ClerkError, match="不能晚于今天") as refused:
            entity_service.correct(made, "registered_on", "2999年1月1日", "抄写有误", "")
        assert "value" in refused.value.fields and made.registered_on == date(2024, 5, 6)


def test_the_kind_is_the_code_s(city: City) -> None:
    with city.acting("scjg.planner"):
        with pytest.raises(ClerkError) as refused:
            entity_service.add_entity(given(103), kind="92")
        assert "开头的是企业" in refused.value.fields["kind"][0]
        with pytest.raises(Forbidden, match=r"社会团体由示范市民政局维护"):
            entity_service.add_entity(given(103, SOCIAL))
        # A code that names no kind leaves it to the person.
        with pytest.raises(Forbidden, match="事业单位由"):
            entity_service.add_entity(given(103, "Y1990100"), kind="12")
        assert entity_service.add_entity(given(103, "Y1990100")).kind == "other"


def test_another_bureau_proposes_somebody_and_the_keeper_registers(city: City) -> None:
    with city.acting("wsjk.planner"):
        with pytest.raises(ClerkError, match="理由"):
            entity_service.propose_entity(given(110), " ", "")
        with pytest.raises(entity_service.Known):
            entity_service.propose_entity(given(1), "现场发现", "")
        with pytest.raises(Forbidden):
            entity_service.add_entity(given(110))
        asked = entity_service.propose_entity(given(110), "现场检查时在营业", "笔录 1")
        assert asked.receiver_id == city.bureaus["SCJG"] and asked.entity_id is None
        with pytest.raises(Conflict, match="还没有答复"):
            entity_service.propose_entity(given(110), "再提", "")
        other = entity_service.propose_entity(given(111), "听说", "")
        with pytest.raises(Forbidden, match="由维护这类主体的单位答复"):
            entity_service.decide_correction(asked, True, "")
        ids = asked.id, other.id
    with city.acting("mzj.planner"), pytest.raises(NotFound):
        entity_queries.correction(ids[0])
    with city.acting("scjg.planner"):
        entity_service.decide_correction(entity_queries.correction(ids[1]), False, "没有这家")
        entity_service.add_entity(given(112, name="示范望海第110饭店"), confirmed=True)
        with pytest.raises(entity_service.Doubtful):
            entity_service.decide_correction(entity_queries.correction(ids[0]), True, "")
        entity_service.decide_correction(entity_queries.correction(ids[0]), True, "", confirmed=True)
        made = number(110)
        change = history_of(made.id)[0].change
        assert (change.what, change.source, change.correction_id) == ("added", "correction", ids[0])
        assert made.kept_by == city.bureaus["SCJG"]
        with pytest.raises(NotFound):
            number(111)


def test_nobody_writes_a_proposal_without_an_entity_of_another_field(city: City) -> None:
    with city.acting("wsjk.planner"):
        made = entity_service.propose_entity(given(113), "现场发现", "")
        made_id = made.id
    with city.acting("wsjk.planner"):
        row = {
            "id": new_id(), "tenant": city.bureaus["WSJK"], "to": city.bureaus["SCJG"], "at": now(),
        }  # fmt: skip
        with pytest.raises(IntegrityError, match="ck_correction_entity"):
            db.session.execute(
                sa.text(
                    "INSERT INTO correction (id, tenant_id, receiver_id, field, former, value, reason, asked_at, asked_by)"
                    " VALUES (:id, :tenant, :to, 'name', '', 'x', 'x', :at, 'x')"
                ),
                row,
            )
        db.session.rollback()
    with city.acting("scjg.planner"):
        entity_service.decide_correction(entity_queries.correction(made_id), False, "不是")


def test_a_code_is_corrected_and_what_names_it_follows(city: City, owner: psycopg.Connection) -> None:
    """R-T4: history, uniqueness, recusals of every bureau; visits made under the code before still count."""
    former, fresh = made_up_credit_code(5), made_up_credit_code(205)
    with city.acting("wsjk.planner"):
        officer = entered(by_hand("韩知秋", "示W205", today() + timedelta(days=400)))
        officer_service.add_recusal(officer, former, "KIN", "亲属")
        officer_id = officer.id
    with city.acting("scjg.planner"):
        plans.post_to_ledger(former, today().year, new_id(), "random")
        entity = number(5)
        with pytest.raises(ClerkError, match="这个代码已经登记"):
            entity_service.correct(entity, "code", made_up_credit_code(6), "抄错", "")
        with pytest.raises(ClerkError, match="校验位"):
            entity_service.correct(
                entity, "code", former[:-1] + ("0" if former[-1] != "0" else "1"), "抄错", ""
            )
        with pytest.raises(Unsure, match=former):
            entity_service.correct(entity, "code", fresh, "执照上是这个", "")
        assert (
            entity_service.correct(entity, "code", fresh.lower(), "执照上是这个", "", confirmed=True) is None
        )
        change = history_of(entity.id)[0].change
        assert (change.before, change.after) == ({"code": former}, {"code": fresh})
        # By either code it is found, and counted as one.
        assert {entity_queries.entity_by_code(former).id, entity_queries.entity_by_code(fresh).id} == {
            entity.id
        }
        assert entity_queries.names_of([former]) == {former: entity.name}
        assert entity_queries.merges.standing_codes([former]) == {former: fresh}
        assert entity_queries.merges.one_with(former) == [fresh, former]
        assert entity_queries.merges.standing_codes([former], by=now() - timedelta(days=1)) == {}
        assert ledger.my_counts([fresh], today().year) == {fresh: 1}
        assert ledger.totals([fresh], today().year)[fresh][0] == 1
        entity_id = entity.id
    with city.acting("wsjk.planner"):
        assert [
            one.entity_code for one in officer_queries.recusals_of(officer_queries.inspector(officer_id))
        ] == [fresh]
        entry = db.session.scalars(
            sa.select(AuditEntry).where(
                AuditEntry.event == "registry.entity.code", AuditEntry.subject_id == entity_id
            )
        ).one()
        assert (entry.origin, entry.after) == ("together", {"code": fresh, "count": 1})
        with pytest.raises(DBAPIError, match="no code was corrected here"):
            db.session.execute(
                sa.text("SELECT follow_code(:asked, :former, 'x')"), {"asked": entity_id, "former": former}
            )
        db.session.rollback()


def test_a_file_with_the_code_before_is_told_of_the_right_one(city: City) -> None:
    """A stale row of the entity is refused; whoever the code belongs to comes in under their own name."""
    with city.acting("scjg.planner"):
        entity_service.correct(number(7), "code", made_up_credit_code(207), "抄错", "", confirmed=True)
        run = import_service.begin_import("entities", "旧.csv", as_csv([firm(7)]))
        outcome = import_service.run_import(run.id, NoProgress())
        assert (outcome["valid"], outcome["rejected"]) == (0, 1)
        (problem,) = db.session.scalars(import_queries.problems(run.id)).all()
        assert problem.params["code"] == made_up_credit_code(207)
    with city.acting("scjg.planner"):
        with pytest.raises(entity_service.Doubtful) as doubtful:
            entity_service.add_entity(given(7))
        assert [one.why for one in doubtful.value.alike] == ["code"]
        row = ["示范真正的第七号饭店", *firm(7)[1:]]
        run = import_service.begin_import("entities", "新.csv", as_csv([row]))
        assert import_service.run_import(run.id, NoProgress())["valid"] == 1
        # From now on the code speaks for who bears it.
        assert number(7).name == row[0]
        assert entity_queries.merges.standing_codes([made_up_credit_code(7)]) == {}


def test_a_code_may_give_an_entity_to_another_keeper(city: City) -> None:
    social = made_up_credit_code(208, SOCIAL)
    with city.acting("scjg.planner"):
        with pytest.raises(Unsure, match=r"社会团体，改由示范市民政局维护"):
            entity_service.correct(number(8), "code", social, "登记证书", "")
        with pytest.raises(ClerkError, match="类型随代码"):
            entity_service.correct(number(8), "kind", "社会团体", "误登", "")
        entity_service.correct(number(8), "code", social, "登记证书", "", confirmed=True)
        moved = number(208, SOCIAL)
        assert (moved.kind, entity_queries.keeper_of(moved).id) == ("51", city.bureaus["MZJ"])  # type: ignore[union-attr]
        with pytest.raises(Forbidden):
            entity_service.set_status(moved, EntityStatus.SUSPENDED, today(), "")
        made_id = entity_service.add_entity(given(209, "Y1990100")).id
    with city.acting("scjg.planner"):
        # A kind that the code does not name is not given away.
        entity = entity_queries.entity(made_id)
        with pytest.raises(Forbidden, match="由示范市数据局维护"):
            entity_service.correct(entity, "kind", "事业单位", "三定方案", "", confirmed=True)
        with pytest.raises(Unsure, match="仍由本单位维护"):
            entity_service.correct(entity, "kind", "企业", "核对", "")
        entity_service.correct(entity, "kind", "企业", "核对", "", confirmed=True)
        assert entity.kind == "91"
        assert {"kind": "91"} in [step.change.after for step in history_of(entity.id)]
        db.session.execute(sa.text("UPDATE entity SET kind = 'other' WHERE id = :id"), {"id": entity.id})
        with pytest.raises(DBAPIError, match="row-level security"):
            db.session.execute(sa.text("UPDATE entity SET kind = '12' WHERE id = :id"), {"id": entity.id})
        db.session.rollback()
    with city.acting("mzj.planner"):
        entity_service.correct(number(208, SOCIAL), "capital", "3 万元", "核对", "")


def test_a_code_is_proposed_and_the_keeper_decides(city: City) -> None:
    with city.acting("wsjk.planner"):
        asked = entity_service.correct(
            number(9), "code", made_up_credit_code(210), "许可证上是这个", "许可证"
        )
        assert asked is not None and asked.former == made_up_credit_code(9)
        asked_id = asked.id
    with city.acting("scjg.planner"):
        with pytest.raises(Unsure):
            entity_service.decide_correction(entity_queries.correction(asked_id), True, "")
        entity_service.decide_correction(entity_queries.correction(asked_id), True, "", confirmed=True)
        change = history_of(number(210).id)[0].change
        assert (change.source, change.correction_id) == ("correction", asked_id)


def test_any_two_are_merged_and_what_would_move_is_said_before(city: City, library: None) -> None:
    with city.acting("wsjk.planner"):
        assert target_queries.merge_preview.moves_of(number(3)).libraries == 0
    with city.acting("scjg.planner"):
        gone, stays = number(3), number(11)
        assert target_queries.merge_preview.moves_of(gone).libraries == 1
        entity_service.save_premises(
            gone,
            {
                "name": "",
                "address": "望海路 3 号",
                "jurisdiction_code": "990100",
                "closed_on": None,
                "note": "",
            },
        )
        assert target_queries.merge_preview.moves_of(gone).parts == [("premises", 1)]
        with pytest.raises(ClerkError, match="另一个"):
            entity_service.merge_two(gone, gone, "同一个")
        with pytest.raises(ClerkError, match="理由"):
            entity_service.merge_two(gone, stays, " ")
        made = entity_service.merge_two(gone, stays, "同一家，换了证")
        assert (made.survivor_id, number(3).status) == (stays.id, "deregistered")
        with pytest.raises(Conflict, match="已经并入"):
            entity_service.merge_two(number(3), number(12), "再并一次")
        with pytest.raises(Conflict, match="已并入"):
            entity_service.correct(number(3), "code", made_up_credit_code(299), "抄错", "", confirmed=True)
        entity_service.undo_merge(made, "是两家")
    with city.acting("wsjk.planner"), pytest.raises(Forbidden):
        entity_service.merge_two(number(13), number(14), "本单位不维护")


def test_another_bureau_says_that_two_are_one(city: City) -> None:
    with city.acting("mzj.planner"):
        social = entity_service.add_entity(given(301, SOCIAL))
        social_id = social.id
    with city.acting("wsjk.planner"):
        with pytest.raises(Conflict, match="由不同单位维护"):
            entity_service.suggest_merge(number(13), entity_queries.entity(social_id), "同一家", "")
        asked = entity_service.suggest_merge(number(13), number(14), "地址和负责人相同", "笔录")
        with pytest.raises(Conflict, match="还没有答复"):
            entity_service.suggest_merge(number(13), number(14), "再提", "")
        second = entity_service.suggest_merge(number(15), number(16), "听说", "")
        ids = asked.id, second.id
    with city.acting("scjg.planner"):
        with pytest.raises(ClerkError, match="直接合并"):
            entity_service.suggest_merge(number(13), number(14), "自己提", "")
        entity_service.decide_correction(entity_queries.correction(ids[1]), False, "两家店")
        entity_service.decide_correction(entity_queries.correction(ids[0]), True, "")
        into = entity_queries.merges.merged_into(number(13))
        assert into is not None and into[1].id == number(14).id
    with city.acting("wsjk.planner"):
        assert entity_queries.correction(ids[0]).state == "accepted"


def test_the_whole_file_comes_back_and_changes_nothing(city: City) -> None:
    """R-L11: 所在地 by name is the place itself, though the address names one below it."""
    from onedoor.web.entities.entities import register

    with city.acting("scjg.planner"):
        entity = entity_service.add_entity(
            given(
                320, address="示例县望海路 320 号", industry="H", entity_type="有限责任公司", capital="8 万元"
            )
        )
        assert entity.jurisdiction_code == "990100"
        rows = list(
            db.session.scalars(entity_queries.entities().where(Entity.id.in_([entity.id, number(320).id])))
        )
        columns = register().again
        heads = [str(one.label) for one in columns]
        assert {"企业类型", "经营范围", "行业", "注册资金", "所在地"} <= set(heads)
        table = [[str(one.exports(row) or "") for one in columns] for row in rows]
        run = import_service.begin_import("entities", "全部.csv", as_csv(table, heads))
        outcome = import_service.run_import(run.id, NoProgress())
        assert (outcome["valid"], outcome["changed"], outcome["added"], outcome["unchanged"]) == (1, 0, 0, 1)


def test_the_same_matter_is_listed_once_whoever_lists_it(city: City, library: None) -> None:
    with city.acting("wsjk.planner"):
        listed = db.session.scalars(
            sa.select(Target).where(Target.ended_on.is_(None), Target.tenant_id == city.bureaus["WSJK"])
        ).first()
        assert listed is not None
        entity = entity_queries.entity(listed.entity_id)
        made = target_service.add_matter(
            entity, {"kind": "product", "name": "月饼", "number": "Y1", "note": ""}
        )
        twice = TargetMatter(
            id=new_id(),
            tenant_id=made.tenant_id,
            entity_id=entity.id,
            kind="product",
            name="月饼",
            number="Y1",
            listed_on=today(),
        )
        db.session.add(twice)
        with pytest.raises(IntegrityError, match="uq_target_matter_listed"):
            db.session.flush()
        db.session.rollback()


def test_the_end_of_a_credential_is_told_once_each_time(city: City) -> None:
    """R-L7, R-L8: 90, 30 and 7 days before, once each, as of certificates."""
    with city.acting("wsjk.planner"):
        ends = today() + timedelta(days=100)
        values = {
            "kind": "person", "name": "海若望", "organisation": "示范检测所", "title": "", "qualifications": [],
            "credential": "示Z1", "credential_expires_on": ends, "active": True, "remark": "",
        }  # fmt: skip
        one = officer_service.save_expert(None, values)
        result = [
            officer_service.watch_certificates(ends - timedelta(days=left))
            for left in (91, 90, 89, 30, 8, 7, 0, -1, -2)
        ]
        assert result == [0, 1, 0, 1, 0, 1, 0, 1, 0]
        officer_service.save_expert(one, {**values, "credential_expires_on": ends + timedelta(days=400)})
        assert [notice.stage for notice in officer_queries.experts.notices_of(one)][0] == "renewed"
        assert sorted(notice.stage for notice in officer_queries.experts.notices_of(one)) == [
            "30",
            "7",
            "90",
            "expired",
            "renewed",
        ]
        assert officer_service.watch_certificates() == 0
        officer_service.save_expert(one, {**values, "active": False, "credential_expires_on": today()})
        assert officer_service.watch_certificates() == 0
