"""Function by function: what a bureau gets that calls each with another bureau's ids, and what the public gets (R-T1).

Definer functions see every row, so each has its case here: the call as an attacker would make it, and all that may come
of it. The attacker is the county's market regulation, whose login runs SQL of its own; the victim the city's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from onedoor.app import import_models
from onedoor.config import Config
from onedoor.kernel import access
from onedoor.kernel.scope import DbRole
from tests.fixtures.city import City
from tests.fixtures.databases import Databases
from tests.fixtures.main_job import MainJobResult, with_main_job
from tests.tenants.test_access_matrix import working

REFUSED, NOTHING = "refused", "nothing"
HEX = "'" + "0" * 64 + "'"


@dataclass(frozen=True)
class Case:
    """A call with the victim's ids (`{…}` are filled in), and what a stranger gets of it.

    `gets` is `refused`, `nothing` (no row, null or 0), or SQL that says, to a superuser, all that may come.
    """

    call: str
    gets: str = NOTHING
    role: DbRole = DbRole.BUREAU


B, S, P = DbRole.BUREAU, DbRole.SUPERVISOR, DbRole.PUBLIC
GRANTED = (
    "SELECT g.bureau_id FROM supervision_grant g JOIN bureau b ON b.id = '{victim}'"
    " WHERE g.jurisdiction_code = b.jurisdiction_code AND g.domain IN ('all', b.domain)"
)
OF_THE_MARKET = GRANTED.replace("IN ('all', b.domain)", "= 'market'")
CASES: dict[str, list[Case]] = {
    # tenants: who supervises whom is known to every bureau (access.md, "supervision grants")
    "supervised_places": [Case("SELECT supervised_places()"), Case("SELECT supervised_places()", role=S)],
    "supervised_bureaus": [Case("SELECT supervised_bureaus()"), Case("SELECT supervised_bureaus()", role=S)],
    "market_supervisors_of": [Case("SELECT market_supervisors_of('{victim}')", OF_THE_MARKET)],
    "supervisors_of": [Case("SELECT supervisors_of('{victim}')", GRANTED)],
    "same_person": [
        Case("SELECT same_person('{person}', '{namesake}')"),
        Case("SELECT same_person('{person}', gen_random_uuid())"),
        Case("SELECT same_person('{person}', '{namesake}')", role=S),
    ],
    "known_person": [Case("SELECT known_person('{person}')", role=role) for role in (B, S)],
    "opened_logs": [Case("SELECT opened_logs()", role=S)],
    # An entity's total is everybody's (cap ledger); whose counts they are is not said.
    "cap_totals": [
        Case(
            "SELECT to_jsonb(c) FROM cap_totals(ARRAY['{capped}'], {year}) c",
            "SELECT jsonb_build_object('entity_code', entity_code, 'doors', count(DISTINCT visit_id), 'counts', count(*))"
            " FROM cap_entry WHERE entity_code = '{capped}' AND year = {year} GROUP BY entity_code",
        )
    ],
    "disclosed_by_another": [
        Case("SELECT disclosed_by_another('plan', '{plan}')", "SELECT true"),
        Case("SELECT disclosed_by_another('plan', gen_random_uuid())"),
    ],
    # registry: firms no library covers, of one's own trade
    "my_entity_kinds": [Case("SELECT my_entity_kinds()")],
    # only after the keeper's own merge, in the same transaction
    "follow_merge": [Case("SELECT follow_merge((SELECT id FROM entity ORDER BY id LIMIT 1))", REFUSED)],
    # of the caller's own targets alone, and what their insertion did already
    "follow_listing": [Case("SELECT follow_listing()")],
    "undo_merge": [Case("SELECT undo_merge((SELECT id FROM entity ORDER BY id LIMIT 1))", REFUSED)],
    # only of one's own load, in the transaction that takes it back
    "relist_undone": [Case("SELECT relist_undone('{load}')")],
    # only of an entity whose state the keeper set back, in the same transaction
    "relist_returned": [Case("SELECT relist_returned((SELECT id FROM entity ORDER BY id LIMIT 1))")],
    "relist_loaded": [Case("SELECT relist_loaded(ARRAY(SELECT id FROM entity ORDER BY id LIMIT 5))")],
    # the codes of one register before they were corrected; and only right after the keeper's own correction
    "former_codes": [
        Case("SELECT code FROM former_codes()"),
        Case("SELECT code FROM former_codes()", role=S),
    ],
    "follow_code": [
        Case("SELECT follow_code((SELECT id FROM entity ORDER BY id LIMIT 1), 'x', 'x')", REFUSED)
    ],
    # to who keeps the kind alone
    "libraries_with": [Case("SELECT e.id FROM entity e WHERE libraries_with(e.id) > 0")],
    "library_entries": [Case("SELECT e.id FROM entity e WHERE library_entries(ARRAY[e.id]) > 0")],
    "load_held": [Case("SELECT entity_id FROM load_held('{load}')")],
    "load_held_parts": [Case("SELECT part_id FROM load_held_parts('{load}')")],
    "uncovered_entities": [
        Case(
            "SELECT uncovered_entities(1000)",
            "SELECT e.id FROM entity e WHERE e.status IN ('active', 'suspended') AND e.kind IN"
            " (SELECT unnest(i.object_kinds) FROM item i WHERE i.tenant_id = '{me}')"
            " AND NOT EXISTS (SELECT FROM target t WHERE t.entity_id = e.id AND t.ended_on IS NULL)",
        )
    ],
    # to who gave one of the numbers alone
    "frozen_pools_with": [Case("SELECT frozen_pools_with(ARRAY(SELECT code FROM entity))")],
    "provisional_numbers_of": [
        Case("SELECT provisional_numbers_of('%')"),
        Case("SELECT provisional_numbers_of('%')", role=S),
        Case("SELECT provisional_numbers_of('%')", role=P),
    ],
    # one firm's codes, to anybody, and only while a result of it is public
    "codes_of_firm": [Case("SELECT codes_of_firm('%')", role=P), Case("SELECT codes_of_firm('')", role=P)],
    "is_uncovered": [
        Case(
            "SELECT e.id FROM entity e WHERE is_uncovered(e.id)",
            "SELECT e.id FROM entity e WHERE e.status IN ('active', 'suspended') AND e.kind IN"
            " (SELECT unnest(i.object_kinds) FROM item i WHERE i.tenant_id = '{me}')"
            " AND NOT EXISTS (SELECT FROM target t WHERE t.entity_id = e.id AND t.ended_on IS NULL)",
        )
    ],
    "supervised_uncovered_entities": [Case("SELECT supervised_uncovered_entities()", role=S)],
    "my_former_draws": [Case("SELECT my_former_draws({year})")],
    # campaigns and draws: nothing of what one takes no part in
    "my_campaigns": [Case("SELECT my_campaigns()")],
    "my_inviting_campaigns": [Case("SELECT my_inviting_campaigns()")],
    "my_drawn_campaigns": [Case("SELECT my_drawn_campaigns()")],
    "share_audit": [
        Case("SELECT share_audit('{act}', ARRAY['{me}', '{victim}']::uuid[])"),
        Case("SELECT share_audit('{own_act}', ARRAY['{victim}']::uuid[])"),
        Case("SELECT share_audit('{act}', ARRAY['{me}', '{victim}']::uuid[])", role=S),
    ],
    "my_draws": [Case("SELECT my_draws()")],
    # above the line: of one's own draws, and those one has a list in
    "draw_neighbours": [Case("SELECT number FROM draw_neighbours('{draw}')")],
    "earlier_draws": [Case("SELECT number FROM earlier_draws('{draw}')")],
    "draw_obstacles": [Case("SELECT what FROM draw_obstacles('{draw}')")],
    "compare_pools": [Case("SELECT compare_pools('{draw}')", REFUSED)],
    "draw_files": [Case("SELECT * FROM draw_files('{draw}')")],
    "draw_held": [Case("SELECT list_name FROM draw_held('{draw}')")],
    # The time the register would give an entry is everybody's.
    "register_time": [Case("SELECT length(register_time())", "SELECT length(register_time())")],
    "append_register": [
        Case(f"SELECT append_register('{{draw}}', '{kind}', {HEX})", REFUSED)
        for kind in ("plan", "texts", "reveals", "proof", "void", "log")
    ],
    "public_register": [
        Case("SELECT own FROM public_register(0)", "SELECT own FROM draw_register", role) for role in (B, P)
    ],
    "draw_board": [Case("SELECT draw_board('{draw}')", role=role) for role in (B, P)],
    # What passes of a draw, for whoever sees its board and nobody else.
    "draw_moment": [Case("SELECT draw_moment('{draw}')", role=role) for role in (B, P)],
    "witness_view": [
        Case("SELECT witness_view('{digest}')", role=P),
        Case("SELECT witness_view('%')", role=P),
    ],
    # number, bureau, date and digest, to whoever has the code of a document in their hands
    "check_document": [Case("SELECT check_document('nothing')", role=role) for role in (B, P)],
    # what an old address says: how it ended, and when
    # what ended is told by its number alone
    "disclosure_changes": [
        Case(
            "SELECT reason FROM disclosure_changes(1, now(), '{victim}') WHERE what <> 'withdrawn' AND reason <> ''",
            role=role,
        )
        for role in (B, S, P)
    ],
    "ended_publication": [Case("SELECT ended_publication(gen_random_uuid())", role=role) for role in (B, P)],
    # a day, for who takes part in the campaign
    "campaign_completed_on": [Case("SELECT campaign_completed_on('{campaign}')")],
    "witness_say": [Case("SELECT witness_say('{digest}', '好')", "SELECT 'unknown'", P)],
    # another's visits: by nobody who was not asked along and agreed, and of an officer only whether one's own sits somewhere
    "combined_visits": [
        Case("SELECT number FROM combined_visits('{visit}')"),
        Case("SELECT number FROM combined_visits('{together}')"),
    ],
    # whose door: of one's own visits alone, and the others' names to who supervises them
    "combined_door": [
        Case("SELECT combined_door('{visit}', now()::date)"),
        Case("SELECT combined_door('{together}', now()::date)"),
    ],
    "combined_bureaus": [
        Case(f"SELECT combined_bureaus('{{{of}}}')", role=role)
        for of in ("visit", "together")
        for role in (B, S)
    ],
    "visits_apart": [Case("SELECT month FROM visits_apart(100000)")],
    "officer_is_seated": [Case("SELECT officer_is_seated('{seated}')")],
    # what is addressed to a firm, to whoever has the code of its visit: the id of visit or document is none
    "visit_documents": [
        case
        for role in (B, P)
        for case in (
            Case("SELECT jsonb_array_elements(visit_documents('{visit}'))", role=role),
            Case("SELECT jsonb_array_elements(visit_documents('%'))", role=role),
            Case(
                "SELECT jsonb_array_elements(visit_documents('{code}')) ->> 'id'",
                "SELECT d.id FROM document d JOIN visit v ON v.code = '{code}'"
                " LEFT JOIN record r ON r.id = d.subject_id LEFT JOIN followup f ON f.id = d.subject_id"
                " WHERE v.id IN (r.visit_id, f.visit_id) AND d.tenant_id IN (r.tenant_id, f.tenant_id)"
                " AND d.kind IN ('record', 'result_notice', 'correction_order', 'recheck')",
                role,
            ),
        )
    ],
    "visit_document": [
        case
        for role in (B, P)
        for case in (
            Case("SELECT visit_document('{visit}', '{paper}')", role=role),
            # a document of that bureau to somebody else: the code is no key to it
            Case("SELECT visit_document('{code}', '{other_paper}')", role=role),
            Case(
                "SELECT length(visit_document('{code}', '{paper}'))",
                "SELECT length(encode(content, 'base64')) FROM document WHERE id = '{paper}'",
                role,
            ),
        )
    ],
    "visit_lots": [Case("SELECT visit_lots('{visit}')", role=role) for role in (B, P)],
    "my_visits_to_come": [Case("SELECT my_visits_to_come(extract(year FROM now())::integer)")],
    "enter_shown_number": [Case("SELECT enter_shown_number('{visit}', '000000', 'x')")],
    "check_visit_code": [Case("SELECT check_visit_code('{visit}', 'x')", role=role) for role in (B, P)],
}


@pytest.fixture(scope="module")
def retelling(databases: Databases) -> Iterator[tuple[Config, MainJobResult]]:
    """A database in which everything that happens in the main job has happened."""
    with with_main_job(databases) as made:
        yield made


@pytest.fixture(scope="module")
def config(retelling: tuple[Config, MainJobResult]) -> Config:
    return retelling[0]


@pytest.fixture
def named(retelling: tuple[Config, MainJobResult], city: City, owner: psycopg.Connection) -> dict[str, str]:
    """The victim's ids, and the attacker's."""
    import_models()
    victim, me = city.bureaus["SCJG"], city.bureaus["XSCJG"]
    owner.execute("SET session_replication_role = replica")
    owner.execute("UPDATE draw SET watchable = false")
    act, own_act = uuid4(), uuid4()
    for entry, bureau in ((act, victim), (own_act, me)):
        owner.execute(
            "INSERT INTO audit_entry SELECT (jsonb_populate_record(NULL::audit_entry, to_jsonb(e) || jsonb_build_object("
            "'id', %s::text, 'tenant_id', %s::text, 'sequence', NULL, 'digest', NULL))).* FROM audit_entry e LIMIT 1",
            (entry, bureau),
        )
    people = owner.execute(
        "SELECT id FROM user_account WHERE tenant_id = %s ORDER BY username LIMIT 2", (victim,)
    ).fetchall()
    same = uuid4()
    owner.execute(
        "UPDATE user_account SET person_id = %s WHERE id = ANY (%s)", (same, [row[0] for row in people])
    )

    def one(query: str) -> str:
        found = owner.execute(query.encode()).fetchone()
        assert found is not None, query
        return str(found[0])

    paper = owner.execute(
        "SELECT d.id::text, v.code, v.id::text FROM document d JOIN record r ON r.id = d.subject_id"
        " JOIN visit v ON v.id = r.visit_id WHERE d.kind = 'record' LIMIT 1"
    ).fetchone()
    assert paper is not None
    return {
        "victim": str(victim), "me": str(me), "act": str(act), "own_act": str(own_act),
        "person": str(people[0][0]), "namesake": str(people[1][0]), "year": one("SELECT max(year) FROM cap_entry"),
        "capped": one("SELECT entity_code FROM cap_entry ORDER BY id LIMIT 1"),
        "plan": one("SELECT subject_id FROM disclosure WHERE kind = 'plan' LIMIT 1"),
        "load": one(f"SELECT id FROM import WHERE tenant_id = '{victim}' AND kind = 'entities' LIMIT 1"),
        "draw": one(f"SELECT id FROM draw WHERE tenant_id = '{victim}' LIMIT 1"),
        "digest": one("SELECT token_digest FROM witness_invitation LIMIT 1"),
        "visit": one("SELECT id FROM visit LIMIT 1"),
        "code": paper[1], "paper": paper[0], "other_paper": one(
            f"SELECT id FROM document WHERE subject_id NOT IN (SELECT id FROM record WHERE visit_id = '{paper[2]}'"
            f" UNION SELECT id FROM followup WHERE visit_id = '{paper[2]}') LIMIT 1"),
        "together": one("SELECT coalesce((SELECT visit_id FROM visit_combination LIMIT 1), gen_random_uuid())"),
        "seated": one(f"SELECT inspector_id FROM visit_member WHERE bureau_id = '{victim}' AND left_at IS NULL LIMIT 1"),
        "campaign": one("SELECT campaign_id FROM visit WHERE campaign_id IS NOT NULL LIMIT 1"),
    }  # fmt: skip


def declared() -> dict[str, tuple[DbRole, ...]]:
    import_models()
    return {
        function.name: function.to
        for functions in access.FUNCTIONS.values()
        for function in functions
        # The clock is asked by all, and has nobody's rights but the caller's (docs/adr/0017).
        if not function.is_computed and function.name != "onedoor_now"
    }


def test_every_function_has_its_case() -> None:
    """For each role of a person that may call it; the rest are the worker's own: sealing, anchoring, turning keys."""
    people = {name: callers for name, to in declared().items() if (callers := set(to) & {B, S, P})}
    assert set(people) == set(CASES)
    tried = {name: {case.role for case in cases} for name, cases in CASES.items()}
    # Known to all, told by an id that all may know: the supervisor's role adds nothing.
    untried = {"supervisors_of": {S}, "market_supervisors_of": {S}, "cap_totals": {S}}
    assert {
        name: roles - tried[name] - untried.get(name, set()) for name, roles in people.items()
    } == dict.fromkeys(people, set())
    # Nobody's: what other functions of the definer call. The operator's reads what is published and nothing else.
    rest = {name: to for name, to in declared().items() if name not in people}
    assert {name for name, to in rest.items() if DbRole.OPERATOR in to} == {"public_rows"}
    assert set(rest.values()) == {(DbRole.OPERATOR,), (DbRole.DISPATCH,), ()}


