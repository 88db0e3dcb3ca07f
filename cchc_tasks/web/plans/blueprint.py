"""The blueprint that the modules of this feature share."""

from flask import Blueprint

bp = Blueprint("plans", __name__, url_prefix="/ke-hoach")
