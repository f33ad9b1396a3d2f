"""Stand-ins for platforms that take files: one looks into a folder, one has a counter where files are uploaded (R-O2).

Each has checks of its own (`demanded`: which fields it wants, and how long they may be), answers when it is asked to, and
is silent until then.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from onedoor.kernel.spreadsheets import Column, read_table, write_xlsx

WITHDRAW = "withdraw"


class FolderPlatform:
    """Looks into its folder when `work` is called, and leaves the receipts beside each batch."""

    def __init__(self, path: Path, demanded: Mapping[str, int]) -> None:
        self.path, self.records = path, dict[str, dict[str, Any]]()
        self._demanded = demanded

    def work(self) -> int:
        """Answer every batch that has no receipts yet; returns how many."""
        done = 0
        for file in sorted(self.path.glob("*.json")):
            answer = file.with_name(f"{file.stem}.receipt.json")
            if file.name.endswith(".receipt.json") or answer.exists():
                continue
            batch = json.loads(file.read_text(encoding="utf-8"))
            receipts = [self._receipt(batch["batch"], one) for one in batch["records"]]
            answer.write_text(json.dumps({"receipts": receipts}, ensure_ascii=False), encoding="utf-8")
            done += 1
        return done

    def _receipt(self, batch: str, record: dict[str, Any]) -> dict[str, Any]:
        number, wrong = record["number"], _refusal(record["fields"], self._demanded)
        if record["action"] == WITHDRAW:
            wrong = "" if self.records.pop(number, None) else "目录中没有这条记录。"
        elif not wrong:
            self.records[number] = record
        state = "rejected" if wrong else "accepted"
        return {"record": number, "receipt": f"{batch}/{number[:8]}", "state": state, "reason": wrong}


class CounterPlatform:
    """Takes uploaded workbooks and gives a receipt file for each."""

    HEAD = ("记录编号", "回执结果", "回执号", "退回原因")

    def __init__(self, demanded: Mapping[str, int]) -> None:
        self.records: dict[str, Mapping[str, str]] = {}
        self._demanded = demanded

    def take(self, workbook: bytes) -> bytes:
        """The receipts of an uploaded workbook, as a workbook."""
        columns = [Column(name) for name in ("记录编号", "操作", *self._demanded)]
        rows = [self._receipt(row.cells) for row in read_table(workbook, columns)]
        file = io.BytesIO()
        write_xlsx(file, self.HEAD, rows)
        return file.getvalue()

    def _receipt(self, cells: Mapping[str, str]) -> list[str]:
        number, wrong = cells["记录编号"], _refusal(cells, self._demanded)
        if cells["操作"] == "撤回":
            wrong = "" if self.records.pop(number, None) else "没有这条记录。"
        elif not wrong:
            self.records[number] = cells
        return [number, "已退回" if wrong else "已接收", f"SC-{number[:8]}", wrong]


def _refusal(fields: Mapping[str, Any], demanded: Mapping[str, int]) -> str:
    for key, longest in demanded.items():
        value = str(fields.get(key) or "")
        if not value:
            return f"缺少{key}。"
        if len(value) > longest:
            return f"{key}超过 {longest} 个字。"
    return ""
