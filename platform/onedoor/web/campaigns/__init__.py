"""Pages of campaigns (抽查任务): the list, a campaign, starting one, answering, and what people decide on it."""

from onedoor.web.campaigns import acts, answer, lists, mode, preview, reasons, show, start
from onedoor.web.campaigns.blueprint import pages

__all__ = ["acts", "answer", "lists", "mode", "pages", "preview", "reasons", "show", "start"]
