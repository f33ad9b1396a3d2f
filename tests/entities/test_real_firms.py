"""The 5,636 real firms beside the repository: loaded without a false error, and found as a person expects (issue 5).

What is expected is worked out here from the file by plain Python, and not by anything that the search is made of.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest

from onedoor.entities import queries as entity_queries
from onedoor.entities.queries import search as searching
from onedoor.imports import queries as import_queries
from onedoor.imports import service
from onedoor.kernel.db import db
from tests.fixtures.city import City
from tests.fixtures.clerk_files import REAL_FIRMS
from tests.visits.builders import run_jobs_of

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not REAL_FIRMS.exists(), reason="the register's export is not on this machine"),
]
Firm = dict[str, str]


@pytest.fixture(scope="module")
def firms() -> list[Firm]:
    with REAL_FIRMS.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def loaded(city: City) -> dict[str, Any]:
    with city.acting("scjg.planner"):
        # Another city's register: it is looked over before it is loaded.
        run_id = service.begin_import("entities", "企业.csv", REAL_FIRMS.read_bytes(), "check").id
    run_jobs_of(city.app)()
    with city.acting("scjg.planner"):
        service.begin_load(import_queries.import_run(run_id), "good")
    run_jobs_of(city.app)()
    with city.acting("scjg.planner"):
        outcome = import_queries.import_run(run_id).outcome
    assert outcome is not None
    return outcome


def test_every_firm_is_loaded_and_nothing_is_said_against_one(
    loaded: dict[str, Any], firms: list[Firm]
) -> None:
    assert (loaded["added"], loaded["rejected"], loaded["remarks"]) == (len(firms), 0, 0) == (5636, 0, 0)


def plain(text: str) -> str:
    """As people compare: widths, case and brackets aside."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(char for char in folded if char not in "()")


def says(*words: str) -> Callable[[Firm], bool]:
    """Every word stands in the name, the address or the scope."""
    return lambda firm: all(
        any(word in plain(firm[column]) for column in ("企业名称", "注册地址", "经营范围")) for word in words
    )


def initial(char: str) -> str | None:
    """The first letter of a character's pinyin: GB 2312 has its common ones in the order of pinyin. None of another."""
    if char.isascii():
        return char.lower() if char.isalnum() else ""
    try:
        first, second = char.encode("gb2312")
    except (UnicodeEncodeError, ValueError):
        return None
    place = (first - 0xA0) * 100 + second - 0xA0
    if not 1601 <= place <= 5589:
        return None
    starts = "a1601 b1637 c1833 d2078 e2274 f2302 g2433 h2594 j2787 k3106 l3212 m3472 n3635 o3722 p3730 q3858 r4027 s4086 t4390 w4558 x4684 y4925 z5249"
    return next(one[0] for one in reversed(starts.split()) if int(one[1:]) <= place)


def second_class(firm: Firm) -> bool:
    """Of the second class, and not of the third, whose III has an II in it."""
    return re.search("(?<!i)ii类医疗", plain(firm["经营范围"])) is not None


SEARCHES = {
    "part of a name": ("大发氧气", says("大发氧气")),
    "a whole name, its brackets in the other width": ("优觅（牡丹江）科技有限公司", says("优觅牡丹江科技有限公司")),
    "two parts, and spaces of either width around them": (" 东宁　 木耳  ", says("东宁", "木耳")),
    "a street": ("光华街", says("光华街")),
    "a street and a trade": ("兴平路 餐饮", says("兴平路", "餐饮")),
    "a number of a house": ("28-1号", says("28-1号")),
    "a word of the scope": ("污水处理", says("污水处理")),
    "one character": ("蜂", says("蜂")),
    "what many have": ("销售", says("销售")),
    "what many have, in four characters": ("技术服务", says("技术服务")),
    "letters in lower case": ("osb", says("osb")),
    "a Roman numeral as one sign": ("Ⅱ类医疗", second_class),
    "a Roman numeral as letters": ("II类医疗", second_class),
    "words with a comma between them": ("牡丹江，氧气", says("牡丹江", "氧气")),
    "a place and what is not there": ("绥芬河 煤炭开采", says("绥芬河", "煤炭开采")),
    "nothing there is": ("潜艇制造", says("潜艇制造")),
    "a sign of SQL": ("100%", says("100%")),
}  # fmt: skip


NOTHING = ("nothing there is", "a sign of SQL", "a place and what is not there")


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("way", ["by the index", "row by row", "as the list does"])
@pytest.mark.parametrize("what", SEARCHES)
def test_a_search_finds_all_that_a_person_expects_and_nothing_else(
    city: City, firms: list[Firm], what: str, way: str
) -> None:
    typed, expected = SEARCHES[what]
    ways = {
        "by the index": searching.gathering,
        "row by row": searching.reading,
        "as the list does": entity_queries.matching,
    }
    with city.acting("scjg.planner"):
        found = {one.name for one in db.session.scalars(ways[way](entity_queries.entities(), typed))}
    wanted = {firm["企业名称"] for firm in firms if expected(firm)}
    assert wanted or what in NOTHING
    # An II is part of an III where a register has it in letters: found too, and no harm.
    may = {firm["企业名称"] for firm in firms if says("ii类医疗")(firm)} if "Roman" in what else wanted
    assert wanted <= found <= may


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("typed", ["LED", "led", "ＬＥＤ"])
def test_letters_are_found_in_any_width_and_case_and_as_initials(
    city: City, firms: list[Firm], typed: str
) -> None:
    with city.acting("scjg.planner"):
        found = {
            one.name: one
            for one in db.session.scalars(entity_queries.matching(entity_queries.entities(), typed))
        }
    wanted = {firm["企业名称"] for firm in firms if says("led")(firm)}
    assert wanted and wanted <= set(found)
    assert all("led" in found[name].initials for name in set(found) - wanted)


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    "typed",
    ["91230108L14033797P", "91230108l14033797p", " 9123 0108 L140 33797P ", "l14033797", "１４０３３７９７"],
)
def test_a_code_is_found_whole_and_in_part_however_it_is_typed(
    city: City, firms: list[Firm], typed: str
) -> None:
    words = unicodedata.normalize("NFKC", typed).upper().split()
    wanted = {firm["企业名称"] for firm in firms if all(word in firm["统一社会信用代码"] for word in words)}
    with city.acting("scjg.planner"):
        found = {
            one.name for one in db.session.scalars(entity_queries.matching(entity_queries.entities(), typed))
        }
    assert wanted <= found and "海林市大发氧气充装有限公司" in found


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("typed", ["hlsdf", "HLSDF", "mdjsdaq", "sfhs"])
def test_a_firm_is_found_by_the_initials_of_its_name(city: City, firms: list[Firm], typed: str) -> None:
    """Of the names whose every character has a place in the order of pinyin; other readings of a character aside."""
    known = {
        firm["企业名称"]: [initial(char) for char in firm["企业名称"] if char not in "()（）"]
        for firm in firms
    }
    wanted = {
        name
        for name, letters in known.items()
        if None not in letters and typed.lower() in "".join(map(str, letters))
    }
    with city.acting("scjg.planner"):
        found = {
            one.name for one in db.session.scalars(entity_queries.matching(entity_queries.entities(), typed))
        }
    assert wanted and wanted <= found
