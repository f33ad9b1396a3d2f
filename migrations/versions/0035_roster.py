"""Who may not check whom, and why, is its bureau's affair: rosters with recusals are no longer public, nor read by supervisors."""

from __future__ import annotations

from alembic import op

revision = "0035_roster"
down_revision = "0034_board_for_nobody"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER POLICY draw_document_bureau_select_0 ON draw_document USING ((kind <> 'roster' OR tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) AND (kind <> 'proof' AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id) OR EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND (NOT d.surprise OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())) OR EXISTS (SELECT 1 FROM draw_release r WHERE r.draw_id = d.id)))))",
    "ALTER POLICY draw_document_supervisor_select_2 ON draw_document USING (kind <> 'roster' AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))",
    "REVOKE SELECT ON draw_deposit_file FROM onedoor_supervisor",
    "GRANT SELECT (id, tenant_id, draw_id, pool, inspectors) ON draw_deposit_file TO onedoor_supervisor",
    "SET LOCAL ROLE onedoor_definer",
    # What is public says so and keeps the digest; a line feed, an exclamation mark and a tab begin a recusal.
    r"""UPDATE disclosure SET content = disclosure.content || jsonb_build_object('roster', jsonb_build_object(
          'digest', kept.digest, 'public', position('\x0a2109'::bytea IN kept.content) = 0))
      FROM draw_document kept
     WHERE disclosure.kind = 'draw' AND kept.draw_id = disclosure.subject_id AND kept.tenant_id = disclosure.tenant_id
       AND kept.kind = 'roster'""",
    r"""DELETE FROM disclosed_file USING disclosure
     WHERE disclosed_file.disclosure_id = disclosure.id AND disclosure.kind = 'draw'
       AND disclosed_file.name = 'roster.txt' AND position('\x0a2109'::bytea IN disclosed_file.content) > 0""",
    "RESET ROLE",
)


def upgrade() -> None:
    """Narrow who reads, and take back what was published."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
