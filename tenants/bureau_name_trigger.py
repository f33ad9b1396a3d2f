"""Who speaks in a row that other bureaus read: the database writes the bureau's name itself (R-T1, R-T6).

The trace, a job sent to another bureau, an act that stands in several logs and a publication carry the name of the
bureau beside its id, since it is what people read. It is taken from the id, whatever the application says.
"""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import Trigger, read


def in_own_name(table: str, whose: str = "tenant_id") -> Trigger:
    """`bureau_name` of a row is the name of the bureau in `whose`; copies made by a definer function are let through."""
    return Trigger(read("tenants", "in_own_name", table=table, whose=whose))


def not_in_anothers_line(table: str, column: str) -> Trigger:
    """A line is named after its bureau (`990100-SCJG-2026-07`), and no other bureau takes its place."""
    return Trigger(read("tenants", "in_own_line", table=table, column=column))


access.triggers(
    "tenants",
    in_own_name("trace_step"),
    in_own_name("audit_entry"),
    in_own_name("job", whose="sender_id"),
)
