"""What can be done with exports: make a batch, send it, mend what was refused (R-O2, R-O3)."""

from onedoor.credit.outside import Platform
from onedoor.credit.service.making import make_batch
from onedoor.credit.service.mending import mend
from onedoor.credit.service.sending import send

__all__ = ["Platform", "make_batch", "mend", "send"]
