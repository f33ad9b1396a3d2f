"""The audit log's memory: append-only, a chain for each bureau, anchors that the supervisors hold, looks with a reason.

The statements are those of the declarations in `kernel.chain` and `tenants.memory`, written out.
"""

from __future__ import annotations

from alembic import op

revision = "0016_memory"
down_revision = "0015_sentences"

STATEMENTS: tuple[str, ...] = (
    """SET LOCAL lock_timeout = '5s'""",
    r"""CREATE TABLE audit_chain (
    tenant_id UUID NOT NULL,
    sequence BIGINT NOT NULL,
    digest TEXT NOT NULL,
    sealed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_audit_chain PRIMARY KEY (tenant_id)
)""",
    r"""CREATE TABLE audit_anchor (
    tenant_id UUID NOT NULL,
    bureau_id UUID NOT NULL,
    day DATE NOT NULL,
    sequence BIGINT NOT NULL,
    digest TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_audit_anchor PRIMARY KEY (id),
    CONSTRAINT uq_audit_anchor_tenant_id_bureau_id_day UNIQUE (tenant_id, bureau_id, day),
    CONSTRAINT fk_audit_anchor_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id),
    CONSTRAINT fk_audit_anchor_bureau_id FOREIGN KEY(bureau_id) REFERENCES bureau (id)
)""",
    r"""CREATE TABLE audit_look (
    tenant_id UUID NOT NULL,
    bureau_id UUID NOT NULL,
    actor_id UUID NOT NULL,
    actor_name TEXT NOT NULL,
    reason TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_audit_look PRIMARY KEY (id),
    CONSTRAINT ck_audit_look_reason CHECK (length(reason) BETWEEN 1 AND 500 AND until <= at + interval '1 hour'),
    CONSTRAINT fk_audit_look_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id),
    CONSTRAINT fk_audit_look_bureau_id FOREIGN KEY(bureau_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_audit_look_actor ON audit_look (actor_id, until)""",
    r"""CREATE OR REPLACE FUNCTION unsealed_bureaus() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT DISTINCT e.tenant_id FROM public.audit_entry e WHERE e.sequence IS NULL
$body$""",
    r"""GRANT EXECUTE ON FUNCTION unsealed_bureaus() TO onedoor_dispatch""",
    r"""ALTER FUNCTION unsealed_bureaus() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION seal_audit(bureau uuid, most integer) RETURNS integer LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
  head public.audit_chain;
  entry record;
  ids uuid[] := '{}';
  numbers bigint[] := '{}';
  digests text[] := '{}';
BEGIN
  INSERT INTO public.audit_chain VALUES (bureau, 0, repeat('0', 64), clock_timestamp())
      ON CONFLICT DO NOTHING;
  -- One sealer at a time; what the one before committed is seen by the statements that follow.
  SELECT * INTO head FROM public.audit_chain c WHERE c.tenant_id = bureau FOR UPDATE;
  FOR entry IN
    SELECT e.id, (SELECT string_agg(coalesce(octet_length(field)::text || ':' || field, '-'), ','
                                    ORDER BY place)
             FROM unnest(ARRAY[e.id::text, e.tenant_id::text,
                    (extract(epoch FROM e.at) * 1000000)::bigint::text, e.actor_id::text, e.actor_name,
                    e.bureau_name, e.role, e.origin, e.request, e.event, e.subject_kind,
                    e.subject_id::text, e.subject_name, e.before::text, e.after::text])
                  WITH ORDINALITY AS fields (field, place)) AS canonical
      FROM public.audit_entry e WHERE e.tenant_id = bureau AND e.sequence IS NULL
     ORDER BY e.at, e.id LIMIT most
  LOOP
    head.sequence := head.sequence + 1;
    head.digest := encode(sha256(convert_to(
      head.sequence::text || ',' || head.digest || ',' || entry.canonical, 'UTF8')), 'hex');
    ids := ids || entry.id;
    numbers := numbers || head.sequence;
    digests := digests || head.digest;
  END LOOP;
  IF cardinality(ids) = 0 THEN
    RETURN 0;
  END IF;
  UPDATE public.audit_entry e SET sequence = s.number, digest = s.digest
    FROM unnest(ids, numbers, digests) AS s (id, number, digest) WHERE e.id = s.id;
  UPDATE public.audit_chain c
     SET sequence = head.sequence, digest = head.digest, sealed_at = clock_timestamp()
   WHERE c.tenant_id = bureau;
  RETURN cardinality(ids);
END
$body$""",
    r"""GRANT EXECUTE ON FUNCTION seal_audit(uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION seal_audit(uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION audit_entry_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  -- Sealing alone: a place and a digest, once, and nothing else of the row.
  DECLARE
    kept public.audit_entry := NEW;
  BEGIN
    kept.sequence := NULL;
    kept.digest := NULL;
    IF TG_OP = 'UPDATE' AND NEW.sequence IS NOT NULL AND NEW.digest IS NOT NULL
       AND kept IS NOT DISTINCT FROM OLD THEN
      RETURN NEW;
    END IF;
  END;
  RAISE EXCEPTION 'R-T6: the audit log is append-only' USING ERRCODE = 'restrict_violation';
END
$body$""",
    r"""CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_entry_stays()""",
    r"""CREATE OR REPLACE FUNCTION audit_entry_is_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  RAISE EXCEPTION 'R-T6: the audit log is append-only' USING ERRCODE = 'restrict_violation';
END
$body$""",
    r"""CREATE TRIGGER audit_entry_is_kept BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_kept()""",
    r"""CREATE OR REPLACE FUNCTION audit_chain_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.tenant_id = OLD.tenant_id AND NEW.sequence > OLD.sequence THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'R-T6: a chain only grows' USING ERRCODE = 'restrict_violation';
END
$body$""",
    r"""CREATE TRIGGER audit_chain_stays BEFORE UPDATE OR DELETE ON audit_chain FOR EACH ROW EXECUTE FUNCTION audit_chain_stays()""",
    r"""CREATE OR REPLACE FUNCTION audit_chain_is_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  RAISE EXCEPTION 'R-T6: a chain only grows' USING ERRCODE = 'restrict_violation';
END
$body$""",
    r"""CREATE TRIGGER audit_chain_is_kept BEFORE TRUNCATE ON audit_chain FOR EACH STATEMENT EXECUTE FUNCTION audit_chain_is_kept()""",
    r"""CREATE OR REPLACE FUNCTION opened_logs() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT l.bureau_id FROM public.audit_look l
 WHERE l.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND l.actor_id = nullif(current_setting('onedoor.actor', true), '')::uuid AND l.until > now()
   AND l.bureau_id IN (SELECT public.supervised_bureaus())
$body$""",
    r"""GRANT EXECUTE ON FUNCTION opened_logs() TO onedoor_supervisor""",
    r"""ALTER FUNCTION opened_logs() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION anchor_audit(day date) RETURNS integer LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
WITH made AS (
  INSERT INTO public.audit_anchor (tenant_id, bureau_id, day, sequence, digest, made_at)
  SELECT holder.id, c.tenant_id, anchor_audit.day, c.sequence, c.digest, clock_timestamp()
    FROM public.audit_chain c, LATERAL public.supervisors_of(c.tenant_id) AS holder (id)
   WHERE c.sequence > 0
      ON CONFLICT DO NOTHING RETURNING 1)
SELECT count(*)::integer FROM made
$body$""",
    r"""GRANT EXECUTE ON FUNCTION anchor_audit(date) TO onedoor_dispatch""",
    r"""ALTER FUNCTION anchor_audit(date) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION audit_anchor_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  RAISE EXCEPTION 'R-T6: an anchor stays as it was made' USING ERRCODE = 'restrict_violation';
END
$body$""",
    r"""CREATE TRIGGER audit_anchor_stays BEFORE UPDATE OR DELETE ON audit_anchor FOR EACH ROW EXECUTE FUNCTION audit_anchor_stays()""",
    r"""CREATE OR REPLACE FUNCTION audit_anchor_is_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  RAISE EXCEPTION 'R-T6: an anchor stays as it was made' USING ERRCODE = 'restrict_violation';
END
$body$""",
    r"""CREATE TRIGGER audit_anchor_is_kept BEFORE TRUNCATE ON audit_anchor FOR EACH STATEMENT EXECUTE FUNCTION audit_anchor_is_kept()""",
    r"""CREATE OR REPLACE FUNCTION audit_look_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  RAISE EXCEPTION 'R-T6: who looked and why is kept' USING ERRCODE = 'restrict_violation';
END
$body$""",
    r"""CREATE TRIGGER audit_look_stays BEFORE UPDATE OR DELETE ON audit_look FOR EACH ROW EXECUTE FUNCTION audit_look_stays()""",
    r"""CREATE OR REPLACE FUNCTION audit_look_is_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  RAISE EXCEPTION 'R-T6: who looked and why is kept' USING ERRCODE = 'restrict_violation';
END
$body$""",
    r"""CREATE TRIGGER audit_look_is_kept BEFORE TRUNCATE ON audit_look FOR EACH STATEMENT EXECUTE FUNCTION audit_look_is_kept()""",
    r"""CREATE OR REPLACE FUNCTION crossing_entry_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  RAISE EXCEPTION 'R-T6: who looked and why is kept' USING ERRCODE = 'restrict_violation';
END
$body$""",
    r"""CREATE TRIGGER crossing_entry_stays BEFORE UPDATE OR DELETE ON crossing_entry FOR EACH ROW EXECUTE FUNCTION crossing_entry_stays()""",
    r"""CREATE OR REPLACE FUNCTION crossing_entry_is_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  RAISE EXCEPTION 'R-T6: who looked and why is kept' USING ERRCODE = 'restrict_violation';
END
$body$""",
    r"""CREATE TRIGGER crossing_entry_is_kept BEFORE TRUNCATE ON crossing_entry FOR EACH STATEMENT EXECUTE FUNCTION crossing_entry_is_kept()""",
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
          OR b.id IN (SELECT public.supervised_bureaus()))
  RETURNING 1)
