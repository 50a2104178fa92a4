#!/usr/bin/env bash
# A zone file that one server loads in whole the next one refuses, or serves with less in it, in each direction.
#
# Expected: BIND, nsd and Knot DNS read one format (RFC 1035 s. 5), so that a file exported from a server that serves it
#   loads on another; and what a checker passes, its server loads.
# What happens, line by line put into a zone that is fine otherwise:
#   a string of 300 letters     BIND and nsd refuse the whole zone; Knot DNS splits it into 255 and 45 without a word.
#   "a""b", no blank between    Knot DNS refuses the whole zone; BIND and nsd serve two strings.
#   a TTL of 1H30               BIND and Knot DNS refuse the whole zone; nsd serves 3630 seconds.
#   a line of another domain    nsd refuses the whole zone; BIND and Knot DNS serve it without that line.
#   an address at _x            BIND refuses the whole zone, although named-checkzone ends with OK and 0; the others serve.
# Means for the desk: each of these is a finding that names who refuses or changes it; a checker's exit 0 proves nothing,
#   so that what the desk writes is proven by loading it into all three and asking record by record.
# With: bind9 9.18.49-1~deb12u3, nsd 4.6.1-1, knot 3.2.6-1 (Debian 12), all as they come; 2026-11-29.
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
lay_out bind9=1:9.18.49-1~deb12u3 bind9-utils=1:9.18.49-1~deb12u3 nsd=4.6.1-1 knot=3.2.6-1
python3 -m pip install -qq --root-user-action=ignore --target "$work/py" dnspython==2.8.0

cat >"$work/measure.py" <<'PY'
import subprocess, sys, time
from pathlib import Path
import dns.message, dns.query, dns.rcode

ROOT = Path(sys.argv[1])


def write(path, text=""):
    (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
    (ROOT / path).write_text(text)


def start(*command):
    subprocess.Popen(["chroot", ROOT, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def ask(at, name, type):
    end = time.monotonic() + 20
    while True:
        try:
            return dns.query.udp(dns.message.make_query(name, type), at, timeout=2)
        except (OSError, dns.exception.Timeout):
            if time.monotonic() > end:
                raise SystemExit(f"{at} does not answer")
            time.sleep(0.2)


LINES = {
    "fine": "x 60 IN A 192.0.2.1",
    "long": f'x 60 IN TXT "{"l" * 300}"',
    "glued": 'x 60 IN TXT "a""b"',
    "units": "x 1H30 IN A 192.0.2.1",
    "outside": "x.elsewhere. 60 IN A 192.0.2.1",
    "host": "_x 60 IN A 192.0.2.1",
}
for zone, line in LINES.items():
    text = f"@ 60 IN SOA ns.{zone}. who.{zone}. 1 3600 600 86400 300\n@ 60 IN NS ns.{zone}.\nns 60 IN A 192.0.2.53\n{line}\n"
    for folder in ("b", "n", "kn"):
        write(f"{folder}/{zone}", text)
write("etc/passwd", "root:x:0:0::/:/bin/sh\n")
write(
    "b/conf",
    'options { directory "/b"; pid-file "/b/pid"; session-keyfile "/b/key"; managed-keys-directory "/b";'
    " lock-file none; listen-on { 127.0.0.1; }; listen-on-v6 { none; }; recursion no; dnssec-validation no; };"
    " controls { }; " + " ".join(f'zone "{zone}" {{ type primary; file "/b/{zone}"; }};' for zone in LINES),
)
write(
    "n/conf",
    'server:\n ip-address: 127.0.1.2\n username: ""\n database: ""\n pidfile: /n/pid\n zonelistfile: /n/list\n'
    " xfrdfile: /n/state\n xfrdir: /n\n zonesdir: /n\nremote-control:\n control-enable: no\n"
    + "".join(f"zone:\n name: {zone}\n zonefile: {zone}\n" for zone in LINES),
)
write(
    "kn/conf",
    "server:\n  rundir: /kn\n  listen: 127.0.1.3@53\ndatabase:\n  storage: /kn\nzone:\n"
    + "".join(f"  - domain: {zone}.\n    storage: /kn\n    file: {zone}\n    zonefile-sync: -1\n" for zone in LINES),
)
start("/usr/sbin/named", "-f", "-c", "/b/conf")
start("/usr/sbin/nsd", "-d", "-c", "/n/conf")
start("/usr/sbin/knotd", "-c", "/kn/conf")


def served(at, zone):
    """What a server says of the line: its TTL, or the lengths of its strings; "without it"; "no zone"."""
    soa = ask(at, zone, "SOA")
    if soa.rcode() != dns.rcode.NOERROR or not soa.answer:
        return "no zone"
    type = "TXT" if zone in ("long", "glued") else "A"
    answer = ask(at, "_x.host." if zone == "host" else f"x.{zone}.", type).answer
    if not answer:
        return "without it"
    return tuple(map(len, answer[0][0].strings)) if type == "TXT" else answer[0].ttl


NONE, LESS = "no zone", "without it"
EXPECTED = {
    ("BIND", "127.0.0.1"): (60, NONE, (1, 1), NONE, LESS, NONE),
    ("nsd", "127.0.1.2"): (60, NONE, (1, 1), 3630, NONE, 60),
    ("Knot DNS", "127.0.1.3"): (60, (255, 45), NONE, NONE, LESS, 60),
}
changed = False
for (server, at), expected in EXPECTED.items():
    while ask(at, "fine.", "SOA").rcode() != dns.rcode.NOERROR:  # zones are loaded one after the other
        time.sleep(0.2)
    time.sleep(2)
    found = tuple(served(at, zone) for zone in LINES)
    print(server, dict(zip(LINES, found)), flush=True)
    changed |= found != expected
checker = subprocess.run(["chroot", ROOT, "/usr/bin/named-checkzone", "host", "/b/host"], capture_output=True, text=True)
print("named-checkzone on the last one:", checker.returncode, checker.stdout.split()[-1], flush=True)
changed |= checker.returncode != 0
sys.exit("No longer as described." if changed else 0)
PY
# shellcheck disable=SC2016
PYTHONPATH="$work/py" unshare -Urnmpf --kill-child bash -c \
  'ip link set lo up && mount --rbind /dev "$1/root/dev" && exec python3 "$1/measure.py" "$1/root"' - "$work"
