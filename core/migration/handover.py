"""What a client hands over: the mail accounts and the websites that are to be moved, as lists with their sizes."""

from collections.abc import Iterable
from typing import Any, NamedTuple

ENTRIES_MAX = 2_000
"""Entries of a list."""

MB_MAX = 100_000_000
"""The largest size of an entry, in MB: 100 TB."""


class Handed(NamedTuple):
    """A mail account or a website: its name (an address, a host), and its size in MB; None where nobody said it.

    `quota`: how much it may grow to, in MB; 0 for no limit, None where nobody said it.
    """

    name: str
    mb: int | None = None
    quota: int | None = None


HandedList = tuple[Handed, ...]
"""A whole list; an empty one says that there are none."""


def as_json(entries: Iterable[Handed]) -> list[list[Any]]:
    """Return a list as events and the database carry it; without quotas where there are none, as it always was."""
    return [[entry.name, entry.mb, *([] if entry.quota is None else [entry.quota])] for entry in entries]


def from_json(entries: Iterable[Iterable[Any]]) -> HandedList:
    """Return the list that events or the database carry."""
    return tuple(Handed(*entry) for entry in entries)


def with_quotas(entries: Iterable[Handed], before: Iterable[Handed]) -> HandedList:
    """Return a list whose entries keep the quotas that those of their name had before: lines do not show them.

    >>> with_quotas([Handed("biuro@alfa.pl", 7)], [Handed("biuro@alfa.pl", 5, 1024)])
    (Handed(name='biuro@alfa.pl', mb=7, quota=1024),)
    """
    known = {entry.name: entry.quota for entry in before}
    return tuple(e if e.quota is not None else e._replace(quota=known.get(e.name)) for e in entries)
