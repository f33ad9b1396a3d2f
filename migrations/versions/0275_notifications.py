"""Who is told of what happens: ways and choices of people, channels of bureaus, what became of each message.

Drafted by `python -m migrations.draft 0275_notifications notification_default notification_choice notification_address notification_channel notification_delivery sealed_notification_address_email reseal_notification_address_email keys_of_notification_address_email sealed_notification_address_mobile reseal_notification_address_mobile keys_of_notification_address_mobile sealed_notification_channel_url reseal_notification_channel_url keys_of_notification_channel_url sealed_notification_channel_secret reseal_notification_channel_secret keys_of_notification_channel_secret`.
"""

from __future__ import annotations

from migrations.online import index, run

revision = "0275_notifications"
down_revision = "0274_messages"

STATEMENTS: tuple[str, ...] = (
    r"""GRANT UPDATE (planned_at) ON message TO onedoor_bureau""",
    r"""CREATE POLICY message_bureau_update_3 ON message FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER POLICY job_bureau_insert_1 ON job WITH CHECK (sender_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR name IN ('campaigns.freeze_list', 'campaigns.open_draw', 'campaigns.run_draw', 'campaigns.try_list', 'followups.note_answer', 'followups.note_transfer', 'notifications.notify', 'owed.defer_part', 'owed.note', 'owed.note_answer', 'owed.note_handover', 'owed.register', 'registry.suggest_listing', 'visits.note_beginning', 'visits.note_combination', 'visits.schedule', 'visits.substitute')))""",
    r"""CREATE TABLE notification_channel (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    url BYTEA NOT NULL,
    host TEXT NOT NULL,
    secret BYTEA NOT NULL,
    state TEXT DEFAULT 'active' NOT NULL,
    failing_since TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_notification_channel PRIMARY KEY (id),
    CONSTRAINT uq_notification_channel_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT ck_notification_channel_kind CHECK (kind IN ('wecom', 'dingtalk', 'sms')),
    CONSTRAINT ck_notification_channel_state CHECK (state IN ('active', 'paused', 'ended')),
    CONSTRAINT fk_notification_channel_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_notification_channel_tenant_id ON notification_channel (tenant_id)""",
    r"""CREATE TABLE notification_default (
    event TEXT NOT NULL,
    ways TEXT[] NOT NULL,
    set_at TIMESTAMP WITH TIME ZONE NOT NULL,
    set_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_notification_default PRIMARY KEY (id),
    CONSTRAINT uq_notification_default_tenant_id_event UNIQUE (tenant_id, event),
    CONSTRAINT ck_notification_default_ways CHECK (ways <@ ARRAY['bell', 'email', 'channel', 'digest']::text[]),
    CONSTRAINT fk_notification_default_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_notification_default_tenant_id ON notification_default (tenant_id)""",
    r"""CREATE TABLE notification_address (
    user_id UUID NOT NULL,
    email BYTEA,
    mobile BYTEA,
    language TEXT DEFAULT 'zh' NOT NULL,
    digest_on DATE,
    set_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_notification_address PRIMARY KEY (id),
    CONSTRAINT fk_notification_address_user_id_tenant_id FOREIGN KEY(user_id, tenant_id) REFERENCES user_account (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT ck_notification_address_language CHECK (language IN ('zh', 'en')),
    CONSTRAINT uq_notification_address_user_id UNIQUE (user_id),
    CONSTRAINT fk_notification_address_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_notification_address_tenant_id ON notification_address (tenant_id)""",
    r"""CREATE TABLE notification_choice (
    user_id UUID NOT NULL,
    event TEXT NOT NULL,
    ways TEXT[] NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_notification_choice PRIMARY KEY (id),
    CONSTRAINT fk_notification_choice_user_id_tenant_id FOREIGN KEY(user_id, tenant_id) REFERENCES user_account (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT uq_notification_choice_user_id_event UNIQUE (user_id, event),
    CONSTRAINT ck_notification_choice_ways CHECK (ways <@ ARRAY['bell', 'email', 'channel', 'digest']::text[]),
    CONSTRAINT fk_notification_choice_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_notification_choice_tenant_id ON notification_choice (tenant_id)""",
    r"""CREATE TABLE notification_delivery (
    message_id UUID NOT NULL,
    user_id UUID NOT NULL,
    way TEXT NOT NULL,
    channel_id UUID,
    state TEXT DEFAULT 'waiting' NOT NULL,
    attempts INTEGER DEFAULT '0' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    next_try_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    status INTEGER,
    reason TEXT DEFAULT '' NOT NULL,
    reason_said JSONB,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_notification_delivery PRIMARY KEY (id),
    CONSTRAINT fk_notification_delivery_message_id_tenant_id FOREIGN KEY(message_id, tenant_id) REFERENCES message (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT fk_notification_delivery_user_id_tenant_id FOREIGN KEY(user_id, tenant_id) REFERENCES user_account (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT fk_notification_delivery_channel_id_tenant_id FOREIGN KEY(channel_id, tenant_id) REFERENCES notification_channel (id, tenant_id),
    CONSTRAINT ck_notification_delivery_way CHECK (way IN ('email', 'channel', 'digest')),
    CONSTRAINT ck_notification_delivery_channel CHECK ((way = 'channel') = (channel_id IS NOT NULL)),
    CONSTRAINT ck_notification_delivery_state CHECK (state IN ('waiting', 'sent', 'failed')),
    CONSTRAINT fk_notification_delivery_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_notification_delivery_due ON notification_delivery (tenant_id, next_try_at) WHERE state = 'waiting'""",
    r"""CREATE INDEX ix_notification_delivery_tenant_id ON notification_delivery (tenant_id)""",
    r"""CREATE INDEX ix_notification_delivery_user_id ON notification_delivery (user_id)""",
    r"""CREATE UNIQUE INDEX uq_notification_delivery ON notification_delivery (message_id, user_id, way, coalesce(channel_id, '00000000-0000-0000-0000-000000000000'))""",
    r"""CREATE OR REPLACE FUNCTION sealed_notification_address_email(writes integer, after uuid, most integer)
    RETURNS TABLE (id uuid, about uuid, value bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.email FROM public.notification_address t
 WHERE t.email IS NOT NULL AND t.id > after AND (get_byte(t.email, 0) <> writes)
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_notification_address_email(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_notification_address_email(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_notification_address_email(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH changed AS (
  UPDATE public.notification_address t SET email = n.fresh
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.email = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_notification_address_email(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_notification_address_email(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION keys_of_notification_address_email() RETURNS TABLE (number integer, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT get_byte(t.email, 0), count(*) FROM public.notification_address t
 WHERE t.email IS NOT NULL GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_notification_address_email() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_notification_address_email() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION sealed_notification_address_mobile(writes integer, after uuid, most integer)
    RETURNS TABLE (id uuid, about uuid, value bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.mobile FROM public.notification_address t
 WHERE t.mobile IS NOT NULL AND t.id > after AND (get_byte(t.mobile, 0) <> writes)
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_notification_address_mobile(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_notification_address_mobile(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_notification_address_mobile(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH changed AS (
  UPDATE public.notification_address t SET mobile = n.fresh
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.mobile = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_notification_address_mobile(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_notification_address_mobile(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION keys_of_notification_address_mobile() RETURNS TABLE (number integer, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT get_byte(t.mobile, 0), count(*) FROM public.notification_address t
 WHERE t.mobile IS NOT NULL GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_notification_address_mobile() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_notification_address_mobile() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION sealed_notification_channel_url(writes integer, after uuid, most integer)
    RETURNS TABLE (id uuid, about uuid, value bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.url FROM public.notification_channel t
 WHERE t.url IS NOT NULL AND t.id > after AND (get_byte(t.url, 0) <> writes)
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_notification_channel_url(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_notification_channel_url(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_notification_channel_url(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH changed AS (
  UPDATE public.notification_channel t SET url = n.fresh
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.url = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_notification_channel_url(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_notification_channel_url(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION keys_of_notification_channel_url() RETURNS TABLE (number integer, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT get_byte(t.url, 0), count(*) FROM public.notification_channel t
 WHERE t.url IS NOT NULL GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_notification_channel_url() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_notification_channel_url() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION sealed_notification_channel_secret(writes integer, after uuid, most integer)
    RETURNS TABLE (id uuid, about uuid, value bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.secret FROM public.notification_channel t
 WHERE t.secret IS NOT NULL AND t.id > after AND (get_byte(t.secret, 0) <> writes)
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_notification_channel_secret(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_notification_channel_secret(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_notification_channel_secret(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH changed AS (
  UPDATE public.notification_channel t SET secret = n.fresh
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.secret = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_notification_channel_secret(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_notification_channel_secret(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION keys_of_notification_channel_secret() RETURNS TABLE (number integer, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT get_byte(t.secret, 0), count(*) FROM public.notification_channel t
 WHERE t.secret IS NOT NULL GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_notification_channel_secret() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_notification_channel_secret() OWNER TO onedoor_definer""",
    r"""ALTER TABLE notification_channel ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON notification_channel TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON notification_channel TO onedoor_bureau""",
    r"""CREATE POLICY notification_channel_bureau_select_0 ON notification_channel FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY notification_channel_bureau_insert_1 ON notification_channel FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY notification_channel_bureau_update_2 ON notification_channel FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE notification_default ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON notification_default TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON notification_default TO onedoor_bureau""",
    r"""CREATE POLICY notification_default_bureau_select_0 ON notification_default FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY notification_default_bureau_insert_1 ON notification_default FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY notification_default_bureau_update_2 ON notification_default FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY notification_default_bureau_delete_3 ON notification_default FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE notification_address ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON notification_address TO onedoor_definer""",
    r"""GRANT SELECT, UPDATE, INSERT, DELETE ON notification_address TO onedoor_bureau""",
    r"""CREATE POLICY notification_address_bureau_select_0 ON notification_address FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND (user_id = nullif(current_setting('onedoor.actor', true), '')::uuid OR nullif(current_setting('onedoor.actor', true), '')::uuid IS NULL))""",
    r"""CREATE POLICY notification_address_bureau_update_1 ON notification_address FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND (user_id = nullif(current_setting('onedoor.actor', true), '')::uuid OR nullif(current_setting('onedoor.actor', true), '')::uuid IS NULL)) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND (user_id = nullif(current_setting('onedoor.actor', true), '')::uuid OR nullif(current_setting('onedoor.actor', true), '')::uuid IS NULL))""",
    r"""CREATE POLICY notification_address_bureau_insert_2 ON notification_address FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND user_id = nullif(current_setting('onedoor.actor', true), '')::uuid)""",
    r"""CREATE POLICY notification_address_bureau_delete_3 ON notification_address FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND user_id = nullif(current_setting('onedoor.actor', true), '')::uuid)""",
    r"""ALTER TABLE notification_choice ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON notification_choice TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON notification_choice TO onedoor_bureau""",
    r"""CREATE POLICY notification_choice_bureau_select_0 ON notification_choice FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY notification_choice_bureau_insert_1 ON notification_choice FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND user_id = nullif(current_setting('onedoor.actor', true), '')::uuid)""",
    r"""CREATE POLICY notification_choice_bureau_update_2 ON notification_choice FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND user_id = nullif(current_setting('onedoor.actor', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND user_id = nullif(current_setting('onedoor.actor', true), '')::uuid)""",
    r"""CREATE POLICY notification_choice_bureau_delete_3 ON notification_choice FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND user_id = nullif(current_setting('onedoor.actor', true), '')::uuid)""",
    r"""ALTER TABLE notification_delivery ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON notification_delivery TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON notification_delivery TO onedoor_bureau""",
    r"""CREATE POLICY notification_delivery_bureau_select_0 ON notification_delivery FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY notification_delivery_bureau_insert_1 ON notification_delivery FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY notification_delivery_bureau_update_2 ON notification_delivery FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY notification_delivery_bureau_delete_3 ON notification_delivery FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
)


def upgrade() -> None:
    """The indexes beside the traffic, then the rest in one transaction."""
    index("uq_message_occasion", "message (user_id, event, occasion) WHERE occasion IS NOT NULL", unique=True)
    index("ix_message_unplanned", "message (tenant_id, id) WHERE planned_at IS NULL")
    run(STATEMENTS)
