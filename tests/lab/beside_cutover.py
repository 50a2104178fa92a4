"""Ten moves, looked at before the switch: by the desk; by zonemaster and DNSViz, each told of the new name servers as
for a zone that is not delegated to them yet; and by checkdmarc, through a recursor that already asks them.

`make beside` writes docs/cutover-beside.md and fails where the desk does not name a fault. It needs what `make faults`
and `tests/lab/beside.py` need; checkdmarc is put into a temporary environment, from PyPI.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from core.ground.settings import ROOT
from tests.lab.beside import GRAVE, GROK, PYTHON, codes, ran, versions
from tests.lab.cutover_faults import CLEAN, FAULTS
from tests.lab.cutover_stage import CutoverStage
from tests.lab.laboratory import ROOT as ROOT_ADDRESS
from tests.lab.laboratory import ROOT_SERVER, Laboratory
from tests.lab.network import own_network
from tests.lab.test_cutover_faults import look_at_all, real_time

TABLE = "docs/cutover-beside.md"
CHECKDMARC = "6.0.4"
CASES = (
    "clean",
    "sklep-lost",
    "dkim-lost",
    "spf-twice",
    "mx-no-address",
    "dmarc-lost",
    "caa-forbids",
    "ds-left",
    "one-lacks",
    "servers-disagree",
)


class Row(NamedTuple):
    """What was said of a domain by each. `wanted`: the desk's findings, as the table of faults has them."""

    about: str
    wanted: set[str]
    desk: set[str]
    zonemaster: set[str]
    dnsviz: set[str]
    checkdmarc: set[str]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, real_time():
        checkdmarc = _installed(Path(folder))
        with own_network() as network, Laboratory() as lab, contextlib.ExitStack() as ends:
            chosen = sorted((f for f in (*CLEAN, *FAULTS) if f.id in CASES), key=lambda fault: CASES.index(fault.id))
            stage = ends.enter_context(CutoverStage(lab, chosen))
            recursor = lab.recursor(*_as_switched(stage)).address
            ours = {id: {one.tag for one in said.findings} for id, said in look_at_all(stage, network).items()}
            rows = list(_rows(stage, ours, [checkdmarc, "--nameserver", recursor, "--timeout", "5", "--"]))
    Path(ROOT, TABLE).write_text(page(rows), encoding="utf-8")
    return any(row.desk != row.wanted for row in rows)


def _installed(folder: Path) -> str:
    """Put checkdmarc into an environment of its own; return the program."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run([folder / "bin/pip", "install", "-qqq", f"checkdmarc=={CHECKDMARC}"], check=True)
    return str(folder / "bin/checkdmarc")


def _as_switched(stage: CutoverStage) -> Iterator[str]:
    """Yield the lines by which a recursor asks the new servers for each domain."""
    for move in stage.moves.values():
        yield from ("stub-zone:", f'name: "{move.name}"')
        yield from (f"stub-addr: {address}" for address in stage.new.servers.values())


def _rows(stage: CutoverStage, ours: dict[str, set[str]], checkdmarc: list[str]) -> Iterator[Row]:
    for id, move in stage.moves.items():
        wanted, desk, mail = set(move.fault.tags), ours[id], _checkdmarc(checkdmarc, move.name)
        for told in ([], list(move.ds())) if move.ds() else ([],):
            about = move.fault.about + (" (zonemaster is told of it, DNSViz asks the registry)" if told else "")
            others = _zonemaster(stage, move.name, told), _dnsviz(stage, move.name, ask_registry=bool(told))
            yield Row(about, wanted, desk, *others, mail)


def _zonemaster(stage: CutoverStage, name: str, ds: list[str]) -> set[str]:
    call = ["zonemaster-cli", "--hints", str(stage.lab.hints_file), "--no-ipv6", "--no-progress", "--json"]
    servers = [f"--ns={server.removesuffix('.')}/{address}" for server, address in stage.new.servers.items()]
    signed = [f"--ds={','.join(one.split())}" for one in ds]
    said = json.loads(ran([*call, "--level", "WARNING", *servers, *signed, name]).stdout)
    return {f"{message['level']} {message['tag']}" for message in said if message["level"] in GRAVE}


def _dnsviz(stage: CutoverStage, name: str, *, ask_registry: bool) -> set[str]:
    anchor = stage.lab.folder / "root.key"
    anchor.write_text(f". 3600 IN DNSKEY {stage.lab.root_key.dnskey}\n", encoding="utf-8")
    root = f".:{ROOT_SERVER.removesuffix('.')}={ROOT_ADDRESS}"
    servers = ",".join(f"{server.removesuffix('.')}={address}" for server, address in stage.new.servers.items())
    alone = "" if ask_registry else "+"
    call = ["dnsviz", "probe", "-4", "-A", "-E", "-a", ".", "-x", root, "-x", f"{name}{alone}:{servers}"]
    seen = ran([*call, name, f"www.{name}", f"sklep.{name}"])
    if seen.returncode:
        raise RuntimeError(seen.stderr)
    said = ran([PYTHON, "-c", GROK, "-P", "-l", "warning", "-t", str(anchor)], seen.stdout).stdout
    return set(codes(json.loads(said or "{}"), ("errors", "warnings", "error", "warning")))


def _checkdmarc(call: list[str], name: str) -> set[str]:
    said = json.loads(ran([*call, name]).stdout)
    return {sentence.replace(name, "NAME") for sentence in _sentences(said)}


def _sentences(said: Any, of: str = "") -> Iterator[str]:
    """Yield the errors and warnings of checkdmarc, each with the part of its report."""
    for key, value in said.items() if isinstance(said, dict) else ():
        if key in ("error", "warnings"):
            yield from (f"{of}: {sentence}" for sentence in ([value] if isinstance(value, str) else value))
        else:
            yield from _sentences(value, of or key)


ABOUT = """# Ten moves before the switch, beside zonemaster, DNSViz and checkdmarc

