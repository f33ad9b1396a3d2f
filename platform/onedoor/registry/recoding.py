"""Codes that were corrected (R-T4): which entity bore one before, and how what names it by its code follows in every bureau.

Draws, visits, results and the ledger keep the code under which they were made; who counts goes by `queries.merges`.
"""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import ME, B, Function, P, S
from onedoor.registry.models.history import OF_A_CODE

# Each former code once, with the entity that bore it last and until when; what another bears by now speaks for that one.
FORMER = "public.former_codes()"

access.functions(
    "registry",
    Function(
        "former_codes()",
        "TABLE (code text, id uuid, at timestamptz)",
        f"""
        SELECT DISTINCT ON (c.before ->> 'code') c.before ->> 'code', c.entity_id, c.at
          FROM public.entity_change c
         WHERE {OF_A_CODE} AND NOT EXISTS (SELECT FROM public.entity e WHERE e.code = c.before ->> 'code')
         ORDER BY c.before ->> 'code', c.at DESC
        """,  # noqa: S608 - our own names
        (B, S),
    ),
    # Right after the keeper's own correction, and of that alone: recusals in every bureau, with an entry in its log.
    Function(
        "follow_code(asked uuid, former text, actor text)",
        "bigint",
        f"""
        DECLARE
          fresh text;
          moved bigint;
        BEGIN
          SELECT e.code INTO fresh FROM public.entity e JOIN public.entity_change c ON c.entity_id = e.id
           WHERE e.id = asked AND c.tenant_id = {ME} AND c.at = now() AND c.what = 'changed'
             AND c.before ->> 'code' = former AND c.after ->> 'code' = e.code LIMIT 1;
          IF NOT FOUND THEN
            RAISE EXCEPTION 'R-T4: no code was corrected here';
          END IF;
          WITH recused AS (
            UPDATE public.recusal r SET entity_code = fresh WHERE r.entity_code = former RETURNING r.tenant_id),
          waiting AS (
            UPDATE public.inspector_request r SET entity_code = fresh
             WHERE r.entity_code = former AND r.state = 'waiting' RETURNING r.tenant_id),
          touched AS (
            SELECT t.tenant_id, count(*) AS steps
              FROM (SELECT tenant_id FROM recused UNION ALL SELECT tenant_id FROM waiting) t GROUP BY t.tenant_id),
          told AS (
            INSERT INTO public.audit_entry (id, tenant_id, at, actor_name, bureau_name, role, origin, request, event,
                   subject_kind, subject_id, subject_name, before, after)
            SELECT gen_random_uuid(), f.tenant_id, now(), actor, b.name, 'onedoor_bureau', 'together', '',
                   'registry.entity.code', 'entity', e.id, e.name, jsonb_build_object('code', former),
                   jsonb_build_object('code', fresh, 'count', f.steps)
              FROM touched f, public.bureau b, public.entity e
             WHERE f.tenant_id <> {ME} AND b.id = {ME} AND e.id = asked)
          SELECT coalesce(sum(f.steps), 0) INTO moved FROM touched f;
          RETURN moved;
        END
        """,  # noqa: S608 - our own names
        (B,),
        language="plpgsql",
        volatility="VOLATILE",
    ),
    # In how many bureaus' libraries an entity is, for who keeps it: what a merge moves is said before (R-T4).
    Function(
        "libraries_with(asked uuid)",
        "bigint",
        """
        SELECT count(DISTINCT t.tenant_id) FROM public.target t JOIN public.entity e ON e.id = t.entity_id
         WHERE t.entity_id = asked AND t.ended_on IS NULL AND e.kind = ANY (ARRAY(SELECT public.my_entity_kinds()))
        """,
        (B,),
    ),
    # For the public, who reads nothing of the register: the codes of one firm, of which something is public now.
    Function(
        "codes_of_firm(asked text)",
        "TABLE (code text, stands boolean)",
        f"""
        WITH RECURSIVE up AS (
          SELECT e.id FROM public.entity e WHERE e.code = asked
          UNION
          SELECT o.id FROM {FORMER} o WHERE o.code = asked
          UNION
          SELECT m.survivor_id FROM public.entity_merge m JOIN up ON m.gone_id = up.id WHERE m.undone_at IS NULL),
        top AS (
          SELECT u.id FROM up u
           WHERE NOT EXISTS (SELECT FROM public.entity_merge m WHERE m.gone_id = u.id AND m.undone_at IS NULL)),
        family AS (
          SELECT t.id FROM top t
          UNION
          SELECT m.gone_id FROM public.entity_merge m JOIN family f ON m.survivor_id = f.id WHERE m.undone_at IS NULL),
        named AS (SELECT e.code, e.id IN (SELECT t.id FROM top t) AS stands FROM family f JOIN public.entity e ON e.id = f.id
          UNION SELECT o.code, false FROM family f JOIN {FORMER} o ON o.id = f.id)
        SELECT n.code, n.stands FROM named n
         WHERE EXISTS (SELECT FROM named o JOIN public.disclosure d ON d.entity_code = o.code
                        WHERE d.kind = 'result' AND d.since <= now() AND (d.until IS NULL OR d.until > now()))
        """,  # noqa: S608
        (P,),
    ),
)
