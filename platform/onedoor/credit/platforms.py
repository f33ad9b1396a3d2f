"""The outside platforms records go to, and which layout each has for which kind of public thing (R-O2; forms.md, "Outside records")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from onedoor.kernel.deployment import settings
from onedoor.kernel.sentences import Sentence

RESULT, PENALTY = "result", "penalty"
RESULT_LAYOUT, PENALTY_LAYOUT = "inspection-result/1", "administrative-penalty/1"


@dataclass(frozen=True)
class OutsidePlatform:
    """A platform: its code stands in rows, `layouts` by kind of public thing; `mark` keeps its batch numbers apart."""

    code: str
    title: Sentence
    layouts: Mapping[str, str]
    mark: str = ""


CREDIT = OutsidePlatform(
    "credit",
    Sentence("国家企业信用信息公示系统"),
    {RESULT: RESULT_LAYOUT, PENALTY: PENALTY_LAYOUT},
)
SHARING = OutsidePlatform("sharing", Sentence("全国信用信息共享平台"), {PENALTY: PENALTY_LAYOUT}, mark="-XY")
PLATFORMS = {one.code: one for one in (CREDIT, SHARING)}


def in_use() -> list[OutsidePlatform]:
    """Those this deployment sends to: the sharing platform once the operator has said where it is."""
    return [CREDIT, *([SHARING] if settings().sharing_url else [])]
