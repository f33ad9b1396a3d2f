"""Behind a visit's code are papers of those alone who wrote the records they are about (R-V7).

Drafted by `python -m migrations.draft 0264_followups visit_documents`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0264_followups"
down_revision = "0264_draws"

STATEMENTS: tuple[str, ...] = (
    r"""SET LOCAL ROLE onedoor_definer""",
    r"""DROP FUNCTION visit_documents(text)""",
    r"""RESET ROLE""",
    r"""CREATE OR REPLACE FUNCTION visit_documents(asked text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'kind', d.kind, 'number', d.number, 'bureau', b.name,
                                             'issued_on', d.issued_on, 'digest', d.digest) ORDER BY d.issued_at DESC), '[]'::jsonb)
  FROM public.visit v
  JOIN public.record r ON r.visit_id = v.id
  JOIN public.document d ON d.kind IN ('record', 'result_notice', 'correction_order', 'recheck') AND d.tenant_id = r.tenant_id
   AND d.subject_id IN (SELECT r.id UNION ALL SELECT f.id FROM public.followup f WHERE f.record_id = r.id)
  JOIN public.bureau b ON b.id = d.tenant_id
 WHERE v.code = asked
$body$""",
    r"""GRANT EXECUTE ON FUNCTION visit_documents(text) TO onedoor_public, onedoor_bureau""",
    r"""ALTER FUNCTION visit_documents(text) OWNER TO onedoor_definer""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
