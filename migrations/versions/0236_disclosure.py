"""What became public and what of it ended, for those who keep a copy (R-O3)."""

from __future__ import annotations

from migrations.online import run

revision = "0236_disclosure"
down_revision = "0227_ledger"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE OR REPLACE FUNCTION disclosure_changes(written_since bigint, moment timestamptz, beyond uuid)
    RETURNS TABLE (id uuid, kind text, subject_id uuid, version integer, what text, at timestamptz, reason text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT d.id, d.kind, d.subject_id, d.version, became.what,
       CASE became.what WHEN 'public' THEN d.since ELSE d.until END,
       CASE became.what WHEN 'withdrawn' THEN d.ended_because END
  FROM public.disclosure d,
       (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS number, public.onedoor_now() AS moment) present,
       LATERAL (SELECT CASE
         WHEN d.until IS NULL OR d.until > present.moment THEN 'public'
         WHEN d.ended_how IS NOT NULL OR d.ended_because IS NULL THEN 'ended'
         WHEN EXISTS (SELECT FROM public.disclosure n
                       WHERE n.kind = d.kind AND n.subject_id = d.subject_id AND n.version = d.version + 1) THEN 'replaced'
         ELSE 'withdrawn' END AS what) became
 WHERE d.since <= present.moment AND d.id > beyond
   AND CASE WHEN written_since = 0 THEN became.what = 'public'
       ELSE d.since >= disclosure_changes.moment OR (d.until >= disclosure_changes.moment AND d.until <= present.moment)
         OR present.number - ((present.number - d.xmin::text::bigint) & 4294967295) >= written_since END
 ORDER BY d.id
$body$""",
    r"""GRANT EXECUTE ON FUNCTION disclosure_changes(bigint, timestamp with time zone, uuid) TO onedoor_public, onedoor_bureau, onedoor_supervisor""",
    r"""ALTER FUNCTION disclosure_changes(bigint, timestamp with time zone, uuid) OWNER TO onedoor_definer""",
)


def upgrade() -> None:
    """Make it."""
    run(STATEMENTS)
