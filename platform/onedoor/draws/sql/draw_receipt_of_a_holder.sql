CREATE OR REPLACE FUNCTION draw_receipt_of_a_holder() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM public.draw d
      JOIN public.draw_party h ON h.draw_id = d.id AND h.bureau_id = NEW.tenant_id AND h.holds
      JOIN public.draw_deposit e ON e.draw_id = d.id AND e.list_name = NEW.list_name AND e.digest = NEW.digest
     WHERE d.id = NEW.draw_id AND d.closed AND d.state = 'frozen')
  THEN
    RAISE EXCEPTION 'draw.md: a holder signs for a list as it was deposited, before the plan is registered';
  END IF;
  RETURN NEW;
END
$body$;

CREATE TRIGGER draw_receipt_of_a_holder BEFORE INSERT ON draw_receipt
FOR EACH ROW EXECUTE FUNCTION draw_receipt_of_a_holder();
