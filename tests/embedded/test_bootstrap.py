"""The two bootstrap scripts: who may do what before the first migration (architecture, Tenancy in the database)."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, UndefinedTable

from onedoor.embedded import Servers, start
from onedoor.embedded.postgres import script

SET_BY_APP = {
    "onedoor_bureau",
    "onedoor_supervisor",
    "onedoor_operator",
    "onedoor_identity",
    "onedoor_dispatch",
}


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Servers with nothing but the bootstrap."""
    with start(tmp_path_factory.mktemp("bootstrap") / "data", durable=False) as running:
        yield running


def test_only_the_definer_goes_past_policies_and_only_three_log_in(servers: Servers) -> None:
    with psycopg.connect(servers.dsn("postgres")) as link:
        rows = link.execute(
            "SELECT rolname, rolcanlogin, rolbypassrls, rolsuper OR rolcreatedb OR rolcreaterole OR rolinherit"
            " FROM pg_roles WHERE rolname LIKE 'onedoor%'"
        ).fetchall()
    assert {name for name, login, *_ in rows if login} == {"onedoor_owner", "onedoor_app", "onedoor_public"}
    assert [name for name, _, bypass, _ in rows if bypass] == ["onedoor_definer"]
    assert not any(more for *_, more in rows)
    assert len(rows) == 9


def test_memberships_are_taken_on_purpose_and_never_inherited(servers: Servers) -> None:
    with psycopg.connect(servers.dsn("postgres")) as link:
        rows = link.execute(
            "SELECT member::regrole::text, roleid::regrole::text, set_option, inherit_option, admin_option"
            " FROM pg_auth_members WHERE member::regrole::text LIKE 'onedoor%'"
        ).fetchall()
    expected = {("onedoor_app", role) for role in SET_BY_APP} | {("onedoor_owner", "onedoor_definer")}
    assert {(member, role) for member, role, *_ in rows} == expected
    assert {tuple(options) for _, _, *options in rows} == {(True, False, False)}


def test_the_application_reaches_a_table_only_as_the_role_it_was_granted_to(servers: Servers) -> None:
    with psycopg.connect(servers.dsn("onedoor_owner")) as link:
        link.execute("CREATE TABLE thing (id int)")
        link.execute("GRANT SELECT ON thing TO onedoor_bureau")
    with psycopg.connect(servers.dsn("onedoor_app")) as link:
        with pytest.raises(InsufficientPrivilege, match="permission denied for table thing"):
            link.execute("TABLE thing")
        link.rollback()
        link.execute("SELECT set_config('role', 'onedoor_bureau', true)")
        link.execute("TABLE thing")
        with pytest.raises(InsufficientPrivilege):
            link.execute("CREATE TABLE mine (id int)")
        link.rollback()
        for role in ("onedoor_definer", "onedoor_owner", "postgres"):
            with pytest.raises(InsufficientPrivilege, match="permission denied to set role"):
                link.execute(f"SET ROLE {role}")
            link.rollback()
        with pytest.raises(InsufficientPrivilege):
            link.execute("CREATE TEMP TABLE mine (id int)")


def test_the_public_login_cannot_become_anyone(servers: Servers) -> None:
    with psycopg.connect(servers.dsn("onedoor_public")) as link:
        for role in (*sorted(SET_BY_APP), "onedoor_app", "onedoor_definer"):
            with pytest.raises(InsufficientPrivilege, match="permission denied to set role"):
                link.execute(f"SET ROLE {role}")
            link.rollback()


def test_a_function_of_owner_or_definer_is_nobodys_until_granted(servers: Servers) -> None:
    with psycopg.connect(servers.dsn("onedoor_owner")) as link:
        link.execute("CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'")
        link.execute("SET LOCAL ROLE onedoor_definer")
        link.execute("CREATE FUNCTION theirs() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 2'")
        link.execute("GRANT EXECUTE ON FUNCTION theirs() TO onedoor_public")
    with psycopg.connect(servers.dsn("onedoor_public")) as link:
        assert link.execute("SELECT theirs()").fetchone() == (2,)
        with pytest.raises(InsufficientPrivilege, match="permission denied for function mine"):
            link.execute("SELECT mine()")


def test_both_scripts_change_nothing_the_second_time(servers: Servers) -> None:
    def state() -> list[tuple[object, ...]]:
        with psycopg.connect(servers.dsn("postgres")) as link:
            return link.execute(
                "SELECT rolname::text, rolpassword, rolbypassrls::text FROM pg_authid WHERE rolname LIKE 'onedoor%'"
                " UNION ALL SELECT datname, datacl::text, '' FROM pg_database"
                " UNION ALL SELECT nspname, nspacl::text, '' FROM pg_namespace WHERE nspname = 'public'"
                " UNION ALL SELECT defaclrole::regrole::text, defaclacl::text, '' FROM pg_default_acl ORDER BY 1, 2"
            ).fetchall()

    before = state()
    with psycopg.connect(servers.dsn("postgres"), autocommit=True) as link:
        link.execute(script("bootstrap.sql"))
        link.execute(script("bootstrap_database.sql"))
    assert state() == before


def test_the_scripts_hold_no_password() -> None:
    text = (script("bootstrap.sql") + script("bootstrap_database.sql")).decode().upper()
    statements = [line for line in text.splitlines() if not line.startswith("--")]
    assert not any("PASSWORD" in line for line in statements)


def test_a_fresh_database_holds_no_table_yet(servers: Servers) -> None:
    with psycopg.connect(servers.dsn("postgres", "postgres"), autocommit=True) as link:
        link.execute("CREATE DATABASE fresh TEMPLATE template0")
    with psycopg.connect(servers.dsn("postgres", "fresh"), autocommit=True) as link:
        link.execute(script("bootstrap_database.sql"))
    with psycopg.connect(servers.dsn("onedoor_owner", "fresh")) as link, pytest.raises(UndefinedTable):
        link.execute("TABLE thing")
