"""Zones as each provider writes them: what a dialect can hold, made-up zones within that, and a writer of each.

The shapes are those of the providers' exports; what a dialect cannot hold stands in HOLDS.
"""

import json
from collections.abc import Callable
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.TXT
import yaml
from hypothesis import strategies as st

from core.zonefile.record import Record

ORIGIN = "alfa.example."


class Holds(NamedTuple):
    """What a dialect can hold. `strings`: where one string of a text ends and the next begins; `any_bytes`: texts of
    any bytes, else such as somebody could type, without quotes and backslashes; `says`: what every such file says."""

    ttl: bool = True
    soa: bool = True
    strings: bool = True
    any_bytes: bool = True
    primary: str = "ns1.beta.example."
    says: frozenset[str] = frozenset()


_PANEL = Holds(soa=False, strings=False, any_bytes=False, says=frozenset(("no_soa",)))
HOLDS: dict[str, Holds] = {
    "master": Holds(),
    "cloudflare": Holds(says=frozenset(("undotted_apex",))),
    "cpanel": Holds(),
    "godaddy": Holds(says=frozenset(("at_sign", "undotted_meant", "undotted_own_target"))),
    "ovh": Holds(primary="dns100.ovh.net."),
    "hetzner": Holds(),
    "cli53": Holds(says=frozenset(("pseudo_type", "class_other"))),
    "dig": Holds(says=frozenset(("soa_closing",))),
    "route53": Holds(),
    "octodns": Holds(soa=False, strings=False, says=frozenset(("no_soa",))),
    "forpsi": _PANEL,
    "table": _PANEL,
    "plesk": _PANEL._replace(ttl=False, says=frozenset(("no_soa", "ttl_unknown"))),
    "hestia": _PANEL,
}

# -- zones

_LABEL = st.sampled_from(["www", "mail", "ftp", "a-b", "x1", "0", "sklep", "mx", "a", "ns", "txt", "xn--w-uga1v8h"])
_HOST = st.lists(_LABEL, min_size=1, max_size=2).map(".".join)
_TARGET = st.one_of(_HOST.map(lambda host: f"{host}.{ORIGIN}"), _HOST.map(lambda host: f"{host}.beta.example."),
                    st.just(ORIGIN))  # fmt: skip
_V4 = st.integers(1, 254).map(lambda last: f"192.0.2.{last}")
_V6 = st.integers(1, 0xFFFF).map(lambda last: f"2001:db8::{last:x}")
_SHORT = st.integers(0, 65535).map(str)
_ISSUER = st.sampled_from(["letsencrypt.org", "letsencrypt.org; validationmethods=dns-01", ";"])
_TYPED = (
    st.lists(
        st.sampled_from(
            ["v=spf1", "-all", ";", " ", "=", "zażółć", "k" * 254, "'", "$", "(x)", "ŁĄ", "1", "a;b", "IN", "@"]
        ),
        min_size=1,
        max_size=6,
    )
    .map("".join)
    .filter(lambda text: bool(text.strip()) and text == " ".join(text.split()))
)
_BYTES = st.one_of(
    st.lists(st.binary(max_size=255), min_size=1, max_size=3),
    st.lists(st.sampled_from([b"v=DMARC1; p=none", b'a"b', b"\\", "zażółć".encode(), b"k" * 255, b"", b" "]),
             min_size=1, max_size=3),
)  # fmt: skip


def text_data(strings: list[bytes]) -> str:
    return dns.rdtypes.ANY.TXT.TXT(dns.rdataclass.IN, dns.rdatatype.TXT, strings).to_text()


def _joined(data: str) -> bytes:
    return b"".join(dns.rdata.from_text("IN", "TXT", data).strings)


def _texts(holds: Holds):
    if holds.any_bytes and holds.strings:
        return _BYTES.map(text_data)
    whole = _BYTES.map(b"".join) if holds.any_bytes else _TYPED.map(str.encode)
    return whole.filter(bool).map(lambda text: text_data([text[at : at + 255] for at in range(0, len(text), 255)]))


