"""Entities that are one (R-T4): who may say so, and how the database makes whatever hangs on them follow, in every bureau.

A keeper cannot write other bureaus' rows; so they are moved by a function that runs only right after the keeper's own
merge, and each step of it is kept, for the trace and for taking it back (`unmerging`). Draws, visits, results and the
ledger are not touched: they keep the code under which they were made, and who counts goes by `queries.merges`.
"""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import ME, MINE, B, Function, S, can
from onedoor.kernel.clock import TODAY_SQL
from onedoor.registry.rules.exits import MERGED

_BOTH_MINE = (
    f"{MINE} AND 2 = (SELECT count(*) FROM entity e WHERE e.id IN (gone_id, survivor_id)"  # noqa: S608
    " AND e.kind = ANY (ARRAY(SELECT my_entity_kinds())))"
)
_LASTS = f"(r.until IS NULL OR r.until >= {TODAY_SQL})"


def _steps(part: str, found: str, how: str, said: str = "'{}'::jsonb", shared: str = "false") -> str:
    """Keep what is done with each row of `found`, which has the row's own columns and, as `made`, what stands for it."""
    return f"""
          INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
          SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, '{part}', f.id, f.made, {how}, {shared}, {said}
            FROM {found} f"""  # noqa: S608 - our own names


def _done(part: str, how: str) -> str:
    return (
        f"SELECT 1 FROM public.merge_step d WHERE d.merge_id = m.id AND d.part = '{part}' AND d.how = '{how}'"  # noqa: S608
    )


def highest_number(entity: str) -> str:
    """The highest number that a place of `entity`, an expression, ever had, also one that a merge took there or away, or a
    load brought that was taken back: a number is never given twice, not even after the merge was taken back. 0 without any."""
    return f"""coalesce(greatest(
                     (SELECT max(q.number) FROM public.premises q WHERE q.entity_id = {entity}),
                     (SELECT max((b.before ->> 'number')::integer) FROM public.belonging_change b
                       WHERE b.entity_id = {entity} AND b.part = 'premises' AND b.what = 'removed'),
                     (SELECT max((s.said ->> CASE x.survivor_id WHEN {entity} THEN 'now' ELSE 'number' END)::integer)
                        FROM public.merge_step s JOIN public.entity_merge x ON x.id = s.merge_id
                       WHERE s.part = 'premises' AND {entity} IN (x.survivor_id, x.gone_id))), 0)"""  # noqa: S608


def entry(event: str, said: str, found: str) -> str:
    """An entry in the log of each bureau of `found`, which has its `tenant_id` and how many `steps`, of the merge `m`."""
    return f"""
          INSERT INTO public.audit_entry (id, tenant_id, at, actor_name, bureau_name, role, origin, request, event,
                 subject_kind, subject_id, subject_name, after)
          SELECT gen_random_uuid(), f.tenant_id, now(), m.actor_name, b.name, 'onedoor_bureau', 'together', '', '{event}',
                 'entity', e.id, e.name, jsonb_build_object('{said}', g.code, 'count', f.steps)
            FROM ({found}) f,
                 public.bureau b, public.entity e, public.entity g
           WHERE b.id = m.tenant_id AND e.id = m.survivor_id AND g.id = gone;"""  # noqa: S608


def told(event: str, said: str, counted: str) -> str:
    """An entry in the log of each other bureau whose rows the merge `m` touched, in the same commit (R-T6)."""
    return entry(
        event,
        said,
        f"""SELECT s.tenant_id, count(*) AS steps FROM public.merge_step s
                   WHERE s.merge_id = m.id AND s.tenant_id <> m.tenant_id AND {counted} GROUP BY s.tenant_id""",  # noqa: S608
    )


def targets(whose: str = "", unless: str = "") -> str:
    """Targets at `gone` end and the survivor is listed in their stead: all, or `whose` (a condition on `t`). A step is kept
    of each `unless` (a condition on `o`) one is there already; `listed` is how many were kept."""
    return f"""
          WITH former AS (
            UPDATE public.target t SET ended_on = {TODAY_SQL}, ended_reason = '{MERGED}'
             WHERE t.entity_id = gone AND t.ended_on IS NULL{whose} RETURNING t.id, t.tenant_id, t.rule_id, t.unit_id),
          fresh AS (
            INSERT INTO public.target (id, tenant_id, entity_id, rule_id, unit_id, listed_on)
            SELECT gen_random_uuid(), o.tenant_id, stays, o.rule_id, o.unit_id, {TODAY_SQL} FROM former o
                ON CONFLICT (tenant_id, entity_id) WHERE ended_on IS NULL DO NOTHING RETURNING id, tenant_id),
          found AS (
            SELECT o.id, o.tenant_id, coalesce(n.id, t.id) AS made, n.id IS NULL AS there
              FROM former o LEFT JOIN fresh n ON n.tenant_id = o.tenant_id
              LEFT JOIN public.target t ON t.tenant_id = o.tenant_id AND t.entity_id = stays AND t.ended_on IS NULL{unless})
{_steps("target", "found", "CASE WHEN f.there THEN 'kept' ELSE 'moved' END")};
          GET DIAGNOSTICS listed = ROW_COUNT;"""  # noqa: S608


