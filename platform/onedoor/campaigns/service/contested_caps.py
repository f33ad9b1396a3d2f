"""Visits that two lists of one bureau would both use up: the list of the later draw waits (R-P6).

A frozen list is not changed, and the visits of a draw count only once they are made. Two lists frozen before either's visits exist
could both draw a firm that may be visited once more. So the draw begun first goes first: the lists of the other wait together until
the first has its visits or ended, and go on by themselves (`resume_waiting`, kept by a job).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.campaigns import queries
from onedoor.campaigns.models import Campaign
from onedoor.campaigns.service.pools import pool_of, years_to_come
from onedoor.draws import queries as draws
from onedoor.draws import service as drawing
from onedoor.draws.rules import Pool, parse_pool
from onedoor.kernel import jobs, locks
from onedoor.kernel.db import db
from onedoor.kernel.jobs import Job, JobName, JobState
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.plans import queries as plans
from onedoor.plans.queries.cap_ledger import caps_in_force


def waits_its_turn(campaign: Campaign, draw_id: UUID, pool: Pool) -> dict[str, Any] | None:
    """None if this list is frozen now; else what its job tells: for whom it waits, or that the others are asked first."""
    waiting, free = drawing.take_turn(draw_id, _contested(campaign, draw_id, pool))
    me = current_scope().tenant_id
    for bureau in queries.parties(campaign.id):
        if bureau.tenant_id in free and bureau.tenant_id != me:
            enqueue_freeze(campaign, draw_id, bureau.tenant_id, bureau.bureau.short_name)
    if me in free:
        return None
    return {"waits": [{"bureau": each.bureau_name, "number": each.number} for each in waiting]}


def enqueue_freeze(campaign: Campaign, draw_id: UUID, bureau_id: UUID, bureau_name: str) -> Job:
    """Have a party freeze its list, in its own scope."""
    return jobs.enqueue(
        JobName.FREEZE_LIST,
        {"draw_id": str(draw_id), "campaign_id": str(campaign.id)},
        title=Sentence("冻结名单：%(name)s（%(bureau)s）", name=campaign.name, bureau=bureau_name),
        subject=("campaign", campaign.id),
        for_bureau=bureau_id,
    )


def resume_waiting() -> int:
    """Lists of the current bureau whose turn has come are asked for again; returns how many."""
    asked = 0
    for turn in draws.my_waiting():
        if turn.waits_for in {each.id for each in draws.my_earlier(turn.draw_id)}:
            continue
        campaign = queries.by_draw(turn.draw_id)
        if not _is_asked(turn.draw_id):
            own = queries.my_party(campaign.id)
            enqueue_freeze(campaign, turn.draw_id, turn.tenant_id, own.bureau.short_name)
            asked += 1
    return asked


def _is_asked(draw_id: UUID) -> bool:
    """Whether this bureau's freeze is asked for and not done, or failed: then it is asked again by hand."""
    query = sa.select(Job).where(
        Job.name == JobName.FREEZE_LIST,
        Job.tenant_id == current_scope().tenant_id,
        Job.payload["draw_id"].as_string() == str(draw_id),
    )
    last = db.session.scalars(query.order_by(Job.created_at.desc(), Job.id.desc()).limit(1)).first()
    return last is not None and last.state != JobState.DONE


def _contested(campaign: Campaign, draw_id: UUID, pool: Pool) -> draws.Earlier | None:
    """The first of this bureau's earlier draws whose list has an object that it and this one could visit beyond the cap."""
    if not any(caps_in_force(year) for year in years_to_come(campaign)):
        return None
    # Of two lists frozen at once the later one sees the earlier.
    locks.hold(f"frozen lists {current_scope().tenant_id}")
    lists = [(each, _rows(_earlier_pool(each.id))) for each in draws.my_earlier(draw_id)]
    before: Counter[str] = Counter()
    for _, rows in lists:
        before.update(rows)
    own = _rows(pool)
    both = {code: before[code] + own[code] for code in own.keys() & before.keys()}
    beyond = set(_beyond(campaign, both))
    return next((each for each, rows in lists if beyond & rows.keys()), None)


def _earlier_pool(draw_id: UUID) -> Pool | None:
    """This bureau's list of that draw; as it would be today, where it is not frozen yet."""
    campaign = queries.by_draw(draw_id)
    own = queries.my_list(campaign.id)
    if own is None:
        return None
    if draws.my_list_is_in(draw_id):
        return parse_pool(draws.pool_file(draw_id), own.list_name)
    return pool_of(campaign, own)


def _rows(pool: Pool | None) -> Counter[str]:
    """How many rows this list may draw of each entity."""
    lines: Iterable[list[bytes]] = (
        line.split(b"\t") for line in (pool.raw if pool else b"").splitlines()[1:]
    )
    return Counter(line[0].partition(b":")[0].decode() for line in lines if line[3:4] == [b"E"])


def _beyond(campaign: Campaign, visits: Mapping[str, int]) -> list[str]:
    """Those that so many further visits would take beyond the cap, in a year in which they may be visited."""
    if not visits:
        return []
    codes, counts = zip(*sorted(visits.items()), strict=True)
    asked = sa.select(
        sa.func.unnest(sa.literal(list(codes), sa.ARRAY(sa.Text()))).label("code"),
        sa.func.unnest(sa.literal(list(counts), sa.ARRAY(sa.Integer()))).label("nth"),
    ).subquery()
    beyond = [plans.beyond_cap(asked.c.code, asked.c.nth, year) for year in years_to_come(campaign)]
    return list(db.session.scalars(sa.select(asked.c.code).where(sa.or_(*beyond))))
