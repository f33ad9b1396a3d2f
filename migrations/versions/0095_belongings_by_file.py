"""Places of business and licences come in by file: the history says from which source, and what a load added can be taken back (R-L11, R-T4)."""

from __future__ import annotations

from alembic import op

revision = "0095_belongings_by_file"
down_revision = "0094_places_found"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    r"""ALTER TABLE "import" DROP CONSTRAINT ck_import_kind""",
    r"""ALTER TABLE "import" ADD CONSTRAINT ck_import_kind
    CHECK (kind IN ('entities', 'items', 'inspectors', 'experts', 'targets', 'matters', 'certificates', 'details', 'premises', 'licences')) NOT VALID""",
    r"""ALTER TABLE "import" VALIDATE CONSTRAINT ck_import_kind""",
    "ALTER TABLE import_mapping DROP CONSTRAINT ck_import_mapping_kind",
    r"""ALTER TABLE import_mapping ADD CONSTRAINT ck_import_mapping_kind
    CHECK (kind IN ('entities', 'items', 'inspectors', 'experts', 'targets', 'matters', 'certificates', 'details', 'premises', 'licences'))""",
    "ALTER TABLE belonging_change ADD COLUMN source TEXT DEFAULT 'hand' NOT NULL, ADD COLUMN import_id UUID",
    r"""CREATE OR REPLACE FUNCTION premises_added() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  INSERT INTO public.belonging_change (tenant_id, entity_id, part, part_id, shared, at, actor_id, source, import_id, what, before, after) SELECT coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, n.tenant_id), n.entity_id, 'premises', n.id, true, now(), nullif(current_setting('onedoor.actor', true), '')::uuid, coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'), nullif(current_setting('onedoor.import', true), '')::uuid, 'added', NULL, jsonb_strip_nulls(to_jsonb(n) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[]) FROM fresh n;
  RETURN NULL;
END
$body$""",
    r"""CREATE OR REPLACE FUNCTION premises_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  INSERT INTO public.belonging_change (tenant_id, entity_id, part, part_id, shared, at, actor_id, source, import_id, what, before, after) SELECT coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, n.tenant_id), n.entity_id, 'premises', n.id, true, now(), nullif(current_setting('onedoor.actor', true), '')::uuid, coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'), nullif(current_setting('onedoor.import', true), '')::uuid, 'changed', coalesce(d.before, '{}') || coalesce(w.before, '{}'), coalesce(d.after, '{}') || coalesce(w.after, '{}') FROM former o JOIN fresh n ON n.id = o.id, LATERAL (SELECT jsonb_object_agg(b.key, b.value) AS before, jsonb_object_agg(b.key, a.value) AS after FROM jsonb_each(to_jsonb(o) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[]) b JOIN jsonb_each(to_jsonb(n) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[]) a ON a.key = b.key WHERE a.value <> b.value) d, LATERAL (SELECT jsonb_object_agg('entity_code', e.code) FILTER (WHERE e.id = o.entity_id) AS before, jsonb_object_agg('entity_code', e.code) FILTER (WHERE e.id = n.entity_id) AS after FROM public.entity e WHERE o.entity_id <> n.entity_id AND e.id IN (o.entity_id, n.entity_id)) w WHERE d.before IS NOT NULL OR w.before IS NOT NULL;
  RETURN NULL;
END
$body$""",
    r"""CREATE OR REPLACE FUNCTION premises_removed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  INSERT INTO public.belonging_change (tenant_id, entity_id, part, part_id, shared, at, actor_id, source, import_id, what, before, after) SELECT coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, o.tenant_id), o.entity_id, 'premises', o.id, true, now(), nullif(current_setting('onedoor.actor', true), '')::uuid, coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'), nullif(current_setting('onedoor.import', true), '')::uuid, 'removed', to_jsonb(o) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[], NULL FROM former o;
  RETURN NULL;
END
$body$""",
    r"""CREATE OR REPLACE FUNCTION licence_added() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  INSERT INTO public.belonging_change (tenant_id, entity_id, part, part_id, shared, at, actor_id, source, import_id, what, before, after) SELECT coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, n.tenant_id), n.entity_id, 'licence', n.id, true, now(), nullif(current_setting('onedoor.actor', true), '')::uuid, coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'), nullif(current_setting('onedoor.import', true), '')::uuid, 'added', NULL, jsonb_strip_nulls(to_jsonb(n) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[]) FROM fresh n;
  RETURN NULL;
END
$body$""",
    r"""CREATE OR REPLACE FUNCTION licence_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  INSERT INTO public.belonging_change (tenant_id, entity_id, part, part_id, shared, at, actor_id, source, import_id, what, before, after) SELECT coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, n.tenant_id), n.entity_id, 'licence', n.id, true, now(), nullif(current_setting('onedoor.actor', true), '')::uuid, coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'), nullif(current_setting('onedoor.import', true), '')::uuid, 'changed', coalesce(d.before, '{}') || coalesce(w.before, '{}'), coalesce(d.after, '{}') || coalesce(w.after, '{}') FROM former o JOIN fresh n ON n.id = o.id, LATERAL (SELECT jsonb_object_agg(b.key, b.value) AS before, jsonb_object_agg(b.key, a.value) AS after FROM jsonb_each(to_jsonb(o) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[]) b JOIN jsonb_each(to_jsonb(n) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[]) a ON a.key = b.key WHERE a.value <> b.value) d, LATERAL (SELECT jsonb_object_agg('entity_code', e.code) FILTER (WHERE e.id = o.entity_id) AS before, jsonb_object_agg('entity_code', e.code) FILTER (WHERE e.id = n.entity_id) AS after FROM public.entity e WHERE o.entity_id <> n.entity_id AND e.id IN (o.entity_id, n.entity_id)) w WHERE d.before IS NOT NULL OR w.before IS NOT NULL;
  RETURN NULL;
END
$body$""",
    r"""CREATE OR REPLACE FUNCTION licence_removed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  INSERT INTO public.belonging_change (tenant_id, entity_id, part, part_id, shared, at, actor_id, source, import_id, what, before, after) SELECT coalesce(nullif(current_setting('onedoor.tenant', true), '')::uuid, o.tenant_id), o.entity_id, 'licence', o.id, true, now(), nullif(current_setting('onedoor.actor', true), '')::uuid, coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'), nullif(current_setting('onedoor.import', true), '')::uuid, 'removed', to_jsonb(o) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[], NULL FROM former o;
  RETURN NULL;
END
$body$""",
    r"""CREATE OR REPLACE FUNCTION entity_tag_added() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  INSERT INTO public.belonging_change (tenant_id, entity_id, part, part_id, shared, at, actor_id, source, import_id, what, before, after) SELECT n.tenant_id, n.entity_id, 'entity_tag', n.id, n.shared, now(), CASE WHEN n.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid THEN nullif(current_setting('onedoor.actor', true), '')::uuid END, coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'), nullif(current_setting('onedoor.import', true), '')::uuid, 'added', NULL, jsonb_strip_nulls(to_jsonb(n) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[]) FROM fresh n;
  RETURN NULL;
END
$body$""",
    r"""CREATE OR REPLACE FUNCTION entity_tag_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  INSERT INTO public.belonging_change (tenant_id, entity_id, part, part_id, shared, at, actor_id, source, import_id, what, before, after) SELECT n.tenant_id, n.entity_id, 'entity_tag', n.id, n.shared, now(), CASE WHEN n.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid THEN nullif(current_setting('onedoor.actor', true), '')::uuid END, coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'), nullif(current_setting('onedoor.import', true), '')::uuid, 'changed', coalesce(d.before, '{}') || coalesce(w.before, '{}'), coalesce(d.after, '{}') || coalesce(w.after, '{}') FROM former o JOIN fresh n ON n.id = o.id, LATERAL (SELECT jsonb_object_agg(b.key, b.value) AS before, jsonb_object_agg(b.key, a.value) AS after FROM jsonb_each(to_jsonb(o) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[]) b JOIN jsonb_each(to_jsonb(n) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[]) a ON a.key = b.key WHERE a.value <> b.value) d, LATERAL (SELECT jsonb_object_agg('entity_code', e.code) FILTER (WHERE e.id = o.entity_id) AS before, jsonb_object_agg('entity_code', e.code) FILTER (WHERE e.id = n.entity_id) AS after FROM public.entity e WHERE o.entity_id <> n.entity_id AND e.id IN (o.entity_id, n.entity_id)) w WHERE d.before IS NOT NULL OR w.before IS NOT NULL;
  RETURN NULL;
END
$body$""",
    r"""CREATE OR REPLACE FUNCTION entity_tag_removed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  INSERT INTO public.belonging_change (tenant_id, entity_id, part, part_id, shared, at, actor_id, source, import_id, what, before, after) SELECT o.tenant_id, o.entity_id, 'entity_tag', o.id, o.shared, now(), CASE WHEN o.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid THEN nullif(current_setting('onedoor.actor', true), '')::uuid END, coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'), nullif(current_setting('onedoor.import', true), '')::uuid, 'removed', to_jsonb(o) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[], NULL FROM former o;
  RETURN NULL;
END
$body$""",
    "GRANT DELETE ON premises TO onedoor_bureau",
    "CREATE POLICY premises_bureau_delete_4 ON premises FOR DELETE TO onedoor_bureau USING ((SELECT e.kind FROM entity e WHERE e.id = entity_id) = ANY (ARRAY(SELECT my_entity_kinds())) AND tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM belonging_change c WHERE c.entity_id = premises.entity_id AND c.part_id = premises.id AND c.what = 'added' AND c.import_id IS NOT NULL AND c.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid))",
    "GRANT DELETE ON licence TO onedoor_bureau",
    "CREATE POLICY licence_bureau_delete_4 ON licence FOR DELETE TO onedoor_bureau USING ((issued_by = (SELECT b.name FROM bureau b WHERE b.id = nullif(current_setting('onedoor.tenant', true), '')::uuid) OR (SELECT e.kind FROM entity e WHERE e.id = entity_id) = ANY (ARRAY(SELECT my_entity_kinds()))) AND tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM belonging_change c WHERE c.entity_id = licence.entity_id AND c.part_id = licence.id AND c.what = 'added' AND c.import_id IS NOT NULL AND c.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid))",
    "SET LOCAL ROLE onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION follow_merge(gone uuid) RETURNS bigint LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
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
    UPDATE public.target t SET ended_on = (now() AT TIME ZONE 'Asia/Shanghai')::date, ended_reason = '重复登记'
     WHERE t.entity_id = gone AND t.ended_on IS NULL RETURNING t.id, t.tenant_id, t.rule_id, t.unit_id),
  fresh AS (
    INSERT INTO public.target (id, tenant_id, entity_id, rule_id, unit_id, listed_on)
    SELECT gen_random_uuid(), o.tenant_id, stays, o.rule_id, o.unit_id, (now() AT TIME ZONE 'Asia/Shanghai')::date FROM former o
        ON CONFLICT (tenant_id, entity_id) WHERE ended_on IS NULL DO NOTHING RETURNING id, tenant_id),
  found AS (
    SELECT o.id, o.tenant_id, coalesce(n.id, t.id) AS made, n.id IS NULL AS there
      FROM former o LEFT JOIN fresh n ON n.tenant_id = o.tenant_id
      LEFT JOIN public.target t ON t.tenant_id = o.tenant_id AND t.entity_id = stays AND t.ended_on IS NULL)

  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'target', f.id, f.made, CASE WHEN f.there THEN 'kept' ELSE 'moved' END, false, '{}'::jsonb
    FROM found f;
  GET DIAGNOSTICS listed = ROW_COUNT;
  WITH found AS (
    SELECT r.*, s.code AS stays_code, gen_random_uuid() AS made FROM public.recusal r
      JOIN public.entity g ON g.id = gone AND r.entity_code = g.code
      JOIN public.entity s ON s.id = stays
     WHERE (r.until IS NULL OR r.until >= (now() AT TIME ZONE 'Asia/Shanghai')::date) AND NOT EXISTS (
       SELECT FROM public.recusal o WHERE o.inspector_id = r.inspector_id AND o.entity_code = s.code
          AND (o.until IS NULL OR o.until >= (now() AT TIME ZONE 'Asia/Shanghai')::date))),
  fresh AS (
    INSERT INTO public.recusal
      (id, tenant_id, inspector_id, entity_code, reason_code, reason, since, until, created_at)
    SELECT f.made, f.tenant_id, f.inspector_id, f.stays_code, f.reason_code, f.reason, f.since, f.until, now()
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
    SELECT f.made, f.tenant_id, f.tag_id, stays, f.shared, f.name, now() FROM found f)

  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'entity_tag', f.id, f.made, 'copied', f.shared, jsonb_build_object('name', f.name)
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
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'premises', f.id, f.made, 'kept', true, jsonb_build_object('number', f.number, 'now', f.at_stays, 'address', f.address)
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
     WHERE p.entity_id = gone AND NOT EXISTS (SELECT 1 FROM public.merge_step d WHERE d.merge_id = m.id AND d.part = 'premises' AND d.how = 'kept' AND d.part_id = p.id)),
  moved AS (
    UPDATE public.premises p SET entity_id = stays, number = f.at_stays, updated_at = now()
      FROM found f WHERE p.id = f.id)

  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'premises', f.id, f.made, 'moved', true, jsonb_build_object('number', f.number, 'now', f.at_stays, 'address', f.address)
    FROM found f;
  WITH found AS (
    SELECT l.id, l.tenant_id, l.kind, l.number, l.valid_to, o.id AS made FROM public.licence l
      JOIN public.licence o ON o.entity_id = stays AND o.kind = l.kind AND o.number = l.number
           AND o.issued_by = l.issued_by
     WHERE l.entity_id = gone)

  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'licence', f.id, f.made, 'kept', true, jsonb_build_object('kind', f.kind, 'number', f.number, 'valid_to', f.valid_to)
    FROM found f;
  WITH found AS (
    SELECT l.id, l.tenant_id, l.kind, l.number, l.premises_number AS place, NULL::uuid AS made,
           (SELECT (s.said ->> 'now')::integer FROM public.merge_step s WHERE s.merge_id = m.id
               AND s.part = 'premises' AND (s.said ->> 'number')::integer = l.premises_number) AS at_stays
      FROM public.licence l
     WHERE l.entity_id = gone AND NOT EXISTS (SELECT 1 FROM public.merge_step d WHERE d.merge_id = m.id AND d.part = 'licence' AND d.how = 'kept' AND d.part_id = l.id)),
  moved AS (
    UPDATE public.licence l SET entity_id = stays, premises_number = f.at_stays, updated_at = now()
      FROM found f WHERE l.id = f.id)

  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'licence', f.id, f.made, 'moved', true, jsonb_build_object('kind', f.kind, 'number', f.number, 'place', f.place, 'now', f.at_stays)
    FROM found f;
  WITH found AS (
    SELECT c.id, c.tenant_id, o.id AS made FROM public.entity_contact c
      LEFT JOIN public.entity_contact o ON o.tenant_id = c.tenant_id AND o.entity_id = stays
     WHERE c.entity_id = gone),
  moved AS (
    UPDATE public.entity_contact c SET entity_id = stays FROM found f WHERE c.id = f.id AND f.made IS NULL)

  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'entity_contact', f.id, f.made, CASE WHEN f.made IS NULL THEN 'moved' ELSE 'kept' END, false, '{}'::jsonb
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
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'target_risk', f.id, f.made, f.how, false, jsonb_build_object('level', f.level, 'other', f.other, 'other_level', f.other_level)
    FROM named f;
  UPDATE public.target_risk r SET until = now() FROM public.merge_step s
   WHERE s.merge_id = m.id AND s.part = 'target_risk'
     AND (r.id = s.part_id OR s.how = 'replaced' AND r.id = (s.said ->> 'other')::uuid);
  INSERT INTO public.target_risk
    (id, tenant_id, entity_id, level, score, factors, by_hand, reason, since, actor_name)
  SELECT s.made_id, r.tenant_id, stays, r.level, r.score, r.factors, r.by_hand, r.reason, now(), r.actor_name
    FROM public.merge_step s JOIN public.target_risk r ON r.id = s.part_id
   WHERE s.merge_id = m.id AND s.part = 'target_risk' AND s.how <> 'kept';
  WITH found AS (
    SELECT t.id, t.tenant_id, t.premises_id, d.made_id AS place, coalesce(nullif(p.name, ''), p.address) AS name, NULL::uuid AS made, o.id IS NULL
           AND row_number() OVER (PARTITION BY t.tenant_id, d.made_id ORDER BY t.listed_on, t.id) = 1 AS goes
      FROM public.target_matter t
      JOIN public.merge_step d ON d.merge_id = m.id AND d.part = 'premises' AND d.how = 'kept' AND d.part_id = t.premises_id
      JOIN public.premises p ON p.id = d.made_id
      LEFT JOIN public.target_matter o ON o.tenant_id = t.tenant_id AND o.premises_id = d.made_id AND o.ended_on IS NULL
     WHERE t.entity_id = gone AND t.ended_on IS NULL),
  moved AS (
    UPDATE public.target_matter t
       SET (entity_id, premises_id) = (SELECT stays, f.place WHERE f.goes UNION ALL SELECT gone, f.premises_id WHERE NOT f.goes),
           ended_on = CASE WHEN NOT f.goes THEN (now() AT TIME ZONE 'Asia/Shanghai')::date END, ended_reason = CASE WHEN NOT f.goes THEN '重复登记' END
      FROM found f WHERE t.id = f.id)

  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'target_matter', f.id, f.made, CASE WHEN f.goes THEN 'moved' ELSE 'kept' END, false, jsonb_build_object('name', f.name, 'premises', f.premises_id)
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
           ended_on = CASE WHEN f.made IS NULL THEN NULL ELSE (now() AT TIME ZONE 'Asia/Shanghai')::date END,
           ended_reason = CASE WHEN f.made IS NULL THEN NULL ELSE '重复登记' END
      FROM found f WHERE t.id = f.id)

  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'target_matter', f.id, f.made, CASE WHEN f.made IS NULL THEN 'moved' ELSE 'kept' END, false, jsonb_build_object('name', f.name)
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
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'credit_class', f.id, f.made, f.how, true, jsonb_build_object('grade', f.grade, 'other', f.other, 'other_grade', f.other_grade)
    FROM named f;
  UPDATE public.credit_class c SET until = (now() AT TIME ZONE 'Asia/Shanghai')::date FROM public.merge_step s
   WHERE s.merge_id = m.id AND s.part = 'credit_class' AND s.how = 'replaced'
     AND c.id = (s.said ->> 'other')::uuid;
  INSERT INTO public.credit_class (id, tenant_id, entity_id, grade, facts, since)
  SELECT s.made_id, c.tenant_id, stays, c.grade, c.facts, (now() AT TIME ZONE 'Asia/Shanghai')::date
    FROM public.merge_step s JOIN public.credit_class c ON c.id = s.part_id
   WHERE s.merge_id = m.id AND s.part = 'credit_class' AND s.how <> 'kept';
  WITH found AS (
    SELECT c.id, c.tenant_id, c.field, (
        SELECT o.id FROM public.correction o WHERE o.tenant_id = c.tenant_id AND o.entity_id = stays
           AND o.state = 'sent' AND o.field = c.field LIMIT 1) AS made
      FROM public.correction c WHERE c.entity_id = gone AND c.state = 'sent' AND c.field <> 'status'),
  moved AS (
    UPDATE public.correction c SET entity_id = stays FROM found f WHERE c.id = f.id AND f.made IS NULL)

  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'correction', f.id, f.made, CASE WHEN f.made IS NULL THEN 'moved' ELSE 'kept' END, false, jsonb_build_object('field', f.field)
    FROM found f;

  INSERT INTO public.audit_entry (id, tenant_id, at, actor_name, bureau_name, role, origin, request, event,
         subject_kind, subject_id, subject_name, after)
  SELECT gen_random_uuid(), f.tenant_id, now(), m.actor_name, b.name, 'onedoor_bureau', 'together', '', 'registry.entity.merge',
         'entity', e.id, e.name, jsonb_build_object('merged', g.code, 'count', f.steps)
    FROM (SELECT s.tenant_id, count(*) AS steps FROM public.merge_step s
           WHERE s.merge_id = m.id AND s.tenant_id <> m.tenant_id AND true GROUP BY s.tenant_id) f,
         public.bureau b, public.entity e, public.entity g
   WHERE b.id = m.tenant_id AND e.id = m.survivor_id AND g.id = gone;
  RETURN listed;
END
$body$""",
    "RESET ROLE",
)


def upgrade() -> None:
    """Apply them."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
