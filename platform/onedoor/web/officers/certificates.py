"""Certificates (执法证件): kept by justice, and every bureau selects its officers from them (R-T4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.kernel.db import db
from onedoor.officers import queries
from onedoor.officers.models import Certificate
from onedoor.officers.queries import certificates as kept_certificates
from onedoor.officers.rules.certificate_rows import VALID
from onedoor.officers.schemas.certificates import CertificateSchema
from onedoor.officers.service.certificate_register import require_keeper, save_certificate
from onedoor.web.edit_conflicts import opened, sent
from onedoor.web.registry_blueprint import pages
from onedoor.web.registry_words import CERTIFICATE_STATES
from onedoor.web.shell import forms, page, ui
from onedoor.web.shell.lists import Column, Filter, ListPage
from onedoor.web.shell.pieces import label_of
from tenants.rules import Permission


def _listing(keeps: bool) -> ListPage:
    writes = Permission.REGISTRY_WRITE in current_user.permissions
    where = ("certificate", _l("修改")) if keeps else ("inspector_new", _l("列入人员库"))

    def opened(one: Certificate) -> str | None:
        if keeps:
            return url_for("registry.certificate", certificate_id=one.id) if writes else None
        return url_for("registry.inspector_new", certificate=one.id) if writes else None

    return ListPage(
        title=_l("执法证件"),
        key=Certificate.id,
        columns=(
            Column("name", _l("姓名"), sort=Certificate.sort_key),
            Column("number", _l("证件编号"), sort=Certificate.number),
            Column("body", _l("执法机构"), wide=True),
            Column("kinds", _l("执法类别")),
            Column("area", _l("执法区域")),
            Column("expires_on", _l("有效期至"), kind="date", sort=Certificate.expires_on),
            Column(
                "status",
                _l("状态"),
                cell=lambda one: ui.status(one.status, CERTIFICATE_STATES),
                export=lambda one: str(label_of(one.status, CERTIFICATE_STATES)),
            ),
            Column("stopped_on", _l("停用日期"), kind="date"),
            *(
                [Column("open", _l("办理"), value=lambda _one: str(where[1]), link=opened, exported=False)]
                if writes
                else []
            ),
        ),
        search=(
            Certificate.name,
            Certificate.number,
            Certificate.body,
            queries.initials(Certificate.sort_key),
        ),
        search_label=_l("姓名、编号、机构或拼音首字母"),
        filters=(
            Filter(
                "status",
                _l("状态"),
                [(key, label.text) for key, label in CERTIFICATE_STATES.items()],
                column=Certificate.status,
            ),
            Filter("until", _l("有效期不晚于"), column=Certificate.expires_on, kind="to"),
        ),
        order="name",
        empty=_l("导入表格，或逐个登记。") if keeps else _l("司法行政部门还没有登记执法证件。"),
        empty_action=(_l("导入证件"), "registry.import_new", {"kind": "certificates"}) if keeps else None,
    )


@pages.get("/certificates")
@allow(Permission.BUREAU_READ)
def certificates() -> Any:
    """The register, for every bureau."""
    keeps = kept_certificates.keeps()
    return _listing(keeps).respond(
        db.session(), kept_certificates.certificates(), "officers/certificates.html", keeps=keeps
    )


@pages.route("/certificates/new", methods=["GET", "POST"])
@allow(Permission.REGISTRY_WRITE)
def certificate_new() -> Any:
    """Add one."""
    require_keeper()
    return _edit(forms.empty(status=VALID), None)


@pages.route("/certificates/<uuid:certificate_id>", methods=["GET", "POST"])
@allow(Permission.REGISTRY_WRITE)
def certificate(certificate_id: UUID) -> Any:
    """Change one."""
    found = kept_certificates.my_certificate(certificate_id)
    return _edit(opened(found, lambda: forms.of(found, *CertificateSchema().fields).values), found)


def _edit(form: forms.Form, found: Certificate | None) -> Any:
    if request.method == "POST":
        form = sent(CertificateSchema(), form, found)
        if form.ok:
            with form.submission():
                save_certificate(found, form.data)
                return redirect(url_for("registry.certificates"), 303)
    return page(
        "officers/certificate.html",
        form.status,
        form=form,
        certificate=found,
        states=[(key, label.text) for key, label in CERTIFICATE_STATES.items()],
    )


def chosen(text: str) -> dict[str, Any]:
    """What a new officer's form begins with, from a certificate that was chosen; nothing for what is none."""
    try:
        found = kept_certificates.certificate(UUID(text))
    except ValueError:
        return {}
    return {
        "name": found.name,
        "body": found.body,
        "certificate_number": found.number,
        "certificate_expires_on": found.expires_on,
        "kinds": found.kinds,
        "area": found.area,
    }
