"""Events go to the systems a bureau names: subscriptions, and what was sent to each.

Drafted by `python -m migrations.draft 0260_events event_subscription event_delivery sealed_event_subscription_secret reseal_event_subscription_secret keys_of_event_subscription_secret`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0260_events"
down_revision = "0259_tenants"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE TABLE event_subscription (
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    secret BYTEA NOT NULL,
    things TEXT[] NOT NULL,
    state TEXT NOT NULL,
    position BIGINT NOT NULL,
    failures INTEGER NOT NULL,
    failing_since TIMESTAMP WITH TIME ZONE,
    next_try_at TIMESTAMP WITH TIME ZONE,
    last_taken_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_event_subscription PRIMARY KEY (id),
    CONSTRAINT uq_event_subscription_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT ck_event_subscription_state CHECK (state IN ('active', 'paused', 'ended')),
    CONSTRAINT fk_event_subscription_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_event_subscription_tenant_id ON event_subscription (tenant_id)""",
    r"""CREATE TABLE event_delivery (
    subscription_id UUID NOT NULL,
    first BIGINT NOT NULL,
    last BIGINT NOT NULL,
    count INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    took_ms INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    status INTEGER,
    reason TEXT NOT NULL,
    reason_said JSONB,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_event_delivery PRIMARY KEY (id),
    CONSTRAINT uq_event_delivery_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_event_delivery_subscription_id_tenant_id FOREIGN KEY(subscription_id, tenant_id) REFERENCES event_subscription (id, tenant_id),
    CONSTRAINT ck_event_delivery_outcome CHECK (outcome IN ('taken', 'refused', 'unreachable')),
    CONSTRAINT fk_event_delivery_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_event_delivery_subscription ON event_delivery (subscription_id, id DESC)""",
    r"""CREATE INDEX ix_event_delivery_tenant_id ON event_delivery (tenant_id)""",
    r"""CREATE OR REPLACE FUNCTION sealed_event_subscription_secret(writes integer, after uuid, most integer)
    RETURNS TABLE (id uuid, about uuid, value bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.secret FROM public.event_subscription t
 WHERE t.secret IS NOT NULL AND t.id > after AND (get_byte(t.secret, 0) <> writes)
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_event_subscription_secret(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_event_subscription_secret(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_event_subscription_secret(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH changed AS (
  UPDATE public.event_subscription t SET secret = n.fresh
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.secret = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_event_subscription_secret(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_event_subscription_secret(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION keys_of_event_subscription_secret() RETURNS TABLE (number integer, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT get_byte(t.secret, 0), count(*) FROM public.event_subscription t
 WHERE t.secret IS NOT NULL GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_event_subscription_secret() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_event_subscription_secret() OWNER TO onedoor_definer""",
    r"""ALTER TABLE event_subscription ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON event_subscription TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON event_subscription TO onedoor_bureau""",
    r"""CREATE POLICY event_subscription_bureau_select_0 ON event_subscription FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY event_subscription_bureau_insert_1 ON event_subscription FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY event_subscription_bureau_update_2 ON event_subscription FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE event_delivery ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON event_delivery TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON event_delivery TO onedoor_bureau""",
    r"""CREATE POLICY event_delivery_bureau_select_0 ON event_delivery FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY event_delivery_bureau_insert_1 ON event_delivery FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY event_delivery_bureau_update_2 ON event_delivery FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY event_delivery_bureau_delete_3 ON event_delivery FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
