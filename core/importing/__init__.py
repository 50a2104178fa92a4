"""Rows of a spreadsheet into migrations, and back: planned row by row, then written in one transaction or not at all.

    Sheet -> rows (one model a row) -> plan (nothing written) -> telling (the events of rows) -> writing
    store -> exporting

`brought` does so for a page, `undo` takes the last one back.
"""

__all__ = ["brought", "exporting", "plan", "undo", "writing"]
