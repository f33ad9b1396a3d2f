"""Pages of exports, penalties made public and credit repair, credit files, lists, measures and classes."""

from onedoor.web.credit import classes, files, measures, repairs
from onedoor.web.credit.exports import pages

__all__ = ["classes", "files", "measures", "pages", "repairs"]
