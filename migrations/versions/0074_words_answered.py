"""What a bureau proposes for the vocabulary is answered by the operator alone; a word is no other word's way of writing."""

from __future__ import annotations

from alembic import op

revision = "0074_words_answered"
down_revision = "0073_tags_apart"

# 0067 took the words in use as they were written, also those that a word to begin with has as an alias.
WAYS: tuple[str, ...] = (
    r"""UPDATE qualification q SET aliases = ARRAY(
    SELECT a.way FROM unnest(q.aliases) WITH ORDINALITY AS a (way, place)
     WHERE NOT EXISTS (SELECT FROM qualification o WHERE o.id <> q.id AND
       regexp_replace(lower(normalize(o.name, NFKC)), '\s', '', 'g') = regexp_replace(lower(normalize(a.way, NFKC)), '\s', '', 'g'))
     ORDER BY a.place)
 WHERE EXISTS (SELECT FROM unnest(q.aliases) AS a (way) JOIN qualification o ON o.id <> q.id AND
       regexp_replace(lower(normalize(o.name, NFKC)), '\s', '', 'g') = regexp_replace(lower(normalize(a.way, NFKC)), '\s', '', 'g'))""",
)
STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "DROP POLICY qualification_proposal_bureau_update_2 ON qualification_proposal",
    "REVOKE UPDATE ON qualification_proposal FROM onedoor_bureau",
    # policies are named by their place among the rules
    "ALTER POLICY qualification_proposal_operator_select_3 ON qualification_proposal RENAME TO qualification_proposal_operator_select_2",
    "ALTER POLICY qualification_proposal_operator_update_4 ON qualification_proposal RENAME TO qualification_proposal_operator_update_3",
    "ALTER POLICY qualification_proposal_bureau_insert_1 ON qualification_proposal WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND state = 'waiting')",
    "SET LOCAL ROLE onedoor_definer",
    *WAYS,
    "RESET ROLE",
)


def upgrade() -> None:
    """Take the right to answer back, and the ways of writing that are words themselves."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
