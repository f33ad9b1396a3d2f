"""Lists wait for an earlier draw of the same visits; whether closed pools meet is told to few (R-P6, R-D7).

Drafted by `python -m migrations.draft 0320_draws list_turn earlier_draws draw_neighbours`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0320_draws"
down_revision = "0287_visits"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE TABLE list_turn (
    draw_id UUID NOT NULL,
    waits_for UUID,
    waits_number TEXT,
    looked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    freed_at TIMESTAMP WITH TIME ZONE,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_list_turn PRIMARY KEY (id),
    CONSTRAINT uq_list_turn_draw_id_tenant_id UNIQUE (draw_id, tenant_id),
    CONSTRAINT fk_list_turn_party FOREIGN KEY(draw_id, tenant_id) REFERENCES draw_party (draw_id, bureau_id),
    CONSTRAINT ck_list_turn_number CHECK ((waits_for IS NULL) = (waits_number IS NULL)),
    CONSTRAINT fk_list_turn_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_list_turn_tenant_id ON list_turn (tenant_id)""",
    r"""CREATE OR REPLACE FUNCTION earlier_draws(the_draw uuid) RETURNS TABLE (bureau_id uuid, id uuid, number text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT p.bureau_id, CASE WHEN p.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid THEN o.id END, CASE WHEN p.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid THEN o.number END
  FROM public.draw d
  JOIN public.draw_party p ON p.draw_id = d.id AND p.list_name IS NOT NULL
  JOIN public.draw_party q ON q.bureau_id = p.bureau_id AND q.list_name IS NOT NULL
  JOIN public.draw o ON o.id = q.draw_id AND (o.created_at, o.id) < (d.created_at, d.id)
 WHERE d.id = the_draw
   AND (d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR EXISTS (
     SELECT 1 FROM public.draw_party t WHERE t.draw_id = d.id AND t.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid))
   AND (o.state IN ('frozen', 'open', 'closed')
        OR o.state = 'drawn' AND o.doors > 0 AND o.ended_at > public.onedoor_now() - interval '10 days'
           AND NOT EXISTS (SELECT 1 FROM public.visit v WHERE v.draw_id = o.id))
 ORDER BY o.created_at, o.id
$body$""",
    r"""GRANT EXECUTE ON FUNCTION earlier_draws(uuid) TO onedoor_bureau""",
    r"""ALTER FUNCTION earlier_draws(uuid) OWNER TO onedoor_definer""",
    r"""SET LOCAL ROLE onedoor_definer""",
    r"""DROP FUNCTION draw_neighbours(uuid)""",
    r"""RESET ROLE""",
    r"""CREATE OR REPLACE FUNCTION draw_neighbours(the_draw uuid)
    RETURNS TABLE (id uuid, number text, title text, state text, created_at timestamptz, opened_at timestamptz,
                   ended_at timestamptz, void_reason text, kept_waiting text[], meets boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT o.id, o.number, o.title, o.state, o.created_at, o.opened_at, o.ended_at, o.void_reason, o.kept_waiting,
       told.meets
  FROM public.draw d JOIN public.draw o ON o.tenant_id = d.tenant_id AND o.id <> d.id
 CROSS JOIN LATERAL (SELECT public.draws_meet(d.id, o.id) AND (
     d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR nullif(current_setting('onedoor.tenant', true), '')::uuid IN (SELECT public.supervisors_of(d.tenant_id)) OR NOT EXISTS (
       SELECT 1 FROM public.draw c WHERE c.id IN (d.id, o.id) AND c.closed AND NOT EXISTS (
         SELECT 1 FROM public.draw_party h WHERE h.draw_id = c.id AND h.holds AND h.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid))) AS meets) told
 WHERE d.id = the_draw
   AND (d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR EXISTS (
     SELECT 1 FROM public.draw_party p WHERE p.draw_id = d.id AND p.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid))
   AND o.created_at > public.onedoor_now() - interval '12 months'
   AND (told.meets OR o.line = d.line OR o.plan_line = d.plan_line)
 ORDER BY o.created_at DESC, o.id DESC
$body$""",
    r"""GRANT EXECUTE ON FUNCTION draw_neighbours(uuid) TO onedoor_bureau""",
    r"""ALTER FUNCTION draw_neighbours(uuid) OWNER TO onedoor_definer""",
    r"""ALTER TABLE list_turn ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON list_turn TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON list_turn TO onedoor_bureau""",
    r"""GRANT SELECT ON list_turn TO onedoor_supervisor""",
    r"""CREATE POLICY list_turn_bureau_select_0 ON list_turn FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR draw_id = ANY (ARRAY(SELECT my_draws())))""",
    r"""CREATE POLICY list_turn_bureau_insert_1 ON list_turn FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY list_turn_bureau_update_2 ON list_turn FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY list_turn_supervisor_select_3 ON list_turn FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
