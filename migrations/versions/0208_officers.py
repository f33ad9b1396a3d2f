"""Officers: tables, indexes, functions, policies, first rows.

Drafted by `python -m migrations.draft all`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0208_officers"
down_revision = "0207_items"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE TABLE certificate (
    number TEXT NOT NULL,
    name TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    body TEXT NOT NULL,
    kinds TEXT NOT NULL,
    area TEXT NOT NULL,
    expires_on DATE NOT NULL,
    status TEXT DEFAULT 'valid' NOT NULL,
    stopped_on DATE,
    remark TEXT NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_certificate PRIMARY KEY (id),
    CONSTRAINT uq_certificate_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_certificate_tenant_id_number UNIQUE (tenant_id, number),
    CONSTRAINT ck_certificate_status CHECK (status IN ('valid', 'suspended', 'revoked')),
    CONSTRAINT ck_certificate_stopped CHECK ((status = 'valid') = (stopped_on IS NULL)),
    CONSTRAINT fk_certificate_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_certificate_number ON certificate (number)""",
    r"""CREATE INDEX ix_certificate_order ON certificate (sort_key, id)""",
    r"""CREATE INDEX ix_certificate_tenant_id ON certificate (tenant_id)""",
    r"""CREATE TABLE duty (
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    post TEXT NOT NULL,
    contact BYTEA,
    document TEXT NOT NULL,
    since DATE NOT NULL,
    until DATE,
    noted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    noted_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_duty PRIMARY KEY (id),
    CONSTRAINT uq_duty_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT ck_duty_role CHECK (role IN ('work_lead', 'liaison', 'group_head', 'group_deputy', 'group_member')),
    CONSTRAINT ck_duty_days CHECK (until IS NULL OR until >= since),
    CONSTRAINT fk_duty_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_duty_tenant_id ON duty (tenant_id)""",
    r"""CREATE UNIQUE INDEX uq_duty_single ON duty (tenant_id, role) WHERE until IS NULL AND role IN ('work_lead', 'liaison', 'group_head')""",
    r"""CREATE TABLE inspector_proposal (
    direction TEXT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT DEFAULT 'submitted' NOT NULL,
    submitter_name TEXT NOT NULL,
    submitted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    import_id UUID,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_inspector_proposal PRIMARY KEY (id),
    CONSTRAINT uq_inspector_proposal_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT ck_inspector_proposal_direction CHECK (direction IN ('entry', 'exit')),
    CONSTRAINT ck_inspector_proposal_state CHECK (state IN ('submitted', 'approved', 'returned')),
    CONSTRAINT fk_inspector_proposal_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_inspector_proposal_tenant_id ON inspector_proposal (tenant_id)""",
    r"""CREATE TABLE expert (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    organisation TEXT NOT NULL,
    title TEXT NOT NULL,
    qualifications TEXT[] NOT NULL,
    credential TEXT NOT NULL,
    credential_expires_on DATE,
    active BOOLEAN DEFAULT true NOT NULL,
    remark TEXT NOT NULL,
    unit_id UUID,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_expert PRIMARY KEY (id),
    CONSTRAINT uq_expert_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_expert_unit_id_tenant_id FOREIGN KEY(unit_id, tenant_id) REFERENCES unit (id, tenant_id),
    CONSTRAINT uq_expert_tenant_id_name_organisation UNIQUE (tenant_id, name, organisation),
    CONSTRAINT ck_expert_kind CHECK (kind IN ('person', 'institute')),
    CONSTRAINT fk_expert_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_expert_tenant_id ON expert (tenant_id)""",
    r"""CREATE TABLE training (
    title TEXT NOT NULL,
    held_on DATE NOT NULL,
    hours NUMERIC(5, 1) NOT NULL,
    place TEXT NOT NULL,
    trainer TEXT NOT NULL,
    content TEXT NOT NULL,
    noted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    noted_by TEXT NOT NULL,
    unit_id UUID,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_training PRIMARY KEY (id),
    CONSTRAINT uq_training_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_training_unit_id_tenant_id FOREIGN KEY(unit_id, tenant_id) REFERENCES unit (id, tenant_id),
    CONSTRAINT ck_training_hours CHECK (hours > 0 AND hours <= 200),
    CONSTRAINT fk_training_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_training_held ON training (tenant_id, held_on DESC)""",
    r"""CREATE INDEX ix_training_tenant_id ON training (tenant_id)""",
    r"""CREATE TABLE expert_notice (
    expert_id UUID NOT NULL,
    expires_on DATE NOT NULL,
    stage TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_expert_notice PRIMARY KEY (id),
    CONSTRAINT uq_expert_notice_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_expert_notice_expert_id_tenant_id FOREIGN KEY(expert_id, tenant_id) REFERENCES expert (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT ck_expert_notice_stage CHECK (stage IN ('90', '30', '7', 'expired', 'renewed')),
    CONSTRAINT uq_expert_notice_expert_id_expires_on_stage UNIQUE (expert_id, expires_on, stage),
    CONSTRAINT fk_expert_notice_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_expert_notice_tenant_id ON expert_notice (tenant_id)""",
    r"""CREATE TABLE inspector (
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    sex TEXT NOT NULL,
    body TEXT NOT NULL,
    unit_id UUID,
    post TEXT NOT NULL,
    certificate_number TEXT,
    certificate_expires_on DATE,
    certificate_kept BOOLEAN DEFAULT false NOT NULL,
    own_expires_on DATE,
    kinds TEXT NOT NULL,
    area TEXT NOT NULL,
    qualifications TEXT[] NOT NULL,
    leads BOOLEAN NOT NULL,
    status TEXT DEFAULT 'active' NOT NULL,
    suspended_for TEXT,
    proposed_as TEXT,
    remark TEXT NOT NULL,
    user_id UUID,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_inspector PRIMARY KEY (id),
    CONSTRAINT uq_inspector_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_inspector_unit_id_tenant_id FOREIGN KEY(unit_id, tenant_id) REFERENCES unit (id, tenant_id),
    CONSTRAINT fk_inspector_user_id_tenant_id FOREIGN KEY(user_id, tenant_id) REFERENCES user_account (id, tenant_id),
    CONSTRAINT ck_inspector_status CHECK (status IN ('proposed', 'active', 'suspended', 'left')),
    CONSTRAINT ck_inspector_suspended CHECK (suspended_for IS NULL OR status = 'suspended'),
    CONSTRAINT ck_inspector_proposed_as CHECK (proposed_as IS NULL OR (status = 'proposed' AND proposed_as = 'suspended')),
    CONSTRAINT ck_inspector_code CHECK (code ~ '^[0-9A-Za-z-]{1,20}$'),
    CONSTRAINT uq_inspector_code UNIQUE (code),
    CONSTRAINT fk_inspector_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_inspector_tenant_id ON inspector (tenant_id)""",
    r"""CREATE UNIQUE INDEX uq_inspector_account ON inspector (tenant_id, user_id) WHERE user_id IS NOT NULL AND status <> 'left'""",
    r"""CREATE UNIQUE INDEX uq_inspector_certificate ON inspector (tenant_id, certificate_number) WHERE certificate_number IS NOT NULL""",
    r"""CREATE TABLE certificate_notice (
    inspector_id UUID NOT NULL,
    expires_on DATE NOT NULL,
    stage TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_certificate_notice PRIMARY KEY (id),
    CONSTRAINT uq_certificate_notice_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_certificate_notice_inspector_id_tenant_id FOREIGN KEY(inspector_id, tenant_id) REFERENCES inspector (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT ck_certificate_notice_stage CHECK (stage IN ('90', '30', '7', 'expired', 'renewed')),
    CONSTRAINT uq_certificate_notice_inspector_id_expires_on_stage UNIQUE (inspector_id, expires_on, stage),
    CONSTRAINT fk_certificate_notice_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_certificate_notice_tenant_id ON certificate_notice (tenant_id)""",
    r"""CREATE TABLE inspector_leave (
    inspector_id UUID NOT NULL,
    since DATE NOT NULL,
    until DATE NOT NULL,
    reason TEXT NOT NULL,
    noted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    noted_by TEXT NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_inspector_leave PRIMARY KEY (id),
    CONSTRAINT uq_inspector_leave_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_inspector_leave_inspector_id_tenant_id FOREIGN KEY(inspector_id, tenant_id) REFERENCES inspector (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT ck_inspector_leave_days CHECK (until >= since),
    CONSTRAINT fk_inspector_leave_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_inspector_leave_inspector ON inspector_leave (inspector_id, until)""",
    r"""CREATE INDEX ix_inspector_leave_tenant_id ON inspector_leave (tenant_id)""",
    r"""CREATE TABLE inspector_private (
    inspector_id UUID NOT NULL,
    identity_number BYTEA,
    phone BYTEA,
    identity_index TEXT,
    phone_index TEXT,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_inspector_private PRIMARY KEY (id),
    CONSTRAINT uq_inspector_private_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_inspector_private_inspector_id_tenant_id FOREIGN KEY(inspector_id, tenant_id) REFERENCES inspector (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT uq_inspector_private_inspector_id UNIQUE (inspector_id),
    CONSTRAINT fk_inspector_private_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_inspector_private_identity_index ON inspector_private (tenant_id, identity_index)""",
    r"""CREATE INDEX ix_inspector_private_phone_index ON inspector_private (tenant_id, phone_index)""",
    r"""CREATE INDEX ix_inspector_private_tenant_id ON inspector_private (tenant_id)""",
    r"""CREATE TABLE inspector_proposal_line (
    proposal_id UUID NOT NULL,
    inspector_id UUID NOT NULL,
    name TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_inspector_proposal_line PRIMARY KEY (id),
    CONSTRAINT uq_inspector_proposal_line_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_inspector_proposal_line_proposal_id_tenant_id FOREIGN KEY(proposal_id, tenant_id) REFERENCES inspector_proposal (id, tenant_id),
    CONSTRAINT fk_inspector_proposal_line_inspector_id_tenant_id FOREIGN KEY(inspector_id, tenant_id) REFERENCES inspector (id, tenant_id),
    CONSTRAINT uq_inspector_proposal_line_proposal_id_inspector_id UNIQUE (proposal_id, inspector_id),
    CONSTRAINT fk_inspector_proposal_line_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_inspector_proposal_line_inspector ON inspector_proposal_line (inspector_id)""",
    r"""CREATE INDEX ix_inspector_proposal_line_tenant_id ON inspector_proposal_line (tenant_id)""",
    r"""CREATE TABLE inspector_request (
    inspector_id UUID NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    since DATE,
    until DATE,
    entity_code TEXT,
    reason_code TEXT,
    state TEXT DEFAULT 'waiting' NOT NULL,
    asker_id UUID,
    asked_by TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    answer TEXT,
    decided_by TEXT,
    decided_at TIMESTAMP WITH TIME ZONE,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_inspector_request PRIMARY KEY (id),
    CONSTRAINT uq_inspector_request_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_inspector_request_inspector_id_tenant_id FOREIGN KEY(inspector_id, tenant_id) REFERENCES inspector (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT fk_inspector_request_asker_id_tenant_id FOREIGN KEY(asker_id, tenant_id) REFERENCES user_account (id, tenant_id),
    CONSTRAINT ck_inspector_request_kind CHECK (kind IN ('correction', 'leave', 'recusal')),
    CONSTRAINT ck_inspector_request_state CHECK (state IN ('waiting', 'done', 'declined')),
    CONSTRAINT ck_inspector_request_days CHECK (kind <> 'leave' OR (since IS NOT NULL AND until >= since)),
    CONSTRAINT ck_inspector_request_entity CHECK (kind <> 'recusal' OR (entity_code IS NOT NULL AND reason_code IS NOT NULL)),
    CONSTRAINT fk_inspector_request_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_inspector_request_inspector ON inspector_request (inspector_id)""",
    r"""CREATE INDEX ix_inspector_request_state ON inspector_request (tenant_id, state, asked_at)""",
    r"""CREATE INDEX ix_inspector_request_tenant_id ON inspector_request (tenant_id)""",
    r"""CREATE TABLE recusal (
    inspector_id UUID NOT NULL,
    entity_code TEXT NOT NULL,
    reason_code TEXT NOT NULL,
    reason TEXT NOT NULL,
    since DATE NOT NULL,
    until DATE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_recusal PRIMARY KEY (id),
    CONSTRAINT uq_recusal_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_recusal_inspector_id_tenant_id FOREIGN KEY(inspector_id, tenant_id) REFERENCES inspector (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT ck_recusal_reason_code CHECK (reason_code ~ '^[A-Z]{1,8}$'),
    CONSTRAINT fk_recusal_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_recusal_inspector ON recusal (inspector_id)""",
    r"""CREATE INDEX ix_recusal_tenant_id ON recusal (tenant_id)""",
    r"""CREATE TABLE training_place (
    training_id UUID NOT NULL,
    inspector_id UUID NOT NULL,
    attended BOOLEAN NOT NULL,
    result TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_training_place PRIMARY KEY (id),
    CONSTRAINT uq_training_place_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_training_place_training_id_tenant_id FOREIGN KEY(training_id, tenant_id) REFERENCES training (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT fk_training_place_inspector_id_tenant_id FOREIGN KEY(inspector_id, tenant_id) REFERENCES inspector (id, tenant_id),
    CONSTRAINT uq_training_place_training_id_inspector_id UNIQUE (training_id, inspector_id),
    CONSTRAINT fk_training_place_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_training_place_inspector ON training_place (inspector_id)""",
    r"""CREATE INDEX ix_training_place_tenant_id ON training_place (tenant_id)""",
    r"""CREATE OR REPLACE FUNCTION keys_of_duty_contact() RETURNS TABLE (number integer, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT get_byte(t.contact, 0), count(*) FROM public.duty t
 WHERE t.contact IS NOT NULL GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_duty_contact() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_duty_contact() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION keys_of_inspector_private_identity_number() RETURNS TABLE (number integer, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT get_byte(t.identity_number, 0), count(*) FROM public.inspector_private t
 WHERE t.identity_number IS NOT NULL GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_inspector_private_identity_number() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_inspector_private_identity_number() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION keys_of_inspector_private_phone() RETURNS TABLE (number integer, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT get_byte(t.phone, 0), count(*) FROM public.inspector_private t
 WHERE t.phone IS NOT NULL GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_inspector_private_phone() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_inspector_private_phone() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_duty_contact(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH changed AS (
  UPDATE public.duty t SET contact = n.fresh
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.contact = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_duty_contact(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_duty_contact(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_inspector_private_identity_number(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH changed AS (
  UPDATE public.inspector_private t SET identity_number = n.fresh, identity_index = n.fresh_index
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.identity_number = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_inspector_private_identity_number(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_inspector_private_identity_number(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_inspector_private_phone(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH changed AS (
  UPDATE public.inspector_private t SET phone = n.fresh, phone_index = n.fresh_index
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.phone = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_inspector_private_phone(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_inspector_private_phone(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION sealed_duty_contact(writes integer, after uuid, most integer)
    RETURNS TABLE (id uuid, about uuid, value bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.contact FROM public.duty t
 WHERE t.contact IS NOT NULL AND t.id > after AND (get_byte(t.contact, 0) <> writes)
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_duty_contact(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_duty_contact(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION sealed_inspector_private_identity_number(writes integer, after uuid, most integer)
    RETURNS TABLE (id uuid, about uuid, value bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.identity_number FROM public.inspector_private t
 WHERE t.identity_number IS NOT NULL AND t.id > after AND (get_byte(t.identity_number, 0) <> writes OR t.identity_index IS NULL)
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_inspector_private_identity_number(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_inspector_private_identity_number(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION sealed_inspector_private_phone(writes integer, after uuid, most integer)
    RETURNS TABLE (id uuid, about uuid, value bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.phone FROM public.inspector_private t
 WHERE t.phone IS NOT NULL AND t.id > after AND (get_byte(t.phone, 0) <> writes OR t.phone_index IS NULL)
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_inspector_private_phone(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_inspector_private_phone(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""ALTER TABLE certificate ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON certificate TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON certificate TO onedoor_bureau""",
    r"""GRANT SELECT ON certificate TO onedoor_supervisor""",
    r"""CREATE POLICY certificate_bureau_select_0 ON certificate FOR SELECT TO onedoor_bureau USING (true)""",
    r"""CREATE POLICY certificate_supervisor_select_1 ON certificate FOR SELECT TO onedoor_supervisor USING (true)""",
    r"""CREATE POLICY certificate_bureau_insert_2 ON certificate FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT FROM public.supervision_grant g WHERE g.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND g.domain = 'all' AND g.since <= (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date AND (g.until IS NULL OR g.until >= (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date)))""",
    r"""CREATE POLICY certificate_bureau_update_3 ON certificate FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT FROM public.supervision_grant g WHERE g.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND g.domain = 'all' AND g.since <= (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date AND (g.until IS NULL OR g.until >= (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date))) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT FROM public.supervision_grant g WHERE g.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND g.domain = 'all' AND g.since <= (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date AND (g.until IS NULL OR g.until >= (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date)))""",
    r"""CREATE POLICY certificate_bureau_delete_4 ON certificate FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT FROM public.supervision_grant g WHERE g.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND g.domain = 'all' AND g.since <= (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date AND (g.until IS NULL OR g.until >= (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date)))""",
    r"""ALTER TABLE duty ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON duty TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON duty TO onedoor_bureau""",
    r"""GRANT SELECT (id, tenant_id, role, name, post, document, since, until, noted_at, noted_by) ON duty TO onedoor_supervisor""",
    r"""CREATE POLICY duty_bureau_select_0 ON duty FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY duty_bureau_insert_1 ON duty FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY duty_bureau_update_2 ON duty FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY duty_supervisor_select_3 ON duty FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE inspector_proposal ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON inspector_proposal TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON inspector_proposal TO onedoor_bureau""",
    r"""CREATE POLICY inspector_proposal_bureau_select_0 ON inspector_proposal FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY inspector_proposal_bureau_insert_1 ON inspector_proposal FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY inspector_proposal_bureau_update_2 ON inspector_proposal FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE expert ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON expert TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON expert TO onedoor_bureau""",
    r"""GRANT SELECT ON expert TO onedoor_supervisor""",
    r"""CREATE POLICY expert_bureau_select_0 ON expert FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY expert_bureau_insert_1 ON expert FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY expert_bureau_update_2 ON expert FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY expert_bureau_delete_3 ON expert FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY expert_supervisor_select_4 ON expert FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE training ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON training TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON training TO onedoor_bureau""",
    r"""GRANT SELECT ON training TO onedoor_supervisor""",
    r"""CREATE POLICY training_bureau_select_0 ON training FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY training_bureau_insert_1 ON training FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY training_bureau_update_2 ON training FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY training_bureau_delete_3 ON training FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY training_supervisor_select_4 ON training FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE expert_notice ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON expert_notice TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON expert_notice TO onedoor_bureau""",
    r"""CREATE POLICY expert_notice_bureau_select_0 ON expert_notice FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY expert_notice_bureau_insert_1 ON expert_notice FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE inspector ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON inspector TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON inspector TO onedoor_bureau""",
    r"""GRANT SELECT ON inspector TO onedoor_supervisor""",
    r"""CREATE POLICY inspector_bureau_select_0 ON inspector FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY inspector_bureau_insert_1 ON inspector FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY inspector_bureau_update_2 ON inspector FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY inspector_bureau_select_3 ON inspector FOR SELECT TO onedoor_bureau USING (status <> 'proposed')""",
    r"""CREATE POLICY inspector_supervisor_select_4 ON inspector FOR SELECT TO onedoor_supervisor USING (status <> 'proposed')""",
    r"""CREATE POLICY inspector_bureau_delete_5 ON inspector FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND status = 'proposed')""",
    r"""ALTER TABLE certificate_notice ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON certificate_notice TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON certificate_notice TO onedoor_bureau""",
    r"""CREATE POLICY certificate_notice_bureau_select_0 ON certificate_notice FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY certificate_notice_bureau_insert_1 ON certificate_notice FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE inspector_leave ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON inspector_leave TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON inspector_leave TO onedoor_bureau""",
    r"""CREATE POLICY inspector_leave_bureau_select_0 ON inspector_leave FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY inspector_leave_bureau_insert_1 ON inspector_leave FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY inspector_leave_bureau_update_2 ON inspector_leave FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE inspector_private ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON inspector_private TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON inspector_private TO onedoor_bureau""",
    r"""CREATE POLICY inspector_private_bureau_select_0 ON inspector_private FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY inspector_private_bureau_insert_1 ON inspector_private FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY inspector_private_bureau_update_2 ON inspector_private FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY inspector_private_bureau_delete_3 ON inspector_private FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE inspector_proposal_line ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON inspector_proposal_line TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON inspector_proposal_line TO onedoor_bureau""",
    r"""CREATE POLICY inspector_proposal_line_bureau_select_0 ON inspector_proposal_line FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY inspector_proposal_line_bureau_insert_1 ON inspector_proposal_line FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY inspector_proposal_line_bureau_update_2 ON inspector_proposal_line FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY inspector_proposal_line_bureau_delete_3 ON inspector_proposal_line FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT FROM inspector i WHERE i.id = inspector_id AND i.status = 'proposed'))""",
    r"""ALTER TABLE inspector_request ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON inspector_request TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON inspector_request TO onedoor_bureau""",
    r"""CREATE POLICY inspector_request_bureau_select_0 ON inspector_request FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY inspector_request_bureau_insert_1 ON inspector_request FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY inspector_request_bureau_update_2 ON inspector_request FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE recusal ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON recusal TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON recusal TO onedoor_bureau""",
    r"""CREATE POLICY recusal_bureau_select_0 ON recusal FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY recusal_bureau_insert_1 ON recusal FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY recusal_bureau_update_2 ON recusal FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY recusal_bureau_delete_3 ON recusal FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE training_place ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON training_place TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON training_place TO onedoor_bureau""",
    r"""GRANT SELECT ON training_place TO onedoor_supervisor""",
    r"""CREATE POLICY training_place_bureau_select_0 ON training_place FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY training_place_bureau_insert_1 ON training_place FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY training_place_bureau_update_2 ON training_place FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY training_place_bureau_delete_3 ON training_place FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY training_place_supervisor_select_4 ON training_place FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
