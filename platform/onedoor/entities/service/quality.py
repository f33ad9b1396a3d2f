"""A review of a bureau's records, set against each other in the database; nothing of them is read here (data quality)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from onedoor.entities import queries
from onedoor.entities.models import QualityReview
from onedoor.entities.rules import quality as rules
from onedoor.kernel import audit, jobs, locks
from onedoor.kernel.clock import SHANGHAI, now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import Conflict
from onedoor.kernel.jobs import Job, JobName, JobState
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence

_MINE = (
    "(e.kind = ANY (ARRAY(SELECT my_entity_kinds())) OR EXISTS (SELECT FROM target t"
    " WHERE t.tenant_id = :tenant AND t.entity_id = e.id AND t.ended_on IS NULL))"
)
_IN_BUSINESS = "e.status IN ('active', 'suspended')"
_NAME, _ADDRESS = rules.KEY.format(text="e.name"), rules.KEY.format(text="e.address")
_VALUES = ", ".join(f"('{fault}', {condition})" for fault, (_part, condition) in rules.FAULTS.items())
_FIND = f"""
WITH confirmed AS MATERIALIZED (
  SELECT DISTINCT unnest(r.codes) AS code FROM register_confirmation r WHERE r.at >= CAST(:stale AS timestamptz))
INSERT INTO quality_finding (id, tenant_id, entity_id, fault)
SELECT gen_random_uuid(), :tenant, e.id, f.fault
  FROM entity e LEFT JOIN confirmed c ON c.code = e.code CROSS JOIN LATERAL (VALUES {_VALUES}) AS f (fault, wrong)
 WHERE {_MINE} AND {_IN_BUSINESS} AND f.wrong
UNION ALL
SELECT gen_random_uuid(), :tenant, e.id, '{rules.TARGET_GONE}'
  FROM target t JOIN entity e ON e.id = t.entity_id
 WHERE t.tenant_id = :tenant AND t.ended_on IS NULL AND NOT {_IN_BUSINESS}
"""  # noqa: S608 - texts of ours
# A name's pieces of two characters, each once.
_GRAMS = "ARRAY(SELECT DISTINCT substr({core}, i, 2) FROM generate_series(1, greatest(length({core}) - 1, 1)) AS i)"
_PAIRS = f"""
WITH keyed AS MATERIALIZED (
  SELECT e.id, e.jurisdiction_code AS place, {_NAME} AS name, {_ADDRESS} AS address FROM entity e
   WHERE e.kind = ANY (ARRAY(SELECT my_entity_kinds())) AND {_IN_BUSINESS}),
named AS (
  SELECT place, name, array_agg(id ORDER BY id) AS ids FROM keyed
   WHERE length(name) >= {rules.SHORTEST_NAME}
   GROUP BY place, name HAVING count(*) BETWEEN 2 AND {rules.MOST_OF_A_NAME}),
placed AS (
  SELECT address FROM keyed WHERE length(address) >= {rules.SHORTEST_ADDRESS}
   GROUP BY address HAVING count(*) BETWEEN 2 AND {rules.MOST_AT_AN_ADDRESS}),
near AS (
  SELECT k.id, k.address, {_GRAMS.format(core=rules.CORE.format(key="k.name"))} AS grams,
         regexp_replace(k.name, '{rules.NOT_A_FIGURE}', '', 'g') AS figures
    FROM keyed k JOIN placed USING (address)),
found AS (
  SELECT a AS first_id, b AS second_id, 'name' AS likeness
    FROM named, unnest(ids) AS a, unnest(ids) AS b WHERE a < b
  UNION ALL
  SELECT x.id, y.id, 'address' FROM near x JOIN near y ON x.address = y.address AND x.id < y.id
   WHERE x.figures = y.figures AND (
     SELECT count(*) FILTER (WHERE g = ANY (y.grams)) FROM unnest(x.grams) AS g
   ) >= {rules.LIKE_ENOUGH} * (cardinality(x.grams) + cardinality(y.grams)) / (1 + {rules.LIKE_ENOUGH}))
INSERT INTO duplicate_pair (id, tenant_id, first_id, second_id, likeness, state, found_at)
SELECT DISTINCT ON (first_id, second_id) gen_random_uuid(), CAST(:tenant AS uuid), first_id, second_id, likeness, 'open',
       CAST(:now AS timestamptz)
  FROM found
 WHERE NOT EXISTS (SELECT FROM duplicate_pair d WHERE d.tenant_id = CAST(:tenant AS uuid)
                      AND d.first_id = found.first_id AND d.second_id = found.second_id)
 ORDER BY first_id, second_id, likeness DESC LIMIT :most
