"""Entities: tables, indexes, functions, policies, first rows.

Drafted by `python -m migrations.draft all`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0206_entities"
down_revision = "0205_imports"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE OR REPLACE FUNCTION entity_grams(name text, address text, scope text, code text, initials text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 40000 SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  words text := translate(lower(name || chr(31) || address || chr(31) || scope), '()（）', '');
  chars text[] := string_to_array(words, NULL);
  grams text[] := ARRAY(SELECT a || coalesce(b, '') FROM unnest(chars, chars[2:]) AS pair (a, b));
  marked text := lower(code);
BEGIN
  FOR i IN 1..length(marked) LOOP
    grams := grams || ('#' || substr(marked, i, 3));
  END LOOP;
  FOR i IN 1..length(initials) LOOP
    grams := grams || ('~' || substr(initials, i, 3));
  END LOOP;
  RETURN array_to_tsvector(grams);
END
$body$""",
    r"""GRANT EXECUTE ON FUNCTION entity_grams(text, text, text, text, text) TO onedoor_definer, onedoor_bureau, onedoor_supervisor""",
    r"""CREATE TABLE belonging_change (
    tenant_id UUID NOT NULL,
    entity_id UUID NOT NULL,
    part TEXT NOT NULL,
    part_id UUID NOT NULL,
    shared BOOLEAN NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_id UUID,
    what TEXT NOT NULL,
    source TEXT DEFAULT 'hand' NOT NULL,
    import_id UUID,
    before JSONB,
    after JSONB,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_belonging_change PRIMARY KEY (id),
    CONSTRAINT ck_belonging_change_part CHECK (part IN ('premises', 'licence', 'entity_tag')),
    CONSTRAINT ck_belonging_change_what CHECK (what IN ('added', 'changed', 'removed')),
    CONSTRAINT fk_belonging_change_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_belonging_change_at ON belonging_change (at, id)""",
    r"""CREATE INDEX ix_belonging_change_entity ON belonging_change (entity_id, at)""",
    r"""CREATE INDEX ix_belonging_change_import_id ON belonging_change (import_id) WHERE import_id IS NOT NULL""",
    r"""CREATE INDEX ix_belonging_change_tenant_id ON belonging_change (tenant_id)""",
    r"""CREATE TABLE entity (
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT DEFAULT 'active' NOT NULL,
    status_since DATE,
    status_note TEXT DEFAULT '' NOT NULL,
    jurisdiction_code TEXT NOT NULL,
    address TEXT DEFAULT '' NOT NULL,
    scope TEXT DEFAULT '' NOT NULL,
    entity_type TEXT DEFAULT '' NOT NULL,
    industry TEXT DEFAULT '' NOT NULL,
    registered_on DATE,
    capital TEXT DEFAULT '' NOT NULL,
    province TEXT DEFAULT '' NOT NULL,
    region TEXT DEFAULT '' NOT NULL,
    sort_key TEXT NOT NULL,
    initials TEXT NOT NULL,
    kept_by UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_entity PRIMARY KEY (id),
    CONSTRAINT ck_entity_status CHECK (status IN ('active', 'suspended', 'moved', 'deregistered', 'revoked')),
    CONSTRAINT uq_entity_code UNIQUE (code),
    CONSTRAINT fk_entity_jurisdiction_code FOREIGN KEY(jurisdiction_code) REFERENCES jurisdiction (code),
    CONSTRAINT fk_entity_kept_by FOREIGN KEY(kept_by) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_entity_beside_id ON entity (id) INCLUDE (code, kind, status, jurisdiction_code)""",
    r"""CREATE INDEX ix_entity_grams ON entity USING gin (entity_grams(name, address, scope, code, initials))""",
    r"""CREATE INDEX ix_entity_in_order ON entity (sort_key, id) INCLUDE (kind, status, jurisdiction_code)""",
    r"""CREATE INDEX ix_entity_place_kind ON entity (jurisdiction_code, kind)""",
    r"""CREATE INDEX ix_entity_registered_on ON entity (registered_on, id)""",
    r"""CREATE INDEX ix_entity_status_kind_place ON entity (status, kind, jurisdiction_code)""",
    r"""CREATE TABLE entity_change (
    tenant_id UUID NOT NULL,
    entity_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_id UUID,
    what TEXT NOT NULL,
    source TEXT NOT NULL,
    import_id UUID,
    correction_id UUID,
    before JSONB,
    after JSONB,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_entity_change PRIMARY KEY (id),
    CONSTRAINT ck_entity_change_what CHECK (what IN ('added', 'changed', 'removed')),
    CONSTRAINT ck_entity_change_source CHECK (source IN ('load', 'interface', 'undo', 'correction', 'hand')),
    CONSTRAINT fk_entity_change_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_entity_change_at ON entity_change (at, id)""",
    r"""CREATE INDEX ix_entity_change_code ON entity_change (entity_id) WHERE what = 'changed' AND before ? 'code'""",
    r"""CREATE INDEX ix_entity_change_entity ON entity_change (entity_id, at)""",
    r"""CREATE INDEX ix_entity_change_import ON entity_change (import_id, what) WHERE import_id IS NOT NULL""",
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
    r"""CREATE INDEX ix_quality_review_latest ON quality_review (tenant_id, at DESC)""",
    r"""CREATE INDEX ix_quality_review_tenant_id ON quality_review (tenant_id)""",
    r"""CREATE TABLE correction (
    receiver_id UUID NOT NULL,
    entity_id UUID,
    field TEXT NOT NULL,
    former TEXT NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL,
    evidence TEXT DEFAULT '' NOT NULL,
    state TEXT DEFAULT 'sent' NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    asked_by TEXT NOT NULL,
    answer TEXT DEFAULT '' NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    decided_by TEXT,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_correction PRIMARY KEY (id),
    CONSTRAINT uq_correction_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT ck_correction_state CHECK (state IN ('sent', 'accepted', 'refused')),
    CONSTRAINT ck_correction_decided CHECK ((state = 'sent') = (decided_at IS NULL)),
    CONSTRAINT ck_correction_answer CHECK (state <> 'refused' OR answer <> ''),
    CONSTRAINT ck_correction_receiver CHECK (receiver_id <> tenant_id),
    CONSTRAINT ck_correction_entity CHECK ((entity_id IS NULL) = (field = 'added')),
    CONSTRAINT fk_correction_receiver_id FOREIGN KEY(receiver_id) REFERENCES bureau (id),
    CONSTRAINT fk_correction_entity_id FOREIGN KEY(entity_id) REFERENCES entity (id),
    CONSTRAINT fk_correction_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_correction_entity ON correction (entity_id, asked_at)""",
    r"""CREATE INDEX ix_correction_receiver_id ON correction (receiver_id)""",
    r"""CREATE INDEX ix_correction_tenant_id ON correction (tenant_id)""",
    r"""CREATE TABLE credit_class (
    entity_id UUID NOT NULL,
    grade TEXT NOT NULL,
    facts TEXT[] DEFAULT '{}' NOT NULL,
    since DATE NOT NULL,
    until DATE,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_credit_class PRIMARY KEY (id),
    CONSTRAINT uq_credit_class_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT ck_credit_class_grade CHECK (grade IN ('A', 'B', 'C', 'D')),
    CONSTRAINT fk_credit_class_entity_id FOREIGN KEY(entity_id) REFERENCES entity (id),
    CONSTRAINT fk_credit_class_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_credit_class_tenant_id ON credit_class (tenant_id)""",
    r"""CREATE UNIQUE INDEX uq_credit_class_holds ON credit_class (entity_id) WHERE until IS NULL""",
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
    r"""CREATE INDEX ix_duplicate_pair_first ON duplicate_pair (first_id)""",
    r"""CREATE INDEX ix_duplicate_pair_second ON duplicate_pair (second_id)""",
    r"""CREATE INDEX ix_duplicate_pair_state ON duplicate_pair (tenant_id, state, id)""",
    r"""CREATE INDEX ix_duplicate_pair_tenant_id ON duplicate_pair (tenant_id)""",
    r"""CREATE TABLE entity_contact (
    entity_id UUID NOT NULL,
    person TEXT NOT NULL,
    phone BYTEA,
    phone_index TEXT,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_entity_contact PRIMARY KEY (id),
    CONSTRAINT uq_entity_contact_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_entity_contact_tenant_id_entity_id UNIQUE (tenant_id, entity_id),
    CONSTRAINT fk_entity_contact_entity_id FOREIGN KEY(entity_id) REFERENCES entity (id),
    CONSTRAINT fk_entity_contact_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_entity_contact_entity_id ON entity_contact (entity_id)""",
    r"""CREATE INDEX ix_entity_contact_phone_index ON entity_contact (tenant_id, phone_index)""",
    r"""CREATE INDEX ix_entity_contact_tenant_id ON entity_contact (tenant_id)""",
    r"""CREATE TABLE entity_merge (
    gone_id UUID NOT NULL,
    survivor_id UUID NOT NULL,
    reason TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_name TEXT NOT NULL,
    former JSONB,
    undone_at TIMESTAMP WITH TIME ZONE,
    undone_by TEXT,
    undone_reason TEXT,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_entity_merge PRIMARY KEY (id),
    CONSTRAINT uq_entity_merge_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT ck_entity_merge_two CHECK (gone_id <> survivor_id),
    CONSTRAINT ck_entity_merge_undone CHECK ((undone_at IS NULL) = (undone_reason IS NULL)),
    CONSTRAINT fk_entity_merge_gone_id FOREIGN KEY(gone_id) REFERENCES entity (id),
    CONSTRAINT fk_entity_merge_survivor_id FOREIGN KEY(survivor_id) REFERENCES entity (id),
    CONSTRAINT fk_entity_merge_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_entity_merge_survivor ON entity_merge (survivor_id)""",
    r"""CREATE INDEX ix_entity_merge_tenant_id ON entity_merge (tenant_id)""",
    r"""CREATE UNIQUE INDEX uq_entity_merge_holds ON entity_merge (gone_id) WHERE undone_at IS NULL""",
    r"""CREATE TABLE licence (
    entity_id UUID NOT NULL,
    premises_number INTEGER,
    kind TEXT NOT NULL,
    number TEXT NOT NULL,
    issued_by TEXT NOT NULL,
    issued_on DATE,
    valid_to DATE,
    cancelled_on DATE,
    note TEXT DEFAULT '' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_licence PRIMARY KEY (id),
    CONSTRAINT uq_licence_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_licence_entity_id_kind_number_issued_by UNIQUE (entity_id, kind, number, issued_by),
    CONSTRAINT fk_licence_entity_id FOREIGN KEY(entity_id) REFERENCES entity (id),
    CONSTRAINT fk_licence_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_licence_grams ON licence USING gin (entity_grams(kind, number, '', '', ''))""",
    r"""CREATE INDEX ix_licence_tenant_id ON licence (tenant_id)""",
    r"""CREATE INDEX ix_licence_valid_to ON licence (valid_to, id)""",
    r"""CREATE TABLE premises (
    entity_id UUID NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    jurisdiction_code TEXT NOT NULL,
    closed_on DATE,
    note TEXT DEFAULT '' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_premises PRIMARY KEY (id),
    CONSTRAINT uq_premises_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_premises_entity_id_number UNIQUE (entity_id, number),
    CONSTRAINT uq_premises_id_entity_id UNIQUE (id, entity_id),
    CONSTRAINT ck_premises_number CHECK (number > 0),
    CONSTRAINT fk_premises_entity_id FOREIGN KEY(entity_id) REFERENCES entity (id),
    CONSTRAINT fk_premises_jurisdiction_code FOREIGN KEY(jurisdiction_code) REFERENCES jurisdiction (code),
    CONSTRAINT fk_premises_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_premises_grams ON premises USING gin (entity_grams(name, address, '', '', ''))""",
    r"""CREATE INDEX ix_premises_tenant_id ON premises (tenant_id)""",
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
    r"""CREATE INDEX ix_quality_finding_entity ON quality_finding (entity_id)""",
    r"""CREATE INDEX ix_quality_finding_list ON quality_finding (tenant_id, fault, id)""",
    r"""CREATE INDEX ix_quality_finding_tenant_id ON quality_finding (tenant_id)""",
    r"""CREATE TABLE register_confirmation (
    import_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    codes TEXT[] NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_register_confirmation PRIMARY KEY (id),
    CONSTRAINT uq_register_confirmation_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_register_confirmation_import_id_tenant_id FOREIGN KEY(import_id, tenant_id) REFERENCES import (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT fk_register_confirmation_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_register_confirmation_at ON register_confirmation (at)""",
    r"""CREATE INDEX ix_register_confirmation_import ON register_confirmation (import_id)""",
    r"""CREATE INDEX ix_register_confirmation_tenant_id ON register_confirmation (tenant_id)""",
    r"""CREATE TABLE correction_file (
    correction_id UUID NOT NULL,
    receiver_id UUID NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    digest TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    content BYTEA NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_correction_file PRIMARY KEY (id),
    CONSTRAINT uq_correction_file_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_correction_file_correction_id_tenant_id FOREIGN KEY(correction_id, tenant_id) REFERENCES correction (id, tenant_id),
    CONSTRAINT fk_correction_file_receiver_id FOREIGN KEY(receiver_id) REFERENCES bureau (id),
    CONSTRAINT fk_correction_file_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_correction_file_correction_id ON correction_file (correction_id)""",
    r"""CREATE INDEX ix_correction_file_tenant_id ON correction_file (tenant_id)""",
    r"""CREATE TABLE merge_step (
    merge_id UUID NOT NULL,
    merged_by UUID NOT NULL,
    part TEXT NOT NULL,
    part_id UUID NOT NULL,
    made_id UUID,
    how TEXT NOT NULL,
    shared BOOLEAN NOT NULL,
    said JSONB NOT NULL,
    undone TEXT,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_merge_step PRIMARY KEY (id),
    CONSTRAINT uq_merge_step_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_merge_step_merge_id_merged_by FOREIGN KEY(merge_id, merged_by) REFERENCES entity_merge (id, tenant_id),
    CONSTRAINT ck_merge_step_how CHECK (how IN ('moved', 'copied', 'kept', 'replaced')),
    CONSTRAINT ck_merge_step_undone CHECK (undone IN ('back', 'left')),
    CONSTRAINT fk_merge_step_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_merge_step_merge_id ON merge_step (merge_id)""",
    r"""CREATE INDEX ix_merge_step_tenant_id ON merge_step (tenant_id)""",
    r"""CREATE OR REPLACE FUNCTION codes_of_firm(asked text) RETURNS TABLE (code text, stands boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH RECURSIVE up AS (
  SELECT e.id FROM public.entity e WHERE e.code = asked
  UNION
  SELECT o.id FROM public.former_codes() o WHERE o.code = asked
  UNION
  SELECT m.survivor_id FROM public.entity_merge m JOIN up ON m.gone_id = up.id WHERE m.undone_at IS NULL),
top AS (
  SELECT u.id FROM up u
   WHERE NOT EXISTS (SELECT FROM public.entity_merge m WHERE m.gone_id = u.id AND m.undone_at IS NULL)),
family AS (
  SELECT t.id FROM top t
  UNION
  SELECT m.gone_id FROM public.entity_merge m JOIN family f ON m.survivor_id = f.id WHERE m.undone_at IS NULL),
named AS (SELECT e.code, e.id IN (SELECT t.id FROM top t) AS stands FROM family f JOIN public.entity e ON e.id = f.id
  UNION SELECT o.code, false FROM family f JOIN public.former_codes() o ON o.id = f.id)
SELECT n.code, n.stands FROM named n
 WHERE EXISTS (SELECT FROM named o JOIN public.disclosure d ON d.entity_code = o.code
                WHERE d.kind = 'result' AND d.since <= public.onedoor_now() AND (d.until IS NULL OR d.until > public.onedoor_now()))
$body$""",
    r"""GRANT EXECUTE ON FUNCTION codes_of_firm(text) TO onedoor_public""",
    r"""ALTER FUNCTION codes_of_firm(text) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION follow_code(asked uuid, former text, actor text) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  fresh text;
  moved bigint;
BEGIN
  SELECT e.code INTO fresh FROM public.entity e JOIN public.entity_change c ON c.entity_id = e.id
   WHERE e.id = asked AND c.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND c.at = public.onedoor_now() AND c.what = 'changed'
     AND c.before ->> 'code' = former AND c.after ->> 'code' = e.code LIMIT 1;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'R-T4: no code was corrected here';
  END IF;
  WITH recused AS (
    UPDATE public.recusal r SET entity_code = fresh WHERE r.entity_code = former RETURNING r.tenant_id),
  waiting AS (
    UPDATE public.inspector_request r SET entity_code = fresh
     WHERE r.entity_code = former AND r.state = 'waiting' RETURNING r.tenant_id),
  touched AS (
    SELECT t.tenant_id, count(*) AS steps
      FROM (SELECT tenant_id FROM recused UNION ALL SELECT tenant_id FROM waiting) t GROUP BY t.tenant_id),
  told AS (
    INSERT INTO public.audit_entry (id, tenant_id, at, actor_name, bureau_name, role, origin, request, event,
           subject_kind, subject_id, subject_name, before, after)
    SELECT gen_random_uuid(), f.tenant_id, public.onedoor_now(), actor, b.name, 'onedoor_bureau', 'together', '',
           'registry.entity.code', 'entity', e.id, e.name, jsonb_build_object('code', former),
           jsonb_build_object('code', fresh, 'count', f.steps)
      FROM touched f, public.bureau b, public.entity e
     WHERE f.tenant_id <> nullif(current_setting('onedoor.tenant', true), '')::uuid AND b.id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND e.id = asked)
  SELECT coalesce(sum(f.steps), 0) INTO moved FROM touched f;
  RETURN moved;
END
$body$""",
    r"""GRANT EXECUTE ON FUNCTION follow_code(uuid, text, text) TO onedoor_bureau""",
    r"""ALTER FUNCTION follow_code(uuid, text, text) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION follow_merge(gone uuid) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  m public.entity_merge;
  stays uuid;
  listed bigint;
BEGIN
  SELECT * INTO m FROM public.entity_merge x WHERE x.gone_id = gone AND x.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid
     AND x.undone_at IS NULL AND x.xmin = pg_current_xact_id()::xid;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'R-T4: nothing was merged here';
  END IF;
  stays := m.survivor_id;
  WITH former AS (
    UPDATE public.target t SET ended_on = (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date, ended_reason = '重复登记'
     WHERE t.entity_id = gone AND t.ended_on IS NULL RETURNING t.id, t.tenant_id, t.rule_id, t.unit_id),
  fresh AS (
    INSERT INTO public.target (id, tenant_id, entity_id, rule_id, unit_id, listed_on)
    SELECT gen_random_uuid(), o.tenant_id, stays, o.rule_id, o.unit_id, (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date FROM former o
        ON CONFLICT (tenant_id, entity_id) WHERE ended_on IS NULL DO NOTHING RETURNING id, tenant_id),
  found AS (
    SELECT o.id, o.tenant_id, coalesce(n.id, t.id) AS made, n.id IS NULL AS there
      FROM former o LEFT JOIN fresh n ON n.tenant_id = o.tenant_id
      LEFT JOIN public.target t ON t.tenant_id = o.tenant_id AND t.entity_id = stays AND t.ended_on IS NULL)
  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'target', f.id, f.made, CASE WHEN f.there THEN 'kept'
      ELSE 'moved' END, false, '{}'::jsonb
    FROM found f;
  GET DIAGNOSTICS listed = ROW_COUNT;
  WITH found AS (
    SELECT r.*, s.code AS stays_code, gen_random_uuid() AS made FROM public.recusal r
      JOIN public.entity g ON g.id = gone AND r.entity_code = g.code
      JOIN public.entity s ON s.id = stays
     WHERE (r.until IS NULL OR r.until >= (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date) AND NOT EXISTS (
       SELECT FROM public.recusal o WHERE o.inspector_id = r.inspector_id AND o.entity_code = s.code
          AND (o.until IS NULL OR o.until >= (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date))),
  fresh AS (
    INSERT INTO public.recusal
      (id, tenant_id, inspector_id, entity_code, reason_code, reason, since, until, created_at)
    SELECT f.made, f.tenant_id, f.inspector_id, f.stays_code, f.reason_code, f.reason, f.since, f.until, public.onedoor_now()
      FROM found f)
  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'recusal', f.id, f.made, 'copied', false, '{}'::jsonb
    FROM found f;
  WITH found AS (
    SELECT g.*, gen_random_uuid() AS made FROM public.entity_tag g
     WHERE g.entity_id = gone AND NOT EXISTS (
       SELECT FROM public.entity_tag o WHERE o.entity_id = stays AND o.tag_id = g.tag_id)),
  fresh AS (
    INSERT INTO public.entity_tag (id, tenant_id, tag_id, entity_id, shared, name, at)
    SELECT f.made, f.tenant_id, f.tag_id, stays, f.shared, f.name, public.onedoor_now() FROM found f)
  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'entity_tag', f.id, f.made, 'copied', f.shared,
      jsonb_build_object('name', f.name)
    FROM found f;
  WITH found AS (
    SELECT p.id, p.tenant_id, p.number, p.address, o.id AS made, o.number AS at_stays FROM public.premises p
      JOIN LATERAL (
        SELECT q.id, q.number FROM public.premises q
         WHERE q.entity_id = stays AND btrim(q.address) = btrim(p.address)
           AND (q.name = p.name OR '' IN (q.name, p.name)) AND (q.closed_on IS NULL OR p.closed_on IS NOT NULL)
         ORDER BY q.closed_on IS NOT NULL, q.number LIMIT 1) o ON true
     WHERE p.entity_id = gone)
  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'premises', f.id, f.made, 'kept', true,
      jsonb_build_object('number', f.number, 'now', f.at_stays, 'address', f.address)
    FROM found f;
  WITH found AS (
    SELECT p.id, p.tenant_id, p.number, p.address, NULL::uuid AS made,
           row_number() OVER (ORDER BY p.number) + coalesce(greatest(
             (SELECT max(q.number) FROM public.premises q WHERE q.entity_id = stays),
             (SELECT max((b.before ->> 'number')::integer) FROM public.belonging_change b
               WHERE b.entity_id = stays AND b.part = 'premises' AND b.what = 'removed'),
             (SELECT max((s.said ->> CASE x.survivor_id WHEN stays THEN 'now' ELSE 'number' END)::integer)
                FROM public.merge_step s JOIN public.entity_merge x ON x.id = s.merge_id
               WHERE s.part = 'premises' AND stays IN (x.survivor_id, x.gone_id))), 0) AS at_stays
      FROM public.premises p
     WHERE p.entity_id = gone AND NOT EXISTS (SELECT 1 FROM public.merge_step d WHERE d.merge_id = m.id
         AND d.part = 'premises' AND d.how = 'kept' AND d.part_id = p.id)),
  moved AS (
    UPDATE public.premises p SET entity_id = stays, number = f.at_stays, updated_at = public.onedoor_now()
      FROM found f WHERE p.id = f.id)
  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'premises', f.id, f.made, 'moved', true,
      jsonb_build_object('number', f.number, 'now', f.at_stays, 'address', f.address)
    FROM found f;
  WITH found AS (
    SELECT l.id, l.tenant_id, l.kind, l.number, l.valid_to, o.id AS made FROM public.licence l
      JOIN public.licence o ON o.entity_id = stays AND o.kind = l.kind AND o.number = l.number
           AND o.issued_by = l.issued_by
     WHERE l.entity_id = gone)
  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'licence', f.id, f.made, 'kept', true, jsonb_build_object('kind',
      f.kind, 'number', f.number, 'valid_to', f.valid_to)
    FROM found f;
  WITH found AS (
    SELECT l.id, l.tenant_id, l.kind, l.number, l.premises_number AS place, NULL::uuid AS made,
           (SELECT (s.said ->> 'now')::integer FROM public.merge_step s WHERE s.merge_id = m.id
               AND s.part = 'premises' AND (s.said ->> 'number')::integer = l.premises_number) AS at_stays
      FROM public.licence l
     WHERE l.entity_id = gone AND NOT EXISTS (SELECT 1 FROM public.merge_step d WHERE d.merge_id = m.id
         AND d.part = 'licence' AND d.how = 'kept' AND d.part_id = l.id)),
  moved AS (
    UPDATE public.licence l SET entity_id = stays, premises_number = f.at_stays, updated_at = public.onedoor_now()
      FROM found f WHERE l.id = f.id)
  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'licence', f.id, f.made, 'moved', true,
      jsonb_build_object('kind', f.kind, 'number', f.number, 'place', f.place, 'now', f.at_stays)
    FROM found f;
  WITH found AS (
    SELECT c.id, c.tenant_id, o.id AS made FROM public.entity_contact c
      LEFT JOIN public.entity_contact o ON o.tenant_id = c.tenant_id AND o.entity_id = stays
     WHERE c.entity_id = gone),
  moved AS (
    UPDATE public.entity_contact c SET entity_id = stays FROM found f WHERE c.id = f.id AND f.made IS NULL)
  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'entity_contact', f.id, f.made, CASE WHEN f.made IS NULL
      THEN 'moved' ELSE 'kept' END, false, '{}'::jsonb
    FROM found f;
  WITH found AS (
    SELECT r.*, o.id AS other, o.level AS other_level, CASE WHEN o.id IS NULL THEN 'moved'
           WHEN r.by_hand AND NOT o.by_hand THEN 'replaced' ELSE 'kept' END AS how
      FROM public.target_risk r
      LEFT JOIN public.target_risk o ON o.tenant_id = r.tenant_id AND o.entity_id = stays AND o.until IS NULL
     WHERE r.entity_id = gone AND r.until IS NULL),
  named AS (
    SELECT f.id, f.tenant_id, f.how, f.level, f.other, f.other_level,
           CASE f.how WHEN 'kept' THEN f.other ELSE gen_random_uuid() END AS made FROM found f)
  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'target_risk', f.id, f.made, f.how, false,
      jsonb_build_object('level', f.level, 'other', f.other, 'other_level', f.other_level)
    FROM named f;
  UPDATE public.target_risk r SET until = public.onedoor_now() FROM public.merge_step s
   WHERE s.merge_id = m.id AND s.part = 'target_risk'
     AND (r.id = s.part_id OR s.how = 'replaced' AND r.id = (s.said ->> 'other')::uuid);
  INSERT INTO public.target_risk
    (id, tenant_id, entity_id, level, score, factors, by_hand, reason, since, actor_name)
  SELECT s.made_id, r.tenant_id, stays, r.level, r.score, r.factors, r.by_hand, r.reason, public.onedoor_now(), r.actor_name
    FROM public.merge_step s JOIN public.target_risk r ON r.id = s.part_id
   WHERE s.merge_id = m.id AND s.part = 'target_risk' AND s.how <> 'kept';
  WITH found AS (
    SELECT t.id, t.tenant_id, t.premises_id, d.made_id AS place, coalesce(nullif(p.name, ''), p.address) AS name,
        NULL::uuid AS made, o.id IS NULL
           AND row_number() OVER (PARTITION BY t.tenant_id, d.made_id ORDER BY t.listed_on, t.id) = 1 AS goes
      FROM public.target_matter t
      JOIN public.merge_step d ON d.merge_id = m.id AND d.part = 'premises' AND d.how = 'kept' AND d.part_id = t.premises_id
      JOIN public.premises p ON p.id = d.made_id
      LEFT JOIN public.target_matter o ON o.tenant_id = t.tenant_id AND o.premises_id = d.made_id AND o.ended_on IS NULL
     WHERE t.entity_id = gone AND t.ended_on IS NULL),
  moved AS (
    UPDATE public.target_matter t
       SET (entity_id, premises_id) = (SELECT stays, f.place WHERE f.goes UNION ALL SELECT gone, f.premises_id
           WHERE NOT f.goes),
           ended_on = CASE WHEN NOT f.goes THEN (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date END, ended_reason = CASE WHEN NOT f.goes THEN '重复登记' END
      FROM found f WHERE t.id = f.id)
  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'target_matter', f.id, f.made, CASE WHEN f.goes THEN 'moved'
      ELSE 'kept' END, false, jsonb_build_object('name', f.name, 'premises', f.premises_id)
    FROM found f;
  WITH found AS (
    SELECT t.id, t.tenant_id, t.name, (
        SELECT o.id FROM public.target_matter o
         WHERE o.tenant_id = t.tenant_id AND o.entity_id = stays AND o.ended_on IS NULL
           AND (o.kind, o.name, o.number) = (t.kind, t.name, t.number) LIMIT 1) AS made
      FROM public.target_matter t
     WHERE t.entity_id = gone AND t.ended_on IS NULL AND t.premises_id IS NULL),
  moved AS (
    UPDATE public.target_matter t
       SET entity_id = CASE WHEN f.made IS NULL THEN stays ELSE t.entity_id END,
           ended_on = CASE WHEN f.made IS NULL THEN NULL ELSE (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date END,
           ended_reason = CASE WHEN f.made IS NULL THEN NULL ELSE '重复登记' END
      FROM found f WHERE t.id = f.id)
  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'target_matter', f.id, f.made, CASE WHEN f.made IS NULL
      THEN 'moved' ELSE 'kept' END, false, jsonb_build_object('name', f.name)
    FROM found f;
  WITH found AS (
    SELECT c.*, o.id AS other, o.grade AS other_grade, CASE WHEN o.id IS NULL THEN 'moved'
           WHEN c.grade > o.grade THEN 'replaced' ELSE 'kept' END AS how
      FROM public.credit_class c
      LEFT JOIN public.credit_class o ON o.entity_id = stays AND o.until IS NULL
     WHERE c.entity_id = gone AND c.until IS NULL),
  named AS (
    SELECT f.id, f.tenant_id, f.how, f.grade, f.other, f.other_grade,
           CASE f.how WHEN 'kept' THEN f.other ELSE gen_random_uuid() END AS made FROM found f)
  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'credit_class', f.id, f.made, f.how, true,
      jsonb_build_object('grade', f.grade, 'other', f.other, 'other_grade', f.other_grade)
    FROM named f;
  UPDATE public.credit_class c SET until = (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date FROM public.merge_step s
   WHERE s.merge_id = m.id AND s.part = 'credit_class' AND s.how = 'replaced'
     AND c.id = (s.said ->> 'other')::uuid;
  INSERT INTO public.credit_class (id, tenant_id, entity_id, grade, facts, since)
  SELECT s.made_id, c.tenant_id, stays, c.grade, c.facts, (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date
    FROM public.merge_step s JOIN public.credit_class c ON c.id = s.part_id
   WHERE s.merge_id = m.id AND s.part = 'credit_class' AND s.how <> 'kept';
  WITH found AS (
    SELECT c.id, c.tenant_id, c.field, (
        SELECT o.id FROM public.correction o WHERE o.tenant_id = c.tenant_id AND o.entity_id = stays
           AND o.state = 'sent' AND o.field = c.field LIMIT 1) AS made
      FROM public.correction c WHERE c.entity_id = gone AND c.state = 'sent'
       AND c.field NOT IN ('status', 'code', 'kind', 'merge')),
  moved AS (
    UPDATE public.correction c SET entity_id = stays FROM found f WHERE c.id = f.id AND f.made IS NULL)
  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'correction', f.id, f.made, CASE WHEN f.made IS NULL THEN 'moved'
      ELSE 'kept' END, false, jsonb_build_object('field', f.field)
    FROM found f;
  INSERT INTO public.audit_entry (id, tenant_id, at, actor_name, bureau_name, role, origin, request, event,
         subject_kind, subject_id, subject_name, after)
  SELECT gen_random_uuid(), f.tenant_id, public.onedoor_now(), m.actor_name, b.name, 'onedoor_bureau', 'together', '',
      'registry.entity.merge',
         'entity', e.id, e.name, jsonb_build_object('merged', g.code, 'count', f.steps)
    FROM (SELECT s.tenant_id, count(*) AS steps FROM public.merge_step s
           WHERE s.merge_id = m.id AND s.tenant_id <> m.tenant_id AND true GROUP BY s.tenant_id) f,
         public.bureau b, public.entity e, public.entity g
   WHERE b.id = m.tenant_id AND e.id = m.survivor_id AND g.id = gone;
  RETURN listed;
END
$body$""",
    r"""GRANT EXECUTE ON FUNCTION follow_merge(uuid) TO onedoor_bureau""",
    r"""ALTER FUNCTION follow_merge(uuid) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION former_codes() RETURNS TABLE (code text, id uuid, at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT DISTINCT ON (c.before ->> 'code') c.before ->> 'code', c.entity_id, c.at
  FROM public.entity_change c
 WHERE what = 'changed' AND before ? 'code' AND NOT EXISTS (SELECT FROM public.entity e WHERE e.code = c.before ->> 'code')
 ORDER BY c.before ->> 'code', c.at DESC
$body$""",
    r"""GRANT EXECUTE ON FUNCTION former_codes() TO onedoor_bureau, onedoor_supervisor""",
    r"""ALTER FUNCTION former_codes() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION keys_of_correction_file_content() RETURNS TABLE (number integer, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT get_byte(t.content, 0), count(*) FROM public.correction_file t
 WHERE t.content IS NOT NULL GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_correction_file_content() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_correction_file_content() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION keys_of_entity_contact_phone() RETURNS TABLE (number integer, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT get_byte(t.phone, 0), count(*) FROM public.entity_contact t
 WHERE t.phone IS NOT NULL GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_entity_contact_phone() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_entity_contact_phone() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION libraries_with(asked uuid) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT count(DISTINCT t.tenant_id) FROM public.target t JOIN public.entity e ON e.id = t.entity_id
 WHERE t.entity_id = asked AND t.ended_on IS NULL AND e.kind = ANY (ARRAY(SELECT public.my_entity_kinds()))
$body$""",
    r"""GRANT EXECUTE ON FUNCTION libraries_with(uuid) TO onedoor_bureau""",
    r"""ALTER FUNCTION libraries_with(uuid) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION load_depended_on(load uuid) RETURNS TABLE(used bigint, changed bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT count(*) FILTER (WHERE c.what = 'added' AND (
         EXISTS (SELECT FROM public.target t WHERE t.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.entity_contact p WHERE p.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.premises p WHERE p.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.licence l WHERE l.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.entity_tag g WHERE g.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.credit_class k WHERE k.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.correction r WHERE r.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.entity_merge m WHERE m.gone_id = c.entity_id)
         OR EXISTS (SELECT FROM public.entity_merge m WHERE m.survivor_id = c.entity_id)
         OR EXISTS (SELECT FROM public.recusal r JOIN public.entity e ON e.code = r.entity_code
                     WHERE e.id = c.entity_id))),
       count(*) FILTER (WHERE EXISTS (SELECT FROM public.entity_change l WHERE l.entity_id = c.entity_id
         AND l.at > c.at AND l.import_id IS DISTINCT FROM c.import_id))
  FROM public.entity_change c JOIN public.import i ON i.id = c.import_id AND i.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid
 WHERE c.import_id = load AND c.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND c.source <> 'undo'
$body$""",
    r"""GRANT EXECUTE ON FUNCTION load_depended_on(uuid) TO onedoor_bureau""",
    r"""ALTER FUNCTION load_depended_on(uuid) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION my_entity_kinds() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT kind
    FROM pg_catalog.unnest(
    ARRAY['91','92','93','51','52','53','59','12','11','13','19','31','32','33','34','35','39','N1','N2','N3','N9','other']) AS kind
 WHERE EXISTS (SELECT FROM public.bureau b WHERE b.id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND kind = ANY (b.entity_kinds))
    OR (EXISTS (SELECT FROM public.bureau b WHERE b.id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND 'other' = ANY (b.entity_kinds))
        AND NOT EXISTS (SELECT FROM public.bureau b WHERE kind = ANY (b.entity_kinds)))
$body$""",
    r"""GRANT EXECUTE ON FUNCTION my_entity_kinds() TO onedoor_bureau""",
    r"""ALTER FUNCTION my_entity_kinds() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_correction_file_content(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH changed AS (
  UPDATE public.correction_file t SET content = n.fresh
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.content = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_correction_file_content(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_correction_file_content(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_entity_contact_phone(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH changed AS (
  UPDATE public.entity_contact t SET phone = n.fresh, phone_index = n.fresh_index
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.phone = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_entity_contact_phone(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_entity_contact_phone(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION sealed_correction_file_content(writes integer, after uuid, most integer)
    RETURNS TABLE (id uuid, about uuid, value bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.content FROM public.correction_file t
 WHERE t.content IS NOT NULL AND t.id > after AND (get_byte(t.content, 0) <> writes)
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_correction_file_content(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_correction_file_content(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION sealed_entity_contact_phone(writes integer, after uuid, most integer)
    RETURNS TABLE (id uuid, about uuid, value bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.phone FROM public.entity_contact t
 WHERE t.phone IS NOT NULL AND t.id > after AND (get_byte(t.phone, 0) <> writes OR t.phone_index IS NULL)
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_entity_contact_phone(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_entity_contact_phone(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION undo_merge(gone uuid) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  m public.entity_merge;
  remaining bigint;
BEGIN
  SELECT * INTO m FROM public.entity_merge x WHERE x.gone_id = gone AND x.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid
     AND x.undone_at IS NOT NULL AND x.xmin = pg_current_xact_id()::xid;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'R-T4: no merge was taken back here';
  END IF;
  UPDATE public.merge_step s SET undone = CASE WHEN (CASE s.part
           WHEN 'target' THEN
             EXISTS (SELECT FROM public.target r WHERE r.id = s.made_id AND r.ended_on IS NULL)
             AND EXISTS (SELECT FROM public.target r WHERE r.id = s.part_id AND r.ended_reason = '重复登记')
             AND NOT EXISTS (
               SELECT FROM public.target r
                WHERE r.entity_id = gone AND r.tenant_id = s.tenant_id AND r.ended_on IS NULL)
           WHEN 'recusal' THEN
             EXISTS (SELECT FROM public.recusal r WHERE r.id = s.made_id AND (r.until IS NULL OR r.until >= (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date))
           WHEN 'entity_tag' THEN
             EXISTS (SELECT FROM public.entity_tag r WHERE r.id = s.made_id)
           WHEN 'premises' THEN
             s.how = 'kept'
             OR EXISTS (SELECT FROM public.premises r WHERE r.id = s.part_id AND r.entity_id = m.survivor_id)
             AND NOT EXISTS (
               SELECT FROM public.premises r WHERE r.entity_id = gone AND r.number = (s.said ->> 'number')::integer)
             AND NOT EXISTS (
               SELECT FROM public.licence r
                WHERE r.entity_id = m.survivor_id AND r.premises_number = (s.said ->> 'now')::integer
                  AND r.id NOT IN (
                    SELECT d.part_id FROM public.merge_step d
                     WHERE d.merge_id = m.id AND d.part = 'licence' AND d.how = 'moved'))
             AND NOT EXISTS (
               SELECT FROM public.target_matter r
                WHERE r.premises_id = s.part_id AND r.ended_on IS NULL
                  AND NOT EXISTS (
                    SELECT FROM public.merge_step d
                     WHERE d.merge_id = m.id AND d.part = 'target' AND d.tenant_id = r.tenant_id))
           WHEN 'licence' THEN
             s.how = 'kept'
             OR EXISTS (SELECT FROM public.licence r WHERE r.id = s.part_id AND r.entity_id = m.survivor_id)
             AND NOT EXISTS (
               SELECT FROM public.licence r
                WHERE r.entity_id = gone AND r.kind = s.said ->> 'kind' AND r.number = s.said ->> 'number'
                  AND r.issued_by = (SELECT l.issued_by FROM public.licence l WHERE l.id = s.part_id))
           WHEN 'entity_contact' THEN
             s.how = 'kept'
             OR EXISTS (SELECT FROM public.entity_contact r WHERE r.id = s.part_id AND r.entity_id = m.survivor_id)
             AND NOT EXISTS (
               SELECT FROM public.entity_contact r WHERE r.entity_id = gone AND r.tenant_id = s.tenant_id)
           WHEN 'target_risk' THEN
             (s.how = 'kept' OR EXISTS (SELECT FROM public.target_risk r WHERE r.id = s.made_id AND r.until IS NULL))
             AND NOT EXISTS (
               SELECT FROM public.target_risk r
                WHERE r.entity_id = gone AND r.tenant_id = s.tenant_id AND r.until IS NULL)
           WHEN 'target_matter' THEN
             (s.how = 'kept'
              AND EXISTS (SELECT FROM public.target_matter r WHERE r.id = s.part_id AND r.ended_reason = '重复登记')
              OR s.how = 'moved'
              AND EXISTS (SELECT FROM public.target_matter r WHERE r.id = s.part_id AND r.entity_id = m.survivor_id))
             AND NOT EXISTS (
               SELECT FROM public.target_matter r
                WHERE r.entity_id = gone AND r.tenant_id = s.tenant_id AND r.ended_on IS NULL
                  AND r.premises_id IS NULL AND r.id <> s.part_id
                  AND (r.kind, r.name, r.number) = (
                    SELECT x.kind, x.name, x.number FROM public.target_matter x WHERE x.id = s.part_id))
           WHEN 'credit_class' THEN
             s.how = 'kept'
             OR EXISTS (SELECT FROM public.credit_class r WHERE r.id = s.made_id AND r.until IS NULL)
           WHEN 'correction' THEN
             s.how = 'kept'
             OR EXISTS (
               SELECT FROM public.correction r
                WHERE r.id = s.part_id AND r.entity_id = m.survivor_id AND r.state = 'sent')
           END) THEN 'back' ELSE 'left' END
   WHERE s.merge_id = m.id;
  UPDATE public.target r SET ended_on = (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date, ended_reason = '合并已撤回'
    FROM public.merge_step s WHERE r.id = s.made_id AND s.merge_id = m.id AND s.part = 'target' AND s.undone = 'back'
        AND s.how IN ('moved');
  UPDATE public.target r SET ended_on = NULL, ended_reason = NULL
    FROM public.merge_step s WHERE r.id = s.part_id AND s.merge_id = m.id AND s.part = 'target' AND s.undone = 'back'
        AND s.how IN ('moved', 'kept');
  DELETE FROM public.recusal r USING public.merge_step s WHERE r.id = s.made_id AND s.merge_id = m.id AND s.part = 'recusal'
      AND s.undone = 'back' AND s.how IN ('copied');
  DELETE FROM public.entity_tag r USING public.merge_step s WHERE r.id = s.made_id AND s.merge_id = m.id
      AND s.part = 'entity_tag' AND s.undone = 'back' AND s.how IN ('copied');
  UPDATE public.premises r SET entity_id = gone, number = (s.said ->> 'number')::integer, updated_at = public.onedoor_now()
    FROM public.merge_step s WHERE r.id = s.part_id AND s.merge_id = m.id AND s.part = 'premises' AND s.undone = 'back'
        AND s.how IN ('moved');
  UPDATE public.licence r SET entity_id = gone, updated_at = public.onedoor_now(), premises_number = (
           SELECT q.number FROM public.premises q
            WHERE q.entity_id = gone AND q.number = (s.said ->> 'place')::integer)
    FROM public.merge_step s WHERE r.id = s.part_id AND s.merge_id = m.id AND s.part = 'licence' AND s.undone = 'back'
        AND s.how IN ('moved');
  UPDATE public.entity_contact r SET entity_id = gone FROM public.merge_step s WHERE r.id = s.part_id AND s.merge_id = m.id
      AND s.part = 'entity_contact' AND s.undone = 'back' AND s.how IN ('moved');
  UPDATE public.correction r SET entity_id = gone FROM public.merge_step s WHERE r.id = s.part_id AND s.merge_id = m.id
      AND s.part = 'correction' AND s.undone = 'back' AND s.how IN ('moved');
  UPDATE public.target_matter r SET entity_id = gone,
         premises_id = coalesce((s.said ->> 'premises')::uuid, r.premises_id)
    FROM public.merge_step s WHERE r.id = s.part_id AND s.merge_id = m.id AND s.part = 'target_matter' AND s.undone = 'back'
        AND s.how IN ('moved');
  UPDATE public.target_matter r SET ended_on = NULL, ended_reason = NULL
    FROM public.merge_step s WHERE r.id = s.part_id AND s.merge_id = m.id AND s.part = 'target_matter' AND s.undone = 'back'
        AND s.how IN ('kept');
  UPDATE public.target_risk r SET until = public.onedoor_now()
    FROM public.merge_step s WHERE r.id = s.made_id AND s.merge_id = m.id AND s.part = 'target_risk' AND s.undone = 'back'
        AND s.how IN ('moved', 'replaced');
  UPDATE public.target_risk r SET until = NULL FROM public.merge_step s
   WHERE s.merge_id = m.id AND s.part = 'target_risk' AND s.undone = 'back' AND s.how IN ('moved', 'kept', 'replaced')
     AND (r.id = s.part_id OR s.how = 'replaced' AND r.id = (s.said ->> 'other')::uuid);
  UPDATE public.credit_class r SET until = (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date
    FROM public.merge_step s WHERE r.id = s.made_id AND s.merge_id = m.id AND s.part = 'credit_class' AND s.undone = 'back'
        AND s.how IN ('moved', 'replaced');
  UPDATE public.credit_class r SET until = NULL FROM public.merge_step s
   WHERE r.id = (s.said ->> 'other')::uuid AND s.merge_id = m.id AND s.part = 'credit_class' AND s.undone = 'back'
       AND s.how IN ('replaced');
  INSERT INTO public.audit_entry (id, tenant_id, at, actor_name, bureau_name, role, origin, request, event,
         subject_kind, subject_id, subject_name, after)
  SELECT gen_random_uuid(), f.tenant_id, public.onedoor_now(), m.actor_name, b.name, 'onedoor_bureau', 'together', '',
      'registry.entity.unmerge',
         'entity', e.id, e.name, jsonb_build_object('apart', g.code, 'count', f.steps)
    FROM (SELECT s.tenant_id, count(*) AS steps FROM public.merge_step s
           WHERE s.merge_id = m.id AND s.tenant_id <> m.tenant_id AND s.undone = 'back' GROUP BY s.tenant_id) f,
         public.bureau b, public.entity e, public.entity g
   WHERE b.id = m.tenant_id AND e.id = m.survivor_id AND g.id = gone;
  SELECT count(*) INTO remaining FROM public.merge_step s WHERE s.merge_id = m.id AND s.undone = 'left';
  RETURN remaining;
END
$body$""",
    r"""GRANT EXECUTE ON FUNCTION undo_merge(uuid) TO onedoor_bureau""",
    r"""ALTER FUNCTION undo_merge(uuid) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION belonging_change_is_kept() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RAISE EXCEPTION 'the history of the register is only ever added to' USING ERRCODE = 'restrict_violation';
END
$body$""",
    r"""CREATE TRIGGER belonging_change_is_kept BEFORE TRUNCATE ON belonging_change
FOR EACH STATEMENT EXECUTE FUNCTION belonging_change_is_kept()""",
    r"""CREATE OR REPLACE FUNCTION belonging_change_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RAISE EXCEPTION 'the history of the register is only ever added to' USING ERRCODE = 'restrict_violation';
END
$body$""",
    r"""CREATE TRIGGER belonging_change_stays BEFORE UPDATE OR DELETE ON belonging_change
FOR EACH ROW EXECUTE FUNCTION belonging_change_stays()""",
    r"""CREATE OR REPLACE FUNCTION entity_added() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  INSERT INTO public.entity_change (entity_id, tenant_id, at, actor_id, what, source, import_id, correction_id)
  SELECT n.id, coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, n.kept_by), public.onedoor_now(), nullif(current_setting('onedoor.actor', true), '')::uuid, 'added',
         coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'),
         nullif(current_setting('onedoor.import', true), '')::uuid,
         nullif(current_setting('onedoor.correction', true), '')::uuid
    FROM fresh n;
  RETURN NULL;
END
$body$""",
    r"""CREATE TRIGGER entity_added AFTER INSERT ON entity
REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION entity_added()""",
    r"""CREATE OR REPLACE FUNCTION entity_change_is_kept() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RAISE EXCEPTION 'the history of the register is only ever added to' USING ERRCODE = 'restrict_violation';
END
$body$""",
    r"""CREATE TRIGGER entity_change_is_kept BEFORE TRUNCATE ON entity_change
FOR EACH STATEMENT EXECUTE FUNCTION entity_change_is_kept()""",
    r"""CREATE OR REPLACE FUNCTION entity_change_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RAISE EXCEPTION 'the history of the register is only ever added to' USING ERRCODE = 'restrict_violation';
END
$body$""",
    r"""CREATE TRIGGER entity_change_stays BEFORE UPDATE OR DELETE ON entity_change
FOR EACH ROW EXECUTE FUNCTION entity_change_stays()""",
    r"""CREATE OR REPLACE FUNCTION entity_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_nestloop = off
AS $body$
BEGIN
  INSERT INTO public.entity_change (entity_id, tenant_id, at, actor_id, what, source, import_id, correction_id, before, after)
  SELECT n.id, coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, n.kept_by), public.onedoor_now(), nullif(current_setting('onedoor.actor', true), '')::uuid, 'changed',
         coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'),
         nullif(current_setting('onedoor.import', true), '')::uuid,
         nullif(current_setting('onedoor.correction', true), '')::uuid,
         d.before, d.after
    FROM former o JOIN fresh n ON n.id = o.id,
         LATERAL (
           SELECT jsonb_object_agg(b.key, b.value) AS before, jsonb_object_agg(b.key, a.value) AS after
             FROM jsonb_each(to_jsonb(o) - '{created_at,updated_at,kept_by,id}'::text[]) b
             JOIN jsonb_each(to_jsonb(n) - '{created_at,updated_at,kept_by,id}'::text[]) a ON a.key = b.key
            WHERE a.value <> b.value) d
   WHERE d.before IS NOT NULL;
  RETURN NULL;
END
$body$""",
    r"""CREATE TRIGGER entity_changed AFTER UPDATE ON entity
REFERENCING OLD TABLE AS former NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION entity_changed()""",
    r"""CREATE OR REPLACE FUNCTION entity_removed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  INSERT INTO public.entity_change (entity_id, tenant_id, at, actor_id, what, source, import_id, correction_id, before)
  SELECT o.id, coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, o.kept_by), public.onedoor_now(), nullif(current_setting('onedoor.actor', true), '')::uuid, 'removed',
         coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'),
         nullif(current_setting('onedoor.import', true), '')::uuid,
         nullif(current_setting('onedoor.correction', true), '')::uuid,
         to_jsonb(o)
    FROM former o;
  RETURN NULL;
END
$body$""",
    r"""CREATE TRIGGER entity_removed AFTER DELETE ON entity
REFERENCING OLD TABLE AS former
FOR EACH STATEMENT EXECUTE FUNCTION entity_removed()""",
    r"""CREATE OR REPLACE FUNCTION licence_added() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  INSERT INTO public.belonging_change
    (tenant_id, entity_id, part, part_id, shared, at, actor_id, source, import_id, what, before, after)
  SELECT coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, n.tenant_id), n.entity_id, 'licence', n.id, true, public.onedoor_now(), nullif(current_setting('onedoor.actor', true), '')::uuid,
         coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'),
         nullif(current_setting('onedoor.import', true), '')::uuid,
         'added', NULL, jsonb_strip_nulls(to_jsonb(n) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[])
    FROM fresh n;
  RETURN NULL;
END
$body$""",
    r"""CREATE TRIGGER licence_added AFTER INSERT ON licence
REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION licence_added()""",
    r"""CREATE OR REPLACE FUNCTION licence_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_nestloop = off
AS $body$
BEGIN
  INSERT INTO public.belonging_change
    (tenant_id, entity_id, part, part_id, shared, at, actor_id, source, import_id, what, before, after)
  SELECT coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, n.tenant_id), n.entity_id, 'licence', n.id, true, public.onedoor_now(), nullif(current_setting('onedoor.actor', true), '')::uuid,
         coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'),
         nullif(current_setting('onedoor.import', true), '')::uuid,
         'changed', coalesce(d.before, '{}') || coalesce(w.before, '{}'), coalesce(d.after, '{}') || coalesce(w.after, '{}')
    FROM former o JOIN fresh n ON n.id = o.id,
         LATERAL (
           SELECT jsonb_object_agg(b.key, b.value) AS before, jsonb_object_agg(b.key, a.value) AS after
             FROM jsonb_each(to_jsonb(o) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[]) b
             JOIN jsonb_each(to_jsonb(n) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[]) a ON a.key = b.key
            WHERE a.value <> b.value) d,
         LATERAL (
           SELECT jsonb_object_agg('entity_code', e.code) FILTER (WHERE e.id = o.entity_id) AS before,
                  jsonb_object_agg('entity_code', e.code) FILTER (WHERE e.id = n.entity_id) AS after
             FROM public.entity e WHERE o.entity_id <> n.entity_id AND e.id IN (o.entity_id, n.entity_id)) w
   WHERE d.before IS NOT NULL OR w.before IS NOT NULL;
  RETURN NULL;
END
$body$""",
    r"""CREATE TRIGGER licence_changed AFTER UPDATE ON licence
REFERENCING OLD TABLE AS former NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION licence_changed()""",
    r"""CREATE OR REPLACE FUNCTION licence_removed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  INSERT INTO public.belonging_change
    (tenant_id, entity_id, part, part_id, shared, at, actor_id, source, import_id, what, before, after)
  SELECT coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, o.tenant_id), o.entity_id, 'licence', o.id, true, public.onedoor_now(), nullif(current_setting('onedoor.actor', true), '')::uuid,
         coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'),
         nullif(current_setting('onedoor.import', true), '')::uuid,
         'removed', to_jsonb(o) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[], NULL
    FROM former o;
  RETURN NULL;
END
$body$""",
    r"""CREATE TRIGGER licence_removed AFTER DELETE ON licence
REFERENCING OLD TABLE AS former
FOR EACH STATEMENT EXECUTE FUNCTION licence_removed()""",
    r"""CREATE OR REPLACE FUNCTION premises_added() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  INSERT INTO public.belonging_change
    (tenant_id, entity_id, part, part_id, shared, at, actor_id, source, import_id, what, before, after)
  SELECT coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, n.tenant_id), n.entity_id, 'premises', n.id, true, public.onedoor_now(), nullif(current_setting('onedoor.actor', true), '')::uuid,
         coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'),
         nullif(current_setting('onedoor.import', true), '')::uuid,
         'added', NULL, jsonb_strip_nulls(to_jsonb(n) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[])
    FROM fresh n;
  RETURN NULL;
END
$body$""",
    r"""CREATE TRIGGER premises_added AFTER INSERT ON premises
REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION premises_added()""",
    r"""CREATE OR REPLACE FUNCTION premises_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_nestloop = off
AS $body$
BEGIN
  INSERT INTO public.belonging_change
    (tenant_id, entity_id, part, part_id, shared, at, actor_id, source, import_id, what, before, after)
  SELECT coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, n.tenant_id), n.entity_id, 'premises', n.id, true, public.onedoor_now(), nullif(current_setting('onedoor.actor', true), '')::uuid,
         coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'),
         nullif(current_setting('onedoor.import', true), '')::uuid,
         'changed', coalesce(d.before, '{}') || coalesce(w.before, '{}'), coalesce(d.after, '{}') || coalesce(w.after, '{}')
    FROM former o JOIN fresh n ON n.id = o.id,
         LATERAL (
           SELECT jsonb_object_agg(b.key, b.value) AS before, jsonb_object_agg(b.key, a.value) AS after
             FROM jsonb_each(to_jsonb(o) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[]) b
             JOIN jsonb_each(to_jsonb(n) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[]) a ON a.key = b.key
            WHERE a.value <> b.value) d,
         LATERAL (
           SELECT jsonb_object_agg('entity_code', e.code) FILTER (WHERE e.id = o.entity_id) AS before,
                  jsonb_object_agg('entity_code', e.code) FILTER (WHERE e.id = n.entity_id) AS after
             FROM public.entity e WHERE o.entity_id <> n.entity_id AND e.id IN (o.entity_id, n.entity_id)) w
   WHERE d.before IS NOT NULL OR w.before IS NOT NULL;
  RETURN NULL;
END
$body$""",
    r"""CREATE TRIGGER premises_changed AFTER UPDATE ON premises
REFERENCING OLD TABLE AS former NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION premises_changed()""",
    r"""CREATE OR REPLACE FUNCTION premises_removed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  INSERT INTO public.belonging_change
    (tenant_id, entity_id, part, part_id, shared, at, actor_id, source, import_id, what, before, after)
  SELECT coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, o.tenant_id), o.entity_id, 'premises', o.id, true, public.onedoor_now(), nullif(current_setting('onedoor.actor', true), '')::uuid,
         coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'),
         nullif(current_setting('onedoor.import', true), '')::uuid,
         'removed', to_jsonb(o) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[], NULL
    FROM former o;
  RETURN NULL;
END
$body$""",
    r"""CREATE TRIGGER premises_removed AFTER DELETE ON premises
REFERENCING OLD TABLE AS former
FOR EACH STATEMENT EXECUTE FUNCTION premises_removed()""",
    r"""ALTER TABLE belonging_change ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON belonging_change TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON belonging_change TO onedoor_bureau""",
    r"""GRANT SELECT ON belonging_change TO onedoor_supervisor""",
    r"""CREATE POLICY belonging_change_bureau_select_0 ON belonging_change FOR SELECT TO onedoor_bureau USING (shared OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY belonging_change_bureau_insert_1 ON belonging_change FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND pg_trigger_depth() > 0)""",
    r"""CREATE POLICY belonging_change_supervisor_select_2 ON belonging_change FOR SELECT TO onedoor_supervisor USING (shared OR tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE entity ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON entity TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE (code, name, kind, status, status_since, status_note, jurisdiction_code, address, scope, entity_type, industry, registered_on, capital, province, region, sort_key, initials, updated_at), DELETE ON entity TO onedoor_bureau""",
    r"""GRANT SELECT ON entity TO onedoor_supervisor""",
    r"""CREATE POLICY entity_bureau_select_0 ON entity FOR SELECT TO onedoor_bureau USING (true)""",
    r"""CREATE POLICY entity_bureau_insert_1 ON entity FOR INSERT TO onedoor_bureau WITH CHECK (kind = ANY (ARRAY(SELECT my_entity_kinds())))""",
    r"""CREATE POLICY entity_bureau_update_2 ON entity FOR UPDATE TO onedoor_bureau USING (kind = ANY (ARRAY(SELECT my_entity_kinds()))) WITH CHECK (kind = ANY (ARRAY(SELECT my_entity_kinds())) OR kind = left(code, 2))""",
    r"""CREATE POLICY entity_supervisor_select_3 ON entity FOR SELECT TO onedoor_supervisor USING (true)""",
    r"""CREATE POLICY entity_bureau_delete_4 ON entity FOR DELETE TO onedoor_bureau USING (kind = ANY (ARRAY(SELECT my_entity_kinds())) AND EXISTS (SELECT 1 FROM entity_change c WHERE c.entity_id = entity.id AND c.what = 'added' AND c.import_id IS NOT NULL AND c.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid))""",
    r"""ALTER TABLE entity_change ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON entity_change TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON entity_change TO onedoor_bureau""",
    r"""GRANT SELECT ON entity_change TO onedoor_supervisor""",
    r"""CREATE POLICY entity_change_bureau_select_0 ON entity_change FOR SELECT TO onedoor_bureau USING (true)""",
    r"""CREATE POLICY entity_change_bureau_insert_1 ON entity_change FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND pg_trigger_depth() > 0)""",
    r"""CREATE POLICY entity_change_supervisor_select_2 ON entity_change FOR SELECT TO onedoor_supervisor USING (true)""",
    r"""ALTER TABLE quality_review ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON quality_review TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON quality_review TO onedoor_bureau""",
    r"""CREATE POLICY quality_review_bureau_select_0 ON quality_review FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY quality_review_bureau_insert_1 ON quality_review FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE correction ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON correction TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE (state, answer, decided_at, decided_by) ON correction TO onedoor_bureau""",
    r"""GRANT SELECT ON correction TO onedoor_supervisor""",
    r"""CREATE POLICY correction_bureau_select_0 ON correction FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR receiver_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY correction_bureau_insert_1 ON correction FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND state = 'sent' AND EXISTS (SELECT 1 FROM bureau b WHERE b.id = receiver_id AND b.entity_kinds <> '{}'))""",
    r"""CREATE POLICY correction_bureau_update_2 ON correction FOR UPDATE TO onedoor_bureau USING (receiver_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND state = 'sent') WITH CHECK (receiver_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY correction_supervisor_select_3 ON correction FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE credit_class ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON credit_class TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON credit_class TO onedoor_bureau""",
    r"""GRANT SELECT ON credit_class TO onedoor_supervisor""",
    r"""CREATE POLICY credit_class_bureau_select_0 ON credit_class FOR SELECT TO onedoor_bureau USING (true)""",
    r"""CREATE POLICY credit_class_bureau_insert_1 ON credit_class FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND '91' = ANY (ARRAY(SELECT my_entity_kinds())))""",
    r"""CREATE POLICY credit_class_bureau_update_2 ON credit_class FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND '91' = ANY (ARRAY(SELECT my_entity_kinds()))) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND '91' = ANY (ARRAY(SELECT my_entity_kinds())))""",
    r"""CREATE POLICY credit_class_supervisor_select_3 ON credit_class FOR SELECT TO onedoor_supervisor USING (true)""",
    r"""ALTER TABLE duplicate_pair ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON duplicate_pair TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON duplicate_pair TO onedoor_bureau""",
    r"""CREATE POLICY duplicate_pair_bureau_select_0 ON duplicate_pair FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY duplicate_pair_bureau_insert_1 ON duplicate_pair FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY duplicate_pair_bureau_update_2 ON duplicate_pair FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY duplicate_pair_bureau_delete_3 ON duplicate_pair FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE entity_contact ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON entity_contact TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON entity_contact TO onedoor_bureau""",
    r"""CREATE POLICY entity_contact_bureau_select_0 ON entity_contact FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY entity_contact_bureau_insert_1 ON entity_contact FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY entity_contact_bureau_update_2 ON entity_contact FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY entity_contact_bureau_delete_3 ON entity_contact FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE entity_merge ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON entity_merge TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE (undone_at, undone_by, undone_reason) ON entity_merge TO onedoor_bureau""",
    r"""GRANT SELECT ON entity_merge TO onedoor_supervisor""",
    r"""CREATE POLICY entity_merge_bureau_select_0 ON entity_merge FOR SELECT TO onedoor_bureau USING (true)""",
    r"""CREATE POLICY entity_merge_supervisor_select_1 ON entity_merge FOR SELECT TO onedoor_supervisor USING (true)""",
    r"""CREATE POLICY entity_merge_bureau_insert_2 ON entity_merge FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND 2 = (SELECT count(*) FROM entity e WHERE e.id IN (gone_id, survivor_id) AND e.kind = ANY (ARRAY(SELECT my_entity_kinds()))))""",
    r"""CREATE POLICY entity_merge_bureau_update_3 ON entity_merge FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND 2 = (SELECT count(*) FROM entity e WHERE e.id IN (gone_id, survivor_id) AND e.kind = ANY (ARRAY(SELECT my_entity_kinds())))) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND 2 = (SELECT count(*) FROM entity e WHERE e.id IN (gone_id, survivor_id) AND e.kind = ANY (ARRAY(SELECT my_entity_kinds()))))""",
    r"""ALTER TABLE licence ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON licence TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE (premises_number, kind, number, issued_by, issued_on, valid_to, cancelled_on, note, updated_at), DELETE ON licence TO onedoor_bureau""",
    r"""GRANT SELECT ON licence TO onedoor_supervisor""",
    r"""CREATE POLICY licence_bureau_select_0 ON licence FOR SELECT TO onedoor_bureau USING (true)""",
    r"""CREATE POLICY licence_bureau_insert_1 ON licence FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND (issued_by = (SELECT b.name FROM bureau b WHERE b.id = nullif(current_setting('onedoor.tenant', true), '')::uuid) OR (SELECT e.kind FROM entity e WHERE e.id = entity_id) = ANY (ARRAY(SELECT my_entity_kinds()))))""",
    r"""CREATE POLICY licence_bureau_update_2 ON licence FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR issued_by = (SELECT b.name FROM bureau b WHERE b.id = nullif(current_setting('onedoor.tenant', true), '')::uuid) OR (SELECT e.kind FROM entity e WHERE e.id = entity_id) = ANY (ARRAY(SELECT my_entity_kinds()))) WITH CHECK (issued_by = (SELECT b.name FROM bureau b WHERE b.id = nullif(current_setting('onedoor.tenant', true), '')::uuid) OR (SELECT e.kind FROM entity e WHERE e.id = entity_id) = ANY (ARRAY(SELECT my_entity_kinds())))""",
    r"""CREATE POLICY licence_supervisor_select_3 ON licence FOR SELECT TO onedoor_supervisor USING (true)""",
    r"""CREATE POLICY licence_bureau_delete_4 ON licence FOR DELETE TO onedoor_bureau USING ((issued_by = (SELECT b.name FROM bureau b WHERE b.id = nullif(current_setting('onedoor.tenant', true), '')::uuid) OR (SELECT e.kind FROM entity e WHERE e.id = entity_id) = ANY (ARRAY(SELECT my_entity_kinds()))) AND tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM belonging_change c WHERE c.entity_id = licence.entity_id AND c.part_id = licence.id AND c.what = 'added' AND c.import_id IS NOT NULL AND c.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid))""",
    r"""ALTER TABLE premises ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON premises TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE (name, address, jurisdiction_code, closed_on, note, updated_at), DELETE ON premises TO onedoor_bureau""",
    r"""GRANT SELECT ON premises TO onedoor_supervisor""",
    r"""CREATE POLICY premises_bureau_select_0 ON premises FOR SELECT TO onedoor_bureau USING (true)""",
    r"""CREATE POLICY premises_bureau_insert_1 ON premises FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND (SELECT e.kind FROM entity e WHERE e.id = entity_id) = ANY (ARRAY(SELECT my_entity_kinds())))""",
    r"""CREATE POLICY premises_bureau_update_2 ON premises FOR UPDATE TO onedoor_bureau USING ((SELECT e.kind FROM entity e WHERE e.id = entity_id) = ANY (ARRAY(SELECT my_entity_kinds()))) WITH CHECK ((SELECT e.kind FROM entity e WHERE e.id = entity_id) = ANY (ARRAY(SELECT my_entity_kinds())))""",
    r"""CREATE POLICY premises_supervisor_select_3 ON premises FOR SELECT TO onedoor_supervisor USING (true)""",
    r"""CREATE POLICY premises_bureau_delete_4 ON premises FOR DELETE TO onedoor_bureau USING ((SELECT e.kind FROM entity e WHERE e.id = entity_id) = ANY (ARRAY(SELECT my_entity_kinds())) AND tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM belonging_change c WHERE c.entity_id = premises.entity_id AND c.part_id = premises.id AND c.what = 'added' AND c.import_id IS NOT NULL AND c.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid))""",
    r"""ALTER TABLE quality_finding ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON quality_finding TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, DELETE ON quality_finding TO onedoor_bureau""",
    r"""CREATE POLICY quality_finding_bureau_select_0 ON quality_finding FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY quality_finding_bureau_insert_1 ON quality_finding FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY quality_finding_bureau_delete_2 ON quality_finding FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE register_confirmation ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON register_confirmation TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, DELETE ON register_confirmation TO onedoor_bureau""",
    r"""CREATE POLICY register_confirmation_bureau_select_0 ON register_confirmation FOR SELECT TO onedoor_bureau USING (true)""",
    r"""CREATE POLICY register_confirmation_bureau_insert_1 ON register_confirmation FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY register_confirmation_bureau_delete_2 ON register_confirmation FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE correction_file ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON correction_file TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON correction_file TO onedoor_bureau""",
    r"""GRANT SELECT ON correction_file TO onedoor_supervisor""",
    r"""CREATE POLICY correction_file_bureau_select_0 ON correction_file FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR receiver_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY correction_file_bureau_insert_1 ON correction_file FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM correction c WHERE c.id = correction_id AND c.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND c.receiver_id = correction_file.receiver_id AND c.state = 'sent'))""",
    r"""CREATE POLICY correction_file_supervisor_select_2 ON correction_file FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE merge_step ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON merge_step TO onedoor_definer""",
    r"""GRANT SELECT ON merge_step TO onedoor_bureau""",
    r"""GRANT SELECT ON merge_step TO onedoor_supervisor""",
    r"""CREATE POLICY merge_step_bureau_select_0 ON merge_step FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR shared)""",
    r"""CREATE POLICY merge_step_supervisor_select_1 ON merge_step FOR SELECT TO onedoor_supervisor USING (shared)""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
