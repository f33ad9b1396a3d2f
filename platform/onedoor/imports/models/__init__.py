"""Tables of loads."""

from onedoor.imports.models.bulk import (
    BulkRow,
    BulkRun,
)
from onedoor.imports.models.imports import (
    Import,
    ImportMapping,
    ImportProblem,
    ImportRow,
)
from onedoor.imports.models.library_updates import (
    LibraryUpdate,
)
from onedoor.imports.models.parts import (
    ImportChunk,
    ImportPart,
    ImportRemainder,
)

__all__ = [
    "BulkRow", "BulkRun", "Import", "ImportChunk", "ImportMapping", "ImportPart", "ImportProblem",
    "ImportRemainder", "ImportRow", "LibraryUpdate",
]  # fmt: skip
