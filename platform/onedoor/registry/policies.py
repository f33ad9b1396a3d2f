"""Who may see and write the tables of this room (access.md)."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import ME, MINE, SUPERVISED, B, Computed, Function, S, can, owned, supervised
from onedoor.kernel.clock import TODAY_SQL
from onedoor.kernel.codes import EntityKind
from onedoor.kernel.sealed import sealed
from onedoor.registry import belongings as belongings
from onedoor.registry import history as history
from onedoor.registry import late_listing as late_listing
from onedoor.registry import merges as merges
from onedoor.registry import recoding as recoding
from onedoor.registry import relisting as relisting
from onedoor.registry import unmerging as unmerging
from onedoor.registry import vocabulary as vocabulary
from onedoor.registry import weighing as weighing

_MY_KINDS = "kind = ANY (ARRAY(SELECT my_entity_kinds()))"
_KINDS = "ARRAY[" + ",".join(f"'{kind}'" for kind in EntityKind) + "]"

# What a keeper may change of an entity: not who entered it and when. Its code and its kind are corrected
# (`service.recoding`); only its code gives an entity to another keeper.
_CHANGED = (
    "code", "name", "kind", "status", "status_since", "status_note", "jurisdiction_code", "address", "scope",
    "entity_type", "industry", "registered_on", "capital", "province", "region", "sort_key", "initials",
    "updated_at",
)  # fmt: skip
# Of this bureau's trade and place, and in no bureau's library (R-L6). By IS TRUE the place is asked of each firm as it is
# met, in the order of the index: searched by place, a city's million took eight times as long.
_UNCOVERED = f"""e.status IN ('active', 'suspended')
           AND e.kind = ANY (ARRAY(
             SELECT pg_catalog.unnest(b.entity_kinds) FROM public.bureau b WHERE b.id = {ME}
             UNION SELECT pg_catalog.unnest(i.object_kinds) FROM public.item i
              WHERE i.{MINE} AND i.state = 'published'))
           AND (e.jurisdiction_code IN (
             WITH RECURSIVE places AS (
               SELECT b.jurisdiction_code AS code FROM public.bureau b WHERE b.id = {ME}
               UNION
               SELECT j.code FROM public.jurisdiction j JOIN places p ON j.parent_code = p.code)
             SELECT code FROM places)) IS TRUE
           AND NOT EXISTS (SELECT FROM public.target t WHERE t.entity_id = e.id AND t.ended_on IS NULL)"""  # noqa: S608

access.shared(
    "entity",
    "one register for all bureaus; the keepers of a kind write it (R-T4)",
    can("entity", B, "select"),
    can("entity", B, "insert", _MY_KINDS),
    can("entity", B, "update", _MY_KINDS, check=f"{_MY_KINDS} OR kind = left(code, 2)", columns=_CHANGED),
    can("entity", S, "select"),
    # Taking back what a load of one's own added, and nothing else (`service.undoing`).
    can(
        "entity",
        B,
        "delete",
        f"{_MY_KINDS} AND EXISTS (SELECT 1 FROM entity_change c WHERE c.entity_id = entity.id"  # noqa: S608
        f" AND c.what = 'added' AND c.import_id IS NOT NULL AND c.{MINE})",
    ),
)
access.rules("entity_contact", owned("entity_contact", deletable=True))
access.rules(
    "item_list",
    owned("item_list"),
    # access.md: drafts, and what is with the head or was returned, are the bureau's own.
    can("item_list", S, "select", f"{SUPERVISED} AND state = 'published'"),
    can("item_list", B, "select", "state = 'published'"),
)
access.rules(
    "item",
    owned("item", deletable=True),
    can("item", B, "select", "state <> 'draft'"),
    can("item", S, "select", "state <> 'draft'"),
)
# Who is only proposed is not in the library yet, and nobody else's to see (R-L9).
access.rules(
    "inspector",
    owned("inspector"),
    can("inspector", B, "select", "status <> 'proposed'"),
    can("inspector", S, "select", "status <> 'proposed'"),
    # Taking back what a load of one's own added, while they never entered (`service.undo_officers`).
    can("inspector", B, "delete", f"{MINE} AND status = 'proposed'"),
)
access.rules("inspector_proposal", owned("inspector_proposal"))
access.rules(
    "inspector_proposal_line",
    owned("inspector_proposal_line"),
    can(
        "inspector_proposal_line",
        B,
        "delete",
        f"{MINE} AND EXISTS (SELECT FROM inspector i WHERE i.id = inspector_id AND i.status = 'proposed')",
    ),
)
access.rules(
    "item_template",
    owned("item_template"),
    can("item_template", B, "select"),
    can("item_template", S, "select"),
)
access.rules("inspector_private", owned("inspector_private", deletable=True))
access.rules("recusal", owned("recusal", deletable=True))
# R-T4: justice, which supervises in every domain, keeps the certificates; every bureau selects its officers from them.
_JUSTICE = (
    f"{MINE} AND EXISTS (SELECT FROM public.supervision_grant g WHERE g.bureau_id = {ME} AND g.domain = 'all'"
    f" AND g.since <= {TODAY_SQL} AND (g.until IS NULL OR g.until >= {TODAY_SQL}))"
)
access.rules(
    "certificate",
    can("certificate", B, "select"),
    can("certificate", S, "select"),
    can("certificate", B, "insert", _JUSTICE),
    can("certificate", B, "update", _JUSTICE),
    # Taking back a load (`service.undo_officers`).
    can("certificate", B, "delete", _JUSTICE),
)
access.rules("expert", owned("expert", deletable=True), supervised("expert"))
access.rules("expert_notice", can("expert_notice", B, "select insert", MINE))
access.rules("inspector_leave", owned("inspector_leave"))
access.rules("certificate_notice", can("certificate_notice", B, "select insert", MINE))
access.rules("inspector_request", owned("inspector_request"))
# access.md: "work lead, liaison, leading group, training". The contact is opened for the bureau alone (R-T7).
access.rules(
    "duty",
    owned("duty"),
    can(
        "duty",
        S,
        "select",
        SUPERVISED,
        columns=(
            "id", "tenant_id", "role", "name", "post", "document", "since", "until", "noted_at", "noted_by",
        ),
    ),
)  # fmt: skip
access.rules("training", owned("training", deletable=True), supervised("training"))
access.rules("training_place", owned("training_place", deletable=True), supervised("training_place"))
# Of what a keeper's file had, whoever has it in a library says that it is not stale.
access.rules(
    "register_confirmation",
    can("register_confirmation", B, "select"),
    can("register_confirmation", B, "insert delete", MINE),
)
access.rules("quality_review", can("quality_review", B, "select insert", MINE))
access.rules("quality_finding", can("quality_finding", B, "select insert delete", MINE))
access.rules("duplicate_pair", owned("duplicate_pair", deletable=True))
access.rules(
    "rulebook",
    owned("rulebook"),
    can("rulebook", B, "select", "state <> 'draft'"),
    can("rulebook", S, "select", "state <> 'draft'"),
    # What was in force stays for good; a draft is thrown away (`service.rulebooks`).
    can("rulebook", B, "delete", f"{MINE} AND state = 'draft'"),
)
access.rules("target_rule", owned("target_rule", deletable=True), supervised("target_rule"))
access.rules("target", owned("target"), supervised("target"))
access.rules("library_update", owned("library_update"), supervised("library_update"))
access.rules("bulk_run", owned("bulk_run"))
access.rules("bulk_row", owned("bulk_row", deletable=True))
access.rules("import", owned("import", deletable=True))
access.rules("import_problem", owned("import_problem", deletable=True))
access.rules("import_row", owned("import_row", deletable=True))
access.rules("import_part", owned("import_part", deletable=True))
access.rules("import_chunk", owned("import_chunk", deletable=True))
access.rules("import_mapping", owned("import_mapping", deletable=True))

access.computed(
    "registry",
    # What the index of the search is made of: see rules/search.py.
    Computed(
        "entity_grams(name text, address text, scope text, code text, initials text)",
        "tsvector",
        """
        DECLARE
          words text := translate(lower(name || chr(31) || address || chr(31) || scope), '()（）', '');
          chars text[] := string_to_array(words, NULL);
          grams text[] := ARRAY(SELECT a || coalesce(b, '') FROM unnest(chars, chars[2:]) AS pair (a, b));
          marked text := lower(code);
        BEGIN
          FOR i IN 1..length(marked) LOOP
            grams := grams || ('#' || substr(marked, i, 3));
          END LOOP;
          FOR i IN 1..length(initials) LOOP
            grams := grams || ('~' || substr(initials, i, 3));
          END LOOP;
          RETURN array_to_tsvector(grams);
        END
        """,
        (B, S),
        40_000,
    ),
)
access.functions(
    "registry",
    Function(
        "load_depended_on(load uuid)",
        "TABLE(used bigint, changed bigint)",
        f"""
        SELECT count(*) FILTER (WHERE c.what = 'added' AND (
                 EXISTS (SELECT FROM public.target t WHERE t.entity_id = c.entity_id)
                 OR EXISTS (SELECT FROM public.entity_contact p WHERE p.entity_id = c.entity_id)
                 OR EXISTS (SELECT FROM public.premises p WHERE p.entity_id = c.entity_id)
                 OR EXISTS (SELECT FROM public.licence l WHERE l.entity_id = c.entity_id)
                 OR EXISTS (SELECT FROM public.entity_tag g WHERE g.entity_id = c.entity_id)
                 OR EXISTS (SELECT FROM public.credit_class k WHERE k.entity_id = c.entity_id)
                 OR EXISTS (SELECT FROM public.correction r WHERE r.entity_id = c.entity_id)
                 OR EXISTS (SELECT FROM public.entity_merge m WHERE m.gone_id = c.entity_id)
                 OR EXISTS (SELECT FROM public.entity_merge m WHERE m.survivor_id = c.entity_id)
                 OR EXISTS (SELECT FROM public.recusal r JOIN public.entity e ON e.code = r.entity_code
                             WHERE e.id = c.entity_id))),
               count(*) FILTER (WHERE EXISTS (SELECT FROM public.entity_change l WHERE l.entity_id = c.entity_id
                 AND l.at > c.at AND l.import_id IS DISTINCT FROM c.import_id))
          FROM public.entity_change c JOIN public.import i ON i.id = c.import_id AND i.tenant_id = {ME}
         WHERE c.import_id = load AND c.tenant_id = {ME} AND c.source <> 'undo'
        """,  # noqa: S608
        (B,),
    ),
    Function(
        "my_entity_kinds()",
        "SETOF text",
        f"""
        SELECT kind FROM pg_catalog.unnest({_KINDS}) AS kind
         WHERE EXISTS (SELECT FROM public.bureau b WHERE b.id = {ME} AND kind = ANY (b.entity_kinds))
            OR (EXISTS (SELECT FROM public.bureau b WHERE b.id = {ME} AND 'other' = ANY (b.entity_kinds))
                AND NOT EXISTS (SELECT FROM public.bureau b WHERE kind = ANY (b.entity_kinds)))
        """,  # noqa: S608
        (B,),
    ),
    # So many at most, so that it stops as soon as there are more than a list counts. Read from indexes alone.
    Function(
        "uncovered_entities(most integer)",
        "SETOF uuid",
        f"""
        SELECT e.id FROM public.entity e WHERE {_UNCOVERED} LIMIT most
        """,  # noqa: S608
        (B,),
    ),
    Function(
        "is_uncovered(asked uuid)",
        "boolean",
        f"""
        SELECT EXISTS (SELECT FROM public.entity e WHERE e.id = asked AND {_UNCOVERED})
        """,  # noqa: S608
        (B,),
    ),
    Function(
        "supervised_uncovered_entities()",
        "SETOF uuid",
        f"""
        WITH RECURSIVE places AS (
          SELECT g.jurisdiction_code AS code FROM public.supervision_grant g
           WHERE g.bureau_id = {ME} AND g.since <= {TODAY_SQL} AND (g.until IS NULL OR g.until >= {TODAY_SQL})
          UNION
          SELECT j.code FROM public.jurisdiction j JOIN places p ON j.parent_code = p.code)
        SELECT e.id FROM public.entity e
         WHERE e.status IN ('active', 'suspended') AND e.jurisdiction_code IN (SELECT code FROM places)
           AND NOT EXISTS (SELECT FROM public.target t WHERE t.entity_id = e.id AND t.ended_on IS NULL)
        """,  # noqa: S608
        (S,),
    ),
)

# What is stored encrypted (R-T7): numbers of people, and the files they came in.
IDENTITY = sealed("registry", "inspector_private", "identity_number", index="identity_index")
PHONE = sealed("registry", "inspector_private", "phone", index="phone_index")
CONTACT = sealed("registry", "entity_contact", "phone", index="phone_index")
# The number that a load wrote another over, until the load is taken back.
FORMER = sealed("registry", "import_row", "former")
DUTY_CONTACT = sealed("registry", "duty", "contact")
UPLOAD = sealed(
    "registry",
    "stored_file",
    "content",
    only="t.id IN (SELECT i.file_id FROM public.import i)",
    too=", size = octet_length(n.fresh), digest = encode(sha256(n.fresh), 'hex')",
    at_once=8,
)
UPLOAD_PART = sealed("registry", "import_part", "content", at_once=8)
