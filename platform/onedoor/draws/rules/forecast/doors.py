"""Doors and matters: what drawing together saves (draw.md, "Coordination"; forms.md, definitions; R-J3).

Three measures that never go under one label: doors and matters of a draw, and the doors that independent draws
would have needed, expected before the draw.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from math import prod
from typing import NamedTuple

from onedoor.draws.rules.documents import Plan
from onedoor.draws.rules.pool import Pool
from onedoor.draws.rules.pool_lines import ELIGIBLE
from onedoor.draws.rules.selection import strata_of


class Doors(NamedTuple):
    """``doors``: distinct objects drawn; ``matters``: pairs of object and item."""

    doors: int
    matters: int


def doors_and_matters(drawn: Mapping[str, Iterable[str]], items: Mapping[str, Collection[str]]) -> Doors:
    """From the ids that each list drew and the items that each list checks at them.

    An item that two lists share at one object is one matter.
    """
    # Objects are told apart by the lists that drew them only, as there may be a hundred thousand.
    lists: dict[str, tuple[str, ...]] = {}
    for name, ids in drawn.items():
        own = (name,)
        for id_ in dict.fromkeys(ids):
            lists[id_] = lists[id_] + own if id_ in lists else own
    matters = sum(
        number * len({item for name in names for item in items.get(name, ())})
        for names, number in Counter(lists.values()).items()
    )
    return Doors(len(lists), matters)


def independent_doors(plan: Plan, pools: Mapping[str, Pool]) -> Fraction:
    """``Σ over objects of 1 − Π over lists of (1 − quota / eligible of its stratum)``, exactly.

    Of a list in mode ``ratio`` the chance is ``quota · weight / Σ weights``, at most 1, as the protocol means it.
    Objects of the same strata share a summand, so a million of them cost no more than reading them; of one list it
    is the sum of its quotas.
    """
    if len(plan["lists"]) == 1:
        return Fraction(sum(quota for _, quota in plan["lists"][0]["quota"]))
    spared: list[Fraction] = []
    met: dict[str, tuple[int, ...]] = {}
    for entry in plan["lists"]:
        pool = pools[entry["list"]]
        quotas, number = dict(entry["quota"]), {}
        weigh = entry["mode"] == "ratio"
        strata = strata_of(pool)
        for stratum, weight in {kind[:2] for kind in pool.kinds if kind.status == ELIGIBLE}:
            own = strata[stratum]
            share, whole = (weight, own.weight) if weigh else (1, own.eligible)
            number[stratum, share] = len(spared)
            spared.append(max(1 - Fraction(quotas.get(stratum, 0) * share, whole), Fraction(0)))
        for id_, stratum, weight, status in zip(*pool.columns, strict=True):
            if status == ELIGIBLE:
                met[id_] = (*met.get(id_, ()), number[stratum, weight if weigh else 1])
    alike = Counter(met.values())
    return Fraction(sum(count * (1 - prod(spared[i] for i in each)) for each, count in alike.items()))
