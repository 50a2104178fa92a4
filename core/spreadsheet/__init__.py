"""A file of somebody's as rows of texts, whatever its rows are of: opened, decoded, its cells mended, nothing guessed.

    file -> decoding (workbooks, or `letters` and `delimited`) -> a Sheet of texts
      in workbooks: packed (sizes), calamine, typed_cells, and what calamine hides: unseen (_xlsx, _ods, _records)
         -> survey (what all of it tells) -> mending (each cell)

`said` is what somebody answered of a file, `questions` what it leaves open, `mistakes` and `repairs` what is told of
it.
"""

__all__ = [
    "decoding",
    "delimited",
    "domain_cells",
    "in_order",
    "letters",
    "mending",
    "mistakes",
    "placeholders",
    "platforms",
    "questions",
    "repairs",
    "said",
    "survey",
    "tally",
    "workbooks",
]
