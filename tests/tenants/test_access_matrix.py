"""access.md table by table: what a bureau, a partner, the supervisor and the public see of rows that are not theirs.

The whole story has been told in this database, so that nearly every table has rows. For every table stands here which
of another bureau's rows may be seen, written from access.md and not from the policies; a table that is not here fails.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, ProgrammingError

from onedoor.app import import_models
from onedoor.config import Config
from onedoor.kernel.db import Base, db
from onedoor.kernel.scope import DbRole
from tests.fixtures.city import City
from tests.fixtures.databases import Databases
from tests.fixtures.telling import Told, retold

NONE, ALL = "false", "true"
PUBLISHED = "t.state IN ('published', 'replaced')"
OPENED = "EXISTS (SELECT 1 FROM draw d WHERE d.id = t.draw_id AND d.opened_at IS NOT NULL)"
OPEN = "t.since <= now() AND (t.until IS NULL OR t.until > now())"
OF_OPEN = "EXISTS (SELECT 1 FROM disclosure d WHERE d.id = t.disclosure_id AND d.since <= now() AND d.until IS NULL)"
ON_IT = "EXISTS (SELECT 1 FROM visit_party p WHERE p.visit_id = t.visit_id AND p.bureau_id = {me})"
ACCEPTED = f"t.state = 'accepted' AND {ON_IT}"
OF_ACCEPTED = (
    "EXISTS (SELECT 1 FROM record r JOIN visit_party p ON p.visit_id = r.visit_id AND p.bureau_id = {me}"
    " WHERE r.id = t.record_id AND r.state = 'accepted')"
)
OF_PUBLISHED_PLAN = (
    f"EXISTS (SELECT 1 FROM plan WHERE plan.id = t.plan_id AND {PUBLISHED.replace('t.', 'plan.')})"
)
SHARED = "{me} = ANY (t.shared_with)"
ENTERED = "t.status <> 'proposed'"
OF_SHARED = "EXISTS (SELECT 1 FROM filing f WHERE f.id = t.filing_id AND {me} = ANY (f.shared_with))"


@dataclass(frozen=True)
class Cell:
    """Which rows of other bureaus are seen: by a bureau, by a partner, by the supervisor; `public` of all rows."""

    bureau: str = NONE
    partner: str | None = None
    supervisor: str = NONE
    public: str = NONE


OWN = Cell()
WATCHED = Cell(supervisor=ALL)
EVERYBODY = Cell(ALL, ALL, ALL, ALL)
AMONG_BUREAUS = Cell(ALL, ALL, ALL)
OF_CAMPAIGN = Cell(NONE, ALL, ALL)
OF_DRAW = Cell(OPENED, OPENED, ALL)
OF_VISIT = Cell(NONE, ON_IT, ALL)

MATRIX: dict[str, Cell] = {
    # places, calendars, bureaus and who supervises them
    "jurisdiction": EVERYBODY,
    "jurisdiction_setting": EVERYBODY,
    "calendar_year": EVERYBODY,
    "bureau": EVERYBODY,
    "supervision_grant": AMONG_BUREAUS,
    # people of a bureau, and what it keeps to itself
    "unit": WATCHED,
    "user_account": OWN,
    "user_session": OWN,
    "person": OWN,
    "access_link": OWN,
    "federated_login": OWN,
    "stand_in": WATCHED,
    "sign_in_wait": OWN,
    "api_token": OWN,
    "list_view": OWN,
    "list_columns": OWN,
    "approval": WATCHED,
    # a supervisor opens a bureau's log with a reason; nobody has here (tests/tenants/test_logs.py)
    "audit_entry": OWN,
    "audit_chain": OWN,
    "audit_anchor": OWN,
    "audit_look": OWN,
    "crossing_entry": OWN,
    "stored_file": OWN,
    "letter_template": OWN,
    "job": Cell("t.sender_id = {me}", "t.sender_id = {me}", ALL),
    "job_progress": WATCHED,
    "trace_step": Cell(f"t.everyone OR {SHARED}", None, ALL),
    # registry
    "entity": AMONG_BUREAUS,
    "entity_change": AMONG_BUREAUS,
    "entity_contact": OWN,
    "premises": AMONG_BUREAUS,
    "correction": Cell("t.receiver_id = {me}", None, ALL),
    "licence": AMONG_BUREAUS,
    "tag": Cell("t.shared", None, ALL),
    "entity_tag": Cell("t.shared", None, ALL),
    "belonging_change": Cell("t.shared", None, ALL),
    "item": Cell("t.state <> 'draft'", None, "t.state <> 'draft'"),
    "item_list": Cell("t.state = 'published'", None, "t.state = 'published'"),
    "item_template": AMONG_BUREAUS,
    "rulebook": Cell("t.state <> 'draft'", None, "t.state <> 'draft'"),
    # R-L9: who is only proposed is not in the library yet
    "inspector": Cell(ENTERED, ENTERED, ENTERED),
    "inspector_proposal": OWN,
    "inspector_proposal_line": OWN,
    "duty": WATCHED,
    "quality_review": OWN,
    "quality_finding": OWN,
    "duplicate_pair": OWN,
    # what an entity was merged into is read with the entity
    "entity_merge": AMONG_BUREAUS,
    "merge_step": Cell("t.shared", None, "t.shared"),
    "training": WATCHED,
    "training_place": WATCHED,
    "inspector_private": OWN,
    "recusal": OWN,
    "inspector_leave": OWN,
    "inspector_request": OWN,
    "certificate_notice": OWN,
    "target_rule": WATCHED,
    "target_risk": WATCHED,
    "target_matter": WATCHED,
    "risk_scale": WATCHED,
    "risk_factor": WATCHED,
    "credit_class": AMONG_BUREAUS,
    "target": WATCHED,
    "library_update": WATCHED,
    "import": OWN,
    "import_problem": OWN,
    "import_row": OWN,
    "qualification": EVERYBODY,
    "qualification_proposal": OWN,
    "expert": WATCHED,
    "bulk_run": OWN,
    "bulk_row": OWN,
    "import_mapping": OWN,
    "import_part": OWN,
    "import_chunk": OWN,
    # plans and filings
    "plan": Cell(PUBLISHED, PUBLISHED, PUBLISHED),
    "plan_line": Cell(
        OF_PUBLISHED_PLAN, f"{OF_PUBLISHED_PLAN} OR {{me}} = ANY (t.partner_ids)", OF_PUBLISHED_PLAN
    ),
    "plan_line_item": Cell(
        "EXISTS (SELECT 1 FROM plan_line l JOIN plan ON plan.id = l.plan_id WHERE l.id = t.line_id"
        " AND plan.state IN ('published', 'replaced'))",
        "EXISTS (SELECT 1 FROM plan_line l JOIN plan ON plan.id = l.plan_id WHERE l.id = t.line_id"
        " AND (plan.state IN ('published', 'replaced') OR {me} = ANY (l.partner_ids)))",
        "EXISTS (SELECT 1 FROM plan_line l JOIN plan ON plan.id = l.plan_id WHERE l.id = t.line_id"
        " AND plan.state IN ('published', 'replaced'))",
    ),
    "visit_cap": AMONG_BUREAUS,
    "cap_entry": WATCHED,
    "filing": Cell(NONE, SHARED, ALL),
    "filing_answer": Cell(NONE, OF_SHARED, ALL),
    # campaigns
    "campaign": OF_CAMPAIGN,
    "participation": OF_CAMPAIGN,
    "campaign_answer": OF_CAMPAIGN,
    "party_item": OF_CAMPAIGN,
    "party_list": WATCHED,
    # The roster is opened with the proof.
    "party_inspector": OF_CAMPAIGN,
    "party_readiness": WATCHED,
    # draws
    "draw": Cell("t.opened_at IS NOT NULL", None, ALL),
    "draw_party": OF_DRAW,
    "draw_committer": OF_DRAW,
    "draw_commitment": OF_DRAW,
    "draw_beacon_reading": OF_DRAW,
    "draw_release": OF_DRAW,
    "draw_countdown": OF_DRAW,
    "draw_reveal": OF_DRAW,
    # The roster may say who is recused from whom: its lead's. What of it is public stands in the disclosure.
    "draw_document": Cell(f"t.kind <> 'roster' AND {OPENED}", None, "t.kind <> 'roster'"),
    "drawn_row": OF_DRAW,
    "team_slot": OF_DRAW,
    "draw_change": OF_DRAW,
    "draw_call_off": OF_DRAW,
    "draw_plea": OF_DRAW,
    "draw_consent": OF_DRAW,
    "witness_text": OF_DRAW,
    "draw_register": AMONG_BUREAUS,
    "draw_deposit": OF_CAMPAIGN,
    "draw_deposit_file": WATCHED,
    "draw_nonce": OWN,
    # Of a closed draw: its secret is for who has a list, who signed is seen with the draw, a lot is for its firm.
    "draw_secret": Cell(
        partner="EXISTS (SELECT 1 FROM draw_party p WHERE p.draw_id = t.draw_id AND p.bureau_id = {me} AND p.list_name IS NOT NULL)"
    ),
    "draw_receipt": OF_DRAW,
    "draw_lot": WATCHED,
    "witness_invitation": WATCHED,
    "witness_attempt": WATCHED,
    # visits
    "visit": Cell(NONE, ON_IT.replace("t.visit_id", "t.id"), ALL),
    "visit_party": OF_VISIT,
    "visit_matter": OF_VISIT,
    "visit_assistant": OF_VISIT,
    "visit_member": OF_VISIT,
    "visit_part": OF_VISIT,
    "substitution": OF_VISIT,
    "code_check": OF_VISIT,
    "record": Cell(NONE, ACCEPTED, ALL),
    "record_item": Cell(NONE, OF_ACCEPTED, ALL),
    "report": Cell(NONE, OF_ACCEPTED, ALL),
    "record_submission": WATCHED,
    "record_photo": WATCHED,
    "followup": WATCHED,
    # what is public, and what goes to the credit platform
    "disclosure": Cell(OPEN, OPEN, ALL, OPEN),
    "disclosed_file": Cell(OF_OPEN, OF_OPEN, ALL, OF_OPEN),
    "export": WATCHED,
    "export_record": WATCHED,
    "export_attempt": WATCHED,
    "receipt": WATCHED,
}
# Tables the story leaves empty, so that only their writing is tried here; each with what would fill it.
UNTOLD = {
    "access_link": "nobody was invited by a link",
    "federated_login": "the city has no provider to sign in by",
    "stand_in": "nobody is on leave",
    "sign_in_wait": "nobody has signed in by a wrong password",
    "api_token": "no bureau has asked for a token",
    "list_view": "nobody saved a view",
    "list_columns": "nobody chose columns",
    "audit_anchor": "no day has ended",
    "audit_chain": "nothing was sealed yet",
    "audit_look": "no supervisor has asked for a bureau's log",
    "draw_countdown": "the story's draw announced no time",
    "draw_beacon_reading": "the story's draw names no beacon",
    "draw_release": "the story's draw is no surprise",
    "draw_secret": "the story's draw is not closed",
    "draw_receipt": "the story's draw is not closed",
    "draw_lot": "the story's draw is not closed",
    "draw_plea": "no place of the story was filled four times",
    "draw_consent": "no place of the story was filled four times",
    "substitution": "every object of the story was there",
    "crossing_entry": "nobody has looked across bureaus yet",
    "entity_contact": "no contact was entered",
    "correction": "nobody saw a fault",
    "target_risk": "no bureau has a scale of risk",
    "target_matter": "no product, project or activity is overseen apart",
    "risk_scale": "no bureau has a scale of risk",
    "risk_factor": "no bureau has a scale of risk",
    "credit_class": "nothing fills it yet",
    "premises": "every firm works where it is registered",
    "licence": "no licence was entered",
    "tag": "no bureau made a vocabulary",
    "entity_tag": "no bureau made a vocabulary",
    "belonging_change": "nothing that belongs to a firm was entered",
    "bulk_run": "nothing was done to many at once",
    "bulk_row": "nothing was done to many at once",
    "qualification_proposal": "no bureau missed a word",
    "expert": "no bureau keeps a list of experts",
    "visit_assistant": "no bureau keeps a list of experts",
    "import_mapping": "every file had the heads of its template",
    "import_part": "every file was short",
    "import_chunk": "every load has ended",
    "jurisdiction_setting": "every place keeps the settings of the rules",
    "letter_template": "every bureau writes with the house's templates",
    "record_photo": "no officer took a photo",
    "item_template": "no bureau shared an item",
    "recusal": "nobody recused themselves",
    "duty": "nobody was named",
    "quality_review": "no bureau reviewed its records",
    "quality_finding": "no bureau reviewed its records",
    "duplicate_pair": "no bureau reviewed its records",
    "entity_merge": "no firm was there twice",
    "merge_step": "no firm was there twice",
    "training": "nobody was trained",
    "training_place": "nobody was trained",
    "inspector_leave": "nobody is on leave",
    "inspector_request": "nobody asked for anything",
    "certificate_notice": "no certificate was looked at",
    "visit_cap": "no cap was set",
}


@pytest.fixture(scope="module")
def retelling(databases: Databases) -> Iterator[tuple[Config, Told]]:
    """A database in which everything that happens in the main job has happened."""
    with retold(databases) as made:
        yield made


@pytest.fixture(scope="module")
def config(retelling: tuple[Config, Told]) -> Config:
    return retelling[0]


@pytest.fixture(scope="module")
def told(retelling: tuple[Config, Told], city: City) -> Told:
    """What the story left; and somebody is signed in."""
    city.person("scjg.planner")
    return retelling[1]


@pytest.fixture
def tables() -> list[sa.Table]:
    import_models()
    return Base.metadata.sorted_tables


@contextmanager
def working(app: Flask, role: DbRole, tenant: UUID | None) -> Iterator[Connection]:
    """The application's own login in a role and scope; all is undone."""
    bind = "public" if role is DbRole.PUBLIC else None
    with app.app_context(), db.engines[bind].connect() as link:
        link.execute(
            sa.text("SELECT set_config('role', :role, true), set_config('onedoor.tenant', :tenant, true)"),
            {"role": role.value, "tenant": str(tenant or "")},
        )
        yield link
        link.rollback()


