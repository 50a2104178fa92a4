"""What of a zone's file did not become records: lines, or that it is not the whole zone."""

from dataclasses import dataclass

from core.ground.severity import Severities
from core.zonefile.record import ZoneFile

_OF_RECORDS = frozenset(
    (
        *("cname_to_address", "target_address", "cname_beside", "cname_apex", "cname_twice", "dname_twice"),
        *("soa_not_apex", "soa_twice"),
    )
)
"""Findings of what was read well, and is served otherwise than it is meant: its record is there."""


@dataclass(frozen=True, slots=True)
class Unread:
    """What no record came of. `lines`: the file's, from 1, in order; `whole`: nothing is missing beside them."""

    lines: tuple[int, ...] = ()
    whole: bool = True

    @property
    def none(self) -> bool:
        """Whether all of the file was read."""
        return self.whole and not self.lines


def unread_of(zone: ZoneFile, severities: Severities) -> Unread:
    """Return what of a zone's file could not be read, by its grave findings.

    A line may have given a record and lack another all the same: a set of which one value cannot be read.
    """
    found = [one.line for one in zone.findings if severities.of(one) == "error" and one.tag not in _OF_RECORDS]
    lines = {line for line in found if line}
    return Unread(tuple(sorted(lines)), all(found))