@pytest.mark.parametrize("name", CASES)
def test_a_stranger_gets_of_it_what_everybody_may_know(
    city: City, owner: psycopg.Connection, named: dict[str, str], name: str
) -> None:
    for case in CASES[name]:
        expected: Any = case.gets
        if case.gets not in (REFUSED, NOTHING):
            expected = (
                sorted(str(row[0]) for row in owner.execute(case.gets.format(**named).encode())) or NOTHING
            )
        got = _called(city.app, case.role, named["me"], case.call.format(**named))
        assert got == expected, case.call


def test_no_paper_of_a_stranger_is_on_the_page_of_anothers_visit(
    city: City, owner: psycopg.Connection, named: dict[str, str]
) -> None:
    """Whoever has a record's id, which what is published names, may not say something to the firm behind the visit's code."""
    call = "SELECT jsonb_array_elements(visit_documents('{code}')) ->> 'id'".format(**named)
    before, planted = _called(city.app, P, None, call), uuid4()
    owner.execute(
        "INSERT INTO document SELECT (jsonb_populate_record(NULL::document, to_jsonb(d) || jsonb_build_object("
        "'id', %s::text, 'tenant_id', %s::text, 'number', 'X', 'code', %s::text))).* FROM document d WHERE id = %s",
        (planted, named["me"], planted.hex, named["paper"]),
    )
    assert _called(city.app, P, None, call) == before