def test_every_table_has_its_cell(tables: list[sa.Table]) -> None:
    assert {table.name for table in tables} == set(MATRIX)


def test_the_story_fills_every_table_but_those_named(
    told: Told, owner: psycopg.Connection, tables: list[sa.Table]
) -> None:
    empty = {table.name for table in tables if not _rows(owner, table, ALL)}
    assert empty == set(UNTOLD)


@pytest.mark.parametrize(
    ("who", "role", "column"),
    [
        ("XSCJG", DbRole.BUREAU, "bureau"),
        ("WSJK", DbRole.BUREAU, "partner"),
        ("SFJ", DbRole.SUPERVISOR, "supervisor"),
    ],
)
def test_of_other_bureaus_rows_the_cell_and_no_more(
    told: Told,
    city: City,
    owner: psycopg.Connection,
    tables: list[sa.Table],
    who: str,
    role: DbRole,
    column: str,
) -> None:
    """R-T1, R-T3: equal to the cell, so that nothing is hidden by mistake either."""
    me = city.bureaus[who]
    wrong = {}
    with working(city.app, role, me) as link:
        for table in tables:
            cell = MATRIX[table.name]
            expected = getattr(cell, column)
            expected = cell.bureau if expected is None else expected
            allowed = _rows(owner, table, f"({expected}) AND {_not_mine(table, me)}", me)
            seen = _seen(link, table, _not_mine(table, me))
            if seen != allowed:
                wrong[table.name] = f"sees {len(seen - allowed)} too many, {len(allowed - seen)} too few"
    assert wrong == {}


