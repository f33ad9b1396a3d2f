"""What can be done with exports: make a batch, send it, mend what was refused (R-O2, R-O3)."""

from onedoor.credit.platform_client import Platform
from onedoor.credit.service.batches import make_batch
from onedoor.credit.service.delivery import send
from onedoor.credit.service.record_corrections import mend

__all__ = ["Platform", "make_batch", "mend", "send"]
