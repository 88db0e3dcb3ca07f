"""Tracking of administrative-reform plans: what is owed, when, by whom, and how it stands."""

__version__ = "0.1.0"
