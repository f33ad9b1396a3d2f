"""The blueprint of the plans' pages."""

from flask import Blueprint

pages = Blueprint("plans", __name__, url_prefix="/plans")