_RECUSALS = f"""
          WITH found AS (
            SELECT r.*, s.code AS stays_code, gen_random_uuid() AS made FROM public.recusal r
              JOIN public.entity g ON g.id = gone AND r.entity_code = g.code
              JOIN public.entity s ON s.id = stays
             WHERE {_LASTS} AND NOT EXISTS (
               SELECT FROM public.recusal o WHERE o.inspector_id = r.inspector_id AND o.entity_code = s.code
                  AND {_LASTS.replace("r.", "o.")})),
          fresh AS (
            INSERT INTO public.recusal
              (id, tenant_id, inspector_id, entity_code, reason_code, reason, since, until, created_at)
            SELECT f.made, f.tenant_id, f.inspector_id, f.stays_code, f.reason_code, f.reason, f.since, f.until, now()
              FROM found f)
{_steps("recusal", "found", "'copied'")};"""  # noqa: S608
_TAGS = f"""
          WITH found AS (
            SELECT g.*, gen_random_uuid() AS made FROM public.entity_tag g
             WHERE g.entity_id = gone AND NOT EXISTS (
               SELECT FROM public.entity_tag o WHERE o.entity_id = stays AND o.tag_id = g.tag_id)),
          fresh AS (
            INSERT INTO public.entity_tag (id, tenant_id, tag_id, entity_id, shared, name, at)
            SELECT f.made, f.tenant_id, f.tag_id, stays, f.shared, f.name, now() FROM found f)
{_steps("entity_tag", "found", "'copied'", "jsonb_build_object('name', f.name)", "f.shared")};"""  # noqa: S608
# At the same address under the same name, or one of them under none, it is the same place; a number is never given twice.
_PREMISES = f"""
          WITH found AS (
            SELECT p.id, p.tenant_id, p.number, p.address, o.id AS made, o.number AS at_stays FROM public.premises p
              JOIN LATERAL (
                SELECT q.id, q.number FROM public.premises q
                 WHERE q.entity_id = stays AND btrim(q.address) = btrim(p.address)
                   AND (q.name = p.name OR '' IN (q.name, p.name)) AND (q.closed_on IS NULL OR p.closed_on IS NOT NULL)
                 ORDER BY q.closed_on IS NOT NULL, q.number LIMIT 1) o ON true
             WHERE p.entity_id = gone)
{_steps("premises", "found", "'kept'", "jsonb_build_object('number', f.number, 'now', f.at_stays, 'address', f.address)", "true")};
          WITH found AS (
            SELECT p.id, p.tenant_id, p.number, p.address, NULL::uuid AS made,
                   row_number() OVER (ORDER BY p.number) + {highest_number("stays")} AS at_stays
              FROM public.premises p
             WHERE p.entity_id = gone AND NOT EXISTS ({_done("premises", "kept")} AND d.part_id = p.id)),
          moved AS (
            UPDATE public.premises p SET entity_id = stays, number = f.at_stays, updated_at = now()
              FROM found f WHERE p.id = f.id)
{_steps("premises", "found", "'moved'", "jsonb_build_object('number', f.number, 'now', f.at_stays, 'address', f.address)", "true")};"""  # noqa: S608
_LICENCES = f"""
          WITH found AS (
            SELECT l.id, l.tenant_id, l.kind, l.number, l.valid_to, o.id AS made FROM public.licence l
              JOIN public.licence o ON o.entity_id = stays AND o.kind = l.kind AND o.number = l.number
                   AND o.issued_by = l.issued_by
             WHERE l.entity_id = gone)
{_steps("licence", "found", "'kept'", "jsonb_build_object('kind', f.kind, 'number', f.number, 'valid_to', f.valid_to)", "true")};
          WITH found AS (
            SELECT l.id, l.tenant_id, l.kind, l.number, l.premises_number AS place, NULL::uuid AS made,
                   (SELECT (s.said ->> 'now')::integer FROM public.merge_step s WHERE s.merge_id = m.id
                       AND s.part = 'premises' AND (s.said ->> 'number')::integer = l.premises_number) AS at_stays
              FROM public.licence l
             WHERE l.entity_id = gone AND NOT EXISTS ({_done("licence", "kept")} AND d.part_id = l.id)),
          moved AS (
            UPDATE public.licence l SET entity_id = stays, premises_number = f.at_stays, updated_at = now()
              FROM found f WHERE l.id = f.id)
{_steps("licence", "found", "'moved'", "jsonb_build_object('kind', f.kind, 'number', f.number, 'place', f.place, 'now', f.at_stays)", "true")};"""  # noqa: S608
_CONTACTS = f"""
          WITH found AS (
            SELECT c.id, c.tenant_id, o.id AS made FROM public.entity_contact c
              LEFT JOIN public.entity_contact o ON o.tenant_id = c.tenant_id AND o.entity_id = stays
             WHERE c.entity_id = gone),
          moved AS (
            UPDATE public.entity_contact c SET entity_id = stays FROM found f WHERE c.id = f.id AND f.made IS NULL)
{_steps("entity_contact", "found", "CASE WHEN f.made IS NULL THEN 'moved' ELSE 'kept' END")};"""  # noqa: S608
# What somebody set by hand stands before what was computed.
_RISKS = f"""
          WITH found AS (
            SELECT r.*, o.id AS other, o.level AS other_level, CASE WHEN o.id IS NULL THEN 'moved'
                   WHEN r.by_hand AND NOT o.by_hand THEN 'replaced' ELSE 'kept' END AS how
              FROM public.target_risk r
              LEFT JOIN public.target_risk o ON o.tenant_id = r.tenant_id AND o.entity_id = stays AND o.until IS NULL
             WHERE r.entity_id = gone AND r.until IS NULL),
          named AS (
            SELECT f.id, f.tenant_id, f.how, f.level, f.other, f.other_level,
                   CASE f.how WHEN 'kept' THEN f.other ELSE gen_random_uuid() END AS made FROM found f)
{_steps("target_risk", "named", "f.how", "jsonb_build_object('level', f.level, 'other', f.other, 'other_level', f.other_level)")};
          UPDATE public.target_risk r SET until = now() FROM public.merge_step s
           WHERE s.merge_id = m.id AND s.part = 'target_risk'
             AND (r.id = s.part_id OR s.how = 'replaced' AND r.id = (s.said ->> 'other')::uuid);
          INSERT INTO public.target_risk
            (id, tenant_id, entity_id, level, score, factors, by_hand, reason, since, actor_name)
          SELECT s.made_id, r.tenant_id, stays, r.level, r.score, r.factors, r.by_hand, r.reason, now(), r.actor_name
            FROM public.merge_step s JOIN public.target_risk r ON r.id = s.part_id
           WHERE s.merge_id = m.id AND s.part = 'target_risk' AND s.how <> 'kept';"""  # noqa: S608
