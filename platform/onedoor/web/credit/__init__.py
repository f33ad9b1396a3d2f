"""Pages of exports, penalties made public and credit repair."""

from onedoor.web.credit import files, repairs
from onedoor.web.credit.exports import pages

__all__ = ["files", "pages", "repairs"]
