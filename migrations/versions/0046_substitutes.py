"""An object that cannot be visited is substituted, and a fourth replacement at one slot needs the supervisor (draw.md)."""

from __future__ import annotations

from alembic import op

revision = "0046_substitutes"
down_revision = "0045_closed_pools"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE visit ADD COLUMN ordinal INTEGER DEFAULT '1' NOT NULL",
    r"""CREATE TABLE draw_plea (
    draw_id UUID NOT NULL,
    object_code TEXT NOT NULL,
    slot INTEGER NOT NULL,
    number INTEGER NOT NULL,
    reason TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    asked_by TEXT NOT NULL,
    account_id UUID,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_draw_plea PRIMARY KEY (id),
    CONSTRAINT fk_draw_plea_draw_id_tenant_id FOREIGN KEY(draw_id, tenant_id) REFERENCES draw (id, tenant_id),
    CONSTRAINT uq_draw_plea_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_draw_plea_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_draw_plea_draw_id ON draw_plea (draw_id)",
    "CREATE INDEX ix_draw_plea_tenant_id ON draw_plea (tenant_id)",
    r"""CREATE TABLE draw_consent (
    plea_id UUID NOT NULL,
    draw_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    agreed BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    given_by TEXT NOT NULL,
    account_id UUID,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_draw_consent PRIMARY KEY (id),
    CONSTRAINT fk_draw_consent_plea_id_lead_id FOREIGN KEY(plea_id, lead_id) REFERENCES draw_plea (id, tenant_id),
    CONSTRAINT ck_draw_consent_refused_why CHECK (agreed OR reason <> ''),
    CONSTRAINT uq_draw_consent_plea_id UNIQUE (plea_id),
    CONSTRAINT fk_draw_consent_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_draw_consent_draw_id ON draw_consent (draw_id)",
    "CREATE INDEX ix_draw_consent_tenant_id ON draw_consent (tenant_id)",
    r"""CREATE TABLE substitution (
    visit_id UUID NOT NULL,
    entity_code TEXT NOT NULL,
    entity_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    note TEXT NOT NULL,
    state TEXT DEFAULT 'asked' NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    asked_by TEXT NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    decider_name TEXT,
    return_reason TEXT,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_substitution PRIMARY KEY (id),
    CONSTRAINT fk_substitution_party FOREIGN KEY(visit_id, tenant_id) REFERENCES visit_party (visit_id, bureau_id),
    CONSTRAINT ck_substitution_state CHECK (state IN ('asked', 'approved', 'returned')),
    CONSTRAINT ck_substitution_note CHECK (note <> ''),
    CONSTRAINT fk_substitution_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_substitution_tenant_id ON substitution (tenant_id)",
    "CREATE UNIQUE INDEX uq_substitution_going ON substitution (visit_id, tenant_id) WHERE state <> 'returned'",
    "ALTER TABLE draw_plea ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE draw_plea FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON draw_plea TO onedoor_definer",
    "GRANT SELECT ON draw_plea TO onedoor_bureau",
    "CREATE POLICY draw_plea_bureau_select_0 ON draw_plea FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND (NOT d.surprise OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())) OR EXISTS (SELECT 1 FROM draw_release r WHERE r.draw_id = d.id)) AND (NOT d.closed OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())))))",
    "GRANT INSERT ON draw_plea TO onedoor_bureau",
    "CREATE POLICY draw_plea_bureau_insert_1 ON draw_plea FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state = 'drawn'))",
    "GRANT SELECT ON draw_plea TO onedoor_supervisor",
    "CREATE POLICY draw_plea_supervisor_select_2 ON draw_plea FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))",
    "ALTER TABLE draw_consent ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE draw_consent FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON draw_consent TO onedoor_definer",
    "GRANT SELECT ON draw_consent TO onedoor_bureau",
    "CREATE POLICY draw_consent_bureau_select_0 ON draw_consent FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND (NOT d.surprise OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())) OR EXISTS (SELECT 1 FROM draw_release r WHERE r.draw_id = d.id)) AND (NOT d.closed OR d.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR d.id = ANY (ARRAY(SELECT my_draws())))))",
    "GRANT INSERT ON draw_consent TO onedoor_bureau",
    "CREATE POLICY draw_consent_bureau_insert_1 ON draw_consent FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw_plea p JOIN draw d ON d.id = p.draw_id WHERE p.id = plea_id AND d.id = draw_consent.draw_id AND d.tenant_id <> nullif(current_setting('onedoor.tenant', true), '')::uuid AND nullif(current_setting('onedoor.tenant', true), '')::uuid = ANY (ARRAY(SELECT supervisors_of(d.tenant_id)))))",
    "GRANT SELECT ON draw_consent TO onedoor_supervisor",
    "CREATE POLICY draw_consent_supervisor_select_2 ON draw_consent FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))",
    "ALTER TABLE substitution ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE substitution FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON substitution TO onedoor_definer",
    "GRANT SELECT ON substitution TO onedoor_bureau",
    "CREATE POLICY substitution_bureau_select_0 ON substitution FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT INSERT ON substitution TO onedoor_bureau",
    "CREATE POLICY substitution_bureau_insert_1 ON substitution FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT UPDATE ON substitution TO onedoor_bureau",
    "CREATE POLICY substitution_bureau_update_2 ON substitution FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT SELECT ON substitution TO onedoor_bureau",
    "CREATE POLICY substitution_bureau_select_3 ON substitution FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT FROM visit v WHERE v.id = visit_id))",
    "GRANT SELECT ON substitution TO onedoor_supervisor",
    "CREATE POLICY substitution_supervisor_select_4 ON substitution FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))",
    r"""CREATE OR REPLACE FUNCTION draw_plea_of_whom() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  NEW.account_id := nullif(current_setting('onedoor.actor', true), '')::uuid;
  RETURN NEW;
END
$body$""",
    "CREATE TRIGGER draw_plea_of_whom BEFORE INSERT ON draw_plea FOR EACH ROW EXECUTE FUNCTION draw_plea_of_whom()",
    r"""CREATE OR REPLACE FUNCTION draw_consent_of_whom() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  NEW.account_id := nullif(current_setting('onedoor.actor', true), '')::uuid;
  IF EXISTS (SELECT 1 FROM public.draw_plea p
              WHERE p.id = NEW.plea_id AND public.same_person(p.account_id, NEW.account_id)) THEN
    RAISE EXCEPTION 'nobody agrees to what they themselves asked (R-T5)' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    "CREATE TRIGGER draw_consent_of_whom BEFORE INSERT ON draw_consent FOR EACH ROW EXECUTE FUNCTION draw_consent_of_whom()",
    r"""CREATE OR REPLACE FUNCTION draw_change_with_consent() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
  held bigint;
BEGIN
  IF NEW.slot IS NULL THEN
    RETURN NEW;
  END IF;
  SELECT count(*) INTO held FROM public.draw_change c
   WHERE c.draw_id = NEW.draw_id AND c.object_code = NEW.object_code AND c.slot = NEW.slot;
  IF held >= 3 AND NOT EXISTS (
    SELECT 1 FROM public.draw_plea p JOIN public.draw_consent s ON s.plea_id = p.id AND s.agreed
     WHERE p.draw_id = NEW.draw_id AND p.object_code = NEW.object_code AND p.slot = NEW.slot
       AND p.number = held + 1)
  THEN
    RAISE EXCEPTION 'draw.md: more than three replacements at one slot need the supervisor'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    "CREATE TRIGGER draw_change_with_consent BEFORE INSERT ON draw_change FOR EACH ROW EXECUTE FUNCTION draw_change_with_consent()",
    r"""CREATE OR REPLACE FUNCTION substitution_is_decided() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF TG_OP = 'INSERT' AND NEW.state <> 'asked'
    OR TG_OP = 'UPDATE' AND (
      OLD.state <> 'asked'
      OR (NEW.tenant_id, NEW.visit_id, NEW.entity_code, NEW.kind, NEW.note)
         IS DISTINCT FROM (OLD.tenant_id, OLD.visit_id, OLD.entity_code, OLD.kind, OLD.note)
      OR NEW.state = 'approved' AND NOT EXISTS (
        SELECT 1 FROM public.approval a WHERE a.kind = 'substitute' AND a.subject_id = NEW.id
           AND a.state = 'approved'))
  THEN
    RAISE EXCEPTION 'R-T5: a substitution is decided by another, once'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    "CREATE TRIGGER substitution_is_decided BEFORE INSERT OR UPDATE ON substitution FOR EACH ROW EXECUTE FUNCTION substitution_is_decided()",
    r"""CREATE OR REPLACE FUNCTION draw_change_was_decided() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF NEW.kind = 'substitute' AND NOT EXISTS (
    SELECT 1 FROM public.substitution s JOIN public.visit v ON v.id = s.visit_id
      JOIN public.visit_party p ON p.visit_id = v.id AND p.bureau_id = s.tenant_id
     WHERE v.draw_id = NEW.draw_id AND s.entity_code = NEW.object_code AND s.state = 'approved'
       AND p.list_name = (convert_from(NEW.content, 'UTF8')::jsonb)->>'list')
  THEN
    RAISE EXCEPTION 'draw.md: an object is substituted once its bureau has decided so'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    "CREATE TRIGGER draw_change_was_decided BEFORE INSERT ON draw_change FOR EACH ROW EXECUTE FUNCTION draw_change_was_decided()",
    "ALTER POLICY job_bureau_insert_1 ON job WITH CHECK (sender_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR name IN ('campaigns.freeze_list', 'campaigns.open_draw', 'campaigns.run_draw', 'visits.note_beginning', 'visits.schedule', 'visits.substitute')))",
)


def upgrade() -> None:
    """Add the tables with their guards; what a bureau may cause in another's scope is one job more."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
