"""How what follows a finding ended, by code; and what of it the public reads (R-V7, R-O1); pure."""

from __future__ import annotations

from enum import StrEnum

from onedoor.kernel.text.source_strings import N_


class Conclusion(StrEnum):
    """How something ended."""

    CORRECTED = "corrected"
    TURNED = "turned"
    PENALISED = "penalised"
    NOT_PENALISED = "not_penalised"
    REVOKED = "revoked"
    ANSWERED = "answered"
    INFORMED = "informed"
    LISTED = "listed"
    NOT_LISTED = "not_listed"
    POLICE_FILED = "police_filed"
    POLICE_DECLINED = "police_declined"
    OTHER = "other"


CONCLUSION_NAMES: dict[Conclusion, str] = {
    Conclusion.CORRECTED: N_("已改正"),
    Conclusion.TURNED: N_("已转立案"),
    Conclusion.PENALISED: N_("已作出行政处罚并执行完毕"),
    Conclusion.NOT_PENALISED: N_("不予行政处罚"),
    Conclusion.REVOKED: N_("已撤销案件"),
    Conclusion.ANSWERED: N_("接收单位已办理"),
    Conclusion.INFORMED: N_("已抄告"),
    Conclusion.LISTED: N_("已列入经营异常名录"),
    Conclusion.NOT_LISTED: N_("未列入经营异常名录"),
    Conclusion.POLICE_FILED: N_("公安机关已立案"),
    Conclusion.POLICE_DECLINED: N_("公安机关不予立案"),
    Conclusion.OTHER: N_("已办理"),
}

# What goes to the police stays with them: the public reads that it was passed on and that it has ended.
NOT_PUBLIC = frozenset({Conclusion.POLICE_FILED, Conclusion.POLICE_DECLINED})


def public_name(code: str | None) -> str:
    """The word of an outcome for the public; none where it is not for the public, or was only in the bureau's own words."""
    if code is None or Conclusion(code) in NOT_PUBLIC:
        return ""
    return CONCLUSION_NAMES[Conclusion(code)]