# A place takes along what lists it (the key to `premises`); of one that the survivor had, that one is listed instead, once.
_PLACES = f"""
          WITH found AS (
            SELECT t.id, t.tenant_id, t.premises_id, d.made_id AS place, coalesce(nullif(p.name, ''), p.address) AS name, NULL::uuid AS made, o.id IS NULL
                   AND row_number() OVER (PARTITION BY t.tenant_id, d.made_id ORDER BY t.listed_on, t.id) = 1 AS goes
              FROM public.target_matter t
              JOIN public.merge_step d ON d.merge_id = m.id AND d.part = 'premises' AND d.how = 'kept' AND d.part_id = t.premises_id
              JOIN public.premises p ON p.id = d.made_id
              LEFT JOIN public.target_matter o ON o.tenant_id = t.tenant_id AND o.premises_id = d.made_id AND o.ended_on IS NULL
             WHERE t.entity_id = gone AND t.ended_on IS NULL),
          moved AS (
            UPDATE public.target_matter t
               SET (entity_id, premises_id) = (SELECT stays, f.place WHERE f.goes UNION ALL SELECT gone, f.premises_id WHERE NOT f.goes),
                   ended_on = CASE WHEN NOT f.goes THEN {TODAY_SQL} END, ended_reason = CASE WHEN NOT f.goes THEN '{MERGED}' END
              FROM found f WHERE t.id = f.id)
{_steps("target_matter", "found", "CASE WHEN f.goes THEN 'moved' ELSE 'kept' END", "jsonb_build_object('name', f.name, 'premises', f.premises_id)")};"""  # noqa: S608
_MATTERS = f"""
          WITH found AS (
            SELECT t.id, t.tenant_id, t.name, (
                SELECT o.id FROM public.target_matter o
                 WHERE o.tenant_id = t.tenant_id AND o.entity_id = stays AND o.ended_on IS NULL
                   AND (o.kind, o.name, o.number) = (t.kind, t.name, t.number) LIMIT 1) AS made
              FROM public.target_matter t
             WHERE t.entity_id = gone AND t.ended_on IS NULL AND t.premises_id IS NULL),
          moved AS (
            UPDATE public.target_matter t
               SET entity_id = CASE WHEN f.made IS NULL THEN stays ELSE t.entity_id END,
                   ended_on = CASE WHEN f.made IS NULL THEN NULL ELSE {TODAY_SQL} END,
                   ended_reason = CASE WHEN f.made IS NULL THEN NULL ELSE '{MERGED}' END
              FROM found f WHERE t.id = f.id)
{_steps("target_matter", "found", "CASE WHEN f.made IS NULL THEN 'moved' ELSE 'kept' END", "jsonb_build_object('name', f.name)")};"""  # noqa: S608
# Nobody's class grows better by being there twice.
_CLASSES = f"""
          WITH found AS (
            SELECT c.*, o.id AS other, o.grade AS other_grade, CASE WHEN o.id IS NULL THEN 'moved'
                   WHEN c.grade > o.grade THEN 'replaced' ELSE 'kept' END AS how
              FROM public.credit_class c
              LEFT JOIN public.credit_class o ON o.entity_id = stays AND o.until IS NULL
             WHERE c.entity_id = gone AND c.until IS NULL),
          named AS (
            SELECT f.id, f.tenant_id, f.how, f.grade, f.other, f.other_grade,
                   CASE f.how WHEN 'kept' THEN f.other ELSE gen_random_uuid() END AS made FROM found f)
{_steps("credit_class", "named", "f.how", "jsonb_build_object('grade', f.grade, 'other', f.other, 'other_grade', f.other_grade)", "true")};
          UPDATE public.credit_class c SET until = {TODAY_SQL} FROM public.merge_step s
           WHERE s.merge_id = m.id AND s.part = 'credit_class' AND s.how = 'replaced'
             AND c.id = (s.said ->> 'other')::uuid;
          INSERT INTO public.credit_class (id, tenant_id, entity_id, grade, facts, since)
          SELECT s.made_id, c.tenant_id, stays, c.grade, c.facts, {TODAY_SQL}
            FROM public.merge_step s JOIN public.credit_class c ON c.id = s.part_id
           WHERE s.merge_id = m.id AND s.part = 'credit_class' AND s.how <> 'kept';"""  # noqa: S608
