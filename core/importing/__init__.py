"""Rows of a spreadsheet into migrations, and back: planned row by row, then written in one transaction or not at all.

    Sheet -> rows (one `row` each) -> plan (nothing written) -> writing
      in plan: taking (rows to their migrations, `meant`) -> settling (each of them) -> telling (their events)
    store -> exporting

`brought` does so for a page, `undo` takes the last one back.
"""

__all__ = ["brought", "exporting", "plan", "planned", "undo", "writing"]