def _data(kind: str, holds: Holds):
    numbers = st.tuples(_SHORT, _SHORT, _SHORT).map(" ".join)
    return {
        "A": _V4,
        "AAAA": _V6,
        "MX": st.tuples(_SHORT, _TARGET).map(" ".join),
        "TXT": _texts(holds),
        "SRV": st.tuples(numbers, _TARGET).map(" ".join),
        "CAA": _ISSUER.map(lambda issuer: f'0 issue "{issuer}"'),
        "NS": _HOST.map(lambda host: f"{host}.beta.example."),
        "CNAME": _TARGET,
    }[kind]


_BELOW = st.one_of(_HOST, _HOST.map(lambda host: f"*.{host}"), st.just("*"))
_SERVICE = st.one_of(_LABEL.map(lambda name: f"_{name}._tcp"), _LABEL.map(lambda name: f"{name}._domainkey"))


@st.composite
def zones(draw, dialect: str):
    """Draw a zone that the dialect can hold: an SOA where it has one, name servers, and records of some names."""
    holds = HOLDS[dialect]
    times = st.sampled_from([300, 3600, 14400, 86400])
    mailbox = "hostmaster.beta.example."
    soa = [Record(ORIGIN, draw(times), "SOA", f"{holds.primary} {mailbox} 2026112901 7200 900 1209600 300")]
    owners = draw(st.lists(st.one_of(_BELOW, _SERVICE), max_size=5, unique=True))
    sets = [("", "NS"), *(("", kind) for kind in draw(st.sets(st.sampled_from(["A", "AAAA", "MX", "TXT", "CAA"]))))]
    for owner in owners:
        kinds = ["TXT", "SRV", "CNAME"] if "_" in owner else ["A", "AAAA", "MX", "TXT", "CAA", "CNAME"]
        chosen = draw(st.sets(st.sampled_from(kinds), min_size=1, max_size=3))
        sets += [(owner, kind) for kind in sorted(chosen - {"CNAME"} or chosen)]
    found = soa if holds.soa else []
    for owner, kind in sets:
        most = 1 if kind == "CNAME" else 3
        values = draw(st.lists(_data(kind, holds), min_size=1, max_size=most, unique=True))
        ttl = draw(times)
        found = [*found, *(Record(f"{owner}.{ORIGIN}".lstrip("."), ttl, kind, value) for value in values)]
    return found


def expected(records: list[Record], dialect: str):
    """Return what is to come back of a zone: everything, but for what the dialect cannot hold."""
    return sorted(
        (record.name, record.ttl if HOLDS[dialect].ttl else None, record.type, _kept(record, dialect))
        for record in records
    )


def read_back(records, dialect: str):
    return sorted((record.name, record.ttl, record.type, _kept(record, dialect)) for record in records)


def _kept(record: Record, dialect: str) -> str | bytes:
    joins = record.type == "TXT" and not HOLDS[dialect].strings
    return str(_joined(record.rdata)) if joins else record.rdata


# -- zone files


def _short(name: str) -> str:
    return "@" if name == ORIGIN else name.removesuffix(f".{ORIGIN}")


def _soa_lines(data: str) -> str:
    primary, mailbox, *numbers = data.split()
    return f"{primary} {mailbox} (\n\t\t\t{numbers[0]} ; serial\n" + "".join(
        f"\t\t\t{number}\n" for number in numbers[1:]
    ) + "\t\t\t)"  # fmt: skip


def write_master(records):
    lines = [f"{_short(r.name)} {r.ttl} IN {r.type} {r.rdata}" for r in records]
    return "\n".join([f"$ORIGIN {ORIGIN}", *lines, ""])


def write_cloudflare(records):
    head = [";;", f";; Domain:     {ORIGIN}", ";; Exported:   2026-11-29 12:00:00", ";;"]
    lines = []
    for r in records:
        # The SOA's owner is the only name without its dot.
        name = r.name.removesuffix(".") if r.type == "SOA" else r.name
        tags = " ; cf_tags=cf-proxied:false" if r.type in ("A", "AAAA", "CNAME") else ""
        lines.append(f"{name}\t{r.ttl}\tIN\t{r.type}\t{r.rdata}{tags}")
    return "\n".join([*head, *lines, ""])