def test_the_public_sees_what_is_disclosed(
    told: Told, city: City, owner: psycopg.Connection, tables: list[sa.Table]
) -> None:
    wrong = {}
    with working(city.app, DbRole.PUBLIC, None) as link:
        for table in tables:
            allowed = _rows(owner, table, MATRIX[table.name].public)
            seen = _seen(link, table, ALL)
            if seen != allowed:
                wrong[table.name] = f"sees {len(seen - allowed)} too many, {len(allowed - seen)} too few"
    assert wrong == {}


@pytest.mark.parametrize("role", [DbRole.BUREAU, DbRole.SUPERVISOR])
def test_a_role_without_a_bureau_sees_nobodys_rows(
    told: Told, city: City, owner: psycopg.Connection, tables: list[sa.Table], role: DbRole
) -> None:
    """A scope that names no bureau sees what every bureau may, and nothing that is somebody's."""
    too_many = {}
    with working(city.app, role, None) as link:
        for table in tables:
            allowed = _rows(owner, table, MATRIX[table.name].bureau.replace("{me}", "NULL::uuid"))
            if more := _seen(link, table, ALL) - allowed:
                too_many[table.name] = len(more)
    assert too_many == {}


@pytest.mark.parametrize("bind", [None, "public"])
def test_the_logins_by_themselves_may_nothing(app: Flask, tables: list[sa.Table], bind: str | None) -> None:
    """The public's login is the public's role, so it alone reads what is public."""
    with app.app_context(), db.engines[bind].connect() as link:
        open_to_it = {table.name for table in tables if _may_read(link, table)}
    expected = set() if bind is None else {name for name, cell in MATRIX.items() if cell.public != NONE}
    assert open_to_it == expected


