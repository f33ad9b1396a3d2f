CREATE OR REPLACE FUNCTION seal_audit(bureau uuid, most integer) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  head public.audit_chain;
  entry record;
  ids uuid[] := '{}';
  numbers bigint[] := '{}';
  digests text[] := '{}';
BEGIN
  INSERT INTO public.audit_chain VALUES (bureau, 0, repeat('0', 64), (public.onedoor_now() + (clock_timestamp() - now())))
      ON CONFLICT DO NOTHING;
  -- One sealer at a time; what the one before committed is seen by the statements that follow.
  SELECT * INTO head FROM public.audit_chain c WHERE c.tenant_id = bureau FOR UPDATE;
  FOR entry IN
    SELECT e.id, (SELECT string_agg(coalesce(octet_length(field)::text || ':' || field, '-'), ','
                                    ORDER BY place)
             FROM unnest(ARRAY[e.id::text, e.tenant_id::text,
                    (extract(epoch FROM e.at) * 1000000)::bigint::text, e.actor_id::text, e.actor_name,
                    e.bureau_name, e.role, e.origin, e.request, e.event, e.subject_kind,
                    e.subject_id::text, e.subject_name, e.before::text, e.after::text])
                  WITH ORDINALITY AS fields (field, place)) AS canonical
      FROM public.audit_entry e WHERE e.tenant_id = bureau AND e.sequence IS NULL
     ORDER BY e.at, e.id LIMIT most
  LOOP
    head.sequence := head.sequence + 1;
    head.digest := encode(sha256(convert_to(
      head.sequence::text || ',' || head.digest || ',' || entry.canonical, 'UTF8')), 'hex');
    ids := ids || entry.id;
    numbers := numbers || head.sequence;
    digests := digests || head.digest;
  END LOOP;
  IF cardinality(ids) = 0 THEN
    RETURN 0;
  END IF;
  UPDATE public.audit_entry e SET sequence = s.number, digest = s.digest
    FROM unnest(ids, numbers, digests) AS s (id, number, digest) WHERE e.id = s.id;
  UPDATE public.audit_chain c
     SET sequence = head.sequence, digest = head.digest, sealed_at = (public.onedoor_now() + (clock_timestamp() - now()))
   WHERE c.tenant_id = bureau;
  RETURN cardinality(ids);
END
$body$;
