"""Kinds of entity by the prefixes of GB 32100 that were `other`: mass organisations, legal service offices, arbitration, villages' collectives (R-L5, R-T4)."""

from __future__ import annotations

from alembic import op

revision = "0119_kinds"
down_revision = "0118_upkeep"

FRESH = "'13','19','33','35','39','59','N1','N2','N3','N9'"
# Whoever keeps the one keeps those that the same office registers.
BESIDE = {"31": "'33','35','39'", "12": "'13','19'", "51": "'59'"}


def _with(keeper: str, kinds: str) -> str:
    return (
        "UPDATE bureau SET entity_kinds = entity_kinds || ARRAY(SELECT k FROM unnest(ARRAY["
        f"{kinds}]) AS k WHERE k <> ALL (entity_kinds)) WHERE '{keeper}' = ANY (entity_kinds)"
    )


def _asked(table: str, where: str = "true") -> str:
    """What asked for `other` asked for these, and still does."""
    return (
        f"UPDATE {table} SET conditions = jsonb_set(conditions, '{{kinds}}', (conditions -> 'kinds') || to_jsonb(ARRAY["
        f"{FRESH}])) WHERE conditions -> 'kinds' ? 'other' AND {where}"
    )


def _rated(table: str, where: str = "true") -> str:
    return (
        f"UPDATE {table} SET rates = rates || (SELECT jsonb_object_agg(k, rates -> 'other') FROM unnest(ARRAY["
        f"{FRESH}]) AS k) WHERE rates ? 'other' AND {where}"
    )


_CAMPAIGN = "state IN ('draft', 'inviting', 'planned')"
_OF_CAMPAIGN = f"campaign_id IN (SELECT c.id FROM campaign c WHERE c.{_CAMPAIGN})"
STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "SET LOCAL ROLE onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION my_entity_kinds() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT kind FROM pg_catalog.unnest(ARRAY['91','92','93','51','52','53','59','12','11','13','19','31','32','33','34','35','39','N1','N2','N3','N9','other']) AS kind
 WHERE EXISTS (SELECT FROM public.bureau b WHERE b.id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND kind = ANY (b.entity_kinds))
    OR (EXISTS (SELECT FROM public.bureau b WHERE b.id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND 'other' = ANY (b.entity_kinds))
        AND NOT EXISTS (SELECT FROM public.bureau b WHERE kind = ANY (b.entity_kinds)))
$body$""",
    *(_with(keeper, kinds) for keeper, kinds in BESIDE.items()),
    f"UPDATE item SET object_kinds = object_kinds || ARRAY[{FRESH}] WHERE 'other' = ANY (object_kinds) AND state IN ('draft', 'published')",
    _asked("target_rule"),
    _asked("plan_line"),
    _rated("plan_line"),
    _asked("campaign", _CAMPAIGN),
    _rated("campaign", _CAMPAIGN),
    _asked("party_list", _OF_CAMPAIGN),
    _rated("party_list", _OF_CAMPAIGN),
    f"UPDATE entity SET kind = left(code, 2), updated_at = now() WHERE kind = 'other' AND left(code, 2) IN ({FRESH})",
    "RESET ROLE",
)


def upgrade() -> None:
    """Who keeps them and what asks for them first, then the entities themselves."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
