"""A migration: what it is and may become. Pure: no database, no file.

    what somebody does -> moves (checked; each gives an `event`)
        -> rebuilding (`event_effects`: what each kind does) -> a migration

`stages` is the process as data; `checks`, `gate` and `possible` say what may come next, `clocks` when it is due,
`relative` how long that is from now, `waiting` for whom, `ranking` which comes first, `worded` what is said of it;
`import_columns` are what a spreadsheet of migrations may have, `cell_values` and `typed` what a cell or a field says,
`carried` what of it an event carries, `stored_fields` as plain JSON; `handover` is what a client lists, `inventoried`
what the old hosting's archive says, `kept_zones` its zones; `cutover_looks` keeps looks before the switch, of which
`look` is the last; `deadlines` are those of others.
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
    "cutover_looks",
    "deadlines",
    "dns_check",
    "domains",
    "event",
    "fee",
    "foreign_headers",
    "gate",
    "groups",
    "handover",
    "handover_counts",
    "handover_text",
    "import_columns",
    "inventoried",
    "inventory_compared",
    "inventory_field",
    "inventory_message",
    "kept_zones",
    "listing",
    "migration",
    "moves",
    "package_advice",
    "package_choice",
    "people",
    "possible",
    "ranking",
    "rebuilding",
    "relative",
    "resolvers_aside",
    "stages",
    "stored_fields",
    "typed",
    "undoing",
    "undone",
    "waiting",
    "worded",
]
