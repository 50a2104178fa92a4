"""Files, whatever is in them: written whole or not at all, held while somebody works with them, worked on aside.

`beside` writes, `held` keeps an upload, `spool` a list that memory need not hold, `aside` works in a process of its
own; `cells` and `workbook` make what a spreadsheet opens.
"""

__all__ = ["aside", "beside", "cells", "held", "spool", "workbook"]
