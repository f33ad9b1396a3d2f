"""Who may see and write the tables of this room (access.md)."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import ACTOR, ME, MINE, B, I, O, P, S, can, owned, supervised

EVERYBODY = (B, S, O, I, P)
# Signing in happens before there is a bureau; whoever keeps accounts has one, and gets no further than it.
KEPT = f"{ME} IS NULL OR {MINE}"


# A supervisor speaks for the places of its grants and all below them (R-T3).
SUPERVISED_PLACE = "jurisdiction_code IN (SELECT supervised_places())"


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
access.rules(
    "setting_proposal",
    can("setting_proposal", B, "select", MINE),
    can("setting_proposal", B, "insert", f"{MINE} AND state = 'waiting' AND {SUPERVISED_PLACE}"),
    can("setting_proposal", S, "select", MINE),
    can("setting_proposal", O, "select update"),
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
access.shared(
    "backup_entry",
    "backups are of the whole deployment; the operator notes their trials, the command the backups themselves",
    can("backup_entry", O, "select insert"),
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
# A day's answers go by themselves, at the caller's next key; whoever calls reads nothing of another bureau's.
_MY_ANSWERS = f"{MINE} AND caller_id = {ACTOR}"
access.rules(
    "api_answer",
    *(can("api_answer", role, "select insert", _MY_ANSWERS) for role in (B, S, O)),
    *(
        can("api_answer", role, "delete", f"{MINE} AND created_at < now() - interval '1 day'")
        for role in (B, S, O)
    ),
)
access.rules("approval", owned("approval"), supervised("approval"))
access.rules(
    "crossing_entry", can("crossing_entry", S, "select", MINE), can("crossing_entry", S, "insert", check=MINE)
)

access.functions(
    "tenants",
    supervised_bureaus=(B, S),
    supervised_places=(B, S),
    supervisors_of=(B, S, O),
    market_supervisors_of=(B, S),
    same_person=(B, S),
    known_person=(B, S),
)
access.triggers(
    "tenants",
    "approval_by_another",
)
