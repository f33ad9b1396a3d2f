"""The inspector library as a whole: published with the columns of F2 and filed, and when it was brought up to date (R-L5, R-L12)."""

from __future__ import annotations

import io
from collections.abc import Sequence

import sqlalchemy as sa

from onedoor.disclosure import service as disclosure
from onedoor.filing import service as filing
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence, kept
from onedoor.kernel.spreadsheets import write_xlsx
from onedoor.registry import queries
from onedoor.registry.models import Inspector, LibraryUpdate
from onedoor.registry.rules.inspectors import F2_HEAD
from onedoor.registry.service.item_lists import XLSX
from tenants import queries as tenants


def publish_library() -> None:
    """Publish the library with the columns of F2 only, and file it with justice (R-L12)."""
    bureau = tenants.my_bureau()
    officers = queries.bureau_inspectors(bureau.id)
    if not officers:
        raise ClerkError("名录库里还没有执法人员，请先导入。")
    title = f"{bureau.name}执法检查人员名录库"
    # The library lives on: what was filed is kept with the filing, as everybody may read it (F2, R-T7).
    workbook = (f"{title}（{today().isoformat()}）.xlsx", XLSX, f2_workbook(officers))
    published = disclosure.publish(
        "inspectors", bureau.id, title, {"inspectors": [f2(one) for one in officers]}, files=[workbook]
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
        files=[workbook],
    )


def f2_workbook(officers: Sequence[Inspector], phone: str = "") -> bytes:
    """F2 as an Excel workbook, head and foot as the form has them. What is published has no `phone` (R-T7)."""
    bureau, filler = tenants.my_bureau(), current_scope().actor_name
    target = io.BytesIO()
    write_xlsx(
        target,
        F2_HEAD,
        [(place, *f2(one).values()) for place, one in enumerate(officers, start=1)],
        sheet="执法检查人员名录库",
        above=[
            ["执法检查人员名录库"],
            [f"填报单位（盖章）：{bureau.name}", None, None, None, f"时间：{today().isoformat()}"],
        ],
        below=[["填报人：", filler, None, None, f"联系电话：{phone}"]],
        widths=(6, 12, 6, 32, 16, 20, 20, 20, 24),
    )
    return target.getvalue()


def f2(inspector: Inspector) -> dict[str, str]:
    """The columns of F2 after the number, in their order: all that anyone outside may read."""
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
