"""Reads of figures and returns; what stands here is for other rooms."""

from onedoor.statistics.queries import (
    burden,
    definitions,
    differences,
    forms,
    frozen,
    place_sheets,
    returns,
    sheets,
)
from onedoor.statistics.queries.as_of import Ask, with_problem
from onedoor.statistics.queries.campaigns import (
    campaigns,
    checked,
    joint,
    joint_rows,
    objects,
    objects_of,
    shown,
    years,
)

__all__ = [
    "Ask",
    "burden",
    "campaigns",
    "checked",
    "definitions",
    "differences",
    "forms",
    "frozen",
    "joint",
    "joint_rows",
    "objects",
    "objects_of",
    "place_sheets",
    "returns",
    "sheets",
    "shown",
    "with_problem",
    "years",
]
