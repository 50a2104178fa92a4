"""Broken domains, played once to zonemaster, DNSViz and the desk: whatever fault the others name, the desk names too.

`make beside` writes docs/dns-beside.md and fails where the desk is silent. On Debian it needs the packages
zonemaster-cli, dnsviz and python3-pygraphviz, which no test does.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dns.flags
import dns.message
import dns.query
import dns.rcode

from core.ground.settings import ROOT
from tests.lab.laboratory import ROOT as ROOT_ADDRESS
from tests.lab.laboratory import ROOT_SERVER, Laboratory
from tests.lab.network import own_network
from tests.lab.scripted import Query, Reply, reply, scripted
from tests.lab.servers import Authority
from tests.lab.zones import DAY, Key

TABLE = "docs/dns-beside.md"
RECORDS = ("@ A 192.0.2.1", "www A 192.0.2.1", "@ MX 10 mail", "mail A 192.0.2.2")
GRAVE = {"CRITICAL", "ERROR", "WARNING"}
PYTHON = "/usr/bin/python3"  # DNSViz is Debian's, and so are its libraries
# Debian's DNSViz 0.9.4 asks pygraphviz for a module that 1.7 no longer has, and says that it is not installed.
GROK = """import sys, types, pygraphviz
pygraphviz.release = types.SimpleNamespace(version=pygraphviz.__version__)
from dnsviz.commands import grok
grok.main(["dnsviz grok", *sys.argv[1:]])
"""


@dataclass
class Domain:
    """A scene's own name, and two servers for it, which share nothing."""

    lab: Laboratory
    name: str
    one: Authority
    two: Authority
    until_the_end: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    @property
    def servers(self) -> dict[str, str]:
        return self.one.servers | self.two.servers

    def serve(self, *records: str, **how: Any) -> None:
        for server in (self.one, self.two):
            server.serve(self.name, *(records or RECORDS), **{"servers": self.servers, **how})

    def delegate(self, servers: dict[str, str] | None = None, *, key: Key | None = None) -> None:
        self.lab.delegate(self.name, servers or self.servers, ds=[key.ds(self.name)] if key else [])

    def inside(self, one: str = "", two: str = "") -> dict[str, str]:
        """Return the two under names in the zone itself, at their own addresses or at others."""
        return {f"ns1.{self.name}": one or self.one.address, f"ns2.{self.name}": two or self.two.address}

    def script(self, answer: Callable[[Query, str], Reply], **how: bool) -> str:
        """Let a scripted server stand before the first one; returns its address."""
        address = self.lab.address()
        behind = self.one.address
        self.until_the_end.enter_context(scripted(address, lambda query: answer(query, behind), **how))
        return address


def relayed(query: Query, behind: str) -> dns.message.Message:
    assert query.message
    ask = dns.query.tcp if query.transport == "tcp" else dns.query.udp
    return ask(query.message, behind, timeout=3)


# -- the domains


def sound(d: Domain) -> None:
    d.serve()
    d.delegate()


def signed(d: Domain) -> None:
    key = Key()
    d.serve(key=key, good_for=30 * DAY)
    d.delegate(key=key)


def lame(d: Domain) -> None:
    d.one.serve(d.name, *RECORDS, servers=d.servers)
    d.delegate()


def silent(d: Domain) -> None:
    names = d.inside()
    d.serve(servers=names)
    d.delegate(names)
    d.two.pause()
    d.until_the_end.callback(d.two.resume)


def old_data(d: Domain) -> None:
    sound(d)
    d.one.serve(d.name, *RECORDS[1:], "@ A 198.51.100.7", servers=d.servers)


def wrong_ds(d: Domain) -> None:
    d.serve(key=Key(), good_for=30 * DAY)
    d.delegate(key=Key())


def left_ds(d: Domain) -> None:
    d.serve()
    d.delegate(key=Key())


