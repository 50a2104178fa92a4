"""The page of one migration: what stands, and what may be done to it."""

__all__ = [
    "blanking",
    "checklist",
    "dialogs",
    "domains",
    "erasing",
    "facts",
    "handover",
    "head",
    "history",
    "message",
    "notes",
    "session_state",
    "ticks",
]
