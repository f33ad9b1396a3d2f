"""The room's definer functions: the register's one writer, and the public's few doors (access.md).

Texts of witnesses come in here by an invitation that expires; the hall's board goes out for those who
take part, and for everybody while the lead has opened it.
"""

from onedoor.draws.functions.moment import DRAW_MOMENT
from onedoor.draws.functions.register import APPEND_REGISTER, BEACON_AGREED, PUBLIC_REGISTER, REGISTER_TIME
from onedoor.draws.functions.watching import DRAW_BOARD, DRAW_FILES, DRAW_HELD, MY_DRAWS
from onedoor.draws.functions.witnesses import WITNESS_SAY, WITNESS_VIEW

ALL = (
    MY_DRAWS,
    DRAW_FILES,
    DRAW_HELD,
    REGISTER_TIME,
    BEACON_AGREED,
    APPEND_REGISTER,
    PUBLIC_REGISTER,
    DRAW_BOARD,
    DRAW_MOMENT,
    WITNESS_VIEW,
    WITNESS_SAY,
)
