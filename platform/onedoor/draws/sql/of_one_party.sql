CREATE OR REPLACE FUNCTION __table___of_one_party() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  NEW.account_id := __actor__;
  IF NEW.account_for IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM public.stand_in s
     WHERE s.tenant_id = NEW.tenant_id AND s.agent_id = NEW.account_id
       AND s.principal_id = NEW.account_for AND s.ended_at IS NULL)
  THEN
    RAISE EXCEPTION 'nobody acts for somebody who did not ask them (R-T5)'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF EXISTS (
    SELECT 1 FROM (
      SELECT c.account_id, c.account_for FROM public.draw_commitment c
       WHERE c.draw_id = NEW.draw_id AND c.tenant_id <> NEW.tenant_id
      UNION ALL SELECT v.account_id, v.account_for FROM public.draw_reveal v
       WHERE v.draw_id = NEW.draw_id AND v.tenant_id <> NEW.tenant_id
      UNION ALL SELECT g.account_id, g.account_for FROM public.draw_beacon_reading g
       WHERE g.draw_id = NEW.draw_id AND g.tenant_id <> NEW.tenant_id
      UNION ALL SELECT r.account_id, r.account_for FROM public.draw_receipt r
       WHERE r.draw_id = NEW.draw_id AND r.tenant_id <> NEW.tenant_id
    ) AS o, unnest(ARRAY[o.account_id, o.account_for]) AS other (id),
            unnest(ARRAY[NEW.account_id, NEW.account_for]) AS said (id)
     WHERE public.same_person(other.id, said.id))
  THEN
    RAISE EXCEPTION 'nobody acts for two parties of a draw (R-T5)' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$;

CREATE TRIGGER __table___of_one_party BEFORE INSERT ON __table__
FOR EACH ROW EXECUTE FUNCTION __table___of_one_party();