def expired(d: Domain) -> None:
    key = Key()
    d.serve(key=key, good_for=-2 * DAY + 3600)
    d.delegate(key=key)


def half_signed(d: Domain) -> None:
    key = Key()
    d.one.serve(d.name, *RECORDS, servers=d.servers, key=key, good_for=30 * DAY)
    d.two.serve(d.name, *RECORDS, servers=d.servers)
    d.delegate(key=key)


def glue_differs(d: Domain) -> None:
    d.serve(servers=d.inside())
    d.delegate(d.inside(two=d.one.address))


def glue_missing(d: Domain) -> None:
    first, second = d.inside()
    d.serve(servers=d.inside())
    d.delegate({first: d.one.address, second: ""})


def without_address(d: Domain) -> None:
    first, second = d.inside()
    d.serve(*RECORDS, f"@ NS {second}", servers={first: d.one.address})
    d.delegate(d.inside())


def unknown_server(d: Domain) -> None:
    servers = d.servers | {f"ns9.nie-ma-{d.name}": "127.0.0.99"}
    d.serve(servers=servers)
    d.delegate(servers)


def alias_for_server(d: Domain) -> None:
    there = d.lab.name("alias")
    d.one.serve(there, f"ns CNAME {next(iter(d.one.servers))}")
    d.lab.delegate(there, d.one.servers)
    servers = d.two.servers | {f"ns.{there}": d.one.address}
    d.serve(servers=servers)
    d.delegate(servers)


def alias_loop(d: Domain) -> None:
    d.serve("@ A 192.0.2.1", "www CNAME b", "b CNAME www")
    d.delegate()


def alias_to_nowhere(d: Domain) -> None:
    d.serve("@ A 192.0.2.1", "www CNAME nie-ma")
    d.delegate()


def alias_at_the_apex(d: Domain) -> None:
    def answer(query: Query, behind: str) -> Reply:
        if str(query.name) != d.name or query.type in ("SOA", "NS"):
            return relayed(query, behind)
        more = [f"www.{d.name} 3600 A 192.0.2.1"] if query.type == "A" else []
        return reply(query, f"@ 3600 CNAME www.{d.name}", *more, aa=True)

    servers = d.inside(d.script(answer), d.script(answer))
    d.serve(servers=servers)
    d.delegate(servers)


def single(d: Domain) -> None:
    d.one.serve(d.name, *RECORDS)
    d.delegate(d.one.servers)


def one_address(d: Domain) -> None:
    servers = d.inside(two=d.one.address)
    d.one.serve(d.name, *RECORDS, servers=servers)
    d.delegate(servers)


def no_edns(d: Domain) -> None:
    def answer(query: Query, behind: str) -> Reply:
        assert query.message
        if query.message.edns < 0:
            return relayed(query, behind)
        said = dns.message.make_response(query.message)
        said.use_edns(False)
        said.set_rcode(dns.rcode.FORMERR)
        return said

    servers = d.inside(d.script(answer))
    d.serve(servers=servers)
    d.delegate(servers)


def no_tcp(d: Domain) -> None:
    servers = d.inside(d.script(relayed, tcp=False))
    d.serve(servers=servers)
    d.delegate(servers)


def cache(d: Domain) -> None:
    def answer(query: Query, behind: str) -> Reply:
        said = relayed(query, behind)
        said.flags = said.flags & ~dns.flags.AA | dns.flags.RA
        return said

    servers = d.inside(d.script(answer))
    d.serve(servers=servers)
    d.delegate(servers)


def other_set(d: Domain) -> None:
    d.serve(servers=d.one.servers)
    d.delegate()


def mail_to_nowhere(d: Domain) -> None:
    d.serve("@ A 192.0.2.1", "@ MX 10 nie-ma", "www A 192.0.2.1")
    d.delegate()


