"""What binds a lead's draws to each other (draw.md, "Above the line"): lists compared, plans that hang, what a void draw owes."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from onedoor.draws.models import Draw
from onedoor.draws.states import DrawState
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError

HANGING = "hanging"


def compare(draw_id: UUID) -> None:
    """Keep whether the lists of this draw that are in meet those of the lead's other draws."""
    db.session.flush()
    db.session.execute(sa.text("SELECT compare_pools(:draw)"), {"draw": draw_id})


def expect_none(draw: Draw) -> None:
    """Raise ClerkError while another draw of this lead keeps the plan of this one out of the register.

    The register refuses too; here it is said what to do.
    """
    compare(draw.id)
    found = db.session.execute(
        sa.text("SELECT what, number FROM draw_obstacles(:draw)"), {"draw": draw.id}
    ).all()
    hanging = sorted({number for what, number in found if what == HANGING})
    if hanging:
        raise ClerkError(
            "%(numbers)s的抽取方案已经公布、还没有结果，名单里有同样的对象。等它抽取完成或者作废以后，%(number)s自动公布方案。",
            numbers=hanging,
            number=draw.number,
        )
    owing = sorted({number for _, number in found})
    if owing:
        raise ClerkError(
            "%(numbers)s已经作废，名单里有同样的对象或属于同一计划行，%(number)s须约定公共随机数，或由上次没有承诺过的部门共同承诺、监督部门写明理由。"
            "请终止冻结，在任务页面选好以后重新开始抽取。",
            numbers=owing,
            number=draw.number,
        )


def waiting_behind(draw: Draw) -> list[Draw]:
    """The same lead's frozen draws, which may have waited for the end of this one."""
    query = sa.select(Draw).where(
        Draw.tenant_id == draw.tenant_id, Draw.id != draw.id, Draw.state == DrawState.FROZEN
    )
    return list(db.session.scalars(query.order_by(Draw.created_at, Draw.id)))
