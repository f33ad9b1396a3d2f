"""F11 (执法检查台账, forms.md) as it is laid out, and the words of a line; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from onedoor.kernel.text.source_strings import N_
from onedoor.ledger.rules.origins import CAUSE_NAMES, REGISTRATION_NAMES, Cause, Registration
from onedoor.visits.rules.kinds import KIND_NAMES, SOURCE_NAMES, Kind, Source
from onedoor.visits.rules.results import (
    HANDLING_NAMES,
    METHOD_NAMES,
    RESULT_NAMES,
    Handling,
    Method,
    Result,
)

TITLE = N_("执法检查台账")
# The form's own columns, and what a ledger needs beside them to be read again.
HEADS: dict[str, str] = {
    "kind": N_("检查类别"),
    "source": N_("来源"),
    "entity": N_("检查对象"),
    "inspectors": N_("检查人员"),
    "matters": N_("检查内容"),
    "methods": N_("检查方式"),
    "measures": N_("检查措施"),
    "results": N_("检查结果"),
    "supervision": N_("监督检查记录"),
}
MORE: dict[str, str] = {
    "entity_code": N_("统一社会信用代码"),
    "day": N_("检查日期"),
    "number": N_("检查编号"),
    "registration": N_("登记方式"),
    "cause": N_("未通过平台的原因"),
}
NOTE = N_(
    "说明：一次联合检查只列一行；各自的检查合并上门的各列一行，入户计一次；“登记方式”写明事后登记的、紧急补办的、未通过平台的和原平台的检查。"
)

Say = Callable[[str], str]
Join = Callable[[Iterable[str]], str]
MARK = "、"


def words(line: Any, say: Say = str, join: Join = MARK.join) -> dict[str, Any]:
    """The cells of a line by their column; `say` puts a source string into the reader's language, `join` a list of words."""
    return {
        "kind": say(KIND_NAMES[Kind(line.kind)]),
        "source": say(SOURCE_NAMES[Source(line.source)]),
        "entity": called(line),
        "inspectors": join((line.inspectors or "").split(MARK)),
        "matters": join((line.matters or "").split(MARK)),
        "methods": join(_named(Method, METHOD_NAMES, line.methods, say)),
        "measures": measures(line, say, join),
        "results": join(_named(Result, RESULT_NAMES, line.results, say)),
        "supervision": supervision(line, say, join),
        "entity_code": line.entity_code,
        "day": line.day,
        "number": line.number,
        "registration": say(REGISTRATION_NAMES[Registration(line.registration)]),
        "cause": cause(line, say),
    }


def called(line: Any) -> str:
    """The object, and which of its places the check was at."""
    return f"{line.entity_name}（{line.place_number}）" if line.place_number else str(line.entity_name)


def measures(line: Any, say: Say = str, join: Join = MARK.join) -> str:
    """检查措施: what was ordered or opened after it."""
    if line.measures_text:
        return str(line.measures_text)
    found = join(_named(Handling, HANDLING_NAMES, line.measures, say))
    return found or (say(HANDLING_NAMES[Handling.NONE]) if line.accepted_on else "")


def supervision(line: Any, say: Say = str, join: Join = MARK.join) -> str:
    """监督检查记录: the unit's acceptance, the report, the disclosure, and what is not ended."""
    if line.supervision:
        return str(line.supervision)
    steps = (
        (line.accepted_on, N_("记录审核通过 %(day)s")),
        (line.reported_on, N_("完成报告 %(day)s")),
        (line.public_on, N_("公示结果 %(day)s")),
    )
    said = [say(text) % {"day": day.isoformat()} for day, text in steps if day]
    if line.together:
        said.insert(0, say(N_("与%(bureaus)s合并上门")) % {"bureaus": join(line.together)})
    if line.open_followups:
        said.append(say(N_("后续处置未办结 %(count)s 项")) % {"count": line.open_followups})
    return join(said)


def cause(line: Any, say: Say = str) -> str:
    """Why it was made outside the platform."""
    if not line.cause:
        return ""
    name = say(CAUSE_NAMES[Cause(line.cause)])
    return name + say(N_("：")) + line.cause_note if line.cause_note else name


def _named(codes: Any, names: Mapping[Any, str], held: Iterable[str], say: Say) -> list[str]:
    told = set(held)
    return [say(names[one]) for one in codes if one.value in told]
