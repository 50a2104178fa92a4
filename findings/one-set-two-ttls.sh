#!/usr/bin/env bash
# A record set with two TTLs: nsd serves both, unbound and PowerDNS pass both on, kresd keeps all for the first one's.
#
# Expected: RFC 2181 s. 5.2 forbids it, so a server refuses such a zone or evens it out, and a cache that meets one
#   takes the lowest TTL for the whole set; a change has then arrived after the lowest.
# What happens: nsd loads "www 40 A 192.0.2.1 / www 10 A 192.0.2.2" and sends 40 and 10 (Knot DNS takes the last
#   line's for both). BIND takes the lowest. unbound and PowerDNS Recursor hand both on to whoever asks them, so that
#   a cache behind them (an office's, a laptop's) has 40 from them, though they fetch anew after 10. kresd gives both
#   records the TTL of the first, so the order of two lines in the old company's zone decides on 10 seconds or 40.
# Means for the desk: what an old side's set may be kept for is its highest TTL; only a countdown takes the lowest.
# With: nsd 4.6.1-1, knot 3.2.6-1, unbound 1.17.1-2+deb12u4, bind9 9.18.49-1~deb12u3, knot-resolver 5.6.0-1+deb12u1,
#   pdns-recursor 4.8.8-1+deb12u1 (Debian 12), all as they come; 2026-11-28.
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
lay_out nsd=4.6.1-1 knot=3.2.6-1 unbound=1.17.1-2+deb12u4 bind9=1:9.18.49-1~deb12u3 \
  knot-resolver=5.6.0-1+deb12u1 pdns-recursor=4.8.8-1+deb12u1
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
            return dns.query.udp(query, at, timeout=5, one_rr_per_rrset=True)
        except (OSError, dns.exception.Timeout):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


SOA = "@ 60 IN SOA ns.host. who.host. 1 3600 600 86400 60\n"
write("z/root", f"$ORIGIN .\n{SOA}@ 60 NS a.root.\na.root. 60 A 127.0.1.1\nt. 60 NS a.root.\n")
write("z/t", f"$ORIGIN t.\n{SOA}@ 60 NS a.root.\nup 10 A 192.0.2.1\nup 40 A 192.0.2.2\n"
             "down 40 A 192.0.2.1\ndown 10 A 192.0.2.2\n")
write("hints", ". 3600000 NS a.root.\na.root. 3600000 A 127.0.1.1\n")
write(
    "n/conf",
    'server:\n ip-address: 127.0.1.1\n username: ""\n database: ""\n pidfile: /n/pid\n zonelistfile: /n/list\n'
    " xfrdfile: /n/state\n xfrdir: /n\n zonesdir: /z\nremote-control:\n control-enable: no\n"
    "zone:\n name: .\n zonefile: root\nzone:\n name: t\n zonefile: t\n",
)
write(
    "kn/conf",
    "server:\n  rundir: /kn\n  listen: 127.0.1.3@53\ndatabase:\n  storage: /kn\nzone:\n"
    "  - domain: t.\n    storage: /z\n    file: t\n    zonefile-sync: -1\n",
)
write(
    "u/conf",
    'server:\n chroot: ""\n username: ""\n use-syslog: no\n directory: /u\n pidfile: /u/pid\n root-hints: /hints\n'
    " interface: 127.0.2.1\n do-ip6: no\n do-not-query-localhost: no\n",
)
write(
    "b/conf",
    'options { directory "/b"; pid-file "/b/pid"; session-keyfile "/b/key"; managed-keys-directory "/b";'
    " lock-file none; listen-on { 127.0.0.1; }; listen-on-v6 { none; }; dnssec-validation no; };"
    ' controls { }; zone "." { type hint; file "/hints"; };',
)
write(
    "p/recursor.conf",
    "socket-dir=/p\nlocal-address=127.0.2.3\nhint-file=/hints\ndont-query=\ndnssec=off\nsecurity-poll-suffix=\n",
)
write(
    "k/conf",
    "net.ipv6 = false\nnet.listen('127.0.2.4', 53, { kind = 'dns' })\nmodules = { 'hints' }\n"
    "hints.root_file('/hints')\nhints.config()\noption('ALLOW_LOCAL', true)\ncache.size = 16 * MB\n"
    "trust_anchors.remove('.')\n",
)
start("/usr/sbin/nsd", "-d", "-c", "/n/conf")
start("/usr/sbin/knotd", "-c", "/kn/conf")
start("/usr/sbin/unbound", "-d", "-c", "/u/conf")
start("/usr/sbin/named", "-f", "-c", "/b/conf")
start("/usr/sbin/pdns_recursor", "--config-dir=/p", "--daemon=no")
start("/usr/sbin/kresd", "-n", "-c", "/k/conf", "/k")

SERVERS = {"nsd": "127.0.1.1", "Knot DNS": "127.0.1.3", "unbound": "127.0.2.1", "BIND": "127.0.0.1",
           "PowerDNS": "127.0.2.3", "kresd": "127.0.2.4"}
BOTH, TURNED = {"192.0.2.1": 10, "192.0.2.2": 40}, {"192.0.2.1": 40, "192.0.2.2": 10}
LOW, HIGH = {"192.0.2.1": 10, "192.0.2.2": 10}, {"192.0.2.1": 40, "192.0.2.2": 40}
EXPECTED = {"nsd": (BOTH, TURNED), "Knot DNS": (HIGH, LOW), "unbound": (BOTH, TURNED), "BIND": (LOW, LOW),
            "PowerDNS": (BOTH, TURNED), "kresd": (LOW, HIGH)}
changed = False
for server, at in SERVERS.items():
    found = tuple(
        # A second may have passed between the servers' answer and the cache's.
        {str(rrset[0]): -(-rrset.ttl // 10) * 10 for rrset in ask(at, f"{name}.t.").answer} for name in ("up", "down")
    )
    print(f"{server}: written 10 and 40 {found[0]}; written 40 and 10 {found[1]}", flush=True)
    changed |= found != EXPECTED[server]
sys.exit("No longer as described." if changed else 0)
PY
# shellcheck disable=SC2016
PYTHONPATH="$work/py" unshare -Urnmpf --kill-child bash -c \
  'ip link set lo up && mount --rbind /dev "$1/root/dev" && exec python3 "$1/measure.py" "$1/root"' - "$work"
