-- The roles of the cluster: run once by a superuser, before any database of OneDoor is made; running it again changes nothing.
-- Shared by the compose file, the embedded servers and the tests. Who may do what is docs/adr and the architecture's table of roles.
-- Passwords are never here: set them with ALTER ROLE ... PASSWORD for onedoor_owner, onedoor_app and onedoor_public.
-- PostgreSQL 17.1 or newer (CVE-2024-10976: before it a prepared statement may keep the policies of another role). Do not run it twice at the same moment: parallel grants on one role fail.

SET client_min_messages = warning;

DO $version$
BEGIN
    IF current_setting('server_version_num')::int < 170001 THEN
        RAISE EXCEPTION 'OneDoor needs PostgreSQL 17.1 or newer, and this is %.', current_setting('server_version');
    END IF;
END
$version$;

DO $bootstrap$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'onedoor_owner', 'onedoor_definer', 'onedoor_app', 'onedoor_public',
        'onedoor_identity', 'onedoor_bureau', 'onedoor_supervisor', 'onedoor_operator', 'onedoor_dispatch'
    ] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', name);
        END IF;
    END LOOP;
END
$bootstrap$;

-- Owns the tables and runs migrations; FORCE ROW LEVEL SECURITY binds it too.
ALTER ROLE onedoor_owner      LOGIN   NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
-- Owns the few SECURITY DEFINER functions.
ALTER ROLE onedoor_definer    NOLOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS;
-- The web and the worker log in as this, which by itself may do nothing.
ALTER ROLE onedoor_app        LOGIN   NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
-- The public site logs in as this, on an engine of its own.
ALTER ROLE onedoor_public     LOGIN   NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
-- What a transaction of the application becomes (SET LOCAL ROLE).
ALTER ROLE onedoor_identity   NOLOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE onedoor_bureau     NOLOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE onedoor_supervisor NOLOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE onedoor_operator   NOLOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE onedoor_dispatch   NOLOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;

GRANT onedoor_bureau, onedoor_supervisor, onedoor_operator, onedoor_identity, onedoor_dispatch
    TO onedoor_app WITH ADMIN FALSE, INHERIT FALSE, SET TRUE;
GRANT onedoor_definer TO onedoor_owner WITH ADMIN FALSE, INHERIT FALSE, SET TRUE;

RESET client_min_messages;
