"""A time announced to the room of a draw, and kept; what of a draw passes, for whoever watches it."""

from __future__ import annotations

from alembic import op

revision = "0033_countdown"
down_revision = "0032_surprise"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    r"""CREATE TABLE draw_countdown (
    draw_id UUID NOT NULL,
    stage TEXT NOT NULL,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    set_at TIMESTAMP WITH TIME ZONE NOT NULL,
    set_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_draw_countdown PRIMARY KEY (id),
    CONSTRAINT fk_draw_countdown_draw_id_tenant_id FOREIGN KEY(draw_id, tenant_id) REFERENCES draw (id, tenant_id),
    CONSTRAINT ck_draw_countdown_stage CHECK (stage IN ('texts', 'reveals')),
    CONSTRAINT fk_draw_countdown_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_draw_countdown_draw_id ON draw_countdown (draw_id)",
    "CREATE INDEX ix_draw_countdown_tenant_id ON draw_countdown (tenant_id)",
    r"""CREATE OR REPLACE FUNCTION draw_moment(the_draw uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT jsonb_build_object(
  'until', (SELECT max(c.until) FROM public.draw_countdown c
             WHERE c.draw_id = d.id
               AND c.stage = CASE d.state WHEN 'open' THEN 'texts' WHEN 'closed' THEN 'reveals' END),
  'progress', (SELECT jsonb_build_object('done', p.done, 'total', p.total, 'note', p.note)
                 FROM public.job j JOIN public.job_progress p ON p.job_id = j.id
                WHERE j.subject_id = d.id AND j.name = 'campaigns.run_draw' AND j.state = 'running'
                ORDER BY j.created_at DESC LIMIT 1))
  FROM public.draw d
 WHERE d.id = the_draw AND public.draw_board(d.id) IS NOT NULL
$body$""",
    "GRANT EXECUTE ON FUNCTION draw_moment(uuid) TO onedoor_bureau, onedoor_public",
    "ALTER FUNCTION draw_moment(uuid) OWNER TO onedoor_definer",
    "ALTER TABLE draw_countdown ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE draw_countdown FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON draw_countdown TO onedoor_definer",
    "GRANT SELECT ON draw_countdown TO onedoor_bureau",
    "CREATE POLICY draw_countdown_bureau_select_0 ON draw_countdown FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))",
    "GRANT INSERT ON draw_countdown TO onedoor_bureau",
    "CREATE POLICY draw_countdown_bureau_insert_1 ON draw_countdown FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id AND d.state IN ('frozen', 'open', 'closed')))",
    "GRANT SELECT ON draw_countdown TO onedoor_supervisor",
    "CREATE POLICY draw_countdown_supervisor_select_2 ON draw_countdown FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM draw d WHERE d.id = draw_id))",
    r"""CREATE OR REPLACE FUNCTION draw_countdown_is_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF EXISTS (SELECT 1 FROM public.draw_countdown c
              WHERE c.draw_id = NEW.draw_id AND c.stage = NEW.stage AND c.until > NEW.until) THEN
    RAISE EXCEPTION 'a time that was announced to the room does not become earlier';
  END IF;
  RETURN NEW;
END
$body$""",
    "CREATE TRIGGER draw_countdown_is_kept BEFORE INSERT ON draw_countdown FOR EACH ROW EXECUTE FUNCTION draw_countdown_is_kept()",
    "SET LOCAL ROLE onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION witness_say(the_token text, the_text text) RETURNS text LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
  i public.witness_invitation;
  d public.draw;
  answer text;
BEGIN
  SELECT * INTO i FROM public.witness_invitation
   WHERE token_digest = encode(sha256(convert_to(the_token, 'UTF8')), 'hex');
  IF NOT FOUND THEN
    RETURN 'unknown';
  END IF;
  SELECT * INTO d FROM public.draw WHERE id = i.draw_id FOR UPDATE;
  answer := CASE
    WHEN i.expires_at <= now() THEN 'expired'
    WHEN (SELECT count(*) FROM public.witness_attempt a WHERE a.invitation_id = i.id) >= 20 THEN 'too often'
    WHEN d.state = 'frozen' THEN 'early'
    WHEN d.state <> 'open' THEN 'closed'
    WHEN clock_timestamp() >= (SELECT max(c.until) FROM public.draw_countdown c
                                WHERE c.draw_id = d.id AND c.stage = 'texts') THEN 'closed'
    WHEN EXISTS (SELECT 1 FROM public.witness_text t WHERE t.invitation_id = i.id) THEN 'spoken'
    WHEN the_text = '' OR char_length(the_text) > 200 OR the_text ~ E'[\u0001-\u001f\u007f-\u009f]'
         OR the_text IS NOT NFC NORMALIZED THEN 'unfit'
    ELSE 'taken' END;
  IF answer <> 'too often' THEN
    INSERT INTO public.witness_attempt (tenant_id, invitation_id, at, outcome)
    VALUES (i.tenant_id, i.id, now(), answer);
  END IF;
  IF answer = 'taken' THEN
    INSERT INTO public.witness_text (tenant_id, draw_id, invitation_id, position, who, text, at)
    SELECT i.tenant_id, d.id, i.id, count(*) + 1, i.who, the_text, now()
      FROM public.witness_text t WHERE t.draw_id = d.id;
  END IF;
  RETURN answer;
END
$body$""",
    "RESET ROLE",
)


def upgrade() -> None:
    """Add the table, its function and its guard; a text after the announced time is late."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
