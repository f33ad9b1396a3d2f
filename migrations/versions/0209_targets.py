"""Targets: tables, indexes, functions, policies, first rows.

Drafted by `python -m migrations.draft all`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0209_targets"
down_revision = "0208_officers"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE TABLE risk_factor (
    name TEXT NOT NULL,
    conditions JSONB NOT NULL,
    points INTEGER NOT NULL,
    active BOOLEAN DEFAULT true NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_risk_factor PRIMARY KEY (id),
    CONSTRAINT uq_risk_factor_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT ck_risk_factor_points CHECK (points BETWEEN 1 AND 1000),
    CONSTRAINT fk_risk_factor_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_risk_factor_tenant_id ON risk_factor (tenant_id)""",
    r"""CREATE TABLE risk_scale (
    levels JSONB NOT NULL,
    computed_at TIMESTAMP WITH TIME ZONE,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_risk_scale PRIMARY KEY (id),
    CONSTRAINT uq_risk_scale_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_risk_scale_tenant_id UNIQUE (tenant_id),
    CONSTRAINT fk_risk_scale_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_risk_scale_tenant_id ON risk_scale (tenant_id)""",
    r"""CREATE TABLE tag (
    name TEXT NOT NULL,
    shared BOOLEAN NOT NULL,
    active BOOLEAN DEFAULT true NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_tag PRIMARY KEY (id),
    CONSTRAINT uq_tag_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_tag_tenant_id_name UNIQUE (tenant_id, name),
    CONSTRAINT uq_tag_id_tenant_id_shared UNIQUE (id, tenant_id, shared),
    CONSTRAINT fk_tag_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_tag_tenant_id ON tag (tenant_id)""",
    r"""CREATE TABLE entity_tag (
    tag_id UUID NOT NULL,
    entity_id UUID NOT NULL,
    shared BOOLEAN NOT NULL,
    name TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_entity_tag PRIMARY KEY (id),
    CONSTRAINT uq_entity_tag_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_entity_tag_tag_id_tenant_id_shared FOREIGN KEY(tag_id, tenant_id, shared) REFERENCES tag (id, tenant_id, shared),
    CONSTRAINT uq_entity_tag_tag_id_entity_id UNIQUE (tag_id, entity_id),
    CONSTRAINT fk_entity_tag_entity_id FOREIGN KEY(entity_id) REFERENCES entity (id),
    CONSTRAINT fk_entity_tag_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_entity_tag_entity ON entity_tag (entity_id)""",
    r"""CREATE INDEX ix_entity_tag_name ON entity_tag (name, entity_id)""",
    r"""CREATE INDEX ix_entity_tag_tenant_id ON entity_tag (tenant_id)""",
    r"""CREATE TABLE target_risk (
    entity_id UUID NOT NULL,
    level TEXT NOT NULL,
    score INTEGER,
    factors TEXT[] DEFAULT '{}' NOT NULL,
    by_hand BOOLEAN NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    until TIMESTAMP WITH TIME ZONE,
    actor_name TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_target_risk PRIMARY KEY (id),
    CONSTRAINT uq_target_risk_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT ck_target_risk_by_hand CHECK (by_hand = (score IS NULL)),
    CONSTRAINT fk_target_risk_entity_id FOREIGN KEY(entity_id) REFERENCES entity (id),
    CONSTRAINT fk_target_risk_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_target_risk_entity ON target_risk (entity_id)""",
    r"""CREATE INDEX ix_target_risk_tenant_id ON target_risk (tenant_id)""",
    r"""CREATE UNIQUE INDEX uq_target_risk_holds ON target_risk (tenant_id, entity_id) WHERE until IS NULL""",
    r"""CREATE TABLE target_rule (
    name TEXT NOT NULL,
    conditions JSONB NOT NULL,
    unit_id UUID,
    active BOOLEAN DEFAULT true NOT NULL,
    last_run_at TIMESTAMP WITH TIME ZONE,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_target_rule PRIMARY KEY (id),
    CONSTRAINT uq_target_rule_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_target_rule_tenant_id_name UNIQUE (tenant_id, name),
    CONSTRAINT fk_target_rule_unit_id_tenant_id FOREIGN KEY(unit_id, tenant_id) REFERENCES unit (id, tenant_id),
    CONSTRAINT fk_target_rule_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_target_rule_tenant_id ON target_rule (tenant_id)""",
    r"""CREATE TABLE target (
    entity_id UUID NOT NULL,
    rule_id UUID,
    unit_id UUID,
    listed_on DATE NOT NULL,
    ended_on DATE,
    ended_reason TEXT,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_target PRIMARY KEY (id),
    CONSTRAINT uq_target_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_target_rule_id_tenant_id FOREIGN KEY(rule_id, tenant_id) REFERENCES target_rule (id, tenant_id),
    CONSTRAINT fk_target_unit_id_tenant_id FOREIGN KEY(unit_id, tenant_id) REFERENCES unit (id, tenant_id),
    CONSTRAINT fk_target_entity_id FOREIGN KEY(entity_id) REFERENCES entity (id),
    CONSTRAINT fk_target_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_target_bureau ON target (tenant_id, entity_id, ended_on)""",
    r"""CREATE INDEX ix_target_ended_on ON target (tenant_id, ended_on) WHERE ended_on IS NOT NULL""",
    r"""CREATE INDEX ix_target_listed_on ON target (tenant_id, listed_on, id)""",
    r"""CREATE INDEX ix_target_of_entity ON target (entity_id, ended_on)""",
    r"""CREATE INDEX ix_target_tenant_id ON target (tenant_id)""",
    r"""CREATE INDEX ix_target_unit_id ON target (unit_id) WHERE unit_id IS NOT NULL""",
    r"""CREATE UNIQUE INDEX uq_target_listed ON target (tenant_id, entity_id) WHERE ended_on IS NULL""",
    r"""CREATE TABLE target_matter (
    entity_id UUID NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    number TEXT DEFAULT '' NOT NULL,
    nature TEXT DEFAULT '' NOT NULL,
    industry TEXT DEFAULT '' NOT NULL,
    jurisdiction_code TEXT,
    note TEXT DEFAULT '' NOT NULL,
    premises_id UUID,
    listed_on DATE NOT NULL,
    ended_on DATE,
    ended_reason TEXT,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_target_matter PRIMARY KEY (id),
    CONSTRAINT uq_target_matter_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT ck_target_matter_kind CHECK (kind IN ('place', 'product', 'project', 'activity')),
    CONSTRAINT ck_target_matter_place CHECK ((kind = 'place') = (premises_id IS NOT NULL)),
    CONSTRAINT fk_target_matter_premises_id_entity_id FOREIGN KEY(premises_id, entity_id) REFERENCES premises (id, entity_id) ON UPDATE CASCADE,
    CONSTRAINT fk_target_matter_entity_id FOREIGN KEY(entity_id) REFERENCES entity (id),
    CONSTRAINT fk_target_matter_jurisdiction_code FOREIGN KEY(jurisdiction_code) REFERENCES jurisdiction (code),
    CONSTRAINT fk_target_matter_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_target_matter_entity ON target_matter (entity_id)""",
    r"""CREATE INDEX ix_target_matter_premises ON target_matter (premises_id) WHERE premises_id IS NOT NULL""",
    r"""CREATE INDEX ix_target_matter_tenant_id ON target_matter (tenant_id)""",
    r"""CREATE UNIQUE INDEX uq_target_matter_listed ON target_matter (tenant_id, entity_id, kind, name, number) WHERE ended_on IS NULL AND premises_id IS NULL""",
    r"""CREATE UNIQUE INDEX uq_target_matter_place ON target_matter (tenant_id, premises_id) WHERE ended_on IS NULL AND premises_id IS NOT NULL""",
    r"""CREATE OR REPLACE FUNCTION follow_listing() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  m public.entity_merge;
  gone uuid;
  stays uuid;
  listed bigint;
  moved bigint := 0;
BEGIN
  LOOP
    SELECT x.* INTO m FROM public.entity_merge x, public.target t WHERE x.undone_at IS NULL AND t.entity_id = x.gone_id
        AND t.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND t.ended_on IS NULL LIMIT 1;
    EXIT WHEN NOT FOUND;
    gone := m.gone_id;
    stays := m.survivor_id;
    moved := moved + 1;
  WITH former AS (
    UPDATE public.target t SET ended_on = (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date, ended_reason = '重复登记'
     WHERE t.entity_id = gone AND t.ended_on IS NULL AND t.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid
         RETURNING t.id, t.tenant_id, t.rule_id, t.unit_id),
  fresh AS (
    INSERT INTO public.target (id, tenant_id, entity_id, rule_id, unit_id, listed_on)
    SELECT gen_random_uuid(), o.tenant_id, stays, o.rule_id, o.unit_id, (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date FROM former o
        ON CONFLICT (tenant_id, entity_id) WHERE ended_on IS NULL DO NOTHING RETURNING id, tenant_id),
  found AS (
    SELECT o.id, o.tenant_id, coalesce(n.id, t.id) AS made, n.id IS NULL AS there
      FROM former o LEFT JOIN fresh n ON n.tenant_id = o.tenant_id
      LEFT JOIN public.target t ON t.tenant_id = o.tenant_id AND t.entity_id = stays AND t.ended_on IS NULL
          WHERE NOT EXISTS (SELECT FROM public.merge_step d WHERE d.merge_id = m.id AND d.part = 'target'
          AND d.tenant_id = o.tenant_id))
  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'target', f.id, f.made, CASE WHEN f.there THEN 'kept'
      ELSE 'moved' END, false, '{}'::jsonb
    FROM found f;
  GET DIAGNOSTICS listed = ROW_COUNT;
  INSERT INTO public.audit_entry (id, tenant_id, at, actor_name, bureau_name, role, origin, request, event,
         subject_kind, subject_id, subject_name, after)
  SELECT gen_random_uuid(), f.tenant_id, public.onedoor_now(), m.actor_name, b.name, 'onedoor_bureau', 'together', '',
      'registry.entity.merge',
         'entity', e.id, e.name, jsonb_build_object('merged', g.code, 'count', f.steps)
    FROM (SELECT nullif(current_setting('onedoor.tenant', true), '')::uuid AS tenant_id, 1 AS steps) f,
         public.bureau b, public.entity e, public.entity g
   WHERE b.id = m.tenant_id AND e.id = m.survivor_id AND g.id = gone;
  END LOOP;
  RETURN moved;
END
$body$""",
    r"""GRANT EXECUTE ON FUNCTION follow_listing() TO onedoor_bureau""",
    r"""ALTER FUNCTION follow_listing() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION is_uncovered(asked uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT EXISTS (SELECT FROM public.entity e WHERE e.id = asked AND e.status IN ('active', 'suspended')
   AND e.kind = ANY (ARRAY(
     SELECT pg_catalog.unnest(b.entity_kinds) FROM public.bureau b WHERE b.id = nullif(current_setting('onedoor.tenant', true), '')::uuid
     UNION SELECT pg_catalog.unnest(i.object_kinds) FROM public.item i
      WHERE i.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND i.state = 'published'))
   AND (e.jurisdiction_code IN (
     WITH RECURSIVE places AS (
       SELECT b.jurisdiction_code AS code FROM public.bureau b WHERE b.id = nullif(current_setting('onedoor.tenant', true), '')::uuid
       UNION
       SELECT j.code FROM public.jurisdiction j JOIN places p ON j.parent_code = p.code)
     SELECT code FROM places)) IS TRUE
   AND NOT EXISTS (SELECT FROM public.target t WHERE t.entity_id = e.id AND t.ended_on IS NULL))
$body$""",
    r"""GRANT EXECUTE ON FUNCTION is_uncovered(uuid) TO onedoor_bureau""",
    r"""ALTER FUNCTION is_uncovered(uuid) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION relist_loaded(asked uuid[]) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH mistaken AS (
  SELECT u.entity_id, s.reason, u.tenant_id, u.actor_id,
         coalesce((SELECT (max(c.at) AT TIME ZONE 'Asia/Shanghai')::date FROM public.entity_change c
                    WHERE c.entity_id = u.entity_id AND c.id <> u.id AND c.after ->> 'status' = s.status),
                  '-infinity') AS since
    FROM public.entity_change u
    JOIN (VALUES ('moved', '已迁出'), ('deregistered', '已注销'), ('revoked', '已吊销')) AS s (status,
        reason) ON s.status = u.before ->> 'status'
   WHERE u.entity_id = ANY (asked) AND u.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND u.what = 'changed'
     AND u.source IN ('load', 'interface') AND u.xmin = pg_current_xact_id()::xid
     AND u.after ->> 'status' IN ('active', 'suspended')),
latest AS (
  SELECT DISTINCT ON (t.tenant_id, t.entity_id) t.id, t.tenant_id, t.entity_id, w.reason, w.since
    FROM public.target t JOIN mistaken w ON w.entity_id = t.entity_id
   WHERE t.ended_on >= w.since AND t.ended_reason = w.reason AND NOT EXISTS (
     SELECT FROM public.target o
      WHERE o.tenant_id = t.tenant_id AND o.entity_id = t.entity_id AND o.ended_on IS NULL)
   ORDER BY t.tenant_id, t.entity_id, t.ended_on DESC, t.listed_on DESC, t.id DESC),
back AS (
  UPDATE public.target t SET ended_on = NULL, ended_reason = NULL FROM latest l WHERE t.id = l.id
  RETURNING t.tenant_id),
matters AS (
  UPDATE public.target_matter x SET ended_on = NULL, ended_reason = NULL FROM latest l
   WHERE x.tenant_id = l.tenant_id AND x.entity_id = l.entity_id
     AND x.ended_on >= l.since AND x.ended_reason = l.reason),
counted AS (SELECT b.tenant_id, count(*) AS targets FROM back b GROUP BY b.tenant_id),
noted AS (
  INSERT INTO public.library_update
    (id, tenant_id, library, at, actor_name, added, ended, total, note, note_said)
  SELECT gen_random_uuid(), n.tenant_id, 'targets', public.onedoor_now(),
         CASE WHEN n.tenant_id = i.tenant_id THEN i.undone_by ELSE b.name || ' ' || i.undone_by END,
         n.targets, 0, n.targets + (SELECT count(*) FROM public.target o
           WHERE o.tenant_id = n.tenant_id AND o.ended_on IS NULL),
         '登记部门把登记状态改回，因此移出的恢复在库', jsonb_build_object('say', '登记部门把登记状态改回，因此移出的恢复在库', 'with', '{}'::jsonb)
    FROM counted n, (SELECT m.tenant_id, coalesce(a.display_name, k.name) AS undone_by FROM mistaken m
           JOIN public.bureau k ON k.id = m.tenant_id LEFT JOIN public.user_account a ON a.id = m.actor_id
          LIMIT 1) i, public.bureau b WHERE b.id = i.tenant_id),
logged AS (
  INSERT INTO public.audit_entry (id, tenant_id, at, actor_name, bureau_name, role, origin, request, event,
         subject_kind, subject_name, after)
  SELECT gen_random_uuid(), n.tenant_id, public.onedoor_now(), i.undone_by, b.name, 'onedoor_bureau', 'together', '',
         'registry.targets.relist', 'target_library', '登记部门把登记状态改回，因此移出的恢复在库', jsonb_build_object('count', n.targets)
    FROM counted n, (SELECT m.tenant_id, coalesce(a.display_name, k.name) AS undone_by FROM mistaken m
           JOIN public.bureau k ON k.id = m.tenant_id LEFT JOIN public.user_account a ON a.id = m.actor_id
          LIMIT 1) i, public.bureau b WHERE b.id = i.tenant_id)
SELECT coalesce(sum(n.targets), 0)::bigint FROM counted n
$body$""",
    r"""GRANT EXECUTE ON FUNCTION relist_loaded(uuid[]) TO onedoor_bureau""",
    r"""ALTER FUNCTION relist_loaded(uuid[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION relist_returned(asked uuid) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH mistaken AS (
  SELECT u.entity_id, s.reason, u.tenant_id, u.actor_id,
         coalesce((SELECT (max(c.at) AT TIME ZONE 'Asia/Shanghai')::date FROM public.entity_change c
                    WHERE c.entity_id = u.entity_id AND c.id <> u.id AND c.after ->> 'status' = s.status),
                  '-infinity') AS since
    FROM public.entity_change u
    JOIN (VALUES ('moved', '已迁出'), ('deregistered', '已注销'), ('revoked', '已吊销')) AS s (status,
        reason) ON s.status = u.before ->> 'status'
   WHERE u.entity_id = asked AND u.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND u.what = 'changed'
     AND u.source IN ('hand', 'correction') AND u.xmin = pg_current_xact_id()::xid
     AND u.after ->> 'status' IN ('active', 'suspended')),
latest AS (
  SELECT DISTINCT ON (t.tenant_id, t.entity_id) t.id, t.tenant_id, t.entity_id, w.reason, w.since
    FROM public.target t JOIN mistaken w ON w.entity_id = t.entity_id
   WHERE t.ended_on >= w.since AND t.ended_reason = w.reason AND NOT EXISTS (
     SELECT FROM public.target o
      WHERE o.tenant_id = t.tenant_id AND o.entity_id = t.entity_id AND o.ended_on IS NULL)
   ORDER BY t.tenant_id, t.entity_id, t.ended_on DESC, t.listed_on DESC, t.id DESC),
back AS (
  UPDATE public.target t SET ended_on = NULL, ended_reason = NULL FROM latest l WHERE t.id = l.id
  RETURNING t.tenant_id),
matters AS (
  UPDATE public.target_matter x SET ended_on = NULL, ended_reason = NULL FROM latest l
   WHERE x.tenant_id = l.tenant_id AND x.entity_id = l.entity_id
     AND x.ended_on >= l.since AND x.ended_reason = l.reason),
counted AS (SELECT b.tenant_id, count(*) AS targets FROM back b GROUP BY b.tenant_id),
noted AS (
  INSERT INTO public.library_update
    (id, tenant_id, library, at, actor_name, added, ended, total, note, note_said)
  SELECT gen_random_uuid(), n.tenant_id, 'targets', public.onedoor_now(),
         CASE WHEN n.tenant_id = i.tenant_id THEN i.undone_by ELSE b.name || ' ' || i.undone_by END,
         n.targets, 0, n.targets + (SELECT count(*) FROM public.target o
           WHERE o.tenant_id = n.tenant_id AND o.ended_on IS NULL),
         '登记部门把登记状态改回，因此移出的恢复在库', jsonb_build_object('say', '登记部门把登记状态改回，因此移出的恢复在库', 'with', '{}'::jsonb)
    FROM counted n, (SELECT m.tenant_id, coalesce(a.display_name, k.name) AS undone_by FROM mistaken m
           JOIN public.bureau k ON k.id = m.tenant_id LEFT JOIN public.user_account a ON a.id = m.actor_id
          LIMIT 1) i, public.bureau b WHERE b.id = i.tenant_id),
logged AS (
  INSERT INTO public.audit_entry (id, tenant_id, at, actor_name, bureau_name, role, origin, request, event,
         subject_kind, subject_name, after)
  SELECT gen_random_uuid(), n.tenant_id, public.onedoor_now(), i.undone_by, b.name, 'onedoor_bureau', 'together', '',
         'registry.targets.relist', 'target_library', '登记部门把登记状态改回，因此移出的恢复在库', jsonb_build_object('count', n.targets)
    FROM counted n, (SELECT m.tenant_id, coalesce(a.display_name, k.name) AS undone_by FROM mistaken m
           JOIN public.bureau k ON k.id = m.tenant_id LEFT JOIN public.user_account a ON a.id = m.actor_id
          LIMIT 1) i, public.bureau b WHERE b.id = i.tenant_id)
SELECT coalesce(sum(n.targets), 0)::bigint FROM counted n
$body$""",
    r"""GRANT EXECUTE ON FUNCTION relist_returned(uuid) TO onedoor_bureau""",
    r"""ALTER FUNCTION relist_returned(uuid) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION relist_undone(load uuid) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH mistaken AS (
  SELECT u.entity_id, s.reason, (min(c.at) AT TIME ZONE 'Asia/Shanghai')::date AS since
    FROM public.entity_change u
    JOIN public.entity_change c ON c.import_id = u.import_id AND c.entity_id = u.entity_id
         AND c.what = 'changed' AND c.source <> 'undo'
    JOIN (VALUES ('moved', '已迁出'), ('deregistered', '已注销'), ('revoked', '已吊销')) AS s (status,
        reason) ON s.status = u.before ->> 'status'
   WHERE u.import_id = load AND u.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND u.what = 'changed' AND u.source = 'undo'
     AND u.xmin = pg_current_xact_id()::xid AND u.after ->> 'status' IN ('active', 'suspended')
   GROUP BY u.entity_id, s.reason),
latest AS (
  SELECT DISTINCT ON (t.tenant_id, t.entity_id) t.id, t.tenant_id, t.entity_id, w.reason, w.since
    FROM public.target t JOIN mistaken w ON w.entity_id = t.entity_id
   WHERE t.ended_on >= w.since AND t.ended_reason = w.reason AND NOT EXISTS (
     SELECT FROM public.target o
      WHERE o.tenant_id = t.tenant_id AND o.entity_id = t.entity_id AND o.ended_on IS NULL)
   ORDER BY t.tenant_id, t.entity_id, t.ended_on DESC, t.listed_on DESC, t.id DESC),
back AS (
  UPDATE public.target t SET ended_on = NULL, ended_reason = NULL FROM latest l WHERE t.id = l.id
  RETURNING t.tenant_id),
matters AS (
  UPDATE public.target_matter x SET ended_on = NULL, ended_reason = NULL FROM latest l
   WHERE x.tenant_id = l.tenant_id AND x.entity_id = l.entity_id
     AND x.ended_on >= l.since AND x.ended_reason = l.reason),
counted AS (SELECT b.tenant_id, count(*) AS targets FROM back b GROUP BY b.tenant_id),
noted AS (
  INSERT INTO public.library_update
    (id, tenant_id, library, at, actor_name, added, ended, total, note, note_said)
  SELECT gen_random_uuid(), n.tenant_id, 'targets', public.onedoor_now(),
         CASE WHEN n.tenant_id = i.tenant_id THEN i.undone_by ELSE b.name || ' ' || i.undone_by END,
         n.targets, 0, n.targets + (SELECT count(*) FROM public.target o
           WHERE o.tenant_id = n.tenant_id AND o.ended_on IS NULL),
         '登记部门撤销了一次导入，因此移出的恢复在库', jsonb_build_object('say', '登记部门撤销了一次导入，因此移出的恢复在库', 'with', '{}'::jsonb)
    FROM counted n, public.import i, public.bureau b WHERE i.id = load AND b.id = i.tenant_id),
logged AS (
  INSERT INTO public.audit_entry (id, tenant_id, at, actor_name, bureau_name, role, origin, request, event,
         subject_kind, subject_name, after)
  SELECT gen_random_uuid(), n.tenant_id, public.onedoor_now(), i.undone_by, b.name, 'onedoor_bureau', 'together', '',
         'registry.targets.relist', 'target_library', '登记部门撤销了一次导入，因此移出的恢复在库', jsonb_build_object('count', n.targets)
    FROM counted n, public.import i, public.bureau b WHERE i.id = load AND b.id = i.tenant_id)
SELECT coalesce(sum(n.targets), 0)::bigint FROM counted n
$body$""",
    r"""GRANT EXECUTE ON FUNCTION relist_undone(uuid) TO onedoor_bureau""",
    r"""ALTER FUNCTION relist_undone(uuid) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION supervised_uncovered_entities() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH RECURSIVE places AS (
  SELECT g.jurisdiction_code AS code FROM public.supervision_grant g
   WHERE g.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND g.since <= (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date AND (g.until IS NULL OR g.until >= (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date)
  UNION
  SELECT j.code FROM public.jurisdiction j JOIN places p ON j.parent_code = p.code)
SELECT e.id FROM public.entity e
 WHERE e.status IN ('active', 'suspended') AND e.jurisdiction_code IN (SELECT code FROM places)
   AND NOT EXISTS (SELECT FROM public.target t WHERE t.entity_id = e.id AND t.ended_on IS NULL)
$body$""",
    r"""GRANT EXECUTE ON FUNCTION supervised_uncovered_entities() TO onedoor_supervisor""",
    r"""ALTER FUNCTION supervised_uncovered_entities() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION uncovered_entities(most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT e.id FROM public.entity e WHERE e.status IN ('active', 'suspended')
   AND e.kind = ANY (ARRAY(
     SELECT pg_catalog.unnest(b.entity_kinds) FROM public.bureau b WHERE b.id = nullif(current_setting('onedoor.tenant', true), '')::uuid
     UNION SELECT pg_catalog.unnest(i.object_kinds) FROM public.item i
      WHERE i.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND i.state = 'published'))
   AND (e.jurisdiction_code IN (
     WITH RECURSIVE places AS (
       SELECT b.jurisdiction_code AS code FROM public.bureau b WHERE b.id = nullif(current_setting('onedoor.tenant', true), '')::uuid
       UNION
       SELECT j.code FROM public.jurisdiction j JOIN places p ON j.parent_code = p.code)
     SELECT code FROM places)) IS TRUE
   AND NOT EXISTS (SELECT FROM public.target t WHERE t.entity_id = e.id AND t.ended_on IS NULL) LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION uncovered_entities(integer) TO onedoor_bureau""",
    r"""ALTER FUNCTION uncovered_entities(integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION entity_tag_added() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  INSERT INTO public.belonging_change
    (tenant_id, entity_id, part, part_id, shared, at, actor_id, source, import_id, what, before, after)
  SELECT n.tenant_id, n.entity_id, 'entity_tag', n.id, n.shared, public.onedoor_now(), CASE WHEN n.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid THEN nullif(current_setting('onedoor.actor', true), '')::uuid END,
         coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'),
         nullif(current_setting('onedoor.import', true), '')::uuid,
         'added', NULL, jsonb_strip_nulls(to_jsonb(n) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[])
    FROM fresh n;
  RETURN NULL;
END
$body$""",
    r"""CREATE TRIGGER entity_tag_added AFTER INSERT ON entity_tag
REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION entity_tag_added()""",
    r"""CREATE OR REPLACE FUNCTION entity_tag_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_nestloop = off
AS $body$
BEGIN
  INSERT INTO public.belonging_change
    (tenant_id, entity_id, part, part_id, shared, at, actor_id, source, import_id, what, before, after)
  SELECT n.tenant_id, n.entity_id, 'entity_tag', n.id, n.shared, public.onedoor_now(), CASE WHEN n.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid THEN nullif(current_setting('onedoor.actor', true), '')::uuid END,
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
    r"""CREATE TRIGGER entity_tag_changed AFTER UPDATE ON entity_tag
