"""Pages of documents (文书): issued, printed, as Word, delivered, told from forged ones; and the bureau's own templates."""

from onedoor.web.documents import documents, templates
from onedoor.web.documents.blueprint import pages, title_of

__all__ = ["documents", "pages", "templates", "title_of"]
