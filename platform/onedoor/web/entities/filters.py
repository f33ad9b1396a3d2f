"""What the lists of entities are narrowed by, and how they are searched."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from onedoor.edge.lists.indexed_search import IndexedSearch
from onedoor.entities import queries as entity_queries
from onedoor.entities.models import Entity
from onedoor.entities.queries.search import asked, gathering, is_known_rare, reading
from onedoor.entities.rules.industries import words_of
from onedoor.targets.queries.tags import carrying
from onedoor.web.registry_words import (
    INDUSTRIES,
    STATUSES,
    kind_choices,
    place_choices,
    place_with_below,
    tag_choices,
)
from onedoor.web.shell.lists import Filter, as_choices

SEARCH = IndexedSearch(
    gathering,
    reading,
    entity_queries.is_common,
    asked,
    rare=is_known_rare,
)
SEARCH_LABEL = _l("名称、代码、地址、经营范围或拼音首字母")


def _of_industry(query: Any, section: str) -> Any:
    return query.where(Entity.industry.in_(words_of(section)))


def _carrying(query: Any, tag: str) -> Any:
    return query.where(Entity.id.in_(carrying([tag])))


KIND = Filter("kind", _l("类型"), kind_choices, column=Entity.kind)
STATUS = Filter("status", _l("状态"), as_choices(STATUSES), column=Entity.status)
PLACE = Filter("place", _l("所在地"), place_choices, column=Entity.jurisdiction_code, within=place_with_below)
INDUSTRY = Filter("industry", _l("行业门类"), as_choices(INDUSTRIES), apply=_of_industry)
TAG = Filter("tag", _l("标签"), tag_choices, apply=_carrying)
FILTERS = (
    KIND,
    STATUS,
    PLACE,
    INDUSTRY,
    TAG,
    Filter("from", _l("成立自"), column=Entity.registered_on, kind="from"),
    Filter("to", _l("成立至"), column=Entity.registered_on, kind="to"),
)
