"""One person acts for one party of a draw, by whichever account and in whichever bureau (R-T5)."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from onedoor.draws.models import BeaconReading, Commitment, DrawReceipt, Reveal
from onedoor.kernel.db import db
from onedoor.kernel.errors import Forbidden
from onedoor.kernel.scope import current_scope
from tenants import approvals


def expect_known() -> None:
    """Raise `Forbidden` for an account without an identity number: nobody could tell whether it is another party's."""
    if not approvals.is_known():
        raise Forbidden(
            "您的账户还没有登记身份证号，无法核对同一个人是否代表两方，不能办理抽取。"
            "请本单位管理员在“用户”页面为您补登身份证号后再办理（代他人办理的，对方也须登记）。"
        )


def refuse_another_party(draw_id: UUID) -> None:
    """Raise `Forbidden` for who committed, revealed or read the beacon for another party; the database does too.

    Also for an account of which that cannot be told.
    """
    expect_known()
    if acts_for_another(draw_id):
        raise Forbidden(
            "您本人已经代表另一方参加了这次抽取（包括用其他单位的账户、由他人代办或代他人办理的），"
            "同一个人不能代表两方，请由本单位其他有权限的人员办理。"
        )


def acts_for_another(draw_id: UUID) -> bool:
    """Whether whoever works here has acted for another party of the draw."""
    accounts: list[UUID | None] = []
    for model in (Commitment, Reveal, BeaconReading, DrawReceipt):
        query = sa.select(model.account_id, model.account_for).where(
            model.draw_id == draw_id, model.tenant_id != current_scope().tenant_id
        )
        accounts += [account for row in db.session.execute(query) for account in row]
    return approvals.is_mine(accounts)
