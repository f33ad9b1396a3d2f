"""Jobs of a draw: freezing each party's list, opening, drawing. Each is one service call in its bureau's scope."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from onedoor.campaigns import service as campaigns
from onedoor.draws import service as draws
from onedoor.kernel.jobs import JobName, Progress
from onedoor.kernel.sentences import Sentence
from tasks.runner import handles


@handles(JobName.FREEZE_LIST)
def freeze_list(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Freeze the list of this job's bureau and deposit it."""
    progress(0, 1, Sentence("正在冻结名单"))
    outcome = campaigns.freeze_list(UUID(payload["draw_id"]))
    progress(1, 1, Sentence("名单已冻结"))
    return outcome


@handles(JobName.OPEN_DRAW)
def open_draw(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Publish the plan of the draw once every list and commitment is in."""
    progress(0, 1, Sentence("正在公布抽取方案"))
    draw = draws.open(UUID(payload["draw_id"]))
    progress(1, 1, Sentence("抽取方案已公布"))
    return {"number": draw.number, "plan_digest": draw.plan_digest}


@handles(JobName.RUN_DRAW)
def run_draw(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Draw objects and teams, publish the proof, and have the visits scheduled."""
    progress(0, 2, Sentence("正在抽取检查对象和执法人员"))
    outcome = campaigns.run_draw(UUID(payload["draw_id"]))
    progress(2, 2, Sentence("抽取完成"))
    return outcome
