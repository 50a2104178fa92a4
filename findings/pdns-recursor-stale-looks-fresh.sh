#!/usr/bin/env bash
# PowerDNS Recursor's stale answers look like fresh ones: the TTL begins anew and runs down, and no EDE says "stale".
#
# Expected: with serve-stale (RFC 8767) an answer from beyond its TTL can be told: a TTL of 30 seconds at most that
#   does not run down, and EDE 3 "Stale Answer" (RFC 8914 s. 4.4). BIND and unbound do both, every time.
# What happens: with serve-stale-extensions PowerDNS begins a record's own TTL (30 at most) anew and lets it run down
#   (5, 4, 3, 2, 1, 5, 4 ...) for as long as the name servers are silent, without an EDE, though
#   extended-resolution-errors is on: it cannot be told from a cache that fetched the record again.
# Known: that the EDE is missing was asked of PowerDNS in 2026 (PowerDNS/pdns issue 18039); the TTL not.
# Means for the desk: an old answer that is "fetched anew" after the old servers have gone silent may be such a one;
#   where no server gives the old value any more, its TTL proves nothing about where it came from.
# With: pdns-recursor 4.8.8-1+deb12u1, bind9 9.18.49-1~deb12u3, unbound 1.17.1-2+deb12u4, nsd 4.6.1-1 (Debian 12),
#   with stale answers turned on; 2026-11-28. It takes half a minute.
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
lay_out pdns-recursor=4.8.8-1+deb12u1 bind9=1:9.18.49-1~deb12u3 unbound=1.17.1-2+deb12u4 nsd=4.6.1-1
python3 -m pip install -qq --root-user-action=ignore --target "$work/py" dnspython==2.8.0

cat >"$work/measure.py" <<'PY'
import os, signal, subprocess, sys, time
from pathlib import Path
import dns.flags, dns.message, dns.query, dns.rcode

ROOT = Path(sys.argv[1])


def write(path, text):
    (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
    (ROOT / path).write_text(text)


def start(*command):
    nowhere = subprocess.DEVNULL
    return subprocess.Popen(["chroot", ROOT, *command], stdout=nowhere, stderr=nowhere, start_new_session=True)


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


SOA = "@ 600 IN SOA ns.host. who.host. 1 3600 600 86400 60\n"
write("z/root", f"$ORIGIN .\n{SOA}@ 600 NS a.root.\na.root. 600 A 127.0.1.1\nt. 600 NS ns.t.\nns.t. 600 A 127.0.1.2\n")
write("z/t", f"$ORIGIN t.\n{SOA}@ 600 NS ns\nns 600 A 127.0.1.2\nwww 5 A 192.0.2.1\n")
write("hints", ". 3600000 NS a.root.\na.root. 3600000 A 127.0.1.1\n")
write("etc/passwd", "root:x:0:0::/:/bin/sh\n")
for folder, at, zone, file in (("n", "127.0.1.1", ".", "root"), ("m", "127.0.1.2", "t", "t")):
    write(
        f"{folder}/conf",
        f'server:\n ip-address: {at}\n username: ""\n database: ""\n pidfile: /{folder}/pid\n'
        f" zonelistfile: /{folder}/list\n"
        f" xfrdfile: /{folder}/state\n xfrdir: /{folder}\n zonesdir: /z\nremote-control:\n control-enable: no\n"
        f"zone:\n name: {zone}\n zonefile: {file}\n",
    )
write(
    "u/conf",
    'server:\n chroot: ""\n username: ""\n use-syslog: no\n directory: /u\n pidfile: /u/pid\n root-hints: /hints\n'
    " interface: 127.0.2.1\n do-ip6: no\n do-not-query-localhost: no\n"
    " serve-expired: yes\n ede: yes\n ede-serve-expired: yes\n",
)
write(
    "b/conf",
    'options { directory "/b"; pid-file "/b/pid"; session-keyfile "/b/key"; managed-keys-directory "/b";'
    " lock-file none; listen-on { 127.0.0.1; }; listen-on-v6 { none; }; dnssec-validation no;"
    ' stale-answer-enable yes; stale-cache-enable yes; }; controls { }; zone "." { type hint; file "/hints"; };',
)
write(
    "p/recursor.conf",
    "socket-dir=/p\nlocal-address=127.0.2.3\nhint-file=/hints\ndont-query=\ndnssec=off\nsecurity-poll-suffix=\n"
    "threads=1\nserve-stale-extensions=100\nextended-resolution-errors=yes\n",
)
start("/usr/sbin/nsd", "-d", "-c", "/n/conf")
of_zone = start("/usr/sbin/nsd", "-d", "-c", "/m/conf")
start("/usr/sbin/unbound", "-d", "-c", "/u/conf")
start("/usr/sbin/named", "-f", "-c", "/b/conf")
start("/usr/sbin/pdns_recursor", "--config-dir=/p", "--daemon=no")

SERVERS = {"PowerDNS": "127.0.2.3", "BIND": "127.0.0.1", "unbound": "127.0.2.1"}
for at in SERVERS.values():
    assert ask(at, "www.t.", use_edns=0).answer
# The name server of the zone is gone; nothing listens there.
os.killpg(of_zone.pid, signal.SIGKILL)
time.sleep(7)
found = {server: [] for server in SERVERS}
for _ in range(12):
    for server, at in SERVERS.items():
        said = ask(at, "www.t.", use_edns=0)
        codes = [int(option.code) for option in said.options if option.otype == 15]
        found[server].append((said.answer[0].ttl if said.answer else None, *codes))
    time.sleep(1)
for server, answers in found.items():
    print(f"{server}, from 7 s after a TTL of 5 s, every second: TTL and EDE", answers)
marked = all(set(found[server]) == {(30, 3)} for server in ("BIND", "unbound"))
ttls = [ttl for ttl, *_ in found["PowerDNS"]]
unmarked = all(len(answer) == 1 and answer[0] and answer[0] <= 5 for answer in found["PowerDNS"])
runs = any(a < b for a, b in zip(ttls, ttls[1:])) and any(a > b for a, b in zip(ttls, ttls[1:]))
sys.exit(0 if marked and unmarked and runs else "No longer as described.")
PY
# shellcheck disable=SC2016
PYTHONPATH="$work/py" unshare -Urnmpf --kill-child bash -c \
  'ip link set lo up && mount --rbind /dev "$1/root/dev" && exec python3 "$1/measure.py" "$1/root"' - "$work"
