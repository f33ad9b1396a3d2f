"""Draws of closed pools: their secret, the receipts of who holds the files, each firm's own lot (draw.md, "Pool")."""

from __future__ import annotations

from alembic import op

revision = "0045_closed_pools"
down_revision = "0044_files_as_they_are"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE draw ADD COLUMN closed BOOLEAN DEFAULT false NOT NULL",
    "ALTER TABLE draw_party ADD COLUMN holds BOOLEAN DEFAULT false NOT NULL",
    "ALTER TABLE draw_party ADD CONSTRAINT ck_draw_party_holds CHECK (NOT holds OR list_name IS NULL) NOT VALID",
    "ALTER TABLE draw_party VALIDATE CONSTRAINT ck_draw_party_holds",
    "ALTER TABLE draw_document DROP CONSTRAINT ck_draw_document_kind",
    "ALTER TABLE draw_document ADD CONSTRAINT ck_draw_document_kind CHECK (kind IN ('plan', 'roster', 'proof', 'public')) NOT VALID",
    "ALTER TABLE draw_document VALIDATE CONSTRAINT ck_draw_document_kind",
    r"""CREATE TABLE draw_lot (
    draw_id UUID NOT NULL,
    list_name TEXT NOT NULL,
    object_code TEXT NOT NULL,
    content BYTEA NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_draw_lot PRIMARY KEY (id),
    CONSTRAINT fk_draw_lot_draw_id_tenant_id FOREIGN KEY(draw_id, tenant_id) REFERENCES draw (id, tenant_id),
    CONSTRAINT uq_draw_lot_draw_id_object_code_list_name UNIQUE (draw_id, object_code, list_name),
    CONSTRAINT fk_draw_lot_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_draw_lot_tenant_id ON draw_lot (tenant_id)",
    r"""CREATE TABLE draw_secret (
    draw_id UUID NOT NULL,
    sealed BYTEA NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_draw_secret PRIMARY KEY (id),
    CONSTRAINT fk_draw_secret_draw_id_tenant_id FOREIGN KEY(draw_id, tenant_id) REFERENCES draw (id, tenant_id),
    CONSTRAINT uq_draw_secret_draw_id UNIQUE (draw_id),
    CONSTRAINT fk_draw_secret_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_draw_secret_tenant_id ON draw_secret (tenant_id)",
    r"""CREATE TABLE draw_receipt (
    draw_id UUID NOT NULL,
    list_name TEXT NOT NULL,
    digest TEXT NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    received_by TEXT NOT NULL,
    account_id UUID,
    account_for UUID,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_draw_receipt PRIMARY KEY (id),
    CONSTRAINT uq_draw_receipt_draw_id_tenant_id_list_name UNIQUE (draw_id, tenant_id, list_name),
    CONSTRAINT fk_draw_receipt_party FOREIGN KEY(draw_id, tenant_id) REFERENCES draw_party (draw_id, bureau_id),
    CONSTRAINT ck_draw_receipt_digest CHECK (digest ~ '^[0-9a-f]{64}$'),
    CONSTRAINT fk_draw_receipt_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_draw_receipt_tenant_id ON draw_receipt (tenant_id)",
    "ALTER TABLE draw_lot ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE draw_lot FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON draw_lot TO onedoor_definer",
    "GRANT SELECT ON draw_lot TO onedoor_bureau",
    "CREATE POLICY draw_lot_bureau_select_0 ON draw_lot FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT INSERT ON draw_lot TO onedoor_bureau",
    "CREATE POLICY draw_lot_bureau_insert_1 ON draw_lot FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state IN ('frozen', 'open', 'closed')))",
    "GRANT SELECT ON draw_lot TO onedoor_supervisor",
    "CREATE POLICY draw_lot_supervisor_select_2 ON draw_lot FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))",
    "ALTER TABLE draw_secret ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE draw_secret FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON draw_secret TO onedoor_definer",
    "GRANT SELECT ON draw_secret TO onedoor_bureau",
    "CREATE POLICY draw_secret_bureau_select_0 ON draw_secret FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR draw_id IN (SELECT p.draw_id FROM draw_party p WHERE p.list_name IS NOT NULL AND p.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid))",
    "GRANT INSERT ON draw_secret TO onedoor_bureau",
    "CREATE POLICY draw_secret_bureau_insert_1 ON draw_secret FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state IN ('frozen', 'open', 'closed')))",
    "ALTER TABLE draw_receipt ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE draw_receipt FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON draw_receipt TO onedoor_definer",
    "GRANT SELECT ON draw_receipt TO onedoor_bureau",
    "CREATE POLICY draw_receipt_bureau_select_0 ON draw_receipt FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))",
    "GRANT INSERT ON draw_receipt TO onedoor_bureau",
    "CREATE POLICY draw_receipt_bureau_insert_1 ON draw_receipt FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state IN ('frozen', 'open', 'closed')))",
    "GRANT SELECT ON draw_receipt TO onedoor_supervisor",
    "CREATE POLICY draw_receipt_supervisor_select_2 ON draw_receipt FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))",
    "ALTER POLICY drawn_row_bureau_select_0 ON drawn_row USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND (NOT d.surprise OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())) OR EXISTS (SELECT 1 FROM draw_release r WHERE r.draw_id = d.id)) AND (NOT d.closed OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR EXISTS (SELECT 1 FROM draw_party h WHERE h.draw_id = d.id AND h.holds AND h.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) OR EXISTS (SELECT 1 FROM draw_party p WHERE p.draw_id = d.id AND p.list_name = drawn_row.list_name AND p.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid))))",
    "ALTER POLICY team_slot_bureau_select_0 ON team_slot USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND (NOT d.surprise OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())) OR EXISTS (SELECT 1 FROM draw_release r WHERE r.draw_id = d.id)) AND (NOT d.closed OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())))))",
    "ALTER POLICY draw_document_bureau_select_0 ON draw_document USING ((kind <> 'roster' OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) AND (kind NOT IN ('proof', 'public') AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id) OR kind <> 'proof' AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND (NOT d.surprise OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())) OR EXISTS (SELECT 1 FROM draw_release r WHERE r.draw_id = d.id))) OR EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND (NOT d.surprise OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())) OR EXISTS (SELECT 1 FROM draw_release r WHERE r.draw_id = d.id)) AND (NOT d.closed OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR EXISTS (SELECT 1 FROM draw_party h WHERE h.draw_id = d.id AND h.holds AND h.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)))))",
    "ALTER POLICY draw_change_bureau_select_0 ON draw_change USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND (NOT d.surprise OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())) OR EXISTS (SELECT 1 FROM draw_release r WHERE r.draw_id = d.id)) AND (NOT d.closed OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())))))",
    r"""CREATE OR REPLACE FUNCTION draw_held(the_draw uuid) RETURNS TABLE (list_name text, digest text, pool bytea) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT p.list_name, e.digest, f.pool
  FROM public.draw d
  JOIN public.draw_party h ON h.draw_id = d.id AND h.holds AND h.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid
  JOIN public.draw_party p ON p.draw_id = d.id AND p.list_name IS NOT NULL
  JOIN public.draw_deposit e ON e.draw_id = d.id AND e.tenant_id = p.bureau_id
  JOIN public.draw_deposit_file f ON f.draw_id = d.id AND f.tenant_id = p.bureau_id
 WHERE d.id = the_draw AND d.closed
 ORDER BY p.position
$body$""",
    "GRANT EXECUTE ON FUNCTION draw_held(uuid) TO onedoor_bureau",
    "ALTER FUNCTION draw_held(uuid) OWNER TO onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION visit_lots(asked text) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT jsonb_agg(jsonb_build_object('draw', l.draw_id, 'list', l.list_name, 'object', l.object_code,
                                    'lot', convert_from(l.content, 'UTF8')) ORDER BY l.list_name)
  FROM public.visit v JOIN public.draw_lot l ON l.draw_id = v.draw_id AND l.object_code = v.entity_code
 WHERE v.code = asked
$body$""",
    "GRANT EXECUTE ON FUNCTION visit_lots(text) TO onedoor_public, onedoor_bureau",
    "ALTER FUNCTION visit_lots(text) OWNER TO onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION sealed_draw_secret_sealed(writes integer, after uuid, most integer) RETURNS TABLE (id uuid, about uuid, value bytea) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.sealed FROM public.draw_secret t
 WHERE t.sealed IS NOT NULL AND t.id > after AND (get_byte(t.sealed, 0) <> writes) AND true
 ORDER BY t.id LIMIT most
$body$""",
    "GRANT EXECUTE ON FUNCTION sealed_draw_secret_sealed(integer, uuid, integer) TO onedoor_dispatch",
    "ALTER FUNCTION sealed_draw_secret_sealed(integer, uuid, integer) OWNER TO onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION reseal_draw_secret_sealed(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
WITH changed AS (
  UPDATE public.draw_secret t SET sealed = n.fresh
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.sealed = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    "GRANT EXECUTE ON FUNCTION reseal_draw_secret_sealed(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch",
    "ALTER FUNCTION reseal_draw_secret_sealed(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION keys_of_draw_secret_sealed() RETURNS TABLE (number integer, rows bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT get_byte(t.sealed, 0), count(*) FROM public.draw_secret t
 WHERE t.sealed IS NOT NULL AND true GROUP BY 1
$body$""",
    "GRANT EXECUTE ON FUNCTION keys_of_draw_secret_sealed() TO onedoor_dispatch",
    "ALTER FUNCTION keys_of_draw_secret_sealed() OWNER TO onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION draw_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.state IN ('drawn', 'void') THEN
    RAISE EXCEPTION 'R-D7: no draw is changed or deleted after its end';
  END IF;
  IF (NEW.tenant_id, NEW.line, NEW.seq, NEW.number, NEW.campaign_id, NEW.hash, NEW.surprise, NEW.closed,
      NEW.beacon, NEW.reveals_due)
     IS DISTINCT FROM
     (OLD.tenant_id, OLD.line, OLD.seq, OLD.number, OLD.campaign_id, OLD.hash, OLD.surprise, OLD.closed,
      OLD.beacon, OLD.reveals_due)
     OR (OLD.reveals_digest IS NOT NULL AND NEW.reveals_digest IS DISTINCT FROM OLD.reveals_digest)
     OR (OLD.plan_digest IS NOT NULL AND NEW.plan_digest IS DISTINCT FROM OLD.plan_digest)
     OR (OLD.texts_digest IS NOT NULL AND NEW.texts_digest IS DISTINCT FROM OLD.texts_digest) THEN
    RAISE EXCEPTION 'R-D7: line, number and what was published of a draw stay';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE OR REPLACE FUNCTION draw_commitment_of_one_party() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  NEW.account_id := nullif(current_setting('onedoor.actor', true), '')::uuid;
  IF NEW.account_for IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM public.stand_in s
     WHERE s.tenant_id = NEW.tenant_id AND s.agent_id = NEW.account_id
       AND s.principal_id = NEW.account_for AND s.ended_at IS NULL)
  THEN
    RAISE EXCEPTION 'nobody acts for somebody who did not ask them (R-T5)'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF EXISTS (
    SELECT 1 FROM (
      SELECT c.account_id, c.account_for FROM public.draw_commitment c
       WHERE c.draw_id = NEW.draw_id AND c.tenant_id <> NEW.tenant_id
      UNION ALL SELECT v.account_id, v.account_for FROM public.draw_reveal v
       WHERE v.draw_id = NEW.draw_id AND v.tenant_id <> NEW.tenant_id
      UNION ALL SELECT g.account_id, g.account_for FROM public.draw_beacon_reading g
       WHERE g.draw_id = NEW.draw_id AND g.tenant_id <> NEW.tenant_id
      UNION ALL SELECT r.account_id, r.account_for FROM public.draw_receipt r
       WHERE r.draw_id = NEW.draw_id AND r.tenant_id <> NEW.tenant_id
    ) AS o, unnest(ARRAY[o.account_id, o.account_for]) AS other (id),
            unnest(ARRAY[NEW.account_id, NEW.account_for]) AS said (id)
     WHERE public.same_person(other.id, said.id))
  THEN
    RAISE EXCEPTION 'nobody acts for two parties of a draw (R-T5)' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE OR REPLACE FUNCTION draw_reveal_of_one_party() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  NEW.account_id := nullif(current_setting('onedoor.actor', true), '')::uuid;
  IF NEW.account_for IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM public.stand_in s
     WHERE s.tenant_id = NEW.tenant_id AND s.agent_id = NEW.account_id
       AND s.principal_id = NEW.account_for AND s.ended_at IS NULL)
  THEN
    RAISE EXCEPTION 'nobody acts for somebody who did not ask them (R-T5)'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF EXISTS (
    SELECT 1 FROM (
      SELECT c.account_id, c.account_for FROM public.draw_commitment c
       WHERE c.draw_id = NEW.draw_id AND c.tenant_id <> NEW.tenant_id
      UNION ALL SELECT v.account_id, v.account_for FROM public.draw_reveal v
       WHERE v.draw_id = NEW.draw_id AND v.tenant_id <> NEW.tenant_id
      UNION ALL SELECT g.account_id, g.account_for FROM public.draw_beacon_reading g
       WHERE g.draw_id = NEW.draw_id AND g.tenant_id <> NEW.tenant_id
      UNION ALL SELECT r.account_id, r.account_for FROM public.draw_receipt r
       WHERE r.draw_id = NEW.draw_id AND r.tenant_id <> NEW.tenant_id
    ) AS o, unnest(ARRAY[o.account_id, o.account_for]) AS other (id),
            unnest(ARRAY[NEW.account_id, NEW.account_for]) AS said (id)
     WHERE public.same_person(other.id, said.id))
  THEN
    RAISE EXCEPTION 'nobody acts for two parties of a draw (R-T5)' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE OR REPLACE FUNCTION draw_beacon_reading_of_one_party() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  NEW.account_id := nullif(current_setting('onedoor.actor', true), '')::uuid;
  IF NEW.account_for IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM public.stand_in s
     WHERE s.tenant_id = NEW.tenant_id AND s.agent_id = NEW.account_id
       AND s.principal_id = NEW.account_for AND s.ended_at IS NULL)
  THEN
    RAISE EXCEPTION 'nobody acts for somebody who did not ask them (R-T5)'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF EXISTS (
    SELECT 1 FROM (
      SELECT c.account_id, c.account_for FROM public.draw_commitment c
       WHERE c.draw_id = NEW.draw_id AND c.tenant_id <> NEW.tenant_id
      UNION ALL SELECT v.account_id, v.account_for FROM public.draw_reveal v
       WHERE v.draw_id = NEW.draw_id AND v.tenant_id <> NEW.tenant_id
      UNION ALL SELECT g.account_id, g.account_for FROM public.draw_beacon_reading g
       WHERE g.draw_id = NEW.draw_id AND g.tenant_id <> NEW.tenant_id
      UNION ALL SELECT r.account_id, r.account_for FROM public.draw_receipt r
       WHERE r.draw_id = NEW.draw_id AND r.tenant_id <> NEW.tenant_id
    ) AS o, unnest(ARRAY[o.account_id, o.account_for]) AS other (id),
            unnest(ARRAY[NEW.account_id, NEW.account_for]) AS said (id)
     WHERE public.same_person(other.id, said.id))
  THEN
    RAISE EXCEPTION 'nobody acts for two parties of a draw (R-T5)' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE OR REPLACE FUNCTION draw_receipt_of_one_party() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  NEW.account_id := nullif(current_setting('onedoor.actor', true), '')::uuid;
  IF NEW.account_for IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM public.stand_in s
     WHERE s.tenant_id = NEW.tenant_id AND s.agent_id = NEW.account_id
       AND s.principal_id = NEW.account_for AND s.ended_at IS NULL)
  THEN
    RAISE EXCEPTION 'nobody acts for somebody who did not ask them (R-T5)'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF EXISTS (
    SELECT 1 FROM (
      SELECT c.account_id, c.account_for FROM public.draw_commitment c
       WHERE c.draw_id = NEW.draw_id AND c.tenant_id <> NEW.tenant_id
      UNION ALL SELECT v.account_id, v.account_for FROM public.draw_reveal v
       WHERE v.draw_id = NEW.draw_id AND v.tenant_id <> NEW.tenant_id
      UNION ALL SELECT g.account_id, g.account_for FROM public.draw_beacon_reading g
       WHERE g.draw_id = NEW.draw_id AND g.tenant_id <> NEW.tenant_id
      UNION ALL SELECT r.account_id, r.account_for FROM public.draw_receipt r
       WHERE r.draw_id = NEW.draw_id AND r.tenant_id <> NEW.tenant_id
    ) AS o, unnest(ARRAY[o.account_id, o.account_for]) AS other (id),
            unnest(ARRAY[NEW.account_id, NEW.account_for]) AS said (id)
     WHERE public.same_person(other.id, said.id))
  THEN
    RAISE EXCEPTION 'nobody acts for two parties of a draw (R-T5)' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    "CREATE TRIGGER draw_receipt_of_one_party BEFORE INSERT ON draw_receipt FOR EACH ROW EXECUTE FUNCTION draw_receipt_of_one_party()",
    r"""CREATE OR REPLACE FUNCTION draw_receipt_of_a_holder() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM public.draw d
      JOIN public.draw_party h ON h.draw_id = d.id AND h.bureau_id = NEW.tenant_id AND h.holds
      JOIN public.draw_deposit e ON e.draw_id = d.id AND e.list_name = NEW.list_name AND e.digest = NEW.digest
     WHERE d.id = NEW.draw_id AND d.closed AND d.state = 'frozen')
  THEN
    RAISE EXCEPTION 'draw.md: a holder signs for a list as it was deposited, before the plan is registered';
  END IF;
  RETURN NEW;
END
$body$""",
    "CREATE TRIGGER draw_receipt_of_a_holder BEFORE INSERT ON draw_receipt FOR EACH ROW EXECUTE FUNCTION draw_receipt_of_a_holder()",
    "SET LOCAL ROLE onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION append_register(the_draw uuid, the_kind text, the_digest text) RETURNS public.draw_register LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
  d public.draw;
  before public.draw_register;
  entry public.draw_register;
  seen text[];
  document bytea;
  spoken boolean;
  agreed jsonb;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('onedoor.draw_register'));
  SELECT * INTO d FROM public.draw WHERE id = the_draw AND tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'draw register: no such draw of this bureau' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF the_digest !~ '^[0-9a-f]{64}$' THEN
    RAISE EXCEPTION 'draw register: a digest is 64 hex digits';
  END IF;
  seen := ARRAY(SELECT r.kind FROM public.draw_register r
                 WHERE r.line = d.line AND r.seq = d.seq ORDER BY r.n);
  entry.time := public.register_time();
  spoken := entry.time COLLATE "C" >= d.beacon->>'time';
  agreed := public.beacon_agreed(d.id);
  IF the_kind = 'plan' THEN
    IF seen <> '{}' OR d.prev IS DISTINCT FROM
       (SELECT r.digest FROM public.draw_register r
         WHERE r.line = d.line AND r.seq = d.seq - 1 AND r.kind IN ('proof', 'void'))
       OR EXISTS (SELECT 1 FROM public.draw_register r WHERE r.line = d.line AND r.seq > d.seq) THEN
      RAISE EXCEPTION 'draw register: plan out of order';
    END IF;
    IF NOT EXISTS (
      SELECT 1 FROM public.draw_commitment c
       WHERE c.draw_id = d.id AND c.tenant_id <> d.tenant_id
         AND (c.tenant_id IN (SELECT public.supervisors_of(d.tenant_id))
              OR NOT EXISTS (SELECT 1 FROM public.supervisors_of(d.tenant_id) s WHERE s <> d.tenant_id)))
    THEN
      RAISE EXCEPTION 'draw register: the supervisor has not opened this line';
    END IF;
    -- After a void draw a beacon speaks, or others commit and the supervisor says why: else whoever withheld chose.
    IF d.beacon IS NULL AND EXISTS (SELECT 1 FROM public.draw_register r
                WHERE r.line = d.line AND r.seq = d.seq - 1 AND r.kind = 'void')
       AND (NOT EXISTS (SELECT 1 FROM public.draw_commitment c WHERE c.draw_id = d.id
                         AND c.tenant_id NOT IN (SELECT f.bureau_id FROM public.draw_committer f
                           JOIN public.draw b ON b.id = f.draw_id WHERE b.proof_digest = d.prev))
            OR NOT EXISTS (SELECT 1 FROM public.draw_commitment c WHERE c.draw_id = d.id
                            AND c.tenant_id <> d.tenant_id AND c.reason IS NOT NULL))
    THEN
      RAISE EXCEPTION 'draw register: after a void draw others commit, with the supervisor''s reason';
    END IF;
    -- The files of a closed draw are with the supervisor and one more, neither of whom has a list, and both signed for all.
    IF d.closed AND (
         (SELECT count(*) FROM public.draw_party h
           WHERE h.draw_id = d.id AND h.holds AND h.bureau_id <> d.tenant_id) < 2
         OR NOT EXISTS (
           SELECT 1 FROM public.draw_party h WHERE h.draw_id = d.id AND h.holds AND h.bureau_id <> d.tenant_id
              AND (h.bureau_id IN (SELECT public.supervisors_of(d.tenant_id))
                   OR NOT EXISTS (SELECT 1 FROM public.supervisors_of(d.tenant_id) s WHERE s <> d.tenant_id)))
         OR EXISTS (
           SELECT 1 FROM public.draw_party l
             JOIN public.draw_party h ON h.draw_id = l.draw_id AND h.holds
             LEFT JOIN public.draw_deposit e ON e.draw_id = l.draw_id AND e.tenant_id = l.bureau_id
            WHERE l.draw_id = d.id AND l.list_name IS NOT NULL AND NOT EXISTS (
              SELECT 1 FROM public.draw_receipt r WHERE r.draw_id = l.draw_id AND r.tenant_id = h.bureau_id
                 AND r.list_name = l.list_name AND r.digest = e.digest)))
    THEN
      RAISE EXCEPTION 'draw register: the closed pools are not with two holders who signed for them';
    END IF;
  ELSIF NOT (CASE the_kind
      WHEN 'texts' THEN seen = '{plan}'
      WHEN 'reveals' THEN d.beacon IS NOT NULL AND seen = '{plan,texts}' AND NOT spoken
      WHEN 'proof' THEN CASE WHEN d.beacon IS NULL THEN seen = '{plan,texts}'
        ELSE seen = '{plan,texts,reveals}' AND spoken AND agreed->>'value' IS NOT NULL END
      -- With a beacon: it did not speak, or the reveals were not here before it did.
      WHEN 'void' THEN CASE WHEN d.beacon IS NULL THEN seen = '{plan,texts}'
        WHEN seen = '{plan,texts}' THEN spoken
        ELSE seen = '{plan,texts,reveals}' AND spoken AND agreed->>'value' IS NULL AND agreed IS NOT NULL END
      WHEN 'log' THEN 'proof' = ANY (seen)
      ELSE false END) THEN
    RAISE EXCEPTION USING MESSAGE = 'draw register: out of order: ' || the_kind;
  END IF;
  SELECT * INTO before FROM public.draw_register ORDER BY n DESC LIMIT 1;
  entry.n := coalesce(before.n, 0) + 1;
  entry.prev := coalesce(before.own, repeat('0', 64));
  entry.line := d.line;
  entry.seq := d.seq;
  entry.kind := the_kind;
  entry.digest := the_digest;
  entry.draw_id := d.id;
  document := convert_to(
    '{"digest":"' || entry.digest || '","kind":"' || entry.kind || '","line":"' || entry.line
    || '","n":' || entry.n || ',"prev":"' || entry.prev || '","seq":' || entry.seq
    || ',"time":"' || entry.time || '"}', 'UTF8');
  entry.own := encode(sha256(int4send(20) || 'onedoor-draw/1/entry'::bytea
                             || int4send(octet_length(document)) || document), 'hex');
  INSERT INTO public.draw_register SELECT entry.*;
  RETURN entry;
