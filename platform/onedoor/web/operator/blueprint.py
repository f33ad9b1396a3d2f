"""The blueprint of the operator's pages, and who may enter them."""

from flask import Blueprint

from onedoor.edge.guard import allow
from onedoor.kernel.scope import DbRole
from tenants.rules import Permission

pages = Blueprint("operator", __name__, url_prefix="/platform")
operators = allow(Permission.PLATFORM_MANAGE, role=DbRole.OPERATOR)
