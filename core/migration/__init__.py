"""A migration: what it is and may become. Pure: no database, no file.

    what somebody does -> moves (checked; each gives an `event`)
        -> rebuilding (`event_effects`: what each kind does) -> a migration

`stages` is the process as data; `checks`, `gate` and `possible` say what may come next, `clocks` when it is due,
`waiting` for whom, `worded` what is said of it; `import_columns` are what a spreadsheet of migrations may have,
`cell_values` and `typed` what a cell or a field says, `carried` what of it an event carries.
"""

__all__ = [
    "act",
    "agreed",
    "board",
    "carried",
    "cell_values",
    "checks",
    "client_message",
    "clocks",
    "dns_check",
    "domains",
    "event",
    "fee",
    "foreign_headers",
    "gate",
    "import_columns",
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
    "waiting",
    "worded",
]
