-- What one database needs before its first migration: run by a superuser in each new database, after bootstrap.sql.
-- Running it again changes nothing. A database cloned from a template keeps all of it except who may connect
-- (PostgreSQL does not copy a database's own privileges), so run it in a clone as well where that matters.

SET client_min_messages = warning;

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

DO $database$
DECLARE
    db text := current_database();
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', db);
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO onedoor_owner, onedoor_app, onedoor_public', db);
    EXECUTE format('ALTER DATABASE %I SET timezone TO ''UTC''', db);
END
$database$;

ALTER SCHEMA public OWNER TO onedoor_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO onedoor_definer;
GRANT USAGE ON SCHEMA public
    TO onedoor_app, onedoor_public, onedoor_identity, onedoor_bureau, onedoor_supervisor, onedoor_operator, onedoor_dispatch;

-- A function is callable by whom it is granted to, and by nobody else.
ALTER DEFAULT PRIVILEGES FOR ROLE onedoor_owner   REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE onedoor_definer REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

RESET client_min_messages;
