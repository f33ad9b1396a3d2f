"""Objects at the last visit their cap allows that stand in two frozen lists of one bureau: the later list waits (R-P6).

A frozen list is not changed, and the visits of a draw count only once they are made. Two lists frozen before either's visits exist
could both draw a firm that may be visited once more.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from onedoor.campaigns.models import Campaign
from onedoor.campaigns.service.pools import years_to_come
from onedoor.draws.rules import Pool
from onedoor.kernel import locks
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict
from onedoor.kernel.scope import current_scope
from onedoor.plans import queries as plans
from onedoor.plans.queries.cap_ledger import caps_in_force

# Eligible lines of this bureau's other lists whose draw goes on, or has a result whose visits are not made yet.
_ELSEWHERE = sa.text(
    "SELECT split_part(split_part(row_text, E'\\t', 1), chr(58), 1) AS code, min(d.number) AS number"
    "  FROM draw_deposit_file f JOIN draw d ON d.id = f.draw_id"
    " CROSS JOIN LATERAL string_to_table(convert_from(f.pool, 'UTF8'), E'\\n') AS row_text"
    " WHERE f.tenant_id = :me AND f.draw_id <> :draw AND split_part(row_text, E'\\t', 4) = 'E'"
    "   AND (d.state IN ('frozen', 'open', 'closed')"
    "        OR d.state = 'drawn' AND NOT EXISTS (SELECT FROM visit v WHERE v.draw_id = d.id))"
    " GROUP BY 1"
)


def expect_uncontested(campaign: Campaign, draw_id: UUID, pool: Pool) -> None:
    """Raise `Conflict` while an object of this list that may be visited once more stands in another list of this bureau that is
    frozen and not drawn: whoever froze first goes first, and the deadlines of its draw bound the wait."""
    if not any(caps_in_force(year) for year in years_to_come(campaign)):
        return
    me = current_scope().tenant_id
    # Of two lists frozen at once the later one sees the earlier.
    locks.hold(f"frozen lists {me}")
    elsewhere = {row.code: row.number for row in db.session.execute(_ELSEWHERE, {"me": me, "draw": draw_id})}
    both = _eligible(pool) & elsewhere.keys() if elsewhere else set()
    contested = _at_last_visit(campaign, both)
    if not contested:
        return
    first = min(contested)
    raise Conflict(
        "名单里有 %(count)s 户今年只能再检查一次（如 %(code)s），它们也在《%(number)s》已经冻结、还没有结果的名单里。"
        "请等那次抽取有了结果或者到期终止以后再冻结，否则两次都抽中会超过上限。",
        count=len(contested),
        code=first,
        number=elsewhere[first],
    )


def _eligible(pool: Pool) -> set[str]:
    """The codes of the entities that this list may draw."""
    lines = (line.split(b"\t") for line in pool.raw.splitlines()[1:])
    return {line[0].partition(b":")[0].decode() for line in lines if line[3:4] == [b"E"]}


def _at_last_visit(campaign: Campaign, codes: Collection[str]) -> list[str]:
    """Those of them that a second further visit would take beyond the cap, in a year in which they may be visited."""
    if not codes:
        return []
    asked = sa.select(sa.func.unnest(sa.literal(sorted(codes), sa.ARRAY(sa.Text()))).label("code")).subquery()
    second = [plans.beyond_cap(asked.c.code, sa.literal(2), year) for year in years_to_come(campaign)]
    return list(db.session.scalars(sa.select(asked.c.code).where(sa.or_(*second)).order_by(asked.c.code)))
