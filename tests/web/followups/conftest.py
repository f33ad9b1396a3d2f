"""Findings to follow, for the pages."""

from tests.credit.conftest import platform
from tests.followups.conftest import finding, going, jobs

__all__ = ["finding", "going", "jobs", "platform"]
