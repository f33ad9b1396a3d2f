"""Forms of document 003 on paper: F1, F2 and F5 to print, and F1 and F2 with the liaison's phone at their foot (forms.md)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from onedoor.edge.guard import allow
from onedoor.items import queries as item_queries
from onedoor.items import service as item_service
from onedoor.items.rules.item_rows import F1_HEAD
from onedoor.items.service.item_lists import f1_rows, f1_workbook, title_of
from onedoor.kernel.clock import now
from onedoor.kernel.errors import NotFound
from onedoor.officers import queries as officer_queries
from onedoor.officers.rules.duties import F5_HEAD, F5_TITLE
from onedoor.officers.rules.inspector_rows import F2_HEAD
from onedoor.officers.service.duties import f5, liaison_phone
from onedoor.officers.service.library import f2, f2_workbook
from onedoor.web.registry_blueprint import pages
from onedoor.web.shell import exports, page
from tenants import queries as tenants
from tenants.rules import Permission

F1_TITLE = "随机抽查事项清单"
F2_TITLE = "执法检查人员名录库"


@pages.get("/inspectors/f2")
@allow(Permission.BUREAU_READ)
def inspectors_f2() -> Any:
    """F2 to read and print."""
    rows = [(place, *f2(one).values()) for place, one in enumerate(_officers(), start=1)]
    return page(
        "items/paper.html",
        form="f2",
        title=F2_TITLE,
        head=F2_HEAD,
        rows=rows,
        bureau=tenants.my_bureau(),
        at=now(),
    )


@pages.get("/inspectors/f2.xlsx")
@allow(Permission.BUREAU_READ)
def inspectors_f2_workbook() -> Any:
    """F2 as a workbook, as it is published: the foot's phone is left to the pen."""
    return _workbook(f2_workbook(_officers()), F2_TITLE)


@pages.post("/inspectors/f2.xlsx")
@allow(Permission.PERSONAL_REVEAL)
def inspectors_f2_with_phone() -> Any:
    """The same with the liaison's phone, which is logged."""
    return _workbook(f2_workbook(_officers(), liaison_phone(F2_TITLE)), F2_TITLE)


@pages.get("/item-lists/<uuid:list_id>/f1")
@allow(Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)
def item_list_paper(list_id: UUID) -> Any:
    """F1 of that version to read and print; the foot's phone is left to the pen."""
    made = item_queries.item_list(list_id)
    return page(
        "items/paper.html",
        form="f1",
        title=F1_TITLE,
        head=F1_HEAD,
        rows=f1_rows(item_queries.items_at(made)),
        bureau=tenants.bureau(made.tenant_id),
        at=made.published_at or now(),
        made=made,
    )


@pages.post("/item-lists/<uuid:list_id>/f1.xlsx")
@allow(Permission.PERSONAL_REVEAL)
def item_list_f1_with_phone(list_id: UUID) -> Any:
    """F1 of one's own with the liaison's phone, which is logged."""
    made = item_queries.item_list(list_id)
    if made.tenant_id != tenants.my_bureau().id:
        raise NotFound("没有找到这一版清单。")
    title = title_of(made)
    return _workbook(
        f1_workbook(made, item_queries.items_at(made), liaison_phone(title)),
        title,
    )


@pages.post("/duties/f5/print")
@allow(Permission.PERSONAL_REVEAL)
def duties_f5_print() -> Any:
    """F5 to read and print, with the contacts in full; it is logged."""
    return page(
        "items/paper.html",
        form="f5",
        title=F5_TITLE,
        head=F5_HEAD,
        rows=[f5()],
        bureau=tenants.my_bureau(),
        at=now(),
    )


def _officers() -> Any:
    return officer_queries.bureau_inspectors(tenants.my_bureau().id)


def _workbook(content: bytes, title: str) -> Any:
    return exports.download(content, f"{title}.xlsx", item_service.XLSX)
