"""What may be wrong with a record, in words and as conditions in SQL (data quality, R-L5, R-L6).

`e` is the entity, `c` whether a file of its keeper's had it lately. Only entities in business are looked at, except by the faults of a library.
"""

from __future__ import annotations

import re
from datetime import timedelta

# By fault: what it is part of, and the condition. The industry is not among them: registers do not export it.
FAULTS: dict[str, tuple[str, str]] = {
    "no_address": ("missing", "btrim(e.address) = ''"),
    "no_scope": ("missing", "btrim(e.scope) = ''"),
    "no_type": ("missing", "btrim(e.entity_type) = ''"),
    "no_day": ("missing", "e.registered_on IS NULL"),
    "old": ("stale", "c.code IS NULL AND e.updated_at < CAST(:stale AS timestamptz)"),
    "future": ("contradictory", "e.registered_on > CAST(:day AS date)"),
    "before": ("contradictory", "e.status_since < e.registered_on"),
    "kind": (
        "contradictory",
        "(e.kind <> '92' AND e.entity_type LIKE '%个体%') OR (e.kind = '92' AND e.entity_type LIKE '%公司%')",
    ),
    "said_gone": (
        "contradictory",
        # Not the note: it may say that the firm was revoked by mistake and is back.
        "e.name LIKE '%注销%'",
    ),
}
# Targets of the bureau's library whose entity is gone (R-L6).
TARGET_GONE = "target_gone"
DUPLICATE = "duplicate"
# A record that nobody touched for so many days, and that stood in no file of its keeper's, is stale (R-L5: at least once
# a year).
STALE_DAYS = 366
# Names as they are compared: without brackets, blanks and points, in one case.
KEY = "regexp_replace(translate(lower({text}), '（）［］【】〔〕', '()[][][]'), '[][()[:space:]·・•,，.。、\\-—_\"“”]+', '', 'g')"
# What makes the name of one firm like that of another.
CORE = "regexp_replace({key}, '(股份有限公司|有限责任公司|有限公司|公司|个体工商户|商行|经营部|专业合作社|合作社|中心|商店|店|厂)$', '')"
# What of a name is no figure: two shops of a chain are told apart by their numbers.
NOT_A_FIGURE = "[^0-9零一二三四五六七八九十]"
# Of pairs at one address: this share of the pieces of two characters of both names is common to them.
LIKE_ENOUGH = 0.6
# More at one address are a market or an office block, where names tell nothing.
MOST_AT_AN_ADDRESS = 12
MOST_OF_A_NAME = 6
SHORTEST_NAME, SHORTEST_ADDRESS = 4, 8
# So many pairs are suggested at a time; deciding some makes room for others.
MOST_PAIRS = 5_000


_ALIKE = str.maketrans("（）［］【】〔〕", "()[][][]")
_POINTS = re.compile(r"[\[\]()\s·・•,，.。、\\_\"“”-]+")
_ENDS = re.compile(
    "(股份有限公司|有限责任公司|有限公司|公司|个体工商户|商行|经营部|专业合作社|合作社|中心|商店|店|厂)$"
)
_FIGURES = re.compile(NOT_A_FIGURE)


def key_of(text: str) -> str:
    """As `KEY`, of one text."""
    return _POINTS.sub("", text.lower().translate(_ALIKE))


def likeness_of(name: str, address: str, other_name: str, other_address: str) -> str | None:
    """Why two entities may be one: by `name` or by `address`, as a review would pair them; None: they look apart."""
    one, other = key_of(name), key_of(other_name)
    if len(one) >= SHORTEST_NAME and one == other:
        return "name"
    place = key_of(address)
    if len(place) < SHORTEST_ADDRESS or place != key_of(other_address):
        return None
    if _FIGURES.sub("", one) != _FIGURES.sub("", other):
        return None
    ours, theirs = _pieces(one), _pieces(other)
    alike = len(ours & theirs) >= LIKE_ENOUGH * (len(ours) + len(theirs)) / (1 + LIKE_ENOUGH)
    return "address" if alike else None


def _pieces(key: str) -> set[str]:
    core = _ENDS.sub("", key)
    return {core[place : place + 2] for place in range(max(len(core) - 1, 1))}


# Hours of the day, local, in which a review costs nobody anything; one that missed two nights is made up by day.
NIGHT = range(6)
_A_NIGHT, _TWO_NIGHTS = timedelta(hours=18), timedelta(hours=44)


def review_due(age: timedelta | None, hour: int) -> bool:
    """Whether a bureau's records are to be looked over by themselves: once a night. `age` is how long ago they were, if
    ever, `hour` the local one."""
    by_night = hour in NIGHT
    if age is None:
        return by_night
    return age > (_A_NIGHT if by_night else _TWO_NIGHTS)


def score_of(records: int, faulty: int) -> int | None:
    """Of a hundred records, how many have no fault, rounded down so that a hundred means all; None without records."""
    return (records - faulty) * 100 // records if records else None
