"""The desk's database as a whole: opened for pages and commands, checked, copied, brought back.

`opening` gives the store, `backup` copies and restores; `database_check` and `same_schema` compare what stands with
what should.
"""

__all__ = ["backup", "file_kind", "opening"]
