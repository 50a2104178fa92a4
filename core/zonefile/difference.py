"""What differs between two zones, set by set, compared as the DNS compares.

    found = difference(old, new)
    found.changes       # what somebody asking would notice
    found.apex          # SOA and NS of the zone's own name, which every move changes
    found.leftovers     # proofs for certificates' issuers, which nobody needs
    found.unknown       # the same data, but a TTL that a file does not say

Names are compared without their case, all other data octet by octet; strings of TXT are part of the data, but where
only the split of a text differs that is told as such.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import dns.name
import dns.rdata

from core.ground.messages import Message
from core.ground.text_limits import LINE
from core.zonefile.as_dns import NoDataError, joined, key, known, name_of, order
from core.zonefile.leftovers import is_leftover
from core.zonefile.record import Record, ZoneFile

Kind = Literal["gone", "new", "data", "split", "ttl", "ttl_unknown", "serial"]
Ttls = tuple[int | None, ...]
"""Different TTLs of a set in seconds, the lowest first, None for an unknown one; several are a mistake of the file."""


class Change(NamedTuple):
    """How a set of records differs. `old`, `new`: data that only one zone has, as its file has it; of a TTL nothing.

    "gone": the new zone has no such set; "new": the old had none; "data": both have one, with other data; "split": the
    same texts, split otherwise into strings; "ttl": only the TTL; "ttl_unknown": the same data, and whether the TTL is
    the same nobody knows; "serial": an SOA that differs only there.
    """

    kind: Kind
    name: str
    type: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    old_ttls: Ttls
    new_ttls: Ttls

    @property
    def message(self) -> Message:
        """The difference in words."""
        values = {
            "name": self.name,
            "type": self.type,
            "old": _told(self.old),
            "new": _told(self.new),
            "old_ttl": _ttl(self.old_ttls),
            "new_ttl": _ttl(self.new_ttls),
        }
        if self.kind != "data":
            return Message(f"zone.difference.set.{self.kind}", values)
        only = "gone" if not self.new else "new" if not self.old else "both"
        return Message(f"zone.difference.data.{only}", values)


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs, in the order of the names in the DNS. `same`: sets that are alike, TTL and all."""

    changes: tuple[Change, ...]
    apex: tuple[Change, ...]
    leftovers: tuple[Change, ...]
    unknown: tuple[Change, ...]
    same: int
    origins: tuple[str, str]

    @property
    def none(self) -> bool:
        """Whether nothing at all differs, and nothing is unknown."""
        return not (self.changes or self.apex or self.leftovers or self.unknown or self.other_zone)

    @property
    def other_zone(self) -> bool:
        """Whether they are zones of different names."""
        return all(self.origins) and self.origins[0] != self.origins[1]


class _Data(NamedTuple):
    """One record's data: what it is compared by, what its texts join to, how its file writes it."""

    key: bytes
    joined: bytes | None
    text: str
    serial: bytes
    leftover: bool


class _Set(NamedTuple):
    data: dict[bytes, _Data]
    ttls: set[int | None]


_Of = tuple[dns.name.Name | str, str]
_NOTHING = _Set({}, set())


def difference(old: ZoneFile, new: ZoneFile) -> Difference:
    """Return what differs between two zones. Records that the DNS does not know are compared as texts."""
    before, after = _sets(old.records), _sets(new.records)
    parts: dict[str, list[Change]] = {"changes": [], "apex": [], "leftovers": [], "unknown": []}
    same = 0
    apex = _name(new.origin or old.origin)
    for of in sorted({*before, *after}, key=_order):
        changes = _changes(of, before.get(of, _NOTHING), after.get(of, _NOTHING))
        same += not changes
        for leftover, change in changes:
            if change.kind == "ttl_unknown":
                part = "unknown"
            elif leftover:
                part = "leftovers"
            else:
                part = "apex" if of[0] == apex and of[1] in ("SOA", "NS") else "changes"
            parts[part].append(change)
    return Difference(
        **{part: tuple(found) for part, found in parts.items()}, same=same, origins=(old.origin, new.origin)
    )