ON CONFLICT (tenant_id, first_id, second_id) DO NOTHING
"""  # noqa: S608 - texts of ours
_MARK = f"""
INSERT INTO quality_finding (id, tenant_id, entity_id, fault)
SELECT gen_random_uuid(), CAST(:tenant AS uuid), id, '{rules.DUPLICATE}' FROM (
  SELECT first_id AS id FROM duplicate_pair WHERE tenant_id = :tenant AND state = 'open'
  UNION SELECT second_id FROM duplicate_pair WHERE tenant_id = :tenant AND state = 'open') AS of_pairs
"""  # noqa: S608 - texts of ours


# What counts as a record: in business, or gone and still in the library.
_LOOKED_AT = (
    f"({_IN_BUSINESS} OR EXISTS (SELECT FROM target t WHERE t.tenant_id = :tenant AND t.entity_id = e.id"
    " AND t.ended_on IS NULL))"
)
_FORGET = "DELETE FROM quality_finding WHERE tenant_id = :tenant"
_FORGET_PAIRS = "DELETE FROM duplicate_pair WHERE tenant_id = :tenant AND state = 'open'"
_COUNT = "SELECT fault, count(*) FROM quality_finding WHERE tenant_id = :tenant GROUP BY fault"
_COUNT_PAIRS = "SELECT count(*) FROM duplicate_pair WHERE tenant_id = :tenant AND state = 'open'"
_RECORDS = f"SELECT count(*) FROM entity e WHERE {_MINE} AND {_LOOKED_AT}"  # noqa: S608 - texts of ours
_ANY = (
    "SELECT EXISTS (SELECT FROM entity e WHERE e.kind = ANY (ARRAY(SELECT my_entity_kinds())))"
    " OR EXISTS (SELECT FROM target t WHERE t.tenant_id = :tenant AND t.ended_on IS NULL)"
)
_FAULTY = "SELECT count(DISTINCT entity_id) FROM quality_finding WHERE tenant_id = :tenant"
# One after the other: what was found before goes, then faults, pairs, and who is of a pair.
_STEPS = (
    sa.text(_FORGET),
    sa.text(_FIND),
    sa.text(_FORGET_PAIRS),
    sa.text(_PAIRS),
    sa.text(_MARK),
)


def begin_review() -> Job:
    """Ask for a review; one at a time."""
    tenant = current_scope().tenant_id
    assert tenant is not None
    locks.hold(f"review {tenant}")
    there = queries.quality.review_job()
    if there is not None and there.state in (JobState.WAITING, JobState.RUNNING):
        raise Conflict("正在核对，请等这次完成。")
    return jobs.enqueue(
        JobName.REVIEW_REGISTRY, {}, title=Sentence("核对名录数据质量"), subject=("bureau", tenant)
    )


def review_by_night(moment: datetime | None = None) -> bool:
    """Ask for the current bureau's review if it is due and there is something to look at; whether it was asked for."""
    latest, there, at = queries.quality.latest_review(), queries.quality.review_job(), moment or now()
    if not rules.review_due(at - latest.at if latest else None, at.astimezone(SHANGHAI).hour):
        return False
    if there is not None and there.state in (JobState.WAITING, JobState.RUNNING):
        return False
    if not db.session.scalar(sa.text(_ANY), {"tenant": current_scope().tenant_id}):
        return False
    try:
        begin_review()
    except Conflict:
        # Somebody pressed a moment before; the bureaus after this one are to be looked at all the same.
        return False
    return True


def review(progress: Callable[..., None]) -> dict[str, Any]:
    """Look at all records the bureau keeps or has in its library, in statements that do not grow with them; returns the figures.

    What the review before found is replaced. Pairs that somebody decided on stay as decided; open ones are found anew.
    """
    scope = current_scope()
    given = {
        "tenant": scope.tenant_id,
        "now": now(),
        "day": today(),
        "stale": now() - timedelta(days=rules.STALE_DAYS),
        "most": rules.MOST_PAIRS,
    }

    for done, step in enumerate(_STEPS):
        progress(done, len(_STEPS), Sentence("逐项核对"))
        db.session.execute(step, given)
    mine = {"tenant": scope.tenant_id}
    counted = db.session.execute(sa.text(_COUNT), mine)
    figures = {row[0]: row[1] for row in counted}
    made = QualityReview(
        id=new_id(),
        tenant_id=scope.tenant_id,
        at=now(),
        actor_name=scope.actor_name,
        records=db.session.scalar(sa.text(_RECORDS), mine),
        faulty=db.session.scalar(sa.text(_FAULTY), mine),
        figures={**figures, "pairs": db.session.scalar(sa.text(_COUNT_PAIRS), mine)},
    )
    db.session.add(made)
    after = {"records": made.records, "faulty": made.faulty, "figures": made.figures}
    audit.record("registry.quality.check", ("quality_review", made.id), after=after)
    db.session.flush()
    progress(len(_STEPS), len(_STEPS))
    return {"records": made.records, "faulty": made.faulty}
