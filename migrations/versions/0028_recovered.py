"""An index for those who were let in again at the command line: their bureau's people are told on their desks (R-T6)."""

from __future__ import annotations

from migrations.online import index

revision = "0028_recovered"
down_revision = "0027_sentences_of_visits"


def upgrade() -> None:
    """Make the index."""
    index("ix_audit_entry_recovered", "audit_entry (tenant_id, at) WHERE event = 'tenants.user.recover'")
