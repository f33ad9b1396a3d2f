"""A row speaks in its own bureau's name and points to its own bureau's rows, whatever the application says (R-T1).

Keys by id and bureau for progress and sessions; triggers that write the bureau's name, keep a thing's publication and a
line's name with their bureau, and let a bureau be on a visit only through its part in the campaign.
"""

from __future__ import annotations

from alembic import op

from migrations.online import index

revision = "0023_own_name"
down_revision = "0022_indexes"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE job ADD CONSTRAINT uq_job_id_tenant_id UNIQUE USING INDEX uq_job_id_tenant_id",
    "ALTER TABLE job_progress DROP CONSTRAINT fk_job_progress_job_id",
    "ALTER TABLE job_progress ADD CONSTRAINT fk_job_progress_job_id_tenant_id FOREIGN KEY (job_id, tenant_id)"
    " REFERENCES job (id, tenant_id) ON DELETE CASCADE NOT VALID",
    "ALTER TABLE user_session DROP CONSTRAINT fk_user_session_user_id",
    "ALTER TABLE user_session ADD CONSTRAINT fk_user_session_user_id_tenant_id FOREIGN KEY (user_id, tenant_id)"
    " REFERENCES user_account (id, tenant_id) ON DELETE CASCADE NOT VALID",
    r"""CREATE OR REPLACE FUNCTION disclosed_by_another(the_kind text, the_subject uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT EXISTS (SELECT FROM public.disclosure d
                WHERE d.kind = the_kind AND d.subject_id = the_subject AND d.tenant_id <> nullif(current_setting('onedoor.tenant', true), '')::uuid)
$body$""",
    r"""GRANT EXECUTE ON FUNCTION disclosed_by_another(text, uuid) TO onedoor_bureau""",
    r"""ALTER FUNCTION disclosed_by_another(text, uuid) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION trace_step_in_own_name() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF current_user <> 'onedoor_definer' THEN
    NEW.bureau_name := coalesce((SELECT b.name FROM public.bureau b WHERE b.id = NEW.tenant_id), '');
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER trace_step_in_own_name BEFORE INSERT ON trace_step FOR EACH ROW EXECUTE FUNCTION trace_step_in_own_name()""",
    r"""CREATE OR REPLACE FUNCTION audit_entry_in_own_name() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF current_user <> 'onedoor_definer' THEN
    NEW.bureau_name := coalesce((SELECT b.name FROM public.bureau b WHERE b.id = NEW.tenant_id), '');
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER audit_entry_in_own_name BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_entry_in_own_name()""",
    r"""CREATE OR REPLACE FUNCTION job_in_own_name() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF current_user <> 'onedoor_definer' THEN
    NEW.bureau_name := coalesce((SELECT b.name FROM public.bureau b WHERE b.id = NEW.sender_id), '');
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER job_in_own_name BEFORE INSERT ON job FOR EACH ROW EXECUTE FUNCTION job_in_own_name()""",
    r"""CREATE OR REPLACE FUNCTION disclosure_in_own_name() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF current_user <> 'onedoor_definer' THEN
    NEW.bureau_name := coalesce((SELECT b.name FROM public.bureau b WHERE b.id = NEW.tenant_id), '');
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER disclosure_in_own_name BEFORE INSERT OR UPDATE ON disclosure FOR EACH ROW EXECUTE FUNCTION disclosure_in_own_name()""",
    r"""CREATE OR REPLACE FUNCTION disclosure_of_own_subject() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF public.disclosed_by_another(NEW.kind, NEW.subject_id) THEN
    RAISE EXCEPTION 'R-O1: another bureau has made this public' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER disclosure_of_own_subject BEFORE INSERT OR UPDATE OF kind, subject_id ON disclosure FOR EACH ROW EXECUTE FUNCTION disclosure_of_own_subject()""",
    r"""CREATE OR REPLACE FUNCTION draw_in_own_line() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF EXISTS (SELECT FROM public.bureau b
              WHERE b.id <> NEW.tenant_id AND starts_with(NEW.line, b.code || '-')) THEN
    RAISE EXCEPTION 'R-T1: this line is named after another bureau' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER draw_in_own_line BEFORE INSERT OR UPDATE OF line ON draw FOR EACH ROW EXECUTE FUNCTION draw_in_own_line()""",
    r"""CREATE OR REPLACE FUNCTION campaign_in_own_line() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF EXISTS (SELECT FROM public.bureau b
              WHERE b.id <> NEW.tenant_id AND starts_with(NEW.code, b.code || '-')) THEN
    RAISE EXCEPTION 'R-T1: this line is named after another bureau' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER campaign_in_own_line BEFORE INSERT OR UPDATE OF code ON campaign FOR EACH ROW EXECUTE FUNCTION campaign_in_own_line()""",
    r"""CREATE OR REPLACE FUNCTION visit_party_takes_part() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF NOT EXISTS (SELECT FROM public.visit v JOIN public.participation p ON p.campaign_id = v.campaign_id
                  WHERE v.id = NEW.visit_id AND p.tenant_id = NEW.bureau_id) THEN
    RAISE EXCEPTION 'R-J5: a bureau is on a visit by its part in the campaign'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER visit_party_takes_part BEFORE INSERT OR UPDATE OF visit_id, bureau_id ON visit_party FOR EACH ROW EXECUTE FUNCTION visit_party_takes_part()""",
)


def upgrade() -> None:
    """Change the keys, then write functions and triggers; the rows that were there are looked at in 0025."""
    # Built beside the traffic, before the constraint that uses it takes its short lock.
    index("uq_job_id_tenant_id", "job (id, tenant_id)", unique=True)
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
