"""Which jobs keep what they did when they are interrupted, and of which a bureau has one at a time."""

from __future__ import annotations

from onedoor.kernel.jobs import JobName

KEEPS = (
    JobName.IMPORT_ENTITIES.value,
    JobName.IMPORT_TARGETS.value,
    JobName.IMPORT_DETAILS.value,
    JobName.IMPORT_PREMISES.value,
    JobName.IMPORT_LICENCES.value,
    JobName.IMPORT_CHECKS.value,
)
# Loads of files take minutes, and so may what is done to a whole list, library or register. A bureau has one at a time, or a
# few of its own would keep every other bureau's jobs waiting.
ONE_AT_A_TIME = (
    JobName.IMPORT_ENTITIES.value,
    JobName.IMPORT_ITEMS.value,
    JobName.IMPORT_INSPECTORS.value,
    JobName.IMPORT_EXPERTS.value,
    JobName.IMPORT_TARGETS.value,
    JobName.IMPORT_MATTERS.value,
    JobName.IMPORT_CERTIFICATES.value,
    JobName.IMPORT_DETAILS.value,
    JobName.IMPORT_PREMISES.value,
    JobName.IMPORT_LICENCES.value,
    JobName.IMPORT_CHECKS.value,
    JobName.IMPORT_LISTINGS.value,
    JobName.BULK_REGISTRY.value,
    JobName.UNDO_IMPORT.value,
    JobName.SELECT_TARGETS.value,
    JobName.REVIEW_REGISTRY.value,
    JobName.COMPUTE_RISK.value,
)
