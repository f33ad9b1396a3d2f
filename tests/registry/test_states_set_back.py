"""A state set back, by hand or by a load, gives the libraries back whom it had taken out (R-L6, R-T4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import psycopg
import sqlalchemy as sa

from onedoor.kernel.clock import SHANGHAI, now, today
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db
from onedoor.kernel.progress import Unwatched
from onedoor.registry import queries, relisting, service
from onedoor.registry.models import Target, TargetMatter
from onedoor.registry.rules.codes import EntityStatus
from tests.fixtures.city import City
from tests.registry.files import HEAD, as_csv, firm


def test_a_state_that_the_keeper_sets_back_gives_the_libraries_back(
    city: City, library: None, owner: psycopg.Connection
) -> None:
    """R-L6: on the page, by a correction of one's own and by one that is accepted, with an entry in each bureau's log; who was taken out in words stays out."""
    maker, night = "wsjk.planner", datetime(2026, 11, 22, 2, 30, tzinfo=SHANGHAI)
    with city.acting("scjg.planner"):
        run = service.begin_import("entities", "企业.csv", as_csv([firm(n) for n in range(471, 475)]))
        service.run_import(run.id, Unwatched())
        ids = [queries.entity_by_code(made_up_credit_code(n)).id for n in range(471, 475)]
    with city.acting(maker):
        service.list_codes([made_up_credit_code(n) for n in range(471, 475)])
        matter = service.add_matter(
            queries.entity(ids[0]), {"kind": "product", "name": "熟食", "number": "", "note": ""}
        ).id
        taken_out = queries.target_of(ids[3])
        assert taken_out is not None
        service.end_targets([taken_out.id], "不归本单位管")
    with city.acting("xfjy.planner") as scope:
        db.session.add(Target(tenant_id=scope.tenant_id, entity_id=ids[0], listed_on=today()))
    with city.acting("scjg.planner"):
        for one in ids:
            service.set_status(queries.entity(one), EntityStatus.DEREGISTERED, today(), "误报")
    for who in (maker, "xfjy.planner"):
        with city.acting(who):
            service.leave_by_night(night)
            assert queries.target_of(ids[0]) is None
    with city.acting("wsjk.planner"):
        asked = service.correct(queries.entity(ids[2]), "status", "存续", "现场仍在经营", "")
        assert asked is not None
    with city.acting("scjg.planner"):
        assert service.set_status(queries.entity(ids[0]), EntityStatus.SUSPENDED, today(), "") == 2
        assert service.set_status(queries.entity(ids[0]), EntityStatus.ACTIVE, today(), "") == 0
        service.correct(queries.entity(ids[1]), "status", "存续", "登记有误", "")
        service.decide_correction(queries.correction(asked.id), True, "")
        assert service.set_status(queries.entity(ids[3]), EntityStatus.ACTIVE, today(), "") == 0
    with city.acting(maker):
        assert [queries.target_of(one) is not None for one in ids] == [True, True, True, False]
        assert db.session.get_one(TargetMatter, matter).ended_on is None
        update = queries.upkeep.last_update()
        assert update is not None and (update.added, update.note) == (1, relisting.NOTE_BY_HAND)
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
            run = service.begin_import(
                "entities", "企业.csv", as_csv([[*one, *status] for one in rows], head)
            )
            run_id = run.id
        run_jobs()
        with city.acting("scjg.planner"):
            return queries.import_run(run_id)

    def there(who: str) -> list[bool]:
        with city.acting(who):
            return [queries.target_of(one) is not None for one in ids]

    loaded()
    with city.acting(maker):
        ids = [queries.entity_by_code(made_up_credit_code(n)).id for n in range(481, 484)]
        service.list_codes([made_up_credit_code(n) for n in range(481, 484)])
        given = {"kind": "product", "name": "熟食", "number": "", "note": ""}
        matter = service.add_matter(queries.entity(ids[0]), given).id
        taken_out = queries.target_of(ids[2])
        assert taken_out is not None
        service.end_targets([taken_out.id], "不归本单位管")
    with city.acting("xfjy.planner") as scope:
        db.session.add(Target(tenant_id=scope.tenant_id, entity_id=ids[0], listed_on=today()))
    assert "relisted" not in (loaded("注销").outcome or {})
    for who in (maker, "xfjy.planner"):
        with city.acting(who):
            service.leave_by_night(night)
        assert there(who) == [False] * 3
    logged = "SELECT tenant_id, (after ->> 'count')::int FROM audit_entry WHERE event = 'registry.targets.relist' AND at > %s"
    began = now()
    run = loaded("存续")
    assert run.outcome is not None and (run.outcome["changed"], run.outcome["relisted"]) == (3, 3)
    assert (there(maker), there("xfjy.planner")) == ([True, True, False], [True, False, False])
    with city.acting(maker):
        assert db.session.get_one(TargetMatter, matter).ended_on is None
        update = queries.upkeep.last_update()
        assert update is not None and (update.added, update.note) == (2, relisting.NOTE_BY_HAND)
    found = owner.execute(logged.encode(), [began]).fetchall()
    assert sorted(found) == sorted([(city.bureaus["WSJK"], 2), (city.bureaus["XFJY"], 1)])
    assert "恢复 3 个" in city.client("scjg.planner").get(f"/registry/imports/{run.id}").get_data(
        as_text=True
    )
    with city.acting("scjg.planner"):
        again = db.session.scalar(sa.text("SELECT relist_loaded(:ids)"), {"ids": ids})
        assert again == 0, "only right after the states were set back"
        service.begin_undo(queries.import_run(run.id))
    run_jobs()
    with city.acting(maker):
        assert {queries.entity(one).status for one in ids} == {EntityStatus.DEREGISTERED}
        service.leave_by_night(night)
        left = queries.targets().where(Target.entity_id == ids[0]).with_only_columns(Target.ended_reason)
        assert db.session.scalars(left).all() == ["已注销"]