@pytest.mark.parametrize("name", CASES)
def test_without_a_bureau_it_says_nothing(
    city: City, owner: psycopg.Connection, named: dict[str, str], name: str
) -> None:
    """A scope that names nobody gets what the public may know, and mostly nothing."""
    open_to_all = {
        "supervisors_of",
        "market_supervisors_of",
        "cap_totals",
        "public_register",
        "witness_say",
        "register_time",
        # by the code of the visit, whoever has it
        "visit_document",
        "visit_documents",
    }
    for case in CASES[name]:
        if case.role is not P and name not in open_to_all:
            assert _called(city.app, case.role, None, case.call.format(**named)) in (NOTHING, REFUSED), (
                case.call
            )


def test_nobody_calls_what_is_not_theirs(city: City, owner: psycopg.Connection) -> None:
    """By every role and by the logins themselves; a function declared for a role is for that role alone."""
    rows = owner.execute(
        "SELECT p.proname, r.rolname, has_function_privilege(r.oid, p.oid, 'EXECUTE') FROM pg_proc p, pg_roles r"
        " WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef AND r.rolname = ANY (%s)",
        ([*(role.value for role in DbRole), "onedoor_app"],),
    ).fetchall()
    allowed = {(name, role.value) for name, to in declared().items() for role in to}
    assert {(name, role) for name, role, may in rows if may} == allowed


