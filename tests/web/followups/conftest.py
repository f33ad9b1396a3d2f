"""Findings to follow, for the pages."""

from tests.followups.conftest import finding, going, jobs

__all__ = ["finding", "going", "jobs"]