def write_cpanel(records):
    head = [
        "; cPanel first:118.0.0 (update_time):1795000000 Cpanel::ZoneFile::VERSION:1.3 hostname:h1 latest:1",
        f"; Zone file for {ORIGIN[:-1]}",
        "$TTL 14400",
    ]
    lines = []
    for r in records:
        data = _soa_lines(r.rdata) if r.type == "SOA" else r.rdata
        if r.type == "TXT" and '" "' in data:
            # Keys of DKIM are over several lines.
            strings = dns.rdata.from_text("IN", "TXT", data).strings
            data = "( " + "\n\t".join(text_data([one]) for one in strings) + " )"
        ttl = "" if r.ttl == 14400 else f"{r.ttl}\t"
        lines.append(f"{r.name if r.name == ORIGIN else _short(r.name)}\t{ttl}IN\t{r.type}\t{data}")
    return "\n".join([*head, *lines, ""])


def write_godaddy(records):
    head = [f"; Domain: {ORIGIN[:-1]}", "; Exported (y-m-d hh:mm:ss): 2026-11-29 12:00:00", ";", f"$ORIGIN {ORIGIN}"]
    lines = []
    for r in records:
        name, data = _short(r.name), r.rdata
        if r.type == "SOA":
            data = _soa_lines(data)
        elif r.type == "CNAME" and data == ORIGIN:
            data = "@"
        elif r.type in ("CNAME", "MX"):
            data = data.removesuffix(".")
        if r.type == "SRV":
            name = f"{name}.@"
        lines.append(f"{name}\t{r.ttl}\t IN \t{r.type}\t{data}")
    return "\n".join([*head, *lines, ""])


def write_ovh(records):
    lines = ["$TTL 3600"]
    before = ""
    for r in records:
        data = r.rdata
        if r.type == "SOA":
            primary, mailbox, *numbers = data.split()
            data = f"{primary} {mailbox} ({' '.join(numbers)})"
        ttl = "" if r.ttl == 3600 else f"{r.ttl} "
        # A name is written once.
        name = _short(r.name) if r.name != before else " " * 8
        before = r.name
        lines.append(f"{name}\t{ttl}IN {r.type} {data}")
    return "\n".join([*lines, ""])


def write_hetzner(records):
    lines = [f"{_short(r.name)} IN {r.ttl} {r.type} {r.rdata}" for r in records]
    return "\n".join([";; Exported on 2026-11-29T12:00:00Z", f"$ORIGIN\t{ORIGIN}", "$TTL\t86400", "", *lines, ""])


def write_cli53(records):
    lines = [f"{_short(r.name)}\t{r.ttl}\tIN\t{r.type}\t{r.rdata}" for r in records]
    alias = "zz-alias\t86400\tAWS\tALIAS\tA d1.cloudfront.net. Z2FDTNDATAQYW2 false"
    return "\n".join([f"$ORIGIN {ORIGIN}", *lines, alias, ""])


def write_dig(records):
    lines = [f"{r.name}\t\t{r.ttl}\tIN\t{r.type}\t{r.rdata}" for r in [*records, records[0]]]
    head = ["", f"; <<>> DiG 9.18.24 <<>> axfr {ORIGIN[:-1]} @ns1.beta.example", ";; global options: +cmd"]
    tail = [";; Query time: 4 msec", f";; XFR size: {len(lines)} records (messages 1, bytes 512)", ""]
    return "\n".join([*head, *lines, *tail])


# -- others


def _octal(data: str) -> str:
    """Return presentation format as Route 53 has it: escapes by octal numbers."""
    found, at = "", 0
    while at < len(data):
        if data[at] == "\\" and data[at + 1].isdigit():
            found += f"\\{int(data[at + 1 : at + 4]):03o}"
            at += 4
        elif data[at] == "\\":
            found += data[at : at + 2]
            at += 2
        else:
            found += data[at]
            at += 1
    return found


def _by_set(records):
    sets: dict[tuple[str, str], list[Record]] = {}
    for r in records:
        sets.setdefault((r.name, r.type), []).append(r)
    return sets


