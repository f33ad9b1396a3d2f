"""The libraries of officers and of experts, as they are brought up to date (R-L5, R-L7)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from onedoor.imports.queries.library_updates import Library
from onedoor.kernel.db import db
from onedoor.kernel.sentences import Sentence
from onedoor.officers.models import Expert
from onedoor.officers.queries.experts import experts
from onedoor.officers.queries.inspectors import in_library, inspectors


def _count(there: sa.Select[Any]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(there.subquery())) or 0


INSPECTORS = Library(
    "inspectors",
    Sentence("执法检查人员名录库"),
    "inspector_library",
    lambda: _count(inspectors().where(in_library())),
)
# A bureau need have no experts.
EXPERTS = Library(
    "experts",
    Sentence("专家和检验检测机构名单"),
    "expert_library",
    lambda: _count(experts().where(Expert.active)),
    optional=True,
)
