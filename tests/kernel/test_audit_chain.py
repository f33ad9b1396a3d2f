"""The audit log in the database: append-only, sealed, and verified against what its owner might do to it (R-T6)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask

from onedoor.cli import main
from onedoor.config import Config
from onedoor.kernel import audit, audit_chain
from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.audit_chain.check import examine
from onedoor.kernel.db import db, new_id
from onedoor.kernel.scope import DbRole, Scope, in_scope
from tenants import audit_anchors
from tests.fixtures.city import City

pytestmark = pytest.mark.committed("looks at its rows by commands with connections of their own")

CODE = "990100-SCJG"
TABLES = ("audit_entry", "audit_chain", "audit_anchor")


def act(city: City, count: int = 1, who: str = "scjg.planner") -> None:
    """Acts of a person, each with something before and after."""
    with city.acting(who):
        for number in range(count):
            audit.record(
                "plans.plan.submit",
                ("plan", new_id()),
                f"计划“{number}”，一\n二",
                before={"b": 1.5, "甲": None},
                after={"longer": [1, "二"], "a": True},
            )


def seal(app: Flask, batch: int = audit_chain.BATCH) -> int:
    with app.app_context():
        return audit_chain.seal(batch)


def verify(config: Config, *options: str) -> Result:
    command = ["audit", "verify", "--database", config.owner_database_url or "", *options]
    return CliRunner().invoke(main, command, catch_exceptions=False)


@pytest.fixture
def sealed(app: Flask, city: City, owner: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """A log with a chain and an anchor; the owner may do anything to it, and it is put back afterwards."""
    act(city, 12)
    seal(app)
    owner.execute("SET session_replication_role = replica")
    # today's were made by an earlier test, of a shorter chain
    owner.execute("DELETE FROM audit_anchor")
    with app.app_context():
        audit_anchors.make_anchors()
    for table in TABLES:
        owner.execute(f"CREATE TEMP TABLE kept_{table} AS TABLE {table}".encode())
    yield owner
    for table in TABLES:
        owner.execute(f"DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table}".encode())
        owner.execute(f"DROP TABLE kept_{table}".encode())
    owner.execute("SET session_replication_role = origin")


def head(owner: psycopg.Connection, city: City) -> int:
    row = owner.execute(
        "SELECT sequence FROM audit_chain WHERE tenant_id = %s", [city.bureaus["SCJG"]]
    ).fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET subject_name = 'x'",
        "UPDATE audit_entry SET sequence = 1, digest = 'x'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "DELETE FROM audit_chain",
        "UPDATE audit_chain SET sequence = 99",
        "UPDATE audit_anchor SET digest = 'x'",
        "DELETE FROM audit_anchor",
        "SELECT seal_audit(gen_random_uuid(), 1)",
        "SELECT anchor_audit(current_date)",
    ],
)
@pytest.mark.parametrize("role", [DbRole.BUREAU, DbRole.SUPERVISOR, DbRole.OPERATOR, DbRole.IDENTITY])
def test_no_role_of_the_application_changes_the_log(
    app: Flask, city: City, statement: str, role: DbRole
) -> None:
    with in_scope(Scope(role, tenant_id=city.bureaus["SCJG"]), app):
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
            db.session.execute(sa.text(statement))


@pytest.mark.parametrize("table", [*TABLES, "audit_look", "crossing_entry"])
def test_not_even_the_owner_changes_it_while_the_triggers_stand(
    app: Flask, city: City, owner: psycopg.Connection, table: str
) -> None:
    act(city)
    seal(app)
    with app.app_context():
        audit_anchors.make_anchors()
    refused = psycopg.errors.RestrictViolation
    with pytest.raises(refused, match="R-T6"):
        owner.execute(f"TRUNCATE {table}".encode())
    if owner.execute(f"SELECT 1 FROM {table}".encode()).fetchone():
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET tenant_id = tenant_id"):
            with pytest.raises(refused, match="R-T6"):
                owner.execute(statement.encode())


def test_a_sealed_entry_is_not_sealed_again(app: Flask, city: City, owner: psycopg.Connection) -> None:
    act(city)
    seal(app)
    with pytest.raises(psycopg.errors.RestrictViolation):
        owner.execute("UPDATE audit_entry SET sequence = sequence + 1000, digest = 'x' WHERE sequence = 1")


def test_sealing_changes_nothing_else(app: Flask, city: City, owner: psycopg.Connection) -> None:
    act(city)
    for more in ("actor_name = 'x'", "after = NULL", "tenant_id = gen_random_uuid()"):
        with pytest.raises(psycopg.errors.RestrictViolation):
            owner.execute(
                f"UPDATE audit_entry SET sequence = 7000000, digest = 'x', {more} WHERE sequence IS NULL".encode()
            )
    seal(app)


def test_nobody_writes_an_entry_with_a_place_of_its_own_making(city: City) -> None:
    with pytest.raises(sa.exc.ProgrammingError, match="row-level security"), city.acting("scjg.planner"):
        audit.record("plans.plan.submit", ("plan", None), "x")
        entry = next(one for one in db.session.new if isinstance(one, AuditEntry))
        entry.sequence, entry.digest = 1_000_000, "0" * 64
        db.session.flush()


def test_what_is_committed_is_sealed_and_python_agrees_with_the_database(
    app: Flask, city: City, config: Config
) -> None:
    act(city, 5)
    assert seal(app, batch=2) >= 5
    assert seal(app) == 0
    with city.acting("scjg.admin"):
        found = examine(db.session.connection(), city.bureaus["SCJG"])
    assert found.breaks == [] and found.unsealed == 0 and found.entries >= 5
    output = verify(config)
    assert output.exit_code == 0 and f"SOUND  {CODE}" in output.output
    assert verify(config, "--bureau", CODE).output.count("\n") == 1
    assert verify(config, "--bureau", "nowhere").exit_code == 2


def test_what_is_rolled_back_leaves_no_hole(app: Flask, city: City, config: Config) -> None:
    with pytest.raises(ZeroDivisionError), city.acting("scjg.planner"):
        audit.record("plans.plan.submit", ("plan", None), "never")
        db.session.flush()
        raise ZeroDivisionError
    act(city)
    seal(app)
    assert verify(config).exit_code == 0


def test_a_commit_that_becomes_visible_late_is_sealed_by_the_next(
    app: Flask, city: City, config: Config
) -> None:
    """The older act's transaction ends after the younger one was sealed; nothing waits, nothing is lost."""
    with city.acting("scjg.planner"):
        audit.record("plans.plan.submit", ("plan", None), "older, commits last")
        db.session.flush()
        act(city, 1, who="scjg.admin")
        seal(app)
    assert seal(app) == 1
    with city.acting("scjg.admin"):
        newest = sa.select(AuditEntry.subject_name).order_by(AuditEntry.sequence.desc()).limit(1)
        assert db.session.scalar(newest) == "older, commits last"
    assert verify(config).exit_code == 0


