"""Drawn objects called off, with the reason; what is done at a draw reaches the log of all who have to do with it; plan lines
by risk level, for closed draws."""

from __future__ import annotations

from alembic import op

revision = "0065_called_off"
down_revision = "0064_belongings_at"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE plan_line DROP CONSTRAINT ck_plan_line_stratify",
    "ALTER TABLE plan_line ADD CONSTRAINT ck_plan_line_stratify CHECK (stratify IN ('none', 'kind', 'place', 'risk')) NOT VALID",
    "ALTER TABLE plan_line VALIDATE CONSTRAINT ck_plan_line_stratify",
    r"""CREATE TABLE draw_call_off (
    draw_id UUID NOT NULL,
    object_code TEXT NOT NULL,
    reason TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_draw_call_off PRIMARY KEY (id),
    CONSTRAINT fk_draw_call_off_draw_id_tenant_id FOREIGN KEY(draw_id, tenant_id) REFERENCES draw (id, tenant_id),
    CONSTRAINT fk_draw_call_off_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_draw_call_off_draw_id ON draw_call_off (draw_id)""",
    r"""CREATE INDEX ix_draw_call_off_tenant_id ON draw_call_off (tenant_id)""",
    r"""ALTER TABLE draw_call_off ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE draw_call_off FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON draw_call_off TO onedoor_definer""",
    r"""GRANT SELECT ON draw_call_off TO onedoor_bureau""",
    r"""CREATE POLICY draw_call_off_bureau_select_0 ON draw_call_off FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND (NOT d.surprise OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())) OR EXISTS (SELECT 1 FROM draw_release r WHERE r.draw_id = d.id)) AND (NOT d.closed OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())))))""",
    r"""GRANT INSERT ON draw_call_off TO onedoor_bureau""",
    r"""CREATE POLICY draw_call_off_bureau_insert_1 ON draw_call_off FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state = 'drawn'))""",
    r"""GRANT SELECT ON draw_call_off TO onedoor_supervisor""",
    r"""CREATE POLICY draw_call_off_supervisor_select_2 ON draw_call_off FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    "SET LOCAL ROLE onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION share_audit(entry uuid, bureaus uuid[]) RETURNS integer LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
WITH copied AS (
  INSERT INTO public.audit_entry (tenant_id, at, actor_id, actor_name, bureau_name, role, origin, request,
                                  event, subject_kind, subject_id, subject_name, after)
  SELECT b.id, e.at, e.actor_id, e.actor_name, e.bureau_name, e.role, 'together', e.request,
         e.event, e.subject_kind, e.subject_id, e.subject_name, jsonb_build_object('entry', e.id)
    FROM public.audit_entry e, public.bureau b
   WHERE e.id = share_audit.entry AND e.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND e.sequence IS NULL
     AND b.id = ANY (share_audit.bureaus) AND b.id <> e.tenant_id
     AND (EXISTS (SELECT FROM public.participation mine JOIN public.participation theirs USING (campaign_id)
                   WHERE mine.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND theirs.tenant_id = b.id)
          -- What is done at a draw reaches all who have to do with it: who commits, or holds closed lists, too.
          OR e.subject_kind = 'draw' AND EXISTS (
            SELECT FROM public.draw_party mine JOIN public.draw_party theirs USING (draw_id)
             WHERE mine.draw_id = e.subject_id AND mine.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND theirs.bureau_id = b.id)
          OR b.id IN (SELECT public.supervised_bureaus()))
  RETURNING 1)
SELECT count(*)::integer FROM copied
$body$""",
    "RESET ROLE",
)


def upgrade() -> None:
    """Bring it in."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
