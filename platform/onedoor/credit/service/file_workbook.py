"""The credit file of an entity as a workbook: each line with its source, its days, and whether it is public (R-O4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from onedoor.credit.credit_file import CreditFile
from onedoor.credit.service.listings import KINDS
from onedoor.entities.models import Entity
from onedoor.kernel.clock import local_day
from onedoor.kernel.spreadsheets import write_xlsx
from tenants import queries as tenants

HEAD = ("类别", "内容", "来源单位", "依据和文号", "起始日期", "截止日期", "是否公开")
KIND_NAMES = {"result": "检查结果", "penalty": "行政处罚"}


def write(target: IO[bytes], entity: Entity, file: CreditFile) -> None:
    """Write the file of an entity."""
    title = [f"{entity.name}　{entity.code or ''}　信用档案"]
    write_xlsx(
        target, HEAD, _rows(file), sheet="信用档案", above=[title], widths=(14, 50, 26, 44, 14, 14, 10)
    )


def _rows(file: CreditFile) -> Iterator[list[str]]:
    names = {one.id: one.name for one in tenants.bureaus()}
    for public in file.public:
        words = public.content.get("results") or public.content.get("sanctions") or []
        handling = public.content.get("handling") or ""
        until = local_day(public.until).isoformat() if public.until else ""
        said = "、".join(words) + (f"；{handling}" if handling else "")
        number = public.content.get("visit_number") or public.content.get("number") or ""
        since = local_day(public.since).isoformat()
        yield [KIND_NAMES[public.kind], said, public.bureau_name, number, since, until, "公开"]
    for one in file.listings:
        end = (one.exit_on or one.until).isoformat()
        paper = "，".join(filter(None, [one.law, one.paper, one.exit_paper]))
        yield [
            KINDS[one.kind],
            one.trade,
            names.get(one.tenant_id, ""),
            paper,
            one.entered_on.isoformat(),
            end,
            "不公开",
        ]
    for held in file.classes:
        until = held.until.isoformat() if held.until else ""
        name = names.get(held.tenant_id, "")
        yield [
            "信用风险分类",
            f"{held.grade}　{'；'.join(held.facts)}",
            name,
            held.paper,
            held.since.isoformat(),
            until,
            "不公开",
        ]
