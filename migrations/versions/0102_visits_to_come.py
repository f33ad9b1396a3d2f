"""Visits that are drawn and not begun count for a bureau's caps (R-P6)."""

from __future__ import annotations

from alembic import op

revision = "0102_visits_to_come"
down_revision = "0101_filing_files"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE OR REPLACE FUNCTION my_visits_to_come(in_year integer) RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT v.entity_code FROM public.visit_party p JOIN public.visit v ON v.id = p.visit_id
  JOIN public.draw d ON d.id = v.draw_id
  LEFT JOIN public.visit_part t ON t.visit_id = v.id AND t.tenant_id = p.bureau_id
 WHERE p.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND p.deferred_reason IS NULL AND v.state <> 'cancelled' AND v.ends_on >= (now() AT TIME ZONE 'Asia/Shanghai')::date
   AND t.begun_at IS NULL AND extract(year FROM coalesce(t.postponed_to, v.scheduled_on)) = in_year
   AND (NOT d.surprise OR EXISTS (SELECT FROM public.draw_release r WHERE r.draw_id = d.id))
   AND NOT EXISTS (SELECT FROM public.campaign c WHERE c.id = v.campaign_id AND c.state = 'cancelled')
$body$""",
    r"""GRANT EXECUTE ON FUNCTION my_visits_to_come(integer) TO onedoor_bureau""",
    r"""ALTER FUNCTION my_visits_to_come(integer) OWNER TO onedoor_definer""",
)


def upgrade() -> None:
    """Make the function."""
    link = op.get_bind()
    for statement in STATEMENTS:
        link.exec_driver_sql(statement)
