"""The catalogue of two databases, one migrated and one made from what is declared, side by side."""

from __future__ import annotations

import sqlalchemy as sa

QUERIES = {
    "column": """
        SELECT c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod) || ' null=' || (NOT a.attnotnull)
               || ' default=' || coalesce(pg_get_expr(d.adbin, d.adrelid), '') || ' storage=' || a.attstorage::text
          FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
          LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
         WHERE n.nspname = 'public' AND c.relkind IN ('r', 'v', 'p') AND a.attnum > 0 AND NOT a.attisdropped""",
    "constraint": """
        SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'""",
    "index": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "table": """
        SELECT relname, relkind::text || ' row security=' || relrowsecurity || ' forced=' || relforcerowsecurity
               || ' ' || coalesce((SELECT string_agg(x::text, ' ' ORDER BY x::text) FROM unnest(relacl) x), '')
          FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'p')""",
    "column grant": """
        SELECT attrelid::regclass || '.' || attname,
               (SELECT string_agg(x::text, ' ' ORDER BY x::text) FROM unnest(attacl) x)
          FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
         WHERE c.relnamespace = 'public'::regnamespace AND attacl IS NOT NULL""",
    "policy": """
        SELECT tablename || '.' || policyname, cmd || ' to ' || roles::text || ' using ' || coalesce(qual, '')
               || ' check ' || coalesce(with_check, '') FROM pg_policies WHERE schemaname = 'public'""",
    "function": """
        SELECT p.oid::regprocedure::text, pg_get_userbyid(proowner) || ' '
               || coalesce((SELECT string_agg(x::text, ' ' ORDER BY x::text) FROM unnest(proacl) x), '')
               || ' ' || pg_get_functiondef(p.oid)
          FROM pg_proc p LEFT JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e'
         WHERE pronamespace = 'public'::regnamespace AND d.objid IS NULL""",
    "trigger": """
        SELECT tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal""",
}


def catalogue(owner_url: str) -> dict[str, str]:
    """Every object of the schema with its definition, by kind and name."""
    engine = sa.create_engine(owner_url)
    found: dict[str, str] = {}
    with engine.connect() as connection:
        for kind, query in QUERIES.items():
            for name, definition in connection.exec_driver_sql(query):
                if "alembic_version" not in name:
                    found[f"{kind} {name}"] = definition
    engine.dispose()
    return found


def compare(migrated: dict[str, str], declared: dict[str, str]) -> list[str]:
    """Sentences on what differs; empty if nothing does."""
    lines = [f"not in the migrations: {name}" for name in sorted(declared.keys() - migrated.keys())]
    lines += [f"not in the models: {name}" for name in sorted(migrated.keys() - declared.keys())]
    lines += [
        f"differs: {name}\n  migrated: {migrated[name]}\n  declared: {declared[name]}"
        for name in sorted(migrated.keys() & declared.keys())
        if migrated[name] != declared[name]
    ]
    return lines
