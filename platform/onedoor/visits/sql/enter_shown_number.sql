-- An officer of a bureau on the visit enters the number that the page behind the code shows whoever scanned it (R-V2). Each
-- number serves a bureau once, within ten minutes; five wrong ones within ten minutes are all there are.
-- scanned, same (the page was opened from the address that enters it), wrong, or held.
CREATE OR REPLACE FUNCTION enter_shown_number(the_visit uuid, the_number text, who text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  found_check public.code_check;
BEGIN
  IF NOT EXISTS (SELECT FROM public.visit_party p WHERE p.visit_id = the_visit AND p.bureau_id = __me__) THEN
    RETURN NULL;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('code entry ' || the_visit::text || __me__::text, 0));
  IF (SELECT count(*) FROM public.code_entry e WHERE e.visit_id = the_visit AND e.tenant_id = __me__
       AND e.check_id IS NULL AND e.at > public.onedoor_now() - interval '10 minutes') >= 5 THEN
    RETURN 'held';
  END IF;
  SELECT * INTO found_check FROM public.code_check c
   WHERE c.visit_id = the_visit AND c.number = the_number AND c.at > public.onedoor_now() - interval '10 minutes'
     AND NOT EXISTS (SELECT FROM public.code_entry e WHERE e.check_id = c.id AND e.tenant_id = __me__)
   ORDER BY c.at DESC LIMIT 1;
  INSERT INTO public.code_entry (id, tenant_id, visit_id, check_id, at)
  VALUES (gen_random_uuid(), __me__, the_visit, found_check.id, public.onedoor_now());
  IF found_check.id IS NULL THEN
    RETURN 'wrong';
  END IF;
  RETURN CASE WHEN found_check.origin = who THEN 'same' ELSE 'scanned' END;
END
$body$;
