"""A corrected record: the firm gets the new text (R-O3)."""

from __future__ import annotations

from onedoor.followups.service.letters import issue_result_notice
from onedoor.visits import service as visiting
from onedoor.visits.rules.states import RevisionState
from tenants.models import Approval
from tenants.rules import Permission


def decide_revision(
    approval: Approval, approved: bool, reason: str, permissions: frozenset[Permission]
) -> None:
    """Decide on a correction; when it stands, the notice of the result is issued anew."""
    revision = visiting.decide_revision(approval, approved, reason, permissions)
    if revision.state == RevisionState.APPROVED:
        issue_result_notice(revision.record_id)
