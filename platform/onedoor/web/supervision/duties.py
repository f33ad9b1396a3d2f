"""Who answers for this work in each bureau, and how its officers are trained, as the supervisor reads it (R-L13)."""

from __future__ import annotations

from typing import Any

from onedoor.edge.guard import allow
from onedoor.kernel.clock import today
from onedoor.kernel.scope import DbRole
from onedoor.officers.rules.duties import GROUP
from onedoor.supervision import queries
from onedoor.web.registry_words import DUTIES
from onedoor.web.shell import page
from onedoor.web.supervision.blueprint import pages
from tenants.rules import Permission


@pages.get("/duties")
@allow(Permission.OVERSIGHT, role=DbRole.SUPERVISOR)
def duties() -> Any:
    """Leads, liaisons, leading groups and this year's training of the bureaus within the grants; no contacts (R-T7)."""
    year = today().year
    seen = queries.duties(year)
    return page(
        "supervision/duties.html",
        bureaus=seen.bureaus,
        of={
            (bureau.id, role): [one for one in seen.duties if one.tenant_id == bureau.id and one.role == role]
            for bureau in seen.bureaus
            for role in DUTIES
        },
        group=GROUP,
        year=year,
        trained=seen.trained,
    )
