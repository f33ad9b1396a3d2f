"""Acting for a colleague: on leave (代办) or by written delegation (委托); explicit, for a time, shown (R-T5).

While somebody acts for another, everything they do carries both names, they have what was passed on and
nothing of their own, and neither of the two decides on what the other submitted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel import audit
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.kernel.scope import current_scope, in_scope
from onedoor.kernel.text.source_strings import N_
from tenants.models import StandIn, UserAccount, UserSession
from tenants.rules import DELEGABLE, IN_WRITING, LONGEST_STAND_IN, Permission, Role, permissions_of
from tenants.scope import account_keeper

_VALID = "valid"


@dataclass(frozen=True)
class Arrangement:
    """One standing-in as its people see it; `state` is coming, valid, over or ended."""

    id: UUID
    kind: str
    principal_id: UUID
    principal_name: str
    agent_id: UUID
    agent_name: str
    permissions: tuple[Permission, ...]
    since: date
    until: date
    basis: str
    made_by: str
    made_at: datetime
    ended_by: str | None
    state: str

    @property
    def valid(self) -> bool:
        """It holds today."""
        return self.state == _VALID


def arrange(
    principal_id: UUID,
    agent_id: UUID,
    kind: str,
    permissions: list[Permission],
    since: date,
    until: date,
    basis: str,
) -> UUID:
    """Let a colleague act for somebody of this bureau: for oneself, or as administrator for one who is away."""
    scope = current_scope()
    if scope.acting_for is not None:
        raise Forbidden("您正在代他人办理，不能再转托。请先结束代办。")
    _check_days(kind, since, until)
    with in_scope(account_keeper()):
        principal, agent = (db.session.get(UserAccount, one) for one in (principal_id, agent_id))
        if principal is None or agent is None or not (principal.active and agent.active):
            raise ClerkError("没有这个人。", fields={"agent_id": [N_("请从本单位在用的账户中选择。")]})
        _check_people(principal, agent, scope.actor_id)
        _check_permissions(kind, permissions, principal)
        made = StandIn(
            tenant_id=principal.tenant_id,
            kind=kind,
            principal_id=principal.id,
            principal_name=principal.display_name,
            agent_id=agent.id,
            agent_name=agent.display_name,
            permissions=sorted(one.value for one in permissions),
            since=since,
            until=until,
            basis=basis,
            made_by=scope.actor_name,
            made_at=now(),
        )
        db.session.add(made)
        db.session.flush()
        _tell("arrange", made, after=_told(made))
        db.session.commit()
        return made.id


def end(stand_in_id: UUID, *, by_administrator: bool = False) -> None:
    """End it at once: either of the two people, or the administrator."""
    with in_scope(account_keeper()):
        me, found = current_scope(), db.session.get(StandIn, stand_in_id, with_for_update=True)
        if found is None or not (by_administrator or me.actor_id in (found.principal_id, found.agent_id)):
            raise NotFound()
        if found.ended_at is None:
            found.ended_at, found.ended_by = now(), me.actor_name
            _tell("end", found)
        db.session.commit()


def act_for(stand_in_id: UUID, session_digest: str) -> None:
    """From the next click on this session works in the principal's name."""
    with in_scope(account_keeper()):
        found = db.session.get(StandIn, stand_in_id)
        if found is None or found.agent_id != current_scope().actor_id:
            raise NotFound()
        if not _is_live(found):
            raise Conflict("代办还没有开始，或已经结束。")
        _session(session_digest).stand_in_id = found.id
        _tell("begin", found)
        db.session.commit()


def act_for_oneself(session_digest: str) -> None:
    """From the next click on this session works in one's own name again."""
    with in_scope(account_keeper()):
        session = _session(session_digest)
        if session.stand_in_id is not None:
            found = db.session.get(StandIn, session.stand_in_id)
            assert found is not None
            session.stand_in_id = None
            _tell("stop", found)
        db.session.commit()


def arrangements(of: UUID | None = None) -> list[Arrangement]:
    """Those of this bureau, or those one person has a part in; the latest first."""
    query = sa.select(StandIn).where(StandIn.tenant_id == current_scope().tenant_id)
    if of is not None:
        query = query.where((StandIn.principal_id == of) | (StandIn.agent_id == of))
    rows = db.session.scalars(query.order_by(StandIn.made_at.desc(), StandIn.id))
    return [_shown(row) for row in rows]


