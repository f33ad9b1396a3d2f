"""Rows of an entity file: the columns a register's export has, and what each row says (R-L5, R-L11)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from onedoor.entities.rules.codes import EntityStatus
from onedoor.entities.rules.states import note_of, read_status
from onedoor.imports.rules.rows import RowReader, read_day
from onedoor.imports.rules.vocabulary import Vocabulary
from onedoor.kernel.codes import (
    KIND_NAMES,
    EntityKind,
    normalise_code,
    read_entity_code,
    read_registration_number,
    says_none,
)
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.spreadsheets import Column, SourceRow
from onedoor.kernel.text.pinyin import pinyin_initials, pinyin_key
from onedoor.kernel.text.unicode import normal

NAME, CODE, REGISTRATION = "企业名称", "统一社会信用代码", "注册号"
# As our own files have it: the place itself, where 区县 may be a wider one than the address names.
EXACT_PLACE = "所在地"
COLUMNS = (
    Column("序号"),
    Column(
        NAME,
        ("名称", "单位名称", "主体名称", "市场主体名称", "经营主体名称", "字号名称", "机构名称"),
        required=True,
        key=True,
    ),
    Column(
        CODE, ("信用代码", "社会信用代码", "统一代码", "统一社会信用代码/注册号"), required=True, key=True
    ),
    Column("注册日期", ("成立日期", "登记日期", "成立时间")),
    Column("企业类型", ("主体类型", "类型", "市场主体类型", "经营主体类型")),
    Column("注册资金", ("注册资本", "注册资本(金)", "开办资金")),
    Column("经营范围", ("业务范围", "宗旨和业务范围"), continued=True),
    Column("所在省份", ("省份", "省")),
    Column("地区", ("城市", "所在城市", "市")),
    Column("区县", ("所在区县", "所在县区", "县区", "行政区划")),
    Column("注册地址", ("住所", "地址", "经营场所", "住所(经营场所)")),
    Column("行业", ("行业门类", "所属行业", "国民经济行业")),
    Column("登记状态", ("经营状态", "企业状态", "状态", "主体状态")),
    # Of who has no code yet: the number of before, or 无; its keeper gives a provisional one.
    Column(REGISTRATION, ("原注册号", "工商注册号", "营业执照注册号")),
    # Last, so that no head that is only alike is taken for it before it is taken for the address.
    Column(EXACT_PLACE),
)
# A column of the file, and the field of an entity that it fills.
FIELDS = {
    "注册日期": "registered_on",
    "企业类型": "entity_type",
    "注册资金": "capital",
    "经营范围": "scope",
    "所在省份": "province",
    "地区": "region",
    "注册地址": "address",
    "行业": "industry",
    "登记状态": "status",
}
PLACE = "jurisdiction_code"
_KINDS = frozenset(KIND_NAMES.values())
_KIND_WORDS = {
    "个体": EntityKind.INDIVIDUAL,
    "合作社": EntityKind.COOPERATIVE,
    "社会团体": EntityKind.SOCIAL_GROUP,
    "民办非企业": EntityKind.CIVIL_RUN,
    "基金会": EntityKind.FOUNDATION,
    "事业单位": EntityKind.INSTITUTION,
    "律师事务所": EntityKind.LAW_FIRM,
}
_UNIT = re.compile(r"\((?:单位:)?([^()]*元[^()]*)\)")
_BARE = re.compile(r"[0-9][0-9,]*(\.[0-9]+)?")
# By a bit each, what a row may say nothing of; and that only its address names the place.
UNSAID = {name: 1 << place for place, name in enumerate((*FIELDS.values(), PLACE))}
BY_ADDRESS = 1 << len(UNSAID)


@dataclass(frozen=True, slots=True)
class Place:
    """A place an address may name. `depth` counts from the bureau's own place, which is 0."""

    code: str
    name: str
    depth: int


@dataclass(frozen=True, slots=True)
class EntityRow:
    """One entity as its row has it; fields it says nothing of hold their defaults, for who is new.

    `unsaid` has the bit of each of those (`UNSAID`): of an entity that is known they stay as they are. `status_note`
    is what the file's own word says beyond the state; it is written where the state changes. `registration` is the number
    of before of one without a code, empty where it has none either; of one with a code it is None.
    """

    number: int
    code: str
    name: str
    kind: EntityKind
    jurisdiction_code: str
    sort_key: str
    initials: str
    registered_on: date | None
    entity_type: str
    capital: str
    scope: str
    province: str
    region: str
    address: str
    industry: str
    status: str
    status_note: str
    unsaid: int = 0
    registration: str | None = None


def unit_in(head: str) -> str:
    """The unit of money that the head of a column says for all its cells: 注册资金（万元）; empty if none."""
    found = _UNIT.search(normal("NFKC", head))
    return found[1] if found else ""


