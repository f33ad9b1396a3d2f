"""用户 and 角色: who works here in which roles, and what each role may do."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.language import word_list
from onedoor.kernel.db import db
from onedoor.web.settings.blueprint import administrators, pages
from onedoor.web.settings.labels import PERMISSIONS, ROLES
from onedoor.web.shell import page, ui
from onedoor.web.shell.lists import Column, Filter, ListPage, as_choices
from onedoor.web.shell.pieces import Label, NextStep
from tenants import people, queries
from tenants.models import Unit, UserAccount
from tenants.rules import PERMISSIONS as HELD
from tenants.rules import Role, needs_totp

ACTIVE = {True: Label(_l("在用"), "done"), False: Label(_l("停用"), "stopped")}


def role_names(roles: list[str]) -> str:
    """The roles of a person, in the order of the list of roles."""
    return word_list(name for role, name in ROLES.items() if role.value in roles)


USERS = ListPage(
    title=_l("用户"),
    key=UserAccount.id,
    columns=(
        Column(
            "display_name",
            _l("姓名"),
            link=lambda row: url_for("settings.user", user_id=row.id),
            sort=UserAccount.display_name,
            wide=True,
        ),
        Column("username", _l("用户名"), sort=UserAccount.username),
        Column("post", _l("职务"), sort=UserAccount.post),
        Column("unit", _l("科室")),
        Column("roles", _l("角色"), value=lambda row: role_names(row.roles)),
        Column(
            "totp",
            _l("登录要求"),
            value=lambda row: (
                _("密码和动态口令") if needs_totp(frozenset(Role(role) for role in row.roles)) else _("密码")
            ),
        ),
        Column(
            "active",
            _l("状态"),
            cell=lambda row: ui.status(row.active, ACTIVE),
            export=lambda row: str(ACTIVE[row.active]),
        ),
    ),
    search=(UserAccount.display_name, UserAccount.username, UserAccount.post, Unit.name),
    search_label=_l("姓名、用户名、职务或科室"),
    filters=(
        Filter(
            "role",
            _l("角色"),
            as_choices(ROLES),
            apply=lambda query, value: query.where(UserAccount.roles.any_() == value),
        ),
    ),
    order="display_name",
    empty=_l("新增用户后，会列在这里。"),
)


@pages.get("/users")
@administrators
def users() -> Any:
    """The people of this bureau."""
    new = NextStep(_("新增用户"), url_for("settings.user_new"))
    return USERS.respond(
        db.session(), queries.users(), "settings/users.html", next=new, recovered=people.recovered_lately()
    )


@pages.get("/roles")
@administrators
def roles() -> Any:
    """Roles by permissions."""
    return page(
        "settings/roles.html",
        heads=[_("权限"), *ROLES.values()],
        rows=[
            (name, [permission in HELD[role] for role in ROLES])
            for permission, name in PERMISSIONS.items()
            if any(permission in HELD[role] for role in ROLES)
        ],
    )