@dataclass(frozen=True)
class Broken:
    """A domain: what is wrong, the tags by which the desk names that (any of them), and what is left to be said.

    `below`: the label that is looked at, where it is not the domain itself.
    """

    build: Callable[[Domain], None]
    wrong: str
    named: tuple[str, ...] = ()
    note: str = ""
    below: str = ""


DOMAINS = (
    Broken(sound, "nothing"),
    Broken(signed, "nothing; signed, with its DS"),
    Broken(lame, "one of two servers does not have the zone", ("refused",)),
    Broken(silent, "one of two servers is silent", ("unreachable",)),
    Broken(
        old_data,
        "one of two servers has another serial and another A",
        ("serial_differs",),
        "Only the desk compares the records: both others see the serial at most.",
    ),
    Broken(wrong_ds, "DS of another key", ("ds_without_key",)),
    Broken(left_ds, "DS left behind, the zone is not signed", ("ds_without_key",)),
    Broken(expired, "signatures have expired", ("signature_expired",)),
    Broken(half_signed, "DS, and one of two servers has the zone unsigned", ("ds_without_key",)),
    Broken(
        glue_differs, "glue of one server is another's address", ("glue_differs", "glue_unserved", "address_unserved")
    ),
    Broken(glue_missing, "glue for one of two servers in the zone", ("glue_partly_missing",)),
    Broken(
        without_address, "a server in the zone has glue, and no address in the zone", ("ns_partly_without_address",)
    ),
    Broken(unknown_server, "a third server's name does not exist", ("ns_partly_without_address",)),
    Broken(alias_for_server, "the name of a server is an alias", ("ns_partly_alias",)),
    Broken(alias_loop, "`www CNAME b`, `b CNAME www`", ("alias_loop",), below="www."),
    Broken(alias_to_nowhere, "`www CNAME nie-ma`", ("alias_to_nowhere",), "Neither of the others says so.", "www."),
    Broken(alias_at_the_apex, "CNAME at the apex beside SOA and NS", ("apex_alias",)),
    Broken(single, "one name server only", ("single_server",)),
    Broken(one_address, "two name servers at one address", ("one_address",)),
    Broken(no_edns, "one of two servers answers FORMERR to EDNS", ("no_edns",)),
    Broken(no_tcp, "one of two servers is closed to TCP", ("tcp_fails",)),
    Broken(cache, "one of two servers answers without AA", ("not_authoritative", "lame")),
    Broken(
        other_set,
        "the zone names one of the two servers that its parent names",
        ("ns_mismatch_parent_child", "ns_set_differs"),
    ),
    Broken(mail_to_nowhere, "`MX 10 nie-ma`, which does not exist", (), "Nobody says so."),
)


# -- who is asked


def desk(lab: Laboratory, name: str) -> tuple[str, set[str]]:
    """Return the state, and the findings as "severity tag"."""
    call = [sys.executable, "-m", "core", "check", name, "--lang", "en", "--json", "--old-ttl", "0"]
    done = ran([*call, "--type", "A", "--type", "MX"], environment=lab.environment())
    said = json.loads(done.stdout)
    return said["state"], {f"{finding['severity']} {finding['tag']}" for finding in said["findings"]}


def zonemaster(lab: Laboratory, name: str) -> set[str]:
    call = ["zonemaster-cli", "--hints", str(lab.hints_file), "--no-ipv6", "--json", "--level", "WARNING"]
    said = json.loads(ran([*call, "--no-progress", name]).stdout)
    return {f"{message['level']} {message['tag']}" for message in said if message["level"] in GRAVE}


def dnsviz(lab: Laboratory, name: str) -> set[str]:
    anchor = lab.folder / "root.key"
    anchor.write_text(f". 3600 IN DNSKEY {lab.root_key.dnskey}\n", encoding="utf-8")
    root = f".:{ROOT_SERVER.removesuffix('.')}={ROOT_ADDRESS}"
    seen = ran(["dnsviz", "probe", "-4", "-A", "-E", "-a", ".", "-x", root, name]).stdout
    said = ran([PYTHON, "-c", GROK, "-P", "-l", "warning", "-t", str(anchor)], seen).stdout
    # Where nothing is wrong it prints nothing at all.
    return set(codes(json.loads(said or "{}")))


