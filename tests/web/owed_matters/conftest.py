"""What a partner owes, for the pages."""

from tests.owed_matters.conftest import going, jobs, owed

__all__ = ["going", "jobs", "owed"]
