"""Nobody answers the filing they sent, by whichever account: who had a hand in it is kept, and the database refuses (R-T5)."""

from __future__ import annotations

from alembic import op

revision = "0026_filing_senders"
down_revision = "0025_own_name_checked"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE filing ADD COLUMN senders UUID[]",
    "ALTER TABLE filing_answer ADD COLUMN answered_by UUID",
    "ALTER TABLE filing_answer ADD COLUMN answered_for UUID",
    r"""CREATE OR REPLACE FUNCTION filing_with_its_senders() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  NEW.senders := ARRAY(
    SELECT DISTINCT hand.id FROM (
      SELECT nullif(current_setting('onedoor.actor', true), '')::uuid
      UNION ALL SELECT unnest(NEW.senders)
      UNION ALL SELECT unnest(ARRAY[a.submitted_by, a.submitted_for]) FROM public.approval a
                 WHERE a.tenant_id = NEW.tenant_id AND a.subject_id = NEW.subject_id AND a.state <> 'returned'
    ) AS hand (id) WHERE hand.id IS NOT NULL);
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER filing_with_its_senders BEFORE INSERT ON filing FOR EACH ROW EXECUTE FUNCTION filing_with_its_senders()""",
    r"""CREATE OR REPLACE FUNCTION filing_answer_by_another() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  NEW.answered_by := nullif(current_setting('onedoor.actor', true), '')::uuid;
  IF NEW.answered_for IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM public.stand_in s
     WHERE s.tenant_id = NEW.tenant_id AND s.agent_id = NEW.answered_by
       AND s.principal_id = NEW.answered_for AND s.ended_at IS NULL)
  THEN
    RAISE EXCEPTION 'nobody acts for somebody who did not ask them (R-T5)'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF EXISTS (
    SELECT 1 FROM public.filing f, unnest(f.senders) AS sent (id),
                  unnest(ARRAY[NEW.answered_by, NEW.answered_for]) AS said (id)
     WHERE f.id = NEW.filing_id AND public.same_person(sent.id, said.id))
  THEN
    RAISE EXCEPTION 'nobody answers what they themselves sent (R-T5)'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER filing_answer_by_another BEFORE INSERT ON filing_answer FOR EACH ROW EXECUTE FUNCTION filing_answer_by_another()""",
)


def upgrade() -> None:
    """Add the columns, which old rows leave empty, and the triggers."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
