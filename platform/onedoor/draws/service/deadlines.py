"""Every step of a draw has its end, kept by a job, and who kept it waiting is named (draw.md, "Above the line")."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.draws import source_strings
from onedoor.draws.models import BeaconReading, Committer, Draw, DrawParty
from onedoor.draws.queries import ceremony
from onedoor.draws.queries.custody import missing_receipts
from onedoor.draws.rules import deadlines as rule
from onedoor.draws.service import draw_locks
from onedoor.draws.service.ceremony.beacons import agreed_value, is_silent
from onedoor.draws.service.ceremony.commitments import enqueue_run, reveal_system
from onedoor.draws.service.ceremony.witnesses import close
from onedoor.draws.service.lists.deposits import missing_commitments, missing_lists
from onedoor.draws.service.lists.turns import begun_at
from onedoor.draws.service.modes import beacon_of
from onedoor.draws.service.new_draws import give_up
from onedoor.draws.service.outcome import void
from onedoor.draws.service.redraws import withholder_names
from onedoor.draws.states import DrawState
from onedoor.kernel import clock, jobs
from onedoor.kernel.db import db
from onedoor.kernel.jobs import JobName
from tenants import settings

# A job that failed is asked for again by the clock no oftener.
AGAIN = timedelta(hours=1)


def deadline(draw: Draw) -> datetime | None:
    """Until when the step at hand lasts; None once the draw has ended."""
    found = beacon_of(draw)
    days = rule.Days(
        freeze=int(settings.value("draw.freeze_days")),
        texts=int(settings.value("draw.texts_days")),
        reveal=int(settings.value("draw.reveal_days")),
        beacon=int(settings.value("draw.beacon_days")),
    )
    return rule.due(
        state=draw.state,
        created_at=begun_at(draw, days.together),
        opened_at=draw.opened_at,
        closed_at=draw.closed_at,
        announced=ceremony.announced(draw.id, "reveals" if draw.state == DrawState.CLOSED else "texts"),
        reveals_due=draw.reveals_due,
        registered=draw.reveals_digest is not None,
        speaks_at=found.moment if found else None,
        days=days,
    )


def overdue() -> list[UUID]:
    """The current bureau's own draws whose step is over, or whose source is known to have been silent."""
    return [
        each.id for each in db.session.scalars(ceremony.going_on().order_by(Draw.created_at)) if _is_due(each)
    ]


def _is_due(draw: Draw) -> bool:
    # A source's time is compared with the register's, as everywhere.
    now = draw_locks.register_now() if draw.beacon is not None else clock.now()
    due = deadline(draw)
    return (due is not None and now >= due) or (draw.reveals_digest is not None and is_silent(draw.id))


def end_step(draw_id: UUID) -> bool:
    """End the step of a draw whose time is over: give it up, close the texts, or make it void; False: nothing was due."""
    draw = draw_locks.own_draw_for_update(draw_id)
    if draw.state not in _ENDS or not _is_due(draw):
        return False
    return _ENDS[draw.state](draw)


def _give_up(draw: Draw) -> bool:
    lists, commitments = missing_lists(draw.id), missing_commitments(draw.id)
    names = list(dict.fromkeys([*lists, *commitments, *missing_receipts(draw.id)])) or [_lead(draw)]
    give_up(draw.id, source_strings.NO_PLAN % {"names": "、".join(names)}, names)
    return True


def _close(draw: Draw) -> bool:
    found = beacon_of(draw)
    if found is not None and draw_locks.register_now() >= found.moment:
        void(draw.id, source_strings.LATE_CLOSING, [_lead(draw)])
        return True
    close(draw)
    if draw.reveals_due is not None:
        enqueue_run(draw, draw.reveals_due)
    return True


def _end(draw: Draw) -> bool:
    # Of a draw whose texts were closed before the closing revealed.
    reveal_system(draw.id, quietly=True)
    silent = withholder_names(draw.id)
    if draw.beacon is None:
        if not silent:
            return _ask_again(draw)
        void(draw.id, source_strings.NOT_REVEALED % {"names": "、".join(silent)}, silent)
        return True
    return _with_beacon(draw)


def _with_beacon(draw: Draw) -> bool:
    found = beacon_of(draw)
    assert found is not None
    if draw.reveals_digest is None:
        if draw_locks.register_now() < found.moment:
            return _ask_again(draw)
        void(draw.id, source_strings.LATE_REVEALS, [_lead(draw)])
        return True
    if agreed_value(draw.id) is not None:
        return _ask_again(draw)
    if is_silent(draw.id):
        void(draw.id, source_strings.SILENT_SOURCE, [])
        return True
    names = _have_not_read(draw)
    text = source_strings.NOT_READ % {"names": "、".join(names)} if names else source_strings.READ_APART
    void(draw.id, text, names)
    return True


_ENDS: dict[str, Any] = {DrawState.FROZEN: _give_up, DrawState.OPEN: _close, DrawState.CLOSED: _end}


def _ask_again(draw: Draw) -> bool:
    """All is there, and the lead's own machine is what is waited for."""
    last = jobs.latest_for(draw.id, JobName.RUN_DRAW)
    if last is not None and (
        last.state in (jobs.JobState.WAITING, jobs.JobState.RUNNING) or last.created_at > clock.now() - AGAIN
    ):
        return False
    enqueue_run(draw)
    return True


def _have_not_read(draw: Draw) -> list[str]:
    """Of the lead and the supervisor those who entered nothing, by name."""
    opener = sa.select(Committer.bureau_id).where(Committer.draw_id == draw.id, Committer.position == 1)
    read = sa.select(BeaconReading.tenant_id).where(BeaconReading.draw_id == draw.id)
    query = sa.select(DrawParty.bureau_name).where(
        DrawParty.draw_id == draw.id,
        sa.or_(DrawParty.bureau_id == draw.tenant_id, DrawParty.bureau_id.in_(opener)),
        DrawParty.bureau_id.not_in(read),
    )
    return list(db.session.scalars(query.order_by(DrawParty.position)))


def _lead(draw: Draw) -> str:
    query = sa.select(DrawParty.bureau_name).where(
        DrawParty.draw_id == draw.id, DrawParty.bureau_id == draw.tenant_id
    )
    return db.session.scalar(query) or "牵头部门"
