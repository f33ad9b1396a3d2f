"""What is passed on to a unit may be declined; documents addressed to a firm are behind its visit's code (R-V7).

Drafted by `python -m migrations.draft 0248_followups visit_documents visit_document`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0248_followups"
down_revision = "0246_targets"

STATEMENTS: tuple[str, ...] = (
    r"""ALTER TABLE transfer DROP CONSTRAINT ck_transfer_mode""",
    r"""ALTER TABLE transfer ADD CONSTRAINT ck_transfer_mode
    CHECK (mode IN ('transfer', 'inform', 'unit', 'daily', 'abnormal', 'designate')) NOT VALID""",
    r"""ALTER TABLE transfer VALIDATE CONSTRAINT ck_transfer_mode""",
    r"""ALTER TABLE transfer DROP CONSTRAINT ck_transfer_receiver""",
    r"""ALTER TABLE transfer ADD CONSTRAINT ck_transfer_receiver
    CHECK ((mode IN ('unit', 'daily')) = (receiver_id = tenant_id AND mode <> 'abnormal')) NOT VALID""",
    r"""ALTER TABLE transfer VALIDATE CONSTRAINT ck_transfer_receiver""",
    r"""ALTER TABLE transfer ADD CONSTRAINT ck_transfer_unit CHECK (mode <> 'unit' OR unit_id IS NOT NULL) NOT VALID""",
    r"""ALTER TABLE transfer VALIDATE CONSTRAINT ck_transfer_unit""",
    r"""CREATE OR REPLACE FUNCTION visit_documents(asked text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'kind', d.kind, 'number', d.number, 'bureau', b.name,
                                             'issued_on', d.issued_on, 'digest', d.digest) ORDER BY d.issued_at DESC), '[]'::jsonb)
  FROM public.visit v
  JOIN public.document d ON d.kind IN ('record', 'result_notice', 'correction_order', 'recheck')
   AND d.subject_id IN (SELECT r.id FROM public.record r WHERE r.visit_id = v.id
                        UNION ALL SELECT f.id FROM public.followup f WHERE f.visit_id = v.id)
  JOIN public.bureau b ON b.id = d.tenant_id
 WHERE v.code = asked
$body$""",
    r"""GRANT EXECUTE ON FUNCTION visit_documents(text) TO onedoor_public, onedoor_bureau""",
    r"""ALTER FUNCTION visit_documents(text) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION visit_document(asked text, document_id uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT encode(d.content, 'base64')
  FROM public.document d
 WHERE d.id = document_id
   AND EXISTS (SELECT FROM jsonb_array_elements(public.visit_documents(asked)) one WHERE (one ->> 'id')::uuid = d.id)
$body$""",
    r"""GRANT EXECUTE ON FUNCTION visit_document(text, uuid) TO onedoor_public, onedoor_bureau""",
    r"""ALTER FUNCTION visit_document(text, uuid) OWNER TO onedoor_definer""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
