"""The one blueprint of the pages under /registry, to which five rooms add theirs."""

from flask import Blueprint

pages = Blueprint("registry", __name__, url_prefix="/registry")
