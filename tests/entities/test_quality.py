"""Data quality: what is missing, stale, contradictory or twice there, and entities merged with a trace (R-T4, R-L5, R-L6)."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from onedoor.disclosure import service as disclosure
from onedoor.entities import queries as entity_queries
from onedoor.entities import service as entity_service
from onedoor.entities.models import (
    BelongingChange,
    DuplicatePair,
    Entity,
    EntityMerge,
    QualityFinding,
)
from onedoor.entities.queries.quality import FIRST, SECOND
from onedoor.entities.rules.codes import EntityStatus
from onedoor.entities.rules.quality import review_due, score_of
from onedoor.entities.service import merge_lock
from onedoor.imports import service as import_service
from onedoor.kernel.clock import now, today
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.officers import service as officer_service
from onedoor.officers.models import Recusal
from onedoor.plans import queries as ledger
from onedoor.plans import service as plans
from onedoor.targets import queries as target_queries
from onedoor.targets import service as target_service
from onedoor.targets.models import Target, TargetMatter
from tests.fixtures.city import City
from tests.fixtures.clerk_files import as_csv, firm
from tests.fixtures.merged_entities import alike, beside, by_hand, furnish, standing, told_together
from tests.fixtures.plans import list_items

pytestmark = pytest.mark.committed("its tests go on from one another")

Jobs = Callable[[], int]
HALL = "示范市城区和平路一百二十八号"


def named(number: int, name: str, address: str, **more: str) -> list[str]:
    kind = "个体工商户" if more else "有限责任公司"
    row = firm(number, **more)
    return [name, *row[1:3], kind, *row[4:8], address]


ROWS = (
    named(1, "示范望江楼餐饮有限公司", HALL),
    named(2, "示范望江楼餐饮店", HALL, prefix="92990100"),
    named(3, "示范（城区）晨光超市", "示范市城区解放路1号"),
    named(4, "示范(城区)晨光 超市", "示范市城区建设路77号"),
    named(5, "示范第一药房", "示范市城区人民路二百号"),
    named(6, "示范第二药房", "示范市城区人民路二百号"),
    named(7, "示范孤山茶庄", ""),
)


@pytest.fixture
def entities(city: City, run_jobs: Jobs) -> dict[int, UUID]:
    """The firms of `ROWS` by number."""
    with city.acting("scjg.planner"):
        there = db.session.scalar(sa.select(sa.func.count()).select_from(Entity))
        if not there:
            import_service.begin_import("entities", "企业.csv", as_csv(ROWS))
    if not there:
        run_jobs()
    with city.acting("scjg.planner"):
        found = {row.code: row.id for row in db.session.execute(sa.select(Entity.code, Entity.id))}
        prefixes = {2: "92990100"}
        return {n: found[made_up_credit_code(n, prefixes.get(n, "91990100"))] for n in range(1, 8)}


def reviewed(city: City, run_jobs: Jobs, name: str = "scjg.planner") -> dict[str, Any]:
    with city.acting(name):
        entity_service.begin_review()
    run_jobs()
    with city.acting(name):
        found = entity_queries.quality.latest_review()
        assert found is not None
        return {**found.figures, "records": found.records, "faulty": found.faulty}


def test_a_score_is_whole_only_if_all_is() -> None:
    assert (score_of(0, 0), score_of(3, 1), score_of(1000, 1), score_of(7, 0)) == (None, 66, 99, 100)


def test_a_review_finds_what_is_wrong_and_replaces_the_one_before(
    city: City, entities: dict[int, UUID], run_jobs: Jobs, owner: psycopg.Connection
) -> None:
    owner.execute(
        "UPDATE entity SET updated_at = now() - interval '400 days', status_since = '1990-01-01' WHERE id = %s",
        [entities[5]],
    )
    owner.execute("UPDATE register_confirmation SET at = now() - interval '400 days'")
    owner.execute("UPDATE entity SET registered_on = %s WHERE id = %s", [date(2999, 1, 1), entities[6]])
    owner.execute("UPDATE entity SET status_note = '误注销，恢复' WHERE id = %s", [entities[6]])
    figures = reviewed(city, run_jobs)
    assert "said_gone" not in figures, "it was revoked by mistake and is back"
    assert (figures["records"], figures["no_address"], figures["old"], figures["before"]) == (7, 1, 1, 1)
    assert (figures["future"], figures["pairs"], figures["duplicate"]) == (1, 2, 4)
    again = reviewed(city, run_jobs)
    assert again == figures
    with city.acting("scjg.planner"):
        import_service.begin_import("entities", "企业.csv", as_csv(ROWS[4:5]))
    assert "old" not in reviewed(city, run_jobs), "the keeper's file had it and changed nothing"
    with city.acting("scjg.planner"):
        (row,) = db.session.execute(
            entity_queries.quality.findings().where(QualityFinding.fault == "no_address")
        ).all()
        assert row.Entity.name == "示范孤山茶庄"
        alike = {
            (row.DuplicatePair.likeness, frozenset((row[1].id, row[2].id)))
            for row in db.session.execute(entity_queries.quality.pairs())
        }
    assert alike == {
        ("address", frozenset((entities[1], entities[2]))),
        ("name", frozenset((entities[3], entities[4]))),
    }, "the first and the second pharmacy are two"
    with city.acting("wsjk.planner"):
        assert db.session.execute(entity_queries.quality.findings()).all() == []
        assert db.session.scalars(sa.select(DuplicatePair)).all() == []


def test_what_was_decided_makes_room_for_other_pairs(
    city: City, entities: dict[int, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onedoor.entities.rules.quality.MOST_PAIRS", 1)
    with city.acting("scjg.planner"):
        suggested = sa.select(DuplicatePair).where(DuplicatePair.state == "open")
        entity_service.review(lambda *_said: None)
        first = db.session.scalars(suggested).one()
        both = {first.first_id, first.second_id}
        entity_service.keep_apart(first, "两家店")
        entity_service.review(lambda *_said: None)
        second = db.session.scalars(suggested).one()
        assert not both & {second.first_id, second.second_id}
        db.session.rollback()


def test_a_review_is_due_once_a_night() -> None:
    hours = [None, 9, 20, 40, 46]
    ages = [None if hour is None else timedelta(hours=hour) for hour in hours]
    assert [review_due(age, 2) for age in ages] == [True, False, True, True, True]
    assert [review_due(age, 14) for age in ages] == [False, False, False, False, True]


def test_a_bureau_with_records_is_looked_over_by_itself(
    city: City, entities: dict[int, UUID], run_jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = datetime(2100, 1, 1, 18, tzinfo=UTC)
    with city.acting("scjg.planner"):
        assert entity_service.review_by_night(night)
        assert not entity_service.review_by_night(night), "asked for already"
        with monkeypatch.context() as patched:
            # Read before somebody pressed; what they asked for is found in turn.
            found = iter((None, entity_queries.quality.review_job()))
            patched.setattr(entity_queries.quality, "review_job", lambda: next(found))
            assert not entity_service.review_by_night(night), "the bureaus after it are not kept waiting"
    with city.acting("sfj.planner"):
        assert not entity_service.review_by_night(night), "it keeps nothing and has no library"
    run_jobs()
    with city.acting("scjg.planner"):
        assert entity_queries.quality.latest_review() is not None


def test_a_merge_leaves_nothing_behind_in_any_bureau(
    city: City, entities: dict[int, UUID], run_jobs: Jobs
) -> None:
    gone, survivor = entities[3], entities[4]
    with city.acting("wsjk.planner"):
        officer = officer_service.save_inspector(
            None, by_hand("黎望舒", "示Q001", today() + timedelta(days=300))
        )
        officer_service.add_recusal(officer, made_up_credit_code(3), "KIN", "亲属任负责人")
        db.session.add(Target(tenant_id=officer.tenant_id, entity_id=gone, listed_on=today()))
        db.session.flush()
    pair_id = pair_of(city, gone, survivor)
    with city.acting("wsjk.planner"):
        with pytest.raises(NotFound):
            entity_queries.quality.my_pair(pair_id)
        with pytest.raises(DBAPIError, match="R-T4"):
            db.session.scalar(sa.text("SELECT follow_merge(:gone)"), {"gone": gone})
        db.session.rollback()
    with city.acting("scjg.planner"):
        pair = entity_queries.quality.my_pair(pair_id)
        with pytest.raises(ClerkError, match="保留哪一个"):
            entity_service.merge_pair(pair, entity_queries.entity(entities[1]), "同一家店")
        with pytest.raises(ClerkError, match="理由"):
            entity_service.merge_pair(pair, entity_queries.entity(survivor), " ")
        made = entity_service.merge_pair(pair, entity_queries.entity(survivor), "同一家店换了执照")
        with pytest.raises(Conflict):
            entity_service.keep_apart(pair, "再看一次")
        assert made.gone_id == gone
        left = entity_queries.entity(gone)
        assert left.status == EntityStatus.DEREGISTERED and "并入" in left.status_note
        assert [one.other.id for one in entity_queries.merges.merges_of(entity_queries.entity(survivor))] == [
            gone
        ]
    with city.acting("wsjk.planner"):
        listed = db.session.scalars(sa.select(Target).where(Target.ended_on.is_(None))).all()
        assert [one.entity_id for one in listed] == [survivor]
        codes = set(db.session.scalars(sa.select(Recusal.entity_code)))
        assert codes == {made_up_credit_code(3), made_up_credit_code(4)}
        into = entity_queries.merges.merged_into(entity_queries.entity(gone))
        assert into is not None and into[1].id == survivor
    assert reviewed(city, run_jobs)["pairs"] == 1


def test_two_that_are_two_are_not_suggested_again(
    city: City, entities: dict[int, UUID], run_jobs: Jobs
) -> None:
    pair_id = pair_of(city, entities[1], entities[2])
    with city.acting("scjg.planner"):
        entity_service.keep_apart(entity_queries.quality.my_pair(pair_id), "两家店，一墙之隔")
    figures = reviewed(city, run_jobs)
    assert (figures["pairs"], figures.get("duplicate", 0)) == (0, 0)


def test_only_the_keeper_merges(city: City, entities: dict[int, UUID]) -> None:
    """R-T4, in the service and in the database."""
    with city.acting("wsjk.planner"):
        both = sorted((entities[5], entities[6]))
        tenant = city.bureaus["WSJK"]
        pair = DuplicatePair(
            tenant_id=tenant,
            first_id=both[0],
            second_id=both[1],
            likeness="name",
            state="open",
            found_at=sa.func.now(),
        )
        db.session.add(pair)
        db.session.flush()
        with pytest.raises(Forbidden):
            entity_service.merge_pair(pair, entity_queries.entity(both[0]), "试试")
        db.session.add(
            EntityMerge(
                tenant_id=tenant,
                gone_id=both[1],
                survivor_id=both[0],
                reason="试",
                at=sa.func.now(),
                actor_name="甲",
            )
        )
        with pytest.raises(DBAPIError, match="row-level security"):
            db.session.flush()
        db.session.rollback()


def test_what_hangs_on_a_merged_entity_moves_with_a_trace_and_back(
    city: City, entities: dict[int, UUID]
) -> None:
    gone, stays = entities[5], entities[6]
    codes = [made_up_credit_code(5), made_up_credit_code(6)]
    furnish(city, gone, stays)
    with city.acting("scjg.planner"):
        both = [[one.id for one in entity_queries.premises_of(of)] for of in (gone, stays)]
        target_service.list_places(entity_queries.entity(gone), both[0])
        before = standing(gone, stays)
        assert (before["matters"], before["places"]) == ({5: ["校医室"]}, {5: ["1 和平路1号", "2 解放路2号"]})
        merged = entity_service.merge_pair(
            alike(city, gone, stays), entity_queries.entity(stays), "同一家药房"
        )
        for code in codes:
            plans.post_to_ledger(code, 2041, new_id(), "random")
        plans.set_cap(2041, "91", 2, "示市监〔2041〕1号")
        assert ledger.capped(codes, 2041) == set(codes), "two visits to one firm, whichever code"
        assert ledger.totals(codes, 2041) == dict.fromkeys(codes, (2, 2))
        rows = db.session.execute(ledger.most_visited(2041)).all()
        assert [(row.entity_code, row.visits) for row in rows] == [(codes[1], 2)]
        at_cap = ledger.at_cap(sa.literal(codes[1]), 2041)
        assert db.session.scalar(sa.select(at_cap)) is True
        steps = Counter((one.part, one.how) for one in entity_queries.merges.steps_of(merged.id))
        assert steps == {
            ("target", "moved"): 1,
            ("premises", "kept"): 1,
            ("premises", "moved"): 1,
            ("licence", "kept"): 1,
            ("licence", "moved"): 1,
            ("entity_tag", "copied"): 1,
            ("entity_contact", "moved"): 1,
            ("target_risk", "replaced"): 1,
            # The place that the survivor had already is listed there; the other went with its place.
            ("target_matter", "moved"): 2,
            ("credit_class", "replaced"): 1,
        }
        after = standing(gone, stays)
        assert after["premises"] == {5: ["1 和平路1号"], 6: ["1 和平路1号", "2 解放路2号"]}
        assert after["licences"] == {5: ["JY2"], 6: ["JY1 2", "JY2"]}
        assert after["places"] == {6: ["1 和平路1号", "2 解放路2号"]}
        assert (after["risk"], after["credit"]) == ({6: "高"}, {5: "D", 6: "D"})
        assert (after["matters"], after["contacts"]) == ({6: ["校医室"]}, {6: ["钱某"]})
    with city.acting("wsjk.planner"):
        seen = Counter(
            (one.part, one.how) for one in entity_queries.merges.steps_of(merged.id) if not one.shared
        )
        assert seen == {("entity_contact", "kept"): 1, ("correction", "moved"): 1}, "of its own, no more"
        assert told_together("registry.entity.merge", stays) == [{"merged": codes[0], "count": 2}]
        with pytest.raises(NotFound):
            entity_queries.merges.my_merge(merged.id)
        with pytest.raises(DBAPIError, match="R-T4"):
            db.session.scalar(sa.text("SELECT undo_merge(:gone)"), {"gone": gone})
        db.session.rollback()
    with city.acting("scjg.planner"):
        # Somebody builds on what was moved: that stays.
        room = sa.select(TargetMatter).where(TargetMatter.name == "校医室")
        db.session.scalars(room).one().entity_id = entities[7]
        made = entity_queries.merges.my_merge(merged.id)
        with pytest.raises(ClerkError, match="理由"):
            entity_service.undo_merge(made, " ")
        assert entity_service.undo_merge(made, "两家药房，一墙之隔") == 1
        with pytest.raises(Conflict):
            entity_service.undo_merge(made, "再撤一次")
        assert entity_queries.entity(gone).status == EntityStatus.ACTIVE
        assert {**standing(gone, stays), "matters": before["matters"]} == before
        assert ledger.totals(codes, 2041) == dict.fromkeys(codes, (1, 1))
        left = [one.part for one in entity_queries.merges.steps_of(merged.id) if one.undone == "left"]
        assert left == ["target_matter"]
        address = {
            "name": "",
            "jurisdiction_code": "990100",
            "closed_on": None,
            "note": "",
            "address": "新路3号",
        }
        numbers = [
            entity_service.save_premises(entity_queries.entity(one), address).number for one in (stays, gone)
        ]
        assert numbers == [3, 3], "2 was the other's place while they were one"
        pairs = entity_queries.quality.pairs().where(
            FIRST.id.in_([gone, stays]), SECOND.id.in_([gone, stays])
        )
        assert db.session.execute(pairs).one().DuplicatePair.state == "open"
    with city.acting("wsjk.planner"):
        assert told_together("registry.entity.unmerge", stays) == [{"apart": codes[0], "count": 2}]


def test_of_two_merges_the_later_is_taken_back_first_and_nobody_reads_of_another_s_tags(
    city: City, entities: dict[int, UUID], owner: psycopg.Connection
) -> None:
    gone, stays = entities[1], entities[7]
    with city.acting("wsjk.planner"):
        tag = target_service.add_tag("内部关注", "", shared=False)
        target_service.set_tags(entity_queries.entity(gone), [tag.id])
        asked = [
            entity_service.correct(entity_queries.entity(gone), *said, "现场检查", "")
            for said in (("status", "已注销"), ("name", "示范望江酒楼"))
        ]
        status, name = (one.id for one in asked if one is not None)
    with city.acting("scjg.planner"):
        first, second = (
            entity_service.merge_pair(alike(city, each, stays), entity_queries.entity(stays), "同一家店").id
            for each in (gone, entities[2])
        )
        with pytest.raises(Conflict, match="较晚"):
            entity_service.undo_merge(entity_queries.merges.my_merge(first), "是两家店")
        of = {one.id: one.entity_id for one in map(entity_queries.correction, (status, name))}
        assert of == {status: gone, name: stays}, "that one ceased says nothing of the other"
        with pytest.raises(Conflict, match="已有变动"):
            entity_service.decide_correction(entity_queries.correction(name), True, "")
        entity_service.decide_correction(entity_queries.correction(name), False, "不是这一家的名称")
        entity_service.undo_merge(entity_queries.merges.my_merge(second), "是两家店")
        assert entity_queries.merges.is_newest(entity_queries.merges.my_merge(first))
    # As merges were before their steps were kept.
    forget = 'UPDATE entity_merge SET former = CASE WHEN %s THEN NULL ELSE \'{"status": "active", "since": null, "note": ""}\'::jsonb END WHERE id = %s'
    owner.execute(forget, [True, first])
    with city.acting("scjg.planner"), pytest.raises(Conflict, match="逐条"):
        entity_service.undo_merge(entity_queries.merges.my_merge(first), "是两家店")
    owner.execute(forget, [False, first])
    with city.acting("scjg.planner"):
        entity_service.undo_merge(entity_queries.merges.my_merge(first), "是两家店")
        private = sa.select(BelongingChange).where(sa.not_(BelongingChange.shared))
        assert {one.tenant_id for one in db.session.scalars(private)} <= {city.bureaus["SCJG"]}
        assert "内部关注" not in {one.after and one.after.get("name") for one in db.session.scalars(private)}
    with city.acting("wsjk.planner"):
        result = [
            (one.entity_id, one.what, one.actor_id is None)
            for one in db.session.scalars(private.order_by(BelongingChange.at))
        ]
        assert result == [(gone, "added", False), (stays, "added", True), (stays, "removed", True)]


def pair_of(city: City, one: UUID, other: UUID) -> UUID:
    with city.acting("scjg.planner"):
        query = entity_queries.quality.pairs().where(FIRST.id.in_([one, other]), SECOND.id.in_([one, other]))
        row = db.session.execute(query).one()
        return UUID(str(row.DuplicatePair.id))


def test_who_merges_one_of_two_with_a_third_is_waited_for(
    city: City, entities: dict[int, UUID], owner: psycopg.Connection
) -> None:
    """Else the third would be pointed to by one that is gone itself, and its targets be left with that one."""
    first, second = sorted((entities[5], entities[7]))
    with owner.transaction():
        owner.execute("SELECT FROM entity WHERE id = %s FOR NO KEY UPDATE", [second])
        with pytest.raises(DBAPIError, match="lock timeout"), city.acting("scjg.planner"):
            db.session.execute(sa.text("SET LOCAL lock_timeout = '100ms'"))
            pair = DuplicatePair(
                tenant_id=city.bureaus["SCJG"],
                first_id=first,
                second_id=second,
                likeness="name",
                state="open",
                found_at=now(),
            )
            db.session.add(pair)
            db.session.flush()
            entity_service.merge_pair(pair, entity_queries.entity(second), "同一户")
    with owner.transaction():
        # As a rule's run that listed both holds them by its foreign keys: of a million rows nobody waits for.
        owner.execute("SELECT FROM entity WHERE id = ANY (%s) FOR KEY SHARE", [[first, second]])
        with city.acting("scjg.planner"):
            db.session.execute(sa.text("SET LOCAL lock_timeout = '100ms'"))
            entity_service.merge_pair(alike(city, first, second), entity_queries.entity(second), "同一户")
            db.session.rollback()


def test_who_lists_one_that_is_being_merged_has_the_one_that_stays(
    city: City, entities: dict[int, UUID], owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two connections at one moment: whoever comes first is waited for, and the target is the survivor either way (R-T4)."""
    gone, stays = entities[5], entities[7]
    list_items(city, "WSJK")

    def listing() -> None:
        with city.acting("wsjk.planner"):
            target_service.add_target(entity_queries.entity(gone))

    def merging() -> None:
        with city.acting("scjg.planner"):
            entity_service.merge_pair(alike(city, gone, stays), entity_queries.entity(stays), "同一户")

    def listed() -> list[UUID]:
        with city.acting("wsjk.planner"):
            query = sa.select(Target.entity_id).where(
                Target.ended_on.is_(None), Target.entity_id.in_([gone, stays])
            )
            return list(db.session.scalars(query))

    with city.acting("scjg.planner"):
        pair = alike(city, gone, stays)
        made, known = entity_service.merge_pair(pair, entity_queries.entity(stays), "同一户").id, pair.id
        waiting = beside(owner, listing)
    waiting.join(120)
    assert listed() == [stays]
    with city.acting("wsjk.planner"):
        steps = [one for one in entity_queries.merges.steps_of(made) if not one.shared]
        assert [one.how for one in steps if one.part == "target"] == ["moved"]
        code = made_up_credit_code(5)
        result = [one for one in told_together("registry.entity.merge", stays) if one["merged"] == code]
        assert {"merged": code, "count": 1} in result
        assert len(result) == 1 + any(one.part != "target" for one in steps), (
            "of the merge, and of what came later"
        )
    with city.acting("scjg.planner"):
        entity_service.undo_merge(entity_queries.merges.my_merge(made), "两户")
        db.session.execute(sa.delete(DuplicatePair).where(DuplicatePair.id == known))
    assert listed() == [gone], "it never listed the other"
    refused: list[str] = []

    def merging_in_vain() -> None:
        with pytest.raises(Conflict, match="正在更新检查对象名录库") as error:
            merging()
        refused.append(str(error.value))

    with city.acting("wsjk.planner"):
        # As a run of rules that has put in the one that stays and not committed yet; the other is listed since.
        db.session.add(Target(tenant_id=city.bureaus["WSJK"], entity_id=stays, listed_on=today()))
        db.session.flush()
        with monkeypatch.context() as patched:
            patched.setattr(merge_lock, "PATIENCE", "100ms")
            trying = threading.Thread(target=merging_in_vain)
            trying.start()
            trying.join(120)
        assert len(refused) == 1
        db.session.rollback()
    with city.acting("wsjk.planner"):
        target = target_queries.target_of(gone)
        assert target is not None
        target_service.end_targets([target.id], "试")
    monkeypatch.setattr(merge_lock, "PATIENCE", "30s")
    with city.acting("wsjk.planner"):
        target_service.add_target(entity_queries.entity(gone))
        waiting = beside(owner, merging)
    waiting.join(120)
    assert listed() == [stays]
    codes, shown = [_code_of(city, one) for one in (gone, stays)], f"/open/firms/{made_up_credit_code(5)}"
    public = city.client()
    assert public.get(shown).status_code == 200, "nothing is public of it yet: nothing is told of the merge"
    with city.acting("scjg.planner"):
        for code in codes:
            disclosure.publish(
                "result", new_id(), f"检查结果 {code}", {}, entity_code=code, entity_name="药房"
            )
    assert public.get(shown).headers["Location"] == f"/open/firms/{codes[1]}"
    page = public.get(f"/open/firms/{codes[1]}").get_data(as_text=True)
    assert page.count("/open/results/") == 2 and codes[0] in page


def _code_of(city: City, entity_id: UUID) -> str:
    with city.acting("scjg.planner"):
        return entity_queries.entity(entity_id).code
