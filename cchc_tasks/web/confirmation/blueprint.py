"""The blueprint of the page Xác nhận, both its halves."""

from flask import Blueprint

bp = Blueprint("confirmation", __name__, url_prefix="/xac-nhan")
