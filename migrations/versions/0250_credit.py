"""Platforms and layouts as data that the operator keeps (R-O2).

Drafted by `python -m migrations.draft 0250_credit record_layout outside_platform public_rows sealed_outside_platform_token reseal_outside_platform_token keys_of_outside_platform_token`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0250_credit"
down_revision = "0229_items"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE TABLE record_layout (
    family TEXT NOT NULL,
    version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    fields JSONB NOT NULL,
    entity JSONB NOT NULL,
    nested BOOLEAN DEFAULT false NOT NULL,
    state TEXT DEFAULT 'draft' NOT NULL,
    made_by TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_since TIMESTAMP WITH TIME ZONE,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_record_layout PRIMARY KEY (id),
    CONSTRAINT uq_record_layout_family_version UNIQUE (family, version),
    CONSTRAINT ck_record_layout_kind CHECK (kind IN ('result', 'penalty')),
    CONSTRAINT ck_record_layout_state CHECK (state IN ('draft', 'in_use')),
    CONSTRAINT ck_record_layout_used CHECK ((state = 'draft') = (used_since IS NULL))
)""",
    r"""CREATE TABLE outside_platform (
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    place TEXT,
    channel TEXT NOT NULL,
    address TEXT DEFAULT '' NOT NULL,
    token BYTEA,
    folder TEXT DEFAULT '' NOT NULL,
    mark TEXT NOT NULL,
    schedule TEXT DEFAULT 'by_hand' NOT NULL,
    hour INTEGER DEFAULT '8' NOT NULL,
    patience INTEGER DEFAULT '60' NOT NULL,
    result_layout TEXT,
    penalty_layout TEXT,
    active BOOLEAN DEFAULT true NOT NULL,
    changed_by TEXT DEFAULT '' NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_outside_platform PRIMARY KEY (id),
    CONSTRAINT ck_outside_platform_channel CHECK (channel IN ('push', 'folder', 'manual')),
    CONSTRAINT ck_outside_platform_schedule CHECK (schedule IN ('by_hand', 'hourly', 'daily')),
    CONSTRAINT ck_outside_platform_hour CHECK (hour BETWEEN 0 AND 23),
    CONSTRAINT ck_outside_platform_patience CHECK (patience BETWEEN 1 AND 300),
    CONSTRAINT ck_outside_platform_folder CHECK (channel <> 'folder' OR folder <> ''),
    CONSTRAINT uq_outside_platform_code UNIQUE (code),
    CONSTRAINT uq_outside_platform_title UNIQUE (title),
    CONSTRAINT fk_outside_platform_place FOREIGN KEY(place) REFERENCES jurisdiction (code),
    CONSTRAINT uq_outside_platform_mark UNIQUE (mark)
)""",
    r"""CREATE OR REPLACE FUNCTION sealed_outside_platform_token(writes integer, after uuid, most integer)
    RETURNS TABLE (id uuid, about uuid, value bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.token FROM public.outside_platform t
 WHERE t.token IS NOT NULL AND t.id > after AND (get_byte(t.token, 0) <> writes)
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_outside_platform_token(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_outside_platform_token(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_outside_platform_token(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH changed AS (
  UPDATE public.outside_platform t SET token = n.fresh
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.token = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_outside_platform_token(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_outside_platform_token(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION keys_of_outside_platform_token() RETURNS TABLE (number integer, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT get_byte(t.token, 0), count(*) FROM public.outside_platform t
 WHERE t.token IS NOT NULL GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_outside_platform_token() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_outside_platform_token() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION public_rows(wanted text, most integer)
    RETURNS TABLE (entity_code text, entity_name text, bureau_name text, content jsonb, until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT d.entity_code, d.entity_name, d.bureau_name, d.content, d.until FROM public.disclosure d
 WHERE d.kind = wanted AND d.since <= public.onedoor_now() AND (d.until IS NULL OR d.until > public.onedoor_now())
 ORDER BY d.since DESC, d.id DESC LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION public_rows(text, integer) TO onedoor_operator""",
    r"""ALTER FUNCTION public_rows(text, integer) OWNER TO onedoor_definer""",
    r"""ALTER TABLE record_layout ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON record_layout TO onedoor_definer""",
    r"""GRANT SELECT ON record_layout TO onedoor_bureau""",
    r"""GRANT SELECT ON record_layout TO onedoor_supervisor""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON record_layout TO onedoor_operator""",
    r"""CREATE POLICY record_layout_bureau_select_0 ON record_layout FOR SELECT TO onedoor_bureau USING (true)""",
    r"""CREATE POLICY record_layout_supervisor_select_1 ON record_layout FOR SELECT TO onedoor_supervisor USING (true)""",
    r"""CREATE POLICY record_layout_operator_select_2 ON record_layout FOR SELECT TO onedoor_operator USING (true)""",
    r"""CREATE POLICY record_layout_operator_insert_3 ON record_layout FOR INSERT TO onedoor_operator WITH CHECK (true)""",
    r"""CREATE POLICY record_layout_operator_update_4 ON record_layout FOR UPDATE TO onedoor_operator USING (true) WITH CHECK (true)""",
    r"""CREATE POLICY record_layout_operator_delete_5 ON record_layout FOR DELETE TO onedoor_operator USING (state = 'draft')""",
    r"""ALTER TABLE outside_platform ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON outside_platform TO onedoor_definer""",
    r"""GRANT SELECT ON outside_platform TO onedoor_bureau""",
    r"""GRANT SELECT ON outside_platform TO onedoor_supervisor""",
    r"""GRANT SELECT, INSERT, UPDATE ON outside_platform TO onedoor_operator""",
    r"""CREATE POLICY outside_platform_bureau_select_0 ON outside_platform FOR SELECT TO onedoor_bureau USING (true)""",
    r"""CREATE POLICY outside_platform_supervisor_select_1 ON outside_platform FOR SELECT TO onedoor_supervisor USING (true)""",
    r"""CREATE POLICY outside_platform_operator_select_2 ON outside_platform FOR SELECT TO onedoor_operator USING (true)""",
    r"""CREATE POLICY outside_platform_operator_insert_3 ON outside_platform FOR INSERT TO onedoor_operator WITH CHECK (true)""",
    r"""CREATE POLICY outside_platform_operator_update_4 ON outside_platform FOR UPDATE TO onedoor_operator USING (true) WITH CHECK (true)""",
    r"""SET LOCAL ROLE onedoor_definer""",
    r"""INSERT INTO record_layout (family, version, kind, title, fields, entity, nested, state, made_by, made_at, used_since) VALUES ('inspection-result', 1, 'result', '检查结果（国家企业信用信息公示系统）', '[{"key": "entity_name", "label": "名称", "longest": 200}, {"key": "entity_code", "label": "统一社会信用代码", "longest": 18, "kind": "credit_code"}, {"key": "plan_number", "label": "抽查计划编号", "longest": 100}, {"key": "plan_name", "label": "抽查计划名称", "longest": 200}, {"key": "task_number", "label": "抽查任务编号", "longest": 100}, {"key": "task_name", "label": "抽查任务名称", "longest": 200}, {"key": "task_kind", "label": "抽查类型", "longest": 3, "choices": ["定向", "不定向", "非抽取"]}, {"key": "authority", "label": "抽查机关", "longest": 200}, {"key": "finished_on", "label": "抽查完成日期", "longest": 10, "kind": "date"}]'::jsonb, '["entity_name", "entity_code"]'::jsonb, true, 'in_use', '', '2026-01-01+08', '2026-01-01+08')""",
    r"""RESET ROLE""",
    r"""SET LOCAL ROLE onedoor_definer""",
    r"""INSERT INTO record_layout (family, version, kind, title, fields, entity, nested, state, made_by, made_at, used_since) VALUES ('administrative-penalty', 1, 'penalty', '行政处罚（双公示）', '[{"key": "CF_XDR_MC", "label": "行政相对人名称", "longest": 200}, {"key": "CF_XDR_LB", "label": "行政相对人类别", "longest": 10, "choices": ["法人及非法人组织", "个体工商户"]}, {"key": "CF_XDR_SHXYM", "label": "行政相对人统一社会信用代码", "longest": 18, "kind": "credit_code"}, {"key": "CF_WSH", "label": "行政处罚决定书文号", "longest": 128}, {"key": "CF_WFXW", "label": "违法行为类型", "longest": 2000}, {"key": "CF_SY", "label": "违法事实", "longest": 5000}, {"key": "CF_YJ", "label": "处罚依据", "longest": 2000}, {"key": "CF_CFLB", "label": "处罚类别", "longest": 100}, {"key": "CF_NR", "label": "处罚内容", "longest": 4000}, {"key": "CF_NR_FK", "label": "罚款金额（万元）", "longest": 19, "kind": "decimal", "required": false}, {"key": "CF_NR_WFFF", "label": "没收违法所得、没收非法财物的金额（万元）", "longest": 19, "kind": "decimal", "required": false}, {"key": "CF_NR_ZKDX", "label": "暂扣或吊销证照名称及编号", "longest": 200, "required": false}, {"key": "CF_JDRQ", "label": "处罚决定日期", "longest": 10, "kind": "date"}, {"key": "CF_YXQ", "label": "处罚有效期", "longest": 10, "kind": "date", "required": false}, {"key": "CF_GSJZQ", "label": "公示截止期", "longest": 10, "kind": "date", "required": false}, {"key": "CF_CFJG", "label": "处罚机关", "longest": 200}, {"key": "CF_CFJGDM", "label": "处罚机关统一社会信用代码", "longest": 18}, {"key": "CF_SJLY", "label": "数据来源单位", "longest": 200}, {"key": "CF_SJLYDM", "label": "数据来源单位统一社会信用代码", "longest": 18}, {"key": "BZ", "label": "备注", "longest": 4000, "required": false}]'::jsonb, '["CF_XDR_MC", "CF_XDR_SHXYM"]'::jsonb, false, 'in_use', '', '2026-01-01+08', '2026-01-01+08')""",
    r"""RESET ROLE""",
    r"""SET LOCAL ROLE onedoor_definer""",
    r"""INSERT INTO outside_platform (code, title, channel, mark, result_layout, penalty_layout) VALUES
    ('credit', '国家企业信用信息公示系统', 'push', '', 'inspection-result', 'administrative-penalty'),
    ('sharing', '全国信用信息共享平台', 'push', '-XY', NULL, 'administrative-penalty')""",
    r"""RESET ROLE""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