def codes(said: Any, kinds: tuple[str, ...] = ("errors", "warnings")) -> Iterator[str]:
    """Yield what DNSViz names, as "error CODE"; "error" and "warning" are those of one question."""
    for key, value in said.items() if isinstance(said, dict) else ():
        if key in kinds:
            yield from (f"{key.removesuffix('s')} {one['code']}" for one in value)
        else:
            yield from codes(value, kinds)
    for one in said if isinstance(said, list) else ():
        yield from codes(one, kinds)


def ran(
    call: list[str], given: str = "", environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    everything = {**os.environ, **(environment or {})}
    done = subprocess.run(
        call, cwd=ROOT, env=everything, input=given, capture_output=True, text=True, timeout=300, check=False
    )
    if "Traceback" in done.stderr or "required, but not" in done.stderr:
        raise RuntimeError(done.stderr)
    return done


# -- the table


def rows(lab: Laboratory) -> Iterator[tuple[str, ...]]:
    """Play every domain; yield the cells of its row."""
    usual: set[str] = set()
    for broken in DOMAINS:
        domain = Domain(lab, lab.name(broken.build.__name__.replace("_", "-")), lab.authority(), lab.authority())
        with domain.until_the_end:
            broken.build(domain)
            name = domain.name.removesuffix(".")
            state, ours = desk(lab, broken.below + name)
            # It is for whole zones.
            others = zonemaster(lab, name)
            graph = dnsviz(lab, broken.below + name)
        # Of addresses on loopback and the timers of the laboratory's SOA.
        usual = usual or others
        named = [tag for tag in broken.named if any(found.endswith(f" {tag}") for found in ours)]
        answer = ", ".join(named) if named else "-" if not broken.named else "**no**"
        found = (sorted(ours), sorted(others - usual), sorted(graph))
        cells = (broken.wrong, state, *("<br>".join(some) or "-" for some in found), answer, broken.note)
        print(*cells, sep=" | ", flush=True)
        yield cells


def versions() -> str:
    """Return what is compared, with its versions."""
    asked = ran(["dpkg-query", "-W", "-f", "${Package} ${Version}\n", "zonemaster-cli", "libzonemaster-perl", "dnsviz"])
    return ", ".join(asked.stdout.splitlines())


ABOUT = """# Broken domains, beside zonemaster and DNSViz

Written by `make beside`: {versions}.
Every domain stands on real servers of the laboratory (`tests/lab/beside.py`), at whose root each of the three begins.

- zonemaster: `--level WARNING --no-ipv6`. What it says of the sound domain too is left out: addresses on loopback, no
  reverse names of name servers, a short expire in the SOA. The desk does not name these: it never asks an address of a
  private network, and a move changes neither reverse names nor how long secondaries keep a zone.
- DNSViz: `probe -A -E`, `grok -P -l warning` (Debian's needs a module that its pygraphviz no longer has, so it is given
  one). The desk: `check --type A --type MX --old-ttl 0`.
- "named": by which finding the desk names what is wrong. Both others list what follows from it besides (every answer
  without a signature, too few servers where one is silent); the desk names the cause once.

| what is wrong | state | the desk | zonemaster | DNSViz | named | note |
|---|---|---|---|---|---|---|
"""


def main() -> int:
    with own_network(), Laboratory() as lab:
        table = list(rows(lab))
    lines = "".join(f"| {' | '.join(cells)} |\n" for cells in table)
    Path(ROOT, TABLE).write_text(ABOUT.format(versions=versions()) + lines, encoding="utf-8")
    return any("**no**" in cells for cells in table)


if __name__ == "__main__":
    sys.exit(main())