def write_route53(records):
    found = [
        {
            "Name": name.replace("*", "\\052"),
            "Type": kind,
            "TTL": same[0].ttl,
            "ResourceRecords": [{"Value": _octal(r.rdata)} for r in same],
        }
        for (name, kind), same in _by_set(records).items()
    ]
    return json.dumps({"ResourceRecordSets": found}, indent=4)


def _octodns_value(r: Record) -> object:
    words = r.rdata.split()
    if r.type == "MX":
        return {"preference": int(words[0]), "exchange": words[1]}
    if r.type == "SRV":
        return {"priority": int(words[0]), "weight": int(words[1]), "port": int(words[2]), "target": words[3]}
    if r.type == "CAA":
        return {"flags": 0, "tag": "issue", "value": r.rdata.split('"')[1]}
    if r.type == "TXT":
        parts = (text_data([bytes([byte])])[1:-1] for byte in _joined(r.rdata))
        return "".join(parts).replace(";", "\\;")
    return r.rdata


def write_octodns(records):
    tree: dict[str, list[dict[str, object]]] = {}
    for (name, kind), same in _by_set(records).items():
        values = [_octodns_value(r) for r in same]
        key = "" if name == ORIGIN else _short(name)
        one = {"type": kind, "ttl": same[0].ttl, **({"values": values} if len(values) > 1 else {"value": values[0]})}
        tree.setdefault(key, []).append(one)
    return "---\n" + yaml.safe_dump({k: v if len(v) > 1 else v[0] for k, v in tree.items()}, width=10_000)


def _bare(r: Record) -> str:
    """Return data as panels show it: names without the last dot, texts without quotes."""
    if r.type == "TXT":
        return _joined(r.rdata).decode()
    return r.rdata.removesuffix(".") if r.type in ("CNAME", "NS", "MX", "SRV") else r.rdata


def write_forpsi(records):
    rows = [(r.name[:-1], str(r.ttl), r.type, _bare(r)) for r in records]
    quoted = [";".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in rows]
    return "\n".join(["Hostname;TTL;Type;Value", *quoted, ""])


def write_table(records):
    lines = ["Nazwa\tTyp\tPriorytet\tTTL\tWartość\tAkcje"]
    for r in records:
        priority, _, value = _bare(r).partition(" ") if r.type in ("MX", "SRV") else ("", "", _bare(r))
        lines.append(f"{r.name[:-1]}\t{r.type}\t{priority}\t{r.ttl}\t{value}\tEdytuj Usuń")
    return "\n".join([*lines, ""])


def write_plesk(records):
    lines = []
    for r in records:
        words = r.rdata.split()
        count = {"MX": 1, "SRV": 3, "CAA": 2}.get(r.type, 0)
        opt = " ".join(words[:count])
        dst = _bare(r) if r.type == "TXT" else r.rdata.split(" ", count)[-1].strip('"')
        told = zip(("type", "src", "dst", "opt"), (r.type, r.name, dst, opt), strict=True)
        lines.append(f"<dnsrec {' '.join(f'{key}={quoteattr(value)}' for key, value in told)}/>")
    zone = f'<dns-zone type="master">{"".join(lines)}</dns-zone>'
    return f'<?xml version="1.0"?>\n<domain name="{ORIGIN[:-1]}"><properties>{zone}</properties></domain>'


def write_hestia(records):
    lines = []
    for number, r in enumerate(records, 1):
        priority, _, value = r.rdata.partition(" ") if r.type in ("MX", "SRV") else ("", "", r.rdata)
        if r.type == "TXT":
            value = _bare(r).replace("'", "%quote%")
            value = f'"{value}"' if " " in value or ";" in value else value
        lines.append(
            f"ID='{number}' RECORD='{_short(r.name)}' TYPE='{r.type}' PRIORITY='{priority}' VALUE='{value}' "
            f"SUSPENDED='no' TIME='12:00:00' DATE='2026-11-29' TTL='{r.ttl}'"
        )
    return "\n".join([*lines, ""])


WRITERS: dict[str, Callable[[list[Record]], str]] = {
    name.removeprefix("write_"): value for name, value in [*globals().items()] if name.startswith("write_")
}
