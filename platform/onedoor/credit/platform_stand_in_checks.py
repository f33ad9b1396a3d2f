"""What the stand-in for the outside platform demands of a record; its own, not shared with the sender."""

from __future__ import annotations

from datetime import date
from typing import Any

from onedoor.kernel.codes import read_credit_code
from onedoor.kernel.errors import ClerkError

LONGEST = {
    "entity_name": ("名称", 100),
    "plan_name": ("抽查计划名称", 100),
    "task_name": ("抽查任务名称", 100),
    "authority": ("抽查机关", 100),
}
DEMANDED = {
    **{key: label for key, (label, _) in LONGEST.items()},
    "entity_code": "统一社会信用代码",
    "plan_number": "抽查计划编号",
    "task_number": "抽查任务编号",
    "task_kind": "抽查类型",
    "finished_on": "抽查完成日期",
}
PENALTY = (
    "CF_XDR_MC", "CF_XDR_LB", "CF_XDR_SHXYM", "CF_WSH", "CF_WFXW", "CF_SY", "CF_YJ", "CF_CFLB", "CF_NR", "CF_JDRQ",
    "CF_CFJG", "CF_CFJGDM", "CF_SJLY", "CF_SJLYDM",
)  # fmt: skip
KINDS = ("定向", "不定向", "非抽取")
RESULTS = frozenset(
    {
        "未发现问题",
        "未按规定公示应当公示的信息",
        "公示信息隐瞒真实情况、弄虚作假",
        "通过登记的住所（经营场所）无法联系",
        "发现问题已责令改正",
        "不配合检查情节严重",
        "未发现开展本次抽查涉及的经营活动",
        "发现问题待后续处理",
    }
)


def refusals(record: dict[str, Any], layout: str = "") -> list[str]:
    """All that is wrong with a record as sent, as Chinese sentences; empty if nothing is."""
    if not record.get("number") or not isinstance(record.get("version"), int):
        return ["缺少记录编号或版本号。"]
    if record.get("action") not in ("publish", "withdraw"):
        return ["操作类型应为公示或撤回。"]
    fields = record.get("fields")
    if not isinstance(fields, dict):
        return ["缺少记录内容。"]
    if record["action"] == "withdraw":
        return []
    if layout.startswith("administrative-penalty/"):
        return _penalty(fields)
    return [*_missing(fields), *_too_long(fields), *_code(fields), *_values(fields), *_findings(fields)]


def _penalty(fields: dict[str, Any]) -> list[str]:
    """What 双公示 demands of an administrative penalty."""
    found = [f"缺少必填项 {key}。" for key in PENALTY if not str(fields.get(key) or "").strip()]
    if len(str(fields.get("CF_WSH") or "")) > 128:
        found.append("CF_WSH 超过 128 个字。")
    try:
        date.fromisoformat(str(fields.get("CF_JDRQ") or "2000-01-01"))
        float(fields.get("CF_NR_FK") or 0)
    except ValueError:
        found.append("CF_JDRQ 应为日期，CF_NR_FK 应为数字。")
    return found


def _missing(fields: dict[str, Any]) -> list[str]:
    return [
        f"缺少必填项“{label}”。" for key, label in DEMANDED.items() if not str(fields.get(key) or "").strip()
    ]


def _too_long(fields: dict[str, Any]) -> list[str]:
    return [
        f"“{label}”超过 {most} 个字。"
        for key, (label, most) in LONGEST.items()
        if len(str(fields.get(key) or "")) > most
    ]


def _code(fields: dict[str, Any]) -> list[str]:
    try:
        read_credit_code(str(fields.get("entity_code") or ""))
    except ClerkError as problem:
        return [str(problem)] if fields.get("entity_code") else []
    return []


def _values(fields: dict[str, Any]) -> list[str]:
    found = []
    if fields.get("task_kind") and fields["task_kind"] not in KINDS:
        found.append("抽查类型应为“定向”“不定向”或“非抽取”。")
    try:
        date.fromisoformat(str(fields.get("finished_on") or "2000-01-01"))
    except ValueError:
        found.append("抽查完成日期不是一个日期。")
    return found


def _findings(fields: dict[str, Any]) -> list[str]:
    findings = fields.get("findings")
    if not isinstance(findings, list) or not findings:
        return ["缺少检查事项和检查结果。"]
    for place, one in enumerate(findings, start=1):
        if not isinstance(one, dict) or not str(one.get("item") or "").strip():
            return [f"第 {place} 项缺少检查事项。"]
        if one.get("result") not in RESULTS:
            return [f"第 {place} 项“{one['item']}”的检查结果不在规定的八种结果之内。"]
    return []
