"""Which jobs keep what they did when they are interrupted, and of which a bureau has one at a time."""

from __future__ import annotations

from onedoor.kernel.jobs import FORMER_LOADS, JobName

KEEPS = (JobName.LOAD_FILE.value, *FORMER_LOADS)
# Loads of files take minutes, and so may what is done to a whole list, library or register. A bureau has one at a time, or a
# few of its own would keep every other bureau's jobs waiting.
ONE_AT_A_TIME = (
    JobName.LOAD_FILE.value,
    *FORMER_LOADS,
    JobName.BULK_REGISTRY.value,
    JobName.UNDO_IMPORT.value,
    JobName.SELECT_TARGETS.value,
    JobName.REVIEW_REGISTRY.value,
    JobName.COMPUTE_RISK.value,
)
