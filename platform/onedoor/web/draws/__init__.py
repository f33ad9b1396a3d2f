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
from onedoor.web.draws.labels import end_reason

pages.add_app_template_filter(end_reason)

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
