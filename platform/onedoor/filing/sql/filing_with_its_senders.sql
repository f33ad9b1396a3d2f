CREATE OR REPLACE FUNCTION filing_with_its_senders() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  NEW.senders := ARRAY(
    SELECT DISTINCT hand.id FROM (
      SELECT __actor__
      UNION ALL SELECT unnest(NEW.senders)
      UNION ALL SELECT unnest(ARRAY[a.submitted_by, a.submitted_for]) FROM public.approval a
                 WHERE a.tenant_id = NEW.tenant_id AND a.subject_id = NEW.subject_id AND a.state <> 'returned'
    ) AS hand (id) WHERE hand.id IS NOT NULL);
  RETURN NEW;
END
$body$;

CREATE TRIGGER filing_with_its_senders BEFORE INSERT ON filing
FOR EACH ROW EXECUTE FUNCTION filing_with_its_senders();
