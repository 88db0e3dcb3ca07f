"""Measures the application against a bare floor on the same server, data and database settings: `make bench`."""
