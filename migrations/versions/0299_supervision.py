"""A supervisor reads what it raised and inspected where it reads the trace of a thing; a task of a timetable stands there by its line (R-D9)."""

from __future__ import annotations

from migrations.online import index, run

revision = "0299_supervision"
down_revision = "0296_targets"

STATEMENTS: tuple[str, ...] = (
    r"""ALTER TABLE work_task ADD COLUMN line_id UUID""",
    r"""ALTER TABLE work_task ADD CONSTRAINT fk_work_task_line_id_tenant_id FOREIGN KEY(line_id, tenant_id) REFERENCES plan_line (id, tenant_id) NOT VALID""",
    r"""ALTER TABLE work_task VALIDATE CONSTRAINT fk_work_task_line_id_tenant_id""",
    r"""CREATE INDEX ix_work_task_line ON work_task (line_id, tenant_id)""",
    r"""GRANT SELECT ON oversight_alert TO onedoor_supervisor""",
    r"""CREATE POLICY oversight_alert_supervisor_select_3 ON oversight_alert FOR SELECT TO onedoor_supervisor USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT SELECT ON oversight_inspection TO onedoor_supervisor""",
    r"""CREATE POLICY oversight_inspection_supervisor_select_3 ON oversight_inspection FOR SELECT TO onedoor_supervisor USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR nullif(current_setting('onedoor.tenant', true), '')::uuid = ANY (partner_ids))""",
    r"""GRANT SELECT ON oversight_finding TO onedoor_supervisor""",
    r"""CREATE POLICY oversight_finding_supervisor_select_3 ON oversight_finding FOR SELECT TO onedoor_supervisor USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR EXISTS (SELECT 1 FROM oversight_inspection i WHERE i.id = inspection_id AND (i.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR nullif(current_setting('onedoor.tenant', true), '')::uuid = ANY (i.partner_ids))))""",
)


def upgrade() -> None:
    """Make it, in one transaction; the index of a large table beside the traffic."""
    index("ix_oversight_alert_record", "oversight_alert (record_id)")
    run(STATEMENTS)
