"""How much of the list is under double-random, what is not and why, and the declaration of what is unfit (R-L1 to R-L3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import allow
from onedoor.filing import queries as filings
from onedoor.filing.rules import FilingKind
from onedoor.items import queries, service
from onedoor.items.rules.codes import ItemMode
from onedoor.items.rules.coverage import Covered, covered
from onedoor.items.service.declarations import declaration_document, declaration_title
from onedoor.items.service.rulebooks import WORD
from onedoor.kernel.clock import today
from onedoor.plans import queries as plans
from onedoor.web.filing.labels import FILING_STATES
from onedoor.web.registry_blueprint import pages
from onedoor.web.registry_words import MODES
from onedoor.web.shell import exports, page
from tenants import queries as tenants
from tenants.rules import Permission

DOMAINS = {True: _l("市场监管领域"), False: _l("其他领域")}


@dataclass(frozen=True)
class Row:
    """A domain with its counts, each by the address of its records."""

    label: str
    found: Covered
    modes: list[tuple[str, int, str]]
    url: str


@pages.get("/coverage", endpoint="items_coverage")
@allow(Permission.BUREAU_READ)
def coverage() -> Any:
    """Coverage by domain against its floors; what is not under double-random, item by item."""
    me = tenants.my_bureau().id
    items = queries.published_items(me)
    return page(
        "items/coverage.html",
        rows=[_row(me, market, found) for market, found in covered(items, queries.coverage.floors()).items()],
        modes=list(MODES.items()),
        flagged=queries.laws.flagged(items),
        unlisted=[item for item in items if item.mode == ItemMode.UNLISTED],
        unfit=service.unfit(items),
        declarations=[
            (one, filings.state(one)) for one in filings.of_subject(me) if one.kind == FilingKind.DECLARATION
        ],
        checks=plans.visits_by_kind(today().year),
        year=today().year,
        filing_states=FILING_STATES,
        bureaus={bureau.id: bureau.name for bureau in tenants.bureaus()},
    )


@pages.get("/declarations/<uuid:list_id>")
@allow(Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)
def item_declaration(list_id: UUID) -> Any:
    """The declaration that goes with a version of the list."""
    made = queries.item_list(list_id)
    return page(
        "items/declaration.html",
        made=made,
        mine=made.tenant_id == tenants.my_bureau().id,
        title=declaration_title(made),
        items=service.unfit(queries.items_at(made)),
    )


@pages.get("/declarations/<uuid:list_id>/document")
@allow(Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)
def item_declaration_document(list_id: UUID) -> Any:
    """The same as a Word file."""
    made = queries.item_list(list_id)
    return exports.download(declaration_document(made), f"{declaration_title(made)}.docx", WORD)


def _row(bureau: UUID, market: bool, found: Covered) -> Row:
    def records(mode: str | None = None) -> str:
        domain = "yes" if market else "no"
        return url_for("registry.items_published", bureau=bureau, market=domain, mode=mode)

    modes = [(str(label), found.modes.get(mode, 0), records(mode)) for mode, label in MODES.items()]
    return Row(str(DOMAINS[market]), found, modes, records())