REFERENCING OLD TABLE AS former NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION entity_tag_changed()""",
    r"""CREATE OR REPLACE FUNCTION entity_tag_removed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  INSERT INTO public.belonging_change
    (tenant_id, entity_id, part, part_id, shared, at, actor_id, source, import_id, what, before, after)
  SELECT o.tenant_id, o.entity_id, 'entity_tag', o.id, o.shared, public.onedoor_now(), CASE WHEN o.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid THEN nullif(current_setting('onedoor.actor', true), '')::uuid END,
         coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand'),
         nullif(current_setting('onedoor.import', true), '')::uuid,
         'removed', to_jsonb(o) - '{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[], NULL
    FROM former o;
  RETURN NULL;
END
$body$""",
    r"""CREATE TRIGGER entity_tag_removed AFTER DELETE ON entity_tag
REFERENCING OLD TABLE AS former
FOR EACH STATEMENT EXECUTE FUNCTION entity_tag_removed()""",
    r"""CREATE OR REPLACE FUNCTION target_in_turn() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('onedoor.merges', 0));
  RETURN NULL;
END
$body$""",
    r"""CREATE TRIGGER target_in_turn BEFORE INSERT ON target
FOR EACH STATEMENT EXECUTE FUNCTION target_in_turn()""",
    r"""CREATE OR REPLACE FUNCTION target_of_merged() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF EXISTS (SELECT FROM public.entity_merge m, public.target t WHERE m.undone_at IS NULL AND t.entity_id = m.gone_id
      AND t.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND t.ended_on IS NULL) THEN
    PERFORM public.follow_listing();
  END IF;
  RETURN NULL;
