"""Targets that a mistaken state took out of libraries come back when the load that said it is taken back, or the keeper sets
the state right, by hand or with another load (R-L6, R-L11).

By night, or with the next update, whoever ceased leaves every bureau's library. The keeper of the state cannot write other
bureaus' rows; so a function does it, right after the undo or the correction and for what that gave back alone.
"""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import B
from onedoor.kernel.sentences import Sentence

NOTE = Sentence("登记部门撤销了一次导入，因此移出的恢复在库")
NOTE_BY_HAND = Sentence("登记部门把登记状态改回，因此移出的恢复在库")

access.functions(
    "targets",
    relist_undone=(B,),
    relist_returned=(B,),
    relist_loaded=(B,),
)
