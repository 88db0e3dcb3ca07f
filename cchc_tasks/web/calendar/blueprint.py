"""The blueprint of everything under /lich."""

from flask import Blueprint

bp = Blueprint("calendar", __name__, url_prefix="/lich")
