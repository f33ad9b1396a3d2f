"""People of a bureau from a spreadsheet, for its administrator and, as long as nobody runs it, for the operator (R-L11)."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, request, url_for
from flask_babel import gettext as _

from onedoor.edge.language import in_language
from onedoor.kernel.errors import ClerkError
from onedoor.web.settings.blueprint import administrators, pages
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from tenants import people, queries
from tenants.models import Bureau

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.route("/users/file", methods=["GET", "POST"], endpoint="user_file")
@administrators
def user_file() -> Any:
    """Add people of this bureau by a file: what was read is shown, then entered."""
    crumbs = [(_("用户"), url_for("settings.users"))]
    return respond(queries.my_bureau(), crumbs, url_for("settings.users"), url_for("settings.user_template"))


@pages.get("/users/file/template", endpoint="user_template")
@administrators
def user_template() -> Any:
    """The file to fill in."""
    return template_file()


def template_file() -> Response:
    """The template as a download."""
    answer = Response(people.template(), mimetype=XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename="users.xlsx")
    return answer


def respond(bureau: Bureau, crumbs: list[tuple[str, str]], back: str, template: str) -> Any:
    """The page of one step: the form, what was read, or the links, shown once."""
    form, rows = forms.empty(), None
    if request.method == "POST":
        try:
            if request.form.get("then") == "enter":
                rows = people.unsealed(request.form.get("rows", ""), bureau.id)
                return _sheet(bureau, crumbs, back, people.add_people(rows, bureau))
            rows = people.read_people(_content(), bureau)
        except ClerkError as error:
            form.refuse(error)
            rows = None
    return _show(bureau, crumbs, back, template, form, rows)


def _content() -> bytes:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise ClerkError("请选择文件。", fields={"file": ["请选择文件。"]})
    return sent.read()


def _show(
    bureau: Bureau,
    crumbs: list[tuple[str, str]],
    back: str,
    template: str,
    form: Form,
    rows: list[people.PersonRow] | None,
) -> Any:
    answer = page(
        "settings/people_file.html",
        form.status,
        bureau=bureau,
        crumbs=crumbs,
        back=back,
        template=template,
        form=form,
        rows=[(row, [in_language(each) for each in row.problems]) for row in rows or ()],
        good=rows is not None and not any(row.problems for row in rows),
        token=people.sealed(rows, bureau.id) if rows else "",
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _sheet(bureau: Bureau, crumbs: list[tuple[str, str]], back: str, handed: list[people.Handed]) -> Response:
    base = current_app.extensions["onedoor.config"].base_url
    answer = page(
        "settings/people_links.html",
        bureau=bureau,
        crumbs=crumbs,
        back=back,
        handed=[(one.row, base + url_for("session.invitation", token=one.link.token)) for one in handed],
        expires=max(one.link.expires_at for one in handed),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
