"""How an item is checked (检查方式, R-L1), as files and forms write it; pure."""

from __future__ import annotations

from onedoor.imports.rules.rows import split_list
from onedoor.kernel.errors import ClerkError

METHODS = ("实地检查", "书面检查", "网络监测", "行政部门检查结果或专业意见", "检验检测", "委托专业机构")
_WORDS = {
    **{method: method for method in METHODS},
    **dict.fromkeys(("实地", "现场", "现场检查", "实地核查", "现场核查"), METHODS[0]),
    **dict.fromkeys(("书面", "书面审查"), METHODS[1]),
    **dict.fromkeys(("网络", "网络检查"), METHODS[2]),
    **dict.fromkeys(("检测", "抽样检测", "检验检查"), METHODS[4]),
    **dict.fromkeys(("委托有资质的机构", "委托专业机构检查"), METHODS[5]),
}


def read_methods(said: str, stands: str = "") -> str:
    """Methods by their one name, without any the first; what `stands` already may stay, whatever it is.

    Raises ClerkError for the first word that is none.
    """
    if said and said == stands:
        return said
    words = split_list(said.replace("和", "、")) or [METHODS[0]]
    unknown = [word for word in words if word not in _WORDS]
    if unknown:
        raise ClerkError(
            "“%(text)s”不是检查方式，可填：%(words)s。",
            text=unknown[0][:20],
            words="、".join(METHODS),
            fields={"method": ["请填写所列的检查方式，多种用顿号分开。"]},
        )
    return "、".join(dict.fromkeys(_WORDS[word] for word in words))