# That one of the two has ceased, or is another by its code, says nothing of the other: what was proposed of that is
# answered where it stands.
_CORRECTIONS = f"""
          WITH found AS (
            SELECT c.id, c.tenant_id, c.field, (
                SELECT o.id FROM public.correction o WHERE o.tenant_id = c.tenant_id AND o.entity_id = stays
                   AND o.state = 'sent' AND o.field = c.field LIMIT 1) AS made
              FROM public.correction c WHERE c.entity_id = gone AND c.state = 'sent'
               AND c.field NOT IN ('status', 'code', 'kind', 'merge')),
          moved AS (
            UPDATE public.correction c SET entity_id = stays FROM found f WHERE c.id = f.id AND f.made IS NULL)
{_steps("correction", "found", "CASE WHEN f.made IS NULL THEN 'moved' ELSE 'kept' END", "jsonb_build_object('field', f.field)")};"""  # noqa: S608

# Whoever reads an entity reads what it was merged into; only the keeper of both merges, and takes it back (R-T4).
access.rules(
    "entity_merge",
    can("entity_merge", B, "select"),
    can("entity_merge", S, "select"),
    can("entity_merge", B, "insert", check=_BOTH_MINE),
    can("entity_merge", B, "update", _BOTH_MINE, columns=("undone_at", "undone_by", "undone_reason")),
)
# A bureau reads what became of its own rows, and everybody of what all share; only the functions write.
access.rules(
    "merge_step",
    can("merge_step", B, "select", f"{MINE} OR shared"),
    can("merge_step", S, "select", "shared"),
)
access.functions(
    "registry",
    Function(
        "follow_merge(gone uuid)",
        "bigint",
        f"""
        DECLARE
          m public.entity_merge;
          stays uuid;
          listed bigint;
        BEGIN
          SELECT * INTO m FROM public.entity_merge x WHERE x.gone_id = gone AND x.tenant_id = {ME}
             AND x.undone_at IS NULL AND x.xmin = pg_current_xact_id()::xid;
          IF NOT FOUND THEN
            RAISE EXCEPTION 'R-T4: nothing was merged here';
          END IF;
          stays := m.survivor_id;
{targets()}{_RECUSALS}{_TAGS}{_PREMISES}{_LICENCES}{_CONTACTS}{_RISKS}{_PLACES}{_MATTERS}{_CLASSES}{_CORRECTIONS}
{told("registry.entity.merge", "merged", "true")}
          RETURN listed;
        END
        """,  # noqa: S608
        (B,),
        language="plpgsql",
        volatility="VOLATILE",
    ),
)
