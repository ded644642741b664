"""The audit trail: one entry per write, in the same transaction."""

from dougong.audit.entries import audit_entry, follow, note

__all__ = ["audit_entry", "follow", "note"]