Written by `make beside` on {day}: {versions}, checkdmarc {checkdmarc} (PyPI).
Each domain is on the real servers of two hosters (`tests/lab/cutover_stage.py`), its registry still names the old ones,
and in all but the first one thing is wrong. The four look before the switch:

- the desk: both sides' name servers, the sites and the mailboxes, as for `make faults`;
- zonemaster: the undelegated test, `--ns NAME/ADDRESS` for each new server, `--level WARNING --no-ipv6`;
- DNSViz: the probe before a deployment, `probe -A -E -x NAME+:SERVERS`, for the domain, www and sklep, then
  `grok -P -l warning` (with Debian's pygraphviz helped, as in `tests/lab/beside.py`);
- checkdmarc: `--nameserver` an unbound that asks the new servers for the domain and all others for the rest: what
  everybody sees after the switch.

What each says of the clean move too is left out of the rest of the table: its first row has it.

| what is wrong | the desk | zonemaster | DNSViz | checkdmarc |
|---|---|---|---|---|
"""


def page(rows: list[Row]) -> str:
    """Return docs/cutover-beside.md; what is said of the first, which is clean, is left out of all others."""
    clean = rows[0]
    lines = [
        [
            row.about,
            _cell(f"`{tag}`" for tag in row.desk) if row.desk == row.wanted else "**not as it should be**",
            *(_cell(said if row is clean else said - usual) for said, usual in zip(row[3:], clean[3:], strict=True)),
        ]
        for row in rows
    ]
    about = ABOUT.format(day=time.strftime("%Y-%m-%d"), versions=versions(), checkdmarc=CHECKDMARC)
    return about + "".join(f"| {' | '.join(cells)} |\n" for cells in lines) + DIFFERENCES


def _cell(said: Iterable[str]) -> str:
    return "<br>".join(sorted(said)) or "-"


DIFFERENCES = """
## What differs, and why

- **A forgotten name or selector** is no fault of the new zone: only who knows the old one can miss it. The other three
  look at the new side alone. checkdmarc misses DMARC because every domain should have it, and so names MTA-STS, TLS
  reporting, BIMI and `rua` in the clean move too. The desk says nothing of what the old zone has not either.
- **Two SPF texts, an MX without an address**: checkdmarc and the desk. Neither zonemaster nor DNSViz looks where an MX
  leads (zonemaster does at level NOTICE, `RNAME_MAIL_DOMAIN_INVALID`: the SOA's contact has an address in the domain).
- **CAA**: nobody else holds it against the certificate that the new web server shows.
- **A DS left at the parent**: told of the new servers only, both DNS tests find nothing wrong with a zone that no
  validating resolver would take after the switch. Neither asks the registry unless it is told to: zonemaster wants the
  DS in `--ds`, DNSViz the name without `+`. DNSViz's own way to be told, `-N NAME:SERVERS -D NAME:DS`, did not work
  here: beside `-x NAME+:SERVERS` nothing was said of the DS, without it the probe ended with "No IPv4 servers to
  query!". checkdmarc says `"dnssec": false` of every unsigned zone, with a DS or without. The desk asks the registry.
- **A server without the zone**: checkdmarc sees what its recursor sees, which takes the other server.
- **Servers that disagree**: both have the same serial and differ in one SRV record. zonemaster compares serials, DNSViz
  was not asked for SRV; the desk asks both servers for every name that it knows.
- **What the desk does not name**: missing names for addresses (PTR) of name servers and mail hosts, a short expire in
  the SOA, addresses of private networks (the laboratory's all are). Where mail is sent from the new mail host, its PTR
  is worth a look of one's own: checkdmarc has it as a warning.
- Sites, certificates and mailboxes are looked at by the desk alone; checkdmarc can try STARTTLS (`--check-mx-tls`).
"""

if __name__ == "__main__":
    sys.exit(main())