@pytest.mark.parametrize(
    ("who", "role"),
    [
        ("XSCJG", DbRole.BUREAU),
        ("WSJK", DbRole.BUREAU),
        ("SFJ", DbRole.BUREAU),
        ("SFJ", DbRole.SUPERVISOR),
        (None, DbRole.PUBLIC),
    ],
)
def test_nobody_changes_or_deletes_another_bureaus_rows(
    told: Told, city: City, tables: list[sa.Table], who: str | None, role: DbRole
) -> None:
    me = city.bureaus[who] if who else uuid4()
    changed = []
    with working(city.app, role, me if who else None) as link:
        for table in tables:
            where = _not_mine(table, me)
            attempts = [
                f'UPDATE "{table.name}" t SET "{c.name}" = "{c.name}" WHERE {where}' for c in table.columns
            ]
            attempts.append(f'DELETE FROM "{table.name}" t WHERE {where}')
            changed += [attempt for attempt in attempts if _changes(link, attempt)]
    assert changed == []


@pytest.mark.parametrize(
    ("who", "role"), [("XSCJG", DbRole.BUREAU), ("WSJK", DbRole.BUREAU), ("SFJ", DbRole.SUPERVISOR)]
)
def test_nobody_writes_a_row_in_another_bureaus_name(
    told: Told, city: City, owner: psycopg.Connection, tables: list[sa.Table], who: str, role: DbRole
) -> None:
    """A copy of another bureau's row, under a new key, is refused by the row's policy (or an earlier trigger)."""
    me = city.bureaus[who]
    written = []
    with working(city.app, role, me) as link:
        for table in tables:
            found = owner.execute(
                f'SELECT to_jsonb(t) FROM "{table.name}" t WHERE {_not_mine(table, me)} LIMIT 1'.encode()
            ).fetchone()
            if found is None:
                continue
            row = {**found[0], **({"id": str(uuid4())} if "id" in table.c else {})}
            names = ", ".join(f'"{name}"' for name in row)
            statement = (
                f'INSERT INTO "{table.name}" ({names}) SELECT {names}'
                f' FROM jsonb_populate_record(NULL::public."{table.name}", CAST(:row AS jsonb))'
            )
            if _changes(link, statement, row=json.dumps(row)):
                written.append(table.name)
    assert written == []


