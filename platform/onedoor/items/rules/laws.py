"""Whether an item rests on what of a law ended (R-L4); pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

_STATE = "中华人民共和国"


class Ended(NamedTuple):
    """What ended: of which law, which article (empty: all of it), on which day."""

    title: str
    article: str
    changed_on: date
    repealed: bool


def rests_on(basis: str, ended: Ended) -> bool:
    """Whether a legal basis names that article of that law, or the law that ended as a whole."""
    plain = re.sub(r"\s+", "", basis)
    title = ended.title.removeprefix(_STATE)
    for found in re.finditer(r"《([^》]+)》([^《]*)", plain):
        if found[1].removeprefix(_STATE) == title and (not ended.article or _names(found[2], ended.article)):
            return True
    return False


def changes_under(basis: str, changes: Iterable[Ended], updated_on: date | None) -> list[Ended]:
    """What ended of that on which an item rests, since the item was last written."""
    return [
        each
        for each in changes
        if (updated_on is None or each.changed_on > updated_on) and rests_on(basis, each)
    ]


def _names(after: str, article: str) -> bool:
    """Article 第十条 is not named by 第十条之一 alone; 第三十条 is another one."""
    return re.search(re.escape(article) + r"(?!之)", after) is not None
