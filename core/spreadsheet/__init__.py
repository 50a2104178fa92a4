"""A file of somebody's as rows of texts, whatever its rows are of: opened, decoded, its cells mended, nothing guessed.

    file -> decoding (workbooks, or letters and delimiters) -> a Sheet of texts
         -> survey (what all of it tells) -> mending (each cell)

`said` is what somebody answered of a file, `questions` what it leaves open, `mistakes` and `repairs` what is told of
it.
"""

__all__ = [
    "decoding",
    "domain_cells",
    "in_order",
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
