"""Pages of campaigns (抽查任务): the list, a campaign, starting one, answering, and what people decide on it."""

from onedoor.web.campaigns import (
    actions,
    answer,
    decisions,
    detail,
    lists,
    mode,
    new_campaign,
    preview,
    unit_answer,
)
from onedoor.web.campaigns.blueprint import pages

__all__ = [
    "actions",
    "answer",
    "decisions",
    "detail",
    "lists",
    "mode",
    "new_campaign",
    "pages",
    "preview",
    "unit_answer",
]
