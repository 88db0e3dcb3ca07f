"""The blueprint of reports; its views are in the modules beside it."""

from flask import Blueprint

bp = Blueprint("reports", __name__, url_prefix="/bao-cao")
