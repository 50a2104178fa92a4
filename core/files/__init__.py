"""Files, whatever is in them: written whole or not at all, held while somebody works with them, worked on aside.

`whole_file` writes, `kept_upload` keeps an upload, `spool` a list that memory need not hold, `own_process` works aside;
`archives` lists the backups of a folder, `formula_safe` and `workbook` make what a spreadsheet opens.
"""

__all__ = ["archives", "formula_safe", "kept_upload", "own_process", "spool", "whole_file", "workbook"]
