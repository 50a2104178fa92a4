"""Zones by the number: every usual type, wildcards, delegations with glue, long texts, odd letters; always the same."""

import random
from collections.abc import Callable, Iterator

from core.zonefile.record import Record, ZoneFile

Draw = random.Random
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_HASH = "0123456789abcdef" * 4
_KEY = "mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ=="
TTLS = (0, 1, 60, 300, 3600, 86400, 604800, 2**31 - 1)


def label(draw: Draw) -> str:
    return "".join(draw.choices(_LETTERS, k=draw.choice((1, 3, 8, 20, 63))))


def odd_label(draw: Draw) -> str:
    """Return a label with letters that no host has, as a zone file writes it."""
    return "".join(f"\\{octet:03}" for octet in draw.choices((0, 32, 34, 40, 46, 59, 64, 92, 195, 255), k=3)) + "x"


def text(draw: Draw) -> str:
    """Return strings of a TXT record: quotes, backslashes, semicolons, octets of all kinds; some longer than 255."""
    found = []
    for _ in range(draw.choice((1, 1, 2, 5))):
        octets = draw.choices(
            range(256) if draw.random() < 0.3 else range(32, 127), k=draw.choice((0, 5, 60, 255, 700))
        )
        found.append("".join(_written(octet) for octet in octets))
    return " ".join(f'"{string}"' for string in found)


def _written(octet: int) -> str:
    if octet in b'"\\':
        return f"\\{octet:c}"
    return chr(octet) if 32 <= octet < 127 else f"\\{octet:03}"


DATA: dict[str, Callable[[Draw, str], str]] = {
    "A": lambda draw, zone: f"192.0.2.{draw.randrange(256)}",
    "AAAA": lambda draw, zone: f"2001:db8::{draw.randrange(65536):x}",
    "MX": lambda draw, zone: draw.choice((f"{draw.randrange(99)} mx{draw.randrange(9)}.{zone}", "0 .")),
    "TXT": lambda draw, zone: text(draw),
    "SRV": lambda draw, zone: f"{draw.randrange(9)} 5 5060 Sip.{zone}",
    "CAA": lambda draw, zone: f'0 issue "ca{draw.randrange(99)}.example; policy=ev"',
    "PTR": lambda draw, zone: f"host{draw.randrange(9)}.{zone}",
    "TLSA": lambda draw, zone: f"3 1 1 {_HASH}",
    "SSHFP": lambda draw, zone: f"4 2 {_HASH}",
    "NAPTR": lambda draw, zone: f'10 {draw.randrange(99)} "u" "E2U+sip" "!^.*$!sip:a@{zone}!" .',
    "LOC": lambda draw, zone: f"52 {draw.randrange(60)} 23.000 N 21 0 32.000 E 110.00m 10m 100m 10m",
    "HTTPS": lambda draw, zone: f'{draw.randrange(1, 9)} . alpn="h2,h3" ipv4hint="192.0.2.1,192.0.2.2"',
    "SVCB": lambda draw, zone: f'{draw.randrange(1, 9)} svc.{zone} port="853" key667="a\\"b"',
    "HINFO": lambda draw, zone: f'"PC \\"{draw.randrange(9)}\\"" ""',
    "RP": lambda draw, zone: f"jan\\.kowalski.{zone} txt{draw.randrange(9)}.{zone}",
    "URI": lambda draw, zone: f'10 1 "https://www.{zone}{draw.randrange(99)}"',
    "CERT": lambda draw, zone: f"1 {draw.randrange(99)} 8 AAECAwQ=",
    "SPF": lambda draw, zone: '"v=spf1 -all"',
    "OPENPGPKEY": lambda draw, zone: "AAECAwQ=",
    "SMIMEA": lambda draw, zone: f"3 0 1 {_HASH}",
    "DNSKEY": lambda draw, zone: f"256 3 13 {_KEY}",
    "CDS": lambda draw, zone: f"{draw.randrange(99)} 13 2 {_HASH}",
    "AFSDB": lambda draw, zone: f"1 afs{draw.randrange(9)}.{zone}",
    "KX": lambda draw, zone: f"1 kx{draw.randrange(9)}.{zone}",
    "APL": lambda draw, zone: "1:192.0.2.0/24 !1:192.0.2.64/28",
    "DHCID": lambda draw, zone: "AAECAwQ=",
    "EUI48": lambda draw, zone: "00-00-5e-00-53-2a",
    "TYPE65400": lambda draw, zone: f"\\# 2 {draw.randrange(65536):04x}",
    "RESINFO": lambda draw, zone: '"qnamemin" "exterr=15-17"',
    "AMTRELAY": lambda draw, zone: f"{draw.randrange(99)} 0 1 203.0.113.15",
}
_OF_HOSTS = ("A", "AAAA", "MX")


def made_zone(origin: str, seed: int, names: int) -> ZoneFile:
    """Return a zone with so many names that every server can load, in no order, some records twice."""
    draw = random.Random(seed)
    records = [*_records(origin, draw, names)]
    records += draw.choices(records, k=len(records) // 10)
    draw.shuffle(records)
    return ZoneFile(origin, "master", tuple(records), ())


def _records(origin: str, draw: Draw, names: int) -> Iterator[Record]:
    ttl = draw.choice(TTLS)
    yield Record(origin, ttl, "SOA", f"Ns1.{origin} jan\\.kowalski.{origin} {draw.randrange(2**32)} 7200 3600 99 300")
    for number in range(1, 4):
        yield Record(origin, 3600, "NS", f"ns{number}.{origin}")
        yield Record(f"ns{number}.{origin}", 300, "A", f"192.0.2.{number}")
    yield Record(origin, 60, "A", "192.0.2.9")
    for number in range(names):
        stem = f"{label(draw)[:50]}-{number}a" if number % 5 else f"{odd_label(draw)}{number}"
        above = draw.choice(("", "", f"ent{number}.a.b."))
        owner = f"{stem}.{above}{origin}"
        match number % 20:
            case 17:
                yield Record(owner, 60, "CNAME", f"{draw.choice(('www', 'Gdzie.Indziej'))}.{origin}")
            case 18:
                yield from _delegation(owner, draw)
            case 19:
                yield from _sets(f"*.{stem}.{origin}", draw, origin, draw.sample((*DATA,), 3))
            case 16 if number % 5:
                yield Record(owner, 60, "DNAME", f"inna-{number}.example.")
            case _:
                types = [type for type in draw.sample((*DATA,), 4) if number % 5 or type not in _OF_HOSTS]
                yield from _sets(owner, draw, origin, types)


def _sets(owner: str, draw: Draw, origin: str, types: list[str]) -> Iterator[Record]:
    for type in types:
        ttl = draw.choice(TTLS)
        for _ in range(draw.choice((1, 1, 2, 4))):
            yield Record(owner, ttl, type, DATA[type](draw, origin))


def _delegation(owner: str, draw: Draw) -> Iterator[Record]:
    ttl = draw.choice(TTLS)
    for server in (f"ns.{owner}", "ns.hoster.example."):
        yield Record(owner, ttl, "NS", server)
    yield Record(f"ns.{owner}", 60, "A", f"198.51.100.{draw.randrange(256)}")
    yield Record(f"ns.{owner}", 60, "AAAA", f"2001:db8::{draw.randrange(65536):x}")
    if draw.random() < 0.5:
        yield Record(owner, 60, "DS", f"{draw.randrange(65536)} 13 2 {_HASH}")
