#!/usr/bin/env bash
# A name server that is an alias: unbound, PowerDNS Recursor and Knot Resolver serve the domain, BIND alone does not.
#
# Expected: an NS must not name an alias (RFC 2181 s. 10.3), so such a domain is dead, and whoever set it sees that at
#   once from wherever he looks.
# What happens: three of four recursors follow the alias and answer; BIND skips the server and says SERVFAIL. So the
#   domain works in one office and not in the next, and a sample of resolvers may be green throughout.
# Means for the desk: it is found at the name server's own zone and told as a fault, whatever resolvers answer.
# With: unbound 1.17.1-2+deb12u4, bind9 9.18.49-1~deb12u3, knot-resolver 5.6.0-1+deb12u1, pdns-recursor
#   4.8.8-1+deb12u1, nsd 4.6.1-1 (Debian 12), all as they come; 2026-11-28.
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
lay_out nsd=4.6.1-1 unbound=1.17.1-2+deb12u4 bind9=1:9.18.49-1~deb12u3 \
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
            return dns.query.udp(query, at, timeout=5)
        except (OSError, dns.exception.Timeout):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


SOA = "@ 60 IN SOA ns.host. who.host. 1 3600 600 86400 60\n"
write(
    "z/root",
    f"$ORIGIN .\n{SOA}@ 60 NS a.root.\na.root. 60 A 127.0.1.1\n"
    "t. 60 NS alias.h.\nh. 60 NS ns.h.\nns.h. 60 A 127.0.1.2\n",
)
write("z/h", f"$ORIGIN h.\n{SOA}@ 60 NS ns\nns 60 A 127.0.1.2\nalias 60 CNAME ns\n")
write("z/t", f"$ORIGIN t.\n{SOA}@ 60 NS alias.h.\nwww 60 A 192.0.2.1\n")
write("hints", ". 3600000 NS a.root.\na.root. 3600000 A 127.0.1.1\n")
for folder, at, zones in (("n", "127.0.1.1", {".": "root"}), ("m", "127.0.1.2", {"h": "h", "t": "t"})):
    write(
        f"{folder}/conf",
        f'server:\n ip-address: {at}\n username: ""\n database: ""\n pidfile: /{folder}/pid\n'
        f" zonelistfile: /{folder}/list\n xfrdfile: /{folder}/state\n xfrdir: /{folder}\n zonesdir: /z\n"
        "remote-control:\n control-enable: no\n"
        + "".join(f"zone:\n name: {zone}\n zonefile: {file}\n" for zone, file in zones.items()),
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
start("/usr/sbin/nsd", "-d", "-c", "/m/conf")
start("/usr/sbin/unbound", "-d", "-c", "/u/conf")
start("/usr/sbin/named", "-f", "-c", "/b/conf")
start("/usr/sbin/pdns_recursor", "--config-dir=/p", "--daemon=no")
start("/usr/sbin/kresd", "-n", "-c", "/k/conf", "/k")

SERVERS = {"unbound": "127.0.2.1", "BIND": "127.0.0.1", "PowerDNS": "127.0.2.3", "kresd": "127.0.2.4"}
found = {}
for server, at in SERVERS.items():
    # It is up, and finds the zone of the server's name.
    assert ask(at, "ns.h.").answer
    said = ask(at, "www.t.")
    found[server] = dns.rcode.to_text(said.rcode()), len(said.answer)
print("www.t, whose only name server is an alias:", found)
expected = dict.fromkeys(SERVERS, ("NOERROR", 1)) | {"BIND": ("SERVFAIL", 0)}
sys.exit("No longer as described." if found != expected else 0)
PY
# shellcheck disable=SC2016
PYTHONPATH="$work/py" unshare -Urnmpf --kill-child bash -c \
  'ip link set lo up && mount --rbind /dev "$1/root/dev" && exec python3 "$1/measure.py" "$1/root"' - "$work"
