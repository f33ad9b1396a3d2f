-- The lead names who is on a visit; who takes part in the campaign is what they were invited to and drawn for. A check that
-- no draw made is the bureau's own.
CREATE OR REPLACE FUNCTION visit_party_takes_part() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF NOT EXISTS (SELECT FROM public.visit v JOIN public.participation p ON p.campaign_id = v.campaign_id
                  WHERE v.id = NEW.visit_id AND p.tenant_id = NEW.bureau_id
                 UNION ALL
                 SELECT FROM public.visit v WHERE v.id = NEW.visit_id AND v.campaign_id IS NULL
                    AND v.tenant_id = NEW.bureau_id) THEN
    RAISE EXCEPTION 'R-J5: a bureau is on a visit by its part in the campaign'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$;

CREATE TRIGGER visit_party_takes_part BEFORE INSERT OR UPDATE OF visit_id, bureau_id ON visit_party
FOR EACH ROW EXECUTE FUNCTION visit_party_takes_part();
