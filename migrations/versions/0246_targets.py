"""Products, projects and activities are drawn: each has a number of its own (R-L5); who should list an entity is told (R-L6)."""

from __future__ import annotations

from migrations.online import run

revision = "0246_targets"
down_revision = "0260_events"

STATEMENTS: tuple[str, ...] = (
    r"""ALTER TABLE target_matter ADD COLUMN sequence INTEGER""",
    r"""ALTER TABLE campaign DROP CONSTRAINT ck_campaign_unit""",
    r"""ALTER TABLE campaign ADD CONSTRAINT ck_campaign_unit CHECK (unit IN ('entity', 'place', 'matter')) NOT VALID""",
    r"""ALTER TABLE campaign VALIDATE CONSTRAINT ck_campaign_unit""",
    r"""ALTER TABLE draw DROP CONSTRAINT ck_draw_unit""",
    r"""ALTER TABLE draw ADD CONSTRAINT ck_draw_unit CHECK (unit IN ('entity', 'place', 'matter')) NOT VALID""",
    r"""ALTER TABLE draw VALIDATE CONSTRAINT ck_draw_unit""",
    r"""ALTER POLICY job_bureau_insert_1 ON job WITH CHECK (sender_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR name IN ('campaigns.freeze_list', 'campaigns.open_draw', 'campaigns.run_draw', 'campaigns.try_list', 'followups.note_answer', 'followups.note_transfer', 'owed.defer_part', 'owed.note', 'owed.note_answer', 'owed.note_handover', 'owed.register', 'registry.suggest_listing', 'visits.note_beginning', 'visits.note_combination', 'visits.schedule', 'visits.substitute')))""",
)


def upgrade() -> None:
    """Make it."""
    run(STATEMENTS)
