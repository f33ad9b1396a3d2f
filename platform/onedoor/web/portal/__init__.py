"""The public site: everything in it is read from what is disclosed, in the public's own login (R-O1)."""

from onedoor.web.portal import (
    burden,
    data,
    details,
    downloads,
    draws,
    files,
    home,
    lists,
    lots,
    versions,
)
from onedoor.web.portal.blueprint import pages

__all__ = [
    "burden",
    "data",
    "details",
    "downloads",
    "draws",
    "files",
    "home",
    "lists",
    "lots",
    "pages",
    "versions",
]
