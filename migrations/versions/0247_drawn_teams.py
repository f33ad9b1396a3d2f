"""Daily checks whose teams alone are drawn: a campaign of chosen objects, checks with a plan line and a draw (R-V9).

Drafted by `python -m migrations.draft 0247_drawn_teams visit_is_approved`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0247_drawn_teams"
down_revision = "0246_life"

STATEMENTS: tuple[str, ...] = (
    r"""SET LOCAL lock_timeout = '5s'""",
    r"""ALTER TABLE campaign ADD COLUMN kind TEXT DEFAULT 'random' NOT NULL""",
    r"""ALTER TABLE campaign ADD CONSTRAINT ck_campaign_kind CHECK (kind IN ('random', 'daily')) NOT VALID""",
    r"""ALTER TABLE campaign VALIDATE CONSTRAINT ck_campaign_kind""",
    r"""ALTER TABLE visit DROP CONSTRAINT ck_visit_drawn""",
    r"""ALTER TABLE visit ADD CONSTRAINT ck_visit_drawn CHECK ((source IN ('draw', 'owed')) = (kind = 'random') AND (campaign_id IS NULL) = (draw_id IS NULL) AND (source <> 'draw' OR draw_id IS NOT NULL) AND (draw_id IS NULL OR source IN ('draw', 'plan_line'))) NOT VALID""",
    r"""ALTER TABLE visit VALIDATE CONSTRAINT ck_visit_drawn""",
    r"""CREATE OR REPLACE FUNCTION visit_is_approved() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF TG_OP = 'UPDATE' AND (OLD.kind, OLD.source, OLD.campaign_id, OLD.draw_id, OLD.exceptional)
     IS DISTINCT FROM (NEW.kind, NEW.source, NEW.campaign_id, NEW.draw_id, NEW.exceptional)
    OR NEW.draw_id IS NULL AND (
      NEW.state = 'waiting'
      OR TG_OP = 'INSERT' AND NEW.state NOT IN ('proposed', 'pending')
      OR NEW.state IN ('approved', 'noticed') AND NOT EXISTS (
        SELECT 1 FROM public.approval a WHERE a.kind = 'check' AND a.step = 'approve'
           AND a.subject_id = NEW.id AND a.state = 'approved'))
  THEN
    RAISE EXCEPTION 'R-V1: a check that no draw made is approved by the head'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