def read_entity(
    row: SourceRow, places: Sequence[Place], unit: str = ""
) -> tuple[EntityRow | None, RowReader]:
    """The entity of a row, or None and what is wrong in the reader.

    `places` are the bureau's own place and those below it; `unit` is of a capital that says none (`unit_in`).
    """
    reader = RowReader(row)
    if row.problems and not row.cells:
        return None, reader
    name = reader.text(NAME, longest=200, required=True)
    registration = _without_code(reader)
    code = None
    if registration is None:
        code = reader.read(CODE, lambda: read_entity_code(row.cells.get(CODE, "")))
    if code is not None and code.doubtful:
        reader.remark(CODE, ClerkError("代码中的组织机构代码校验位不符，已读入，请核对。"))
    address = reader.text("注册地址", longest=500)
    district = reader.text("区县", longest=60)
    if district and not _known(district, places):
        named = any(place.name in address for place in places)
        reader.remark("区县", _no_place(district, tuple(place.name for place in places), named))
    said = reader.text("登记状态", longest=100)
    exact = _named(reader.text(EXACT_PLACE, longest=60), places)
    entity = EntityRow(
        number=row.number,
        code=code.text if code else "",
        name=name.replace("\n", ""),
        kind=code.kind if code else _kind_of(row.cells.get("企业类型", ""), registration or ""),
        jurisdiction_code=exact or place_of(district, address, places),
        sort_key=pinyin_key(name),
        initials=pinyin_initials(name),
        registered_on=reader.optional("注册日期", lambda text: read_day(normal("NFKC", text))),
        entity_type=reader.text("企业类型", longest=100),
        capital=_with_unit(reader.text("注册资金", longest=100), unit),
        scope=reader.text("经营范围", longest=20_000),
        province=reader.text("所在省份", longest=60),
        region=reader.text("地区", longest=60),
        address=address,
        industry=reader.text("行业", longest=100),
        status=(said and reader.read("登记状态", lambda: read_status(said))) or EntityStatus.ACTIVE,
        status_note=note_of(said),
        unsaid=_unsaid(reader, exact or district, address, places),
        registration=registration,
    )
    return (None if reader.problems else entity), reader


def _without_code(reader: RowReader) -> str | None:
    """The registration number of a row without a credit code, empty where it says that there is none; None of one with a
    code, or with something that should be one: that is told.

    A row has none where its code is a registration number or is not there and the column for that says which, or 无.
    """
    code = reader.row.cells.get(CODE, "")
    if len(code) == 18:
        return None
    said = reader.row.cells.get(REGISTRATION, "")
    if says_none(code) and said.strip():
        found = "" if says_none(said) else reader.read(REGISTRATION, lambda: read_registration_number(said))
    elif len(normalise_code(code)) in (13, 15) and normalise_code(code).isdigit():
        found = reader.read(CODE, lambda: read_registration_number(code))
    else:
        return None
    if found is not None:
        reader.remark(CODE, ClerkError("没有统一社会信用代码，登记为暂用编号，有了代码后请更正。"))
    # What cannot be read is told beside its column, and not as a code that is missing.
    return found or ""


def _kind_of(words: str, registration: str) -> EntityKind:
    """The kind of one without a code, by what the file calls it; of a number of thirteen digits an individual."""
    for word, kind in _KIND_WORDS.items():
        if word in words:
            return kind
    return EntityKind.INDIVIDUAL if len(registration) == 13 else EntityKind.ENTERPRISE


def _with_unit(amount: str, unit: str) -> str:
    bare = normal("NFKC", amount) if unit else ""
    return f"{bare}{unit}" if _BARE.fullmatch(bare) else amount


def place_of(district: str, address: str, places: Iterable[Place]) -> str:
    """The code of the deepest place the district or the address names; else the bureau's own."""
    found, depth = "", -1
    for place in places:
        named = place.depth == 0 or district in (place.code, place.name) or place.name in address
        if named and place.depth > depth:
            found, depth = place.code, place.depth
    return found


def _known(district: str, places: Iterable[Place]) -> bool:
    return any(district in (place.code, place.name) for place in places)


# A file repeats the few it has a million times.
@lru_cache(maxsize=1_000)
def _no_place(district: str, names: tuple[str, ...], named: bool) -> ClerkError:
    """What is said beside a district that is none of the bureau's places, with the nearest of these; `named` tells
    whether the address names one."""
    near = Vocabulary(dict.fromkeys(names, ())).nearest(district)
    if not named and near is None:
        return ClerkError(
            "本单位辖区里没有“%(place)s”这个地方，注册地址里也没有；新增的记为“%(own)s”，请核对是否属于本辖区。",
            place=district[:20],
            own=names[0],
        )
    if not named:
        return ClerkError(
            "本单位辖区里没有“%(place)s”这个地方，最接近的是“%(near)s”；注册地址里也没有，新增的记为“%(own)s”，请核对。",
            place=district[:20],
            near=near,
            own=names[0],
        )
    if near is None:
        return ClerkError(
            "本单位辖区里没有“%(place)s”这个地方，所在地按注册地址读入，请核对。", place=district[:20]
        )
    return ClerkError(
        "本单位辖区里没有“%(place)s”这个地方，最接近的是“%(near)s”；所在地按注册地址读入，请核对。",
        place=district[:20],
        near=near,
    )


def _named(text: str, places: Iterable[Place]) -> str:
    """The code of the place with this code or name, of several of one name the widest; empty if none has it."""
    found = [place for place in places if text in (place.code, place.name)]
    return min(found, key=lambda place: (place.depth, place.code)).code if found else ""


def _unsaid(reader: RowReader, district: str, address: str, places: Iterable[Place]) -> int:
    """The bits of what a row says nothing of.

    A place that a person settled is not guessed anew: an address names one only where it has changed itself, and
    the bureau's own place stands in for who is new alone (R-T4).
    """
    bits = 0
    for column, name in FIELDS.items():
        if not reader.says(column, chosen=column == "登记状态"):
            bits |= UNSAID[name]
    # Our own list calls the kind 类型: read as 企业类型 it says no more than the code does.
    if reader.row.cells.get("企业类型", "").strip() in _KINDS:
        bits |= UNSAID["entity_type"]
    if _known(district, places):
        return bits
    named = any(place.name in address for place in places)
    return bits | (BY_ADDRESS if named else UNSAID[PLACE])