END
$body$""",
    r"""CREATE OR REPLACE FUNCTION draw_board(the_draw uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT jsonb_build_object(
  'id', d.id, 'line', d.line, 'seq', d.seq, 'number', d.number, 'title', d.title, 'reason', d.reason,
  'state', CASE WHEN d.state <> 'closed' THEN d.state
           WHEN d.beacon IS NOT NULL THEN
             CASE WHEN d.reveals_digest IS NULL THEN 'closed'
                  WHEN agreed.reading->>'value' IS NULL THEN 'awaiting' ELSE 'revealed' END
           WHEN NOT EXISTS (
             SELECT 1 FROM public.draw_committer c
              WHERE c.draw_id = d.id AND NOT EXISTS (
                SELECT 1 FROM public.draw_reveal v WHERE v.draw_id = d.id AND v.name = c.name))
           THEN 'revealed' ELSE 'closed' END,
  'hash', d.hash, 'beacon', d.beacon || jsonb_build_object(
    'due', d.reveals_due, 'spoken', public.register_time() COLLATE "C" >= d.beacon->>'time',
    'value', agreed.reading->>'value', 'silent', coalesce(agreed.reading->'value' = 'null', false)),
  'readings', coalesce((
    SELECT jsonb_agg(jsonb_build_object(
             'bureau', b.name, 'by', g.read_by, 'at', g.read_at, 'source', g.source, 'lead', b.id = d.tenant_id,
             'agrees', agreed.reading IS NOT NULL AND g.value IS NOT DISTINCT FROM agreed.reading->>'value')
             ORDER BY g.read_at)
      FROM public.draw_beacon_reading g JOIN public.bureau b ON b.id = g.tenant_id
     WHERE g.draw_id = d.id), '[]'),
  'withheld', CASE WHEN d.reveals_digest IS NOT NULL OR d.state = 'void' THEN coalesce((
    SELECT jsonb_agg(c.name ORDER BY c.position) FROM public.draw_committer c
     WHERE c.draw_id = d.id AND NOT EXISTS (
       SELECT 1 FROM public.draw_reveal v WHERE v.draw_id = d.id AND v.name = c.name)), '[]') ELSE '[]' END,
  'surprise', d.surprise, 'closed', d.closed, 'released_at', released.at, 'lead', (SELECT b.name FROM public.bureau b WHERE b.id = d.tenant_id), 'watchable', d.watchable,
  'opened_at', d.opened_at, 'closed_at', d.closed_at, 'ended_at', d.ended_at, 'void_reason', d.void_reason,
  'plan_digest', d.plan_digest, 'texts_digest', d.texts_digest,
  'reveals_digest', d.reveals_digest, 'proof_digest', d.proof_digest,
  'doors', d.doors, 'matters', d.matters, 'independent_doors', d.independent_doors::text,
  'lists', coalesce((
    SELECT jsonb_agg(jsonb_build_object(
             'bureau', p.bureau_name, 'list', p.list_name, 'deposited_at', e.deposited_at,
             'digest', e.digest, 'root', e.root, 'n', e.n, 'reserve', e.reserve, 'mode', e.mode,
             'strata', CASE WHEN d.closed AND NOT taker.mine THEN (
               SELECT jsonb_agg(jsonb_build_object('stratum', s->'stratum', 'eligible', s->'eligible', 'quota', s->'quota')
                                ORDER BY s->>'stratum') FROM jsonb_array_elements(e.strata) AS s) ELSE e.strata END,
             'statuses', e.statuses, 'team', e.team, 'items', e.items, 'inspectors', e.inspectors,
             'recusals', e.recusals) ORDER BY p.position)
      FROM public.draw_party p
      LEFT JOIN public.draw_deposit e ON e.draw_id = d.id AND e.tenant_id = p.bureau_id
     WHERE p.draw_id = d.id AND p.list_name IS NOT NULL), '[]'),
  'holders', coalesce((
    SELECT jsonb_agg(jsonb_build_object('name', h.bureau_name, 'received_at', (
             SELECT max(r.received_at) FROM public.draw_receipt r
              WHERE r.draw_id = d.id AND r.tenant_id = h.bureau_id HAVING count(*) = (
                SELECT count(*) FROM public.draw_party l WHERE l.draw_id = d.id AND l.list_name IS NOT NULL)))
             ORDER BY h.position)
      FROM public.draw_party h WHERE h.draw_id = d.id AND h.holds), '[]'),
  'committers', (
    SELECT jsonb_agg(jsonb_build_object(
             'name', c.name, 'keeper', c.keeper, 'commit', m.digest, 'committed_at', m.made_at,
             'reason', m.reason, 'revealed_at', v.made_at,
             'nonce', CASE WHEN NOT d.surprise OR released.at IS NOT NULL OR taker.mine THEN v.nonce END) ORDER BY c.position)
      FROM public.draw_committer c
      LEFT JOIN public.draw_commitment m ON m.draw_id = d.id AND m.name = c.name
      LEFT JOIN public.draw_reveal v ON v.draw_id = d.id AND v.name = c.name
     WHERE c.draw_id = d.id),
  'witnesses', coalesce((
    SELECT jsonb_agg(jsonb_build_object('who', i.who, 'text', t.text, 'position', t.position)
                     ORDER BY t.position, i.invited_at, i.id)
      FROM public.witness_invitation i LEFT JOIN public.witness_text t ON t.invitation_id = i.id
     WHERE i.draw_id = d.id), '[]'),
  'register', coalesce((
    SELECT jsonb_agg(jsonb_build_object('n', r.n, 'time', r.time, 'kind', r.kind, 'digest', r.digest,
                                        'own', r.own) ORDER BY r.n)
      FROM public.draw_register r WHERE r.draw_id = d.id), '[]'))
  FROM public.draw d CROSS JOIN LATERAL (SELECT public.beacon_agreed(d.id) AS reading) AS agreed
 CROSS JOIN LATERAL (SELECT max(x.released_at) AS at FROM public.draw_release x WHERE x.draw_id = d.id) AS released
 CROSS JOIN LATERAL (
   SELECT d.tenant_id = CASE WHEN pg_has_role(session_user, 'onedoor_bureau', 'MEMBER') THEN nullif(current_setting('onedoor.tenant', true), '')::uuid END OR EXISTS (
     SELECT 1 FROM public.draw_party p WHERE p.draw_id = d.id AND p.bureau_id = CASE WHEN pg_has_role(session_user, 'onedoor_bureau', 'MEMBER') THEN nullif(current_setting('onedoor.tenant', true), '')::uuid END) AS mine) AS taker
 WHERE d.id = the_draw
   AND (d.tenant_id = CASE WHEN pg_has_role(session_user, 'onedoor_bureau', 'MEMBER') THEN nullif(current_setting('onedoor.tenant', true), '')::uuid END OR (d.watchable AND d.opened_at IS NOT NULL)
        OR EXISTS (SELECT 1 FROM public.draw_party p WHERE p.draw_id = d.id AND p.bureau_id = CASE WHEN pg_has_role(session_user, 'onedoor_bureau', 'MEMBER') THEN nullif(current_setting('onedoor.tenant', true), '')::uuid END))
$body$""",
    "RESET ROLE",
)


def upgrade() -> None:
    """Add tables and columns; who reads what of a draw, and what its register takes, anew."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
