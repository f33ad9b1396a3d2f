"""A supervisor reads what it raised and inspected where it reads the trace of a thing (R-D9)."""

from __future__ import annotations

from migrations.online import index, run

revision = "0299_supervision"
down_revision = "0296_targets"

STATEMENTS: tuple[str, ...] = (
    r"""GRANT SELECT ON oversight_alert TO onedoor_supervisor""",
    r"""CREATE POLICY oversight_alert_supervisor_select_3 ON oversight_alert FOR SELECT TO onedoor_supervisor USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT SELECT ON oversight_inspection TO onedoor_supervisor""",
    r"""CREATE POLICY oversight_inspection_supervisor_select_3 ON oversight_inspection FOR SELECT TO onedoor_supervisor USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR nullif(current_setting('onedoor.tenant', true), '')::uuid = ANY (partner_ids))""",
    r"""GRANT SELECT ON oversight_finding TO onedoor_supervisor""",
    r"""CREATE POLICY oversight_finding_supervisor_select_3 ON oversight_finding FOR SELECT TO onedoor_supervisor USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR EXISTS (SELECT 1 FROM oversight_inspection i WHERE i.id = inspection_id AND (i.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR nullif(current_setting('onedoor.tenant', true), '')::uuid = ANY (i.partner_ids))))""",
)


def upgrade() -> None:
    """Make it, in one transaction; the index beside the traffic."""
    index("ix_oversight_alert_record", "oversight_alert (record_id)")
    run(STATEMENTS)
