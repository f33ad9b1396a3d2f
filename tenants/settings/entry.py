"""Entering what a place decides: shown before it is set, proposed by its supervisor, entered by the operator (access.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel import audit
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.scope import current_scope
from tenants.models import Bureau, Jurisdiction, JurisdictionSetting, SettingProposal
from tenants.rules import SettingProposalState
from tenants.settings import queries
from tenants.settings.declaration import declared


@dataclass(frozen=True)
class Decision:
    """What is to hold at a place from a day on, and the document that says so: its name and its number."""

    key: str
    place: str
    value: Any
    since: date
    provenance: str
    document_number: str


@dataclass(frozen=True)
class Change:
    """What a decision changes at one place: its value on the first day as it would be, and as it will be."""

    place: Jurisdiction
    bureaus: int
    before: Any
    after: Any

    @property
    def changed(self) -> bool:
        """Whether anything is different there; a place with a value of its own keeps it."""
        return bool(self.before != self.after)


def checked(decision: Decision) -> Decision:
    """The decision with its value as it is kept; raises ClerkError beside the fields that are wrong."""
    wrong: dict[str, list[str]] = {}
    value = None
    try:
        value = declared(decision.key).checked(decision.value)
    except ClerkError as error:
        wrong.update(error.fields or {"value": [str(error)]})
    if db.session.get(Jurisdiction, decision.place) is None:
        wrong["place"] = ["请选择辖区。"]
    for name, text in (("provenance", decision.provenance), ("document_number", decision.document_number)):
        if not text.strip():
            wrong[name] = ["请写明依据的文件和文号。"]
    if wrong:
        raise ClerkError("这项规定有几处需要修改。", fields=wrong)
    tidy = (decision.provenance.strip(), decision.document_number.strip())
    return Decision(decision.key, decision.place, value, decision.since, *tidy)


def preview(decision: Decision) -> list[Change]:
    """What would be different from that day on, at the place and at each one below it."""
    decision = checked(decision)
    before = queries.values_under(decision.key, decision.place, decision.since)
    own = queries.places_with_own(decision.key, decision.since)
    below = queries.places_below(decision.place)
    counts: dict[str, int] = {
        row[0]: row[1]
        for row in db.session.execute(
            sa.select(Bureau.jurisdiction_code, sa.func.count())
            .where(Bureau.active)
            .group_by(Bureau.jurisdiction_code)
        )
    }
    kept = {
        code for code in below if queries.nearest(code, own - {decision.place}, decision.place) is not None
    }
    return [
        Change(place, counts.get(code, 0), before[code], before[code] if code in kept else decision.value)
        for code, place in below.items()
    ]


def enter(decision: Decision) -> JurisdictionSetting:
    """Set it, in the operator's scope; the same place and day again corrects what was entered, and the log keeps both."""
    decision, scope = checked(decision), current_scope()
    mine = sa.select(JurisdictionSetting).where(
        JurisdictionSetting.jurisdiction_code == decision.place,
        JurisdictionSetting.key == decision.key,
        JurisdictionSetting.since == decision.since,
    )
    db.session.get_one(Jurisdiction, decision.place, with_for_update=True)
    row = db.session.scalar(mine)
    before = _kept(row) if row is not None else None
    if row is None:
        row = JurisdictionSetting(
            id=new_id(), jurisdiction_code=decision.place, key=decision.key, since=decision.since
        )
        db.session.add(row)
    row.value, row.provenance = {"value": decision.value}, decision.provenance
    row.document_number, row.entered_by, row.entered_at = decision.document_number, scope.actor_name, now()
    db.session.flush()
    audit.record(
        "tenants.setting.set", ("jurisdiction_setting", row.id), decision.key, before=before, after=_kept(row)
    )
    return row


def withdraw(setting_id: UUID) -> None:
    """Take back what is not in force yet; what was in force stays in the history."""
    row = db.session.get(JurisdictionSetting, setting_id, with_for_update=True)
    if row is None:
        raise NotFound()
    if row.since <= today():
        raise Conflict("已经施行的规定不能撤回，请登记新的规定。")
    audit.record("tenants.setting.withdraw", ("jurisdiction_setting", row.id), row.key, before=_kept(row))
    db.session.delete(row)
    db.session.flush()


def propose(decision: Decision) -> SettingProposal:
    """A supervising bureau asks for it, in its own scope, for a place within its grants (R-T3)."""
    decision, scope = checked(decision), current_scope()
    if decision.place not in set(db.session.scalars(sa.text("SELECT supervised_places()"))):
        raise ClerkError("本单位不在这个辖区行使执法监督权。", fields={"place": ["请选择本单位监督的辖区。"]})
    made = SettingProposal(
        id=new_id(),
        tenant_id=scope.tenant_id,
        jurisdiction_code=decision.place,
        key=decision.key,
        value={"value": decision.value},
        provenance=decision.provenance,
        document_number=decision.document_number,
        since=decision.since,
        state=SettingProposalState.WAITING,
        proposed_by=scope.actor_name,
        proposed_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    audit.record(
        "tenants.setting.propose", ("setting_proposal", made.id), decision.key, after=vars_of(decision)
    )
    return made


def answer(proposal_id: UUID, *, accepted: bool, text: str) -> SettingProposal:
    """The operator enters what was proposed as it was proposed, or declines it with the reason."""
    proposal = db.session.get(SettingProposal, proposal_id, with_for_update=True)
    if proposal is None:
        raise NotFound()
    if proposal.state != SettingProposalState.WAITING:
        raise Conflict("这条建议已经答复。")
    if not accepted and not text.strip():
        raise ClerkError("不采纳的请写明理由。", fields={"answer": ["请写明理由。"]})
    if accepted:
        enter(decision_of(proposal))
    proposal.state, proposal.answer, proposal.answered_at = (
        ("entered" if accepted else "declined"),
        text.strip(),
        now(),
    )
    audit.record(
        "tenants.setting.answer",
        ("setting_proposal", proposal.id),
        proposal.key,
        after={"state": proposal.state},
    )
    db.session.flush()
    return proposal


def decision_of(proposal: SettingProposal) -> Decision:
    """What a proposal asks for."""
    words = (proposal.provenance, proposal.document_number)
    return Decision(proposal.key, proposal.jurisdiction_code, proposal.value["value"], proposal.since, *words)


def vars_of(decision: Decision) -> dict[str, Any]:
    """A decision for the log."""
    return {**vars(decision), "since": decision.since.isoformat()}


def _kept(row: JurisdictionSetting) -> dict[str, Any]:
    about = {"place": row.jurisdiction_code, "value": row.value["value"], "since": row.since.isoformat()}
    return {**about, "provenance": row.provenance, "document_number": row.document_number}
