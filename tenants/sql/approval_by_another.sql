CREATE OR REPLACE FUNCTION approval_by_another() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF NEW.state = 'withdrawn' AND OLD.state = 'waiting' AND NEW.decided_by IS NULL
    AND NEW.submitted_by = OLD.submitted_by AND NEW.submitted_for IS NOT DISTINCT FROM OLD.submitted_for
    AND EXISTS (
      SELECT 1 FROM unnest(ARRAY[OLD.submitted_by, OLD.submitted_for]) AS asked (id)
       WHERE public.same_person(asked.id, __actor__))
  THEN
    RETURN NEW;
  END IF;
  IF NEW.submitted_by <> OLD.submitted_by OR NEW.submitted_for IS DISTINCT FROM OLD.submitted_for
    OR NEW.state <> OLD.state AND (
      NEW.decided_by IS DISTINCT FROM __actor__
      OR EXISTS (
        SELECT 1 FROM unnest(ARRAY[OLD.submitted_by, OLD.submitted_for]) AS asked (id),
                      unnest(ARRAY[NEW.decided_by, NEW.decided_for]) AS said (id)
         WHERE public.same_person(asked.id, said.id)))
  THEN
    RAISE EXCEPTION 'nobody decides on what they themselves submitted (R-T5)'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NEW.decided_for IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM public.stand_in s
     WHERE s.tenant_id = NEW.tenant_id AND s.agent_id = NEW.decided_by
       AND s.principal_id = NEW.decided_for AND s.ended_at IS NULL)
    AND NEW.decided_for IS DISTINCT FROM OLD.decided_for
  THEN
    RAISE EXCEPTION 'nobody acts for somebody who did not ask them (R-T5)'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF OLD.step = 'review' AND NEW.state <> OLD.state AND EXISTS (
    SELECT 1 FROM public.user_account d, public.user_account s
     WHERE d.id = coalesce(NEW.decided_for, NEW.decided_by)
       AND s.id = coalesce(OLD.submitted_for, OLD.submitted_by)
       AND d.unit_id <> s.unit_id AND NOT 'administrator' = ANY (d.roles))
  THEN
    RAISE EXCEPTION 'a unit reviews what is its own (R-T5)'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$;

CREATE TRIGGER approval_by_another BEFORE UPDATE ON approval
FOR EACH ROW EXECUTE FUNCTION approval_by_another();