def test_two_sealers_at_once_make_one_chain(app: Flask, city: City, config: Config) -> None:
    act(city, 60)
    together, done, failed = threading.Barrier(3), [0], []

    def work() -> None:
        try:
            together.wait()
            done.append(seal(app, batch=7))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == [] and sum(done) + seal(app) >= 60
    output = verify(config)
    assert output.exit_code == 0, output.output


ALTER = "UPDATE audit_entry SET actor_name = 'somebody else' WHERE tenant_id = {me} AND sequence = {n}"
MEDDLING = {
    "who": (ALTER, "entry {n} ({id}) was altered"),
    "when": (ALTER.replace("actor_name = 'somebody else'", "at = at - interval '1 second'"), "entry {n} ({id}) was altered"),
    "after": (ALTER.replace("actor_name = 'somebody else'", "after = '{{}}'"), "entry {n} ({id}) was altered"),
    "before": (ALTER.replace("actor_name = 'somebody else'", "before = NULL"), "entry {n} ({id}) was altered"),
    "removed": ("DELETE FROM audit_entry WHERE tenant_id = {me} AND sequence = {n}", "entry {n} was removed"),
    "removed and closed up": (
        "DELETE FROM audit_entry WHERE tenant_id = {me} AND sequence = {n};"
        "UPDATE audit_entry SET sequence = -sequence WHERE tenant_id = {me} AND sequence > {n};"
        "UPDATE audit_entry SET sequence = -sequence - 1 WHERE tenant_id = {me} AND sequence < 0",
        "entry {n} was removed",
    ),
    "the end": ("DELETE FROM audit_entry WHERE tenant_id = {me} AND sequence >= {n}", "was removed from the end"),
    "the end and the head": (
        "DELETE FROM audit_entry WHERE tenant_id = {me} AND sequence >= {n};"
        "UPDATE audit_chain SET sequence = {n} - 1, digest = (SELECT digest FROM audit_entry"
        " WHERE tenant_id = {me} AND sequence = {n} - 1) WHERE tenant_id = {me}",
        "was removed from the end: the anchor of",
    ),
    "inserted": (
        "UPDATE audit_entry SET sequence = -sequence WHERE tenant_id = {me} AND sequence >= {n};"
        "UPDATE audit_entry SET sequence = -sequence + 1 WHERE tenant_id = {me} AND sequence < 0;"
        "INSERT INTO audit_entry SELECT (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(),"
        " 'sequence', {n}, 'digest', repeat('a', 64)))).* FROM audit_entry e WHERE tenant_id = {me} AND sequence = 1",
        "was inserted",
    ),
    "two changed places": (
        "UPDATE audit_entry SET sequence = -1 WHERE tenant_id = {me} AND sequence = {n};"
        "UPDATE audit_entry SET sequence = {n} WHERE tenant_id = {me} AND sequence = {n} + 2;"
        "UPDATE audit_entry SET sequence = {n} + 2 WHERE tenant_id = {me} AND sequence = -1",
        "was altered, or moved here",
    ),
    "given to another bureau": (
        "UPDATE audit_entry SET tenant_id = {other}, sequence = NULL, digest = NULL WHERE tenant_id = {me} AND sequence = {n}",
        "entry {n} was removed",
    ),
    "a place without a digest": (
        "UPDATE audit_entry SET digest = NULL WHERE tenant_id = {me} AND sequence = {n}",
        "without the other",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", MEDDLING)
def test_what_the_owner_does_to_the_log_is_found_and_named(
    city: City, config: Config, sealed: psycopg.Connection, what: str
) -> None:
    statement, sentence = MEDDLING[what]
    number = head(sealed, city) - 6
    entries: dict[int, object] = dict(
        sealed.execute(
            "SELECT sequence, id FROM audit_entry WHERE tenant_id = %s AND sequence BETWEEN %s AND %s",
            [city.bureaus["SCJG"], number, number + 1],
        ).fetchall()
    )
    assert verify(config).exit_code == 0
    me, other = f"'{city.bureaus['SCJG']}'", f"'{city.bureaus['YJGL']}'"
    sealed.execute(statement.format(me=me, other=other, n=number).encode())
    output = verify(config)
    assert output.exit_code == 1
    assert f"BROKEN {CODE}" in output.output
    wanted = sentence.format(n=number, id=entries[number])
    assert wanted in output.output, output.output
    assert output.output.count("BROKEN") == 1


def _reseal(owner: psycopg.Connection, me: str, number: int) -> None:
    """Change a record and seal all that follows anew, head and all, as the owner of everything can."""
    owner.execute(
        f"UPDATE audit_entry SET actor_name = 'somebody else' WHERE tenant_id = {me} AND sequence = {number};"
        f"UPDATE audit_chain SET sequence = {number} - 1, digest = (SELECT digest FROM audit_entry"
        f" WHERE tenant_id = {me} AND sequence = {number} - 1) WHERE tenant_id = {me};"
        f"UPDATE audit_entry SET sequence = NULL, digest = NULL WHERE tenant_id = {me} AND sequence >= {number};"
        f"SELECT seal_audit({me}, 100000)".encode()
    )


def test_a_history_sealed_anew_after_the_anchor_does_not_fit_it(
    city: City, config: Config, sealed: psycopg.Connection, tmp_path: Path
) -> None:
    number, me = head(sealed, city) - 6, f"'{city.bureaus['SCJG']}'"
    file = tmp_path / "anchors.jsonl"
    rows = sealed.execute(
        "SELECT b.code, a.day::text, a.sequence, a.digest FROM audit_anchor a JOIN bureau b ON b.id = a.bureau_id"
    ).fetchall()
    names = ("bureau", "day", "sequence", "digest")
    file.write_text("".join(json.dumps(dict(zip(names, row, strict=True))) + "\n" for row in rows))
    assert verify(config, "--anchors", str(file)).exit_code == 0
    _reseal(sealed, me, number)
    output = verify(config)
    assert output.exit_code == 1 and "was rewritten and sealed anew" in output.output
    # Whoever owns the database may take the anchors in it away too; the file is somewhere else.
    sealed.execute("DELETE FROM audit_anchor")
    assert verify(config).exit_code == 0
    output = verify(config, "--anchors", str(file))
    assert output.exit_code == 1 and "another digest than anchors.jsonl of" in output.output
    file.write_text("no anchors")
    assert verify(config, "--anchors", str(file)).exit_code == 2


def test_an_anchor_is_made_once_a_day_for_each_supervisor(
    app: Flask, city: City, owner: psycopg.Connection
) -> None:
    act(city)
    seal(app)
    with app.app_context():
        audit_anchors.make_anchors(date(2026, 3, 5))
        assert audit_anchors.make_anchors(date(2026, 3, 5)) == 0
    holders = owner.execute(
        "SELECT b.code FROM audit_anchor a JOIN bureau b ON b.id = a.tenant_id WHERE a.bureau_id = %s ORDER BY 1",
        [city.bureaus["SCJG"]],
    ).fetchall()
    assert ("990100-SFJ",) in holders
    with city.acting("sfj.supervisor", supervisor=True):
        assert CODE in {row.bureau for row in db.session.execute(audit_anchors.anchors())}
    with city.acting("scjg.admin"), pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        db.session.execute(audit_anchors.anchors())
