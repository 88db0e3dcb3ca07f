"""Any document into a plain grid, read by a process of its own so that no file can hurt the server."""

from cchc_tasks.readers.reading import read_document, read_pasted

__all__ = ["read_document", "read_pasted"]
