-- Passwords of the three logins, from the environment of the bootstrap container.
\set ON_ERROR_STOP on
\getenv owner OWNER
\getenv app APP
\getenv public PUBLIC
ALTER ROLE onedoor_owner PASSWORD :'owner';
ALTER ROLE onedoor_app PASSWORD :'app';
ALTER ROLE onedoor_public PASSWORD :'public';
