"""Pages of exports, penalties made public and credit repair."""

from onedoor.web.credit import repairs
from onedoor.web.credit.exports import pages

__all__ = ["pages", "repairs"]
