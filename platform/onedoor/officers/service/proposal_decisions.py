"""The head's decision on who enters the library, who leaves it, and what of an officer changes (R-L9, R-T5)."""

from __future__ import annotations

from onedoor.imports.service.library_updates import note_update
from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict
from onedoor.kernel.text.pinyin import pinyin_key
from onedoor.officers import queries
from onedoor.officers.models import Inspector, InspectorProposal, InspectorProposalLine
from onedoor.officers.policies import NEW_IDENTITY
from onedoor.officers.queries.proposals import lines_of
from onedoor.officers.service.certificates import look_at
from onedoor.officers.service.inspectors import keep_private, refuse_taken
from onedoor.officers.service.officer_changes import (
    HELD,
    OfficerChange,
    check_seat,
    is_approved,
    plain,
    read_value,
    told,
)
from onedoor.officers.service.proposals import move, title_of
from tenants import approvals
from tenants.models import Approval
from tenants.rules import Permission


def decide_proposal(
    approval: Approval, approved: bool, reason: str, permissions: frozenset[Permission]
) -> None:
    """Those who enter are at work, or suspended where that was said; those who leave have left; what is to change is changed;
    or all stays as it was."""
    approvals.decide(approval, approved, reason, permissions)
    proposal = queries.proposal(approval.subject_id)
    proposal.state = "approved" if approved else "returned"
    officers = queries.proposed_officers(proposal.id) if approved else []
    if approved and proposal.direction == "change":
        _apply(proposal)
        note_update("inspectors", 0, 0, title_of(proposal.direction, officers))
        officers = []
    moved = [one for one in officers if move(proposal, one)]
    if moved:
        entering = len(moved) if proposal.direction == "entry" else 0
        note_update("inspectors", entering, len(moved) - entering, title_of(proposal.direction, moved))
    db.session.flush()


def _apply(proposal: InspectorProposal) -> None:
    """The head agreed: write what was proposed, if it still fits what stands."""
    for line in lines_of(proposal.id):
        inspector = queries.my_inspector(line.inspector_id)
        db.session.refresh(inspector, with_for_update=True)
        number = NEW_IDENTITY.open(line.id, bytes(line.identity_number)) if line.identity_number else ""
        values = {name: read_value(name, after) for name, (_, after) in (line.changes or {}).items()}
        change = OfficerChange(inspector, values, number)
        _refuse_moved(inspector, line)
        check_seat(change)
        refuse_taken(inspector, values, number)
        before = told(change)
        if "name" in values:
            values["sort_key"] = pinyin_key(values["name"], person=True)
        for name, value in values.items():
            setattr(inspector, name, value)
        inspector.updated_at = now()
        db.session.flush()
        keep_private(inspector, number, "")
        look_at(inspector)
        line.identity_number = None
        audit.record(
            "registry.inspector.save",
            ("inspector", inspector.id),
            inspector.name,
            before={name: pair[0] for name, pair in before.items()},
            after={name: pair[1] for name, pair in before.items()} | {"paper": proposal.paper},
        )


def _refuse_moved(inspector: Inspector, line: InspectorProposalLine) -> None:
    changed = line.changes or {}
    stands = {name: plain(getattr(inspector, name)) for name in changed if name in HELD}
    if not is_approved(inspector) or any(stands[name] != changed[name][0] for name in stands):
        raise Conflict("%(name)s的信息在提请以后又有变动，请退回，由提请人重新提请。", name=inspector.name)
