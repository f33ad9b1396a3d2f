"""A state set back, by hand or by a load, gives the libraries back whom it had taken out (R-L6, R-T4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from onedoor.entities import queries as entity_queries
from onedoor.entities import service as entity_service
from onedoor.entities.rules.codes import EntityStatus
from onedoor.imports import queries as import_queries
from onedoor.imports import service as import_service
from onedoor.kernel.clock import SHANGHAI, now, today
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db
from onedoor.kernel.job_progress import NoProgress
from onedoor.targets import queries as target_queries
from onedoor.targets import service as target_service
from onedoor.targets.models import Target, TargetMatter
from onedoor.targets.policies import returned_targets
from tests.fixtures.city import City
from tests.fixtures.clerk_files import HEAD, as_csv, firm

pytestmark = pytest.mark.committed("its tests go on from one another")


def test_a_state_that_the_keeper_sets_back_gives_the_libraries_back(
    city: City, library: None, owner: psycopg.Connection
) -> None:
    """R-L6: on the page, by a correction of one's own and by one that is accepted, with an entry in each bureau's log; who was taken out in words stays out."""
    maker, night = "wsjk.planner", datetime(2026, 11, 22, 2, 30, tzinfo=SHANGHAI)
    with city.acting("scjg.planner"):
        run = import_service.begin_import("entities", "企业.csv", as_csv([firm(n) for n in range(471, 475)]))
        import_service.run_import(run.id, NoProgress())
        ids = [entity_queries.entity_by_code(made_up_credit_code(n)).id for n in range(471, 475)]
    with city.acting(maker):
        target_service.list_codes([made_up_credit_code(n) for n in range(471, 475)])
        matter = target_service.add_matter(
            entity_queries.entity(ids[0]), {"kind": "product", "name": "熟食", "number": "", "note": ""}
        ).id
        taken_out = target_queries.target_of(ids[3])
        assert taken_out is not None
        target_service.end_targets([taken_out.id], "不归本单位管")
    with city.acting("xfjy.planner") as scope:
        db.session.add(Target(tenant_id=scope.tenant_id, entity_id=ids[0], listed_on=today()))
    with city.acting("scjg.planner"):
        for one in ids:
            entity_service.set_status(entity_queries.entity(one), EntityStatus.DEREGISTERED, today(), "误报")
    for who in (maker, "xfjy.planner"):
        with city.acting(who):
            target_service.leave_by_night(night)
            assert target_queries.target_of(ids[0]) is None
    with city.acting("wsjk.planner"):
        asked = entity_service.correct(entity_queries.entity(ids[2]), "status", "存续", "现场仍在经营", "")
        assert asked is not None
    with city.acting("scjg.planner"):
        assert (
            entity_service.set_status(entity_queries.entity(ids[0]), EntityStatus.SUSPENDED, today(), "") == 2
        )
        assert entity_service.set_status(entity_queries.entity(ids[0]), EntityStatus.ACTIVE, today(), "") == 0
        entity_service.correct(entity_queries.entity(ids[1]), "status", "存续", "登记有误", "")
        entity_service.decide_correction(entity_queries.correction(asked.id), True, "")
        assert entity_service.set_status(entity_queries.entity(ids[3]), EntityStatus.ACTIVE, today(), "") == 0
    with city.acting(maker):
        assert [target_queries.target_of(one) is not None for one in ids] == [True, True, True, False]
        assert db.session.get_one(TargetMatter, matter).ended_on is None
        update = import_queries.library_updates.last_update()
        assert update is not None and (update.added, update.note) == (1, returned_targets.NOTE_BY_HAND)
        assert update.actor_name.startswith("示范市市场监督管理局 ")
    logged = owner.execute(
        "SELECT tenant_id, (after ->> 'count')::int FROM audit_entry WHERE event = 'registry.targets.relist' ORDER BY 1"
    ).fetchall()
    assert sorted(logged) == sorted([(city.bureaus["WSJK"], 1)] * 3 + [(city.bureaus["XFJY"], 1)])
    with city.acting("scjg.planner"):
        again = db.session.scalar(sa.text("SELECT relist_returned(:one)"), {"one": ids[0]})
        assert again == 0, "only right after the state was set back"


def test_a_load_that_sets_states_back_gives_the_libraries_back_whom_they_took_out(
    city: City, library: None, run_jobs: Callable[[], int], owner: psycopg.Connection
) -> None:
    """R-L6, R-L11: as by hand, with all of a step in one statement; taken back, they leave again as whoever ceases does."""
    maker, night = "wsjk.planner", datetime(2026, 11, 22, 2, 30, tzinfo=SHANGHAI)
    rows = [firm(n) for n in range(481, 484)]

    def loaded(*status: str) -> Any:
        head = (*HEAD, "登记状态") if status else HEAD
        with city.acting("scjg.planner"):
            run = import_service.begin_import(
                "entities", "企业.csv", as_csv([[*one, *status] for one in rows], head)
            )
            run_id = run.id
        run_jobs()
        with city.acting("scjg.planner"):
            return import_queries.import_run(run_id)

    def there(who: str) -> list[bool]:
        with city.acting(who):
            return [target_queries.target_of(one) is not None for one in ids]

    loaded()
    with city.acting(maker):
        ids = [entity_queries.entity_by_code(made_up_credit_code(n)).id for n in range(481, 484)]
        target_service.list_codes([made_up_credit_code(n) for n in range(481, 484)])
        given = {"kind": "product", "name": "熟食", "number": "", "note": ""}
        matter = target_service.add_matter(entity_queries.entity(ids[0]), given).id
        taken_out = target_queries.target_of(ids[2])
        assert taken_out is not None
        target_service.end_targets([taken_out.id], "不归本单位管")
    with city.acting("xfjy.planner") as scope:
        db.session.add(Target(tenant_id=scope.tenant_id, entity_id=ids[0], listed_on=today()))
    assert "relisted" not in (loaded("注销").outcome or {})
    for who in (maker, "xfjy.planner"):
        with city.acting(who):
            target_service.leave_by_night(night)
        assert there(who) == [False] * 3
    logged = "SELECT tenant_id, (after ->> 'count')::int FROM audit_entry WHERE event = 'registry.targets.relist' AND at > %s"
    began = now()
    run = loaded("存续")
    assert run.outcome is not None and (run.outcome["changed"], run.outcome["relisted"]) == (3, 3)
    assert (there(maker), there("xfjy.planner")) == ([True, True, False], [True, False, False])
    with city.acting(maker):
        assert db.session.get_one(TargetMatter, matter).ended_on is None
        update = import_queries.library_updates.last_update()
        assert update is not None and (update.added, update.note) == (2, returned_targets.NOTE_BY_HAND)
    found = owner.execute(logged.encode(), [began]).fetchall()
    assert sorted(found) == sorted([(city.bureaus["WSJK"], 2), (city.bureaus["XFJY"], 1)])
    assert "恢复 3 个" in city.client("scjg.planner").get(f"/registry/imports/{run.id}").get_data(
        as_text=True
    )
    with city.acting("scjg.planner"):
        again = db.session.scalar(sa.text("SELECT relist_loaded(:ids)"), {"ids": ids})
        assert again == 0, "only right after the states were set back"
        import_service.begin_undo(import_queries.import_run(run.id))
    run_jobs()
    with city.acting(maker):
        assert {entity_queries.entity(one).status for one in ids} == {EntityStatus.DEREGISTERED}
        target_service.leave_by_night(night)
        left = (
            target_queries.targets().where(Target.entity_id == ids[0]).with_only_columns(Target.ended_reason)
        )
        assert db.session.scalars(left).all() == ["已注销"]
