"""Pages of supervision (执法监督): the overview, the lists its figures open, and each thing read-only."""

from onedoor.web.supervision import checks, duties, lists, logs, overview, returns, things
from onedoor.web.supervision.blueprint import pages

__all__ = ["checks", "duties", "lists", "logs", "overview", "pages", "returns", "things"]
