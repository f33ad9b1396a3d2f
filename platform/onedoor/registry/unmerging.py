"""A merge taken back (R-T4): each step that nobody has built on since goes back, the others are left and say so."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import ME, B, Function
from onedoor.kernel.clock import TODAY_SQL
from onedoor.registry.merges import told
from onedoor.registry.rules.exits import MERGED, UNMERGED


def _there(table: str, which: str) -> str:
    return f"EXISTS (SELECT FROM public.{table} r WHERE {which})"


_AT_SURVIVOR = "r.id = s.part_id AND r.entity_id = m.survivor_id"
_MADE_HOLDS = "r.id = s.made_id AND r.until IS NULL"
_ENDED = f"r.id = s.part_id AND r.ended_reason = '{MERGED}'"
_OF_GONE = "r.entity_id = gone AND r.tenant_id = s.tenant_id"
_LISTED_AGAIN = f"{_OF_GONE} AND r.ended_on IS NULL"
_LEVEL_AGAIN = f"{_OF_GONE} AND r.until IS NULL"
_MATTER_HERE = "SELECT x.kind, x.name, x.number FROM public.target_matter x WHERE x.id = s.part_id"
_MATTER_AGAIN = f"{_LISTED_AGAIN} AND r.premises_id IS NULL AND r.id <> s.part_id AND (r.kind, r.name, r.number) = ({_MATTER_HERE})"
_NUMBER_TAKEN = "r.entity_id = gone AND r.number = (s.said ->> 'number')::integer"
_LICENCE_TAKEN = (
    "r.entity_id = gone AND r.kind = s.said ->> 'kind' AND r.number = s.said ->> 'number'"
    " AND r.issued_by = (SELECT l.issued_by FROM public.licence l WHERE l.id = s.part_id)"
)
_MOVED_TOO = "SELECT d.part_id FROM public.merge_step d WHERE d.merge_id = m.id AND d.part = 'licence' AND d.how = 'moved'"
_LICENCE_SINCE = (
    "r.entity_id = m.survivor_id AND r.premises_number = (s.said ->> 'now')::integer"
    f" AND r.id NOT IN ({_MOVED_TOO})"
)
# Listed since by a bureau whose library the merge did not touch: nothing of it goes back with the place.
_LISTED_SINCE = (
    "r.premises_id = s.part_id AND r.ended_on IS NULL AND NOT EXISTS (SELECT FROM public.merge_step d"
    " WHERE d.merge_id = m.id AND d.part = 'target' AND d.tenant_id = r.tenant_id)"
)
_STILL_SENT = f"{_AT_SURVIVOR} AND r.state = 'sent'"
_STILL_RECUSED = f"r.id = s.made_id AND (r.until IS NULL OR r.until >= {TODAY_SQL})"
# What must still be as the merge left it, by part; where both had one, mostly nothing was done.
_STANDS = {
    "target": f"{_there('target', 'r.id = s.made_id AND r.ended_on IS NULL')} AND {_there('target', _ENDED)}"
    f" AND NOT {_there('target', _LISTED_AGAIN)}",
    "recusal": _there("recusal", _STILL_RECUSED),
    "entity_tag": _there("entity_tag", "r.id = s.made_id"),
    "premises": f"s.how = 'kept' OR {_there('premises', _AT_SURVIVOR)} AND NOT {_there('premises', _NUMBER_TAKEN)}"
    f" AND NOT {_there('licence', _LICENCE_SINCE)} AND NOT {_there('target_matter', _LISTED_SINCE)}",
    "licence": f"s.how = 'kept' OR {_there('licence', _AT_SURVIVOR)} AND NOT {_there('licence', _LICENCE_TAKEN)}",
    "entity_contact": f"s.how = 'kept' OR {_there('entity_contact', _AT_SURVIVOR)}"
    f" AND NOT {_there('entity_contact', _OF_GONE)}",
    "target_risk": f"(s.how = 'kept' OR {_there('target_risk', _MADE_HOLDS)})"
    f" AND NOT {_there('target_risk', _LEVEL_AGAIN)}",
    "target_matter": f"(s.how = 'kept' AND {_there('target_matter', _ENDED)}"
    f" OR s.how = 'moved' AND {_there('target_matter', _AT_SURVIVOR)})"
    f" AND NOT {_there('target_matter', _MATTER_AGAIN)}",
    "credit_class": f"s.how = 'kept' OR {_there('credit_class', _MADE_HOLDS)}",
    "correction": f"s.how = 'kept' OR {_there('correction', _STILL_SENT)}",
}
_CASES = "\n".join(f"                   WHEN '{part}' THEN {stands}" for part, stands in _STANDS.items())


def _back(part: str, *how: str) -> str:
    """The steps of this merge with a part that go back, as a condition on `s`."""
    ways = ", ".join(f"'{one}'" for one in how)
    return f"s.merge_id = m.id AND s.part = '{part}' AND s.undone = 'back' AND s.how IN ({ways})"


_MOVE_BACK = "\n".join(
    f"          UPDATE public.{part} r SET entity_id = gone FROM public.merge_step s WHERE r.id = s.part_id"  # noqa: S608
    f" AND {_back(part, 'moved')};"
    for part in ("entity_contact", "correction")
)
_TAKE_AWAY = "\n".join(
    f"          DELETE FROM public.{part} r USING public.merge_step s WHERE r.id = s.made_id AND {_back(part, 'copied')};"  # noqa: S608
    for part in ("recusal", "entity_tag")
)

access.functions(
    "registry",
    Function(
        "undo_merge(gone uuid)",
        "bigint",
        f"""
        DECLARE
          m public.entity_merge;
          remaining bigint;
        BEGIN
          SELECT * INTO m FROM public.entity_merge x WHERE x.gone_id = gone AND x.tenant_id = {ME}
             AND x.undone_at IS NOT NULL AND x.xmin = pg_current_xact_id()::xid;
          IF NOT FOUND THEN
            RAISE EXCEPTION 'R-T4: no merge was taken back here';
          END IF;
          UPDATE public.merge_step s SET undone = CASE WHEN (CASE s.part
{_CASES}
                   END) THEN 'back' ELSE 'left' END
           WHERE s.merge_id = m.id;
          UPDATE public.target r SET ended_on = {TODAY_SQL}, ended_reason = '{UNMERGED}'
            FROM public.merge_step s WHERE r.id = s.made_id AND {_back("target", "moved")};
          UPDATE public.target r SET ended_on = NULL, ended_reason = NULL
            FROM public.merge_step s WHERE r.id = s.part_id AND {_back("target", "moved", "kept")};
{_TAKE_AWAY}
          UPDATE public.premises r SET entity_id = gone, number = (s.said ->> 'number')::integer, updated_at = now()
            FROM public.merge_step s WHERE r.id = s.part_id AND {_back("premises", "moved")};
          UPDATE public.licence r SET entity_id = gone, updated_at = now(), premises_number = (
                   SELECT q.number FROM public.premises q
                    WHERE q.entity_id = gone AND q.number = (s.said ->> 'place')::integer)
            FROM public.merge_step s WHERE r.id = s.part_id AND {_back("licence", "moved")};
{_MOVE_BACK}
          UPDATE public.target_matter r SET entity_id = gone,
                 premises_id = coalesce((s.said ->> 'premises')::uuid, r.premises_id)
            FROM public.merge_step s WHERE r.id = s.part_id AND {_back("target_matter", "moved")};
          UPDATE public.target_matter r SET ended_on = NULL, ended_reason = NULL
            FROM public.merge_step s WHERE r.id = s.part_id AND {_back("target_matter", "kept")};
          UPDATE public.target_risk r SET until = now()
            FROM public.merge_step s WHERE r.id = s.made_id AND {_back("target_risk", "moved", "replaced")};
          UPDATE public.target_risk r SET until = NULL FROM public.merge_step s
           WHERE {_back("target_risk", "moved", "kept", "replaced")}
             AND (r.id = s.part_id OR s.how = 'replaced' AND r.id = (s.said ->> 'other')::uuid);
          UPDATE public.credit_class r SET until = {TODAY_SQL}
            FROM public.merge_step s WHERE r.id = s.made_id AND {_back("credit_class", "moved", "replaced")};
          UPDATE public.credit_class r SET until = NULL FROM public.merge_step s
           WHERE r.id = (s.said ->> 'other')::uuid AND {_back("credit_class", "replaced")};
{told("registry.entity.unmerge", "apart", "s.undone = 'back'")}
          SELECT count(*) INTO remaining FROM public.merge_step s WHERE s.merge_id = m.id AND s.undone = 'left';
          RETURN remaining;
        END
        """,  # noqa: S608
        (B,),
        language="plpgsql",
        volatility="VOLATILE",
    ),
)