def offered_to(agent_id: UUID) -> list[Arrangement]:
    """In whose name somebody may act today."""
    return [one for one in arrangements(agent_id) if one.agent_id == agent_id and one.valid]


def asked(agent_id: UUID | None, principal_id: UUID) -> bool:
    """Whether that person was asked to act for the other and nobody ended it, as the database's guards ask."""
    query = sa.select(StandIn.id).where(
        StandIn.tenant_id == current_scope().tenant_id,
        StandIn.agent_id == agent_id,
        StandIn.principal_id == principal_id,
        StandIn.ended_at.is_(None),
    )
    return bool(db.session.scalar(sa.select(query.exists())))


def live_of(session: UserSession) -> tuple[StandIn, UserAccount] | None:
    """For whom a session acts, if it still may: in time, not ended, and the principal's account in use."""
    if session.stand_in_id is None:
        return None
    row = db.session.execute(
        sa.select(StandIn, UserAccount)
        .join(UserAccount, UserAccount.id == StandIn.principal_id)
        .where(StandIn.id == session.stand_in_id, StandIn.agent_id == session.user_id)
    ).first()
    if row is None or not _is_live(row[0]) or not row[1].active:
        return None
    return row[0], row[1]


def _is_live(stand_in: StandIn) -> bool:
    return stand_in.ended_at is None and stand_in.since <= today() <= stand_in.until


def _check_days(kind: str, since: date, until: date) -> None:
    if since < today() or until < since:
        raise ClerkError("日期不对。", fields={"until": [N_("开始日期不早于今天，结束日期不早于开始日期。")]})
    if until - since > LONGEST_STAND_IN[kind]:
        message = N_("代办最长 31 天。") if kind == "leave" else N_("书面委托最长一年。")
        raise ClerkError("时间太长。", fields={"until": [message]})


def _check_people(principal: UserAccount, agent: UserAccount, me: UUID | None) -> None:
    same = agent.person_id is not None and agent.person_id == principal.person_id
    if agent.id == principal.id or same:
        raise ClerkError(
            "不能代自己办理。", fields={"agent_id": [N_("请选择另一个人，不能是本人的其他账户。")]}
        )
    if principal.id != me and agent.id == me:
        message = N_("管理员不能指定自己代别人办理，请本人办理，或由其他管理员办理。")
        raise ClerkError("不能指定自己。", fields={"agent_id": [message]})


def _check_permissions(kind: str, permissions: list[Permission], principal: UserAccount) -> None:
    held = DELEGABLE & permissions_of(frozenset(Role(role) for role in principal.roles))
    if not permissions or set(permissions) - held:
        message = N_("请至少选择一项，而且是委托人自己有权办理的事项。")
        raise ClerkError("请选择事项。", fields={"permissions": [message]})
    if kind == "leave" and set(permissions) & IN_WRITING:
        message = N_("负责人的批准权只能书面委托并写明文号，不能因请假由他人代办。")
        raise ClerkError("需要书面委托。", fields={"permissions": [message]})


def _session(digest: str) -> UserSession:
    session = db.session.get(UserSession, digest, with_for_update=True)
    if session is None or session.user_id != current_scope().actor_id:
        raise NotFound()
    return session


def _tell(verb: str, stand_in: StandIn, after: dict[str, Any] | None = None) -> None:
    """In the log, about the one in whose name things are done."""
    about = after or {"agent": stand_in.agent_name, "principal": stand_in.principal_name}
    named = stand_in.principal_name
    audit.record(f"tenants.stand_in.{verb}", ("user", stand_in.principal_id), named, after=about)


def _told(made: StandIn) -> dict[str, Any]:
    return {
        "kind": made.kind,
        "agent": made.agent_name,
        "permissions": made.permissions,
        "since": made.since.isoformat(),
        "until": made.until.isoformat(),
        "basis": made.basis,
    }


def _shown(row: StandIn) -> Arrangement:
    if row.ended_at is not None:
        state = "ended"
    else:
        state = "coming" if row.since > today() else _VALID if row.until >= today() else "over"
    return Arrangement(
        row.id,
        row.kind,
        row.principal_id,
        row.principal_name,
        row.agent_id,
        row.agent_name,
        tuple(Permission(one) for one in row.permissions),
        row.since,
        row.until,
        row.basis,
        row.made_by,
        row.made_at,
        row.ended_by,
        state,
    )
