"""名单依据: on what law an entity may be put on which list, who keeps it, and for how long at most (R-O4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.credit import service
from onedoor.credit.models import ListingBasis
from onedoor.credit.schemas import BasisSchema
from onedoor.credit.service.listings import KINDS, bases
from onedoor.kernel.errors import NotFound
from onedoor.web.edit_conflicts import opened, sent
from onedoor.web.operator.blueprint import operators, pages
from onedoor.web.shell import forms, page
from tenants import queries as tenants


@pages.route("/listing-bases", methods=["GET", "POST"], endpoint="listing_bases")
@operators
def listing_bases() -> Any:
    """All bases, and one more."""
    return _page(None, forms.empty())


@pages.route("/listing-bases/<uuid:basis_id>", methods=["GET", "POST"], endpoint="listing_basis")
@operators
def listing_basis(basis_id: UUID) -> Any:
    """Change one."""
    found = next((one for one in bases() if one.id == basis_id), None)
    if found is None:
        raise NotFound("没有找到这项列入依据。")
    names = ("kind", "name", "law", "article", "trade", "keeper_id", "most_days", "active")
    return _page(found, opened(found, lambda: forms.of(found, *names).values))


def _page(found: ListingBasis | None, form: forms.Form) -> Any:
    if request.method == "POST":
        form = sent(BasisSchema(), form, found)
        if form.ok:
            with form.submission():
                service.save_basis(form.data, found.id if found else None)
                flash(_("已保存列入依据。"), "good")
                return redirect(url_for("operator.listing_bases"), 303)
    return page(
        "operator/listing_bases.html",
        form.status,
        form=form,
        found=found,
        bases=bases(),
        kinds=KINDS,
        kind_choices=[(key, _(name)) for key, name in KINDS.items()],
        keepers=[("", _("各部门")), *((one.id, one.name) for one in tenants.bureaus())],
        names={one.id: one.name for one in tenants.bureaus()},
    )
