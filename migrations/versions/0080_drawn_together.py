"""The objects that a list drew of a stratum, or keeps as substitutes, stand in one row in their order, no more in a row each.

Of a million objects thirty thousand are drawn, and to write them, with a key and three indexes each, took as long as the
draw itself. That no object is in a list twice is looked at for all of them at once.
"""

from __future__ import annotations

from alembic import op

revision = "0080_drawn_together"
down_revision = "0079_reasons"

TOGETHER: tuple[str, ...] = (
    r"""INSERT INTO drawn_part (tenant_id, draw_id, list_name, list_position, stratum, part, codes)
SELECT tenant_id, draw_id, list_name, list_position, stratum, part, array_agg(object_code ORDER BY position)
  FROM drawn_row GROUP BY tenant_id, draw_id, list_name, list_position, stratum, part""",
)
STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    r"""CREATE TABLE drawn_part (
    draw_id UUID NOT NULL,
    list_name TEXT NOT NULL,
    list_position INTEGER NOT NULL,
    stratum TEXT NOT NULL,
    part TEXT NOT NULL,
    codes TEXT[] NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_drawn_part PRIMARY KEY (id),
    CONSTRAINT fk_drawn_part_draw_id_tenant_id FOREIGN KEY(draw_id, tenant_id) REFERENCES draw (id, tenant_id),
    CONSTRAINT uq_drawn_part_draw_id_list_name_stratum_part UNIQUE (draw_id, list_name, stratum, part),
    CONSTRAINT ck_drawn_part_part CHECK (part IN ('drawn', 'reserve')),
    CONSTRAINT fk_drawn_part_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_drawn_part_tenant_id ON drawn_part (tenant_id)""",
    r"""CREATE OR REPLACE FUNCTION drawn_part_has_each_once() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF EXISTS (
    SELECT 1 FROM public.drawn_part p CROSS JOIN unnest(p.codes) AS object (code)
     WHERE p.draw_id IN (SELECT a.draw_id FROM added a)
     GROUP BY p.draw_id, p.list_name, object.code HAVING count(*) > 1)
  THEN
    RAISE EXCEPTION 'a list draws an object once, or keeps it as a substitute' USING ERRCODE = 'unique_violation';
  END IF;
  RETURN NULL;
END
$body$""",
    r"""CREATE TRIGGER drawn_part_has_each_once AFTER INSERT ON drawn_part REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION drawn_part_has_each_once()""",
    r"""ALTER TABLE drawn_part ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE drawn_part FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON drawn_part TO onedoor_definer""",
    r"""GRANT SELECT ON drawn_part TO onedoor_bureau""",
    r"""CREATE POLICY drawn_part_bureau_select_0 ON drawn_part FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND (NOT d.surprise OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())) OR EXISTS (SELECT 1 FROM draw_release r WHERE r.draw_id = d.id)) AND (NOT d.closed OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR EXISTS (SELECT 1 FROM draw_party h WHERE h.draw_id = d.id AND h.holds AND h.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) OR EXISTS (SELECT 1 FROM draw_party p WHERE p.draw_id = d.id AND p.list_name = drawn_part.list_name AND p.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid))))""",
    r"""GRANT INSERT ON drawn_part TO onedoor_bureau""",
    r"""CREATE POLICY drawn_part_bureau_insert_1 ON drawn_part FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state IN ('frozen', 'open', 'closed')))""",
    r"""GRANT SELECT ON drawn_part TO onedoor_supervisor""",
    r"""CREATE POLICY drawn_part_supervisor_select_2 ON drawn_part FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))""",
    "LOCK TABLE drawn_row IN ACCESS EXCLUSIVE MODE",
    "SET LOCAL ROLE onedoor_definer",
    *TOGETHER,
    "RESET ROLE",
    "DROP TABLE drawn_row",
)


def upgrade() -> None:
    """Put them together."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
