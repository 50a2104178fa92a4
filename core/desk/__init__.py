"""The desk's database as a whole: opened for pages and commands, checked, copied, brought back.

`opening` gives the store, `backup` copies and restores; `database_check` and `same_schema` compare what stands with
what should. `watching` gives whoever watches what the desk's files and settings say.
"""

__all__ = ["backup", "file_kind", "opening", "watching"]
