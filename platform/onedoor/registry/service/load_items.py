"""Items from F1 into drafts of the item list (R-L1, R-L4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.spreadsheets import SourceTable
from onedoor.registry import queries
from onedoor.registry.models import Import
from onedoor.registry.rules.items import ItemRow, is_foot, next_numbers, read_item
from onedoor.registry.service.items import put_draft
from onedoor.registry.service.told import Told
from tenants import queries as tenants


def load_items(table: SourceTable, run: Import, told: Told, progress: Callable[..., None]) -> dict[str, Any]:
    """Every row becomes a draft, unless the item stands so already. A row without a number is known by its name."""
    rows, items = _read(table, told)
    outcome: dict[str, Any] = {"rows": rows, "valid": len(items), "added": 0, "changed": 0, "unchanged": 0}
    if run.mode == "good" or (run.mode == "all" and not told.rejected):
        known = {item.number for item in queries.my_items()}
        counts = Counter(
            put_draft(item.number, item.of_file() if item.number in known else item.values)
            for item in _numbered(items)
        )
        outcome.update({name: counts[name] for name in ("added", "changed", "unchanged")})
    progress(rows, rows)
    return outcome


def _read(table: SourceTable, told: Told) -> tuple[int, list[ItemRow]]:
    bureau = tenants.my_bureau()
    seen: dict[str, int] = {}
    rows, items = 0, []
    for row in table:
        if is_foot(row):
            continue
        rows += 1
        item, reader = read_item(row, bureau=bureau.name, market=bureau.domain == "market")
        if item is not None:
            name = item.number or item.values["name"]
            if name in seen:
                reader.refuse(
                    "检查事项", ClerkError("与第 %(row)s 行是同一事项，只读入第 %(row)s 行。", row=seen[name])
                )
            else:
                seen[name] = row.number
                items.append(item)
        told.add(reader)
    return rows, items


def _numbered(items: list[ItemRow]) -> list[ItemRow]:
    standing = queries.my_items()
    by_name = {item.name: item.number for item in standing}
    numbers = [item.number or by_name.get(item.values["name"], "") for item in items]
    prefix = tenants.my_bureau().code.rsplit("-", 1)[-1]
    taken = [*numbers, *(item.number for item in standing)]
    fresh = iter(next_numbers(prefix, taken, numbers.count("")))
    return [replace(item, number=number or next(fresh)) for number, item in zip(numbers, items, strict=True)]
