"""Who may see and write the tables of this room (access.md)."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import ME, MINE, B, Function, I, O, P, S, can, owned, supervised

EVERYBODY = (B, S, O, I, P)


def _readable(table: str) -> list[access.Rule]:
    return [rule for role in EVERYBODY for rule in can(table, role, "select")]


def _operated(table: str) -> list[access.Rule]:
    return can(table, O, "insert update delete")


access.shared(
    "jurisdiction",
    "places belong to everybody; the operator keeps them",
    _readable("jurisdiction"),
    _operated("jurisdiction"),
)
access.shared(
    "jurisdiction_setting",
    "settings of a place bind every bureau in it; the operator keeps them",
    _readable("jurisdiction_setting"),
    _operated("jurisdiction_setting"),
)
access.shared(
    "calendar_year",
    "the calendar is everybody's; the operator keeps it",
    _readable("calendar_year"),
    _operated("calendar_year"),
)
access.shared(
    "bureau",
    "bureaus know each other by name; the operator keeps them",
    _readable("bureau"),
    _operated("bureau"),
)
access.shared(
    "supervision_grant",
    "grants are known to all; the operator keeps them",
    [rule for role in (B, S, O) for rule in can("supervision_grant", role, "select")],
    _operated("supervision_grant"),
)
access.rules(
    "unit",
    owned("unit", deletable=True),
    supervised("unit"),
    can("unit", O, "select insert"),
    can("unit", I, "select"),
)
access.rules(
    "user_account",
    can("user_account", I, "select insert update"),
    can(
        "user_account",
        B,
        "select",
        MINE,
        columns=("id", "tenant_id", "display_name", "post", "unit_id", "active", "roles", "username"),
    ),
    can("user_account", O, "insert"),
)
access.rules("user_session", can("user_session", I, "select insert update delete"))
access.rules("api_token", can("api_token", I, "select insert update"))
access.rules("approval", owned("approval"), supervised("approval"))
access.rules(
    "crossing_entry", can("crossing_entry", S, "select", MINE), can("crossing_entry", S, "insert", check=MINE)
)

access.functions(
    "tenants",
    Function(
        "supervised_bureaus()",
        "SETOF uuid",
        f"""
        WITH RECURSIVE places AS (
          SELECT g.jurisdiction_code AS code, g.domain
            FROM public.supervision_grant g
           WHERE g.bureau_id = {ME} AND g.since <= current_date
             AND (g.until IS NULL OR g.until >= current_date)
          UNION
          SELECT j.code, p.domain FROM public.jurisdiction j JOIN places p ON j.parent_code = p.code)
        SELECT DISTINCT b.id FROM public.bureau b JOIN places p ON p.code = b.jurisdiction_code
         WHERE p.domain = 'all' OR p.domain = b.domain
        """,  # noqa: S608 - ME is ours
        (B, S),
    ),
    Function(
        "supervisors_of(bureau uuid)",
        "SETOF uuid",
        """
        WITH RECURSIVE up AS (
          SELECT j.code, j.parent_code, b.domain FROM public.bureau b
            JOIN public.jurisdiction j ON j.code = b.jurisdiction_code WHERE b.id = bureau
          UNION
          SELECT j.code, j.parent_code, u.domain FROM public.jurisdiction j JOIN up u ON j.code = u.parent_code)
        SELECT DISTINCT g.bureau_id FROM public.supervision_grant g JOIN up u ON u.code = g.jurisdiction_code
         WHERE (g.domain = 'all' OR g.domain = u.domain) AND g.since <= current_date
           AND (g.until IS NULL OR g.until >= current_date)
        """,
        (B, S, O),
    ),
)
