"""Kế hoạch: the list, one plan whole, the review of an import, changes by hand, corrections, amendments."""

from cchc_tasks.web.plans import (
    adding,
    amended,
    amending,
    closing,
    correcting,
    drafting,
    editing,
    exporting,
    extending,
    importing,
    views,
)
from cchc_tasks.web.plans.blueprint import bp

__all__ = [
    "adding",
    "amended",
    "amending",
    "bp",
    "closing",
    "correcting",
    "drafting",
    "editing",
    "exporting",
    "extending",
    "importing",
    "views",
]
