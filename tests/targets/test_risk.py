"""Risk levels of targets: a scale, factors, scores, by hand and by night (R-L6, R-O4)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from onedoor.entities import queries as entity_queries
from onedoor.entities.models import Entity
from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.clock import SHANGHAI
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.job_progress import NoProgress
from onedoor.targets import queries as target_queries
from onedoor.targets import service
from onedoor.targets.models import Target
from onedoor.targets.queries.risk import risk_counts
from onedoor.targets.service.risk import free_risk
from onedoor.targets.service.risk_levels import last_computing
from tests.fixtures.city import City
from tests.fixtures.library_files import Jobs

SCALE = "低 0\n一般 20\n高 50"


def computed() -> int:
    """How many levels a computing set anew."""
    return service.compute_risk(NoProgress())["changed"]


def test_factors_make_scores_and_scores_make_levels(city: City, library: None) -> None:
    with city.acting("wsjk.planner"):
        with pytest.raises(Conflict, match="先设定风险等级"):
            computed()
        service.save_scale(SCALE)
        service.save_factor("餐饮", 20, {"scope": "餐饮"})
        with pytest.raises(ClerkError, match="同名"):
            service.save_factor("餐饮", 5, {"scope": "住宿"})
        with pytest.raises(ClerkError, match="至少填写一个条件"):
            service.save_factor("空", 5, {})
        total = target_queries.target_count()
        assert total and computed() == total
        assert computed() == 0
        caterers = sum(
            "餐饮" in one.scope
            for one in db.session.scalars(sa.select(Entity).join(Target).where(Target.ended_on.is_(None)))
        )
        counts = {"一般": caterers, "低": total - caterers}
        assert risk_counts() == {level: count for level, count in counts.items() if count}
        first = entity_queries.entity_by_code(made_up_credit_code(3))
        tag = service.add_tag("重大隐患", "", shared=False)
        service.set_tags(first, [tag.id])
        factor = service.save_factor("隐患", 30, {"tags": ["重大隐患"]})
    with city.acting("wsjk.planner"):
        assert computed() == 1
        now_there, before = target_queries.risk_of(first.id)
        assert (now_there.level, now_there.score, now_there.factors) == ("高", 50, ["隐患", "餐饮"])
        assert before.level == "一般" and before.until == now_there.since
        chosen = db.session.scalars(target_queries.selection({"risk": ["高"]})).all()
        assert [one.id for one in chosen] == [first.id]
        with pytest.raises(ClerkError, match="请从所列等级中选择"):
            service.set_risk(first, "极高", "无")
        service.set_risk(first, "低", "已完成整改")
        service.delete_factor(target_queries.risk_factor(factor.id))
        assert computed() == 0 and target_queries.risk_of(first.id)[0].by_hand
        free_risk(first)
        assert computed() == 1 and target_queries.risk_of(first.id)[0].level == "一般"
    with city.acting("scjg.planner"):
        assert target_queries.risk_of(first.id) == [] and target_queries.risk_levels() == []
        assert not db.session.scalars(target_queries.selection({"risk": ["一般"]})).all()
        with pytest.raises(NotFound):
            target_queries.risk_factor(factor.id)
        with pytest.raises(Conflict, match="不在本单位的名录库"):
            service.set_risk(first, "低", "无")


def test_levels_are_computed_anew_by_night(city: City, library: None, run_jobs: Jobs) -> None:
    """R-O4: a level follows its factors without anybody's pressing, in a job that its page shows; one at a time."""
    night, noon = datetime(2100, 1, 1, 2, tzinfo=SHANGHAI), datetime(2026, 11, 22, 12, tzinfo=SHANGHAI)
    with city.acting("sfj.planner"):
        assert not service.compute_by_night(night), "it has no scale"
    with city.acting("wsjk.planner"):
        scale = service.save_scale(SCALE)
        scale.computed_at = None
        for one in target_queries.risk_factors():
            service.delete_factor(one)
        assert not service.compute_by_night(night), "it is still at making them"
        service.save_factor("夜里的因素", 50, {"scope": "餐饮"})
        assert not service.compute_by_night(noon)
        assert service.compute_by_night(night) and not service.compute_by_night(night)
        with pytest.raises(Conflict, match="正在计算风险等级"):
            service.begin_computing()
    run_jobs()
    with city.acting("wsjk.planner"):
        job, kept = last_computing(), target_queries.risk_scale()
        assert job is not None and kept is not None and kept.computed_at is not None
        assert job.state == "done" and job.outcome is not None
        chosen = db.session.scalars(target_queries.selection({"risk": ["高"]})).all()
        assert chosen and all("餐饮" in one.scope for one in chosen)
        (noted,) = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.request == str(job.id)))
        assert (noted.event, noted.after) == ("registry.risk.refresh", {"count": job.outcome["changed"]})
        soon = kept.computed_at + timedelta(hours=1)
        assert not service.compute_by_night(soon), "done this night"
        assert service.compute_by_night(night)
        db.session.rollback()
