"""Platforms and layouts as data that the operator keeps (R-O2); lists on kept bases, measures, versions of the rule of classes (R-O4).

Drafted by `python -m migrations.draft 0250_credit record_layout outside_platform listing_basis credit_measure measure_answer class_rule public_rows sealed_outside_platform_token reseal_outside_platform_token keys_of_outside_platform_token`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0250_credit"
down_revision = "0254_visits"

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
    r"""CREATE TABLE class_rule (
    version INTEGER NOT NULL,
    points JSONB NOT NULL,
    floors JSONB NOT NULL,
    always JSONB NOT NULL,
    source TEXT NOT NULL,
    state TEXT DEFAULT 'draft' NOT NULL,
    drafted_by UUID,
    drafter_name TEXT NOT NULL,
    drafted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    trial JSONB,
    tried_at TIMESTAMP WITH TIME ZONE,
    approver_name TEXT,
    since TIMESTAMP WITH TIME ZONE,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_class_rule PRIMARY KEY (id),
    CONSTRAINT uq_class_rule_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_class_rule_tenant_id_version UNIQUE (tenant_id, version),
    CONSTRAINT ck_class_rule_state CHECK (state IN ('draft', 'in_force', 'replaced', 'dropped')),
    CONSTRAINT ck_class_rule_tried CHECK (state NOT IN ('in_force', 'replaced') OR (trial IS NOT NULL AND since IS NOT NULL)),
    CONSTRAINT fk_class_rule_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_class_rule_tenant_id ON class_rule (tenant_id)""",
    r"""CREATE TABLE listing_basis (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    law TEXT NOT NULL,
    article TEXT NOT NULL,
    trade TEXT DEFAULT '' NOT NULL,
    keeper_id UUID,
    most_days INTEGER,
    active BOOLEAN DEFAULT true NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_listing_basis PRIMARY KEY (id),
    CONSTRAINT uq_listing_basis_name_law_article UNIQUE (name, law, article),
    CONSTRAINT ck_listing_basis_kind CHECK (kind IN ('abnormal', 'serious', 'blacklist')),
    CONSTRAINT ck_listing_basis_most_days CHECK (most_days > 0),
    CONSTRAINT fk_listing_basis_keeper_id FOREIGN KEY(keeper_id) REFERENCES bureau (id)
)""",
    r"""CREATE TABLE credit_measure (
    entity_id UUID NOT NULL,
    receiver_id UUID NOT NULL,
    kind TEXT NOT NULL,
    entity_code TEXT NOT NULL,
    entity_name TEXT NOT NULL,
    content TEXT NOT NULL,
    law TEXT NOT NULL,
    facts TEXT[] NOT NULL,
    sender_name TEXT NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
    answer_by DATE,
    noted INTEGER DEFAULT '0' NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_credit_measure PRIMARY KEY (id),
    CONSTRAINT uq_credit_measure_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_credit_measure_id_receiver_id_tenant_id UNIQUE (id, receiver_id, tenant_id),
    CONSTRAINT ck_credit_measure_kind CHECK (kind IN ('joint', 'exit')),
    CONSTRAINT ck_credit_measure_content CHECK (content <> '' AND law <> ''),
    CONSTRAINT ck_credit_measure_facts CHECK (cardinality(facts) > 0),
    CONSTRAINT fk_credit_measure_entity_id FOREIGN KEY(entity_id) REFERENCES entity (id),
    CONSTRAINT fk_credit_measure_receiver_id FOREIGN KEY(receiver_id) REFERENCES bureau (id),
    CONSTRAINT fk_credit_measure_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_credit_measure_entity ON credit_measure (entity_id)""",
    r"""CREATE INDEX ix_credit_measure_receiver ON credit_measure (receiver_id, sent_at DESC)""",
    r"""CREATE INDEX ix_credit_measure_tenant_id ON credit_measure (tenant_id)""",
    r"""CREATE TABLE measure_answer (
    measure_id UUID NOT NULL,
    sender_id UUID NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    paper TEXT NOT NULL,
    "on" DATE NOT NULL,
    until DATE,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_measure_answer PRIMARY KEY (id),
    CONSTRAINT fk_measure_answer_measure_id_tenant_id_sender_id FOREIGN KEY(measure_id, tenant_id, sender_id) REFERENCES credit_measure (id, receiver_id, tenant_id),
    CONSTRAINT uq_measure_answer_measure_id_kind UNIQUE (measure_id, kind),
    CONSTRAINT ck_measure_answer_kind CHECK (kind IN ('receive', 'apply', 'decline', 'end')),
    CONSTRAINT ck_measure_answer_reason CHECK (kind <> 'decline' OR text <> ''),
    CONSTRAINT ck_measure_answer_paper CHECK (kind <> 'apply' OR paper <> ''),
    CONSTRAINT fk_measure_answer_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_measure_answer_tenant_id ON measure_answer (tenant_id)""",
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
    r"""ALTER TABLE class_rule ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON class_rule TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON class_rule TO onedoor_bureau""",
    r"""GRANT SELECT ON class_rule TO onedoor_supervisor""",
    r"""CREATE POLICY class_rule_bureau_select_0 ON class_rule FOR SELECT TO onedoor_bureau USING (true)""",
    r"""CREATE POLICY class_rule_bureau_insert_1 ON class_rule FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY class_rule_bureau_update_2 ON class_rule FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY class_rule_supervisor_select_3 ON class_rule FOR SELECT TO onedoor_supervisor USING (true)""",
    r"""ALTER TABLE listing_basis ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON listing_basis TO onedoor_definer""",
    r"""GRANT SELECT ON listing_basis TO onedoor_bureau""",
    r"""GRANT SELECT ON listing_basis TO onedoor_supervisor""",
    r"""GRANT SELECT, INSERT, UPDATE ON listing_basis TO onedoor_operator""",
    r"""CREATE POLICY listing_basis_bureau_select_0 ON listing_basis FOR SELECT TO onedoor_bureau USING (true)""",
    r"""CREATE POLICY listing_basis_supervisor_select_1 ON listing_basis FOR SELECT TO onedoor_supervisor USING (true)""",
    r"""CREATE POLICY listing_basis_operator_select_2 ON listing_basis FOR SELECT TO onedoor_operator USING (true)""",
    r"""CREATE POLICY listing_basis_operator_insert_3 ON listing_basis FOR INSERT TO onedoor_operator WITH CHECK (true)""",
    r"""CREATE POLICY listing_basis_operator_update_4 ON listing_basis FOR UPDATE TO onedoor_operator USING (true) WITH CHECK (true)""",
    r"""ALTER TABLE credit_measure ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON credit_measure TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE (noted) ON credit_measure TO onedoor_bureau""",
    r"""GRANT SELECT ON credit_measure TO onedoor_supervisor""",
    r"""CREATE POLICY credit_measure_bureau_select_0 ON credit_measure FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR receiver_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY credit_measure_bureau_insert_1 ON credit_measure FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY credit_measure_bureau_update_2 ON credit_measure FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY credit_measure_supervisor_select_3 ON credit_measure FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())) OR receiver_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE measure_answer ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON measure_answer TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON measure_answer TO onedoor_bureau""",
    r"""GRANT SELECT ON measure_answer TO onedoor_supervisor""",
    r"""CREATE POLICY measure_answer_bureau_select_0 ON measure_answer FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM credit_measure m WHERE m.id = measure_id))""",
    r"""CREATE POLICY measure_answer_bureau_insert_1 ON measure_answer FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY measure_answer_supervisor_select_2 ON measure_answer FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM credit_measure m WHERE m.id = measure_id))""",
    r"""ALTER TABLE credit_listing ADD COLUMN basis_id UUID""",
    r"""ALTER TABLE credit_listing ADD COLUMN told_how TEXT DEFAULT '' NOT NULL""",
    r"""ALTER TABLE credit_listing ADD COLUMN through TEXT DEFAULT 'page' NOT NULL""",
    r"""ALTER TABLE credit_listing ADD CONSTRAINT fk_credit_listing_basis_id FOREIGN KEY(basis_id) REFERENCES listing_basis (id) NOT VALID""",
    r"""ALTER TABLE credit_listing VALIDATE CONSTRAINT fk_credit_listing_basis_id""",
    r"""ALTER TABLE credit_listing DROP CONSTRAINT ck_credit_listing_kind""",
    r"""ALTER TABLE credit_listing ADD CONSTRAINT ck_credit_listing_kind CHECK (kind IN ('abnormal', 'serious', 'blacklist')) NOT VALID""",
    r"""ALTER TABLE credit_listing VALIDATE CONSTRAINT ck_credit_listing_kind""",
    r"""ALTER TABLE credit_class ADD COLUMN source TEXT DEFAULT 'rule' NOT NULL""",
    r"""ALTER TABLE credit_class ADD COLUMN paper TEXT DEFAULT '' NOT NULL""",
    r"""ALTER TABLE credit_class ADD CONSTRAINT ck_credit_class_source CHECK (source IN ('rule', 'province')) NOT VALID""",
    r"""ALTER TABLE credit_class VALIDATE CONSTRAINT ck_credit_class_source""",
    r"""ALTER TABLE import_mapping DROP CONSTRAINT ck_import_mapping_kind""",
    r"""ALTER TABLE import_mapping ADD CONSTRAINT ck_import_mapping_kind CHECK (kind IN ('entities', 'items', 'inspectors', 'experts', 'targets', 'matters', 'certificates', 'details', 'premises', 'licences', 'checks', 'listings'))""",
    r"""ALTER TABLE import DROP CONSTRAINT ck_import_kind""",
    r"""ALTER TABLE import ADD CONSTRAINT ck_import_kind CHECK (kind IN ('entities', 'items', 'inspectors', 'experts', 'targets', 'matters', 'certificates', 'details', 'premises', 'licences', 'checks', 'listings')) NOT VALID""",
    r"""ALTER TABLE import VALIDATE CONSTRAINT ck_import_kind""",
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
    r"""SET LOCAL ROLE onedoor_definer""",
    r"""INSERT INTO listing_basis (kind, name, law, article, trade) VALUES
    ('abnormal', '经营异常名录', '企业信息公示暂行条例', '第十七条', ''),
    ('serious', '严重违法失信名单', '市场监督管理严重违法失信名单管理办法', '第二条', ''),
    ('blacklist', '拖欠农民工工资失信联合惩戒对象名单', '保障农民工工资支付条例', '第四十八条', '劳动保障'),
    ('blacklist', '安全生产严重失信主体名单', '安全生产严重失信主体名单管理办法', '第六条', '安全生产')""",
    r"""RESET ROLE""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
