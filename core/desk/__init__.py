"""The desk's database as a whole: opened for pages and commands, checked, copied, brought back.

`opening` gives the store, `backup` copies and restores; `sound` compares what stands with what the events tell.
"""

__all__ = ["backup", "opening"]
