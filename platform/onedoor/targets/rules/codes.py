"""Codes of what a library lists and a pool is divided by, with the words a page shows."""

from __future__ import annotations

from enum import StrEnum

from onedoor.items.rules.codes import MATTER_NAMES
from onedoor.kernel.sentences import Sentence


class SuggestionState(StrEnum):
    """Who should list an entity (R-L6): what the asked bureau made of it."""

    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Stratify(StrEnum):
    """What a pool is divided by. A risk level or credit class is not public: only a closed pool is divided by it (draw.md, "Pool").

    By rules: by the first of the ordered rules of rates that holds (`rate_rules`).
    """

    NONE = "none"
    KIND = "kind"
    PLACE = "place"
    RISK = "risk"
    CLASS = "class"
    RULES = "rules"


WHOLE_POOL = "ALL"


# Credit classes as strata (R-O4): all bureaus read them, the public does not.
NO_CLASS = "C0"


CLASS_NAMES: dict[str, str] = {
    NO_CLASS: Sentence("未定信用等级"),
    "CA": Sentence("信用等级 A"),
    "CB": Sentence("信用等级 B"),
    "CC": Sentence("信用等级 C"),
    "CD": Sentence("信用等级 D"),
}


# What a library lists beside entities: places of business (场所), too, which no item is about alone.
PLACE = "place"


LISTED_NAMES: dict[str, str] = {PLACE: "经营场所", **MATTER_NAMES}


# Levels of a bureau's own scale as strata, the lowest first: each bureau names its levels, a pool takes letters and digits.
NO_RISK = "R0"


RISK_NAMES: dict[str, str] = {
    NO_RISK: Sentence("未评风险等级"),
    "R1": Sentence("风险等级 1 级（最低）"),
    "R2": Sentence("风险等级 2 级"),
    "R3": Sentence("风险等级 3 级"),
    "R4": Sentence("风险等级 4 级"),
    "R5": Sentence("风险等级 5 级"),
    "R6": Sentence("风险等级 6 级"),
    "R7": Sentence("风险等级 7 级"),
    "R8": Sentence("风险等级 8 级"),
}
