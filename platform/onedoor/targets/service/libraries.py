"""The library of targets, as it is brought up to date (R-L5)."""

from __future__ import annotations

from onedoor.imports.queries.library_updates import Library
from onedoor.kernel.errors import Conflict
from onedoor.kernel.sentences import Sentence
from onedoor.targets import queries
from onedoor.targets.service.figures import follow_library


def _refuse_ceased() -> None:
    if queries.ceased_count():
        raise Conflict("名录库里还有已注销、吊销或迁出的检查对象，请先在“已停止”里移出，再核对。")


TARGETS = Library(
    "targets",
    Sentence("检查对象名录库"),
    "target_library",
    queries.target_count,
    refuse_confirmation=_refuse_ceased,
    confirmed=follow_library,
)
