"""Sealed columns: keyed hashes beside them, and the functions by which they move from one key to another.

Rows from before have no hash until `onedoor keys rotate` (or the worker, within the hour) has been over them.
"""

from __future__ import annotations

from alembic import op

revision = "0017_keys"
down_revision = "0016_memory"

STATEMENTS: tuple[str, ...] = (
    """SET LOCAL lock_timeout = '5s'""",
    r"""ALTER TABLE inspector_private ADD COLUMN identity_index TEXT, ADD COLUMN phone_index TEXT""",
    r"""ALTER TABLE entity_contact ADD COLUMN phone_index TEXT""",
    r"""CREATE OR REPLACE FUNCTION sealed_person_identity_number(writes integer, after uuid, most integer) RETURNS TABLE (id uuid, about uuid, value bytea) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.identity_number FROM public.person t
 WHERE t.identity_number IS NOT NULL AND t.id > after AND (get_byte(t.identity_number, 0) <> writes) AND true
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_person_identity_number(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_person_identity_number(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_person_identity_number(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
WITH changed AS (
  UPDATE public.person t SET identity_number = n.fresh
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.identity_number = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_person_identity_number(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_person_identity_number(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION keys_of_person_identity_number() RETURNS TABLE (number integer, rows bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT get_byte(t.identity_number, 0), count(*) FROM public.person t
 WHERE t.identity_number IS NOT NULL AND true GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_person_identity_number() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_person_identity_number() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION sealed_user_account_totp_secret(writes integer, after uuid, most integer) RETURNS TABLE (id uuid, about uuid, value bytea) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.totp_secret FROM public.user_account t
 WHERE t.totp_secret IS NOT NULL AND t.id > after AND (get_byte(t.totp_secret, 0) <> writes) AND true
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_user_account_totp_secret(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_user_account_totp_secret(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_user_account_totp_secret(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
WITH changed AS (
  UPDATE public.user_account t SET totp_secret = n.fresh
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.totp_secret = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_user_account_totp_secret(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_user_account_totp_secret(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION keys_of_user_account_totp_secret() RETURNS TABLE (number integer, rows bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT get_byte(t.totp_secret, 0), count(*) FROM public.user_account t
 WHERE t.totp_secret IS NOT NULL AND true GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_user_account_totp_secret() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_user_account_totp_secret() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION sealed_access_link_totp_secret(writes integer, after uuid, most integer) RETURNS TABLE (id uuid, about uuid, value bytea) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.totp_secret FROM public.access_link t
 WHERE t.totp_secret IS NOT NULL AND t.id > after AND (get_byte(t.totp_secret, 0) <> writes) AND true
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_access_link_totp_secret(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_access_link_totp_secret(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_access_link_totp_secret(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
WITH changed AS (
  UPDATE public.access_link t SET totp_secret = n.fresh
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.totp_secret = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_access_link_totp_secret(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_access_link_totp_secret(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION keys_of_access_link_totp_secret() RETURNS TABLE (number integer, rows bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT get_byte(t.totp_secret, 0), count(*) FROM public.access_link t
 WHERE t.totp_secret IS NOT NULL AND true GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_access_link_totp_secret() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_access_link_totp_secret() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION sealed_inspector_private_identity_number(writes integer, after uuid, most integer) RETURNS TABLE (id uuid, about uuid, value bytea) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.identity_number FROM public.inspector_private t
 WHERE t.identity_number IS NOT NULL AND t.id > after AND (get_byte(t.identity_number, 0) <> writes OR t.identity_index IS NULL) AND true
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_inspector_private_identity_number(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_inspector_private_identity_number(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_inspector_private_identity_number(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
WITH changed AS (
  UPDATE public.inspector_private t SET identity_number = n.fresh, identity_index = n.fresh_index
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.identity_number = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_inspector_private_identity_number(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_inspector_private_identity_number(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION keys_of_inspector_private_identity_number() RETURNS TABLE (number integer, rows bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT get_byte(t.identity_number, 0), count(*) FROM public.inspector_private t
 WHERE t.identity_number IS NOT NULL AND true GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_inspector_private_identity_number() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_inspector_private_identity_number() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION sealed_inspector_private_phone(writes integer, after uuid, most integer) RETURNS TABLE (id uuid, about uuid, value bytea) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.phone FROM public.inspector_private t
 WHERE t.phone IS NOT NULL AND t.id > after AND (get_byte(t.phone, 0) <> writes OR t.phone_index IS NULL) AND true
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_inspector_private_phone(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_inspector_private_phone(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_inspector_private_phone(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
WITH changed AS (
  UPDATE public.inspector_private t SET phone = n.fresh, phone_index = n.fresh_index
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.phone = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_inspector_private_phone(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_inspector_private_phone(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION keys_of_inspector_private_phone() RETURNS TABLE (number integer, rows bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT get_byte(t.phone, 0), count(*) FROM public.inspector_private t
 WHERE t.phone IS NOT NULL AND true GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_inspector_private_phone() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_inspector_private_phone() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION sealed_entity_contact_phone(writes integer, after uuid, most integer) RETURNS TABLE (id uuid, about uuid, value bytea) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.phone FROM public.entity_contact t
 WHERE t.phone IS NOT NULL AND t.id > after AND (get_byte(t.phone, 0) <> writes OR t.phone_index IS NULL) AND true
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_entity_contact_phone(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_entity_contact_phone(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_entity_contact_phone(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
WITH changed AS (
  UPDATE public.entity_contact t SET phone = n.fresh, phone_index = n.fresh_index
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.phone = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_entity_contact_phone(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_entity_contact_phone(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION keys_of_entity_contact_phone() RETURNS TABLE (number integer, rows bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT get_byte(t.phone, 0), count(*) FROM public.entity_contact t
 WHERE t.phone IS NOT NULL AND true GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_entity_contact_phone() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_entity_contact_phone() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION sealed_stored_file_content(writes integer, after uuid, most integer) RETURNS TABLE (id uuid, about uuid, value bytea) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.content FROM public.stored_file t
 WHERE t.content IS NOT NULL AND t.id > after AND (get_byte(t.content, 0) <> writes) AND t.id IN (SELECT i.file_id FROM public.import i)
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_stored_file_content(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_stored_file_content(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_stored_file_content(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
WITH changed AS (
  UPDATE public.stored_file t SET content = n.fresh, size = octet_length(n.fresh), digest = encode(sha256(n.fresh), 'hex')
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.content = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_stored_file_content(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_stored_file_content(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION keys_of_stored_file_content() RETURNS TABLE (number integer, rows bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT get_byte(t.content, 0), count(*) FROM public.stored_file t
 WHERE t.content IS NOT NULL AND t.id IN (SELECT i.file_id FROM public.import i) GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_stored_file_content() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_stored_file_content() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION sealed_draw_nonce_sealed(writes integer, after uuid, most integer) RETURNS TABLE (id uuid, about uuid, value bytea) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.sealed FROM public.draw_nonce t
 WHERE t.sealed IS NOT NULL AND t.id > after AND (get_byte(t.sealed, 0) <> writes) AND true
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_draw_nonce_sealed(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_draw_nonce_sealed(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_draw_nonce_sealed(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
WITH changed AS (
  UPDATE public.draw_nonce t SET sealed = n.fresh
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.sealed = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_draw_nonce_sealed(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_draw_nonce_sealed(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION keys_of_draw_nonce_sealed() RETURNS TABLE (number integer, rows bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT get_byte(t.sealed, 0), count(*) FROM public.draw_nonce t
 WHERE t.sealed IS NOT NULL AND true GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_draw_nonce_sealed() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_draw_nonce_sealed() OWNER TO onedoor_definer""",
)


def upgrade() -> None:
    """Columns and functions; their indexes are a revision of their own (0022)."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
