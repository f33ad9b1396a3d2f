"""Who may see and write the tables of this room (access.md, "visit", "record, report, photos")."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import ME, MINE, B, D, Function, P, Trigger, can, owned, supervised
from onedoor.kernel.clock import TODAY_SQL

# The lead and the bureaus with matters at the visit; nobody else. Their ids stand in the visit's row: as
# sets from a function (measured with forty thousand visits) lists took a minute, since nothing is known
# of such a set when a query is planned. What hangs on a visit is seen by whoever sees the visit.
ON_THE_VISIT = f"{MINE} OR {ME} = ANY (party_ids)"
OF_A_READABLE_VISIT = "EXISTS (SELECT FROM visit v WHERE v.id = visit_id)"
READ_AFTER_ACCEPTANCE = f"state = 'accepted' AND {OF_A_READABLE_VISIT}"
OF_A_READABLE_RECORD = "EXISTS (SELECT FROM record r WHERE r.id = record_id)"

access.rules(
    "visit",
    can("visit", B, "select", ON_THE_VISIT),
    can("visit", B, "insert update", MINE),
    supervised("visit"),
)
for _table in ("visit_party", "visit_matter", "visit_member"):
    access.rules(_table, owned(_table), can(_table, B, "select", OF_A_READABLE_VISIT), supervised(_table))
access.rules("code_check", can("code_check", B, "select", OF_A_READABLE_VISIT), supervised("code_check"))
access.rules(
    "visit_part",
    owned("visit_part"),
    can("visit_part", B, "select", OF_A_READABLE_VISIT),
    supervised("visit_part"),
)
access.rules(
    "visit_assistant",
    owned("visit_assistant"),
    can("visit_assistant", B, "select", OF_A_READABLE_VISIT),
    supervised("visit_assistant"),
)
access.rules(
    "record", owned("record"), can("record", B, "select", READ_AFTER_ACCEPTANCE), supervised("record")
)
access.rules(
    "record_item",
    owned("record_item"),
    can("record_item", B, "select", OF_A_READABLE_RECORD),
    supervised("record_item"),
)
# Photos are not for the other parties, and stay as they were submitted (access.md, "record, report, photos").
OF_AN_OPEN_RECORD = (
    f"{MINE} AND EXISTS (SELECT FROM record r WHERE r.id = record_id AND r.state IN ('draft', 'returned'))"
)
access.rules(
    "record_photo",
    can("record_photo", B, "select", MINE),
    can("record_photo", B, "insert", check=OF_AN_OPEN_RECORD),
    can("record_photo", B, "delete", OF_AN_OPEN_RECORD),
    supervised("record_photo"),
)
access.rules(
    "record_submission",
    can("record_submission", B, "select insert", MINE),
    supervised("record_submission"),
)
access.rules(
    "report", owned("report"), can("report", B, "select", OF_A_READABLE_RECORD), supervised("report")
)
access.rules("followup", owned("followup"), supervised("followup"))
# Whoever sees the visit sees what becomes of it; the lead carries out what another bureau decided.
access.rules(
    "substitution",
    can("substitution", B, "select insert update", MINE),
    can("substitution", B, "select", OF_A_READABLE_VISIT),
    supervised("substitution"),
)

access.functions(
    "visits",
    # What anyone with the code may know (R-V2), as one document; the look is counted, and more than sixty
    # a minute from one place are held back.
    Function(
        "check_visit_code(asked text, who text)",
        "jsonb",
        """
        DECLARE
          v public.visit;
        BEGIN
          SELECT * INTO v FROM public.visit WHERE code = asked;
          IF NOT FOUND THEN
            RETURN NULL;
          END IF;
          IF (SELECT count(*) FROM public.code_check c
               WHERE c.visit_id = v.id AND c.origin = who AND c.at > now() - interval '1 minute') >= 60 THEN
            RETURN '{"held_back": true}'::jsonb;
          END IF;
          INSERT INTO public.code_check (id, tenant_id, visit_id, at, origin)
          VALUES (gen_random_uuid(), v.tenant_id, v.id, now(), who);
          RETURN jsonb_build_object(
            'number', v.number, 'entity_name', v.entity_name, 'entity_code', v.entity_code,
            'address', v.entity_address, 'announced', v.announced, 'state', CASE WHEN EXISTS (
                SELECT FROM public.campaign c WHERE c.id = v.campaign_id AND c.state = 'cancelled')
              THEN 'cancelled' ELSE v.state END,
            'starts_on', v.starts_on, 'ends_on', v.ends_on,
            'on', GREATEST(v.scheduled_on, (SELECT max(p.postponed_to) FROM public.visit_part p WHERE p.visit_id = v.id)),
            'cancel_reason', v.cancel_reason, 'cancel_reason_said', v.cancel_reason_said, 'approved_at', v.approved_at,
            'lead', (SELECT b.name FROM public.bureau b WHERE b.id = v.tenant_id),
            'campaign', (SELECT c.name FROM public.campaign c WHERE c.id = v.campaign_id),
            'draw_number', (SELECT d.number FROM public.draw d WHERE d.id = v.draw_id),
            'checks', (SELECT count(*) FROM public.code_check c WHERE c.visit_id = v.id),
            'parties', (SELECT jsonb_agg(jsonb_build_object(
                'bureau', p.bureau_name, 'deferred', p.deferred_reason,
                'submitted', EXISTS (SELECT FROM public.visit_part t WHERE t.visit_id = v.id
                                      AND t.tenant_id = p.bureau_id AND t.submitted_at IS NOT NULL),
                'members', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                    'name', m.name, 'certificate', i.certificate_number, 'leader', m.leader,
                    'expires_on', i.certificate_expires_on,
                    'fit', i.status = 'active' AND i.certificate_expires_on >= @today)
                    ORDER BY m.slot), '[]'::jsonb)
                  FROM public.visit_member m JOIN public.inspector i ON i.id = m.inspector_id
                 WHERE m.visit_id = v.id AND m.bureau_id = p.bureau_id AND m.left_at IS NULL),
                -- Whose names an older notice has: they do not come any more (R-D6). Why is not for the door.
                'left', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                    'name', l.name, 'certificate', l.certificate_number, 'at', l.left_at,
                    'comes', (SELECT n.name FROM public.visit_member n WHERE n.visit_id = v.id AND n.slot = l.slot
                               AND n.since >= l.left_at ORDER BY n.since LIMIT 1))
                    ORDER BY l.left_at, l.slot), '[]'::jsonb)
                  FROM public.visit_member l
                 WHERE l.visit_id = v.id AND l.bureau_id = p.bureau_id AND l.left_at IS NOT NULL),
                'matters', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', a.name, 'basis', a.basis)
                    ORDER BY a.position), '[]'::jsonb)
                  FROM public.visit_matter a WHERE a.visit_id = v.id AND a.bureau_id = p.bureau_id)
                ) ORDER BY p.position) FROM public.visit_party p WHERE p.visit_id = v.id));
        END
        """.replace("@today", TODAY_SQL),
        (P, B),
        language="plpgsql",
        volatility="VOLATILE",
    ),
    # The lots of the firm that is visited, where the draw's lists are not public: its own line and no other (R-D8).
    Function(
        "visit_lots(asked text)",
        "jsonb",
        """
        SELECT jsonb_agg(jsonb_build_object('draw', l.draw_id, 'list', l.list_name, 'object', l.object_code,
                                            'lot', convert_from(l.content, 'UTF8')) ORDER BY l.list_name)
          FROM public.visit v JOIN public.draw_lot l ON l.draw_id = v.draw_id AND l.object_code = v.entity_code || coalesce(':' || v.place_number, '')
         WHERE v.code = asked
        """,
        (P, B),
    ),
    # Whom this bureau is still to visit in a year by draws that are told: they count for its caps before they begin (R-P6). A
    # surprise counts once it has begun, or its pools would tell of it.
    Function(
        "my_visits_to_come(in_year integer)",
        "SETOF text",
        f"""
        SELECT v.entity_code FROM public.visit_party p JOIN public.visit v ON v.id = p.visit_id
          JOIN public.draw d ON d.id = v.draw_id
          LEFT JOIN public.visit_part t ON t.visit_id = v.id AND t.tenant_id = p.bureau_id
         WHERE p.bureau_id = {ME} AND p.deferred_reason IS NULL AND v.state <> 'cancelled' AND v.ends_on >= @today
           AND t.begun_at IS NULL AND extract(year FROM coalesce(t.postponed_to, v.scheduled_on)) = in_year
           AND (NOT d.surprise OR EXISTS (SELECT FROM public.draw_release r WHERE r.draw_id = d.id))
           AND NOT EXISTS (SELECT FROM public.campaign c WHERE c.id = v.campaign_id AND c.state = 'cancelled')
        """.replace("@today", TODAY_SQL),  # noqa: S608 - constants
        (B,),
    ),
    # How many, of the whole deployment and nothing else: what the operator's metrics show.
    Function(
        "missed_deadlines()",
        "TABLE(kind text, number bigint)",
        """
        SELECT 'visit', count(*) FROM public.visit v WHERE v.ends_on < @today AND v.state <> 'cancelled'
          AND EXISTS (SELECT FROM public.visit_party p WHERE p.visit_id = v.id AND p.deferred_reason IS NULL
            AND NOT EXISTS (SELECT FROM public.visit_part t
              WHERE t.visit_id = v.id AND t.tenant_id = p.bureau_id AND t.submitted_at IS NOT NULL))
        UNION ALL
        SELECT 'report', count(*) FROM public.record r WHERE r.report_due_on < @today
          AND NOT EXISTS (SELECT FROM public.report t WHERE t.record_id = r.id AND t.completed_at IS NOT NULL)
        UNION ALL
        SELECT 'disclosure', count(*) FROM public.record r WHERE r.disclose_due_on < @today
          AND NOT EXISTS (SELECT FROM public.disclosure d WHERE d.kind = 'result' AND d.subject_id = r.id
            AND d.tenant_id = r.tenant_id AND d.since <= now() AND (d.until IS NULL OR d.until > now()))
        """.replace("@today", TODAY_SQL),
        (D,),
    ),
)
access.triggers(
    "visits",
    # The lead names who is on a visit; who takes part in the campaign is what they were invited to and drawn for.
    Trigger(
        "visit_party",
        "visit_party_takes_part",
        "BEFORE INSERT OR UPDATE OF visit_id, bureau_id",
        """
        BEGIN
          IF NOT EXISTS (SELECT FROM public.visit v JOIN public.participation p ON p.campaign_id = v.campaign_id
                          WHERE v.id = NEW.visit_id AND p.tenant_id = NEW.bureau_id) THEN
            RAISE EXCEPTION 'R-J5: a bureau is on a visit by its part in the campaign'
              USING ERRCODE = 'insufficient_privilege';
          END IF;
          RETURN NEW;
        END
        """,
    ),
    # R-T5: the unit's word, by another than who asked (the approval's own guard sees to that), and once.
    Trigger(
        "substitution",
        "substitution_is_decided",
        "BEFORE INSERT OR UPDATE",
        """
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
        """,
    ),
    # draw.md: no object is substituted but on the word of the bureau whose list drew it.
    Trigger(
        "draw_change",
        "draw_change_was_decided",
        "BEFORE INSERT",
        """
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
        """,
    ),
)
