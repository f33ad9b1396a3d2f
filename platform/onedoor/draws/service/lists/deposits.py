"""Freezing: each party deposits its pool and inspectors in its own scope, once (R-D2, R-D5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Literal, NotRequired, TypedDict
from uuid import UUID

import sqlalchemy as sa

from onedoor.draws import rules
from onedoor.draws.models import Commitment, Committer, Deposit, DepositFile, Draw, DrawParty
from onedoor.draws.queries import ceremony
from onedoor.draws.queries.custody import missing_receipts
from onedoor.draws.rules.forecast.rates import quotas_of
from onedoor.draws.service import closed_pools, draw_locks, obstacles
from onedoor.draws.service.new_draws import record_step, takers
from onedoor.draws.service.protocol_faults import fault_sentence
from onedoor.draws.states import DrawState
from onedoor.kernel import audit, clock, jobs
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.jobs import JobName
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence, store_sentence

Rates = Mapping[str, Mapping[str, Any]]


class Team(TypedDict):
    size: int
    qualifications: list[str]


class Spec(TypedDict):
    """How a list is drawn: rates per stratum as in the plan line, substitutes, team, numbers of its items.

    `mode` is uniform unless it says ratio: then chances follow the weights in the pool. `scope`, `narrowed` and `kept_in` are told as
    `Deposit` keeps them.
    """

    rates: dict[str, Any]
    reserve: int
    team: Team | None
    items: NotRequired[list[str]]
    mode: NotRequired[Literal["uniform", "ratio"]]
    scope: NotRequired[str | None]
    narrowed: NotRequired[str | None]
    kept_in: NotRequired[dict[str, int]]


def deposit(
    draw_id: UUID,
    list_name: str,
    pool: bytes | rules.Pool,
    spec: Spec,
    inspectors: Sequence[rules.Inspector] = (),
    recusals: Sequence[rules.Recusal] = (),
) -> Deposit:
    """Freeze this bureau's list: digest, root, counts and quotas, and those who may be drawn to check it.

    Raises ClerkError for a pool that does not obey the protocol or a rate that cannot be drawn, and
    `Conflict` if the list was deposited before. The last one in enqueues the opening.
    """
    draw_locks.lock_draw(draw_id)
    draw, party = _own_part(draw_id, list_name)
    try:
        pool = rules.parse_pool(pool, list_name)
        closed_pools.expect_closed(draw, pool)
        _expect_unit(draw, pool)
        _check_people(inspectors, recusals)
        # Of a list that is refused no file stays, whatever its caller does next.
        with db.session.begin_nested():
            with _keeping(draw, party, pool, inspectors, recusals):
                face = _face(draw.hash, list_name, pool, spec)
            closed_pools.expect_untelling(draw, face["strata"])
            face["strata"] = closed_pools.told_of(draw, face["strata"])
    except rules.ProtocolError as error:
        raise fault_sentence(error) from error
    row = Deposit(
        tenant_id=party.bureau_id,
        draw_id=draw.id,
        list_name=list_name,
        items=list(spec.get("items", [])),
        inspectors=len(inspectors),
        recusals=dict(sorted(Counter(each.reason for each in recusals).items())),
        kept_in=spec.get("kept_in", {}),
        deposited_at=clock.now(),
        deposited_by=current_scope().actor_name,
        **face,
    )
    store_sentence(row, "scope", spec.get("scope"))
    store_sentence(row, "narrowed", spec.get("narrowed"))
    db.session.add(row)
    db.session.flush()
    _tell(draw, row)
    obstacles.compare(draw_id)
    open_when_ready(draw)
    return row


def note(draw_id: UUID, text: Sentence) -> None:
    """Leave a step about this bureau's frozen list, for those who take part: the supervisor reads it before it commits."""
    record_step(ceremony.draw(draw_id), "pool", text)


def open_when_ready(draw: Draw) -> None:
    """Enqueue the opening in the lead's scope once every list, commitment and, of closed pools, receipt is in."""
    if draw.state == DrawState.FROZEN and not (
        missing_lists(draw.id) or missing_commitments(draw.id) or missing_receipts(draw.id)
    ):
        jobs.enqueue(
            JobName.OPEN_DRAW,
            {"draw_id": str(draw.id), "campaign_id": str(draw.campaign_id)},
            title=Sentence("公布抽取方案：%(number)s", number=draw.number),
            subject=("draw", draw.id),
            for_bureau=draw.tenant_id,
        )


def missing_lists(draw_id: UUID) -> list[str]:
    """Names of the bureaus whose list is not in."""
    query = (
        sa.select(DrawParty.bureau_name)
        .outerjoin(
            Deposit, sa.and_(Deposit.draw_id == DrawParty.draw_id, Deposit.tenant_id == DrawParty.bureau_id)
        )
        .where(DrawParty.draw_id == draw_id, DrawParty.list_name.is_not(None), Deposit.id.is_(None))
        .order_by(DrawParty.position)
    )
    return list(db.session.scalars(query))


