"""A zone as somebody hands it over: a zone file, a panel's export, a table pasted from a panel. Pure: text to records.

    reading (which `dialect` it is) -> rows -> record_of (a row into a `record`; repairs and doubts as `finding`s)
        -> whole_zone (what only the whole tells) -> a ZoneFile
    writing puts a normal zone file out; `difference` compares two of them; `unread` is what no record came of

What cannot be read is a finding with its line, never dropped in silence; a TTL that the file does not say stays
unknown.
"""

__all__ = [
    "as_dns",
    "difference",
    "finding",
    "hestia_zone",
    "leftovers",
    "plesk_zone",
    "reading",
    "record",
    "unread",
    "writing",
]
