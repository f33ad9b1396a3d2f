"""A signature belongs to the text that was signed (R-V4); who was drawn keeps the seat (R-D6).

Drafted by `python -m migrations.draft 0263_visits officer_is_seated`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0263_visits"
down_revision = "0262_draws"

STATEMENTS: tuple[str, ...] = (
    r"""ALTER TABLE record ADD COLUMN signed_digest TEXT""",
    r"""ALTER TABLE visit_member ADD COLUMN account_id UUID""",
    r"""CREATE OR REPLACE FUNCTION officer_is_seated(the_officer uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT EXISTS (
  SELECT FROM public.visit_member m
    JOIN public.visit v ON v.id = m.visit_id
    LEFT JOIN public.visit_part t ON t.visit_id = v.id AND t.tenant_id = m.bureau_id
   WHERE m.inspector_id = the_officer AND m.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND m.left_at IS NULL AND v.state <> 'cancelled'
     AND v.ends_on >= (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date - 30 AND t.submitted_at IS NULL
     AND NOT EXISTS (SELECT FROM public.visit_party p
                      WHERE p.visit_id = v.id AND p.bureau_id = m.bureau_id AND p.deferred_reason IS NOT NULL)
     AND NOT EXISTS (SELECT FROM public.campaign c WHERE c.id = v.campaign_id AND c.state = 'cancelled'))
$body$""",
    r"""GRANT EXECUTE ON FUNCTION officer_is_seated(uuid) TO onedoor_bureau""",
    r"""ALTER FUNCTION officer_is_seated(uuid) OWNER TO onedoor_definer""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
