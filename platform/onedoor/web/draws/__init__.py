"""Pages of draws (抽取): list, draw, acts of the operator, the committing party's page, witnesses, the hall, files."""

from onedoor.web.draws import (
    actions,
    announcement,
    beacon,
    commitment,
    custody,
    detail,
    files,
    hall,
    lists,
    witness,
)
from onedoor.web.draws.blueprint import pages

__all__ = [
    "actions",
    "announcement",
    "beacon",
    "commitment",
    "custody",
    "detail",
    "files",
    "hall",
    "lists",
    "pages",
    "witness",
]
