"""The inspector library as a whole: published with the columns of F2 and filed, and when it was brought up to date (R-L5, R-L12)."""

from __future__ import annotations

import sqlalchemy as sa

from onedoor.disclosure import service as disclosure
from onedoor.filing import service as filing
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence, kept
from onedoor.registry import queries
from onedoor.registry.models import Inspector, LibraryUpdate
from tenants import queries as tenants


def publish_library() -> None:
    """Publish the library with the columns of F2 only, and file it with justice (R-L12)."""
    bureau = tenants.my_bureau()
    officers = queries.bureau_inspectors(bureau.id)
    if not officers:
        raise ClerkError("名录库里还没有执法人员，请先导入。")
    title = f"{bureau.name}执法检查人员名录库"
    published = disclosure.publish(
        "inspectors", bureau.id, title, {"inspectors": [f2(one) for one in officers]}
    )
    filing.send(
        "inspectors",
        bureau.id,
        title,
        version=published.version,
        review=False,
        due_on=None,
        summary={Sentence("执法人员"): Sentence("%(count)s 人", count=len(officers))},
        link=f"/open/inspectors/{bureau.id}",
    )


def f2(inspector: Inspector) -> dict[str, str]:
    """The columns of F2: all that anyone outside may read."""
    return {
        "name": inspector.name,
        "sex": inspector.sex,
        "body": inspector.body,
        "post": inspector.post,
        "certificate_number": inspector.certificate_number or "",
        "kinds": inspector.kinds,
        "area": inspector.area,
        "remark": inspector.remark,
    }


def note_update(added: int, ended: int, note: str) -> None:
    """The library was brought up to date now (R-L5)."""
    scope = current_scope()
    total = db.session.scalar(
        sa.select(sa.func.count()).select_from(queries.inspectors().where(queries.in_library()).subquery())
    )
    db.session.add(
        LibraryUpdate(
            tenant_id=scope.tenant_id,
            library="inspectors",
            at=now(),
            actor_name=scope.actor_name,
            added=added,
            ended=ended,
            total=total or 0,
            note=str(note),
            note_said=kept(note),
        )
    )
