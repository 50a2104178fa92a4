"""Zone files: records a second as ratios against dnspython's own reader in one run, and mutated files: `make bench`.

python -m bench.zonefile mutate 1000000     # reads mutated files of every dialect until so many bytes were mutated
"""

import collections
import random
import sys
import time
from collections.abc import Callable, Iterator

import dns.zone
from rich.console import Console
from rich.table import Table

from core.ground.messages import InputError
from core.zonefile.difference import difference
from core.zonefile.reading import read
from core.zonefile.record import ZoneFile
from core.zonefile.writing import normal

RECORDS, ROUNDS = 10_000, 3
AIM = 10_000
"""Records a second that are read."""
READ = ("a clean zone file", "a Cloudflare export", "octoDNS YAML")
SOA = "@ 3600 IN SOA ns1.hoster.example. hostmaster.hoster.example. 2026112901 7200 3600 1209600 300"
DATA = (
    ("A", "192.0.2.{n}"),
    ("AAAA", "2001:db8::{n}"),
    ("MX", "10 mail{n}.hoster.example."),
    ("TXT", '"v=spf1 ip4:192.0.2.{n} include:_spf.hoster.example -all"'),
    ("CNAME", "www.hoster.example."),
    ("SRV", "1 1 443 srv{n}.hoster.example."),
)
"""What records of the big files are made of, one after the other."""


def rows(count: int) -> Iterator[tuple[str, str, str]]:
    for n in range(count):
        type, data = DATA[n % len(DATA)]
        yield f"host{n}", type, data.format(n=n % 250)


def master(count: int = RECORDS) -> str:
    """Return a clean zone file that dnspython reads too."""
    lines = [f"{name} {300 + n % 7} IN {type} {data}" for n, (name, type, data) in enumerate(rows(count))]
    return "\n".join(["$ORIGIN alfa.example.", SOA, "@ 3600 IN NS ns1.hoster.example.", *lines, ""])


def cloudflare(count: int = RECORDS) -> str:
    """Return an export: absolute names between tabs, remarks behind, an SOA owner without its dot."""
    lines = [
        f"{name}.alfa.example.\t1\tIN\t{type}\t{data} ; cf_tags=cf-proxied:{'true' if type == 'A' else 'false'}"
        for name, type, data in rows(count)
    ]
    head = [";;", ";; Domain:     alfa.example.", ";; Exported:   2026-11-29 12:00:00", ";;", ";; SOA Record"]
    return "\n".join([*head, SOA.replace("@", "alfa.example", 1).replace(" ", "\t"), "", *lines, ""])


def octodns(count: int = RECORDS) -> str:
    """Return a name a record, as octoDNS keeps them."""
    said = ["---"]
    for name, type, data in rows(count):
        words = data.split(" ")
        match type:
            case "MX":
                value = f"{{exchange: {words[1]}, preference: {words[0]}}}"
            case "SRV":
                value = f"{{priority: 1, weight: 1, port: 443, target: {words[3]}}}"
            case "TXT":
                value = data.strip('"')
            case _:
                value = data
        said.append(f"{name}:\n  ttl: 300\n  type: {type}\n  value: {value}")
    return "\n".join([*said, ""])


def best(work: Callable[[], object]) -> float:
    """Return the CPU seconds of the quickest of some rounds."""
    found = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        found.append(time.process_time() - begun)
    return min(found)


