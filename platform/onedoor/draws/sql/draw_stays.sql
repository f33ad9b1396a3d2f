CREATE OR REPLACE FUNCTION draw_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.state IN ('drawn', 'void') THEN
    RAISE EXCEPTION 'R-D7: no draw is changed or deleted after its end';
  END IF;
  IF (NEW.tenant_id, NEW.line, NEW.seq, NEW.number, NEW.campaign_id, NEW.hash, NEW.surprise, NEW.closed,
      NEW.beacon, NEW.reveals_due, NEW.unit, NEW.plan_line)
     IS DISTINCT FROM
     (OLD.tenant_id, OLD.line, OLD.seq, OLD.number, OLD.campaign_id, OLD.hash, OLD.surprise, OLD.closed,
      OLD.beacon, OLD.reveals_due, OLD.unit, OLD.plan_line)
     OR (OLD.reveals_digest IS NOT NULL AND NEW.reveals_digest IS DISTINCT FROM OLD.reveals_digest)
     OR (OLD.plan_digest IS NOT NULL AND NEW.plan_digest IS DISTINCT FROM OLD.plan_digest)
     OR (OLD.texts_digest IS NOT NULL AND NEW.texts_digest IS DISTINCT FROM OLD.texts_digest) THEN
    RAISE EXCEPTION 'R-D7: line, number and what was published of a draw stay';
  END IF;
  RETURN NEW;
END
$body$;

CREATE TRIGGER draw_stays BEFORE UPDATE OR DELETE ON draw
FOR EACH ROW EXECUTE FUNCTION draw_stays();