def _not_mine(table: sa.Table, me: UUID) -> str:
    """Rows of other bureaus; of the shared register, those of kinds that other bureaus keep (R-T4)."""
    if table.name == "entity":
        return f"NOT EXISTS (SELECT 1 FROM bureau b WHERE b.id = '{me}' AND t.kind = ANY (b.entity_kinds))"
    return f"t.tenant_id <> '{me}'" if "tenant_id" in table.c else ALL


def _key(table: sa.Table) -> str:
    return "jsonb_build_array(" + ", ".join(f't."{c.name}"' for c in table.primary_key) + ")::text"


def _rows(owner: psycopg.Connection, table: sa.Table, where: str, me: UUID | None = None) -> set[str]:
    """The keys of the rows of which `where` is true, whoever asks."""
    where = where.replace("{me}", f"'{me}'::uuid")
    found = owner.execute(f'SELECT {_key(table)} FROM "{table.name}" t WHERE {where}'.encode())
    return {row[0] for row in found}


def _seen(link: Connection, table: sa.Table, where: str) -> set[str]:
    """The keys of the rows this connection is shown; none if it may not ask."""
    try:
        with link.begin_nested():
            found = link.exec_driver_sql(f'SELECT {_key(table)} FROM "{table.name}" t WHERE {where}')
            return {row[0] for row in found}
    except ProgrammingError as refused:
        assert isinstance(refused.orig, psycopg.errors.InsufficientPrivilege), refused
        return set()


def _may_read(link: Connection, table: sa.Table) -> bool:
    try:
        with link.begin_nested():
            link.exec_driver_sql(f'SELECT 1 FROM "{table.name}" LIMIT 1')
            return True
    except ProgrammingError as refused:
        assert isinstance(refused.orig, psycopg.errors.InsufficientPrivilege), refused
        return False


def _changes(link: Connection, statement: str, **values: Any) -> bool:
    """Whether the statement changed a row; refusals by privilege, policy or trigger are as they should be."""
    try:
        with link.begin_nested():
            return link.execute(sa.text(statement), values).rowcount > 0
    except DBAPIError as refused:
        expected = (psycopg.errors.InsufficientPrivilege, psycopg.errors.RaiseException)
        assert isinstance(refused.orig, expected), refused
    return False
