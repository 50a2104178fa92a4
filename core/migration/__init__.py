"""A migration: what it is and may become. Pure: no database, no file.

    what somebody does -> moves (checked; each gives an `event`) -> rebuilding (`kinds`: what each does) -> a migration

`stages` is the process as data; `checks`, `gate` and `possible` say what may come next, `clocks` when it is due,
`waiting` for whom, `worded` what is said of it; `columns` are what a spreadsheet of migrations may have, `values` and
`typed` what a cell or a field says, `carried` what of it an event carries.
"""

__all__ = [
    "act",
    "agreed",
    "board",
    "carried",
    "checks",
    "client_message",
    "clocks",
    "columns",
    "dns_check",
    "domains",
    "event",
    "fee",
    "gate",
    "headers",
    "listing",
    "migration",
    "moves",
    "people",
    "possible",
    "rebuilding",
    "resolvers_aside",
    "stages",
    "typed",
    "undone",
    "values",
    "waiting",
    "worded",
]
