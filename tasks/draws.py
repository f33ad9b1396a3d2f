"""Jobs of a draw: trying and freezing each party's list, opening, drawing. Each is one service call in its bureau's scope."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from onedoor.campaigns import service as campaigns
from onedoor.draws import service as draws
from onedoor.kernel.db import db
from onedoor.kernel.job_progress import Progress
from onedoor.kernel.jobs import JobName
from onedoor.kernel.sentences import Sentence
from tasks.kernel import in_each_bureau
from tasks.runner import handles


@handles(JobName.TRY_LIST)
def try_list(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Try the list of this job's bureau as of today."""
    progress(0, 1, Sentence("正在按今天的名录和执法人员核对"))
    return campaigns.try_list(UUID(payload["campaign_id"]))


@handles(JobName.FREEZE_LIST)
def freeze_list(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Freeze the list of this job's bureau and deposit it."""
    progress(0, 1, Sentence("正在冻结名单"))
    return campaigns.freeze_list(UUID(payload["draw_id"]))


@handles(JobName.OPEN_DRAW)
def open_draw(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Publish the plan of the draw once every list and commitment is in."""
    progress(0, 1, Sentence("正在公布抽取方案"))
    draw = draws.open(UUID(payload["draw_id"]))
    return {"number": draw.number, "plan_digest": draw.plan_digest}


@handles(JobName.RUN_DRAW)
def run_draw(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Draw objects and teams, publish the proof, and have the visits scheduled."""

    def report(stage: int, found: dict[str, Any] | None = None) -> None:
        progress(stage, len(draws.STAGES), Sentence(draws.STAGES[stage]), found)

    return campaigns.run_draw(UUID(payload["draw_id"]), report)


def keep_deadlines() -> int:
    """Steps of draws whose time is over are ended, each in a transaction of its own, and lists that waited go on; returns how many."""
    return in_each_bureau(_keep_own)


def _keep_own() -> int:
    done = 0
    for draw_id in draws.overdue():
        done += draws.end_step(draw_id)
        db.session.commit()
    done += campaigns.resume_waiting()
    db.session.commit()
    return done
