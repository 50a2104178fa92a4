"""The import of a spreadsheet: questions, changes, mistakes, writing, and taking it back."""

__all__ = ["report", "session_state", "undo", "view"]
