#!/usr/bin/env bash
# A zone file loaded by PowerDNS's own tool: its wildcard answers for names that every other server says do not exist.
#
# Expected: "*.t" and "s1._domainkey.t" stand in a zone, so _domainkey.t exists (RFC 4592 s. 2.2.2) and the wildcard
#   reaches neither it nor anything below it: old._domainkey.t does not exist. So nsd and Knot DNS say, and PowerDNS
#   itself with its BIND backend, which reads the file as it stands.
# What happens: pdnsutil load-zone puts the same file into a database without rows for such names between others. Then
#   PowerDNS gives the wildcard's record for both: a DKIM selector that nobody has made gets a text, and mail programs,
#   shops, _acme-challenge and whatever else is two labels down gets the wildcard's answer. check-zone finds 0 errors
#   and 0 warnings. After pdnsutil rectify-zone, which one runs for DNSSEC, the answers are those of all others: no
#   record was changed, and the serial is the same.
# Known: that a database without such rows answers so (PowerDNS/pdns issues 127, 1737 and 7292; rectify-zone is the
#   cure). That its own load-zone leaves a plain zone file so, and its own check-zone passes it, we found nowhere.
# Means for the desk: an old and a new zone with the very same records may differ under a wildcard, in both directions:
#   a name two labels down is asked of the servers, and never told from the records or from what a name beside it says.
# With: pdns-server, pdns-backend-sqlite3 and pdns-backend-bind 4.7.3-2, nsd 4.6.1-1, knot 3.2.6-1 (Debian 12), all as
#   they come; 2026-11-30.
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
lay_out pdns-server=4.7.3-2 pdns-backend-sqlite3=4.7.3-2 pdns-backend-bind=4.7.3-2 nsd=4.6.1-1 knot=3.2.6-1
python3 -m pip install -qqq --root-user-action=ignore --target "$work/py" dnspython==2.8.0

cat >"$work/measure.py" <<'PY'
import sqlite3, subprocess, sys, time
from pathlib import Path
import dns.message, dns.query, dns.rcode

ROOT = Path(sys.argv[1])


def write(path, text):
    (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
    (ROOT / path).write_text(text)


def start(*command):
    subprocess.Popen(["chroot", ROOT, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def tool(*command):
    done = subprocess.run(["chroot", ROOT, "/usr/bin/pdnsutil", *command], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def ask(at, name, type="TXT"):
    query = dns.message.make_query(name, type)
    end = time.monotonic() + 40
    while True:
        try:
            said = dns.query.udp(query, at, timeout=5)
            return str(said.answer[0][0]) if said.answer else dns.rcode.to_text(said.rcode())
        except (OSError, dns.exception.Timeout):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


ZONE = """t. 300 IN SOA ns.t. who.t. 1 3600 600 86400 60
t. 300 IN NS ns.t.
ns.t. 300 IN A 127.0.1.1
*.t. 300 IN TXT "wildcard"
s1._domainkey.t. 300 IN TXT "key"
"""
SERVERS = {
    "nsd": "127.0.1.1",
    "Knot DNS": "127.0.1.2",
    "PowerDNS, BIND backend": "127.0.1.3",
    "PowerDNS, load-zone": "127.0.1.4",
    "PowerDNS, load-zone and rectify-zone": "127.0.1.5",
}
for folder in ("n", "kn", "pb", "p", "pr"):
    write(f"{folder}/t", ZONE)
write(
    "n/conf",
    'server:\n ip-address: 127.0.1.1\n username: ""\n database: ""\n pidfile: /n/pid\n zonelistfile: /n/list\n'
    " xfrdfile: /n/state\n xfrdir: /n\n zonesdir: /n\nremote-control:\n control-enable: no\n"
    "zone:\n name: t\n zonefile: t\n",
)
write(
    "kn/conf",
    "server:\n  rundir: /kn\n  listen: 127.0.1.2@53\ndatabase:\n  storage: /kn\nzone:\n"
    "  - domain: t.\n    storage: /kn\n    file: t\n    zonefile-sync: -1\n",
)
start("/usr/sbin/nsd", "-d", "-c", "/n/conf")
start("/usr/sbin/knotd", "-c", "/kn/conf")
write("pb/named.conf", 'zone "t" { type master; file "/pb/t"; };')
schema = (ROOT / "usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql").read_text()
modules = f"/{next(ROOT.glob('usr/lib/*/pdns')).relative_to(ROOT)}"
for folder, at in (("pb", "127.0.1.3"), ("p", "127.0.1.4"), ("pr", "127.0.1.5")):
    backend = f"bind\nbind-config=/{folder}/named.conf" if folder == "pb" else f"gsqlite3\ngsqlite3-database=/{folder}/db"
    common = f"module-dir={modules}\nsocket-dir=/{folder}\nlocal-address={at}\nsecurity-poll-suffix=\n"
    write(f"{folder}/pdns.conf", f"launch={backend}\n{common}")
    if folder != "pb":
        sqlite3.connect(ROOT / folder / "db").executescript(schema)
        tool(f"--config-dir=/{folder}", "load-zone", "t", f"/{folder}/t")
checked = tool("--config-dir=/p", "check-zone", "t")
tool("--config-dir=/pr", "rectify-zone", "t")
for folder in ("pb", "p", "pr"):
    start("/usr/sbin/pdns_server", f"--config-dir=/{folder}", "--guardian=no", "--daemon=no")

print(f"pdnsutil check-zone: {checked}")
ASKED = ("s1._domainkey.t", "old._domainkey.t", "_domainkey.t", "www.t")
RIGHT = ['"key"', "NXDOMAIN", "NOERROR", '"wildcard"']
changed = "0 errors, 0 warnings" not in checked
serials = set()
for server, at in SERVERS.items():
    serials.add(ask(at, "t.", "SOA"))
    found = [ask(at, f"{name}.") for name in ASKED]
    print(f"{server}:", ", ".join(f"{name} {said}" for name, said in zip(ASKED, found)), flush=True)
    far = server == "PowerDNS, load-zone"
    changed |= found != (['"key"', '"wildcard"', '"wildcard"', '"wildcard"'] if far else RIGHT)
sys.exit("No longer as described." if changed or len(serials) != 1 else 0)
PY
# shellcheck disable=SC2016
PYTHONPATH="$work/py" unshare -Urnmpf --kill-child bash -c \
  'ip link set lo up && mount --rbind /dev "$1/root/dev" && exec python3 "$1/measure.py" "$1/root"' - "$work"
