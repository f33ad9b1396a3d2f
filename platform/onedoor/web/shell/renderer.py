"""One function renders a page and its htmx fragment; one name, ``ui``, holds every shared piece."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import segno
from flask import Flask, Response, current_app, make_response, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from onedoor.edge.identity import current_user
from onedoor.web.shell import menu
from onedoor.web.shell.pieces import label_of, stages_of, way_of

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

PIECES = {
    "facts": ("facts", "fact", "frequency"),
    "figures": ("figure", "figures"),
    "forms": (
        "form", "text", "number", "date", "datetime", "select", "checks", "radios", "checkbox",
        "textarea", "file", "hidden", "buttons", "fieldset",
    ),
    "lists": ("list", "list_bar", "list_body", "table"),
    "marks": ("icon", "status", "deadline", "when", "copy", "code", "notice", "recovered", "empty", "qr", "chart", "tabs"),
    "progress": ("progress",),
    "actions": ("next_step", "action", "actions", "confirm_dialog"),
    "documents": ("document", "signatures"),
    "trace": ("trace", "provenance"),
    "stepper": ("stepper",),
    "shell": ("flashes", "languages", "skip_link", "brand", "crumbs", "account", "acting"),
}  # fmt: skip


class Pieces:
    """``ui.trace(...)``, ``ui.status(...)``: the macros of ``templates/pieces`` by name, in Jinja and in Python."""

    _homes: Mapping[str, str] = {name: home for home, names in PIECES.items() for name in names}

    def __getattr__(self, name: str) -> Any:
        home = self._homes.get(name)
        if home is None:
            raise AttributeError(name)
        return getattr(current_app.jinja_env.get_template(f"pieces/{home}.html").module, name)


ui = Pieces()


def wants_fragment() -> str:
    """The id of the element htmx asks for, or nothing when it wants the whole page."""
    headers = request.headers
    if (
        headers.get("HX-Request") != "true"
        or headers.get("HX-Boosted")
        or headers.get("HX-History-Restore-Request")
    ):
        return ""
    return headers.get("HX-Target", "")


def _block(template: str, name: str, context: dict[str, Any]) -> str | None:
    loaded = current_app.jinja_env.get_or_select_template(template)
    if name not in loaded.blocks:
        return None
    current_app.update_template_context(context)
    return "".join(loaded.blocks[name](loaded.new_context(context)))


def page(
    template: str, status: int = 200, view: DataclassInstance | None = None, /, **context: Any
) -> Response:
    """Render ``template``, which sees the fields of a page's own dataclass, or few names without one.

    When htmx asks for the element ``x-y``, only the template's block ``x_y`` is rendered; it must stand in ``template``
    itself and not in its layout.
    """
    seen = {one.name: getattr(view, one.name) for one in fields(view)} | context if view else context
    target = wants_fragment().replace("-", "_")
    fragment = _block(template, target, dict(seen)) if target else None
    response = make_response(render_template(template, **seen) if fragment is None else fragment, status)
    response.vary.add("HX-Request")
    response.vary.add("HX-Target")
    return response


@lru_cache(maxsize=64)
def _digest(path: str, _changed: int) -> str:
    return sha256(Path(path).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a bundled file, with its content's digest so that it may be cached for ever."""
    folder = Path(current_app.static_folder or "")
    name = name if folder.name == "build" else f"build/{name}"
    file = folder / name
    if not file.is_file():
        return url_for("static", filename=name)
    return url_for("static", filename=name, v=_digest(str(file), file.stat().st_mtime_ns))


def qr_svg(text: str) -> Markup:
    """A QR code as inline SVG without style attributes; error level M, quiet zone of four modules."""
    code = segno.make(text, error="m", micro=False)
    drawing = code.svg_inline(border=4, svgclass="qr-code", lineclass=None, omitsize=True)
    # paths drawn by segno, the text itself is not in it
    return Markup(drawing)  # noqa: S704 # nosec B704


def install(app: Flask) -> None:
    """Give every template ``ui``, ``asset``, ``qr_svg``, ``url_if`` and the navigation."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.globals.update(
        current_user=current_user,
        ui=ui,
        asset=asset,
        qr_svg=qr_svg,
        label_of=label_of,
        stages_of=stages_of,
        way_of=way_of,
        url_if=menu.url_if,
        menu=menu,
        site_name=app.config.get("SITE_NAME") or _l("一门"),
    )
