"""Somebody went through a whole library and found it right (核对无误, R-L5)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import allow
from onedoor.imports import service
from onedoor.web.registry_blueprint import pages
from tenants.rules import Permission


@pages.post("/libraries/<any(targets, inspectors, experts):library>/confirm")
@allow(Permission.REGISTRY_WRITE)
def library_confirm(library: str) -> Any:
    """Say so of the targets, the officers or the experts; its age begins anew."""
    service.confirm_library(library)
    flash(_("已记下：整个名录库核对无误。"), "good")
    return redirect(url_for(f"registry.{library}"), 303)
