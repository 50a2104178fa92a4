"""A file of somebody's as rows of texts, whatever its rows are of: opened, decoded, its cells mended, nothing guessed.

    file -> decoding (workbooks, or `letters` and `delimited`) -> a Sheet of texts
      in workbooks: packed (sizes), calamine, typed_cells, and what calamine hides: unseen (_xlsx, _ods, _records)
         -> survey (what all of it tells) -> cell_repairs (each cell)

`choices` is what somebody answered of a file, `questions` what it leaves open, `mistakes` and `repair_kinds` what is
told of it.
"""

__all__ = [
    "cell_repairs",
    "choices",
    "column_dates",
    "decoding",
    "delimited",
    "domain_cells",
    "letters",
    "mistakes",
    "placeholders",
    "platforms",
    "questions",
    "repair_kinds",
    "survey",
    "tally",
    "workbooks",
]
