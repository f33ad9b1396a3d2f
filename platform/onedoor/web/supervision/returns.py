"""汇总报表, and the objects behind the figures of a campaign."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _

from onedoor.kernel.sentences import Sentence
from onedoor.supervision import queries
from onedoor.web.statistics import f8_file, f8_page, objects_list
from onedoor.web.supervision.blueprint import overseers, pages
from onedoor.web.supervision.list_page import look
from onedoor.web.supervision.overview import chosen_year, years


@pages.get("/returns", endpoint="returns")
@overseers
def returns() -> Any:
    """F8 over all supervised leads: a joint visit counts once."""
    year = chosen_year()
    return f8_page(queries.joint(year), year, "supervision/f8.html", years=years())


@pages.get("/returns/f8.xlsx")
@overseers
def return_f8() -> Any:
    """The same as a workbook."""
    return f8_file(queries.joint(chosen_year()), chosen_year())


@pages.get("/campaigns/<uuid:campaign_id>/objects")
@overseers
def objects(campaign_id: UUID) -> Any:
    """The objects of a campaign with what was done there."""
    campaign, rows = queries.objects(campaign_id)
    listing = objects_list(rows, "supervision.visit")
    lead = _("%(name)s的检查对象。", name=campaign.name)
    return look(
        sa.select(*rows.c), listing, Sentence("查看检查对象清单：%(name)s", name=campaign.name), lead=lead
    )
