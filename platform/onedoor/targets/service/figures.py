"""What is published of a target library: how many, of which kinds and places, and when it was last gone over (R-L5, R-L12,
docs/adr/0010).

Who is in it is nobody else's to know (access.md): counts below five are put together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from onedoor.disclosure import queries as public
from onedoor.disclosure import service as disclosure
from onedoor.entities.models import Entity
from onedoor.imports import queries as import_queries
from onedoor.kernel.clock import local_day
from onedoor.kernel.codes import KIND_NAMES
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.targets import queries as target_queries
from onedoor.targets.models import Target, TargetMatter
from onedoor.targets.rules.codes import LISTED_NAMES
from tenants import queries as tenants

KIND = "targets"
# A number below it might say of one firm that it is in the library.
LEAST = 5
OTHERS = "其他"


def publish_targets() -> None:
    """Make the figures of the current bureau's library public, as they are now (R-L12)."""
    bureau, since = tenants.my_bureau(), import_queries.library_updates.upkeep().since
    figures = library_figures()
    if since is None or not figures["total"]:
        raise ClerkError("名录库里还没有检查对象，请先列入。")
    content = {**figures, "updated_on": local_day(since.at).isoformat()}
    disclosure.publish(KIND, bureau.id, f"{bureau.name}检查对象名录库", content)


def follow_library() -> None:
    """Bring what is public of the library up to date, if anything is."""
    bureau = tenants.my_bureau()
    shown, since = public.of_subject(KIND, bureau.id), import_queries.library_updates.upkeep().since
    if shown is None or since is None:
        return
    figures = {**library_figures(), "updated_on": local_day(since.at).isoformat()}
    if figures != shown.content:
        disclosure.publish(KIND, bureau.id, shown.title, figures)


def library_figures() -> dict[str, Any]:
    """`total`, and `kinds`, `places` and `matters` as `[[name, count]]`, the most first, small ones put together."""
    names = {place.code: place.name for place in tenants.places()}
    kinds = {KIND_NAMES[kind]: count for kind, count in _counted(Entity.kind).items()}
    places = {names.get(code, code): count for code, count in _counted(Entity.jurisdiction_code).items()}
    mine = sa.and_(TargetMatter.tenant_id == tenants.my_bureau().id, TargetMatter.ended_on.is_(None))
    found = db.session.execute(
        sa.select(TargetMatter.kind, sa.func.count()).where(mine).group_by(TargetMatter.kind)
    )
    matters = {LISTED_NAMES[row[0]]: row[1] for row in found}
    return {
        "total": target_queries.target_count(),
        "kinds": together(kinds),
        "places": together(places),
        "matters": together(matters),
    }


def together(counts: Mapping[str, int]) -> list[list[Any]]:
    """The most first; what is below five is one line, the last, together with as many others as make five."""
    named = [(count, name) for name, count in counts.items() if name != OTHERS and count >= LEAST]
    shown = sorted(named, key=lambda one: (-one[0], one[1]))
    rest = sum(counts.values()) - sum(count for count, _ in shown)
    while 0 < rest < LEAST and shown:
        # Else what is left of the total would tell it.
        rest += shown.pop()[0]
    lines: list[list[Any]] = [[name, count] for count, name in shown]
    return [*lines, [OTHERS, rest]] if rest else lines


def _counted(column: Any) -> dict[str, int]:
    query = (
        target_queries.targets()
        .where(Target.ended_on.is_(None))
        .with_only_columns(column, sa.func.count())
        .group_by(column)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}
