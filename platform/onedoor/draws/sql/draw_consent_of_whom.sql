CREATE OR REPLACE FUNCTION draw_consent_of_whom() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  NEW.account_id := __actor__;
  IF EXISTS (SELECT 1 FROM public.draw_plea p
              WHERE p.id = NEW.plea_id AND public.same_person(p.account_id, NEW.account_id)) THEN
    RAISE EXCEPTION 'nobody agrees to what they themselves asked (R-T5)' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$;

CREATE TRIGGER draw_consent_of_whom BEFORE INSERT ON draw_consent
FOR EACH ROW EXECUTE FUNCTION draw_consent_of_whom();
