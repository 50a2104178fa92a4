#!/usr/bin/env bash
# YADIFA sends the SOA in negative answers with MINIMUM as its TTL, also where the SOA's own TTL is lower.
#
# Expected: whoever lowers the SOA's TTL shortens how long an absence is kept: a server sets the TTL of the SOA in a
#   negative answer to the lower of MINIMUM and the SOA's own TTL (RFC 2308 s. 3), as nsd and Knot DNS do.
# What happens: YADIFA puts MINIMUM there. SOA TTL 10, MINIMUM 40: asked for, the SOA comes with 10; beside NXDOMAIN
#   and NODATA it comes with 40, and caches keep the absence for 40 seconds.
# Means for the desk: how long an absence is kept is the larger of min(SOA TTL, MINIMUM) and the TTL that the SOA had
#   in a negative answer of the zone's own servers; the zone file alone does not tell.
# With: yadifa 2.6.4-1, nsd 4.6.1-1, knot 3.2.6-1 (Debian 12), all as they come; 2026-11-28.
#
# Needs apt-get with Debian 12, python3 with pip, unshare, ip; root, or an ordinary user who may have namespaces.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
lay_out() { # packages and all they need, in a folder of their own; nothing is installed
  mkdir -p "$work/debs" "$work/root/dev" "$work/root/tmp"
  (cd "$work/debs" && apt-get install -s -o Dir::State::status=/dev/null --no-install-recommends "$@" |
    awk '/^Inst/ { sub(/\(/, "", $3); print $2 "=" $3 }' | xargs apt-get download -q >/dev/null 2>&1)
  for deb in "$work"/debs/*.deb; do dpkg -x "$deb" "$work/root"; done
}
lay_out yadifa=2.6.4-1 nsd=4.6.1-1 knot=3.2.6-1
python3 -m pip install -qq --root-user-action=ignore --target "$work/py" dnspython==2.8.0

cat >"$work/measure.py" <<'PY'
import subprocess, sys, time
from pathlib import Path
import dns.flags, dns.message, dns.query, dns.rcode

ROOT = Path(sys.argv[1])


def write(path, text):
    (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
    (ROOT / path).write_text(text)


def start(*command):
    subprocess.Popen(["chroot", ROOT, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def ask(at, name, type="A", **how):
    query = dns.message.make_query(name, type, **how)
    end = time.monotonic() + 20
    while True:
        try:
            return dns.query.udp(query, at, timeout=5)
        except (OSError, dns.exception.Timeout):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


ZONES = {"low": (10, 40), "high": (40, 10)}  # the SOA's own TTL, MINIMUM
for zone, (ttl, minimum) in ZONES.items():
    soa = f"@ {ttl} IN SOA ns.host. who.host. 1 3600 600 86400 {minimum}\n"
    write(f"z/{zone}", f"$ORIGIN {zone}.\n{soa}@ 60 IN NS ns.host.\nwww 60 IN A 192.0.2.1\n")
for folder in ("y/log", "y/keys", "y/xfr", "k"):
    (ROOT / folder).mkdir(parents=True)
write("etc/passwd", "root:x:0:0::/:/bin/sh\n")
write("etc/group", "root:x:0:\n")
write(
    "y/conf",
    '<main>\n daemon off\n chroot off\n user root\n group root\n logpath "/y/log"\n pidfile "/y/pid"\n datapath "/z"\n'
    ' keyspath "/y/keys"\n xfrpath "/y/xfr"\n port 53\n listen 127.0.1.1\n</main>\n'
    + "".join(f"<zone>\n type master\n domain {zone}\n file {zone}\n</zone>\n" for zone in ZONES),
)
write(
    "n/conf",
    'server:\n ip-address: 127.0.1.2\n username: ""\n database: ""\n pidfile: /n/pid\n zonelistfile: /n/list\n'
    " xfrdfile: /n/state\n xfrdir: /n\n zonesdir: /z\nremote-control:\n control-enable: no\n"
    + "".join(f"zone:\n name: {zone}\n zonefile: {zone}\n" for zone in ZONES),
)
write(
    "k/conf",
    "server:\n  rundir: /k\n  listen: 127.0.1.3@53\ndatabase:\n  storage: /k\nzone:\n"
    + "".join(f"  - domain: {z}.\n    storage: /z\n    file: {z}\n    zonefile-sync: -1\n" for z in ZONES),
)
start("/usr/sbin/yadifad", "-c", "/y/conf")
start("/usr/sbin/nsd", "-d", "-c", "/n/conf")
start("/usr/sbin/knotd", "-c", "/k/conf")

found = {}
for server, at in {"YADIFA": "127.0.1.1", "nsd": "127.0.1.2", "Knot DNS": "127.0.1.3"}.items():
    for zone, (ttl, minimum) in ZONES.items():
        asked = ask(at, f"{zone}.", "SOA").answer[0].ttl
        name = ask(at, f"none.{zone}.").authority[0].ttl
        type_ = ask(at, f"www.{zone}.", "MX").authority[0].ttl
        found[server, zone] = (asked, name, type_)
        print(f"{server}: SOA TTL {ttl}, MINIMUM {minimum}; asked for {asked}, NXDOMAIN {name}, NODATA {type_}")
expected = {(server, zone): (ttl, min(ttl, minimum), min(ttl, minimum)) for server, zone in found
            for ttl, minimum in [ZONES[zone]]}
expected["YADIFA", "low"] = (10, 40, 40)
sys.exit("No longer as described." if found != expected else 0)
PY
# shellcheck disable=SC2016
PYTHONPATH="$work/py" unshare -Urnmpf --kill-child bash -c \
  'ip link set lo up && mount --rbind /dev "$1/root/dev" && exec python3 "$1/measure.py" "$1/root"' - "$work"
