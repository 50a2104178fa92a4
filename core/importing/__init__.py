"""Rows of a spreadsheet into migrations, and back: planned row by row, then written in one transaction or not at all.

    Sheet -> rows (one `row` each) -> planning (nothing written) -> writing
      in it: rows_by_migration (`which_migration`) -> row_outcomes (of each) -> row_events (what they tell of)
    store -> exporting

`import_job` does so for a page, `undo` takes the last one back. `handover_file` and `archive_file` read what somebody
brings of the old hosting: a list, a panel's backup, a zone file.
"""

__all__ = ["archive_file", "exporting", "handover_file", "import_job", "planned", "planning", "undo", "writing"]
