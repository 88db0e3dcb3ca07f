"""Files behind the work: kept by hash behind one interface."""

from cchc_tasks.evidence.store import EvidenceStore, LocalStore

__all__ = ["EvidenceStore", "LocalStore"]