def missing_commitments(draw_id: UUID) -> list[str]:
    """Names of those who have not committed."""
    query = (
        sa.select(Committer.name)
        .outerjoin(
            Commitment, sa.and_(Commitment.draw_id == Committer.draw_id, Commitment.name == Committer.name)
        )
        .where(Committer.draw_id == draw_id, Commitment.id.is_(None))
        .order_by(Committer.position)
    )
    return list(db.session.scalars(query))


def _own_part(draw_id: UUID, list_name: str) -> tuple[Draw, DrawParty]:
    query = (
        sa.select(Draw, DrawParty)
        .join(DrawParty, DrawParty.draw_id == Draw.id)
        .where(
            Draw.id == draw_id,
            DrawParty.list_name == list_name,
            DrawParty.bureau_id == current_scope().tenant_id,
        )
    )
    found = db.session.execute(query).first()
    if found is None:
        raise NotFound()
    draw, party = found
    draw_locks.expect(draw, DrawState.FROZEN)
    before = sa.select(Deposit.id).where(Deposit.draw_id == draw_id, Deposit.tenant_id == party.bureau_id)
    if db.session.scalar(before) is not None:
        raise Conflict("本部门的名单已经冻结并存入%(number)s，不能更改。", number=draw.number)
    return draw, party


def _expect_unit(draw: Draw, pool: rules.Pool) -> None:
    """All lists of a draw use the same unit, or their tickets would not meet (draw.md, "Pool")."""
    if pool.raw.count(b":") != (0 if draw.unit == "entity" else len(pool)):
        raise ClerkError("名单的抽取单位与这次抽取不一致：不能有的按主体、有的按经营场所列名单。")


def _face(hash_name: str, list_name: str, raw: bytes | rules.Pool, spec: Spec) -> dict[str, Any]:
    pool = rules.parse_pool(raw, list_name)
    counts = rules.counts_by_stratum(pool)
    quotas = quotas_of(counts, spec["rates"])
    face = rules.pool_face(hash_name, pool)
    mode = spec.get("mode", "uniform")
    drawn = [(stratum, each.quota) for stratum, each in quotas.items()]
    entry = rules.plan_list(list_name, face, drawn, reserve=spec["reserve"], mode=mode)
    # Said to whoever deposits, who can mend it; the opening does not read the list again.
    rules.check_quotas(entry, pool)
    strata = [
        {
            "stratum": stratum,
            "rows": each.rows,
            "in_scope": each.in_scope,
            "eligible": each.eligible,
            "least_weight": each.least_weight,
            "greatest_weight": each.greatest_weight,
            "quota": quotas[stratum].quota,
            "shortfall": quotas[stratum].shortfall,
        }
        for stratum, each in counts.items()
    ]
    team = spec["team"]
    return {
        "digest": face["digest"],
        "root": face["root"],
        "n": face["n"],
        "reserve": spec["reserve"],
        "mode": mode,
        "strata": strata,
        "statuses": rules.counts_by_status(pool),
        "numbered": pool.numbered,
        "team": {"size": team["size"], "qualifications": sorted(team["qualifications"])} if team else None,
    }


def _check_people(inspectors: Sequence[rules.Inspector], recusals: Sequence[rules.Recusal]) -> None:
    rules.build_roster(inspectors, recusals, bytes(32))


@contextmanager
def _keeping(
    draw: Draw,
    party: DrawParty,
    pool: rules.Pool,
    inspectors: Sequence[rules.Inspector],
    recusals: Sequence[rules.Recusal],
) -> Iterator[None]:
    """Store the file meanwhile; who is in the `with` leaves the database alone. Of what fails in it nothing stays."""
    query = sa.insert(DepositFile).values(
        tenant_id=party.bureau_id,
        draw_id=draw.id,
        pool=bytes(pool),
        inspectors=[[i.id, i.bureau, sorted(i.qualifications), i.lead, i.cap] for i in inspectors],
        recusals=[list(each) for each in recusals],
    )
    db.session.flush()
    connection = db.session.connection()
    with ThreadPoolExecutor(1) as aside:
        kept = aside.submit(connection.execute, query)
        yield
        kept.result()


def _tell(draw: Draw, row: Deposit) -> None:
    audit.record(
        "draws.list.deposit",
        ("draw", draw.id),
        draw.number,
        after={"list": row.list_name, "digest": row.digest, "n": row.n, "statuses": row.statuses},
        shared_with=takers(draw),
    )
    said = {"rows": row.n, "eligible": row.statuses.get("E", 0), "digest": row.digest[:16]}
    record_step(
        draw,
        "pool",
        Sentence("冻结名单：共%(rows)s处经营场所，可抽%(eligible)s处，指纹 %(digest)s…", **said)
        if draw.unit == "place"
        else Sentence("冻结名单：共%(rows)s件产品、项目或行为，可抽%(eligible)s件，指纹 %(digest)s…", **said)
        if draw.unit == "matter"
        else Sentence("冻结名单：共%(rows)s户，可抽%(eligible)s户，指纹 %(digest)s…", **said),
    )
