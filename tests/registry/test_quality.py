"""Data quality: what is missing, stale, contradictory or twice there, and entities merged with a trace (R-T4, R-L5, R-L6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from onedoor.kernel.clock import today
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.registry import queries, service
from onedoor.registry.models import DuplicatePair, Entity, EntityMerge, QualityFinding, Recusal, Target
from onedoor.registry.queries.quality import FIRST, SECOND
from onedoor.registry.rules.codes import EntityStatus
from onedoor.registry.rules.quality import score_of
from tests.fixtures.city import City
from tests.registry.files import as_csv, firm
from tests.registry.test_inspectors import by_hand

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
            service.begin_import("entities", "企业.csv", as_csv(ROWS))
    if not there:
        run_jobs()
    with city.acting("scjg.planner"):
        found = {row.code: row.id for row in db.session.execute(sa.select(Entity.code, Entity.id))}
        prefixes = {2: "92990100"}
        return {n: found[made_up_credit_code(n, prefixes.get(n, "91990100"))] for n in range(1, 8)}


def reviewed(city: City, run_jobs: Jobs, name: str = "scjg.planner") -> dict[str, Any]:
    with city.acting(name):
        service.begin_review()
    run_jobs()
    with city.acting(name):
        found = queries.quality.latest_review()
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
    owner.execute("UPDATE entity SET registered_on = %s WHERE id = %s", [date(2999, 1, 1), entities[6]])
    figures = reviewed(city, run_jobs)
    assert (figures["records"], figures["no_address"], figures["old"], figures["before"]) == (7, 1, 1, 1)
    assert (figures["future"], figures["pairs"], figures["duplicate"]) == (1, 2, 4)
    again = reviewed(city, run_jobs)
    assert again == figures
    with city.acting("scjg.planner"):
        (row,) = db.session.execute(
            queries.quality.findings().where(QualityFinding.fault == "no_address")
        ).all()
        assert row.Entity.name == "示范孤山茶庄"
        alike = {
            (row.DuplicatePair.likeness, frozenset((row[1].id, row[2].id)))
            for row in db.session.execute(queries.quality.pairs())
        }
    assert alike == {
        ("address", frozenset((entities[1], entities[2]))),
        ("name", frozenset((entities[3], entities[4]))),
    }, "the first and the second pharmacy are two"
    with city.acting("wsjk.planner"):
        assert db.session.execute(queries.quality.findings()).all() == []
        assert db.session.scalars(sa.select(DuplicatePair)).all() == []


def test_a_merge_leaves_nothing_behind_in_any_bureau(
    city: City, entities: dict[int, UUID], run_jobs: Jobs
) -> None:
    gone, survivor = entities[3], entities[4]
    with city.acting("wsjk.planner"):
        officer = service.save_inspector(None, by_hand("黎望舒", "示Q001", today() + timedelta(days=300)))
        service.add_recusal(officer, made_up_credit_code(3), "KIN", "亲属任负责人")
        db.session.add(Target(tenant_id=officer.tenant_id, entity_id=gone, listed_on=today()))
        db.session.flush()
    pair_id = pair_of(city, gone, survivor)
    with city.acting("wsjk.planner"):
        with pytest.raises(NotFound):
            queries.quality.my_pair(pair_id)
        with pytest.raises(DBAPIError, match="R-T4"):
            db.session.scalar(sa.text("SELECT follow_merge(:gone)"), {"gone": gone})
        db.session.rollback()
    with city.acting("scjg.planner"):
        pair = queries.quality.my_pair(pair_id)
        with pytest.raises(ClerkError, match="保留哪一个"):
            service.merge_pair(pair, queries.entity(entities[1]), "同一家店")
        with pytest.raises(ClerkError, match="理由"):
            service.merge_pair(pair, queries.entity(survivor), " ")
        made = service.merge_pair(pair, queries.entity(survivor), "同一家店换了执照")
        with pytest.raises(Conflict):
            service.keep_apart(pair, "再看一次")
        assert made.gone_id == gone
        left = queries.entity(gone)
        assert left.status == EntityStatus.DEREGISTERED and "并入" in left.status_note
        assert [one.id for _, one in queries.quality.merged_from(queries.entity(survivor))] == [gone]
    with city.acting("wsjk.planner"):
        listed = db.session.scalars(sa.select(Target).where(Target.ended_on.is_(None))).all()
        assert [one.entity_id for one in listed] == [survivor]
        codes = set(db.session.scalars(sa.select(Recusal.entity_code)))
        assert codes == {made_up_credit_code(3), made_up_credit_code(4)}
        into = queries.quality.merged_into(queries.entity(gone))
        assert into is not None and into[1].id == survivor
    assert reviewed(city, run_jobs)["pairs"] == 1


def test_two_that_are_two_are_not_suggested_again(
    city: City, entities: dict[int, UUID], run_jobs: Jobs
) -> None:
    pair_id = pair_of(city, entities[1], entities[2])
    with city.acting("scjg.planner"):
        service.keep_apart(queries.quality.my_pair(pair_id), "两家店，一墙之隔")
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
            service.merge_pair(pair, queries.entity(both[0]), "试试")
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


def pair_of(city: City, one: UUID, other: UUID) -> UUID:
    with city.acting("scjg.planner"):
        query = queries.quality.pairs().where(FIRST.id.in_([one, other]), SECOND.id.in_([one, other]))
        row = db.session.execute(query).one()
        return UUID(str(row.DuplicatePair.id))
