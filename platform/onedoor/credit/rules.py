"""What an export is: states, the record made of a public result, what is wrong with one. Pure.

R-O2: batch, sequence, receipt, reconciliation; nothing is sent twice, nothing is lost, a rejected
record says why and is sent again after mending. R-O3: what ends is withdrawn wherever it was sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from onedoor.credit.layouts import Field, Layout
from onedoor.kernel.codes import read_credit_code
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.sentences import Sentence, either, in_lines
from onedoor.kernel.text.source_strings import N_


class RepairState(StrEnum):
    """A request for credit repair (R-O3)."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"


class ClassRuleState(StrEnum):
    """A version of the rule that moves credit classes (R-O4)."""

    DRAFT = "draft"
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    DROPPED = "dropped"


class LayoutState(StrEnum):
    """A version of an outside platform's layout."""

    DRAFT = "draft"
    IN_USE = "in_use"


MOST_IN_A_BATCH = 500
_DECIMAL = re.compile(r"[0-9]{1,12}(?:\.([0-9]+))?")


class RecordState(StrEnum):
    """Of an export record (glossary): waiting until the platform answers for it; sent while it has the
    record and has not decided; accepted; rejected; withdrawn, there or before it was ever sent."""

    WAITING = "waiting"
    SENT = "sent"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Gravity(StrEnum):
    """How grave a dishonesty is: how long it is public at least and at most (settings `repair.…`)."""

    LIGHT = "light"
    ORDINARY = "ordinary"
    SERIOUS = "serious"


GRAVITY_NAMES: dict[Gravity, str] = {
    Gravity.LIGHT: N_("轻微失信"),
    Gravity.ORDINARY: N_("一般失信"),
    Gravity.SERIOUS: N_("严重失信"),
}


class Action(StrEnum):
    """What the platform is asked to do with a record."""

    PUBLISH = "publish"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class PlanFacts:
    """The plan a result comes from: its number and title."""

    number: str
    title: str


@dataclass(frozen=True)
class Reconciliation:
    """What was sent against what was answered; `open` of them still lack a receipt."""

    sent: int
    accepted: int
    rejected: int

    @property
    def open(self) -> int:
        """Sent, and not answered."""
        return self.sent - self.accepted - self.rejected


def result_fields(
    content: Mapping[str, Any], entity: tuple[str, str], authority: str, plan: PlanFacts | None
) -> dict[str, Any]:
    """The fields of forms.md ("Inspection result, national publicity system") of a public result.

    `entity` is (code, name). Items and results are pairs, one pair for each result of each item.
    """
    findings = [
        {"item": item.get("name", ""), "result": result}
        for item in content.get("items", ())
        for result in item.get("results", ())
    ]
    return {
        "entity_name": entity[1],
        "entity_code": entity[0],
        "plan_number": plan.number if plan else "",
        "plan_name": plan.title if plan else "",
        **_task(content),
        "authority": authority,
        "finished_on": content.get("finished_on", ""),
        "visit_number": content.get("visit_number", ""),
        "handling": content.get("handling", ""),
        "findings_text": "；".join(f"{one['item']}：{one['result']}" for one in findings),
        "findings": findings,
    }


def _task(content: Mapping[str, Any]) -> dict[str, str]:
    """The task a result comes from; a check that no draw made is one by itself, and says so (R-V9)."""
    if content.get("drawn", True):
        number, name = content.get("campaign_number", ""), content.get("campaign_name", "")
        return {
            "task_number": number,
            "task_name": name,
            "task_kind": "定向" if content.get("directed") else "不定向",
        }
    kind = content.get("check_kind_name", "")
    return {
        "task_number": content.get("visit_number", ""),
        "task_name": f"{kind}（来源：{content.get('source_name', '')}）",
        "task_kind": "非抽取",
    }


