"""The inspector library as a whole: published with the columns of F2 and filed (R-L12)."""

from __future__ import annotations

import io
from collections.abc import Sequence

from onedoor.disclosure import queries as public
from onedoor.disclosure import service as disclosure
from onedoor.filing import queries as filings
from onedoor.filing import service as filing
from onedoor.filing.rules import FilingState
from onedoor.items.service.item_lists import XLSX
from onedoor.kernel.clock import today
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.spreadsheets import write_xlsx
from onedoor.officers import queries
from onedoor.officers.models import Inspector
from onedoor.officers.rules.inspector_rows import F2_HEAD, f2_changes
from tenants import queries as tenants


def publish_library() -> None:
    """Publish the library with the columns of F2 only, and file it with justice (R-L12).

    Raises Conflict where what is public says the same; but a filing that was returned is sent anew.
    """
    bureau = tenants.my_bureau()
    officers = queries.bureau_inspectors(bureau.id)
    if not officers:
        raise ClerkError("名录库里还没有执法人员，请先导入。")
    if unpublished_changes() == 0 and not library_returned():
        raise Conflict("公布的名录表与现在的名录库一致，不必重复公布。")
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
        summary={
            Sentence("执法人员"): Sentence("%(count)s 人", count=len(officers)),
            **filing.published_first(f"/open/inspectors/{bureau.id}", published.since),
        },
        link=f"/open/inspectors/{bureau.id}",
        files=[workbook],
    )


def unpublished_changes() -> int | None:
    """How many officers came, left or changed in the columns of F2 since the library was published; None: it never was."""
    bureau_id = current_scope().tenant_id
    assert bureau_id is not None
    shown = public.of_subject("inspectors", bureau_id)
    if shown is None:
        return None
    now_there = [f2(one) for one in queries.bureau_inspectors(bureau_id)]
    return f2_changes(shown.content.get("inspectors") or [], now_there)


def library_returned() -> bool:
    """Whether the supervisor returned what was filed last."""
    filed = filings.of_subject(tenants.my_bureau().id)
    return bool(filed) and filings.state(filed[0]) is FilingState.RETURNED


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
