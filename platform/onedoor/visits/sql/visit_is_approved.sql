-- R-V1: a check that no draw made starts on its head's word, or is pending until it has that; what it is stays.
CREATE OR REPLACE FUNCTION visit_is_approved() RETURNS trigger
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
$body$;

CREATE TRIGGER visit_is_approved BEFORE INSERT OR UPDATE OF state, kind, source, campaign_id, draw_id, exceptional ON visit
FOR EACH ROW EXECUTE FUNCTION visit_is_approved();