END
$body$""",
    r"""CREATE TRIGGER target_of_merged AFTER INSERT ON target
FOR EACH STATEMENT EXECUTE FUNCTION target_of_merged()""",
    r"""ALTER TABLE risk_factor ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON risk_factor TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON risk_factor TO onedoor_bureau""",
    r"""GRANT SELECT ON risk_factor TO onedoor_supervisor""",
    r"""CREATE POLICY risk_factor_bureau_select_0 ON risk_factor FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY risk_factor_bureau_insert_1 ON risk_factor FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY risk_factor_bureau_update_2 ON risk_factor FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY risk_factor_supervisor_select_3 ON risk_factor FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE risk_scale ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON risk_scale TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON risk_scale TO onedoor_bureau""",
    r"""GRANT SELECT ON risk_scale TO onedoor_supervisor""",
    r"""CREATE POLICY risk_scale_bureau_select_0 ON risk_scale FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY risk_scale_bureau_insert_1 ON risk_scale FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY risk_scale_bureau_update_2 ON risk_scale FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY risk_scale_supervisor_select_3 ON risk_scale FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE tag ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON tag TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON tag TO onedoor_bureau""",
    r"""GRANT SELECT ON tag TO onedoor_supervisor""",
    r"""CREATE POLICY tag_bureau_select_0 ON tag FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY tag_bureau_insert_1 ON tag FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY tag_bureau_update_2 ON tag FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY tag_bureau_select_3 ON tag FOR SELECT TO onedoor_bureau USING (shared)""",
    r"""CREATE POLICY tag_supervisor_select_4 ON tag FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""CREATE POLICY tag_supervisor_select_5 ON tag FOR SELECT TO onedoor_supervisor USING (shared)""",
    r"""ALTER TABLE entity_tag ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON entity_tag TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, DELETE ON entity_tag TO onedoor_bureau""",
    r"""GRANT SELECT ON entity_tag TO onedoor_supervisor""",
    r"""CREATE POLICY entity_tag_bureau_select_0 ON entity_tag FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR shared)""",
    r"""CREATE POLICY entity_tag_bureau_insert_1 ON entity_tag FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND (NOT shared OR (SELECT e.kind FROM entity e WHERE e.id = entity_id) = ANY (ARRAY(SELECT my_entity_kinds()))))""",
    r"""CREATE POLICY entity_tag_bureau_delete_2 ON entity_tag FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND (NOT shared OR (SELECT e.kind FROM entity e WHERE e.id = entity_id) = ANY (ARRAY(SELECT my_entity_kinds()))))""",
    r"""CREATE POLICY entity_tag_supervisor_select_3 ON entity_tag FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())) OR shared)""",
    r"""ALTER TABLE target_risk ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON target_risk TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON target_risk TO onedoor_bureau""",
    r"""GRANT SELECT ON target_risk TO onedoor_supervisor""",
    r"""CREATE POLICY target_risk_bureau_select_0 ON target_risk FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY target_risk_bureau_insert_1 ON target_risk FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY target_risk_bureau_update_2 ON target_risk FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY target_risk_supervisor_select_3 ON target_risk FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE target_rule ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON target_rule TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON target_rule TO onedoor_bureau""",
    r"""GRANT SELECT ON target_rule TO onedoor_supervisor""",
    r"""CREATE POLICY target_rule_bureau_select_0 ON target_rule FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY target_rule_bureau_insert_1 ON target_rule FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY target_rule_bureau_update_2 ON target_rule FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY target_rule_bureau_delete_3 ON target_rule FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY target_rule_supervisor_select_4 ON target_rule FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE target ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON target TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON target TO onedoor_bureau""",
    r"""GRANT SELECT ON target TO onedoor_supervisor""",
    r"""CREATE POLICY target_bureau_select_0 ON target FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY target_bureau_insert_1 ON target FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY target_bureau_update_2 ON target FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY target_supervisor_select_3 ON target FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE target_matter ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON target_matter TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON target_matter TO onedoor_bureau""",
    r"""GRANT SELECT ON target_matter TO onedoor_supervisor""",
    r"""CREATE POLICY target_matter_bureau_select_0 ON target_matter FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY target_matter_bureau_insert_1 ON target_matter FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY target_matter_bureau_update_2 ON target_matter FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY target_matter_supervisor_select_3 ON target_matter FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
