"""Jobs of the inspector library: certificates that end."""

from __future__ import annotations

from onedoor.officers import service
from tasks.kernel import in_each_bureau


def watch_certificates() -> int:
    """What is to be told of certificates today, in every bureau; returns how many were told of (R-L8)."""
    return in_each_bureau(service.watch_certificates)