@pytest.mark.parametrize("role", [B, S, P])
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT * FROM pg_ls_dir('.')",
        "SELECT lo_import('/etc/passwd')",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "COPY bureau TO '/tmp/out'",
        "CREATE TEMPORARY TABLE mine AS SELECT 1",
        "CREATE TABLE public.mine (a int)",
        "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SET ROLE onedoor_definer",
        "SET ROLE onedoor_owner",
        "ALTER TABLE visit DISABLE ROW LEVEL SECURITY",
        "DROP POLICY visit_bureau_select_0 ON visit",
        "TRUNCATE visit",
        "SELECT * FROM pg_authid",
        "SELECT * FROM pg_statistic",
        "SET session_replication_role = replica",
        "ALTER ROLE onedoor_bureau BYPASSRLS",
    ],
)
def test_the_ways_around_are_closed(city: City, named: dict[str, str], role: DbRole, statement: str) -> None:
    """What an attacker with SQL of their own in a bureau's transaction would try next."""
    assert _called(city.app, role, named["me"] if role is not P else None, statement) == REFUSED


def test_statistics_tell_nothing_of_rows_one_may_not_read(city: City, owner: psycopg.Connection) -> None:
    """`pg_stats` holds sample values; row security hides those of a table with policies."""
    owner.execute("ANALYZE target; ANALYZE record; ANALYZE user_account")
    query = "SELECT tablename FROM pg_stats WHERE schemaname = 'public' AND tablename = ANY (ARRAY['target', 'record', 'user_account'])"
    assert _called(city.app, B, city.bureaus["XSCJG"], query) == NOTHING


def _called(app: Flask, role: DbRole, me: str | UUID | None, statement: str) -> Any:
    """What the call gives: rows as sorted text, `nothing`, or `refused`; all is undone."""
    with working(app, role, UUID(str(me)) if me else None) as link:
        try:
            with link.begin_nested():
                found = link.execute(sa.text(statement.replace(":", "\\:")))
                rows = [row[0] for row in found] if found.returns_rows else ["done"]
        except DBAPIError as refused:
            # Refused as such, or by a function that says why; never for a mistake in the call.
            kinds = (psycopg.errors.InsufficientPrivilege, psycopg.errors.RaiseException)
            assert isinstance(refused.orig, kinds), refused
            return REFUSED
    result = [row for row in rows if row not in (None, False, 0)]
    return sorted(str(row) for row in result) if result else NOTHING
