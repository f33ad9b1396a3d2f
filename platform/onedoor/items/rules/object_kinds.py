"""The kinds of object an item is about, as clerks write them (R-L5)."""

from __future__ import annotations

from onedoor.imports.rules.rows import RowReader, split_list
from onedoor.imports.rules.vocabulary import Vocabulary
from onedoor.items.rules.codes import MATTER_NAMES, OBJECT_NAMES
from onedoor.kernel.codes import EntityKind
from onedoor.kernel.errors import ClerkError

DEFAULT_KINDS = (EntityKind.ENTERPRISE, EntityKind.INDIVIDUAL, EntityKind.COOPERATIVE)
_WORDS: dict[str, tuple[str, ...]] = {
    **{name: (kind,) for kind, name in OBJECT_NAMES.items()},
    "经营主体": DEFAULT_KINDS,
    "市场主体": DEFAULT_KINDS,
    "合作社": (EntityKind.COOPERATIVE,),
    "社会组织": (
        EntityKind.SOCIAL_GROUP,
        EntityKind.CIVIL_RUN,
        EntityKind.FOUNDATION,
        EntityKind.OTHER_SOCIAL,
    ),
    "社会服务机构": (EntityKind.CIVIL_RUN,),
    "群团组织": (EntityKind.MASS_ORGANISATION,),
    "律师执业机构": (EntityKind.LAW_FIRM,),
    "公证处": (EntityKind.NOTARY,),
    "法律服务所": (EntityKind.LEGAL_SERVICE,),
    "仲裁机构": (EntityKind.ARBITRATION,),
    "农村集体经济组织": (
        EntityKind.COLLECTIVE_GROUP,
        EntityKind.COLLECTIVE_VILLAGE,
        EntityKind.COLLECTIVE_TOWN,
        EntityKind.COLLECTIVE_OTHER,
    ),
}


_SPELT = Vocabulary(dict.fromkeys(_WORDS, ()))


def _unknown(word: str) -> ClerkError:
    """With the nearest kind, or with all: there are so many that nobody reads them for each of ten rows."""
    near = _SPELT.nearest(word)
    if near is not None:
        return ClerkError(
            "“%(text)s”不是检查对象的种类，最接近的是“%(near)s”；全部种类见“新增事项”页。",
            text=word[:20],
            near=near,
        )
    shown = "、".join(OBJECT_NAMES.values())
    return ClerkError("“%(text)s”不是检查对象的种类，可填：%(words)s。", text=word[:20], words=shown)


def read_kinds(reader: RowReader) -> list[str]:
    """What a row of F1 says an item is about: kinds of entity, and products, projects or activities of one."""
    given = split_list(reader.text("检查对象", longest=500))
    words = [_SPELT.name_of(word) or word for word in given]
    unknown = [word for word in words if word not in _WORDS]
    if unknown:
        reader.refuse("检查对象", _unknown(unknown[0]))
    kinds = [kind for word in words for kind in _WORDS.get(word, ())]
    if kinds and all(kind in MATTER_NAMES for kind in kinds):
        # A draw is of those whose product, project or activity it is.
        reader.remark(
            "检查对象", ClerkError("没有写明属于哪类主体，已按企业、个体工商户、农民专业合作社读入。")
        )
        kinds = [*DEFAULT_KINDS, *kinds]
    return [str(kind) for kind in dict.fromkeys(kinds or DEFAULT_KINDS)]
