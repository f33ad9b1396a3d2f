"""Entry to and exit from the inspector library: proposed by one, decided by the head (R-L9, R-T5)."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.officers.models import Inspector, InspectorProposal, InspectorProposalLine
from onedoor.officers.queries.leave import officer_of_account
from onedoor.officers.queries.proposals import waits_to
from onedoor.officers.rules.certificates import CERTIFICATE
from onedoor.officers.rules.codes import InspectorStatus, ProposalState
from onedoor.officers.service.certificates import look_at
from tenants import approvals
from tenants.rules import Permission

KIND = "inspectors"


@dataclass
class Moves:
    """Whom a load brings in, and whom it says are gone: both are for the head to decide (R-L9)."""

    entering: list[Inspector] = field(default_factory=list)
    leaving: list[Inspector] = field(default_factory=list)
    # Of those who enter, who is suspended by the file.
    suspended: set[UUID] = field(default_factory=set)
    # What it says otherwise of who is in the library (`officer_changes.OfficerChange`).
    changing: list[Any] = field(default_factory=list)

    def enter(self, inspector: Inspector, said: str) -> None:
        """To be asked for; a file that says `suspended` brings nobody into a draw."""
        self.entering.append(inspector)
        if said == InspectorStatus.SUSPENDED:
            self.suspended.add(inspector.id)

    def take(self, inspector: Inspector, said: str) -> str | None:
        """What the state of a known officer becomes by a file that says `said`; None: it stays."""
        if inspector.status == InspectorStatus.PROPOSED or inspector.status == said:
            return None
        if said == InspectorStatus.LEFT:
            if not waits_to("exit", inspector):
                self.leaving.append(inspector)
            return None
        if inspector.status == InspectorStatus.LEFT:
            self.enter(inspector, said)
            return None
        # Suspended until the certificate is renewed, whatever an older file says.
        return None if inspector.suspended_for == CERTIFICATE else said


def propose_entry(
    officers: Sequence[Inspector],
    reason: str,
    *,
    load: UUID | None = None,
    suspended: Set[UUID] = frozenset(),
) -> InspectorProposal | None:
    """Ask the head to take officers into the library, those named `suspended` as such; nobody is drawn before.

    None when there is nobody to ask for. An account that became another's meanwhile stays with them.
    """
    asked = [one for one in officers if not waits_to("entry", one)]
    for one in asked:
        if one.user_id is not None and officer_of_account(one.user_id, besides=one) is not None:
            one.user_id = None
        one.status, one.suspended_for, one.updated_at = InspectorStatus.PROPOSED.value, None, now()
        one.proposed_as = InspectorStatus.SUSPENDED.value if one.id in suspended else None
    return _propose("entry", asked, reason, load)


def propose_exit(
    officers: Sequence[Inspector], reason: str, *, load: UUID | None = None
) -> InspectorProposal | None:
    """Ask the head to let officers go; until then they stand as they did. None when all were asked for before."""
    return _propose("exit", [one for one in officers if not waits_to("exit", one)], reason, load)


def _propose(
    direction: str, officers: Sequence[Inspector], reason: str, load: UUID | None
) -> InspectorProposal | None:
    if not officers:
        return None
    made = new_proposal(direction, reason, load)
    for one in officers:
        line = {"proposal_id": made.id, "inspector_id": one.id, "name": one.name}
        db.session.add(InspectorProposalLine(id=new_id(), tenant_id=made.tenant_id, **line))
    return submit(made, officers)


def new_proposal(direction: str, reason: str, load: UUID | None) -> InspectorProposal:
    """A proposal in the name of whoever works here, to which its officers are added."""
    scope = current_scope()
    assert scope.tenant_id is not None
    proposal = InspectorProposal(
        id=new_id(),
        tenant_id=scope.tenant_id,
        direction=direction,
        reason=str(reason).strip(),
        state=ProposalState.SUBMITTED,
        submitter_name=scope.actor_name,
        submitted_at=now(),
        import_id=load,
    )
    db.session.add(proposal)
    db.session.flush()
    return proposal


def submit(proposal: InspectorProposal, officers: Sequence[Inspector]) -> InspectorProposal:
    """Ask the head for a decision on a proposal about these officers."""
    title = title_of(proposal.direction, officers)
    approvals.ask(KIND, proposal.id, title, "approve", Permission.PLAN_APPROVE)
    after = {
        "direction": proposal.direction,
        "officers": [one.name for one in officers],
        "reason": proposal.reason,
    }
    audit.record(
        "registry.inspectors.submit", ("inspector_proposal", proposal.id), officers[0].name, after=after
    )
    db.session.flush()
    return proposal


def move(proposal: InspectorProposal, inspector: Inspector) -> bool:
    """One of them enters or leaves, unless that is done otherwise already."""
    entering = proposal.direction == "entry"
    entered = InspectorStatus(inspector.proposed_as or InspectorStatus.ACTIVE)
    before, after = inspector.status, (entered if entering else InspectorStatus.LEFT)
    if (before == InspectorStatus.PROPOSED) != entering or before == InspectorStatus.LEFT:
        return False
    inspector.status, inspector.suspended_for, inspector.updated_at = after.value, None, now()
    inspector.proposed_as = None
    audit.record(
        "registry.inspector.status",
        ("inspector", inspector.id),
        inspector.name,
        before={"status": before},
        after={"status": after.value, "reason": proposal.reason},
    )
    look_at(inspector)
    return True


def title_of(direction: str, officers: Sequence[Inspector]) -> Sentence:
    """What the head reads of a proposal."""
    name, count = officers[0].name, len(officers)
    if direction == "entry":
        one = Sentence("执法人员入库：%(name)s", name=name)
        return (
            one if count == 1 else Sentence("执法人员入库：%(name)s等 %(count)s 人", name=name, count=count)
        )
    if direction == "change":
        one = Sentence("执法人员信息变更：%(name)s", name=name)
        return (
            one
            if count == 1
            else Sentence("执法人员信息变更：%(name)s等 %(count)s 人", name=name, count=count)
        )
    one = Sentence("执法人员离库：%(name)s", name=name)
    return one if count == 1 else Sentence("执法人员离库：%(name)s等 %(count)s 人", name=name, count=count)


def refuse_while_leaving(inspector: Inspector) -> None:
    """Raise while an exit waits: it is decided first."""
    if waits_to("exit", inspector):
        raise Conflict("%(name)s的离库还在等待批准，请等批准或退回后再办理。", name=inspector.name)