def penalty_fields(content: Mapping[str, Any], entity: tuple[str, str], until: date | None) -> dict[str, Any]:
    """The fields of forms.md ("Administrative penalty, credit platform") of a public penalty; `entity` is (code, name)."""
    return {
        "CF_XDR_MC": entity[1],
        "CF_XDR_LB": content.get("party_kind", ""),
        "CF_XDR_SHXYM": entity[0],
        "CF_WSH": content.get("number", ""),
        "CF_WFXW": content.get("reason", ""),
        "CF_SY": content.get("facts", ""),
        "CF_YJ": content.get("basis", ""),
        "CF_CFLB": "、".join(content.get("sanctions", ())),
        "CF_NR": content.get("content", ""),
        "CF_NR_FK": content.get("fine") or "",
        "CF_NR_WFFF": content.get("confiscated") or "",
        "CF_NR_ZKDX": content.get("licence") or "",
        "CF_JDRQ": content.get("decided_on", ""),
        "CF_YXQ": content.get("valid_until") or "",
        "CF_GSJZQ": until.isoformat() if until else "",
        "CF_CFJG": content.get("authority", ""),
        "CF_CFJGDM": content.get("authority_code", ""),
        "CF_SJLY": content.get("source", ""),
        "CF_SJLYDM": content.get("source_code", ""),
        "BZ": "",
    }


def fitted(layout: Layout, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Our facts as the layout wants them: under its keys, in its code words; what it does not name is not sent."""
    made: dict[str, Any] = {}
    for field in layout.fields:
        value = field.fixed or str(facts.get(field.filled_from) or "")
        made[field.key] = field.codes.get(value, value)
    return {**made, "findings": facts.get("findings", [])} if layout.nested else made


def problems(layout: Layout, fields: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is wrong by the layout, as sentences by field; empty if nothing is."""
    found = {field.key: texts for field in layout.fields if (texts := _of_field(field, fields))}
    if layout.nested and not fields.get("findings"):
        found["findings"] = [Sentence("没有检查事项和检查结果，请先在检查记录中补正并重新公示。")]
    return found


def in_one_sentence(layout: Layout, found: Mapping[str, Iterable[str]]) -> str:
    """The problems as one text, each with the label of its field."""
    labels = {field.key: Sentence(field.label) for field in layout.fields}
    problems = [
        Sentence("%(label)s：%(problem)s", label=labels.get(key) or Sentence("检查事项"), problem=text)
        for key, texts in found.items()
        for text in texts
    ]
    return in_lines(problems)


def batch_number(bureau_code: str, day: date, sequence: int, mark: str = "") -> str:
    """The number of a batch, unique among all bureaus: it is the idempotency key too."""
    return f"{bureau_code}-{day:%Y%m%d}-{sequence:05d}{mark}"


def reconcile(states: Iterable[str]) -> Reconciliation:
    """Count the answers; `states` has one receipt state, or an empty text, for each record sent."""
    counted = list(states)
    return Reconciliation(len(counted), counted.count("accepted"), counted.count("rejected"))


def _of_field(field: Field, fields: Mapping[str, Any]) -> list[str]:
    value = str(fields.get(field.key) or "").strip()
    if not value:
        return [Sentence("没有填写。")] if field.required else []
    if len(value) > field.longest:
        return [Sentence("超过 %(most)s 个字。", most=field.longest)]
    if field.choices and value not in field.choices:
        return [
            Sentence(
                "应为%(choices)s。",
                choices=either([Sentence("“%(word)s”", word=Sentence(one)) for one in field.choices]),
            )
        ]
    if field.kind == "date":
        return _date(value)
    if field.kind == "decimal":
        return _decimal(value, field.decimals)
    return _code(value) if field.kind == "credit_code" else []


def _date(value: str) -> list[str]:
    try:
        date.fromisoformat(value)
    except ValueError:
        return [Sentence("请按“年-月-日”填写日期，例如 2026-03-05。")]
    return []


def _decimal(value: str, places: int) -> list[str]:
    found = _DECIMAL.fullmatch(value)
    if found is not None and len(found[1] or "") <= places:
        return []
    return [Sentence("请填写数字，整数不超过 12 位，小数不超过 %(places)s 位。", places=places)]


def _code(value: str) -> list[str]:
    try:
        read_credit_code(value)
    except ClerkError as problem:
        return [Sentence(problem.message, **problem.params)]
    return []