def _order(of: _Of) -> tuple[bool, tuple[bytes, ...] | str, str]:
    name, type = of
    # Texts that are no names of the DNS come last.
    return (True, name, type) if isinstance(name, str) else (False, order(name), type)


def _name(text: str) -> dns.name.Name | str:
    try:
        return name_of(text)
    except NoDataError:
        return text.lower()


def _sets(records: Iterable[Record]) -> dict[_Of, _Set]:
    found: dict[_Of, _Set] = {}
    for record in records:
        one = _data(record)
        into = found.setdefault((_name(record.name), record.type.upper()), _Set({}, set()))
        into.data.setdefault(one.key, one)
        into.ttls.add(record.ttl)
    return found


def _data(record: Record) -> _Data:
    try:
        data = known(record).data
    except NoDataError:
        octets = record.rdata.encode("utf-8", "surrogatepass")
        return _Data(octets, None, record.rdata, octets, is_leftover(record))
    return _Data(key(data), joined(data), record.rdata, _without_serial(data), is_leftover(record))


def _without_serial(data: dns.rdata.Rdata) -> bytes:
    return key(data.replace(serial=0)) if hasattr(data, "serial") else key(data)


def _changes(of: _Of, before: _Set, after: _Set) -> Iterable[tuple[bool, Change]]:
    """Return the differences of a set, each with whether it is about leftovers."""
    name, type = str(of[0]), of[1]
    ttls = _ttls(before), _ttls(after)
    gone = [one for octets, one in before.data.items() if octets not in after.data]
    came = [one for octets, one in after.data.items() if octets not in before.data]
    found: list[tuple[bool, Change]] = []

    def add(kind: Kind, old: Sequence[_Data], new: Sequence[_Data], *, leftover: bool = False) -> None:
        texts = [tuple(sorted(one.text for one in side)) for side in (old, new)]
        found.append((leftover, Change(kind, name, type, texts[0], texts[1], *ttls)))

    gone, came, split_old, split_new = _split(gone, came)
    if split_old:
        add("split", split_old, split_new)
    for leftover in (True, False):
        left = [one for one in gone if one.leftover is leftover]
        right = [one for one in came if one.leftover is leftover]
        if not left and not right:
            continue
        kind: Kind = "data" if before.data and after.data else "gone" if left else "new"
        if type == "SOA" and len(left) == len(right) == 1 and left[0].serial == right[0].serial:
            kind = "serial"
        add(kind, left, right, leftover=leftover)
    told = any(change.kind == "data" and not leftover for leftover, change in found)
    # A change of data tells both TTLs along.
    if before.data and after.data and not told:
        leftover = all(one.leftover for one in (*before.data.values(), *after.data.values()))
        if None in before.ttls or None in after.ttls:
            add("ttl_unknown", (), ())
        elif before.ttls != after.ttls:
            add("ttl", (), (), leftover=leftover)
    return found


def _split(gone: list[_Data], came: list[_Data]) -> tuple[list[_Data], list[_Data], list[_Data], list[_Data]]:
    """Return what is left of both sides, and what differs only by how a text is split."""
    texts = Counter(one.joined for one in gone if one.joined is not None) & Counter(
        one.joined for one in came if one.joined is not None
    )

    def alike(one: _Data) -> bool:
        return one.joined is not None and one.joined in texts

    return (
        [one for one in gone if not alike(one)],
        [one for one in came if not alike(one)],
        [one for one in gone if alike(one)],
        [one for one in came if alike(one)],
    )


def _ttls(of: _Set) -> Ttls:
    return tuple(sorted(of.ttls, key=lambda ttl: (ttl is None, ttl or 0)))


def _ttl(ttls: Ttls) -> object:
    if not ttls:
        return "-"
    if len(ttls) == 1:
        return Message("zone.difference.no_ttl") if ttls[0] is None else str(ttls[0])
    return "/".join("?" if ttl is None else str(ttl) for ttl in ttls)


def _told(texts: Iterable[str]) -> str:
    whole = "; ".join(texts)
    return whole if len(whole) <= LINE else f"{whole[: LINE // 2]} … {whole[-LINE // 4 :]}"
