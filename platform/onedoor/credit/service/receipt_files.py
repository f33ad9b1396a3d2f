"""Batches that a clerk carries to a platform: the file to upload there, and the receipt file that comes back (R-O2)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from onedoor.credit import queries, rules
from onedoor.credit.layouts import Layout
from onedoor.credit.models import Export
from onedoor.credit.platform_client import LONGEST_REASON, Verdict
from onedoor.credit.platforms import ChannelKind, layout, platform
from onedoor.credit.queries import Sent
from onedoor.credit.service.delivery import close, counts_of, record_number, take_verdict
from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.sentences import Sentence, in_lines
from onedoor.kernel.spreadsheets import Column, Limits, SourceRow, read_table, write_xlsx

NUMBER, ACTION, VERSION, FINDINGS = "记录编号", "操作", "版本", "检查事项和结果"
STATE, RECEIPT, REASON = "回执结果", "回执号", "退回原因"
ACTIONS = {rules.Action.PUBLISH.value: "报送", rules.Action.WITHDRAW.value: "撤回"}
STATES = {"已接收": "accepted", "接收": "accepted", "成功": "accepted", "已退回": "rejected", "退回": "rejected", "失败": "rejected"}  # fmt: skip
COLUMNS = (
    Column(NUMBER, ("编号",), required=True),
    Column(STATE, ("结果", "状态"), required=True),
    Column(RECEIPT, ("回执编号",)),
    Column(REASON, ("原因", "说明", "理由")),
)
LIMITS = Limits(size=16 << 20, workbook=16 << 20, rows=5 * rules.MOST_IN_A_BATCH, columns=100)


def upload_file(export_id: UUID) -> tuple[str, bytes]:
    """The batch as a workbook under the layout's own heads: its name and content. From now on the batch counts as carried there."""
    export = _carried(export_id)
    sent, shape = queries.attempts(export_id), layout(export.layout)
    head = [
        NUMBER,
        ACTION,
        VERSION,
        *(field.label for field in shape.fields),
        *([FINDINGS] if shape.nested else []),
    ]
    file = io.BytesIO()
    write_xlsx(file, head, _rows(sent, shape), sheet="报送")
    if export.sent_at is None:
        export.sent_at = now()
        for one in sent:
            if one.receipt is None:
                one.record.state, one.record.changed_at = rules.RecordState.SENT.value, now()
        audit.record("credit.export.carry", ("export", export.id), export.number)
    db.session.flush()
    return f"{export.number}.xlsx", file.getvalue()


def _rows(sent: list[Sent], shape: Layout) -> Iterator[list[Any]]:
    for one in sent:
        fields = one.attempt.fields
        findings = "；".join(f"{each['item']}：{each['result']}" for each in fields.get("findings", ()))
        yield [
            record_number(one.record),
            ACTIONS[one.attempt.action],
            one.record.version,
            *(str(fields.get(field.key, "")) for field in shape.fields),
            *([findings] if shape.nested else []),
        ]


def take_receipt_file(export_id: UUID, content: bytes) -> dict[str, Any]:
    """Record the receipts of a file that came back from the platform; returns the counts.

    It is taken whole or not at all; records it does not name stay open, so several files may follow each other. Raises
    `ClerkError` with every row that is wrong.
    """
    export = _carried(export_id)
    if export.sent_at is None:
        raise Conflict("这个批次还没有下载过报送文件，不会有回执。请先下载并上传到平台。")
    if not content:
        raise ClerkError("请选择回执文件。")
    by_number = {record_number(one.record): one for one in queries.attempts(export_id)}
    verdicts, wrong = _read(content, by_number)
    if wrong:
        raise ClerkError("回执文件没有登记，请核对后重新上传：%(problems)s", problems=in_lines(wrong[:10]))
    if not verdicts:
        raise ClerkError("回执文件里没有新的回执。")
    for number, verdict in verdicts.items():
        take_verdict(by_number[number], verdict)
    close(export)
    return counts_of(export)


def _read(content: bytes, by_number: dict[str, Sent]) -> tuple[dict[str, Verdict], list[Sentence]]:
    verdicts: dict[str, Verdict] = {}
    wrong: list[Sentence] = []
    for row in read_table(content, COLUMNS, LIMITS):
        number = row.cells.get(NUMBER, "").strip()
        if not number:
            continue
        problem, verdict = _verdict(row)
        known = by_number.get(number)
        if known is None:
            problem = Sentence("这个批次没有编号为 %(number)s 的记录。", number=number[:60])
        elif number in verdicts:
            problem = Sentence("同一条记录有两行回执。")
        elif known.receipt is not None and verdict is not None and known.receipt.state != verdict.state:
            problem = Sentence("这条记录已有回执，结果与文件不同。")
        if problem is not None:
            wrong.append(Sentence("第 %(row)s 行：%(problem)s", row=row.number, problem=problem))
        elif verdict is not None and known is not None and known.receipt is None:
            verdicts[number] = verdict
    return verdicts, wrong


def _verdict(row: SourceRow) -> tuple[Sentence | None, Verdict | None]:
    state = STATES.get(row.cells.get(STATE, "").strip())
    reason = row.cells.get(REASON, "").strip()[:LONGEST_REASON]
    if state is None:
        return Sentence("回执结果应为“已接收”或“已退回”。"), None
    if state == "rejected" and not reason:
        return Sentence("退回的记录须写明退回原因。"), None
    return None, Verdict(state, row.cells.get(RECEIPT, "").strip()[:100], reason)


def _carried(export_id: UUID) -> Export:
    export = queries.export(export_id, lock=True)
    if platform(export.platform).channel != ChannelKind.MANUAL:
        raise Conflict("这个平台的批次由系统报送并登记回执，不用人工上传。")
    return export