def main() -> None:
    """Measure and print the table."""
    clean = master()
    zone = read(clean)
    assert len(zone.records) == RECORDS + 2 and not zone.findings, zone.findings[:3]
    export, yaml = cloudflare(), octodns(RECORDS // 2)
    ways: dict[str, tuple[int, Callable[[], object]]] = {
        "dns.zone.from_text, the clean file": (RECORDS, lambda: dns.zone.from_text(clean, relativize=False)),
        "a clean zone file": (RECORDS, lambda: read(clean)),
        "a Cloudflare export": (RECORDS, lambda: read(export)),
        "octoDNS YAML": (RECORDS // 2, lambda: read(yaml, "alfa.example.")),
        "written as a normal file": (RECORDS, lambda: normal(zone)),
        "compared with itself": (RECORDS, lambda: difference(zone, zone)),
    }
    assert len(read(export).records) >= RECORDS and len(read(yaml, "alfa.example.").records) >= RECORDS // 2
    table = Table(title=f"Zones of {RECORDS:,} records, CPU time, the best of {ROUNDS} rounds")
    for column in ("", "records/s", "dnspython's", "aim"):
        table.add_column(column, justify="right" if column else "left")
    theirs = 0.0
    for title, (count, work) in ways.items():
        rate = count / best(work)
        theirs = theirs or rate
        table.add_row(title, f"{rate:,.0f}", f"x {rate / theirs:.2f}", f"{AIM:,}" if title in READ else "")
    Console().print(table)


# -- mutated

SMALL = 60
"""Records of a file that is mutated: small, so that many are."""
ROUTE53 = """{"ResourceRecordSets": [
 {"Name": "alfa.example.", "Type": "SOA", "TTL": 900,
  "ResourceRecords": [{"Value": "ns.example. h.example. 1 2 3 4 5"}]},
 {"Name": "\\\\052.alfa.example.", "Type": "A", "TTL": 300, "ResourceRecords": [{"Value": "192.0.2.1"}]},
 {"Name": "www.alfa.example.", "Type": "A", "AliasTarget": {"HostedZoneId": "Z", "DNSName": "a.example.",
  "EvaluateTargetHealth": false}}]}"""
PLESK = """<?xml version="1.0"?><dns-zone><dnsrec type="A" src="alfa.example." dst="192.0.2.1"/>
<dnsrec type="MX" src="alfa.example." dst="mail.alfa.example." opt="10"/></dns-zone>"""
HESTIA = """ID='1' RECORD='@' TYPE='A' PRIORITY='' VALUE='192.0.2.1' SUSPENDED='no' TTL=''
ID='2' RECORD='mail' TYPE='MX' PRIORITY='10' VALUE='mail.alfa.example.' SUSPENDED='no' TTL='300'
"""
FORPSI = "Hostname;TTL;Type;Value\nalfa.example;3600;A;192.0.2.1\nwww.alfa.example;3600;CNAME;alfa.example\n"
TABLE = "nazwa\ttyp\tprio\tTTL\twartość\n@\tA\t\t3600\t192.0.2.1\n@\tMX\t10\t3600\tmail\nwww\tCNAME\t\t1h\t@\n"
PECULIAR = r"""; cPanel first:12.0.0 (update_time):1764417600 Cpanel::ZoneFile::VERSION:1.3 hostname:a latest:12
$TTL 14400
alfa.example. 86400 IN SOA ns1.alfa.example. h.alfa.example. ( 1 3600 1800 1209600 86400 )
$GENERATE 1-9 host$ A 192.0.2.$
default._domainkey 14400 IN TXT ( "v=DKIM1; k=rsa; p=AAAA"
   "BBBB" )
_x._tcp.@ 1h30m SRV 1 1 1 x
www IN 300 CNAME @
b 300 AWS ALIAS A c.example. Z $self
c 300 IN DKIM "v=DKIM1; p=A"
d 0 IN TXT "1|www.alfa.example"
e TXT v=spf1 a -all
f A 192.000.002.001
g TXT "\052\"\\;"
"""


def sources() -> list[bytes]:
    texts = [master(SMALL), cloudflare(SMALL), octodns(SMALL), PECULIAR, ROUTE53, PLESK, HESTIA, FORPSI, TABLE]
    texts.append(f"; <<>> DiG 9.18.49 <<>> alfa.example AXFR\n{master(9)}{SOA.replace('@', 'alfa.example.', 1)}\n")
    return [text.encode() for text in texts]


ODD = tuple(bytes((octet,)) for octet in b"\x00\"\\();\n@$&*{[<'\t\xff\xc5")


def mutated(whole: bytes, draw: random.Random) -> tuple[bytes, int]:
    """Return a file with some bytes changed, put in, taken out or repeated, and how many those are."""
    octets = bytearray(whole)
    count = draw.choice((1, 3, 30, 300))
    done = 0
    while done < count:
        at = draw.randrange(len(octets) + 1)
        match draw.randrange(5):
            case 0:
                octets[at : at + 1] = bytes((draw.randrange(256),))
                done += 1
            case 1:
                octets[at:at] = draw.choice(ODD)
                done += 1
            case 2:
                length = draw.choice((1, 1, 20))
                del octets[at : at + length]
                done += length
            case 3:
                piece = octets[at : at + draw.choice((1, 10, 50))]
                octets[at:at] = piece
                done += max(1, len(piece))
            case _:
                octets[at : at + 1] = draw.choice(ODD)
                done += 1
    return bytes(octets), done


def mutate(wanted: int) -> None:
    """Read mutated files, write and compare what was read; only InputError is fine, anything else ends it."""
    draw, all = random.Random(23), sources()
    done, told, slowest = 0, collections.Counter[str](), (0.0, b"")
    begun = time.process_time()
    before: ZoneFile | None = None
    while done < wanted:
        content, count = mutated(draw.choice(all), draw)
        done += count
        start = time.process_time()
        try:
            zone = read(content, draw.choice(("", "alfa.example")))
            told["read"] += 1
            told["records"] += len(zone.records)
            told["findings"] += len(zone.findings)
            difference(before or zone, zone)
            before = zone
            normal(zone, 300, part=True)
            told["written"] += 1
        except InputError:
            told["refused in words"] += 1
        except Exception:
            print(f"after {done:,} bytes, with {content!r}", file=sys.stderr)
            raise
        slowest = max(slowest, (time.process_time() - start, content))
    seconds = time.process_time() - begun
    counts = ", ".join(f"{name} {count:,}" for name, count in sorted(told.items()))
    print(f"{done:,} bytes mutated in {seconds:.0f} s CPU, no crash: {counts}; the slowest file {slowest[0]:.2f} s")


if __name__ == "__main__":
    if sys.argv[1:2] == ["mutate"]:
        mutate(int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000)
    else:
        main()
