"""Indexes for what is not yet sealed (R-T6) and for exact search of personal data (R-T7), made without stopping writers.

A revision of their own: `index` passes over what is there, so an interrupted one is simply asked again.
"""

from __future__ import annotations

from migrations.online import index

revision = "0022_indexes"
down_revision = "0021_jobs"


def upgrade() -> None:
    """Make the indexes."""
    index("ix_audit_entry_unsealed", "audit_entry (tenant_id, at, id) WHERE sequence IS NULL")
    index("ix_inspector_private_identity_index", "inspector_private (tenant_id, identity_index)")
    index("ix_inspector_private_phone_index", "inspector_private (tenant_id, phone_index)")
    index("ix_entity_contact_phone_index", "entity_contact (tenant_id, phone_index)")