SELECT count(*)::integer FROM copied
$body$""",
    r"""GRANT EXECUTE ON FUNCTION share_audit(uuid, uuid[]) TO onedoor_bureau, onedoor_supervisor""",
    r"""ALTER FUNCTION share_audit(uuid, uuid[]) OWNER TO onedoor_definer""",
    r"""ALTER TABLE audit_chain ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE audit_chain FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON audit_chain TO onedoor_definer""",
    r"""GRANT SELECT ON audit_chain TO onedoor_bureau""",
    r"""CREATE POLICY audit_chain_bureau_select_0 ON audit_chain FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT SELECT ON audit_chain TO onedoor_supervisor""",
    r"""CREATE POLICY audit_chain_supervisor_select_1 ON audit_chain FOR SELECT TO onedoor_supervisor USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE audit_anchor ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE audit_anchor FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON audit_anchor TO onedoor_definer""",
    r"""GRANT SELECT ON audit_anchor TO onedoor_supervisor""",
    r"""CREATE POLICY audit_anchor_supervisor_select_0 ON audit_anchor FOR SELECT TO onedoor_supervisor USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE audit_look ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE audit_look FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON audit_look TO onedoor_definer""",
    r"""GRANT SELECT ON audit_look TO onedoor_supervisor""",
    r"""CREATE POLICY audit_look_supervisor_select_0 ON audit_look FOR SELECT TO onedoor_supervisor USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT INSERT ON audit_look TO onedoor_supervisor""",
    r"""CREATE POLICY audit_look_supervisor_insert_1 ON audit_look FOR INSERT TO onedoor_supervisor WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND actor_id = nullif(current_setting('onedoor.actor', true), '')::uuid AND bureau_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER POLICY audit_entry_bureau_insert_1 ON audit_entry WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND sequence IS NULL AND digest IS NULL)""",
    r"""ALTER POLICY audit_entry_supervisor_insert_3 ON audit_entry WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND sequence IS NULL AND digest IS NULL)""",
    r"""ALTER POLICY audit_entry_operator_insert_4 ON audit_entry WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND sequence IS NULL AND digest IS NULL)""",
    r"""ALTER POLICY audit_entry_identity_insert_6 ON audit_entry WITH CHECK (role = 'onedoor_identity' AND subject_kind IN ('user', 'token') AND (nullif(current_setting('onedoor.tenant', true), '')::uuid IS NULL OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) AND sequence IS NULL AND digest IS NULL)""",
    r"""GRANT SELECT ON audit_entry TO onedoor_supervisor""",
    r"""CREATE POLICY audit_entry_supervisor_select_7 ON audit_entry FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT opened_logs())))""",
)


def upgrade() -> None:
    """Tables, functions, triggers and policies; the index for what is not yet sealed is a revision of its own."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
