"""The blueprint of the registry's pages."""

from flask import Blueprint

pages = Blueprint("registry", __name__, url_prefix="/registry")
