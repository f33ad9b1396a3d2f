-- The other number of an entity that had none at first: of its code the provisional one, of that the code.
CREATE OR REPLACE FUNCTION provisional_numbers_of(asked text) RETURNS TABLE (number text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT p.number FROM public.provisional_number p WHERE p.code = asked
UNION SELECT p.code FROM public.provisional_number p WHERE p.number = asked AND p.code IS NOT NULL
$body$;
