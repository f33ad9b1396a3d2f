"""Why a drawn officer does not come: the category that is public (R-D6)."""

from __future__ import annotations

from enum import StrEnum

from onedoor.kernel.text.source_strings import N_


class Absence(StrEnum):
    """`STAYS` is the answer of the officer's bureau that they do come."""

    RECUSED = "recused"
    ILL = "ill"
    CERTIFICATE = "certificate"
    OTHER_DUTY = "other_duty"
    LEFT = "left"
    OTHER = "other"
    STAYS = "stays"


ABSENCE_NAMES: dict[Absence, str] = {
    Absence.RECUSED: N_("回避"),
    Absence.ILL: N_("因病不能参加"),
    Absence.CERTIFICATE: N_("执法证失效"),
    Absence.OTHER_DUTY: N_("另有公务"),
    Absence.LEFT: N_("调离或停止执法"),
    Absence.OTHER: N_("其他原因不能参加"),
}
ABSENCES = tuple(one.value for one in Absence)
