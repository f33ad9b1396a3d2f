"""What a review of a bureau's records finds, and entities that are one (R-L5, R-L6, R-T4)."""

from __future__ import annotations

from alembic import op

revision = "0062_quality"
down_revision = "0061_risk"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    r"""CREATE TABLE quality_review (
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_name TEXT NOT NULL,
    records INTEGER NOT NULL,
    faulty INTEGER NOT NULL,
    figures JSONB NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_quality_review PRIMARY KEY (id),
    CONSTRAINT uq_quality_review_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_quality_review_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_quality_review_latest ON quality_review (tenant_id, at DESC)",
    "CREATE INDEX ix_quality_review_tenant_id ON quality_review (tenant_id)",
    r"""CREATE TABLE duplicate_pair (
    first_id UUID NOT NULL,
    second_id UUID NOT NULL,
    likeness TEXT NOT NULL,
    state TEXT DEFAULT 'open' NOT NULL,
    found_at TIMESTAMP WITH TIME ZONE NOT NULL,
    reason TEXT,
    decided_by TEXT,
    decided_at TIMESTAMP WITH TIME ZONE,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_duplicate_pair PRIMARY KEY (id),
    CONSTRAINT uq_duplicate_pair_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_duplicate_pair_tenant_id_first_id_second_id UNIQUE (tenant_id, first_id, second_id),
    CONSTRAINT ck_duplicate_pair_order CHECK (first_id < second_id),
    CONSTRAINT ck_duplicate_pair_likeness CHECK (likeness IN ('name', 'address')),
    CONSTRAINT ck_duplicate_pair_state CHECK (state IN ('open', 'apart', 'merged')),
    CONSTRAINT fk_duplicate_pair_first_id FOREIGN KEY(first_id) REFERENCES entity (id) ON DELETE CASCADE,
    CONSTRAINT fk_duplicate_pair_second_id FOREIGN KEY(second_id) REFERENCES entity (id) ON DELETE CASCADE,
    CONSTRAINT fk_duplicate_pair_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_duplicate_pair_first ON duplicate_pair (first_id)",
    "CREATE INDEX ix_duplicate_pair_second ON duplicate_pair (second_id)",
    "CREATE INDEX ix_duplicate_pair_state ON duplicate_pair (tenant_id, state, id)",
    "CREATE INDEX ix_duplicate_pair_tenant_id ON duplicate_pair (tenant_id)",
    r"""CREATE TABLE entity_merge (
    gone_id UUID NOT NULL,
    survivor_id UUID NOT NULL,
    reason TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_name TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_entity_merge PRIMARY KEY (id),
    CONSTRAINT uq_entity_merge_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT ck_entity_merge_two CHECK (gone_id <> survivor_id),
    CONSTRAINT uq_entity_merge_gone_id UNIQUE (gone_id),
    CONSTRAINT fk_entity_merge_gone_id FOREIGN KEY(gone_id) REFERENCES entity (id),
    CONSTRAINT fk_entity_merge_survivor_id FOREIGN KEY(survivor_id) REFERENCES entity (id),
    CONSTRAINT fk_entity_merge_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_entity_merge_survivor ON entity_merge (survivor_id)",
    "CREATE INDEX ix_entity_merge_tenant_id ON entity_merge (tenant_id)",
    r"""CREATE TABLE quality_finding (
    entity_id UUID NOT NULL,
    fault TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_quality_finding PRIMARY KEY (id),
    CONSTRAINT uq_quality_finding_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_quality_finding_entity_id FOREIGN KEY(entity_id) REFERENCES entity (id) ON DELETE CASCADE,
    CONSTRAINT fk_quality_finding_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_quality_finding_entity ON quality_finding (entity_id)",
    "CREATE INDEX ix_quality_finding_list ON quality_finding (tenant_id, fault, id)",
    "CREATE INDEX ix_quality_finding_tenant_id ON quality_finding (tenant_id)",
    r"""CREATE OR REPLACE FUNCTION follow_merge(gone uuid) RETURNS bigint LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
  m public.entity_merge;
  moved bigint;
BEGIN
  SELECT * INTO m FROM public.entity_merge x
   WHERE x.gone_id = gone AND x.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND x.xmin = pg_current_xact_id()::xid;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'R-T4: nothing was merged here';
  END IF;
  INSERT INTO public.target (id, tenant_id, entity_id, rule_id, listed_on)
  SELECT gen_random_uuid(), t.tenant_id, m.survivor_id, t.rule_id, (now() AT TIME ZONE 'Asia/Shanghai')::date FROM public.target t
   WHERE t.entity_id = gone AND t.ended_on IS NULL
      ON CONFLICT (tenant_id, entity_id) WHERE ended_on IS NULL DO NOTHING;
  UPDATE public.target t SET ended_on = (now() AT TIME ZONE 'Asia/Shanghai')::date, ended_reason = '重复登记'
    WHERE t.entity_id = gone AND t.ended_on IS NULL;
  GET DIAGNOSTICS moved = ROW_COUNT;
  INSERT INTO public.recusal (id, tenant_id, inspector_id, entity_code, reason_code, reason, since, until, created_at)
  SELECT gen_random_uuid(), r.tenant_id, r.inspector_id, s.code, r.reason_code, r.reason, r.since, r.until, now()
    FROM public.recusal r
    JOIN public.entity g ON g.id = gone AND r.entity_code = g.code
    JOIN public.entity s ON s.id = m.survivor_id
   WHERE (r.until IS NULL OR r.until >= (now() AT TIME ZONE 'Asia/Shanghai')::date)
     AND NOT EXISTS (SELECT FROM public.recusal o WHERE o.inspector_id = r.inspector_id
                      AND o.entity_code = s.code AND (o.until IS NULL OR o.until >= (now() AT TIME ZONE 'Asia/Shanghai')::date));
  INSERT INTO public.entity_tag (id, tenant_id, tag_id, entity_id, shared, name, at)
  SELECT gen_random_uuid(), g.tenant_id, g.tag_id, m.survivor_id, g.shared, g.name, now()
    FROM public.entity_tag g WHERE g.entity_id = gone ON CONFLICT DO NOTHING;
  RETURN moved;
END
$body$""",
    "GRANT EXECUTE ON FUNCTION follow_merge(uuid) TO onedoor_bureau",
    "ALTER FUNCTION follow_merge(uuid) OWNER TO onedoor_definer",
    "ALTER TABLE quality_review ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE quality_review FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON quality_review TO onedoor_definer",
    "GRANT SELECT ON quality_review TO onedoor_bureau",
    "CREATE POLICY quality_review_bureau_select_0 ON quality_review FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT INSERT ON quality_review TO onedoor_bureau",
    "CREATE POLICY quality_review_bureau_insert_1 ON quality_review FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "ALTER TABLE duplicate_pair ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE duplicate_pair FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON duplicate_pair TO onedoor_definer",
    "GRANT SELECT ON duplicate_pair TO onedoor_bureau",
    "CREATE POLICY duplicate_pair_bureau_select_0 ON duplicate_pair FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT INSERT ON duplicate_pair TO onedoor_bureau",
    "CREATE POLICY duplicate_pair_bureau_insert_1 ON duplicate_pair FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT UPDATE ON duplicate_pair TO onedoor_bureau",
    "CREATE POLICY duplicate_pair_bureau_update_2 ON duplicate_pair FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT DELETE ON duplicate_pair TO onedoor_bureau",
    "CREATE POLICY duplicate_pair_bureau_delete_3 ON duplicate_pair FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "ALTER TABLE entity_merge ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE entity_merge FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON entity_merge TO onedoor_definer",
    "GRANT SELECT ON entity_merge TO onedoor_bureau",
    "CREATE POLICY entity_merge_bureau_select_0 ON entity_merge FOR SELECT TO onedoor_bureau USING (true)",
    "GRANT SELECT ON entity_merge TO onedoor_supervisor",
    "CREATE POLICY entity_merge_supervisor_select_1 ON entity_merge FOR SELECT TO onedoor_supervisor USING (true)",
    "GRANT INSERT ON entity_merge TO onedoor_bureau",
    "CREATE POLICY entity_merge_bureau_insert_2 ON entity_merge FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND 2 = (SELECT count(*) FROM entity e WHERE e.id IN (gone_id, survivor_id) AND e.kind = ANY (ARRAY(SELECT my_entity_kinds()))))",
    "ALTER TABLE quality_finding ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE quality_finding FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON quality_finding TO onedoor_definer",
    "GRANT SELECT ON quality_finding TO onedoor_bureau",
    "CREATE POLICY quality_finding_bureau_select_0 ON quality_finding FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT INSERT ON quality_finding TO onedoor_bureau",
    "CREATE POLICY quality_finding_bureau_insert_1 ON quality_finding FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT DELETE ON quality_finding TO onedoor_bureau",
    "CREATE POLICY quality_finding_bureau_delete_2 ON quality_finding FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
)


def upgrade() -> None:
    """Bring it in."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
