"""Who may see and write the tables of this room (access.md)."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import ACTOR, ME, MINE, B, Function, I, O, P, S, Trigger, can, owned, supervised
from onedoor.kernel.clock import TODAY_SQL

EVERYBODY = (B, S, O, I, P)
# Signing in happens before there is a bureau; whoever keeps accounts has one, and gets no further than it.
KEPT = f"{ME} IS NULL OR {MINE}"


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
    can("user_account", I, "select insert update", KEPT),
    can(
        "user_account",
        B,
        "select",
        MINE,
        columns=("id", "tenant_id", "display_name", "post", "unit_id", "active", "roles", "username"),
    ),
    can("user_account", O, "insert"),
)
_MY_OWN = f"{MINE} AND account_id = {ACTOR}"
access.rules(
    "list_view",
    can("list_view", B, "select", f"{MINE} AND (shared OR account_id = {ACTOR})"),
    can("list_view", B, "insert update delete", _MY_OWN),
)
access.rules("list_columns", can("list_columns", B, "select insert update delete", _MY_OWN))
access.shared(
    "person",
    "somebody is the same in every bureau; only who keeps accounts learns that, and only of the same person",
    can("person", I, "select insert"),
)
access.shared(
    "sign_in_wait",
    "wrong sign-ins are counted before there is a bureau, by names that may not exist",
    can("sign_in_wait", I, "select insert update delete"),
)
access.rules("user_session", can("user_session", I, "select insert update delete", KEPT))
access.rules(
    "stand_in",
    can("stand_in", B, "select", MINE),
    supervised("stand_in"),
    can("stand_in", I, "select insert update", KEPT),
)
access.rules("federated_login", can("federated_login", I, "select insert update delete", KEPT))
access.rules("access_link", can("access_link", I, "select insert update", KEPT))
access.rules("api_token", can("api_token", I, "select insert update", KEPT))
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
           WHERE g.bureau_id = {ME} AND g.since <= {TODAY_SQL}
             AND (g.until IS NULL OR g.until >= {TODAY_SQL})
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
        f"""
        WITH RECURSIVE up AS (
          SELECT j.code, j.parent_code, b.domain FROM public.bureau b
            JOIN public.jurisdiction j ON j.code = b.jurisdiction_code WHERE b.id = bureau
          UNION
          SELECT j.code, j.parent_code, u.domain FROM public.jurisdiction j JOIN up u ON j.code = u.parent_code)
        SELECT DISTINCT g.bureau_id FROM public.supervision_grant g JOIN up u ON u.code = g.jurisdiction_code
         WHERE (g.domain = 'all' OR g.domain = u.domain) AND g.since <= {TODAY_SQL}
           AND (g.until IS NULL OR g.until >= {TODAY_SQL})
        """,  # noqa: S608 - TODAY_SQL is ours
        (B, S, O),
    ),
    Function(
        "same_person(one uuid, other uuid)",
        "boolean",
        f"""
        SELECT one = other OR EXISTS (
          SELECT 1 FROM public.user_account a JOIN public.user_account b ON b.person_id = a.person_id
           WHERE a.id = one AND b.id = other AND {ME} IN (a.tenant_id, b.tenant_id))
        """,  # noqa: S608 - ME is ours
        (B, S),
    ),
    # Whether one of this bureau's own accounts is known by its person: one that is not is nobody's other account.
    Function(
        "known_person(one uuid)",
        "boolean",
        f"""
        SELECT EXISTS (SELECT 1 FROM public.user_account a
                        WHERE a.id = one AND a.tenant_id = {ME} AND a.person_id IS NOT NULL)
        """,  # noqa: S608 - ME is ours
        (B, S),
    ),
)
access.triggers(
    "tenants",
    Trigger(
        "approval",
        "approval_by_another",
        "BEFORE UPDATE",
        f"""
        BEGIN
          IF NEW.state = 'withdrawn' AND OLD.state = 'waiting' AND NEW.decided_by IS NULL
            AND NEW.submitted_by = OLD.submitted_by AND NEW.submitted_for IS NOT DISTINCT FROM OLD.submitted_for
            AND EXISTS (
              SELECT 1 FROM unnest(ARRAY[OLD.submitted_by, OLD.submitted_for]) AS asked (id)
               WHERE public.same_person(asked.id, {ACTOR}))
          THEN
            RETURN NEW;
          END IF;
          IF NEW.submitted_by <> OLD.submitted_by OR NEW.submitted_for IS DISTINCT FROM OLD.submitted_for
            OR NEW.state <> OLD.state AND (
              NEW.decided_by IS DISTINCT FROM {ACTOR}
              OR EXISTS (
                SELECT 1 FROM unnest(ARRAY[OLD.submitted_by, OLD.submitted_for]) AS asked (id),
                              unnest(ARRAY[NEW.decided_by, NEW.decided_for]) AS said (id)
                 WHERE public.same_person(asked.id, said.id)))
          THEN
            RAISE EXCEPTION 'nobody decides on what they themselves submitted (R-T5)'
              USING ERRCODE = 'insufficient_privilege';
          END IF;
          IF NEW.decided_for IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM public.stand_in s
             WHERE s.tenant_id = NEW.tenant_id AND s.agent_id = NEW.decided_by
               AND s.principal_id = NEW.decided_for AND s.ended_at IS NULL)
            AND NEW.decided_for IS DISTINCT FROM OLD.decided_for
          THEN
            RAISE EXCEPTION 'nobody acts for somebody who did not ask them (R-T5)'
              USING ERRCODE = 'insufficient_privilege';
          END IF;
          IF OLD.step = 'review' AND NEW.state <> OLD.state AND EXISTS (
            SELECT 1 FROM public.user_account d, public.user_account s
             WHERE d.id = coalesce(NEW.decided_for, NEW.decided_by)
               AND s.id = coalesce(OLD.submitted_for, OLD.submitted_by)
               AND d.unit_id <> s.unit_id AND NOT 'administrator' = ANY (d.roles))
          THEN
            RAISE EXCEPTION 'a unit reviews what is its own (R-T5)'
              USING ERRCODE = 'insufficient_privilege';
          END IF;
          RETURN NEW;
        END
        """,  # noqa: S608 - ACTOR is ours
    ),
)
