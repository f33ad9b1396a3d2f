"""What a return asks people to type: names and numbers of documents, narrative, publicity, contacts; never a figure (R-S1); pure."""

from __future__ import annotations

from dataclasses import dataclass

from onedoor.kernel.text.source_strings import N_
from onedoor.statistics.rules.periods import ReturnKind


@dataclass(frozen=True)
class Fact:
    """One typed fact; `long` is a text of several lines, `required` one without which the return is not filed."""

    key: str
    label: str
    long: bool = False
    required: bool = False


DOCUMENT = Fact("document", N_("实施意见或工作方案的文件名称及文号"))
DISCLOSURE = Fact("disclosure", N_("检查结果公开机制的文件名称及文号"))
PUBLICITY = Fact("publicity", N_("宣传培训情况"), long=True)
NARRATIVE = Fact("narrative", N_("情况说明"), long=True)
CONTACT = Fact("contact", N_("联系人"), required=True)
PHONE = Fact("phone", N_("联系电话"), required=True)
REPORT = (
    Fact("measures", N_("工作措施"), long=True, required=True),
    Fact("results", N_("做法成效"), long=True, required=True),
    Fact("problems_and_advice", N_("问题建议"), long=True, required=True),
    Fact("next_steps", N_("下一步工作安排"), long=True, required=True),
)
_PLAIN = (NARRATIVE, PUBLICITY, CONTACT, PHONE)
FACTS: dict[ReturnKind, tuple[Fact, ...]] = {
    ReturnKind.F3: (DOCUMENT, DISCLOSURE, *_PLAIN),
    ReturnKind.F4: (DOCUMENT, DISCLOSURE, *_PLAIN),
    ReturnKind.F7: _PLAIN,
    ReturnKind.F8: _PLAIN,
    ReturnKind.F9: _PLAIN,
    ReturnKind.F10: _PLAIN,
    ReturnKind.SELF_REVIEW: (DOCUMENT, DISCLOSURE, *REPORT, PUBLICITY, CONTACT, PHONE),
}
