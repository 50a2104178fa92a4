"""A migration: what it is and may become. Pure: no database, no file.

    what somebody does -> moves (checked; gives events) -> migration (the fold: what stands)

`stages` is the process as data, `gate` and `possible` say what may come next, `clocks` when it is due, `worded` what is
said of it; `columns` are what a spreadsheet of migrations may have, `values` and `typed` what a cell or a field says.
"""

__all__ = [
    "agreed",
    "board",
    "client_message",
    "clocks",
    "columns",
    "dns_check",
    "domains",
    "fee",
    "gate",
    "headers",
    "listing",
    "migration",
    "moves",
    "people",
    "possible",
    "resolvers_aside",
    "stages",
    "typed",
    "values",
    "worded",
]
