CREATE OR REPLACE FUNCTION filing_answer_by_another() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  NEW.answered_by := __actor__;
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
$body$;

CREATE TRIGGER filing_answer_by_another BEFORE INSERT ON filing_answer
FOR EACH ROW EXECUTE FUNCTION filing_answer_by_another();
