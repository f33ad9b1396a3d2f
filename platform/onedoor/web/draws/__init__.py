"""Pages of draws (抽取): list, draw, acts of the operator, the committing party's page, witnesses, the hall, files."""

from onedoor.web.draws import acts, announcing, beacon, custody, files, hall, lists, secret, show, witness
from onedoor.web.draws.blueprint import pages

__all__ = [
    "acts",
    "announcing",
    "beacon",
    "custody",
    "files",
    "hall",
    "lists",
    "pages",
    "secret",
    "show",
    "witness",
]
